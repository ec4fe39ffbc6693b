"""Faces in, latents out.

The public names are imported when first used: `import encoder` loads neither TensorFlow nor dlib.
"""

import importlib

_HOMES = {
    "Face": "landmarks",
    "detect_faces": "landmarks",
    "align_face": "alignment",
    "LatentOptimizer": "optimizer",
    "PerceptualModel": "perceptual",
    "CoarseEncoder": "coarse",
    "describe_face": "identity",
    "identity_distance": "identity",
    "read_image": "images",
    "write_image": "images",
    "load_latent": "latents",
    "save_latent": "latents",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module 'encoder' has no attribute {name!r}")
    return getattr(importlib.import_module(f"encoder.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
