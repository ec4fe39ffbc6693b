"""What every runner can do, and work that is prepared once in each process."""

import pathlib
import tempfile
from collections.abc import Callable, Generator, Iterable
from typing import Any, Protocol

Files = dict[str, bytes]  # path in an item's folder → what is in the file


class Runner(Protocol):
    """Calls a function for many items, somewhere."""

    def map(
        self, function: Callable[[Any], Any], items: Iterable[Any]
    ) -> Generator[tuple[Any, Any], None, None]:
        """Yields each item with `function(item)`, in the order of `items`.

        Items are taken only a few ahead of what has been yielded, so memory does not grow with
        their number. Close the generator to end the work early.

        Args:
          function: it, the items and the results must be picklable, so no lambda; a
            `functools.partial` of a module's function and `LoadOnce` are.
          items: read in this process.

        Raises:
          OSError: workers were killed again and again, most likely for want of memory.
          Whatever `function` raises, when its item's turn comes.
        """
        ...


class LoadOnce:
    """A function that each process makes for itself, once: one that keeps a network loaded."""

    def __init__(self, make: Callable[[], Callable[[Any], Any]]) -> None:
        """`make` must be picklable and returns the function."""
        self._make = make
        self._made: Callable[[Any], Any] | None = None

    def __call__(self, item: Any) -> Any:
        """Calls the function, made first if this process has not."""
        if self._made is None:
            self._made = self._make()
        return self._made(item)

    def __getstate__(self) -> dict[str, object]:
        return {"_make": self._make, "_made": None}


def make_files(make: Callable[[pathlib.Path], Any]) -> tuple[Any, Files]:
    """What `make` returns, given a folder of its own, and the files that it wrote there, in order.

    Files travel as bytes, so that workers on other machines need not share the output's folder.
    """
    with tempfile.TemporaryDirectory(prefix="stylegan-video-") as name:
        folder = pathlib.Path(name)
        result = make(folder)
        paths = [path for path in folder.rglob("*") if path.is_file()]
        paths.sort(key=lambda path: (path.stat().st_mtime_ns, path))
        return result, {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}
