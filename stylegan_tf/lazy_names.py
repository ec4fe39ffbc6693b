"""Public names of a package that are imported when they are first used."""

import importlib
from collections.abc import Callable, Mapping


def lazy_names(
    package: str, homes: Mapping[str, str]
) -> tuple[Callable[[str], object], Callable[[], list[str]], list[str]]:
    """A package's `__getattr__`, `__dir__` and `__all__` (PEP 562).

    TensorFlow and dlib take seconds to import; so `import encoder` loads neither, and the first
    use of a name loads what that name needs.

    Args:
      package: the package's `__name__`.
      homes: public name → the module that defines it.
    """
    names = sorted(homes)

    def get(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(homes[name]), name)

    return get, lambda: names, names
