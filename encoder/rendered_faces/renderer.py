"""Draws one parametric face: from behind to the front, layer over layer, in linear light.

`render_face(vector, size)` is all there is to call; face_parameters.py says what a vector holds.
Skin is a height field lit by a wrapped Lambert term with cavity occlusion and a weak highlight.
Drawn small, a face is the same face: lengths are in units of the frame, never in pixels, and
edges are softened over one pixel.
"""

import math
import types

import numpy as np
import scipy.ndimage
from PIL import Image

from encoder.rendered_faces.geometry import (
    EYE_X,
    FaceGeometry,
    bump,
    clamp,
    face_geometry,
    relief,
    smoothstep,
    texture,
)
from encoder.rendered_faces.parameters import NUM_IDENTITY, identity_values, muscle_actions


def _linear(*rgb: int) -> np.ndarray:
    return (np.array(rgb, np.float32) / 255) ** np.float32(2.2)


_SKIN = np.stack([
    _linear(250, 222, 204), _linear(240, 200, 172), _linear(226, 176, 142),
    _linear(200, 144, 106), _linear(152, 100, 70), _linear(104, 68, 48),
])  # fmt: skip
_HAIR = np.stack(
    [_linear(26, 21, 19), _linear(56, 38, 27), _linear(96, 66, 42), _linear(182, 146, 92)]
)
_RED_HAIR, _GREY_HAIR = _linear(146, 68, 34), _linear(150, 148, 144)
_IRIS = np.stack(
    [_linear(50, 30, 18), _linear(96, 60, 30), _linear(90, 112, 70), _linear(92, 126, 160)]
)


def _ramp(colours: np.ndarray, t: float) -> np.ndarray:
    """The colour at t in [0, 1] along a list of colours [n, 3]."""
    positions = np.linspace(0, 1, len(colours))
    return np.array([np.interp(t, positions, channel) for channel in colours.T], np.float32)


def render_face(vector: np.ndarray, size: int = 256) -> np.ndarray:
    """Draws a face vector [NUM_PARAMETERS] as an aligned picture, uint8 [size, size, 3].

    The picture is framed as FFHQ's alignment frames a face, whatever its size (64 to 1024).
    """
    face = identity_values(vector)
    action = muscle_actions(vector[NUM_IDENTITY:])
    g = face_geometry(face, action, size)
    colours = _colours(face)
    light = _lighting(face, action, g)
    image = _background(face, g)
    hair = _hair_shade(face, colours, light, g)
    _blend(image, _back_hair_mask(face, g), 0.75 * hair)
    _draw_neck(image, face, colours, light, g)
    _draw_ears(image, face, colours, light, g)
    skin = _draw_skin(face, action, colours, light, g)
    _draw_nose(skin, face, g)
    _draw_mouth(skin, face, action, colours, light, g)
    _draw_eyes(skin, face, action, colours, light, g)
    _draw_brows(skin, face, action, colours, light, g)
    inside = np.clip((g.outline - g.radius) / (1.2 * g.pixel) + 0.5, 0, 1)
    _blend(image, inside, skin)
    _draw_front_hair(image, face, action, hair, inside, g)
    exposed = np.clip(image * 1.04, 0, None)
    exposed = np.clip(exposed / (1 + 0.18 * exposed), 0, 1)
    return (exposed ** (1 / 2.2) * 255 + 0.5).astype(np.uint8)


def _blend(image: np.ndarray, alpha: np.ndarray, colour: np.ndarray) -> None:
    """Paints `colour` ([3] or [size, size, 3]) over `image`, in place."""
    image += alpha[..., None] * (colour - image)


def _darken(image: np.ndarray, amount: np.ndarray) -> None:
    image *= (1 - amount)[..., None]


def _colours(face: types.SimpleNamespace) -> types.SimpleNamespace:
    hair = _ramp(_HAIR, clamp(face.hair_lightness, 0, 1))
    hair = hair + clamp(face.hair_redness, 0, 0.8) * (_RED_HAIR - hair)
    grey = clamp(1.6 * face.hair_greyness, 0, 1)
    hair = hair + grey * (_GREY_HAIR * (0.35 + 0.65 * face.hair_lightness) - hair)
    skin = _ramp(_SKIN, face.skin_tone / 5)
    lips = skin * np.array([0.80, 0.50, 0.50], np.float32)
    red = 0.35 * face.lip_redness
    lips = lips * (1 - red) + red * _linear(190, 70, 80) * (0.35 + 0.65 * skin.mean() / 0.6)
    # Light eyes in a dark face are rare.
    iris = _ramp(_IRIS, face.iris * (1 - 0.16 * face.skin_tone))
    return types.SimpleNamespace(hair=hair, skin=skin, lips=lips, iris=iris)


def _lighting(
    face: types.SimpleNamespace, action: types.SimpleNamespace, g: FaceGeometry
) -> types.SimpleNamespace:
    """What the light does on the skin: `shade` and `highlight` maps, and its direction."""
    z = relief(face, action, g)
    slope_y, slope_x = np.gradient(z, g.pixel)
    norm = 1 / np.sqrt(slope_x**2 + slope_y**2 + 1)
    normal_x, normal_y, normal_z = -slope_x * norm, -slope_y * norm, norm
    # Cavity occlusion is smooth: computed at low resolution.
    step = max(1, len(z) // 128)
    coarse = np.ascontiguousarray(z[::step, ::step], np.float32)
    cavity = scipy.ndimage.gaussian_filter(coarse, 0.11 / (g.pixel * step)) - coarse
    cavity = np.asarray(Image.fromarray(cavity).resize(z.shape, Image.Resampling.BILINEAR))
    occlusion = np.exp(-4.5 * np.clip(cavity, 0, 0.3))
    direction = _unit(face.light_x, face.light_y, 0.85)
    halfway = _unit(direction[0], direction[1], direction[2] + 1)
    facing = normal_x * direction[0] + normal_y * direction[1] + normal_z * direction[2]
    lambert = np.clip((facing + 0.18) / 1.18, 0, 1) ** 1.15
    shade = face.ambient * (0.75 - 0.3 * normal_y) * occlusion
    shade += face.key_light * lambert * (0.4 + 0.6 * occlusion)
    mirror = normal_x * halfway[0] + normal_y * halfway[1] + normal_z * halfway[2]
    # Dark skin shows a highlight against less: keep it from looking wet.
    strength = 0.10 * (1 - 0.11 * face.skin_tone)
    return types.SimpleNamespace(
        x=direction[0],
        facing=facing,
        shade=shade.astype(np.float32),
        highlight=(strength * np.clip(mirror, 0, 1) ** 24).astype(np.float32),
    )


def _unit(*vector: float) -> list[float]:
    return [value / math.hypot(*vector) for value in vector]


def _background(face: types.SimpleNamespace, g: FaceGeometry) -> np.ndarray:
    colour = np.array([face.background_red, face.background_green, face.background_blue])
    ramp = smoothstep(-2.5, 2.5, g.y + 0.6 * g.x)
    return (colour * (1 + face.background_slope * (2 * ramp[..., None] - 1))).astype(np.float32)


def _strands(g: FaceGeometry, parting: float, density: float, shift: float) -> np.ndarray:
    """Noise that runs along the hair, which fans out from a point above the head."""
    angle = np.arctan2(g.x - 0.5 * parting, g.y + 2.35)
    angle = angle + 0.03 * texture(2, g.x * 3, g.y * 3)
    return texture(1, angle * density, g.y * 4 + shift)


def _hair_shade(
    face: types.SimpleNamespace,
    colours: types.SimpleNamespace,
    light: types.SimpleNamespace,
    g: FaceGeometry,
) -> np.ndarray:
    strand = 0.5 * _strands(g, face.parting, 95, 0) + 0.5 * _strands(g, face.parting, 40, 9)
    fall = np.clip(0.55 + 0.6 * (g.x * light.x - 0.35 * (g.y + 1)) / 1.5, 0, 1.2)
    shade = np.clip(1 + 0.38 * strand, 0.3, 2.2) * (0.45 + 0.55 * fall)
    shine = np.exp(-(((g.y + 1.35 + 0.25 * g.x**2) / 0.22) ** 2))
    return colours.hair * (shade * (0.9 + 0.48 * shine))[..., None] + 0.012 * shine[..., None]


def _lock_ends(face: types.SimpleNamespace, g: FaceGeometry) -> np.ndarray:
    """1 above where the hair of this length ends, fading out over its last stretch."""
    end = clamp(face.hair_length, -0.6, 2.55) + 0.06 * texture(2, g.x * 9, g.y * 0)
    return smoothstep(end + 0.12, end - 0.25, g.y)


def _back_hair_mask(face: types.SimpleNamespace, g: FaceGeometry) -> np.ndarray:
    width = 1.14 * face.face_width + face.hair_volume * 0.7
    width = width + 0.12 * smoothstep(-0.9, 0, g.y) + 0.14 * smoothstep(-0.5, 1.6, g.y)
    width = width + 0.04 * texture(2, g.y * 3 + 5, 3 * np.sign(g.x))
    # Hair shorter than the ears hides behind the head.
    grown = float(smoothstep(-0.4, 0.3, face.hair_length))
    sides = smoothstep(0, 0.06, width - g.side) * smoothstep(-1.2, -0.5, g.y)
    return grown * sides * _lock_ends(face, g)


def _draw_neck(
    image: np.ndarray,
    face: types.SimpleNamespace,
    colours: types.SimpleNamespace,
    light: types.SimpleNamespace,
    g: FaceGeometry,
) -> None:
    x, y, side = g.x, g.y, g.side
    width = 0.6 + 0.08 * face.masculinity + 0.9 * np.clip(y - 1.95, 0, 2) ** 1.6
    alpha = np.clip((width - side) / (1.2 * g.pixel) + 0.5, 0, 1) * (y > 0.9)
    round_ = 0.5 * np.sqrt(np.clip(1 - (side / width) ** 2, 0, 1)) + 0.25
    shade = round_ * (1 + 0.5 * light.x * x / width)
    shade *= 0.45 + 0.55 * smoothstep(0, 0.75, y - 1.55 - 0.7 * g.jaw_drop)  # the chin's shadow
    _blend(image, alpha, colours.skin * shade[..., None] * np.array([0.95, 0.86, 0.82], np.float32))


def _draw_ears(
    image: np.ndarray,
    face: types.SimpleNamespace,
    colours: types.SimpleNamespace,
    light: types.SimpleNamespace,
    g: FaceGeometry,
) -> None:
    ear_x = g.side - 1.12 * face.face_width
    inside = 1 - np.hypot((ear_x - 0.03) / 0.13, (g.y - 0.12 - 0.25 * ear_x) / 0.33)
    alpha = np.clip(inside * 0.13 / (1.2 * g.pixel) + 0.5, 0, 1)
    shade = 0.5 + 0.25 * smoothstep(0, 0.13, ear_x) + 0.2 * light.x * np.sign(g.x)
    _blend(image, alpha, colours.skin * shade[..., None] * np.array([1.03, 0.9, 0.88], np.float32))


def _draw_skin(
    face: types.SimpleNamespace,
    action: types.SimpleNamespace,
    colours: types.SimpleNamespace,
    light: types.SimpleNamespace,
    g: FaceGeometry,
) -> np.ndarray:
    """The lit skin of the face, [size, size, 3], with its blush, freckles, beard and folds."""
    x, y, side = g.x, g.y, g.side
    albedo = np.broadcast_to(colours.skin, (*x.shape, 3)).copy()
    blush = 0.5 * bump(side, y, 0.68, 0.55, 0.3, 0.25)
    blush = blush + 0.45 * bump(side, y, 0, g.nose_y - 0.08, 0.18, 0.16) + 0.12
    blush *= 1 + 0.4 * max(action.corner, 0)
    albedo *= 1 - blush[..., None] * np.array([0.03, 0.16, 0.15], np.float32)
    mottle = 0.02 * texture(1, x * 28 + 40, y * 28 + 40) + 0.02 * texture(2, x * 9 + 3, y * 9 + 3)
    albedo *= (1 + mottle)[..., None]
    _darken(albedo, 0.16 * (0.4 + face.age) * bump(side, y, EYE_X - 0.03, 0.17, 0.22, 0.07))
    freckles = max(face.freckles, 0) * smoothstep(1.3, 1.9, texture(2, x * 24 + 7, y * 24 + 7))
    _darken(albedo, 0.22 * freckles * bump(side, y, 0.5, 0.42, 0.55, 0.25))
    beard = clamp(face.beard, 0, 1) * smoothstep(0.70, 0.98, y + 0.35 * smoothstep(0.5, 1.05, side))
    beard = beard * (1 - 0.8 * bump(side, y, 0.62, 0.75, 0.28, 0.3))
    beard = 0.8 * np.clip(beard * (0.75 + 0.2 * texture(1, x * 60, y * 30)), 0, 1)
    _blend(albedo, beard, 0.8 * colours.hair + 0.02)
    warmth = np.array([1 + face.warmth, 1, 1 - face.warmth], np.float32)
    shine = light.highlight * (0.7 + 0.3 * texture(2, x * 30, y * 30))
    skin = albedo * light.shade[..., None] * warmth + shine[..., None]
    # Light that has been under the skin reddens the edge of the shadow.
    edge = np.exp(-(((light.facing - 0.05) / 0.25) ** 2))[..., None]
    skin *= 1 + np.array([0.10, -0.03, -0.05], np.float32) * edge
    fold = g.fold
    crease = np.exp(-(((side - fold.at_x) / 0.022) ** 2)) * smoothstep(0, 0.25, fold.along)
    crease *= smoothstep(1.25, 0.8, fold.along)
    _darken(skin, 0.132 * clamp(fold.depth, 0, 2) * crease)
    frown_x = 0.085 + 0.03 * (y - face.brow_height)
    frown = np.exp(-(((side - frown_x) / 0.014) ** 2))
    frown *= np.exp(-(((y - face.brow_height - 0.03) / 0.11) ** 2))
    _darken(skin, 0.4 * clamp(action.brow_down, 0, 1.6) * frown)
    return skin.astype(np.float32)


def _draw_nose(skin: np.ndarray, face: types.SimpleNamespace, g: FaceGeometry) -> None:
    y, side, width = g.y, g.side, face.nose_width
    nostril = np.hypot(
        (side - 0.5 * width) / (0.36 * width),
        (y - g.nose_y - 0.035 + 0.12 * (side - 0.5 * width)) / 0.028,
    )
    _darken(skin, 0.8 * np.clip(1.3 * (1 - nostril), 0, 1))
    wing = np.hypot((side - 0.72 * width) / 0.62, y - g.nose_y + 0.01) - 0.12
    crease = np.exp(-((wing / 0.022) ** 2)) * smoothstep(0.85 * width, 0.95 * width, side)
    height = y - g.nose_y
    _darken(skin, 0.35 * crease * smoothstep(-0.11, -0.02, height) * smoothstep(0.08, 0.03, height))
    _darken(skin, 0.26 * bump(side, y, 0, g.nose_y + 0.075, 0.9 * width, 0.05))


def _draw_mouth(
    skin: np.ndarray,
    face: types.SimpleNamespace,
    action: types.SimpleNamespace,
    colours: types.SimpleNamespace,
    light: types.SimpleNamespace,
    g: FaceGeometry,
) -> None:
    y, side, m = g.y, g.side, g.mouth
    aa = 1.2 * g.pixel
    edge = 0.014 + aa
    lips = m.inside * smoothstep(-edge, edge, y - m.upper_outer)
    lips = lips * smoothstep(-edge, edge, m.lower_outer - y)
    shade = light.shade * np.where(y < 0.5 * (m.upper_inner + m.lower_inner), 0.80, 1.05)
    shade = shade * (1 - 0.05 * texture(1, g.x * 75, y * 9))
    gloss = 0.05 * face.key_light * np.exp(-(((g.x - 0.05) / 0.2) ** 2))
    gloss = gloss * np.exp(-(((y - m.lower_inner - 0.45 * m.lower_thickness) / 0.02) ** 2))
    _blend(skin, lips, colours.lips * shade[..., None] + (0.8 * light.highlight + gloss)[..., None])
    gap = m.lower_inner - m.upper_inner
    if gap.max() > 0.012:
        opening = m.inside * smoothstep(-aa, aa, y - m.upper_inner)
        opening = opening * smoothstep(-aa, aa, m.lower_inner - y) * smoothstep(0.006, 0.02, gap)
        _blend(skin, opening, _mouth_inside(face, action, g, gap))
    shut = m.inside * smoothstep(0.03, 0, gap) * np.exp(-(((y - m.line) / (0.011 + 0.5 * aa)) ** 2))
    _darken(skin, 0.62 * shut)
    _darken(skin, 0.36 * bump(side, y, m.half_width, m.corner_y, 0.05, 0.034))
    shadow_y = m.middle_y + 0.17 + 0.76 * m.gape + 0.3 * m.lower_thickness
    _darken(skin, 0.2 * bump(side, y, 0, shadow_y, 0.26, 0.05))


def _mouth_inside(
    face: types.SimpleNamespace, action: types.SimpleNamespace, g: FaceGeometry, gap: np.ndarray
) -> np.ndarray:
    """Dark cavity, tongue and teeth, [size, size, 3]."""
    m, aa = g.mouth, 1.2 * g.pixel
    below_upper, above_lower = g.y - m.upper_inner, m.lower_inner - g.y
    inside = np.broadcast_to(_linear(52, 18, 18), (*g.y.shape, 3)).copy()
    tongue = smoothstep(0.55, 0.8, below_upper / np.maximum(gap, 1e-3))
    tongue = tongue * smoothstep(0.15, 0.3, gap) * smoothstep(0.9, 0.5, m.u)
    _blend(inside, tongue, 0.8 * _linear(150, 70, 70))
    bulge = 1 - m.u**2
    between_teeth = np.exp(-(((np.abs(g.side / 0.095 % 1 - 0.5) - 0.5) / 0.05) ** 2))
    enamel = (1 - 0.35 * between_teeth) * (face.ambient + 0.5 * face.key_light)
    upper = smoothstep(0, aa + 0.01, 0.105 + 0.02 * bulge - below_upper)
    upper = upper * smoothstep(0.97, 0.80, m.u)
    shade = (0.45 + 0.55 * bulge) * (0.55 + 0.45 * smoothstep(0, 0.04, below_upper)) * enamel
    _blend(inside, upper, _linear(236, 228, 214) * shade[..., None])
    lower = smoothstep(0, aa + 0.01, 0.07 - above_lower) * smoothstep(0.9, 0.7, m.u)
    lower = lower * clamp(action.lower_lip / 0.4, 0, 1)
    shade = (0.4 + 0.4 * bulge) * 0.8 * enamel
    _blend(inside, lower, _linear(215, 205, 190) * shade[..., None])
    return inside


def _draw_eyes(
    skin: np.ndarray,
    face: types.SimpleNamespace,
    action: types.SimpleNamespace,
    colours: types.SimpleNamespace,
    light: types.SimpleNamespace,
    g: FaceGeometry,
) -> None:
    y, eye, aa, width = g.y, g.eye, 1.2 * g.pixel, face.eye_width
    opening = eye.inside * smoothstep(-aa, aa, y - eye.upper) * smoothstep(-aa, aa, eye.lower - y)
    # the crease above the lid, its shade, the bag below
    crease_y = eye.upper - face.lid_crease * (1 - 0.4 * max(action.lids, 0)) * (
        0.75 + 0.25 * eye.profile
    )
    reach = np.abs(eye.e) < 1.12 * width
    crease = reach * np.exp(-(((y - crease_y) / 0.016) ** 2))
    along = eye.e / width
    _darken(skin, 0.42 * crease * smoothstep(-1, -0.4, along) * smoothstep(1.1, 0.85, along))
    lid = smoothstep(0, 0.02, y - crease_y) * smoothstep(0, 0.02, eye.upper - y)
    _darken(skin, 0.15 * lid * eye.inside)
    bag = np.exp(-(((y - eye.lower - 0.075 - 0.03 * eye.profile) / 0.02) ** 2)) * eye.inside
    _darken(skin, clamp(0.12 + 0.3 * action.cheek + 0.15 * face.age, 0, 1) * bag * eye.profile)
    _blend(skin, opening, _eyeball(face, colours, light, g))
    corner = np.exp(-((np.hypot(eye.e + 0.93 * width, 1.2 * (y - eye.tilt)) / 0.03) ** 2))
    _blend(skin, 0.6 * corner, 0.8 * colours.skin * np.array([0.75, 0.45, 0.42], np.float32))
    lashes = eye.inside * np.exp(-(((y - eye.upper + 0.004) / (0.013 + 0.45 * aa)) ** 2))
    lashes = lashes * (0.55 + 0.45 * smoothstep(-0.9, 0.2, eye.along))
    _blend(skin, lashes * (1 - 0.15 * face.masculinity), 0.15 * colours.hair + 0.004)
    lashes = eye.inside * np.exp(-(((y - eye.lower) / (0.009 + 0.4 * aa)) ** 2))
    _blend(skin, 0.45 * lashes * smoothstep(-0.8, 0.6, eye.along), 0.2 * colours.hair + 0.01)


def _eyeball(
    face: types.SimpleNamespace,
    colours: types.SimpleNamespace,
    light: types.SimpleNamespace,
    g: FaceGeometry,
) -> np.ndarray:
    y, eye, aa = g.y, g.eye, 1.2 * g.pixel
    iris_radius, pupil_radius = 0.103, 0.043
    lid_shadow = smoothstep(0, 0.07, y - eye.upper)
    brightness = face.ambient + 0.55 * face.key_light
    sphere = 0.72 + 0.28 * np.sqrt(np.clip(1 - (eye.e / face.eye_width) ** 2, 0, 1))
    ball = _linear(214, 207, 202) * (brightness * sphere * (0.5 + 0.5 * lid_shadow))[..., None]
    ball = ball * np.array([1, 0.97, 0.96], np.float32)
    veins = smoothstep(0.6, 1, np.abs(eye.e) / face.eye_width)[..., None]
    ball = ball * (1 - 0.35 * veins * np.array([0.3, 0.9, 0.9], np.float32))
    distance = np.hypot(eye.e, y + 0.012)
    fibres = 0.8 + 0.17 * texture(2, np.arctan2(y + 0.012, eye.e) * 14, distance * 60)
    ring = (0.7 + 0.7 * smoothstep(0.02, 0.1, distance)) * (
        1 - 0.65 * smoothstep(iris_radius - 0.03, iris_radius, distance)
    )
    shade = 1.3 * fibres * ring * (0.45 + 0.55 * lid_shadow)
    _blend(
        ball,
        smoothstep(-aa, aa + 0.008, iris_radius - distance),
        colours.iris * shade[..., None],
    )
    _darken(ball, 0.96 * smoothstep(-aa, aa + 0.004, pupil_radius - distance))
    # the light's reflection, on the same side in both eyes
    glint = np.hypot(g.x - EYE_X * np.sign(g.x) - 0.035 * math.tanh(8 * light.x), y + 0.05)
    return ball + 0.9 * smoothstep(-aa, aa, 0.023 - glint)[..., None]


def _draw_brows(
    skin: np.ndarray,
    face: types.SimpleNamespace,
    action: types.SimpleNamespace,
    colours: types.SimpleNamespace,
    light: types.SimpleNamespace,
    g: FaceGeometry,
) -> None:
    y, side = g.y, g.side
    start = EYE_X - 0.31 - 0.035 * action.brow_down
    t = np.clip((side - start) / (2 * face.brow_length), 0, 1)  # from the nose outwards
    inner = (1 - t) ** 1.6
    middle = face.brow_height - 0.16 * action.brow_up + 0.10 * action.brow_down
    middle = middle + 0.04 * action.wrinkle + 0.05 * t**2 + 0.045 * inner
    arch = face.brow_arch * (1 - 0.35 * clamp(action.brow_down, 0, 1.6))
    middle = middle - arch * np.sin(np.pi * t**0.85)
    middle = middle + 0.13 * action.brow_down * (1 - t) ** 1.5
    middle = middle - action.brow_in * (0.19 * inner - 0.05 * t)
    thickness = max(face.brow_thickness, 0.03) * 0.62 * (1 - 0.6 * t**2.2)
    thickness = thickness * (0.62 + 0.55 * np.sin(np.pi * np.clip(0.85 * t + 0.12, 0, 1)))
    ends = smoothstep(-0.03, 0.05, side - start)
    ends = ends * smoothstep(-0.03, 0.06, start + 2 * face.brow_length - side)
    hairs = texture(1, (side + 0.55 * (y - middle)) * 85, (y - middle) * 16 + 11)
    alpha = ends * smoothstep(1.25, 0.35, np.abs(y - middle) / thickness + 0.22 * hairs)
    colour = 0.45 * colours.hair * light.shade[..., None] + 0.006
    _blend(skin, np.clip(alpha * (0.8 + 0.12 * hairs), 0, 0.95), colour)


def _draw_front_hair(
    image: np.ndarray,
    face: types.SimpleNamespace,
    action: types.SimpleNamespace,
    hair: np.ndarray,
    inside: np.ndarray,
    g: FaceGeometry,
) -> None:
    """The cap of hair over the forehead and its shadow, and the locks beside the cheeks."""
    x, y, side = g.x, g.y, g.side
    raised = 0.8 * max(action.brow_up, 0) + 0.6 * max(action.brow_in, 0)
    edge = face.hairline - 0.02 * raised + 0.10 * (x - 0.3 * face.parting) ** 2
    edge = edge + 1.15 * smoothstep(0.62, 1.12, side / face.face_width) ** 1.6
    edge = edge + max(face.fringe, 0) * np.cos(1.6 * (x - face.parting)) * 0.9
    edge = edge + 0.03 * texture(2, x * 7, x * 0 + 1) + 0.03 * _strands(g, face.parting, 60, 3)
    puff = face.hair_volume * smoothstep(1.1, -0.6, y)
    puff = puff * (1 + 0.04 * texture(2, np.arctan2(x, -y) * 6, x * 0 + 2))
    cap = smoothstep(-0.015, 0.03, g.outline + puff - g.radius) * smoothstep(-0.05, 0.05, edge - y)
    lowest = clamp(face.hair_length + 0.5, 0.25, 1.0)  # sideburns, then locks
    cap = cap * smoothstep(lowest, lowest - 0.15, y)
    _darken(image, 0.22 * smoothstep(0.16, 0, y - edge) * (1 - cap) * inside)
    _blend(image, cap, hair)
    inner = (
        1.02 * face.face_width
        - 0.06 * smoothstep(-0.2, 1.0, y)
        + 0.03 * texture(2, y * 2 + 2, 5 * np.sign(x) + 9)
    )
    outer = 1.16 * face.face_width + 0.7 * face.hair_volume + 0.12 * smoothstep(-0.5, 1.6, y)
    grown = float(smoothstep(0.1, 0.9, face.hair_length))
    locks = smoothstep(-0.03, 0.04, side - inner) * smoothstep(0, 0.05, outer - side)
    locks = grown * locks * smoothstep(-1.0, -0.6, y) * _lock_ends(face, g)
    shadow = smoothstep(-0.15, 0, side - inner) * (1 - locks) * inside
    shadow = shadow * smoothstep(-1, -0.5, y) * _lock_ends(face, g)
    _darken(image, 0.25 * grown * shadow)
    _blend(image, locks, hair)
