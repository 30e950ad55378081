"""What may be a secret in the clear: a value under such a name, or a URL with a password."""

import re

from gitconfig_tool.document import MappingNode, Node, SequenceNode

_CREDENTIAL = re.compile(
    r"(?i)(?:passw(?:or)?d|passphrase|secret|token|credentials?|api[_-]?key|private[_-]?key)$"
)
_URL_WITH_PASSWORD = re.compile(r"://[^/@\s]*:[^/@\s]+@")


def is_credential(key: str) -> bool:
    """Tell whether a value may be a secret in the clear, whatever the schema says of it."""
    return _CREDENTIAL.search(key) is not None


def has_password(value: object) -> bool:
    """Tell whether a value is a URL with a password in it, or a list that holds one."""
    if isinstance(value, list):
        return any(map(has_password, value))
    return isinstance(value, str) and _URL_WITH_PASSWORD.search(value) is not None


def without_password(text: str) -> str:
    """Return a text with `...` in place of the passwords of its URLs."""
    return _URL_WITH_PASSWORD.sub("://...@", text)


def shows_secret(node: Node, line: int) -> bool:
    """Tell whether a line of a node may show a secret in the clear."""
    if isinstance(node, MappingNode):
        return any(
            is_credential(key) or shows_secret(entry.value, line)
            for key, entry in node.entries.items()
            if entry.key_mark.line <= line <= entry.value.mark.end_line
        )
    if isinstance(node, SequenceNode):
        return any(
            shows_secret(item, line)
            for item in node.items
            if item.mark.line <= line <= item.mark.end_line
        )
    return has_password(node.value)
