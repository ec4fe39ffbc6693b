"""StyleGAN2's intermediate discriminator with progressive growing: NVIDIA's `D_stylegan`.

It belongs to configurations B to D (Karras et al. 2020, table 1). Channels last.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import tensorflow as tf

from stylegan_tf.networks.growing import GrowingNetwork, check_structure, grow_features
from stylegan_tf.networks.modulation import RESAMPLE_KERNEL
from stylegan_tf.networks.network import feature_maps, resolution_log2
from stylegan_tf.ops import conv_downsample_2d, dense, flatten, fused_bias_act, minibatch_stddev
from stylegan_tf.ops.bias_act import activation


class Discriminator(GrowingNetwork, keras_package="stylegan_tf.networks.stylegan2_growing"):
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
        self.grows = check_structure(structure)
        self.log2 = resolution_log2(resolution)
        self.resolution = resolution
        self.image_shape = (resolution, resolution, num_channels)
        self.label_size = label_size
        self.nonlinearity = nonlinearity
        self.mbstd_group_size = mbstd_group_size
        self.mbstd_num_features = mbstd_num_features
        self.resample_kernel = resample_kernel

        def fmaps(stage: int) -> int:
            return feature_maps(stage, fmap_base, fmap_decay, fmap_min, fmap_max)

        def add(name: str, shape: tuple[int, ...]) -> None:
            self._add_weight(f"{name}/weight", shape)
            self._add(f"{name}/bias", (shape[-1],))

        self._add("lod", (), trainable=False)
        for res in range(self.log2, 1, -1):
            block, before, after = f"{2**res}x{2**res}", fmaps(res - 1), fmaps(res - 2)
            if self.grows or res == self.log2:
                add(f"FromRGB_lod{self.log2 - res}", (1, 1, num_channels, before))
            if res > 2:
                add(f"{block}/Conv0", (3, 3, before, before))
                add(f"{block}/Conv1_down", (3, 3, before, after))
        features = mbstd_num_features if mbstd_group_size > 1 else 0
        add("4x4/Conv", (3, 3, fmaps(1) + features, fmaps(1)))
        add("4x4/Dense0", (fmaps(1) * 16, fmaps(0)))
        add("Output", (fmaps(0), max(label_size, 1)))
        self._finish()

    def call(self, images: tf.Tensor, labels: tf.Tensor | None = None) -> tf.Tensor:
        """Scores images."""
        images = tf.cast(images, self.compute_dtype)
        lod = self.lod if self.grows else 0.0
        x = grow_features(images, self.log2, lod, self._block, self._from_rgb)
        x = tf.cast(x, self.variable_dtype)
        return tf.reduce_sum(x * labels, axis=1) if self.label_size else x[:, 0]

    def _from_rgb(self, res: int, images: tf.Tensor) -> tf.Tensor:
        return self._conv(f"FromRGB_lod{self.log2 - res}", images)

    def _block(self, res: int, x: tf.Tensor) -> tf.Tensor:
        if res > 2:
            x = self._conv(f"{2**res}x{2**res}/Conv0", x)
            return self._conv(f"{2**res}x{2**res}/Conv1_down", x, down=True)
        x = minibatch_stddev(x, self.mbstd_group_size, self.mbstd_num_features)
        x = flatten(self._conv("4x4/Conv", x))
        for name, act in (("4x4/Dense0", self.nonlinearity), ("Output", "linear")):
            x = dense(x, self._value(f"{name}/weight"), self._value(f"{name}/bias"), act)
        return x

    def _conv(self, name: str, x: tf.Tensor, down: bool = False) -> tf.Tensor:
        weight = self._weight(f"{name}/weight")
        if down:
            x = conv_downsample_2d(x, weight, self.resample_kernel)
        else:
            x = tf.nn.conv2d(x, weight, 1, "SAME")
        return fused_bias_act(x, tf.cast(self._value(f"{name}/bias"), x.dtype), self.nonlinearity)
