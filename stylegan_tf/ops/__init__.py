"""The operations of the StyleGAN networks in plain TensorFlow, channels last."""

from stylegan_tf.ops.bias_act import ACTIVATIONS, dense, fused_bias_act, layer_end
from stylegan_tf.ops.normalization import (
    append_stddev,
    flatten,
    instance_norm,
    minibatch_stddev,
    pixel_norm,
)
from stylegan_tf.ops.resampling import (
    blur2d,
    conv2d_downscale2d,
    downscale2d,
    upscale2d,
    upscale2d_conv2d,
)
from stylegan_tf.ops.upfirdn import (
    conv_downsample_2d,
    downsample_2d,
    filter_2d,
    setup_kernel,
    upfirdn_2d,
    upsample_2d,
    upsample_conv_2d,
)

__all__ = [
    "ACTIVATIONS",
    "append_stddev",
    "blur2d",
    "conv2d_downscale2d",
    "conv_downsample_2d",
    "dense",
    "downsample_2d",
    "downscale2d",
    "filter_2d",
    "flatten",
    "fused_bias_act",
    "instance_norm",
    "layer_end",
    "minibatch_stddev",
    "pixel_norm",
    "setup_kernel",
    "upfirdn_2d",
    "upsample_2d",
    "upsample_conv_2d",
    "upscale2d",
    "upscale2d_conv2d",
]
