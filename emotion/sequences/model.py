"""The LSTM that continues a sequence of emotions (thesis 3.6 and figure 14)."""

import dataclasses
import os
import pathlib
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from absl import logging

from emotion.classifier_training import Epochs, Examples, History, train_classifier
from emotion.emotion import Emotion
from stylegan_tf.errors import InputError
from stylegan_tf.files.keras_archives import save_model
from stylegan_tf.training.replicas import Replicas

NUM_LSTM_LAYERS = 4  # thesis 3.6
WINDOW = 8  # emotions that the model looks back on
UNITS = 32
DROPOUT = 0.1
EMBEDDING_SIZE = 16

# Stands before the first emotion of a clip, so that short beginnings are windows too.
_START = len(Emotion)
_ASSETS = pathlib.Path(__file__).parents[1] / "assets"
SHIPPED_MODELS = {"markov-chain": _ASSETS / "emotion_lstm.keras"}
METHODS = ("sample", "greedy", "top-k")


@dataclasses.dataclass(frozen=True)
class Evaluation:
    """How well a model predicts the next emotion of given sequences.

    Attributes:
        accuracy: share of emotions that were the likeliest one.
        perplexity: exp of the mean negative log-likelihood; 7 is guessing, 1 is knowing.
        truth, predicted: int64 `[n]`, what came and what was thought likeliest.
        class_report: scikit-learn's precision, recall, F1 and count per emotion.
    """

    accuracy: float
    perplexity: float
    truth: np.ndarray
    predicted: np.ndarray
    class_report: dict


class EmotionSequenceModel:
    """Four LSTM layers with dropout on each and a softmax over seven emotions.

    It reads the last `window` emotions, integers of `Emotion`, and gives the probabilities of the
    next one.
    """

    def __init__(self, network: keras.Model) -> None:
        """Wraps a network int32 `[n, window]` → float32 `[n, 7]`; see `build` and `load`."""
        self.network = network
        self.window = network.inputs[0].shape[1]
        signature = tf.TensorSpec([None, self.window], tf.int32)
        self._run = tf.function(
            lambda windows: network(windows, training=False), input_signature=[signature]
        )

    @classmethod
    def build(
        cls, window: int = WINDOW, units: int = UNITS, dropout: float = DROPOUT, seed: int = 0
    ) -> "EmotionSequenceModel":
        """An untrained model.

        Args:
            window: how many emotions it looks back on.
            units: width of each LSTM layer.
            dropout: share of the outputs of each LSTM layer that training drops.
            seed: of the initial weights and of dropout.
        """
        if window < 1 or units < 1:
            raise InputError(f"window {window} and units {units} must be at least 1")
        if not 0 <= dropout < 1:
            raise InputError(f"dropout {dropout} is not in [0, 1)")
        seeds = iter(np.random.default_rng(seed).integers(0, 2**31, 2 + 3 * NUM_LSTM_LAYERS))
        glorot = keras.initializers.GlorotUniform
        x = inputs = keras.Input([window], dtype="int32", name="emotions")
        x = keras.layers.Embedding(
            len(Emotion) + 1,
            EMBEDDING_SIZE,
            embeddings_initializer=keras.initializers.RandomNormal(1.0, seed=int(next(seeds))),
        )(x)
        for index in range(NUM_LSTM_LAYERS):
            x = keras.layers.LSTM(
                units,
                return_sequences=index < NUM_LSTM_LAYERS - 1,
                unroll=True,  # windows are short; unrolled, the CPU runs them several times faster
                kernel_initializer=glorot(seed=int(next(seeds))),
                recurrent_initializer=keras.initializers.Orthogonal(seed=int(next(seeds))),
            )(x)
            x = keras.layers.Dropout(dropout, seed=int(next(seeds)))(x)
        x = keras.layers.Dense(
            len(Emotion), activation="softmax", kernel_initializer=glorot(seed=int(next(seeds)))
        )(x)
        return cls(keras.Model(inputs, x, name="emotion_lstm"))

    @classmethod
    def load(cls, path_or_name: str | os.PathLike) -> "EmotionSequenceModel":
        """Reads a model: a file that `save` wrote, or `"markov-chain"`, the one that ships.

        Raises:
            InputError: no such file, or it is not a model of this kind.
        """
        path = SHIPPED_MODELS.get(str(path_or_name), pathlib.Path(path_or_name))
        if not path.is_file():
            names = ", ".join(SHIPPED_MODELS)
            raise InputError(f"{path} does not exist; give a .keras file or one of {names}")
        try:
            network = keras.models.load_model(path, compile=False)
        except Exception as error:  # Keras raises many kinds
            reason = str(error).splitlines()[0]
            raise InputError(f"{path} is not a Keras model file: {reason}") from error
        inputs, outputs = network.inputs, network.outputs
        is_ours = (
            len(inputs) == len(outputs) == 1
            and len(inputs[0].shape) == 2
            and outputs[0].shape[1:] == (len(Emotion),)
            and any(isinstance(layer, keras.layers.Embedding) for layer in network.layers)
        )
        if not is_ours:
            raise InputError(f"{path} is a Keras model, but none of emotion sequences")
        return cls(network)

    def save(self, path: str | os.PathLike) -> None:
        """Writes the model as a .keras file, whole or not at all."""
        if pathlib.Path(path).suffix != ".keras":
            raise InputError(f"{path}: a sequence model is saved as a .keras file")
        # A model over the same layers that was never compiled: without the optimiser's state.
        bare = keras.Model(self.network.inputs[0], self.network.outputs[0], name="emotion_lstm")
        save_model(bare, path)

    def fit(
        self,
        training: Sequence[Sequence[int]],
        validation: Sequence[Sequence[int]],
        epochs: int = 30,
        batch_size: int = 256,
        learning_rate: float = 3e-3,
        seed: int = 0,
        **more: Any,
    ) -> History:
        """Trains on the clips `training` and keeps the weights that do best on `validation`.

        Adam on cross-entropy; the learning rate falls to 0 along a cosine. The same data and seeds
        give the same weights on the same machine.

        Args:
            training: clips to learn from.
            validation: clips to choose the best epoch by.
            epochs: how many.
            batch_size: windows a step.
            learning_rate: at the start.
            seed: of the order.
            **more: `folder`, `replicas` and `on_epoch` of `train_classifier`.

        Raises:
            InputError: a list of clips is empty or has no emotion in it.
        """
        windows = Examples(*make_windows(training, self.window))
        held_out = Examples(*make_windows(validation, self.window))
        if not len(windows) or not len(held_out):
            raise InputError("there are no emotions to learn from; give more or longer clips")
        steps = -(-len(windows) // batch_size) * epochs
        with (more.get("replicas") or Replicas()).scope():
            schedule = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
            optimizer = keras.optimizers.Adam(schedule)
        how = Epochs(epochs, batch_size, "loss", seed=seed)
        history, best = train_classifier(self.network, optimizer, windows, held_out, how, **more)
        logging.info("kept epoch %d, validation loss %.4f", best, history.validation_loss[best - 1])
        return history

    def probabilities(self, windows: np.ndarray) -> np.ndarray:
        """Probabilities of the next emotion: float32 `[n, 7]` for windows int32 `[n, window]`."""
        parts = [
            self._run(tf.constant(windows[start : start + 4096], tf.int32)).numpy()
            for start in range(0, len(windows), 4096)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, len(Emotion)), np.float32)

    def evaluate(self, clips: Sequence[Sequence[int]], skip: int = 0) -> Evaluation:
        """Predicts each emotion of `clips` from the true ones before it.

        Args:
            clips: sequences that the model was not trained on.
            skip: leave out the first emotions of each clip, which have few before them.

        Raises:
            InputError: nothing is left to predict.
        """
        import sklearn.metrics  # slow to load, and predicting does not need it

        windows, truth = make_windows(clips, self.window, skip)
        if not len(truth):
            raise InputError(f"no clip has more than {skip} emotions; there is nothing to predict")
        probabilities = self.probabilities(windows)
        predicted = probabilities.argmax(axis=1)
        likelihood = np.maximum(probabilities[np.arange(len(truth)), truth], 1e-12)
        report = sklearn.metrics.classification_report(
            truth,
            predicted,
            labels=list(range(len(Emotion))),
            target_names=[emotion.label for emotion in Emotion],
            output_dict=True,
            zero_division=0,
        )
        return Evaluation(
            accuracy=float((predicted == truth).mean()),
            perplexity=float(np.exp(-np.log(likelihood).mean())),
            truth=truth.astype(np.int64),
            predicted=predicted,
            class_report=report,
        )

    def predict(
        self,
        start: Sequence[int],
        length: int,
        method: str = "sample",
        temperature: float = 1.0,
        top_k: int = 3,
        self_transitions: bool = False,
        seed: int = 0,
    ) -> list[Emotion]:
        """Continues a sequence.

        Args:
            start: the emotions so far; may be empty.
            length: how many emotions to add.
            method: "greedy" (always the likeliest; it soon runs in a circle), "sample" (drawn), or
                "top-k" (drawn from the `top_k` likeliest).
            temperature: of "sample" and "top-k": below 1 favours the likely, above 1 the rare.
            top_k: from how many emotions "top-k" draws.
            self_transitions: whether an emotion may follow itself; sequences of changes (thesis
                3.6) have none.
            seed: the same seed draws the same sequence.

        Returns:
            The `length` emotions after `start`.

        Raises:
            InputError: an argument is out of range.
        """
        if method not in METHODS:
            raise InputError(f"unknown method {method!r}; use one of {', '.join(METHODS)}")
        if length < 0:
            raise InputError(f"length {length} is negative")
        if not (np.isfinite(temperature) and temperature > 0):
            raise InputError(f"temperature {temperature} is not more than 0")
        if not 1 <= top_k <= len(Emotion):
            raise InputError(f"top_k {top_k} is not one of 1 to {len(Emotion)}")
        random = np.random.default_rng(seed)
        sequence = [_START] * self.window + [int(Emotion(value)) for value in start]
        for _ in range(length):
            chances = self.probabilities(np.array([sequence[-self.window :]]))[0].astype(np.float64)
            if not self_transitions and sequence[-1] != _START:
                chances[sequence[-1]] = 0
            sequence.append(_choose(chances, method, temperature, top_k, random))
        return [Emotion(value) for value in sequence[len(sequence) - length :]]


def make_windows(
    clips: Sequence[Sequence[int]], window: int, skip: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Every emotion of every clip with the `window` emotions before it.

    Windows that begin before their clip are filled up with a start sign (7).

    Args:
        clips: sequences of emotions.
        window: length of a window.
        skip: how many first emotions of each clip are not predicted.

    Returns:
        int32 `[n, window]` and the emotions that follow, int32 `[n]`.
    """
    windows, following = [np.zeros((0, window), np.int32)], [np.zeros(0, np.int32)]
    for clip in clips:
        values = np.asarray(clip, np.int32)
        padded = np.concatenate([np.full(window, _START, np.int32), values])
        all_windows = np.lib.stride_tricks.sliding_window_view(padded, window)[:-1]
        windows.append(all_windows[skip:])
        following.append(values[skip:])
    return np.concatenate(windows), np.concatenate(following)


def split_clips(
    clips: Sequence[Sequence[int]], validation_share: float = 0.2, seed: int = 0
) -> tuple[list[Sequence[int]], list[Sequence[int]]]:
    """Parts whole clips into training and validation, at least one of each.

    Windows of one clip overlap, so parting windows would show the model what it is tested on.

    Raises:
        InputError: there are fewer than two clips, or the share is not between 0 and 1.
    """
    if len(clips) < 2:
        raise InputError(f"{len(clips)} clips cannot be parted for validation; give 2 or more")
    if not 0 < validation_share < 1:
        raise InputError(f"the validation share {validation_share} is not between 0 and 1")
    order = np.random.default_rng(seed).permutation(len(clips))
    count = min(max(round(len(clips) * validation_share), 1), len(clips) - 1)
    return [clips[i] for i in order[count:]], [clips[i] for i in order[:count]]


def _choose(
    chances: np.ndarray, method: str, temperature: float, top_k: int, random: np.random.Generator
) -> int:
    if method == "greedy":
        return int(chances.argmax())
    if method == "top-k":
        chances = np.where(chances >= np.sort(chances)[-top_k], chances, 0)
    with np.errstate(divide="ignore"):  # log 0 = −∞ is a chance of 0
        logits = np.log(chances) / temperature
    weights = np.exp(logits - logits.max())
    return int(random.choice(len(weights), p=weights / weights.sum()))
