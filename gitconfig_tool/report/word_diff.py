"""Two texts compared word by word, as lines for a terminal. Pure.

White space counts as a word, for it reaches the model as well. Without colours, what is gone is
`[-so-]` and what is new `{+so+}`, as `git diff --word-diff` has it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from gitconfig_tool.report.columns import visible
from gitconfig_tool.report.diagnostics_text import PLAIN, Style

_WORD = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")
# Comparing takes the square of this: longer texts are compared line by line.
_MAX_WORDS = 4_000
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
# Two changes with so few words between them read better as one.
_MIN_KEPT = 3
# Lines around a change that are shown.
_AROUND = 1


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of both texts: `kept`, `removed` from the old one, or `added` in the new one."""

    kind: str
    text: str


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """Return both texts as one: kept, removed and added parts in their order."""
    pattern = _WORD
    one, other = pattern.findall(old), pattern.findall(new)
    if len(one) > _MAX_WORDS or len(other) > _MAX_WORDS:
        one, other = _LINE.findall(old), _LINE.findall(new)
    found: list[tuple[str, str]] = []
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            found.append(("kept", "".join(one[start:end])))
            continue
        found.append(("removed", "".join(one[start:end])))
        found.append(("added", "".join(other[new_start:new_end])))
    return tuple(_at_lines([Piece(kind, text) for kind, text in _joined(found) if text]))


def _at_lines(found: list[Piece]) -> list[Piece]:
    """Move a change that could as well begin with a line to where it does.

    A new line `B.` between `A.` and `C.` is found as `.B` by chance, for the full stops are alike.
    """
    moved = list(found)
    for index in range(1, len(moved) - 1):
        before, change, after = moved[index - 1 : index + 2]
        if (before.kind, after.kind) != ("kept", "kept") or change.kind == "kept":
            continue
        text, length = before.text + change.text + after.text, len(change.text)
        low = high = len(before.text)
        while low > 0 and text[low - 1] == text[low - 1 + length]:
            low -= 1
        while high + length < len(text) and text[high] == text[high + length]:
            high += 1
        for at in range(high, low - 1, -1):
            if text[at - 1 : at] == "\n":
                moved[index - 1] = Piece("kept", text[:at])
                moved[index] = Piece(change.kind, text[at : at + length])
                moved[index + 1] = Piece("kept", text[at + length :])
                break
    return [piece for piece in moved if piece.text]


def lines(old: str, new: str, style: Style = PLAIN, *, is_coloured: bool = False) -> list[str]:
    """Return the lines that differ, with the lines around them; `...` stands for the others."""
    rows: list[tuple[bool, list[str]]] = [(False, [])]
    for piece in pieces(old, new):
        before = ""
        for number, line in enumerate(piece.text.split("\n")):
            if number > 0:
                if piece.kind != "kept" and not before:
                    # Nothing but the end of the line is gone, or new.
                    end = _marked(piece.kind, "\\n", style, is_coloured=is_coloured)
                    rows[-1] = (True, [*rows[-1][1], end])
                rows.append((False, []))
            if line:
                shown = _marked(piece.kind, visible(line), style, is_coloured=is_coloured)
                rows[-1] = (rows[-1][0] or piece.kind != "kept", [*rows[-1][1], shown])
            before = line
    return list(_near(["".join(parts) for _, parts in rows], [differs for differs, _ in rows]))


def _marked(kind: str, text: str, style: Style, *, is_coloured: bool) -> str:
    # A colour does not show on white space.
    is_plain = not is_coloured or not text.strip()
    if kind == "removed":
        return style.removed(f"[-{text}-]" if is_plain else text)
    if kind == "added":
        return style.added(f"{{+{text}+}}" if is_plain else text)
    return text


def _near(rows: list[str], differs: list[bool]) -> Iterator[str]:
    """Yield the rows near one that differs."""
    wanted = {
        near
        for number, differing in enumerate(differs)
        if differing
        for near in range(number - _AROUND, number + _AROUND + 1)
    }
    skipped = False
    for number, row in enumerate(rows):
        if number in wanted:
            if skipped:
                yield "..."
            skipped = False
            yield row
        else:
            skipped = True
    if skipped and wanted:
        yield "..."


def _joined(found: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield changes in a row as one: what is gone, then what is new."""
    removed = added = ""
    for number, (kind, text) in enumerate(found):
        is_between = 0 < number < len(found) - 1 and (removed or added)
        is_short = "\n" not in text and len(_WORD.findall(text)) < _MIN_KEPT
        if kind == "removed":
            removed += text
        elif kind == "added":
            added += text
        elif is_between and is_short and not text.strip():
            removed, added = removed + text, added + text
        else:
            yield from (("removed", removed), ("added", added), (kind, text))
            removed = added = ""
    yield from (("removed", removed), ("added", added))
