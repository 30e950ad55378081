"""HTML out of text that nobody can trust. Pure.

All that is not `Html` is text and is escaped, so a page cannot be made any other way. What a reader
would not see, or what turns the writing direction, is shown as an escape: in a review it would
hide a change. Does not know what is shown.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

# These shape letters and join emoji; every other format character hides something.
_SHAPING = frozenset("\u200c\u200d")
_HIDING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# HTML, 13.1.2: elements that have no end.
_VOID = frozenset({"br", "col", "hr", "input", "link", "meta"})
# What the two sets above say, as a quick test for texts that have nothing of it.
_PLAIN = re.compile(r"[ -~\n\t]*")


@dataclass(frozen=True, slots=True)
class Html:
    """Markup that is complete and safe as it stands."""

    text: str

    def __len__(self) -> int:
        return len(self.text)


Child = Html | str | None
Attribute = str | int | bool | None


def element(tag: str, /, *children: Child, **attributes: Attribute) -> Html:
    """Return an element; children that are text are escaped.

    `class_` stands for `class`, and `_` within a name for `-`. An attribute that is None or False
    is left out, one that is True has no value.
    """
    opening = f"<{tag}{''.join(_attributes(attributes))}>"
    if tag in _VOID:
        return Html(opening)
    return Html(f"{opening}{together(*children).text}</{tag}>")


def together(*children: Child) -> Html:
    """Return markup and texts one after the other."""
    return Html(
        "".join(
            child.text if isinstance(child, Html) else shown(child)
            for child in children
            if child is not None
        )
    )


def joined(parts: Iterable[Child], between: str = "") -> Html:
    """Return parts with a text between them."""
    found: list[Child] = []
    for part in parts:
        found += [between, part] if found and between else [part]
    return together(*found)


def shown(text: str) -> str:
    """Return text as markup: escaped, and what is hidden made visible."""
    if _PLAIN.fullmatch(text):
        return escape(text, quote=False)
    return "".join(
        f'<span class="esc">{_code(char)}</span>' if is_hidden(char) else escape(char, quote=False)
        for char in text
    )


def plain(text: str) -> str:
    """Return text with escapes for what is hidden: for an attribute, which can mark nothing."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(_code(char) if is_hidden(char) else char for char in text)


def is_hidden(char: str) -> bool:
    """Tell whether a reader would not see a character, or would see others in its place."""
    if char in "\n\t" or char in _SHAPING:
        return False
    # The last two code points of each plane, and these 32, are no characters: Unicode, 23.7.
    is_none = ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF
    return is_none or unicodedata.category(char) in _HIDING


def _code(char: str) -> str:
    return {"\r": "\\r", "\0": "\\0"}.get(char, f"\\u{{{ord(char):x}}}")


def _attributes(attributes: dict[str, Attribute]) -> Iterable[str]:
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        written = name.rstrip("_").replace("_", "-")
        yield f" {written}" if value is True else f' {written}="{escape(plain(str(value)))}"'
