"""One changed value as lines for a terminal. Pure.

What fits stands on one line; a long text is shown with the words that differ, a mapping or a list
as YAML. What is longer than a reader wants is folded.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gitconfig_tool.changes.model import Kind, Place, Side, ValueChange
from gitconfig_tool.document.writing import write_yaml
from gitconfig_tool.report.columns import text_width
from gitconfig_tool.report.diagnostics_text import PLAIN, Style
from gitconfig_tool.report.tables import count, printable
from gitconfig_tool.report.word_marks import broken, marked_lines

SIGNS = {Kind.ADDED: "+", Kind.CHANGED: "~", Kind.REMOVED: "-"}
# Lines of one value that are shown.
_MAX_LINES = 12
# Where fewer lines than this would be left out, the line that says so saves nothing.
_MIN_FOLDED = 3
_INNER = "    "
_SHORT = 12


@dataclass(frozen=True, slots=True)
class Page:
    """How to write: the width in columns, and whether anything is folded."""

    width: int
    style: Style = PLAIN
    is_coloured: bool = False
    is_full: bool = False
    # What shows all, where something is folded.
    unfold: str = "--full"

    def folded(
        self, lines: Sequence[str], most: int = _MAX_LINES, noun: str = "line"
    ) -> Sequence[str]:
        """Return the first lines of many, and how many there are more."""
        left = len(lines) - most
        if self.is_full or left < _MIN_FOLDED:
            return lines
        return [
            *lines[:most],
            self.style.faint(f"... {count(left, f'more {noun}')}: {self.unfold}"),
        ]

    def narrower(self, columns: int) -> "Page":
        """Return the page for what is indented."""
        return replace(self, width=self.width - columns)

    def sign(self, kind: Kind) -> str:
        """Return the sign of a kind of change in its colour."""
        paint = {Kind.ADDED: self.style.added, Kind.REMOVED: self.style.removed}
        return paint.get(kind, self.style.warning)(SIGNS[kind])


def value_lines(change: ValueChange, page: Page) -> Iterator[str]:
    """Yield the lines of one change: the pointer, both values, and who set them."""
    pointer = printable(change.pointer) or "the whole document"
    head = f"{page.sign(change.kind)} {page.style.strong(pointer)}"
    room = page.width - text_width(pointer) - 4
    is_secret = all(side is None or side.is_hidden for side in (change.before, change.after))
    before, after = (_short(side) for side in (change.before, change.after))
    arrow = [
        paint(text)
        for paint, text in ((page.style.removed, before), (page.style.added, after))
        if text
    ]
    needed = text_width((before or "") + (after or "")) + (4 if len(arrow) > 1 else 0)
    is_missing = (change.before is not None and before is None) or (
        change.after is not None and after is None
    )
    if is_secret and not (_is_collection(change.before) or _is_collection(change.after)):
        verb = {Kind.ADDED: "added", Kind.CHANGED: "changed", Kind.REMOVED: "removed"}[change.kind]
        yield f"{head}  {verb}; not shown: it may be a secret"
    elif not is_missing and needed <= room:
        yield f"{head}  {' -> '.join(arrow)}"
    else:
        yield head
        for line in page.folded(list(_block(change, page))):
            yield f"{_INNER}{line}".rstrip()
    for line in _origins(change, page):
        yield f"{_INNER}{line}"


def _is_collection(side: Side | None) -> bool:
    return side is not None and not side.link and isinstance(side.value, dict | list)


def _short(side: Side | None) -> str | None:
    """Return a value on one line; None where there is none, or it has lines of its own."""
    if side is None:
        return None
    if side.link:
        return printable(side.link)
    value = side.value
    if isinstance(value, str) and "\n" in value.strip("\n"):
        return None
    if (
        isinstance(value, dict)
        and value
        and any(isinstance(v, dict | list) for v in value.values())
    ):
        return None
    return inline(value)


def inline(value: Any) -> str:
    """Return a JSON value on one line, safe on a terminal."""
    return printable(json.dumps(value, ensure_ascii=False))


def _block(change: ValueChange, page: Page) -> Iterator[str]:
    before, after = change.before, change.after
    width = page.width - len(_INNER)
    if before is not None and after is not None and before.is_text and after.is_text:
        yield from marked_lines(
            before.value,
            after.value,
            width,
            page.style,
            is_coloured=page.is_coloured,
            is_full=page.is_full,
        )
        return
    is_both = before is not None and after is not None
    for side, sign, paint in (
        (before, "- " if is_both else "", page.style.removed),
        (after, "+ " if is_both else "", page.style.added),
    ):
        if side is None:
            continue
        for line in block_lines(side):
            for number, part in enumerate(broken(line, width - len(sign))):
                yield paint(f"{sign if number == 0 else ' ' * len(sign)}{part}")


def block_lines(side: Side) -> list[str]:
    """Return a value as lines: text as it is, anything else as YAML."""
    if side.link:
        return [side.link]
    text = side.value if isinstance(side.value, str) else write_yaml(side.value)
    return text.rstrip("\n").split("\n")


def _origins(change: ValueChange, page: Page) -> Iterator[str]:
    """Yield who set both sides, on one line if it fits."""
    before = change.before.places[0] if change.before and change.before.places else None
    after = change.after.places[0] if change.after and change.after.places else None
    faint = page.style.faint
    if before is None or after is None:
        place = after or before
        if place is not None:
            yield faint(place_text(place))
        return
    if place_text(before) == place_text(after):
        yield faint(place_text(after))
    elif replace(before, line=after.line, column=after.column) == after:
        yield faint(f"{place_text(after)} (was line {before.line})")
    else:
        line = f"{place_text(before)} -> {place_text(after)}"
        if text_width(line) + len(_INNER) <= page.width:
            yield faint(line)
        else:
            yield faint(f"was {place_text(before)}")
            yield faint(f"now {place_text(after)}")


def place_text(place: Place) -> str:
    """Return the file and line of a place; the layer too, where the file's path does not tell."""
    at = f" at {place.commit[:_SHORT]}" if place.commit else ""
    in_layer = place.path == place.layer or place.path.startswith(f"{place.layer}/")
    layer = "" if in_layer else f" (layer {printable(place.layer)})"
    return f"{printable(place.path)}:{place.line}{at}{layer}"
