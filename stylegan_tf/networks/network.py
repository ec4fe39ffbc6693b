"""What all networks share: variables under NVIDIA's names, made fresh or given."""

import inspect
import math
from collections.abc import Mapping, Sequence
from typing import Any, Self

import keras
import numpy as np
import tensorflow as tf

from stylegan_tf.errors import InputError

# What a synthesis network's blocks hand on: features, and where there is one the image so far.
State = tuple[tf.Tensor, ...]


class Network(keras.Model):
    """A Keras model whose variables carry the names and shapes that NVIDIA's pickles give them.

    Fresh variables have NVIDIA's initial values: weights from N(0, 1) / their learning rate
    multiplier (they are scaled when used, "equalised learning rate"), biases 0.
    """

    def __init__(
        self,
        name: str,
        dtype: str | None = None,
        values: Mapping[str, np.ndarray] | None = None,
        seed: int | None = None,
    ) -> None:
        """Begins a network; the class adds its variables and then calls `_finish`.

        Args:
          name: the model's name.
          dtype: a Keras dtype policy: `float32`, or for example `mixed_bfloat16`.
          values: local name → initial value, for every variable; None for fresh ones.
          seed: of the fresh values; None for another each time.
        """
        super().__init__(name=name, dtype=dtype or "float32", autocast=False)
        self._given = None if values is None else dict(values)
        self._random = np.random.default_rng(seed)
        self._order: list[str] = []
        self._scales: dict[str, float] = {}

    def __init_subclass__(cls, keras_package: str | None = None, **kwargs: Any) -> None:
        """Registers the network under the name that `.keras` files give it.

        Both StyleGANs have a Synthesis: the package tells them apart. It is the module, unless the
        class has moved since files with it were written: then `keras_package` says which it was.
        """
        super().__init_subclass__(**kwargs)
        keras.saving.register_keras_serializable(keras_package or cls.__module__)(cls)

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Keeps the options, for `get_config`."""
        network = super().__new__(cls, *args, **kwargs)
        options = inspect.signature(cls.__init__).bind(network, *args, **kwargs).arguments
        left_out = ("self", "values", "seed", "dtype")
        object.__setattr__(
            network, "_options", {k: v for k, v in options.items() if k not in left_out}
        )
        return network

    def get_config(self) -> dict[str, Any]:
        """The options, so that `.keras` files can be opened."""
        dtype = keras.saving.serialize_keras_object(self.dtype_policy)
        return {**self._options, "name": self.name, "dtype": dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The network of a configuration, with fresh variables."""
        dtype = keras.saving.deserialize_keras_object(config["dtype"])
        return cls(**{**config, "dtype": dtype})

    def _add(
        self,
        name: str,
        shape: tuple[int, ...],
        std: float = 0.0,
        trainable: bool = True,
        constant: float = 0.0,
    ) -> None:
        """Makes the variable `name`: the given value, or N(0, std²), or a constant."""
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
            value = np.full(shape, constant, np.float32)
        self._order.append(name)
        self.add_weight(
            name=name.replace("/", "."),
            shape=shape,
            initializer=lambda shape, dtype: tf.convert_to_tensor(value, dtype),
            trainable=trainable,
            autocast=False,
        )

    def _add_weight(
        self,
        name: str,
        shape: tuple[int, ...],
        gain: float = 1.0,
        use_wscale: bool = True,
        lrmul: float = 1.0,
        fan_in: int | None = None,
    ) -> None:
        """Makes a weight `[..., in, out]` that `_weight` scales to gain / sqrt(fan-in) when used.

        Without `use_wscale` the scale goes into the initial value instead.
        """
        he_std = gain / math.sqrt(fan_in or math.prod(shape[:-1]))
        self._scales[name] = (he_std if use_wscale else 1.0) * lrmul
        self._add(name, shape, std=(1.0 if use_wscale else he_std) / lrmul)

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

    def values(self) -> dict[str, np.ndarray]:
        """Local name → present value, in the official order."""
        return {name: np.asarray(variable.value) for name, variable in self._by_name.items()}

    def _value(self, name: str) -> tf.Tensor:
        """A variable's value, in full precision."""
        return tf.convert_to_tensor(self._by_name[name])

    def _weight(self, name: str) -> tf.Tensor:
        """A weight made by `_add_weight`, scaled, in the precision of computing."""
        return tf.cast(self._value(name) * self._scales[name], self.compute_dtype)


def layer_noise(
    network: Any, layer: int, noise: str | Sequence | None, side: int, count: tf.Tensor
) -> tf.Tensor | None:
    """The noise `[1 or count, side, side, 1]` of a synthesis network's layer, None for none.

    `noise` is what the network was called with: `const`, `random`, `none` or a list of arrays;
    `network.noise_layers` says how many there are.
    """
    if not isinstance(noise, str):
        if noise is None or len(noise) != network.noise_layers:
            raise InputError(f"noise must be a list of {network.noise_layers} arrays")
        return tf.cast(noise[layer], network.variable_dtype)
    if noise == "const":
        return tf.reshape(network.variables_by_name[f"noise{layer}"].value, [1, side, side, 1])
    if noise == "random":
        return tf.random.normal([count, side, side, 1], dtype=network.variable_dtype)
    if noise == "none":
        return None
    raise InputError(f"noise must be const, random or none, not {noise!r}")


def resolution_log2(resolution: int) -> int:
    """log2 of a square image's side; raises InputError unless it is a power of 2, 4 at least."""
    if resolution < 4 or resolution & (resolution - 1):
        raise InputError(f"resolution must be a power of 2 and at least 4, not {resolution}")
    return resolution.bit_length() - 1


def feature_maps(
    stage: int, fmap_base: int, fmap_decay: float, fmap_min: int, fmap_max: int
) -> int:
    """Channels at `stage` (resolution 2^(stage+1)): fmap_base / 2^(stage · fmap_decay), clipped."""
    return int(np.clip(int(fmap_base / 2.0 ** (stage * fmap_decay)), fmap_min, fmap_max))


def lerp(a: tf.Tensor, b: tf.Tensor, t: tf.Tensor) -> tf.Tensor:
    """a + (b − a) · t."""
    return a + (b - a) * t
