"""Conflict markers: what `git merge` leaves in a file for a person to choose from.

Takes text and says where a conflict is and what its sides are called. Does not parse YAML.
"""

import re
from dataclasses import dataclass

# git-merge(1), "HOW CONFLICTS ARE PRESENTED": seven signs at the begin of a line. `git merge` and
# its kin write a name behind the first and the last.
_OURS = re.compile(r"^<{7}(?: ([^\r\n]*))?$", re.MULTILINE)
_MIDDLE = re.compile(r"^={7} ?$", re.MULTILINE)
_THEIRS = re.compile(r"^>{7}(?: ([^\r\n]*))?$", re.MULTILINE)
_REST = re.compile(r"^(?:<{7}|>{7})(?: [^\r\n]*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A conflict: the names of its sides, and the offsets of its three markers in the text."""

    ours: str
    theirs: str
    begin: int
    middle: int
    end: int


def find_conflict(text: str) -> Conflict | None:
    """Return the first conflict of a text that has all three markers, in their order."""
    text = _without_returns(text)
    ours = _OURS.search(text)
    middle = _MIDDLE.search(text, ours.end()) if ours else None
    theirs = _THEIRS.search(text, middle.end()) if middle else None
    if ours is None or middle is None or theirs is None:
        return None
    return Conflict(
        (ours[1] or "").strip(),
        (theirs[1] or "").strip(),
        ours.start(),
        middle.start(),
        theirs.start(),
    )


def find_rest(text: str) -> int | None:
    """Return the offset of a marker that was left behind by somebody who joined the two sides."""
    found = _REST.search(_without_returns(text))
    return None if found is None else found.start()


def _without_returns(text: str) -> str:
    # `$` ends a line at "\n" only. As many characters as before: offsets stay what they are.
    return text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in text else text
