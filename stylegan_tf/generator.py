"""The face of a StyleGAN generator: Z → W → image."""

from collections.abc import Iterable, Sequence
from typing import Any, Self

import keras
import numpy as np
import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.graphs import Graphs
from stylegan_tf.inputs import check_labels, check_seeds, check_z, sample_z
from stylegan_tf.networks.growing import GrowingNetwork
from stylegan_tf.networks.network import Network
from stylegan_tf.networks.wrapper import Wrapper
from stylegan_tf.numbers import MAX_PSI, check_number
from stylegan_tf.options import (
    ADA,
    MAPPINGS,
    SYNTHESES,
    VERSIONS,
    WRAPPERS,
    compute_policy,
    family,
    find_network,
    options_of,
    pick_options,
    refuse_unknown_options,
)
from stylegan_tf.pickles.network_state import NetworkState

Noise = str | Sequence[np.ndarray]


class Generator:
    """A generator with its mapping and synthesis networks.

    Attributes:
      func: NVIDIA's name of the architecture: `G_main` (StyleGAN2, StyleGAN2-ADA) or `G_style`
        (StyleGAN).
      version: of the pickle's layout; 5 makes a `G_main` StyleGAN2-ADA's.
      static_kwargs: the options it was built from.
      mapping: the mapping network, a Keras model.
      synthesis: the synthesis network, a Keras model.
      wrapper: the variables of the generator itself, `lod` and `dlatent_avg`.
      resolution: side of its images in pixels.
      num_layers: L, the number of W vectors it takes.
      latent_size: width of Z.
      dlatent_size: width of W.
      label_size: number of label components, 0 without labels.
      truncation_psi, truncation_cutoff: what the official code truncates with unless told.
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
        if state.func not in SYNTHESES:
            raise InputError(f"{state.func!r} is not a known generator function")
        self.func = state.func
        self.name = state.name or "G"
        self.version = state.version
        self.static_kwargs = dict(state.static_kwargs)
        self.module_source = state.module_source
        self._components = {role: self._component(state, role) for role in ("synthesis", "mapping")}
        kind = family(self.func, self.version)
        wrapper = {**WRAPPERS[kind], **self.static_kwargs}
        synthesis_class = find_network(SYNTHESES[kind], self._components["synthesis"].func)
        mapping_class = find_network(MAPPINGS[kind], self._components["mapping"].func)
        known = {
            *WRAPPERS[kind],
            *options_of(synthesis_class),
            *options_of(mapping_class),
            "dtype",
        }
        for part in (state, *self._components.values()):
            refuse_unknown_options(self.func, part.static_kwargs, known)
        seeds = [None, None] if seed is None else np.random.SeedSequence(seed).generate_state(2)
        policy = dtype or compute_policy(self.static_kwargs)
        fresh = not state.variables

        def build(network_class: type[Network], role: str, seed: Any, **more: Any) -> Network:
            part = self._components[role]
            options = {**pick_options(network_class, part.static_kwargs), **more}
            values = None if fresh else part.variables
            return network_class(**options, dtype=policy, values=values, seed=seed)

        self.synthesis = build(synthesis_class, "synthesis", seeds[0])
        self.num_layers = self.synthesis.num_layers
        self.mapping = build(mapping_class, "mapping", seeds[1], dlatent_broadcast=self.num_layers)
        self.wrapper = Wrapper(
            self.synthesis.dlatent_size,
            values=None if fresh else state.variables,
            has_lod=kind != ADA,
        )
        for part in self._components.values():
            part.variables = {}  # the networks hold them now
        self.resolution = self.synthesis.resolution
        self.latent_size = self.mapping.latent_size
        self.dlatent_size = self.synthesis.dlatent_size
        self.label_size = self.mapping.label_size
        self.truncation_psi = wrapper["truncation_psi"]
        self.truncation_cutoff = wrapper["truncation_cutoff"]
        self._graphs = Graphs()

    @classmethod
    def create(
        cls,
        func: str = "G_main",
        *,
        name: str = "G",
        seed: int | None = None,
        compute_dtype: str | None = None,
        version: int | None = None,
        **static_kwargs: Any,
    ) -> Self:
        """Makes a generator with fresh variables from NVIDIA's options.

        Args:
          func: `G_main` or `G_style`.
          name: its name in the pickle.
          seed: of the variables.
          compute_dtype: a Keras dtype policy, such as `mixed_bfloat16`; None for float32.
          version: of the pickle's layout: 5 for StyleGAN2-ADA's `G_main`; None for the one that
            goes with `func`.
          **static_kwargs: `resolution`, `fmap_base`, `mapping_layers`, ...; those left out have
            NVIDIA's defaults.
        """
        version = VERSIONS.get(func, 4) if version is None else version
        state = NetworkState(func, name, static_kwargs, version=version)
        return cls(state, dtype=compute_dtype, seed=seed)

    @property
    def w_avg(self) -> np.ndarray:
        """The average W, `[dlatent_size]` float32."""
        return self.wrapper.variables_by_name["dlatent_avg"].numpy()

    @property
    def lod(self) -> float:
        """The level of detail of progressive growing: 0 is full resolution, 1 half of it, ..."""
        return self.synthesis.lod if isinstance(self.synthesis, GrowingNetwork) else 0.0

    @lod.setter
    def lod(self, value: float) -> None:
        if not isinstance(self.synthesis, GrowingNetwork):
            raise InputError(f"{self.synthesis.name} does not grow: it has no level of detail")
        self.synthesis.lod = value
        self.wrapper.variables_by_name["lod"].assign(value)

    @property
    def variables_by_name(self) -> dict[str, keras.Variable]:
        """`lod`, `dlatent_avg`, `mapping/…` and `synthesis/…` → variable."""
        return {
            **self.wrapper.variables_by_name,
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

    def sample_z(self, seeds: Iterable[int]) -> np.ndarray:
        """Z codes `[n, latent_size]` as NVIDIA's scripts draw them: RandomState(seed).randn."""
        return sample_z(seeds, self.latent_size)

    def sample_noise(self, seeds: Iterable[int]) -> list[np.ndarray]:
        """Noise of seeds as `run_generator.py generate-images` draws it, for `synthesize`.

        There the random numbers of a seed are Z first, then every noise buffer in order.
        Returns one array `[n, side, side, 1]` a noise layer.
        """
        columns = []
        for seed in check_seeds(seeds):
            random = np.random.RandomState(seed)
            random.randn(1, self.latent_size)
            columns.append([random.randn(1, side, side, 1) for side in self._noise_sides()])
        return [np.concatenate(layer).astype(np.float32) for layer in zip(*columns, strict=True)]

    def map(
        self,
        z: np.ndarray,
        labels: np.ndarray | None = None,
        truncation_psi: float | None = 1.0,
        truncation_cutoff: int | None = None,
    ) -> np.ndarray:
        """Z `[n, latent_size]` → W+ `[n, num_layers, dlatent_size]` float32.

        Args:
          z: standard normal codes.
          labels: `[n, label_size]`; None for zeros.
          truncation_psi: 1 (or None) leaves W alone, 0 is the average W.
          truncation_cutoff: how many of the first layers are truncated; None for all.
        """
        z = check_z(z, self.latent_size)
        labels = check_labels(labels, len(z), self.label_size)
        signature = [
            tf.TensorSpec([None, self.latent_size], tf.float32),
            tf.TensorSpec([None, self.label_size], tf.float32),
        ]
        run = self._graphs.get("map", self._map, signature)
        w = run(tf.constant(z), tf.constant(labels)).numpy()
        return self.truncate(w, truncation_psi, truncation_cutoff)

    def truncate(
        self,
        w: np.ndarray,
        truncation_psi: float | None = 1.0,
        truncation_cutoff: int | None = None,
    ) -> np.ndarray:
        """Draws the first `truncation_cutoff` layers of W+ towards the average W by psi."""
        w = self._check_w(w)
        if truncation_psi is None or truncation_psi == 1:
            return w
        check_number(truncation_psi, "truncation_psi", -MAX_PSI, MAX_PSI)
        psi = np.full([self.num_layers, 1], truncation_psi, np.float32)
        if truncation_cutoff is not None:
            psi[max(truncation_cutoff, 0) :] = 1
        average = self.w_avg
        return average + (w - average) * psi

    def mix(self, w: np.ndarray, other: np.ndarray, layers: Iterable[int]) -> np.ndarray:
        """Style mixing: `w` with the styles of `layers` taken from `other`.

        Args:
          w: W+ `[n, num_layers, dlatent_size]`.
          other: W+ of the same shape, or of one sample.
          layers: indices from 0; the first are the coarse ones.
        """
        w, other, layers = self._check_w(w), self._check_w(other), list(layers)
        wrong = [layer for layer in layers if not 0 <= layer < self.num_layers]
        if wrong:
            raise InputError(f"there is no layer {wrong[0]}: they are 0 to {self.num_layers - 1}")
        mixed = np.array(w)
        mixed[:, layers] = other[:, layers]
        return mixed

    def synthesize(self, w: np.ndarray, noise: Noise = "const") -> np.ndarray:
        """W+ `[n, num_layers, dlatent_size]` → images `[n, H, W, C]` float32, nominally [-1, 1].

        Args:
          w: a latent for each layer.
          noise: `const` for the network's own noise buffers, `random` for fresh noise, `none` for
            none; or a list of arrays `[1 or n, side, side, 1]`, such as `sample_noise` gives.
        """
        w = self._check_w(w)
        if len(w) == 0:
            return np.zeros([0, *self.synthesis.image_shape], np.float32)
        # One image has its own graph: there the weights are modulated, not the activations.
        count = 1 if len(w) == 1 else None
        signature = [tf.TensorSpec([count, self.num_layers, self.dlatent_size], tf.float32)]
        if isinstance(noise, str):
            key = ("synthesize", noise, count, self.lod)
            run = self._graphs.get(key, lambda w: self.synthesis(w, noise=noise), signature)
            return run(tf.constant(w)).numpy()
        sides = self._noise_sides()
        noise = [np.asarray(values, np.float32) for values in noise]
        if [values.shape[1:] for values in noise] != [(side, side, 1) for side in sides] or any(
            len(values) not in (1, len(w)) for values in noise
        ):
            raise InputError(
                f"noise must be a list of {len(sides)} arrays [1 or n, side, side, 1] with the "
                f"sides {sides}"
            )
        signature += [[tf.TensorSpec([None, side, side, 1], tf.float32) for side in sides]]
        key = ("synthesize", "given", count, self.lod)
        run = self._graphs.get(key, lambda w, noise: self.synthesis(w, noise=noise), signature)
        return run(tf.constant(w), [tf.constant(values) for values in noise]).numpy()

    def generate(
        self,
        z: np.ndarray,
        labels: np.ndarray | None = None,
        truncation_psi: float | None = 1.0,
        truncation_cutoff: int | None = None,
        noise: Noise = "const",
    ) -> np.ndarray:
        """Z codes → images: `map`, then `synthesize`."""
        return self.synthesize(self.map(z, labels, truncation_psi, truncation_cutoff), noise)

    def to_state(self) -> NetworkState:
        """What a pickle says about this network, with the variables' present values."""
        components = {}
        for role, network in (("synthesis", self.synthesis), ("mapping", self.mapping)):
            part = self._components[role]
            kwargs = dict(part.static_kwargs)
            if role == "mapping":
                kwargs.setdefault("dlatent_broadcast", self.num_layers)
            components[role] = NetworkState(
                part.func,
                part.name,
                kwargs,
                network.values(),
                version=self.version,
                module_source=part.module_source,
            )
        return NetworkState(
            self.func,
            self.name,
            dict(self.static_kwargs),
            self.wrapper.values(),
            components,
            self.version,
            self.module_source,
        )

    def _component(self, state: NetworkState, role: str) -> NetworkState:
        """What the state says of a network inside; a component inherits its parent's options."""
        part = state.components.get(role)
        if part is not None:
            kwargs = {**state.static_kwargs, **part.static_kwargs}
            return NetworkState(
                part.func, part.name, kwargs, part.variables, module_source=part.module_source
            )
        if state.variables:
            raise InputError(f"{self.name}: the file lacks the {role} network")
        default = {"synthesis": "G_synthesis", "mapping": "G_mapping"}[role]
        func = {**WRAPPERS[family(self.func, self.version)], **state.static_kwargs}.get(
            f"{role}_func", default
        )
        return NetworkState(func, default, dict(state.static_kwargs))

    def _noise_sides(self) -> list[int]:
        variables = self.synthesis.variables_by_name
        return [variables[f"noise{i}"].shape[2] for i in range(self.synthesis.noise_layers)]

    def _map(self, z: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        return tf.cast(self.mapping(z, labels=labels), tf.float32)

    def _check_w(self, w: np.ndarray) -> np.ndarray:
        w = np.asarray(w, np.float32)
        if w.ndim != 3 or w.shape[1:] != (self.num_layers, self.dlatent_size):
            raise InputError(
                f"a latent has shape [n, {self.num_layers}, {self.dlatent_size}], "
                f"not {list(w.shape)}; make it from Z with map()"
            )
        return w
