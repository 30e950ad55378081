"""What the compiling commands share: choosing a snapshot, compiling it, showing its diagnostics."""

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, Protocol, TextIO

import click

from gitconfig_tool.cli.output import say
from gitconfig_tool.cli.settings import Settings

if TYPE_CHECKING:
    from datetime import date

    from gitconfig_tool.compiler import Compilation
    from gitconfig_tool.compiler.view import View
    from gitconfig_tool.diagnostics import Diagnostic
    from gitconfig_tool.document import Node
    from gitconfig_tool.report.diagnostics_text import Style
    from gitconfig_tool.source import ProjectRepository, Snapshot

# More of one kind seldom tells more; the summary counts them all.
MAX_PER_CODE = 20

rev_option = click.option(
    "--rev", metavar="REV", help="Read a commit, branch or tag instead of the work tree."
)


class Day(click.DateTime):
    """A day; click's own message shows the directives of strptime."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the day as click gives it."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"expected a day such as 2027-03-31, found '{value}'", param, ctx)


as_of_option = click.option(
    "--as-of",
    "as_of",
    metavar="DATE",
    type=Day(),
    help="Judge what depends on the day, such as retired models, at DATE.  [default: the commit's]",
)
bundle_option = click.option(
    "--bundle",
    "bundle_globs",
    metavar="GLOB",
    multiple=True,
    help="Only bundles whose name matches; may be repeated. '*' matches '/' too.",
)
affected_option = click.option(
    "--affected",
    is_flag=True,
    help="Only what the changes since HEAD may break: fast, for hooks.",
)


def open_snapshot(
    settings: Settings, rev: str | None, *, staged: bool = False
) -> "tuple[ProjectRepository, Snapshot]":
    """Open the project and read a commit, the index, or by default the work tree.

    A bare repository has no work tree: HEAD is read.
    """
    from gitconfig_tool.source import open_project

    if rev is not None and staged:
        raise click.UsageError("--rev and --staged exclude each other")
    repository = open_project(settings.directory, settings.project)
    if staged:
        return repository, repository.at_index()
    if rev is not None or repository.is_bare:
        return repository, repository.at_commit(rev or "HEAD")
    return repository, repository.at_worktree()


def compile_project(
    settings: Settings,
    snapshot: "Snapshot",
    bundle_globs: Sequence[str] = (),
    *,
    as_of: "date | None" = None,
    roots: "dict[str, Node | None] | None" = None,
) -> "Compilation":
    """Run the stages; say so on standard error when -v is given."""
    from gitconfig_tool.compiler import compile_snapshot

    kind = "work tree" if snapshot.kind == "worktree" else snapshot.kind
    say(settings, f"compiling the {kind} ({len(snapshot.files)} files)")
    with keeping_all():
        return compile_snapshot(snapshot, bundle_globs, as_of=as_of, roots=roots)


@contextmanager
def keeping_all() -> Iterator[None]:
    """Look for no garbage meanwhile: the millions of small values that are made all stay.

    To look for cycles among them takes a fifth of the time, and finds none.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Problems(Protocol):
    """What holds diagnostics, and gives the text that they point to."""

    @property
    def diagnostics(self) -> "tuple[Diagnostic, ...]":
        """What was found."""

    @property
    def text(self) -> Callable[[str], str | None]:
        """Gives the text of a project file."""


def show_problems(
    problems: Problems,
    *,
    err: bool,
    only_errors: bool = False,
    max_per_code: int = MAX_PER_CODE,
    ctx: click.Context,
) -> None:
    """Print diagnostics with their frames."""
    from gitconfig_tool.diagnostics import Severity, rule
    from gitconfig_tool.report.diagnostics_text import render_diagnostics
    from gitconfig_tool.report.findings import keep_hidden

    found = keep_hidden(problems.diagnostics)
    if only_errors:
        found = tuple(each for each in found if rule(each.code).severity is Severity.ERROR)
    if found:
        text = render_diagnostics(
            found, problems.text, terminal_style(err=err), max_per_code=max_per_code
        )
        click.echo(text, err=err, color=ctx.color)


def show_errors(view: "View", ctx: click.Context) -> bool:
    """Print the errors of what was looked at on standard error; tell whether there are any."""
    from gitconfig_tool.report.diagnostics_text import render_diagnostics
    from gitconfig_tool.report.findings import keep_hidden

    found = keep_hidden(view.errors())
    if found:
        text = render_diagnostics(
            found, view.text, terminal_style(err=True), max_per_code=MAX_PER_CODE
        )
        click.echo(text, err=True, color=ctx.color)
    return bool(found)


def text_of(snapshot: "Snapshot") -> Callable[[str], str | None]:
    """Return what gives the text of a project file, for showing a place in it."""
    from gitconfig_tool.compiler.files import ProjectFiles

    return ProjectFiles(snapshot).text


def terminal_style(*, err: bool = False) -> "Style":
    """Return the style for a terminal; click takes the colours away where they are not wanted."""
    from gitconfig_tool.report.diagnostics_text import Style

    stream = sys.stderr if err else sys.stdout
    return Style(
        error=_paint(fg="red", bold=True),
        warning=_paint(fg="yellow", bold=True),
        frame=_paint(fg="blue"),
        strong=_paint(bold=True),
        faint=_paint(dim=True),
        removed=_paint(fg="red"),
        added=_paint(fg="green"),
        columns=_columns(stream),
    )


def _columns(stream: TextIO) -> int | None:
    """Return the width of the terminal that a stream leads to; None when it leads elsewhere."""
    if not stream.isatty():
        return None
    # COLUMNS decides; without it, the terminal itself. Some say that they have no width.
    return get_terminal_size(fallback=os.get_terminal_size(stream.fileno())).columns or None


def _paint(**style: Any) -> Callable[[str], str]:
    return lambda text: click.style(text, **style)
