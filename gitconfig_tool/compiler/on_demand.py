"""Mappings by document id whose values are made when they are asked for.

Takes functions that make a value out of a name; most values are never asked for. Keeps nothing but
what `Documents` has merged and linked.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from gitconfig_tool.link import LinkedDocument

_T = TypeVar("_T")


class OnDemand(Mapping[str, _T]):
    """A mapping whose values are made each time that they are asked for.

    A name may turn out to have none: it is gone through all the same.
    """

    def __init__(
        self, names: Callable[[], Iterable[str]], make: Callable[[str], _T | None]
    ) -> None:
        self._names = names
        self._make = make

    def __getitem__(self, name: str) -> _T:
        found = self._make(name)
        if found is None:
            raise KeyError(name)
        return found

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._make(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(list(self._names()))


class Documents(Mapping[str, LinkedDocument]):
    """The documents of a bundle, each merged and linked once, when it is first asked for.

    Any can be asked for; those that `within` names are gone through, as far as there is a
    value.
    """

    def __init__(
        self,
        make: Callable[[str], LinkedDocument | None],
        within: Callable[[], Iterable[str]],
        known: dict[str, LinkedDocument | None] | None = None,
    ) -> None:
        self._make = make
        self._within = within
        self._known = {} if known is None else known

    def __getitem__(self, name: str) -> LinkedDocument:
        if name not in self._known:
            self._known[name] = self._make(name)
        found = self._known[name]
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        # A file may turn out to hold no value: it gives no document.
        return (name for name in self._within() if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def narrowed(self, names: Iterable[str]) -> "Documents":
        """Return the same documents, of which only some are gone through."""
        within = tuple(names)
        return Documents(self._make, lambda: within, self._known)
