"""StyleGAN2-ADA's generator networks (Karras et al. 2020, arXiv:2006.06676), channels last.

What sets them apart from StyleGAN2's: labels are embedded and normalised apart from Z, and the
result of every modulated convolution may be clamped, so that it fits float16. Names, defaults and
initial values of variables follow NVIDIA's TensorFlow networks: `Mapping` is `G_mapping`,
`Synthesis` is `G_synthesis`.
"""

import functools
from collections.abc import Mapping as MappingType
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from stylegan_tf.networks.mapping import MappingNetwork
from stylegan_tf.networks.modulation import RESAMPLE_KERNEL
from stylegan_tf.networks.network import Network, feature_maps
from stylegan_tf.networks.stylegan2 import Synthesis as StyleGAN2Synthesis
from stylegan_tf.ops import dense, pixel_norm
from stylegan_tf.ops.bias_act import activation


class Mapping(MappingNetwork):
    """StyleGAN2-ADA's mapping network: labels are embedded and normalised apart from Z."""

    def __init__(
        self,
        latent_size: int = 512,
        label_size: int = 0,
        dlatent_size: int = 512,
        dlatent_broadcast: int | None = None,
        mapping_layers: int = 8,
        mapping_fmaps: int | None = None,
        mapping_lrmul: float = 0.01,
        mapping_nonlinearity: str = "lrelu",
        normalize_latents: bool = True,
        label_fmaps: int | None = None,
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
        self.label_fmaps = latent_size if label_fmaps is None else label_fmaps
        self._add_layers(mapping_fmaps or dlatent_size, dlatent_size)

    def _add_labels(self) -> int:
        if not self.label_size:
            return self.latent_size
        self._add("LabelEmbed/weight", (self.label_size, self.label_fmaps), std=1.0)
        self._add("LabelEmbed/bias", (self.label_fmaps,))
        return self.latent_size + self.label_fmaps

    def _first_input(self, z: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        if self.normalize_latents:
            z = pixel_norm(z)
        return tf.concat([z, embed_labels(self, labels)], axis=1) if self.label_size else z


def embed_labels(network: Network, labels: tf.Tensor) -> tf.Tensor:
    """The network's `LabelEmbed` of labels, normalised: `[n, label_size]` → `[n, C]`."""
    variables = network.variables_by_name
    weight = tf.convert_to_tensor(variables["LabelEmbed/weight"])
    bias = tf.convert_to_tensor(variables["LabelEmbed/bias"])
    return pixel_norm(dense(tf.cast(labels, network.compute_dtype), weight, bias, "linear"))


class Synthesis(StyleGAN2Synthesis):
    """The synthesis network: W+ `[n, L, dlatent_size]` → images `[n, resolution, resolution, C]`.

    `num_fp16_res`, at how many of the highest resolutions the official code computes in float16,
    changes nothing here: the precision of computing is the network's `dtype`.
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
        fmap_const: int | None = None,
        use_noise: bool = True,
        randomize_noise: bool = True,
        architecture: str = "skip",
        nonlinearity: str = "lrelu",
        num_fp16_res: int = 0,
        conv_clamp: float | None = None,
        resample_kernel: Sequence | None = RESAMPLE_KERNEL,
        fused_modconv: bool = False,
        dtype: str | None = None,
        values: MappingType[str, np.ndarray] | None = None,
        seed: int | None = None,
        name: str = "G_synthesis",
    ) -> None:
        Network.__init__(self, name, dtype, values, seed)
        self.use_noise = use_noise
        self.conv_clamp = conv_clamp
        self.randomize_noise = randomize_noise
        self.fused_modconv = fused_modconv
        self.num_fp16_res = num_fp16_res
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
            channels(1) if fmap_const is None else fmap_const,
            architecture,
            nonlinearity,
            resample_kernel,
        )
