"""`gitconfig-tool diff`: what a change does to every bundle, as compiled."""

from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.loading import bundle_option, open_snapshot
from gitconfig_tool.cli.output import echo_report, output_width
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.changes import Revision
    from gitconfig_tool.compiler.view import View
    from gitconfig_tool.source import Snapshot

FORMATS = ("text", "json")


@click.command("diff")
@click.argument("base", metavar="[BASE]", required=False)
@click.argument("head", metavar="[HEAD]", required=False)
@bundle_option
@click.option("--staged", is_flag=True, help="Compare what is staged, in place of the work tree.")
@click.option(
    "--format",
    "output",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How to print the comparison on standard output.",
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 where anything differs.")
@click.pass_context
def command(
    ctx: click.Context,
    base: str | None,
    head: str | None,
    bundle_globs: tuple[str, ...],
    staged: bool,
    output: str,
    exit_code: bool,
) -> int:
    """Show what a change does to every bundle: values as compiled, not lines of YAML.

    Compares the work tree with HEAD; with BASE, with that commit, branch or tag; with HEAD too,
    two revisions. A change that many bundles share is shown once. Comments, formatting, the order
    of keys and moved files are no changes. Needs no key: secrets are never shown.

    \b
    Examples:
      gitconfig-tool diff
      gitconfig-tool diff main --bundle 'production*'
      gitconfig-tool diff v1.0.0 v1.1.0 --format json
    """
    from gitconfig_tool.changes import compare
    from gitconfig_tool.report.changes_json import changes_json
    from gitconfig_tool.report.changes_text import changes_text

    settings: Settings = ctx.obj
    if staged and head is not None:
        raise click.UsageError("--staged and HEAD exclude each other")
    _, new = open_snapshot(settings, head, staged=staged)
    _, old = open_snapshot(settings, base or "HEAD")
    changes = compare(_view(old), _view(new), _revision(base or "HEAD", old), _revision(head, new))
    if output == "json":
        echo_report("Diff", changes_json(changes))
    else:
        click.echo("\n".join(changes_text(changes, output_width())))
    return ExitCode.PROBLEMS if exit_code and not changes.is_empty else ExitCode.OK


def _view(snapshot: "Snapshot") -> "View | None":
    from gitconfig_tool.compiler.view import View
    from gitconfig_tool.source import PROJECT_FILE

    return View(snapshot) if PROJECT_FILE in snapshot.files else None


def _revision(name: str | None, snapshot: "Snapshot") -> "Revision":
    from gitconfig_tool.changes import Revision

    shown = name or ("work tree" if snapshot.kind == "worktree" else snapshot.kind)
    return Revision(shown, snapshot.kind, snapshot.commit.id if snapshot.commit else None)
