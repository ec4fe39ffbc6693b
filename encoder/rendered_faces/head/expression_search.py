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

WEAK = 0.5  # every second person also shows the emotion at this strength
_SIZE = 128
_CHUNK, _MARGIN = 9, 0.04  # a trial this far behind after some chunks of faces is given up
_STEP = 0.25  # standard deviation of a change
_LEAVING = 0.25  # price of the squared distance from the start
_FLOOR = 0.02  # of a probability, so that one lost face does not rule the mean logarithm
_CALM_LIMIT, _LIMIT = 0.5, 1.2
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
      logs: [n], logarithm of the intended probability on each face.
      price: of leaving the start.
      read: part of the faces at full strength that are read as intended.
    """

    units: dict[str, float]
    logs: np.ndarray
    price: float
    read: float

    @property
    def score(self) -> float:
        """What the search raises."""
        return float(self.logs.mean()) - self.price


def search_expression(
    emotion: str, pool: RendererPool, judge: Judge, persons: int, trials: int, seed: int = 0
) -> Iterator[Reading]:
    """Yields the best reading so far after every trial.

    Args:
      emotion: `calm` or one of EMOTIONS.
      pool: renders.
      judge: reads the pictures.
      persons: how many faces judge each trial.
    """
    rng = np.random.default_rng((seed, sorted(ALLOWED).index(emotion)))
    start = CALM_UNITS if emotion == "calm" else EMOTION_UNITS[emotion]
    names = sorted({*start, *ALLOWED[emotion]})
    origin = np.array([start.get(name, 0.0) for name in names])
    limit = _CALM_LIMIT if emotion == "calm" else _LIMIT
    # One draw for every person, so that more persons only add to fewer.
    faces = [sample_persons(1, np.random.default_rng((77, i)))[0] for i in range(persons)]
    shown = [with_emotion(face, emotion, 1.0) for face in faces]
    is_full = np.ones(persons, bool)
    if emotion != "calm":
        weak = [with_emotion(face, emotion, WEAK) for face in faces[::2]]
        shown, is_full = shown + weak, np.r_[is_full, np.zeros(len(weak), bool)]
    order = rng.permutation(len(shown))
    shown, is_full = [shown[i] for i in order], is_full[order]

    def reading(weights: np.ndarray, against: Reading | None) -> Reading | None:
        """None when it falls behind before all faces are judged."""
        units = dict(zip(names, weights.tolist(), strict=True))
        price = _LEAVING * float(((weights - origin) ** 2).sum())
        logs, right = np.zeros(0), np.zeros(0, bool)
        for first in range(0, len(shown), _CHUNK):
            faces_now = shown[first : first + _CHUNK]
            more = _read(emotion, units, faces_now, pool, judge)
            logs, right = np.r_[logs, more[0]], np.r_[right, more[1]]
            if against is not None:
                lead = float((logs - against.logs[: len(logs)]).mean()) - price + against.price
                if lead < (-_MARGIN if len(logs) < len(shown) else 0):
                    return None
        return Reading(units, logs, price, float(right[is_full].mean()))

    best = reading(origin, None)
    assert best is not None
    place, heading = origin, None
    yield best
    for _ in range(trials):
        change = heading
        if change is None:
            chosen = rng.random(len(names)) < 3 / len(names)
            chosen[rng.integers(len(names))] = True
            change = rng.normal(0, _STEP, len(names)) * chosen
        tried = np.clip(place + change, 0, limit)
        better = reading(tried, best)
        heading = None
        if better is not None:
            best, heading, place = better, change, tried
        yield best


def _read(
    emotion: str,
    units: dict[str, float],
    faces: list[np.ndarray],
    pool: RendererPool,
    judge: Judge,
) -> tuple[np.ndarray, np.ndarray]:
    """Logarithms of the intended probability [n], and whether it is the largest [n]."""
    calm = units if emotion == "calm" else CALM_UNITS
    emotions = EMOTION_UNITS if emotion == "calm" else {**EMOTION_UNITS, emotion: units}
    render = functools.partial(_render_with, calm=calm, emotions=emotions)
    probabilities = judge(list(pool.map(render, faces)))
    intended = 0 if emotion == "calm" else 1 + EMOTIONS.index(emotion)
    right = probabilities.argmax(axis=1) == intended
    return np.log(probabilities[:, intended] + _FLOOR), right


def _render_with(
    vector: np.ndarray, calm: dict[str, float], emotions: dict[str, dict[str, float]]
) -> np.ndarray:
    renderer = shared_renderer()
    renderer.model.calm_units, renderer.model.emotion_units = calm, emotions
    return renderer.render(vector, _SIZE)
