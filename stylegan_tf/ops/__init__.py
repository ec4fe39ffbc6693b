"""The two custom operations of StyleGAN in plain TensorFlow, channels last."""

from stylegan_tf.ops.bias_act import ACTIVATIONS, fused_bias_act
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
    "conv_downsample_2d",
    "downsample_2d",
    "filter_2d",
    "fused_bias_act",
    "setup_kernel",
    "upfirdn_2d",
    "upsample_2d",
    "upsample_conv_2d",
]
