"""The matrix of a page: documents down, bundles across, and in each cell what happens. Pure.

Bundles that nothing touches have no column. More columns than fit are folded: into the values of
one dimension, such as environments; else into bundles to which the same happens. The script unfolds
a column into its bundles again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gitconfig_tool.changes.model import Changes, Kind
from gitconfig_tool.report.html.bundle_sets import ranges
from gitconfig_tool.report.html.layout import CLASSES, SIGNS, Layout, Row, Touch
from gitconfig_tool.report.html.markup import Html, element, together
from gitconfig_tool.report.tables import count

# So many columns stand side by side on a screen of 1,280 pixels beside the names of documents.
_MAX_COLUMNS = 12
# Beyond, a row is a namespace: a table of thousands of rows is read by nobody.
_MAX_ROWS = 300
_LEGEND = (
    "A sign tells what happens to a document: + added, ~ changed, \u2212 removed. Beside it, in "
    "how many bundles of a folded column, or how many changes there are in a bundle."
)


@dataclass(frozen=True, slots=True)
class Column:
    """Bundles by their numbers; `is_folded` where it stands for a group."""

    title: str
    bundles: tuple[int, ...]
    is_folded: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A row as drawn: several rows of one namespace where there are too many."""

    group: str
    name: str
    numbers: tuple[int, ...]
    touches: tuple[Touch, ...]


def matrix(changes: Changes, layout: Layout) -> Html | None:
    """Return the matrix of all that the sections of a page touch; None where that is nothing."""
    columns = _columns(changes, layout)
    if not columns or not layout.touches:
        return None
    lines = _lines(layout)
    body = []
    for group in dict.fromkeys(line.group for line in lines):
        inside = [line for line in lines if line.group == group]
        body.append(_group(group, inside, columns))
    names = layout.sets.names
    head = element(
        "tr",
        element("th", "document", scope="col", class_="corner"),
        *(_head(each, changes, names) for each in columns),
    )
    table = element(
        "table",
        element("caption", "What happens to each document in each bundle", class_="said"),
        element("thead", head),
        *body,
        id="matrix-table",
    )
    return element(
        "section",
        element("h2", "Bundles \u00d7 documents", id="matrix-title"),
        element("p", _LEGEND, class_="note"),
        element("div", table, class_="scroll", id="matrix-scroll"),
        _untouched(changes, columns),
        class_="part",
        id="matrix",
        aria_labelledby="matrix-title",
    )


def _columns(changes: Changes, layout: Layout) -> list[Column]:
    names = layout.sets.names
    other = layout.sets.numbers(each.name for each in changes.bundles)
    touched = sorted({*other, *(each for touch in layout.touches for each in touch.bundles)})
    if len(touched) <= _MAX_COLUMNS:
        return [Column(names[each], (each,), False) for each in touched]
    dimension = _dimension(changes, [names[each] for each in touched])
    if dimension is None:
        return _alike(touched, layout)
    groups: dict[str | None, list[int]] = {}
    for each in touched:
        groups.setdefault(changes.dimensions[names[each]].get(dimension), []).append(each)
    return [
        Column(f"no {dimension}" if value is None else value, tuple(bundles), True)
        for value, bundles in groups.items()
    ]


def _dimension(changes: Changes, names: Sequence[str]) -> str | None:
    """Return the dimension to fold by: that with the fewest values, if they fit."""
    values: dict[str, set[str]] = {}
    for name in names:
        for dimension, value in changes.dimensions[name].items():
            values.setdefault(dimension, set()).add(value)
    sizes = {name: len(found) for name, found in values.items() if len(found) < _MAX_COLUMNS}
    # A dimension that few bundles have tells little of the others.
    common = [
        each
        for each in sizes
        if 2 * sum(each in changes.dimensions[name] for name in names) >= len(names)
    ]
    several = [each for each in common if sizes[each] > 1]
    return min(several or common, key=lambda each: sizes[each], default=None)


def _alike(touched: Sequence[int], layout: Layout) -> list[Column]:
    """Return bundles to which the same happens as one column; the smallest groups as one."""
    happening: dict[int, list[str]] = {each: [] for each in touched}
    for touch in layout.touches:
        for each in touch.bundles:
            happening[each].append(touch.anchor)
    groups: dict[tuple[str, ...], list[int]] = {}
    for each in touched:
        groups.setdefault(tuple(happening[each]), []).append(each)
    largest = sorted(groups.values(), key=len, reverse=True)
    names = layout.sets.names
    found = [
        Column(
            names[group[0]] if len(group) == 1 else f"alike: {names[group[0]]}, ...",
            tuple(group),
            len(group) > 1,
        )
        for group in largest[: _MAX_COLUMNS - 1]
    ]
    rest = sorted(each for group in largest[_MAX_COLUMNS - 1 :] for each in group)
    return [*found, Column("others", tuple(rest), True)] if rest else found


def _lines(layout: Layout) -> list[Line]:
    touches: dict[Row, list[Touch]] = {}
    for touch in layout.touches:
        touches.setdefault(touch.row, []).append(touch)
    rows = sorted(touches, key=lambda row: (row.group == "prompts", row.group, row.name))
    if len(rows) <= _MAX_ROWS:
        return [Line(row.group, row.name, (layout.rows[row],), tuple(touches[row])) for row in rows]
    by_group: dict[str, list[Row]] = {}
    for row in rows:
        by_group.setdefault(row.group, []).append(row)
    return [
        Line(
            "",
            f"{group or 'top'}: {count(len(inside), 'document')}",
            tuple(layout.rows[row] for row in inside),
            tuple(touch for row in inside for touch in touches[row]),
        )
        for group, inside in by_group.items()
    ]


def _group(group: str, lines: Sequence[Line], columns: Sequence[Column]) -> Html:
    title = None
    if group:
        head = element("th", group, scope="rowgroup", colspan=len(columns) + 1)
        title = element("tr", head, class_="group")
    return element("tbody", title, *(_row(line, columns) for line in lines))


def _row(line: Line, columns: Sequence[Column]) -> Html:
    name = element("a", line.name, href=f"#{line.touches[0].anchor}")
    return element(
        "tr",
        element("th", name, scope="row"),
        *(_cell(line.touches, column) for column in columns),
        data_r=",".join(map(str, line.numbers)),
    )


def _cell(touches: Iterable[Touch], column: Column) -> Html:
    inside = frozenset(column.bundles)
    here = [touch for touch in touches if not inside.isdisjoint(touch.bundles)]
    if not here:
        return Html("<td></td>")
    kinds: dict[int, Kind] = {}
    for touch in here:
        for bundle in inside.intersection(touch.bundles):
            kinds[bundle] = _graver(kinds.get(bundle), touch.kind)
    found = {kind: sum(each is kind for each in kinds.values()) for kind in Kind}
    parts, said = [], []
    for kind in (each for each in Kind if found[each]):
        number = found[kind] if column.is_folded else len(here)
        of = f"/{len(inside)}" if column.is_folded and number < len(inside) else ""
        parts.append(_sign(kind, f"{number}{of}" if column.is_folded or number > 1 else ""))
        if column.is_folded:
            said.append(f"{kind.value} in {number} of {len(inside)} bundles of {column.title}")
        else:
            said.append(f"{kind.value} in {column.title}, {count(number, 'change')}")
    link = element("a", *parts, href=f"#{here[0].anchor}", aria_label="; ".join(said))
    return element("td", link)


def _sign(kind: Kind, number: str) -> Html:
    text = f"{SIGNS[kind]}\u2009{number}" if number else SIGNS[kind]
    return element("span", text, class_=CLASSES[kind])


def _graver(known: Kind | None, kind: Kind) -> Kind:
    """Return what to say of a bundle: that the whole document comes or goes tells more."""
    return kind if known in (None, Kind.CHANGED) else known or kind


def _head(column: Column, changes: Changes, names: Sequence[str]) -> Html:
    is_protected = all(names[each] in changes.protected for each in column.bundles)
    size = count(len(column.bundles), "bundle") if column.is_folded else ""
    notes = ", ".join(each for each in (size, "protected" if is_protected else "") if each)
    kind = _bundle_kinds(changes).get(names[column.bundles[0]]) if not column.is_folded else None
    return element(
        "th",
        together(
            f"{SIGNS[kind]} " if kind else None,
            element("span", _breakable(column.title), class_="name"),
        ),
        element("small", notes) if notes else None,
        scope="col",
        data_b=ranges(column.bundles) if column.is_folded else None,
    )


def _breakable(name: str) -> Html:
    """Return a name that may go on in another line behind each `/`."""
    first, *rest = name.split("/")
    return together(first, *(part for each in rest for part in ("/", Html("<wbr>"), each)))


def _bundle_kinds(changes: Changes) -> Mapping[str, Kind]:
    return {each.name: each.kind for each in changes.bundles}


def _untouched(changes: Changes, columns: Sequence[Column]) -> Html | None:
    left = len(changes.dimensions) - sum(len(each.bundles) for each in columns)
    if left <= 0:
        return None
    text = f"{count(left, 'bundle')} {'has' if left == 1 else 'have'} no change and no column."
    return element("p", text, class_="note")
