"""Findings as GitLab's code quality report: GitLab shows them in a merge request.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from typing import Any

from gitconfig_tool.diagnostics import Diagnostic, Rule, Severity, rule
from gitconfig_tool.report.findings import Findings, place_of
from gitconfig_tool.report.fingerprints import fingerprints


def code_quality(findings: Findings) -> list[dict[str, Any]]:
    """Return the report; what is silenced is left out, as the format has no word for it."""
    # Fingerprints are counted with what is silenced: a suppression changes no other one.
    return [
        _issue(findings, found, str(mark))
        for (found, silenced), mark in zip(
            findings.everything(), fingerprints(findings), strict=True
        )
        if silenced is None
    ]


def _issue(findings: Findings, found: Diagnostic, fingerprint: str) -> dict[str, Any]:
    known = rule(found.code)
    place = place_of(found)
    return {
        "description": f"{found.message} (hint: {found.hint})" if found.hint else found.message,
        "check_name": f"{known.code} {known.name}",
        "fingerprint": fingerprint,
        "severity": _severity(known),
        "location": {
            "path": findings.path(place),
            "lines": {"begin": place.line, "end": place.end_line},
        },
    }


def _severity(known: Rule) -> str:
    """Return GitLab's word: a secret that others can read is worse than what stops a compile."""
    if known.severity is Severity.WARNING:
        return "minor"
    return "critical" if known.group in ("secrets", "leaks") else "major"
