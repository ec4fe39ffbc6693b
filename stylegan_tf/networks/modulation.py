"""Weight modulation and demodulation (Karras et al. 2020, section 2.2), channels last."""

import math
from collections.abc import Sequence

import tensorflow as tf

from stylegan_tf.networks.network import Network, layer_noise
from stylegan_tf.ops import layer_end, upsample_conv_2d
from stylegan_tf.ops.bias_act import activation

RESAMPLE_KERNEL = (1, 3, 3, 1)
_HOMOGENEOUS = ("linear", "relu", "lrelu")  # f(c x) = c f(x) for c > 0: the gain can go first

Noise = str | Sequence | None


def modulated_conv_2d(
    x: tf.Tensor,
    weight: tf.Tensor,
    style: tf.Tensor,
    *,
    demodulate: bool = True,
    up: bool = False,
    up_kernel: Sequence | None = None,
    gain: float = 1.0,
) -> tf.Tensor:
    """Convolution whose weights are scaled per sample by the style (equations 1 to 3).

    Args:
      x: `[n, H, W, in]`.
      weight: `[k, k, in, out]` before the equalised learning rate.
      style: `[n, in]`.
      demodulate: whether each output channel's weights are brought to unit norm.
      up: whether the image is doubled in size, filtered by `up_kernel`.
      gain: factor of the result.
    """
    x, scale = _convolve(
        x, weight, style, demodulate=demodulate, up=up, up_kernel=up_kernel, gain=gain
    )
    return x if scale is None else x * tf.cast(scale, x.dtype)[:, tf.newaxis, tf.newaxis]


def _convolve(
    x: tf.Tensor,
    weight: tf.Tensor,
    style: tf.Tensor,
    *,
    demodulate: bool,
    up: bool,
    up_kernel: Sequence | None,
    gain: float,
) -> tuple[tf.Tensor, tf.Tensor | None]:
    """As `modulated_conv_2d`, but leaves the scaling `[n, out]` of the result undone, if any."""
    weight = weight * (1 / math.sqrt(weight.shape[0] * weight.shape[1] * weight.shape[2]))
    scale = None
    if demodulate:
        energy = tf.reduce_sum(tf.square(weight), axis=[0, 1])
        scale = tf.math.rsqrt(tf.matmul(tf.square(style), energy) + 1e-8) * gain
    elif gain != 1:
        weight *= gain
    if scale is None and weight.shape[:2] == (1, 1) and not up:
        # A 1×1 convolution is a matrix product: here each sample can have its own matrix.
        shape = tf.shape(x)
        weight = tf.cast(style[:, :, tf.newaxis] * weight[0, 0], x.dtype)
        flat = tf.reshape(x, [shape[0], shape[1] * shape[2], x.shape[3]])
        y = tf.matmul(flat, weight)
        return tf.reshape(y, [shape[0], shape[1], shape[2], weight.shape[2]]), None
    one_sample = x.shape[0] == 1  # scaling one set of weights is cheaper than scaling images
    if one_sample:
        weight *= style[0, :, tf.newaxis]
        weight = weight if scale is None else weight * scale[0]
    else:
        x *= tf.cast(style, x.dtype)[:, tf.newaxis, tf.newaxis]
    weight = tf.cast(weight, x.dtype)
    x = upsample_conv_2d(x, weight, up_kernel) if up else tf.nn.conv2d(x, weight, 1, "SAME")
    return x, None if one_sample else scale


class ModulatedNetwork(Network):
    """What StyleGAN2's synthesis networks share: layers that modulate, convolve and add noise."""

    dlatent_size: int
    nonlinearity: str
    resample_kernel: Sequence | None
    use_noise: bool = True
    conv_clamp: float | None = None  # the largest magnitude of a convolution's result, in ADA

    def _add_modulated(self, name: str, inputs: int, outputs: int, size: int) -> None:
        self._add(f"{name}/weight", (size, size, inputs, outputs), std=1.0)
        self._add(f"{name}/mod_weight", (self.dlatent_size, inputs), std=1.0)
        self._add(f"{name}/mod_bias", (inputs,))
        if size == 1:
            self._add(f"{name}/bias", (outputs,))

    def _add_layer(self, name: str, inputs: int, outputs: int) -> None:
        self._add_modulated(name, inputs, outputs, 3)
        if self.use_noise:
            self._add(f"{name}/noise_strength", ())
        self._add(f"{name}/bias", (outputs,))

    def _constant(self, w: tf.Tensor) -> tf.Tensor:
        const = tf.transpose(self._value("4x4/Const/const"), [0, 2, 3, 1])
        x = tf.tile(tf.cast(const, self.compute_dtype), [tf.shape(w)[0], 1, 1, 1])
        return tf.ensure_shape(x, [w.shape[0], 4, 4, const.shape[3]])

    def _style(self, name: str, w: tf.Tensor, layer: int) -> tf.Tensor:
        weight = self._value(f"{name}/mod_weight") * (1 / math.sqrt(self.dlatent_size))
        return tf.matmul(w[:, layer], weight) + (self._value(f"{name}/mod_bias") + 1)

    def _layer(
        self, name: str, x: tf.Tensor, w: tf.Tensor, layer: int, noise: Noise, up: bool = False
    ) -> tf.Tensor:
        style = self._style(name, w, layer)
        side = 2 ** ((layer + 5) // 2)
        bias = self._value(f"{name}/bias")
        values = None
        if self.use_noise:
            values = layer_noise(self, layer, noise, side, tf.shape(w)[0])
        act = activation(self.nonlinearity)
        early_gain = act.gain if self.nonlinearity in _HOMOGENEOUS else 1.0
        if values is not None:
            values *= self._value(f"{name}/noise_strength") * early_gain
        x, scale = _convolve(
            x,
            self._value(f"{name}/weight"),
            style,
            demodulate=True,
            gain=early_gain,
            up_kernel=self.resample_kernel if up else None,
            up=up,
        )
        gain = act.gain / early_gain
        return self._clamp(layer_end(x, scale, values, bias * early_gain, self.nonlinearity, gain))

    def _to_rgb(self, name: str, x: tf.Tensor, w: tf.Tensor, layer: int) -> tf.Tensor:
        style = self._style(name, w, layer)
        rgb = modulated_conv_2d(x, self._value(f"{name}/weight"), style, demodulate=False)
        return self._clamp(rgb + tf.cast(self._value(f"{name}/bias"), rgb.dtype))

    def _clamp(self, x: tf.Tensor) -> tf.Tensor:
        limit = self.conv_clamp
        return x if limit is None else tf.clip_by_value(x, -limit, limit)
