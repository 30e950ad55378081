"""How the checking commands print what they found: for people, as JSON, and for CI systems."""

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import click

from gitconfig_tool.cli.loading import MAX_PER_CODE, show_problems
from gitconfig_tool.cli.settings import Settings

if TYPE_CHECKING:
    from gitconfig_tool.diagnostics import Diagnostic, Silenced
    from gitconfig_tool.source import Snapshot

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit")

findings_format_option = click.option(
    "--format",
    "output",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How to print the result on standard output; the last four are what CI systems read.",
)
max_per_code_option = click.option(
    "--max-per-code",
    type=click.IntRange(min=0),
    default=MAX_PER_CODE,
    show_default=True,
    metavar="N",
    help="As text, show at most N problems of each code; 0 shows all. Other formats hold all.",
)


class Checked(Protocol):
    """What was checked, and what was found."""

    @property
    def snapshot(self) -> "Snapshot":
        """What was read."""

    @property
    def diagnostics(self) -> "tuple[Diagnostic, ...]":
        """What was found."""

    @property
    def silenced(self) -> "tuple[Silenced, ...]":
        """What the project asked not to report."""

    @property
    def text(self) -> Callable[[str], str | None]:
        """Gives the text of a project file."""


def print_findings(
    result: Checked,
    output: str,
    *,
    what: str,
    paths: Sequence[str],
    max_per_code: int,
    settings: Settings,
    ctx: click.Context,
) -> None:
    """Print a result in any format but JSON, and a line that sums it up.

    `what` says what was checked: `2 bundles with 7 documents`. `paths` are the files of that.
    """
    from gitconfig_tool.report.diagnostics_text import summarize

    summary = f"{summarize(result.diagnostics, result.silenced)}: checked {what}"
    if output == "text":
        show_problems(result, err=False, max_per_code=max_per_code, ctx=ctx)
        if settings.verbosity >= 0 or result.diagnostics:
            click.echo(summary)
        return
    click.echo(_machine_report(result, output, paths), nl=False)
    if settings.verbosity >= 0:
        # A log that shows no text of ours would leave its reader without the outcome.
        click.echo(summary, err=True)


def _machine_report(result: Checked, output: str, paths: Sequence[str]) -> str:
    from gitconfig_tool.report.findings import Findings

    findings = Findings(
        result.diagnostics,
        result.silenced,
        result.text,
        result.snapshot.prefix,
        tuple(sorted(set(paths))),
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
