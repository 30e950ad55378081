"""What a change does to the models that documents ask: who answers, for how much, and for how long.

Takes two chains of one document with what is known of their models; returns an `Effect` for each
thing that is other now. Pure: reads no catalogue itself. What a value is, is told elsewhere; this
is what follows from it.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from gitconfig_tool.changes.model import Effect
from gitconfig_tool.changes.wording import NONE
from gitconfig_tool.document.credentials import without_password
from gitconfig_tool.models import Chain, Hop, ModelFacts, Prices
from gitconfig_tool.models.cost import ChainCost, cost_of_chain
from gitconfig_tool.models.judging import judge, missing
from gitconfig_tool.models.lifecycle import end_of

Known = Callable[[Hop], ModelFacts | None]
_UNKNOWN = "not known"
_DEFAULT = "not set"
_MILLION = Decimal(1_000_000)
_CENTS = 2
# Fields of a document, and of a hop, that say how long a request may take and where it goes.
_SETTINGS = {
    "timeout_seconds": "timeout",
    "connect_timeout_seconds": "timeout of connecting",
    "retries": "retries",
    "data_residency": "data residency",
    "cache": "cache",
    "budget": "budget",
}
_PLACES = {"region": "region", "endpoint": "endpoint", "deployment": "deployment"}


def effects_of(
    old: Chain | None, new: Chain | None, known_before: Known, known_after: Known
) -> tuple[Effect, ...]:
    """Return what is other in a chain; None stands for a document that has none."""
    was = () if old is None else old.hops
    now = () if new is None else new.hops
    found = [*_order(was, now)]
    for index, before, after in _together(was, now):
        facts = (
            None if before is None else known_before(before),
            None if after is None else known_after(after),
        )
        found += _hop(index, before, after, *facts)
    if old is not None and new is not None:
        found += _routing(old, new)
        found += _settings(old.fields, new.fields)
    found += _cost(
        None if old is None else cost_of_chain(old, known_before),
        None if new is None else cost_of_chain(new, known_after),
    )
    return tuple(found)


def _order(was: tuple[Hop, ...], now: tuple[Hop, ...]) -> Iterator[Effect]:
    """Yield the order of fallbacks, where both sides have some and it is another one."""
    before, after = ([hop.name for hop in side[1:]] for side in (was, now))
    if before == after or not was or not now:
        return
    is_worse = None
    if set(before) < set(after):
        is_worse = False
    elif set(after) < set(before):
        is_worse = True
    yield Effect("fallbacks", " then ".join(before) or NONE, " then ".join(after) or NONE, is_worse)


def _together(
    was: tuple[Hop, ...], now: tuple[Hop, ...]
) -> Iterator[tuple[int, Hop | None, Hop | None]]:
    """Yield the first models together, then each fallback with what it was, wherever it stood.

    A fallback that only moved is the same one: the order says that. Those that no name connects
    are told place by place. The number is that of the new side.
    """
    if was or now:
        yield 0, was[0] if was else None, now[0] if now else None
    left = dict(enumerate(was[1:], 1))
    same: dict[int, Hop] = {}
    for alike in (_is_same_place, _has_same_name):
        for index, after in enumerate(now[1:], 1):
            origin = next((at for at, hop in left.items() if alike(hop, after)), None)
            if index not in same and origin is not None:
                same[index] = left.pop(origin)
    for index, after in enumerate(now[1:], 1):
        yield index, same[index] if index in same else left.pop(index, None), after


def _is_same_place(one: Hop, other: Hop) -> bool:
    return _has_same_name(one, other) and all(
        _text(one, key) == _text(other, key) for key in _PLACES
    )


def _has_same_name(one: Hop, other: Hop) -> bool:
    return one.name == other.name


def _hop(
    index: int,
    before: Hop | None,
    after: Hop | None,
    was: ModelFacts | None,
    now: ModelFacts | None,
) -> Iterator[Effect]:
    """Yield what is other at one place of the chain; the primary has the plain words."""
    at = "" if index == 0 else f" of fallback {index}"
    if index > 0 and (before is None or after is None):
        # The list of fallbacks says so; what a new one does with parameters is still news.
        if after is not None:
            yield from _facts(at, None, now, None, after)
            yield from _parameters(at, None, after, None, now)
        return
    names = [NONE if hop is None else hop.name for hop in (before, after)]
    if index == 0 and names[0] != names[1]:
        yield Effect("model", names[0], names[1])
    for key, word in _PLACES.items():
        places = [_text(hop, key) for hop in (before, after)]
        if places[0] != places[1]:
            yield Effect(f"{word}{at}", places[0], places[1])
    yield from _facts(at, was, now, before, after)
    yield from _parameters(at, before, after, was, now)


def _facts(
    at: str,
    was: ModelFacts | None,
    now: ModelFacts | None,
    before: Hop | None,
    after: Hop | None,
) -> Iterator[Effect]:
    if before is None and after is None:
        return

    def both(what: str, text: Callable[[ModelFacts], str], is_worse: bool | None) -> Effect | None:
        one, other = (
            (NONE if hop is None else _UNKNOWN if facts is None else text(facts))
            for hop, facts in ((before, was), (after, now))
        )
        return None if one == other else Effect(f"{what}{at}", one, other, is_worse)

    pairs = (
        both("price", lambda facts: _price(facts.prices), _dearer(was, now)),
        both("context window", lambda f: _tokens(f.context_window), _less(was, now, "context")),
        both("longest answer", lambda facts: _tokens(facts.max_output), _less(was, now, "output")),
        both("retirement", lambda facts: _day(end_of(facts)), _sooner(was, now)),
    )
    yield from (each for each in pairs if each is not None)


def _parameters(
    at: str,
    before: Hop | None,
    after: Hop | None,
    was: ModelFacts | None,
    now: ModelFacts | None,
) -> Iterator[Effect]:
    """Yield the parameters that are refused or dropped on one side, and not so on the other."""
    old = {} if before is None else _outcomes(before, was)
    new = {} if after is None else _outcomes(after, now)
    for name in dict.fromkeys([*new, *old]):
        one, other = old.get(name, _DEFAULT), new.get(name, _DEFAULT)
        fine = ("sent", _DEFAULT)
        if one == other or (one in fine and other in fine) or after is None:
            continue
        yield Effect(f"parameter {name}{at}", one, other, other not in fine)


def _outcomes(hop: Hop, facts: ModelFacts | None) -> dict[str, str]:
    found = {}
    for verdict in judge(hop, facts):
        if verdict.name in hop.dropped:
            found[verdict.name] = "dropped"
        elif verdict.outcome == "sent":
            found[verdict.name] = "sent"
        else:
            wanted = f", expected {verdict.expected}" if verdict.expected else ""
            found[verdict.name] = f"refused ({verdict.outcome.replace('-', ' ')}{wanted})"
    for name in hop.dropped:
        found.setdefault(name, "dropped")
    for name in missing(hop, facts):
        found[name] = "missing, and demanded by the model"
    return found


def _routing(old: Chain, new: Chain) -> Iterator[Effect]:
    if old.strategy != new.strategy:
        yield Effect("routing", old.strategy, new.strategy)


def _settings(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Effect]:
    for key, word in _SETTINGS.items():
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            for inner in dict.fromkeys([*after, *before]):
                one, other = _shown(before.get(inner)), _shown(after.get(inner))
                if one != other:
                    yield Effect(f"{word}: {inner.replace('_', ' ')}", one, other)
        else:
            unit = " s" if key.endswith("_seconds") else ""
            yield Effect(word, _shown(before, unit), _shown(after, unit))


def _cost(old: ChainCost | None, new: ChainCost | None) -> Iterator[Effect]:
    """Yield what a month costs, with the first model and with the most expensive one."""
    if old is None and new is None:
        return
    for what, amounts in (
        ("cost of a month", [_month_of(each, at_worst=False) for each in (old, new)]),
        ("cost of a month at worst", [_month_of(each, at_worst=True) for each in (old, new)]),
    ):
        texts = [
            "no traffic declared" if cost is None else _UNKNOWN if each is None else _month(each)
            for cost, each in zip((old, new), amounts, strict=True)
        ]
        if texts[0] != texts[1]:
            before, after = amounts
            is_worse = None if before is None or after is None else after > before
            yield Effect(what, texts[0], texts[1], is_worse)


def _month_of(cost: ChainCost | None, *, at_worst: bool) -> Decimal | None:
    if cost is None:
        return None
    hop = cost.worst if at_worst else cost.primary
    return None if hop is None else hop.month


def _dearer(was: ModelFacts | None, now: ModelFacts | None) -> bool | None:
    old = None if was is None else was.prices
    new = None if now is None else now.prices
    if old is None or new is None:
        return None
    steps = (new.input - old.input, new.output - old.output)
    if all(step >= 0 for step in steps) and any(steps):
        return True
    return False if all(step <= 0 for step in steps) and any(steps) else None


def _less(was: ModelFacts | None, now: ModelFacts | None, what: str) -> bool | None:
    old, new = (
        None if facts is None else facts.context_window if what == "context" else facts.max_output
        for facts in (was, now)
    )
    return None if old is None or new is None or old == new else new < old


def _sooner(was: ModelFacts | None, now: ModelFacts | None) -> bool | None:
    if was is None or now is None:
        return None
    old, new = end_of(was), end_of(now)
    if old == new:
        return None
    return new is not None and (old is None or new < old)


def _price(prices: Prices | None) -> str:
    """Write prices for a million tokens, the unit in which providers give them."""
    if prices is None:
        return _UNKNOWN
    parts = [f"{_dollars(prices.input)} in", f"{_dollars(prices.output)} out"]
    if prices.cached_input is not None:
        parts.append(f"{_dollars(prices.cached_input)} cached")
    text = f"{', '.join(parts)} per million tokens"
    for tier in prices.tiers:
        over = (("in", tier.input), ("out", tier.output), ("cached", tier.cached_input))
        said = ", ".join(f"{_dollars(each)} {word}" for word, each in over if each is not None)
        text += f"; above {tier.above:,} tokens {said}"
    return text


def _dollars(per_token: Decimal) -> str:
    amount = (per_token * _MILLION).normalize()
    exponent = amount.as_tuple().exponent
    places = max(_CENTS, -exponent if isinstance(exponent, int) else _CENTS)
    return f"${amount:,.{places}f}"


def _month(amount: Decimal) -> str:
    return f"${amount:,.{_CENTS}f}"


def _tokens(number: int | None) -> str:
    return _UNKNOWN if number is None else f"{number:,} tokens"


def _day(day: date | None) -> str:
    return "none announced" if day is None else day.isoformat()


def _text(hop: Hop | None, key: str) -> str:
    value = None if hop is None else hop.fields.get(key)
    return NONE if value is None else without_password(str(value))


def _shown(value: Any, unit: str = "") -> str:
    if value is None:
        return _DEFAULT
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or NONE
    return without_password(f"{value}{unit}")
