"""`gitconfig-tool rules`: the catalogue of diagnostics."""

import click

from gitconfig_tool.cli.output import echo_report, format_option, output_width


@click.command("rules")
@click.argument("code", required=False)
@format_option
def command(code: str | None, output: str) -> None:
    """Explain the diagnostic CODE: what, why, how to mend and how to silence it; or list all.

    CODE may be the name of the diagnostic, too. A group, or how codes begin, lists those.

    \b
    Examples:
      gitconfig-tool rules
      gitconfig-tool rules GCT204
      gitconfig-tool rules final-overridden
      gitconfig-tool rules layers
    """
    from gitconfig_tool.diagnostics import RULES, find_rule, nearest_rule
    from gitconfig_tool.report.columns import wrap
    from gitconfig_tool.report.rule_page import rule_json, rule_text

    wanted = code or ""
    start = f"GCT{wanted}" if wanted.isdigit() else wanted.upper()
    found = find_rule(start) or find_rule(wanted)
    listed = [each for each in RULES.values() if each.code.startswith(start)]
    listed = listed or [each for each in RULES.values() if each.group == wanted.lower()]
    if found is None and listed:
        if output == "json":
            echo_report("RuleList", {"rules": [rule_json(rule) for rule in listed]})
            return
        for rule in listed:
            click.echo(f"{rule.code}  {rule.severity.value:<7}  {rule.group:<12}  {rule.summary}")
        return
    if found is None:
        near = nearest_rule(wanted)
        hint = " 'gitconfig-tool rules' lists them."
        if near is not None:
            hint = f" Did you mean {near.code if wanted[-1].isdigit() else near.name}?"
        raise click.UsageError(f"expected a diagnostic code, found {code!r}.{hint}")
    if output == "json":
        echo_report("RuleList", {"rules": [rule_json(found)]})
    else:
        for line in rule_text(found).splitlines():
            # A snippet stays as it is.
            for part in [line] if line.startswith(" ") else wrap(line, output_width()):
                click.echo(part)
