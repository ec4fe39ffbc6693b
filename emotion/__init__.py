"""Emotion labels, sequences and directions.

The public names are imported when first used: `import emotion` loads neither TensorFlow nor dlib.
"""

from typing import TYPE_CHECKING

from stylegan_tf.lazy_names import lazy_names

if TYPE_CHECKING:
    from emotion.directions.files import load_direction as load_direction
    from emotion.directions.fit import fit_directions as fit_directions
    from emotion.emotion import Emotion as Emotion
    from emotion.labelling.registry import load_labeller as load_labeller
    from emotion.sequences.model import EmotionSequenceModel as EmotionSequenceModel

_HOMES = {
    "Emotion": "emotion.emotion",
    "EmotionSequenceModel": "emotion.sequences.model",
    "fit_directions": "emotion.directions.fit",
    "load_direction": "emotion.directions.files",
    "load_labeller": "emotion.labelling.registry",
}

__getattr__, __dir__, __all__ = lazy_names(__name__, _HOMES)
