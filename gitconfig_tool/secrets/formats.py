"""The formats of SOPS files beside YAML and JSON: dotenv, INI and binary.

Turns the text of a file into the same tree that YAML becomes, with a place for every value; the
flat metadata becomes a `sops` mapping. Reads what SOPS writes (stores/dotenv, stores/ini and
stores/flatten.go of getsops/sops) and reports what SOPS would refuse. Does not judge the metadata.
"""

import re
from collections.abc import Iterator
from typing import Any

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import (
    Document,
    Entry,
    MappingNode,
    Mark,
    Node,
    ScalarNode,
    SequenceNode,
    parse_document,
)
from gitconfig_tool.secrets.model import METADATA_KEY, format_of

_PREFIX = "sops_"
_SECTION = re.compile(r"\[(?P<name>.*)\]\s*")
# stores/flatten.go: `mapSeparator` and `listSeparator`.
_STEP = re.compile(r"__(?:map_(?P<key>.*?)|list_(?P<index>\d+))(?=__map_|__list_|$)")
_COUNTS = frozenset({"shamir_threshold"})
_FLAGS = frozenset({"mac_only_encrypted"})
_START = Mark(1, 1, 1, 1)
# Deep enough for key groups; a key that says more is none of SOPS's.
_MAX_STEPS = 8
_MAX_INDEX = 1000

# A value that is set, where its key stands, and the value's own place.
_Line = tuple[str, str, Mark, Mark]


def parse_sops_file(path: str, data: bytes) -> tuple[Document, tuple[Diagnostic, ...]]:
    """Parse a file in the format that SOPS takes from its name.

    Text in the clear gives a tree too; a binary file in the clear gives an empty mapping.
    """
    kind = format_of(path)
    if kind in ("yaml", "json"):
        return parse_document(path, data, sensitive=True)
    if kind == "binary":
        return _binary(path, data), ()
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return Document(path, None), (_odd(path, 1, "text in UTF-8", "other bytes"),)
    return _dotenv(path, text) if kind == "dotenv" else _ini(path, text)


def _binary(path: str, data: bytes) -> Document:
    """SOPS writes a binary file as JSON: `{"data": "ENC[...]", "sops": {...}}`."""
    if data.lstrip()[:1] == b"{":
        document, problems = parse_document(path, data, sensitive=True)
        if not problems and isinstance(document.root, MappingNode):
            return document
    return Document(path, MappingNode({}, _START) if data else None)


def _dotenv(path: str, text: str) -> tuple[Document, tuple[Diagnostic, ...]]:
    values: dict[str, Entry] = {}
    metadata: list[_Line] = []
    problems = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        key, equals, value = line.partition("=")
        if not equals:
            problems.append(_odd(path, number, "NAME=VALUE", "a line without '='"))
            continue
        key_mark = Mark(number, 1, number, len(key) + 1)
        mark = Mark(number, len(key) + 2, number, len(line) + 1)
        value = value.replace("\\n", "\n")
        if key.startswith(_PREFIX):
            metadata.append((key.removeprefix(_PREFIX), value, key_mark, mark))
        elif key in values:
            problems.append(_odd(path, number, "each name once", "one a second time"))
        else:
            values[key] = Entry(key_mark, ScalarNode(value, mark))
    return _document(path, values, metadata), tuple(problems)


def _ini(path: str, text: str) -> tuple[Document, tuple[Diagnostic, ...]]:
    sections: dict[str, dict[str, Entry]] = {}
    places: dict[str, Mark] = {}
    metadata: list[_Line] = []
    problems = []
    # What stands before the first section belongs to one of this name.
    section = "DEFAULT"
    lines = iter(enumerate(text.split("\n"), 1))
    for number, line in lines:
        content = line.strip()
        start = len(line) - len(line.lstrip()) + 1
        if not content or content[0] in "#;":
            continue
        if content[0] == "[":
            head = _SECTION.fullmatch(content)
            if head is None:
                problems.append(_odd(path, number, "[SECTION]", "a '[' that is not closed"))
                continue
            section = head["name"].strip()
            if section in places:
                problems.append(_odd(path, number, "each section once", "one a second time"))
            places.setdefault(section, Mark(number, start, number, start + len(content)))
            continue
        pair = re.match(r"\s*(?P<key>\"[^\"]*\"|`[^`]*`|[^=:]*?)\s*[=:]\s*", line)
        if pair is None:
            problems.append(_odd(path, number, "NAME = VALUE", "a line without '='"))
            continue
        key = pair["key"].strip().strip('"`')
        key_mark = Mark(number, start, number, start + len(pair["key"].strip()))
        mark = Mark(number, pair.end() + 1, number, len(line.rstrip()) + 1)
        value = _ini_value(line[pair.end() :].strip(), lines)
        if section == METADATA_KEY:
            metadata.append((key, value.replace("\\n", "\n"), key_mark, mark))
            continue
        inside = sections.setdefault(section, {})
        places.setdefault(section, key_mark)
        if key in inside:
            problems.append(_odd(path, number, "each name once in a section", "one a second time"))
        else:
            inside[key] = Entry(key_mark, ScalarNode(value, mark))
    values = {
        name: Entry(mark, MappingNode(sections.get(name, {}), mark))
        for name, mark in places.items()
        if name != METADATA_KEY
    }
    return _document(path, values, metadata), tuple(problems)


def _ini_value(text: str, lines: Iterator[tuple[int, str]]) -> str:
    """Take the quotes off a value; one in three quotes or in backquotes may go on below."""
    for quote in ('"""', "`"):
        if text.startswith(quote):
            text = text.removeprefix(quote)
            while quote not in text:
                _, more = next(lines, (0, quote))
                text += "\n" + more
            return text.partition(quote)[0]
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text


def _document(path: str, values: dict[str, Entry], metadata: list[_Line]) -> Document:
    if metadata:
        mark = metadata[0][2]
        values[METADATA_KEY] = Entry(mark, _nested(metadata, mark))
    return Document(path, MappingNode(values, _START) if values else None)


def _nested(metadata: list[_Line], mark: Mark) -> Node:
    """Undo the flattening of metadata: `age__list_0__map_recipient` is in a list of mappings."""
    root: dict[Any, Any] = {}
    for name, value, key_mark, value_mark in metadata:
        first = re.match(r".*?(?=__map_|__list_|$)", name, re.DOTALL)
        steps: list[str | int] = [first[0] if first else name]
        for found in _STEP.finditer(name):
            index = found["index"]
            steps.append(found["key"] if index is None else min(int(index[:6]), _MAX_INDEX))
        if len(steps) > _MAX_STEPS:
            steps = [name]
        inside = root
        for step in steps[:-1]:
            inner = inside.get(step)
            if not isinstance(inner, dict):
                inner = inside[step] = {}
            inside = inner
        inside[steps[-1]] = (ScalarNode(_typed(name, value), value_mark), key_mark)
    return _tree(root, mark)[0]


def _tree(content: Any, mark: Mark) -> tuple[Node, Mark]:
    if isinstance(content, tuple):
        return content
    marks = [key_mark for _, key_mark in (_tree(each, mark) for each in content.values())]
    first = marks[0] if marks else mark
    if content and all(isinstance(key, int) for key in content):
        items = tuple(_tree(content[key], mark)[0] for key in sorted(content))
        return SequenceNode(items, first), first
    entries = {}
    for key, inner in content.items():
        node, key_mark = _tree(inner, mark)
        entries[str(key)] = Entry(key_mark, node)
    return MappingNode(entries, first), first


def _typed(name: str, value: str) -> str | int | bool:
    """stores/flatten.go, `DecodeNonStrings`: what is no string in SOPS's metadata."""
    if name in _COUNTS and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    if name in _FLAGS and value in ("true", "false"):
        return value == "true"
    return value


def _odd(path: str, line: int, expected: str, found: str) -> Diagnostic:
    return Diagnostic(
        "GCT410",
        f"expected {expected} in a {format_of(path)} file, found {found}",
        Span(path, line, 1, line, 1),
        hint=f"sops cannot read it so: mend the line, or restore the file: git checkout -- {path}",
        sensitive=True,
    )
