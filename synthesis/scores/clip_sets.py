"""Scores of sets of clips, each with its standard error over the clips (thesis 4.8: 210 videos)."""

import dataclasses
import os
import pathlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from encoder.descriptors import FaceDescriptor
from encoder.images import IMAGE_SUFFIXES
from stylegan_tf.errors import InputError
from synthesis.scores.acd import ContentDistance, score_description
from synthesis.scores.clip_descriptions import ClipDescription

VIDEO_SUFFIXES = frozenset({".mp4", ".webm", ".gif", ".avi", ".mov", ".mkv", ".m4v"})
BOOTSTRAP_SAMPLES = 2000
_BOOTSTRAP_SEED = 0


@dataclasses.dataclass(frozen=True, eq=False)
class SetScore:
    """The mean over clips of `ContentDistance`, and how far chance may have moved it.

    The errors are standard errors: the deviation of the value over `BOOTSTRAP_SAMPLES` sets drawn
    from the clips with replacement; None for a single clip.

    Attributes:
      acd, acd_error: mean ACD of a clip.
      motion, motion_error: mean motion of a clip over the ACD's own pairs, in distances between
        the eyes.
      acd_per_motion, acd_per_motion_error: mean ACD over mean motion; None if nothing moves.
      landmark_motion: mean motion from frame to frame; None where no clip has two faces in a row.
      landmark_range: mean distance of a landmark from its average place in the clip.
      pairing, extractor, weights, alignment, detector: see `ContentDistance`.
      num_clips: clips in the set.
      num_scored: those that could be scored; only they count in all of the above.
      num_frames, num_faces: over all clips.
      clips: name of each clip → its score, or why it has none.
    """

    acd: float
    acd_error: float | None
    motion: float
    motion_error: float | None
    acd_per_motion: float | None
    acd_per_motion_error: float | None
    landmark_motion: float | None
    landmark_range: float
    pairing: str
    extractor: str
    weights: str
    alignment: str
    detector: str
    num_clips: int
    num_scored: int
    num_frames: int
    num_faces: int
    clips: dict[str, ContentDistance | str]

    @property
    def face_share(self) -> float:
        """Share of all frames in which a face was found."""
        return self.num_faces / self.num_frames

    def as_row(self) -> dict[str, object]:
        """All of it for a JSON file, the clips last."""
        row = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        del row["clips"]
        return {**row, "face_share": self.face_share, "clips": self.clip_rows()}

    def clip_rows(self) -> list[dict[str, object]]:
        """The clips' scores for a JSON file; of one without a score, why."""
        return [
            {"video": name, **({"error": score} if isinstance(score, str) else score.as_row())}
            for name, score in self.clips.items()
        ]


def find_clips(path: str | os.PathLike[str]) -> list[pathlib.Path]:
    """The clips of a set.

    Args:
      path: a video file (one clip); a folder of pictures (one clip, its frames); or a folder with
        videos and folders of pictures in it, at any depth. Pictures beside clips, such as sheets
        of their frames, are no clip.

    Raises:
      InputError: there is no such path, or no clip in it.
    """
    root = pathlib.Path(path)
    if root.is_file():
        return [root]
    if not root.is_dir():
        raise InputError(f"there is no clip {path}")
    found: list[pathlib.Path] = []
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not name.startswith("."))
        paths = sorted(pathlib.Path(folder, name) for name in files if not name.startswith("."))
        videos = [path for path in paths if path.suffix.lower() in VIDEO_SUFFIXES]
        if videos:
            found += videos
        elif any(path.suffix.lower() in IMAGE_SUFFIXES for path in paths):
            found.append(pathlib.Path(folder))
    if not found:
        raise InputError(f"{path} holds neither videos nor folders of pictures")
    above = {folder for clip in found for folder in clip.parents}
    return sorted(clip for clip in found if clip not in above)


def score_set(
    descriptions: Mapping[str, ClipDescription],
    index: int,
    descriptor: FaceDescriptor,
    pairing: str = "consecutive",
    detector: str = "cnn",
) -> SetScore:
    """Scores every clip of a set and averages.

    Args:
      descriptions: clip's name → what `describe_clip` made of it; one at least.
      index, descriptor, pairing, detector: see `score_description`.

    Raises:
      InputError: a wrong pairing, or no clip can be scored.
    """
    clips: dict[str, ContentDistance | str] = {}
    reason = "there are no clips to score"
    for name, description in descriptions.items():
        try:
            clips[name] = score_description(description, index, descriptor, pairing, detector)
        except InputError as error:
            clips[name] = reason = str(error)
    scored = [score for score in clips.values() if not isinstance(score, str)]
    if not scored:
        raise InputError(reason)
    acds = np.array([score.acd for score in scored])
    motions = np.array([score.motion for score in scored])
    steps = np.array([score.landmark_motion for score in scored])
    steps = steps[~np.isnan(steps)]
    return SetScore(
        float(acds.mean()),
        standard_error(lambda chosen: acds[chosen].mean(axis=1), len(scored)),
        float(motions.mean()),
        standard_error(lambda chosen: motions[chosen].mean(axis=1), len(scored)),
        float(acds.sum() / motions.sum()) if motions.any() else None,
        standard_error(
            lambda chosen: acds[chosen].sum(axis=1) / motions[chosen].sum(axis=1), len(scored)
        ),
        float(steps.mean()) if len(steps) else None,
        float(np.mean([score.landmark_range for score in scored])),
        pairing,
        descriptor.extractor,
        descriptor.weights,
        descriptor.alignment,
        detector,
        len(clips),
        len(scored),
        sum(description.num_frames for description in descriptions.values()),
        sum(description.num_faces for description in descriptions.values()),
        clips,
    )


def standard_error(
    statistic: Callable[[np.ndarray], np.ndarray], count: int, samples: int = BOOTSTRAP_SAMPLES
) -> float | None:
    """Bootstrap standard error (Efron 1979) of a statistic of `count` clips.

    Args:
      statistic: indices int `[samples, count]` of drawn clips → its values `[samples]`; values
        that are not finite are left out.
      count: how many clips there are; of fewer than two the error is None.
      samples: how many sets are drawn, always the same ones.
    """
    if count < 2:
        return None
    chosen = np.random.default_rng(_BOOTSTRAP_SEED).integers(count, size=(samples, count))
    with np.errstate(divide="ignore", invalid="ignore"):
        values = statistic(chosen)
    values = values[np.isfinite(values)]
    return float(values.std(ddof=1)) if len(values) > 1 else None


def score_table(scores: Sequence[tuple[str, SetScore]]) -> str:
    """Names and scores as a table to print, one a line, with what the ACD depends on."""
    head = ["video", "ACD", "error", "pairing", "descriptor", "clips", "faces/frames"]
    cells = [[*head, "motion", "ACD/motion", "range"]]
    for name, score in scores:
        clips = str(score.num_clips)
        if score.num_scored < score.num_clips:
            clips = f"{score.num_scored}/{score.num_clips}"
        cells.append(
            [
                name,
                f"{score.acd:.4f}",
                _optional(score.acd_error, 4),
                score.pairing,
                f"{score.extractor} ({score.alignment})",
                clips,
                f"{score.num_faces}/{score.num_frames}",
                f"{score.motion:.4f}",
                _optional(score.acd_per_motion, 2),
                f"{score.landmark_range:.3f}",
            ]
        )
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    texts = (0, 3, 4)  # columns that start at the left
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in texts else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )


def _optional(number: float | None, digits: int) -> str:
    return "" if number is None else f"{number:.{digits}f}"
