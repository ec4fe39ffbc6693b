"""Where a video's face comes from: a photograph, embedded into the latent space."""

import pathlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from encoder.alignment import align_face
from encoder.images import read_image
from encoder.landmarks import DETECTION_SIZE, detect_faces
from stylegan_tf.errors import InputError

if TYPE_CHECKING:
    from encoder.optimizer import LatentOptimizer

ALIGNED_SIZE = 1024  # thesis 3.3


def align_photo(
    path: pathlib.Path,
    detector: str = "cnn",
    padding: str = "edge",
    detection_size: int = DETECTION_SIZE,
) -> np.ndarray:
    """The largest face of a photograph, aligned as FFHQ's: uint8 `[1024, 1024, 3]`.

    Raises:
      InputError: not a picture, or no face in it.
    """
    image = read_image(path)
    faces = detect_faces(image, detector, detection_size)
    if not faces:
        raise InputError(f"{path}: no face found; use a photograph of a face from the front")
    return align_face(image, faces[0].landmarks, ALIGNED_SIZE, padding)


def embed_faces(
    optimizer: "LatentOptimizer",
    images: list[np.ndarray],
    iterations: int,
    seed: int = 0,
    on_step: Callable[[], None] | None = None,
) -> np.ndarray:
    """Latents of aligned faces by fine embedding (thesis 3.8): float32 `[n, L, 512]`."""
    embeddings = optimizer.optimize(images, iterations, seed=seed, on_step=on_step)
    return np.stack([embedding.latent for embedding in embeddings])
