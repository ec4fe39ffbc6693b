"""How exactly faces are aligned, on rendered faces, whose eyes lie where the renderer put them."""

import dataclasses
import functools
import math
from collections.abc import Callable

import numpy as np
from PIL import Image

from encoder.faces.alignment import face_square
from encoder.faces.landmarks import DETECTION_SIZE, detect_faces
from encoder.faces.refinement import refine_landmarks
from encoder.rendered_faces.geometry import EYE_X, VIEW_CENTRE_Y, VIEW_WIDTH, face_geometry
from encoder.rendered_faces.parameters import (
    EXPRESSIONS,
    NUM_IDENTITY,
    identity_values,
    muscle_actions,
    sample_identities,
    with_expression,
)
from encoder.rendered_faces.renderer import render_face
from stylegan_tf.runners.local_runner import LocalRunner

_RENDERED_SIZE = 512
_PICTURE_SIZE = (960, 720)
_SIDES = (260.0, 520.0)  # of the square that FFHQ would cut out, in pixels of the picture
# FFHQ's square puts the eyes' midpoint here, in sides of the frame: 0.11 of 4 units above its
# centre, for a face whose eyes are 1 unit apart and whose mouth is 1.1 below them.
EYE_PLACE = np.array([0.5, 0.5 - VIEW_CENTRE_Y / VIEW_WIDTH])


@dataclasses.dataclass(frozen=True)
class AlignmentAudit:
    """What alignment made of faces whose true place is known.

    Attributes:
      offsets: float64 [n, 2]: from `EYE_PLACE` to the true midpoint of the eyes in the aligned
        picture, in sides of the frame; NaN where no face was found.
      rolls: float64 [n]: how far the true line of the eyes is from level there, in degrees.
    """

    offsets: np.ndarray
    rolls: np.ndarray

    @property
    def distances(self) -> np.ndarray:
        """Lengths of the offsets, [n], infinite where no face was found."""
        return np.nan_to_num(np.linalg.norm(self.offsets, axis=1), nan=np.inf)

    def share_within(self, distance: float) -> float:
        """Share of the faces whose eyes are at most so far from their place."""
        return float((self.distances <= distance).mean())


def audit_alignment(
    count: int,
    max_roll: float = 25.0,
    seed: int = 0,
    detector: str = "cnn",
    detection_size: int = DETECTION_SIZE,
    workers: int = 1,
    on_face: Callable[[], object] | None = None,
) -> tuple[AlignmentAudit, AlignmentAudit]:
    """Aligns rendered faces that were turned, scaled and shifted at random within a picture.

    Args:
      count: how many faces: a person each, the seven expressions in turn.
      max_roll: the most that a face is turned either way, in degrees.
      seed: of persons and places.
      detector, detection_size: see `encoder.detect_faces`.
      workers: how many processes work.
      on_face: called after each face.

    Returns:
      What came of dlib's landmarks, and of refined ones.
    """
    people = sample_identities(count, np.random.default_rng(seed))
    names = ("calm", *EXPRESSIONS)
    faces = [
        (with_expression(person, names[index % len(names)]), place_face([seed, index], max_roll))
        for index, person in enumerate(people)
    ]
    measure = functools.partial(_measure, detector=detector, detection_size=detection_size)
    rows = []
    for _, row in LocalRunner(workers).map(measure, faces):
        rows.append(row)
        if on_face is not None:
            on_face()
    plain, refined = np.swapaxes(rows, 0, 1)
    return AlignmentAudit(plain[:, :2], plain[:, 2]), AlignmentAudit(refined[:, :2], refined[:, 2])


def place_face(seed: int | list[int], max_roll: float) -> np.ndarray:
    """A random place for a face: float64 [2, 3], from units of the renderer to pixels."""
    random = np.random.default_rng(seed)
    side = random.uniform(*_SIDES)
    roll = math.radians(random.uniform(-max_roll, max_roll))
    # The square may be cut off by a tenth of its side at any edge of the picture.
    low = 0.4 * side
    middle = [random.uniform(low, length - low) for length in _PICTURE_SIZE]
    turn = side / VIEW_WIDTH * np.array(
        [[math.cos(roll), -math.sin(roll)], [math.sin(roll), math.cos(roll)]]
    )  # fmt: skip
    return np.column_stack([turn, middle - turn @ [0, VIEW_CENTRE_Y]])


def draw_placed_face(vector: np.ndarray, place: np.ndarray) -> np.ndarray:
    """The picture of a face vector at a place, uint8 [720, 960, 3], its edges drawn out."""
    margin = _RENDERED_SIZE  # what the picture shows beyond the rendered frame
    rendered = render_face(vector, _RENDERED_SIZE)
    padded = np.pad(rendered, ((margin, margin), (margin, margin), (0, 0)), "edge")
    # From pixels of the picture to units, to pixels of the padded rendering.
    inverse = np.linalg.inv(np.vstack([place, [0, 0, 1]]))
    to_pixels = np.array([
        [_RENDERED_SIZE / VIEW_WIDTH, 0, _RENDERED_SIZE / 2 + margin],
        [0, _RENDERED_SIZE / VIEW_WIDTH,
         _RENDERED_SIZE / 2 - VIEW_CENTRE_Y * _RENDERED_SIZE / VIEW_WIDTH + margin],
        [0, 0, 1],
    ])  # fmt: skip
    matrix = (to_pixels @ inverse)[:2].ravel().tolist()
    picture = Image.fromarray(padded).transform(
        _PICTURE_SIZE, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC
    )
    return np.asarray(picture)


def true_eyes(vector: np.ndarray) -> np.ndarray:
    """Where the renderer puts the eyes of a face vector: float64 [2, 2], in units, left first.

    Turning the head (yaw) moves them from (∓0.5, 0).
    """
    face, action = identity_values(vector), muscle_actions(vector[NUM_IDENTITY:])
    g = face_geometry(face, action, 256)
    axis = (np.arange(256) + 0.5) * g.pixel - VIEW_WIDTH / 2
    level = int(np.abs(g.y[:, 0]).argmin())
    near = np.abs(axis) < 1  # within the face, where x grows
    return np.array([[np.interp(x, g.x[level, near], axis[near]), 0] for x in (-EYE_X, EYE_X)])


def _measure(face: tuple[np.ndarray, np.ndarray], detector: str, detection_size: int) -> np.ndarray:
    """Offset (x, y) and roll with dlib's landmarks and with refined ones: float64 [2, 3]."""
    vector, place = face
    picture = draw_placed_face(vector, place)
    found = detect_faces(picture, detector, detection_size)
    if not found:
        return np.full((2, 3), np.nan)
    eyes = true_eyes(vector) @ place[:, :2].T + place[:, 2]
    plain = found[0].landmarks
    return np.array([_errors(eyes, each) for each in (plain, refine_landmarks(picture, plain))])


def _errors(eyes: np.ndarray, landmarks: np.ndarray) -> tuple[float, float, float]:
    top_left, bottom_left, _, top_right = face_square(landmarks).corners + 0.5
    to_frame = np.linalg.inv(np.column_stack([top_right - top_left, bottom_left - top_left]))
    left, right = (eyes - top_left) @ to_frame.T
    across, offset = right - left, (left + right) / 2 - EYE_PLACE
    return offset[0], offset[1], math.degrees(math.atan2(across[1], across[0]))
