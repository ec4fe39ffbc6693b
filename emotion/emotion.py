"""The seven emotions and the names that other people's data give them."""

import enum

from stylegan_tf.errors import InputError

EMOTION_COEFFICIENT = 8.0  # thesis 4.4: "functions well with a coefficient of 8"


class Emotion(enum.IntEnum):
    """One of seven emotions, numbered as in thesis 4.5 (figure 21).

    Data sets and classifiers number them differently: translate with `from_name`, never by index.
    """

    CALM = 0
    ANGER = 1
    HAPPINESS = 2
    SURPRISE = 3
    DISGUST = 4
    FEAR = 5
    SADNESS = 6

    @property
    def label(self) -> str:
        """The lower-case name, as files and flags spell it: `"happiness"`."""
        return self.name.lower()

    @classmethod
    def from_name(cls, name: str) -> "Emotion":
        """The emotion called `name` in any of the usual vocabularies, in any case.

        "neutral" is calm; adjectives ("happy", "angry", "sad") mean the nouns.

        Raises:
            InputError: no emotion is called that.
        """
        key = name.strip().lower()
        try:
            return cls[_SYNONYMS.get(key, key).upper()]
        except KeyError:
            known = ", ".join(emotion.label for emotion in cls)
            raise InputError(f"unknown emotion {name[:40]!r}; use one of {known}") from None

    @classmethod
    def parse(cls, text: str | int) -> "Emotion":
        """The emotion that `text` names in any of the usual vocabularies, or numbers 0 to 6.

        Raises:
            InputError: there is no such emotion.
        """
        text = str(text).strip()
        if not text.isdecimal():
            return cls.from_name(text)
        if len(text) > 3 or int(text) >= len(cls):
            raise InputError(f"emotion {text[:40]} is not one of 0 to {len(cls) - 1}")
        return cls(int(text))


_SYNONYMS = {
    "neutral": "calm",
    "angry": "anger",
    "happy": "happiness",
    "joy": "happiness",
    "surprised": "surprise",
    "disgusted": "disgust",
    "fearful": "fear",
    "afraid": "fear",
    "scared": "fear",
    "sad": "sadness",
}
