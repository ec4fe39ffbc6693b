"""Prints what the native operations are built for, and checks them: `python -m stylegan_tf.ops`.

Exits with 1 if they cannot be built, or give other numbers than the reference operations.
"""

import sys

from stylegan_tf import quiet_tensorflow

quiet_tensorflow.when_imported()


def main() -> int:
    """Runs the command; returns its exit code."""
    from stylegan_tf.errors import InputError
    from stylegan_tf.ops import self_check

    try:
        for line in self_check.facts():
            print(line)
    except InputError as error:
        print(f"there are no native ops: {error}", file=sys.stderr)
        return 1
    rows = list(self_check.checks())
    wrong = [row for row in rows if not row[1] <= row[2]]
    for name, difference, limit in wrong:
        print(f"{name}: differs from the reference by {difference:.1e}, allowed {limit:.1e}")
    worst = max(value for name, value, _ in rows if "float32" in name.split()[-1])
    print(
        f"self-check: {len(rows) - len(wrong)} of {len(rows)} agree with the reference "
        f"(float32: {worst:.1e} of the largest number)"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
