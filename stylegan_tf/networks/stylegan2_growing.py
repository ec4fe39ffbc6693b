"""StyleGAN2's intermediate synthesis network with progressive growing (configurations B to D).

`Synthesis` is NVIDIA's `G_synthesis_stylegan_revised` (Karras et al. 2020, figure 2d and table 1).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import tensorflow as tf

from stylegan_tf.networks.growing import (
    GrowingNetwork,
    check_structure,
    grow_image,
)
from stylegan_tf.networks.modulation import RESAMPLE_KERNEL, ModulatedNetwork, Noise
from stylegan_tf.networks.network import State, feature_maps, resolution_log2
from stylegan_tf.ops.bias_act import activation


class Synthesis(GrowingNetwork, ModulatedNetwork):
    """The synthesis network: W+ `[n, L, dlatent_size]` → images `[n, resolution, resolution, C]`.

    L is 2 log2(resolution) − 2.
    """

    def __init__(
        self,
        dlatent_size: int = 512,
        num_channels: int = 3,
        resolution: int = 1024,
        fmap_base: int = 16 << 10,
        fmap_decay: float = 1.0,
        fmap_min: int = 1,
        fmap_max: int = 512,
        randomize_noise: bool = True,
        nonlinearity: str = "lrelu",
        resample_kernel: Sequence | None = RESAMPLE_KERNEL,
        fused_modconv: bool = True,
        structure: str = "auto",
        dtype: str | None = None,
        values: Mapping[str, np.ndarray] | None = None,
        seed: int | None = None,
        name: str = "G_synthesis",
    ) -> None:
        super().__init__(name, dtype, values, seed)
        activation(nonlinearity)
        self.grows = check_structure(structure)
        self.log2 = resolution_log2(resolution)
        self.resolution = resolution
        self.image_shape = (resolution, resolution, num_channels)
        self.num_layers = 2 * self.log2 - 2
        self.noise_layers = self.num_layers - 1
        self.dlatent_size = dlatent_size
        self.nonlinearity = nonlinearity
        self.randomize_noise = randomize_noise
        self.fused_modconv = fused_modconv
        self.resample_kernel = resample_kernel

        def fmaps(stage: int) -> int:
            return feature_maps(stage, fmap_base, fmap_decay, fmap_min, fmap_max)

        self._add("lod", (), trainable=False)
        for layer in range(self.noise_layers):
            side = 2 ** ((layer + 5) // 2)
            self._add(f"noise{layer}", (1, 1, side, side), std=1.0, trainable=False)
        self._add("4x4/Const/const", (1, fmaps(1), 4, 4), std=1.0)
        self._add_layer("4x4/Conv", fmaps(1), fmaps(1))
        for res in range(2, self.log2 + 1):
            block, before, after = f"{2**res}x{2**res}", fmaps(res - 2), fmaps(res - 1)
            if res > 2:
                self._add_layer(f"{block}/Conv0_up", before, after)
                self._add_layer(f"{block}/Conv1", after, after)
            if self.grows or res == self.log2:
                self._add_modulated(f"ToRGB_lod{self.log2 - res}", after, num_channels, 1)
        self._finish()

    def call(self, w: tf.Tensor, noise: Noise = "const") -> tf.Tensor:
        """Synthesises images; the arguments are those of `stylegan2.Synthesis`."""
        if self.grows and self.log2 > 2:
            rgb = self._grow(tf.cast(w, self.variable_dtype), noise)
        else:
            state: State = ()
            for res in range(2, self.log2 + 1):
                state = self.advance(state, res, w, noise)
            rgb = state[1]
        return tf.cast(rgb, self.variable_dtype)

    def advance(self, state: State, res: int, w: tf.Tensor, noise: Noise = "const") -> State:
        """Runs one block; all of them in order synthesise the image at full resolution.

        The arguments are those of `stylegan2.Synthesis.advance`.

        Returns:
          The features, and after the last block the image.
        """
        w = tf.cast(w, self.variable_dtype)
        if res == 2:
            x = self._layer("4x4/Conv", self._constant(w), w, 0, noise)
        else:
            x = self._block(res, state[0], w, noise)
        return (x, self._picture(res, x, w)) if res == self.log2 else (x,)

    def _grow(self, w: tf.Tensor, noise: Noise) -> tf.Tensor:
        def block(res: int, x: tf.Tensor) -> tf.Tensor:
            return self._block(res, x, w, noise)

        def to_rgb(res: int, x: tf.Tensor) -> tf.Tensor:
            return self._picture(res, x, w)

        x = self._layer("4x4/Conv", self._constant(w), w, 0, noise)
        return grow_image(x, 3, self.log2, self.lod, block, to_rgb)

    def _block(self, res: int, x: tf.Tensor, w: tf.Tensor, noise: Noise) -> tf.Tensor:
        name, index = f"{2**res}x{2**res}", 2 * res - 5
        x = self._layer(f"{name}/Conv0_up", x, w, index, noise, up=True)
        return self._layer(f"{name}/Conv1", x, w, index + 1, noise)

    def _picture(self, res: int, x: tf.Tensor, w: tf.Tensor) -> tf.Tensor:
        return self._to_rgb(f"ToRGB_lod{self.log2 - res}", x, w, 2 * res - 3)
