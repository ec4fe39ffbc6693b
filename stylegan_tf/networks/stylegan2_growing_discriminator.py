"""StyleGAN2's intermediate discriminator with progressive growing: NVIDIA's `D_stylegan`.

It belongs to configurations B to D (Karras et al. 2020, table 1). Channels last.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import tensorflow as tf

from stylegan_tf.networks.growing_discriminator import GrowingDiscriminator
from stylegan_tf.networks.modulation import RESAMPLE_KERNEL
from stylegan_tf.ops import conv_downsample_2d, dense, flatten, fused_bias_act, minibatch_stddev
from stylegan_tf.ops.bias_act import activation


class Discriminator(GrowingDiscriminator, keras_package="stylegan_tf.networks.stylegan2_growing"):
    """Images `[n, resolution, resolution, C]` in [-1, 1] (and labels) → scores `[n]`."""

    def __init__(
        self,
        num_channels: int = 3,
        resolution: int = 1024,
        label_size: int = 0,
        fmap_base: int = 16 << 10,
        fmap_decay: float = 1.0,
        fmap_min: int = 1,
        fmap_max: int = 512,
        nonlinearity: str = "lrelu",
        mbstd_group_size: int = 4,
        mbstd_num_features: int = 1,
        resample_kernel: Sequence | None = RESAMPLE_KERNEL,
        structure: str = "auto",
        dtype: str | None = None,
        values: Mapping[str, np.ndarray] | None = None,
        seed: int | None = None,
        name: str = "D",
    ) -> None:
        super().__init__(name, dtype, values, seed)
        activation(nonlinearity)
        self.nonlinearity = nonlinearity
        self.resample_kernel = resample_kernel
        self._fmap_options = (fmap_base, fmap_decay, fmap_min, fmap_max)
        self._make(
            num_channels,
            resolution,
            label_size,
            mbstd_group_size,
            mbstd_num_features,
            structure,
            last_layer="Output",
        )

    def _add_layer(self, name: str, shape: tuple[int, ...]) -> None:
        self._add_weight(f"{name}/weight", shape)
        self._add(f"{name}/bias", (shape[-1],))

    def _from_rgb(self, res: int, images: tf.Tensor) -> tf.Tensor:
        return self._conv(f"FromRGB_lod{self.log2 - res}", images)

    def _block(self, res: int, x: tf.Tensor) -> tf.Tensor:
        if res > 2:
            x = self._conv(f"{2**res}x{2**res}/Conv0", x)
            return self._conv(f"{2**res}x{2**res}/Conv1_down", x, down=True)
        x = minibatch_stddev(x, self.mbstd_group_size, self.mbstd_num_features)
        x = flatten(self._conv("4x4/Conv", x))
        for name, act in (("4x4/Dense0", self.nonlinearity), (self.last_layer, "linear")):
            x = dense(x, self._value(f"{name}/weight"), self._value(f"{name}/bias"), act)
        return x

    def _conv(self, name: str, x: tf.Tensor, down: bool = False) -> tf.Tensor:
        weight = self._weight(f"{name}/weight")
        if down:
            x = conv_downsample_2d(x, weight, self.resample_kernel)
        else:
            x = tf.nn.conv2d(x, weight, 1, "SAME")
        return fused_bias_act(x, tf.cast(self._value(f"{name}/bias"), x.dtype), self.nonlinearity)
