"""How risky changes are, and why: a table, and the reasons that it gives. Pure.

Takes the sections of a comparison, and what is known of the values in them; returns a `Risk`. The
table is `ROWS`, which docs/diff-risk.md shows: each kind of change has one class where a bundle is
at stake that people rely on, and one elsewhere. Nothing is learned or weighed, so that equal
changes have equal classes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gitconfig_tool.changes.model import (
    Changes,
    Effect,
    Kind,
    Level,
    ModelChange,
    PromptChange,
    Reason,
    Risk,
    RuleChange,
    RuleKind,
    SecretChange,
    SecretKind,
    ValueChange,
)
from gitconfig_tool.changes.wording import NONE, listed
from gitconfig_tool.project import Level as Sensitivity

_GRAVITY = {level: number for number, level in enumerate(Level)}
# Names of values that say where data are kept or processed.
_REGIONS = frozenset({"region", "regions", "data_residency", "residency"})


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of change: how risky it is for a bundle at stake, and for any other."""

    text: str
    at_stake: Level
    elsewhere: Level


_CRITICAL, _HIGH, _MEDIUM, _LOW = Level.CRITICAL, Level.HIGH, Level.MEDIUM, Level.LOW
# In the order in which reasons of one class are told.
ROWS: Mapping[str, Row] = {
    "cleared": Row("a secret is in the clear now", _CRITICAL, _CRITICAL),
    "credential": Row("a value looks like a credential in the clear", _CRITICAL, _CRITICAL),
    "recipient-added": Row("somebody more can open a secret", _HIGH, _MEDIUM),
    "unlinked": Row("a value in the clear stands in place of a secret", _HIGH, _MEDIUM),
    "policy-weaker": Row("a policy is gone, or has fewer rules", _HIGH, _HIGH),
    "schema-weaker": Row("a schema accepts more", _HIGH, _HIGH),
    "permission-weaker": Row("more is permitted", _HIGH, _HIGH),
    "guard-silenced": Row("a check that guards secrets may be silenced", _HIGH, _HIGH),
    "classification-weaker": Row("less is asked of documents", _HIGH, _HIGH),
    "project-weaker": Row("the project file asks for less", _HIGH, _HIGH),
    "unknown": Row("not everything could be compared", _HIGH, _HIGH),
    "region": Row("data are kept or processed in another place", _HIGH, _MEDIUM),
    "final": Row("a final value is another one", _HIGH, _MEDIUM),
    "restricted": Row("a restricted value changed", _HIGH, _MEDIUM),
    "document-removed": Row("a document is gone", _HIGH, _MEDIUM),
    "bundle-removed": Row("a bundle is gone", _HIGH, _MEDIUM),
    "model": Row("another model answers", _HIGH, _MEDIUM),
    "prompt-major": Row("a prompt took a major step", _HIGH, _MEDIUM),
    "silenced": Row("a problem is no longer reported", _MEDIUM, _MEDIUM),
    "rule-unknown": Row(
        "a rule changed; whether it asks for less cannot be told", _MEDIUM, _MEDIUM
    ),
    "rotated": Row("a secret was replaced", _MEDIUM, _LOW),
    "secret-removed": Row("a secret is gone", _MEDIUM, _LOW),
    "secret-moved": Row("a file of secrets was moved", _MEDIUM, _LOW),
    "recipient-removed": Row("somebody can no longer open a secret", _MEDIUM, _LOW),
    "re-encrypted": Row("secrets were encrypted anew, and may be other ones", _MEDIUM, _LOW),
    "confidential": Row("a confidential value changed", _MEDIUM, _LOW),
    "model-worse": Row("a model costs more, or does less", _MEDIUM, _LOW),
    "prompt-minor": Row("a prompt took a minor step", _MEDIUM, _LOW),
    "prompt-removed": Row("a prompt is no longer used", _MEDIUM, _LOW),
    "model-removed": Row("a model is no longer asked", _MEDIUM, _LOW),
    "bundle-changed": Row("a bundle has other dimension values", _MEDIUM, _LOW),
    "value": Row("a value changed", _MEDIUM, _LOW),
    "public": Row("a public value changed", _LOW, _LOW),
    "value-added": Row("a value is new", _LOW, _LOW),
    "document-added": Row("a document is new", _LOW, _LOW),
    "bundle-added": Row("a bundle is new", _LOW, _LOW),
    "secret-added": Row("a secret is new", _LOW, _LOW),
    "prompt-patch": Row("a prompt took a patch step", _LOW, _LOW),
    "prompt-added": Row("a prompt is used for the first time, or is new", _LOW, _LOW),
    "model-added": Row("a model is asked for the first time", _LOW, _LOW),
    "model-other": Row("a model does something else", _LOW, _LOW),
    "rule-stricter": Row("a rule asks for more, or is new", _LOW, _LOW),
}
_RANK = {name: number for number, name in enumerate(ROWS)}
# The row of a rule that asks for less.
_WEAKER = {
    RuleKind.POLICY: "policy-weaker",
    RuleKind.SCHEMA: "schema-weaker",
    RuleKind.PERMISSION: "permission-weaker",
    RuleKind.SILENCING: "silenced",
    RuleKind.CLASSIFICATION: "classification-weaker",
    RuleKind.PROJECT: "project-weaker",
}
_OF_SECRET = {
    SecretKind.CLEARED: "cleared",
    SecretKind.ROTATED: "rotated",
    SecretKind.REENCRYPTED: "re-encrypted",
    SecretKind.ADDED: "secret-added",
    SecretKind.REMOVED: "secret-removed",
}


def _internal(_change: ValueChange) -> Sensitivity:
    return Sensitivity.INTERNAL


def _never(_change: ValueChange) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Stakes:
    """What the changes themselves do not say.

    `bundles` are those at stake: people rely on them. `level_of` gives how sensitive a changed
    value is, `is_final` whether a layer closed it with `!final`.
    """

    bundles: frozenset[str]
    level_of: Callable[[ValueChange], Sensitivity] = field(default=_internal)
    is_final: Callable[[ValueChange], bool] = field(default=_never)


# A row, what it is about, and the bundles that are concerned.
_Hit = tuple[str, str, tuple[str, ...]]


def risk_of(changes: Changes, stakes: Stakes) -> Risk:
    """Return the class of all changes together, with a reason for each row, gravest first.

    A row has two reasons where it is graver for some bundles than for others; then each names its
    own bundles.
    """
    subjects: dict[tuple[str, Level], dict[str, None]] = {}
    concerned: dict[tuple[str, Level], set[str]] = {}
    for name, subject, bundles in _hits(changes, stakes):
        row = ROWS[name]
        grave = [each for each in bundles if each in stakes.bundles]
        level = row.at_stake if grave else row.elsewhere
        key = (name, level)
        subjects.setdefault(key, {})[subject] = None
        concerned.setdefault(key, set()).update(
            grave if grave and row.at_stake is not row.elsewhere else bundles
        )
    ordered = sorted(subjects, key=lambda key: (-_GRAVITY[key[1]], _RANK[key[0]]))
    reasons = tuple(
        Reason(
            level,
            f"{ROWS[name].text}: {listed(subjects[name, level], '; ')}",
            tuple(each for each in changes.dimensions if each in concerned[name, level]),
        )
        for name, level in ordered
    )
    return Risk(reasons[0].level, reasons) if reasons else Risk()


def _hits(changes: Changes, stakes: Stakes) -> Iterator[_Hit]:
    for sentence in changes.unknown:
        # What to do about it stands where all of it is told.
        yield "unknown", sentence.partition(" has errors ")[0], ()
    for secret in changes.secrets:
        yield from _secret(secret)
    for rule in changes.rules:
        # A rule that is a file does not name it again.
        is_named = rule.name != rule.path or rule.name in rule.summary
        subject = rule.summary if is_named else f"{rule.name}, {rule.summary}"
        yield _rule(rule), subject, rule.bundles
    # What a bundle that came or went holds is told by the bundle itself, which is as grave.
    whole = {each.name for each in changes.bundles if each.kind is not Kind.CHANGED}
    for value in changes.values:
        if value.pointer or value.kind is Kind.CHANGED or not whole.issuperset(value.bundles):
            yield from _value(value, stakes)
    for model in changes.models:
        if not whole.issuperset(model.bundles):
            yield from _model(model)
    for prompt in changes.prompts:
        if not prompt.bundles or not whole.issuperset(prompt.bundles):
            yield _prompt(prompt), _step(prompt), prompt.bundles
    for bundle in changes.bundles:
        yield f"bundle-{bundle.kind.value}", bundle.name, (bundle.name,)


def _secret(secret: SecretChange) -> Iterator[_Hit]:
    # A bundle carries the files that it links to. A file that no bundle links to may be opened by
    # whoever has it all the same: then those count that could link to it.
    bundles = secret.bundles or secret.readers
    if secret.kind is SecretKind.RECIPIENTS:
        for names, row in (
            (secret.recipients_added, "recipient-added"),
            (secret.recipients_removed, "recipient-removed"),
        ):
            if names:
                yield row, f"{secret.path} ({listed(names)})", bundles
        if not secret.recipients_added and not secret.recipients_removed:
            # Other key groups: fewer keys may be enough.
            yield "recipient-added", f"{secret.path} (other key groups)", bundles
        return
    where = f"{secret.path}#{listed(secret.pointers)}" if secret.pointers else secret.path
    yield ("secret-moved" if secret.moved_from else _OF_SECRET[secret.kind]), where, bundles


def _rule(rule: RuleChange) -> str:
    # An attribute of a dimension's value, or another list of regions for models.
    is_of_region = rule.name.rpartition(".")[2] in _REGIONS
    if rule.kind is RuleKind.PROJECT and is_of_region and rule.is_weaker is None:
        return "region"
    if rule.is_weaker:
        if rule.name.startswith("diagnostics.allow"):
            return "guard-silenced"
        return _WEAKER[rule.kind]
    if rule.is_weaker is None and not (rule.kind is RuleKind.PROJECT and rule.change is Kind.ADDED):
        return "rule-unknown"
    return "rule-stricter"


def _value(value: ValueChange, stakes: Stakes) -> Iterator[_Hit]:
    subject = f"{value.document}#{value.pointer}" if value.pointer else value.document
    before, after = value.before, value.after
    if after is not None and after.is_hidden and not (before is not None and before.is_hidden):
        yield "credential", subject, value.bundles
    elif (
        before is not None
        and after is not None
        and before.link.startswith("!secret")
        and not after.link
        and after.value is not None
    ):
        yield "unlinked", subject, value.bundles
    if not value.pointer and value.kind is not Kind.CHANGED:
        yield f"document-{value.kind.value}", value.document, value.bundles
        return
    yield _row_of_value(value, stakes), subject, value.bundles


def _row_of_value(value: ValueChange, stakes: Stakes) -> str:
    level = stakes.level_of(value)
    if stakes.is_final(value):
        return "final"
    before = None if value.before is None else value.before.value
    if value.kind is not Kind.ADDED and (
        not _REGIONS.isdisjoint(value.pointer.split("/")) or _holds_region(before)
    ):
        return "region"
    if level is Sensitivity.RESTRICTED:
        return "restricted"
    if level is Sensitivity.CONFIDENTIAL:
        return "confidential"
    if value.kind is Kind.ADDED:
        return "value-added"
    return "public" if level is Sensitivity.PUBLIC else "value"


def _holds_region(value: Any) -> bool:
    """Tell whether what is gone, or another one, said where data are."""
    if isinstance(value, dict):
        return not _REGIONS.isdisjoint(value) or any(map(_holds_region, value.values()))
    return isinstance(value, list) and any(map(_holds_region, value))


def _model(change: ModelChange) -> Iterator[_Hit]:
    """Yield what a document asks of models, each row once: names of effects stand together."""
    for effect in change.effects:
        if effect.what == "model" and NONE in (effect.before, effect.after):
            row = "model-added" if effect.before == NONE else "model-removed"
            name = effect.after if effect.before == NONE else effect.before
            yield row, f"{change.document}, {name}", change.bundles
            return
    whats: dict[str, list[str]] = {}
    for effect in change.effects:
        row = _effect(effect)
        if row.startswith("model-"):
            whats.setdefault(row, []).append(effect.what)
        else:
            yield row, f"{change.document}, {_change(effect)}", change.bundles
    for row, names in whats.items():
        yield row, f"{change.document} ({listed(names)})", change.bundles


def _effect(effect: Effect) -> str:
    what = effect.what.partition(" of fallback")[0]
    if what in ("region", "data residency") and effect.before != NONE:
        return "region"
    if what == "model":
        return "model"
    return "model-worse" if effect.is_worse else "model-other"


def _change(effect: Effect) -> str:
    return f"{effect.what}: {effect.before} -> {effect.after}"


def _prompt(prompt: PromptChange) -> str:
    if prompt.after is None:
        return "prompt-removed"
    if prompt.before is None:
        return "prompt-added"
    # A step that nobody can tell may be of any size.
    return f"prompt-{prompt.step or 'major'}"


def _step(prompt: PromptChange) -> str:
    if prompt.before == prompt.after:
        return f"{prompt.id}@{prompt.after}"
    return f"{prompt.id} {prompt.before or 'none'} -> {prompt.after or 'none'}"
