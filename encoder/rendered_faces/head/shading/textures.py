"""Pictures that surfaces are drawn with: noise, strands, and MakeHuman's read from files."""

import pathlib

import numpy as np
from PIL import Image

NOISE_SIZE = 512
STRAND_SIZE = (96, 256)  # across and along
STRAIGHT, FRIZZY, SHORT = 0, 1, 2  # layers of the strands' texture


def read_texture(path: pathlib.Path, mode: str, size: int | None = None) -> np.ndarray:
    """A picture as float32 in [0, 1], [H, W, channels], first row at the bottom."""
    with Image.open(path) as picture:
        converted = picture.convert(mode)
        if size:
            converted = converted.resize((size, size), Image.Resampling.LANCZOS)
        return np.asarray(converted, np.float32)[::-1] / 255


def sample_texture(texture: np.ndarray, uv: np.ndarray) -> np.ndarray:
    """Bilinear samples [n, channels] of a texture [H, W, channels] at uv [n, 2] in [0, 1]."""
    height, width = texture.shape[:2]
    x = np.clip(uv[:, 0] * width - 0.5, 0, width - 1.001)
    y = np.clip(uv[:, 1] * height - 0.5, 0, height - 1.001)
    i, j = y.astype(int), x.astype(int)
    a, b = (y - i)[:, None], (x - j)[:, None]
    below = texture[i, j] * (1 - b) + texture[i, j + 1] * b
    above = texture[i + 1, j] * (1 - b) + texture[i + 1, j + 1] * b
    return below * (1 - a) + above * a


def skin_noise(seed: int = 5) -> np.ndarray:
    """A tile of skin: slopes of pores (2 channels), mottling, and spots; uint8 [N, N, 4]."""
    rng = np.random.default_rng(seed)
    n = NOISE_SIZE
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(n) * n, np.fft.fftfreq(n) * n))

    def filtered(field: np.ndarray, response: np.ndarray) -> np.ndarray:
        return np.real(np.fft.ifft2(np.fft.fft2(field) * response))

    pores = filtered(rng.standard_normal((n, n)), np.exp(-(((frequency - 55) / 22) ** 2)))
    pores /= pores.std()
    grain = filtered(rng.standard_normal((n, n)), np.exp(-(((frequency - 110) / 40) ** 2)))
    height = 0.6 * grain - np.maximum(pores - 0.3, 0)
    across = np.roll(height, -1, 1) - np.roll(height, 1, 1)
    down = np.roll(height, -1, 0) - np.roll(height, 1, 0)
    scale = 1 / (6 * max(across.std(), down.std()))
    mottling = filtered(rng.standard_normal((n, n)), 1 / (1 + (frequency / 18) ** 1.1))
    dots = (rng.random((n, n)) < 0.0022) * rng.uniform(0.3, 1, (n, n))
    spots = filtered(dots, np.exp(-((frequency / 42) ** 2)))
    channels = [
        0.5 + across * scale,
        0.5 + down * scale,
        0.5 + 0.16 * mottling / mottling.std(),
        spots / np.quantile(spots, 0.995),
    ]
    return (np.clip(np.stack(channels, axis=-1), 0, 1) * 255).astype(np.uint8)


def strand_textures(seed: int = 7) -> np.ndarray:
    """Ribbons of hairs: straight, frizzy, and one of few short ones; uint8 [3, H, W, 4].

    The first channel is brightness (128 the mean), the last opacity; rows go from root to tip.
    """
    rng = np.random.default_rng(seed)
    layers = [
        _draw_hairs(rng, hairs=26, wobble=0.05, cycles=1.3, thickness=0.032),
        _draw_hairs(rng, hairs=30, wobble=0.16, cycles=7.0, thickness=0.022),
        _draw_hairs(rng, hairs=4, wobble=0.03, cycles=0.5, thickness=0.14, root=0.25),
    ]
    return np.stack(layers)


def _draw_hairs(
    rng: np.random.Generator,
    hairs: int,
    wobble: float,
    cycles: float,
    thickness: float,
    root: float = 0.02,
) -> np.ndarray:
    width, height = STRAND_SIZE
    x = (np.arange(width) + 0.5) / width
    t = ((np.arange(height) + 0.5) / height)[:, None]
    opacity, brightness = np.zeros((height, width)), np.ones((height, width))
    for middle in rng.permutation(np.linspace(0.06, 0.94, hairs)):
        phase, cycle = rng.uniform(0, 2 * np.pi), cycles * rng.uniform(0.6, 1.4)
        path = middle + wobble * np.sin(phase + 2 * np.pi * cycle * t) * (0.3 + 0.7 * t)
        end = rng.uniform(0.62, 1.0)
        half = thickness * rng.uniform(0.6, 1.3) * np.clip((end - t) / 0.35, 0, 1) ** 0.6
        half = half * np.clip(t / root, 0.3, 1)
        inside = np.clip((half - np.abs(x[None] - path)) * width * 0.6 + 0.5, 0, 1) * (t < end)
        round_ = 1 - 0.35 * np.clip(np.abs(x[None] - path) / np.maximum(half, 1e-3), 0, 1) ** 2
        shade = rng.uniform(0.6, 1.35) * round_
        brightness = np.where(inside > opacity * 0.9, shade, brightness)
        opacity = np.maximum(opacity, inside)
    opacity[:, [0, -1]] = 0
    texture = np.stack([brightness / 2, brightness / 2, brightness / 2, opacity], axis=-1)
    return (np.clip(texture, 0, 1) * 255).astype(np.uint8)
