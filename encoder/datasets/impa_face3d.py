"""IMPA-FACE3D: 534 stills of 38 numbered subjects, seven expressions each (thesis 3.1.2)."""

import os
import re

from encoder.datasets.face_sample import FaceSample, check_root, check_samples

# The number in `s001-04_img.tif`. 07 and above are open and closed mouths and eyes, and profiles.
_EXPRESSIONS = ("calm", "happiness", "sadness", "surprise", "anger", "disgust", "fear")
_NAME = re.compile(r"(s\d{3})-(\d{2})_img\.(tif|tiff|bmp|png|jpg)", re.IGNORECASE)


def read_impa_face3d(root: str | os.PathLike) -> list[FaceSample]:
    """The pictures of `ROOT/s001/tif/s001-00_img.tif` and so on.

    `frame` is the number in the file's name; from 07 on a picture has no expression. Whole
    subjects may be missing (s020 and s022 often are); a subject that lacks an expression is
    named in a warning.

    Raises:
      InputError: no such folder, or nothing of this layout in it.
    """
    root = check_root(root, "IMPA-FACE3D")
    samples, odd = [], []
    for folder in sorted(root.glob("[sS][0-9][0-9][0-9]")):
        found = set()
        for path in sorted((*folder.glob("*"), *folder.glob("[tT][iI][fF]*/*"))):
            match = _NAME.fullmatch(path.name)
            if not match:
                continue
            if match[1].lower() != folder.name.lower():
                odd.append(f"{path.relative_to(root)} is named after another subject")
                continue
            index = int(match[2])
            expression = _EXPRESSIONS[index] if index < len(_EXPRESSIONS) else None
            samples.append(FaceSample(path, folder.name.lower(), expression, index))
            found.add(expression)
        missing = [name for name in _EXPRESSIONS if name not in found]
        if missing:
            odd.append(f"{folder.name} lacks {', '.join(missing)}")
    return check_samples(samples, root, "IMPA-FACE3D", "s001/tif/s001-00_img.tif", odd)
