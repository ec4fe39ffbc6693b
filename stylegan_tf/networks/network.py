"""What all networks share: variables under NVIDIA's names, made fresh or given."""

from collections.abc import Mapping

import keras
import numpy as np
import tensorflow as tf

from stylegan_tf.errors import InputError


class Network(keras.Model):
    """A Keras model whose variables carry the names and shapes that NVIDIA's pickles give them.

    Fresh variables have NVIDIA's initial values: weights from N(0, 1) / their learning rate
    multiplier (they are scaled when used, "equalised learning rate"), biases 0.

    Attributes:
      trainable names: everything but noise buffers, `lod` and averages.
    """

    def __init__(
        self,
        name: str,
        dtype: str | None = None,
        values: Mapping[str, np.ndarray] | None = None,
        seed: int | None = None,
    ) -> None:
        """Args:
        name: the model's name.
        dtype: a Keras dtype policy: `float32`, or for example `mixed_bfloat16`.
        values: local name → initial value, for every variable; None for fresh ones.
        seed: of the fresh values; None for another each time.
        """
        super().__init__(name=name, dtype=dtype or "float32", autocast=False)
        self._given = None if values is None else dict(values)
        self._random = np.random.default_rng(seed)
        self._order: list[str] = []

    def _add(
        self, name: str, shape: tuple[int, ...], std: float = 0.0, trainable: bool = True
    ) -> None:
        """Makes the variable `name`: the given value, or N(0, std²)."""
        if self._given is not None:
            if name not in self._given:
                raise InputError(f"{self.name}: the file lacks the variable {name!r}")
            value = np.asarray(self._given.pop(name))
            if value.shape != shape:
                raise InputError(
                    f"{self.name}: the variable {name!r} has shape {list(value.shape)} in the "
                    f"file, but the network's options ask for {list(shape)}"
                )
        elif std:
            value = self._random.standard_normal(shape, np.float32) * np.float32(std)
        else:
            value = np.zeros(shape, np.float32)
        self._order.append(name)
        self.add_weight(
            name=name.replace("/", "."),
            shape=shape,
            initializer=lambda shape, dtype: tf.convert_to_tensor(value, dtype),
            trainable=trainable,
            autocast=False,
        )

    def _finish(self) -> None:
        """Ends the making of variables: none of the given ones may be left."""
        if self._given:
            raise InputError(
                f"{self.name}: the file has a variable {next(iter(self._given))!r}, which the "
                "network's options do not ask for"
            )
        del self._given, self._random
        by_name = {variable.name.replace(".", "/"): variable for variable in self.variables}
        self._by_name = {name: by_name[name] for name in self._order}
        self.built = True

    @property
    def variables_by_name(self) -> dict[str, keras.Variable]:
        """Local name, such as `4x4/Conv/weight`, → variable, in the official order."""
        return dict(self._by_name)

    def _value(self, name: str) -> tf.Tensor:
        return tf.convert_to_tensor(self._by_name[name])


def lerp(a: tf.Tensor, b: tf.Tensor, t: tf.Tensor) -> tf.Tensor:
    """a + (b − a) · t."""
    return a + (b - a) * t
