"""The JSON file beside a video, which says how it was made."""

import importlib.metadata
import json
import os
import platform
from collections.abc import Mapping

from stylegan_tf.files import write_atomically

# Packages that decide what the pixels are.
_RECORDED_PACKAGES = (
    "tensorflow",
    "keras",
    "numpy",
    "scipy",
    "pillow",
    "moviepy",
    "imageio-ffmpeg",
)


def write_record(path: str | os.PathLike, record: Mapping[str, object]) -> None:
    """Writes the JSON file beside a video, with the versions of Python and packages added."""
    versions = {name: importlib.metadata.version(name) for name in _RECORDED_PACKAGES}
    record = {**record, "python": platform.python_version(), "packages": versions}
    with write_atomically(path) as temporary:
        temporary.write_text(
            json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n", "utf-8"
        )
