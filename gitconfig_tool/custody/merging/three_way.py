"""Three versions of the entries of a file to one, or to the places where both sides changed.

Takes entries and what their values decrypt to; compares plaintext and moves ciphertext. Pure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gitconfig_tool.custody.merging.entries import METADATA, Entry, shifted
from gitconfig_tool.pointer import Path, format_pointer

_NONE: Any = object()


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an entry: its text, and the JSON value that it decrypts to."""

    entry: Entry
    value: Any = field(repr=False)

    def parts(self) -> "dict[str, Version] | None":
        """Return the versions of what is inside; None for what is kept in one piece."""
        if self.entry.children is None or not isinstance(self.value, dict):
            return None
        return {
            child.key: Version(child, self.value.get(child.key, _NONE))
            for child in self.entry.children
            if child.key != METADATA or child.key in self.value
        }


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged entry and its value, and the pointers at which both sides differ."""

    entry: Entry
    value: Any = field(repr=False)
    conflicts: tuple[str, ...] = ()


def merge_versions(base: Version, ours: Version, theirs: Version) -> Merged:
    """Merge three versions of a whole file; the `sops` block is left as ours has it."""
    return _Merge().mapping(base, ours, theirs, ())


class _Merge:
    def mapping(self, base: Version | None, ours: Version, theirs: Version, path: Path) -> Merged:
        """Merge mappings key by key: in our order, theirs after what they follow there."""
        o, t = ours.parts() or {}, theirs.parts() or {}
        b = (base.parts() if base is not None else None) or {}
        entries: dict[str, Entry] = {}
        values: dict[str, Any] = {}
        conflicts: list[str] = []
        for key in _order(list(o), list(t)):
            merged = self._key(b.get(key), o.get(key), t.get(key), (*path, key))
            if merged is None:
                continue
            conflicts += merged.conflicts
            entries[key] = merged.entry
            values[key] = merged.value
        indent = next((each.entry.indent for each in o.values()), None)
        children = [each if indent is None else shifted(each, indent) for each in entries.values()]
        # SOPS's own block is no value: it stays where we have it.
        block = [each for each in ours.entry.children or () if each.key not in o]
        entry = replace(
            ours.entry,
            children=(*children, *block),
            foot=ours.entry.foot
            if path
            else _lead(base.entry.foot if base else None, ours.entry.foot, theirs.entry.foot),
        )
        if path and not children:
            # Each side removed what the other kept: nobody saw that nothing would be left.
            conflicts.append(format_pointer(path))
        return Merged(entry, values, tuple(conflicts))

    def _key(
        self, base: Version | None, ours: Version | None, theirs: Version | None, path: Path
    ) -> Merged | None:
        """Merge one key; None where it is removed."""
        there = ours or theirs
        if there is None:
            return None
        if ours is None or theirs is None:
            return self._one_sided(base, there, path)
        if ours.parts() is not None and theirs.parts() is not None:
            merged = self.mapping(base, ours, theirs, path)
        elif _same(ours, theirs) or (base is not None and _same(theirs, base)):
            merged = Merged(ours.entry, ours.value)
        elif base is not None and _same(ours, base):
            merged = Merged(theirs.entry, theirs.value)
        else:
            merged = Merged(ours.entry, ours.value, (format_pointer(path),))
        lead = _lead(base.entry.lead if base else None, ours.entry.lead, theirs.entry.lead)
        return replace(merged, entry=replace(merged.entry, lead=lead))

    def _one_sided(self, base: Version | None, there: Version, path: Path) -> Merged | None:
        """Merge a key that one side lacks: new on the other, or removed there."""
        if base is None:
            return Merged(there.entry, there.value)
        if _same(there, base):
            return None
        return Merged(there.entry, there.value, (format_pointer(path),))


def _same(one: Version, other: Version) -> bool:
    """Tell whether two values are equal as JSON, where 1, 1.0 and true are three things."""
    return same_value(one.value, other.value)


def _typed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _typed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_typed(item) for item in value]
    return (type(value), value)


def same_value(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are equal, types included."""
    return bool(_typed(one) == _typed(other))


def _lead(
    base: tuple[str, ...] | None, ours: tuple[str, ...], theirs: tuple[str, ...]
) -> tuple[str, ...]:
    """Merge comments: what one side changed is taken; where both did, both are kept."""
    if ours == theirs or theirs == base:
        return ours
    if base is None or ours == base:
        return theirs if base is not None else ours
    return (*ours, *(line for line in theirs if line not in ours and line not in base))


def _order(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[str]:
    """Yield the keys of both: ours in their order, each of theirs after the one it follows."""
    following: dict[str, list[str]] = {}
    before = ""
    for key in theirs:
        if key not in ours:
            following.setdefault(before, []).append(key)
        else:
            before = key
    yield from following.get("", ())
    for key in ours:
        yield key
        yield from following.get(key, ())
