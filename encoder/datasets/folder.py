"""Any folder of pictures; names of expressions in the paths become labels."""

import os
import re

from encoder.datasets.face_sample import EXPRESSIONS, FaceSample, check_root, check_samples
from encoder.images import IMAGE_SUFFIXES

_SYNONYMS = {"neutral": "calm"}


def read_folder(root: str | os.PathLike) -> list[FaceSample]:
    """The pictures under a folder, at any depth, sorted by path.

    A folder or a file named after an expression labels what it holds (`s001/happiness.png`,
    `s001/happiness/0001.png`, `happiness/0001.png`); "neutral" is calm. The first folder that is
    not an expression is the subject. Digits at the end of the file's name are the frame.

    Raises:
      InputError: no such folder, or no pictures in it.
    """
    root = check_root(root, "pictures")
    samples = []
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        hidden = any(part.startswith(".") for part in parts)
        if path.suffix.lower() not in IMAGE_SUFFIXES or hidden or not path.is_file():
            continue
        folders = [_expression(part) for part in parts[:-1]]
        labels = [label for label in (*folders, _expression(path.stem)) if label]
        subjects = [part for part, label in zip(parts, folders, strict=False) if not label]
        digits = re.search(r"(\d+)$", path.stem)
        samples.append(
            FaceSample(
                path,
                subject=subjects[0] if subjects else None,
                expression=labels[-1] if labels else None,
                frame=int(digits[1]) if digits else None,
            )
        )
    layout = f"picture in it ({', '.join(sorted(IMAGE_SUFFIXES))})"
    return check_samples(samples, root, "pictures", layout, [])


def _expression(part: str) -> str | None:
    label = part.lower()
    label = _SYNONYMS.get(label, label)
    return label if label in EXPRESSIONS else None
