"""What a source calls a prompt, to the id and the version of a prompt file."""

import re
import unicodedata

# prompts/load.py: lower-case words with dashes between them; a semantic version.
_NOT_ID = re.compile(r"[^a-z0-9]+")
_NUMBERS = re.compile(r"v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?")


def id_of(text: str) -> str | None:
    """Return the id that is most like a name; None where nothing is left of it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_ID.sub("-", plain).strip("-") or None


def version_of(text: str | int | float) -> str | None:
    """Return a semantic version for `3`, `"1.2"` or `"v1.2.3"`; None for any other text."""
    match = _NUMBERS.fullmatch(str(text).strip())
    if match is None or isinstance(text, bool):
        return None
    return ".".join(str(int(part or 0)) for part in match.groups())
