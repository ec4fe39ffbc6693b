"""Emotion directions in W+ (thesis 3.2, 3.9 and 4.4).

A linear classifier tells the latent codes of an emotion from those of calm faces; the normal of its
boundary, times the coefficient 8, is what turns a calm face into one that shows the emotion. "8"
means nothing without the direction's length, so a saved direction has a length that is defined: see
`emotion.directions.options.SCALES`.
"""

import dataclasses
from collections.abc import Hashable, Sequence

import numpy as np
from absl import logging

from emotion.directions.classifier import cross_validate, learn_normal, remove_directions
from emotion.directions.options import DirectionOptions
from emotion.directions.scale import cosine_matrix, scale_direction
from emotion.emotion import EMOTION_COEFFICIENT, Emotion
from encoder.embedding.latents import W_SIZE
from stylegan_tf.errors import InputError


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
    subjects: Sequence[Hashable],
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
    codes, shown, people, layers = _check(latents, emotions, subjects, options)
    num_codes, num_layers, _ = codes.shape
    used = codes[:, layers].reshape(num_codes, -1)
    removed = _flatten_removed(remove, num_layers, layers)
    learnt, left_out = _choose_emotions(shown, people, options.reference)

    normals = {}
    for emotion in learnt:
        rows, shows = _rows(shown, emotion, options.reference)
        normals[emotion] = learn_normal(used[rows], shows, options, removed)
    boundaries = normals
    if options.conditional:
        boundaries = {
            emotion: remove_directions(normal, [normals[e] for e in learnt if e != emotion])
            for emotion, normal in normals.items()
        }

    vectors, entries = {}, {}
    for emotion in learnt:
        rows, shows = _rows(shown, emotion, options.reference)
        raw = boundaries[emotion]
        vector, entry = scale_direction(raw, used, used[rows], shows, options.scale)
        others = removed
        if options.conditional:
            others = removed + [normals[e] for e in learnt if e != emotion]
        entry |= cross_validate(used[rows], shows, people[rows], options, others)
        full = np.zeros((num_layers, W_SIZE), np.float32)
        full[layers] = vector.reshape(-1, W_SIZE)
        vectors[emotion], entries[emotion.label] = full, entry
    report = {
        **dataclasses.asdict(options),
        "layers": [layers.start, layers.stop],
        "num_layers": num_layers,
        "coefficient": EMOTION_COEFFICIENT,
        "removed_directions": len(remove),
        "codes": num_codes,
        "subjects": len(set(people.tolist())),
        "left_out": [emotion.label for emotion in left_out],
        "calm_codes": int((shown == Emotion.CALM).sum()),
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
    subjects: Sequence[Hashable],
    options: DirectionOptions | None = None,
) -> dict[Emotion, list[float]]:
    """How well each layer alone tells an emotion: balanced accuracy by subject, `[L]` each."""
    options = options or DirectionOptions()
    codes, shown, people, _ = _check(latents, emotions, subjects, options)
    result = {}
    for emotion in _choose_emotions(shown, people, options.reference)[0]:
        rows, shows = _rows(shown, emotion, options.reference)
        result[emotion] = [
            cross_validate(codes[rows, layer], shows, people[rows], options, [])[
                "balanced_accuracy"
            ]
            for layer in range(codes.shape[1])
        ]
    return result


def _check(
    latents: np.ndarray,
    emotions: Sequence[int],
    subjects: Sequence[Hashable],
    options: DirectionOptions,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, slice]:
    codes = np.asarray(latents)
    if codes.ndim != 3 or codes.shape[2] != W_SIZE:
        raise InputError(f"the codes have shape {codes.shape}; they must be (n, L, {W_SIZE})")
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
        if np.shape(direction) != (num_layers, W_SIZE):
            raise InputError(
                f"a direction to remove has shape {np.shape(direction)}, the codes have "
                f"({num_layers}, {W_SIZE})"
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
