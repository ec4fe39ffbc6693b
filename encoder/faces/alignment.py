"""FFHQ's face alignment: an oriented square around eyes and mouth, cut out and resampled.

The recipe is Karras et al.'s ("Progressive Growing of GANs", appendix C; used again for FFHQ in
"A Style-Based Generator Architecture"). The thesis (3.3) fills what lies outside the picture with
its edge pixels, where FFHQ mirrors it.
"""

import dataclasses
import math
from typing import Literal, get_args

import numpy as np
from PIL import Image
from scipy import ndimage

from encoder.images import check_image
from stylegan_tf.errors import InputError

Padding = Literal["edge", "reflect"]

ALIGNED_SIZE = 1024  # side of an aligned face in pixels, thesis 3.3 and 3.4
PADDINGS: tuple[Padding, ...] = get_args(Padding)

_EYE_FACTOR = 2.0  # half side of the square, in distances between the eyes, ...
_MOUTH_FACTOR = 1.8  # ... or from eyes to mouth, whichever is larger
_CENTRE_SHIFT = 0.1  # from the eyes towards the mouth, in eye-to-mouth distances
_BORDER = 0.1  # kept around the square, in sides; 3 pixels at least
_PADDING = 0.3  # added on a side that needs any, in sides
_BLUR = 0.02  # standard deviation of the blur of padded pixels, in sides
_SUPERSAMPLING = 4  # the square is sampled this many times finer than asked for


@dataclasses.dataclass(frozen=True)
class FaceSquare:
    """The square FFHQ cuts out for a face, in pixels of the picture."""

    centre: np.ndarray  # float64 [2]
    half_side: np.ndarray  # float64 [2]: from the centre to the middle of the right side

    @property
    def corners(self) -> np.ndarray:
        """float64 [4, 2]: top left, bottom left, bottom right, top right."""
        right = self.half_side
        down = np.array([-right[1], right[0]])
        return self.centre + np.stack([-right - down, -right + down, right + down, right - down])


def face_square(landmarks: np.ndarray) -> FaceSquare:
    """The square around a face's 68 landmarks ([68, 2], pixels).

    Raises:
      InputError: the landmarks have another shape, are not finite, or all but coincide.
    """
    landmarks = np.asarray(landmarks, np.float64)
    if landmarks.shape != (68, 2) or not np.isfinite(landmarks).all():
        raise InputError(f"landmarks must be 68 finite points, not an array {landmarks.shape}")
    left_eye, right_eye = landmarks[36:42].mean(0), landmarks[42:48].mean(0)
    mouth = (landmarks[48] + landmarks[54]) / 2
    eyes = (left_eye + right_eye) / 2
    across, down = right_eye - left_eye, mouth - eyes
    # The square's x axis is the mean of the eyes' line and the normal to the eyes-to-mouth line.
    axis = across + np.array([down[1], -down[0]])
    length = math.hypot(*axis)
    half_side = max(math.hypot(*across) * _EYE_FACTOR, math.hypot(*down) * _MOUTH_FACTOR)
    if length < 1e-6 or half_side < 2:
        raise InputError("the landmarks all but coincide; there is no face to align")
    return FaceSquare(eyes + down * _CENTRE_SHIFT, axis / length * half_side)


def align_face(
    image: np.ndarray,
    landmarks: np.ndarray,
    output_size: int = ALIGNED_SIZE,
    padding: Padding = "edge",
) -> np.ndarray:
    """Cuts a face out of a picture the way FFHQ's faces are.

    Args:
      image: uint8 RGB [H, W, 3].
      landmarks: [68, 2], (x, y) in pixels of `image`.
      output_size: side of the result, in pixels.
      padding: what fills the square where it leaves the picture: "edge" (thesis 3.3) or
        "reflect" (FFHQ); both are blurred and faded to the median colour away from the picture.

    Returns:
      uint8 RGB [output_size, output_size, 3].

    Raises:
      InputError: a wrong argument, or landmarks that describe no face.
    """
    image = check_image(image)
    if padding not in PADDINGS:
        raise InputError(f"unknown padding {padding!r}; choose one of {', '.join(PADDINGS)}")
    if output_size < 1:
        raise InputError(f"output_size must be positive, not {output_size}")
    square = face_square(landmarks)
    corners, side = square.corners, 2 * math.hypot(*square.half_side)

    picture, shrink = _shrink(Image.fromarray(image), math.floor(side / output_size * 0.5))
    corners, side = corners / shrink, side / shrink
    border = max(round(side * _BORDER), 3)

    left, top = np.floor(corners.min(0)).astype(int) - border
    right, bottom = np.ceil(corners.max(0)).astype(int) + border
    box = (max(left, 0), max(top, 0), min(right, picture.width), min(bottom, picture.height))
    if box[0] >= box[2] or box[1] >= box[3]:
        raise InputError("the landmarks lie outside the picture")
    picture = picture.crop(box)
    corners = corners - box[:2]

    margins = _margins(corners, border, picture.size)
    if max(margins) > border - 4:
        least = round(side * _PADDING)
        left, top, right, bottom = (max(margin, least) for margin in margins)
        margins = (left, top, right, bottom)
        picture = _pad(picture, margins, padding, side * _BLUR)
        corners = corners + margins[:2]
    return _cut_out(picture, corners, output_size)


def _shrink(picture: Image.Image, factor: int) -> tuple[Image.Image, int]:
    """Shrinks the picture of a face more than twice too large: sampling alone would alias."""
    if factor <= 1:
        return picture, 1
    size = (round(picture.width / factor), round(picture.height / factor))
    return picture.resize(size, Image.Resampling.LANCZOS), factor


def _margins(corners: np.ndarray, border: int, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """How far the square and its border leave the picture: left, top, right, bottom."""
    low, high = np.floor(corners.min(0)).astype(int), np.ceil(corners.max(0)).astype(int)
    before = border - low
    after = high + border - np.array(size)
    left, top, right, bottom = (max(int(margin), 0) for margin in (*before, *after))
    return left, top, right, bottom


def _pad(
    picture: Image.Image, margins: tuple[int, int, int, int], padding: Padding, blur: float
) -> Image.Image:
    left, top, right, bottom = margins
    pixels = np.asarray(picture, np.float32)
    pixels = np.pad(pixels, ((top, bottom), (left, right), (0, 0)), padding)
    height, width = pixels.shape[:2]
    x = np.arange(width, dtype=np.float32)
    y = np.arange(height, dtype=np.float32)[:, None]
    # 1 at the outer rim, 0 as far inside as the margin is wide, less further in.
    depth_x = np.minimum(x / left, (width - 1 - x) / right)
    depth_y = np.minimum(y / top, (height - 1 - y) / bottom)
    rim = (1 - np.minimum(depth_x, depth_y))[..., None]
    blurred = ndimage.gaussian_filter(pixels, [blur, blur, 0])
    pixels += (blurred - pixels) * np.clip(rim * 3 + 1, 0, 1)
    pixels += (np.median(pixels, axis=(0, 1)) - pixels) * np.clip(rim, 0, 1)
    return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))


def _cut_out(picture: Image.Image, corners: np.ndarray, output_size: int) -> np.ndarray:
    fine = output_size * _SUPERSAMPLING
    # Landmarks count from the middle of a pixel, Pillow's transforms from its corner.
    quad = (corners + 0.5).ravel().tolist()
    cut = picture.transform((fine, fine), Image.Transform.QUAD, quad, Image.Resampling.BILINEAR)
    cut = cut.resize((output_size, output_size), Image.Resampling.LANCZOS)
    return np.asarray(cut)
