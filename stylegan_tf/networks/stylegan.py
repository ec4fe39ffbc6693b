"""The first StyleGAN's generator networks (Karras et al. 2019, arXiv:1812.04948), channels last.

`Mapping` is NVIDIA's `G_mapping`, `Synthesis` is `G_synthesis`.
"""

import math
from collections.abc import Mapping as MappingType
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.networks.growing import GrowingNetwork, check_structure, grow_image
from stylegan_tf.networks.mapping import MappingNetwork
from stylegan_tf.networks.network import State, layer_noise, resolution_log2
from stylegan_tf.ops import blur2d, instance_norm, pixel_norm, upscale2d_conv2d

Noise = str | Sequence | None
BLUR_FILTER = (1, 2, 1)


def nonlinearity_function(name: str) -> tuple[str, float]:
    """The name and the gain of a nonlinearity: the first StyleGAN knows two."""
    if name not in ("relu", "lrelu"):
        raise InputError(f"unknown nonlinearity {name!r}; the first StyleGAN has relu and lrelu")
    return name, math.sqrt(2)


def activate(x: tf.Tensor, name: str) -> tf.Tensor:
    """ReLU, or leaky ReLU with slope 0.2; without a gain of its own."""
    return tf.nn.leaky_relu(x, 0.2) if name == "lrelu" else tf.nn.relu(x)


class Mapping(MappingNetwork):
    """The first StyleGAN's mapping network."""

    def __init__(
        self,
        latent_size: int = 512,
        label_size: int = 0,
        dlatent_size: int = 512,
        dlatent_broadcast: int | None = None,
        mapping_layers: int = 8,
        mapping_fmaps: int = 512,
        mapping_lrmul: float = 0.01,
        mapping_nonlinearity: str = "lrelu",
        use_wscale: bool = True,
        normalize_latents: bool = True,
        dtype: str | None = None,
        values: MappingType[str, np.ndarray] | None = None,
        seed: int | None = None,
        name: str = "G_mapping",
    ) -> None:
        super().__init__(name, dtype, values, seed)
        self.nonlinearity, gain = nonlinearity_function(mapping_nonlinearity)
        self.latent_size = latent_size
        self.label_size = label_size
        self.dlatent_broadcast = dlatent_broadcast
        self.layer_count = mapping_layers
        self.lrmul = mapping_lrmul
        self.normalize_latents = normalize_latents
        self._gain, self._use_wscale = gain, use_wscale
        self._add_layers(mapping_fmaps, dlatent_size)

    def _add_layer_weight(self, name: str, shape: tuple[int, int]) -> None:
        self._add_weight(name, shape, self._gain, self._use_wscale, self.lrmul)

    def _layer(self, name: str, x: tf.Tensor) -> tf.Tensor:
        x = tf.matmul(x, self._weight(f"{name}/weight"))
        x += tf.cast(self._value(f"{name}/bias") * self.lrmul, x.dtype)
        return activate(x, self.nonlinearity)


class Synthesis(GrowingNetwork):
    """The synthesis network: W+ `[n, L, dlatent_size]` → images `[n, resolution, resolution, C]`.

    Images are in the nominal range [-1, 1]. L is 2 log2(resolution) − 2, or 1 without styles.
    """

    def __init__(
        self,
        dlatent_size: int = 512,
        num_channels: int = 3,
        resolution: int = 1024,
        fmap_base: int = 8192,
        fmap_decay: float = 1.0,
        fmap_max: int = 512,
        use_styles: bool = True,
        const_input_layer: bool = True,
        use_noise: bool = True,
        randomize_noise: bool = True,
        nonlinearity: str = "lrelu",
        use_wscale: bool = True,
        use_pixel_norm: bool = False,
        use_instance_norm: bool = True,
        fused_scale: bool | str = "auto",
        blur_filter: Sequence | None = BLUR_FILTER,
        structure: str = "auto",
        dtype: str | None = None,
        values: MappingType[str, np.ndarray] | None = None,
        seed: int | None = None,
        name: str = "G_synthesis",
    ) -> None:
        super().__init__(name, dtype, values, seed)
        self.nonlinearity, gain = nonlinearity_function(nonlinearity)
        self.grows = check_structure(structure)
        self.log2 = resolution_log2(resolution)
        self.resolution = resolution
        self.image_shape = (resolution, resolution, num_channels)
        self.noise_layers = 2 * self.log2 - 2 if use_noise else 0
        self.num_layers = 2 * self.log2 - 2 if use_styles else 1
        self.dlatent_size = dlatent_size
        self.use_styles = use_styles
        self.use_noise = use_noise
        self.const_input_layer = const_input_layer
        self.use_pixel_norm = use_pixel_norm
        self.use_instance_norm = use_instance_norm
        self.randomize_noise = randomize_noise
        self.fused_scale = fused_scale
        self.blur_filter = blur_filter

        def fmaps(stage: int) -> int:
            return min(int(fmap_base / 2.0 ** (stage * fmap_decay)), fmap_max)

        def add_epilogue(name: str, channels: int) -> None:
            if use_noise:
                self._add(f"{name}/Noise/weight", (channels,))
            self._add(f"{name}/bias", (channels,))
            if use_styles:
                shape = (dlatent_size, channels * 2)
                self._add_weight(f"{name}/StyleMod/weight", shape, 1.0, use_wscale)
                self._add(f"{name}/StyleMod/bias", (channels * 2,))

        def add_to_rgb(res: int) -> None:
            rgb = f"ToRGB_lod{self.log2 - res}"
            shape = (1, 1, fmaps(res - 1), num_channels)
            self._add_weight(f"{rgb}/weight", shape, 1.0, use_wscale)
            self._add(f"{rgb}/bias", (num_channels,))

        self._add("lod", (), trainable=False)
        for layer in range(self.noise_layers):
            side = 2 ** (layer // 2 + 2)
            self._add(f"noise{layer}", (1, 1, side, side), std=1.0, trainable=False)
        if const_input_layer:
            self._add("4x4/Const/const", (1, fmaps(1), 4, 4), constant=1.0)
            add_epilogue("4x4/Const", fmaps(1))
        else:
            shape = (dlatent_size, fmaps(1) * 16)
            self._add_weight("4x4/Dense/weight", shape, gain / 4, use_wscale)
            add_epilogue("4x4/Dense", fmaps(1))
        self._add_weight("4x4/Conv/weight", (3, 3, fmaps(1), fmaps(1)), gain, use_wscale)
        add_epilogue("4x4/Conv", fmaps(1))
        if self.grows or self.log2 == 2:
            add_to_rgb(2)
        for res in range(3, self.log2 + 1):
            block, before, after = f"{2**res}x{2**res}", fmaps(res - 2), fmaps(res - 1)
            self._add_weight(f"{block}/Conv0_up/weight", (3, 3, before, after), gain, use_wscale)
            add_epilogue(f"{block}/Conv0_up", after)
            self._add_weight(f"{block}/Conv1/weight", (3, 3, after, after), gain, use_wscale)
            add_epilogue(f"{block}/Conv1", after)
            if self.grows or res == self.log2:
                add_to_rgb(res)
        self._finish()

    def call(self, w: tf.Tensor, noise: Noise = "const") -> tf.Tensor:
        """Synthesises images.

        Args:
          w: `[n, L, dlatent_size]`.
          noise: `const` for the noise buffers, `random` for fresh noise, `none` for none, or a
            list of arrays `[1 or n, side, side, 1]`, one a noise buffer.
        """
        if self.grows:
            rgb = self._grow(tf.cast(w, self.compute_dtype), noise)
        else:
            state: State = ()
            for res in range(2, self.log2 + 1):
                state = self.advance(state, res, w, noise)
            rgb = state[1]
        return tf.cast(rgb, self.variable_dtype)

    def advance(self, state: State, res: int, w: tf.Tensor, noise: Noise = "const") -> State:
        """Runs one block; all of them in order synthesise the image at full resolution.

        Args:
          state: what the block before gave; empty before the first.
          res: log2 of the block's resolution, from 2. It looks at layers 2 res − 4 and 2 res − 3.
          w, noise: as in `call`.

        Returns:
          The features, and after the last block the image.
        """
        w = tf.cast(w, self.compute_dtype)
        x = self._block(res, state[0] if state else w, w, noise)
        return (x, self._to_rgb(res, x)) if res == self.log2 else (x,)

    def _grow(self, w: tf.Tensor, noise: Noise) -> tf.Tensor:
        def block(res: int, x: tf.Tensor) -> tf.Tensor:
            return self._block(res, x, w, noise)

        return grow_image(w, 2, self.log2, self.lod, block, self._to_rgb)

    def _block(self, res: int, x: tf.Tensor, w: tf.Tensor, noise: Noise) -> tf.Tensor:
        block, layer = f"{2**res}x{2**res}", 2 * res - 4
        if res == 2:
            x = self._first(w, noise)
            x = tf.nn.conv2d(x, self._weight("4x4/Conv/weight"), 1, "SAME")
            return self._epilogue("4x4/Conv", x, w, 1, noise)
        x = upscale2d_conv2d(x, self._weight(f"{block}/Conv0_up/weight"), self.fused_scale)
        if self.blur_filter:
            x = blur2d(x, self.blur_filter)
        x = self._epilogue(f"{block}/Conv0_up", x, w, layer, noise)
        x = tf.nn.conv2d(x, self._weight(f"{block}/Conv1/weight"), 1, "SAME")
        return self._epilogue(f"{block}/Conv1", x, w, layer + 1, noise)

    def _first(self, w: tf.Tensor, noise: Noise) -> tf.Tensor:
        if self.const_input_layer:
            const = tf.transpose(self._value("4x4/Const/const"), [0, 2, 3, 1])
            x = tf.tile(tf.cast(const, self.compute_dtype), [tf.shape(w)[0], 1, 1, 1])
            return self._epilogue("4x4/Const", x, w, 0, noise)
        weight = self._weight("4x4/Dense/weight")
        x = tf.reshape(tf.matmul(w[:, 0], weight), [-1, weight.shape[1] // 16, 4, 4])
        return self._epilogue("4x4/Dense", tf.transpose(x, [0, 2, 3, 1]), w, 0, noise)

    def _epilogue(
        self, name: str, x: tf.Tensor, w: tf.Tensor, layer: int, noise: Noise
    ) -> tf.Tensor:
        if self.use_noise:
            side = 2 ** (layer // 2 + 2)
            values = layer_noise(self, layer, noise, side, tf.shape(w)[0])
            if values is not None:
                x += tf.cast(values * self._value(f"{name}/Noise/weight"), x.dtype)
        x = activate(x + tf.cast(self._value(f"{name}/bias"), x.dtype), self.nonlinearity)
        if self.use_pixel_norm:
            x = pixel_norm(x)
        if self.use_instance_norm:
            x = tf.cast(instance_norm(x), self.compute_dtype)
        if self.use_styles:
            style = tf.matmul(w[:, layer], self._weight(f"{name}/StyleMod/weight"))
            style += tf.cast(self._value(f"{name}/StyleMod/bias"), x.dtype)
            scale, shift = tf.split(style[:, tf.newaxis, tf.newaxis], 2, axis=3)
            x = x * (scale + 1) + shift
        return x

    def _to_rgb(self, res: int, x: tf.Tensor) -> tf.Tensor:
        name = f"ToRGB_lod{self.log2 - res}"
        x = tf.nn.conv2d(x, self._weight(f"{name}/weight"), 1, "SAME")
        return x + tf.cast(self._value(f"{name}/bias"), x.dtype)
