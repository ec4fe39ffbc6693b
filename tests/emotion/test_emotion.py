import pytest

from emotion import Emotion
from stylegan_tf.errors import InputError


def test_order_is_the_thesis_order():
    assert [emotion.label for emotion in Emotion] == [
        "calm",
        "anger",
        "happiness",
        "surprise",
        "disgust",
        "fear",
        "sadness",
    ]


@pytest.mark.parametrize(
    ("name", "emotion"),
    [
        ("neutral", Emotion.CALM),
        ("Calm", Emotion.CALM),
        ("angry", Emotion.ANGER),
        ("happy", Emotion.HAPPINESS),
        (" surprise\n", Emotion.SURPRISE),
        ("disgust", Emotion.DISGUST),
        ("FEAR", Emotion.FEAR),
        ("sad", Emotion.SADNESS),
    ],
)
def test_names_are_translated(name, emotion):
    assert Emotion.from_name(name) is emotion


def test_unknown_name_is_refused():
    with pytest.raises(InputError, match="unknown emotion 'boredom'; use one of calm, anger"):
        Emotion.from_name("boredom")
