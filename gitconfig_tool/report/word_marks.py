"""Two texts compared word by word, in the width of a terminal. Pure.

What is kept is cut to what stands near a change; lines that are too long are broken. Otherwise as
in `word_diff`.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from gitconfig_tool.report.columns import Cell, cells
from gitconfig_tool.report.diagnostics_text import PLAIN, Style
from gitconfig_tool.report.tables import shorten
from gitconfig_tool.report.word_diff import Piece, Row, mark, near, rows

# Columns of kept text that are shown beside a change of the same line.
_BESIDE = 40
_CUT = "..."

# A cell and the kind of the piece that it is from.
_Marked = tuple[Cell, str]


def marked_lines(
    old: str,
    new: str,
    width: int,
    style: Style = PLAIN,
    *,
    is_coloured: bool = False,
    is_full: bool = False,
) -> list[str]:
    """Return the lines that differ, broken to a width; `is_full` leaves no kept text out."""
    found = rows(old, new)
    lines: list[str] = []
    for row in found if is_full else near(found):
        if row is None:
            lines.append(_CUT)
            continue
        shown = row.pieces if is_full else tuple(_kept_short(row, width))
        marked = [cell for piece in shown for cell in _cells(piece, is_coloured=is_coloured)]
        lines += [_painted(part, style) for part in _broken(marked, width)]
    return lines


def broken(text: str, width: int) -> list[str]:
    """Return the lines of a text of one line, broken to a width; safe on a terminal."""
    return [_painted(part, PLAIN) for part in _broken(_cells(Piece("kept", text)), width)]


def _kept_short(row: Row, width: int) -> Iterator[Piece]:
    """Yield the pieces of a line with what is kept cut to what stands near a change."""
    if not row.differs:
        yield from (Piece("kept", shorten(piece.text, width)) for piece in row.pieces)
        return
    for number, piece in enumerate(row.pieces):
        parts = cells(piece.text)
        is_first, is_last = number == 0, number == len(row.pieces) - 1
        left = 0 if is_first else _BESIDE
        right = 0 if is_last else _BESIDE
        if piece.kind != "kept" or len(parts) <= left + right + len(_CUT):
            yield piece
            continue
        start = "".join(cell.shown for cell in parts[:left])
        end = "".join(cell.shown for cell in parts[len(parts) - right :])
        yield Piece("kept", start + _CUT + end)


def _cells(piece: Piece, *, is_coloured: bool = False) -> list[_Marked]:
    before, after = mark(piece, is_coloured=is_coloured)
    return [(cell, piece.kind) for cell in cells(before + piece.text + after)]


def _broken(marked: Sequence[_Marked], width: int) -> Iterator[Sequence[_Marked]]:
    """Yield lines that are no wider; they end at a space where there is one near their end."""
    start = used = 0
    space = -1
    for at, (cell, _) in enumerate(marked):
        if used + cell.width > width and at > start:
            # A word that takes half of the line is broken.
            end = space + 1 if space >= start + (at - start) // 2 else at
            # The space that a line ends at is not seen, and would only be copied.
            yield marked[start : end - 1 if end == space + 1 else end]
            used = sum(each.width for each, _ in marked[end:at])
            start = end
        if cell.shown == " ":
            space = at
        used += cell.width
    yield marked[start:]


def _painted(line: Sequence[_Marked], style: Style) -> str:
    paint = {"removed": style.removed, "added": style.added}
    end = len(line)
    while end and line[end - 1][1] == "kept" and line[end - 1][0].shown.isspace():
        end -= 1
    return "".join(
        paint.get(kind, str)("".join(cell.shown for cell, _ in group))
        for kind, group in groupby(line[:end], key=lambda each: each[1])
    )
