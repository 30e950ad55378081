"""How lists merge, as schemas say it: by which keys the items of several layers are told apart.

The keywords are those of Kubernetes: `x-kubernetes-list-type: map` with
`x-kubernetes-list-map-keys`. `atomic` replaces the list, as without the keyword. So does `set`: it
says that no item stands twice, and a layer that wants to add to a list says `!append`.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from gitconfig_tool.pointer import Path
from gitconfig_tool.schema.extensions import LIST_KEYS, LIST_TYPE
from gitconfig_tool.schema.walk import Parts, Place, Walker


class Said(NamedTuple):
    """What one part says of a list: its keys, none where the list is replaced."""

    place: Place
    keys: tuple[str, ...]


def list_keys_of(walker: Walker, parts: Parts) -> tuple[str, ...]:
    """Return the keys that a list merges by, () for one that is replaced.

    Where schemas disagree the list is replaced too; `disagreements` finds it.
    """
    said = _said(walker, parts)
    return said[0].keys if len(said) == 1 else ()


def disagreements(
    walker: Walker, start: Parts, value: Any, path: Path = ()
) -> Iterator[tuple[Path, tuple[Said, ...]]]:
    """Yield the lists of a value of which schemas say different things, and what they say."""
    if isinstance(value, list):
        said = _said(walker, start)
        if len(said) > 1:
            yield path, said
    if isinstance(value, list | dict):
        for token, inner in enumerate(value) if isinstance(value, list) else value.items():
            if isinstance(inner, list | dict):
                parts = walker.step(start, token)
                yield from disagreements(walker, parts, inner, (*path, token))


def _said(walker: Walker, parts: Parts) -> tuple[Said, ...]:
    """Return the different things that the parts for a list say of its merging."""
    found: dict[frozenset[str], Said] = {}
    for part in parts.all:
        schema = walker.schema(part.place)
        if LIST_TYPE in schema:
            # The order of keys tells nothing; a list without keys is replaced, whatever its type.
            keys = tuple(schema.get(LIST_KEYS, ()))
            found.setdefault(frozenset(keys), Said(part.place, keys))
    return tuple(found.values())
