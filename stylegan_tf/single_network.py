"""What the faces of one Keras network share: its making from a pickle's state and back."""

from typing import Any

import keras

from stylegan_tf.networks.network import Network
from stylegan_tf.options import (
    compute_policy,
    find_network,
    options_of,
    pick_options,
    refuse_unknown_options,
)
from stylegan_tf.pickles.network_state import NetworkState


class SingleNetwork:
    """The face of a pickle's network that has no networks inside.

    Attributes:
      func: NVIDIA's name of the architecture.
      name: its name in the pickle.
      version: of the pickle's layout.
      static_kwargs: the options it was built from.
      network: the Keras model.
      resolution: side of its images in pixels.
      label_size: number of label components, 0 without labels.
    """

    network: Any  # one of the classes of `networks`; each has options and attributes of its own

    def __init__(
        self,
        state: NetworkState,
        classes: dict[str, type[Network]],
        name: str,
        dtype: str | None,
        seed: int | None,
        **more: Any,
    ) -> None:
        """Builds the network from a pickle's state; a fresh one where it has no variables.

        Args:
          state: what to build.
          classes: of the networks by `func`.
          name: of the network where the state has none.
          dtype: a Keras dtype policy to compute in; None for the state's own.
          seed: of fresh variables.
          **more: further arguments of the network's class.

        Raises:
          InputError: an option or a variable is unknown or does not fit.
        """
        self.func = state.func
        self.name = state.name or name
        self.version = state.version
        self.static_kwargs = dict(state.static_kwargs)
        self.module_source = state.module_source
        network_class = find_network(classes, state.func)
        known = {*options_of(network_class), "dtype"}
        refuse_unknown_options(self.func, self.static_kwargs, known)
        self.network = network_class(
            **pick_options(network_class, self.static_kwargs),
            dtype=dtype or compute_policy(self.static_kwargs),
            values=state.variables or None,
            seed=seed,
            **more,
        )
        self.resolution: int = self.network.resolution
        self.label_size: int = self.network.label_size

    @property
    def variables_by_name(self) -> dict[str, keras.Variable]:
        """Local name → variable."""
        return self.network.variables_by_name

    def to_state(self) -> NetworkState:
        """What a pickle says about this network, with the variables' present values."""
        return NetworkState(
            self.func,
            self.name,
            dict(self.static_kwargs),
            self.network.values(),
            version=self.version,
            module_source=self.module_source,
        )
