"""Who is who from frame to frame within a shot."""

import dataclasses

from encoder.faces.landmarks import Face

PERSONS = ("tracked", "largest", "all")
_SAME_PERSON = 0.25  # intersection over union of two boxes, from which on they hold one person
_MAX_ABSENCE_SECONDS = 1.0  # a person not seen for longer is given up

Box = tuple[float, float, float, float]


@dataclasses.dataclass(frozen=True)
class TrackedFace:
    """A face and the number of its person: counted from 0 over the clip, new in every shot."""

    person: int
    face: Face


@dataclasses.dataclass
class _Track:
    person: int
    box: Box
    seconds: float


class FaceTracker:
    """Follows faces by the overlap of their boxes from frame to frame.

    Args:
        person: which faces `update` gives back. "tracked": one person a shot, the largest face when
            the shot begins, until it is gone for a second, then the largest face there is;
            "largest": the largest face of every frame, whoever it is; "all": every face.
    """

    def __init__(self, person: str = "tracked") -> None:
        if person not in PERSONS:
            raise ValueError(f"unknown choice of person {person!r}")
        self._person = person
        self._shot: int | None = None
        self._tracks: list[_Track] = []
        self._followed: int | None = None
        self._next_person = 0

    def update(self, faces: list[Face], shot: int, seconds: float) -> list[TrackedFace]:
        """Numbers the faces of the next frame, the largest first, and picks those asked for."""
        if shot != self._shot:
            self._shot, self._tracks, self._followed = shot, [], None
        self._tracks = [
            track for track in self._tracks if seconds - track.seconds <= _MAX_ABSENCE_SECONDS
        ]
        persons = {track.person for track in self._tracks}
        if self._followed not in persons:
            self._followed = None
        matches = sorted(
            (
                (overlap(track.box, face.box), t, f)
                for t, track in enumerate(self._tracks)
                for f, face in enumerate(faces)
            ),
            reverse=True,
        )
        assigned: dict[int, _Track] = {}
        taken: set[int] = set()
        for score, t, f in matches:
            if score >= _SAME_PERSON and t not in taken and f not in assigned:
                taken.add(t)
                assigned[f] = self._tracks[t]
        numbered = []
        for index, face in enumerate(faces):
            track = assigned.get(index)
            if track is None:
                track = _Track(self._next_person, face.box, seconds)
                self._next_person += 1
                self._tracks.append(track)
            track.box, track.seconds = face.box, seconds
            numbered.append(TrackedFace(track.person, face))
        numbered.sort(key=lambda tracked: -tracked.face.size)
        if self._person == "all":
            return numbered
        if self._person == "largest":
            return numbered[:1]
        if self._followed is None and numbered:
            self._followed = numbered[0].person
        return [tracked for tracked in numbered if tracked.person == self._followed]


def overlap(a: Box, b: Box) -> float:
    """Intersection over union of two boxes (left, top, right, bottom)."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)
