"""What the discriminators of the first StyleGAN and of StyleGAN2's configurations B to D share."""

import tensorflow as tf

from stylegan_tf.networks.growing import GrowingNetwork, check_structure, grow_features
from stylegan_tf.networks.network import feature_maps, resolution_log2


class GrowingDiscriminator(GrowingNetwork):
    """Images `[n, resolution, resolution, C]` in [-1, 1] (and labels) → scores `[n]`.

    A class has `_fmap_options`, the arguments of `feature_maps` after the stage; `_add_layer`,
    which makes a layer's weight and bias; `_block` and `_from_rgb`, which run them.
    """

    _fmap_options: tuple[int, float, int, int]

    def _make(
        self,
        num_channels: int,
        resolution: int,
        label_size: int,
        mbstd_group_size: int,
        mbstd_num_features: int,
        structure: str,
        last_layer: str,
    ) -> None:
        """Makes the variables in the official order; `last_layer` is the score's."""
        self.grows = check_structure(structure)
        self.log2 = resolution_log2(resolution)
        self.resolution = resolution
        self.image_shape = (resolution, resolution, num_channels)
        self.label_size = label_size
        self.mbstd_group_size = mbstd_group_size
        self.mbstd_num_features = mbstd_num_features
        self.last_layer = last_layer
        fmaps, add = self._fmaps, self._add_layer
        self._add("lod", (), trainable=False)
        for res in range(self.log2, 1, -1):
            block, before, after = f"{2**res}x{2**res}", fmaps(res - 1), fmaps(res - 2)
            if self.grows or res == self.log2:
                add(f"FromRGB_lod{self.log2 - res}", (1, 1, num_channels, before))
            if res > 2:
                add(f"{block}/Conv0", (3, 3, before, before))
                add(f"{block}/Conv1_down", (3, 3, before, after))
        features = mbstd_num_features if mbstd_group_size > 1 else 0
        add("4x4/Conv", (3, 3, fmaps(1) + features, fmaps(1)))
        add("4x4/Dense0", (fmaps(1) * 16, fmaps(0)))
        add(last_layer, (fmaps(0), max(label_size, 1)))
        self._finish()

    def call(self, images: tf.Tensor, labels: tf.Tensor | None = None) -> tf.Tensor:
        """Scores images."""
        images = tf.cast(images, self.compute_dtype)
        lod = self.lod if self.grows else 0.0
        x = grow_features(images, self.log2, lod, self._block, self._from_rgb)
        x = tf.cast(x, self.variable_dtype)
        return tf.reduce_sum(x * labels, axis=1) if self.label_size else x[:, 0]

    def _fmaps(self, stage: int) -> int:
        return feature_maps(stage, *self._fmap_options)

    def _add_layer(self, name: str, shape: tuple[int, ...]) -> None:
        raise NotImplementedError

    def _block(self, res: int, x: tf.Tensor) -> tf.Tensor:
        raise NotImplementedError

    def _from_rgb(self, res: int, images: tf.Tensor) -> tf.Tensor:
        raise NotImplementedError
