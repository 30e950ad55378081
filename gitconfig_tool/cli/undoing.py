"""`gitconfig-tool init --remove`: take away what `init` set up around a project.

The hook, the CI files, the lines of `.gitattributes` and the settings of the clone go, each only as
`init` wrote it. The project itself, gitconfig.yaml and its layers, is the user's and stays.
"""

import re
from pathlib import Path

import click

from gitconfig_tool.cli.git.setting_up import take_out
from gitconfig_tool.errors import GitConfigError

# Text that stands for what differs from project to project, and in no file by chance.
_ANY = "GITCONFIG-TOOL-ANY"


def remove_set_up(directory: Path, files: tuple[str, ...], *, dry_run: bool) -> None:
    """Undo what `init` set up around the project in a folder; `files` are those it may have."""
    from gitconfig_tool.secrets.model import SOPS_ENDINGS
    from gitconfig_tool.source import ALL_SETTINGS, attribute_lines, open_project

    root = open_project(directory).root
    for name in files:
        _remove(root, name, dry_run=dry_run)
    take_out(root, attribute_lines(SOPS_ENDINGS), ALL_SETTINGS, dry_run=dry_run)
    click.echo("kept  the project itself: gitconfig.yaml, its layers and prompts, .gitignore")
    for hook in _hooks(directory):
        click.echo(f"note: {hook} is pre-commit's own and would find no configuration: run")
        click.echo("      pre-commit uninstall")


def _remove(root: Path, name: str, *, dry_run: bool) -> None:
    file = root / name
    if not file.is_file() and not file.is_symlink():
        return
    if file.is_symlink() or not _is_as_written(name, file):
        click.echo(f"kept  {name}: it is not as init writes it")
        return
    click.echo(f"{'would remove' if dry_run else 'removed'} {name}")
    if dry_run:
        return
    try:
        file.unlink()
        for folder in file.parents:
            if folder == root or any(folder.iterdir()):
                break
            folder.rmdir()
    except OSError as error:
        raise GitConfigError(
            f"expected to remove {file}, found: {error.strerror}",
            hint="check that the folder is yours to write, then run the same command again",
        ) from error


def _is_as_written(name: str, file: Path) -> bool:
    """Tell whether a file is as `init` writes it, whatever the project's name and our version."""
    from gitconfig_tool.cli.starter import STARTER

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    written = re.escape(STARTER[name].format(name=_ANY, version=_ANY))
    return re.fullmatch(written.replace(re.escape(_ANY), r"[A-Za-z0-9.+-]+"), text) is not None


def _hooks(directory: Path) -> list[Path]:
    """Return the hooks of the clone that pre-commit installed, where its file is gone."""
    from gitconfig_tool.source import hooks_folder, work_tree_root

    root = work_tree_root(directory)
    folder = hooks_folder(directory)
    if root is None or folder is None or (root / ".pre-commit-config.yaml").exists():
        return []
    found = []
    for name in ("pre-commit", "pre-push", "commit-msg"):
        hook = folder / name
        if hook.is_file() and b"pre-commit" in hook.read_bytes():
            found.append(hook)
    return found
