"""The variables of a StyleGAN generator itself, beside those of its networks."""

from collections.abc import Mapping

import numpy as np

from stylegan_tf.networks.network import Network


class Wrapper(Network, keras_package="stylegan_tf.generator"):
    """The variables of the generator itself: the average W, and the level of detail in some."""

    def __init__(
        self,
        dlatent_size: int = 512,
        dtype: str | None = None,
        values: Mapping[str, np.ndarray] | None = None,
        name: str = "wrapper",
        has_lod: bool = True,
    ) -> None:
        super().__init__(name, dtype, values)
        if has_lod:
            self._add("lod", (), trainable=False)
        self._add("dlatent_avg", (dlatent_size,), trainable=False)
        self._finish()
