"""Which keys hold credentials, by their names alone."""

import re

from gitconfig_tool.document import MappingNode, Node

_CREDENTIAL = re.compile(
    r"(?i)(?:passw(?:or)?d|passphrase|secret|token|credentials?|api[_-]?key|private[_-]?key)$"
)


def is_credential(key: str) -> bool:
    """Tell whether a value may be a secret in the clear, whatever the schema says of it."""
    return _CREDENTIAL.search(key) is not None


def shows_secret(node: Node, line: int) -> bool:
    """Tell whether a line of a mapping may show a secret in the clear."""
    return isinstance(node, MappingNode) and any(
        is_credential(key) or shows_secret(entry.value, line)
        for key, entry in node.entries.items()
        if entry.key_mark.line <= line <= entry.value.mark.end_line
    )
