"""Picture files, of whatever kind, as 8-bit RGB arrays."""

import os
import pathlib
import warnings

import numpy as np
from PIL import Image, ImageOps

from stylegan_tf.errors import InputError
from stylegan_tf.files.whole_files import write_atomically

IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"})
_WIDE_INTEGERS = ("I", "I;16", "I;16L", "I;16B", "I;16N")


def read_image(path: str | os.PathLike) -> np.ndarray:
    """Reads a picture, upright, as uint8 RGB [H, W, 3].

    EXIF rotation is applied; 16-bit grey is scaled to 8 bits; transparent pixels are laid over
    white; greyscale, palette and CMYK pictures become RGB; of an animation the first frame is read.

    Raises:
      InputError: there is no such file, or it is not a readable picture.
    """
    path = pathlib.Path(path)
    if not path.is_file():
        what = "is a folder, not a picture" if path.is_dir() else "does not exist"
        raise InputError(f"{path} {what}")
    try:
        with warnings.catch_warnings():
            # A 100-megapixel photograph is large, not an attack; twice Pillow's limit still is one.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                picture.load()
                return np.asarray(_to_rgb(ImageOps.exif_transpose(picture)))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(f"{path} is not a readable picture: {error}") from error


def _to_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode in _WIDE_INTEGERS:
        levels = np.asarray(picture).astype(np.int64)
        if levels.max(initial=0) > 255:  # 16 bits; small values are 8-bit levels kept wide
            levels = np.rint(levels * (255 / 65535))
        return Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8)).convert("RGB")
    if picture.mode == "F":
        raise ValueError("floating-point pictures have no defined white; save it as 8 or 16 bits")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(white, picture).convert("RGB")
    return picture.convert("RGB")


def write_image(path: str | os.PathLike, image: np.ndarray) -> None:
    """Writes uint8 RGB [H, W, 3] whole or not at all; the suffix of `path` sets the format."""
    image = check_image(image)
    with write_atomically(path) as temporary:
        Image.fromarray(image).save(temporary)


def check_image(image: np.ndarray) -> np.ndarray:
    """Returns `image` if it is uint8 RGB [H, W, 3]; raises InputError if it is not."""
    image = np.asarray(image)
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[-1] != 3 or not image.size:
        raise InputError(
            f"an image must be uint8 RGB of shape [H, W, 3], not {image.dtype} {image.shape}"
        )
    return image


def resize_image(image: np.ndarray, width: int, height: int) -> np.ndarray:
    """Resizes uint8 RGB [H, W, 3] to [height, width, 3], antialiased (Lanczos)."""
    if image.shape[:2] == (height, width):
        return image
    return np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.LANCZOS))


def list_images(folder: str | os.PathLike) -> list[pathlib.Path]:
    """Paths of the pictures directly inside `folder`, sorted by name.

    Raises:
      InputError: there is no such folder, or it holds no pictures.
    """
    folder = pathlib.Path(folder)
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}")
    paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in IMAGE_SUFFIXES)
    paths = [p for p in paths if not p.name.startswith(".")]
    if not paths:
        known = ", ".join(sorted(IMAGE_SUFFIXES))
        raise InputError(f"{folder} holds no pictures ({known})")
    return paths
