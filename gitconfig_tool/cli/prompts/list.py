"""`gitconfig-tool prompts list`: which prompts there are, and how many bundles use them."""

import click

from gitconfig_tool.cli.loading import open_snapshot, rev_option, show_problems, terminal_style
from gitconfig_tool.cli.output import echo_report, format_option, output_width
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode


@click.command("list")
@click.argument("glob", metavar="[GLOB]", required=False)
@rev_option
@format_option
@click.pass_context
def command(ctx: click.Context, glob: str | None, rev: str | None, output: str) -> int:
    """List the prompts: newest version, how many versions, how many bundles use them.

    GLOB is compared with the ids.

    \b
    Examples:
      gitconfig-tool prompts list
      gitconfig-tool prompts list 'support-*' --rev v1.4.0
    """
    from gitconfig_tool.compiler.prompt_library import find_prompts, open_library
    from gitconfig_tool.report.prompt_tables import list_text, listed_json

    settings: Settings = ctx.obj
    _, snapshot = open_snapshot(settings, rev)
    library = open_library(snapshot)
    show_problems(library, err=True, only_errors=True, ctx=ctx)
    ids = library.prompts.ids() if glob is None else find_prompts(library.prompts, glob)
    if output == "json":
        revision = snapshot.commit.id if snapshot.commit else None
        prompts = [listed_json(library, each) for each in ids]
        echo_report("PromptList", {"revision": revision, "prompts": prompts})
    else:
        click.echo("\n".join(list_text(library, ids, output_width(), terminal_style())))
    return ExitCode.PROBLEMS if library.has_errors else ExitCode.OK
