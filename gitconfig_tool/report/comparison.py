"""One value in several bundles, as a table and as JSON. Pure; prints nothing."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.merge import MergedValue
from gitconfig_tool.report.diagnostics_text import PLAIN, Style
from gitconfig_tool.report.explanation import place_json
from gitconfig_tool.report.origins import brief_origin
from gitconfig_tool.report.tables import count, shorten, table
from gitconfig_tool.report.values import comparable, json_value, leaf_text

# More rows than a screen has: those that say the same are then counted, not listed.
_MAX_ROWS = 40
# In a sentence.
_MAX_VALUE = 30


@dataclass(frozen=True, slots=True)
class Row:
    """The value in one bundle; None where there is none, and then `why` says why."""

    bundle: str
    dimensions: Mapping[str, str]
    value: MergedValue | None
    why: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One value in several bundles, in the order of the project file."""

    document: str
    pointer: str
    rows: tuple[Row, ...]

    def most_common(self) -> MergedValue | None:
        """Return the value that most bundles have; of several, the one that comes first."""
        found = Counter(comparable(row.value) for row in self.rows if row.value is not None)
        if not found:
            return None
        best = found.most_common(1)[0][0]
        return next(row.value for row in self.rows if row.value and comparable(row.value) == best)


def comparison_text(
    comparison: Comparison, width: int, style: Style = PLAIN, *, every: bool
) -> list[str]:
    """Return the lines of a table: bundle, value and origin, with a mark where values differ.

    Where there are many rows, those of the most common value are counted and not listed, and the
    others that say the same share a row, unless `every` is set.
    """
    common = comparison.most_common()
    usual = comparable(common) if common is not None else None
    place = f"{comparison.document}#{comparison.pointer}"
    lines = [place if comparison.pointer else comparison.document, ""]
    same = [row for row in comparison.rows if row.value and comparable(row.value) == usual]
    folds = len(comparison.rows) > _MAX_ROWS and len(same) > 1 and not every
    # Where no two are alike, no value is the usual one.
    all_differ = len(same) == 1 and sum(row.value is not None for row in comparison.rows) > 1
    # Bundles by what their rows say of them.
    groups: dict[tuple[str, ...], list[str]] = {}
    for row in comparison.rows:
        if row.value is None:
            says = (" ", "-", row.why)
        else:
            differs = comparable(row.value) != usual or all_differ
            says = ("*" if differs else " ", value_text(row.value), brief_origin(row.value))
        if not folds:
            groups[*says, row.bundle] = [row.bundle]
        elif says[0] == "*" or row.value is None:
            groups.setdefault(says, []).append(row.bundle)
    rows = [
        (f"{mark} {first}{f' and {len(others):,} more' if others else ''}", value, origin)
        for (mark, value, origin, *_), (first, *others) in groups.items()
    ]
    if folds and common is not None:
        rows.append((f"  ... {len(same):,} more bundles", value_text(common), ""))
    shown = zip(rows, table(rows, width=width, cut=1), strict=True)
    lines += [style.strong(line) if row[0].startswith("*") else line for row, line in shown]
    lines += ["", *_summary(comparison, len(same), common)]
    if folds:
        lines.append("--all lists every bundle")
    return lines


def _summary(comparison: Comparison, same: int, common: MergedValue | None) -> list[str]:
    total = len(comparison.rows)
    present = sum(row.value is not None for row in comparison.rows)
    without = total - present
    absent = f"; {without:,} {'has' if without == 1 else 'have'} none" if without else ""
    if common is None:
        return [f"none of {count(total, 'bundle')} has a value here"]
    if same == present:
        return [f"the same value in {count(present, 'bundle')}{absent}"]
    if same == 1:
        verdict = f"* each of {count(present, 'bundle')} has a value of its own{absent}"
    else:
        verdict = (
            f"* differs from the most common value, {shorten(value_text(common), _MAX_VALUE)} "
            f"({same:,} of {count(total, 'bundle')}){absent}"
        )
    if isinstance(common.content, (Mapping, tuple)):
        place = f"{comparison.document}#{comparison.pointer}/**"
        return [verdict, f"to compare value by value: '{place}'"]
    return [verdict]


def value_text(value: MergedValue) -> str:
    """Write a value on one line: a scalar as in YAML, a mapping or a list as JSON."""
    if isinstance(value.content, (Mapping, tuple)):
        return json.dumps(json_value(value), ensure_ascii=False)
    return leaf_text(value)


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """Return the same as JSON, with every bundle."""
    common = comparison.most_common()
    usual = comparable(common) if common is not None else None
    return {
        "document": comparison.document,
        "pointer": comparison.pointer,
        "mostCommon": None if common is None else json_value(common),
        "bundles": [_row_json(row, usual) for row in comparison.rows],
    }


def _row_json(row: Row, usual: str | None) -> dict[str, Any]:
    named = {"bundle": row.bundle, "dimensions": dict(row.dimensions)}
    if row.value is None:
        return {**named, "present": False, "why": row.why}
    return {
        **named,
        "present": True,
        "value": json_value(row.value),
        "differs": comparable(row.value) != usual,
        **place_json(row.value.chain[0]),
    }
