"""How well labellers read faces whose emotion is known: confusion matrix and accuracy."""

import dataclasses
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from emotion.emotion import Emotion
from emotion.labelling.crop import crop_aligned_face
from emotion.labelling.labeller import Labeller
from encoder.datasets.face_sample import FaceSample
from encoder.faces.alignment import align_face
from encoder.faces.landmarks import DETECTION_SIZE, detect_faces
from encoder.images import read_image

_ALIGNED_SIZE = 256  # what `crop_aligned_face` reduces larger pictures to


@dataclasses.dataclass(frozen=True, eq=False)
class LabelledFace:
    """A face ready for a labeller, and what it is known to show."""

    sample: FaceSample
    emotion: Emotion
    crop: np.ndarray  # uint8 RGB [h, w, 3]


@dataclasses.dataclass(frozen=True, eq=False)
class LabellerAudit:
    """What a labeller made of faces.

    Attributes:
      name: the labeller's.
      classes: the emotions it knows; a face with another one it cannot get right.
      confusion: int `[7, 7]`, known emotion × emotion read, in `Emotion`'s order.
    """

    name: str
    classes: tuple[Emotion, ...]
    confusion: np.ndarray

    @property
    def num_known(self) -> int:
        """Faces with an emotion that the labeller knows."""
        return int(self.confusion[list(self.classes)].sum())

    @property
    def num_right(self) -> int:
        """Faces read rightly."""
        return int(np.trace(self.confusion))

    @property
    def accuracy(self) -> float | None:
        """Share read rightly of the faces with an emotion it knows; None if there are none."""
        return self.num_right / self.num_known if self.num_known else None

    @property
    def balanced_accuracy(self) -> float | None:
        """Mean over known emotions of the share read rightly: guessing gives 1 / their number."""
        shares = [
            self.confusion[emotion, emotion] / self.confusion[emotion].sum()
            for emotion in self.classes
            if self.confusion[emotion].any()
        ]
        return float(np.mean(shares)) if shares else None

    def as_record(self) -> dict[str, object]:
        """All of it for a JSON file."""
        return {
            "labeller": self.name,
            "classes": [emotion.label for emotion in self.classes],
            "faces": self.num_known,
            "right": self.num_right,
            "accuracy": self.accuracy,
            "balanced_accuracy": self.balanced_accuracy,
            "emotions": [emotion.label for emotion in Emotion],
            "confusion": self.confusion.tolist(),
        }


def prepare_faces(
    samples: Iterable[FaceSample],
    detector: str = "cnn",
    detection_size: int = DETECTION_SIZE,
    on_sample: Callable[[], object] | None = None,
) -> tuple[list[LabelledFace], list[FaceSample]]:
    """Aligns the largest face of every photograph and crops it as labellers expect.

    Args:
      samples: photographs with a known expression; others are passed over.
      detector, detection_size: see `encoder.detect_faces`.
      on_sample: called after each sample.

    Returns:
      The faces, and the samples in which none was found.
    """
    found, missed = [], []
    for sample in samples:
        if sample.expression is not None:
            image = read_image(sample.path)
            faces = detect_faces(image, detector, detection_size)
            if faces:
                aligned = align_face(image, faces[0].landmarks, _ALIGNED_SIZE)
                emotion = Emotion.from_name(sample.expression)
                found.append(LabelledFace(sample, emotion, crop_aligned_face(aligned)))
            else:
                missed.append(sample)
        if on_sample is not None:
            on_sample()
    return found, missed


def audit_labeller(labeller: Labeller, faces: Sequence[LabelledFace]) -> LabellerAudit:
    """Has a labeller read faces and counts what it says."""
    confusion = np.zeros((len(Emotion), len(Emotion)), int)
    read, _ = labeller.predict([face.crop for face in faces])
    for face, emotion in zip(faces, read, strict=True):
        confusion[face.emotion, emotion] += 1
    return LabellerAudit(labeller.name, labeller.classes, confusion)


def audit_table(audits: Sequence[LabellerAudit]) -> str:
    """One line a labeller, as a table to print."""
    width = max([len("labeller"), *(len(audit.name) for audit in audits)])
    lines = [f"{'labeller':{width}}  right/faces  accuracy  balanced  by guessing  emotions"]
    for audit in audits:
        cells = [
            f"{audit.num_right}/{audit.num_known}".rjust(11),
            _percent(audit.accuracy).rjust(8),
            _percent(audit.balanced_accuracy).rjust(8),
            _percent(1 / max(_shown(audit), 1)).rjust(11),
            ", ".join(emotion.label for emotion in audit.classes),
        ]
        lines.append("  ".join([audit.name.ljust(width), *cells]))
    return "\n".join(lines)


def confusion_table(audit: LabellerAudit) -> str:
    """Known emotion (lines) × emotion read (columns), as a table to print."""
    width = max(len(emotion.label) for emotion in Emotion)
    lines = [f"{audit.name:{width}}" + "".join(f"  {e.label:>9}" for e in audit.classes)]
    for emotion in Emotion:
        if audit.confusion[emotion].any():
            counts = (f"  {audit.confusion[emotion, read]:>9}" for read in audit.classes)
            lines.append(f"{emotion.label:{width}}" + "".join(counts))
    return "\n".join(lines)


def _shown(audit: LabellerAudit) -> int:
    """How many of the emotions it knows are among the faces."""
    return sum(bool(audit.confusion[emotion].any()) for emotion in audit.classes)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"
