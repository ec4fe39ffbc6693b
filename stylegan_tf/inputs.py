"""What networks are given: seeds, Z codes and labels, checked."""

from collections.abc import Iterable

import numpy as np

from stylegan_tf.errors import InputError


def sample_z(seeds: Iterable[int], latent_size: int) -> np.ndarray:
    """Z codes `[n, latent_size]` float32: RandomState(seed).randn for each seed."""
    codes = [np.random.RandomState(seed).randn(latent_size) for seed in check_seeds(seeds)]
    return np.asarray(codes, np.float32).reshape(-1, latent_size)


def check_seeds(seeds: Iterable[int]) -> list[int]:
    """The seeds as a list; raises InputError unless each is an integer from 0 to 2³² − 1."""
    seeds = list(seeds)
    for seed in seeds:
        if not isinstance(seed, int | np.integer) or not 0 <= seed < 2**32:
            raise InputError(f"a seed is an integer from 0 to {2**32 - 1}, not {seed!r}")
    return seeds


def check_z(z: np.ndarray, latent_size: int) -> np.ndarray:
    """Z codes as float32; raises InputError unless `[n, latent_size]`."""
    z = np.asarray(z, np.float32)
    if z.ndim != 2 or z.shape[1] != latent_size:
        raise InputError(f"a Z code has shape [n, {latent_size}], not {list(z.shape)}")
    return z


def check_labels(labels: np.ndarray | None, count: int, label_size: int) -> np.ndarray:
    """Labels `[count, label_size]` float32; zeros for None."""
    if labels is None:
        return np.zeros([count, label_size], np.float32)
    labels = np.asarray(labels, np.float32)
    if labels.shape != (count, label_size):
        raise InputError(f"labels have shape [{count}, {label_size}], not {list(labels.shape)}")
    return labels
