import pathlib

import numpy as np
import pytest

from emotion.emotion import Emotion
from encoder.images import read_image
from stylegan_tf.errors import InputError
from synthesis.scores import person_audit
from synthesis.scores.person_audit import audit_person

FACE = pathlib.Path(__file__).parents[2] / "data" / "encoder" / "rendered_face.png"


class Painter:
    """A generator of one picture, which some latents hide."""

    def __init__(self, picture):
        self.picture = picture.astype(np.float32) / 127.5 - 1

    def synthesize(self, w, noise):
        return np.stack([self.picture * (latent[0, 0] < 0.5) for latent in w])


class Says:
    def predict(self, faces):
        return [Emotion.ANGER] * len(faces), None


@pytest.fixture
def directions():
    names = [emotion for emotion in Emotion if emotion != Emotion.CALM]
    made = {emotion: np.zeros((10, 512), np.float32) for emotion in names}
    made[Emotion.SADNESS][0, 0] = 1
    return made


def test_a_face_is_compared_with_its_picture_and_keyframes_are_read(directions):
    picture = read_image(FACE)
    audit = audit_person(
        Painter(picture), np.zeros((10, 512), np.float32), picture, directions, Says()
    )
    assert audit.psnr > 50
    assert audit.ssim > 0.99
    assert audit.identity < 0.05
    assert (audit.keyframe_identities[:5] < 0.05).all()
    assert np.isnan(audit.keyframe_identities[5])  # sadness hid the face
    assert audit.read == [Emotion.ANGER] * 5 + [None]
    assert audit.read_as_intended == 1
    assert audit.pictures.shape == (7, *picture.shape)


def test_a_picture_without_a_face_is_refused(directions, monkeypatch):
    monkeypatch.setattr(person_audit, "detect_faces", lambda *_, **__: [])
    with pytest.raises(InputError, match="the picture shows no face to compare with"):
        audit_person(
            Painter(read_image(FACE)),
            np.zeros((10, 512), np.float32),
            read_image(FACE),
            directions,
            Says(),
        )
