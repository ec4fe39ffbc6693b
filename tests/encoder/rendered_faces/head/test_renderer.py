"""The renderer itself, in a process of its own: TensorFlow and Mesa in one process crash."""

import functools
import importlib.util

import numpy as np
import pytest

from encoder.rendered_faces.head.assets import default_assets
from encoder.rendered_faces.head.labels import Region
from encoder.rendered_faces.head.parameters import index_of
from encoder.rendered_faces.head.sampling import sample_persons, with_emotion
from encoder.rendered_faces.head.workers import RendererPool, shared_renderer

pytestmark = pytest.mark.renderer
SIZE = 128


@pytest.fixture(scope="module")
def pool():
    """One process that renders."""
    if importlib.util.find_spec("moderngl") is None:
        pytest.skip("moderngl is not installed: pip install -r requirements-renderer.txt")
    if not default_assets().is_complete:
        pytest.skip("the renderer's assets are not there: make renderer-assets")
    with RendererPool(1) as pool:
        try:
            list(pool.map(_start, [None]))
        except ValueError as error:
            pytest.skip(str(error))
        yield pool


def _start(_: None) -> None:
    shared_renderer()


def _label(vector: np.ndarray, size: int):
    return shared_renderer().render_labelled(vector, size)


@pytest.fixture(scope="module")
def person() -> np.ndarray:
    vector = sample_persons(1, np.random.default_rng(5))[0]
    for name in ("hair_fringe", "beard", "stubble"):
        vector[index_of(name)] = -1
    return vector


def moved(vector: np.ndarray, **entries: float) -> np.ndarray:
    vector = vector.copy()
    for name, value in entries.items():
        vector[index_of(name)] = value
    return vector


def test_a_face_looks_the_same_every_time(pool, person):
    other = moved(person, african=0.9, hair_length=0.8)

    first, _, again = pool.render([person, other, person], SIZE)

    np.testing.assert_array_equal(first, again)


def test_sizes_show_the_same_face(pool, person):
    (small,), (large,) = (list(pool.render([person], size)) for size in (64, 256))

    shrunk = large.reshape(64, 4, 64, 4, 3).mean(axis=(1, 3))
    assert np.abs(shrunk - small).mean() < 6


def test_labels_lie_on_the_face(pool, person):
    render = functools.partial(_label, size=SIZE)
    ((image, labels),) = pool.map(render, [person])

    assert image.shape == (SIZE, SIZE, 3)
    assert image.dtype == np.uint8
    places = np.rint(labels.landmarks - 0.5).astype(int)
    regions = labels.regions[places[:, 1], places[:, 0]]
    assert np.isin(regions[27:36], [Region.SKIN]).all()  # the nose
    eyes = labels.landmarks[36:48].mean(axis=0) / SIZE
    np.testing.assert_allclose(eyes, [0.5, 0.47], atol=0.03)  # FFHQ's framing
    shares = np.bincount(labels.regions.ravel(), minlength=6) / SIZE**2
    assert shares[Region.SKIN] > 0.2
    assert min(shares[Region.HAIR], shares[Region.EYE], shares[Region.BACKGROUND]) > 0.002


def test_yaw_moves_the_nose_to_the_right(pool, person):
    faces = [moved(person, yaw=yaw) for yaw in (-1, 0, 1)]
    render = functools.partial(_label, size=SIZE)

    nose = []
    for _, labels in pool.map(render, faces):
        eyes = labels.landmarks[36:48].mean(axis=0)
        nose.append(labels.landmarks[30, 0] - eyes[0])

    assert nose[0] < nose[1] - 4 < nose[2] - 8


def test_an_emotion_moves_the_mouth_and_not_the_person(pool, person):
    render = functools.partial(_label, size=SIZE)
    faces = [with_emotion(person, emotion) for emotion in ("calm", "surprise")]
    (_, calm), (_, surprised) = pool.map(render, faces)

    def opening(labels):
        return labels.landmarks[66, 1] - labels.landmarks[62, 1]

    assert opening(surprised) > opening(calm) + 5
    np.testing.assert_allclose(surprised.landmarks[27], calm.landmarks[27], atol=1.0)


@pytest.mark.parametrize("name", ["hair_length", "beard", "yaw", "light_azimuth", "age"])
def test_pictures_change_smoothly(pool, person, name):
    person = moved(person, sex=0.9)
    faces = [moved(person, **{name: value}) for value in (0.40, 0.41)]

    before, after = (image.astype(float) for image in pool.render(faces, SIZE))

    assert 0 < np.abs(after - before).mean() < 3
