"""`gitconfig-tool init`: a new project, or a copy of the example one."""

import os
import re
import shutil
import tempfile
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import click

from gitconfig_tool import __version__
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.cli.starter_ci import CI_FILES
from gitconfig_tool.errors import GitConfigError

# The time of the example's commit. Retirements of models are counted to the commit's date: with one
# date the example shows everyone the same, in whichever year it is unpacked.
EXAMPLE_MADE = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROOT_FILES = (".pre-commit-config.yaml", *CI_FILES)


class InitError(GitConfigError):
    """The folder cannot become a project."""


@click.command("init")
@click.argument(
    "directory", metavar="[DIR]", type=click.Path(path_type=Path), required=False, default=None
)
@click.option("--example", is_flag=True, help="Copy the example project into DIR and commit it.")
@click.option("--remove", is_flag=True, help="Undo the set-up around the project in DIR.")
@click.option("--dry-run", is_flag=True, help="With --remove: say what would be taken away.")
@click.pass_obj
def command(
    settings: Settings, directory: Path | None, example: bool, remove: bool, dry_run: bool
) -> None:
    """Start a project in DIR (by default here), with a pre-commit hook and CI files.

    Git is set up to merge and show YAML and SOPS files by value in this clone (git install).
    Existing files are never overwritten. A Git repository is made where there is none. Below the
    root of one, the hook and the CI files are left out: they would not be read there.

    --remove takes away what init set up around a project, as far as it is as init wrote it: the
    hook, the CI files, the lines of .gitattributes, the settings of this clone. Files that were
    edited are kept and named; the project itself stays.

    \b
    Examples:
      gitconfig-tool init
      gitconfig-tool init --example acme-llm
      gitconfig-tool init --remove --dry-run
    """
    target = directory or settings.directory
    if dry_run and not remove:
        raise click.UsageError("--dry-run goes with --remove")
    if remove:
        from gitconfig_tool.cli.undoing import remove_set_up

        if example:
            raise click.UsageError("--remove and --example exclude each other")
        remove_set_up(target, ROOT_FILES, dry_run=dry_run)
        return
    if example:
        copy_example(target)
        click.echo(f"the example project is in {target}, committed; its README.md shows you around")
        click.echo(f"try: gitconfig-tool -C {target} validate")
        return
    written, kept, root = _start(target)
    for name in written:
        click.echo(f"wrote {name}")
    for name in kept:
        click.echo(f"kept  {name} (it was there already)")
    click.echo(
        "set   how Git merges and shows YAML and SOPS files, in this clone; in every other one run:"
    )
    click.echo("      gitconfig-tool git install")
    at = "" if target.resolve() == Path.cwd() else f" -C {target}"
    if root is None:
        click.echo(f"next: gitconfig-tool{at} validate, then commit, then pre-commit install")
        if find_spec("pybetterleaks") is None:
            # Otherwise the first commit would be refused for want of it.
            click.echo("note: the hook gitconfig-secrets needs the scanner for credentials:")
            click.echo("      pip install 'gitconfig-tool[scan]'")
        return
    # Git hosts and pre-commit read these in the root only.
    inner = target.resolve().relative_to(root).as_posix()
    click.echo(f"left out {', '.join(ROOT_FILES)}: they belong in {root};")
    click.echo(f"  there the hook runs gitconfig-tool -C {inner} validate,")
    click.echo(f"  and CI gitconfig-tool -C {inner} ci")
    click.echo(f"next: gitconfig-tool{at} validate, then commit")


def copy_example(target: Path) -> None:
    """Copy the example project into a folder that is new or empty, as a repository of its own.

    Either all of it is there afterwards, or nothing.
    """
    from gitconfig_tool.builtin import builtin_folder
    from gitconfig_tool.source import commit_all, init_repository, install_drivers

    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        found = "files in it" if target.is_dir() else "a file"
        raise InitError(
            f"expected {target} to be new or an empty folder, found {found}",
            hint="name another folder",
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".gitconfig-tool-init-", dir=target.parent))
    except OSError as error:
        raise _failed(target, error) from error
    try:
        ignore = shutil.ignore_patterns("__pycache__", ".git")
        shutil.copytree(builtin_folder("example-repo"), staging, dirs_exist_ok=True, ignore=ignore)
        staging.chmod(0o755)
        # In the staging folder: a repository around the target must not swallow the example.
        init_repository(staging, nested=True)
        install_drivers(staging)
        commit_all(staging, "Start from the example project of gitconfig-tool", at=EXAMPLE_MADE)
        os.rename(staging, target)
    except OSError as error:
        raise _failed(target, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _start(target: Path) -> tuple[list[str], list[str], Path | None]:
    """Return what was written, what was kept, and the repository's root if it is a folder above."""
    from gitconfig_tool.cli.git.setting_up import write_attributes
    from gitconfig_tool.cli.starter import STARTER
    from gitconfig_tool.secrets.model import SOPS_ENDINGS
    from gitconfig_tool.source import (
        ATTRIBUTES_FILE,
        PROJECT_FILE,
        attribute_lines,
        init_repository,
        install_drivers,
        work_tree_root,
    )

    if target.exists() and not target.is_dir():
        raise InitError(
            f"expected {target} to be new or a folder, found a file", hint="name another folder"
        )
    if (target / PROJECT_FILE).exists():
        raise InitError(
            f"expected a folder without {PROJECT_FILE}, found one in {target}",
            hint="this is a project already: gitconfig-tool validate",
        )
    name = re.sub(r"[^a-z0-9-]+", "-", target.resolve().name.lower()).strip("-") or "my-project"
    written: list[str] = []
    kept: list[str] = []
    try:
        target.mkdir(parents=True, exist_ok=True)
        root = work_tree_root(target)
        if root == target.resolve():
            root = None
        for path, text in STARTER.items():
            if root is not None and path in ROOT_FILES:
                continue
            file = target / path
            if file.exists() or file.is_symlink():
                kept.append(path)
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            written.append(path)
            file.write_text(text.format(name=name, version=__version__), encoding="utf-8")
        init_repository(target)
        install_drivers(target)
        # Lines are added to a file that is there: without them no driver is asked.
        if write_attributes(target, attribute_lines(SOPS_ENDINGS)):
            written.append(ATTRIBUTES_FILE)
    except BaseException as error:
        for path in written:
            (target / path).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _failed(target, error) from error
        raise
    return written, kept, root


def _failed(target: Path, error: OSError) -> InitError:
    found = error.strerror
    if isinstance(error, shutil.Error):  # Of copytree: a list of (from, to, reason), no strerror.
        found = error.args[0][0][2]
    return InitError(
        f"expected to write into {target}, found: {found}",
        hint="check that the folder is yours to write and that the disk has room",
    )
