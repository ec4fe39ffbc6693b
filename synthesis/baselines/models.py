"""The baselines by name, and the folder of a training, which says what was trained."""

import dataclasses
import os
import pathlib
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import read_own_json, write_json
from stylegan_tf.numbers import check_number
from stylegan_tf.training.checkpoints import Checkpoints
from synthesis.baselines.adversarial_training import AdversarialTraining
from synthesis.baselines.dvdgan import training as dvdgan
from synthesis.baselines.mocogan import training as mocogan
from synthesis.baselines.pose_gan import training as pose_gan
from synthesis.baselines.tgan import training as tgan
from synthesis.baselines.training_folder import CHECKPOINTS, DESCRIPTION, read_training
from synthesis.baselines.vgan import training as vgan

_POSITIVE = {
    "batch_size",
    "clip_every",
    "code_size",
    "content_size",
    "critic_width",
    "frames",
    "motion_size",
    "size",
    "width",
}


@dataclasses.dataclass(frozen=True)
class Model:
    """A baseline: its options' class, its training's class, and how long it is trained."""

    options: type
    training: Callable[[Any], AdversarialTraining]
    steps: int


MODELS: dict[str, Model] = {
    "mocogan": Model(mocogan.MocoganOptions, mocogan.MocoganTraining, mocogan.STEPS),
    "tgan": Model(tgan.TganOptions, tgan.TganTraining, tgan.STEPS),
    "vgan": Model(vgan.VganOptions, vgan.VganTraining, vgan.STEPS),
    "dvdgan": Model(dvdgan.DvdganOptions, dvdgan.DvdganTraining, dvdgan.STEPS),
    "pose_gan": Model(pose_gan.PoseGanOptions, pose_gan.PoseGanTraining, pose_gan.STEPS),
}


def make_options(model: str, values: Mapping[str, str]) -> Any:
    """The options of a model, from texts by name; what is not given is the original's.

    Raises:
      InputError: no such model or option, or a value that does not fit.
    """
    if model not in MODELS:
        raise InputError(f"there is no model {model!r}; choose one of {', '.join(MODELS)}")
    kind = MODELS[model].options
    types = typing.get_type_hints(kind)
    fields = {field.name: types[field.name] for field in dataclasses.fields(kind)}
    unknown = [name for name in values if name not in fields]
    if unknown:
        raise InputError(f"{model} has no option {unknown[0]!r}; it has {', '.join(fields)}")
    return kind(**{name: _parse(name, text, fields[name]) for name, text in values.items()})


def _parse(name: str, text: str, kind: Any) -> Any:
    try:
        if typing.get_origin(kind) is typing.Literal:
            if text not in typing.get_args(kind):
                raise ValueError
            return text
        if kind is bool:
            return {"true": True, "false": False}[text.lower()]
        value = kind(text)
    except (ValueError, KeyError):
        choices = typing.get_args(kind)
        wanted = " or ".join(choices) if choices else {int: "a whole number"}.get(kind, kind)
        raise InputError(
            f"option {name}={text} is not {getattr(wanted, '__name__', wanted)}"
        ) from None
    if kind in (int, float):
        check_number(value, f"option {name}", 0)
    if name in _POSITIVE and value < 1:
        raise InputError(f"{name} must be 1 or more")
    return value


def describe(
    folder: str | os.PathLike, model: str, options: Any, classes: Sequence[str], data: Mapping
) -> None:
    """Writes `model.json` into a training's folder, or checks that it says the same.

    Raises:
      InputError: the folder holds the training of another model, or on other clips.
    """
    path = pathlib.Path(folder) / DESCRIPTION
    wanted = {
        "model": model,
        "options": dataclasses.asdict(options),
        "classes": list(classes),
        "data": dict(data),
    }
    if path.is_file():
        found = read_own_json(path, "a training's description")
        changed = [key for key in wanted if found.get(key) != wanted[key]]
        if changed:
            raise InputError(
                f"{folder} holds a training with another {changed[0]}: {found.get(changed[0])}; "
                "give another folder, or start over"
            )
        return
    write_json(path, wanted)


@dataclasses.dataclass(frozen=True)
class Trained:
    """A trained baseline, as its folder holds it."""

    model: str
    training: AdversarialTraining
    classes: list[str]
    step: int


def load_trained(folder: str | os.PathLike) -> Trained:
    """The networks of a training's last checkpoint.

    Raises:
      InputError: the folder holds no training, or one that has not got to a checkpoint.
    """
    found = read_training(folder)
    try:
        model = MODELS[found.model]
        options = model.options(**found.options)
    except (KeyError, TypeError) as error:
        path = found.path / DESCRIPTION
        raise InputError(f"{path} is not the description of a baseline: {error}") from None
    training = model.training(options)
    step = Checkpoints(found.path / CHECKPOINTS, training.state()).restore()
    return Trained(found.model, training, list(found.classes), step)
