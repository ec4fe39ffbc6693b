"""The face of the networks: generators and discriminators as official pickles describe them."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, Self

import keras
import numpy as np
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.networks import stylegan2, stylegan2_discriminator
from stylegan_tf.networks.network import Network
from stylegan_tf.pickles import NetworkState

Noise = str | Sequence[np.ndarray]

# NVIDIA's function name → our network, by the top-level function that uses it, since both
# StyleGANs have a `G_mapping`.
_SYNTHESES = {"G_main": {"G_synthesis_stylegan2": stylegan2.Synthesis}}
_MAPPINGS = {"G_main": {"G_mapping": stylegan2.Mapping}}
_DISCRIMINATORS = {"D_stylegan2": stylegan2_discriminator.Discriminator}
_DEFAULT_SYNTHESIS = {"G_main": "G_synthesis_stylegan2"}
_VERSIONS = {"G_main": 4, "D_stylegan2": 4}

_OURS = ("self", "dtype", "values", "seed", "name")
# Options of the wrapper functions themselves. Those of training (style mixing, the moving average
# of W) have no effect on what a finished network computes; they are kept and written back.
_WRAPPER_OPTIONS = {
    "G_main": {
        "truncation_psi": 0.5,
        "truncation_cutoff": None,
        "truncation_psi_val": None,
        "truncation_cutoff_val": None,
        "dlatent_avg_beta": 0.995,
        "style_mixing_prob": 0.9,
        "mapping_func": "G_mapping",
        "synthesis_func": "G_synthesis_stylegan2",
    },
}


class _Wrapper(Network):
    """The variables of the generator itself: the fade-in level and the average W."""

    def __init__(self, dlatent_size: int, values: Mapping[str, np.ndarray] | None) -> None:
        super().__init__("wrapper", values=values)
        self._add("lod", (), trainable=False)
        self._add("dlatent_avg", (dlatent_size,), trainable=False)
        self._finish()


class Generator:
    """A generator with its mapping and synthesis networks.

    Attributes:
      func: NVIDIA's name of the architecture: `G_main`.
      static_kwargs: the options it was built from.
      mapping: the mapping network, a Keras model.
      synthesis: the synthesis network, a Keras model.
      resolution: side of its images in pixels.
      num_layers: L, the number of W vectors it takes.
      latent_size: width of Z and of W.
      label_size: number of label components, 0 without labels.
    """

    def __init__(self, state: NetworkState, *, dtype: str | None = None, seed: int | None = None):
        """Builds the networks from a pickle's state; fresh ones where it has no variables.

        Args:
          state: what to build. Empty `variables` mean fresh ones.
          dtype: a Keras dtype policy to compute in, such as `mixed_bfloat16`; None for the
            state's own (float32).
          seed: of fresh variables.

        Raises:
          InputError: an option or a variable is unknown or does not fit.
        """
        if state.func not in _SYNTHESES:
            raise InputError(f"{state.func!r} is not a known generator function")
        self.func = state.func
        self.name = state.name or "G"
        self.version = state.version
        self.static_kwargs = dict(state.static_kwargs)
        self.module_source = state.module_source
        self._component_states = state.components
        kwargs = self.static_kwargs
        wrapper = {**_WRAPPER_OPTIONS[self.func], **kwargs}
        synthesis_class = _find(_SYNTHESES[self.func], wrapper["synthesis_func"])
        mapping_class = _find(_MAPPINGS[self.func], wrapper["mapping_func"])
        known = {
            *_WRAPPER_OPTIONS[self.func],
            *_options(synthesis_class),
            *_options(mapping_class),
            "dtype",
        }
        _refuse_unknown(self.func, kwargs, known)
        fresh = not state.variables
        seeds = np.random.SeedSequence(seed).generate_state(2) if seed is not None else (None, None)
        policy = dtype or _policy(kwargs)
        own = state.components
        synthesis_kwargs = own["synthesis"].static_kwargs if "synthesis" in own else kwargs
        self.synthesis = synthesis_class(
            **_pick(synthesis_class, synthesis_kwargs),
            dtype=policy,
            values=None if fresh else own["synthesis"].variables,
            seed=seeds[0],
        )
        mapping_kwargs = own["mapping"].static_kwargs if "mapping" in own else kwargs
        self.mapping = mapping_class(
            **{
                **_pick(mapping_class, mapping_kwargs),
                "dlatent_broadcast": self.synthesis.num_layers,
            },
            dtype=policy,
            values=None if fresh else own["mapping"].variables,
            seed=seeds[1],
        )
        self._wrapper = _Wrapper(self.synthesis.dlatent_size, None if fresh else state.variables)
        self.resolution = self.synthesis.resolution
        self.num_layers = self.synthesis.num_layers
        self.latent_size = self.mapping.latent_size
        self.label_size = self.mapping.label_size
        self.truncation_psi = wrapper["truncation_psi"]
        self.truncation_cutoff = wrapper["truncation_cutoff"]
        self._functions: dict[Any, Any] = {}

    @classmethod
    def create(
        cls,
        func: str = "G_main",
        *,
        name: str = "G",
        seed: int | None = None,
        compute_dtype: str | None = None,
        **static_kwargs: Any,
    ) -> Self:
        """Makes a generator with fresh variables from NVIDIA's options.

        Args:
          func: `G_main`.
          name: its name in the pickle.
          seed: of the variables.
          compute_dtype: a Keras dtype policy, such as `mixed_bfloat16`; None for float32.
          **static_kwargs: `resolution`, `fmap_base`, `mapping_layers`, ...; those left out have
            NVIDIA's defaults.
        """
        state = NetworkState(func, name, static_kwargs, version=_VERSIONS.get(func, 4))
        return cls(state, dtype=compute_dtype, seed=seed)

    @property
    def w_avg(self) -> np.ndarray:
        """The average W, `[latent_size]` float32."""
        return self._wrapper.variables_by_name["dlatent_avg"].numpy()

    @property
    def variables_by_name(self) -> dict[str, keras.Variable]:
        """`lod`, `dlatent_avg`, `mapping/…` and `synthesis/…` → variable."""
        return {
            **self._wrapper.variables_by_name,
            **{f"mapping/{k}": v for k, v in self.mapping.variables_by_name.items()},
            **{f"synthesis/{k}": v for k, v in self.synthesis.variables_by_name.items()},
        }

    @property
    def trainable_variables(self) -> list[keras.Variable]:
        """Weights and biases of both networks; not the noise buffers, `lod` and `dlatent_avg`."""
        return [*self.mapping.trainable_variables, *self.synthesis.trainable_variables]

    def copy_variables_from(self, other: Self) -> list[str]:
        """Copies every variable that `other` has under the same name and shape.

        Returns the names that were not copied, for example those of further resolutions.
        """
        theirs = other.variables_by_name
        left = []
        for name, variable in self.variables_by_name.items():
            if name in theirs and theirs[name].shape == variable.shape:
                variable.assign(theirs[name])
            else:
                left.append(name)
        return left

    def sample_z(self, seeds: Sequence[int]) -> np.ndarray:
        """Z codes `[n, latent_size]` as NVIDIA's scripts draw them: RandomState(seed).randn."""
        seeds = [seeds] if isinstance(seeds, int | np.integer) else list(seeds)
        codes = [np.random.RandomState(seed).randn(self.latent_size) for seed in seeds]
        return np.asarray(codes, np.float32).reshape(len(seeds), self.latent_size)

    def map(
        self,
        z: np.ndarray,
        labels: np.ndarray | None = None,
        truncation_psi: float | Sequence[float] | None = 1.0,
        truncation_cutoff: int | None = None,
    ) -> np.ndarray:
        """Z `[n, latent_size]` → W+ `[n, num_layers, latent_size]` float32.

        Args:
          z: standard normal codes.
          labels: `[n, label_size]`; None for zeros.
          truncation_psi: 1 leaves W alone, 0 is the average, in between draws W towards it.
          truncation_cutoff: how many of the first layers are truncated; None for all.
        """
        z = self._check_z(z)
        labels = self._check_labels(labels, len(z))
        w = self._function("map", self._map)(z, labels).numpy()
        return self.truncate(w, truncation_psi, truncation_cutoff)

    def truncate(
        self,
        w: np.ndarray,
        truncation_psi: float | None = 1.0,
        truncation_cutoff: int | None = None,
    ) -> np.ndarray:
        """Draws the first `truncation_cutoff` layers of W+ towards the average by psi."""
        if truncation_psi is None or truncation_psi == 1:
            return w
        psi = np.full([self.num_layers, 1], truncation_psi, np.float32)
        if truncation_cutoff is not None:
            psi[truncation_cutoff:] = 1
        average = self.w_avg
        return average + (w - average) * psi

    def synthesize(self, w: np.ndarray, noise: Noise = "const") -> np.ndarray:
        """W+ `[n, num_layers, latent_size]` → images `[n, H, W, C]` float32, nominally [-1, 1].

        Args:
          w: a latent for each layer.
          noise: `const` for the network's own noise buffers, `random` for fresh noise, `none` for
            none; or a list of arrays, one a noise layer, `[1 or n, side, side, 1]`.
        """
        w = np.asarray(w, np.float32)
        if w.ndim != 3 or w.shape[1:] != (self.num_layers, self.latent_size):
            raise InputError(
                f"a latent has shape [n, {self.num_layers}, {self.latent_size}], "
                f"not {list(w.shape)}; make it from Z with map()"
            )
        if len(w) == 0:
            return np.zeros([0, *self.synthesis.image_shape], np.float32)
        if isinstance(noise, str):
            # One image has its own graph: there the weights are modulated, not the activations.
            key = ("synthesize", noise, len(w) == 1)
            shape = [1 if len(w) == 1 else None, self.num_layers, self.latent_size]
            signature = [tf.TensorSpec(shape, tf.float32)]
            function = self._function(key, lambda w: self.synthesis(w, noise=noise), signature)
            return function(w).numpy()
        return self.synthesis(w, noise=[tf.convert_to_tensor(n, tf.float32) for n in noise]).numpy()

    def generate(
        self,
        z: np.ndarray,
        labels: np.ndarray | None = None,
        truncation_psi: float = 1.0,
        truncation_cutoff: int | None = None,
        noise: Noise = "const",
    ) -> np.ndarray:
        """Z codes → images: `map`, then `synthesize`."""
        return self.synthesize(self.map(z, labels, truncation_psi, truncation_cutoff), noise)

    def to_state(self) -> NetworkState:
        """What a pickle says about this network, with the variables' present values."""
        components = {}
        for role, network in (("synthesis", self.synthesis), ("mapping", self.mapping)):
            old = self._component_states.get(role)
            kwargs = {**self.static_kwargs}
            if role == "mapping":
                kwargs["dlatent_broadcast"] = self.num_layers
            components[role] = NetworkState(
                func=old.func if old else self._component_func(role),
                name=old.name if old else f"G_{role}",
                static_kwargs=dict(old.static_kwargs) if old else kwargs,
                variables=_arrays(network),
                version=self.version,
                module_source=old.module_source if old else "",
            )
        return NetworkState(
            self.func,
            self.name,
            dict(self.static_kwargs),
            _arrays(self._wrapper),
            components,
            self.version,
            self.module_source,
        )

    def _component_func(self, role: str) -> str:
        key = f"{role}_func"
        return self.static_kwargs.get(key, _WRAPPER_OPTIONS[self.func][key])

    def _map(self, z: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        return tf.cast(self.mapping(z, labels=labels), tf.float32)

    def _function(self, key: Any, body: Any, signature: Any = None) -> Any:
        """A graph of `body`, traced once and kept."""
        if key not in self._functions:
            self._functions[key] = tf.function(
                body,
                autograph=False,
                input_signature=signature
                or [
                    tf.TensorSpec([None, self.latent_size], tf.float32),
                    tf.TensorSpec([None, self.label_size], tf.float32),
                ],
            )
        return self._functions[key]

    def _check_z(self, z: np.ndarray) -> np.ndarray:
        z = np.asarray(z, np.float32)
        if z.ndim != 2 or z.shape[1] != self.latent_size:
            raise InputError(f"a Z code has shape [n, {self.latent_size}], not {list(z.shape)}")
        return z

    def _check_labels(self, labels: np.ndarray | None, count: int) -> np.ndarray:
        return check_labels(labels, count, self.label_size)


class Discriminator:
    """A discriminator.

    Attributes:
      func: NVIDIA's name of the architecture: `D_stylegan2`.
      static_kwargs: the options it was built from.
      network: the Keras model.
      resolution: side of the images in pixels.
    """

    def __init__(self, state: NetworkState, *, dtype: str | None = None, seed: int | None = None):
        """Builds the network from a pickle's state; a fresh one where it has no variables."""
        if state.func not in _DISCRIMINATORS:
            raise InputError(f"{state.func!r} is not a known discriminator function")
        self.func = state.func
        self.name = state.name or "D"
        self.version = state.version
        self.static_kwargs = dict(state.static_kwargs)
        self.module_source = state.module_source
        network_class = _DISCRIMINATORS[self.func]
        _refuse_unknown(self.func, self.static_kwargs, {*_options(network_class), "dtype"})
        self.network = network_class(
            **_pick(network_class, self.static_kwargs),
            dtype=dtype or _policy(self.static_kwargs),
            values=state.variables or None,
            seed=seed,
        )
        self.resolution = self.network.resolution
        self.label_size = self.network.label_size
        self._score = tf.function(
            lambda images, labels: self.network(images, labels=labels),
            autograph=False,
            input_signature=[
                tf.TensorSpec([None, *self.network.image_shape], tf.float32),
                tf.TensorSpec([None, self.label_size], tf.float32),
            ],
        )

    @classmethod
    def create(
        cls, func: str = "D_stylegan2", *, name: str = "D", seed: int | None = None, **kwargs: Any
    ) -> Self:
        """Makes a discriminator with fresh variables from NVIDIA's options."""
        return cls(NetworkState(func, name, kwargs, version=_VERSIONS.get(func, 4)), seed=seed)

    @property
    def variables_by_name(self) -> dict[str, keras.Variable]:
        """Local name → variable."""
        return self.network.variables_by_name

    def score(self, images: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """Images `[n, H, W, C]` in [-1, 1] → realness `[n]`, higher for more real.

        The minibatch statistics make a score depend on the other images of the call.
        """
        images = np.asarray(images, np.float32)
        if images.ndim != 4 or images.shape[1:] != self.network.image_shape:
            expected = ", ".join(map(str, ("n", *self.network.image_shape)))
            raise InputError(f"images have shape [{expected}], not {list(images.shape)}")
        return self._score(images, check_labels(labels, len(images), self.label_size)).numpy()

    def to_state(self) -> NetworkState:
        """What a pickle says about this network, with the variables' present values."""
        return NetworkState(
            self.func,
            self.name,
            dict(self.static_kwargs),
            _arrays(self.network),
            version=self.version,
            module_source=self.module_source,
        )


def to_uint8(images: np.ndarray) -> np.ndarray:
    """Images in [-1, 1] → uint8 in 0 to 255, rounded and clipped as NVIDIA's scripts do."""
    scaled = np.asarray(images, np.float32) * np.float32(127.5) + np.float32(127.5)
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)


def check_labels(labels: np.ndarray | None, count: int, label_size: int) -> np.ndarray:
    """Labels `[count, label_size]` float32; zeros for None."""
    if labels is None:
        return np.zeros([count, label_size], np.float32)
    labels = np.asarray(labels, np.float32)
    if labels.shape != (count, label_size):
        raise InputError(f"labels have shape [{count}, {label_size}], not {list(labels.shape)}")
    return labels


def _arrays(network: Network) -> dict[str, np.ndarray]:
    return {
        name: np.asarray(variable.value) for name, variable in network.variables_by_name.items()
    }


def _options(network_class: type[Network]) -> list[str]:
    return [
        name for name in inspect.signature(network_class.__init__).parameters if name not in _OURS
    ]


def _pick(network_class: type[Network], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: kwargs[name] for name in _options(network_class) if name in kwargs}


def _refuse_unknown(func: str, kwargs: Mapping[str, Any], known: set[str]) -> None:
    for name in kwargs:
        if name not in known:
            raise InputError(f"{func} has no option {name!r}; it knows {', '.join(sorted(known))}")


def _find(classes: Mapping[str, type[Network]], func: str) -> type[Network]:
    if func not in classes:
        raise InputError(f"the network function {func!r} is not known; known: {', '.join(classes)}")
    return classes[func]


def _policy(kwargs: Mapping[str, Any]) -> str:
    dtype = kwargs.get("dtype", "float32")
    if dtype not in ("float32", "float16"):
        raise InputError(f"the option dtype must be float32 or float16, not {dtype!r}")
    return "float32" if dtype == "float32" else "mixed_float16"
