"""An aligned face put back where it was cut out: the way back of FFHQ's alignment.

Only a soft-edged outline of the face is put back, the hull of the 68 landmarks with the forehead;
what lies outside it stays bit for bit. The face's colours are drawn to the picture's at the edge of
the outline, so that it shows no seam (as in "Stitch it in Time", Tzaban et al. 2022, but without
tuning the network for it).
"""

import dataclasses
import math

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage
from scipy.spatial import ConvexHull, QhullError

from encoder.faces.alignment import FaceSquare, face_square
from encoder.images import check_image
from stylegan_tf.errors import InputError

# In sides of FFHQ's square, which are about 2.5 faces' breadths.
_FOREHEAD = 0.10  # how far the brows are moved up: the landmarks end there
_GROWTH = 0.02  # how far the outline lies outside the hull
_FEATHER = 0.05  # breadth of the soft edge, inside the outline
_COLOUR_BLUR = 0.06  # over which the difference in colour is averaged
_BROWS = slice(17, 27)
_MASK_FINENESS = 2  # outlines are drawn so many times finer

OUTLINES: dict[str, tuple[tuple[int, ...], ...]] = {
    # Names of parts of a face → groups of landmarks of iBUG 300-W; each group's hull is filled.
    "face": (tuple(range(68)),),
    "mouth": ((*range(48, 68), *range(6, 11), 31, 35),),
    "eyes": ((*range(17, 22), *range(36, 42)), (*range(22, 27), *range(42, 48))),
}


@dataclasses.dataclass(frozen=True, eq=False)
class FaceMask:
    """Where in a picture a face is put, and how much.

    Attributes:
      box: left, top, right, bottom of the part of the picture that it touches.
      weights: float32 `[bottom − top, right − left]`: 1 the face, 0 the picture.
    """

    box: tuple[int, int, int, int]
    weights: np.ndarray

    @property
    def rows(self) -> slice:
        """The rows of the picture."""
        return slice(self.box[1], self.box[3])

    @property
    def columns(self) -> slice:
        """The columns of the picture."""
        return slice(self.box[0], self.box[2])


def outline_mask(
    landmarks: np.ndarray,
    size: tuple[int, int],
    part: str = "face",
    scale: float | None = None,
) -> FaceMask:
    """The soft outline of a face, or of a part of it.

    Args:
      landmarks: `[68, 2]`, (x, y) in pixels.
      size: width and height of the picture.
      part: a name of `OUTLINES`.
      scale: side of FFHQ's square of the face, in pixels, to which growth and feather are
        proportional; None for that of the landmarks.

    Raises:
      InputError: an unknown part, landmarks that describe no face, or a face outside the picture.
    """
    if part not in OUTLINES:
        raise InputError(f"there is no part {part!r} of a face; choose from {', '.join(OUTLINES)}")
    square = face_square(landmarks)
    side = 2 * math.hypot(*square.half_side) if scale is None else scale
    points = np.asarray(landmarks, np.float64)
    groups = [points[list(group)] for group in OUTLINES[part]]
    if part == "face":
        up = np.array([square.half_side[1], -square.half_side[0]])
        raised = points[_BROWS] + up / math.hypot(*up) * side * _FOREHEAD
        groups = [np.concatenate([points, raised])]
    margin = math.ceil(side * (_GROWTH + 0.01)) + 2
    chosen = np.concatenate(groups)
    low = np.floor(chosen.min(axis=0)).astype(int) - margin
    high = np.ceil(chosen.max(axis=0)).astype(int) + margin + 1
    left, top = int(max(low[0], 0)), int(max(low[1], 0))
    right, bottom = int(min(high[0], size[0])), int(min(high[1], size[1]))
    if left >= right or top >= bottom:
        raise InputError("the face lies outside the picture")
    # Distances are measured on the whole outline, so that the picture's rim does not count as edge.
    whole = np.zeros(((high - low)[::-1]), bool)
    for group in groups:
        whole |= _filled_hull(group - low, whole.shape)
    grown = ndimage.distance_transform_edt(~whole) <= side * _GROWTH
    depth = ndimage.distance_transform_edt(grown)
    soft = np.clip(depth / max(side * _FEATHER, 1.0), 0, 1)
    weights = (soft * soft * (3 - 2 * soft)).astype(np.float32)  # no kink at either end
    inside = weights[top - low[1] : bottom - low[1], left - low[0] : right - low[0]]
    return FaceMask((left, top, right, bottom), inside)


def paste_face(
    picture: np.ndarray,
    face: np.ndarray,
    landmarks: np.ndarray,
    *,
    unedited: np.ndarray | None = None,
    mask: FaceMask | None = None,
) -> np.ndarray:
    """Puts an aligned face back into the picture that it was cut out of.

    Args:
      picture: uint8 RGB `[H, W, 3]`.
      face: uint8 RGB `[S, S, 3]`, aligned.
      landmarks: `[68, 2]` pixels of `picture` that it was aligned with.
      unedited: the face before it was edited, as the generator draws it; its colours are compared
        with the picture's, and what they lack is added to `face`. None leaves colours alone.
      mask: where to put it; None for the outline of `landmarks`.

    Returns:
      uint8 RGB `[H, W, 3]`; bit-equal to `picture` where the mask is 0.

    Raises:
      InputError: a wrong argument, or landmarks that describe no face in the picture.
    """
    picture, face = check_image(picture), check_image(face)
    if mask is None:
        mask = outline_mask(landmarks, (picture.shape[1], picture.shape[0]))
    square = face_square(landmarks)
    placed = _place(face, square, mask.box)
    there = picture[mask.rows, mask.columns].astype(np.float32)
    if unedited is not None:
        before = placed if unedited is face else _place(check_image(unedited), square, mask.box)
        placed = placed + _colour_offset(there, before, mask, 2 * math.hypot(*square.half_side))
    weights = mask.weights[..., None]
    blended = np.clip(np.rint(there + (placed - there) * weights), 0, 255).astype(np.uint8)
    result = picture.copy()
    result[mask.rows, mask.columns] = np.where(
        weights > 0, blended, result[mask.rows, mask.columns]
    )
    return result


def to_aligned(landmarks: np.ndarray, points: np.ndarray, size: int) -> np.ndarray:
    """Points of the picture as pixels of the aligned face: float64 `[n, 2]`.

    Args:
      landmarks: `[68, 2]` that the face was aligned with.
      points: `[n, 2]`, pixels of the picture.
      size: side of the aligned face.
    """
    square = face_square(landmarks)
    right = square.half_side
    axes = np.stack([right, np.array([-right[1], right[0]])]) / (right @ right)
    return ((np.asarray(points, np.float64) - square.centre) @ axes.T + 1) * size / 2 - 0.5


def blend_faces(edited: np.ndarray, unedited: np.ndarray, mask: FaceMask) -> np.ndarray:
    """A face of which an edit changes one part only.

    Args:
      edited, unedited: uint8 RGB `[S, S, 3]`, the same face.
      mask: the part, in their pixels; from `outline_mask`.

    Returns:
      uint8 RGB `[S, S, 3]`; bit-equal to `unedited` where the mask is 0.
    """
    there = unedited[mask.rows, mask.columns].astype(np.float32)
    put = edited[mask.rows, mask.columns]
    result = unedited.copy()
    mixed = np.rint(there + (put - there) * mask.weights[..., None])
    result[mask.rows, mask.columns] = mixed.astype(np.uint8)
    return result


def _filled_hull(points: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The convex hull of points as a mask: bool `[H, W]`."""
    try:
        corners = points[ConvexHull(points).vertices]
    except QhullError:
        raise InputError("the landmarks lie on a line; there is no face to put back") from None
    fine = Image.new("L", (shape[1] * _MASK_FINENESS, shape[0] * _MASK_FINENESS))
    scaled = (corners + 0.5) * _MASK_FINENESS - 0.5
    ImageDraw.Draw(fine).polygon([tuple(point) for point in scaled.tolist()], fill=1)
    return np.asarray(fine)[::_MASK_FINENESS, ::_MASK_FINENESS] > 0


def _place(face: np.ndarray, square: FaceSquare, box: tuple[int, int, int, int]) -> np.ndarray:
    """The face as it lies in a box of the picture: float32 `[H, W, 3]`."""
    size = face.shape[0]
    side = 2 * math.hypot(*square.half_side)
    image = Image.fromarray(face)
    # Sampling alone would alias where the face is shrunk.
    small = min(size, max(round(side), 1))
    if small < size:
        image = image.resize((small, small), Image.Resampling.LANCZOS)
    right = square.half_side
    axes = np.stack([right, np.array([-right[1], right[0]])]) / (right @ right) * small / 2
    # Pillow's transforms count from a pixel's corner, landmarks from its middle.
    origin = np.array([box[0] - 0.5, box[1] - 0.5])
    offset = axes @ (origin - square.centre) + small / 2
    matrix = np.column_stack([axes, offset]).ravel().tolist()
    # Beyond the face's rim its edge pixels go on: the outline may reach there.
    rim = max(4, small // 8)
    padded = Image.fromarray(np.pad(np.asarray(image), ((rim, rim), (rim, rim), (0, 0)), "edge"))
    matrix[2] += rim
    matrix[5] += rim
    placed = padded.transform(
        (box[2] - box[0], box[3] - box[1]),
        Image.Transform.AFFINE,
        matrix,
        Image.Resampling.BICUBIC,
    )
    return np.asarray(placed, np.float32)


def _colour_offset(
    picture: np.ndarray, face: np.ndarray, mask: FaceMask, side: float
) -> np.ndarray:
    """What to add to the face: its difference from the picture at the soft edge, carried inwards.

    A Gaussian average over the edge's pixels; deep inside, where the edge is far, the average over
    all of the edge.
    """
    edge = (mask.weights * (1 - mask.weights))[..., None]
    total = edge.sum()
    if not total:
        return np.zeros_like(face)
    wrong = (picture - face) * edge
    everywhere = wrong.sum(axis=(0, 1)) / total
    sigma = max(side * _COLOUR_BLUR, 1.0)
    blurred = [
        ndimage.gaussian_filter(values, [sigma, sigma, 0], mode="constant")
        for values in (wrong, edge)
    ]
    faint = 1e-3 * float(edge.max())
    return (blurred[0] + everywhere * faint) / (blurred[1] + faint)
