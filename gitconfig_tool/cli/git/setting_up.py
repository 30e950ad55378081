"""Setting up a clone for our drivers and undoing it: `.gitattributes` and Git's configuration."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from gitconfig_tool.cli.git.files import write_version
from gitconfig_tool.errors import GitConfigError


def set_up(directory: Path, lines: Sequence[str], settings: Mapping[str, str]) -> None:
    """Write lines of `.gitattributes` and settings of this clone, and tell what was written."""
    from gitconfig_tool.source import install_drivers, set_by_hand

    wrote = write_attributes(attributes_folder(directory), lines)
    new = install_drivers(directory, settings)
    if wrote:
        click.echo(f"wrote {wrote}: commit it, so that every clone asks for the driver")
    for name in new:
        click.echo(f"set   {name} in this clone's configuration")
    for name in set_by_hand(directory, settings):
        click.echo(f"kept  {name}: it was set by hand")
    if not wrote and not new:
        click.echo("this clone is set up already")


def take_out(
    directory: Path, lines: Sequence[str], settings: Mapping[str, str], *, dry_run: bool = False
) -> bool:
    """Take out what `set_up` writes, and tell what was taken out; return whether anything was."""
    from gitconfig_tool.source import uninstall_drivers

    wrote = remove_attributes(attributes_folder(directory), lines, dry_run=dry_run)
    taken = uninstall_drivers(directory, settings, dry_run=dry_run)
    would = "would take" if dry_run else "took"
    if wrote:
        click.echo(f"{would} the lines of gitconfig-tool out of {wrote}")
    for name in taken.removed:
        click.echo(f"{'would unset' if dry_run else 'unset'} {name}")
    for name in taken.kept:
        click.echo(f"kept  {name}: it was set by hand (git config --unset {name})")
    found = bool(wrote or taken.removed or taken.kept)
    if not found:
        click.echo("nothing was set up here")
    return found


def attributes_folder(directory: Path) -> Path:
    """Return the folder whose `.gitattributes` is meant: the project's, else the work tree's."""
    from gitconfig_tool.source import open_project, work_tree_root

    try:
        return open_project(directory).root
    except GitConfigError:
        return work_tree_root(directory) or directory


def write_attributes(folder: Path, lines: Sequence[str]) -> Path | None:
    """Add lines to a folder's `.gitattributes`; None where they are there."""
    from gitconfig_tool.source import ATTRIBUTES_FILE, with_attributes

    file = folder / ATTRIBUTES_FILE
    before = _text(file)
    after = with_attributes(before, lines)
    if after == before:
        return None
    write_version(file, after.encode())
    return file


def remove_attributes(folder: Path, lines: Sequence[str], *, dry_run: bool = False) -> Path | None:
    """Take the lines out again; a file that holds nothing else is removed."""
    from gitconfig_tool.source import ATTRIBUTES_FILE, without_attributes

    file = folder / ATTRIBUTES_FILE
    before = _text(file)
    after = without_attributes(before, lines)
    if after == before:
        return None
    if dry_run:
        return file
    if after.strip():
        write_version(file, after.encode())
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
