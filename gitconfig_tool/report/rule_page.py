"""The page of a rule: what, why, a failing and a fixed snippet, and how to silence it.

Takes a rule; returns text, Markdown or JSON.
"""

from typing import Any

from gitconfig_tool.diagnostics import Rule, Silencing

# Where a comment in the file is of no use: SOPS encrypts it, or the problem is the file's name.
_WITHOUT_LINE = ("secrets", "secret-types", "source")
# Of these groups, what is reported in an ordinary document all the same.
_WITH_LINE = ("GCT409", "GCT440")
_NEVER = (
    "Nothing silences it: there is no sound value to go on with, or a check could not run. "
    "It can only be mended."
)
_ABOUT_SUPPRESSIONS = "Nothing silences it: remove or mend the suppression that it points to."


def rule_text(rule: Rule) -> str:
    """Return the page as text for a terminal, and for docs/diagnostics.md."""
    return (
        f"{rule.code} {rule.name} ({rule.severity.value}, {rule.group})\n\n"
        f"{rule.summary}\n\n"
        f"Why: {rule.why}\n\n"
        f"Fails:\n\n{_indent(rule.failing)}\n\n"
        f"Fixed:\n\n{_indent(rule.fixed)}\n\n"
        f"Silence: {_silence_text(rule)}\n"
    )


def rule_json(rule: Rule) -> dict[str, Any]:
    """Return what `kind: RuleList` holds for each rule."""
    return {
        "code": rule.code,
        "name": rule.name,
        "group": rule.group,
        "severity": rule.severity.value,
        "summary": rule.summary,
        "why": rule.why,
        "failing": rule.failing,
        "fixed": rule.fixed,
        "silencing": rule.silencing.value,
        "silence": _silence_text(rule),
    }


def help_text(rule: Rule) -> str:
    """Return the page without its title and summary, as SARIF's `help.text`."""
    return rule_text(rule).split("\n\n", 2)[2].rstrip()


def help_markdown(rule: Rule) -> str:
    """Return the same as Markdown, as SARIF's `help.markdown`."""
    return (
        f"{rule.why}\n\n"
        f"Fails:\n\n```yaml\n{rule.failing.rstrip()}\n```\n\n"
        f"Fixed:\n\n```yaml\n{rule.fixed.rstrip()}\n```\n\n"
        f"Silence: {_silence_text(rule)}\n"
    )


def _silence_text(rule: Rule) -> str:
    if rule.silencing is Silencing.FIXED:
        return _ABOUT_SUPPRESSIONS if rule.code in ("GCT044", "GCT045", "GCT046") else _NEVER
    in_project = (
        "in gitconfig.yaml, for paths:\n\n"
        "    diagnostics:\n"
        + (f"      allow: [{rule.code}]\n" if rule.silencing is Silencing.GUARDED else "")
        + "      ignore:\n"
        f'        - {{code: {rule.code}, match: "legacy/**", reason: "why it is right there"}}'
    )
    if rule.group in _WITHOUT_LINE and rule.code not in _WITH_LINE:
        return in_project
    guard = (
        f"only where gitconfig.yaml has `diagnostics: {{allow: [{rule.code}]}}`. Then "
        if rule.silencing is Silencing.GUARDED
        else ""
    )
    return (
        f"{guard}on the line, or on a line of its own above it:\n\n"
        f"    # gct: ignore[{rule.code}] why it is right here\n\n"
        f"Or {in_project}"
    )


def _indent(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())
