"""The first StyleGAN's discriminator (`D_basic`), channels last."""

from collections.abc import Mapping, Sequence

import numpy as np
import tensorflow as tf

from stylegan_tf.networks.growing import GrowingNetwork, check_structure, grow_features
from stylegan_tf.networks.network import resolution_log2
from stylegan_tf.networks.stylegan import BLUR_FILTER, activate, nonlinearity_function
from stylegan_tf.ops import blur2d, conv2d_downscale2d, flatten, minibatch_stddev


class Discriminator(GrowingNetwork):
    """Images `[n, resolution, resolution, C]` in [-1, 1] (and labels) → scores `[n]`."""

    def __init__(
        self,
        num_channels: int = 1,
        resolution: int = 32,
        label_size: int = 0,
        fmap_base: int = 8192,
        fmap_decay: float = 1.0,
        fmap_max: int = 512,
        nonlinearity: str = "lrelu",
        use_wscale: bool = True,
        mbstd_group_size: int = 4,
        mbstd_num_features: int = 1,
        fused_scale: bool | str = "auto",
        blur_filter: Sequence | None = BLUR_FILTER,
        structure: str = "auto",
        dtype: str | None = None,
        values: Mapping[str, np.ndarray] | None = None,
        seed: int | None = None,
        name: str = "D",
    ) -> None:
        super().__init__(name, dtype, values, seed)
        self.nonlinearity, gain = nonlinearity_function(nonlinearity)
        self.grows = check_structure(structure)
        self.log2 = resolution_log2(resolution)
        self.resolution = resolution
        self.image_shape = (resolution, resolution, num_channels)
        self.label_size = label_size
        self.mbstd_group_size = mbstd_group_size
        self.mbstd_num_features = mbstd_num_features
        self.fused_scale = fused_scale
        self.blur_filter = blur_filter

        def fmaps(stage: int) -> int:
            return min(int(fmap_base / 2.0 ** (stage * fmap_decay)), fmap_max)

        def add(name: str, shape: tuple[int, ...], gain: float = gain) -> None:
            self._add_weight(f"{name}/weight", shape, gain, use_wscale)
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
        add("4x4/Dense1", (fmaps(0), max(label_size, 1)), 1.0)
        self._finish()

    def call(self, images: tf.Tensor, labels: tf.Tensor | None = None) -> tf.Tensor:
        """Scores images."""
        images = tf.cast(images, self.compute_dtype)
        lod = self.lod if self.grows else 0.0
        x = grow_features(images, self.log2, lod, self._block, self._from_rgb)
        x = tf.cast(x, self.variable_dtype)
        return tf.reduce_sum(x * labels, axis=1) if self.label_size else x[:, 0]

    def _from_rgb(self, res: int, images: tf.Tensor) -> tf.Tensor:
        name = f"FromRGB_lod{self.log2 - res}"
        return self._bias_act(name, tf.nn.conv2d(images, self._weight(f"{name}/weight"), 1, "SAME"))

    def _block(self, res: int, x: tf.Tensor) -> tf.Tensor:
        block = f"{2**res}x{2**res}"
        if res > 2:
            weight = self._weight(f"{block}/Conv0/weight")
            x = self._bias_act(f"{block}/Conv0", tf.nn.conv2d(x, weight, 1, "SAME"))
            if self.blur_filter:
                x = blur2d(x, self.blur_filter)
            weight = self._weight(f"{block}/Conv1_down/weight")
            return self._bias_act(
                f"{block}/Conv1_down", conv2d_downscale2d(x, weight, self.fused_scale)
            )
        x = minibatch_stddev(x, self.mbstd_group_size, self.mbstd_num_features)
        x = tf.nn.conv2d(x, self._weight("4x4/Conv/weight"), 1, "SAME")
        x = flatten(self._bias_act("4x4/Conv", x))
        x = self._bias_act("4x4/Dense0", tf.matmul(x, self._weight("4x4/Dense0/weight")))
        x = tf.matmul(x, self._weight("4x4/Dense1/weight"))
        return x + tf.cast(self._value("4x4/Dense1/bias"), x.dtype)

    def _bias_act(self, name: str, x: tf.Tensor) -> tf.Tensor:
        return activate(x + tf.cast(self._value(f"{name}/bias"), x.dtype), self.nonlinearity)
