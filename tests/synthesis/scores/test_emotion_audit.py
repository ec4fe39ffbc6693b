import numpy as np
import pytest

from emotion.emotion import Emotion
from encoder.rendered_faces.parameters import EXPRESSIONS, sample_identities, with_expression
from encoder.rendered_faces.renderer import render_face
from synthesis.masks import LayerMask
from synthesis.scores.emotion_audit import audit_emotions, count_faces


class RendererAsGenerator:
    """A latent's first layer starts with a subject's number and six emotion strengths."""

    def __init__(self, people):
        self.people = people

    def synthesize(self, w, noise):
        images = []
        for code in w[:, 0]:
            person = self.people[round(float(code[0]))].copy()
            person[-6:] = code[1:7]
            images.append(render_face(person, 256) / 127.5 - 1)
        return np.stack(images)


@pytest.fixture(scope="module")
def generator():
    people = sample_identities(2, np.random.default_rng(3))
    return RendererAsGenerator([with_expression(person, "calm") for person in people])


@pytest.fixture(scope="module")
def latents():
    w = np.zeros((2, 18, 512), np.float32)
    w[1, :, 0] = 1
    return w


def test_counts_faces(generator, latents):
    seen = []
    counts = count_faces(generator, latents, lambda: seen.append(1))
    np.testing.assert_array_equal(counts, [1, 1])
    assert len(seen) == 2


def test_reads_emotions_and_persons(generator, latents):
    directions = {}
    for index, name in enumerate(EXPRESSIONS):
        direction = np.zeros((18, 512), np.float32)
        direction[0, 1 + index] = 1 / 8
        directions[Emotion.from_name(name)] = direction
    audit = audit_emotions(generator, latents, directions, LayerMask("emotion"))
    assert audit.confusion.sum() == 14
    np.testing.assert_array_equal(audit.confusion.sum(axis=1), 2)
    assert audit.read_as_intended >= 9 / 12
    assert audit.identity_distances.shape == (12,)
    assert audit.identity_distances.min() > 0
    assert audit.between_persons.shape == (1,)
    assert np.mean(audit.identity_distances) < audit.between_persons[0]
    assert audit.same_person == np.mean(audit.identity_distances <= 0.6)
