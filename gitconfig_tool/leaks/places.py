"""Where in a YAML or JSON document a credential stands: `/openai/api_key`.

A pointer may be shown, so it never holds a credential: a key that is one is left out.
"""

import re
from collections.abc import Iterable, Sequence

from gitconfig_tool.document import MappingNode, Node, SequenceNode, parse_document
from gitconfig_tool.leaks.model import Leak, TextFile
from gitconfig_tool.pointer import format_pointer

_PARSED = (".yaml", ".yml", ".json")
# A key that may be shown: short, and of what names are made of.
_PLAIN = re.compile(r"[A-Za-z0-9_.\-]{1,64}")


def pointers(file: TextFile, leaks: Sequence[Leak]) -> tuple[str, ...]:
    """Return the pointer of each leak of a file; empty where there is none to show."""
    if not leaks or not file.path.endswith(_PARSED):
        return ("",) * len(leaks)
    document, _ = parse_document(file.path, file.text.encode("utf-8", "replace"))
    if document.root is None:
        return ("",) * len(leaks)
    secrets = {leak.secret for leak in leaks}
    return tuple(_shown(_tokens(document.root, leak), secrets) for leak in leaks)


def _tokens(root: Node, leak: Leak) -> tuple[str, ...]:
    """Return the keys on the way to the value that a leak begins in."""
    tokens: list[str] = []
    at = root
    while True:
        if isinstance(at, MappingNode):
            inner = ((key, entry.value) for key, entry in at.entries.items())
        elif isinstance(at, SequenceNode):
            inner = ((str(number), item) for number, item in enumerate(at.items))
        else:
            return tuple(tokens)
        found = next((each for each in inner if _covers(each[1], leak)), None)
        if found is None:
            return tuple(tokens)
        tokens.append(found[0])
        at = found[1]


def _covers(node: Node, leak: Leak) -> bool:
    mark = node.mark
    return (mark.line, mark.column) <= leak.start < (mark.end_line, mark.end_column)


def _shown(tokens: Sequence[str], secrets: Iterable[str]) -> str:
    if any(_PLAIN.fullmatch(token) is None for token in tokens):
        return ""
    pointer = format_pointer(tuple(tokens)) if tokens else ""
    return "" if any(secret in pointer for secret in secrets) else pointer
