"""StyleGAN networks in TensorFlow/Keras, from and to the official pickles."""

import importlib

from stylegan_tf.errors import InputError

# TensorFlow takes seconds to import: it waits until a name that needs it is used.
_LAZY = {
    "Discriminator": "stylegan_tf.discriminator",
    "Generator": "stylegan_tf.generator",
    "Networks": "stylegan_tf.load",
    "load_networks": "stylegan_tf.load",
    "save_networks": "stylegan_tf.load",
    "ProganGenerator": "stylegan_tf.progan_generator",
    "to_uint8": "stylegan_tf.generator",
    "PickleFormatError": "stylegan_tf.pickle_values",
    "UnsafePickleError": "stylegan_tf.pickle_values",
}

__all__ = ["InputError", *_LAZY]


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
