"""What a clone needs so that Git merges and shows the project's files with this tool.

Writes the repository's own configuration, and lines of a `.gitattributes`. Only what is named here
is written; what somebody wrote in another way is left, and told. Other lines and settings stay as
they are.
"""

from collections.abc import Mapping, Sequence, Set
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
# How a command of ours begins, whatever version wrote it.
_OURS = "gitconfig-tool "
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
    """Set drivers up in the repository around a folder; return the settings that were new.

    What has another value was set by hand, and stays: the way to the program, for one. What an
    older version of ours wrote is replaced.
    """
    config = open_repository(directory).config
    written = []
    try:
        for name, value in settings.items():
            known = config[name] if name in config else None  # noqa: SIM401 -- it has no get
            if known is not None and (known == value or not known.startswith(_OURS)):
                continue
            config[name] = value
            written.append(name)
    except (pygit2.GitError, OSError) as error:
        raise _failed(error) from error
    return tuple(written)


def set_by_hand(directory: Path, settings: Mapping[str, str] = ALL_SETTINGS) -> tuple[str, ...]:
    """Return the settings that have another value than we write."""
    config = open_repository(directory).config
    return tuple(n for n, value in settings.items() if n in config and config[n] != value)


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
    file = _local_file(directory)
    removed, kept = [], []
    try:
        config = pygit2.Config(str(file))
        for name, value in settings.items():
            if name not in config:
                continue
            if config[name] != value:
                kept.append(name)
                continue
            removed.append(name)
            if not dry_run:
                del config[name]
        if removed and not dry_run:
            _drop_empty_sections(file, {name.rpartition(".")[0] for name in removed})
    except (pygit2.GitError, OSError, UnicodeDecodeError) as error:
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


def _local_file(directory: Path) -> Path:
    """Return the file of the repository's own configuration, which linked work trees share."""
    folder = Path(open_repository(directory).path)
    common = folder / "commondir"  # gitrepository-layout(5)
    try:
        if common.is_file():
            folder = folder / common.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise _failed(error) from error
    return folder / "config"


def _drop_empty_sections(file: Path, sections: Set[str]) -> None:
    """Take the headers of sections out that hold nothing any more: libgit2 leaves them.

    The file is replaced under Git's own lock, so that no other program writes to it meanwhile.
    """
    lock = file.with_name(f"{file.name}.lock")
    with lock.open("x", encoding="utf-8") as new:
        try:
            lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
            headers = {'[{} "{}"]'.format(*each.split(".", 1)) for each in sections}
            for line, after in zip(lines, [*lines[1:], "["], strict=True):
                if line.strip() not in headers or not after.startswith("["):
                    new.write(line)
            lock.chmod(file.stat().st_mode)
            lock.replace(file)
        except BaseException:
            lock.unlink(missing_ok=True)
            raise


def _failed(error: Exception) -> SourceError:
    return SourceError(
        f"expected to write the repository's configuration, found: {error}",
        hint="check that .git/config is yours to write: git config --list --local --show-origin",
    )
