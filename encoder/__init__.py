"""Faces in, latents out.

The public names are imported when first used: `import encoder` loads neither TensorFlow nor dlib.
"""

from typing import TYPE_CHECKING

from stylegan_tf.lazy_names import lazy_names

if TYPE_CHECKING:
    from encoder.coarse.encoder import CoarseEncoder as CoarseEncoder
    from encoder.embedding.latents import load_latent as load_latent
    from encoder.embedding.latents import save_latent as save_latent
    from encoder.embedding.optimizer import LatentOptimizer as LatentOptimizer
    from encoder.embedding.perceptual import PerceptualModel as PerceptualModel
    from encoder.faces.alignment import align_face as align_face
    from encoder.faces.identity import describe_face as describe_face
    from encoder.faces.identity import identity_distance as identity_distance
    from encoder.faces.landmarks import Face as Face
    from encoder.faces.landmarks import detect_faces as detect_faces
    from encoder.images import read_image as read_image
    from encoder.images import write_image as write_image

_HOMES = {
    "CoarseEncoder": "encoder.coarse.encoder",
    "Face": "encoder.faces.landmarks",
    "LatentOptimizer": "encoder.embedding.optimizer",
    "PerceptualModel": "encoder.embedding.perceptual",
    "align_face": "encoder.faces.alignment",
    "describe_face": "encoder.faces.identity",
    "detect_faces": "encoder.faces.landmarks",
    "identity_distance": "encoder.faces.identity",
    "load_latent": "encoder.embedding.latents",
    "read_image": "encoder.images",
    "save_latent": "encoder.embedding.latents",
    "write_image": "encoder.images",
}

__getattr__, __dir__, __all__ = lazy_names(__name__, _HOMES)
