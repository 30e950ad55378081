"""Two texts on a page: their lines with the words that differ, or lines of a unified diff in two
columns.

Lines far from a change are left out, and counted. Pure.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gitconfig_tool.report.html.markup import Html, element, together
from gitconfig_tool.report.tables import count
from gitconfig_tool.report.word_diff import Piece, pieces

# Lines around a change that are shown.
_AROUND = 2
# Texts that share less than this part of their characters are other texts: marks would be noise.
_MIN_SHARED = 0.25
# Characters of a text that are shown, and of a part of a line in which nothing differs.
_MAX_SHOWN = 20_000
_MAX_KEPT = 2_000
# Texts beyond this are not compared word by word: it would take seconds.
_MAX_COMPARED = 200_000
# The head of a part of a unified diff; a number that is left out is 1 (GNU diffutils manual,
# "Detailed Description of Unified Format").
_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_MARKS = {"removed": "del", "added": "ins"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of one side, and whether anything in it differs."""

    content: Html
    differs: bool


def marked(old: str, new: str) -> tuple[Html, Html]:
    """Return both texts with their differing words marked, as blocks of lines."""
    if max(len(old), len(new)) > _MAX_COMPARED:
        return together(cut(old)), together(cut(new))
    found = pieces(old, new)
    if not _share_enough(found):
        return together(cut(old)), together(cut(new))
    found = tuple(_short(each) for each in found)
    return block(_lines(found, "added")), block(_lines(found, "removed"))


def cut(text: str) -> str:
    """Return the start of a text that is too long for a page, and how much is left out."""
    if len(text) <= _MAX_SHOWN:
        return text
    left = count(len(text) - _MAX_SHOWN, "more character")
    return f"{text[:_MAX_SHOWN]}\n... and {left}, which --format json holds"


def block(lines: Sequence[Line]) -> Html:
    """Return lines one below the other; many in a row in which nothing differs are folded."""
    wanted = {
        near
        for at, line in enumerate(lines)
        if line.differs
        for near in range(at - _AROUND, at + _AROUND + 1)
    }
    shown: list[Html] = []
    skipped: list[Line] = []
    used = 0
    for at, line in enumerate(lines):
        if used > _MAX_SHOWN:
            rest = count(len(lines) - at, "more line")
            note = f"\u22ef {rest}, which --format json holds"
            return together(*_broken([*shown, element("span", note, class_="fold")]))
        if at in wanted:
            shown += [*_folded(skipped), line.content]
            used += len(line.content)
            skipped = []
        else:
            skipped.append(line)
    return together(*_broken([*shown, *_folded(skipped)]))


def _short(piece: Piece) -> Piece:
    """Return a piece with the middle of long lines left out: most of what is kept, some of else."""
    bound = _MAX_KEPT if piece.kind == "kept" else _MAX_SHOWN
    if len(piece.text) <= bound:
        return piece
    return Piece(
        piece.kind,
        "\n".join(
            line
            if len(line) <= bound
            else f"{line[: bound // 2]} \u22ef {line[len(line) - bound // 2 :]}"
            for line in piece.text.split("\n")
        ),
    )


def two_columns(unified: Sequence[str]) -> Html:
    """Return the lines of a unified diff as a table: the old file left, the new one right."""
    rows: list[Html] = []
    for row in _side_by_side(unified):
        if isinstance(row, str):
            rows.append(element("div", row, class_="file"))
            continue
        before, after = row
        if before is None and after is None:
            rows.append(element("div", class_="hunk"))
            continue
        is_context = before is not None and before == after
        kind = "same" if is_context else "diff"
        left, right = _words(before, after) if not is_context else (before, after)
        cells = (_cell(left, "old", before is None), _cell(right, "new", after is None))
        rows.append(element("div", *cells, class_=f"row {kind}"))
    return element("div", *rows, class_="columns")


def _cell(content: Html | str | None, side: str, is_empty: bool) -> Html:
    mark = {"old": "\u2212", "new": "+"}[side]
    return element(
        "div",
        element("span", "" if is_empty else mark, class_="mark"),
        element("code", "" if content is None else content),
        class_=f"{side} {'none' if is_empty else ''}".rstrip(),
    )


def _words(before: str | None, after: str | None) -> tuple[Html | str | None, Html | str | None]:
    if before is None or after is None:
        return before, after
    found = pieces(before, after)
    if not _share_enough(found):
        return before, after
    left = (_mark(each) for each in found if each.kind != "added")
    right = (_mark(each) for each in found if each.kind != "removed")
    return together(*left), together(*right)


def _side_by_side(unified: Sequence[str]) -> Iterator[str | tuple[str | None, str | None]]:
    """Yield lines that stand side by side; two None where lines are left out; names of files.

    The head of a part says how many lines follow, and only so much is text: `--- x` may be a line
    that is gone, or the name of the next file.
    """
    removed: list[str] = []
    added: list[str] = []
    left = right = hunks = 0
    name = ""
    for line in (each.rstrip("\n") for each in unified):
        if left > 0 or right > 0:
            if line.startswith("-"):
                removed.append(line[1:])
                left -= 1
            elif line.startswith("+"):
                added.append(line[1:])
                right -= 1
            elif not line.startswith("\\"):  # `\ No newline at end of file`
                yield from _paired(removed, added)
                removed, added = [], []
                yield line[1:], line[1:]
                left, right = left - 1, right - 1
        elif (head := _HUNK.match(line)) is not None:
            yield from _paired(removed, added)
            removed, added, hunks = [], [], hunks + 1
            if hunks > 1:
                yield None, None
            left, right = (int(each) if each else 1 for each in head.groups())
        elif line.startswith("--- "):
            yield from _paired(removed, added)
            removed, added, hunks, name = [], [], 0, line[4:]
        elif line.startswith("+++ "):
            # A side that has no such file has no name for it.
            names = dict.fromkeys(each for each in (name, line[4:]) if each != "-")
            yield " \u2192 ".join(names)
    yield from _paired(removed, added)


def _paired(
    removed: Sequence[str], added: Sequence[str]
) -> Iterator[tuple[str | None, str | None]]:
    for at in range(max(len(removed), len(added))):
        left = removed[at] if at < len(removed) else None
        right = added[at] if at < len(added) else None
        yield left, right


def _lines(found: Sequence[Piece], left_out: str) -> list[Line]:
    """Return the lines of one side: without the pieces of the other, which make its line differ."""
    lines: list[Line] = []
    parts: list[Html] = []
    differs = False
    for piece in found:
        differs = differs or piece.kind != "kept"
        if piece.kind == left_out:
            continue
        first, *rest = piece.text.split("\n")
        if first:
            parts.append(_mark(Piece(piece.kind, first)))
        before = first
        for text in rest:
            if piece.kind != "kept" and not before:
                parts.append(_mark(Piece(piece.kind, "\u23ce")))  # nothing but the line's end
            lines.append(Line(together(*parts), differs))
            parts, differs = [], piece.kind != "kept"
            if text:
                parts.append(_mark(Piece(piece.kind, text)))
            before = text
    lines.append(Line(together(*parts), differs))
    return lines


def _mark(piece: Piece) -> Html:
    text = together(piece.text)
    name = _MARKS.get(piece.kind)
    return text if name is None else element(name, text)


def _folded(skipped: Sequence[Line]) -> list[Html]:
    if not skipped:
        return []
    if len(skipped) == 1:
        return [skipped[0].content]
    return [element("span", f"\u22ef {count(len(skipped), 'line')} as before", class_="fold")]


def _broken(lines: Sequence[Html]) -> Iterator[Html]:
    for at, line in enumerate(lines):
        if at:
            yield Html("\n")
        yield line


def _share_enough(found: Sequence[Piece]) -> bool:
    kept = sum(len(each.text) for each in found if each.kind == "kept")
    one = sum(len(each.text) for each in found if each.kind == "removed")
    other = sum(len(each.text) for each in found if each.kind == "added")
    return kept > 0 and kept >= _MIN_SHARED * (kept + max(one, other))
