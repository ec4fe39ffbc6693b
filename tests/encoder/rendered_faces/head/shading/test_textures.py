import numpy as np
from PIL import Image

from encoder.rendered_faces.head.shading.textures import (
    NOISE_SIZE,
    STRAND_SIZE,
    read_texture,
    sample_texture,
    skin_noise,
    strand_textures,
)


def test_textures_start_at_the_bottom(tmp_path):
    pixels = np.zeros((2, 2, 3), np.uint8)
    pixels[0] = 255  # the upper row
    Image.fromarray(pixels).save(tmp_path / "a.png")

    texture = read_texture(tmp_path / "a.png", "RGB")

    np.testing.assert_array_equal(texture[:, 0, 0], [0, 1])


def test_samples_lie_between_texels():
    texture = np.array([[[0.0], [1.0]], [[2.0], [3.0]]])
    uv = np.array([[0.25, 0.25], [0.5, 0.25], [0.5, 0.5]])

    np.testing.assert_allclose(sample_texture(texture, uv)[:, 0], [0, 0.5, 1.5], atol=0.01)


def test_skin_noise_is_a_tile_without_seams():
    noise = skin_noise().astype(float)

    assert noise.shape == (NOISE_SIZE, NOISE_SIZE, 4)
    mottling = noise[..., 2]
    seam = np.abs(mottling[:, 0] - mottling[:, -1]).mean()
    inside = np.abs(np.diff(mottling, axis=1)).mean()
    assert seam < 1.3 * inside
    np.testing.assert_allclose(noise[..., :2].mean(axis=(0, 1)), 127, atol=2)


def test_hairs_end_before_the_ribbon_does():
    layers = strand_textures()

    assert layers.shape == (3, STRAND_SIZE[1], STRAND_SIZE[0], 4)
    opacity = layers[..., 3] / 255
    assert (opacity[:, 64].mean(axis=1) > opacity[:, 250].mean(axis=1)).all()
    assert opacity[0, 64].mean() > 0.5  # straight hair covers
    np.testing.assert_array_equal(opacity[:, :, [0, -1]], 0)
