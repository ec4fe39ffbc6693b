"""StyleGAN2-ADA's discriminator (`D_main`, Karras et al. 2020, arXiv:2006.06676), channels last."""

import functools
import math
from collections.abc import Mapping, Sequence

import numpy as np
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.networks.modulation import RESAMPLE_KERNEL
from stylegan_tf.networks.network import Network, feature_maps
from stylegan_tf.networks.stylegan2_ada import embed_labels
from stylegan_tf.networks.stylegan2_discriminator import Discriminator as StyleGAN2Discriminator
from stylegan_tf.ops import dense


class Discriminator(StyleGAN2Discriminator):
    """Images `[n, resolution, resolution, C]` in [-1, 1] (and labels) → scores `[n]`.

    Options of the official function that only concern training are kept: `freeze_layers`,
    `adaptive_dropout`, `augment_strength`. Its experiments with spectral norm, PA-GAN and several
    scores are refused. `clamp_last_fromrgb` is ours: NVIDIA's PyTorch networks do not clamp it.
    """

    def __init__(
        self,
        num_channels: int = 3,
        resolution: int = 1024,
        label_size: int = 0,
        fmap_base: int = 16 << 10,
        fmap_decay: float = 1.0,
        fmap_min: int = 1,
        fmap_max: int = 512,
        mapping_layers: int = 0,
        mapping_fmaps: int | None = None,
        mapping_lrmul: float = 0.1,
        architecture: str = "resnet",
        nonlinearity: str = "lrelu",
        mbstd_group_size: int | None = None,
        mbstd_num_features: int = 1,
        num_fp16_res: int = 0,
        conv_clamp: float | None = None,
        resample_kernel: Sequence | None = RESAMPLE_KERNEL,
        augment_strength: float = 0,
        use_pagan: bool = False,
        pagan_num: int = 16,
        pagan_fade: float = 0.5,
        score_size: int = 1,
        score_max: int = 1,
        use_spectral_norm: bool = False,
        adaptive_dropout: float = 0,
        freeze_layers: int = 0,
        clamp_last_fromrgb: bool = True,
        dtype: str | None = None,
        values: Mapping[str, np.ndarray] | None = None,
        seed: int | None = None,
        name: str = "D",
    ) -> None:
        Network.__init__(self, name, dtype, values, seed)
        if use_pagan or use_spectral_norm or (score_size, score_max) != (1, 1):
            raise InputError(
                "D_main with use_pagan, use_spectral_norm or several scores is not supported"
            )
        channels = functools.partial(
            feature_maps,
            fmap_base=fmap_base,
            fmap_decay=fmap_decay,
            fmap_min=fmap_min,
            fmap_max=fmap_max,
        )
        self.conv_clamp = conv_clamp
        self.clamp_last_fromrgb = clamp_last_fromrgb
        self.mbstd_group_size = mbstd_group_size
        self.mbstd_num_features = mbstd_num_features
        self.mapping_fmaps = channels(0) if mapping_fmaps is None else mapping_fmaps
        self.mapping_layers = mapping_layers
        self.mapping_lrmul = mapping_lrmul
        if label_size:
            self._add("LabelEmbed/weight", (label_size, self.mapping_fmaps), std=1.0)
            self._add("LabelEmbed/bias", (self.mapping_fmaps,))
            for layer in range(mapping_layers):
                shape = (self.mapping_fmaps, self.mapping_fmaps)
                self._add(f"Mapping{layer}/weight", shape, std=1.0 / mapping_lrmul)
                self._add(f"Mapping{layer}/bias", (self.mapping_fmaps,))
        self._make(
            num_channels,
            resolution,
            label_size,
            channels,
            self.mapping_fmaps if label_size else 1,
            architecture,
            nonlinearity,
            resample_kernel,
        )

    def call(self, images: tf.Tensor, labels: tf.Tensor | None = None) -> tf.Tensor:
        """Scores images `[n, resolution, resolution, C]`; a conditional one needs the labels."""
        x = self._output(images)
        if not self.label_size:
            return tf.cast(x[:, 0], self.variable_dtype)
        y = embed_labels(self, labels)
        for layer in range(self.mapping_layers):
            weight, bias = (self._value(f"Mapping{layer}/{part}") for part in ("weight", "bias"))
            y = dense(y, weight, bias, self.nonlinearity, self.mapping_lrmul)
        scores = tf.reduce_sum(x * y, axis=1) * (1 / math.sqrt(self.mapping_fmaps))
        return tf.cast(scores, self.variable_dtype)
