"""The linear classifier whose boundary gives a direction, and how well it tells new people."""

from collections.abc import Sequence

import numpy as np
import sklearn.linear_model
import sklearn.metrics
import sklearn.model_selection

from emotion.directions.options import DirectionOptions
from encoder.embedding.latents import W_SIZE
from stylegan_tf.errors import InputError


def learn_normal(
    codes: np.ndarray, shows: np.ndarray, options: DirectionOptions, remove: Sequence[np.ndarray]
) -> np.ndarray:
    """The classifier's coefficients, float64 `[features]`, without their part along `remove`."""
    if options.method == "mean-difference":
        raw = codes[shows].mean(axis=0) - codes[~shows].mean(axis=0)
    elif options.method == "per-layer":
        layers = np.split(codes, codes.shape[1] // W_SIZE, axis=1)
        raw = np.concatenate([_classify(layer, shows, options) for layer in layers])
    else:
        raw = _classify(codes, shows, options)
    return remove_directions(raw, remove)


def _classify(codes: np.ndarray, shows: np.ndarray, options: DirectionOptions) -> np.ndarray:
    # Balanced weights: against the rest, an emotion has six times fewer examples.
    classifier = sklearn.linear_model.LogisticRegression(
        C=options.regularisation, class_weight="balanced", max_iter=2000
    )
    # Centred codes converge in far fewer steps; the normal is the same.
    return classifier.fit(codes - codes.mean(axis=0), shows).coef_[0]


def remove_directions(vector: np.ndarray, others: Sequence[np.ndarray]) -> np.ndarray:
    """`vector` less its part in the span of `others`, all of the same length."""
    if not others:
        return vector
    left, *_ = np.linalg.lstsq(np.stack(others, axis=1), vector, rcond=None)
    result = vector - np.stack(others, axis=1) @ left
    if np.linalg.norm(result) < 1e-6 * np.linalg.norm(vector):
        raise InputError("nothing of a direction is left once the others are removed from it")
    return result


def cross_validate(
    codes: np.ndarray,
    shows: np.ndarray,
    subjects: np.ndarray,
    options: DirectionOptions,
    remove: Sequence[np.ndarray],
) -> dict:
    """Tells the faces of held-out subjects by the side of the boundary they fall on.

    The boundary lies half-way between the means of both classes on the normal. `held_out_gap` is
    the distance of the class means on the normal among held-out people: with more dimensions than
    faces, the gap among those learnt from comes out too wide.
    """
    folds = min(options.folds, len(set(subjects.tolist())))
    guesses = np.zeros(len(shows), bool)
    positions = np.zeros(len(shows))
    splitter = sklearn.model_selection.GroupKFold(folds)
    for training, held_out in splitter.split(codes, shows, subjects):
        known = shows[training]
        if known.all() or not known.any():
            raise InputError(
                "a fold of the cross-validation leaves nobody to learn from; give more subjects "
                "or use more folds"
            )
        normal = learn_normal(codes[training], known, options, remove)
        normal = normal / np.linalg.norm(normal)
        projection = codes[training] @ normal
        middle = (projection[known].mean() + projection[~known].mean()) / 2
        positions[held_out] = codes[held_out] @ normal - middle
        guesses[held_out] = positions[held_out] > 0
    return {
        "folds": folds,
        "accuracy": float((guesses == shows).mean()),
        "balanced_accuracy": float(sklearn.metrics.balanced_accuracy_score(shows, guesses)),
        "held_out_gap": float(positions[shows].mean() - positions[~shows].mean()),
    }
