"""The table of risk, row by row; and that docs/diff-risk.md shows it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from gitconfig_tool.changes.model import (
    BundleChange,
    Changes,
    Effect,
    Kind,
    Level,
    ModelChange,
    Place,
    PromptChange,
    RuleChange,
    RuleKind,
    SecretChange,
    SecretKind,
    Side,
    ValueChange,
)
from gitconfig_tool.changes.radius import radius_of
from gitconfig_tool.changes.risk import ROWS, Stakes, risk_of
from gitconfig_tool.project import Level as Sensitivity
from tests.comparisons import BASE, HEAD

DIMENSIONS = {
    "development": {"environment": "development"},
    "production": {"environment": "production"},
    "production/acme": {"environment": "production", "tenant": "acme"},
}
PROD, DEV = ("production",), ("development",)
STAKES = Stakes(frozenset({"production", "production/acme"}))
EMPTY = Changes(BASE, HEAD, DIMENSIONS, frozenset({"production", "production/acme"}))
PLACE = Place("base", "base/a.yaml", 1, 1)


def _side(value: object = 1, **more: object) -> Side:
    return replace(Side(value, (PLACE,)), **more)  # type: ignore[arg-type]


def _value(bundles: tuple[str, ...], pointer: str = "/n", kind: Kind = Kind.CHANGED) -> Changes:
    before = None if kind is Kind.ADDED else _side(1)
    after = None if kind is Kind.REMOVED else _side(2)
    return replace(EMPTY, values=(ValueChange("a", pointer, kind, before, after, bundles),))


def _sides(bundles: tuple[str, ...], before: Side, after: Side) -> Changes:
    change = ValueChange("a", "/n", Kind.CHANGED, before, after, bundles)
    return replace(EMPTY, values=(change,))


def _secret(bundles: tuple[str, ...], kind: SecretKind, **more: object) -> Changes:
    change = SecretChange("s.sops.yaml", "s", kind, (), bundles, bundles)
    return replace(EMPTY, secrets=(replace(change, **more),))  # type: ignore[arg-type]


def _rule(
    bundles: tuple[str, ...],
    kind: RuleKind,
    is_weaker: bool | None,
    change: Kind = Kind.CHANGED,
    name: str = "x",
) -> Changes:
    rule = RuleChange(kind, change, name, "it is other", "x", 1, bundles, is_weaker)
    return replace(EMPTY, rules=(rule,))


def _model(bundles: tuple[str, ...], effect: Effect) -> Changes:
    return replace(EMPTY, models=(ModelChange("m", bundles, (effect,)),))


def _prompt(
    bundles: tuple[str, ...], before: str | None, after: str | None, step: str | None
) -> Changes:
    change = PromptChange("p", before, after, bundles, step, (), (), ())
    return replace(EMPTY, prompts=(change,))


def _bundle(bundles: tuple[str, ...], kind: Kind) -> Changes:
    return replace(EMPTY, bundles=(BundleChange(bundles[0], kind, {}, {}),))


def _rows(bundles: tuple[str, ...]) -> Mapping[str, Changes]:
    """Return, for each row, changes that meet it and no other row."""
    secret, clear = _side(None, link="!secret s#/a"), _side("open")
    return {
        "cleared": _secret(bundles, SecretKind.CLEARED),
        "credential": _sides(bundles, _side("a"), _side("(not shown)", is_hidden=True)),
        "recipient-added": _secret(bundles, SecretKind.RECIPIENTS, recipients_added=("a",)),
        "unlinked": _sides(bundles, secret, clear),
        "policy-weaker": _rule(bundles, RuleKind.POLICY, True),
        "schema-weaker": _rule(bundles, RuleKind.SCHEMA, True),
        "permission-weaker": _rule(bundles, RuleKind.PERMISSION, True),
        "guard-silenced": _rule(bundles, RuleKind.SILENCING, True, name="diagnostics.allow: X"),
        "classification-weaker": _rule(bundles, RuleKind.CLASSIFICATION, True),
        "project-weaker": _rule(bundles, RuleKind.PROJECT, True),
        "unknown": replace(EMPTY, unknown=("document a has errors",)),
        "region": _value(bundles, "/storage/region"),
        "final": _value(bundles),
        "restricted": _value(bundles),
        "document-removed": _value(bundles, "", Kind.REMOVED),
        "bundle-removed": _bundle(bundles, Kind.REMOVED),
        "model": _model(bundles, Effect("model", "a/b", "a/c")),
        "prompt-major": _prompt(bundles, "1.0.0", "2.0.0", "major"),
        "silenced": _rule(bundles, RuleKind.SILENCING, True),
        "rule-unknown": _rule(bundles, RuleKind.POLICY, None),
        "rotated": _secret(bundles, SecretKind.ROTATED, pointers=("/a",)),
        "secret-removed": _secret(bundles, SecretKind.REMOVED),
        "secret-moved": _secret(bundles, SecretKind.ADDED, moved_from="t.sops.yaml"),
        "recipient-removed": _secret(bundles, SecretKind.RECIPIENTS, recipients_removed=("a",)),
        "re-encrypted": _secret(bundles, SecretKind.REENCRYPTED),
        "confidential": _value(bundles),
        "model-worse": _model(bundles, Effect("price", "$1", "$2", is_worse=True)),
        "prompt-minor": _prompt(bundles, "1.0.0", "1.1.0", "minor"),
        "prompt-removed": _prompt(bundles, "1.0.0", None, None),
        "model-removed": _model(bundles, Effect("model", "a/b", "none")),
        "bundle-changed": _bundle(bundles, Kind.CHANGED),
        "value": _value(bundles),
        "public": _value(bundles),
        "value-added": _value(bundles, kind=Kind.ADDED),
        "document-added": _value(bundles, "", Kind.ADDED),
        "bundle-added": _bundle(bundles, Kind.ADDED),
        "secret-added": _secret(bundles, SecretKind.ADDED),
        "prompt-patch": _prompt(bundles, "1.0.0", "1.0.1", "patch"),
        "prompt-added": _prompt(bundles, None, "1.0.0", None),
        "model-added": _model(bundles, Effect("model", "none", "a/b")),
        "model-other": _model(bundles, Effect("timeout", "1 s", "2 s")),
        "rule-stricter": _rule(bundles, RuleKind.POLICY, False),
    }


# Rows whose change needs more said of it than the change itself does.
STAKES_OF = {
    "final": replace(STAKES, is_final=lambda _: True),
    "restricted": replace(STAKES, level_of=lambda _: Sensitivity.RESTRICTED),
    "confidential": replace(STAKES, level_of=lambda _: Sensitivity.CONFIDENTIAL),
    "public": replace(STAKES, level_of=lambda _: Sensitivity.PUBLIC),
}
# What is told beside the row, because it is there too.
BESIDE = {"credential": {"value"}, "unlinked": {"value"}}
# The classes, by hand: a change of `ROWS` must be meant.
CLASSES = {
    "critical critical": {"cleared", "credential"},
    "high high": {
        "policy-weaker",
        "schema-weaker",
        "permission-weaker",
        "guard-silenced",
        "classification-weaker",
        "project-weaker",
        "unknown",
    },
    "high medium": {
        "recipient-added",
        "unlinked",
        "region",
        "final",
        "restricted",
        "document-removed",
        "bundle-removed",
        "model",
        "prompt-major",
    },
    "medium medium": {"silenced", "rule-unknown"},
    "medium low": {
        "rotated",
        "secret-removed",
        "secret-moved",
        "recipient-removed",
        "re-encrypted",
        "confidential",
        "model-worse",
        "prompt-minor",
        "prompt-removed",
        "model-removed",
        "bundle-changed",
        "value",
    },
    "low low": {
        "public",
        "value-added",
        "document-added",
        "bundle-added",
        "secret-added",
        "prompt-patch",
        "prompt-added",
        "model-added",
        "model-other",
        "rule-stricter",
    },
}


@pytest.mark.parametrize("name", ROWS)
def test_each_row(name: str) -> None:
    (classes,) = [key.split() for key, names in CLASSES.items() if name in names]
    stakes = STAKES_OF.get(name, STAKES)
    for bundles, expected in ((PROD, classes[0]), (DEV, classes[1])):
        risk = risk_of(_rows(bundles)[name], stakes)
        own, *others = risk.reasons
        assert (risk.level.value, own.level.value) == (expected, expected)
        assert own.text.startswith(f"{ROWS[name].text}: ")
        assert own.bundles == (() if name == "unknown" else bundles)
        told = {each.text.partition(": ")[0] for each in others}
        assert told == {ROWS[each].text for each in BESIDE.get(name, ())}


def test_development_alone_is_never_above_medium_but_for_clear_secrets_and_rules() -> None:
    allowed = {"cleared", "credential", "unknown"} | {
        name for name in ROWS if name.endswith("-weaker") or name == "guard-silenced"
    } - {"model-worse"}
    grave = {name for name, row in ROWS.items() if row.elsewhere in (Level.HIGH, Level.CRITICAL)}
    assert grave <= allowed


def test_nothing_is_no_risk() -> None:
    risk = risk_of(EMPTY, STAKES)

    assert (risk.level, risk.reasons) == (Level.NONE, ())


def test_the_gravest_comes_first_and_each_reason_names_its_own_bundles() -> None:
    change = ValueChange("a", "/n", Kind.CHANGED, _side(1), _side(2), ("development", "production"))
    other = replace(change, document="b", bundles=DEV)
    changes = replace(_secret(PROD, SecretKind.CLEARED), values=(change, other))

    risk = risk_of(changes, STAKES)

    assert [(each.level.value, each.text, each.bundles) for each in risk.reasons] == [
        ("critical", "a secret is in the clear now: s.sops.yaml", PROD),
        ("medium", "a value changed: a#/n", PROD),
        ("low", "a value changed: b#/n", DEV),
    ]


def test_of_many_values_the_first_are_named() -> None:
    values = tuple(
        ValueChange("a", f"/{n}", Kind.CHANGED, _side(1), _side(2), PROD) for n in range(9)
    )

    (reason,) = risk_of(replace(EMPTY, values=values), STAKES).reasons

    assert reason.text == "a value changed: a#/0; a#/1; a#/2; a#/3; a#/4; a#/5 and 3 more"


def test_a_secret_concerns_the_bundles_that_link_to_it() -> None:
    # Production inherits the layers of development, and carries no file that it does not link to.
    changes = _secret(DEV, SecretKind.RECIPIENTS, recipients_added=("a",), readers=(*DEV, *PROD))
    unlinked = _secret((), SecretKind.RECIPIENTS, recipients_added=("a",), readers=PROD)

    assert [(each.level.value, each.bundles) for each in risk_of(changes, STAKES).reasons] == [
        ("medium", DEV)
    ]
    assert [(each.level.value, each.bundles) for each in risk_of(unlinked, STAKES).reasons] == [
        ("high", PROD)
    ]


def test_what_a_model_does_otherwise_stands_in_one_subject() -> None:
    effects = (
        Effect("price", "$1", "$2", is_worse=True),
        Effect("region", "eu", "us"),
        Effect("longest answer", "2", "1", is_worse=True),
    )
    changes = replace(EMPTY, models=(ModelChange("m", PROD, effects),))

    assert [each.text for each in risk_of(changes, STAKES).reasons] == [
        "data are kept or processed in another place: m, region: eu -> us",
        "a model costs more, or does less: m (price, longest answer)",
    ]


def test_of_a_new_or_removed_model_nothing_else_is_told() -> None:
    gone = (Effect("model", "a/b", "none"), Effect("region", "eu", "none"))
    came = (Effect("model", "none", "a/b"), Effect("price", "none", "$1"))
    for effects, text in (
        (gone, "a model is no longer asked: m, a/b"),
        (came, "a model is asked for the first time: m, a/b"),
    ):
        changes = replace(EMPTY, models=(ModelChange("m", PROD, effects),))
        assert [each.text for each in risk_of(changes, STAKES).reasons] == [text]


def test_what_a_new_or_removed_bundle_holds_is_told_by_the_bundle() -> None:
    values = _value(DEV, "", Kind.ADDED).values
    models = _model(DEV, Effect("model", "none", "a/b")).models
    prompts = (
        *_prompt(DEV, None, "1.0.0", None).prompts,
        # No bundle uses this one: it is news of its own.
        replace(_prompt((), None, "1.0.0", None).prompts[0], id="q"),
    )
    changes = replace(_bundle(DEV, Kind.ADDED), values=values, models=models, prompts=prompts)

    assert [each.text for each in risk_of(changes, STAKES).reasons] == [
        "a bundle is new: development",
        "a prompt is used for the first time, or is new: q none -> 1.0.0",
    ]


def test_what_could_not_be_compared_is_named_without_advice() -> None:
    sentence = "a/b has errors in HEAD, in production: not every value is known there; to look: x"

    (reason,) = risk_of(replace(EMPTY, unknown=(sentence,)), STAKES).reasons

    assert reason.text == "not everything could be compared: a/b"


def test_the_page_shows_the_table() -> None:
    page = (Path(__file__).parents[3] / "docs" / "diff-risk.md").read_text(encoding="utf-8")
    rows = [
        f"| {row.text} | {row.at_stake.value} | {row.elsewhere.value} |" for row in ROWS.values()
    ]

    start = page.index("| what happened | at stake | elsewhere |")
    shown = page[start : page.index("\n\n", start)].splitlines()[2:]

    assert shown == rows


def test_the_reach_counts_what_bundles_get_otherwise() -> None:
    values = (
        ValueChange("a", "/n", Kind.CHANGED, _side(1), _side(2), ("production", "production/acme")),
        ValueChange("a", "/m", Kind.CHANGED, _side(1), _side(2), PROD),
    )
    secret = SecretChange("s", "s", SecretKind.ROTATED, ("/a", "/b"), PROD, ("development", *PROD))
    whole = replace(secret, path="t", pointers=(), kind=SecretKind.REENCRYPTED)
    again = replace(secret, kind=SecretKind.ADDED, pointers=("/b",))
    rules = _rule(DEV, RuleKind.POLICY, True).rules
    changes = replace(EMPTY, values=values, secrets=(secret, whole, again), rules=rules)

    radius = radius_of(changes)

    assert radius.bundles == ("production", "production/acme")
    assert radius.bundles_of == 3
    assert radius.values == {"environment": ("production",), "tenant": ("acme",)}
    # The document a; in s the values /a and /b, and t as a whole.
    assert (radius.documents, radius.secrets) == (1, 3)
