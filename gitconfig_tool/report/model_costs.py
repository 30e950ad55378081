"""What models cost, as text and as JSON: one revision, or the difference between two. Pure.

Amounts are exact in JSON; in text a month is rounded to cents. What has no known price is said, and
never counted as nothing without saying so. Prints nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any

from gitconfig_tool.models.cost import (
    ZERO,
    ChainCost,
    Change,
    HopCost,
    Total,
    changes_of,
    total_of,
)
from gitconfig_tool.report.columns import wrap
from gitconfig_tool.report.diagnostics_text import PLAIN, Style
from gitconfig_tool.report.tables import count, printable, table

Costs = Mapping[str, tuple[ChainCost, ...]]
_MAX_NAMES = 3
_CENT = Decimal("0.01")
_MICRO = Decimal("0.000001")
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_NO_PRICE = "no price known"


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """How the month of one document's chain changes: with its primary, and in the worst case."""

    document: str
    before: ChainCost | None
    after: ChainCost | None
    primary: Change
    worst: Change


def costs_text(
    costs: Costs, without_traffic: Sequence[str], width: int, style: Style = PLAIN
) -> list[str]:
    """Return the lines for one revision: groups of bundles, chains, and totals."""
    lines: list[str] = []
    priced = {name: each for name, each in costs.items() if each}
    for bundles, group in _grouped(priced):
        lines += [style.strong(line) for line in wrap(_names(bundles), width, indent="  ")]
        rows: list[tuple[str, str, str]] = [("", "a request", "a month")]
        for cost in group:
            rows += _rows_of(cost)
        rows += _total_rows(total_of(group))
        lines += _with_documents(table(_right(rows)), group)
        for cost in group:
            lines += _unpriced(cost, width)
        lines.append("")
    if not priced:
        lines.append("no document declares 'traffic': write requests_per_month, input_tokens and")
        lines.append("output_tokens to have requests and months priced")
    elif without_traffic:
        names_text = ", ".join(printable(name) for name in without_traffic)
        lines += wrap(f"without 'traffic', and so without a cost: {names_text}", width, indent="  ")
    if priced:
        lines.append("worst: the most expensive hop answers each request; US dollars, list prices")
    return lines


def changes_text(
    before: Costs, after: Costs, revisions: tuple[str, str], width: int, style: Style = PLAIN
) -> list[str]:
    """Return the lines for the difference between two revisions: what changes, by bundles."""
    groups: dict[Any, list[str]] = {}
    changed: dict[str, list[DocumentChange]] = {}
    totals: dict[str, tuple[Change, Change]] = {}
    for name in sorted({*before, *after}):
        every = document_changes(before.get(name, ()), after.get(name, ()))
        changed[name] = [each for each in every if _is_change(each)]
        totals[name] = total_changes(before.get(name, ()), after.get(name, ()))
        if changed[name]:
            key = (tuple(map(_change_key, changed[name])), totals[name])
            groups.setdefault(key, []).append(name)
    lines = [f"a month, {revisions[0]} -> {revisions[1]}", ""]
    for bundles in groups.values():
        first = bundles[0]
        lines += [style.strong(line) for line in wrap(_names(bundles), width, indent="  ")]
        rows = [("", "before", "after", "difference", "")]
        for each in changed[first]:
            rows += [
                _change_row("  primary", each.primary),
                _change_row("  worst", each.worst),
            ]
        rows += [
            _change_row("total", totals[first][0]),
            _change_row("total, worst", totals[first][1]),
        ]
        table_lines = table(_right(rows))
        lines.append(table_lines[0])
        for number, each in enumerate(changed[first]):
            lines.append(f"  {printable(each.document)}{_models_text(each)}")
            lines += table_lines[1 + 2 * number : 3 + 2 * number]
        lines += [*table_lines[-2:], ""]
    if not groups:
        return [f"no cost changes between {revisions[0]} and {revisions[1]}"]
    lines.append("US dollars, list prices; worst: the most expensive hop answers each request")
    return lines


def costs_json(costs: Costs) -> list[dict[str, Any]]:
    """Return the costs of bundles as JSON."""
    return [
        {
            "bundle": name,
            "documents": [_cost_json(cost) for cost in each],
            "total": _total_json(total_of(each)),
        }
        for name, each in costs.items()
    ]


def changes_json(before: Costs, after: Costs) -> list[dict[str, Any]]:
    """Return the difference between two revisions as JSON; every document that has a cost."""
    found = []
    for name in sorted({*before, *after}):
        primary, worst = total_changes(before.get(name, ()), after.get(name, ()))
        found.append(
            {
                "bundle": name,
                "documents": [
                    {
                        "document": each.document,
                        "before": None if each.before is None else _cost_json(each.before),
                        "after": None if each.after is None else _cost_json(each.after),
                        "primary": _change_json(each.primary),
                        "worst": _change_json(each.worst),
                    }
                    for each in document_changes(before.get(name, ()), after.get(name, ()))
                ],
                "total": {"primary": _change_json(primary), "worst": _change_json(worst)},
            }
        )
    return found


def document_changes(
    before: Sequence[ChainCost], after: Sequence[ChainCost]
) -> list[DocumentChange]:
    """Return how each document's month changes; what is not there costs nothing."""
    found = []
    for document, old, new in changes_of(before, after):
        primary = Change(_month(old, is_worst=False), _month(new, is_worst=False))
        worst = Change(_month(old, is_worst=True), _month(new, is_worst=True))
        found.append(DocumentChange(document, old, new, primary, worst))
    return found


def _month(cost: ChainCost | None, *, is_worst: bool) -> Decimal | None:
    """Return what a month costs: nothing where there is no chain, None where it is not known."""
    if cost is None:
        return ZERO
    hop = cost.worst if is_worst else cost.primary
    return None if hop is None else hop.month


def total_changes(before: Sequence[ChainCost], after: Sequence[ChainCost]) -> tuple[Change, Change]:
    """Return how a bundle's month changes: with its primaries, and in the worst case."""
    old, new = total_of(before), total_of(after)
    return Change(old.primary, new.primary), Change(old.worst, new.worst)


def exact(amount: Decimal) -> str:
    """Return an amount as its shortest exact text."""
    with localcontext(_EXACT):
        text = format(amount.normalize(), "f")
    return "0" if text == "-0" else text


def dollars(amount: Decimal, unit: Decimal = _CENT, *, sign: bool = False) -> str:
    """Return an amount for people, rounded to a unit; what is less than one unit says so."""
    mark = "-" if amount < 0 else "+" if sign and amount > 0 else ""
    size = abs(amount)
    if 0 < size < unit:
        return f"{mark}<${unit}"
    with localcontext(_EXACT):
        return f"{mark}${size.quantize(unit, rounding=ROUND_HALF_UP):,f}"


def _rows_of(cost: ChainCost) -> Iterator[tuple[str, str, str]]:
    yield _hop_row("primary", cost.primary)
    worst = cost.worst
    if worst is not None and worst is not cost.primary:
        yield _hop_row("worst", worst)


def _hop_row(what: str, cost: HopCost) -> tuple[str, str, str]:
    name = printable(f"  {what} {cost.hop.provider}/{cost.hop.model}")
    if cost.request is None or cost.month is None:
        return (name, "-", _NO_PRICE)
    return (name, dollars(cost.request, _MICRO), dollars(cost.month))


def _total_rows(total: Total) -> Iterator[tuple[str, str, str]]:
    least = "at least " if total.unpriced else ""
    yield ("total", "", least + dollars(total.primary))
    yield ("total, worst", "", least + dollars(total.worst))


def _with_documents(lines: Sequence[str], group: Sequence[ChainCost]) -> Iterator[str]:
    """Yield the lines of a table, with the name of each document above its rows."""
    rest = iter(lines)
    yield next(rest)
    for cost in group:
        traffic = cost.traffic
        number = traffic.requests_per_month
        volume = f"{number:,} request{'' if number == 1 else 's'}, "
        volume += f"{traffic.input_tokens:,} + {traffic.output_tokens:,} tokens each"
        yield f"  {printable(cost.document)}: {volume}"
        for _ in _rows_of(cost):
            yield next(rest)
    yield from rest


def _unpriced(cost: ChainCost, width: int) -> Iterator[str]:
    names = [f"{each.hop.provider}/{each.hop.model}" for each in cost.unpriced]
    if names:
        text = f"  {cost.document}: no price is known of {', '.join(names)}"
        yield from wrap(printable(text), width, indent="    ")


def _grouped(costs: Costs) -> Iterator[tuple[list[str], tuple[ChainCost, ...]]]:
    groups: dict[Any, list[str]] = {}
    for name, each in costs.items():
        groups.setdefault(tuple(map(_key, each)), []).append(name)
    for bundles in groups.values():
        yield bundles, costs[bundles[0]]


def _key(cost: ChainCost) -> tuple[Any, ...]:
    traffic = cost.traffic
    hops = ((each.hop.provider, each.hop.model, each.month) for each in cost.hops)
    volume = (
        traffic.requests_per_month,
        traffic.input_tokens,
        traffic.output_tokens,
        traffic.cached_input_tokens,
    )
    return (cost.document, volume, tuple(hops))


def _is_change(change: DocumentChange) -> bool:
    old, new = change.before, change.after
    return old is None or new is None or _key(old) != _key(new)


def _change_key(change: DocumentChange) -> tuple[Any, ...]:
    old, new = change.before, change.after
    return (change.document, old and _key(old), new and _key(new))


def _change_row(what: str, change: Change) -> tuple[str, str, str, str, str]:
    delta, percent = change.delta, change.percent
    return (
        what,
        _amount(change.before),
        _amount(change.after),
        "not known" if delta is None else dollars(delta, sign=True),
        "" if percent is None else f"{percent:+f}%",
    )


def _amount(amount: Decimal | None) -> str:
    return _NO_PRICE if amount is None else dollars(amount)


def _models_text(change: DocumentChange) -> str:
    if change.before is None:
        return ": new"
    if change.after is None:
        return ": gone"
    old, new = change.before.primary.hop, change.after.primary.hop
    if (old.provider, old.model) == (new.provider, new.model):
        return ""
    return printable(f": {old.model} -> {new.model}")


def _right(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Fill up all columns but the first from the left, so that amounts stand below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        (row[0], *(cell.rjust(size) for cell, size in zip(row[1:], widths[1:], strict=True)))
        for row in rows
    ]


def _names(bundles: Sequence[str]) -> str:
    shown = [printable(name) for name in bundles[:_MAX_NAMES]]
    more = len(bundles) - len(shown)
    each = f" (each of {count(len(bundles), 'bundle')})" if len(bundles) > 1 else ""
    return ", ".join(shown) + (f" and {more:,} more" if more else "") + each


def _cost_json(cost: ChainCost) -> dict[str, Any]:
    return {
        "document": cost.document,
        "traffic": {
            "requestsPerMonth": cost.traffic.requests_per_month,
            "inputTokens": cost.traffic.input_tokens,
            "outputTokens": cost.traffic.output_tokens,
            "cachedInputTokens": cost.traffic.cached_input_tokens,
        },
        "primary": _hop_json(cost.primary),
        "worst": None if cost.worst is None else _hop_json(cost.worst),
        "hops": [_hop_json(each) for each in cost.hops],
    }


def _hop_json(cost: HopCost) -> dict[str, Any]:
    return {
        "hop": cost.hop.index,
        "provider": cost.hop.provider,
        "model": cost.hop.model,
        "request": None if cost.request is None else exact(cost.request),
        "month": None if cost.month is None else exact(cost.month),
    }


def _total_json(total: Total) -> dict[str, Any]:
    return {
        "primary": exact(total.primary),
        "worst": exact(total.worst),
        "unpriced": total.unpriced,
    }


def _change_json(change: Change) -> dict[str, Any]:
    return {
        "before": None if change.before is None else exact(change.before),
        "after": None if change.after is None else exact(change.after),
        "delta": None if change.delta is None else exact(change.delta),
        "percent": None if change.percent is None else format(change.percent, "f"),
    }
