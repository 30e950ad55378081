"""Credentials in the clear as JSON: what `kind: LeakReport` holds, described in docs/json.md."""

from collections.abc import Sequence
from typing import Any

from gitconfig_tool.diagnostics import Diagnostic, Severity, Silenced, rule
from gitconfig_tool.report.diagnostics_json import diagnostic_json, suppressed_json
from gitconfig_tool.report.findings import Findings
from gitconfig_tool.report.fingerprints import fingerprints


def fingerprints_of(findings: Findings) -> dict[Diagnostic, str]:
    """Return the fingerprint of each finding, as SARIF and GitLab get it."""
    return {
        found: str(mark)
        for (found, _), mark in zip(findings.everything(), fingerprints(findings), strict=True)
    }


def leak_report(findings: Findings, source: str, revision: str | None) -> dict[str, Any]:
    """Return the report of one run; `source` is worktree, index, range or history."""
    marks = fingerprints_of(findings)
    severities = [rule(each.code).severity for each in findings.diagnostics]
    return {
        "source": source,
        "revision": revision,
        "errors": severities.count(Severity.ERROR),
        "warnings": severities.count(Severity.WARNING),
        "diagnostics": [
            diagnostic_json(each) | {"fingerprint": marks[each]} for each in findings.diagnostics
        ],
        "suppressed": _suppressed(findings.silenced, marks),
    }


def _suppressed(silenced: Sequence[Silenced], marks: dict[Diagnostic, str]) -> list[dict[str, Any]]:
    return [suppressed_json(each) | {"fingerprint": marks[each.diagnostic]} for each in silenced]
