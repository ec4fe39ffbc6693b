import json
import pathlib

import numpy as np
import pytest

from emotion.emotion import Emotion
from emotion.labelling.audit import (
    LabelledFace,
    LabellerAudit,
    audit_labeller,
    audit_table,
    confusion_table,
    prepare_faces,
)
from encoder.datasets.face_sample import FaceSample
from encoder.images import write_image

FACE = pathlib.Path(__file__).parents[2] / "data" / "encoder" / "rendered_face.png"


class Reader:
    """Reads the emotion off the first pixel."""

    name = "pixels"
    classes = (Emotion.CALM, Emotion.HAPPINESS, Emotion.FEAR)

    def predict(self, faces):
        return [Emotion(int(face[0, 0, 0])) for face in faces], None


def labelled(truth, read):
    crop = np.full((4, 4, 3), int(read), np.uint8)
    return LabelledFace(FaceSample(FACE), truth, crop)


def test_confusion_by_hand():
    calm, happy, fear, anger = Emotion.CALM, Emotion.HAPPINESS, Emotion.FEAR, Emotion.ANGER
    pairs = [(calm, calm), (calm, calm), (calm, happy), (happy, happy), (fear, calm), (anger, calm)]
    audit = audit_labeller(Reader(), [labelled(truth, read) for truth, read in pairs])
    assert audit.confusion.sum() == 6
    assert audit.confusion[calm, happy] == 1
    assert (audit.num_right, audit.num_known) == (3, 5)  # it does not know anger
    assert audit.accuracy == pytest.approx(3 / 5)
    assert audit.balanced_accuracy == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert audit_table([audit]).splitlines() == [
        "labeller  right/faces  accuracy  balanced  by guessing  emotions",
        "pixels            3/5       60%       56%          33%  calm, happiness, fear",
    ]
    assert confusion_table(audit).splitlines() == [
        "pixels          calm  happiness       fear",
        "calm               2          1          0",
        "anger              1          0          0",
        "happiness          0          1          0",
        "fear               1          0          0",
    ]
    record = json.loads(json.dumps(audit.as_record(), allow_nan=False))
    assert record["classes"] == ["calm", "happiness", "fear"]
    assert record["confusion"][int(anger)][int(calm)] == 1


def test_no_faces_have_no_accuracy():
    audit = LabellerAudit("none", (Emotion.CALM,), np.zeros((7, 7), int))
    assert audit.accuracy is None
    assert audit.balanced_accuracy is None


def test_faces_are_aligned_and_cropped(tmp_path):
    write_image(tmp_path / "empty.png", np.zeros((200, 200, 3), np.uint8))
    samples = [
        FaceSample(FACE, expression="happiness"),
        FaceSample(tmp_path / "empty.png", expression="fear"),
        FaceSample(FACE),
    ]
    steps = []
    found, missed = prepare_faces(samples, "hog", on_sample=lambda: steps.append(1))
    (face,) = found
    assert (face.emotion, face.sample, missed) == (Emotion.HAPPINESS, samples[0], samples[1:2])
    assert face.crop.shape == (154, 154, 3)
    assert len(steps) == 3
