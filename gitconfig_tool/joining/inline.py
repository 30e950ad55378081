"""Values that stand in one piece to merged lines: collections in brackets, and literal text.

Takes entries that have no children. Our side's text is kept, and changed only where theirs differs;
None is returned for what cannot be put together so.
"""

import io
import re
from collections.abc import Sequence

from gitconfig_tool.document import MappingNode, Node, SequenceNode
from gitconfig_tool.document.nodes import Entry as NodeEntry
from gitconfig_tool.joining.entries import Entry, with_dash
from gitconfig_tool.joining.three_way import (
    Choice,
    choose,
    entry,
    item,
    merged_keys,
    merged_tag,
    merged_text,
    slots,
)

_Place = tuple[int, int]
# A literal block scalar with no indentation of its own (YAML 1.2.2 section 8.1.1).
_LITERAL = re.compile(r"\|[-+]?(?=\s|$)")


class _CannotError(Exception):
    """The text cannot be put together in place."""


def merged_flow(base: Entry | None, ours: Entry, theirs: Entry) -> list[str] | None:
    """Merge collections in brackets; None where a part is in conflict, or not in brackets."""
    if ours.children is not None or theirs.children is not None:
        return None
    mine, other = _Text(ours), _Text(theirs)
    try:
        text = _merged(base.node if base else None, ours.node, theirs.node, mine, other)
    except _CannotError:
        return None
    start, end = mine.span(ours.node)
    whole = "".join(ours.head)
    return _as_lines(ours, whole[:start] + text + whole[end:])


def merged_block(base: Entry | None, ours: Entry, theirs: Entry) -> list[str] | None:
    """Merge literal text of several lines; None where a line is in conflict, or not literal."""
    text = merged_text(base.node if base else None, ours.node, theirs.node)
    if text is None or ours.node.mark.line - 1 != ours.line or len(ours.head) < 2:
        return None
    headers = [_LITERAL.search(each.head[0], _column(each)) for each in (ours, theirs)]
    if headers[0] is None or headers[1] is None or headers[0][0] != headers[1][0]:
        return None
    first = ours.head[1]
    lines = str(text.value).removesuffix("\n").split("\n")
    if not first.strip() or not lines[0] or lines[0].startswith(" "):
        return None
    indent = " " * (len(first) - len(first.lstrip(" ")))
    body = "".join(f"{indent}{line}\n" if line else "\n" for line in lines)
    return _as_lines(ours, ours.head[0] + body)


def _as_lines(ours: Entry, text: str) -> list[str]:
    lines = io.StringIO(text, newline="\n").readlines()
    if ours.dash:
        lines[0] = with_dash(lines[0], ours.indent)
    return lines


def _column(entry: Entry) -> int:
    return max(0, entry.node.mark.column - 1 + entry.moved)


class _Text:
    """The lines of one entry, and where nodes stand in them."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self.text = "".join(entry.head)
        self._starts = [0]
        for line in entry.head:
            self._starts.append(self._starts[-1] + len(line))

    def offset(self, line: int, column: int) -> int:
        number = line - 1 - self._entry.line
        if not 0 <= number < len(self._starts) - 1:
            raise _CannotError
        return self._starts[number] + column - 1 + self._entry.moved

    def span(self, node: Node) -> _Place:
        mark = node.mark
        return self.offset(mark.line, mark.column), self.offset(mark.end_line, mark.end_column)

    def of(self, node: Node) -> str:
        start, end = self.span(node)
        return self.text[start:end]

    def key(self, entry: NodeEntry) -> str:
        """Return a key with all up to its value."""
        mark = entry.key_mark
        return self.text[self.offset(mark.line, mark.column) : self.span(entry.value)[0]]

    def parts(self, node: Node) -> list[_Place]:
        """Return where the entries or items of a collection stand."""
        if isinstance(node, MappingNode):
            return [
                (self.offset(each.key_mark.line, each.key_mark.column), self.span(each.value)[1])
                for each in node.entries.values()
            ]
        return [self.span(each) for each in node.items] if isinstance(node, SequenceNode) else []


def _merged(base: Node | None, ours: Node, theirs: Node, mine: _Text, other: _Text) -> str:
    """Return the merged text of a node that both sides have."""
    choice = choose(base, ours, theirs)
    if choice is Choice.OURS:
        return mine.of(ours)
    if choice is Choice.THEIRS:
        return _on_one_line(other.of(theirs))
    if merged_tag(base, ours, theirs) != ours.tag:
        raise _CannotError
    pieces: list[str] = []
    if isinstance(ours, MappingNode) and isinstance(theirs, MappingNode):
        for key in merged_keys(base, ours, theirs):
            b, o, t = (entry(each, key) for each in (base, ours, theirs))
            text = _one(b, o, t, mine, other)
            if text is not None:
                at = mine.key(ours.entries[key]) if o is not None else ""
                pieces.append((at or _on_one_line(other.key(theirs.entries[key]))) + text)
    elif isinstance(ours, SequenceNode) and isinstance(theirs, SequenceNode):
        for slot in slots(base, ours, theirs):
            if slot.is_clash:
                raise _CannotError
            nodes = item(base, slot.base), item(ours, slot.ours), item(theirs, slot.theirs)
            text = _one(*nodes, mine, other)
            if text is not None:
                pieces.append(text)
    else:
        raise _CannotError
    return _in_brackets(ours, mine, pieces)


def _one(
    base: Node | None, ours: Node | None, theirs: Node | None, mine: _Text, other: _Text
) -> str | None:
    """Return the merged text of one part, or None where it is gone."""
    if ours is not None and theirs is not None:
        return _merged(base, ours, theirs, mine, other)
    choice = choose(base, ours, theirs)
    if choice is Choice.CONFLICT:
        raise _CannotError
    kept = ours if choice is Choice.OURS else theirs
    if kept is None:
        return None
    return mine.of(kept) if kept is ours else _on_one_line(other.of(kept))


def _in_brackets(node: Node, mine: _Text, pieces: Sequence[str]) -> str:
    """Return parts between the brackets of our side, with the gaps that it has."""
    start, end = mine.span(node)
    parts = mine.parts(node)
    if not parts:
        raise _CannotError  # Where the brackets begin is not known.
    opening, closing = mine.text[start : parts[0][0]], mine.text[parts[-1][1] : end]
    gap = mine.text[parts[0][1] : parts[1][0]] if len(parts) > 1 else ", "
    if "#" in opening + closing + gap or opening.rstrip()[-1:] not in ("{", "["):
        raise _CannotError
    return opening + gap.join(pieces) + closing


def _on_one_line(text: str) -> str:
    if "\n" in text or " #" in text:
        raise _CannotError
    return text
