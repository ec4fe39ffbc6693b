"""What tuning changed in a generator: a small file beside a latent, bound to its network.

A tuned network is kept as the difference of its synthesis network's variables from those of the
network that it was tuned from, in half precision, compressed.
"""

import contextlib
import dataclasses
import hashlib
import os
import pathlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Self

import numpy as np

from stylegan_tf.errors import InputError
from stylegan_tf.files.arrays import read_arrays
from stylegan_tf.files.whole_files import write_atomically

if TYPE_CHECKING:
    from stylegan_tf.generator import Generator

SUFFIX = ".tuned.npz"  # NAME.npy is a latent, NAME.tuned.npz the network that draws it
_NETWORK = "network"  # the array that says which network is meant
_MAX_BYTES = 512 << 20  # config-f's synthesis network has 60 MB in half precision
_FARTHEST = 6e4  # what half precision holds


@dataclasses.dataclass(frozen=True, eq=False)
class NetworkDifference:
    """Changes of a synthesis network's variables.

    Attributes:
      network: digest of the network that was tuned (see `synthesis_digest`).
      changes: local name of a variable, such as `4x4/Conv/weight`, → float16 array to add to it;
        variables that did not change are left out.
    """

    network: str
    changes: Mapping[str, np.ndarray]

    @classmethod
    def between(cls, before: Mapping[str, np.ndarray], after: Mapping[str, np.ndarray]) -> Self:
        """What leads from one set of a synthesis network's values to another.

        Args:
          before, after: `generator.synthesis.values()`; `after` may lack some.

        Raises:
          InputError: a value is not finite, or moved by more than half precision holds.
        """
        changes = {}
        for name, value in after.items():
            change = np.asarray(value, np.float32) - before[name]
            if not (np.abs(change) <= _FARTHEST).all():  # also NaN
                raise InputError(f"tuning ran away: {name} is no longer a usable number")
            if change.any():
                changes[name] = change.astype(np.float16)
        return cls(synthesis_digest(before), changes)

    @property
    def digest(self) -> str:
        """SHA-256 of what it holds; equal for equal tuned networks."""
        return _digest({"": np.frombuffer(self.network.encode(), np.uint8), **self.changes})

    def apply(self, generator: "Generator") -> None:
        """Adds the changes to a generator.

        Raises:
          InputError: it is not the network that was tuned, or the difference is not of its form.
        """
        before = generator.synthesis.values()
        if synthesis_digest(before) != self.network:
            raise InputError(
                "the tuned network was made from another network, or this one is tuned already; "
                "give the --network that it was made with"
            )
        variables = generator.synthesis.variables_by_name
        for name, change in self.changes.items():
            if name not in variables or before[name].shape != change.shape:
                raise InputError(f"the tuned network has no fitting variable {name[:80]!r}")
        for name, change in self.changes.items():
            variables[name].assign(before[name] + change.astype(np.float32))

    @contextlib.contextmanager
    def applied(self, generator: "Generator") -> Iterator[None]:
        """Tunes the generator for the length of a `with` block."""
        before = generator.synthesis.values()
        self.apply(generator)
        try:
            yield
        finally:
            for name in self.changes:
                generator.synthesis.variables_by_name[name].assign(before[name])

    def save(self, path: str | os.PathLike) -> None:
        """Writes a compressed .npz file, whole or not at all."""
        network = np.frombuffer(bytes.fromhex(self.network), np.uint8)
        arrays: dict = {_NETWORK: network, **self.changes}
        with write_atomically(path) as temporary:
            np.savez_compressed(temporary, **arrays)

    @classmethod
    def load(cls, path: str | os.PathLike) -> Self:
        """Reads such a file, as any input.

        Raises:
          InputError: no such file, damaged, too large, or not what `save` writes.
        """
        changes = read_arrays(path, _MAX_BYTES)
        network = changes.pop(_NETWORK, None)
        if network is None or network.dtype != np.uint8 or network.shape != (32,):
            raise InputError(f"{path} is not a tuned network: it does not say of which network")
        for name, change in changes.items():
            if change.dtype != np.float16 or not np.isfinite(change).all():
                raise InputError(
                    f"{path} is not a tuned network: {name[:80]!r} is not finite float16"
                )
        return cls(network.tobytes().hex(), changes)


def synthesis_digest(values: Mapping[str, np.ndarray]) -> str:
    """SHA-256 of a synthesis network's variables, whatever file they came in."""
    return _digest(values)


def tuned_path(latent: str | os.PathLike) -> pathlib.Path:
    """Where the tuned network of a latent file lies, if there is one."""
    return pathlib.Path(latent).with_suffix(SUFFIX)


def tuned_files(latents: Iterable[str | os.PathLike]) -> list[pathlib.Path]:
    """The tuned networks that lie beside latent files."""
    return [path for path in map(tuned_path, latents) if path.is_file()]


def _digest(values: Mapping[str, np.ndarray]) -> str:
    digest = hashlib.sha256()
    for name in sorted(values):
        value = np.ascontiguousarray(values[name])
        digest.update(f"{name} {value.dtype.str} {value.shape}\n".encode())
        digest.update(value.data)
    return digest.hexdigest()
