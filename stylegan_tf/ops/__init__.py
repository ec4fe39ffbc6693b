"""The operations of the StyleGAN networks in plain TensorFlow, channels last.

The names are imported when first used, as the package's are.
"""

from typing import TYPE_CHECKING

from stylegan_tf.lazy_names import lazy_names

if TYPE_CHECKING:
    from stylegan_tf.ops.bias_act import ACTIVATIONS as ACTIVATIONS
    from stylegan_tf.ops.bias_act import dense as dense
    from stylegan_tf.ops.bias_act import fused_bias_act as fused_bias_act
    from stylegan_tf.ops.bias_act import layer_end as layer_end
    from stylegan_tf.ops.normalization import append_stddev as append_stddev
    from stylegan_tf.ops.normalization import flatten as flatten
    from stylegan_tf.ops.normalization import instance_norm as instance_norm
    from stylegan_tf.ops.normalization import minibatch_stddev as minibatch_stddev
    from stylegan_tf.ops.normalization import pixel_norm as pixel_norm
    from stylegan_tf.ops.resampling import blur2d as blur2d
    from stylegan_tf.ops.resampling import conv2d_downscale2d as conv2d_downscale2d
    from stylegan_tf.ops.resampling import downscale2d as downscale2d
    from stylegan_tf.ops.resampling import upscale2d as upscale2d
    from stylegan_tf.ops.resampling import upscale2d_conv2d as upscale2d_conv2d
    from stylegan_tf.ops.upfirdn import conv_downsample_2d as conv_downsample_2d
    from stylegan_tf.ops.upfirdn import downsample_2d as downsample_2d
    from stylegan_tf.ops.upfirdn import filter_2d as filter_2d
    from stylegan_tf.ops.upfirdn import setup_kernel as setup_kernel
    from stylegan_tf.ops.upfirdn import upfirdn_2d as upfirdn_2d
    from stylegan_tf.ops.upfirdn import upsample_2d as upsample_2d
    from stylegan_tf.ops.upfirdn import upsample_conv_2d as upsample_conv_2d

_HOMES = {
    "ACTIVATIONS": "stylegan_tf.ops.bias_act",
    "append_stddev": "stylegan_tf.ops.normalization",
    "blur2d": "stylegan_tf.ops.resampling",
    "conv2d_downscale2d": "stylegan_tf.ops.resampling",
    "conv_downsample_2d": "stylegan_tf.ops.upfirdn",
    "dense": "stylegan_tf.ops.bias_act",
    "downsample_2d": "stylegan_tf.ops.upfirdn",
    "downscale2d": "stylegan_tf.ops.resampling",
    "filter_2d": "stylegan_tf.ops.upfirdn",
    "flatten": "stylegan_tf.ops.normalization",
    "fused_bias_act": "stylegan_tf.ops.bias_act",
    "instance_norm": "stylegan_tf.ops.normalization",
    "layer_end": "stylegan_tf.ops.bias_act",
    "minibatch_stddev": "stylegan_tf.ops.normalization",
    "pixel_norm": "stylegan_tf.ops.normalization",
    "setup_kernel": "stylegan_tf.ops.upfirdn",
    "upfirdn_2d": "stylegan_tf.ops.upfirdn",
    "upsample_2d": "stylegan_tf.ops.upfirdn",
    "upsample_conv_2d": "stylegan_tf.ops.upfirdn",
    "upscale2d": "stylegan_tf.ops.resampling",
    "upscale2d_conv2d": "stylegan_tf.ops.resampling",
}

__getattr__, __dir__, __all__ = lazy_names(__name__, _HOMES)
