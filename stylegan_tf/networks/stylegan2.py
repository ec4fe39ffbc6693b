"""StyleGAN2's generator (thesis 2.2.3; Karras et al. 2020, arXiv:1912.04958), channels last.

Names, defaults and initial values of variables follow NVIDIA's networks of the same functions:
`Mapping` is `G_mapping`, `Synthesis` is `G_synthesis_stylegan2`.
"""

import functools
import math
from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingType

import numpy as np
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.networks.mapping import MappingNetwork
from stylegan_tf.networks.modulation import RESAMPLE_KERNEL, ModulatedNetwork, Noise
from stylegan_tf.networks.network import State, feature_maps, resolution_log2
from stylegan_tf.ops import upsample_2d, upsample_conv_2d
from stylegan_tf.ops.bias_act import activation


class Mapping(MappingNetwork):
    """StyleGAN2's mapping network."""

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
        normalize_latents: bool = True,
        dtype: str | None = None,
        values: MappingType[str, np.ndarray] | None = None,
        seed: int | None = None,
        name: str = "G_mapping",
    ) -> None:
        super().__init__(name, dtype, values, seed)
        activation(mapping_nonlinearity)
        self.latent_size = latent_size
        self.label_size = label_size
        self.dlatent_broadcast = dlatent_broadcast
        self.layer_count = mapping_layers
        self.lrmul = mapping_lrmul
        self.nonlinearity = mapping_nonlinearity
        self.normalize_latents = normalize_latents
        self._add_layers(mapping_fmaps, dlatent_size)


class Synthesis(ModulatedNetwork):
    """The synthesis network: W+ `[n, L, dlatent_size]` → images `[n, resolution, resolution, C]`.

    Images are in the nominal range [-1, 1]. L is 2 log2(resolution) − 2.
    Modulation, convolution and demodulation (section 2.2 of the paper) run as a scaling of the
    activations, one convolution with shared weights, and a scaling of its result, which is the
    same as NVIDIA's convolution with modulated weights for either value of `fused_modconv`.
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
        architecture: str = "skip",
        nonlinearity: str = "lrelu",
        resample_kernel: Sequence | None = RESAMPLE_KERNEL,
        fused_modconv: bool = True,
        dtype: str | None = None,
        values: MappingType[str, np.ndarray] | None = None,
        seed: int | None = None,
        name: str = "G_synthesis",
    ) -> None:
        super().__init__(name, dtype, values, seed)
        self.randomize_noise = randomize_noise
        self.fused_modconv = fused_modconv
        channels = functools.partial(
            feature_maps,
            fmap_base=fmap_base,
            fmap_decay=fmap_decay,
            fmap_min=fmap_min,
            fmap_max=fmap_max,
        )
        self._make(
            dlatent_size,
            num_channels,
            resolution,
            channels,
            channels(1),
            architecture,
            nonlinearity,
            resample_kernel,
        )

    def _make(
        self,
        dlatent_size: int,
        num_channels: int,
        resolution: int,
        fmaps: Callable[[int], int],
        constant_fmaps: int,
        architecture: str,
        nonlinearity: str,
        resample_kernel: Sequence | None,
    ) -> None:
        """Makes the variables; `fmaps` tells the channels at a stage (see `feature_maps`)."""
        if architecture not in ("orig", "skip", "resnet"):
            raise InputError(f"architecture must be orig, skip or resnet, not {architecture!r}")
        activation(nonlinearity)
        self.log2 = resolution_log2(resolution)
        if self.log2 == 2 and architecture != "skip":
            raise InputError(f"architecture {architecture!r} begins at resolution 8")
        self.resolution = resolution
        self.image_shape = (resolution, resolution, num_channels)
        self.num_layers = 2 * self.log2 - 2
        self.noise_layers = self.num_layers - 1 if self.use_noise else 0
        self.dlatent_size = dlatent_size
        self.architecture = architecture
        self.nonlinearity = nonlinearity
        self.resample_kernel = resample_kernel
        for layer in range(self.noise_layers):
            side = 2 ** ((layer + 5) // 2)
            self._add(f"noise{layer}", (1, 1, side, side), std=1.0, trainable=False)
        self._add("4x4/Const/const", (1, constant_fmaps, 4, 4), std=1.0)
        self._add_layer("4x4/Conv", constant_fmaps, fmaps(1))
        if architecture == "skip":
            self._add_modulated("4x4/ToRGB", fmaps(1), num_channels, 1)
        for res in range(3, self.log2 + 1):
            block, before, after = f"{2**res}x{2**res}", fmaps(res - 2), fmaps(res - 1)
            self._add_layer(f"{block}/Conv0_up", before, after)
            self._add_layer(f"{block}/Conv1", after, after)
            if architecture == "resnet":
                self._add(f"{block}/Skip/weight", (1, 1, before, after), std=1.0)
            if architecture == "skip" or res == self.log2:
                self._add_modulated(f"{block}/ToRGB", after, num_channels, 1)
        self._finish()

    def call(self, w: tf.Tensor, noise: Noise = "const") -> tf.Tensor:
        """Synthesises images.

        Args:
          w: `[n, L, dlatent_size]`.
          noise: `const` for the noise buffers, `random` for fresh noise, `none` for none, or a
            list of L − 1 arrays `[1 or n, side, side, 1]`.
        """
        state: State = ()
        for res in range(2, self.log2 + 1):
            state = self.advance(state, res, w, noise)
        return tf.cast(state[1], self.variable_dtype)

    def advance(self, state: State, res: int, w: tf.Tensor, noise: Noise = "const") -> State:
        """Runs one block; all of them in order synthesise the image.

        Args:
          state: what the block before gave; empty before the first.
          res: log2 of the block's resolution, from 2. It looks at layers 2 res − 5 to 2 res − 3.
          w, noise: as in `call`.

        Returns:
          The features, and with the skip architecture or after the last block the image so far.
        """
        w = tf.cast(w, self.variable_dtype)  # styles are few numbers: full precision costs nothing
        block, index = f"{2**res}x{2**res}", 2 * res - 5
        if res == 2:
            x = self._layer("4x4/Conv", self._constant(w), w, 0, noise)
        else:
            x = self._layer(f"{block}/Conv0_up", state[0], w, index, noise, up=True)
            x = self._layer(f"{block}/Conv1", x, w, index + 1, noise)
            if self.architecture == "resnet":
                x = (x + self._skip(f"{block}/Skip", state[0])) * (1 / math.sqrt(2))
        if self.architecture == "skip":
            rgb = self._to_rgb(f"{block}/ToRGB", x, w, index + 2)
            if res > 2:
                rgb = upsample_2d(state[1], self.resample_kernel) + rgb
            return x, rgb
        return (x, self._to_rgb(f"{block}/ToRGB", x, w, index + 2)) if res == self.log2 else (x,)

    def _skip(self, name: str, x: tf.Tensor) -> tf.Tensor:
        weight = self._value(f"{name}/weight")
        weight = tf.cast(weight * (1 / math.sqrt(weight.shape[2])), x.dtype)
        return upsample_conv_2d(x, weight, self.resample_kernel)
