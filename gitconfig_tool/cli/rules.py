"""`gitconfig-tool rules`: the catalogue of diagnostics."""

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click

from gitconfig_tool.cli.output import echo_report, format_option

if TYPE_CHECKING:
    from gitconfig_tool.diagnostics import Rule


@click.command("rules")
@click.argument("code", required=False)
@format_option
def command(code: str | None, output: str) -> None:
    """Explain the diagnostic CODE: what, why, a failing and a fixed snippet; or list all.

    \b
    Examples:
      gitconfig-tool rules
      gitconfig-tool rules GCT204
      gitconfig-tool rules final-overridden
    """
    from gitconfig_tool.diagnostics import RULES

    if code is None:
        if output == "json":
            echo_report("RuleList", {"rules": [_json(rule) for rule in RULES.values()]})
            return
        for rule in RULES.values():
            click.echo(f"{rule.code}  {rule.severity.value:<7}  {rule.group:<10}  {rule.summary}")
        return
    by_name = {rule.name: rule for rule in RULES.values()}
    found = RULES.get(code.upper()) or by_name.get(code.lower())
    if found is None:
        near = get_close_matches(code.upper(), RULES, n=1) or get_close_matches(code, by_name, n=1)
        hint = f" Did you mean {near[0]}?" if near else " 'gitconfig-tool rules' lists them."
        raise click.UsageError(f"expected a diagnostic code, found {code!r}.{hint}")
    if output == "json":
        echo_report("RuleList", {"rules": [_json(found)]})
    else:
        click.echo(page(found), nl=False)


def page(rule: "Rule") -> str:
    """Return the page of a rule as text."""
    return (
        f"{rule.code} {rule.name} ({rule.severity.value}, {rule.group})\n\n"
        f"{rule.summary}\n\n"
        f"Why: {rule.why}\n\n"
        f"Fails:\n\n{_indent(rule.failing)}\n\n"
        f"Fixed:\n\n{_indent(rule.fixed)}\n"
    )


def _indent(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())


def _json(rule: "Rule") -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "group": rule.group,
        "severity": rule.severity.value,
        "summary": rule.summary,
        "why": rule.why,
        "failing": rule.failing,
        "fixed": rule.fixed,
    }
