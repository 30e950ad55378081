"""What a clone needs so that Git merges and shows the project's files with this tool.

Writes the repository's own configuration, and lines of a `.gitattributes`. Only what is named here
is written; what somebody wrote in another way is left, and told. Other lines and settings stay as
they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pygit2

from gitconfig_tool.source.opening import open_repository
from gitconfig_tool.source.snapshot import SourceError

ATTRIBUTES_FILE = ".gitattributes"
SOPS_DRIVER = "gitconfig-sops"
YAML_DRIVER = "gitconfig-yaml"
# gitattributes(5), "Defining a custom merge driver", "Performing text diffs of binary files" and
# "Defining a custom hunk-header".
SOPS_SETTINGS: Mapping[str, str] = {
    f"merge.{SOPS_DRIVER}.name": "merge SOPS files by key (gitconfig-tool)",
    f"merge.{SOPS_DRIVER}.driver": "gitconfig-tool secrets merge-driver -- %O %A %B %P",
    # Two common ancestors are merged with one another first: neither is worth a key.
    f"merge.{SOPS_DRIVER}.recursive": "binary",
    f"diff.{SOPS_DRIVER}.textconv": "gitconfig-tool secrets textconv --",
}
YAML_SETTINGS: Mapping[str, str] = {
    f"merge.{YAML_DRIVER}.name": "merge YAML by value (gitconfig-tool)",
    # Git before 2.44 does not know %S, %X and %Y, and hands them over as they stand.
    f"merge.{YAML_DRIVER}.driver": "gitconfig-tool git merge-driver -- %O %A %B %P %L %S %X %Y",
    f"diff.{YAML_DRIVER}.textconv": "gitconfig-tool git textconv --",
    # The lines of a long text are indented: a hunk then says whose text it is.
    f"diff.{YAML_DRIVER}.xfuncname": "^[^ ].*",
}
ALL_SETTINGS: Mapping[str, str] = {**SOPS_SETTINGS, **YAML_SETTINGS}
_SOPS_COMMENT = (
    "# SOPS files: gitconfig-tool secrets merge-driver --install sets these up in a clone."
)
_YAML_COMMENT = "# Layers and prompts: gitconfig-tool git install sets these up in a clone."
_YAML_ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken out of a clone's configuration, and what was kept: it is written otherwise."""

    removed: tuple[str, ...]
    kept: tuple[str, ...]


def attribute_lines(endings: tuple[str, ...]) -> tuple[str, ...]:
    """Return all lines of a `.gitattributes`; SOPS files have these endings.

    The order matters: of two lines that match a file, the later one holds.
    """
    yaml = (f"*{ending} {_by(YAML_DRIVER)}" for ending in _YAML_ENDINGS)
    # The rules of sops are no SOPS file, whatever their name looks like.
    return (_YAML_COMMENT, *yaml, *sops_lines(endings), f".sops.yaml {_by(YAML_DRIVER)}")


def sops_lines(endings: tuple[str, ...]) -> tuple[str, ...]:
    """Return the lines of a `.gitattributes` for SOPS files alone."""
    return (_SOPS_COMMENT, *(f"*{ending} {_by(SOPS_DRIVER)}" for ending in endings))


def install_drivers(directory: Path, settings: Mapping[str, str] = ALL_SETTINGS) -> tuple[str, ...]:
    """Set drivers up in the repository around a folder; return the settings that were new."""
    config = open_repository(directory).config
    written = []
    try:
        for name, value in settings.items():
            if name not in config or config[name] != value:
                config[name] = value
                written.append(name)
    except (pygit2.GitError, OSError) as error:
        raise _failed(error) from error
    return tuple(written)


def uninstall_drivers(
    directory: Path,
    settings: Mapping[str, str] = ALL_SETTINGS,
    *,
    dry_run: bool = False,
) -> Taken:
    """Take drivers out of the configuration of the repository around a folder.

    What has another value than we write was set by hand, and stays. So does what the user's own
    configuration sets for all repositories.
    """
    config = _local_config(directory)
    removed, kept = [], []
    try:
        for name, value in settings.items():
            if name not in config:
                continue
            if config[name] != value:
                kept.append(name)
                continue
            removed.append(name)
            if not dry_run:
                del config[name]
    except (pygit2.GitError, OSError) as error:
        raise _failed(error) from error
    return Taken(tuple(removed), tuple(kept))


def with_attributes(text: str, lines: Sequence[str]) -> str:
    """Return the text of a `.gitattributes` with the lines that it lacks.

    A line is put before the next of `lines` that is there already, so that the order holds; else
    at the end.
    """
    found = text.splitlines(keepends=True)
    if found and not found[-1].endswith("\n"):
        found[-1] += "\n"
    is_changed = False
    for number, line in enumerate(lines):
        known = [each.strip() for each in found]
        if line in known or (line.startswith("#") and lines[number + 1] in known):
            continue
        later = [known.index(each) for each in lines[number + 1 :] if each in known]
        found.insert(min(later, default=len(found)), f"{line}\n")
        is_changed = True
    return "".join(found) if is_changed else text


def without_attributes(text: str, lines: Sequence[str]) -> str:
    """Return the text of a `.gitattributes` without these lines."""
    kept = (line for line in text.splitlines(keepends=True) if line.strip() not in lines)
    return "".join(kept)


def _by(driver: str) -> str:
    return f"merge={driver} diff={driver}"


def _local_config(directory: Path) -> pygit2.Config:
    repository = open_repository(directory)
    # A linked work tree shares the configuration of its repository (git-worktree(1)).
    common = Path(repository.path) / "commondir"
    try:
        folder = Path(repository.path)
        if common.is_file():
            folder = folder / common.read_text(encoding="utf-8").strip()
        return pygit2.Config(str(folder / "config"))
    except (pygit2.GitError, OSError) as error:
        raise _failed(error) from error


def _failed(error: Exception) -> SourceError:
    return SourceError(
        f"expected to write the repository's configuration, found: {error}",
        hint="check that .git/config is yours to write: git config --list --local --show-origin",
    )
