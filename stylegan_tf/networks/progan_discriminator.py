"""Progressive GAN's discriminator `D_paper` (Karras et al. 2018, section 3), channels last."""

from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from stylegan_tf.networks.growing import GrowingNetwork, check_structure, grow_features
from stylegan_tf.networks.network import resolution_log2
from stylegan_tf.networks.progan import GAIN
from stylegan_tf.networks.stylegan import activate
from stylegan_tf.ops import conv2d_downscale2d, downscale2d, flatten, minibatch_stddev


class Discriminator(GrowingNetwork, keras_package="stylegan_tf.networks.progan"):
    """Images `[n, resolution, resolution, C]` in [-1, 1] → scores and label predictions.

    The result is `[n, 1 + label_size]`: the realness score, then the labels.
    """

    def __init__(
        self,
        num_channels: int = 1,
        resolution: int = 32,
        label_size: int = 0,
        fmap_base: int = 8192,
        fmap_decay: float = 1.0,
        fmap_max: int = 512,
        use_wscale: bool = True,
        mbstd_group_size: int = 4,
        fused_scale: bool = True,
        structure: str | None = None,
        dtype: str | None = None,
        values: Mapping[str, np.ndarray] | None = None,
        seed: int | None = None,
        name: str = "D",
    ) -> None:
        super().__init__(name, dtype, values, seed)

        def fmaps(stage: int) -> int:
            return min(int(fmap_base / 2.0 ** (stage * fmap_decay)), fmap_max)

        def add(name: str, shape: tuple[int, ...], gain: float = GAIN) -> None:
            self._add_weight(f"{name}/weight", shape, gain, use_wscale)
            self._add(f"{name}/bias", (shape[-1],))

        check_structure(structure, fixed=False)
        self.log2 = resolution_log2(resolution)
        self.resolution = resolution
        self.image_shape = (resolution, resolution, num_channels)
        self.label_size = label_size
        self.mbstd_group_size = mbstd_group_size
        self.fused_scale = fused_scale
        self.down_name = "Conv1_down" if fused_scale else "Conv1"
        self._add("lod", (), trainable=False)
        for res in range(self.log2, 1, -1):
            block, before, after = f"{2**res}x{2**res}", fmaps(res - 1), fmaps(res - 2)
            add(f"FromRGB_lod{self.log2 - res}", (1, 1, num_channels, before))
            if res > 2:
                add(f"{block}/Conv0", (3, 3, before, before))
                add(f"{block}/{self.down_name}", (3, 3, before, after))
        add("4x4/Conv", (3, 3, fmaps(1) + (mbstd_group_size > 1), fmaps(1)))
        add("4x4/Dense0", (fmaps(1) * 16, fmaps(0)))
        add("4x4/Dense1", (fmaps(0), 1 + label_size), 1.0)
        self._finish()

    def call(self, images: tf.Tensor) -> tf.Tensor:
        """Scores images and predicts their labels."""
        images = tf.cast(images, self.compute_dtype)
        x = grow_features(images, self.log2, self.lod, self._block, self._from_rgb)
        return tf.cast(x, self.variable_dtype)

    def _from_rgb(self, res: int, images: tf.Tensor) -> tf.Tensor:
        name = f"FromRGB_lod{self.log2 - res}"
        return self._bias_act(name, tf.nn.conv2d(images, self._weight(f"{name}/weight"), 1, "SAME"))

    def _block(self, res: int, x: tf.Tensor) -> tf.Tensor:
        block = f"{2**res}x{2**res}"
        if res > 2:
            weight = self._weight(f"{block}/Conv0/weight")
            x = self._bias_act(f"{block}/Conv0", tf.nn.conv2d(x, weight, 1, "SAME"))
            name = f"{block}/{self.down_name}"
            weight = self._weight(f"{name}/weight")
            if self.fused_scale:
                return self._bias_act(name, conv2d_downscale2d(x, weight, fused_scale=True))
            return downscale2d(self._bias_act(name, tf.nn.conv2d(x, weight, 1, "SAME")))
        x = minibatch_stddev(x, self.mbstd_group_size)
        x = tf.nn.conv2d(x, self._weight("4x4/Conv/weight"), 1, "SAME")
        x = flatten(self._bias_act("4x4/Conv", x))
        x = self._bias_act("4x4/Dense0", tf.matmul(x, self._weight("4x4/Dense0/weight")))
        x = tf.matmul(x, self._weight("4x4/Dense1/weight"))
        return x + tf.cast(self._value("4x4/Dense1/bias"), x.dtype)

    def _bias_act(self, name: str, x: tf.Tensor) -> tf.Tensor:
        return activate(x + tf.cast(self._value(f"{name}/bias"), x.dtype), "lrelu")
