"""`gitconfig-tool prompts check`: the test data of prompts, case by case."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.loading import (
    MAX_PER_CODE,
    affected_option,
    compile_project,
    open_snapshot,
    rev_option,
    show_problems,
    text_of,
)
from gitconfig_tool.cli.output import echo_report, output_width
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.diagnostics import Diagnostic


@click.command("check")
@click.argument("names", metavar="[ID[@RANGE]]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Check every version, used by a bundle or not.")
@rev_option
@click.option("--staged", is_flag=True, help="Read what is staged for the next commit.")
@affected_option
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json", "junit"]),
    default="text",
    show_default=True,
    help="How to print the result on standard output; junit is what CI systems read.",
)
@click.pass_context
def command(
    ctx: click.Context,
    names: Sequence[str],
    every: bool,
    rev: str | None,
    staged: bool,
    affected: bool,
    output: str,
) -> int:
    """Render the test data of prompts, and hold it against what each case expects.

    Without an ID, the versions that bundles use are checked; with one, all its versions, or those
    within RANGE. Each case is rendered with the prompt itself and with each of its variants. Calls
    no model and needs no key. validate finds the same problems; this says which cases pass, and
    which versions have no test data.
    With --affected, those that changed since HEAD are checked, used or not, with those that include
    a partial or a text that changed; and whether what was released stays as it is, and whether a
    new number says what changed.
    Exit code 0: all cases pass; 1: a case fails, or a prompt file has an error; 4: the project
    could not be read.

    \b
    Examples:
      gitconfig-tool prompts check
      gitconfig-tool prompts check support-assistant
      gitconfig-tool prompts check 'support-assistant@^1.2' document-search@2.0.0
      gitconfig-tool prompts check --staged --affected    as a pre-commit hook
      gitconfig-tool prompts check --all --format junit > prompts.xml
    """
    from gitconfig_tool.compiler.prompt_check import check_changed_prompts, check_prompts

    settings: Settings = ctx.obj
    if affected and (names or every or rev is not None):
        raise click.UsageError(
            "--affected excludes ID, --all and --rev: it asks what the work tree, or with --staged "
            "the index, changed since HEAD"
        )
    _, snapshot = open_snapshot(settings, rev, staged=staged)
    if affected:
        result = check_changed_prompts(snapshot)
    else:
        result = check_prompts(compile_project(settings, snapshot), names, every=every)
    if output == "json":
        from gitconfig_tool.report.prompt_tests import prompt_check_report

        echo_report("PromptCheckReport", prompt_check_report(result, snapshot))
    elif output == "junit":
        from gitconfig_tool.report.prompt_tests import prompt_check_junit

        click.echo(prompt_check_junit(result, snapshot.prefix), nl=False)
    else:
        from gitconfig_tool.report.prompt_tests import check_text

        found = _Found(result.diagnostics, text_of(snapshot))
        show_problems(found, err=False, max_per_code=MAX_PER_CODE, ctx=ctx)
        click.echo("\n".join(check_text(result, output_width())))
    return ExitCode.PROBLEMS if result.has_failed else ExitCode.OK


@dataclass(frozen=True, slots=True)
class _Found:
    """Diagnostics with the text that they point to, as they are shown."""

    diagnostics: "tuple[Diagnostic, ...]"
    text: Callable[[str], str | None]
