"""Keyframes, in-between frames, videos and their scores.

The public names are imported when first used: `import synthesis` loads neither TensorFlow nor dlib.
"""

from typing import TYPE_CHECKING

from stylegan_tf.lazy_names import lazy_names

if TYPE_CHECKING:
    from emotion.emotion import EMOTION_COEFFICIENT as EMOTION_COEFFICIENT
    from encoder.clips.reading import read_frames as read_frames
    from synthesis.arithmetic import add_and_subtract as add_and_subtract
    from synthesis.arithmetic import mix_styles as mix_styles
    from synthesis.emotion_video import EmotionPlan as EmotionPlan
    from synthesis.emotion_video import track_frames as track_frames
    from synthesis.interpolation import Track as Track
    from synthesis.interpolation import interpolate as interpolate
    from synthesis.keyframes import make_keyframe as make_keyframe
    from synthesis.keyframes import make_keyframes as make_keyframes
    from synthesis.masks import LayerMask as LayerMask
    from synthesis.pose.smoothing import smooth_alignment as smooth_alignment
    from synthesis.pose.transfer import transfer_pose as transfer_pose
    from synthesis.rendering import render_frames as render_frames
    from synthesis.schedule import FRAMES_BETWEEN as FRAMES_BETWEEN
    from synthesis.scores.acd import ContentDistance as ContentDistance
    from synthesis.scores.acd import average_content_distance as average_content_distance
    from synthesis.strength_search import limit_timeline as limit_timeline
    from synthesis.timeline import EmotionTimeline as EmotionTimeline
    from synthesis.timeline import TimelineRow as TimelineRow
    from synthesis.video.writing import write_video as write_video

_HOMES = {
    "ContentDistance": "synthesis.scores.acd",
    "EMOTION_COEFFICIENT": "emotion.emotion",
    "EmotionPlan": "synthesis.emotion_video",
    "EmotionTimeline": "synthesis.timeline",
    "FRAMES_BETWEEN": "synthesis.schedule",
    "LayerMask": "synthesis.masks",
    "TimelineRow": "synthesis.timeline",
    "Track": "synthesis.interpolation",
    "add_and_subtract": "synthesis.arithmetic",
    "average_content_distance": "synthesis.scores.acd",
    "interpolate": "synthesis.interpolation",
    "limit_timeline": "synthesis.strength_search",
    "make_keyframe": "synthesis.keyframes",
    "make_keyframes": "synthesis.keyframes",
    "mix_styles": "synthesis.arithmetic",
    "read_frames": "encoder.clips.reading",
    "render_frames": "synthesis.rendering",
    "smooth_alignment": "synthesis.pose.smoothing",
    "track_frames": "synthesis.emotion_video",
    "transfer_pose": "synthesis.pose.transfer",
    "write_video": "synthesis.video.writing",
}

__getattr__, __dir__, __all__ = lazy_names(__name__, _HOMES)
