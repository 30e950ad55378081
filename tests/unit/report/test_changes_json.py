"""A comparison as JSON: all of it, in the shape that docs/json.md promises."""

import json

from gitconfig_tool.report.changes_json import changes_json
from tests.changes import MODEL, PRODUCTION, comparison, rich


def test_the_keys_of_a_report_are_always_the_same() -> None:
    keys = ["base", "head", "differs", "risk", "radius", "compared", "bundles", "rules", "secrets",
            "models", "prompts", "values", "unknown"]  # fmt: skip

    assert list(changes_json(rich())) == list(changes_json(comparison())) == keys
    assert changes_json(comparison())["differs"] is False


def test_each_section_has_its_keys() -> None:
    report = json.loads(json.dumps(changes_json(rich())))

    assert report["base"] == {
        "name": "main",
        "kind": "commit",
        "commit": "1f0c9a7be2d3465f8a9b0c1d2e3f405162738495",
    }
    assert report["risk"]["level"] == "critical"
    assert report["risk"]["reasons"][1] == {
        "level": "high",
        "text": "The policy policies/residency.rego is removed",
        "bundles": list(PRODUCTION),
    }
    assert report["radius"]["bundlesOf"] == 6
    assert report["radius"]["values"]["tenant"] == ["acme", "globex"]
    assert report["compared"][3] == {
        "bundle": "production/acme",
        "dimensions": {"environment": "production", "tenant": "acme"},
        "protected": True,
    }
    assert report["bundles"] == [
        {
            "bundle": "canary",
            "kind": "added",
            "before": None,
            "after": {"environment": "canary"},
        }
    ]
    assert report["rules"][0] == {
        "rule": "policy",
        "kind": "removed",
        "name": "policies/residency.rego",
        "summary": "The policy is no longer there: nothing checks that data stay in their region.",
        "weaker": True,
        "path": "policies/residency.rego",
        "line": 1,
        "bundles": list(PRODUCTION),
    }
    assert report["secrets"][1] == {
        "path": "environments/production/secrets/database.sops.yaml",
        "document": "secrets/database",
        "kind": "recipients",
        "pointers": [],
        "bundles": ["production"],
        "readers": list(PRODUCTION),
        "recipientsAdded": ["contractor"],
        "recipientsRemoved": ["break-glass"],
        "note": "",
    }
    assert report["models"][0]["document"] == MODEL
    assert report["models"][0]["effects"][2] == {
        "what": "context window",
        "before": "1,047,576 tokens",
        "after": "400,000 tokens",
        "worse": True,
    }
    prompt = report["prompts"][0]
    assert (prompt["before"], prompt["after"], prompt["step"]) == ("1.1.0", "1.2.0", "minor")
    assert prompt["rendered"][0]["leftOut"] == ["tone"]
    assert report["unknown"] == [
        "gateway/tls in staging has an error in the work tree: run validate."
    ]


def test_a_side_is_a_value_or_a_link() -> None:
    values = changes_json(rich())["values"]
    by_pointer = {each["pointer"]: each for each in values}

    assert by_pointer["/fallbacks/1"]["before"] is None
    assert "value" not in by_pointer["/api_key"]["after"]
    assert by_pointer["/api_key"]["after"]["link"] == (
        "!secret secrets/providers.sops.yaml#/openai/key"
    )
    assert by_pointer["/dsn"]["after"]["hidden"] is True
    place = by_pointer["/greeting"]["after"]["places"][0]
    assert place["commit"] == "9c1e77aa01"
