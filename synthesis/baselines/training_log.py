"""The losses of a training, read back from its log, as curves."""

import os
import pathlib
from collections.abc import Mapping

import numpy as np
import tensorflow as tf
from matplotlib.figure import Figure
from tensorflow.core.util import event_pb2

from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import write_atomically

LOG_FOLDER = "log"  # of a training's folder, TensorBoard's files
_DPI = 100

Curve = tuple[np.ndarray, np.ndarray]  # steps, values


def read_losses(folder: str | os.PathLike) -> dict[str, Curve]:
    """The losses by name, each over the steps; of a step that was taken twice the last counts.

    Args:
      folder: of a training.

    Raises:
      InputError: it holds no log, or a damaged one, or one without losses.
    """
    files = sorted((pathlib.Path(folder) / LOG_FOLDER).glob("events.out.tfevents.*"))
    found: dict[str, dict[int, float]] = {}
    for file in files:
        try:
            for record in tf.data.TFRecordDataset(str(file)).as_numpy_iterator():
                event = event_pb2.Event.FromString(record)
                for value in event.summary.value:
                    kind, _, name = value.tag.partition("/")
                    if kind == "loss":
                        losses = found.setdefault(name, {})
                        losses[event.step] = float(tf.make_ndarray(value.tensor))
        except (tf.errors.OpError, ValueError) as error:
            raise InputError(f"{file} is damaged: {error}") from None
    if not found:
        raise InputError(f"{folder} holds no log with losses")
    return {
        name: (np.array(sorted(losses)), np.array([losses[step] for step in sorted(losses)]))
        for name, losses in found.items()
    }


def plot_losses(path: str | os.PathLike, trainings: Mapping[str, Mapping[str, Curve]]) -> None:
    """A panel for each training, with a curve for each of its losses.

    Args:
      path: the picture.
      trainings: name → its losses (`read_losses`).
    """
    figure = Figure(figsize=(4 * len(trainings), 2.8), layout="constrained")
    panels = figure.subplots(1, len(trainings), squeeze=False)[0]
    for axes, (name, losses) in zip(panels, trainings.items(), strict=True):
        for loss, (steps, values) in losses.items():
            axes.plot(steps, values, label=loss, linewidth=1)
        axes.set_title(name)
        axes.set_xlabel("step")
        axes.grid(alpha=0.3)
        axes.legend(fontsize="small")
    with write_atomically(path) as temporary:
        figure.savefig(temporary, dpi=_DPI)
