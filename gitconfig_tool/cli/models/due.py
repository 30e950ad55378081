"""`gitconfig-tool models due`: which of the models in use end, and when."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from gitconfig_tool.cli.loading import (
    Day,
    bundle_option,
    compile_project,
    open_snapshot,
    rev_option,
    terminal_style,
)
from gitconfig_tool.cli.models.errors import show_errors_only
from gitconfig_tool.cli.output import echo_report, format_option, output_width
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

_SPAN = re.compile(r"(\d{1,5})\s*([dw])")


def _read_days(_: click.Context, __: click.Parameter, text: str) -> int:
    match = _SPAN.fullmatch(text)
    if match is None:
        raise click.BadParameter(f"expected a time such as 90d or 12w, found {text!r}")
    return int(match[1]) * (7 if match[2] == "w" else 1)


@click.command("due")
@click.option(
    "--within",
    metavar="TIME",
    default="90d",
    show_default=True,
    callback=_read_days,
    help="Only what ends within this time, such as 90d or 12w; or has ended already.",
)
@click.option(
    "--as-of",
    "as_of",
    metavar="DATE",
    type=Day(),
    help="Judge at DATE.  [default: today]",
)
@bundle_option
@rev_option
@format_option
@click.pass_context
def command(
    ctx: click.Context,
    within: int,
    as_of: datetime | None,
    bundle_globs: Sequence[str],
    rev: str | None,
    output: str,
) -> int:
    """Show which models end, the earliest first, who calls them, and what to use instead.

    Judges at today; run it on a schedule. Exit code 0: nothing is to be done; 1: a model is
    retired, or ends within the notice that the project asks for (30 days where it does not say), or
    errors in the project hide what is called. A model that only may end does not fail the command.

    \b
    Examples:
      gitconfig-tool models due
      gitconfig-tool models due --within 26w --bundle 'production*'
      gitconfig-tool models due --as-of 2027-01-01 --format json
    """
    from gitconfig_tool.compiler.model_calls import calls_of
    from gitconfig_tool.models.lifecycle import Standing, end_of
    from gitconfig_tool.report.model_tables import due_json, due_text

    settings: Settings = ctx.obj
    _, snapshot = open_snapshot(settings, rev)
    day = (as_of or datetime.now(UTC)).date()
    compilation = compile_project(settings, snapshot, bundle_globs, as_of=day)
    has_errors = show_errors_only(compilation, ctx)
    every = list(calls_of(compilation, day))
    failing = [call for call in every if call.standing in (Standing.RETIRED, Standing.ENDS_SOON)]
    # What fails the command is shown, however short the time that was asked for.
    due = [
        call
        for call in every
        if call.facts is not None
        and (end := end_of(call.facts)) is not None
        and ((end - day).days <= within or call in failing)
    ]
    due.sort(key=lambda call: (end_of(call.facts) if call.facts else None) or day)
    if output == "json":
        content = {
            "revision": snapshot.commit.id if snapshot.commit else None,
            "asOf": day.isoformat(),
            "withinDays": within,
            "failing": len(failing),
            "catalogue": compilation.catalogue.about,
            "models": [due_json(each, day) for each in due],
        }
        echo_report("ModelsDue", content)
    else:
        click.echo("\n".join(due_text(due, day, within, output_width(), terminal_style())))
        unknown = {call.hop.model for call in every if call.facts is None}
        if unknown:
            names = ", ".join(sorted(unknown))
            click.echo(f"nothing is known of: {names}")
    return ExitCode.PROBLEMS if has_errors or failing else ExitCode.OK
