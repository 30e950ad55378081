"""The text of a YAML file cut into entries by line, and put together again.

An entry is a key or an item with its lines and the comments above it. What does not begin a line
of its own stays in one piece: flow collections, scalars, and what is written in odd ways. Cutting
and joining gives the text as it was. Decides nothing.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from gitconfig_tool.document import MappingNode, Node, ScalarNode, SequenceNode

# What may stand before the content of a node: tags and anchors, with the breaks between them.
_PROPERTIES = re.compile(r"\A(?:[!&]\S*(?:\s+|$))+")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")
_START = re.compile(r"---(?:\s|$)")
# The header of a block scalar that keeps the blank lines behind it (YAML 1.2.2 section 8.1.1.2).
_KEEPS_BLANKS = re.compile(r"[|>]\d?\+|[|>]\+\d?")


@dataclass(frozen=True, slots=True)
class Entry:
    """A key or an item with its lines.

    `lead` are comments and blank lines above; `head` is what stands before the children, or all
    there is where `children` is None; `foot` are comments behind them. `indent` is the column of
    the key or of the dash, and `dash` says which; dashes are blanked out in the lines, so that the
    first key of an item stands as every other one. `line` counts the lines before `head`, and
    `moved` is how far the entry was shifted. `tail` is what stands behind a value on one line.
    """

    node: Node
    lead: tuple[str, ...]
    head: tuple[str, ...]
    children: "tuple[tuple[str, Entry], ...] | None"
    foot: tuple[str, ...]
    indent: int
    dash: bool
    line: int
    tail: str | None = None
    moved: int = 0

    def child(self, key: str) -> "Entry | None":
        """Return the entry of a key, or None."""
        return dict(self.children or ()).get(key)

    def item(self, at: range) -> "Entry | None":
        """Return the item that a range of one names, or None."""
        return self.children[at[0]][1] if self.children is not None and at else None


def cut(text: str, root: Node) -> Entry:
    """Cut the text of a file, whose value is `root`, into entries below one."""
    lines = io.StringIO(text, newline="\n").readlines()
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    cutter = _Cutter(lines)
    start = cutter.inside(root, _after_start(lines) - 1)
    block = cutter.block(root, start, -1)
    if block is None:
        return Entry(root, (), tuple(lines), None, (), 0, False, 0)
    floats, children = _with_header(block.children)
    head = (*lines[:start], *floats)
    return Entry(root, (), head, children, tuple(lines[block.last :]), 0, False, 0)


def lines_of(entry: Entry) -> list[str]:
    """Return the lines of an entry as they stand in a file, those above it included."""
    return [*entry.lead, *body_of(entry)]


def body_of(entry: Entry) -> list[str]:
    """Return the lines of an entry without those above it."""
    inner = (line for _, child in entry.children or () for line in lines_of(child))
    body = [*entry.head, *inner, *entry.foot]
    if entry.dash:
        at = 0 if entry.head else first_line(body)
        if at is not None:
            body[at] = with_dash(body[at], entry.indent)
    return body


def first_line(lines: Sequence[str]) -> int | None:
    """Return the number of the first line that is neither blank nor a comment."""
    return next((at for at, line in enumerate(lines) if not is_remark(line)), None)


def with_dash(line: str, column: int) -> str:
    """Return a line with the dash of an item in its place."""
    padded = line if len(line) > column + 1 else f"{line.rstrip():<{column + 1}}\n"
    return f"{padded[:column]}-{padded[column + 1 :]}"


def is_remark(line: str) -> bool:
    """Tell whether a line is blank or holds a comment only."""
    text = line.strip()
    return not text or text.startswith("#")


def shifted(entry: Entry, indent: int) -> Entry:
    """Return an entry with another indentation; what is inside moves along."""
    by = indent - entry.indent
    if not by:
        return entry

    def move(lines: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(moved(line, by) for line in lines)

    children = entry.children
    return replace(
        entry,
        lead=move(entry.lead),
        head=move(entry.head),
        children=children
        if children is None
        else tuple((key, shifted(child, child.indent + by)) for key, child in children),
        foot=move(entry.foot),
        indent=indent,
        moved=entry.moved + by,
    )


def moved(line: str, by: int) -> str:
    """Return a line with more or less indentation; a blank line stays as it is."""
    if not line.strip():
        return line
    return " " * by + line if by > 0 else line[min(-by, len(line) - len(line.lstrip(" "))) :]


def comments_of(entry: Entry) -> list[str]:
    """Return the comments of an entry and of all that is inside, without their indentation."""
    found = [line.strip() for line in entry.lead if line.strip()]
    if entry.children is None:
        if entry.tail is not None:
            found += [entry.tail.strip()] if entry.tail.strip() else []
        elif not isinstance(entry.node, ScalarNode):
            # In brackets over several lines: text with a `#` counts too, which does no harm.
            found += [at.group().strip() for line in entry.head for at in _COMMENT.finditer(line)]
        return found
    found += [at.group().strip() for line in entry.head for at in _COMMENT.finditer(line)]
    for _, child in entry.children:
        found += comments_of(child)
    return found + [line.strip() for line in entry.foot if line.strip()]


def floating(lead: Sequence[str]) -> int:
    """Return how many lines above an entry do not belong to it: all up to the last blank one."""
    return max((at for at, line in enumerate(lead, 1) if not line.strip()), default=0)


class _Block(NamedTuple):
    """A collection cut: where its last entry ends, and where the comments behind that end."""

    children: "tuple[tuple[str, Entry], ...]"
    last: int
    end: int


class _Cutter:
    """Cuts one file. The lines are its own: it blanks the dashes of lists as it finds them."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = list(lines)

    def inside(self, node: Node, line: int) -> int:
        """Return the number of lines before what stands inside a node, whose key is on `line`."""
        mark = node.mark
        has_properties = self._text_at(node)[:1] in ("!", "&")
        if mark.line - 1 > line:
            return mark.line if has_properties else line + 1
        return line + 1 if has_properties else line

    def block(self, node: Node, start: int, around: int) -> _Block | None:
        """Cut a block collection; None for what must stay in one piece.

        `start` is the number of lines before it, `around` the column of the key around it.
        """
        if self._is_flow(node):
            return None
        before = list(self._lines)
        if isinstance(node, MappingNode):
            found = self._keys(node, start)
        else:
            found = self._items(node, start) if isinstance(node, SequenceNode) else []
        if not found:
            self._lines = before
            return None
        children = tuple((key, child) for key, child, _ in found)
        last = found[-1][2]
        return _Block(children, last, self._foot(last, max(children[0][1].indent, around + 1)))

    def _keys(self, node: MappingNode, start: int) -> list[tuple[str, Entry, int]]:
        found: list[tuple[str, Entry, int]] = []
        columns = {entry.key_mark.column - 1 for entry in node.entries.values()}
        if len(columns) != 1:
            return []
        column = columns.pop()
        for key, entry in node.entries.items():
            line = entry.key_mark.line - 1
            if line < start or self._lines[line][:column].strip(" "):
                return []
            made = self._entry(entry.value, start, line, column, is_item=False)
            if made is None:
                return []
            found.append((key, *made))
            start = made[1]
        return found

    def _items(self, node: SequenceNode, start: int) -> list[tuple[str, Entry, int]]:
        found: list[tuple[str, Entry, int]] = []
        for number, item in enumerate(node.items):
            rest = first_line(self._lines[start:])
            if rest is None:
                return []
            line = start + rest
            text = self._lines[line]
            column = len(text) - len(text.lstrip(" "))
            is_aligned = not found or found[0][1].indent == column
            is_inside = (item.mark.line - 1, item.mark.column - 1) > (line, column)
            if text[column : column + 2] not in ("- ", "-\n") or not (is_aligned and is_inside):
                return []
            self._lines[line] = f"{text[:column]} {text[column + 1 :]}"
            made = self._entry(item, start, line, column, is_item=True)
            if made is None:
                return []
            found.append((str(number), *made))
            start = made[1]
        return found

    def _entry(
        self, node: Node, start: int, line: int, column: int, *, is_item: bool
    ) -> tuple[Entry, int] | None:
        """Return an entry whose key or dash is on `line`, and the number of lines up to its end."""
        lead = tuple(self._lines[start:line])
        if not all(map(is_remark, lead)):
            return None
        inside = self.inside(node, line)
        block = self.block(node, inside if is_item else max(inside, line + 1), column)
        if block is None:
            end = self._end(node, line)
            head = tuple(self._lines[line:end])
            tail = None
            if len(head) == 1 and node.mark.end_line == line + 1:
                tail = head[0].rstrip("\n")[node.mark.end_column - 1 :]
            return Entry(node, lead, head, None, (), column, is_item, line, tail), end
        floats, children = _with_header(block.children)
        head = (*self._lines[line : max(inside, line if is_item else line + 1)], *floats)
        foot = tuple(self._lines[block.last : block.end])
        return Entry(node, lead, head, children, foot, column, is_item, line), block.end

    def _end(self, node: Node, line: int) -> int:
        """Return the number of lines up to the end of a leaf whose key is on `line`."""
        mark = node.mark
        # A block scalar ends where the next line begins.
        end = mark.end_line if mark.end_column > 1 else mark.end_line - 1
        end = min(max(end, line + 1), len(self._lines))
        header = _PROPERTIES.sub("", self._text_at(node), count=1)
        if header[:1] in ("|", ">") and not _KEEPS_BLANKS.match(header):
            while end > line + 1 and not self._lines[end - 1].strip():
                end -= 1
        return end

    def _foot(self, start: int, column: int) -> int:
        """Return the number of lines up to the end of the comments that stand in a block."""
        end = start
        for at in range(start, len(self._lines)):
            line = self._lines[at]
            if not is_remark(line):
                break
            if line.strip():
                if len(line) - len(line.lstrip(" ")) < column:
                    break
                end = at + 1
        return end

    def _is_flow(self, node: Node) -> bool:
        """Tell whether a collection is written in brackets, or is empty."""
        if isinstance(node, ScalarNode) or not (
            node.entries if isinstance(node, MappingNode) else node.items
        ):
            return True
        return _PROPERTIES.sub("", self._text_at(node), count=1)[:1] in ("{", "[")

    def _text_at(self, node: Node) -> str:
        """Return the rest of the line at which a node begins."""
        line = node.mark.line - 1
        return self._lines[line][node.mark.column - 1 :] if line < len(self._lines) else ""


def _after_start(lines: Sequence[str]) -> int:
    """Return the number of lines up to `---`, which begins a document, or 0."""
    for number, line in enumerate(lines, 1):
        if _START.match(line):
            return number
        if not is_remark(line) and not line.startswith("%"):
            break
    return 0


def _with_header(
    children: tuple[tuple[str, Entry], ...],
) -> tuple[tuple[str, ...], tuple[tuple[str, Entry], ...]]:
    """Take what floats above the first entry off it: it belongs to the collection."""
    key, first = children[0]
    at = floating(first.lead)
    return first.lead[:at], ((key, replace(first, lead=first.lead[at:])), *children[1:])
