"""How two versions of a secret overlap while it is being replaced.

The field `api_key` is the current one, and `api_key_previous` beside it the previous one. Where a
mapping is written with the key `current`, its previous version is `previous`. A SOPS file names
them so, and so does a document that is delivered.
"""

from gitconfig_tool.pointer import format_pointer, parse_pointer

CURRENT = "current"
PREVIOUS = "previous"


def previous_pointer(pointer: str) -> str | None:
    """Return where the previous version of a field stands; None for the whole document."""
    tokens = parse_pointer(pointer)
    if not tokens:
        return None
    last = PREVIOUS if tokens[-1] == CURRENT else f"{tokens[-1]}_{PREVIOUS}"
    return format_pointer((*tokens[:-1], last))
