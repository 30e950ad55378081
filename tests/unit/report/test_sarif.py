"""SARIF: held against the schema of the standard, and each value that people look at."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker

from gitconfig_tool.diagnostics import RULES, Diagnostic, Span
from gitconfig_tool.report.findings import Findings
from gitconfig_tool.report.sarif import sarif
from tests.unit.report.findings import EVERYTHING, findings

SCHEMA = Path(__file__).parents[2] / "data" / "sarif-2.1.0-rtm.5.json"


@pytest.fixture(scope="module")
def validator() -> Draft4Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft4Validator.check_schema(schema)
    return Draft4Validator(schema, format_checker=FormatChecker())


def results(found: Findings) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = sarif(found)["runs"][0]["results"]
    return listed


def test_the_log_is_valid(validator: Draft4Validator) -> None:
    everything = tuple(Diagnostic(code, "m", Span("a.yaml")) for code in RULES)

    for found in (EVERYTHING, findings(), findings(*everything)):
        log = json.loads(json.dumps(sarif(found)))
        assert list(validator.iter_errors(log)) == []


def test_the_schema_finds_what_is_wrong(validator: Draft4Validator) -> None:
    log = sarif(EVERYTHING)
    log["runs"][0]["results"][0]["level"] = "fatal"
    (error,) = validator.iter_errors(log)

    assert error.json_path == "$.runs[0].results[0].level"


def test_a_result_with_everything() -> None:
    found = next(each for each in results(EVERYTHING) if each["ruleId"] == "GCT012")

    assert found["level"] == "error"
    assert found["message"]["text"] == (
        "expected each key once, found 'port' again\nno place\nHint: remove one of the two"
    )
    assert found["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {
                    "uri": "deploy/my%20config/base/a.yaml",
                    "uriBaseId": "%SRCROOT%",
                },
                "region": {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 5},
            }
        }
    ]
    assert [each["message"]["text"] for each in found["relatedLocations"]] == ["'port' first set"]
    assert found["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 2
    assert found["properties"] == {"bundles": ["staging", "production"]}
    assert found["suppressions"] == []
    assert set(found["partialFingerprints"]) == {"primaryLocationLineHash", "codePathLine/v1"}


def test_columns_are_code_points_and_paths_belong_to_the_repository() -> None:
    run = sarif(EVERYTHING)["runs"][0]

    assert run["columnKind"] == "unicodeCodePoints"
    assert set(run["originalUriBaseIds"]) == {"%SRCROOT%"}
    assert "uri" not in run["originalUriBaseIds"]["%SRCROOT%"]
    uris = {
        each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for each in run["results"]
    }
    assert uris == {
        "deploy/my%20config/gitconfig.yaml",
        "deploy/my%20config/base/a.yaml",
        "deploy/my%20config/environments/eu%2C%20west/%C3%BC%25%3Ab.yaml",
    }


def test_what_is_silenced_is_marked_and_nothing_else() -> None:
    found = {each["message"]["text"]: each["suppressions"] for each in results(EVERYTHING)}

    assert [each["kind"] for each in found["expected the final value"]] == ["inSource"]
    (external,) = found["nothing to unset\nHint: remove it"]
    assert external["kind"] == "external"
    assert external["justification"] == "moved <next> quarter"
    place = external["location"]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "deploy/my%20config/gitconfig.yaml"
    assert sum(bool(each) for each in found.values()) == 2


def test_each_code_that_occurs_is_described_once() -> None:
    run = sarif(EVERYTHING)["runs"][0]
    rules = run["tool"]["driver"]["rules"]

    assert [each["id"] for each in rules] == ["GCT012", "GCT105", "GCT106", "GCT108", "GCT402"]
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])
    final = rules[1]
    assert final["name"] == "final-overridden"
    assert final["defaultConfiguration"] == {"level": "error"}
    assert "allow: [GCT105]" in final["help"]["text"]
    assert "```yaml\n# base\naudit: !final true" in final["help"]["markdown"]


def test_no_message_is_taken_for_a_link_or_a_placeholder() -> None:
    found = Diagnostic("GCT037", "found '{0}', '{tenant}' and [a](b)", Span("a.yaml"))

    assert results(findings(found))[0]["message"]["text"] == (
        "found '{{0}}', '{tenant}' and [a\\](b)"
    )


def test_no_line_of_a_file_is_in_it() -> None:
    assert "not-to-be-seen" not in json.dumps(sarif(EVERYTHING))
