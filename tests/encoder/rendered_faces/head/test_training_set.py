import json

import numpy as np
import pytest

import encoder.rendered_faces.head.training_set as training_set
from encoder.rendered_faces.head.labels import FaceLabels
from encoder.rendered_faces.head.training_set import TrainingSet, render_training_set
from stylegan_tf.errors import InputError


class FakeRenderer:
    """Draws the vector's first entry as grey."""

    drawn = 0

    def render_labelled(self, vector, size):
        FakeRenderer.drawn += 1
        grey = np.full((size, size, 3), round(127.5 + 127.5 * float(vector[0])), np.uint8)
        return grey, FaceLabels(np.full((68, 2), vector[1]), np.full((size, size), 2, np.uint8))


class FakePool:
    def __init__(self, workers):
        self.workers = workers

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def map(self, function, items):
        return map(function, items)


@pytest.fixture(autouse=True)
def no_renderer(monkeypatch):
    FakeRenderer.drawn = 0
    monkeypatch.setattr(training_set, "RendererPool", FakePool)
    monkeypatch.setattr(training_set, "shared_renderer", FakeRenderer)


def test_faces_come_back_with_their_labels(tmp_path):
    render_training_set(tmp_path, faces=5, size=8, shard=3)
    faces = TrainingSet(tmp_path)

    assert len(faces) == 6  # whole shards
    assert faces.vectors.shape == (6, len(faces.manifest.parameters))
    images = faces.images(np.array([4, 1]))
    expected = np.rint(127.5 + 127.5 * faces.vectors[[4, 1], 0])
    np.testing.assert_allclose(images[:, 0, 0, 0], expected, atol=1)
    np.testing.assert_allclose(faces.landmarks()[4, 7], faces.vectors[4, 1])
    assert (faces.regions(1) == 2).all()


def test_what_is_there_is_kept_and_the_rest_added(tmp_path):
    render_training_set(tmp_path, faces=3, size=8, shard=3)
    render_training_set(tmp_path, faces=9, size=8, shard=3)

    assert FakeRenderer.drawn == 9
    whole = TrainingSet(tmp_path)
    assert whole.shards == [0, 1, 2]
    render_training_set(tmp_path / "again", faces=9, size=8, shard=3)
    np.testing.assert_array_equal(TrainingSet(tmp_path / "again").vectors, whole.vectors)


def test_a_shard_without_pictures_is_rendered_again(tmp_path):
    render_training_set(tmp_path, faces=6, size=8, shard=3)
    (tmp_path / "00001-images.npy").unlink()

    assert TrainingSet(tmp_path).shards == [0]
    render_training_set(tmp_path, faces=6, size=8, shard=3)
    assert TrainingSet(tmp_path).shards == [0, 1]
    assert FakeRenderer.drawn == 9


def test_other_settings_do_not_mix(tmp_path):
    render_training_set(tmp_path, faces=3, size=8, shard=3)

    with pytest.raises(InputError, match="shards of 3 faces of 8 pixels with seed 0, not 3, 16"):
        render_training_set(tmp_path, faces=3, size=16, shard=3)


def test_other_versions_do_not_mix(tmp_path):
    render_training_set(tmp_path, faces=3, size=8, shard=3)
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": 99}))

    with pytest.raises(InputError, match="rendered by version 99 of the renderer"):
        TrainingSet(tmp_path)


def test_an_empty_folder_is_no_set(tmp_path):
    with pytest.raises(InputError, match="holds no rendered training set"):
        TrainingSet(tmp_path)


def test_a_set_without_shards_is_not_ready(tmp_path):
    render_training_set(tmp_path, faces=3, size=8, shard=3)
    (tmp_path / "00000-images.npy").unlink()

    with pytest.raises(InputError, match="holds no complete shard yet"):
        TrainingSet(tmp_path)
