"""A YAML file as text that `git diff` can compare: a line for each value, with its path.

Keys are sorted and values written in one form, so that another order, other quotes and comments
show nothing. What may be a secret is not shown; a short mark of it is, so that a change shows.
Takes bytes. What is no plain YAML comes out as it is: Git then compares it by lines.
"""

import json
import re
from collections.abc import Iterator, Sequence
from hashlib import sha256

from gitconfig_tool.diagnostics import Severity, rule
from gitconfig_tool.document import MappingNode, Node, ScalarNode, parse_document
from gitconfig_tool.document.credentials import (
    NAMED_BESIDE,
    VALUES_BESIDE,
    may_hold_secret,
    may_name_secret,
    shows_number,
)
from gitconfig_tool.joining.three_way import NAMING_FIELDS
from gitconfig_tool.report.tables import printable

# The words of `changes.hiding`, which would load the compiler: Git starts us for every file.
HIDDEN = "(not shown: it may be a secret)"
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
# Enough to tell that a value changed, and too little to find it by: 65,536 marks.
_MARK_DIGITS = 4
# Text with a tag of ours is a target or a template, and written without quotes.
_BARE = frozenset({"!required", "!unset", "!secret", "!ref", "!prompt"})


def layer_text(path: str, data: bytes) -> bytes:
    """Return the text of one version of a file; `path` is used for nothing but messages."""
    document, problems = parse_document(path, data)
    if document.root is None or any(_is_error(each.code) for each in problems):
        return data
    return "".join(f"{line}\n" for line in _lines(document.root, "", "")).encode()


def _is_error(code: str) -> bool:
    return rule(code).severity is Severity.ERROR


def _lines(node: Node, name: str, secret: str) -> Iterator[str]:
    """Yield the lines of a node; `secret` is the name of one that it stands under, if any."""
    tag = f" {node.tag}" if node.tag else ""
    if isinstance(node, ScalarNode):
        yield from _scalar(node, f"{name}:{tag}" if name else tag.strip(), secret)
    elif isinstance(node, MappingNode):
        if tag or not node.entries:
            yield f"{name}:{tag}{'' if node.entries else ' {}'}".lstrip(":").lstrip()
        for key in sorted(node.entries):
            shown = key if _PLAIN_KEY.fullmatch(key) else f"[{_text(key)}]"
            dot = "." if name and shown[0] != "[" else ""
            inner = _secret_name(key, node, secret)
            yield from _lines(node.entries[key].value, f"{name}{dot}{shown}", inner)
    else:
        if tag or not node.items:
            yield f"{name}:{tag}{'' if node.items else ' []'}".lstrip(":").lstrip()
        # A field that is not shown below is not shown as a name either.
        names = _numbers(node.items) if secret else _names(node.items)
        for number, item in enumerate(node.items):
            yield from _lines(item, f"{name}[{names[number]}]", secret)


def _scalar(node: ScalarNode, start: str, secret: str) -> Iterator[str]:
    start = f"{start} " if start else ""
    value = node.value
    if node.tag in _BARE:
        # The name of a secret is none.
        yield f"{start}{printable(str(value))}".rstrip()
    elif _may_be_secret(value, secret):
        mark = sha256(str(value).encode()).hexdigest()[:_MARK_DIGITS]
        yield f"{start}{HIDDEN} <{mark}>"
    elif isinstance(value, str) and "\n" in value.rstrip("\n"):
        # A line for each line: a diff then shows the one that changed.
        *lines, last = value.split("\n")
        yield f"{start}{'|' if last == '' else '|-'}"
        yield from (f"  {printable(line)}".rstrip() for line in ([*lines, last] if last else lines))
    else:
        yield f"{start}{_text(value) if isinstance(value, str) else json.dumps(value)}"


def _may_be_secret(value: object, secret: str) -> bool:
    if isinstance(value, str):
        return value != "" and (secret != "" or may_hold_secret(value))
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and secret != "" and not shows_number(secret)


def _secret_name(key: str, around: MappingNode, above: str) -> str:
    """Return the name of a secret that a key stands for; see `changes.hiding`."""
    if may_name_secret(key):
        return key
    for field in NAMED_BESIDE if key in VALUES_BESIDE else ():
        said = around.entries.get(field)
        value = said.value.value if said and isinstance(said.value, ScalarNode) else None
        if isinstance(value, str) and may_name_secret(value):
            return value
    return above


def _text(value: str) -> str:
    return printable(json.dumps(value, ensure_ascii=False))


def _names(items: Sequence[Node]) -> list[str]:
    """Return what stands in brackets for each item.

    Entries are called by the field that names them, so that one more shows as one more. Of plain
    values none is numbered, for the same reason; other items have their number.
    """
    for field in NAMING_FIELDS:
        found = [_field(item, field) for item in items]
        names = [each for each in found if each is not None]
        if items and len(names) == len(items) == len(set(names)):
            return [f"{field}={name}" for name in names]
    return _numbers(items)


def _numbers(items: Sequence[Node]) -> list[str]:
    if all(isinstance(item, ScalarNode) for item in items):
        return [""] * len(items)
    return [str(number) for number in range(len(items))]


def _field(item: Node, field: str) -> str | None:
    if not isinstance(item, MappingNode) or field not in item.entries:
        return None
    value = item.entries[field].value
    if not isinstance(value, ScalarNode) or not isinstance(value.value, str | int):
        return None
    text = str(value.value)
    return text if _PLAIN_KEY.fullmatch(text) else _text(text)
