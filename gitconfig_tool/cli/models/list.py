"""`gitconfig-tool models list`: which models each bundle calls."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.loading import (
    as_of_option,
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

if TYPE_CHECKING:
    from datetime import datetime


@click.command("list")
@bundle_option
@rev_option
@as_of_option
@format_option
@click.pass_context
def command(
    ctx: click.Context,
    bundle_globs: Sequence[str],
    rev: str | None,
    as_of: "datetime | None",
    output: str,
) -> int:
    """List the models that bundles call: primary and fallbacks, window, prices, end.

    Bundles that call the same stand together. The window is the most input where that is known
    apart from the output, else both together. "from DATE" is the earliest day that a model may end
    on. Exit code 1: errors in the project hide what is called.

    \b
    Examples:
      gitconfig-tool models list
      gitconfig-tool models list --bundle 'production*' --format json
    """
    from gitconfig_tool.compiler.model_calls import calls_of
    from gitconfig_tool.compiler.modelling import day_of_snapshot
    from gitconfig_tool.report.model_tables import call_json, list_text

    settings: Settings = ctx.obj
    _, snapshot = open_snapshot(settings, rev)
    day = as_of.date() if as_of else day_of_snapshot(snapshot)
    compilation = compile_project(settings, snapshot, bundle_globs, as_of=day)
    has_errors = show_errors_only(compilation, ctx)
    calls = list(calls_of(compilation, day))
    if output == "json":
        content = {
            "revision": snapshot.commit.id if snapshot.commit else None,
            "asOf": day.isoformat(),
            "catalogue": compilation.catalogue.about,
            "models": [call_json(each) for each in calls],
        }
        echo_report("ModelList", content)
    else:
        click.echo("\n".join(list_text(calls, output_width(), terminal_style())))
    return ExitCode.PROBLEMS if has_errors else ExitCode.OK
