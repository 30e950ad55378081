"""Findings as SARIF 2.1.0 (OASIS, errata 01), which GitHub, GitLab and editors read.

Section numbers are those of the standard. No text of a user's file goes into it, apart from what
the messages quote.
"""

import re
from typing import Any
from urllib.parse import quote

from gitconfig_tool import __version__
from gitconfig_tool.diagnostics import Diagnostic, Note, Rule, Silenced, Span, rule
from gitconfig_tool.report.findings import Findings, place_of
from gitconfig_tool.report.fingerprints import Fingerprint, fingerprints
from gitconfig_tool.report.rule_page import help_markdown, help_text

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# The root of the repository, by the name that GitHub gives it.
_ROOT = "%SRCROOT%"
_PLACEHOLDER = re.compile(r"\{(\d+)\}")


def sarif(findings: Findings) -> dict[str, Any]:
    """Return the log of one run; suppressed results are in it, marked as such (3.27.23)."""
    everything = findings.everything()
    codes = sorted({found.code for found, _ in everything})
    indices = {code: index for index, code in enumerate(codes)}
    results = [
        _result(findings, found, indices[found.code], mark, silenced)
        for (found, silenced), mark in zip(everything, fingerprints(findings), strict=True)
    ]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "gitconfig-tool",
                        "semanticVersion": __version__,
                        "rules": [_rule(rule(code)) for code in codes],
                    }
                },
                "invocations": [{"executionSuccessful": True}],
                # Where the repository lies is the reader's business (3.14.14).
                "originalUriBaseIds": {
                    _ROOT: {"description": {"text": "The root of the repository."}}
                },
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }


def _rule(known: Rule) -> dict[str, Any]:
    return {
        "id": known.code,
        "name": known.name,
        "shortDescription": {"text": known.summary},
        "fullDescription": {"text": f"{known.summary} {known.why}"},
        "help": {"text": help_text(known), "markdown": help_markdown(known)},
        "defaultConfiguration": {"level": known.severity.value},
        "properties": {"tags": [known.group], "problem.severity": known.severity.value},
    }


def _result(
    findings: Findings, found: Diagnostic, index: int, mark: Fingerprint, silenced: Silenced | None
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": index,
        "level": rule(found.code).severity.value,
        "message": {"text": _message(found)},
        "locations": [{"physicalLocation": _location(findings, place_of(found))}],
        # GitHub looks at the first of the two alone.
        "partialFingerprints": {
            "primaryLocationLineHash": str(mark),
            "codePathLine/v1": str(mark),
        },
        # One result with suppressions asks for the property on all of them (3.27.23).
        "suppressions": [] if silenced is None else [_suppression(findings, silenced)],
    }
    related = [(note, note.span) for note in found.notes if note.span is not None]
    if related:
        result["relatedLocations"] = [
            _related(findings, number, note, span) for number, (note, span) in enumerate(related, 1)
        ]
    if found.bundles:
        result["properties"] = {"bundles": list(found.bundles)}
    return result


def _message(found: Diagnostic) -> str:
    """Return the message; what has no place of its own in SARIF follows it on further lines."""
    lines = [found.message, *(note.text for note in found.notes if note.span is None)]
    if found.hint:
        lines.append(f"Hint: {found.hint}")
    return _plain("\n".join(lines))


def _location(findings: Findings, span: Span) -> dict[str, Any]:
    return {
        "artifactLocation": {
            "uri": quote(findings.path(span), safe="/", errors="surrogatepass"),
            "uriBaseId": _ROOT,
        },
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        },
    }


def _related(findings: Findings, number: int, note: Note, span: Span) -> dict[str, Any]:
    return {
        "id": number,
        "physicalLocation": _location(findings, span),
        "message": {"text": _plain(note.text)},
    }


def _suppression(findings: Findings, silenced: Silenced) -> dict[str, Any]:
    kind = "inSource" if silenced.in_source else "external"
    return {
        "kind": kind,
        "status": "accepted",
        "justification": silenced.reason,
        "location": {"physicalLocation": _location(findings, silenced.span)},
    }


def _plain(text: str) -> str:
    """Keep a message from being taken for one with placeholders or links (3.11.5, 3.11.6).

    Other braces and brackets stay as they are: most readers show an escaped one with its escape.
    """
    return _PLACEHOLDER.sub(r"{{\1}}", text).replace("](", "\\](")
