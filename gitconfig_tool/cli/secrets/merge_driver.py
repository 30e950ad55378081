"""`gitconfig-tool secrets merge-driver`: what Git calls to merge a SOPS file; and its set-up."""

from pathlib import Path

import click

from gitconfig_tool.cli.ending import show_error, shown
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.errors import ExitCode, GitConfigError

_FILE = click.Path(path_type=Path)


@click.command("merge-driver", short_help="Merge SOPS files by key, for git merge.")
@click.argument("base", metavar="[%O", type=_FILE, required=False)
@click.argument("ours", metavar="%A", type=_FILE, required=False)
@click.argument("theirs", metavar="%B", type=_FILE, required=False)
@click.argument("path", metavar="%P", required=False)
@click.argument("marker_size", metavar="%L]", required=False)
@click.option("--install", is_flag=True, help="Set up this clone: .gitattributes and git config.")
@click.option("--uninstall", is_flag=True, help="Take out what --install wrote.")
@click.pass_obj
def command(
    settings: Settings,
    base: Path | None,
    ours: Path | None,
    theirs: Path | None,
    path: str | None,
    marker_size: str | None,
    install: bool,
    uninstall: bool,
) -> ExitCode:
    """Merge two branches' changes to one SOPS file; Git calls this, once --install was run.

    Changes to different keys are merged: with a key, by sops, so that the MAC is right. Where both
    sides changed one key, or no key is at hand, the file stays as on our side, whole, and Git marks
    the conflict. Where one side alone changed the file, no key is needed. Nothing is written in the
    clear. Exit code 0: merged; 1: a conflict.

    \b
    Examples:
      gitconfig-tool secrets merge-driver --install      once in each clone
      git merge feature                                  calls it for SOPS files
      gitconfig-tool secrets merge-driver --uninstall
    """
    if install and uninstall:
        raise click.UsageError("--install and --uninstall exclude each other")
    if install or uninstall:
        if base is not None:
            raise click.UsageError("--install and --uninstall take no files")
        _set_up(settings.directory) if install else _take_out(settings.directory)
        return ExitCode.OK
    if base is None or ours is None or theirs is None:
        raise click.UsageError("expected three files (%O %A %B), or --install")
    return merge_sops(base, ours, theirs, path or str(ours))


def merge_sops(base: Path, ours: Path, theirs: Path, path: str) -> ExitCode:
    """Merge a SOPS file in the place of ours, as Git asks for it."""
    from gitconfig_tool.cli.git.files import read_version, write_version
    from gitconfig_tool.custody.merging import MergeConflictError, merge_files

    try:
        before = read_version(ours)
        merged = merge_files(
            path,
            read_version(base),
            before,
            read_version(theirs),
            allowed=_allowed_recipients(path),
        )
        if merged != before:
            write_version(ours, merged)
    except MergeConflictError as error:
        click.echo(f"gitconfig-tool: conflict: {shown(error.message)}", err=True)
        click.echo(f"  = hint: {shown(error.hint or '')}", err=True)
        return ExitCode.PROBLEMS
    except GitConfigError as error:
        show_error(error)
        return ExitCode.PROBLEMS
    return ExitCode.OK


def _allowed_recipients(path: str) -> frozenset[str]:
    """Return who the project of HEAD allows for a file; sops may contact no other address.

    The work tree may be in the middle of a merge, and is not asked. Git starts a driver at the top
    of it, and `path` is relative to that.
    """
    from gitconfig_tool.compiler.files import ProjectFiles
    from gitconfig_tool.compiler.inputs import read_project_file
    from gitconfig_tool.secrets.allowed import allowed_for
    from gitconfig_tool.source import open_project

    folder = Path(path).parent
    while not folder.is_dir():
        folder = folder.parent
    try:
        repository = open_project(folder)
        project, _ = read_project_file(ProjectFiles(repository.at_commit()))
    except GitConfigError:
        return frozenset()  # No project: recipients of this machine only.
    rules = project.secrets.allow if project is not None else ()
    return allowed_for(path.removeprefix(repository.prefix), rules)


def _set_up(directory: Path) -> None:
    from gitconfig_tool.cli.git.setting_up import set_up
    from gitconfig_tool.secrets.model import SOPS_ENDINGS
    from gitconfig_tool.source import SOPS_SETTINGS, sops_lines

    set_up(directory, sops_lines(SOPS_ENDINGS), SOPS_SETTINGS)


def _take_out(directory: Path) -> None:
    from gitconfig_tool.cli.git.setting_up import take_out
    from gitconfig_tool.secrets.model import SOPS_ENDINGS
    from gitconfig_tool.source import SOPS_SETTINGS, sops_lines

    take_out(directory, sops_lines(SOPS_ENDINGS), SOPS_SETTINGS)
