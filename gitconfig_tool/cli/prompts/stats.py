"""`gitconfig-tool prompts stats`: how many prompts there are, how long, how old, how tested."""

from datetime import UTC, datetime

import click

from gitconfig_tool.cli.loading import (
    as_of_option,
    open_snapshot,
    rev_option,
    show_problems,
    terminal_style,
)
from gitconfig_tool.cli.output import echo_report, format_option, output_width
from gitconfig_tool.cli.progress import counting
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode


@click.command("stats")
@click.argument("glob", metavar="[GLOB]", required=False)
@rev_option
@as_of_option
@format_option
@click.pass_context
def command(
    ctx: click.Context, glob: str | None, rev: str | None, as_of: datetime | None, output: str
) -> int:
    """Count prompts and versions, and measure the newest version of each.

    Characters are those of the templates; "rendered" is the mean and the longest text over the test
    data. Tokens are those of the first model that gets the prompt, or an estimate for any model; ~
    marks what is estimated. The age is that of the newest version's file.

    \b
    Examples:
      gitconfig-tool prompts stats
      gitconfig-tool prompts stats 'support-*' --format json
    """
    from gitconfig_tool.compiler.prompt_dates import date_files
    from gitconfig_tool.compiler.prompt_library import find_prompts, open_library
    from gitconfig_tool.compiler.prompt_stats import measure
    from gitconfig_tool.report.prompt_stats import stats_json, stats_text

    settings: Settings = ctx.obj
    repository, snapshot = open_snapshot(settings, rev)
    library = open_library(snapshot)
    show_problems(library, err=True, only_errors=True, ctx=ctx)
    ids = library.prompts.ids() if glob is None else find_prompts(library.prompts, glob)
    paths = [library.newest(each).path for each in ids]
    with counting(settings, "commits read") as on_commit:
        dates = date_files(repository, snapshot, paths, on_commit)
    seconds = snapshot.taken if as_of is None else as_of.replace(tzinfo=UTC).timestamp()
    stats = measure(library, ids, dates, int(seconds))
    if output == "json":
        revision = snapshot.commit.id if snapshot.commit else None
        echo_report("PromptStats", {"revision": revision, **stats_json(stats)})
    else:
        click.echo("\n".join(stats_text(stats, output_width(), terminal_style())))
    return ExitCode.PROBLEMS if library.has_errors else ExitCode.OK
