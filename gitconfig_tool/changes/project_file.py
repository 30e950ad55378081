"""What the project file says of bundles, prompts, models and secrets, on both sides.

Takes both revisions; returns a `RuleChange` for each difference that alters what is compiled or
checked. Name, version and source of the project are no rules, nor is how the file is written.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gitconfig_tool.changes.both import Both
from gitconfig_tool.changes.model import Kind, RuleChange, RuleKind
from gitconfig_tool.changes.wording import counted, listed, paired_by_key, scope_text
from gitconfig_tool.diagnostics import Span
from gitconfig_tool.project import BundleTemplate, Dimension, DimensionValue, Project, SecretRule
from gitconfig_tool.project.governance import Quota
from gitconfig_tool.project.llm import ModelSettings, RegionRule
from gitconfig_tool.source import PROJECT_FILE

_FILE = Span(PROJECT_FILE)
_HOURS = 24


def changed_project(both: Both) -> Iterator[RuleChange]:
    """Yield what the project file says otherwise."""
    old, new = both.old_project, both.new_project
    if old is None or new is None:
        return
    yield from _dimensions(both, old, new)
    yield from _layers(old, new)
    yield from _bundles(old, new)
    yield from _prompts(old, new)
    yield from _models(old.llm.models, new.llm.models)
    yield from _emitted(old, new)
    yield from _secrets(old, new)
    yield from _quotas(old, new)


def _change(
    kind: Kind,
    name: str,
    text: str,
    span: Span = _FILE,
    bundles: tuple[str, ...] = (),
    *,
    is_weaker: bool | None = None,
) -> RuleChange:
    return RuleChange(RuleKind.PROJECT, kind, name, text, span.path, span.line, bundles, is_weaker)


def _dimensions(both: Both, old: Project, new: Project) -> Iterator[RuleChange]:
    for kind, name, was, now in paired_by_key(old.dimensions, new.dimensions):
        if was is None or now is None:
            said = "is gone" if now is None else "is new"
            yield _change(kind, f"dimensions.{name}", f"the dimension {name} {said}")
            continue
        for values, others, change in (
            (now.values, was.values, Kind.ADDED),
            (was.values, now.values, Kind.REMOVED),
        ):
            alone = [value for key, value in values.items() if key not in others]
            if alone:
                said = ("is" if len(alone) == 1 else "are") + (
                    " new" if change is Kind.ADDED else " gone"
                )
                names = listed(each.name for each in alone)
                text = f"{counted(len(alone), 'value')} of {name} {said}: {names}"
                bundles = _of_values(both, name, {each.name for each in alone})
                yield _change(change, f"dimensions.{name}", text, alone[0].span, bundles)
        for key, value in now.values.items():
            if key in was.values:
                yield from _value(both, now, was.values[key], value)


def _value(
    both: Both, dimension: Dimension, was: DimensionValue, now: DimensionValue
) -> Iterator[RuleChange]:
    name = f"dimensions.{dimension.name}.{now.name}"
    what = f"{dimension.name} {now.name}"
    bundles = _of_values(both, dimension.name, {now.name})
    if was.protected != now.protected:
        said = "is protected now" if now.protected else "is no longer protected"
        yield _change(
            Kind.CHANGED, name, f"{what} {said}", now.span, bundles, is_weaker=was.protected
        )
    if was.inherits != now.inherits:
        text = f"{what} inherits from {now.inherits or 'nothing'}, was {was.inherits or 'nothing'}"
        yield _change(Kind.CHANGED, name, text, now.span, bundles)
    for kind, key, before, after in paired_by_key(_texts(was), _texts(now)):
        if before != after:
            one, other = before or "not set", after or "not set"
            text = f"{what}: the attribute {key} was {one} and is {other}"
            yield _change(kind, f"{name}.{key}", text, now.span, bundles)


def _texts(value: DimensionValue) -> dict[str, str]:
    return {key: str(each) for key, each in value.attributes.items()}


def _of_values(both: Both, dimension: str, values: set[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for view in (both.new, both.old):
        for name in both.bundles if view is not None else ():
            bundle = None if view is None else view.bundles.get(name)
            if bundle is not None and bundle.dimensions.get(dimension) in values:
                found[name] = None
    return tuple(name for name in both.bundles if name in found)


def _layers(old: Project, new: Project) -> Iterator[RuleChange]:
    was, now = (
        {f"{each.template} {each.document or ''}".strip(): each for each in project.layers}
        for project in (old, new)
    )
    for kind, name, before, after in paired_by_key(was, now):
        layer = after or before
        if layer is None:
            continue
        if kind is not Kind.CHANGED:
            said = "is new" if kind is Kind.ADDED else "is gone"
            yield _change(kind, "layers", f"the layer {name} {said}", layer.span)
        elif before is not None and before.required != layer.required:
            said = "must exist now" if layer.required else "may be missing now"
            text = f"the layer {name} {said}"
            yield _change(kind, "layers", text, layer.span, is_weaker=before.required)
    if [each for each in was if each in now] != [each for each in now if each in was]:
        text = f"the layers stand in another order, weakest first: {listed(now)}"
        yield _change(Kind.CHANGED, "layers", text, next(iter(now.values())).span)


def _bundles(old: Project, new: Project) -> Iterator[RuleChange]:
    was, now = ({each.name: each for each in project.bundles} for project in (old, new))
    for kind, name, before, after in paired_by_key(was, now):
        template = after or before
        if template is None:
            continue
        if kind is not Kind.CHANGED:
            said = "are compiled now" if kind is Kind.ADDED else "are no longer compiled"
            yield _change(kind, "bundles", f"the bundles {name} {said}", template.span)
        elif before is not None and _chosen(before) != _chosen(template):
            text = f"'include' or 'exclude' of the bundles {name} chooses otherwise"
            yield _change(kind, "bundles", text, template.span)


def _chosen(template: BundleTemplate) -> list[list[dict[str, tuple[str, ...]]]]:
    """Return what a template includes and excludes, without places."""
    return [
        [dict(entry.conditions) for entry in entries]
        for entries in (template.include, template.exclude)
    ]


def _prompts(old: Project, new: Project) -> Iterator[RuleChange]:
    was, now = old.llm.prompts, new.llm.prompts
    if was.folder != now.folder:
        text = f"prompts lie in {now.folder}, and lay in {was.folder}"
        yield _change(Kind.CHANGED, "prompts.folder", text)
    if was.releases != now.releases:
        text = f"tags {now.releases} release prompts, and tags {was.releases} did: what the others "
        text += "hold may change"
        # Every tag is more than some of them; of two other globs nobody can say.
        is_weaker = True if was.releases == "*" else False if now.releases == "*" else None
        yield _change(Kind.CHANGED, "prompts.releases", text, is_weaker=is_weaker)
    if was.untrusted != now.untrusted:
        said = "render in a process of their own" if now.untrusted else "are trusted"
        yield _change(
            Kind.CHANGED, "prompts.untrusted", f"templates {said} now", is_weaker=was.untrusted
        )
    if was.portable != now.portable:
        text = f"prompts must be portable for {now.portable or 'nobody'}, were for "
        is_weaker = True if not now.portable else False if not was.portable else None
        text += was.portable or "nobody"
        yield _change(Kind.CHANGED, "prompts.portable", text, is_weaker=is_weaker)


def _models(was: ModelSettings, now: ModelSettings) -> Iterator[RuleChange]:
    if was.catalogue != now.catalogue:
        text = f"the project's own models are read from {now.catalogue or 'nowhere'}, were from "
        text += was.catalogue or "nowhere"
        yield _change(Kind.CHANGED, "models.catalogue", text, now.catalogue_span or _FILE)
    for name, before, after, what, is_less in (
        ("max_age", was.max_age, now.max_age, "the catalogue may be", False),
        ("notice", was.default_notice, now.default_notice, "the end of a model is told", True),
    ):
        if before != after:
            # A longer notice asks for more, an older catalogue for less.
            text = f"{what} {after} days {'before' if is_less else 'old'}, was {before}"
            yield _change(
                Kind.CHANGED, f"models.{name}", text, is_weaker=(after < before) is is_less
            )
    notices, others = ({scope_text(e.scope): e.days for e in side.notices} for side in (was, now))
    for kind, scope, one, other in paired_by_key(notices, others):
        if one != other:
            said = "no notice" if other is None else f"a notice of {counted(other, 'day')}"
            had = "none" if one is None else counted(one, "day")
            text = f"{scope}: the end of a model has {said}, had {had}"
            yield _change(kind, "models.notice", text, is_weaker=(other or 0) < (one or 0))
    yield from _regions(
        {scope_text(each.scope): each for each in was.regions},
        {scope_text(each.scope): each for each in now.regions},
    )


def _regions(old: Mapping[str, RegionRule], new: Mapping[str, RegionRule]) -> Iterator[RuleChange]:
    for kind, scope, was, now in paired_by_key(old, new):
        if now is None:
            text = f"{scope}: models may run in any region now"
            span = _FILE if was is None else was.span
            yield _change(kind, "models.regions", text, span, is_weaker=True)
        elif was is None:
            text = f"{scope}: models may run in {listed(now.allow)} only"
            yield _change(kind, "models.regions", text, now.span, is_weaker=False)
        elif set(was.allow) != set(now.allow):
            text = f"{scope}: models may run in {listed(now.allow)}, could in {listed(was.allow)}"
            yield _change(
                kind, "models.regions", text, now.span, is_weaker=_more(was.allow, now.allow)
            )


def _more(was: tuple[str, ...], now: tuple[str, ...]) -> bool | None:
    """Tell whether a list of what is allowed is longer; None where it is simply another one."""
    if set(was) < set(now):
        return True
    return False if set(now) < set(was) else None


def _emitted(old: Project, new: Project) -> Iterator[RuleChange]:
    was, now = (
        {f"{e.target} to {e.to} ({scope_text(e.scope)})": e for e in project.llm.emit}
        for project in (old, new)
    )
    for kind, name, before, after in paired_by_key(was, now):
        rule = after or before
        if rule is None:
            continue
        if kind is not Kind.CHANGED:
            said = "is emitted now" if kind is Kind.ADDED else "is no longer emitted"
            yield _change(kind, "emit", f"{name} {said}", rule.span)
        elif before is not None and before.options != rule.options:
            yield _change(kind, "emit", f"{name} has other options", rule.span)


def _secrets(old: Project, new: Project) -> Iterator[RuleChange]:
    was, now = (
        {f"{e.documents}#{e.pointers}".removesuffix("#"): e for e in project.secrets.types}
        for project in (old, new)
    )
    for kind, match, before, after in paired_by_key(was, now):
        yield from _secret_type(kind, match, before, after)
    one, other = old.secrets.rotation, new.secrets.rotation
    for kind, name, before_at, after_at in paired_by_key(one, other):
        if before_at != after_at:
            every = [None if each is None else each.every for each in (before_at, after_at)]
            is_weaker = None
            if every[0] is not None and every[1] is not None:
                is_weaker = every[1] > every[0] if every[0] != every[1] else None
            text = f"secrets of the type {name} are due every {_interval(every[1])}, were every "
            text += _interval(every[0])
            yield _change(kind, f"secrets.rotation.{name}", text, is_weaker=is_weaker)


def _secret_type(
    kind: Kind, match: str, was: SecretRule | None, now: SecretRule | None
) -> Iterator[RuleChange]:
    name = f"secrets.types: {match}"
    if now is None:
        text = f"nothing is said of what the secrets {match} are any more"
        yield _change(kind, name, text, was.span if was else _FILE, is_weaker=True)
    elif was is None:
        text = f"the secrets {match} are of the type {now.type}"
        yield _change(kind, name, text, now.span, is_weaker=False)
    elif _said(was) != _said(now):
        text = f"the secrets {match} are {_said(now)}, were {_said(was)}"
        yield _change(kind, name, text, now.span)


def _said(rule: SecretRule) -> str:
    attributes = [f"{key} {value}" for key, value in rule.attributes.items()]
    if rule.rotation.every is not None:
        attributes.append(f"due every {_interval(rule.rotation.every)}")
    if rule.rotation.grace is not None:
        attributes.append(f"with a grace of {_interval(rule.rotation.grace)}")
    return f"of the type {rule.type}" + (f" ({', '.join(attributes)})" if attributes else "")


def _interval(hours: int | None) -> str:
    if hours is None:
        return "time that the type says"
    return f"{hours // _HOURS} days" if hours % _HOURS == 0 else f"{hours} hours"


def _quotas(old: Project, new: Project) -> Iterator[RuleChange]:
    was, now = (
        {scope_text(each.scope): each for each in project.governance.quotas}
        for project in (old, new)
    )
    for kind, scope, before, after in paired_by_key(was, now):
        one, other = _limits(before), _limits(after)
        if one == other:
            continue
        text = f"{scope}: at most {_amounts(other)}, was at most {_amounts(one)}"
        rule = after or before
        is_higher = [
            other.get(key) is None or other[key] > value
            for key, value in one.items()
            if other.get(key) != value
        ]
        is_lower = any(key not in one or value < one[key] for key, value in other.items())
        is_weaker = None if any(is_higher) and is_lower else any(is_higher)
        span = _FILE if rule is None else rule.scope.span
        yield _change(kind, "quotas", text, span, is_weaker=is_weaker)


def _limits(quota: Quota | None) -> dict[str, int]:
    return {} if quota is None else {key: number for key, (number, _) in quota.limits.items()}


def _amounts(limits: Mapping[str, Any]) -> str:
    return ", ".join(f"{number:,} {key}" for key, number in limits.items()) or "anything"
