"""A `Written` file to text in canonical form. The same tree always gives the same text.

Two blanks for each level, lists indented below their key, two blanks before a comment (comments
that stood in one column stay in one), brackets kept where they fit on a line. Does not say in which
order keys stand: `ordering` does, before.
"""

from dataclasses import dataclass

from gitconfig_tool.fix.formatting.scalars import (
    block_lines,
    is_block,
    is_one_line,
    lines_of,
    scalar_text,
)
from gitconfig_tool.fix.formatting.tree import (
    Alias,
    Beside,
    Collection,
    Part,
    Scalar,
    Value,
    Written,
)

# Brackets that would end further right are written as a block.
MAX_COLUMNS = 100
_STEP = 2
_BEFORE_COMMENT = 2


@dataclass(slots=True)
class _Line:
    text: str
    beside: Beside | None = None


def print_written(file: Written) -> str:
    """Return the text of a file; it ends with a line break unless it is empty."""
    printer = _Printer()
    printer.comments(file.head, 0)
    if file.start:
        printer.line("---", file.mark)
    elif file.head and file.head[-1] and file.top is not None:
        printer.line("")
    if file.top is not None:
        printer.top(file.top)
    printer.comments(file.foot, 0)
    return printer.text()


class _Printer:
    def __init__(self) -> None:
        self._lines: list[_Line] = []

    def text(self) -> str:
        """Return all lines, with comments that stood in one column set in one."""
        lines = self._lines
        while lines and not lines[-1].text and not lines[-1].beside:
            lines.pop()
        for first, last in _paragraphs(lines):
            _align(lines[first:last])
        return "".join(f"{each.text}\n" for each in lines)

    def line(self, text: str, beside: Beside | None = None) -> None:
        if text or (self._lines and self._lines[-1].text):
            self._lines.append(_Line(text, beside))

    def comments(self, lines: list[str], indent: int) -> None:
        for text in lines:
            self.line(" " * indent + text if text else "")

    def top(self, part: Part) -> None:
        self.comments(part.lead, 0)
        value = part.value
        if isinstance(value, Collection) and not self._fits(value, 0):
            if value.properties or part.header is not None:
                # Such a line begins a document; without `---` it would be the first key's.
                self.line(value.properties, part.header)
            self._parts(value, 0, "")
        elif value is not None:
            self._inline("", value, part, 0, content=_STEP)

    def _parts(self, node: Collection, indent: int, first: str) -> None:
        """Print the parts of a block; the first line begins with `first`, where that is given."""
        for number, part in enumerate(node.parts):
            if part.blank and number > 0:
                self.line("")
            self.comments(part.heading, indent)
            if part.heading:
                self.line("")
            self.comments(part.lead, indent)
            begin = first if number == 0 and first else " " * indent
            if part.key is None:
                self._part(f"{begin}-", part, indent)
            else:
                name = scalar_text(part.key, in_flow=False, is_key=True)
                properties = f"{part.key.properties} " if part.key.properties else ""
                self._part(f"{begin}{properties}{name}:", part, indent)
        self.comments(node.foot, indent)

    def _part(self, begin: str, part: Part, indent: int) -> None:
        """Print an entry or an item; `begin` is its line up to the colon or the dash."""
        value = part.value
        inner = indent + _STEP
        if isinstance(value, Collection) and (part.inner or not self._fits(value, len(begin) + 1)):
            if value.flow and part.inner and self._fits(value, inner):
                self._below(begin, part, value, inner)
                return
            starts = value.parts[0]
            bare = not (value.properties or part.header or part.inner)
            if part.key is None and bare and not (starts.heading or starts.lead):
                self._parts(value, inner, f"{begin} ")
                return
            self.line(_joined(begin, value.properties), part.header)
            self.comments(part.inner, inner)
            self._parts(value, inner, "")
        elif value is not None and (part.inner or (part.header and not _is_block(value))):
            self._below(begin, part, value, inner)
        elif value is not None:
            self._inline(begin, value, part, indent, content=inner)

    def _below(self, begin: str, part: Part, value: Value, inner: int) -> None:
        """Print a value on a line of its own: a comment stands between it and its key."""
        self.line(begin, part.header)
        self.comments(part.inner, inner)
        self._inline(" " * inner, value, part, inner, content=inner)

    def _inline(self, begin: str, value: Value, part: Part, indent: int, *, content: int) -> None:
        """Print a value that begins on the line of its key; further lines are indented."""
        if isinstance(value, Scalar) and is_block(value):
            header, lines = block_lines(value)
            beside = part.header or part.beside
            self._lines.append(_Line(_joined(begin, value.properties, header), beside))
            # No line of a text is left out, however many are empty.
            self._lines += [_Line(" " * content + each if each else "") for each in lines]
        elif isinstance(value, Scalar) and not is_one_line(value):
            first, *rest = lines_of(value)
            self.line(_joined(begin, value.properties, first))
            self._lines += [_Line(" " * content + each if each else "") for each in rest]
            self._lines[-1].beside = part.beside
        elif isinstance(value, Collection):
            self.line(_joined(begin, _flow(value)), part.beside)
        else:
            self.line(_joined(begin, _one_line(value, in_flow=False)), part.beside)

    def _fits(self, node: Collection, column: int) -> bool:
        """Tell whether a collection stays in brackets, if it begins at a column."""
        if not node.flow or node.has_comment or not _is_simple(node):
            return False
        return not node.parts or column + len(_flow(node)) <= MAX_COLUMNS


def _is_block(value: Value) -> bool:
    return isinstance(value, Scalar) and is_block(value)


def _is_simple(value: Value) -> bool:
    """Tell whether a value can be written on one line."""
    if isinstance(value, Scalar):
        return is_one_line(value)
    if isinstance(value, Alias):
        return True
    return all(each.value is None or _is_simple(each.value) for each in value.parts)


def _flow(node: Collection) -> str:
    """Return a collection in brackets, with its tag and anchor."""
    inner = []
    for part in node.parts:
        value = "" if part.value is None else _one_line(part.value, in_flow=True)
        if part.key is not None:
            name = scalar_text(part.key, in_flow=True, is_key=True)
            value = _joined(part.key.properties, f"{name}:", value)
        inner.append(value)
    opening, closing = ("{", "}") if node.is_mapping else ("[", "]")
    return _joined(node.properties, f"{opening}{', '.join(inner)}{closing}")


def _one_line(value: Value, *, in_flow: bool) -> str:
    if isinstance(value, Alias):
        return value.written
    if isinstance(value, Collection):
        return _flow(value)
    return _joined(value.properties, scalar_text(value, in_flow=in_flow))


def _joined(*parts: str) -> str:
    """Join what is not empty with blanks; indentation that comes first is kept."""
    first, *rest = parts
    text = first
    for part in rest:
        if part:
            text += part if not text or text.isspace() else f" {part}"
    return text


def _paragraphs(lines: list[_Line]) -> list[tuple[int, int]]:
    """Return where the lines between blank lines begin and end."""
    found = []
    start = 0
    for number, line in enumerate([*lines, _Line("")]):
        if not line.text:
            found.append((start, number))
            start = number + 1
    return found


def _align(lines: list[_Line]) -> None:
    """Add the comments to lines: those that stood in one column stand in one."""
    widths: dict[int, int] = {}
    for line in lines:
        if line.beside is not None:
            column = line.beside.column
            widths[column] = max(widths.get(column, 0), len(line.text) + _BEFORE_COMMENT)
    for line in lines:
        if line.beside is not None:
            line.text = line.text.ljust(widths[line.beside.column]) + line.beside.text
