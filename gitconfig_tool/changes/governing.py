"""How sensitive documents are, and what holds for them, as both sides of the project file say it.

Takes both revisions; returns a `RuleChange` for each difference. What follows for a document, its
check says.
"""

from collections.abc import Iterator

from gitconfig_tool.changes.both import Both
from gitconfig_tool.changes.model import Kind, RuleChange, RuleKind
from gitconfig_tool.changes.wording import listed, paired_by_key, scope_text
from gitconfig_tool.diagnostics import Span
from gitconfig_tool.project import ClassificationSettings, ComplianceRule, Demands
from gitconfig_tool.source import PROJECT_FILE

_FILE = Span(PROJECT_FILE)


def changed_governance(both: Both) -> Iterator[RuleChange]:
    """Yield the rules of classification and compliance that differ."""
    if both.old_project is None or both.new_project is None:
        return
    old, new = both.old_project.governance, both.new_project.governance
    yield from _classification(old.classification, new.classification)
    was, now = (
        {f"{each.title}, {scope_text(each.scope)}": each for each in side.compliance}
        for side in (old, new)
    )
    for kind, name, before, after in paired_by_key(was, now):
        yield from _compliance(kind, name, before, after)


def _change(
    kind: Kind, name: str, text: str, span: Span | None, *, is_weaker: bool | None
) -> RuleChange:
    place = span or _FILE
    return RuleChange(
        RuleKind.CLASSIFICATION, kind, name, text, place.path, place.line, (), is_weaker
    )


def _classification(
    old: ClassificationSettings, new: ClassificationSettings
) -> Iterator[RuleChange]:
    if old.default != new.default:
        text = f"documents of which nothing is said are {new.default}, were {old.default}"
        is_weaker = new.default < old.default
        name = "classification.default"
        yield _change(Kind.CHANGED, name, text, new.default_span, is_weaker=is_weaker)
    # Of several rules that match a document the strongest counts: so does one glob's own.
    was, now = (
        {each.match: each for each in sorted(side.rules, key=lambda rule: rule.level)}
        for side in (old, new)
    )
    for kind, match, before, after in paired_by_key(was, now):
        name = f"classification: {match}"
        if after is None and before is not None:
            text = f"{match} is no longer {before.level} by a rule"
            yield _change(kind, name, text, before.span, is_weaker=before.level > new.default)
        elif before is None and after is not None:
            text = f"{match} is {after.level} by a rule"
            yield _change(kind, name, text, after.span, is_weaker=after.level < old.default)
        elif before is not None and after is not None and before.level != after.level:
            text = f"{match} is {after.level}, was {before.level}"
            yield _change(kind, name, text, after.span, is_weaker=after.level < before.level)
    for kind, pattern, one, other in paired_by_key(old.patterns, new.patterns):
        if one != other:
            said = "not looked for" if other is None else f"a sign of what is {other}"
            before_said = "not looked for" if one is None else f"a sign of what is {one}"
            text = f"{pattern} in values is {said}, was {before_said}"
            is_weaker = other is None or (one is not None and other < one)
            name = f"classification.patterns.{pattern}"
            yield _change(kind, name, text, None, is_weaker=is_weaker)


def _compliance(
    kind: Kind, name: str, was: ComplianceRule | None, now: ComplianceRule | None
) -> Iterator[RuleChange]:
    if now is None and was is not None:
        text = f"{name}: its demands no longer hold"
        yield _change(kind, f"compliance.{was.tag}", text, was.span, is_weaker=True)
    elif was is None and now is not None:
        text = f"{name}: its demands hold now"
        yield _change(kind, f"compliance.{now.tag}", text, now.span, is_weaker=False)
    elif was is not None and now is not None and was.demands != now.demands:
        one, other = _demands(was.demands), _demands(now.demands)
        text = f"{name}: it demands {listed(other)}; it demanded {listed(one)}"
        is_weaker = True if set(other) < set(one) else False if set(one) < set(other) else None
        yield _change(kind, f"compliance.{now.tag}", text, now.span, is_weaker=is_weaker)


def _demands(demands: Demands) -> list[str]:
    found = []
    if demands.encryption is not None:
        found.append(f"encryption from {demands.encryption} on")
    if demands.regions is not None:
        found.append(f"regions out of {listed(demands.regions)}")
    if demands.retention is not None:
        least, most = demands.retention.at_least, demands.retention.at_most
        bounds = [
            f"{word} {days} days"
            for word, days in (("at least", least), ("at most", most))
            if days is not None
        ]
        found.append(f"retention of {' and '.join(bounds)}" if bounds else "a stated retention")
    if demands.rotation is not None:
        found.append(f"rotation within {demands.rotation} days")
    return found
