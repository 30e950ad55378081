"""Words that the changes of rules share: lists of names, scopes, and how two lists differ. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from gitconfig_tool.changes.model import Kind
from gitconfig_tool.project.governance import Scope

# What stands in place of a thing that is not there.
NONE = "none"
_V = TypeVar("_V")
# Names in a sentence; more do not help a reader.
_MAX_NAMES = 6


def listed(names: Iterable[object], between: str = ", ") -> str:
    """Write names one after the other; of many, the first ones and how many more there are."""
    every = [str(name) for name in names]
    if len(every) > _MAX_NAMES:
        return f"{between.join(every[:_MAX_NAMES])} and {len(every) - _MAX_NAMES} more"
    return between.join(every) or NONE


def counted(number: int, what: str) -> str:
    """Write a number with its noun."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def scope_text(scope: Scope | None) -> str:
    """Say what a rule is for: `tenant acme, documents payments/**`."""
    if scope is None:
        return "every bundle"
    named = {"documents": scope.documents, "namespaces": scope.namespaces, "bundles": scope.bundles}
    parts = [f"{what} {' or '.join(globs)}" for what, globs in named.items() if globs]
    parts += [f"{name} {' or '.join(globs)}" for name, globs in scope.dimensions.items()]
    return ", ".join(parts) or "everything"


def paired_by_key(
    old: Mapping[str, _V], new: Mapping[str, _V]
) -> Iterator[tuple[Kind, str, _V | None, _V | None]]:
    """Yield the keys of two mappings, in the order of the new one, with what stands under each.

    What both have comes as changed, whether it differs or not.
    """
    for key, now in new.items():
        yield (Kind.CHANGED if key in old else Kind.ADDED), key, old.get(key), now
    for key, was in old.items():
        if key not in new:
            yield Kind.REMOVED, key, was, None
