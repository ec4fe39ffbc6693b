"""Compares the networks with golden numbers of NVIDIA's own code and prints a table.

Example:
  python tools/check_parity.py --input=tests/data/networks
"""

from tools import driver

from absl import flags

from stylegan_tf.errors import InputError

_INPUT = flags.DEFINE_string("input", "tests/data/networks", "Folder with golden networks.")
_NAMES = flags.DEFINE_list("names", None, "Which of them; all without this flag.")


def main() -> None:
    """Compares and prints the table."""
    from tqdm import tqdm

    from stylegan_tf.inspection import parity

    names = parity.golden_names(_INPUT.value)
    wanted = _NAMES.value or names
    for name in wanted:
        if name not in names:
            raise InputError(f"--names: no golden network {name!r}; there are {', '.join(names)}")
    rows = [row for name in tqdm(wanted, leave=False) for row in parity.measure(_INPUT.value, name)]
    print(parity.table(rows))
    far = [row for row in rows if row.error > row.limit]
    if far:
        raise InputError(f"{len(far)} of {len(rows)} comparisons are beyond their limit")


if __name__ == "__main__":
    driver.run(main)
