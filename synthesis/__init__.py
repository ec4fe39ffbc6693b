"""Keyframes, in-between frames, videos and their scores.

The public names are imported when first used: `import synthesis` loads neither TensorFlow nor dlib.
"""

import importlib

_HOMES = {
    "EMOTION_COEFFICIENT": "keyframes",
    "FRAMES_BETWEEN": "interpolation",
    "ContentDistance": "acd",
    "EmotionPlan": "emotion_video",
    "EmotionTimeline": "timeline",
    "LayerMask": "masks",
    "TimelineRow": "timeline",
    "Track": "interpolation",
    "add_and_subtract": "arithmetic",
    "average_content_distance": "acd",
    "interpolate": "interpolation",
    "limit_timeline": "strength_search",
    "make_keyframe": "keyframes",
    "make_keyframes": "keyframes",
    "mix_styles": "arithmetic",
    "read_frames": "clips",
    "render_frames": "rendering",
    "smooth_alignment": "pose",
    "track_frames": "emotion_video",
    "transfer_pose": "pose",
    "write_video": "video",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module 'synthesis' has no attribute {name!r}")
    return getattr(importlib.import_module(f"synthesis.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
