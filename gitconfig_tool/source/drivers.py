"""What a clone needs so that Git merges and shows SOPS files with this tool.

Writes the repository's own configuration, and lines of a `.gitattributes`. Only what is named here
is written or removed; other lines and settings stay as they are.
"""

from pathlib import Path

import pygit2

from gitconfig_tool.source.opening import open_repository
from gitconfig_tool.source.snapshot import SourceError

ATTRIBUTES_FILE = ".gitattributes"
DRIVER = "gitconfig-sops"
# gitattributes(5), "Defining a custom merge driver" and "Performing text diffs of binary files".
_SETTINGS = {
    f"merge.{DRIVER}.name": "merge SOPS files by key (gitconfig-tool)",
    f"merge.{DRIVER}.driver": "gitconfig-tool secrets merge-driver -- %O %A %B %P",
    # Two common ancestors are merged with one another first: neither is worth a key.
    f"merge.{DRIVER}.recursive": "binary",
    f"diff.{DRIVER}.textconv": "gitconfig-tool secrets textconv --",
}
_COMMENT = "# SOPS files: gitconfig-tool secrets merge-driver --install sets these up in a clone."


def attribute_lines(endings: tuple[str, ...]) -> tuple[str, ...]:
    """Return the lines of a `.gitattributes` for files with these endings."""
    return (_COMMENT, *(f"*{ending} merge={DRIVER} diff={DRIVER}" for ending in endings))


def install_drivers(directory: Path) -> tuple[str, ...]:
    """Set the drivers up in the repository around a folder; return the settings that were new."""
    config = open_repository(directory).config
    written = []
    try:
        for name, value in _SETTINGS.items():
            if name not in config or config[name] != value:
                config[name] = value
                written.append(name)
    except (pygit2.GitError, OSError) as error:
        raise _failed(error) from error
    return tuple(written)


def uninstall_drivers(directory: Path) -> tuple[str, ...]:
    """Take the drivers out of the repository's configuration; return the settings removed."""
    config = open_repository(directory).config
    removed = []
    try:
        for name in _SETTINGS:
            if name in config:
                del config[name]
                removed.append(name)
    except (pygit2.GitError, OSError) as error:
        raise _failed(error) from error
    return tuple(removed)


def with_attributes(text: str, lines: tuple[str, ...]) -> str:
    """Return the text of a `.gitattributes` with lines added at its end that it lacks."""
    known = {line.strip() for line in text.splitlines()}
    missing = [line for line in lines if line not in known]
    if not missing or missing == [_COMMENT]:
        return text
    start = text if not text or text.endswith("\n") else f"{text}\n"
    return start + "".join(f"{line}\n" for line in missing)


def without_attributes(text: str, lines: tuple[str, ...]) -> str:
    """Return the text of a `.gitattributes` without these lines."""
    kept = (line for line in text.splitlines(keepends=True) if line.strip() not in lines)
    return "".join(kept)


def _failed(error: Exception) -> SourceError:
    return SourceError(
        f"expected to write the repository's configuration, found: {error}",
        hint="check that .git/config is yours to write: git config --list --local --show-origin",
    )
