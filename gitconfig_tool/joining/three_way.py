"""Three versions of a value to one, by key and by item. Pure: knows no text and no comments.

Mappings are merged key by key. Lists are merged by the field that names their entries, or else
item by item. What one side alone changed is taken; what both changed differently is a conflict.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum
from typing import Any

from gitconfig_tool.document import MappingNode, Node, ScalarNode, SequenceNode
from gitconfig_tool.joining.aligning import Chunk, chunks, merge_lines

# Fields by which people know an entry of a list. Git tells no driver of the project's schemas.
NAMING_FIELDS = ("id", "name", "key")
# Items that both sides add at one place of such a list are all kept.
_OPEN_TAGS = frozenset({"!append", "!prepend"})

# Stands in a shape for a string that is not known.
ANY_TEXT = "any text"

_NULL = (None, "NoneType", "None")

# The keys and numbers of slots that lead to a value.
Path = tuple[str | int, ...]


class Choice(Enum):
    """What becomes of a value: one side's, both put together, or a person's decision."""

    OURS = "ours"
    THEIRS = "theirs"
    MAPPING = "mapping"
    LIST = "list"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a merged list: which items of each version belong there.

    Each range holds one item at most, but for a clash: ranges that both sides changed.
    """

    base: range
    ours: range
    theirs: range
    is_clash: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that both sides changed; `is_text` says that all three versions are strings."""

    path: Path
    is_text: bool


@dataclass(frozen=True, slots=True)
class Values:
    """Merged values as a shape, and the places where a side had to be taken unasked."""

    shape: Any
    conflicts: tuple[Conflict, ...]


def shape(node: Node | None) -> Any:
    """Return all that a node says but for places and the order of keys; None for no node."""
    if node is None:
        return None
    if isinstance(node, ScalarNode):
        return (node.tag, type(node.value).__name__, repr(node.value))
    if isinstance(node, SequenceNode):
        return (node.tag, [shape(item) for item in node.items])
    return (node.tag, {key: shape(entry.value) for key, entry in node.entries.items()})


def fits(found: Any, expected: Any, *, is_cut: bool = False) -> bool:
    """Tell whether a shape is the expected one, in which `ANY_TEXT` stands for any string.

    In a text that is cut to one side of its conflicts, a key may stand with nothing below: that is
    as good as an empty collection there.
    """
    if is_cut and expected in ((None, {}), (None, [])) and found in (None, _NULL):
        return True
    if expected == ANY_TEXT:
        return isinstance(found, tuple) and len(found) == 3 and found[1] == "str"
    if not isinstance(found, tuple) or not isinstance(expected, tuple) or len(expected) == 3:
        return bool(found == expected)
    (tag, inner), (wanted_tag, wanted) = found[:2], expected
    if tag != wanted_tag or type(inner) is not type(wanted) or len(inner) != len(wanted):
        return False
    if isinstance(wanted, dict):
        pairs = [(inner.get(key), each) for key, each in wanted.items()]
    else:
        pairs = list(zip(inner, wanted, strict=True))
    return all(fits(one, other, is_cut=is_cut) for one, other in pairs)


def choose(base: Node | None, ours: Node | None, theirs: Node | None) -> Choice:
    """Decide about one value; None is a value that is not there."""
    for kind, choice in ((MappingNode, Choice.MAPPING), (SequenceNode, Choice.LIST)):
        if (
            isinstance(ours, kind)
            and isinstance(theirs, kind)
            and merged_tag(_as(kind, base), ours, theirs) is not Choice.CONFLICT
        ):
            return choice
    ours_shape, theirs_shape, base_shape = shape(ours), shape(theirs), shape(base)
    if ours_shape == theirs_shape or theirs_shape == base_shape:
        return Choice.OURS
    return Choice.THEIRS if ours_shape == base_shape else Choice.CONFLICT


def merged_tag(base: Node | None, ours: Node, theirs: Node) -> str | Choice | None:
    """Return the tag of two values put together, or `Choice.CONFLICT`."""
    if ours.tag == theirs.tag:
        return ours.tag
    if base is None:
        return Choice.CONFLICT
    if base.tag == theirs.tag:
        return ours.tag
    return theirs.tag if base.tag == ours.tag else Choice.CONFLICT


def merge_values(
    base: Node | None,
    ours: Node | None,
    theirs: Node | None,
    *,
    side: Choice = Choice.OURS,
    forced: AbstractSet[Path] = frozenset(),
    loose: AbstractSet[Path] = frozenset(),
) -> Values:
    """Merge three versions; `side` is taken for conflicts, and for the places in `forced`.

    In the places of `loose`, `ANY_TEXT` is left.
    """
    conflicts: list[Conflict] = []

    def taken(path: Path, ours: Any, theirs: Any, *, is_text: bool = False) -> Any:
        conflicts.append(Conflict(path, is_text))
        return ours if side is Choice.OURS else theirs

    def merge(b: Node | None, o: Node | None, t: Node | None, path: Path) -> Any:
        if path in loose:
            return ANY_TEXT
        if path in forced:
            return taken(path, shape(o), shape(t))
        choice = choose(b, o, t)
        if choice is Choice.OURS:
            return shape(o)
        if choice is Choice.THEIRS:
            return shape(t)
        if isinstance(o, MappingNode) and isinstance(t, MappingNode) and choice is Choice.MAPPING:
            b = _as(MappingNode, b)
            found: dict[str, Any] = {}
            for key in merged_keys(b, o, t):
                value = merge(entry(b, key), entry(o, key), entry(t, key), (*path, key))
                if value is not None:
                    found[key] = value
            return (merged_tag(b, o, t), found)
        if isinstance(o, SequenceNode) and isinstance(t, SequenceNode) and choice is Choice.LIST:
            return merge_lists(_as(SequenceNode, b), o, t, path)
        text = merged_text(b, o, t)
        if text is not None:
            return shape(text)
        is_text = all(isinstance(n, ScalarNode) and isinstance(n.value, str) for n in (b, o, t))
        return taken(path, shape(o), shape(t), is_text=is_text)

    def merge_lists(b: Any, o: SequenceNode, t: SequenceNode, path: Path) -> Any:
        items: list[Any] = []
        for number, slot in enumerate(slots(b, o, t)):
            at = (*path, number)
            if slot.is_clash:
                ours, theirs = (
                    [shape(node.items[index]) for index in each]
                    for node, each in ((o, slot.ours), (t, slot.theirs))
                )
                items += taken(at, ours, theirs)
                continue
            value = merge(item(b, slot.base), item(o, slot.ours), item(t, slot.theirs), at)
            if value is not None:
                items.append(value)
        return (merged_tag(b, o, t), items)

    merged = merge(base, ours, theirs, ())
    return Values(merged, tuple(conflicts))


def merged_text(base: Node | None, ours: Node | None, theirs: Node | None) -> ScalarNode | None:
    """Return text of several lines whose lines merge, with the mark of our side; else None."""
    nodes = base, ours, theirs
    versions = []
    for node in nodes:
        if not isinstance(node, ScalarNode) or not isinstance(node.value, str):
            return None
        versions.append(node.value.split("\n"))
    if not isinstance(ours, ScalarNode) or len({node.tag for node in nodes if node}) > 1:
        return None
    merged = merge_lines(*versions) if min(map(len, versions)) > 1 else None
    return None if merged is None else ScalarNode("\n".join(merged), ours.mark, ours.tag)


def entry(node: Node | None, key: str) -> Node | None:
    """Return the value of a key, or None."""
    if not isinstance(node, MappingNode) or key not in node.entries:
        return None
    return node.entries[key].value


def item(node: Node | None, at: range) -> Node | None:
    """Return the item that a range of one names; None for an empty range."""
    return node.items[at[0]] if isinstance(node, SequenceNode) and at else None


def merged_keys(base: Node | None, ours: MappingNode, theirs: MappingNode) -> list[str]:
    """Return the keys of both sides in one order: that of the side that changed the order."""
    known = base.entries if isinstance(base, MappingNode) else {}
    order = _merged_order(list(known), list(ours.entries), list(theirs.entries))
    return order[0]


def slots(base: Node | None, ours: SequenceNode, theirs: SequenceNode) -> list[Slot]:
    """Return which items of three lists belong together, in the order of the merged list."""
    b = base.items if isinstance(base, SequenceNode) else ()
    o, t = ours.items, theirs.items
    for field in NAMING_FIELDS:
        names = [_names(items, field) for items in (b, o, t)]
        if None not in names and (o or t):
            return _keyed([each for each in names if each is not None], (b, o, t))
    found: list[Slot] = []
    shapes = [[shape(node) for node in items] for items in (b, o, t)]
    is_open = merged_tag(base, ours, theirs) in _OPEN_TAGS
    for chunk in chunks(*shapes):
        found += _slots_of(chunk, shapes, is_open=is_open)
    return found


def _slots_of(chunk: Chunk, shapes: Sequence[list[Any]], *, is_open: bool) -> list[Slot]:
    b, o, t = chunk
    base, ours, theirs = (
        [each[index] for index in part] for each, part in zip(shapes, chunk, strict=True)
    )
    if len(b) == len(o) == len(t):
        # As many as before: each was edited in its place.
        return [Slot(b[n : n + 1], o[n : n + 1], t[n : n + 1]) for n in range(len(b))]
    none = range(0)
    if ours == theirs:
        return [Slot(none, o[n : n + 1], t[n : n + 1]) for n in range(len(o))]
    if theirs == base:
        return [
            *(Slot(b[n : n + 1], none, t[n : n + 1]) for n in range(len(t))),
            *(Slot(none, o[n : n + 1], none) for n in range(len(o))),
        ]
    if ours == base:
        return [
            *(Slot(b[n : n + 1], o[n : n + 1], none) for n in range(len(o))),
            *(Slot(none, none, t[n : n + 1]) for n in range(len(t))),
        ]
    if is_open and not base:
        both = [each for each in theirs if each in ours]
        pairs = [ours.index(each) if each in both else None for each in theirs]
        return [
            *(
                Slot(none, o[n : n + 1], t[k : k + 1] if (k := _at(pairs, n)) >= 0 else none)
                for n in range(len(o))
            ),
            *(Slot(none, none, t[n : n + 1]) for n in range(len(t)) if pairs[n] is None),
        ]
    return [Slot(b, o, t, is_clash=True)]


def _at(pairs: Sequence[int | None], wanted: int) -> int:
    return pairs.index(wanted) if wanted in pairs else -1


def _keyed(names: Sequence[Mapping[Any, int]], items: Sequence[Sequence[Node]]) -> list[Slot]:
    order, is_clear = _merged_order(*(list(each) for each in names))
    if not is_clear:
        # Both sides changed the order, and the order of a list means something.
        b, o, t = (range(len(each)) for each in items)
        return [Slot(b, o, t, is_clash=True)]

    def at(known: Mapping[Any, int], name: Any) -> range:
        return range(known[name], known[name] + 1) if name in known else range(0)

    old, mine, other = names
    return [Slot(at(old, name), at(mine, name), at(other, name)) for name in order]


def _names(items: Sequence[Node], field: str) -> dict[Any, int] | None:
    """Return the name of each entry with its number; None where not each has one of its own."""
    found: dict[Any, int] = {}
    for number, node in enumerate(items):
        name = entry(node, field)
        if not isinstance(name, ScalarNode) or not isinstance(name.value, str | int):
            return None
        known = (type(name.value).__name__, name.value, name.tag)
        if known in found:
            return None
        found[known] = number
    return found


def _merged_order(base: list[Any], ours: list[Any], theirs: list[Any]) -> tuple[list[Any], bool]:
    """Return the names of both sides in one order, and whether that order is beyond doubt."""
    shared = {*ours} & {*theirs}
    by_ours, by_theirs = ([n for n in each if n in shared] for each in (ours, theirs))
    known = {*base}
    before = [n for n in base if n in shared]
    moved_ours = [n for n in by_ours if n in known] != before
    moved_theirs = [n for n in by_theirs if n in known] != before
    is_clear = by_ours == by_theirs or not (moved_ours and moved_theirs)
    is_theirs = moved_theirs and not moved_ours
    main, other = (theirs, ours) if is_theirs else (ours, theirs)
    merged = list(main)
    placed = {*main}
    last: Any = None
    for name in other:
        if name not in placed:
            at = 0 if last is None else merged.index(last) + 1
            while not is_theirs and at < len(merged) and merged[at] not in (known | {*other}):
                at += 1  # Behind what our side added there.
            merged.insert(at, name)
            placed.add(name)
        last = name
    return merged, is_clear


def _as(kind: type, node: Node | None) -> Any:
    """Return a node of a kind; one of another kind is as good as none."""
    return node if isinstance(node, kind) else None
