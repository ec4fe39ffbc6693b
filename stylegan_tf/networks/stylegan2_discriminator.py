"""StyleGAN2's discriminator (`D_stylegan2`, Karras et al. 2020, section 4.1), channels last."""

import functools
import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.networks.modulation import RESAMPLE_KERNEL
from stylegan_tf.networks.network import Network, feature_maps, resolution_log2
from stylegan_tf.ops import (
    append_stddev,
    conv_downsample_2d,
    dense,
    downsample_2d,
    flatten,
    fused_bias_act,
)
from stylegan_tf.ops.bias_act import activation


class Discriminator(Network):
    """Images `[n, resolution, resolution, C]` in [-1, 1] (and labels) → scores `[n]`."""

    conv_clamp: float | None = None  # the largest magnitude of a convolution's result, in ADA
    clamp_last_fromrgb: bool = True

    def __init__(
        self,
        num_channels: int = 3,
        resolution: int = 1024,
        label_size: int = 0,
        fmap_base: int = 16 << 10,
        fmap_decay: float = 1.0,
        fmap_min: int = 1,
        fmap_max: int = 512,
        architecture: str = "resnet",
        nonlinearity: str = "lrelu",
        mbstd_group_size: int = 4,
        mbstd_num_features: int = 1,
        resample_kernel: Sequence | None = RESAMPLE_KERNEL,
        dtype: str | None = None,
        values: Mapping[str, np.ndarray] | None = None,
        seed: int | None = None,
        name: str = "D",
    ) -> None:
        super().__init__(name, dtype, values, seed)
        self.mbstd_group_size: int | None = mbstd_group_size
        self.mbstd_num_features = mbstd_num_features if mbstd_group_size > 1 else 0
        channels = functools.partial(
            feature_maps,
            fmap_base=fmap_base,
            fmap_decay=fmap_decay,
            fmap_min=fmap_min,
            fmap_max=fmap_max,
        )
        self._make(
            num_channels,
            resolution,
            label_size,
            channels,
            max(label_size, 1),
            architecture,
            nonlinearity,
            resample_kernel,
        )

    def _make(
        self,
        num_channels: int,
        resolution: int,
        label_size: int,
        fmaps: Callable[[int], int],
        outputs: int,
        architecture: str,
        nonlinearity: str,
        resample_kernel: Sequence | None,
    ) -> None:
        """Makes the variables; `fmaps` tells the channels at a stage (see `feature_maps`)."""
        if architecture not in ("orig", "skip", "resnet"):
            raise InputError(f"architecture must be orig, skip or resnet, not {architecture!r}")
        activation(nonlinearity)
        self.resolution = resolution
        self.image_shape = (resolution, resolution, num_channels)
        self.log2 = resolution_log2(resolution)
        if self.log2 == 2 and architecture != "skip":
            raise InputError(f"architecture {architecture!r} begins at resolution 8")
        self.label_size = label_size
        self.architecture = architecture
        self.nonlinearity = nonlinearity
        self.resample_kernel = resample_kernel
        for res in range(self.log2, 2, -1):
            block, before, after = f"{2**res}x{2**res}", fmaps(res - 1), fmaps(res - 2)
            if architecture == "skip" or res == self.log2:
                self._add_conv(f"{block}/FromRGB", 1, num_channels, before)
            self._add_conv(f"{block}/Conv0", 3, before, before)
            self._add_conv(f"{block}/Conv1_down", 3, before, after)
            if architecture == "resnet":
                self._add(f"{block}/Skip/weight", (1, 1, before, after), std=1.0)
        if architecture == "skip":
            self._add_conv("4x4/FromRGB", 1, num_channels, fmaps(1))
        self._add_conv("4x4/Conv", 3, fmaps(1) + self.mbstd_num_features, fmaps(1))
        self._add("4x4/Dense0/weight", (fmaps(1) * 16, fmaps(0)), std=1.0)
        self._add("4x4/Dense0/bias", (fmaps(0),))
        self._add("Output/weight", (fmaps(0), outputs), std=1.0)
        self._add("Output/bias", (outputs,))
        self._finish()

    def _add_conv(self, name: str, size: int, inputs: int, outputs: int) -> None:
        self._add(f"{name}/weight", (size, size, inputs, outputs), std=1.0)
        self._add(f"{name}/bias", (outputs,))

    def call(self, images: tf.Tensor, labels: tf.Tensor | None = None) -> tf.Tensor:
        """Scores images."""
        x = tf.cast(self._output(images), self.variable_dtype)
        return tf.reduce_sum(x * labels, axis=1) if self.label_size else x[:, 0]

    def _output(self, images: tf.Tensor) -> tf.Tensor:
        """What the last layer gives: `[n, outputs]`."""
        images = tf.cast(images, self.compute_dtype)
        x = None
        for res in range(self.log2, 2, -1):
            block = f"{2**res}x{2**res}"
            if self.architecture == "skip" or res == self.log2:
                rgb = self._conv(f"{block}/FromRGB", images)
                x = rgb if x is None else x + rgb
            before = x
            x = self._conv(f"{block}/Conv0", x)
            x = self._conv(f"{block}/Conv1_down", x, down=True)
            if self.architecture == "resnet":
                weight = self._conv_weight(f"{block}/Skip/weight", x.dtype)
                skip = conv_downsample_2d(before, weight, self.resample_kernel)
                x = (x + skip) * (1 / math.sqrt(2))
            if self.architecture == "skip":
                images = downsample_2d(images, self.resample_kernel)
        if self.architecture == "skip":
            rgb = self._conv("4x4/FromRGB", images, clamp=self.clamp_last_fromrgb)
            x = rgb if x is None else x + rgb
        if self.mbstd_num_features:
            x = append_stddev(x, self.mbstd_group_size, self.mbstd_num_features)
        x = self._conv("4x4/Conv", x)
        x = flatten(x)
        x = dense(
            x, self._value("4x4/Dense0/weight"), self._value("4x4/Dense0/bias"), self.nonlinearity
        )
        return dense(x, self._value("Output/weight"), self._value("Output/bias"), "linear")

    def _conv_weight(self, name: str, dtype: tf.DType) -> tf.Tensor:
        weight = self._value(name)
        fan_in = weight.shape[0] * weight.shape[1] * weight.shape[2]
        return tf.cast(weight * (1 / math.sqrt(fan_in)), dtype)

    def _conv(self, name: str, x: tf.Tensor, down: bool = False, clamp: bool = True) -> tf.Tensor:
        weight = self._conv_weight(f"{name}/weight", x.dtype)
        if down:
            x = conv_downsample_2d(x, weight, self.resample_kernel)
        else:
            x = tf.nn.conv2d(x, weight, 1, "SAME")
        x = fused_bias_act(x, tf.cast(self._value(f"{name}/bias"), x.dtype), self.nonlinearity)
        limit = self.conv_clamp if clamp else None
        return x if limit is None else tf.clip_by_value(x, -limit, limit)
