"""`gitconfig-tool prompts usage`: which bundles use which version, and what nobody uses."""

import click

from gitconfig_tool.cli.loading import (
    bundle_option,
    open_snapshot,
    rev_option,
    show_problems,
    terminal_style,
)
from gitconfig_tool.cli.output import echo_report, format_option, output_width
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode


@click.command("usage")
@click.argument("prompt", metavar="[ID[@RANGE]]", required=False)
@bundle_option
@rev_option
@format_option
@click.pass_context
def command(
    ctx: click.Context,
    prompt: str | None,
    bundle_globs: tuple[str, ...],
    rev: str | None,
    output: str,
) -> int:
    """Say which bundles use which version of a prompt, and through which document.

    Versions that nobody uses are listed too, and deprecated ones are marked. With a RANGE, only the
    versions within it, and which of them the range means today.

    \b
    Examples:
      gitconfig-tool prompts usage
      gitconfig-tool prompts usage support-assistant
      gitconfig-tool prompts usage 'support-assistant@^1' --bundle 'production/*'
    """
    from gitconfig_tool.compiler.prompt_library import find_version, open_library, versions_within
    from gitconfig_tool.report.prompt_usage import usage_json, usage_text

    settings: Settings = ctx.obj
    _, snapshot = open_snapshot(settings, rev)
    library = open_library(snapshot, bundle_globs)
    show_problems(library, err=True, only_errors=True, ctx=ctx)
    meant = None if prompt is None else find_version(library.prompts, prompt)
    versions = versions_within(library.prompts, prompt)
    wanted = "" if prompt is None else prompt.partition("@")[2]
    if output == "json":
        revision = snapshot.commit.id if snapshot.commit else None
        resolved = {"range": wanted, "version": meant.version} if meant and wanted else None
        content = {"revision": revision, "resolved": resolved}
        echo_report(
            "PromptUsage",
            {**content, "versions": [usage_json(library, each) for each in versions]},
        )
    else:
        lines = usage_text(library, versions, output_width(), terminal_style())
        if meant is not None and wanted:
            lines += ["", f"{meant.id}@{wanted} means {meant.version}"]
        click.echo("\n".join(lines))
    return ExitCode.PROBLEMS if library.has_errors else ExitCode.OK
