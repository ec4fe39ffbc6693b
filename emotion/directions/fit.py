"""Emotion directions in W+ (thesis 3.2, 3.9 and 4.4).

A linear classifier tells the latent codes of an emotion from those of calm faces; the normal of its
boundary, times the coefficient 8, is what turns a calm face into one that shows the emotion. "8"
means nothing without the direction's length, so a saved direction has a length that is defined: see
`SCALES`.
"""

import dataclasses
import json
import os
import pathlib
from collections.abc import Sequence

import numpy as np
import sklearn.linear_model
import sklearn.metrics
import sklearn.model_selection
from absl import logging

from emotion.emotion import EMOTION_COEFFICIENT, Emotion
from stylegan_tf.errors import InputError
from stylegan_tf.files import write_atomically

LATENT_SIZE = 512
REGULARISATION = 0.01  # C of the logistic regression: codes have far more dimensions than faces

# What the length of a direction is made to be:
#   class-means  8 × direction carries the mean calm code to the emotion's mean, along the normal
#   raw          the classifier's coefficients themselves, as Puzer/stylegan-encoder uses them
#                (mean-difference: the difference of the means)
#   unit         1
#   sigma        the standard deviation of the codes' projection on the normal
SCALES = ("class-means", "raw", "unit", "sigma")
METHODS = ("logistic-regression", "mean-difference", "per-layer")
REFERENCES = ("calm", "rest")

_SHIPPED = pathlib.Path(__file__).parents[1] / "assets" / "directions"


@dataclasses.dataclass(frozen=True)
class DirectionOptions:
    """How directions are learnt.

    Attributes:
        method: "logistic-regression" (the thesis'); "mean-difference"; or "per-layer", a logistic
            regression for each layer alone, which weighs a layer by what it tells by itself.
        reference: an emotion is told from "calm" faces, or from the "rest" of them all.
        layers: first layer and the one after the last that the classifier sees, and that the
            direction changes; None is all of them.
        scale: see `SCALES`.
        regularisation: C of the logistic regression; smaller is stronger.
        folds: of the cross-validation; whole subjects are held out. Fewer subjects, fewer folds.
        conditional: make each direction orthogonal to those of the other emotions.
    """

    method: str = METHODS[0]
    reference: str = REFERENCES[0]
    layers: tuple[int, int] | None = None
    scale: str = SCALES[0]
    regularisation: float = REGULARISATION
    folds: int = 5
    conditional: bool = False

    def __post_init__(self):
        for name, value, choices in (
            ("method", self.method, METHODS),
            ("reference", self.reference, REFERENCES),
            ("scale", self.scale, SCALES),
        ):
            if value not in choices:
                raise InputError(f"unknown {name} {value!r}; use one of {', '.join(choices)}")
        if not self.regularisation > 0:
            raise InputError(f"regularisation {self.regularisation} is not more than 0")
        if self.folds < 2:
            raise InputError(f"{self.folds} folds cannot cross-validate; use 2 or more")


@dataclasses.dataclass(frozen=True)
class Directions:
    """Learnt directions.

    Attributes:
        vectors: float32 `[L, 512]` per emotion, of the length that the options ask for.
        report: what `report.json` holds.
    """

    vectors: dict[Emotion, np.ndarray]
    report: dict


def fit_directions(
    latents: np.ndarray,
    emotions: Sequence[int],
    subjects: Sequence,
    options: DirectionOptions | None = None,
    remove: Sequence[np.ndarray] = (),
) -> Directions:
    """Learns a direction for every emotion but calm that two people or more show.

    Args:
        latents: `[n, L, 512]`, codes in W+.
        emotions: what each face shows, `[n]`.
        subjects: who each face is, `[n]`; cross-validation holds out whole subjects, since another
            picture of the same person is no test.
        options: how; the thesis' way by default.
        remove: directions `[L, 512]`, say of glasses or age, that the learnt ones shall not move
            along (conditional manipulation, Shen et al. 2020, section 3.2).

    Raises:
        InputError: arrays do not fit together, are not finite, or show too few people.
    """
    options = options or DirectionOptions()
    codes, emotions, subjects, layers = _check(latents, emotions, subjects, options)
    num_codes, num_layers, _ = codes.shape
    used = codes[:, layers].reshape(num_codes, -1)
    removed = _flatten_removed(remove, num_layers, layers)
    learnt, left_out = _choose_emotions(emotions, subjects, options.reference)

    normals = {}
    for emotion in learnt:
        rows, shows = _rows(emotions, emotion, options.reference)
        normals[emotion] = _learn(used[rows], shows, options, removed)
    boundaries = normals
    if options.conditional:
        boundaries = {
            emotion: _without(normal, [normals[e] for e in learnt if e != emotion])
            for emotion, normal in normals.items()
        }

    vectors, entries = {}, {}
    for emotion in learnt:
        rows, shows = _rows(emotions, emotion, options.reference)
        raw = boundaries[emotion]
        vector, entry = _scale(raw, used, used[rows], shows, options.scale)
        others = removed
        if options.conditional:
            others = removed + [normals[e] for e in learnt if e != emotion]
        entry |= _cross_validate(used[rows], shows, subjects[rows], options, others)
        full = np.zeros((num_layers, LATENT_SIZE), np.float32)
        full[layers] = vector.reshape(-1, LATENT_SIZE)
        vectors[emotion], entries[emotion.label] = full, entry
    report = {
        **dataclasses.asdict(options),
        "layers": [layers.start, layers.stop],
        "num_layers": num_layers,
        "coefficient": EMOTION_COEFFICIENT,
        "removed_directions": len(remove),
        "codes": num_codes,
        "subjects": len(set(subjects.tolist())),
        "left_out": [emotion.label for emotion in left_out],
        "calm_codes": int((emotions == Emotion.CALM).sum()),
        "emotions": entries,
        "cosines": {
            "order": [emotion.label for emotion in learnt],
            "matrix": np.round(cosine_matrix([vectors[e] for e in learnt]), 4).tolist(),
        },
    }
    return Directions(vectors, report)


def layer_accuracies(
    latents: np.ndarray,
    emotions: Sequence[int],
    subjects: Sequence,
    options: DirectionOptions | None = None,
) -> dict[Emotion, list[float]]:
    """How well each layer alone tells an emotion: balanced accuracy by subject, `[L]` each."""
    options = options or DirectionOptions()
    codes, emotions, subjects, _ = _check(latents, emotions, subjects, options)
    result = {}
    for emotion in _choose_emotions(emotions, subjects, options.reference)[0]:
        rows, shows = _rows(emotions, emotion, options.reference)
        result[emotion] = [
            _cross_validate(codes[rows, layer], shows, subjects[rows], options, [])[
                "balanced_accuracy"
            ]
            for layer in range(codes.shape[1])
        ]
    return result


def cosine_matrix(directions: Sequence[np.ndarray]) -> np.ndarray:
    """Cosines between directions of equal shape: float64 `[n, n]`."""
    flat = np.stack([np.asarray(d, np.float64).ravel() for d in directions])
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    return flat @ flat.T


def save_directions(folder: str | os.PathLike, directions: Directions) -> None:
    """Writes `EMOTION.npy`, float32 `[L, 512]`, for each, and then `report.json`."""
    folder = pathlib.Path(folder)
    for emotion, vector in directions.vectors.items():
        with write_atomically(folder / f"{emotion.label}.npy") as temporary:
            np.save(temporary, vector)
    with write_atomically(folder / "report.json") as temporary:
        temporary.write_text(json.dumps(directions.report, indent=2) + "\n")


def load_direction(path_or_name: str | os.PathLike, num_layers: int) -> np.ndarray:
    """Reads a direction file of this or another project.

    Args:
        path_or_name: a .npy file holding `(L, 512)`, `(1, L, 512)` or `(512,)` (the same for every
            layer), or a shipped direction: "rendered-faces/happiness".
        num_layers: L of the generator that it is for.

    Returns:
        float32 `[num_layers, 512]`.

    Raises:
        InputError: no such file, or it does not hold a direction for `num_layers` layers.
    """
    path = pathlib.Path(path_or_name)
    shipped = _SHIPPED / f"{path_or_name}.npy"
    if not path.is_file():
        if not shipped.is_file():
            names = ", ".join(shipped_directions())
            raise InputError(
                f"{path_or_name} is neither a direction file nor one that ships ({names})"
            )
        path = shipped
    try:
        array = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise InputError(f"{path} is not a NumPy array file: {error}") from error
    if not isinstance(array, np.ndarray):
        array.close()
        raise InputError(f"{path} is an archive of arrays (.npz); give one array (.npy)")
    if not np.issubdtype(array.dtype, np.floating):
        raise InputError(f"{path} holds {array.dtype}; a direction is floating point")
    if array.shape == (LATENT_SIZE,):
        array = np.tile(array, (num_layers, 1))
    elif array.ndim == 3 and array.shape[0] == 1:
        array = array[0]
    if array.ndim != 2 or array.shape[1] != LATENT_SIZE:
        raise InputError(
            f"{path} has shape {array.shape}; a direction is ({num_layers}, {LATENT_SIZE}), "
            f"(1, {num_layers}, {LATENT_SIZE}) or ({LATENT_SIZE},)"
        )
    if len(array) != num_layers:
        raise InputError(
            f"{path} has {len(array)} layers, the generator has {num_layers}: it was learnt for "
            "another network"
        )
    if not np.isfinite(array).all():
        raise InputError(f"{path} holds NaN or infinite values")
    return array.astype(np.float32)


def shipped_directions() -> list[str]:
    """Names of the directions that come with the package."""
    return sorted(f"{path.parent.name}/{path.stem}" for path in _SHIPPED.glob("*/*.npy"))


def _check(
    latents: np.ndarray, emotions: Sequence[int], subjects: Sequence, options: DirectionOptions
) -> tuple[np.ndarray, np.ndarray, np.ndarray, slice]:
    codes = np.asarray(latents)
    if codes.ndim != 3 or codes.shape[2] != LATENT_SIZE:
        raise InputError(f"the codes have shape {codes.shape}; they must be (n, L, {LATENT_SIZE})")
    if not len(codes) == len(emotions) == len(subjects):
        raise InputError(
            f"there are {len(codes)} codes, {len(emotions)} emotions and {len(subjects)} subjects; "
            "each code needs one of both"
        )
    if not np.isfinite(codes).all():
        raise InputError("the codes hold NaN or infinite values")
    first, stop = options.layers or (0, codes.shape[1])
    if not 0 <= first < stop <= codes.shape[1]:
        raise InputError(f"layers {first} to {stop} are not in 0 to {codes.shape[1]} of the codes")
    return (
        codes.astype(np.float64),
        np.asarray([int(Emotion(e)) for e in emotions]),
        np.asarray(subjects),
        slice(first, stop),
    )


def _flatten_removed(
    remove: Sequence[np.ndarray], num_layers: int, layers: slice
) -> list[np.ndarray]:
    for direction in remove:
        if np.shape(direction) != (num_layers, LATENT_SIZE):
            raise InputError(
                f"a direction to remove has shape {np.shape(direction)}, the codes have "
                f"({num_layers}, {LATENT_SIZE})"
            )
    return [np.asarray(direction, np.float64)[layers].ravel() for direction in remove]


def _rows(emotions: np.ndarray, emotion: Emotion, reference: str) -> tuple[np.ndarray, np.ndarray]:
    """Which codes take part in learning an emotion, and which of these show it."""
    shows = emotions == emotion
    rows = shows | (emotions == Emotion.CALM) if reference == "calm" else np.ones_like(shows)
    return rows, shows[rows]


def _choose_emotions(
    emotions: np.ndarray, subjects: np.ndarray, reference: str
) -> tuple[list[Emotion], list[Emotion]]:
    """The emotions that can be learnt, and those that fewer than two people show."""
    shown = sorted({Emotion(e) for e in emotions} - {Emotion.CALM})
    if not shown:
        raise InputError("all faces are calm; there is no emotion to learn")

    def count(chosen: np.ndarray) -> int:
        return len(set(subjects[chosen].tolist()))

    learnt = [emotion for emotion in shown if count(emotions == emotion) >= 2]
    for emotion in shown:
        if reference == "calm" and count(emotions == Emotion.CALM) < 2:
            raise InputError(
                f"{count(emotions == Emotion.CALM)} people are calm; 2 or more are needed to learn "
                "and to test on different people (or use the reference rest)"
            )
        if emotion not in learnt:
            logging.warning("one person alone shows %s: it is left out", emotion.label)
        elif reference == "rest" and count(emotions != emotion) < 2:
            raise InputError(f"everybody shows {emotion.label}; there is no rest to tell it from")
    if not learnt:
        raise InputError(
            "no emotion is shown by 2 people or more, who are needed to learn and to test on"
        )
    return learnt, [emotion for emotion in shown if emotion not in learnt]


def _learn(
    codes: np.ndarray, shows: np.ndarray, options: DirectionOptions, remove: list[np.ndarray]
) -> np.ndarray:
    """The classifier's coefficients, float64 `[features]`, without their part along `remove`."""
    if options.method == "mean-difference":
        raw = codes[shows].mean(axis=0) - codes[~shows].mean(axis=0)
    elif options.method == "per-layer":
        layers = np.split(codes, codes.shape[1] // LATENT_SIZE, axis=1)
        raw = np.concatenate([_classify(layer, shows, options) for layer in layers])
    else:
        raw = _classify(codes, shows, options)
    return _without(raw, remove)


def _classify(codes: np.ndarray, shows: np.ndarray, options: DirectionOptions) -> np.ndarray:
    # Balanced weights: against the rest, an emotion has six times fewer examples.
    classifier = sklearn.linear_model.LogisticRegression(
        C=options.regularisation, class_weight="balanced", max_iter=2000
    )
    # Centred codes converge in far fewer steps; the normal is the same.
    return classifier.fit(codes - codes.mean(axis=0), shows).coef_[0]


def _without(vector: np.ndarray, others: list[np.ndarray]) -> np.ndarray:
    if not others:
        return vector
    left, *_ = np.linalg.lstsq(np.stack(others, axis=1), vector, rcond=None)
    result = vector - np.stack(others, axis=1) @ left
    if np.linalg.norm(result) < 1e-6 * np.linalg.norm(vector):
        raise InputError("nothing of a direction is left once the others are removed from it")
    return result


def _scale(
    raw: np.ndarray, all_codes: np.ndarray, codes: np.ndarray, shows: np.ndarray, scale: str
) -> tuple[np.ndarray, dict]:
    """The direction at its length, and what the report says of lengths.

    `projection_sd` is of all codes that were given, `reference_sd` of the calm ones (or the rest).
    """
    length = np.linalg.norm(raw)
    if length == 0:
        raise InputError("the codes of an emotion are the same as those of the others")
    normal = raw / length
    projection = codes @ normal
    deviation = (all_codes @ normal).std()
    gap = projection[shows].mean() - projection[~shows].mean()
    norm = {
        "class-means": gap / EMOTION_COEFFICIENT,
        "raw": length,
        "unit": 1.0,
        "sigma": deviation,
    }[scale]
    entry = {
        "codes": int(shows.sum()),
        "reference_codes": int((~shows).sum()),
        "norm": float(norm),
        "raw_norm": float(length),
        "projection_sd": float(deviation),
        "reference_sd": float(projection[~shows].std()),
        "class_mean_gap": float(gap),
        "step_at_coefficient_in_sd": float(EMOTION_COEFFICIENT * norm / deviation),
    }
    return normal * norm, entry


def _cross_validate(
    codes: np.ndarray,
    shows: np.ndarray,
    subjects: np.ndarray,
    options: DirectionOptions,
    remove: list[np.ndarray],
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
        normal = _learn(codes[training], known, options, remove)
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
