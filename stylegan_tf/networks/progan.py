"""Progressive GAN's generator `G_paper` (Karras et al. 2018, arXiv:1710.10196), channels last."""

import math
from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from stylegan_tf.networks.growing import (
    GrowingNetwork,
    check_structure,
    grow_image,
)
from stylegan_tf.networks.network import resolution_log2
from stylegan_tf.networks.stylegan import activate
from stylegan_tf.ops import (
    pixel_norm,
    upscale2d,
    upscale2d_conv2d,
)

GAIN = math.sqrt(2)


class Generator(GrowingNetwork):
    """Z `[n, latent_size]` (and labels) → images `[n, resolution, resolution, C]`.

    `transposed_up_weights` says that the weights of the fused upscaling layers are stored
    `[k, k, out, in]`, as the original release of 2017 (state version 2) has them.
    """

    def __init__(
        self,
        num_channels: int = 1,
        resolution: int = 32,
        label_size: int = 0,
        fmap_base: int = 8192,
        fmap_decay: float = 1.0,
        fmap_max: int = 512,
        latent_size: int | None = None,
        normalize_latents: bool = True,
        use_wscale: bool = True,
        use_pixelnorm: bool = True,
        pixelnorm_epsilon: float = 1e-8,
        use_leakyrelu: bool = True,
        fused_scale: bool = True,
        structure: str | None = None,
        dtype: str | None = None,
        values: Mapping[str, np.ndarray] | None = None,
        seed: int | None = None,
        name: str = "G",
        transposed_up_weights: bool = False,
    ) -> None:
        super().__init__(name, dtype, values, seed)

        def fmaps(stage: int) -> int:
            return min(int(fmap_base / 2.0 ** (stage * fmap_decay)), fmap_max)

        check_structure(structure, fixed=False)
        self.log2 = resolution_log2(resolution)
        self.resolution = resolution
        self.image_shape = (resolution, resolution, num_channels)
        self.latent_size = fmaps(0) if latent_size is None else latent_size
        self.label_size = label_size
        self.normalize_latents = normalize_latents
        self.use_pixelnorm = use_pixelnorm
        self.pixelnorm_epsilon = pixelnorm_epsilon
        self.nonlinearity = "lrelu" if use_leakyrelu else "relu"
        self.fused_scale = fused_scale
        self.transposed_up_weights = transposed_up_weights
        self.up_name = "Conv0_up" if fused_scale else "Conv0"

        def add(name: str, shape: tuple[int, ...], gain: float = GAIN, channels: int = 0) -> None:
            self._add_weight(f"{name}/weight", shape, gain, use_wscale)
            self._add(f"{name}/bias", (channels or shape[-1],))

        self._add("lod", (), trainable=False)
        inputs = self.latent_size + label_size
        # The gain of 1/4 is the original's: its dense layer counted as a 4×4 convolution.
        add("4x4/Dense", (inputs, fmaps(1) * 16), GAIN / 4, fmaps(1))
        add("4x4/Conv", (3, 3, fmaps(1), fmaps(1)))
        add(f"ToRGB_lod{self.log2 - 2}", (1, 1, fmaps(1), num_channels), 1.0)
        for res in range(3, self.log2 + 1):
            block, before, after = f"{2**res}x{2**res}", fmaps(res - 2), fmaps(res - 1)
            if transposed_up_weights and fused_scale:
                name = f"{block}/{self.up_name}"
                self._add_weight(
                    f"{name}/weight", (3, 3, after, before), GAIN, use_wscale, fan_in=9 * before
                )
                self._add(f"{name}/bias", (after,))
            else:
                add(f"{block}/{self.up_name}", (3, 3, before, after))
            add(f"{block}/Conv1", (3, 3, after, after))
            add(f"ToRGB_lod{self.log2 - res}", (1, 1, after, num_channels), 1.0)
        self._finish()

    def call(self, z: tf.Tensor, labels: tf.Tensor | None = None) -> tf.Tensor:
        """Makes images of Z."""
        x = tf.cast(z, self.compute_dtype)
        if self.label_size:
            x = tf.concat([x, tf.cast(labels, x.dtype)], axis=1)
        rgb = grow_image(x, 2, self.log2, self.lod, self._block, self._to_rgb)
        return tf.cast(rgb, self.variable_dtype)

    def _block(self, res: int, x: tf.Tensor) -> tf.Tensor:
        block = f"{2**res}x{2**res}"
        if res == 2:
            if self.normalize_latents:
                x = pixel_norm(x, self.pixelnorm_epsilon)
            weight = self._weight("4x4/Dense/weight")
            x = tf.reshape(tf.matmul(x, weight), [-1, weight.shape[1] // 16, 4, 4])
            x = self._epilogue("4x4/Dense", tf.transpose(x, [0, 2, 3, 1]))
            x = tf.nn.conv2d(x, self._weight("4x4/Conv/weight"), 1, "SAME")
            return self._epilogue("4x4/Conv", x)
        weight = self._weight(f"{block}/{self.up_name}/weight")
        if self.fused_scale:
            if self.transposed_up_weights:
                weight = tf.transpose(weight, [0, 1, 3, 2])
            x = upscale2d_conv2d(x, weight, fused_scale=True)
        else:
            x = tf.nn.conv2d(upscale2d(x), weight, 1, "SAME")
        x = self._epilogue(f"{block}/{self.up_name}", x)
        x = tf.nn.conv2d(x, self._weight(f"{block}/Conv1/weight"), 1, "SAME")
        return self._epilogue(f"{block}/Conv1", x)

    def _epilogue(self, name: str, x: tf.Tensor) -> tf.Tensor:
        x = activate(x + tf.cast(self._value(f"{name}/bias"), x.dtype), self.nonlinearity)
        return pixel_norm(x, self.pixelnorm_epsilon) if self.use_pixelnorm else x

    def _to_rgb(self, res: int, x: tf.Tensor) -> tf.Tensor:
        name = f"ToRGB_lod{self.log2 - res}"
        x = tf.nn.conv2d(x, self._weight(f"{name}/weight"), 1, "SAME")
        return x + tf.cast(self._value(f"{name}/bias"), x.dtype)
