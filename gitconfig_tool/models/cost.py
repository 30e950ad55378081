"""What models cost: one request, and a month of declared traffic.

Takes chains, what is known of their models, and declared volumes; returns exact amounts in US
dollars. Nothing is rounded here. Batches, cache writes, tools and surcharges for regions or faster
service are not counted: no document says how often they occur.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from typing import TypeGuard

from gitconfig_tool.models.model import Chain, Hop, ModelFacts, Prices, Problem, Traffic
from gitconfig_tool.models.names import is_knowable

ZERO = Decimal(0)
# Enough for every price of 12 places times any volume that a document can declare (2^53).
_EXACT = Context(prec=60)
Known = Callable[[Hop], ModelFacts | None]


@dataclass(frozen=True, slots=True)
class HopCost:
    """What a chain costs if this hop answers; None where the model has no known price."""

    hop: Hop
    request: Decimal | None
    month: Decimal | None


@dataclass(frozen=True, slots=True)
class ChainCost:
    """What a chain costs with its declared traffic; `hops` begin with the primary."""

    document: str
    traffic: Traffic
    hops: tuple[HopCost, ...]

    @property
    def primary(self) -> HopCost:
        """The hop that answers as long as nothing fails."""
        return self.hops[0]

    @property
    def worst(self) -> HopCost | None:
        """The most expensive hop whose price is known; of several, the first."""
        known = [each for each in self.hops if each.month is not None]
        return max(known, key=lambda each: each.month or ZERO, default=None)

    @property
    def unpriced(self) -> tuple[HopCost, ...]:
        """The hops that no price is known of: the worst case may be worse."""
        return tuple(each for each in self.hops if each.month is None)


@dataclass(frozen=True, slots=True)
class Total:
    """What several chains cost together; chains without a price are counted, not guessed."""

    primary: Decimal
    worst: Decimal
    unpriced: int


@dataclass(frozen=True, slots=True)
class Change:
    """An amount before and after; None where there is none, or where it is not known."""

    before: Decimal | None
    after: Decimal | None

    @property
    def delta(self) -> Decimal | None:
        """Return how much more is paid; None where a side that exists is not known."""
        if self.before is None or self.after is None:
            return None
        with localcontext(_EXACT):
            return self.after - self.before

    @property
    def percent(self) -> Decimal | None:
        """Return the change in percent of what was paid, to one place; None of nothing."""
        if self.delta is None or not self.before:
            return None
        with localcontext(_EXACT):
            return (self.delta * 100 / self.before).quantize(Decimal("0.1"))


def cost_of_chain(chain: Chain, known: Known) -> ChainCost | None:
    """Return what a chain costs; None where it declares no traffic that can be, or has no hop."""
    traffic = chain.traffic
    if traffic is None or not chain.hops or traffic.cached_input_tokens > traffic.input_tokens:
        return None
    return ChainCost(
        chain.document, traffic, tuple(_hop_cost(hop, traffic, known(hop)) for hop in chain.hops)
    )


def check_cost(chain: Chain, known: Known) -> Iterator[Problem]:
    """Yield what keeps declared traffic from having a price, or from its budget."""
    traffic = chain.traffic
    if traffic is None or traffic.span is None:
        return
    if traffic.cached_input_tokens > traffic.input_tokens:
        yield Problem(
            "GCT681",
            f"expected at most the {traffic.input_tokens} input tokens to be cached, found "
            f"{traffic.cached_input_tokens}",
            traffic.span,
            hint="'input_tokens' counts all tokens of a request, those from the cache as well",
        )
    for hop in chain.hops:
        facts = known(hop)
        if facts is None and is_knowable(hop.provider, hop.model):
            continue  # A model that nobody knows is told as such.
        if facts is None or facts.prices is None:
            yield Problem(
                "GCT680",
                f"expected a price of '{hop.provider}/{hop.model}', whose traffic is declared, "
                "found none",
                hop.model_span,
                hint="write it into the project's own file of models: prices: {input: 2.50, "
                "output: 10}, in US dollars for a million tokens",
            )

    yield from _check_budget(chain, known)


def _check_budget(chain: Chain, known: Known) -> Iterator[Problem]:
    """Hold what a month costs with the primary against the budget that the document sets."""
    budget = chain.fields.get("budget")
    limit = budget.get("usd_per_month") if isinstance(budget, Mapping) else None
    cost = cost_of_chain(chain, known)
    if cost is None or cost.primary.month is None or not is_number(limit):
        return
    # The shortest text that gives the number again: what stands in the file.
    allowed = Decimal(repr(limit))
    if cost.primary.month > allowed:
        hop = cost.primary.hop
        yield Problem(
            "GCT682",
            f"expected a month within the budget of ${allowed:,f}, found "
            f"${cost.primary.month.normalize():,f} with {hop.provider}/{hop.model}",
            chain.traffic.span if chain.traffic and chain.traffic.span else hop.model_span,
            hint="take a cheaper model, correct 'traffic', or raise 'budget'; see models cost",
        )


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether a JSON value is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def price_of_request(prices: Prices, traffic: Traffic) -> Decimal:
    """Return the price of an average request.

    Cached tokens are a part of the input, and cost what input costs where they have no price of
    their own. A tier holds for the whole request once its input is longer than the tier's bound.
    """
    tier = max(
        (tier for tier in prices.tiers if traffic.input_tokens > tier.above),
        key=lambda tier: tier.above,
        default=None,
    )
    given = prices.input, prices.output, prices.cached_input
    if tier is not None:
        over = tier.input, tier.output, tier.cached_input
        given = (
            prices.input if over[0] is None else over[0],
            prices.output if over[1] is None else over[1],
            prices.cached_input if over[2] is None else over[2],
        )
    fresh, output, cached = given
    with localcontext(_EXACT):
        return (
            fresh * (traffic.input_tokens - traffic.cached_input_tokens)
            + (fresh if cached is None else cached) * traffic.cached_input_tokens
            + output * traffic.output_tokens
        )


def total_of(costs: Iterable[ChainCost]) -> Total:
    """Add up what the chains of a bundle cost in a month."""
    primary, worst, unpriced = ZERO, ZERO, 0
    with localcontext(_EXACT):
        for cost in costs:
            primary += cost.primary.month or ZERO
            worst += (cost.worst.month if cost.worst else None) or ZERO
            unpriced += bool(cost.unpriced)
    return Total(primary, worst, unpriced)


def changes_of(
    before: Sequence[ChainCost], after: Sequence[ChainCost]
) -> list[tuple[str, ChainCost | None, ChainCost | None]]:
    """Pair the chains of two revisions by document; None where one side has none."""
    old = {cost.document: cost for cost in before}
    new = {cost.document: cost for cost in after}
    return [(name, old.get(name), new.get(name)) for name in sorted({*old, *new})]


def _hop_cost(hop: Hop, traffic: Traffic, facts: ModelFacts | None) -> HopCost:
    if facts is None or facts.prices is None:
        return HopCost(hop, None, None)
    request = price_of_request(facts.prices, traffic)
    with localcontext(_EXACT):
        return HopCost(hop, request, request * traffic.requests_per_month)
