"""How text stands on a terminal: what it shows, and how many columns that takes.

Takes text, returns text and widths. Knows nothing of diagnostics.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_TAB = 4
# Unicode Standard Annex 9, section 2: what "Trojan Source" (CVE-2021-42574) hides code with.
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Controls, line and paragraph separators, and half characters: none may reach a terminal.
_UNSHOWN = frozenset({"Cc", "Cs", "Zl", "Zp"})
_NO_WIDTH = frozenset({"Mn", "Me", "Cf"})
_JOINER = "\u200d"
_EMOJI_FORM = "\ufe0f"
_SOFT_HYPHEN = "\u00ad"
_KEYCAPS = frozenset("#*0123456789")


@dataclass(slots=True)
class Cell:
    """What a terminal shows as one piece.

    `shown` takes `width` columns; `length` is the number of code points of the text that it is for.
    """

    shown: str
    width: int
    length: int


def cells(text: str) -> list[Cell]:
    """Split text into cells: an accent stays with its letter, a joined emoji is one.

    Tabs are four spaces. What could command the terminal, or turn the writing direction, is a dot.
    """
    found: list[Cell] = []
    joined = False
    for char in text:
        shown, width = _shown(char)
        last = found[-1] if found else None
        if last is not None and (joined or _continues(last, char, width)):
            last.shown += shown
            last.length += 1
            if _is_regional(char) or (char == _EMOJI_FORM and _has_picture(last.shown[0])):
                last.width = 2
        else:
            found.append(Cell(shown, width, 1))
        # A joiner makes one picture only of emoji; in Arabic or Hindi it shapes letters.
        joined = char == _JOINER and found[-1].width == 2
    return found


def visible(text: str) -> str:
    """Return text that is safe on a terminal, as `cells` shows it."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(char)[0] for char in text)


def text_width(text: str) -> int:
    """Return how many columns a terminal needs for a text."""
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(cell.width for cell in cells(text))


def wrap(text: str, columns: int | None, *, first: int = 0, indent: str = "") -> Iterator[str]:
    """Yield the lines of a text, broken at spaces; `None` columns break nothing.

    `first` columns of the first line are taken already; `indent` begins the others. A word that is
    too long for a line, such as a path, stays whole.
    """
    if columns is None or first + text_width(text) <= columns:
        yield text
        return
    line, used = "", first
    begun = False
    for word in text.split(" "):
        size = text_width(word)
        if begun and used + 1 + size > columns:
            yield line
            line, used = indent + word, text_width(indent) + size
        else:
            line, used = (f"{line} {word}", used + 1 + size) if begun else (word, used + size)
        begun = True
    yield line


def _shown(char: str) -> tuple[str, int]:
    if " " <= char <= "~":
        return char, 1
    if char == "\t":
        return " " * _TAB, _TAB
    category = unicodedata.category(char)
    if category in _UNSHOWN or char in _DIRECTION:
        return ".", 1
    # The vowels and finals of Hangul are drawn into the syllable that their consonant began.
    if (category in _NO_WIDTH and char != _SOFT_HYPHEN) or "\u1160" <= char <= "\u11ff":
        return char, 0
    return char, 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _continues(last: Cell, char: str, width: int) -> bool:
    if width == 0:
        return True
    if "\U0001f3fb" <= char <= "\U0001f3ff":  # the colours of skin
        return last.width == 2
    return _is_regional(char) and last.length == 1 and _is_regional(last.shown)


def _has_picture(char: str) -> bool:
    return unicodedata.category(char) == "So" or char in _KEYCAPS


def _is_regional(char: str) -> bool:
    return len(char) == 1 and "\U0001f1e6" <= char <= "\U0001f1ff"
