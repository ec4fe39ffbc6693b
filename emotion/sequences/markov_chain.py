"""A second-order Markov chain of emotions: sequences whose best possible prediction is known.

Real trailers cannot be shipped, so the sequence model that ships is trained on this chain. It is
made up, not measured: weights in `_FOLLOWERS` say what tends to follow what, and two rules make
the next emotion depend on the last two.
"""

import functools

import numpy as np

from emotion.emotion import Emotion
from stylegan_tf.errors import InputError

# Weight of the next emotion (column) after the present one (row), in `Emotion` order: calm, anger,
# happiness, surprise, disgust, fear, sadness. Calm is the hub; fear and surprise, anger and
# disgust, sadness and anger lead to each other. No emotion follows itself: only changes are kept.
_FOLLOWERS = np.array(
    [
        [0, 2, 8, 3, 1, 2, 2],
        [4, 0, 1, 1, 6, 2, 4],
        [8, 1, 0, 4, 1, 1, 1],
        [2, 2, 6, 0, 1, 7, 1],
        [3, 7, 1, 1, 0, 2, 3],
        [2, 3, 1, 6, 2, 0, 6],
        [6, 5, 2, 1, 2, 3, 0],
    ],
    np.float64,
)
RETURN_WEIGHT = 0.15  # going straight back to the emotion before: rare …
RELIEF_WEIGHT = 6.0  # … but after an unpleasant emotion and then another, calm comes
_UNPLEASANT = (Emotion.ANGER, Emotion.DISGUST, Emotion.FEAR, Emotion.SADNESS)


class MarkovChain:
    """A chain in which the next emotion depends on the last two.

    Attributes:
        probabilities: float64 `[7, 7, 7]`: last but one, last, next; each row sums to 1.
    """

    def __init__(self, probabilities: np.ndarray) -> None:
        """Takes the table of probabilities.

        Raises:
            InputError: the table has another shape, or a row is not a distribution.
        """
        size = len(Emotion)
        if probabilities.shape != (size, size, size):
            raise InputError(f"the chain's table is {probabilities.shape}, not (7, 7, 7)")
        if (probabilities < 0).any() or not np.allclose(probabilities.sum(axis=-1), 1):
            raise InputError("the rows of the chain's table are not probabilities that sum to 1")
        self.probabilities = probabilities

    def sample(self, clips: int, length: int, seed: int = 0) -> list[list[Emotion]]:
        """Draws `clips` sequences of `length` emotions.

        The first emotion is any with equal chance; the second is drawn as if the emotion before
        the first had been the same.
        """
        random = np.random.default_rng(seed)
        cumulative = self.probabilities.cumsum(axis=-1)
        values = np.empty((clips, length), np.int64)
        previous = last = random.integers(0, len(Emotion), clips)
        for step in range(length):
            values[:, step] = last
            draw = random.random(clips)[:, None]
            following = (draw > cumulative[previous, last]).sum(axis=1)
            # Rounding may leave the last cumulative sum a hair below 1.
            following = np.minimum(following, len(Emotion) - 1)
            previous, last = last, following
        return [[Emotion(value) for value in row] for row in values]

    @functools.cached_property
    def stationary(self) -> np.ndarray:
        """How often each pair (last but one, last) comes up in the long run: float64 `[7, 7]`."""
        pairs = np.full((len(Emotion), len(Emotion)), 1 / len(Emotion) ** 2)
        for _ in range(2000):
            pairs = np.einsum("ij,ijk->jk", pairs, self.probabilities)
        return pairs

    @property
    def best_accuracy(self) -> float:
        """Share of right answers of whoever knows the table and names the likeliest emotion."""
        return float((self.stationary * self.probabilities.max(axis=-1)).sum())

    @property
    def perplexity(self) -> float:
        """exp of the entropy rate: what no predictor can get below in the long run."""
        table = self.probabilities
        surprise = -np.log(table, out=np.zeros_like(table), where=table > 0)
        return float(np.exp((self.stationary[..., None] * table * surprise).sum()))


def example_chain() -> MarkovChain:
    """The chain that the shipped sequence model is trained on."""
    size = len(Emotion)
    weights = np.repeat(_FOLLOWERS[None], size, axis=0)
    for before in Emotion:
        for last in Emotion:
            if before != last:
                weights[before, last, before] *= RETURN_WEIGHT
            if before in _UNPLEASANT and last in _UNPLEASANT:
                weights[before, last, Emotion.CALM] *= RELIEF_WEIGHT
    return MarkovChain(weights / weights.sum(axis=-1, keepdims=True))
