"""`gitconfig-tool fmt`: YAML files in one canonical form."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import click

from gitconfig_tool.cli.loading import MAX_PER_CODE, show_problems
from gitconfig_tool.cli.output import echo_report, format_option
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.diagnostics import Diagnostic
    from gitconfig_tool.fix import Change
    from gitconfig_tool.fix.formatting import Formatted, FormattedFiles
    from gitconfig_tool.source import ProjectRepository

# Of each file, `--check` shows so many lines of the diff; --diff shows all.
_FEW_LINES = 12


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """The problems of files that YAML cannot read, as `show_problems` takes them."""

    diagnostics: "tuple[Diagnostic, ...]"
    files: "FormattedFiles"

    def text(self, path: str) -> str | None:
        return self.files.text(path)


@click.command("fmt")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; print all that would change.")
@click.option(
    "--stdin",
    "stdin_name",
    metavar="NAME",
    help="Format standard input to standard output, as the file NAME of the project.",
)
@format_option
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    check: bool,
    diff: bool,
    stdin_name: str | None,
    output: str,
) -> int:
    """Bring YAML files into one form: layers, gitconfig.yaml, prompts.

    Keys get the order of the schema, lists and mappings one indentation, texts quotes only where
    they need them. Comments stay where they belong, and every value stays what it is: a file is
    written only after both were proved. Files of SOPS are never touched.

    Without PATH, all such files of the work tree are formatted; PATH is a file or a folder. Other
    files among PATH are passed over, so that `fmt` can be given any list of files.

    \b
    Examples:
      gitconfig-tool fmt
      gitconfig-tool fmt --check
      gitconfig-tool fmt base environments/production --diff
      gitconfig-tool fmt --stdin base/platform/audit.yaml < draft.yaml
    """
    from gitconfig_tool.fix.formatting import FormattedFiles
    from gitconfig_tool.source import open_project

    settings: Settings = ctx.obj
    repository = open_project(settings.directory, settings.project)
    if repository.is_bare:
        raise click.UsageError("fmt writes files of a work tree, found a bare repository")
    if stdin_name is not None and (paths or check or diff or output != "text"):
        raise click.UsageError("--stdin NAME stands alone: it takes no PATH and no other option")
    files = FormattedFiles(repository.at_worktree())
    if stdin_name is not None:
        return _format_stdin(files, _in_project(repository, Path(stdin_name)) or stdin_name, ctx)
    chosen = _chosen(files, repository, paths)
    found = [files.format(path) for path in chosen if not files.is_sealed(path)]
    changing = [each for each in found if each.changes]
    only_shown = check or diff
    if changing and not only_shown:
        changing, found = _write(repository, changing, found)
    failed = any(each.problems for each in found) or (only_shown and bool(changing))
    if output == "json":
        _print_json(found, only_shown=only_shown)
    else:
        limit = None if diff else _FEW_LINES
        for each in changing:
            click.echo(f"{'would reformat' if only_shown else 'reformatted'} {each.path}")
            if only_shown:
                _print_diff(each, limit, ctx)
        _print_left_alone(files, found, ctx)
        if settings.verbosity >= 0:
            click.echo(_summary(found, only_shown=only_shown), err=True)
    return int(ExitCode.PROBLEMS if failed else ExitCode.OK)


def _format_stdin(files: "FormattedFiles", path: str, ctx: click.Context) -> int:
    """Print standard input formatted; as it is, where it cannot be."""
    from gitconfig_tool.fix.formatting import format_file

    data = sys.stdin.buffer.read()
    found = format_file(path, data, files.order(path))
    click.echo(data if found.after is None else found.after, nl=False)
    if found.problems:
        unread = _Unreadable(found.problems, files)
        show_problems(unread, err=True, max_per_code=MAX_PER_CODE, ctx=ctx)
    elif found.after is None:
        click.echo(f"left alone: {path}: {found.reason}", err=True)
    return int(ExitCode.PROBLEMS if found.problems else ExitCode.OK)


def _chosen(
    files: "FormattedFiles", repository: "ProjectRepository", paths: Sequence[Path]
) -> list[str]:
    """Return the files to format: all, or those that PATH names or holds."""
    if not paths:
        return list(files.paths)
    wanted = set()
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise click.UsageError(
                f"expected a file or a folder, found nothing at '{path}': paths are relative to "
                "where you are"
            )
        wanted.add(_in_project(repository, path))
    # "" is the project itself.
    everything = "" in wanted
    return [
        path
        for path in files.paths
        if everything
        or path in wanted
        or any(str(e) in wanted for e in PurePosixPath(path).parents)
    ]


def _in_project(repository: "ProjectRepository", path: Path) -> str | None:
    """Return a path as seen from the project's folder; None for one outside, "" for the folder.

    The last part is not followed where it is a link.
    """
    root = repository.root.resolve()
    if path.resolve() == root:
        return ""
    try:
        found = (path.parent.resolve() / path.name).relative_to(root).as_posix()
    except ValueError:
        # The project may lie below the folder that is named.
        return "" if root.is_relative_to(path.resolve()) else None
    return found


def _write(
    repository: "ProjectRepository", changing: "list[Formatted]", found: "list[Formatted]"
) -> "tuple[list[Formatted], list[Formatted]]":
    """Write the files; return those that were written, and all with those that could not be."""
    from dataclasses import replace

    from gitconfig_tool.fix import read_on_disk, write_changes

    changes, written, refused = [], [], {}
    for each in changing:
        change = _change(each, read_on_disk(repository.root, each.path))
        if change is None:
            reason = "the file on disk is not what Git would store: a link, or a filter rewrites it"
            refused[each.path] = replace(each, after=None, reason=reason)
        else:
            changes.append(change)
            written.append(each)
    write_changes(repository.root, changes)
    return written, [refused.get(each.path, each) for each in found]


def _change(formatted: "Formatted", disk: bytes | None) -> "Change | None":
    """Return what to write; where Git checks out CRLF for LF, that stays."""
    from gitconfig_tool.fix import Change

    after = formatted.after
    if disk is None or after is None:
        return None
    if disk == formatted.before:
        return Change(formatted.path, disk, after)
    if disk == formatted.before.replace(b"\n", b"\r\n"):
        return Change(formatted.path, disk, after.replace(b"\n", b"\r\n"))
    return None


def _print_diff(formatted: "Formatted", limit: int | None, ctx: click.Context) -> None:
    """Print what would change in a file, or the first lines of it."""
    from gitconfig_tool.fix import Change
    from gitconfig_tool.fix.diff import diff_lines

    if formatted.may_show_secret:
        click.echo("  (not shown: a line of the file may hold a secret in the clear)")
        return
    change = Change(formatted.path, formatted.before, formatted.after or b"")
    lines = list(diff_lines(change))
    colours = {"+": "green", "-": "red", "@": "cyan"}
    # The first two lines name the file.
    for line in lines if limit is None else lines[2 : limit + 2]:
        click.echo(click.style(line, fg=colours.get(line[:1])), color=ctx.color)
    more = len(lines) - 2 - limit if limit is not None else 0
    if more > 0:
        click.echo(f"  ({more} more lines: gitconfig-tool fmt --diff {formatted.path})")


def _print_left_alone(
    files: "FormattedFiles", found: "Sequence[Formatted]", ctx: click.Context
) -> None:
    problems = tuple(problem for each in found for problem in each.problems)
    if problems:
        unread = _Unreadable(problems, files)
        show_problems(unread, err=True, max_per_code=MAX_PER_CODE, ctx=ctx)
    for each in found:
        if each.reason:
            click.echo(f"left alone: {each.path}: {each.reason}", err=True)


def _summary(found: "Sequence[Formatted]", *, only_shown: bool) -> str:
    from gitconfig_tool.report.tables import count

    if not found:
        return "nothing to format: no layer file, prompt or project file is among these"
    changed = sum(each.changes for each in found)
    unread = sum(bool(each.problems) for each in found)
    alone = sum(bool(each.reason) for each in found)
    parts = []
    if changed:
        parts.append(f"{count(changed, 'file')} {'would change' if only_shown else 'reformatted'}")
    if unread:
        parts.append(f"{count(unread, 'file')} with errors")
    if alone:
        parts.append(f"{count(alone, 'file')} left alone")
    same = len(found) - changed - unread - alone
    if same:
        parts.append(f"{count(same, 'file')} already in form")
    return ", ".join(parts)


def _print_json(found: "Sequence[Formatted]", *, only_shown: bool) -> None:
    echo_report(
        "Formatting",
        {
            "written": not only_shown,
            "files": [
                {
                    "path": each.path,
                    "status": _status(each),
                    "reason": each.reason or None,
                    "problems": [
                        {
                            "code": problem.code,
                            "message": problem.message,
                            "line": problem.span.line if problem.span else None,
                        }
                        for problem in each.problems
                    ],
                }
                for each in found
            ],
        },
    )


def _status(formatted: "Formatted") -> str:
    if formatted.problems:
        return "unreadable"
    if formatted.reason:
        return "left-alone"
    return "changed" if formatted.changes else "unchanged"
