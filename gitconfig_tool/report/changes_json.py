"""Changes between two revisions as JSON; docs/json.md describes the shape. Pure."""

from collections.abc import Sequence
from typing import Any

from gitconfig_tool.changes.model import (
    BundleChange,
    Changes,
    Place,
    PromptChange,
    Revision,
    RuleChange,
    SecretChange,
    Side,
    ValueChange,
)
from gitconfig_tool.changes.patches import DocumentPatch
from gitconfig_tool.report.changes_summary import rules_in_order, secrets_in_order
from gitconfig_tool.report.prompt_cases import case_json


def changes_json(changes: Changes) -> dict[str, Any]:
    """Return all changes; keys are those of the report `Diff`."""
    return {
        **_revisions(changes),
        "differs": not changes.is_empty,
        "risk": {
            "level": changes.risk.level.value,
            "reasons": [
                {"level": each.level.value, "text": each.text, "bundles": list(each.bundles)}
                for each in changes.risk.reasons
            ],
        },
        "radius": {
            "bundles": list(changes.radius.bundles),
            "bundlesOf": changes.radius.bundles_of,
            "values": {key: list(values) for key, values in changes.radius.values.items()},
            "documents": changes.radius.documents,
            "secrets": changes.radius.secrets,
        },
        "compared": [
            {
                "bundle": name,
                "dimensions": dict(bound),
                "protected": name in changes.protected,
            }
            for name, bound in changes.dimensions.items()
        ],
        "bundles": [_bundle(each) for each in changes.bundles],
        "rules": [_rule(each) for each in rules_in_order(changes)],
        "secrets": [_secret(each) for each in secrets_in_order(changes)],
        "models": [
            {
                "document": each.document,
                "bundles": list(each.bundles),
                "effects": [
                    {
                        "what": effect.what,
                        "before": effect.before,
                        "after": effect.after,
                        "worse": effect.is_worse,
                    }
                    for effect in each.effects
                ],
            }
            for each in changes.models
        ],
        "prompts": [_prompt(each) for each in changes.prompts],
        "values": [_value(each) for each in changes.values],
        "unknown": list(changes.unknown),
    }


def patches_json(changes: Changes, patches: Sequence[DocumentPatch]) -> dict[str, Any]:
    """Return a JSON Patch for each document; keys are those of the report `DiffPatches`."""
    return {
        **_revisions(changes),
        "patches": [
            {
                "document": each.document,
                "kind": each.kind.value,
                "bundles": list(each.bundles),
                "patch": list(each.operations),
                "hidden": list(each.hidden),
            }
            for each in patches
        ],
        "unknown": list(changes.unknown),
    }


def _revisions(changes: Changes) -> dict[str, Any]:
    return {"base": _revision(changes.base), "head": _revision(changes.head)}


def _revision(revision: Revision) -> dict[str, Any]:
    return {"name": revision.name, "kind": revision.kind, "commit": revision.commit}


def _bundle(change: BundleChange) -> dict[str, Any]:
    return {
        "bundle": change.name,
        "kind": change.kind.value,
        "before": None if change.before is None else dict(change.before),
        "after": None if change.after is None else dict(change.after),
    }


def _rule(change: RuleChange) -> dict[str, Any]:
    return {
        "rule": change.kind.value,
        "kind": change.change.value,
        "name": change.name,
        "summary": change.summary,
        "weaker": change.is_weaker,
        "path": change.path,
        "line": change.line,
        "bundles": list(change.bundles),
    }


def _secret(change: SecretChange) -> dict[str, Any]:
    return {
        "path": change.path,
        "document": change.document,
        "kind": change.kind.value,
        "pointers": list(change.pointers),
        "bundles": list(change.bundles),
        "readers": list(change.readers),
        "recipientsAdded": list(change.recipients_added),
        "recipientsRemoved": list(change.recipients_removed),
        "note": change.note,
    }


def _prompt(change: PromptChange) -> dict[str, Any]:
    return {
        "id": change.id,
        "before": change.before,
        "after": change.after,
        "step": change.step,
        "reasons": list(change.reasons),
        "through": list(change.through),
        "bundles": list(change.bundles),
        "source": list(change.source),
        "rendered": [case_json(each) for each in change.cases],
    }


def _value(change: ValueChange) -> dict[str, Any]:
    return {
        "document": change.document,
        "pointer": change.pointer,
        "kind": change.kind.value,
        "before": None if change.before is None else _side(change.before),
        "after": None if change.after is None else _side(change.after),
        "bundles": list(change.bundles),
    }


def _side(side: Side) -> dict[str, Any]:
    found: dict[str, Any] = {"link": side.link} if side.link else {"value": side.value}
    return {**found, "hidden": side.is_hidden, "places": [_place(each) for each in side.places]}


def _place(place: Place) -> dict[str, Any]:
    return {
        "layer": place.layer,
        "path": place.path,
        "line": place.line,
        "column": place.column,
        **({"commit": place.commit} if place.commit else {}),
    }
