import numpy as np
import pytest

from encoder.embedding.low_resolution import low_resolution_synthesis
from stylegan_tf import Generator
from stylegan_tf.errors import InputError

SIZE = {"resolution": 32, "fmap_base": 128, "fmap_max": 16, "mapping_layers": 1}


def test_is_the_sum_over_the_coarse_blocks():
    generator = Generator.create(seed=1, **SIZE)
    w = generator.map(generator.sample_z([1]))
    lower = low_resolution_synthesis(generator, 16)
    assert lower.num_layers == 6
    coarse = lower(w[:, :6])
    assert coarse.shape == (1, 16, 16, 3)
    # The last block adds to what is below it: without its own part it only magnifies.
    for name in ("32x32/ToRGB/weight", "32x32/ToRGB/bias"):
        variable = generator.variables_by_name[f"synthesis/{name}"]
        variable.assign(0 * variable)
    whole = generator.synthesize(w)
    average = whole.reshape(1, 16, 2, 16, 2, 3).mean((2, 4))
    assert np.corrcoef(coarse.numpy().ravel(), average.ravel())[0, 1] > 0.9
    np.testing.assert_allclose(np.ptp(coarse), np.ptp(average), rtol=0.3)


def test_needs_the_skip_architecture():
    generator = Generator.create(seed=1, architecture="resnet", **SIZE)
    with pytest.raises(InputError, match="needs a StyleGAN2 generator of the skip architecture"):
        low_resolution_synthesis(generator, 16)


def test_stylegan2_ada_stays_itself():
    generator = Generator.create(version=5, seed=1, conv_clamp=0.5, **SIZE)
    lower = low_resolution_synthesis(generator, 16)
    assert type(lower) is type(generator.synthesis)
    assert lower.conv_clamp == 0.5
