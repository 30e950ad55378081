"""From an offset in a scalar's value to its place in the YAML file.

libyaml gives the place of a scalar, not of the characters in it. This module reads the scalar's
text once more, by the rules of libyaml's scanner (YAML 1.1 sections 9.1 to 9.3), and notes for each
character of the value where it stands. What it reads is compared with the value: where the two
differ, no place is claimed.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.document import ScalarNode

# The line breaks of libyaml.
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
# What may stand before the scalar itself within its mark.
_PROPERTY = re.compile(r"[!&]\S*")
_BLOCK_HEADER = re.compile(r"[|>](?:([-+])?([1-9])?|([1-9])([-+])?)[ \t]*(?:#.*)?")
_ESCAPES = {"x": 2, "u": 4, "U": 8}
_ESCAPED = {
    "0": "\0",
    "a": "\x07",
    "b": "\x08",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\x0b",
    "f": "\x0c",
    "r": "\r",
    "e": "\x1b",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}

# One character of the value, and the line and column (from 1) where it stands.
_Piece = tuple[str, int, int]


def span_in_scalar(source: str, path: str, node: ScalarNode, offset: int, length: int) -> Span:
    """Return the place of some characters of a scalar's value.

    `source` is the text of the file, without byte order mark. Falls back to the start of the scalar
    where the characters cannot be found for certain. The span never crosses a line.
    """
    pieces = _pieces(source, node)
    if not 0 <= offset <= len(pieces) or not pieces:
        mark = node.mark
        return Span(path, mark.line, mark.column, mark.line, mark.column + 1)
    if offset == len(pieces):
        _, line, column = pieces[-1]
        return Span(path, line, column, line, column + 1)
    _, line, column = pieces[offset]
    end = column + 1
    for _, its_line, its_column in pieces[offset : offset + max(length, 1)]:
        if its_line != line:
            break
        end = its_column + 1
    return Span(path, line, column, line, max(end, column + 1))


def _pieces(source: str, node: ScalarNode) -> list[_Piece]:
    """Read a scalar; an empty list where the text read is not the node's value."""
    value = node.value
    text = _Text(source)
    start = text.offset(node.mark.line, node.mark.column)
    if start is None or not isinstance(value, str):
        return []
    start = _skip_properties(source, start)
    first = source[start : start + 1]
    candidates: Iterator[list[_Piece]]
    if first in ("|", ">"):
        candidates = _block(text, start, folded=first == ">")
    elif first in ("'", '"'):
        candidates = iter([_flow(text, start + 1, None, first)])
    else:
        end = text.offset(node.mark.end_line, node.mark.end_column)
        candidates = iter([_flow(text, start, len(source) if end is None else end, "")])
    for pieces in candidates:
        if len(pieces) >= len(value) and "".join(piece[0] for piece in pieces) == value:
            return pieces
    return []


class _Text:
    """The text of a file with its lines as libyaml counts them."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.starts = [0, *(match.end() for match in _BREAK.finditer(source))]
        self.ends = [*(match.start() for match in _BREAK.finditer(source)), len(source)]

    def offset(self, line: int, column: int) -> int | None:
        if not 1 <= line <= len(self.starts):
            return None
        return min(self.starts[line - 1] + column - 1, len(self.source))

    def place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def line_break(self, line: int) -> str:
        """Return the break after a line (from 0) as it stands in a value, "" at the end."""
        if line + 1 >= len(self.starts):
            return ""
        found = self.source[self.ends[line] : self.starts[line + 1]]
        return found if found in ("\u2028", "\u2029") else "\n"


def _skip_properties(source: str, start: int) -> int:
    """Skip a tag and an anchor."""
    while (match := _PROPERTY.match(source, start)) is not None:
        start = match.end()
        while source[start : start + 1] in (" ", "\t", "\r", "\n") and start < len(source):
            start += 1
    return start


def _block(text: _Text, start: int, *, folded: bool) -> Iterator[list[_Piece]]:
    """Read a block scalar, with each indentation that is possible."""
    line = text.place(start)[0] - 1
    header = _BLOCK_HEADER.fullmatch(text.source, start, text.ends[line])
    if header is None:
        return
    chomping = header[1] or header[4] or ""
    explicit = header[2] or header[3]
    indents = []
    longest_blank = 0
    for below in range(line + 1, len(text.starts)):
        content = text.source[text.starts[below] : text.ends[below]]
        stripped = content.lstrip(" ")
        if stripped:
            indents.append(max(len(content) - len(stripped), longest_blank))
            break
        longest_blank = max(longest_blank, len(content))
    if explicit and indents:
        # The indentation is relative to a parent that is not known here.
        indents.extend(range(indents[0] - 1, 0, -1))
    for indent in indents:
        yield _block_lines(text, line + 1, indent, chomping, folded=folded)


def _block_lines(
    text: _Text, line: int, indent: int, chomping: str, *, folded: bool
) -> list[_Piece]:
    """Follow yaml_parser_scan_block_scalar of libyaml."""
    pieces: list[_Piece] = []
    leading: list[_Piece] = []
    trailing: list[_Piece] = []
    leading_blank = False
    count = len(text.starts)
    while True:
        while line < count:
            content = text.source[text.starts[line] : text.ends[line]]
            if content[:indent].strip(" ") or len(content) > indent or not text.line_break(line):
                break
            trailing.append((text.line_break(line), line + 1, len(content) + 1))
            line += 1
        if line >= count:
            break
        content = text.source[text.starts[line] : text.ends[line]]
        if content[:indent].strip(" ") or len(content) <= indent:
            break
        trailing_blank = content[indent] in " \t"
        if folded and leading and leading[0][0] == "\n" and not (leading_blank or trailing_blank):
            if not trailing:
                pieces.append((" ", leading[0][1], leading[0][2]))
        else:
            pieces.extend(leading)
        pieces.extend(trailing)
        leading, trailing = [], []
        leading_blank = trailing_blank
        for column in range(indent, len(content)):
            pieces.append((content[column], line + 1, column + 1))
        if text.line_break(line):
            leading = [(text.line_break(line), line + 1, len(content) + 1)]
        line += 1
    if chomping != "-":
        pieces.extend(leading)
    if chomping == "+":
        pieces.extend(trailing)
    return pieces


def _flow(text: _Text, position: int, end: int | None, quote: str) -> list[_Piece]:
    """Follow yaml_parser_scan_flow_scalar and yaml_parser_scan_plain_scalar of libyaml."""
    source = text.source
    stop = len(source) if end is None else end
    pieces: list[_Piece] = []
    while position < stop:
        folding = False
        while position < stop and source[position] not in " \t" and not _is_break(source, position):
            character = source[position]
            if quote and character == quote:
                if quote == "'" and source.startswith("''", position):
                    pieces.append(("'", *text.place(position)))
                    position += 2
                    continue
                return pieces
            if quote == '"' and character == "\\":
                if _is_break(source, position + 1):
                    position = _after_break(source, position + 1)
                    folding = True
                    break
                position = _escape(text, position, pieces)
                continue
            pieces.append((character, *text.place(position)))
            position += 1
        blanks: list[_Piece] = []
        breaks: list[_Piece] = []
        escaped_break = folding
        while position < stop and (source[position] in " \t" or _is_break(source, position)):
            if source[position] in " \t":
                if not folding:
                    blanks.append((source[position], *text.place(position)))
                position += 1
                continue
            line = text.place(position)[0] - 1
            breaks.append((text.line_break(line), *text.place(position)))
            folding, blanks = True, []
            position = _after_break(source, position)
        pieces.extend(_folded(breaks, escaped_break=escaped_break) if folding else blanks)
        if not quote and position >= stop:
            break
    return pieces


def _folded(breaks: list[_Piece], *, escaped_break: bool) -> list[_Piece]:
    """Fold line breaks: one becomes a space, of more the first is dropped."""
    if escaped_break or not breaks:
        return breaks
    if breaks[0][0] != "\n":
        return breaks
    if len(breaks) == 1:
        return [(" ", breaks[0][1], breaks[0][2])]
    return breaks[1:]


def _escape(text: _Text, position: int, pieces: list[_Piece]) -> int:
    """Read one escape of a double-quoted scalar; return the position after it."""
    source = text.source
    kind = source[position + 1 : position + 2]
    place = text.place(position)
    if kind in _ESCAPES:
        end = position + 2 + _ESCAPES[kind]
        try:
            pieces.append((chr(int(source[position + 2 : end], 16)), *place))
        except (ValueError, OverflowError):
            pieces.append(("\ufffd", *place))
        return end
    pieces.append((_ESCAPED.get(kind, kind), *place))
    return position + 2


def _is_break(source: str, position: int) -> bool:
    return source[position : position + 1] in ("\r", "\n", "\x85", "\u2028", "\u2029")


def _after_break(source: str, position: int) -> int:
    match = _BREAK.match(source, position)
    return position + 1 if match is None else match.end()
