"""The MUG facial expression database: clips of 896×896 at 19 frames a second (thesis 3.1.3)."""

import os
import re

from encoder.datasets.face_sample import EXPRESSIONS, FaceSample, check_root, check_samples

_FRAME = re.compile(r"img_(\d+)\.jpe?g", re.IGNORECASE)


def read_mug(root: str | os.PathLike) -> list[FaceSample]:
    """The frames of `ROOT/074/surprise/take001/img_0000.jpg` and so on.

    ROOT may be `subjects3` or the folder that holds it. Some subjects have a level `session0`,
    `session1` above the expressions. "neutral" is calm.

    Raises:
      InputError: no such folder, or nothing of this layout in it.
    """
    root = check_root(root, "MUG")
    if (root / "subjects3").is_dir():
        root = root / "subjects3"
    samples, odd = [], []
    for subject in sorted(root.glob("[0-9][0-9][0-9]")):
        sessions = sorted(subject.glob("session[0-9]*")) or [subject]
        for folder in sorted(path for session in sessions for path in session.iterdir()):
            expression = "calm" if folder.name == "neutral" else folder.name
            if expression not in EXPRESSIONS or not folder.is_dir():
                odd.append(f"{folder.relative_to(root)} is no expression")
                continue
            frames = [
                FaceSample(path, subject.name, expression, int(match[1]))
                for take in sorted(folder.glob("take*"))
                for path in sorted(take.iterdir())
                if (match := _FRAME.fullmatch(path.name))
            ]
            if not frames:
                odd.append(f"{folder.relative_to(root)} holds no frames")
            samples += frames
    return check_samples(samples, root, "MUG", "074/surprise/take001/img_0000.jpg", odd)
