import numpy as np
import pytest

from encoder.tuning.embedder import PivotalEmbedder
from encoder.tuning.options import TuningOptions
from encoder.tuning.pivotal import GeneratorTuner
from stylegan_tf import Generator, to_uint8
from stylegan_tf.errors import InputError

SIZE = {"resolution": 32, "fmap_base": 128, "fmap_max": 16, "mapping_layers": 2}


@pytest.fixture(scope="module")
def generator():
    return Generator.create(seed=1, **SIZE)


@pytest.fixture(scope="module")
def strangers():
    """Pictures of another generator, which this one cannot draw."""
    other = Generator.create(seed=9, **SIZE)
    return list(to_uint8(other.generate(other.sample_z([1, 2]))))


@pytest.fixture(scope="module")
def pivots(generator):
    return generator.map(generator.sample_z([1, 2]))


def error(generator, latent, image):
    drawn = generator.synthesize(latent[None])[0]
    return np.square(drawn - (image / 127.5 - 1)).mean()


def test_the_tuned_network_draws_what_the_network_could_not(
    generator, strangers, pivots, perceptual
):
    before = generator.synthesis.values()
    tuner = GeneratorTuner(generator, perceptual, TuningOptions(40, 0.01))
    difference, losses = tuner.tune(strangers, pivots)
    assert losses.shape == (40,)
    for name, value in generator.synthesis.values().items():
        np.testing.assert_array_equal(value, before[name])
    assert all(change.dtype == np.float16 for change in difference.changes.values())
    assert not any(name.startswith("noise") for name in difference.changes)

    plain = [error(generator, w, x) for w, x in zip(pivots, strangers, strict=True)]
    with difference.applied(generator):
        tuned = [error(generator, w, x) for w, x in zip(pivots, strangers, strict=True)]
    assert max(np.divide(tuned, plain)) < 0.5

    again, _ = tuner.tune(strangers, pivots)  # nothing is left of the first time
    assert again.digest == difference.digest


def test_locality_keeps_the_rest_of_the_network(generator, strangers, pivots, perceptual):
    elsewhere = generator.map(generator.sample_z(range(20, 28)))
    kept = generator.synthesize(elsewhere)
    moved = []
    for weight in (0.0, 10.0):
        tuner = GeneratorTuner(generator, perceptual, TuningOptions(40, 0.01, weight))
        difference, _ = tuner.tune(strangers[:1], pivots[:1])
        with difference.applied(generator):
            moved.append(np.square(generator.synthesize(elsewhere) - kept).mean())
    assert moved[1] < 0.7 * moved[0]


def test_fine_blocks_stay_when_they_are_skipped(generator, strangers, pivots, perceptual):
    tuner = GeneratorTuner(
        generator, perceptual, TuningOptions(3), working_resolution=16, skip_fine_blocks=True
    )
    difference, _ = tuner.tune(strangers, pivots)
    assert any(name.startswith("16x16/") for name in difference.changes)
    assert not any(name.startswith("32x32/") for name in difference.changes)


def test_pivot_and_network_in_one(generator, strangers, perceptual):
    embedder = PivotalEmbedder(generator, perceptual, TuningOptions(6, 0.01), learning_rate=0.05)
    steps = []
    (one,) = embedder.embed(strangers[:1], 4, on_step=lambda: steps.append(1))
    assert len(steps) == 10
    assert one.losses.shape == (5 + 6,)
    assert np.ptp(one.latent, axis=0).max() == 0
    assert "noise3" in one.difference.changes  # found with the pivot

    both = embedder.embed(strangers, 4)
    assert both[0].difference is both[1].difference
    assert both[0].latent.tolist() != both[1].latent.tolist()
    assert not any(name.startswith("noise") for name in both[0].difference.changes)


def test_wrong_arguments_are_refused(generator, strangers, pivots, perceptual):
    for options, message in [
        ({"steps": -1}, "tuning_iterations must be 0 or more, not -1"),
        ({"learning_rate": 0.0}, "the learning rate must be positive, not 0"),
        ({"locality_weight": -0.1}, "locality_weight must be 0 or more, not -0.1"),
    ]:
        with pytest.raises(InputError, match=message):
            TuningOptions(**options)
    tuner = GeneratorTuner(generator, perceptual, TuningOptions(5, 1e6))
    with pytest.raises(InputError, match="2 pictures do not go with 1 pivots"):
        tuner.tune(strangers, pivots[:1])
    with pytest.raises(InputError, match=r"no longer a number|ran away"):
        tuner.tune(strangers[:1], pivots[:1])
