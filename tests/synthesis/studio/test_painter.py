"""Live pictures: the same as whole synthesis, with less work."""

import threading
import time

import numpy as np
import pytest

from stylegan_tf import to_uint8
from stylegan_tf.generator import Generator
from synthesis.studio.painter import Kept, Painter, encode_jpeg


@pytest.fixture(scope="module")
def large():
    size = {"resolution": 512, "fmap_base": 64, "fmap_max": 8, "mapping_layers": 1}
    return Generator.create(seed=1, **size)


@pytest.fixture(scope="module")
def painter(large):
    return Painter(large)


@pytest.fixture
def face(large):
    return large.map(large.sample_z([3]))[0]


def test_full_pictures_are_those_of_whole_synthesis(large, painter, face):
    kept = Kept()
    for layer in (0, 9, 15):
        edited = face.copy()
        edited[layer:] += 0.3
        expected = to_uint8(large.synthesize(edited[None]))[0].astype(int)
        preview = painter.paint(kept, face, edited, preview=True)
        assert preview.shape == (256, 256, 3)
        full = painter.paint(kept, face, edited, preview=False)
        assert np.abs(full - expected).max() <= 1  # rounding of float noise


def test_what_an_edit_leaves_alone_is_not_run_again(painter, face, monkeypatch):
    runs = []
    run = painter._partial.run

    def watched(w, resolution, after=None):
        runs.append((0 if after is None else after.resolution, resolution))
        return run(w, resolution, after)

    monkeypatch.setattr(painter._partial, "run", watched)
    kept = Kept()
    for strength in (0.1, 0.2):
        edited = face.copy()
        edited[8:] += strength
        painter.paint(kept, face, edited, preview=True)
    painter.paint(kept, face, edited, preview=False)
    assert runs == [(0, 32), (32, 256), (32, 256), (256, 512)]


def test_long_jobs_give_way(painter, face):
    painter._painting.acquire()
    thread = threading.Thread(target=lambda: painter.paint(Kept(), face, face, preview=True))
    thread.start()
    try:
        while not painter._waiting:
            time.sleep(0.01)
        waited = threading.Thread(target=painter.give_way)
        waited.start()
        waited.join(0.3)
        assert waited.is_alive()
    finally:
        painter._painting.release()
    thread.join()
    waited.join(5)
    assert not waited.is_alive()


def test_jpeg(painter, face):
    picture = painter.paint(Kept(), face, face, preview=True)
    assert encode_jpeg(picture)[:3] == b"\xff\xd8\xff"
