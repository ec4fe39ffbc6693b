"""The one command line that makes what the studio made."""

import shlex
from collections.abc import Mapping


def command_line(driver: str, flags: Mapping[str, object]) -> str:
    """`python tools/DRIVER.py --name=value ...`, quoted for a shell."""
    words = ["python", f"tools/{driver}.py"]
    words += [f"--{name}={_text(value)}" for name, value in flags.items()]
    return shlex.join(words)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
