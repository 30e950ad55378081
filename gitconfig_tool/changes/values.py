"""The values of one document that differ between two revisions. Pure.

Takes a document as linked on both sides; returns a `ValueChange` for each value, mapping by mapping
and item by item. Reformatting, comments, moved files and another order of keys change no value, so
nothing is said of them. The order of a list means something, and is compared.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from gitconfig_tool.artifact import canonical_json
from gitconfig_tool.changes.hiding import hide
from gitconfig_tool.changes.model import Kind, Place, Side, ValueChange
from gitconfig_tool.compiler.paired import Pair
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.merge import ListKeys, Origin
from gitconfig_tool.pointer import Path, format_pointer

# Fields by which people know an entry of a list, where no schema names one.
_NAMING_FIELDS = ("id", "name", "key")
# Pairs of items that are compared to align two lists; beyond, they are compared place by place.
_MAX_ALIGNED = 1_000_000
# About a second: many equal items between others take far more than as many different ones.
_MAX_WORK = 20_000_000

KeysOf = Callable[[str], ListKeys | None]


@dataclass(frozen=True, slots=True)
class _Document:
    """One side: its value, and what stands at a pointer in place of a value."""

    linked: LinkedDocument

    def link_at(self, path: Path) -> str:
        pointer = format_pointer(path)
        secret = self.linked.secrets.get(pointer)
        if secret is not None:
            return f"!secret {secret.path}#{secret.pointer}"
        prompt = self.linked.prompts.get(pointer)
        return "" if prompt is None else f"!prompt {prompt.id}@{prompt.version}"

    def side(self, path: Path, value: Any) -> Side:
        shown = hide(value, path, self.linked.value)
        places = tuple(place_of(origin) for origin in self.linked.chain_at(path))
        is_hidden = shown != value
        return Side(self.with_links(path, shown), places, self.link_at(path), is_hidden)

    def with_links(self, path: Path, value: Any) -> Any:
        """Return a value with the text of each link in its place; its own link is left apart."""
        if not self.linked.secrets and not self.linked.prompts:
            return value
        if isinstance(value, dict):
            link = self.link_at
            return {
                key: link((*path, key)) or self.with_links((*path, key), item)
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [
                self.link_at((*path, at)) or self.with_links((*path, at), item)
                for at, item in enumerate(value)
            ]
        return value


@dataclass(frozen=True, slots=True)
class _Step:
    """Two values to compare: their paths may differ where an item of a list moved."""

    old_path: Path
    new_path: Path
    old: Any
    new: Any


def place_of(origin: Origin) -> Place:
    """Return where a layer set a value."""
    span = origin.span
    return Place(origin.layer, span.path, span.line, span.column, origin.commit)


def changed_values(pair: Pair, keys_of: KeysOf = lambda _: None) -> Iterator[ValueChange]:
    """Yield the values of a document that differ, in the order of the new side.

    `keys_of` tells by which fields entries of a list belong together, as for merging. A value that
    is unknown on a side, which an error tells, is left out.
    """
    if pair.before is None or pair.after is None:
        yield from _whole(pair)
        return
    old, new = _Document(pair.before), _Document(pair.after)
    unknown = pair.before.unknown | pair.after.unknown
    keys = keys_of(pair.document)
    start = _Step((), (), pair.before.value, pair.after.value)
    for kind, step in _compare(start, old, new, keys):
        path = step.old_path if kind is Kind.REMOVED else step.new_path
        pointer = format_pointer(path)
        if pointer in unknown or format_pointer(step.old_path) in unknown:
            continue
        before = None if kind is Kind.ADDED else old.side(step.old_path, step.old)
        after = None if kind is Kind.REMOVED else new.side(step.new_path, step.new)
        yield ValueChange(pair.document, pointer, kind, before, after, pair.bundles)


def shown_value(linked: LinkedDocument) -> Any:
    """Return the value of a document as changes show it: with links as text, and secrets hidden."""
    return _Document(linked).side((), linked.value).value


def _whole(pair: Pair) -> Iterator[ValueChange]:
    if pair.after is not None:
        side = _Document(pair.after).side((), pair.after.value)
        yield ValueChange(pair.document, "", Kind.ADDED, None, side, pair.bundles)
    elif pair.before is not None:
        side = _Document(pair.before).side((), pair.before.value)
        yield ValueChange(pair.document, "", Kind.REMOVED, side, None, pair.bundles)


def _compare(
    step: _Step, old: _Document, new: _Document, keys: ListKeys | None
) -> Iterator[tuple[Kind, _Step]]:
    links = old.link_at(step.old_path), new.link_at(step.new_path)
    if any(links):
        if links[0] != links[1]:
            yield Kind.CHANGED, step
        return
    if isinstance(step.old, dict) and isinstance(step.new, dict):
        for key, value in step.new.items():
            under = (*step.new_path, key)
            if key in step.old:
                inner = _Step((*step.old_path, key), under, step.old[key], value)
                yield from _compare(inner, old, new, keys)
            else:
                yield Kind.ADDED, _Step((*step.old_path, key), under, None, value)
        for key, value in step.old.items():
            if key not in step.new:
                at = (*step.old_path, key)
                yield Kind.REMOVED, _Step(at, (*step.new_path, key), value, None)
    elif isinstance(step.old, list) and isinstance(step.new, list):
        for before, after in _aligned(step, old, new, keys):
            yield from _items(step, before, after, old, new, keys)
    elif not _same(step.old, step.new):
        yield Kind.CHANGED, step


def _items(
    step: _Step,
    before: int | None,
    after: int | None,
    old: _Document,
    new: _Document,
    keys: ListKeys | None,
) -> Iterator[tuple[Kind, _Step]]:
    old_path = step.old_path if before is None else (*step.old_path, before)
    new_path = step.new_path if after is None else (*step.new_path, after)
    was = None if before is None else step.old[before]
    now = None if after is None else step.new[after]
    inner = _Step(old_path, new_path, was, now)
    if before is None:
        yield Kind.ADDED, inner
    elif after is None:
        yield Kind.REMOVED, inner
    else:
        yield from _compare(inner, old, new, keys)


def _same(old: Any, new: Any) -> bool:
    """Tell whether two values are the same JSON: 1 and 1.0 are, 1 and true are not."""
    return canonical_json(old) == canonical_json(new)


def _aligned(
    step: _Step, old: _Document, new: _Document, keys: ListKeys | None
) -> Iterator[tuple[int | None, int | None]]:
    """Yield which items of two lists belong together, in the order of the new list."""
    fields = () if keys is None else keys(step.new_path)
    by_name = _by_fields(step.old, step.new, fields)
    if by_name is not None:
        yield from by_name
        return
    was = [_identity(item, (*step.old_path, at), old) for at, item in enumerate(step.old)]
    now = [_identity(item, (*step.new_path, at), new) for at, item in enumerate(step.new)]
    # An edit in one place of a long list leaves little between what both begin and end with.
    start = _common(was, now)
    end = _common(was[start:][::-1], now[start:][::-1])
    yield from _by_place(range(start), range(start))
    yield from _between(was[: len(was) - end], now[: len(now) - end], start)
    yield from _by_place(range(len(was) - end, len(was)), range(len(now) - end, len(now)))


def _common(old: Sequence[bytes], new: Sequence[bytes]) -> int:
    """Return how many items two lists begin with that are equal."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (was, now) in pairs if was != now), min(len(old), len(new)))


def _work(was: Sequence[bytes], now: Sequence[bytes]) -> int:
    """Return a bound on the steps of `SequenceMatcher`: each match looks at all equal pairs."""
    counts = Counter(now)
    return (len(was) + sum(counts[each] for each in was)) * min(len(was), len(now))


def _between(
    was: Sequence[bytes], now: Sequence[bytes], start: int
) -> Iterator[tuple[int | None, int | None]]:
    """Yield which items from `start` on belong together."""
    pairs = (len(was) - start) * (len(now) - start)
    if pairs > _MAX_ALIGNED or _work(was[start:], now[start:]) > _MAX_WORK:
        yield from _by_place(range(start, len(was)), range(start, len(now)))
        return
    matcher = SequenceMatcher(None, was[start:], now[start:], autojunk=False)
    for _tag, i, i_end, j, j_end in matcher.get_opcodes():
        yield from _by_place(range(start + i, start + i_end), range(start + j, start + j_end))


def _by_place(old: range, new: range) -> Iterator[tuple[int | None, int | None]]:
    shared = min(len(old), len(new))
    yield from zip(old[:shared], new[:shared], strict=True)
    yield from ((None, at) for at in new[shared:])
    yield from ((at, None) for at in old[shared:])


def _by_fields(
    old: Sequence[Any], new: Sequence[Any], fields: tuple[str, ...]
) -> list[tuple[int | None, int | None]] | None:
    """Return which entries have the same name, or None where not every entry has one of its own.

    Where entries that both lists have stand in another order, that is a change: what moved is
    removed in one place and added in the other. None where that is too much to find out.
    """
    candidates = [fields] if fields else [(name,) for name in _NAMING_FIELDS]
    for names in candidates:
        was, now = _names(old, names), _names(new, names)
        if was is None or now is None:
            continue
        kept = [name for name in now if name in was]
        if kept != [name for name in was if name in now]:
            return _moved(was, now) if len(was) * len(now) <= _MAX_ALIGNED else None
        found: list[tuple[int | None, int | None]] = [(was.get(n), at) for n, at in now.items()]
        return found + [(at, None) for name, at in was.items() if name not in now]
    return None


def _moved(
    was: Mapping[tuple[Any, ...], int], now: Mapping[tuple[Any, ...], int]
) -> list[tuple[int | None, int | None]]:
    """Return which entries have the same name and their place among those that stayed in order."""
    matcher = SequenceMatcher(None, list(was), list(now), autojunk=False)
    found: list[tuple[int | None, int | None]] = []
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            found += zip(range(i, i_end), range(j, j_end), strict=True)
        else:
            found += [(None, at) for at in range(j, j_end)]
            found += [(at, None) for at in range(i, i_end)]
    return found


def _names(items: Sequence[Any], fields: tuple[str, ...]) -> Mapping[tuple[Any, ...], int] | None:
    found: dict[tuple[Any, ...], int] = {}
    for at, item in enumerate(items):
        if not isinstance(item, dict):
            return None
        name = tuple(item.get(field) for field in fields)
        if not all(isinstance(part, str | int) for part in name) or name in found:
            return None
        found[name] = at
    return found


def _identity(item: Any, path: Path, document: _Document) -> bytes:
    """Return bytes that are equal for equal items; a link counts as its text."""
    return canonical_json(document.link_at(path) or document.with_links(path, item))
