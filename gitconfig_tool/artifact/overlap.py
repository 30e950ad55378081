"""How two versions of a secret overlap while it is being replaced.

The field `api_key` is the current one, and `api_key_previous` beside it the previous one. Where a
mapping is written with the key `current`, its previous version is `previous`. A SOPS file names
them so, and so does a document that is delivered.
"""

from dataclasses import dataclass

CURRENT = "current"
PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class PreviousValue:
    """A field of a SOPS file that is being replaced: its pointer, and where the previous value is.

    `type` is what SOPS says of the previous value.
    """

    current: str
    pointer: str
    type: str


def previous_pointer(pointer: str) -> str | None:
    """Return where the previous version of a field stands; None for the whole document."""
    if not pointer:
        return None
    # Nothing is escaped in what is added, so that the pointer need not be taken apart.
    around, _, last = pointer.rpartition("/")
    return f"{around}/{PREVIOUS if last == CURRENT else f'{last}_{PREVIOUS}'}"
