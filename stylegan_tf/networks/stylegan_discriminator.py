"""The first StyleGAN's discriminator (`D_basic`), channels last."""

from collections.abc import Mapping, Sequence

import numpy as np
import tensorflow as tf

from stylegan_tf.networks.growing_discriminator import GrowingDiscriminator
from stylegan_tf.networks.stylegan import BLUR_FILTER, activate, nonlinearity_function
from stylegan_tf.ops import blur2d, conv2d_downscale2d, flatten, minibatch_stddev


class Discriminator(GrowingDiscriminator):
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
        self.nonlinearity, self._gain = nonlinearity_function(nonlinearity)
        self.fused_scale = fused_scale
        self.blur_filter = blur_filter
        self._fmap_options = (fmap_base, fmap_decay, 1, fmap_max)
        self._use_wscale = use_wscale
        self._make(
            num_channels,
            resolution,
            label_size,
            mbstd_group_size,
            mbstd_num_features,
            structure,
            last_layer="4x4/Dense1",
        )

    def _add_layer(self, name: str, shape: tuple[int, ...]) -> None:
        gain = 1.0 if name == self.last_layer else self._gain
        self._add_weight(f"{name}/weight", shape, gain, self._use_wscale)
        self._add(f"{name}/bias", (shape[-1],))

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
