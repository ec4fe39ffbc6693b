"""The devices that share the steps of a training: one, a machine's GPUs, or several machines.

A step's batch is drawn whole on every machine, from the seed and the step alone, and each replica
works on its own rows of it. So what is learnt does not depend on how many share the work, but for
the order of sums, and for batch statistics, which each replica takes of its own rows.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import tensorflow as tf

from stylegan_tf.errors import InputError
from stylegan_tf.training.cluster_config import CONFIG_VARIABLE, read_config


class Replicas:
    """Replicas of a training's variables, each on a device.

    Attributes:
      strategy: TensorFlow's.
      count: how many replicas there are, on all machines.
      has_others: whether there are other machines.
      machine: this machine's number; the chief's is 0, whose results count.
    """

    def __init__(self, strategy: tf.distribute.Strategy | None = None) -> None:
        """Takes a strategy; None for one device."""
        self.strategy = strategy or tf.distribute.get_strategy()
        self.count = self.strategy.num_replicas_in_sync
        self.has_others = isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy)
        self.machine = read_config() if self.has_others else 0

    @property
    def is_chief(self) -> bool:
        """Whether this machine's results count; those of the others are thrown away."""
        return self.machine == 0

    def scope(self) -> contextlib.AbstractContextManager:
        """Variables that are made inside are those of all replicas."""
        scope: contextlib.AbstractContextManager = self.strategy.scope()
        return scope

    def check_batch(self, size: int) -> None:
        """Refuses a batch that cannot be shared evenly.

        Raises:
          InputError: `size` is no multiple of `count`.
        """
        if size % self.count:
            raise InputError(f"a batch of {size} does not divide among {self.count} devices")

    def split(self, batch: Any) -> Any:
        """Every replica's rows of a batch: arrays [n, …] in any structure.

        Call it outside of graphs; what it returns is an argument of `run`.
        """
        if self.count == 1:
            return batch

        def rows(context: tf.distribute.InputContext) -> Any:
            own = slice(context.replica_id_in_sync_group, None, self.count)
            return tf.nest.map_structure(lambda array: tf.constant(array)[own], batch)

        return self.strategy.experimental_distribute_values_from_function(rows)

    def run(self, function: Callable[..., Any], *args: Any) -> Any:
        """Calls a function on every replica, and adds up the scalars that it returns.

        Args:
          function: takes the rows of a replica, of what `split` made, and returns a structure of
            scalars.
          *args: for the function; what `split` did not make is the same on all replicas.
        """
        results = self.strategy.run(function, args)
        if self.count == 1:
            return results
        return tf.nest.map_structure(
            lambda value: self.strategy.reduce(tf.distribute.ReduceOp.SUM, value, axis=None),
            results,
        )

    def take_from_chief(self, variables: Sequence[tf.Variable]) -> None:
        """Gives variables the values that they have on the chief's machine."""
        if not self.has_others:
            return
        for variable in variables:
            value = tf.convert_to_tensor(variable)
            if value.dtype.is_integer:
                value = tf.cast(value, tf.int64)

            def mine(context: tf.distribute.InputContext, value: tf.Tensor = value) -> tf.Tensor:
                is_first = context.replica_id_in_sync_group == 0
                return value if is_first and self.is_chief else tf.zeros_like(value)

            parts = self.strategy.experimental_distribute_values_from_function(mine)
            total = self.strategy.reduce(tf.distribute.ReduceOp.SUM, parts, axis=None)
            variable.assign(tf.cast(total, variable.dtype))


def make_replicas(name: str) -> Replicas:
    """The replicas of a strategy by its name; of several machines before any other TensorFlow.

    Args:
      name: "none" (one device), "mirrored" (all GPUs of this machine) or "multi_worker" (all
        machines of `TF_CONFIG`, waited for until they are all there).

    Raises:
      InputError: `TF_CONFIG` is missing or of another form.
    """
    if name == "mirrored":
        return Replicas(tf.distribute.MirroredStrategy())
    if name == "multi_worker":
        read_config()
        with explained():
            return Replicas(tf.distribute.MultiWorkerMirroredStrategy())
    return Replicas()


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Turns the error of a machine that is gone into one line.

    Raises:
      OSError: another machine that trains along does not answer.
    """
    try:
        yield
    except (tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.DeadlineExceededError):
        raise OSError(
            f"another machine of {CONFIG_VARIABLE} does not answer any more; start all of them "
            "again, and the training goes on from its last checkpoint"
        ) from None
