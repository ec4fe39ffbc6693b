"""`.keras` files whose bytes depend on nothing but the model in them."""

import json
import os
import pathlib
import shutil
import zipfile
from typing import Any

import keras

from stylegan_tf.files.whole_files import temporary_path, write_atomically

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip archive can state


def save_model(model: keras.Model, path: str | os.PathLike) -> None:
    """Writes a model as a `.keras` file, whole or not at all.

    Keras states the time of saving in it, and numbers shared objects by their addresses in memory,
    so two runs that train the same weights would write different files. Here the time is 1980 and
    objects are numbered from 0; Keras reads both as before.
    """
    with write_atomically(path) as temporary:
        model.save(temporary)
        steady = temporary_path(pathlib.Path(path))
        try:
            _copy_steadily(temporary, steady)
            steady.replace(temporary)
        finally:
            steady.unlink(missing_ok=True)


def _copy_steadily(source: pathlib.Path, target: pathlib.Path) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            about = zipfile.ZipInfo(name, _EPOCH)
            with old.open(name) as reader, new.open(about, "w", force_zip64=True) as writer:
                if name == "metadata.json":
                    written = {**json.load(reader), "date_saved": "1980-01-01@00:00:00"}
                    writer.write(json.dumps(written).encode())
                elif name == "config.json":
                    config = json.load(reader)
                    _number_objects(config, {})
                    writer.write(json.dumps(config).encode())
                else:
                    shutil.copyfileobj(reader, writer, 1 << 20)


def _number_objects(value: Any, numbers: dict[int, int]) -> None:
    """Replaces each `shared_object_id` by its order of appearance, in place."""
    if isinstance(value, dict):
        if "shared_object_id" in value:
            address = value["shared_object_id"]
            value["shared_object_id"] = numbers.setdefault(address, len(numbers))
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            _number_objects(item, numbers)
