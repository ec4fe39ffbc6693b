import math
import pathlib

import numpy as np
import pytest

from encoder.embedding.perceptual import PerceptualModel
from encoder.embedding.reconstruction import compare_images, face_distance, psnr, ssim
from encoder.images import read_image
from stylegan_tf.errors import InputError

FACE = pathlib.Path(__file__).parents[2] / "data" / "encoder" / "rendered_face.png"


def test_psnr_of_a_known_difference():
    a = np.full((8, 8, 3), 100, np.uint8)
    assert psnr(a, a + 10) == pytest.approx(10 * math.log10(255**2 / 100))
    assert psnr(a + 10, a) == psnr(a, a + 10)
    assert psnr(a, a) == math.inf


def test_scores_order_reconstructions():
    perceptual = PerceptualModel(weights="random")
    face = read_image(FACE)
    same = compare_images(face, face, perceptual, "hog")
    # The two pictures of a batch may differ in the last bit of their features.
    nothing = pytest.approx(0, abs=1e-9)
    assert same == {"psnr": math.inf, "ssim": pytest.approx(1), "vgg": nothing, "identity": 0}
    noise = np.random.default_rng(0).normal(0, 1, face.shape)
    near, far = (
        compare_images(face, np.clip(face + s * noise, 0, 255).astype(np.uint8), perceptual, "hog")
        for s in (4, 16)
    )
    assert near["psnr"] > far["psnr"] > 20
    assert 1 > near["ssim"] > far["ssim"] > 0
    assert 0 < near["vgg"] < far["vgg"] < 1
    assert 0 < near["identity"] < 0.3


def test_no_face_has_no_identity():
    face, grey = read_image(FACE), np.full((256, 256, 3), 128, np.uint8)
    assert math.isnan(face_distance(face, grey, "hog"))
    assert ssim(face, grey) < 0.8


def test_refuses_originals_that_are_not_square():
    face = read_image(FACE)
    with pytest.raises(InputError, match="must be square, not 256×200; align it"):
        compare_images(face[:200], face, PerceptualModel(weights="random"))
