"""How directions are learnt: the thesis' way by default (thesis 3.2, 4.4)."""

import dataclasses

from stylegan_tf.errors import InputError

REGULARISATION = 0.01  # C of the logistic regression: codes have far more dimensions than faces

# What the length of a direction is made to be:
#   class-means  8 × direction carries the mean calm code to the emotion's mean, along the normal
#   raw          the classifier's coefficients themselves, as Puzer/stylegan-encoder uses them
#                (mean-difference: the difference of the means)
#   unit         1
#   sigma        the standard deviation of the codes' projection on the normal
SCALES = ("class-means", "raw", "unit", "sigma")
METHODS = ("logistic-regression", "mean-difference", "per-layer")
REFERENCES = ("calm", "rest")


@dataclasses.dataclass(frozen=True)
class DirectionOptions:
    """How directions are learnt.

    Attributes:
        method: "logistic-regression" (the thesis'); "mean-difference"; or "per-layer", a logistic
            regression for each layer alone, which weighs a layer by what it tells by itself.
        reference: an emotion is told from "calm" faces, or from the "rest" of them all.
        layers: first layer and the one after the last that the classifier sees, and that the
            direction changes; None is all of them.
        scale: see `SCALES`.
        regularisation: C of the logistic regression; smaller is stronger.
        folds: of the cross-validation; whole subjects are held out. Fewer subjects, fewer folds.
        conditional: make each direction orthogonal to those of the other emotions.
    """

    method: str = METHODS[0]
    reference: str = REFERENCES[0]
    layers: tuple[int, int] | None = None
    scale: str = SCALES[0]
    regularisation: float = REGULARISATION
    folds: int = 5
    conditional: bool = False

    def __post_init__(self) -> None:
        for name, value, choices in (
            ("method", self.method, METHODS),
            ("reference", self.reference, REFERENCES),
            ("scale", self.scale, SCALES),
        ):
            if value not in choices:
                raise InputError(f"unknown {name} {value!r}; use one of {', '.join(choices)}")
        if not self.regularisation > 0:
            raise InputError(f"regularisation {self.regularisation} is not more than 0")
        if self.folds < 2:
            raise InputError(f"{self.folds} folds cannot cross-validate; use 2 or more")
