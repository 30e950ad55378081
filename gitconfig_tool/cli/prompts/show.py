"""`gitconfig-tool prompts show`: everything that is known of one prompt version."""

import click

from gitconfig_tool.cli.loading import open_snapshot, rev_option, show_problems, terminal_style
from gitconfig_tool.cli.output import echo_report, format_option, output_width
from gitconfig_tool.cli.progress import counting
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode


@click.command("show")
@click.argument("prompt", metavar="ID[@RANGE]")
@rev_option
@format_option
@click.pass_context
def command(ctx: click.Context, prompt: str, rev: str | None, output: str) -> int:
    """Show one version of a prompt: fields, variables, messages, history, and its tokens.

    Without RANGE, the newest release. Author and dates come from Git: the commit that added the
    file, and the one that changed it last. Tokens are told for each model that gets the prompt;
    ~ marks what is estimated.

    \b
    Examples:
      gitconfig-tool prompts show support-assistant
      gitconfig-tool prompts show 'support-assistant@^1.0' --format json
    """
    from gitconfig_tool.compiler.prompt_dates import date_files
    from gitconfig_tool.compiler.prompt_library import find_version, open_library, parent_of
    from gitconfig_tool.compiler.prompt_stats import figures_of
    from gitconfig_tool.report.prompt_page import Page, page_json, page_text

    settings: Settings = ctx.obj
    repository, snapshot = open_snapshot(settings, rev)
    library = open_library(snapshot)
    show_problems(library, err=True, only_errors=True, ctx=ctx)
    version = find_version(library.prompts, prompt)
    with counting(settings, "commits read") as on_commit:
        dates = date_files(repository, snapshot, [version.path], on_commit)[version.path]
    page = Page(
        version,
        parent_of(library.prompts, version),
        dates,
        library.uses_of(version),
        figures_of(library, version),
    )
    if output == "json":
        revision = snapshot.commit.id if snapshot.commit else None
        echo_report("Prompt", {"revision": revision, **page_json(page)})
    else:
        click.echo("\n".join(page_text(page, output_width(), terminal_style())))
    return ExitCode.PROBLEMS if library.has_errors else ExitCode.OK
