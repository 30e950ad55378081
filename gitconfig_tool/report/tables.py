"""Tables for a terminal: columns side by side, cut to a width. Takes and returns text."""

from collections.abc import Sequence

from gitconfig_tool.report.columns import cells, text_width

# What a terminal has when nobody says otherwise; also what the output has that no terminal reads.
WIDTH = 80
_GAP = "  "
_CUT = "..."


def table(rows: Sequence[Sequence[str]], *, width: int = 0, cut: int | None = None) -> list[str]:
    """Return rows with aligned columns, indented by two; the last column is not filled up.

    Where a row would be wider than `width`, the column `cut` is made narrower, as far as its
    values stay readable; a `width` of 0 knows no bound.
    """
    if not rows:
        return []
    rows = [[printable(cell) for cell in row] for row in rows]
    widths = [max(text_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    if cut is not None and width:
        excess = sum(widths) + len(_GAP) * len(widths) - width
        widths[cut] = max(min(widths[cut], 12), widths[cut] - max(excess, 0))
    lines = []
    for row in rows:
        cells = [shorten(cell, size) for cell, size in zip(row, widths, strict=True)]
        padded = [
            cell + " " * (size - text_width(cell)) for cell, size in zip(cells, widths, strict=True)
        ]
        lines.append((_GAP + _GAP.join(padded)).rstrip())
    return lines


def shorten(text: str, width: int) -> str:
    """Cut a text to a width, with "..." at its end."""
    if text_width(text) <= width:
        return text
    kept, room = 0, width - len(_CUT)
    for cell in cells(text):
        room -= cell.width
        if room < 0:
            break
        kept += cell.length
    return text[:kept] + _CUT


def printable(text: str) -> str:
    """Write with escapes what a terminal would obey, or would not show."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def count(number: int, noun: str) -> str:
    """Write a number with its noun: `1 key`, `1,200 keys`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
