"""The comments of a file that begin with `gct:`.

Takes the text of a YAML or Rego file; returns each such comment with its place and with the line
that it speaks for. Does not know what the comment says.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from gitconfig_tool.document import MappingNode, Mark, Node, ScalarNode
from gitconfig_tool.document.text import LINE_BREAK

MARKER = "gct:"

# YAML 1.2.2 section 6.6: white space stands before a comment.
_YAML_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#")
_MARKED = re.compile(r"#[ \t]*gct:(.*?)(?=\s#[ \t]*gct:|$)")
# A scalar that begins with these, after its tag and its anchor, is a block of lines.
_BLOCK = re.compile(r"(?:[!&]\S*\s+)*[|>]")
# What a Rego file is made of as far as comments go; a raw string may have several lines.
_REGO_PIECE = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`]*`|#[^\n]*')
# Lines that no diagnostic can be at: a comment above them speaks for what follows.
_NOTHING = re.compile(r"\s*(?:#.*|---\s*)?")

_Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Comment:
    """What follows `gct:`, with the place of its first character.

    `target` is the line that the comment speaks for: its own when something else stands there,
    otherwise the next line with more than a comment; None at the end of the file.
    """

    text: str
    line: int
    column: int
    target: int | None


def has_content(text: str) -> bool:
    """Tell whether a file holds more than comments and empty lines."""
    lines = LINE_BREAK.split(text.removeprefix("\ufeff"))
    return not all(_NOTHING.fullmatch(line) for line in lines)


def yaml_comments(text: str, root: Node | None) -> Iterator[Comment]:
    """Yield the marked comments of a YAML file that was parsed without an error."""
    lines = LINE_BREAK.split(text.removeprefix("\ufeff"))
    marked = [number for number, line in enumerate(lines, 1) if MARKER in line]
    if not marked:
        return
    scalars = sorted(_scalars(root, lines)) if root is not None else []
    below = _below(lines)
    for number in marked:
        line = lines[number - 1]
        for match in _YAML_COMMENT.finditer(line):
            if not _within(scalars, (number, match.start() + 1)):
                yield from _marked(lines, number, match.start(), below)
                break


def rego_comments(text: str) -> Iterator[Comment]:
    """Yield the marked comments of a Rego file."""
    text = LINE_BREAK.sub("\n", text)
    lines = text.split("\n")
    below = _below(lines)
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    for match in _REGO_PIECE.finditer(text):
        if match[0].startswith("#") and MARKER in match[0]:
            number = bisect_right(starts, match.start())
            yield from _marked(lines, number, match.start() - starts[number - 1], below)


def _below(lines: list[str]) -> list[int | None]:
    """Return, for each line, the number of the next one with more than a comment.

    Found once: thousands of comments in a row must not each look through all the others.
    """
    found: list[int | None] = [None] * len(lines)
    next_one: int | None = None
    for at in range(len(lines) - 1, -1, -1):
        found[at] = next_one
        if not _NOTHING.fullmatch(lines[at]):
            next_one = at + 1
    return found


def _marked(
    lines: list[str], number: int, start: int, below: list[int | None]
) -> Iterator[Comment]:
    """Split a comment: more than one `# gct:` may stand in it, and other words before them."""
    line = lines[number - 1]
    target = number if line[:start].strip() else below[number - 1]
    for match in _MARKED.finditer(line, start):
        text = match[1].lstrip()
        column = match.end(1) - len(text) + 1
        yield Comment(text.rstrip(), number, column, target)


def _scalars(root: Node, lines: list[str]) -> Iterator[tuple[_Place, _Place]]:
    """Yield where text stands in which `#` is no comment: the start and the end of each scalar."""
    seen: set[int] = set()  # An alias repeats a node.
    todo: list[Node] = [root]
    while todo:
        node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, ScalarNode):
            yield _extent(node.mark, lines)
        elif isinstance(node, MappingNode):
            for entry in node.entries.values():
                yield _extent(entry.key_mark, lines)
                todo.append(entry.value)
        else:
            todo += node.items


def _extent(mark: Mark, lines: list[str]) -> tuple[_Place, _Place]:
    start = (mark.line, mark.column)
    if _BLOCK.match(lines[mark.line - 1], mark.column - 1):
        start = (mark.line + 1, 1)  # A comment may stand in the first line of a block.
    return start, (mark.end_line, mark.end_column)


def _within(scalars: list[tuple[_Place, _Place]], place: _Place) -> bool:
    # Scalars do not overlap: only the last one that begins at or before the place can hold it.
    at = bisect_right(scalars, place, key=lambda extent: extent[0])
    return at > 0 and place < scalars[at - 1][1]
