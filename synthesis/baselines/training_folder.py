"""The folder of a baseline's training, read without TensorFlow."""

import dataclasses
import hashlib
import json
import os
import pathlib
import re
from typing import Any

from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import read_own_json
from stylegan_tf.files.whole_files import read_text
from stylegan_tf.outputs.record import describe_inputs

DESCRIPTION = "model.json"
CHECKPOINTS = "checkpoints"
_MAX_LIST_BYTES = 1 << 20  # of TensorFlow's list of checkpoints
_LATEST = re.compile(r'^model_checkpoint_path: ".*?ckpt-(\d+)"', re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class TrainingFolder:
    """What a training's folder says.

    Attributes:
      path: the folder.
      model: the baseline's name, as `--model` takes it.
      options: its options by name.
      classes: its classes, in the order of their numbers.
      step: of the last checkpoint.
    """

    path: pathlib.Path
    model: str
    options: dict[str, Any]
    classes: tuple[str, ...]
    step: int

    def checksum(self) -> str:
        """A digest of the networks: of the description and the checkpoints."""
        described = describe_inputs([self.path / DESCRIPTION, self.path / CHECKPOINTS])
        return hashlib.sha256(json.dumps(described).encode()).hexdigest()


def read_training(folder: str | os.PathLike) -> TrainingFolder:
    """Reads a training's folder.

    Raises:
      InputError: the folder holds no training, or one that has not got to a checkpoint.
    """
    folder = pathlib.Path(folder)
    path = folder / DESCRIPTION
    if not path.is_file():
        raise InputError(f"{folder} is not the folder of a training: there is no {DESCRIPTION}")
    found = read_own_json(path, "the description of a baseline")
    try:
        model, options = str(found["model"]), dict(found["options"])
        classes = tuple(map(str, found["classes"]))
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is not the description of a baseline: {error}") from None
    latest = folder / CHECKPOINTS / "checkpoint"
    match = _LATEST.search(read_text(latest, _MAX_LIST_BYTES)) if latest.exists() else None
    if match is None:
        raise InputError(f"{folder} holds no checkpoint yet; train longer")
    return TrainingFolder(folder, model, options, classes, int(match[1]))
