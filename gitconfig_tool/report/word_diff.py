"""Two texts compared word by word, as lines for a terminal. Pure.

White space counts as a word, for it reaches the model as well. Without colours, what is gone is
`[-so-]` and what is new `{+so+}`, as `git diff --word-diff` has it.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from gitconfig_tool.report.columns import visible
from gitconfig_tool.report.diagnostics_text import PLAIN, Style

_WORD = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")
# About 0.2 seconds on a common processor; what takes more is shown as replaced.
_MAX_WORK = 10_000_000
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
    """Return both texts as one: kept, removed and added parts in their order.

    Lines are compared first, and words only where lines differ.
    """
    found: list[tuple[str, str]] = []
    for was, now in _by_lines(_LINE.findall(old), _LINE.findall(new)):
        if was == now:
            found.append(("kept", was))
            continue
        for one, other in _differing(_WORD.findall(was), _WORD.findall(now)):
            found += [("kept", one)] if one == other else [("removed", one), ("added", other)]
    merged = [
        (kind, "".join(text for _, text in group))
        for kind, group in groupby((each for each in found if each[1]), key=lambda each: each[0])
    ]
    return tuple(_at_lines([Piece(kind, text) for kind, text in _joined(merged) if text]))


def _by_lines(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield parts that belong together, as `_differing`; lines that are there once hold first."""
    at = new_at = 0
    for number, new_number in _anchors(one, other):
        yield from _differing(one[at:number], other[new_at:new_number])
        yield one[number], other[new_number]
        at, new_at = number + 1, new_number + 1
    yield from _differing(one[at:], other[new_at:])


def _anchors(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Return where lines stand that both texts have just once: the most that keep their order.

    That is the longest ascending run, found by "patience sorting", as in Git's patience diff.
    """
    once, new_once = Counter(one), Counter(other)
    place = {line: at for at, line in enumerate(one) if once[line] == new_once[line] == 1}
    ends: list[int] = []
    last: list[tuple[int, int]] = []
    before: dict[tuple[int, int], tuple[int, int] | None] = {}
    for new_at, line in enumerate(other):
        if line not in place or line.isspace():
            continue
        pair = (place[line], new_at)
        length = bisect_left(ends, pair[0])
        ends[length : length + 1] = [pair[0]]
        last[length : length + 1] = [pair]
        before[pair] = last[length - 1] if length else None
    found: list[tuple[int, int]] = []
    step = last[-1] if last else None
    while step is not None:
        found.append(step)
        step = before[step]
    return found[::-1]


def _differing(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield parts of two sequences that belong together: equal ones, and what stands between.

    White space alone holds no parts together: it is everywhere. Where comparing would take long,
    all between the equal start and the equal end is one part.
    """
    shortest = min(len(one), len(other))
    start = 0
    while start < shortest and one[start] == other[start]:
        start += 1
    end = 0
    while end < shortest - start and one[-1 - end] == other[-1 - end]:
        end += 1
    head, tail = "".join(one[:start]), "".join(one[len(one) - end :])
    before, after = one[start : len(one) - end], other[start : len(other) - end]
    yield head, head
    if _work(before, after) > _MAX_WORK:
        yield "".join(before), "".join(after)
    else:
        matcher = SequenceMatcher(str.isspace, before, after, autojunk=False)
        for _, i, i_end, j, j_end in matcher.get_opcodes():
            yield "".join(before[i:i_end]), "".join(after[j:j_end])
    yield tail, tail


def _work(one: Sequence[str], other: Sequence[str]) -> int:
    """Return a bound on the steps of `SequenceMatcher`: each match looks at all equal pairs."""
    counts = Counter(each for each in other if not each.isspace())
    return (len(one) + sum(counts[each] for each in one)) * min(len(one), len(other))


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


@dataclass(frozen=True, slots=True)
class Row:
    """A line of both texts; safe on a terminal. `differs` where any piece is not kept."""

    pieces: tuple[Piece, ...]

    @property
    def differs(self) -> bool:
        """Whether something of the line is gone, or new."""
        return any(piece.kind != "kept" for piece in self.pieces)


def lines(old: str, new: str, style: Style = PLAIN, *, is_coloured: bool = False) -> list[str]:
    """Return the lines that differ, with the lines around them; `...` stands for the others."""
    return [
        "..."
        if row is None
        else "".join(marked(piece, style, is_coloured=is_coloured) for piece in row.pieces)
        for row in near(rows(old, new))
    ]


def rows(old: str, new: str) -> list[Row]:
    """Return both texts as one, line by line."""
    found: list[list[Piece]] = [[]]
    for piece in pieces(old, new):
        before = ""
        for number, line in enumerate(piece.text.split("\n")):
            if number > 0:
                if piece.kind != "kept" and not before:
                    # Nothing but the end of the line is gone, or new.
                    found[-1].append(Piece(piece.kind, "\\n"))
                found.append([])
            if line:
                found[-1].append(Piece(piece.kind, visible(line)))
            before = line
    return [Row(tuple(each)) for each in found]


def marked(piece: Piece, style: Style = PLAIN, *, is_coloured: bool = False) -> str:
    """Return a piece with its mark, or in its colour."""
    before, after = mark(piece, is_coloured=is_coloured)
    text = before + piece.text + after
    if piece.kind == "removed":
        return style.removed(text)
    return style.added(text) if piece.kind == "added" else text


def mark(piece: Piece, *, is_coloured: bool = False) -> tuple[str, str]:
    """Return what stands before and after a piece; nothing where a colour tells."""
    # A colour does not show on white space.
    if piece.kind == "kept" or (is_coloured and piece.text.strip()):
        return "", ""
    return ("[-", "-]") if piece.kind == "removed" else ("{+", "+}")


def near(found: Sequence[Row]) -> Iterator[Row | None]:
    """Yield the rows near one that differs; None stands for those between."""
    wanted = {
        near
        for number, row in enumerate(found)
        if row.differs
        for near in range(number - _AROUND, number + _AROUND + 1)
    }
    skipped = False
    for number, row in enumerate(found):
        if number in wanted:
            if skipped:
                yield None
            skipped = False
            yield row
        else:
            skipped = True
    if skipped and wanted:
        yield None


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
