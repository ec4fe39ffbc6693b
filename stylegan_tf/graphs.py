"""TensorFlow graphs of what a network does, each traced once."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import tensorflow as tf


class Graphs:
    """The graphs of one object by key.

    Each is traced when it is first asked for, for one signature, and called directly afterwards. A
    `tf.function` would look for a trace at every call; and since it counts tracing by the source
    line of its body, it takes the first calls of several networks for one function that is traced
    over and over, and warns.
    """

    def __init__(self) -> None:
        self._graphs: dict[Hashable, Callable[..., Any]] = {}

    def get(
        self, key: Hashable, body: Callable[..., Any], signature: Sequence[Any]
    ) -> Callable[..., Any]:
        """The graph of `body` for tensors of `signature`, a list of (lists of) `tf.TensorSpec`.

        What `body` does beyond its arguments must follow from `key`.
        """
        if key not in self._graphs:
            function = tf.function(body, autograph=False, input_signature=signature)
            self._graphs[key] = function.get_concrete_function()
        return self._graphs[key]
