"""How close reconstructed images come to their originals (thesis, figures 17 and 18)."""

import numpy as np
import tensorflow as tf

from encoder.embedding.perceptual import PerceptualModel
from encoder.faces.identity import describe_face, identity_distance
from encoder.faces.landmarks import CLOSE_UP_DETECTION_SIZE, detect_faces
from encoder.images import check_image, resize_image
from stylegan_tf.errors import InputError

_FEATURE_SIDE = 256


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    """Peak signal-to-noise ratio of two uint8 images in dB; infinite for equal ones."""
    error = np.square(a.astype(np.float64) - b).mean()
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


def ssim(a: np.ndarray, b: np.ndarray) -> float:
    """Structural similarity (Wang et al. 2004: Gaussian window of 11 pixels) of uint8 images."""
    return float(tf.image.ssim(tf.constant(a), tf.constant(b), 255))


def feature_distance(a: np.ndarray, b: np.ndarray, perceptual: PerceptualModel) -> float:
    """VGG16 distance of two uint8 images at 256×256, in squared features of the first."""
    pair = np.stack([resize_image(image, _FEATURE_SIDE, _FEATURE_SIDE) for image in (a, b)])
    features = perceptual(tf.constant(pair.astype(np.float32) / 127.5 - 1))
    first, second = [f[:1] for f in features], [f[1:] for f in features]
    nothing = [tf.zeros_like(f) for f in first]
    return float((perceptual.distance(first, second) / perceptual.distance(first, nothing))[0])


def face_distance(a: np.ndarray, b: np.ndarray, detector: str = "cnn") -> float:
    """Distance of dlib's descriptors of the faces in two images; NaN where one shows no face."""
    found = [detect_faces(image, detector, CLOSE_UP_DETECTION_SIZE) for image in (a, b)]
    if not all(found):
        return float("nan")
    one, other = (
        describe_face(image, faces[0]) for image, faces in zip((a, b), found, strict=True)
    )
    return float(identity_distance(one, other))


def compare_images(
    original: np.ndarray,
    reconstruction: np.ndarray,
    perceptual: PerceptualModel,
    detector: str = "cnn",
) -> dict[str, float]:
    """`psnr` (dB), `ssim`, `vgg` and `identity` of two uint8 images.

    The original is resized to the reconstruction's size.

    Raises:
      InputError: an image is not uint8 RGB, or not square.
    """
    original, reconstruction = check_image(original), check_image(reconstruction)
    if original.shape[0] != original.shape[1]:
        raise InputError(
            f"the original must be square, not {original.shape[1]}×{original.shape[0]}; align it"
        )
    original = resize_image(original, reconstruction.shape[1], reconstruction.shape[0])
    return {
        "psnr": psnr(original, reconstruction),
        "ssim": ssim(original, reconstruction),
        "vgg": feature_distance(original, reconstruction, perceptual),
        "identity": face_distance(original, reconstruction, detector),
    }
