"""`gitconfig-tool rules`: the catalogue of diagnostics."""

import click

from gitconfig_tool.cli.output import echo_report, format_option


@click.command("rules")
@click.argument("code", required=False)
@format_option
def command(code: str | None, output: str) -> None:
    """Explain the diagnostic CODE: what, why, how to mend and how to silence it; or list all.

    \b
    Examples:
      gitconfig-tool rules
      gitconfig-tool rules GCT204
      gitconfig-tool rules final-overridden
    """
    from gitconfig_tool.diagnostics import RULES, find_rule, nearest_rule
    from gitconfig_tool.report.rule_page import rule_json, rule_text

    if code is None:
        if output == "json":
            echo_report("RuleList", {"rules": [rule_json(rule) for rule in RULES.values()]})
            return
        for rule in RULES.values():
            click.echo(f"{rule.code}  {rule.severity.value:<7}  {rule.group:<10}  {rule.summary}")
        return
    found = find_rule(code)
    if found is None:
        near = nearest_rule(code)
        hint = " 'gitconfig-tool rules' lists them."
        if near is not None:
            hint = f" Did you mean {near.code if code[-1].isdigit() else near.name}?"
        raise click.UsageError(f"expected a diagnostic code, found {code!r}.{hint}")
    if output == "json":
        echo_report("RuleList", {"rules": [rule_json(found)]})
    else:
        click.echo(rule_text(found), nl=False)
