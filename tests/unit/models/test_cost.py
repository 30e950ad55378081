"""Prices of requests and months, worked out by hand and without any rounding."""

from decimal import Decimal

import pytest

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.models import Chain, Hop, ModelFacts, Prices, Tier, Traffic
from gitconfig_tool.models.cost import (
    Change,
    check_cost,
    cost_of_chain,
    price_of_request,
    total_of,
)
from gitconfig_tool.report.model_costs import document_changes, dollars, exact

SPAN = Span("base/model.yaml")
MILLION = Decimal(1_000_000)
# $1.25, $10 and $0.125 for a million; beyond 200,000 input tokens $2.50, $15 and $0.25.
TIERED = Prices(
    Decimal("0.00000125"),
    Decimal("0.00001"),
    Decimal("0.000000125"),
    (Tier(200_000, Decimal("0.0000025"), Decimal("0.000015"), Decimal("0.00000025")),),
)


@pytest.mark.parametrize(
    ("traffic", "price"),
    [
        # 1,000 x 1.25 + 100 x 10 = 2,250 millionths
        (Traffic(1, 1_000, 100), "0.00225"),
        # 600 x 1.25 + 400 x 0.125 + 100 x 10 = 750 + 50 + 1,000
        (Traffic(1, 1_000, 100, 400), "0.0018"),
        # The bound itself is not beyond it: 200,000 x 1.25 + 100 x 10
        (Traffic(1, 200_000, 100), "0.251"),
        # The whole request has the higher prices: 200,001 x 2.50 + 100 x 15
        (Traffic(1, 200_001, 100), "0.5015025"),
        # 100,001 x 2.50 + 100,000 x 0.25 + 0
        (Traffic(1, 200_001, 0, 100_000), "0.2750025"),
    ],
)
def test_a_request(traffic: Traffic, price: str) -> None:
    assert price_of_request(TIERED, traffic) == Decimal(price)


def test_cached_input_without_a_price_costs_what_input_costs() -> None:
    prices = Prices(Decimal("0.000001"), Decimal(0))
    assert price_of_request(prices, Traffic(1, 1_000, 0, 999)) == Decimal("0.001")


def test_a_tier_may_leave_prices_as_they_are() -> None:
    prices = Prices(
        Decimal("0.000001"),
        Decimal("0.000002"),
        None,
        (Tier(10, None, Decimal("0.000003")), Tier(100, Decimal("0.000005"), None)),
    )
    # Above 10: 50 x 1 + 1 x 3; above 100 only the highest tier counts: 101 x 5 + 1 x 2.
    assert price_of_request(prices, Traffic(1, 50, 1)) == Decimal("0.000053")
    assert price_of_request(prices, Traffic(1, 101, 1)) == Decimal("0.000507")


def test_large_volumes_stay_exact() -> None:
    """A float has 53 bits, decimals have 28 digits by default: neither is enough here."""
    prices = Prices(Decimal("0.000000000001"), Decimal(0))
    chain = _chain(Traffic(9_007_199_254_740_991, 9_007_199_254_740_991, 0), "a")
    cost = cost_of_chain(chain, lambda hop: ModelFacts("openai", "a", "chat", prices=prices))

    assert cost is not None
    # (2^53 - 1)^2 = 81129638414606663681390495662081
    assert cost.primary.month == Decimal("81129638414606663681.390495662081")


def _chain(traffic: Traffic | None, *models: str, document: str = "chat/model") -> Chain:
    hops = tuple(
        Hop(number, document, (), "openai", model, {}, {}, SPAN, SPAN)
        for number, model in enumerate(models)
    )
    return Chain(document, hops, traffic=traffic)


def _known(hop: Hop) -> ModelFacts | None:
    """Models are named by what a million tokens of input cost, or by what is not known."""
    if hop.model == "unknown":
        return None
    prices = None if hop.model == "unpriced" else Prices(Decimal(hop.model) / MILLION, Decimal(0))
    return ModelFacts("openai", hop.model, "chat", prices=prices)


def test_primary_and_worst_case() -> None:
    cost = cost_of_chain(_chain(Traffic(1_000_000, 10, 0), "2", "5", "unpriced", "3"), _known)

    assert cost is not None
    # A million requests of 10 tokens: 10 million tokens.
    assert cost.primary.month == 20
    assert cost.worst is not None
    assert (cost.worst.hop.index, cost.worst.month) == (1, 50)
    assert [each.hop.index for each in cost.unpriced] == [2]


def test_a_primary_without_a_price_is_not_free() -> None:
    cost = cost_of_chain(_chain(Traffic(1_000_000, 10, 0), "unpriced", "2"), _known)
    assert cost is not None
    assert cost.primary.month is None
    assert total_of([cost]).unpriced == 1
    assert total_of([cost]).worst == 20


def test_without_traffic_there_is_no_cost() -> None:
    assert cost_of_chain(_chain(None, "2"), _known) is None


@pytest.mark.parametrize(
    ("before", "after", "delta", "percent"),
    [
        ("10", "15", "5", "50.0"),
        ("3", "4", "1", "33.3"),
        ("10", "0", "-10", "-100.0"),
        ("0", "4", "4", None),
        (None, "4", None, None),
        ("4", None, None, None),
    ],
)
def test_changes(before: str | None, after: str | None, delta: str | None, percent: str | None):
    change = Change(_decimal(before), _decimal(after))
    assert (change.delta, change.percent) == (_decimal(delta), _decimal(percent))


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def test_a_document_that_comes_or_goes_costs_nothing_where_it_is_not() -> None:
    traffic = Traffic(1_000_000, 10, 0)
    old = cost_of_chain(_chain(traffic, "2", document="a"), _known)
    new = cost_of_chain(_chain(traffic, "unpriced", document="b"), _known)
    assert old is not None
    assert new is not None

    gone, come = document_changes([old], [new])

    assert (gone.document, gone.primary.delta) == ("a", -20)
    assert (come.document, come.primary.before, come.primary.after) == ("b", 0, None)
    assert come.primary.delta is None


def test_what_has_no_price_is_told_of_priced_traffic_only() -> None:
    traffic = Traffic(1, 800, 200, 900, span=SPAN)
    codes = [each.code for each in check_cost(_chain(traffic, "2", "unpriced", "unknown"), _known)]
    # A model that nobody knows is GCT601 already.
    assert codes == ["GCT681", "GCT680"]
    assert list(check_cost(_chain(None, "unpriced"), _known)) == []


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "$0.00"),
        ("1234.565", "$1,234.57"),
        ("0.004", "<$0.01"),
        ("-0.004", "-<$0.01"),
        ("-12", "-$12.00"),
    ],
)
def test_amounts_for_people(amount: str, text: str) -> None:
    assert dollars(Decimal(amount)) == text


def test_amounts_for_programs() -> None:
    assert exact(Decimal("448.000000")) == "448"
    assert exact(Decimal("1E-7")) == "0.0000001"
    assert exact(Decimal("-0.0")) == "0"
    assert dollars(Decimal(5), sign=True) == "+$5.00"
