"""Flags of drivers whose items can be worked on elsewhere: --runner; workers that know flags."""

from tools.flag_sets import workers
from tools.flag_sets.numbers import define_number

import functools
import importlib
import importlib.util
import pathlib
import sys
from collections.abc import Callable
from typing import Any

from absl import flags

from stylegan_tf.errors import InputError
from stylegan_tf.runners.local_runner import LocalRunner
from stylegan_tf.runners.runner import LoadOnce, Runner

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(workers)

flags.DEFINE_enum("runner", "local", ["local", "ray"], "On this machine, or on a Ray cluster.")
flags.DEFINE_string("ray_address", None, "Ray: the cluster's address, or auto; unset starts one.")
define_number("cpus_per_worker", None, "Ray: cores that each worker takes; 1 if unset.", 0.01, 1024)
define_number("gpus_per_worker", None, "Ray: GPUs, or a share of one; none if unset.", 0, 64)

_OF_RAY = ("ray_address", "cpus_per_worker", "gpus_per_worker")


@flags.multi_flags_validator(["runner", *_OF_RAY])
def _check(values: dict[str, object]) -> bool:
    if values["runner"] == "ray":
        if importlib.util.find_spec("ray") is None:
            raise flags.ValidationError(
                "--runner=ray needs Ray: pip install -r requirements-cluster.txt"
            )
        return True
    for name in _OF_RAY:
        if values[name] is not None:
            raise flags.ValidationError(f"--{name} is for --runner=ray only")
    return True


def refuse(why: str) -> None:
    """Refuses the flags of runners, for work that is not of many items.

    Raises:
      InputError: one of them is given; the message ends with `why`.
    """
    for name in ("runner", "num_workers", *_OF_RAY):
        if FLAGS[name].present:
            raise InputError(f"--{name} is for {why}")


def is_here() -> bool:
    """Whether the work is done in this process, which may show its steps."""
    return FLAGS.runner == "local" and workers.count(1) == 1


def make_runner(otherwise: int | None = None, items: int | None = None) -> Runner:
    """The runner that the flags name.

    Args:
      otherwise: local workers if --num_workers is unset; one a core without it.
      items: how many there are; more workers would wait in vain.
    """
    if FLAGS.runner == "ray":
        from stylegan_tf.runners.ray_runner import RayRunner

        return RayRunner(
            FLAGS.ray_address,
            FLAGS.num_workers,
            FLAGS.cpus_per_worker or 1.0,
            FLAGS.gpus_per_worker or 0.0,
        )
    count = workers.count(otherwise)
    return LocalRunner(count if items is None else max(1, min(count, items)))


def in_worker(driver: str, function: str) -> LoadOnce:
    """What `function()` of a driver returns, made once in each worker, under this run's flags.

    Args:
      driver: the module's name in `tools`.
      function: its name there; it takes nothing and returns a function of an item.
    """
    return LoadOnce(functools.partial(_make, driver, function, tuple(sys.argv)))


def _make(driver: str, function: str, argv: tuple[str, ...]) -> Callable[[Any], Any]:
    main = sys.modules["__main__"]  # of a process that was spawned, too
    is_main = pathlib.Path(getattr(main, "__file__", None) or "").stem == driver
    module = main if is_main else importlib.import_module(f"tools.{driver}")
    if not FLAGS.is_parsed():
        FLAGS(list(argv))
    make: Callable[[], Callable[[Any], Any]] = getattr(module, function)
    return make()
