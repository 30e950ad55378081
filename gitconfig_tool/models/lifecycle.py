"""Whether the models of a chain are there, and for how long.

Takes a chain, the catalogue and the day to judge at; yields problems. A model that nobody knows, a
name that is misspelt and a model that is retired are three things. Looks at no clock: the same
commit, catalogue and day give the same answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from gitconfig_tool.models.catalogue import Catalogue
from gitconfig_tool.models.model import Chain, Hop, ModelFacts, Problem


class Standing(Enum):
    """Where a model stands in its life, on a day; the worst first."""

    RETIRED = "retired"
    ENDS_SOON = "ends-soon"
    MAY_END = "may-end"
    DEPRECATED = "deprecated"
    SERVED = "served"


@dataclass(frozen=True, slots=True)
class Term:
    """How long before its end a model must be gone.

    `is_asked` says that a rule of the project asks for it; else it is the default, and only a
    warning.
    """

    days: int
    is_asked: bool


def check_lifecycle(
    chain: Chain, catalogue: Catalogue, as_of: date, term: Term
) -> Iterator[Problem]:
    """Yield at most one problem for each hop: the worst that is to be said of its model."""
    for hop in chain.hops:
        facts = catalogue.find(hop.provider, hop.model, region_of(hop))
        if facts is not None:
            yield from _dated(hop, facts, catalogue, as_of, term)
        elif catalogue.knows(hop.provider, hop.model):
            yield from _unknown(hop, catalogue)


def region_of(hop: Hop) -> str | None:
    """Return the region that a hop names, or None."""
    region = hop.fields.get("region")
    return region if isinstance(region, str) else None


def standing_of(facts: ModelFacts, as_of: date, days: int) -> Standing:
    """Tell where a model stands on a day; its end is soon when it is at most `days` away."""
    if facts.retires is not None and facts.retires <= as_of:
        return Standing.RETIRED
    limit = _later(as_of, days)
    if facts.retires is not None and facts.retires <= limit:
        return Standing.ENDS_SOON
    if facts.may_retire is not None and facts.may_retire <= limit:
        return Standing.MAY_END
    if facts.deprecated is not None and facts.deprecated <= as_of:
        return Standing.DEPRECATED
    return Standing.SERVED


def end_of(facts: ModelFacts) -> date | None:
    """Return the day of the end that is known of a model: announced, or else the earliest."""
    return facts.retires or facts.may_retire


def replacement_of(
    facts: ModelFacts, catalogue: Catalogue, as_of: date, days: int = 0
) -> str | None:
    """Return the model to use in place of one, by the name that its provider gives it.

    A suggested model may itself have ended since: its own replacement is looked at then, and so on.
    One that stays for more than `days` is preferred; one that is retired, or that the catalogue
    does not know, is never suggested.
    """
    seen = {facts.model}
    served = []
    name = facts.replacement
    while name is not None and name not in seen:
        seen.add(name)
        found = catalogue.find(facts.provider, name)
        if found is None:
            break
        standing = standing_of(found, as_of, days)
        if standing not in (Standing.RETIRED, Standing.ENDS_SOON):
            return name
        if standing is Standing.ENDS_SOON:
            served.append(name)
        name = found.replacement
    return served[0] if served else None


def _later(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max


def _dated(
    hop: Hop, facts: ModelFacts, catalogue: Catalogue, as_of: date, term: Term
) -> Iterator[Problem]:
    standing = standing_of(facts, as_of, term.days)
    better = replacement_of(facts, catalogue, as_of, term.days)
    hint = f"use '{better}'" if better else "choose another model: nothing is suggested for it"
    if standing is Standing.RETIRED:
        yield Problem(
            "GCT603",
            f"expected a model that is served on {as_of}, found '{hop.model}', retired on "
            f"{facts.retires}",
            hop.model_span,
            "is not served any more",
            hint,
        )
    elif standing is Standing.ENDS_SOON:
        yield Problem(
            "GCT604" if term.is_asked else "GCT605",
            f"expected a model that is served for {_days(term.days)} after {as_of}, found "
            f"'{hop.model}', which ends on {facts.retires}",
            hop.model_span,
            f"ends on {facts.retires}",
            hint,
        )
    elif standing is Standing.MAY_END:
        yield Problem(
            "GCT606",
            f"expected a model that is promised for {_days(term.days)} after {as_of}, found "
            f"'{hop.model}', promised until {facts.may_retire}",
            hop.model_span,
            f"may end from {facts.may_retire} on",
            f"use '{better}'" if better else "look up whether its provider has announced its end",
        )
    elif standing is Standing.DEPRECATED:
        ends = f"and ends on {end_of(facts)}" if end_of(facts) else "and its end is not set yet"
        yield Problem(
            "GCT607",
            f"expected a model that is not deprecated, found '{hop.model}', deprecated since "
            f"{facts.deprecated}",
            hop.model_span,
            f"is deprecated, {ends}",
            hint,
        )


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _unknown(hop: Hop, catalogue: Catalogue) -> Iterator[Problem]:
    meant = catalogue.suggest(hop.provider, hop.model)
    if meant is not None:
        yield Problem(
            "GCT602",
            f"expected the name of a model of {hop.provider}, found '{hop.model}'",
            hop.model_span,
            "probably misspelt",
            f"did you mean '{meant}'?",
        )
        return
    if hop.metadata:
        return  # The document says itself what the model is.
    others = catalogue.elsewhere(hop.provider, hop.model)
    near = catalogue.nearest(hop.provider, hop.model)
    own = "list it in the project's own file: models: {catalogue: FILE}"
    if others:
        hint = f"{' and '.join(others)} serve a model of this name; else {own}"
    elif near is not None:
        hint = f"the nearest name is '{near}'; if the model is newer than the catalogue, {own}"
    else:
        hint = f"if the model is newer than the catalogue, or your own, {own}"
    yield Problem(
        "GCT601",
        f"expected a model of {hop.provider} that the catalogue knows, found '{hop.model}'",
        hop.model_span,
        "",
        hint,
    )
