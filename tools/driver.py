"""What every driver shares: how it starts, how it ends, and how it reports bad input."""

from tools import interruption  # first: from here on a signal ends in one line

import io
import os
import sys
from collections.abc import Callable, Mapping
from typing import NoReturn

from absl import app, flags, logging

from stylegan_tf import quiet_tensorflow
from stylegan_tf.errors import InputError

quiet_tensorflow.when_imported()

_LONGEST = 2000  # characters of a message; more is somebody's damaged file


def run(main: Callable[[], None]) -> None:
    """Parses the flags and calls `main()`.

    Bad input (`InputError`), a file-system failure (`OSError`) or Ctrl-C end the program with one
    line on stderr and exit code 1 (130 after Ctrl-C, 143 after SIGTERM).
    `--verbosity=1` shows the traceback as well.
    """

    def guarded(argv: list[str]) -> None:
        if len(argv) > 1:
            _fail(f"unexpected argument {argv[1]!r}; flags are written --name=value", 1)
        _call(main)

    _start(guarded)


def run_commands(commands: Mapping[str, Callable[[], None]]) -> None:
    """Like `run`, for a driver that does one of several things: `python tools/NAME.py COMMAND`.

    Args:
      commands: command → what it calls.
    """

    def guarded(argv: list[str]) -> None:
        if len(argv) != 2 or argv[1] not in commands:
            known = ", ".join(commands)
            _fail(f"name one command of {known}, then flags, written --name=value", 1)
        _call(commands[argv[1]])

    _start(guarded)


def _start(guarded: Callable[[list[str]], None]) -> None:
    interruption.end_at_once()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows no "×"
    logging.set_verbosity(logging.INFO)
    logging.use_absl_handler()
    app.run(guarded, flags_parser=_parse_flags)


def _call(main: Callable[[], None]) -> None:
    try:
        interruption.clean_up()
        main()
    except (InputError, OSError) as error:
        logging.debug("traceback", exc_info=True)
        _fail(str(error), 1)
    except interruption.Terminated:
        _fail("terminated; run the same command again to continue", 143)
    except KeyboardInterrupt:
        _fail("interrupted; run the same command again to continue", 130)


def _parse_flags(argv: list[str]) -> list[str]:
    try:
        return app.parse_flags_with_usage(argv) if _asks_for_help(argv) else flags.FLAGS(argv)
    except flags.Error as error:
        _fail(" ".join(str(error).split()), 1)


def _asks_for_help(argv: list[str]) -> bool:
    return any(arg.lstrip("-").partition("=")[0].startswith("help") for arg in argv[1:])


def _fail(message: str, code: int) -> NoReturn:
    message = " ".join(message.split())
    if len(message) > _LONGEST:
        message = f"{message[: _LONGEST // 2]} … {message[-_LONGEST // 2 :]}"
    print(f"{os.path.basename(sys.argv[0])}: {message}", file=sys.stderr)
    sys.exit(code)
