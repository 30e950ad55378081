"""What may be a secret in the clear: a value under such a name, or a URL with a password."""

import re

from gitconfig_tool.document.nodes import MappingNode, Node, ScalarNode, SequenceNode
from gitconfig_tool.document.text import LINE_BREAK

_NAMES = r"(?:passw(?:or)?d|passphrase|secret|token|credentials?|api[_-]?key|private[_-]?key)"
_CREDENTIAL = re.compile(rf"(?i){_NAMES}$")
# The same in text that is no YAML: a value follows that is neither a tag nor a collection.
_CREDENTIAL_IN_TEXT = re.compile(rf"(?i){_NAMES}" r"[\"']?\s*[:=]\s*(?!ENC\[)[^\s!&*{\[#]")
# The user ends at the first colon: were it any, a line of colons would take hours.
_URL_WITH_PASSWORD = re.compile(r"://[^/@\s:]*:[^/@\s]+@")

# What is shown to others, and kept, is looked at more strictly than what is reported: a value too
# many that is not shown costs little. Names in any number, with what tells versions apart.
_SHOWN_NAMES = (
    r"(?:passw(?:or)?d|passphrase|secret|token|credential"
    r"|(?:api|private|secret|access|signing|encryption|master|account|shared)[_. -]?key"
    r"|(?:^|[_. -])(?:pwd|pass|bearer|authorization))s?"
)
_SHOWN_NAME = re.compile(
    rf"(?i){_SHOWN_NAMES}(?:[_. -]?(?:old|new|previous|next|current|backup|value|\d{{1,3}}))?$"
)
_PASSWORD_NAME = re.compile(r"(?i)(?:passw(?:or)?d|passphrase|pwd|secret)$")
# Text that holds a credential itself. The prefixes are those that the services document; the key of
# a SOPS value, a variable and a few digits are no credentials. A word without digits is one where
# nothing follows it: else it is a sentence.
_REST = r"[^\s\"',;|&]{0,200}"
_IN_TEXT = re.compile(
    rf"(?im:(?:{_NAMES}|(?:secret|access)[_-]?key|\bpwd)[\"']?\s?[:=]\s?[\"']?"
    rf"(?!ENC\[|\d{{1,7}}\b)(?=[^\s!&*{{\[#$<%\"',;|]){_REST}(?:\d|[\"',;|&)}}]|\s?$))"
    r"|(?i:\b(?:bearer|basic))\s(?=[^\s\d]{0,200}\d)[A-Za-z0-9._~+/=-]{12}"
    r"|://[^/@\s:]{20,}@"
    r"|-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY"
    r"|AGE-SECRET-KEY-1"
    r"|\bgh[pousr]_\w{16}|\bgithub_pat_\w{16}|\bglpat-[\w-]{16}|\bxox[abeoprs]-[\w-]{10}"
    r"|\bsk-[\w-]{16}|\bA[KS]IA[0-9A-Z]{12}|\bAIza[\w-]{30}|\bhvs\.[\w-]{20}|\bnpm_\w{30}"
    r"|\beyJ[\w-]{10,4000}\.[\w-]{10,4000}\."
)
# `{name: DB_PASSWORD, value: ...}`, as containers have their variables: what names, and what holds.
NAMED_BESIDE = ("name", "key", "id", "variable", "env")
VALUES_BESIDE = frozenset({"value", "default", "val"})


def is_credential(key: str) -> bool:
    """Tell whether a value may be a secret in the clear, whatever the schema says of it."""
    return _CREDENTIAL.search(key) is not None


def has_password(value: object) -> bool:
    """Tell whether a value is a URL with a password in it, or a list that holds one."""
    if isinstance(value, list):
        return any(map(has_password, value))
    return isinstance(value, str) and _URL_WITH_PASSWORD.search(value) is not None


def may_name_secret(key: str) -> bool:
    """Tell whether a text under such a name is better not shown to others."""
    return is_credential(key) or _SHOWN_NAME.search(key) is not None


def may_hold_secret(text: str) -> bool:
    """Tell whether a text is better not shown to others, whatever its name is."""
    return has_password(text) or _IN_TEXT.search(text) is not None


def shows_number(name: str) -> bool:
    """Tell whether a number under a name that may be a secret's is none: a number of tokens is not.

    Of passwords there are some that have digits only.
    """
    return _PASSWORD_NAME.search(name) is None


def without_password(text: str) -> str:
    """Return a text with `...` in place of the passwords of its URLs."""
    return _URL_WITH_PASSWORD.sub("://...@", text)


def secret_lines_of_text(text: str) -> frozenset[int]:
    """Return the lines of a file that is no YAML which may show a secret in the clear."""
    return frozenset(
        number
        for number, line in enumerate(LINE_BREAK.split(text), 1)
        if has_password(line) or _CREDENTIAL_IN_TEXT.search(line) is not None
    )


def secret_lines(root: Node) -> frozenset[int]:
    """Return the lines that show a value which may be a secret; a link to one is none."""
    found: set[int] = set()
    # Each with the name of credentials that it stands under, if any.
    waiting: list[tuple[Node, str]] = [(root, "")]
    while waiting:
        node, name = waiting.pop()
        if isinstance(node, MappingNode):
            for key, entry in node.entries.items():
                waiting.append((entry.value, key if is_credential(key) else name))
        elif isinstance(node, SequenceNode):
            waiting += [(item, name) for item in node.items]
        elif _is_secret(node, name):
            found.update(range(node.mark.line, node.mark.end_line + 1))
    return frozenset(found)


def _is_secret(node: ScalarNode, name: str) -> bool:
    value = node.value
    if has_password(value):
        return True
    if not name or node.tag not in (None, "!final", "!format") or value in (None, "", True, False):
        return False
    # SOPS has encrypted it; a number of tokens is a limit.
    is_sealed = isinstance(value, str) and value.startswith("ENC[")
    is_limit = not isinstance(value, str) and name.lower().endswith("token")
    return not (is_sealed or is_limit)


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
