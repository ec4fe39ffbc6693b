"""Emotion labels, sequences and directions.

The public names are imported when first used: `import emotion` does not load TensorFlow.
"""

import importlib

_HOMES = {
    "Emotion": "emotion",
    "EmotionSequenceModel": "sequence_model",
    "fit_directions": "directions",
    "load_direction": "directions",
    "load_labeller": "labellers",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module 'emotion' has no attribute {name!r}")
    return getattr(importlib.import_module(f"emotion.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
