"""Diagnostics as JSON: the shape that docs/json.md promises."""

import json

import pytest

from gitconfig_tool.diagnostics import Diagnostic, Note, Silenced, Span
from gitconfig_tool.report.diagnostics_json import diagnostic_json, span_json, validation_report

FINDING = Diagnostic(
    "GCT106",
    "expected a weaker layer to set 'é', found nothing to unset",
    Span("base/model.yaml", 3, 16, 4, 1),
    label="here",
    notes=(Note("first", Span("base/other.yaml", 1, 2, 1, 3)), Note("second")),
    hint="remove the line",
    bundles=("production",),
)


def test_a_diagnostic_with_everything() -> None:
    assert diagnostic_json(FINDING) == {
        "code": "GCT106",
        "rule": "unset-nothing",
        "severity": "warning",
        "message": "expected a weaker layer to set 'é', found nothing to unset",
        "location": {
            "path": "base/model.yaml",
            "line": 3,
            "column": 16,
            "endLine": 4,
            "endColumn": 1,
        },
        "label": "here",
        "notes": [
            {
                "text": "first",
                "location": {
                    "path": "base/other.yaml",
                    "line": 1,
                    "column": 2,
                    "endLine": 1,
                    "endColumn": 3,
                },
            },
            {"text": "second", "location": None},
        ],
        "hint": "remove the line",
        "bundles": ["production"],
    }


def test_a_diagnostic_with_nothing() -> None:
    assert diagnostic_json(Diagnostic("GCT010", "m")) == {
        "code": "GCT010",
        "rule": "yaml-syntax",
        "severity": "error",
        "message": "m",
        "location": None,
        "label": "",
        "notes": [],
        "hint": "",
        "bundles": [],
    }


def test_a_place() -> None:
    assert span_json(None) is None
    assert span_json(Span("a.yaml")) == {
        "path": "a.yaml",
        "line": 1,
        "column": 1,
        "endLine": 1,
        "endColumn": 1,
    }


def test_the_report_of_a_run() -> None:
    error = Diagnostic("GCT010", "m")

    report = validation_report(
        [FINDING, error, error], ["staging", "production"], "0" * 40, "commit"
    )

    assert {key: value for key, value in report.items() if key != "diagnostics"} == {
        "snapshot": "commit",
        "revision": "0" * 40,
        "bundles": ["staging", "production"],
        "errors": 2,
        "warnings": 1,
        "suppressed": [],
    }
    assert report["diagnostics"] == [
        diagnostic_json(FINDING),
        diagnostic_json(error),
        diagnostic_json(error),
    ]
    assert json.loads(json.dumps(report)) == report


def test_the_report_of_a_run_without_problems() -> None:
    assert validation_report([], [], None, "worktree") == {
        "snapshot": "worktree",
        "revision": None,
        "bundles": [],
        "errors": 0,
        "warnings": 0,
        "diagnostics": [],
        "suppressed": [],
    }


@pytest.mark.parametrize(("in_source", "kind"), [(True, "inSource"), (False, "external")])
def test_what_is_silenced_is_listed_with_its_reason(in_source: bool, kind: str) -> None:
    silenced = Silenced(FINDING, "why", Span("a.yaml", 1, 2, 1, 8), in_source)

    report = validation_report([], ["production"], None, "index", [silenced])

    assert (report["errors"], report["warnings"], report["diagnostics"]) == (0, 0, [])
    assert report["suppressed"] == [
        diagnostic_json(FINDING)
        | {
            "suppression": {
                "kind": kind,
                "reason": "why",
                "location": span_json(silenced.span),
            }
        }
    ]
