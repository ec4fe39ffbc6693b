"""Tries hostile numbers on every number flag of every driver, without running the driver.

    python tests/hostile/number_flags.py align_faces demo

prints, a JSON object a line, each driver's number of cases and the flags that took what they should
refuse. The drivers share names of flags, so each is loaded in a fork.
"""

import importlib
import json
import os
import pathlib
import sys

from absl import flags

ROOT = pathlib.Path(__file__).parents[2]
HOSTILE = ("nan", "inf", "-inf", "1e38", "-1e38", "1e400", "9" * 5000, "", "x", "1,5", "0b2")
_NO_DRIVERS = ("__init__", "driver", "interruption")


def all_drivers() -> list[str]:
    """Their names."""
    return sorted(p.stem for p in (ROOT / "tools").glob("*.py") if p.stem not in _NO_DRIVERS)


def try_numbers(driver: str) -> tuple[int, list[str]]:
    """How many cases there are, and FLAG=VALUE of those that went wrong."""
    importlib.import_module(f"tools.{driver}")
    count, wrong = 0, []
    for module, defined in flags.FLAGS.flags_by_module_dict().items():
        for flag in defined if module.startswith("tools") else ():
            if flag.flag_type() not in ("int", "float"):
                continue
            low, high = flag.parser.lower_bound, flag.parser.upper_bound
            if low is None or high is None:
                wrong.append(f"{flag.name} has no range")
                continue
            step = 1 if flag.flag_type() == "int" else 1e-6 * max(1, abs(low), abs(high))
            for value in (*HOSTILE, repr(low - step), repr(high + step)):
                count += 1
                try:
                    flags.FLAGS[flag.name].parse(value)
                except flags.IllegalFlagValueError:
                    continue
                except Exception as error:
                    wrong.append(f"{flag.name}={value[:40]}: {error!r}")
                else:
                    wrong.append(f"{flag.name}={value[:40]}: taken")
    return count, wrong


def main(drivers: list[str]) -> None:
    """Prints the results."""
    for driver in drivers or all_drivers():
        sys.stdout.flush()
        pid = os.fork()
        if not pid:
            count, wrong = try_numbers(driver)
            print(json.dumps({"driver": driver, "cases": count, "wrong": wrong}), flush=True)
            os._exit(0)
        if os.waitpid(pid, 0)[1]:
            print(json.dumps({"driver": driver, "cases": 0, "wrong": ["not loaded"]}), flush=True)


if __name__ == "__main__":
    sys.path[0] = str(ROOT)
    main(sys.argv[1:])
