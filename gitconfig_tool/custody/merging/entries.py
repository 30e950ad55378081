"""The text of a SOPS file cut into entries, and put together again.

An entry is a key with its lines, and the comments above it. Cutting and joining gives the text as
it was, so that what a merge leaves alone keeps its ciphertext, comments and layout byte for byte.
Knows how SOPS writes each format: a key on each line. What is written in another way stays in one
piece. Does not decide anything.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from gitconfig_tool.document import MappingNode, Node, ScalarNode, SequenceNode, parse_document
from gitconfig_tool.errors import GitConfigError

# The lines that hold SOPS's own block, and the names of its fields.
METADATA = "sops"
_DOTENV = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*)=")
_DOTENV_METADATA = "sops_"
_INI_SECTION = re.compile(r"\[([^\]]+)\]\s*")
_INI_VALUE = re.compile(r"([^=:;#\[\s][^=:]*?)\s*[=:]")
# go-ini: an empty section that every file has.
_INI_TOP = "DEFAULT"


class LayoutError(GitConfigError):
    """The text is not laid out as SOPS writes it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its lines: `lead` are the comments and blank lines above, `foot` closes it.

    `children` are the entries of a mapping; None for what is kept in one piece. `indent` is the
    column of the key. Lines keep their ends; in JSON the comma at the end is left out.
    """

    key: str
    lead: tuple[str, ...]
    body: tuple[str, ...]
    children: "tuple[Entry, ...] | None"
    foot: tuple[str, ...] = ()
    indent: int = 0


def cut(text: str, format: str, path: str) -> Entry:
    """Cut a text into entries below one root; raises `LayoutError`."""
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    if format == "dotenv":
        return _cut_dotenv(lines, path)
    if format == "ini":
        return _cut_ini(lines, path)
    document, problems = parse_document(path, text.encode(), sensitive=True)
    if not isinstance(document.root, MappingNode) or problems:
        raise LayoutError(
            f"expected {path} as SOPS writes it, found a file that cannot be read",
            hint="gitconfig-tool secrets check says what is wrong with it",
        )
    if format == "yaml":
        children, last = _yaml(document.root, lines, 0)
        return Entry("", (), (), children, tuple(lines[last:]))
    root = _json("", document.root, lines, 0)
    if root.children is None:
        raise LayoutError(
            f"expected {path} with a key on each line, as SOPS writes JSON, found another layout",
            hint="any change by sops writes it so: sops rotate --in-place, then merge again",
        )
    return replace(root, body=tuple(lines[: document.root.mark.line]))


def join(root: Entry, format: str) -> str:
    """Put entries together; what was cut and not changed comes out as it was."""
    return "".join(_lines(root, format in ("json", "binary"), is_last=True))


def shifted(entry: Entry, indent: int) -> Entry:
    """Return an entry with another indentation, for a place among entries that have it."""
    if entry.indent == indent:
        return entry
    by = indent - entry.indent

    def move(lines: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_moved(line, by) for line in lines)

    children = entry.children
    return Entry(
        entry.key,
        move(entry.lead),
        move(entry.body),
        None if children is None else tuple(shifted(each, each.indent + by) for each in children),
        move(entry.foot),
        indent,
    )


def _moved(line: str, by: int) -> str:
    if not line.strip():
        return line
    return " " * by + line if by > 0 else line[min(-by, len(line) - len(line.lstrip(" "))) :]


def _lines(entry: Entry, commas: bool, *, is_last: bool) -> Iterator[str]:
    yield from entry.lead
    body, foot = list(entry.body), list(entry.foot)
    if commas and entry.key and not is_last:
        closing = foot or body
        closing[-1] = closing[-1].rstrip("\r\n") + "," + _end(closing[-1])
    yield from body
    children = entry.children or ()
    for number, child in enumerate(children, 1):
        yield from _lines(child, commas, is_last=number == len(children))
    yield from foot


def _end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


# --- YAML ---


def _yaml(node: MappingNode, lines: list[str], start: int) -> tuple[tuple[Entry, ...], int]:
    """Return the entries of a block mapping, and the number of lines up to its end.

    `start` is the number of lines before its first entry, comments included.
    """
    found = []
    for key, entry in node.entries.items():
        first = entry.key_mark.line - 1
        value = entry.value
        lead = tuple(lines[start:first])
        indent = entry.key_mark.column - 1
        if _is_block(value, entry.key_mark.line, lines) and isinstance(value, MappingNode):
            children, start = _yaml(value, lines, first + 1)
            found.append(Entry(key, lead, (lines[first],), children, (), indent))
        else:
            start = max(_last_line(value, lines), first + 1)
            found.append(Entry(key, lead, tuple(lines[first:start]), None, (), indent))
    return tuple(found), start


def _is_block(node: Node, key_line: int, lines: list[str]) -> bool:
    """Tell whether a mapping has its entries on lines of their own below its key."""
    if not isinstance(node, MappingNode) or not node.entries or _is_flow(node, lines):
        return False
    places = [entry.key_mark.line for entry in node.entries.values()]
    return places[0] > key_line and len(set(places)) == len(places)


def _is_flow(node: Node, lines: list[str]) -> bool:
    return lines[node.mark.line - 1][node.mark.column - 1 : node.mark.column] in ("{", "[")


def _last_line(node: Node, lines: list[str]) -> int:
    """Return the last line of a value; libyaml ends a block where the next token begins."""
    if isinstance(node, ScalarNode) or _is_flow(node, lines):
        ends_before = node.mark.end_column == 1 and node.mark.end_line > node.mark.line
        return node.mark.end_line - ends_before
    inner = (
        node.items
        if isinstance(node, SequenceNode)
        else tuple(entry.value for entry in node.entries.values())
    )
    return max((_last_line(each, lines) for each in inner), default=node.mark.line)


# --- JSON ---


def _json(key: str, node: Node, lines: list[str], first: int) -> Entry:
    """Return the entry whose key stands on a line; `first` counts from 0."""
    last = node.mark.end_line
    if isinstance(node, MappingNode) and node.entries:
        places = [entry.key_mark.line for entry in node.entries.values()]
        alone = len(set(places)) == len(places) and places[-1] < last
        if places[0] == node.mark.line + 1 and alone:
            children = tuple(
                _json(name, entry.value, lines, entry.key_mark.line - 1)
                for name, entry in node.entries.items()
            )
            foot = (_without_comma(lines[last - 1]), *(lines[last:] if not key else ()))
            return Entry(key, (), tuple(lines[first : node.mark.line]), children, foot)
    body = [*lines[first : last - 1], _without_comma(lines[last - 1])]
    return Entry(key, (), tuple(body), None)


def _without_comma(line: str) -> str:
    text = line.rstrip("\r\n").rstrip()
    return text.removesuffix(",") + _end(line)


# --- dotenv and INI ---


def _cut_dotenv(lines: list[str], path: str) -> Entry:
    found: list[Entry] = []
    lead: list[str] = []
    block: list[str] = []
    for number, line in enumerate(lines, 1):
        match = _DOTENV.match(line)
        if match is not None and match[1].startswith(_DOTENV_METADATA):
            block += [*lead, line]
            lead = []
        elif match is not None:
            found.append(Entry(match[1], tuple(lead), (line,), None))
            lead = []
        elif not line.strip() or line.startswith("#"):
            lead.append(line)
        else:
            raise _odd_line(path, number, "KEY=VALUE")
    found.append(Entry(METADATA, (), tuple(block), None))
    return Entry("", (), (), tuple(found), tuple(lead))


def _cut_ini(lines: list[str], path: str) -> Entry:
    sections: list[Entry] = []
    values: list[Entry] = []
    lead: list[str] = []
    head = Entry(_INI_TOP, (), (), ())
    for number, line in enumerate(lines, 1):
        section = _INI_SECTION.fullmatch(line.rstrip("\r\n"))
        value = _INI_VALUE.match(line)
        if section is not None:
            sections.append(replace(head, children=tuple(values)))
            head, values, lead = Entry(section[1], tuple(lead), (line,), ()), [], []
        elif not line.strip() or line.lstrip()[:1] in (";", "#"):
            lead.append(line)
        elif value is not None and '"""' not in line and "`" not in line:
            values.append(Entry(value[1], tuple(lead), (line,), None))
            lead = []
        else:
            raise _odd_line(path, number, "KEY = VALUE on one line")
    sections.append(replace(head, children=tuple(values)))
    # A section without lines of its own is what comes before the first one.
    kept = tuple(each for each in sections if each.body or each.children)
    return Entry("", (), (), kept, tuple(lead))


def _odd_line(path: str, number: int, expected: str) -> LayoutError:
    return LayoutError(
        f"expected {expected} in line {number} of {path}, found another form",
        hint="merge this file by hand: take one side, and set the other's changes with sops",
    )


def entry_of(root: Entry, key: str) -> Entry | None:
    """Return the entry of a key at the top level."""
    return next((each for each in root.children or () if each.key == key), None)


def with_entry(root: Entry, entry: Entry) -> Entry:
    """Return a root with the entry of a key at the top level replaced."""
    return replace(root, children=tuple(_replaced(root.children or (), entry)))


def _replaced(children: Iterable[Entry], entry: Entry) -> Iterator[Entry]:
    for each in children:
        yield replace(entry, lead=each.lead) if each.key == entry.key else each
