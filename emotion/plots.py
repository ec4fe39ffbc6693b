"""Figures about labels and sequences, as PNG files."""

import os
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from emotion.emotion import Emotion
from stylegan_tf.files.whole_files import write_atomically

_DPI = 120


def plot_predictions(
    path: str | os.PathLike,
    truth: Sequence[int] | np.ndarray,
    predicted: Sequence[int] | np.ndarray,
) -> None:
    """Predicted against true sequence, emotions 0 to 6 upwards (in the manner of figure 21)."""
    figure = Figure(figsize=(max(6, 0.16 * len(truth)), 3), layout="constrained")
    axes = figure.add_subplot()
    axes.plot(truth, "o-", label="true", markersize=5)
    axes.plot(predicted, "x--", label="predicted", markersize=6)
    axes.set_yticks(range(len(Emotion)), [f"{int(e)} {e.label}" for e in Emotion])
    axes.set_xlabel("place in the sequence")
    axes.grid(alpha=0.3)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.18), ncols=2, frameon=False)
    _save(figure, path)


def plot_loss(
    path: str | os.PathLike, training: Sequence[float], validation: Sequence[float]
) -> None:
    """Training and validation loss by epoch."""
    figure = Figure(figsize=(5, 3), layout="constrained")
    axes = figure.add_subplot()
    epochs = np.arange(1, len(training) + 1)
    axes.plot(epochs, training, ".-", label="training")
    axes.plot(epochs, validation, ".-", label="validation")
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss, nats")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    _save(figure, path)


def plot_matrix(
    path: str | os.PathLike,
    matrix: np.ndarray,
    row_title: str,
    column_title: str,
    classes: Sequence[Emotion] = tuple(Emotion),
) -> None:
    """A square table of emotions against emotions: a confusion or transition matrix.

    Args:
        path: PNG to write.
        matrix: `[n, n]`, counts (integers) or shares, rows and columns in the order of `classes`.
        row_title, column_title: what rows and columns are.
        classes: the emotions.
    """
    names = [emotion.label for emotion in classes]
    matrix = np.asarray(matrix)
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1e-12)
    figure = Figure(
        figsize=(1.6 + 0.75 * len(names), 1.1 + 0.65 * len(names)), layout="constrained"
    )
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=35, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel(column_title)
    axes.set_ylabel(row_title)
    form = "d" if np.issubdtype(matrix.dtype, np.integer) else ".2f"
    for row, column in np.ndindex(matrix.shape):
        colour = "white" if shares[row, column] > 0.6 else "black"
        text = format(matrix[row, column], form)
        axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=9)
    _save(figure, path)


def _save(figure: Figure, path: str | os.PathLike) -> None:
    with write_atomically(path) as temporary:
        figure.savefig(temporary, dpi=_DPI, format="png")
