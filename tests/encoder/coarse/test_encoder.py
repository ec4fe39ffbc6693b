import numpy as np
import pytest

from encoder.coarse.encoder import CoarseEncoder
from encoder.embedding.reconstruction import psnr
from stylegan_tf import load_networks, to_uint8
from stylegan_tf.errors import InputError


@pytest.fixture(scope="module")
def encoder():
    random = np.random.default_rng(0)
    return CoarseEncoder(10, random.normal(size=512), random.uniform(1, 2, 512), "small", 64)


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(1).integers(0, 256, (3, 64, 64, 3), np.uint8)


def test_untrained_predicts_about_the_mean(encoder, images):
    w = encoder.encode(images)
    assert w.dtype == np.float32
    assert w.shape == (3, 10, 512)
    assert np.sqrt(np.mean(np.square((w - encoder.w_avg) / encoder.w_std))) < 0.5


def test_takes_images_of_any_size(encoder, images):
    np.testing.assert_array_equal(
        encoder.encode(np.kron(images, np.ones((1, 2, 2, 1), np.uint8))).shape, (3, 10, 512)
    )
    (embedding,) = encoder.embed(images[:1])
    np.testing.assert_allclose(embedding.latent, encoder.encode(images[:1])[0], atol=1e-5)
    assert embedding.losses.size == 0


def test_survives_a_file(tmp_path, encoder, images):
    encoder.save(tmp_path / "encoder.npz")
    loaded = CoarseEncoder.load(tmp_path / "encoder.npz", 10)
    assert (loaded.backbone, loaded.input_size) == ("small", 64)
    # Kernels are kept in half precision.
    difference = (loaded.encode(images) - encoder.encode(images)) / encoder.w_std
    assert 0 < np.abs(difference).max() < 0.01
    loaded.save(tmp_path / "again.npz")
    again = CoarseEncoder.load(tmp_path / "again.npz", 10)
    np.testing.assert_array_equal(again.encode(images), loaded.encode(images))
    with pytest.raises(InputError, match="predicts 10 layers, the generator has 18"):
        CoarseEncoder.load(tmp_path / "encoder.npz", 18)


def test_shipped_encoder_recovers_faces_that_the_generator_draws():
    generator = load_networks("rendered-faces").Gs
    w = generator.map(generator.sample_z([40, 41, 42, 43]), truncation_psi=0.7)
    images = np.concatenate([to_uint8(generator.synthesize(one[None])) for one in w])
    encoder = CoarseEncoder.load("rendered-faces", generator.num_layers)
    predicted = encoder.encode(images)
    recovered = np.concatenate([to_uint8(generator.synthesize(one[None])) for one in predicted])
    # Four random faces are 15 dB apart.
    for image, again in zip(images, recovered, strict=True):
        assert psnr(image, again) > 25


def test_small_fits_under_16_mb_for_1024_pixels(tmp_path):
    CoarseEncoder(18, np.zeros(512), np.ones(512), "small").save(tmp_path / "encoder.npz")
    assert (tmp_path / "encoder.npz").stat().st_size < 16e6


def test_resnet50_is_the_other_backbone(images):
    encoder = CoarseEncoder(10, np.zeros(512), np.ones(512), "resnet50", 32)
    assert encoder.encode(images[:1]).shape == (1, 10, 512)
    # Keras' ResNet-50 without its top has 23,587,712 parameters.
    assert encoder.network.count_params() == 23_587_712 + (2048 + 1) * 10 * 512


def test_refuses_wrong_arguments(tmp_path):
    def make(**kwargs):
        CoarseEncoder(10, np.zeros(512), np.ones(512), **kwargs)

    with pytest.raises(InputError, match="unknown backbone 'vgg'; choose one of resnet50, small"):
        make(backbone="vgg")
    with pytest.raises(InputError, match="a power of two, 32 or more, not 100"):
        make(input_size=100)
    with pytest.raises(InputError, match="only the backbone resnet50 has ImageNet weights"):
        make(backbone="small", weights="imagenet")
    with pytest.raises(InputError, match=r"nowhere\.npz is neither an encoder file nor one that"):
        CoarseEncoder.load("nowhere.npz")
    np.savez(tmp_path / "other.npz", w=np.zeros(3))
    with pytest.raises(InputError, match=r"other\.npz is not an encoder file"):
        CoarseEncoder.load(tmp_path / "other.npz")
    (tmp_path / "page.npz").write_text("<html>")
    with pytest.raises(InputError, match=r"page\.npz is not an encoder file"):
        CoarseEncoder.load(tmp_path / "page.npz")
