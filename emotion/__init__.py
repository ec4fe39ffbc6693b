"""Emotion labels, sequences and directions.

The names are loaded when first used, so that a program can check its flags before TensorFlow is.
"""

import importlib

_HOMES = {
    "Emotion": "emotion.emotion",
    "load_labeller": "emotion.labellers",
}

__all__ = list(_HOMES)


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
