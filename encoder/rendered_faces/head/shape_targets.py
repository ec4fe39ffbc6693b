"""The targets that make a person's head, and how far each may go."""

import dataclasses

RACES = ("african", "asian", "caucasian")
SEXES = ("female", "male")
AGES = ("young", "old")
WEIGHTS = ("averageweight", "maxweight", "minweight")


@dataclasses.dataclass(frozen=True)
class ShapePair:
    """Two opposite targets and the number that goes from the one to the other."""

    name: str
    minus: tuple[str, ...]  # targets at the negative end; two where left and right are apart
    plus: tuple[str, ...]
    middle: float  # weight of `plus` (if negative, of `minus`) at entry 0
    reach: float  # added at entry 1


def _pair(
    folder: str,
    stem: str,
    reach: float = 0.55,
    middle: float = 0.0,
    ends: tuple[str, str] = ("decr", "incr"),
) -> ShapePair:
    sides = ("l-", "r-") if folder in ("eyes", "cheek", "ears") else ("",)
    minus, plus = (tuple(f"{folder}/{side}{stem}-{end}" for side in sides) for end in ends)
    name = stem.replace("-", "_") + ("" if ends == ("decr", "incr") else f"_{ends[1]}")
    return ShapePair(name, minus, plus, middle, reach)


_UP, _OUT = ("down", "up"), ("in", "out")
# What tells heads apart from afar; together with the macro targets the coarse layers' part.
HEAD_PAIRS = (
    _pair("head", "head-fat", 0.4),
    _pair("head", "head-scale-depth", 0.4),
    _pair("head", "head-scale-horiz", 0.4),
    _pair("head", "head-scale-vert", 0.3),
    _pair("forehead", "forehead-nubian", 0.4),
    _pair("forehead", "forehead-scale-vert", 0.4),
    _pair("forehead", "forehead-temple", 0.5),
    _pair("chin", "chin-bones", 0.3),
    _pair("chin", "chin-height"),
    _pair("chin", "chin-jaw-drop", 0.4),
    _pair("chin", "chin-prognathism", 0.4),
    _pair("chin", "chin-prominent"),
    _pair("chin", "chin-width"),
    _pair("cheek", "cheek-bones"),
    _pair("cheek", "cheek-inner"),
    _pair("cheek", "cheek-volume"),
    _pair("ears", "ear-scale"),
    _pair("ears", "ear-wing", 0.6, 0.1),
    _pair("neck", "neck-double", 0.5),
    _pair("neck", "neck-scale-horiz", 0.5),
)
FEATURE_PAIRS = (
    _pair("nose", "nose-base", 0.6, ends=_UP),
    _pair("nose", "nose-compression", 0.5, ends=("compress", "uncompress")),
    _pair("nose", "nose-curve", 0.6, ends=("concave", "convex")),
    _pair("nose", "nose-flaring", 0.6),
    _pair("nose", "nose-hump", 0.6),
    _pair("nose", "nose-nostrils-width", 0.6),
    _pair("nose", "nose-point-width", 0.6),
    _pair("nose", "nose-scale-depth", 0.6),
    _pair("nose", "nose-scale-horiz", 0.6),
    _pair("nose", "nose-scale-vert", 0.6),
    _pair("nose", "nose-septumangle"),
    _pair("nose", "nose-volume"),
    _pair("nose", "nose-width1", 0.6),
    _pair("nose", "nose-width2", 0.6),
    _pair("nose", "nose-width3", 0.6),
    _pair("nose", "nose-point", 0.6, ends=_UP),
    _pair("nose", "nose-trans", 0.5, ends=_UP),
    _pair("mouth", "mouth-cupidsbow"),
    _pair("mouth", "mouth-lowerlip-height", 0.6),
    _pair("mouth", "mouth-lowerlip-volume", 0.6),
    _pair("mouth", "mouth-upperlip-height", 0.6),
    _pair("mouth", "mouth-upperlip-volume", 0.6),
    _pair("mouth", "mouth-scale-horiz", 0.6),
    _pair("mouth", "mouth-scale-depth", 0.5),
    _pair("mouth", "mouth-trans", 0.5, ends=_UP),
    _pair("eyes", "eye-bag"),
    _pair("eyes", "eye-height1", 0.5, 0.1),
    _pair("eyes", "eye-height3", 0.5, 0.1),
    _pair("eyes", "eye-scale", 0.6, 0.1),
    _pair("eyes", "eye-corner1", 0.6, ends=_UP),
    _pair("eyes", "eye-corner2", 0.6, ends=_UP),
    _pair("eyes", "eye-epicanthus", 0.6, ends=("out", "in")),
    _pair("eyes", "eye-eyefold-angle", 0.5, ends=_UP),
    _pair("eyes", "eye-eyefold", 0.5, ends=("concave", "convex")),
    _pair("eyes", "eye-push1", 0.5, ends=_OUT),
    _pair("eyes", "eye-trans", 0.5, ends=_UP),
    _pair("eyes", "eye-trans", 0.5, ends=_OUT),
    # Low brows frown on a calm face: the middle lies up.
    _pair("eyebrows", "eyebrows-trans", 0.4, 0.3, ends=_UP),
    _pair("eyebrows", "eyebrows-trans", 0.4, -0.1, ends=("backward", "forward")),
)
