"""`gitconfig-tool validate`: every stage, all problems at once."""

from collections.abc import Sequence

import click

from gitconfig_tool.cli.fixing import check_usage, fix_project
from gitconfig_tool.cli.loading import (
    bundle_option,
    compile_project,
    open_snapshot,
    rev_option,
    show_problems,
)
from gitconfig_tool.cli.output import echo_report, format_option
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode


@click.command("validate")
@rev_option
@click.option("--staged", is_flag=True, help="Read what is staged for the next commit.")
@bundle_option
@format_option
@click.option("--fix", is_flag=True, help="Repair what is mechanical, and print the diff.")
@click.option("--diff", is_flag=True, help="Print what --fix would change; write nothing.")
@click.pass_context
def command(
    ctx: click.Context,
    rev: str | None,
    staged: bool,
    bundle_globs: Sequence[str],
    output: str,
    fix: bool,
    diff: bool,
) -> int:
    """Check the project: YAML, layers, references, schemas, policies, prompts and SOPS structure.

    Reads the work tree, needs no decryption key and no sops, and reports all problems at once.
    Exit code 0: no errors; 1: errors; 4: the project could not be read.

    \b
    Examples:
      gitconfig-tool validate
      gitconfig-tool validate --staged               as a pre-commit hook
      gitconfig-tool validate --rev main --bundle 'production*' --format json
      gitconfig-tool validate --fix                  repair what is mechanical; --diff only shows it
    """
    settings: Settings = ctx.obj
    repository, snapshot = open_snapshot(settings, rev, staged=staged)
    if fix or diff:
        check_usage(snapshot.kind, bundle_globs)
    compilation = compile_project(settings, snapshot, bundle_globs)
    if fix or diff:
        compilation = fix_project(
            settings, repository, compilation, write=not diff, err=output != "text", ctx=ctx
        )
    names = tuple(compilation.bundles)
    if output == "json":
        from gitconfig_tool.report.diagnostics_json import validation_report

        revision = snapshot.commit.id if snapshot.commit else None
        report = validation_report(compilation.diagnostics, names, revision, snapshot.kind)
        echo_report("ValidationReport", report)
    else:
        from gitconfig_tool.report.diagnostics_text import summarize

        show_problems(compilation, err=False, ctx=ctx)
        if settings.verbosity >= 0 or compilation.diagnostics:
            documents = sum(len(bundle.documents) for bundle in compilation.bundles.values())
            click.echo(
                f"{summarize(compilation.diagnostics)}: checked {_count(len(names), 'bundle')} "
                f"with {_count(documents, 'document')}"
            )
    return ExitCode.PROBLEMS if compilation.has_errors else ExitCode.OK


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
