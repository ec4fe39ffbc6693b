"""A gated recurrent unit of convolutions (Ballas et al. 2016), as DVD-GAN has it."""

from typing import Any

import keras
import tensorflow as tf

from synthesis.baselines.dvdgan.spectral import SpectralConv2D


class ConvGru(keras.layers.Layer):
    """Unrolled over frames: [n, T, H, W, C] → [n, T, H, W, C] (paper, appendix A.2).

    r = σ(W_r ⋆ [h; x]), u = σ(W_u ⋆ [h; x]), c = ρ(W_c ⋆ [r ⊙ h; x]), h ← u ⊙ h + (1 − u) ⊙ c, with
    ρ = ReLU, 3×3 kernels of norm 1 and biases; h starts as 0.

    Args:
      channels: of input and state.
    """

    def __init__(self, channels: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.gates = SpectralConv2D(2 * channels, 3, name="gates")
        self.candidate = SpectralConv2D(channels, 3, name="candidate")

    def build(self, input_shape: tuple[int, ...]) -> None:
        """Builds both convolutions on state and input together."""
        shape = (None, *input_shape[2:4], 2 * input_shape[4])
        self.gates.build(shape)
        self.candidate.build(shape)

    def call(self, x: tf.Tensor, training: bool = False) -> tf.Tensor:
        """The state after every frame."""
        # Normalized once a pass, not once a frame: one step of power iteration.
        gates = self.gates.normalized_kernel(training)
        candidate = self.candidate.normalized_kernel(training)

        def advance(state: tf.Tensor, frame: tf.Tensor) -> tf.Tensor:
            both = tf.concat([state, frame], axis=-1)
            reset, keep = tf.split(tf.sigmoid(self.gates.convolve(both, gates)), 2, axis=-1)
            both = tf.concat([reset * state, frame], axis=-1)
            new = tf.nn.relu(self.candidate.convolve(both, candidate))
            return keep * state + (1 - keep) * new

        frames = tf.transpose(x, [1, 0, 2, 3, 4])
        states = tf.scan(advance, frames, initializer=tf.zeros_like(frames[0]))
        return tf.transpose(states, [1, 0, 2, 3, 4])
