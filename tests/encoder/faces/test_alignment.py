"""FFHQ's arithmetic against a slow reference in plain NumPy, written from the papers' recipe."""

import numpy as np
import pytest

from encoder.faces.alignment import align_face, face_square
from stylegan_tf.errors import InputError


def _landmarks(centre, inter_eye, roll_degrees, mouth=1.1):
    """68 points whose eyes and mouth corners are exact; the others do not count."""
    points = np.zeros((68, 2))
    points[36:42] = [-0.5, 0] + 0.05 * np.array(
        [[0, 1], [0, -1], [1, 0], [-1, 0], [1, 1], [-1, -1]]
    )
    points[42:48] = points[36:42] + np.array([1, 0])
    points[48], points[54] = [-0.4, mouth], [0.4, mouth]
    angle = np.deg2rad(roll_degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return points @ turn * inter_eye + centre


def _picture(height, width):
    """Smooth coloured waves with some edges; nothing is constant or symmetric."""
    y, x = np.mgrid[:height, :width].astype(float)
    waves = [
        np.sin(x / 17 + y / 31),
        np.cos(y / 13 - x / 47),
        np.sin((x + 2 * y) / 23) * np.cos(x / 19),
    ]
    image = 127 + 90 * np.stack(waves, -1)
    image[(x // 60 + y // 45) % 5 == 0] += 35
    return np.clip(image, 0, 255).astype(np.uint8)


def _lanczos_matrix(old, new):
    scale = old / new
    support = max(scale, 1.0)
    centre = (np.arange(new)[:, None] + 0.5) * scale
    t = (np.arange(old)[None] + 0.5 - centre) / support
    weights = np.where(np.abs(t) < 3, np.sinc(t) * np.sinc(t / 3), 0)
    return weights / weights.sum(1, keepdims=True)


def _resize(image, height, width):
    """Separable Lanczos-3; 8-bit between the passes, as image libraries keep it."""
    for axis, new in ((1, width), (0, height)):
        matrix = _lanczos_matrix(image.shape[axis], new)
        image = np.moveaxis(np.tensordot(matrix, image.astype(float), (1, axis)), 0, axis)
        image = np.clip(np.rint(image), 0, 255)
    return image


def _gauss(image, sigma):
    radius = int(4 * sigma + 0.5)
    kernel = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    for axis in (0, 1):
        around = [(radius, radius) if a == axis else (0, 0) for a in range(3)]
        padded = np.pad(image, around, "symmetric")
        size = image.shape[axis]
        image = sum(k * np.take(padded, range(i, i + size), axis) for i, k in enumerate(kernel))
    return image


def _reference(image, lm, output_size, padding):
    eyes = (lm[36:42].mean(0) + lm[42:48].mean(0)) / 2
    eye_to_eye = lm[42:48].mean(0) - lm[36:42].mean(0)
    eye_to_mouth = (lm[48] + lm[54]) / 2 - eyes
    rotated = np.array([-eye_to_mouth[1], eye_to_mouth[0]])  # 90 degrees
    x = eye_to_eye - rotated
    x = x / np.linalg.norm(x)
    x = x * max(2.0 * np.linalg.norm(eye_to_eye), 1.8 * np.linalg.norm(eye_to_mouth))
    y = np.array([-x[1], x[0]])
    c = eyes + 0.1 * eye_to_mouth
    quad = np.array([c - x - y, c - x + y, c + x + y, c + x - y])
    side = 2 * np.linalg.norm(x)

    image = image.astype(float)
    shrink = int(side / output_size / 2)
    if shrink > 1:
        image = _resize(image, round(image.shape[0] / shrink), round(image.shape[1] / shrink))
        quad, side = quad / shrink, side / shrink

    border = max(round(0.1 * side), 3)
    low = np.maximum(np.floor(quad.min(0)).astype(int) - border, 0)
    high = np.minimum(np.ceil(quad.max(0)).astype(int) + border, image.shape[1::-1])
    image = image[low[1] : high[1], low[0] : high[0]]
    quad = quad - low

    before = np.maximum(border - np.floor(quad.min(0)).astype(int), 0)
    after = np.maximum(np.ceil(quad.max(0)).astype(int) + border - image.shape[1::-1], 0)
    if max(before.max(), after.max()) > border - 4:
        least = round(0.3 * side)
        (left, top), (right, bottom) = np.maximum(before, least), np.maximum(after, least)
        image = np.pad(image, ((top, bottom), (left, right), (0, 0)), padding)
        h, w = image.shape[:2]
        mask = np.empty((h, w, 1))
        for j in range(h):
            i = np.arange(w)
            across = np.minimum(i / left, (w - 1 - i) / right)
            mask[j, :, 0] = 1 - np.minimum(across, min(j / top, (h - 1 - j) / bottom))
        image = image + (_gauss(image, 0.02 * side) - image) * np.clip(3 * mask + 1, 0, 1)
        image = image + (np.median(image, axis=(0, 1)) - image) * np.clip(mask, 0, 1)
        image = np.clip(np.rint(image), 0, 255)
        quad = quad + np.array([left, top])

    fine = 4 * output_size
    u = (np.arange(fine) + 0.5) / fine
    u, v = u[None, :, None], u[:, None, None]
    p = (quad[0] * (1 - u) + quad[3] * u) * (1 - v) + (quad[1] * (1 - u) + quad[2] * u) * v
    px, py = p[..., 0], p[..., 1]
    ix, iy = np.floor(px).astype(int), np.floor(py).astype(int)
    fx, fy = (px - ix)[..., None], (py - iy)[..., None]
    sampled = (image[iy, ix] * (1 - fx) + image[iy, ix + 1] * fx) * (1 - fy) + (
        image[iy + 1, ix] * (1 - fx) + image[iy + 1, ix + 1] * fx
    ) * fy
    return _resize(np.rint(sampled), output_size, output_size)


CASES = {
    "inside": ((300, 250), 50, 0, 128),
    "rolled": ((290, 260), 60, 25, 160),
    "leaves the picture left and above": ((70, 60), 60, -20, 128),
    "leaves it on every side": ((280, 230), 170, 10, 256),
    "shrunk three times": ((300, 250), 62, 8, 40),
    "shrunk and padded": ((520, 430), 70, -35, 48),
    "magnified": ((300, 250), 12, 5, 128),
}


@pytest.mark.parametrize("padding", ["reflect", "edge"])
@pytest.mark.parametrize("case", CASES)
def test_agrees_with_the_recipe(case, padding):
    centre, inter_eye, roll, output_size = CASES[case]
    image, landmarks = _picture(500, 600), _landmarks(centre, inter_eye, roll)
    aligned = align_face(image, landmarks, output_size, padding)
    assert aligned.dtype == np.uint8
    assert aligned.shape == (output_size, output_size, 3)
    expected = _reference(image, landmarks, output_size, padding)
    assert np.abs(aligned - expected).max() <= 2  # grey levels


def test_eyes_land_in_their_place():
    # White eyes on black: their middle is 0.1 eye-to-mouth distances above the centre.
    landmarks = _landmarks((200, 220), 40, 30, mouth=1.0)
    image = np.zeros((400, 400, 3), np.uint8)
    y, x = np.mgrid[:400, :400]
    for eye in (landmarks[36:42].mean(0), landmarks[42:48].mean(0)):
        image[np.hypot(x - eye[0], y - eye[1]) < 8] = 255
    aligned = align_face(image, landmarks, 256)[..., 0].astype(float)
    rows, columns = np.mgrid[:256, :256] + 0.5
    middle = np.array([(aligned * columns).sum(), (aligned * rows).sum()]) / aligned.sum()
    side = 2 * 2.0 * 40
    np.testing.assert_allclose(middle / 256, [0.5, 0.5 - 0.1 * 40 / side], atol=0.004)


def test_padding_choices_differ():
    image, landmarks = _picture(300, 300), _landmarks((60, 60), 60, 0)
    edge, reflect = (align_face(image, landmarks, 64, p) for p in ("edge", "reflect"))
    assert np.abs(edge.astype(int) - reflect).max() > 20


def test_refuses_wrong_arguments():
    image, landmarks = _picture(100, 100), _landmarks((50, 50), 15, 0)
    with pytest.raises(InputError, match="unknown padding 'zero'; choose one of edge, reflect"):
        align_face(image, landmarks, 64, "zero")
    with pytest.raises(InputError, match="output_size must be positive, not 0"):
        align_face(image, landmarks, 0)
    with pytest.raises(InputError, match=r"68 finite points, not an array \(5, 2\)"):
        face_square(landmarks[:5])
    with pytest.raises(InputError, match="all but coincide"):
        face_square(np.ones((68, 2)))
    with pytest.raises(InputError, match="outside the picture"):
        align_face(image, landmarks + 1000, 64)
