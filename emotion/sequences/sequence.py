"""A sequence of emotions: what a face shows, how strongly and for how long, row after row.

The sequence model (thesis 3.6) reads and writes one emotion a row; one of a video may mix several.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from emotion.emotion import Emotion
from stylegan_tf.errors import InputError
from stylegan_tf.numbers import LONGEST_SECONDS, MOST, check_number


class SequenceError(InputError):
    """A sequence is written wrongly or cannot be played."""


@dataclasses.dataclass(frozen=True, slots=True)
class SequenceRow:
    """One entry of a sequence; in a video, one keyframe.

    Attributes:
        emotions: what the face shows, each emotion with its share of the coefficient; several at
            once add up. Calm is the face itself and adds nothing.
        seconds: from leaving the keyframe before it to leaving this one; None for the thesis' 32
            in-between frames, whatever the frame rate (then the hold comes on top). In the first
            row: how long the face stays as it starts.
        strength: factor on all shares of this row.
        hold: the last seconds of the row in which the face stays as it is.

    Raises:
        SequenceError: there is no emotion, or a number is not finite or negative where it must not.
    """

    emotions: Mapping[Emotion, float]
    seconds: float | None = None
    strength: float = 1.0
    hold: float = 0.0

    def __post_init__(self) -> None:
        if not self.emotions:
            raise SequenceError("a row of a sequence needs an emotion")
        seconds = self.hold if self.seconds is None else self.seconds
        if (
            0 <= self.hold <= seconds <= LONGEST_SECONDS
            and -MOST <= self.strength <= MOST
            and all(-MOST <= share <= MOST for share in self.emotions.values())
        ):
            return  # quickly, as there may be a million rows; what is wrong is found out below
        numbers = {"strength": self.strength, "hold": self.hold}
        numbers |= {"seconds": self.seconds} if self.seconds is not None else {}
        numbers |= {f"share of {emotion.label}": x for emotion, x in self.emotions.items()}
        for name, number in numbers.items():
            try:
                check_number(number, name)
            except InputError as error:
                raise SequenceError(str(error)) from None
        for name in ("seconds", "hold"):
            if numbers.get(name, 0) < 0:
                raise SequenceError(f"{name} is {numbers[name]:g}; time does not run backwards")
            if numbers.get(name, 0) > LONGEST_SECONDS:
                raise SequenceError(f"{name} is {numbers[name]:g}; a day is the most")
        if self.seconds is not None and self.hold > self.seconds:
            raise SequenceError(
                f"hold is {self.hold:g} s of a row that lasts {self.seconds:g} s; make it shorter"
            )

    @classmethod
    def parse(cls, text: str) -> "SequenceRow":
        """Reads `happiness`, `2`, `happiness:0.5`, `fear:0.5+sadness:0.8`, `anger@1.5` (seconds).

        Numbers from 0 to 6 are the thesis' (figure 21).

        Raises:
            InputError: the text is of another form, or there is no such emotion.
        """
        names, at, seconds = text.partition("@")
        return cls(
            _parse_shares(names), parse_number(seconds, "the seconds after '@'") if at else None
        )

    @property
    def label(self) -> str:
        """`happiness`, `fear+sadness`."""
        return "+".join(emotion.label for emotion in self.emotions)

    @property
    def text(self) -> str:
        """The emotions as `parse` reads them: `happiness`, `fear:0.5+sadness`."""
        return "+".join(
            emotion.label if share == 1 else f"{emotion.label}:{share!r}"
            for emotion, share in self.emotions.items()
        )

    @property
    def emotion(self) -> Emotion:
        """The emotion with the largest share; of equal ones the first."""
        return max(self.emotions, key=lambda emotion: self.emotions[emotion])

    @property
    def is_calm(self) -> bool:
        """Whether this is the face itself."""
        return self.strength == 0 or all(
            emotion == Emotion.CALM or share == 0 for emotion, share in self.emotions.items()
        )


def make_rows(
    emotions: Iterable[Emotion | int], seconds: Sequence[float] | None = None
) -> list[SequenceRow]:
    """Rows of one emotion each, such as the sequence model predicts.

    Args:
        emotions: the sequence.
        seconds: how long each lasts, if that is known; rounded to the microsecond.
    """
    values = [Emotion(emotion) for emotion in emotions]
    if seconds is None:
        return [SequenceRow({emotion: 1.0}) for emotion in values]
    return [
        SequenceRow({emotion: 1.0}, round(float(time), 6))
        for emotion, time in zip(values, seconds, strict=True)
    ]


def row_emotions(rows: Iterable[SequenceRow]) -> list[Emotion]:
    """One emotion a row, as the sequence model reads them: of a mixture the strongest."""
    return [row.emotion for row in rows]


def parse_number(text: object, what: str) -> float:
    """`text` as a number; `what` is what it says, for the error message.

    Raises:
        SequenceError: it is no number.
    """
    try:
        return float(str(text))
    except ValueError:
        raise SequenceError(f"{what} is {str(text)[:100]!r}, not a number") from None


def _parse_shares(text: str) -> dict[Emotion, float]:
    emotions: dict[Emotion, float] = {}
    for part in text.split("+"):
        name, colon, share = part.strip().partition(":")
        emotion = Emotion.parse(name)
        number = parse_number(share, f"the share of {emotion.label}") if colon else 1.0
        emotions[emotion] = emotions.get(emotion, 0.0) + number
    return emotions
