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
    return _merge(base, ours, theirs, path or str(ours))


def _merge(base: Path, ours: Path, theirs: Path, path: str) -> ExitCode:
    from gitconfig_tool.custody.merging import MergeConflictError, merge_files

    try:
        before = _read(ours)
        merged = merge_files(
            path, _read(base), before, _read(theirs), allowed=_allowed_recipients(path)
        )
        if merged != before:
            _write(ours, merged)
    except MergeConflictError as error:
        click.echo(f"gitconfig-tool: conflict: {shown(error.message)}", err=True)
        click.echo(f"  = hint: {shown(error.hint or '')}", err=True)
        return ExitCode.PROBLEMS
    except GitConfigError as error:
        show_error(error)
        return ExitCode.PROBLEMS
    return ExitCode.OK


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise GitConfigError(
            f"expected to read {file}, found: {error.strerror}",
            hint="Git hands over three files: %O %A %B",
        ) from error


def _write(file: Path, data: bytes) -> None:
    """Replace a file in one step: Git finds our side, or the merge.

    The name of the new file cannot be guessed, and no link is followed: the folder is a work tree,
    in which somebody else may have put one.
    """
    import os
    import secrets
    import stat

    beside = file.with_name(f".gitconfig-tool-{secrets.token_hex(8)}.tmp")
    try:
        try:
            mode = stat.S_IMODE(file.lstat().st_mode)
        except FileNotFoundError:
            mode = None  # a new file: the umask decides
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(handle, "wb") as new:
            new.write(data)
        if mode is not None:
            beside.chmod(mode)
        os.replace(beside, file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise GitConfigError(
            f"expected to write {file}, found: {error.strerror}",
            hint="make room there, then merge again",
        ) from error


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
    from gitconfig_tool.source import install_drivers

    wrote = write_attributes(attributes_folder(directory))
    settings = install_drivers(directory)
    if wrote:
        click.echo(f"wrote {wrote}: commit it, so that every clone asks for the driver")
    for name in settings:
        click.echo(f"set   {name} in this clone's configuration")
    if not wrote and not settings:
        click.echo("this clone is set up already")


def _take_out(directory: Path) -> None:
    from gitconfig_tool.source import uninstall_drivers

    wrote = remove_attributes(attributes_folder(directory))
    settings = uninstall_drivers(directory)
    if wrote:
        click.echo(f"took the lines for SOPS files out of {wrote}")
    for name in settings:
        click.echo(f"unset {name}")
    if not wrote and not settings:
        click.echo("nothing was set up here")


def attributes_folder(directory: Path) -> Path:
    """Return the folder whose `.gitattributes` is meant: the project's, else the work tree's."""
    from gitconfig_tool.source import open_project, work_tree_root

    try:
        return open_project(directory).root
    except GitConfigError:
        return work_tree_root(directory) or directory


def write_attributes(folder: Path) -> Path | None:
    """Add the lines for SOPS files to a folder's `.gitattributes`; None where they are there."""
    from gitconfig_tool.secrets.model import SOPS_ENDINGS
    from gitconfig_tool.source import ATTRIBUTES_FILE, attribute_lines, with_attributes

    file = folder / ATTRIBUTES_FILE
    before = _text(file)
    after = with_attributes(before, attribute_lines(SOPS_ENDINGS))
    if after == before:
        return None
    _write(file, after.encode())
    return file


def remove_attributes(folder: Path) -> Path | None:
    """Take the lines out again; a file that holds nothing else is removed."""
    from gitconfig_tool.secrets.model import SOPS_ENDINGS
    from gitconfig_tool.source import ATTRIBUTES_FILE, attribute_lines, without_attributes

    file = folder / ATTRIBUTES_FILE
    before = _text(file)
    after = without_attributes(before, attribute_lines(SOPS_ENDINGS))
    if after == before:
        return None
    if after.strip():
        _write(file, after.encode())
    else:
        file.unlink()
    return file


def _text(file: Path) -> str:
    if file.is_symlink():
        # gitattributes(5): Git does not follow it either.
        raise GitConfigError(
            f"expected {file} to be a file, found a link", hint="put the file itself there"
        )
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise GitConfigError(
            f"expected {file} to be text that can be read, found: {error}",
            hint="mend it, then run the same command again",
        ) from error
