import numpy as np
import pytest

from encoder.tuning.projector import Projector, w_statistics
from stylegan_tf import Generator, to_uint8
from stylegan_tf.errors import InputError


@pytest.fixture(scope="module")
def generator():
    made = Generator.create(resolution=32, fmap_base=128, fmap_max=16, mapping_layers=2, seed=1)
    for name, variable in made.synthesis.variables_by_name.items():
        if name.endswith("noise_strength"):
            variable.assign(0.3)
    return made


@pytest.fixture(scope="module")
def image(generator):
    return to_uint8(generator.generate(generator.sample_z([1])))[0]


@pytest.fixture(scope="module")
def projector(generator, perceptual):
    return Projector(generator, perceptual)


def test_it_comes_nearer_in_w_with_noise_that_stays_noise(generator, image, projector):
    before = generator.synthesis.values()
    found = projector.project(image, 20, snapshot_steps=(0, 10, 99))
    embedding = found.embedding
    assert embedding.latent.shape == (8, 512)
    assert np.ptp(embedding.latent, axis=0).max() == 0  # W: one code for all layers
    assert embedding.losses.shape == (21,)
    assert embedding.loss == embedding.losses[-1]
    assert embedding.loss < 0.8 * embedding.losses[0]
    assert sorted(embedding.snapshots) == [0, 10]
    assert [noise.shape for noise in found.noise][:2] == [(1, 4, 4, 1), (1, 8, 8, 1)]
    for noise in found.noise:
        np.testing.assert_allclose([noise.mean(), noise.var()], [0, 1], atol=1e-4)
    for name, value in generator.synthesis.values().items():
        np.testing.assert_array_equal(value, before[name])


def test_the_difference_holds_the_noise_it_was_found_with(generator, image, projector):
    found = projector.project(image, 5)
    embedding = projector.embed(image, 5)
    np.testing.assert_array_equal(embedding.latent, found.embedding.latent)
    assert set(embedding.difference.changes) == {f"noise{i}" for i in range(7)}
    expected = generator.synthesize(embedding.latent[None], noise=found.noise)
    with embedding.difference.applied(generator):
        drawn = generator.synthesize(embedding.latent[None])
    np.testing.assert_allclose(drawn, expected, atol=0.01)  # half precision


def test_without_noise_it_starts_where_it_is_told(generator, image, perceptual):
    projector = Projector(generator, perceptual, optimize_noise=False)
    start = generator.map(generator.sample_z([1]))[0]
    found = projector.embed(image, 0, start=start)
    np.testing.assert_allclose(found.latent, start, atol=1e-6)
    assert found.difference is None
    drawn, target = generator.synthesize(start[None]), image[None].astype(np.float32) / 127.5 - 1
    assert found.loss == pytest.approx(
        float(perceptual.distance(*map(perceptual, (drawn, target))))
    )


def test_a_neighbour_is_reached_without_straying(generator, image, projector):
    start = generator.map(generator.sample_z([1]))[0]
    far, near = (
        np.abs(np.diff(projector.project(image, 8, start=one).embedding.losses)).max()
        for one in (None, start)
    )
    assert near < far
    with pytest.raises(InputError, match="the start has shape"):
        projector.project(image, 1, start=start[:, :3])


def test_fine_blocks_can_be_left_out(generator, image, perceptual):
    projector = Projector(generator, perceptual, working_resolution=16, skip_fine_blocks=True)
    found = projector.project(image, 3)
    assert len(found.noise) == 5
    assert found.embedding.latent.shape == (8, 512)


def test_the_spread_of_w_is_that_of_its_samples(generator):
    center, spread = w_statistics(generator)
    w = generator.map(generator.sample_z(range(300)))[:, 0]
    assert spread == pytest.approx(np.sqrt(np.square(w - center).sum(1).mean()), rel=0.05)


def test_wrong_arguments_are_refused(generator, image, perceptual):
    with pytest.raises(InputError, match="working_resolution must be a power of two"):
        Projector(generator, perceptual, working_resolution=20)
    with pytest.raises(InputError, match="learning_rate must be positive, not 0"):
        Projector(generator, perceptual, learning_rate=0)
    projector = Projector(generator, perceptual, optimize_noise=False)
    with pytest.raises(InputError, match="iterations must be 0 or more, not -1"):
        projector.project(image, -1)
    with pytest.raises(InputError, match="an image to embed must be square, not 32×16; align it"):
        projector.project(image[:16], 1)
