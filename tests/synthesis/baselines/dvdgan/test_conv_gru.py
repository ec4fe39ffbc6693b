import numpy as np
import tensorflow as tf

from synthesis.baselines.dvdgan.conv_gru import ConvGru


def test_against_the_formula():
    """On 1×1 maps only the middle of a 3×3 kernel counts: the unit is a dense one."""
    gru = ConvGru(2)
    gru.build((None, None, 1, 1, 2))
    gru.gates.bias.assign([0.1, -0.2, 0.3, 0.4])
    gru.candidate.bias.assign([0.2, -0.1])
    x = np.random.default_rng(0).normal(size=(1, 3, 1, 1, 2)).astype(np.float32)
    gates = gru.gates.normalized_kernel(False).numpy()[1, 1]
    candidate = gru.candidate.normalized_kernel(False).numpy()[1, 1]
    state, wanted = np.zeros(2), []
    for frame in x[0, :, 0, 0]:
        both = np.concatenate([state, frame]) @ gates + gru.gates.bias.numpy()
        reset, keep = np.split(1 / (1 + np.exp(-both)), 2)
        new = np.concatenate([reset * state, frame]) @ candidate + gru.candidate.bias.numpy()
        state = keep * state + (1 - keep) * np.maximum(new, 0)
        wanted.append(state)
    np.testing.assert_allclose(gru(tf.constant(x))[0, :, 0, 0], wanted, rtol=1e-5, atol=1e-6)


def test_a_frame_depends_on_earlier_ones_only():
    gru = ConvGru(2)
    x = np.random.default_rng(1).normal(size=(1, 4, 3, 3, 2)).astype(np.float32)
    changed = x.copy()
    changed[:, 2] += 1
    a, b = gru(tf.constant(x)).numpy(), gru(tf.constant(changed)).numpy()
    np.testing.assert_array_equal(a[:, :2], b[:, :2])
    assert (a[:, 2] != b[:, 2]).any()
    assert (a[:, 3] != b[:, 3]).any()
