"""Loading and saving whole network files."""

import dataclasses
import functools
import os
from collections.abc import Sequence

from stylegan_tf.discriminator import Discriminator
from stylegan_tf.errors import InputError
from stylegan_tf.generator import Generator
from stylegan_tf.options import DISCRIMINATORS, GENERATORS
from stylegan_tf.pickles.file_bytes import release_pages
from stylegan_tf.pickles.network_state import NetworkState
from stylegan_tf.pickles.reader import read_pickle
from stylegan_tf.pickles.writer import write_pickle
from stylegan_tf.progan_generator import ProganGenerator
from stylegan_tf.zoo import find_network_file


class Networks:
    """The networks of one file: `G`, `D` and `Gs`, each built when it is first asked for.

    `G` and `D` are the generator and discriminator at the end of training, `Gs` the running
    average of G's weights, which makes the best pictures.
    """

    def __init__(
        self, states: Sequence[NetworkState], source: str = "", dtype: str | None = None
    ) -> None:
        """Takes what a file says of its networks.

        Args:
          states: (G, D, Gs), or one network alone.
          source: where they came from, for messages.
          dtype: a Keras dtype policy to compute in; None for float32.
        """
        self._source = source
        self._dtype = dtype
        self._states: dict[str, NetworkState | None] = dict.fromkeys(("G", "D", "Gs"))
        if len(states) == 3:
            self._states.update(zip(("G", "D", "Gs"), states, strict=True))
        else:
            for state in states:
                role = "D" if state.func in DISCRIMINATORS else "Gs"
                if self._states[role] is not None:
                    raise InputError(f"{source} holds two networks of one kind, not (G, D, Gs)")
                self._states[role] = state

    @functools.cached_property
    def G(self) -> Generator | ProganGenerator:
        """The generator as trained; in a file with one generator, that one."""
        return self.Gs if self._states["G"] is None else self._generator("G")

    @functools.cached_property
    def D(self) -> Discriminator:
        """The discriminator."""
        network = Discriminator(self._take("D"), dtype=self._dtype)
        self._release("D")
        return network

    @functools.cached_property
    def Gs(self) -> Generator | ProganGenerator:
        """The generator with averaged weights."""
        return self._generator("Gs")

    def _generator(self, role: str) -> Generator | ProganGenerator:
        state = self._take(role)
        kind = ProganGenerator if state.func in GENERATORS else Generator
        network = kind(state, dtype=self._dtype)
        self._release(role)
        return network

    def _release(self, role: str) -> None:
        """Drops the arrays that a network has taken over."""
        state = self._take(role)
        release_pages(state)
        self._states[role] = dataclasses.replace(state, variables={}, components={})

    def present(self) -> dict[str, Generator | ProganGenerator | Discriminator]:
        """The networks that the file has, by role."""
        return {role: getattr(self, role) for role, state in self._states.items() if state}

    def states(self) -> list[NetworkState]:
        """What a pickle says about each of the networks, with present values, in their order."""
        states = []
        for role, state in self._states.items():
            if state is not None:
                built = self.__dict__.get(role)
                states.append(state if built is None else built.to_state())
        return states

    def _take(self, role: str) -> NetworkState:
        state = self._states[role]
        if state is None:
            raise InputError(f"{self._source} has no {role}")
        return state


def load_networks(path_or_name: str | os.PathLike, dtype: str | None = None) -> Networks:
    """Loads an official network pickle.

    Args:
      path_or_name: a path to `NAME.pkl` or `NAME.pkl.xz`; the name of the network that ships with
        the package, `rendered-faces`; a name in `zoo.ADDRESSES` or an address, downloaded once.
      dtype: a Keras dtype policy to compute in, such as `mixed_bfloat16`; None for float32.

    Raises:
      InputError: there is no such file, or it is not what it should be; the message says what.
    """
    return Networks(read_pickle(find_network_file(path_or_name)), str(path_or_name), dtype)


def save_networks(
    path: str | os.PathLike,
    nets: Networks | Sequence[Generator | Discriminator | NetworkState],
) -> None:
    """Writes an official pickle that NVIDIA's own code loads.

    Args:
      path: where to; `.pkl`, or `.pkl.xz` to pack it.
      nets: what `load_networks` gave, or the tuple (G, D, Gs).
    """
    if isinstance(nets, Networks):
        states = nets.states()
    else:
        states = [net if isinstance(net, NetworkState) else net.to_state() for net in nets]
    write_pickle(path, states)
