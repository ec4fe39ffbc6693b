import dataclasses
import json
import pathlib

import numpy as np
import pytest

from encoder.rendered_faces.head.training_set import Manifest


def write_made_set(folder: pathlib.Path, size: int, shards: int = 2, shard: int = 8) -> None:
    """Writes shards of pictures of one colour: the face's melanin, key light and shirt."""
    folder.mkdir(parents=True)
    manifest = Manifest(size, shard, seed=0)
    (folder / "manifest.json").write_text(json.dumps(dataclasses.asdict(manifest)))
    for number in range(shards):
        vectors = manifest.vectors(number)
        names = [manifest.parameters.index(n) for n in ("melanin", "key_light", "shirt")]
        colours = np.rint(127.5 + 100 * vectors[:, names]).astype(np.uint8)
        images = np.broadcast_to(colours[:, None, None], (shard, size, size, 3))
        landmarks = np.full((shard, 68, 2), size / 2, np.float32)
        np.save(folder / f"{number:05d}-vectors.npy", vectors)
        np.save(folder / f"{number:05d}-landmarks.npy", landmarks)
        regions = np.ones((shard, size, size), np.uint8)
        np.savez_compressed(folder / f"{number:05d}-regions.npz", regions=regions)
        np.save(folder / f"{number:05d}-images.npy", images)


@pytest.fixture
def made_set_writer():
    """Writes training sets without a renderer."""
    return write_made_set
