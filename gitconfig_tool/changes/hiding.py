"""Values that may be secrets in the clear, taken out before anything is shown. Pure.

A comparison is printed, sent as a comment and kept as an artifact; what Git holds in the clear by
mistake should not travel with it.
"""

from typing import Any

from gitconfig_tool.document.credentials import has_password, is_credential

HIDDEN = "(not shown: it may be a secret)"


def hide(value: Any, path: tuple[str | int, ...]) -> Any:
    """Return a JSON value with `HIDDEN` in place of what may be a secret; `path` is where it is."""
    return _hide(value, any(isinstance(token, str) and is_credential(token) for token in path))


def _hide(value: Any, is_named: bool) -> Any:
    if isinstance(value, dict):
        return {key: _hide(item, is_named or is_credential(key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_hide(item, is_named) for item in value]
    if isinstance(value, str) and value and (is_named or has_password(value)):
        return HIDDEN
    return value
