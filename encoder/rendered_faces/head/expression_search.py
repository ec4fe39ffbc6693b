"""Searches the weights of an emotion's face units that a judge reads best.

A random search from a hand-made start: it keeps a change that helps, goes on in its direction, and
pays for leaving the start, so that a judge's quirks don't carry an expression off.
"""

import dataclasses
import functools
from collections.abc import Callable, Iterator

import numpy as np

from encoder.rendered_faces.head.expressions import CALM_UNITS, EMOTION_UNITS
from encoder.rendered_faces.head.parameters import EMOTIONS
from encoder.rendered_faces.head.sampling import sample_persons, with_emotion
from encoder.rendered_faces.head.workers import RendererPool, shared_renderer

STRENGTHS = (0.5, 1.0)
_SIZE = 128
_STEP = 0.25  # standard deviation of a change
_LEAVING = 0.25  # price of the squared distance from the start
_FLOOR = 0.02  # of a probability, so that one lost face does not rule the mean logarithm
_CALM_LIMIT, _LIMIT = 0.5, 1.1
# Units that the search may use beside those of the start.
ALLOWED = {
    "calm": ("browInnerUp", "browOuterUp", "eyeWide", "eyeSquint", "mouthSmile", "cheekSquint"),
    "anger": ("browDown", "eyeWide", "eyeSquint", "noseSneer", "mouthPress", "mouthFrown",
              "mouthRollLower", "mouthUpperUp", "mouthFunnel", "jawForward", "mouthShrugUpper"),
    "happiness": ("mouthSmile", "cheekSquint", "eyeSquint", "mouthUpperUp", "mouthDimple",
                  "mouthLowerDown", "jawOpen", "browInnerUp", "browOuterUp"),
    "surprise": ("browInnerUp", "browOuterUp", "eyeWide", "jawOpen", "mouthFunnel",
                 "mouthUpperUp", "mouthStretch"),
    "disgust": ("noseSneer", "mouthUpperUp", "browDown", "eyeSquint", "cheekSquint",
                "mouthFrown", "mouthShrugLower", "mouthLowerDown", "jawOpen", "mouthShrugUpper"),
    "fear": ("browInnerUp", "browOuterUp", "browDown", "eyeWide", "mouthStretch", "jawOpen",
             "mouthLowerDown", "mouthFrown", "mouthUpperUp"),
    "sadness": ("browInnerUp", "browDown", "eyeSquint", "mouthFrown", "mouthShrugLower",
                "eyeBlink", "mouthStretch", "mouthPress", "cheekSquint"),
}  # fmt: skip

# Pictures uint8 [n, size, size, 3] → probabilities [n, 7]: calm, then EMOTIONS.
Judge = Callable[[list[np.ndarray]], np.ndarray]


@dataclasses.dataclass(frozen=True)
class Reading:
    """How well an expression is read.

    Attributes:
      units: weights.
      score: mean logarithm of the intended probability, less the price of leaving the start.
      read: part of the pictures at full strength that are read as intended.
    """

    units: dict[str, float]
    score: float
    read: float


def search_expression(
    emotion: str, pool: RendererPool, judge: Judge, persons: int, trials: int, seed: int = 0
) -> Iterator[Reading]:
    """Yields the best reading so far after every trial.

    Args:
      emotion: `calm` or one of EMOTIONS.
      pool: renders.
      judge: reads the pictures.
      persons: how many faces judge each trial, at every one of STRENGTHS.
    """
    rng = np.random.default_rng((seed, sorted(ALLOWED).index(emotion)))
    start = CALM_UNITS if emotion == "calm" else EMOTION_UNITS[emotion]
    names = sorted({*start, *ALLOWED[emotion]})
    origin = np.array([start.get(name, 0.0) for name in names])
    limit = _CALM_LIMIT if emotion == "calm" else _LIMIT
    # One draw for every person, so that more persons only add to fewer.
    faces = [sample_persons(1, np.random.default_rng((77, i)))[0] for i in range(persons)]

    def judged(weights: np.ndarray) -> Reading:
        units = dict(zip(names, weights.tolist(), strict=True))
        score, read = _judge(emotion, units, faces, pool, judge)
        return Reading(units, score - _LEAVING * float(((weights - origin) ** 2).sum()), read)

    best, place, heading = judged(origin), origin, None
    yield best
    for _ in range(trials):
        change = heading
        if change is None:
            chosen = rng.random(len(names)) < 3 / len(names)
            chosen[rng.integers(len(names))] = True
            change = rng.normal(0, _STEP, len(names)) * chosen
        tried = np.clip(place + change, 0, limit)
        reading = judged(tried)
        heading = None
        if reading.score > best.score:
            best, heading, place = reading, change, tried
        yield best


def _judge(
    emotion: str, units: dict[str, float], faces: list[np.ndarray], pool: RendererPool, judge: Judge
) -> tuple[float, float]:
    strengths = (1.0,) if emotion == "calm" else STRENGTHS
    shown = [with_emotion(face, emotion, s) for s in strengths for face in faces]
    calm = units if emotion == "calm" else CALM_UNITS
    emotions = EMOTION_UNITS if emotion == "calm" else {**EMOTION_UNITS, emotion: units}
    render = functools.partial(_render_with, calm=calm, emotions=emotions)
    images = list(pool.map(render, shown))
    probabilities = judge(images)
    intended = 0 if emotion == "calm" else 1 + EMOTIONS.index(emotion)
    full = probabilities[-len(faces) :]
    return (
        float(np.log(probabilities[:, intended] + _FLOOR).mean()),
        float((full.argmax(axis=1) == intended).mean()),
    )


def _render_with(
    vector: np.ndarray, calm: dict[str, float], emotions: dict[str, dict[str, float]]
) -> np.ndarray:
    renderer = shared_renderer()
    renderer.model.calm_units, renderer.model.emotion_units = calm, emotions
    return renderer.render(vector, _SIZE)
