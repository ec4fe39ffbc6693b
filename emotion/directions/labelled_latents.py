"""Latent codes whose emotion is known: from files, or sampled and read by a classifier."""

import dataclasses
import os
import pathlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from emotion.emotion import Emotion
from emotion.labelling.crop import crop_aligned_face
from emotion.labelling.labeller import Labeller
from encoder.embedding.latents import load_latent, save_latent
from encoder.face_labels import COLUMNS, LABELS_FILE, read_face_labels, write_face_labels
from stylegan_tf.errors import InputError

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator


@dataclasses.dataclass(frozen=True)
class LabelledLatents:
    """Codes float32 `[n, L, 512]`, and of each what it shows and who it is."""

    latents: np.ndarray
    emotions: list[Emotion]
    subjects: list[str]


def read_labelled_latents(
    folder: str | os.PathLike, labels: str | os.PathLike, minimum_confidence: float = 0.0
) -> LabelledLatents:
    """Reads the codes that a label file names.

    Args:
        folder: where the codes lie, `NAME.npy` each.
        labels: CSV with the columns name, subject, emotion, and perhaps confidence.
        minimum_confidence: rows of less are left out.

    Raises:
        InputError: a file is missing or wrong, codes differ in shape, or no row is left.
    """
    table = read_face_labels(labels)
    if minimum_confidence > 0:
        if "confidence" not in table:
            raise InputError(f"{labels} has no column confidence to choose rows by")
        table = table[table["confidence"] >= minimum_confidence]
    if not len(table):
        raise InputError(f"{labels} names no codes")
    codes, emotions = [], []
    for row in table.itertuples():
        codes.append(load_latent(pathlib.Path(folder) / f"{row.name}.npy"))
        if codes[-1].shape != codes[0].shape:
            raise InputError(
                f"{row.name}.npy has {len(codes[-1])} layers, {table['name'].iloc[0]}.npy "
                f"{len(codes[0])}: they are of different networks"
            )
        emotions.append(Emotion.from_name(row.emotion))
    return LabelledLatents(np.stack(codes), emotions, table["subject"].tolist())


def sample_labelled_latents(
    generator: "Generator",
    labeller: Labeller,
    seeds: Sequence[int],
    folder: str | os.PathLike,
    truncation_psi: float = 1.0,
    batch_size: int = 4,
    progress: Callable[[int], object] = lambda count: None,
) -> None:
    """Draws random faces and has a classifier read them; every seed is a person of its own.

    Writes `seedNNNNNN.npy` and, after every batch, `labels.csv` with the classifier's confidence;
    seeds that are in it already are not drawn again.

    Args:
        generator: a `stylegan_tf` generator of FFHQ-framed faces that has a W space.
        labeller: reads the emotions.
        seeds: of Z, as `generator.sample_z` takes them.
        folder: where to write.
        truncation_psi: 1 draws as the network was trained; smaller gives fewer expressions.
        batch_size: faces at a time.
        progress: called with the number of faces just done.
    """
    folder = pathlib.Path(folder)
    path = folder / LABELS_FILE
    columns = [*COLUMNS, "confidence"]
    table = read_face_labels(path) if path.exists() else pd.DataFrame(columns=columns)
    known = set(table["name"])
    progress(sum(_seed_name(seed) in known for seed in seeds))
    missing = [seed for seed in seeds if _seed_name(seed) not in known]
    rows = table[columns].to_dict("records")
    for start in range(0, len(missing), batch_size):
        batch = missing[start : start + batch_size]
        codes = generator.map(generator.sample_z(batch), truncation_psi=truncation_psi)
        pictures = _to_uint8(generator.synthesize(codes))
        emotions, probabilities = labeller.predict([crop_aligned_face(p) for p in pictures])
        for seed, code, emotion, row in zip(batch, codes, emotions, probabilities, strict=True):
            name = _seed_name(seed)
            save_latent(folder / f"{name}.npy", np.asarray(code))
            confidence = round(float(row[emotion]), 6)
            rows.append(
                {"name": name, "subject": name, "emotion": emotion.label, "confidence": confidence}
            )
        write_face_labels(path, pd.DataFrame(rows, columns=columns))
        progress(len(batch))


def _seed_name(seed: int) -> str:
    return f"seed{seed:06d}"


def _to_uint8(images: np.ndarray) -> np.ndarray:
    import stylegan_tf  # loads TensorFlow, which reading files does not need

    return stylegan_tf.to_uint8(images)
