"""Table 1 made anew: every model's clips scored alike, published numbers beside (thesis 4.8)."""

import dataclasses
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from encoder.clips.reading import read_frames
from encoder.descriptors import DescriptorOptions, load_face_descriptor
from encoder.images import resize_image
from stylegan_tf.errors import InputError
from synthesis.reproduction.published import PUBLISHED_DISTANCES
from synthesis.scores.clip_descriptions import ClipDescription
from synthesis.scores.clip_sets import score_set
from synthesis.video.contact_sheet import contact_sheet

PERSONS = "different persons"
_SHOWN_FRAMES, _CELL = 8, 96


@dataclasses.dataclass(frozen=True)
class ClipSet:
    """The clips of one model.

    Attributes:
      name: as the table calls it.
      made_by: what they are and how they were made.
      clips: video files and folders of frames.
    """

    name: str
    made_by: str
    clips: tuple[pathlib.Path, ...]


def score_rows(
    sets: Sequence[ClipSet],
    descriptions: Mapping[str, ClipDescription],
    options: Sequence[DescriptorOptions],
    pairings: Sequence[str],
    detector: str,
) -> list[dict[str, Any]]:
    """Scores every set with every descriptor and pairing.

    Args:
      sets: what to score.
      descriptions: a clip's path as text → its description, with all `options`.
      options: which descriptors.
      pairings: of `synthesis.scores.acd.PAIRINGS`.
      detector: what found the faces.

    Returns:
      A row for JSON each: `model`, `made_by`, then the fields of `SetScore` without the clips; or
      `error`, why there is no score.
    """
    rows = []
    for index, option in enumerate(options):
        descriptor = load_face_descriptor(option)
        for pairing in pairings:
            for one in sets:
                described = {str(clip): descriptions[str(clip)] for clip in one.clips}
                row: dict[str, Any] = {"model": one.name, "made_by": one.made_by}
                try:
                    score = score_set(described, index, descriptor, pairing, detector)
                except InputError:
                    frames = sum(d.num_frames for d in described.values())
                    faces = sum(d.num_faces for d in described.values())
                    row |= {
                        "extractor": descriptor.extractor,
                        "alignment": descriptor.alignment,
                        "pairing": pairing,
                        "num_clips": len(described),
                        "num_scored": 0,
                        "num_frames": frames,
                        "num_faces": faces,
                        "face_share": faces / frames,
                        "error": f"a face was found in {faces} of {frames} frames: no two to "
                        "compare in any clip",
                    }
                else:
                    found = score.as_row()
                    del found["clips"]
                    row |= found
                rows.append(row)
    return rows


def describe_persons(descriptions: Sequence[ClipDescription]) -> ClipDescription | None:
    """A clip whose every frame shows somebody else: the first face of each of the clips.

    Its ACD is what a model would score that changed the person in every frame.
    """
    shown = [one for one in descriptions if one.num_faces]
    if not shown:
        return None
    places = [int(np.flatnonzero(np.isfinite(one.landmarks[:, 0, 0]))[0]) for one in shown]
    return ClipDescription(
        tuple(
            np.stack([one.descriptors[k][place] for one, place in zip(shown, places, strict=True)])
            for k in range(len(shown[0].descriptors))
        ),
        np.stack([one.landmarks[place] for one, place in zip(shown, places, strict=True)]),
    )


def draw_clips(sets: Sequence[ClipSet]) -> np.ndarray:
    """What is compared: two clips of each model, a line with eight frames each; uint8 [h, w, 3]."""
    cells, names = [], []
    for one in sets:
        for clip in (one.clips[0], one.clips[-1]):
            frames = list(read_frames(clip))
            places = np.linspace(0, len(frames) - 1, _SHOWN_FRAMES).round().astype(int)
            cells += [resize_image(frames[place], _CELL, _CELL) for place in places]
            names.append(one.name)
    return contact_sheet(cells, [""] * len(cells), _SHOWN_FRAMES, _CELL, names)


def table_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as a table, then the published numbers with their protocols."""
    head = ("model", "ACD", "error", "pairing", "descriptor", "clips", "faces", "motion")
    cells = [[*head, "ACD/motion"]]
    for row in rows:
        scored, clips = row["num_scored"], row["num_clips"]
        cells.append(
            [
                row["model"],
                _number(row.get("acd")),
                _number(row.get("acd_error")),
                row["pairing"],
                f"{row['extractor']} ({row['alignment']})",
                str(clips) if scored == clips else f"{scored}/{clips}",
                f"{row['face_share']:.1%}",
                _number(row.get("motion")),
                _number(row.get("acd_per_motion"), 2),
            ]
        )
    widths = [max(len(row[k]) for row in cells) for k in range(len(cells[0]))]
    lines = []
    for cell in cells:
        pairs = zip(cell, widths, strict=True)
        lines.append("  ".join(text.ljust(width) for text, width in pairs).rstrip())
    lines.append("published, none of them on the scale of another protocol:")
    width = max(len(one.model) for one in PUBLISHED_DISTANCES)
    lines += [
        f"  {one.model:{width}}  {one.acd:.3f}  {one.protocol} ({one.source})"
        for one in PUBLISHED_DISTANCES
    ]
    return "\n".join(lines)


def _number(value: float | None, digits: int = 4) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
