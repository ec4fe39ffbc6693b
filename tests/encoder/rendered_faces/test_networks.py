import numpy as np

import stylegan_tf
from encoder.rendered_faces.codes import W_OFFSET, vectors_from_z, w_from_vectors
from encoder.rendered_faces.distillation import SYNTHESIS_KWARGS
from encoder.rendered_faces.networks import save_rendered_networks
from stylegan_tf.networks.stylegan2 import Synthesis


def test_pickle_holds_the_fixed_mapping_and_the_trained_synthesis(tmp_path):
    synthesis = Synthesis(resolution=16, seed=3, **SYNTHESIS_KWARGS)
    for name, variable in synthesis.variables_by_name.items():
        variable.assign(variable.numpy().astype(np.float16).astype(np.float32))
        if name.startswith("noise"):
            variable.assign(0 * variable)
    save_rendered_networks(tmp_path / "small.pkl.xz", synthesis, seed=0)
    nets = stylegan_tf.load_networks(tmp_path / "small.pkl.xz")
    z = nets.Gs.sample_z([1, 2, 3])
    w = nets.Gs.map(z)
    expected = w_from_vectors(vectors_from_z(z))
    np.testing.assert_allclose(w, np.repeat(expected[:, None], 6, axis=1), atol=5e-6)
    images = synthesis(w - W_OFFSET, noise="none").numpy()
    np.testing.assert_allclose(nets.Gs.synthesize(w), images, atol=1e-4 * np.abs(images).max())
    np.testing.assert_array_equal(nets.G.synthesize(w), nets.Gs.synthesize(w))
    assert nets.D.score(images).shape == (3,)
    sample = nets.Gs.map(np.random.default_rng(5).normal(size=(4000, 512)))[:, 0]
    assert np.abs(sample.mean(axis=0) - nets.Gs.w_avg).max() < 0.03
