"""Values that may be secrets in the clear, taken out before anything is shown. Pure.

A comparison is printed, sent as a comment and kept as an artifact; what Git holds in the clear by
mistake should not travel with it.
"""

from collections.abc import Mapping
from typing import Any

from gitconfig_tool.document.credentials import (
    NAMED_BESIDE,
    VALUES_BESIDE,
    may_hold_secret,
    may_name_secret,
    shows_number,
)

HIDDEN = "(not shown: it may be a secret)"


def hide(value: Any, path: tuple[str | int, ...], root: Any = None) -> Any:
    """Return a JSON value with `HIDDEN` in place of what may be a secret; `path` is where it is.

    `root` is the document, where it is at hand: an entry of a list may be named beside its value.
    """
    name = ""
    around = root
    for token in path:
        if isinstance(token, str):
            name = _name_of(token, around, name)
        around = _within(around, token)
    return _hide(value, name)


def hide_line(line: str) -> str:
    """Return a line of a text, or what says that it is not shown; its first character stays."""
    return f"{line[:1]}{HIDDEN}" if may_hold_secret(line) else line


def _hide(value: Any, name: str) -> Any:
    """Hide in a value; `name` is the nearest name of a secret that it stands under, if any."""
    if isinstance(value, dict):
        return {key: _hide(item, _name_of(key, value, name)) for key, item in value.items()}
    if isinstance(value, list):
        return [_hide(item, name) for item in value]
    if isinstance(value, str) and value and (name or may_hold_secret(value)):
        return HIDDEN
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return HIDDEN if is_number and name and not shows_number(name) else value


def _name_of(key: str, around: Any, name: str) -> str:
    """Return the name of a secret that a key stands for: its own, the entry's, or that above."""
    if may_name_secret(key):
        return key
    if key in VALUES_BESIDE and isinstance(around, Mapping):
        for field in NAMED_BESIDE:
            said = around.get(field)
            if isinstance(said, str) and may_name_secret(said):
                return said
    return name


def _within(around: Any, token: str | int) -> Any:
    if isinstance(around, Mapping):
        return around.get(token)
    if isinstance(around, list) and isinstance(token, int) and token < len(around):
        return around[token]
    return None
