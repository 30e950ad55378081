"""Where the models of a chain run, and how long a request may take through all of them.

Takes a chain and what the project allows for its bundle; returns problems. A model whose region is
not said is not within a region that is asked for.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from gitconfig_tool.diagnostics import Note
from gitconfig_tool.glob import Glob
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.models.model import Chain, Hop, ModelFacts, Problem
from gitconfig_tool.models.parameters import BEDROCK_GEOGRAPHIES
from gitconfig_tool.project.llm import RegionRule

# Regions in addresses (AWS General Reference, "Amazon Bedrock endpoints and quotas", with those of
# AWS PrivateLink; Google Cloud, "Vertex AI locations"; Azure AI services, "Custom subdomain names";
# all as of 2026-11).
_HOST = re.compile(
    r"^(?:https?://)?(?:[^/?#@]*@)?(?:"
    r"(?:[a-z0-9-]+\.)*bedrock[a-z-]*\.([a-z0-9-]+)\.(?:vpce\.)?(?:amazonaws\.com|api\.aws)"
    r"|([a-z0-9-]+)-aiplatform\.googleapis\.com"
    r"|aiplatform\.([a-z0-9-]+)\.rep\.googleapis\.com"
    r"|([a-z0-9]+)\.api\.cognitive\.microsoft\.com"
    r")(?=[.:/?#]|$)"
)
_ARN = re.compile(r"^arn:[a-z-]+:bedrock:([a-z0-9-]+):")


def check_regions(
    chain: Chain, rules: Sequence[RegionRule], known: Callable[[Hop], ModelFacts | None]
) -> Iterator[Problem]:
    """Yield the hops that run where the rules for this bundle and document do not allow."""
    for hop in chain.hops:
        region = hop.fields.get("region")
        region = region if isinstance(region, str) else None
        offered = getattr(known(hop), "regions", None)
        if region is not None and offered and region not in offered:
            yield Problem(
                "GCT666",
                f"expected a region that offers {hop.name}, found {region}",
                hop.region_span or hop.model_span,
                label=f"not offered in {region}",
                hint=f"it is offered in {', '.join(offered[:6])}",
            )
        for rule in rules:
            yield from _check_rule(hop, region, rule)


def _check_rule(hop: Hop, region: str | None, rule: RegionRule) -> Iterator[Problem]:
    allowed = ", ".join(rule.allow)
    notes = (Note(f"these bundles may use {allowed}", rule.span),)
    if region is None:
        yield Problem(
            "GCT665",
            f"expected {hop.name} to say its region, one of {allowed}, found none",
            hop.model_span,
            label="runs anywhere",
            hint="add 'region' beside the model",
            notes=notes,
        )
    elif not _is_allowed(region, rule.allow):
        yield Problem(
            "GCT664",
            f"expected {hop.name} in a region out of {allowed}, found {region}",
            hop.region_span or hop.model_span,
            label=f"runs in {region}",
            hint="choose an endpoint in an allowed region, or leave this model out for these "
            "bundles",
            notes=notes,
        )
    for found, what in _elsewhere(hop, region):
        if not _is_allowed(found, rule.allow):
            yield Problem(
                "GCT664",
                f"expected {hop.name} in a region out of {allowed}, found {what} in {found}",
                hop.region_span or hop.model_span,
                label=f"runs in {found}",
                hint="'region' says where the model should run, the address says where it does: "
                "correct the address",
                notes=notes,
            )
    geography = geography_of(hop)
    if geography is not None and not _reaches_only(geography, rule.allow):
        where = "anywhere" if geography == "global" else f"in all of '{geography}'"
        yield Problem(
            "GCT664",
            f"expected {hop.name} in a region out of {allowed}, "
            f"found an inference profile that is answered {where}",
            hop.model_span,
            label=f"answered {where}",
            hint="name the model without the geography before it, or another profile",
            notes=notes,
        )


def _elsewhere(hop: Hop, region: str | None) -> Iterator[tuple[str, str]]:
    """Yield regions that addresses of a hop name, where 'region' names another one, or none."""
    endpoint = hop.fields.get("endpoint")
    named = {
        "an endpoint": _HOST.search(endpoint.lower()) if isinstance(endpoint, str) else None,
        "a resource": _ARN.match(hop.model),
    }
    for what, match in named.items():
        found = next((each for each in match.groups() if each), None) if match else None
        if found is not None and found != region:
            yield found, what


def geography_of(hop: Hop) -> str | None:
    """Return where an inference profile of Bedrock may be answered: the first part of its name."""
    if hop.provider != "aws-bedrock":
        return None
    first = hop.model.rpartition("/")[2].partition(".")[0]
    return first if first in BEDROCK_GEOGRAPHIES else None


def _is_allowed(region: str, allow: Sequence[str]) -> bool:
    return any(Glob(glob).fullmatch(region) for glob in allow)


def _reaches_only(geography: str, allow: Sequence[str]) -> bool:
    """Tell whether a whole geography is allowed: by its name, or by a glob for all its regions."""
    return any(Glob(glob).fullmatch(geography) or glob in (f"{geography}-*", "*") for glob in allow)


def check_time(chain: Chain, services: Sequence[LinkedDocument]) -> Iterator[Problem]:
    """Yield the services that give up before every model of the chain could be tried once."""
    seconds = [hop.fields.get("timeout_seconds", _of_chain(chain)) for hop in chain.hops]
    if len(seconds) < 2 or not all(map(_is_number, seconds)):
        return
    total = sum(seconds)
    for service in services:
        limit = service.value.get("request_timeout_seconds")
        if _is_number(limit) and limit < total:
            when = "during" if limit > total - seconds[-1] else "before"
            yield Problem(
                "GCT667",
                f"expected {service.id} to wait {total:g} seconds, in which each model of "
                f"{chain.document} may be tried once, found {limit:g}",
                service.span_at(("request_timeout_seconds",)),
                label=f"gives up {when} the last fallback",
                hint="raise it, or lower 'timeout_seconds' of the models",
                notes=tuple(
                    Note(f"{hop.name} may take {each:g} seconds", hop.model_span)
                    for hop, each in zip(chain.hops, seconds, strict=True)
                ),
            )


def _of_chain(chain: Chain) -> Any:
    return chain.fields.get("timeout_seconds")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
