"""What bodies of rules demand of the documents and bundles that the project names.

Encryption: values of a level and above are secrets. Regions: the bundle lies in one that is
allowed. Retention: a document that is declared confidential or above says how long data is kept.
Rotation: secrets are replaced often enough. Takes the documents of one bundle; returns diagnostics,
each with the tag and its source. It sees configuration only, and is no legal advice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.classification.levels import FIELD, Documents, Levels, Reason, strongest
from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.glob import Glob
from gitconfig_tool.link import LinkedDocument, SecretLink
from gitconfig_tool.merge import leaves
from gitconfig_tool.pointer import parse_pointer
from gitconfig_tool.project import (
    Bundle,
    ComplianceRule,
    Dimension,
    Level,
    attribute_text,
    parse_days,
)
from gitconfig_tool.secrets import Secret

# The hours after which a secret is to be replaced.
Interval = Callable[[Secret], int]
# The secrets that a link leads to: several, where it leads to a mapping.
SecretsAt = Callable[[SecretLink], Iterable[Secret]]

# Where a document says how long data is kept: a number of days, or a time such as `7y`.
RETENTION_FIELDS = ("retention_days", "retention")
_REGION = "region"
# What says something about a document is not data that it holds.
_ABOUT = frozenset({FIELD, *RETENTION_FIELDS})
# When a certificate is replaced follows from its dates.
_DATED = "certificate"
_MAX_PLACES = 3
_HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Facts:
    """What compliance asks its surroundings."""

    levels: Levels
    dimensions: Mapping[str, Dimension]
    secrets_at: SecretsAt
    interval: Interval


@dataclass(frozen=True, slots=True)
class _Region:
    dimension: str
    value: str
    region: str
    span: Span


def check_region(
    rule: ComplianceRule, bundle: Bundle, dimensions: Mapping[str, Dimension]
) -> Iterator[Diagnostic]:
    """Check where a bundle lies: each region that its dimension values name must be allowed."""
    if rule.demands.regions is None:
        return
    source = rule.sources.get("regions", "gitconfig.yaml")
    regions = tuple(_regions(bundle, dimensions))
    globs = [Glob(text) for text in rule.demands.regions]
    for each in regions:
        if not any(glob.fullmatch(each.region.lower()) for glob in globs):
            yield Diagnostic(
                "GCT812",
                f"expected {each.dimension} '{each.value}' to lie in a region that {rule.title} "
                f"allows, found {each.region}",
                each.span,
                label=f"region {each.region}",
                notes=(Note(f"{rule.title} holds for it", rule.span),),
                hint=f"{source}; allowed are {_some(rule.demands.regions)}: move it, or set "
                f"compliance.{rule.tag}.requires.regions",
            )
    if not regions:
        yield Diagnostic(
            "GCT812",
            f"expected a region that {rule.title} allows for every bundle that it holds for, "
            "found bundles without any",
            rule.span,
            label="holds for bundles without a region",
            hint=f"{source}: give the values of a dimension the attribute 'region', or let "
            "'match' name only bundles that have one",
        )


def check_demands(
    rule: ComplianceRule, document: LinkedDocument, documents: Documents, facts: Facts
) -> Iterator[Diagnostic]:
    """Check one document; the same for all bundles that share it."""
    yield from _encryption(rule, document, documents, facts.levels)
    yield from _retention(rule, document, facts.levels)
    yield from _rotation(rule, document, facts)


def _encryption(
    rule: ComplianceRule, document: LinkedDocument, documents: Documents, levels: Levels
) -> Iterator[Diagnostic]:
    wanted = rule.demands.encryption
    if wanted is None or levels.document_level(document, documents).level < wanted:
        return
    found: dict[Span, Reason] = {}
    for path, leaf in leaves(document.root):
        # Null, an empty list and an empty mapping hold nothing that could be read.
        is_nothing = not isinstance(leaf.content, str | int | float)
        if is_nothing or (path and path[0] in _ABOUT):
            continue
        tokens = tuple(map(str, path))
        # A document is confidential for some of its values, and a schema can say for which.
        reason = levels.single_level(document, tokens, documents)
        if reason.level >= wanted:
            found.setdefault(leaf.chain[0].span, reason)
    if not found:
        return
    (first, reason), *others = found.items()
    count = "a value" if not others else f"{len(found):,} values"
    yield Diagnostic(
        "GCT811",
        f"expected every value of '{document.id}' that is {wanted} or above to be a secret, as "
        f"{rule.title} demands, found {count} in the clear",
        first,
        label=str(reason.level),
        notes=(
            Note(f"it is {reason.text}", reason.span),
            *(Note("another one", span) for span, _ in others[: _MAX_PLACES - 1]),
            Note(f"{rule.title} holds for it", rule.span),
        ),
        hint=f"{rule.sources.get('encryption', 'gitconfig.yaml')}: move it into a SOPS file and "
        "link to it with !secret, or say by x-classification in a schema which values are weaker",
        sensitive=True,
    )


def _retention(
    rule: ComplianceRule, document: LinkedDocument, levels: Levels
) -> Iterator[Diagnostic]:
    wanted = rule.demands.retention
    declared = (*levels.declared(document), *levels.declared_within(document))
    if wanted is None or not declared:
        return
    reason = strongest(declared)
    if reason.level < Level.CONFIDENTIAL:
        return
    source = rule.sources.get("retention", "gitconfig.yaml")
    stated = _stated(document)
    expected = "to say how long data is kept"
    if wanted.at_least is not None or wanted.at_most is not None:
        least = "" if wanted.at_least is None else f" for at least {wanted.at_least:,} days"
        most = "" if wanted.at_most is None else f" for at most {wanted.at_most:,} days"
        expected = f"to keep data{least}{' and' if least and most else ''}{most}"
    if stated is None:
        found, span = "nothing said of it", document.span_at(())
    else:
        days, span = stated
        too_short = wanted.at_least is not None and (days is None or days < wanted.at_least)
        too_long = wanted.at_most is not None and (days is None or days > wanted.at_most)
        if days is not None and not too_short and not too_long:
            return
        found = "no time" if days is None else f"{days:,} days"
    yield Diagnostic(
        "GCT813",
        f"expected '{document.id}', which is {reason.text}, {expected}, as {rule.title} demands, "
        f"found {found}",
        Span(span.path, span.line, span.column, span.line, span.column + 1)
        if stated is None
        else span,
        notes=(Note(f"{rule.title} holds for it", rule.span),),
        hint=f"{source}: write retention_days: {wanted.at_least or wanted.at_most or 365} at the "
        "top of the document",
    )


def _stated(document: LinkedDocument) -> tuple[int | None, Span] | None:
    """Return the days that a document states, None for what is no time, and where."""
    value: Any = document.value
    for name in RETENTION_FIELDS:
        if isinstance(value, dict) and name in value:
            stated = value[name]
            days = parse_days(stated)
            is_number = isinstance(stated, int) and not isinstance(stated, bool) and stated >= 0
            return stated if is_number else days, document.span_at((name,))
    return None


def _rotation(rule: ComplianceRule, document: LinkedDocument, facts: Facts) -> Iterator[Diagnostic]:
    wanted = rule.demands.rotation
    if wanted is None:
        return
    told: set[str] = set()
    for pointer, link in document.secrets.items():
        for secret in facts.secrets_at(link):
            hours = facts.interval(secret)
            is_often = hours <= wanted * _HOURS_A_DAY
            if not is_often and secret.type != _DATED and secret.name not in told:
                told.add(secret.name)
                span = document.span_at(parse_pointer(pointer))
                yield _too_seldom(rule, secret, wanted, hours, span)


def _too_seldom(
    rule: ComplianceRule, secret: Secret, wanted: int, hours: int, span: Span
) -> Diagnostic:
    holds = Note(f"{rule.title} holds for it", rule.span)
    return Diagnostic(
        "GCT814",
        f"expected {secret.name} to be replaced within {wanted} days, as {rule.title} demands, "
        f"found {_time(hours)} for a secret of type {secret.type}",
        secret.rule.span if secret.rule is not None else span,
        notes=(holds,) if secret.rule is None else (Note("it is used", span), holds),
        hint=f"{rule.sources.get('rotation', 'gitconfig.yaml')}: set 'every: {wanted}d' for it "
        "under secrets.types, or for its type under secrets.rotation",
    )


def _time(hours: int) -> str:
    days, rest = divmod(hours, _HOURS_A_DAY)
    return f"{hours} hours" if rest else f"{days} days"


def _regions(bundle: Bundle, dimensions: Mapping[str, Dimension]) -> Iterator[_Region]:
    """Yield the regions of a bundle: the value of a dimension `region`, attributes `region`."""
    for name, value in bundle.dimensions.items():
        known = dimensions[name].values[value]
        region = value if name == _REGION else attribute_text(known.attributes.get(_REGION))
        if region is not None:
            yield _Region(name, value, region, known.span)


def _some(globs: tuple[str, ...]) -> str:
    shown = ", ".join(globs[:4])
    return shown if len(globs) <= 4 else f"{shown} and {len(globs) - 4} more"
