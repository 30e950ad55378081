"""What every command prints with: progress on standard error, JSON reports on standard output.

docs/json.md describes the reports.
"""

import json
from collections.abc import Mapping
from typing import Any

import click

from gitconfig_tool.cli.settings import Settings

format_option = click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print the result on standard output.",
)


def say(settings: Settings, text: str, *, always: bool = False) -> None:
    """Print progress on standard error: with -v, or always unless -q is given."""
    if settings.verbosity > 0 or (always and settings.verbosity == 0):
        click.echo(text, err=True)


def output_width() -> int:
    """Return how many columns the output has: those of the terminal, else 80."""
    import shutil
    import sys

    from gitconfig_tool.report.tables import WIDTH

    return max(shutil.get_terminal_size((WIDTH, 24)).columns, 60) if sys.stdout.isatty() else WIDTH


def echo_report(kind: str, content: Mapping[str, Any]) -> None:
    """Print a report as JSON on standard output, with its keys in the order given."""
    click.echo(report_text(kind, content))


def report_text(kind: str, content: Mapping[str, Any]) -> str:
    """Return a report as JSON text."""
    report = {"apiVersion": "gitconfig-tool/v1", "kind": kind, **content}
    return json.dumps(report, indent=2, ensure_ascii=False)
