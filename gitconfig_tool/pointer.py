"""JSON Pointer, RFC 6901: text to path and back, looking a value up, and replacing it.

A path is a tuple of reference tokens: strings, and integers for array items. Does not know the
URI fragment form (section 6) beyond the leading `#` that our references use.
"""

from collections.abc import Iterable, Sequence
from typing import Any

Path = tuple[str | int, ...]

# What stands between keys elsewhere: Hydra's and Helm's dots, Kapitan's colons.
_SEPARATORS = "/.:"
_AS_POINTER = str.maketrans({".": "/", ":": "/", "~": "~0"})
# 2^63 has 19 digits; Python itself refuses to read an integer of more than 4,300.
_MAX_INDEX_DIGITS = 18


def format_pointer(path: Iterable[str | int]) -> str:
    """Write a path as a pointer; `~` becomes `~0`, `/` becomes `~1` (section 3)."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in path)


def parse_pointer(text: str) -> tuple[str, ...]:
    """Split a pointer into its reference tokens, unescaped.

    Raises `ValueError` when the text is neither empty nor begins with `/`, or holds a `~` that
    begins no escape (section 3).
    """
    if text == "":
        return ()
    if not text.startswith("/"):
        raise ValueError(f"expected a JSON Pointer that begins with '/', found {text!r}")
    return tuple(_unescape(token, text) for token in text[1:].split("/"))


def split_reference(text: str) -> tuple[str, str | None]:
    """Split `DOCUMENT#/pointer` into the document's id and the pointer; None without a `#`.

    An id may hold a `#` of its own: the pointer begins at the first `#/`, or is empty after a `#`
    at the end.
    """
    at = text.find("#/")
    if at < 0:
        at = len(text) - 1 if text.endswith("#") else text.find("#")
    return (text, None) if at < 0 else (text[:at], text[at + 1 :])


def meant_reference(text: str, documents: Iterable[str]) -> str | None:
    """Return what `doc/key` and `doc.key.inner`, as other tools have it, may mean; None if nothing.

    `documents` are the ids that there are.
    """
    known = frozenset(documents)
    for at in range(len(text) - 1, 0, -1):
        if text[at] in _SEPARATORS and text[:at] in known:
            inner = text[at + 1 :].translate(_AS_POINTER).strip("/")
            return f"{text[:at]}#/{inner}" if inner else None
    return f"{text}#" if text in known else None


def resolve_pointer(value: Any, text: str) -> Any:
    """Return what a pointer refers to in a JSON value; raises `KeyError` when there is nothing."""
    for token in parse_pointer(text):
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and is_index(token) and int(token) < len(value):
            value = value[int(token)]
        else:
            raise KeyError(text)
    return value


def replace_value(value: Any, tokens: Sequence[str], new: Any) -> Any:
    """Return a JSON value with another one at a path that exists; the given one stays as it is."""
    if not tokens:
        return new
    key: Any = int(tokens[0]) if isinstance(value, list) else tokens[0]
    copy = value.copy()
    copy[key] = replace_value(value[key], tokens[1:], new)
    return copy


def is_index(token: str) -> bool:
    """Tell whether a token is an array index: digits without a leading zero (section 4).

    A token of more digits than any array has items is none, so that `int` can always read one.
    """
    if len(token) > _MAX_INDEX_DIGITS:
        return False
    return token.isascii() and token.isdigit() and (len(token) == 1 or token[0] != "0")


def _unescape(token: str, text: str) -> str:
    if "~" not in token:
        return token
    parts = token.split("~")
    if any(part[:1] not in ("0", "1") for part in parts[1:]):
        raise ValueError(f"expected '~0' or '~1' after each '~' in the JSON Pointer {text!r}")
    # "~1" first, then "~0", so that "~01" means "~1" and not "/" (section 4).
    return token.replace("~1", "/").replace("~0", "~")
