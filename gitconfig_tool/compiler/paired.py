"""Documents of two revisions side by side: those that differ, once for all bundles that share them.

Takes two views of one repository; returns pairs of linked documents. Documents whose files are the
same on both sides, and all that they refer to, are not read. Does not say what differs in them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.artifact import canonical_json
from gitconfig_tool.compiler.affected import Affected
from gitconfig_tool.compiler.view import View, Viewed
from gitconfig_tool.link import LinkedDocument


@dataclass(frozen=True, slots=True)
class Pair:
    """A document of one bundle or of several that share it, on both sides; None where it is not."""

    document: str
    bundles: tuple[str, ...]
    before: LinkedDocument | None
    after: LinkedDocument | None


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A document of some bundles of which a side has errors: not every value is known there."""

    document: str
    bundles: tuple[str, ...]
    in_before: bool
    in_after: bool


@dataclass(frozen=True, slots=True)
class Paired:
    """The documents that differ, and those of which it cannot be told in full."""

    pairs: tuple[Pair, ...]
    uncertain: tuple[Uncertain, ...]


def paired(old: View | None, new: View | None, bundles: Iterable[str], which: Affected) -> Paired:
    """Return the documents of these bundles that differ; a revision without a project is None.

    Only those are looked at that are affected. Bundles whose linked documents are the same objects
    on both sides share a pair. What a side has errors in is uncertain; it makes a pair if there is
    something left to compare.
    """
    found: dict[tuple[str, int, int], tuple[LinkedDocument | None, LinkedDocument | None]] = {}
    shared: dict[tuple[str, int, int], list[str]] = {}
    uncertain: dict[tuple[str, bool, bool], list[str]] = {}
    for bundle in bundles:
        for name in sorted(which.documents.get(bundle, ())):
            before, after = _viewed(old, bundle, name), _viewed(new, bundle, name)
            is_unknown = (_is_unknown(before), _is_unknown(after))
            if any(is_unknown):
                uncertain.setdefault((name, *is_unknown), []).append(bundle)
            sides = _linked(before), _linked(after)
            if any(off and side is None for off, side in zip(is_unknown, sides, strict=True)):
                continue  # A document that errors hide did not come, and is not gone.
            key = (name, id(sides[0]), id(sides[1]))
            # Objects that are kept here keep their ids.
            found.setdefault(key, sides)
            shared.setdefault(key, []).append(bundle)
    return Paired(
        tuple(
            Pair(key[0], tuple(shared[key]), *sides)
            for key, sides in found.items()
            if not _are_equal(*sides)
        ),
        tuple(Uncertain(key[0], tuple(names), *key[1:]) for key, names in uncertain.items()),
    )


def _viewed(view: View | None, bundle: str, name: str) -> Viewed | None:
    if view is None or bundle not in view.bundles:
        return None
    return view.document(view.bundles[bundle], name)


def _linked(viewed: Viewed | None) -> LinkedDocument | None:
    return None if viewed is None else viewed.linked


def _is_unknown(viewed: Viewed | None) -> bool:
    return viewed is not None and not viewed.is_known


def _are_equal(before: LinkedDocument | None, after: LinkedDocument | None) -> bool:
    if before is None or after is None:
        return before is after
    if before is after:
        return True
    return (
        _is_same_json(before.value, after.value)
        and before.secrets == after.secrets
        and before.prompts == after.prompts
        # To Python 1 and true are equal. As JSON they differ, and equal JSON is equal to Python.
        and canonical_json(before.value) == canonical_json(after.value)
    )


def _is_same_json(one: Any, other: Any) -> bool:
    """Tell whether two values are the same JSON: in Python, `true` is 1 and `false` is 0."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            _is_same_json(value, other[key]) for key, value in one.items()
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same_json, one, other))
    return one == other and isinstance(one, bool) == isinstance(other, bool)
