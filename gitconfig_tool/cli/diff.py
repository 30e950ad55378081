"""`gitconfig-tool diff`: what a change does to every bundle, as compiled."""

import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.loading import bundle_option, keeping_all, open_snapshot, terminal_style
from gitconfig_tool.cli.output import output_width, report_text
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitconfig_tool.changes import Changes, Revision
    from gitconfig_tool.compiler.view import View
    from gitconfig_tool.document import Node
    from gitconfig_tool.source import ProjectRepository, Snapshot

FORMATS = ("text", "json", "json-patch", "markdown", "html")


@click.command("diff")
@click.argument("base", metavar="[BASE]", required=False)
@click.argument("head", metavar="[HEAD]", required=False)
@bundle_option
@click.option(
    "--merge-base",
    is_flag=True,
    help="Begin where BASE and the other side parted, as BASE...HEAD does.",
)
@click.option("--staged", is_flag=True, help="Compare what is staged, in place of the work tree.")
@click.option(
    "--format",
    "output",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How to print the comparison; markdown is made for a comment on a pull request.",
)
@click.option("--stat", is_flag=True, help="Count what differs: a line for each document.")
@click.option("--full", is_flag=True, help="Fold nothing, and name all bundles; -v does too.")
@click.option(
    "-o",
    "--output",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write to FILE, which is replaced in one step, and not to standard output.",
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 where anything differs.")
@click.pass_context
@keeping_all()
def command(
    ctx: click.Context,
    base: str | None,
    head: str | None,
    bundle_globs: tuple[str, ...],
    merge_base: bool,
    staged: bool,
    output: str,
    stat: bool,
    full: bool,
    file: Path | None,
    exit_code: bool,
) -> int:
    """Show what a change does to every bundle: values as compiled, not lines of YAML.

    Compares the work tree with HEAD; with BASE, with that commit, branch or tag; with HEAD too,
    two revisions. BASE...HEAD begins at the commit that both have in common, so that only what was
    done since is shown; BASE..HEAD means the two as they are. A change that many bundles share is
    shown once. Comments, formatting, the order of keys and moved files are no changes. Needs no
    key: secrets are never shown.

    \b
    Examples:
      gitconfig-tool diff
      gitconfig-tool diff --stat
      gitconfig-tool diff main --bundle 'production*' --full
      gitconfig-tool diff v1.0.0 v1.1.0 --format json
      gitconfig-tool diff origin/main...HEAD
      gitconfig-tool diff origin/main --format markdown -o comment.md
      gitconfig-tool diff origin/main --format html -o diff.html
    """
    from gitconfig_tool.changes import compare
    from gitconfig_tool.compiler.reach import References

    settings: Settings = ctx.obj
    base, head, merge_base = _split_range(base, head, merge_base)
    if staged and head is not None:
        raise click.UsageError("--staged and HEAD exclude each other")
    for given, option in ((stat, "--stat"), (full, "--full")):
        if given and output != "text":
            raise click.UsageError(f"{option} is for --format text, found --format {output}")
    if stat and full:
        raise click.UsageError("--stat and --full exclude each other")
    repository, new = open_snapshot(settings, head, staged=staged)
    old, start = _base(repository, base, new, merge_base=merge_base)
    roots: dict[str, Node | None] = {}
    views = _view(old, roots), _view(new, roots)
    _check_globs(views, bundle_globs)
    references = References(repository.cache_folder)
    changes = compare(*views, start, _revision(head, new), bundle_globs, references)
    name = next((each.project.name for each in reversed(views) if each and each.project), "")
    is_full = full or settings.verbosity > 0
    text = _rendered(ctx, changes, output, name, stat=stat, full=is_full, is_file=file is not None)
    if file is None:
        click.echo(text, color=ctx.color)
    else:
        from gitconfig_tool.cli.written import write_whole

        write_whole(file, f"{text}\n".encode())
    return ExitCode.PROBLEMS if exit_code and not changes.is_empty else ExitCode.OK


def _rendered(
    ctx: click.Context,
    changes: "Changes",
    output: str,
    name: str,
    *,
    stat: bool,
    full: bool,
    is_file: bool,
) -> str:
    if output == "json":
        from gitconfig_tool.report.changes_json import changes_json

        return report_text("Diff", changes_json(changes))
    if output == "json-patch":
        from gitconfig_tool.changes.patches import document_patches
        from gitconfig_tool.report.changes_json import patches_json

        return report_text("DiffPatches", patches_json(changes, document_patches(changes)))
    if output == "markdown":
        from gitconfig_tool.report.changes_markdown import changes_markdown

        return changes_markdown(changes, name)
    if output == "html":
        from gitconfig_tool.report.changes_html import changes_html

        return changes_html(changes)
    if stat:
        from gitconfig_tool.report.changes_stat import changes_stat

        # What no terminal reads is not cut.
        is_shown = not is_file and sys.stdout.isatty()
        return "\n".join(changes_stat(changes, output_width() if is_shown else 0))
    from gitconfig_tool.report.changes_text import changes_text
    from gitconfig_tool.report.changes_values import Page
    from gitconfig_tool.report.diagnostics_text import PLAIN

    if is_file:
        is_coloured = bool(ctx.color)
    else:
        is_coloured = sys.stdout.isatty() if ctx.color is None else ctx.color
    style = terminal_style() if is_coloured else PLAIN
    return "\n".join(changes_text(changes, Page(output_width(), style, is_coloured, full)))


def _check_globs(views: "Iterable[View | None]", globs: "Sequence[str]") -> None:
    """Refuse a glob that matches a bundle of neither side."""
    from gitconfig_tool.compiler.inputs import CompileError, bundle_hint

    names = list(dict.fromkeys(name for view in views if view for name in view.bundles))
    for glob in globs:
        if not any(fnmatchcase(name, glob) for name in names):
            raise CompileError(
                f"expected the name of a bundle or a glob that matches one, found {glob!r}",
                hint=bundle_hint(glob, names),
            )


def _split_range(
    base: str | None, head: str | None, merge_base: bool
) -> tuple[str | None, str | None, bool]:
    """Read `A...B` and `A..B` as gitrevisions(7) does: a side that is left out is HEAD."""
    if base is None or ".." not in base:
        return base, head, merge_base
    mark = "..." if "..." in base else ".."
    if head is not None:
        raise click.UsageError(f"expected one revision as BASE before HEAD, found '{base}'")
    first, _, second = base.partition(mark)
    if ".." in second:
        raise click.UsageError(f"expected BASE...HEAD with one '...', found '{base}'")
    return first or "HEAD", second or "HEAD", merge_base or mark == "..."


def _base(
    repository: "ProjectRepository", base: str | None, new: "Snapshot", *, merge_base: bool
) -> "tuple[Snapshot | None, Revision]":
    """Return what is compared with, and its name; None where there is nothing before."""
    from gitconfig_tool.changes import Revision
    from gitconfig_tool.source import NoFolderError

    name = base or "HEAD"
    if new.commit is None and base is None:
        return None, Revision("nothing", "commit", None)
    commit = repository.commit_id(name)
    if merge_base:
        common = _common(repository, name, commit, new)
        if common != commit:
            name = f"merge base with {name}"
        commit = common
    try:
        snapshot = repository.at_commit(commit)
    except NoFolderError:
        return None, Revision(name, "commit", commit)  # The project came later.
    return snapshot, _revision(name, snapshot)


def _common(repository: "ProjectRepository", name: str, commit: str, new: "Snapshot") -> str:
    from gitconfig_tool.source import SourceError
    from gitconfig_tool.source.between import common_ancestor, is_shallow

    found = common_ancestor(repository, commit, new.commit.id) if new.commit else None
    if found is None:
        cut = is_shallow(repository)
        raise SourceError(
            f"expected a commit that {name} and the other side have in common, found none",
            hint="the clone is shallow: git fetch --unshallow"
            if cut
            else "leave out --merge-base and '...' to compare the two as they are",
        )
    return found


def _view(snapshot: "Snapshot | None", roots: "dict[str, Node | None]") -> "View | None":
    from gitconfig_tool.compiler.view import View
    from gitconfig_tool.source import PROJECT_FILE

    if snapshot is None or PROJECT_FILE not in snapshot.files:
        return None
    return View(snapshot, roots)


def _revision(name: str | None, snapshot: "Snapshot") -> "Revision":
    from gitconfig_tool.changes import Revision

    shown = name or ("work tree" if snapshot.kind == "worktree" else snapshot.kind)
    return Revision(shown, snapshot.kind, snapshot.commit.id if snapshot.commit else None)
