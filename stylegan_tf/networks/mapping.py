"""What the mapping networks of all StyleGANs share: Z, and labels, through dense layers → W."""

import tensorflow as tf

from stylegan_tf.networks.network import Network
from stylegan_tf.ops import dense, pixel_norm


class MappingNetwork(Network):
    """A mapping network: Z `[n, latent_size]` (and labels) → W `[n, L, dlatent_size]`.

    With `dlatent_broadcast` None the result is `[n, dlatent_size]`. As in StyleGAN and StyleGAN2,
    labels become as many numbers as Z has, by a matrix, and are normalised together with it.
    """

    latent_size: int
    label_size: int
    dlatent_broadcast: int | None
    layer_count: int
    lrmul: float
    nonlinearity: str
    normalize_latents: bool

    def _add_labels(self) -> int:
        """Makes the variables that labels need; how wide the first layer's input is."""
        if not self.label_size:
            return self.latent_size
        self._add("LabelConcat/weight", (self.label_size, self.latent_size), std=1.0)
        return 2 * self.latent_size

    def _add_layers(self, hidden_size: int, dlatent_size: int) -> None:
        """Makes the variables of labels and of all layers."""
        width = self._add_labels()
        for layer in range(self.layer_count):
            fmaps = dlatent_size if layer == self.layer_count - 1 else hidden_size
            self._add_layer_weight(f"Dense{layer}/weight", (width, fmaps))
            self._add(f"Dense{layer}/bias", (fmaps,))
            width = fmaps
        self._finish()

    def _add_layer_weight(self, name: str, shape: tuple[int, int]) -> None:
        self._add(name, shape, std=1.0 / self.lrmul)

    def call(self, z: tf.Tensor, labels: tf.Tensor | None = None) -> tf.Tensor:
        """Maps Z `[n, latent_size]` and labels `[n, label_size]` to W."""
        x = self._first_input(tf.cast(z, self.compute_dtype), labels)
        for layer in range(self.layer_count):
            x = self._layer(f"Dense{layer}", x)
        if self.dlatent_broadcast is not None:
            x = tf.tile(x[:, tf.newaxis], [1, self.dlatent_broadcast, 1])
        return x

    def _first_input(self, z: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
        if self.label_size:
            weight = tf.cast(self._value("LabelConcat/weight"), z.dtype)
            z = tf.concat([z, tf.matmul(tf.cast(labels, z.dtype), weight)], axis=1)
        return pixel_norm(z) if self.normalize_latents else z

    def _layer(self, name: str, x: tf.Tensor) -> tf.Tensor:
        weight, bias = self._value(f"{name}/weight"), self._value(f"{name}/bias")
        return dense(x, weight, bias, self.nonlinearity, self.lrmul)
