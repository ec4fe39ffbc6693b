"""A studio with a small network, without a browser."""

import pathlib

import numpy as np
import pytest

from emotion.emotion import Emotion
from encoder.embedder import EmbeddingOptions
from synthesis.studio.access import Guard
from synthesis.studio.origin import Origin
from synthesis.studio.palette import load_palette
from synthesis.studio.photo_job import Embedding
from synthesis.studio.server import create_app
from synthesis.studio.studio import Studio

LAYERS = 10


@pytest.fixture(scope="package")
def generator():
    from stylegan_tf.generator import Generator

    size = {"resolution": 64, "num_channels": 3, "fmap_base": 128, "fmap_max": 16}
    return Generator.create(seed=1, mapping_layers=2, **size)


@pytest.fixture(scope="package")
def directions(tmp_path_factory):
    """A folder of directions for it: five emotions and yaw."""
    folder = tmp_path_factory.mktemp("directions")
    random = np.random.RandomState(0)
    names = [emotion.label for emotion in Emotion if emotion not in (Emotion.CALM, Emotion.FEAR)]
    for name in [*names, "yaw"]:
        np.save(folder / f"{name}.npy", random.randn(LAYERS, 512).astype(np.float32) * 0.02)
    return folder


class ThreeEmotions:
    """In the place of the LSTM."""

    def predict(self, start, length, seed):
        assert start == [Emotion.CALM]
        return [Emotion(1 + (seed + k) % 3) for k in range(length)]


@pytest.fixture(scope="package")
def studio(generator, directions):
    embedding = Embedding(EmbeddingOptions("lipton", 4), None, "hog", 640)
    origin = Origin(
        {"name": "small.pkl", "file": "small.pkl", "sha256": "0" * 64},
        str(directions),
        {"python": "3.11"},
    )
    palette = load_palette(directions, LAYERS)
    made = Studio(generator, palette, ThreeEmotions(), embedding, origin, leaving_seconds=0.2)
    yield made
    folder = made.sessions.folder
    made.close()
    assert not pathlib.Path(folder).exists()


@pytest.fixture
def visit(studio):
    """`visit()` → a new visitor's client, with a session of its own."""
    app = create_app(studio, Guard(True, None))
    clients = []

    def new():
        client = app.test_client()
        clients.append(client)
        about = client.get("/session")
        assert about.status_code == 200
        client.about = about.get_json()
        return client

    yield new
    for client in clients:
        client.post("/goodbye")


@pytest.fixture
def client(visit):
    return visit()


@pytest.fixture
def finish(studio):
    """Waits for the job that a response tells of; what is told of it then."""

    def wait(client, response):
        assert response.status_code == 200, response.get_json()
        name = response.get_json()["name"]
        for _ in range(600):
            (told,) = [job for job in client.get("/jobs").get_json() if job["name"] == name]
            if told["state"] not in ("queued", "running"):
                return told
            with studio.queue._changed:
                studio.queue._changed.wait(0.1)
        raise AssertionError(told)

    return wait
