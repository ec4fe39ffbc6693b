"""Where the features of a rendered face lie, and the relief of its skin.

The frame is FFHQ's: the origin between the eyes, the unit their distance, x to the right, y down,
a view 4 units wide whose centre lies 0.11 below the eyes. Every map is [size, size] float32.
"""

import dataclasses
import functools
import types

import numpy as np
import scipy.interpolate
import scipy.ndimage

VIEW_WIDTH = 4.0
VIEW_CENTRE_Y = 0.11
EYE_X = 0.5  # by definition of the unit
_HEAD_CENTRE_Y = 0.15


def smoothstep(start: float | np.ndarray, end: float | np.ndarray, x: np.ndarray) -> np.ndarray:
    """0 before `start`, 1 after `end`, 3t² − 2t³ between; `start` > `end` gives a falling step."""
    t = np.clip((x - start) / (end - start), 0, 1)
    return t * t * (3 - 2 * t)


def clamp(value: float, low: float, high: float) -> float:
    """np.clip for one number, kept a Python float: a NumPy one would turn maps into float64."""
    return min(max(value, low), high)


def bump(
    x: np.ndarray,
    y: np.ndarray,
    at_x: np.ndarray | float,
    at_y: np.ndarray | float,
    width: np.ndarray | float,
    height: np.ndarray | float,
) -> np.ndarray:
    """A Gaussian hill of height 1."""
    return np.exp(-(((x - at_x) / width) ** 2 + ((y - at_y) / height) ** 2))


@functools.cache
def _noise(seed: int) -> np.ndarray:
    """Smooth noise of unit variance that tiles, 256×256 and its first row and column once more."""
    noise = np.random.default_rng(seed).normal(size=(256, 256)).astype(np.float32)
    noise = scipy.ndimage.gaussian_filter(noise, 1, mode="wrap")
    return np.pad(noise / noise.std(), ((0, 1), (0, 1)), mode="wrap").ravel()


def texture(seed: int, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Smooth noise, the same for every face, looked up bilinearly at texel coordinates (u, v).

    Coordinates wrap around at 256.
    """
    noise = _noise(seed)
    column, row = np.floor(u), np.floor(v)
    fu, fv = u - column, v - row
    index = (row.astype(np.int32) & 255) * 257 + (column.astype(np.int32) & 255)
    top, right = noise.take(index), noise.take(index + 1)
    index += 257
    bottom, below_right = noise.take(index), noise.take(index + 1)
    top += fu * (right - top)
    bottom += fu * (below_right - bottom)
    return top + fv * (bottom - top)


@dataclasses.dataclass
class FaceGeometry:
    """The maps and curves that the layers of a face are drawn from."""

    x: np.ndarray  # turned with the head
    y: np.ndarray
    side: np.ndarray  # |x|: the face is symmetric
    pixel: float  # width of a pixel
    radius: np.ndarray  # distance from the centre of the head
    outline: np.ndarray  # the head's radius in that direction
    mouth: types.SimpleNamespace
    eye: types.SimpleNamespace
    fold: types.SimpleNamespace  # from the nose's wing to the mouth's corner
    jaw_drop: float
    nose_y: float


def face_geometry(
    face: types.SimpleNamespace, action: types.SimpleNamespace, size: int
) -> FaceGeometry:
    """Places the features of `face`, moved by `action`, on a frame of size × size pixels."""
    pixel = VIEW_WIDTH / size
    axis = (np.arange(size, dtype=np.float32) + 0.5) * pixel - VIEW_WIDTH / 2
    x, y = np.meshgrid(axis, axis + np.float32(VIEW_CENTRE_Y))
    jaw_drop = 0.28 * max(action.open, 0) - 0.03 * action.chin
    head = _outline_spline(face, action, jaw_drop)
    radius, outline = _polar_outline(head, x, y)
    # Turning the head shifts what lies nearer to the viewer: the middle of the face, then the nose.
    depth = np.sqrt(1 - np.clip(radius / outline, 0, 1) ** 2.4) * 0.9 - 0.35
    x = (x - face.yaw * (depth + 0.35 * bump(x, y, 0, 0.5, 0.3, 0.3))).astype(np.float32)
    radius, outline = _polar_outline(head, x, y)
    side = np.abs(x)
    nose_y = face.nose_length - 0.035 * action.wrinkle - 0.015 * action.upper_lip
    mouth = _mouth(face, action, side)
    return FaceGeometry(
        x=x, y=y, side=side, pixel=pixel, radius=radius, outline=outline, mouth=mouth,
        eye=_eye(face, action, side),
        fold=_nasolabial_fold(face, action, side, y, mouth, nose_y),
        jaw_drop=jaw_drop, nose_y=nose_y,
    )  # fmt: skip


def _outline_spline(
    face: types.SimpleNamespace, action: types.SimpleNamespace, jaw_drop: float
) -> tuple[np.ndarray, np.ndarray]:
    """The head's outline as (angle, radius) from straight up (0) to the chin (π)."""
    points = np.array([
        (0, -1.78 - face.cranium), (0.62, -1.62 - face.cranium), (1.0, -1.05), (1.12, -0.35),
        (1.11, 0.2), (1.04 + 0.3 * face.jaw_width, 0.72),
        (0.92 + face.jaw_width, 1.08 + 0.3 * jaw_drop),
        (0.74 + 0.9 * face.jaw_width, 1.38 + 0.6 * jaw_drop),
        (0.53 + face.chin_width, 1.62 + 0.7 * face.chin_length + 0.9 * jaw_drop),
        (0.27 + 0.8 * face.chin_width, 1.79 + face.chin_length + jaw_drop),
        (0, 1.84 + face.chin_length + jaw_drop),
    ])  # fmt: skip
    points[:, 0] *= face.face_width
    points[:, 0] += 0.03 * action.cheek * (points[:, 0] > 0.9)
    dx, dy = points[:, 0], points[:, 1] - _HEAD_CENTRE_Y
    angle = np.linspace(0, np.pi, 400)
    spline = scipy.interpolate.PchipInterpolator(np.arctan2(dx, -dy), np.hypot(dx, dy))
    return angle, scipy.ndimage.gaussian_filter(spline(angle), 9, mode="mirror")


def _polar_outline(
    head: tuple[np.ndarray, np.ndarray], x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    dy = y - np.float32(_HEAD_CENTRE_Y)
    angle = np.arctan2(np.abs(x), -dy)
    return np.hypot(x, dy), np.interp(angle, *head).astype(np.float32)


def _mouth(
    face: types.SimpleNamespace, action: types.SimpleNamespace, side: float
) -> types.SimpleNamespace:
    """The curves of the lips: outer and inner edge of each, over u = |x| / half width."""
    openness = max(action.open, 0)
    smile = max(action.corner, 0)
    middle_y = face.mouth_height + 0.45 * (face.nose_length - 0.64)
    middle_y -= 0.03 * (action.corner + action.chin + action.upper_lip)
    half_width = face.mouth_width * (
        1 + 0.22 * action.wide + (0.10 * smile if smile else -0.06 * openness)
    )
    u = np.clip(side / half_width, 0, 1)
    u2 = u * u
    pull = 0.17 * action.corner * (1 if smile else 0.8)  # how far the corners are raised
    line = middle_y - pull * (u2 - 0.25) + 0.012 * np.cos(2 * np.pi * u) * (1 - u2)
    arc = np.sqrt(1 - u2 + 1e-6)
    if action.corner > 0.3:  # a grin is squarer than an open mouth
        blend = min((action.corner - 0.3) / 0.3, 1)
        arc = arc * (1 - 0.5 * blend) + 0.5 * blend * (1 - u2 * u2)
    raised = 0.075 * openness + 0.05 * action.upper_lip * (0.4 + 0.6 * u)
    lowered = 0.34 * openness**1.1 + 0.09 * max(action.lower_lip, 0) * (0.5 + u)
    stretch = (1 - 0.55 * action.press) * (1 - 0.2 * smile - 0.15 * openness)
    upper = max(face.upper_lip + 0.015 * face.skin_tone / 2.5 * 0.8, 0.02) * stretch
    lower = max(face.lower_lip + 0.015 * face.skin_tone / 2.5 * 0.8, 0.03) * stretch
    upper_inner, lower_inner = line - raised * arc, line + lowered * arc
    cupid = (1 - u2) ** 0.75 * (1 + 0.12 * np.exp(-(((u - 0.22) / 0.16) ** 2)))
    upper_outer = upper_inner - upper * (cupid - 0.22 * np.exp(-((u / 0.13) ** 2)))
    lower_outer = lower_inner + lower * (1 - u2) ** 0.65
    return types.SimpleNamespace(
        u=u, half_width=half_width, middle_y=middle_y, line=line, corner_y=middle_y - 0.75 * pull,
        upper_inner=upper_inner, lower_inner=lower_inner,
        upper_outer=upper_outer, lower_outer=lower_outer,
        upper_thickness=upper, lower_thickness=lower, gape=float(np.max(lowered)),
        inside=side < half_width,
    )  # fmt: skip


def _eye(
    face: types.SimpleNamespace, action: types.SimpleNamespace, side: float
) -> types.SimpleNamespace:
    """The curves of the lids over e = |x| − eye centre, in the eye's own frame."""
    e = side - EYE_X
    opening = face.eye_height * clamp(1 + 0.8 * action.lids, 0.15, 2.2)
    below = face.eye_height * 0.75
    below *= clamp(1 + 0.2 * action.lids - 0.55 * action.cheek, 0.1, 2)
    along = np.clip(e / face.eye_width, -1, 1)
    profile = 1 - along * along
    tilt = -(face.eye_tilt - 0.025 * action.brow_in) * along + 0.024 * np.where(
        along < 0, 0.5 * along**3, 0
    )
    return types.SimpleNamespace(
        e=e, along=along, profile=profile, tilt=tilt,
        upper=tilt - 1.15 * opening * profile**0.62 * (1 - 0.12 * along * (along < 0)),
        lower=tilt + below * profile**0.75 * (1 + 0.15 * along),
        inside=np.abs(e) < face.eye_width,
    )  # fmt: skip


def _nasolabial_fold(
    face: types.SimpleNamespace,
    action: types.SimpleNamespace,
    side: float,
    y: np.ndarray,
    mouth: types.SimpleNamespace,
    nose_y: float,
) -> types.SimpleNamespace:
    corner_x, corner_y = mouth.half_width + 0.11, mouth.corner_y - 0.02
    along = np.clip((y - (nose_y - 0.08)) / (corner_y - nose_y + 0.08), -0.3, 1.4)
    wing = face.nose_width + 0.07
    smile = max(action.corner, 0)
    at_x = wing + (corner_x - wing) * along + 0.05 * smile * np.sin(np.pi * np.clip(along, 0, 1))
    depth = 0.06 + 0.22 * face.age + 0.8 * smile
    depth += 0.7 * action.wrinkle + 0.5 * action.upper_lip + 0.3 * action.cheek
    return types.SimpleNamespace(at_x=at_x, along=along, depth=max(depth, 0))


def relief(
    face: types.SimpleNamespace, action: types.SimpleNamespace, g: FaceGeometry
) -> np.ndarray:
    """The height of the skin towards the viewer, [size, size]; its slopes are what light shows."""
    x, y, side, mouth = g.x, g.y, g.side, g.mouth
    z = (1 - np.clip(g.radius / g.outline, 0, 1) ** 2.3) ** 0.62  # the dome of the head
    z = z - 0.13 * bump(side, y, EYE_X, 0, 0.34, 0.21)  # sockets
    z -= 0.05 * bump(side, y, 0.22, 0.02, 0.13, 0.2)
    z += 0.10 * bump(side, y, EYE_X, 0.01, 0.26, 0.15)  # eyeballs
    ridge_y = face.brow_height + 0.05 + 0.04 * action.brow_down
    z += (0.06 + 0.03 * face.masculinity) * bump(side, y, 0.42, ridge_y, 0.40, 0.12)
    cheek = 0.08 * (1 + 0.9 * action.cheek)
    z += cheek * bump(side, y, 0.72, 0.5 - 0.08 * action.cheek, 0.26, 0.24)
    z += _nose_relief(face, action, g)
    # lips, philtrum, fold below the lips, chin
    bulge = 1 - mouth.u**2
    upper_y = 0.5 * (mouth.upper_outer + mouth.upper_inner)
    lower_y = 0.5 * (mouth.lower_inner + mouth.lower_outer)
    z += 0.06 * bulge * np.exp(-(((y - upper_y) / (0.7 * mouth.upper_thickness + 0.02)) ** 2))
    z += 0.085 * bulge * np.exp(-(((y - lower_y) / (0.6 * mouth.lower_thickness + 0.02)) ** 2))
    lip_y = mouth.middle_y - mouth.upper_thickness
    groove = smoothstep(g.nose_y + 0.04, g.nose_y + 0.14, y) * smoothstep(lip_y, lip_y - 0.1, y)
    z -= 0.018 * np.exp(-((side / 0.055) ** 2)) * groove
    z -= 0.06 * bump(side, y, 0, mouth.middle_y + 0.25 + 0.85 * g.jaw_drop, 0.3, 0.07)
    z += 0.12 * bump(side, y, 0, 1.55 + 0.8 * face.chin_length + g.jaw_drop, 0.25, 0.17)
    # folds and wrinkles
    fold = g.fold
    ends = smoothstep(-0.15, 0.1, fold.along) * smoothstep(1.3, 0.8, fold.along)
    z -= 0.035 * fold.depth * np.exp(-(((side - fold.at_x) / 0.05) ** 2)) * ends
    z += 0.03 * fold.depth * np.exp(-(((side - fold.at_x - 0.1) / 0.08) ** 2)) * ends
    frown = action.brow_down * np.exp(-(((y - face.brow_height - 0.03) / 0.13) ** 2))
    z -= 0.035 * frown * np.exp(-(((side - 0.085) / 0.025) ** 2))
    forehead = 0.8 * max(action.brow_up, 0) + 0.6 * max(action.brow_in, 0)
    lines = np.cos((y + 0.06 * side**2) * 2 * np.pi / 0.13) * bump(side, y, 0, -0.78, 0.6, 0.17)
    z += 0.012 * forehead * lines
    crinkles = np.cos((y - 0.5 * side) * 2 * np.pi / 0.075)
    z += 0.015 * action.wrinkle * crinkles * bump(side, y, 0.07, 0.12, 0.13, 0.12)
    z += 0.0016 * texture(1, x * 28 + 40, y * 28 + 40)  # pores
    return z


def _nose_relief(
    face: types.SimpleNamespace, action: types.SimpleNamespace, g: FaceGeometry
) -> np.ndarray:
    y, side = g.y, g.side
    along = np.clip((y + 0.2) / (g.nose_y + 0.2), 0, 1)
    ridge = face.nose_relief * (0.18 + 0.82 * along**1.3)
    ridge = ridge * np.exp(-((side / (face.nose_bridge * (1.1 + 0.6 * along))) ** 2))
    ridge *= smoothstep(-0.35, 0, y) * smoothstep(g.nose_y + 0.08, g.nose_y - 0.07, y)
    tip = 0.15 * bump(side, y, 0, g.nose_y - 0.07, 0.13, 0.10)
    wing_x = face.nose_width * (1 + 0.1 * action.wrinkle)
    return 0.8 * ridge + tip + 0.13 * bump(side, y, wing_x, g.nose_y - 0.02, 0.10, 0.095)
