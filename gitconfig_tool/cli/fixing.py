"""`validate --fix` and `--diff`: plan the repairs, write them, print what they are."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.settings import Settings

if TYPE_CHECKING:
    from gitconfig_tool.compiler import Compilation
    from gitconfig_tool.fix import Plan
    from gitconfig_tool.source import ProjectRepository


def check_usage(snapshot_kind: str, bundle_globs: Sequence[str]) -> None:
    """Refuse to repair anything but the whole work tree."""
    if snapshot_kind != "worktree":
        raise click.UsageError(
            f"--fix and --diff read the work tree, found the {snapshot_kind}: leave out --rev and "
            "--staged, and run them in a clone that has a work tree"
        )
    if bundle_globs:
        raise click.UsageError(
            "--fix and --diff look at all bundles, for an override may be redundant in one and "
            "needed in another: leave out --bundle"
        )


def fix_project(
    settings: Settings,
    repository: "ProjectRepository",
    compilation: "Compilation",
    *,
    write: bool,
    err: bool,
    ctx: click.Context,
) -> "Compilation":
    """Repair what is mechanical, and print the diff; return the compilation of what is on disk.

    With `err`, the diff goes to standard error: standard output holds a report.
    """
    from gitconfig_tool.fix import plan_fixes, read_on_disk, write_changes

    root = repository.root
    plan = plan_fixes(compilation, lambda path: read_on_disk(root, path))
    if write:
        write_changes(root, plan.changes)
    _show_diff(plan, err=err, ctx=ctx)
    for refusal in plan.refused:
        found = refusal.diagnostic
        click.echo(f"not repaired: {found.code} at {found.span}: {refusal.reason}", err=True)
    if settings.verbosity >= 0:
        click.echo(_summary(plan, write=write), err=True)
    return plan.compilation if write else compilation


def _show_diff(plan: "Plan", *, err: bool, ctx: click.Context) -> None:
    from gitconfig_tool.fix.diff import diff_lines

    colours = {"+": "green", "-": "red", "@": "cyan"}
    for change in plan.changes:
        for number, line in enumerate(diff_lines(change)):
            if number < 2:  # They name the file.
                shown = click.style(line, bold=True)
            elif line[:1] in colours:
                shown = click.style(line, fg=colours[line[:1]])
            else:
                shown = line
            click.echo(shown, err=err, color=ctx.color)


def _summary(plan: "Plan", *, write: bool) -> str:
    from gitconfig_tool.report.tables import count

    if not plan.changes:
        return "nothing to repair" if not plan.refused else "nothing was repaired"
    problems = count(len(plan.repaired), "problem")
    verb = "repaired" if write else "would repair"
    return f"{verb} {problems} in {count(len(plan.changes), 'file')}"
