"""What drivers do with flags whichever they define: check a network's name, record all values."""

import hashlib
import json
import pathlib
import sys
from collections.abc import Sequence

from absl import flags

from encoder.embedding.vgg_weights import are_vgg_weights
from stylegan_tf.errors import InputError

FLAGS = flags.FLAGS
SHIPPED_NETWORKS = ("rendered-faces",)
MAX_RANGE = 100_000


def check_network(network: str) -> None:
    """Refuses a network that is no file, shipped or known name, or address, without TensorFlow."""
    if network not in SHIPPED_NETWORKS and not pathlib.Path(network).is_file():
        from stylegan_tf.zoo import ADDRESSES

        if network not in ADDRESSES and not network.startswith(("http://", "https://")):
            raise InputError(
                f"--network={network} is not a file, nor one that ships "
                f"({', '.join(SHIPPED_NETWORKS)}), nor an address or a name that docs/networks.md "
                "lists"
            )


def require_power_of_two(flag: str, lowest: int) -> None:
    """Has an integer flag refused unless it is a power of two, `lowest` or more."""
    flags.register_validator(
        flag,
        lambda number: number >= lowest and not number & (number - 1),
        f"must be a power of two, {lowest} or more",
    )


def check_vgg_weights() -> None:
    """Refuses a --vgg_weights that is no file, without TensorFlow."""
    if not are_vgg_weights(FLAGS.vgg_weights):
        raise InputError(f"--vgg_weights={FLAGS.vgg_weights} is not a file, imagenet or random")


def seed_numbers(flag: str, texts: Sequence[str]) -> list[int]:
    """The numbers of a list flag, as NumPy's RandomState takes them."""
    if not texts:
        raise InputError(f"--{flag} is empty; give at least one number")
    for text in texts:
        if not text.strip().isdecimal() or int(text) >= 2**32:
            raise InputError(f"--{flag}: {text!r} is not a whole number from 0 to {2**32 - 1}")
    return [int(text) for text in texts]


def number_ranges(flag: str, texts: Sequence[str]) -> list[int]:
    """The numbers of a list flag whose items are numbers or ranges: 66,230 or 0-15."""
    numbers: list[int] = []
    for text in texts:
        first, dash, last = text.partition("-")
        ends = seed_numbers(flag, [first, last] if dash else [first])
        if ends[-1] < ends[0] or ends[-1] - ends[0] > MAX_RANGE:
            raise InputError(f"--{flag}: {text!r} is not a range of up to {MAX_RANGE} numbers")
        numbers += range(ends[0], ends[-1] + 1)
    return numbers or seed_numbers(flag, texts)


def describe_run(network: str) -> dict[str, object]:
    """What makes a run repeatable: the program, all flags and the network's checksum."""
    from stylegan_tf.zoo import find_network_file

    path = find_network_file(network)
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "program": pathlib.Path(sys.argv[0]).name,
        "flags": own_flags(),
        "network": {"name": network, "file": path.name, "sha256": digest},
    }


def changed_flags(record: pathlib.Path) -> list[str]:
    """The flags whose values differ from those in a record; `output` and `overwrite` do not count.

    Raises:
      InputError: the file is not a record.
    """
    try:
        before = json.loads(record.read_text("utf-8"))["flags"]
        now = json.loads(json.dumps(own_flags()))
        names = sorted({*before, *now} - {"output", "overwrite"})
        return [name for name in names if before.get(name) != now.get(name)]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(f"{record} is not a record of a run; move it away") from None


def own_flags() -> dict[str, object]:
    """Name → value of every flag that the running driver and its flag modules define."""
    folder = pathlib.Path(__file__).parents[1]
    values = {}
    for module, defined in FLAGS.flags_by_module_dict().items():
        # absl knows the running program by argv[0], other modules by their name.
        file = module if module == sys.argv[0] else getattr(sys.modules.get(module), "__file__", "")
        if file and folder in pathlib.Path(file).resolve().parents:
            values.update({flag.name: flag.value for flag in defined})
    return dict(sorted(values.items()))
