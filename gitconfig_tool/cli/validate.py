"""`gitconfig-tool validate`: every stage, all problems at once."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.fixing import check_usage, fix_project
from gitconfig_tool.cli.loading import (
    MAX_PER_CODE,
    bundle_option,
    compile_project,
    open_snapshot,
    rev_option,
    show_problems,
)
from gitconfig_tool.cli.output import echo_report
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.compiler import Compilation

_FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit")


@click.command("validate")
@rev_option
@click.option("--staged", is_flag=True, help="Read what is staged for the next commit.")
@bundle_option
@click.option(
    "--format",
    "output",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="How to print the result on standard output; the last four are what CI systems read.",
)
@click.option(
    "--max-per-code",
    type=click.IntRange(min=0),
    default=MAX_PER_CODE,
    show_default=True,
    metavar="N",
    help="As text, show at most N problems of each code; 0 shows all. Other formats hold all.",
)
@click.option("--fix", is_flag=True, help="Repair what is mechanical, and print the diff.")
@click.option("--diff", is_flag=True, help="Print what --fix would change; write nothing.")
@click.pass_context
def command(
    ctx: click.Context,
    rev: str | None,
    staged: bool,
    bundle_globs: Sequence[str],
    output: str,
    max_per_code: int,
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
      gitconfig-tool validate --format sarif > gitconfig.sarif
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
    if output == "text":
        show_problems(compilation, err=False, max_per_code=max_per_code, ctx=ctx)
        if settings.verbosity >= 0 or compilation.diagnostics:
            click.echo(_summary(compilation))
    elif output == "json":
        from gitconfig_tool.report.diagnostics_json import validation_report

        report = validation_report(
            compilation.diagnostics,
            tuple(compilation.bundles),
            snapshot.commit.id if snapshot.commit else None,
            snapshot.kind,
            compilation.silenced,
        )
        echo_report("ValidationReport", report)
    else:
        click.echo(_machine_report(compilation, output), nl=False)
        if settings.verbosity >= 0:
            # A log that shows no text of ours would leave its reader without the outcome.
            click.echo(_summary(compilation), err=True)
    return ExitCode.PROBLEMS if compilation.has_errors else ExitCode.OK


def _machine_report(compilation: "Compilation", output: str) -> str:
    from gitconfig_tool.report.findings import Findings

    findings = Findings(
        compilation.diagnostics,
        compilation.silenced,
        compilation.text,
        compilation.snapshot.prefix,
        _checked(compilation),
    )
    if output == "sarif":
        from gitconfig_tool.report.sarif import sarif

        return json.dumps(sarif(findings), indent=2, ensure_ascii=False) + "\n"
    if output == "gitlab":
        from gitconfig_tool.report.gitlab import code_quality

        return json.dumps(code_quality(findings), indent=2, ensure_ascii=False) + "\n"
    if output == "github":
        from gitconfig_tool.report.github import github_commands

        return github_commands(findings)
    from gitconfig_tool.report.junit import junit_xml

    return junit_xml(findings)


def _checked(compilation: "Compilation") -> tuple[str, ...]:
    """Return the files that bundles are made of, and the project file."""
    from gitconfig_tool.source import PROJECT_FILE

    paths = {PROJECT_FILE}
    for bundle in compilation.bundles.values():
        paths.update(file.path for file in bundle.sealed)
        paths.update(version.path for version in bundle.prompts)
        for document in bundle.documents.values():
            paths.update(document.files)
    return tuple(sorted(paths))


def _summary(compilation: "Compilation") -> str:
    from gitconfig_tool.report.diagnostics_text import summarize
    from gitconfig_tool.report.tables import count

    documents = sum(len(bundle.documents) for bundle in compilation.bundles.values())
    return (
        f"{summarize(compilation.diagnostics, compilation.silenced)}: checked "
        f"{count(len(compilation.bundles), 'bundle')} with {count(documents, 'document')}"
    )
