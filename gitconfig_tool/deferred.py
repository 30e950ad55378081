"""Names of a package that are imported when they are first asked for (PEP 562).

A package that gathers the names of its modules would load them all for the sake of one. Takes the
package and the module that is home to each name; returns what the package calls `__getattr__`.
Does not know what the names mean.
"""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def deferred(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a module's `__getattr__`; `homes` names the module of each name.

    A module of the package itself begins with a dot, as in an import. No name may be that of such a
    module: Python would give the module instead.
    """

    def find(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(homes[name], package), name)
        # From now on Python finds it without asking.
        setattr(sys.modules[package], name, value)
        return value

    return find
