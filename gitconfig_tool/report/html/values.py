"""Changed values on a page, by document and by pointer. Pure.

A value that differs from bundle to bundle is one change with several variants. A page has room for
so many in full; what comes after is told in one line each, and at last only counted.
"""

from collections.abc import Iterable, Mapping, Sequence

from gitconfig_tool.changes.model import Kind, ValueChange
from gitconfig_tool.report.html.layout import SIGNS, Layout, document_row, section, sign
from gitconfig_tool.report.html.markup import Html, element, together
from gitconfig_tool.report.html.sides import both_sides, brief
from gitconfig_tool.report.tables import count

# Characters of markup for all values: with the matrix and the lists of bundles, a page stays under
# a megabyte. Each document has its share of it, and what another one did not need.
_ROOM = 700_000
# Of a share, so much is for values in full; those that follow have a line each.
_IN_FULL = 0.6
# Variants of one value that are shown in full; of a hundred, nobody reads each.
_MAX_VARIANTS = 6


def values_part(values: Sequence[ValueChange], layout: Layout) -> Html | None:
    """Return the section of changed values; None where there is none."""
    if not values:
        return None
    used = 0
    documents: list[Html] = []
    by_document = _by_document(values)
    for document, changes in by_document.items():
        share = (_ROOM - used) // (len(by_document) - len(documents))
        made = _document(document, changes, f"d{len(documents) + 1}", layout, share)
        used += len(made)
        documents.append(made)
    return section("values", "Values", f"{len(values):,}", *documents)


def _document(
    document: str, changes: Sequence[ValueChange], anchor: str, layout: Layout, room: int
) -> Html:
    row = document_row(document)
    items: list[Html] = []
    left: list[ValueChange] = []
    used = 0
    for variants in _by_pointer(changes):
        if used < room * _IN_FULL:
            item, others = _change(variants, layout, room - used)
        else:
            item, others = _lines(variants, layout, room - used)
        left += others
        items.append(item)
        used += len(item)
    if left:
        items.append(_left(left, anchor, layout))
    namespace = element("span", f"{row.group}/", class_="namespace") if row.group else None
    number = element("span", count(len(changes), "value"), class_="number")
    heading = element("h3", namespace, row.name, " ", number)
    return element("section", heading, *items, class_="document", id=anchor)


def _change(
    variants: Sequence[ValueChange], layout: Layout, room: int
) -> tuple[Html, Sequence[ValueChange]]:
    """Return a change as far as there is room, and the variants that there is none for."""
    first = variants[0]
    anchor = layout.anchor()
    is_one = len(variants) == 1
    heading = element(
        "h4",
        sign(first.kind),
        _pointer(first.pointer),
        layout.sets.chip(first.bundles)
        if is_one
        else element("span", f"{len(variants)} variants", class_="bundles"),
    )
    shown = [
        _variant(each, anchor if is_one else f"{anchor}-{number}", layout, not is_one)
        for number, each in enumerate(variants[:_MAX_VARIANTS])
    ]
    room -= sum(map(len, shown))
    lines, left = _lines(variants[_MAX_VARIANTS:], layout, room, with_pointer=False)
    if len(lines):
        others = count(len(variants) - len(shown) - len(left), "more variant")
        shown.append(element("details", element("summary", others), lines, class_="variants"))
    return element("article", heading, *shown, class_="change", id=anchor), left


def _lines(
    variants: Sequence[ValueChange], layout: Layout, room: int, *, with_pointer: bool = True
) -> tuple[Html, Sequence[ValueChange]]:
    """Return a line for each variant as far as there is room, and the rest of them."""
    lines: list[Html] = []
    for number, each in enumerate(variants):
        if room <= 0:
            return together(*lines), variants[number:]
        lines.append(_line(each, layout, with_pointer=with_pointer))
        room -= len(lines[-1])
    return together(*lines), ()


def _variant(change: ValueChange, anchor: str, layout: Layout, is_named: bool) -> Html:
    found = layout.touch(document_row(change.document), anchor, _row_kind(change), change.bundles)
    chip = layout.sets.chip(change.bundles) if is_named else None
    sides = both_sides(change.before, change.after, anchor)
    return element("div", chip, sides, class_="variant", id=anchor if is_named else None, **found)


def _line(change: ValueChange, layout: Layout, *, with_pointer: bool = True) -> Html:
    anchor = layout.anchor()
    found = layout.touch(document_row(change.document), anchor, _row_kind(change), change.bundles)
    return element(
        "div",
        f"{SIGNS[change.kind]} ",
        element("b", change.pointer or "whole document") if with_pointer else None,
        " " if with_pointer else None,
        layout.sets.chip(change.bundles),
        " ",
        element("code", f"{brief(change.before)} \u2192 {brief(change.after)}"),
        class_="line",
        id=anchor,
        **found,
    )


def _left(changes: Sequence[ValueChange], anchor: str, layout: Layout) -> Html:
    row = document_row(changes[0].document)
    bundles = tuple(dict.fromkeys(name for each in changes for name in each.bundles))
    found = layout.touch(row, anchor, Kind.CHANGED, bundles)
    values = count(len(changes), "more value")
    return element(
        "p",
        f"{values}, which this page has no room for: use --bundle to choose, or --format json",
        class_="left",
        **found,
    )


def _pointer(pointer: str) -> Html:
    if not pointer:
        return element("span", "the whole document", class_="pointer whole")
    parent, _, last = pointer.rpartition("/")
    above = element("span", f"{parent}/", class_="above")
    return element("span", above, element("b", last), class_="pointer")


def _row_kind(change: ValueChange) -> Kind:
    """Return what a change does to its document: only the whole of it comes or goes."""
    return Kind.CHANGED if change.pointer else change.kind


def _by_document(values: Iterable[ValueChange]) -> Mapping[str, list[ValueChange]]:
    found: dict[str, list[ValueChange]] = {}
    for each in values:
        found.setdefault(each.document, []).append(each)
    return found


def _by_pointer(values: Iterable[ValueChange]) -> Iterable[list[ValueChange]]:
    found: dict[tuple[str, Kind], list[ValueChange]] = {}
    for each in values:
        found.setdefault((each.pointer, each.kind), []).append(each)
    return found.values()
