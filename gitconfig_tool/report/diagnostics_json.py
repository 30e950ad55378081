"""Diagnostics as JSON: what `kind: ValidationReport` holds, described in docs/json.md."""

from collections.abc import Sequence
from typing import Any

from gitconfig_tool.diagnostics import Diagnostic, Severity, Silenced, Span, rule


def validation_report(
    diagnostics: Sequence[Diagnostic],
    bundles: Sequence[str],
    revision: str | None,
    snapshot: str,
    silenced: Sequence[Silenced] = (),
) -> dict[str, Any]:
    """Return the report of one run; `snapshot` is commit, index or worktree."""
    severities = [rule(diagnostic.code).severity for diagnostic in diagnostics]
    return {
        "snapshot": snapshot,
        "revision": revision,
        "bundles": list(bundles),
        "errors": severities.count(Severity.ERROR),
        "warnings": severities.count(Severity.WARNING),
        "diagnostics": [diagnostic_json(diagnostic) for diagnostic in diagnostics],
        "suppressed": [suppressed_json(each) for each in silenced],
    }


def diagnostic_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """Return one diagnostic; a place that is not known is null."""
    known = rule(diagnostic.code)
    return {
        "code": diagnostic.code,
        "rule": known.name,
        "severity": known.severity.value,
        "message": diagnostic.message,
        "location": span_json(diagnostic.span),
        "label": diagnostic.label,
        "notes": [
            {"text": note.text, "location": span_json(note.span)} for note in diagnostic.notes
        ],
        "hint": diagnostic.hint,
        "bundles": list(diagnostic.bundles),
    }


def suppressed_json(silenced: Silenced) -> dict[str, Any]:
    """Return one diagnostic that is silenced, with who silences it."""
    # The words of SARIF 2.1.0, section 3.35.2.
    kind = "inSource" if silenced.in_source else "external"
    return diagnostic_json(silenced.diagnostic) | {
        "suppression": {
            "kind": kind,
            "reason": silenced.reason,
            "location": span_json(silenced.span),
        }
    }


def span_json(span: Span | None) -> dict[str, Any] | None:
    """Return a place: lines and columns from 1, columns in code points, the end exclusive."""
    if span is None:
        return None
    return {
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
