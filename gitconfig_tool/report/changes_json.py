"""Changes between two revisions as JSON; docs/json.md describes the shape. Pure."""

from typing import Any

from gitconfig_tool.changes.model import Changes, Place, Side, ValueChange


def changes_json(changes: Changes) -> dict[str, Any]:
    """Return all changes; keys are those of the report `Diff`."""
    return {
        "base": {"name": changes.base.name, "commit": changes.base.commit},
        "head": {"name": changes.head.name, "commit": changes.head.commit},
        "values": [_value(each) for each in changes.values],
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
