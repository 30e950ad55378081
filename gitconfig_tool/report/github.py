"""Findings as GitHub workflow commands: GitHub shows each beside its line in a pull request.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from collections.abc import Mapping

from gitconfig_tool.diagnostics import Diagnostic, Severity, rule
from gitconfig_tool.report.findings import Findings, place_of

# As `toolkit/packages/core/src/command.ts` of GitHub escapes them.
_DATA = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY = (*_DATA, (":", "%3A"), (",", "%2C"))


def github_commands(findings: Findings) -> str:
    """Return one line for each problem; what is silenced is left out."""
    return "".join(f"{_command(findings, found)}\n" for found in findings.diagnostics)


def _command(findings: Findings, found: Diagnostic) -> str:
    known = rule(found.code)
    place = place_of(found)
    properties: dict[str, object] = {
        "file": findings.path(place),
        "line": place.line,
        "endLine": place.end_line,
    }
    if place.line == place.end_line:
        # GitHub takes columns within one line alone; its end is the last column, ours the next.
        properties["col"] = place.column
        properties["endColumn"] = max(place.end_column - 1, place.column)
    properties["title"] = f"{found.code} {known.name}"
    kind = "error" if known.severity is Severity.ERROR else "warning"
    return workflow_command(kind, properties, _message(found))


def workflow_command(kind: str, properties: Mapping[str, object], text: str) -> str:
    """Return one line that GitHub obeys: `kind` is `error`, `warning` or `notice`."""
    listed = ",".join(
        f"{key}={_escape(str(value), _PROPERTY)}" for key, value in properties.items()
    )
    return f"::{kind} {listed}::{_escape(text, _DATA)}"


def _message(found: Diagnostic) -> str:
    lines = [found.message]
    lines += [f"{note.text} at {note.span}" if note.span else note.text for note in found.notes]
    if found.bundles:
        lines.append(f"affects {', '.join(found.bundles)}")
    if found.hint:
        lines.append(f"hint: {found.hint}")
    return "\n".join(lines)


def _escape(text: str, replacements: tuple[tuple[str, str], ...]) -> str:
    for char, escaped in replacements:
        text = text.replace(char, escaped)
    return text
