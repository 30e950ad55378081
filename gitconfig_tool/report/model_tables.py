"""Models as text and as JSON: what bundles call, and what of it ends. Pure.

Bundles that call the same stand together, each model once. Prints nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from gitconfig_tool.compiler.model_calls import Call
from gitconfig_tool.models.lifecycle import Standing, end_of
from gitconfig_tool.models.model import ModelFacts, Prices
from gitconfig_tool.report.columns import text_width, wrap
from gitconfig_tool.report.diagnostics_text import PLAIN, Style
from gitconfig_tool.report.tables import count, printable, table

# Bundles that a heading names; the rest is counted.
_MAX_NAMES = 3
_MILLION = 6
_PRESSING = (*Standing, None)
_HEAD = ("hop", "model", "window", "$ in", "$ out", "ends")


def list_text(calls: Sequence[Call], width: int, style: Style = PLAIN) -> list[str]:
    """Return the lines of a list: groups of bundles, documents, and the hops of each."""
    lines: list[str] = []
    for bundles, group in _grouped(calls):
        lines += [style.strong(line) for line in _heading(bundles, width)]
        lines += [*_hops(group, width), ""]
    models = {(call.hop.provider, call.hop.model) for call in calls}
    names = {call.bundle for call in calls}
    lines.append(f"{count(len(models), 'model')} in {count(len(names), 'bundle')}")
    if calls:
        lines.append("Prices are US dollars for a million tokens, without longer requests' tiers.")
    return lines


def due_text(
    calls: Sequence[Call], as_of: date, within: int, width: int, style: Style = PLAIN
) -> list[str]:
    """Return the lines of what ends: the earliest first, and below it who calls it."""
    lines: list[str] = []
    for group in _by_model(calls):
        # Bundles may be given different notice: what is most pressing for one of them is told.
        first = min(group, key=lambda call: _PRESSING.index(call.standing))
        lines.append(_due_line(first, as_of, style))
        if first.replacement:
            lines.append(f"    use {printable(first.replacement)}")
        for document, bundles in _callers(group):
            text = f"    {printable(document)} in {_names(bundles)}"
            lines += wrap(text, width, indent="      ")
        lines.append("")
    lines.append(_due_summary(calls, as_of, within))
    return lines


def call_json(call: Call) -> dict[str, Any]:
    """Return one call as JSON: what `models list` says of it."""
    facts = call.facts
    prices = None if facts is None else facts.prices
    return {
        "bundle": call.bundle,
        "document": call.document,
        "hop": call.hop.index,
        "provider": call.hop.provider,
        "model": call.hop.model,
        "known": facts is not None,
        "source": None if facts is None else facts.source,
        "contextWindow": None if facts is None else facts.context_window,
        "maxInput": None if facts is None else facts.max_input,
        "maxOutput": None if facts is None else facts.max_output,
        "prices": None if prices is None else prices_json(prices),
        **_life_json(call),
    }


def due_json(call: Call, as_of: date) -> dict[str, Any]:
    """Return one call as JSON: what `models due` says of it."""
    end = end_of(call.facts) if call.facts else None
    return {
        "bundle": call.bundle,
        "document": call.document,
        "hop": call.hop.index,
        "provider": call.hop.provider,
        "model": call.hop.model,
        **_life_json(call),
        "days": None if end is None else (end - as_of).days,
        "noticeDays": call.term.days,
    }


def prices_json(prices: Prices) -> dict[str, Any]:
    """Return prices as exact texts: US dollars for a million tokens."""
    return {
        "input": per_million(prices.input),
        "output": per_million(prices.output),
        "cachedInput": _optional(prices.cached_input),
        "tiers": [
            {
                "above": tier.above,
                "input": _optional(tier.input),
                "output": _optional(tier.output),
                "cachedInput": _optional(tier.cached_input),
            }
            for tier in prices.tiers
        ],
    }


def per_million(price: Decimal) -> str:
    """Return the price of a million tokens: at least with cents, and never rounded."""
    text = format(price.scaleb(_MILLION), "f")
    whole, _, cents = text.partition(".")
    return f"{whole}.{cents.rstrip('0'):0<2}"


def _optional(price: Decimal | None) -> str | None:
    return None if price is None else per_million(price)


def _life_json(call: Call) -> dict[str, Any]:
    facts = call.facts
    return {
        "standing": None if call.standing is None else call.standing.value,
        "deprecated": _day(facts.deprecated if facts else None),
        "retires": _day(facts.retires if facts else None),
        "mayRetire": _day(facts.may_retire if facts else None),
        "replacement": call.replacement,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _grouped(calls: Iterable[Call]) -> Iterator[tuple[list[str], list[Call]]]:
    """Yield bundles that call the same, with the calls of one of them."""
    by_bundle: dict[str, list[Call]] = {}
    for call in calls:
        by_bundle.setdefault(call.bundle, []).append(call)
    groups: dict[Any, list[str]] = {}
    for name, its_calls in by_bundle.items():
        same = tuple(
            (each.document, each.hop.index, each.hop.provider, each.hop.model, _prices_of(each))
            for each in its_calls
        )
        groups.setdefault(same, []).append(name)
    for bundles in groups.values():
        yield bundles, by_bundle[bundles[0]]


def _prices_of(call: Call) -> Prices | None:
    return None if call.facts is None else call.facts.prices


def _hops(calls: Sequence[Call], width: int) -> Iterator[str]:
    """Yield a document and below it its hops; a name without room has a line of its own."""
    rows = [_HEAD, *(_row(call) for call in calls)]
    rest = sum(max(text_width(row[column]) for row in rows) + 2 for column in (0, 2, 3, 4, 5))
    room = width - rest - 2
    shown = [(row[0], row[1] if text_width(row[1]) <= room else "", *row[2:]) for row in rows]
    head, *lines = table(shown)
    yield head
    document = None
    for call, row, line in zip(calls, rows[1:], lines, strict=True):
        if call.document != document:
            document = call.document
            yield f"  {printable(document)}"
        if text_width(row[1]) > room:
            yield f"  {row[0]:5}{row[1]}"
            line = line.replace(row[0], " " * len(row[0]), 1)
        yield line


def _row(call: Call) -> tuple[str, ...]:
    facts = call.facts
    number = str(call.hop.index)
    name = printable(f"{call.hop.provider}/{call.hop.model}")
    if facts is None:
        return (number, name, "not known", "-", "-", "-")
    prices = facts.prices
    window = facts.max_input or facts.context_window
    return (
        number,
        name,
        f"{window:,}" if window else "-",
        per_million(prices.input) if prices else "-",
        per_million(prices.output) if prices else "-",
        _end_text(facts),
    )


def _end_text(facts: ModelFacts) -> str:
    if facts.retires is not None:
        return facts.retires.isoformat()
    return f"from {facts.may_retire}" if facts.may_retire else "-"


def _heading(bundles: Sequence[str], width: int) -> Iterator[str]:
    yield from wrap(_names(bundles), width, indent="  ")


def _names(bundles: Sequence[str]) -> str:
    shown = [printable(name) for name in bundles[:_MAX_NAMES]]
    more = len(bundles) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


def _by_model(calls: Iterable[Call]) -> list[list[Call]]:
    """Return the calls of each model together, the one that ends first at the top."""
    found: dict[Any, list[Call]] = {}
    for call in calls:
        found.setdefault((call.hop.provider, call.hop.model, call.replacement), []).append(call)
    return sorted(found.values(), key=lambda group: _order(group[0]))


def _order(call: Call) -> tuple[date, str, str]:
    end = end_of(call.facts) if call.facts else None
    return (end or date.max, call.hop.provider, call.hop.model)


def _callers(calls: Iterable[Call]) -> Iterator[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for call in calls:
        which = "" if call.hop.index == 0 else f" (fallback {call.hop.index})"
        found.setdefault(f"{call.document}{which}", []).append(call.bundle)
    for document, bundles in found.items():
        yield document, list(dict.fromkeys(bundles))


def _due_line(call: Call, as_of: date, style: Style) -> str:
    end = (end_of(call.facts) if call.facts else None) or as_of
    left = (end - as_of).days
    name = printable(f"{call.hop.provider}/{call.hop.model}")
    if call.standing is Standing.RETIRED:
        return f"{end}  {style.error('RETIRED')}  {name}"
    when = "today" if left == 0 else f"in {count(left, 'day')}"
    if call.facts is not None and call.facts.retires is not None:
        mark = style.warning("ENDS") if call.standing is Standing.ENDS_SOON else "ends"
        return f"{end}  {mark} {when}  {name}"
    past = f"promised until then, {count(-left, 'day')} ago" if left < 0 else f"may end {when}"
    return f"{end}  {past}  {name}"


def _due_summary(calls: Sequence[Call], as_of: date, within: int) -> str:
    models = {(call.hop.provider, call.hop.model): call.standing for call in calls}
    retired = sum(standing is Standing.RETIRED for standing in models.values())
    if not models:
        return f"no model ends within {count(within, 'day')} of {as_of}"
    told = f", {retired:,} of them retired" if retired else ""
    return f"{count(len(models), 'model')} within {count(within, 'day')} of {as_of}{told}"
