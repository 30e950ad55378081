"""The changed values of one document as Markdown. Pure.

Short values stand in a table; the others, and what a table cannot hold, below it in code blocks.
"""

from collections.abc import Sequence
from difflib import unified_diff

from gitconfig_tool.changes.model import Changes, Kind, Side, ValueChange
from gitconfig_tool.report.changes_summary import DocumentValues, SharedValues
from gitconfig_tool.report.changes_values import SIGNS, block_lines, inline, place_text
from gitconfig_tool.report.columns import text_width
from gitconfig_tool.report.markdown import (
    bundles_html,
    bundles_prose,
    code,
    fence,
    fits_table,
    html_code,
)
from gitconfig_tool.report.tables import count
from gitconfig_tool.report.word_marks import marked_lines

# What a row of a table holds in columns, before a comment would have to be scrolled sideways.
_ROW = 90
# Fewer rows than this are easier to read as a list.
_MIN_ROWS = 2
# A value of more columns stands in a block of its own.
_SHORT = 70
_MAX_LINES = 24
_WIDTH = 100
# Values of a document that are shown, where there is room and where there is little.
_MAX_VALUES = 100
_FEW_VALUES = 10
_HIDDEN = "not shown: it may be a secret"


def document_forms(document: DocumentValues, changes: Changes, *, is_open: bool) -> tuple[str, ...]:
    """Return a document in a line, with some of its values, and with more of them."""
    values = document.values
    kinds = ", ".join(
        f"{number:,} {kind.value}"
        for kind in Kind
        if (number := sum(each.kind is kind for each in values))
    )
    what = count(len(values), "value") if document.kind is Kind.CHANGED else document.kind.value
    where = bundles_html(document.bundles, changes.dimensions)
    signs = f" ({kinds})" if document.kind is Kind.CHANGED else ""
    title = f"{html_code(document.document)}: {what}{signs} in {where}"
    attribute = " open" if is_open else ""
    forms = [f"<p>{title}</p>"]
    for most in sorted({min(_FEW_VALUES, len(values)), min(_MAX_VALUES, len(values))}):
        lines = _body(document, changes, most)
        forms.append(
            "\n".join(
                [
                    f"<details{attribute}><summary>{title}</summary>",
                    "",
                    *lines,
                    "",
                    "</details>",
                ]
            )
        )
    return tuple(forms)


def _body(document: DocumentValues, changes: Changes, most: int) -> list[str]:
    lines: list[str] = []
    left = most
    for shared in document.sets:
        if left <= 0:
            break
        if lines:
            lines.append("")
        if len(document.sets) > 1:
            lines += [f"In {bundles_prose(shared.bundles, changes.dimensions)}:", ""]
        lines += _shared(shared, left)
        left -= len(shared.values)
    hidden = len(document.values) - most
    if hidden > 0:
        lines += ["", f"and {count(hidden, 'more value')}"]
    return lines


def _shared(shared: SharedValues, most: int) -> list[str]:
    shown = shared.values[:most]
    rows = {number: cells for number, each in enumerate(shown) if (cells := _cells(each))}
    if len(rows) < _MIN_ROWS:
        rows = {}
    lines: list[str] = []
    if rows:
        lines += ["| | Value | Before | After | Set in |", "| --- | --- | --- | --- | --- |"]
        lines += [f"| {' | '.join(cells)} |" for cells in rows.values()]
    rest = [each for number, each in enumerate(shown) if number not in rows]
    told = [line for each in rest if (line := _line(each)) is not None]
    if told:
        lines += [*([""] if lines else []), *told]
    for each in rest:
        if _line(each) is None:
            lines += [*([""] if lines else []), *_block(each)]
    return lines


def _cells(change: ValueChange) -> tuple[str, ...]:
    """Return a row of the table; nothing for what does not fit into one."""
    texts = (change.pointer, _short(change.before), _short(change.after), *_origins(change))
    known = [text for text in texts if text is not None and fits_table(text)]
    if len(known) < len(texts) or sum(map(text_width, known)) > _ROW:
        return ()
    return (
        SIGNS[change.kind],
        _pointer(change),
        _cell(change.before),
        _cell(change.after),
        _places(change),
    )


def _line(change: ValueChange) -> str | None:
    """Return a change as an item of a list; None where a value has lines of its own."""
    texts = [_short(side) for side in (change.before, change.after) if side is not None]
    if any(text is None or text_width(text) > _SHORT for text in texts):
        return None
    sides = [_cell(side) for side in (change.before, change.after) if side is not None]
    verb = "" if change.kind is Kind.CHANGED else f" {change.kind.value}"
    places = f" ({_places(change)})" if _places(change) else ""
    if all(side is None or _is_hidden(side) for side in (change.before, change.after)):
        return f"- {_pointer(change)} {change.kind.value}; {_HIDDEN}{places}"
    return f"- {_pointer(change)}{verb}: {' → '.join(sides)}{places}"


def _pointer(change: ValueChange) -> str:
    return code(change.pointer) if change.pointer else "the whole document"


def _cell(side: Side | None) -> str:
    if side is None:
        return ""
    if _is_hidden(side):
        return _HIDDEN
    return code(_short(side) or "")


def _short(side: Side | None) -> str | None:
    """Return a value on one line; None for a mapping, a list of several, or several lines."""
    if side is None:
        return ""
    if side.link:
        return side.link
    value = side.value
    if isinstance(value, str) and "\n" in value:
        return None
    if isinstance(value, dict | list) and value:
        return None
    return inline(value)


def _origins(change: ValueChange) -> Sequence[str]:
    """Return who set the value, before and after, once where that is the same place."""
    places = [
        place_text(side.places[0])
        for side in (change.before, change.after)
        if side is not None and side.places
    ]
    return tuple(dict.fromkeys(places))


def _places(change: ValueChange) -> str:
    return " → ".join(code(text) for text in _origins(change))


def _block(change: ValueChange) -> list[str]:
    places = _places(change)
    head = f"{_pointer(change)} {change.kind.value}" + (f", set in {places}" if places else "")
    before, after = change.before, change.after
    language = "diff"
    if before is not None and after is not None and before.is_text and after.is_text:
        if "\n" in before.value or "\n" in after.value:
            old, new = before.value.split("\n"), after.value.split("\n")
            lines = list(unified_diff(old, new, n=2, lineterm=""))[2:]
        else:
            lines, language = marked_lines(before.value, after.value, _WIDTH), ""
    else:
        lines = [f"- {line}" for line in ([] if before is None else block_lines(before))]
        lines += [f"+ {line}" for line in ([] if after is None else block_lines(after))]
    if len(lines) > _MAX_LINES:
        more = count(len(lines) - _MAX_LINES, "more line")
        lines = [*lines[:_MAX_LINES], f"... {more}"]
    return [f"{head}:", "", *fence(lines, language)]


def _is_hidden(side: Side) -> bool:
    return side.is_hidden and not side.link and not isinstance(side.value, dict | list)
