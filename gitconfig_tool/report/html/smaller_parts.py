"""The shorter sections of a page: bundles, rules, secrets and models. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from gitconfig_tool.changes.model import (
    BundleChange,
    Kind,
    ModelChange,
    RuleChange,
    SecretChange,
    SecretKind,
)
from gitconfig_tool.report.changes_summary import RULE_WORDS, secret_word
from gitconfig_tool.report.html.layout import Layout, badge, document_row, section, sign
from gitconfig_tool.report.html.markup import Html, element, joined
from gitconfig_tool.report.tables import count

_SECRETS = {
    SecretKind.ADDED: (Kind.ADDED, ""),
    SecretKind.REMOVED: (Kind.REMOVED, ""),
    SecretKind.ROTATED: (Kind.CHANGED, "low"),
    SecretKind.REENCRYPTED: (Kind.CHANGED, "low"),
    SecretKind.RECIPIENTS: (Kind.CHANGED, "medium"),
    SecretKind.CLEARED: (Kind.CHANGED, "critical"),
}
# Of values and recipients, so many are named.
_MAX_NAMED = 12


def bundles_part(bundles: Sequence[BundleChange], layout: Layout) -> Html | None:
    """Return the section of bundles that came, went or are bound to other values."""
    if not bundles:
        return None
    items = (
        element(
            "article",
            element("h3", sign(each.kind), element("b", each.name, class_="pointer")),
            *_dimensions(each),
            class_="change small",
            id=layout.anchor(),
            data_b=layout.sets.ranges([each.name]),
        )
        for each in bundles
    )
    return section("bundles", "Bundles", str(len(bundles)), *items)


def rules_part(rules: Sequence[RuleChange], layout: Layout) -> Html | None:
    """Return the section of rules: what is checked, and who may read or change what."""
    if not rules:
        return None
    items = (
        element(
            "article",
            element(
                "h3",
                sign(each.change),
                badge(RULE_WORDS[each.kind]),
                element("b", each.name, class_="pointer"),
                _strength(each),
                layout.sets.chip(each.bundles) if each.bundles else None,
            ),
            element("p", each.summary),
            element("p", f"{each.path}:{each.line}", class_="at") if each.path else None,
            class_="change",
            id=layout.anchor(),
            # Without bundles it is a rule of the whole project, and concerns each.
            data_b=layout.sets.ranges(each.bundles) or None,
        )
        for each in rules
    )
    title = "Rules: policies, schemas, permissions"
    return section("rules", title, str(len(rules)), *items)


def secrets_part(secrets: Sequence[SecretChange], layout: Layout) -> Html | None:
    """Return the section of secrets: names, never values."""
    if not secrets:
        return None
    return section(
        "secrets", "Secrets", str(len(secrets)), *(_secret(each, layout) for each in secrets)
    )


def models_part(models: Sequence[ModelChange], layout: Layout) -> Html | None:
    """Return the section of what happens to the models that documents ask."""
    if not models:
        return None
    return section("models", "Models", str(len(models)), *(_model(each, layout) for each in models))


def _dimensions(change: BundleChange) -> Iterator[Html]:
    before: Mapping[str, str] = change.before or {}
    after: Mapping[str, str] = change.after or {}
    rows = []
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        value = now if was in (None, now) else was if now is None else f"{was} \u2192 {now}"
        rows.append(element("span", f"{name}: ", element("b", value or "")))
    if rows:
        yield element("p", joined(rows, " \u00b7 "))


def _strength(change: RuleChange) -> Html | None:
    if change.is_weaker is None:
        return None
    if change.is_weaker:
        return badge("\u25bc weaker: refuses less than before", "high")
    return badge("\u25b2 refuses no less than before", "low")


def _secret(change: SecretChange, layout: Layout) -> Html:
    kind, tone = (Kind.CHANGED, "") if change.moved_from else _SECRETS[change.kind]
    anchor = layout.anchor()
    bundles = change.bundles or change.readers
    found = layout.touch(document_row(change.document), anchor, Kind.CHANGED, bundles)
    lines: list[Html] = []
    if change.pointers:
        lines.append(_names("values", change.pointers))
    if change.recipients_added:
        lines.append(_names("may read it now", change.recipients_added, "add"))
    if change.recipients_removed:
        lines.append(_names("may no longer read it", change.recipients_removed, "del"))
    if change.note:
        lines.append(element("p", change.note, class_="note"))
    who = element("p", *_linked_by(change, layout), class_="note")
    heading = element(
        "h3",
        sign(kind),
        element("b", change.path, class_="pointer"),
        badge(secret_word(change), tone),
    )
    return element("article", heading, *lines, who, class_="change", id=anchor, **found)


def _linked_by(change: SecretChange, layout: Layout) -> Iterator[str | Html]:
    """Yield which bundles link to a secret, and which others have it in their layers."""
    sets = layout.sets
    if change.bundles:
        yield "linked by "
        yield sets.chip(change.bundles)
    else:
        yield "no bundle links to it"
    if change.bundles and sets.numbers(change.bundles) == sets.numbers(change.readers):
        yield ", and in the layers of no other bundle"
    elif change.readers:
        yield "; in the layers of "
        yield sets.chip(change.readers)


def _names(title: str, names: Sequence[str], tone: str = "") -> Html:
    shown = [element("code", name) for name in names[:_MAX_NAMED]]
    rest = len(names) - len(shown)
    return element(
        "p",
        element("span", f"{title}: ", class_=f"title {tone}".rstrip()),
        joined(shown, ", "),
        f" and {count(rest, 'other')}" if rest else None,
        class_="list",
    )


def _model(change: ModelChange, layout: Layout) -> Html:
    anchor = layout.anchor()
    found = layout.touch(document_row(change.document), anchor, Kind.CHANGED, change.bundles)
    head = element(
        "tr", *(element("th", each, scope="col") for each in ("effect", "before", "after", ""))
    )
    rows = (
        element(
            "tr",
            element("th", each.what, scope="row"),
            element("td", each.before or "none"),
            element("td", each.after or "none"),
            element("td", _worse(each.is_worse)),
        )
        for each in change.effects
    )
    table = element("table", element("thead", head), element("tbody", *rows), class_="effects")
    heading = element(
        "h3",
        sign(Kind.CHANGED),
        element("b", change.document, class_="pointer"),
        layout.sets.chip(change.bundles),
    )
    scroll = element(
        "div", table, class_="scroll", tabindex="0", role="region", aria_label="effects on models"
    )
    return element("article", heading, scroll, class_="change", id=anchor, **found)


def _worse(is_worse: bool | None) -> Html | None:
    if is_worse is None:
        return None
    return badge("\u25bc worse", "high") if is_worse else badge("\u25b2 better", "low")
