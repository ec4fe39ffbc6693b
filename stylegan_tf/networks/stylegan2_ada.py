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

from stylegan_tf.networks.modulation import RESAMPLE_KERNEL
from stylegan_tf.networks.network import Network, feature_maps
from stylegan_tf.networks.stylegan2 import Synthesis as StyleGAN2Synthesis
from stylegan_tf.ops import dense, pixel_norm
from stylegan_tf.ops.bias_act import activation


class Mapping(Network):
    """The mapping network: Z `[n, latent_size]` (and labels) → W `[n, L, dlatent_size]`.

    With `dlatent_broadcast` None the result is `[n, dlatent_size]`.
    """

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
        width = latent_size
        if label_size:
            embedding = latent_size if label_fmaps is None else label_fmaps
            self._add("LabelEmbed/weight", (label_size, embedding), std=1.0)
            self._add("LabelEmbed/bias", (embedding,))
            width += embedding
        for layer in range(mapping_layers):
            fmaps = mapping_fmaps or dlatent_size
            if layer == mapping_layers - 1:
                fmaps = dlatent_size
            self._add(f"Dense{layer}/weight", (width, fmaps), std=1.0 / mapping_lrmul)
            self._add(f"Dense{layer}/bias", (fmaps,))
            width = fmaps
        self._finish()

    def call(self, z: tf.Tensor, labels: tf.Tensor | None = None) -> tf.Tensor:
        """Maps Z `[n, latent_size]` and labels `[n, label_size]` to W."""
        x = tf.cast(z, self.compute_dtype)
        if self.normalize_latents:
            x = pixel_norm(x)
        if self.label_size:
            x = tf.concat([x, embed_labels(self, labels)], axis=1)
        for layer in range(self.layer_count):
            weight, bias = self._value(f"Dense{layer}/weight"), self._value(f"Dense{layer}/bias")
            x = dense(x, weight, bias, self.nonlinearity, self.lrmul)
        if self.dlatent_broadcast is not None:
            x = tf.tile(x[:, tf.newaxis], [1, self.dlatent_broadcast, 1])
        return x


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
