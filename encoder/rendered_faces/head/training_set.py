"""Rendered faces on disk to train on, in shards that are written whole, in any order, by anyone.

A folder holds `manifest.json` and, for every shard, `00000-vectors.npy` float32 [n, P],
`00000-landmarks.npy` float32 [n, 68, 2], `00000-regions.npz` uint8 [n, S, S] and, last,
`00000-images.npy` uint8 [n, S, S, 3]: a shard with images is complete. The vectors of a shard
depend on the seed and its number only, so a set can grow.
"""

import dataclasses
import functools
import os
import pathlib
from typing import Any

import numpy as np
import tqdm

from encoder.rendered_faces.head.parameters import EMOTIONS, NAMES
from encoder.rendered_faces.head.sampling import sample_faces
from encoder.rendered_faces.head.workers import RendererPool, shared_renderer
from stylegan_tf.errors import InputError
from stylegan_tf.files.arrays import map_array, read_array, read_arrays
from stylegan_tf.files.json_files import read_json, write_json
from stylegan_tf.files.whole_files import write_atomically

# Raised whenever the same vector gives another picture: shards of two versions don't mix.
RENDERER_VERSION = 1
_MANIFEST = "manifest.json"


@dataclasses.dataclass(frozen=True)
class Manifest:
    """What all shards of a folder have in common.

    Attributes:
      size: side of the pictures in pixels.
      shard: faces a shard.
      seed: of all vectors.
      version: RENDERER_VERSION of the pictures.
      parameters: names of the vectors' entries.
    """

    size: int
    shard: int
    seed: int
    version: int = RENDERER_VERSION
    parameters: tuple[str, ...] = NAMES + EMOTIONS

    def vectors(self, shard: int) -> np.ndarray:
        """The face vectors of a shard, float32 [shard, P]."""
        return sample_faces(self.shard, np.random.default_rng((self.seed, shard)))


class TrainingSet:
    """The complete shards of a folder, which may still be growing.

    Attributes:
      manifest: what the shards have in common.
      shards: numbers of the complete ones, rising.
      vectors: float32 [count, P].
    """

    def __init__(self, folder: str | os.PathLike) -> None:
        """Opens a folder.

        Raises:
          InputError: there is none, or it holds no complete shard or another version's.
        """
        self.folder = pathlib.Path(folder)
        self.manifest = read_manifest(self.folder)
        self.shards = complete_shards(self.folder)
        if not self.shards:
            raise InputError(f"{folder} holds no complete shard yet: render some first")
        self._images = [map_array(_path(self.folder, shard, "images.npy")) for shard in self.shards]
        self.vectors = np.concatenate([self._load(shard, "vectors.npy") for shard in self.shards])

    def __len__(self) -> int:
        """How many faces there are."""
        return len(self.vectors)

    def images(self, rows: np.ndarray) -> np.ndarray:
        """Pictures uint8 [n, S, S, 3] of faces by number."""
        shard, within = np.divmod(rows, self.manifest.shard)
        return np.stack([self._images[s][w] for s, w in zip(shard, within, strict=True)])

    def landmarks(self) -> np.ndarray:
        """The landmarks of all faces in pixels, float32 [count, 68, 2]."""
        return np.concatenate([self._load(shard, "landmarks.npy") for shard in self.shards])

    def regions(self, shard: int) -> np.ndarray:
        """The regions of a complete shard by its number, uint8 [n, S, S], see `labels.Region`."""
        path = _path(self.folder, shard, "regions.npz")
        arrays = read_arrays(path)
        if "regions" not in arrays:
            raise InputError(f"{path} holds no regions")
        return arrays["regions"]

    def _load(self, shard: int, name: str) -> np.ndarray:
        return read_array(_path(self.folder, shard, name))


def read_manifest(folder: pathlib.Path) -> Manifest:
    """Reads a folder's manifest.

    Raises:
      InputError: there is none, or it is of another version of the renderer.
    """
    path = folder / _MANIFEST
    if not path.is_file():
        raise InputError(f"{folder} holds no rendered training set")
    try:
        values: Any = read_json(path)
        manifest = Manifest(**{**values, "parameters": tuple(values["parameters"])})
    except (TypeError, KeyError) as error:
        raise InputError(f"{path} is not a training set's manifest: {error}") from None
    today = Manifest(manifest.size, manifest.shard, manifest.seed)
    if manifest != today:
        raise InputError(
            f"{folder} was rendered by version {manifest.version} of the renderer, not "
            f"{RENDERER_VERSION}, or with other parameters: render into a new folder"
        )
    return manifest


def complete_shards(folder: pathlib.Path) -> list[int]:
    """The numbers of a folder's complete shards, rising."""
    return sorted(int(path.name.partition("-")[0]) for path in folder.glob("[0-9]*-images.npy"))


def render_training_set(
    folder: str | os.PathLike,
    faces: int,
    size: int,
    shard: int = 100,
    seed: int = 0,
    workers: int | None = None,
) -> None:
    """Renders shards until the folder holds so many faces; those that are there stay.

    Args:
      faces: rounded up to whole shards.
      size: side of the pictures in pixels.
      workers: processes, one a core by default.

    Raises:
      InputError: the folder holds a set of another size, shard, seed or version.
    """
    folder = pathlib.Path(folder)
    manifest = Manifest(size, shard, seed)
    if (folder / _MANIFEST).exists():
        found = read_manifest(folder)
        if found != manifest:
            raise InputError(
                f"{folder} holds shards of {found.shard} faces of {found.size} pixels with seed "
                f"{found.seed}, not {shard}, {size} and {seed}"
            )
    else:
        write_json(folder / _MANIFEST, dataclasses.asdict(manifest), indent=1)
    wanted = range(-(-faces // shard))
    missing = sorted(set(wanted) - set(complete_shards(folder)))
    with RendererPool(workers) as pool:
        render = functools.partial(_render_shard, folder=folder, manifest=manifest)
        done = pool.map(render, missing)
        for _ in tqdm.tqdm(done, f"rendering {size}×{size}", len(missing), unit="shard"):
            pass


def _render_shard(shard: int, folder: pathlib.Path, manifest: Manifest) -> None:
    vectors = manifest.vectors(shard)
    size = manifest.size
    images = np.empty((len(vectors), size, size, 3), np.uint8)
    regions = np.empty((len(vectors), size, size), np.uint8)
    landmarks = np.empty((len(vectors), 68, 2), np.float32)
    renderer = shared_renderer()
    for row, vector in enumerate(vectors):
        images[row], labels = renderer.render_labelled(vector, size)
        landmarks[row], regions[row] = labels.landmarks, labels.regions
    for name, array in (("vectors.npy", vectors), ("landmarks.npy", landmarks)):
        with write_atomically(_path(folder, shard, name)) as temporary:
            np.save(temporary, array)
    with write_atomically(_path(folder, shard, "regions.npz")) as temporary:
        np.savez_compressed(temporary, regions=regions)
    with write_atomically(_path(folder, shard, "images.npy")) as temporary:
        np.save(temporary, images)


def _path(folder: pathlib.Path, shard: int, name: str) -> pathlib.Path:
    return folder / f"{shard:05d}-{name}"
