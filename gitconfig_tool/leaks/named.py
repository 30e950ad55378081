"""Credentials that only the name beside them gives away: `password: ...`, and URLs with a password.

A scanner of forms cannot see them. What is plainly no credential is passed over: a variable, a
placeholder, the path of a file, the name of something else. Pure; reads YAML, JSON and lines of the
form NAME=VALUE.
"""

import re
from collections.abc import Iterator, Sequence

from gitconfig_tool.document import (
    MappingNode,
    Mark,
    Node,
    SequenceNode,
    parse_document,
)
from gitconfig_tool.document.credentials import is_credential
from gitconfig_tool.leaks.model import Leak, TextFile

NAMED = "named-value"
URL = "url-password"

_PARSED = (".yaml", ".yml", ".json")
# RFC 3986 section 3.2.1, with `user:password` as it was once written.
# The scheme is bounded: without, a long line of letters takes hours.
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,40}://[^\s/@:\"'`<>]*:(?P<password>[^\s/@\"'`]+)@")
# A line of a dotenv or properties file, or of a shell script. JSON and YAML are parsed.
_ASSIGNED = re.compile(
    r"^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][\w.-]*)[ \t]*[=:][ \t]*"
    r"(?P<quote>[\"']?)(?P<value>[^\s\"'#]+)(?P=quote)[ \t]*(?:#.*)?$",
    re.MULTILINE,
)
_PASSWORD = re.compile(r"(?i)(?:passw(?:or)?d|passphrase)$")
# Variables and templates, in whatever language: $X, ${X}, {{ x }}, %(x)s, <x>, #{x}.
_VARIABLE = re.compile(r"\$[A-Za-z_{(\[]|\{\{|\}\}|[<#%]\{|<[^>]+>|%\(|^%\w+%$|^\{\w+\}$")
# Where the value is, said in the words of other tools.
_ELSEWHERE = re.compile(
    r"(?i)^(?:(?:vault|env|file|ref\+\w+|op|awssm|gcpsm|arn|secretref|ssm|sops|keyring|azurekeyvault)"
    r":|os\.environ[/.\[]|https?://|\.{0,2}/|~/|!|ENC\[)"
)
_VARIABLE_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
# The name of a secret and not its value: gateway-secret, access_token, db-password-v2.
_OTHER_NAME = re.compile(
    r"(?i)(?:^|[-_./])(?:secrets?|tokens?|passw(?:or)?ds?|keys?|credentials?|passphrases?)"
    r"(?:[-_.]?v?\d+)?$"
)
_PLACEHOLDER = re.compile(
    r"(?i)(?:change|replace|insert|your|example|dummy|redacted|placeholder|sample|todo|fixme|none|"
    r"null|undefined|empty|unset|required|optional|masked|hidden|not[-_ ]?set|fill)"
)
_FILLER = re.compile(r"[x*.\-_•?0]+", re.IGNORECASE)
_WORDS_FOR_IT = frozenset(
    {"password", "passwd", "pass", "pwd", "pw", "secret", "token", "user", "key", "test"}
)
_MIN_PASSWORD = 5
# Keys and tokens are made by machines: long, of letters and digits.
_MIN_TOKEN = 12


class NamedValueScanner:
    """Finds values under names of credentials, and URLs with a password."""

    def scan(self, files: Sequence[TextFile]) -> list[tuple[Leak, ...]]:
        """Return what each file holds, see `Scanner`."""
        return [tuple(sorted(_leaks(file), key=lambda leak: leak.start)) for file in files]


def _leaks(file: TextFile) -> Iterator[Leak]:
    yield from _urls(file.text)
    if file.path.endswith(_PARSED):
        document, _ = parse_document(file.path, file.text.encode("utf-8", "replace"))
        if document.root is not None:
            yield from _values(document.root)
            return
    yield from _assignments(file.text)


def _urls(text: str) -> Iterator[Leak]:
    for number, line in enumerate(text.split("\n"), 1):
        if "://" not in line or "@" not in line:
            continue
        for found in _URL.finditer(line):
            password = found["password"]
            if password.lower() not in _WORDS_FOR_IT and not _is_no_value(password):
                start, end = found.span("password")
                yield Leak(URL, number, start + 1, number, end + 1, password)


def _values(root: Node) -> Iterator[Leak]:
    waiting: list[tuple[Node, str]] = [(root, "")]
    while waiting:
        node, name = waiting.pop()
        if isinstance(node, MappingNode):
            waiting += [(entry.value, key) for key, entry in node.entries.items()]
        elif isinstance(node, SequenceNode):
            waiting += [(item, name) for item in node.items]
        elif (
            node.tag in (None, "!final")
            and isinstance(node.value, str)
            and is_secret_value(name, node.value)
        ):
            yield _at(node.mark, node.value)


def _at(mark: Mark, secret: str) -> Leak:
    return Leak(NAMED, mark.line, mark.column, mark.end_line, mark.end_column, secret, True)


def _assignments(text: str) -> Iterator[Leak]:
    number, at = 1, 0
    for found in _ASSIGNED.finditer(text):
        if is_secret_value(found["name"], found["value"]):
            start, end = found.span("value")
            number += text.count("\n", at, start)
            at = start
            column = start - (text.rfind("\n", 0, start) + 1) + 1
            yield Leak(NAMED, number, column, number, column + end - start, found["value"], True)


def is_secret_value(name: str, value: str) -> bool:
    """Tell whether a value under a name is most likely a credential itself."""
    if not is_credential(name) or _is_no_value(value):
        return False
    if _PASSWORD.search(name) is not None:
        return len(value) >= _MIN_PASSWORD and value.lower() not in _WORDS_FOR_IT
    is_mixed = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    return len(value) >= _MIN_TOKEN and is_mixed


def _is_no_value(value: str) -> bool:
    """Tell whether a value says where a credential is, or stands for one that is not there yet."""
    return (
        value == ""
        or any(map(str.isspace, value))
        or _VARIABLE.search(value) is not None
        or _ELSEWHERE.match(value) is not None
        or _VARIABLE_NAME.fullmatch(value) is not None
        or _OTHER_NAME.search(value) is not None
        or _PLACEHOLDER.match(value) is not None
        or _FILLER.fullmatch(value) is not None
    )
