"""What is known of one model, from its JSON to `ModelFacts`.

Takes an entry of the snapshot, or of the project's own file in the same form: limits in tokens,
prices as text in US dollars for a million tokens, days as `YYYY-MM-DD`, null for what is not so.
Entries are sound: the snapshot is tested, and the project's file is checked by `own`.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from gitconfig_tool.models.model import ModelFacts, Prices, Tier

CATALOGUE = "catalogue"


def facts_of(
    provider: str, model: str, entry: Mapping[str, Any], source: str = CATALOGUE
) -> ModelFacts:
    """Return an entry as facts."""
    return ModelFacts(
        provider,
        model,
        entry.get("mode", "chat"),
        context_window=entry.get("context_window"),
        max_input=entry.get("max_input"),
        max_output=entry.get("max_output"),
        supports=frozenset(entry.get("supports", ())),
        input_modalities=frozenset(entry.get("input_modalities", ("text",))),
        output_modalities=frozenset(entry.get("output_modalities", ("text",))),
        regions=tuple(entry["regions"]) if entry.get("regions") else None,
        prices=_prices(entry["prices"]) if entry.get("prices") else None,
        deprecated=_day(entry.get("deprecated")),
        retires=_day(entry.get("retires")),
        may_retire=_day(entry.get("may_retire")),
        replacement=entry.get("replacement"),
        source=source,
    )


def _prices(entry: Mapping[str, Any]) -> Prices:
    return Prices(
        _per_token(entry["input"]),
        _per_token(entry["output"]),
        _optional(entry.get("cached_input")),
        tuple(
            Tier(
                tier["above"],
                _optional(tier.get("input")),
                _optional(tier.get("output")),
                _optional(tier.get("cached_input")),
            )
            for tier in entry.get("tiers", ())
        ),
    )


def _optional(per_million: str | None) -> Decimal | None:
    return None if per_million is None else _per_token(per_million)


def _per_token(per_million: str) -> Decimal:
    # A million is a power of ten: nothing is rounded.
    return Decimal(per_million).scaleb(-6)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
