"""What `source` returns: an immutable view of the project's files. Pure data; reads nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.errors import GitConfigError

PROJECT_FILE = "gitconfig.yaml"
# Larger than any file that a project reads; stops a stray binary from filling the memory.
MAX_BLOB_BYTES = 64 * 1024 * 1024
MODE_LINK = 0o120000
MODE_SUBMODULE = 0o160000


class SourceError(GitConfigError):
    """The repository cannot be read."""


class FileTooLargeError(SourceError):
    """A file is larger than any that a project reads; `size` is in bytes. It was not loaded."""

    def __init__(self, size: int) -> None:
        super().__init__(
            f"expected a file of at most {MAX_BLOB_BYTES:,} bytes, found {size:,}",
            hint="large files do not belong in the configuration",
        )
        self.size = size


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: its id in hex, the committer's time in seconds since 1970, the first line."""

    id: str
    time: int
    author: str
    summary: str


@dataclass(frozen=True, slots=True)
class File:
    """One file: its path in the project, and the id that Git gives its content.

    A file of the work tree that is too large to be read has zeros and its size as id: Git writes
    zeros for what it has not hashed.
    """

    path: str
    oid: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An immutable view of the project's files.

    `kind` is `commit`, `index` or `worktree`. `commit` is the commit itself, or for the other kinds
    the one that HEAD names; None on an unborn branch. `prefix` is the project's folder in the
    repository, empty or ending in `/`. `changed` names the files that differ from `commit`.
    `diagnostics` speak of entries that are no files, or of odd names; most of them are nobody's
    business, so whoever reads a folder reports those that concern it.
    """

    kind: str
    commit: Commit | None
    prefix: str
    files: Mapping[str, File]
    changed: frozenset[str]
    diagnostics: tuple[Diagnostic, ...]
    _read: Callable[[str], bytes] = field(repr=False)
    _at_revision: "Callable[[str], Snapshot]" = field(repr=False)

    def at_revision(self, rev: str) -> "Snapshot":
        """Return the project at a tag or a commit of the same repository.

        Raises `SourceError` for what is neither: a branch would mean another commit tomorrow.
        """
        return self._at_revision(rev)

    def read(self, path: str) -> bytes:
        """Return the bytes of a file.

        Raises `KeyError` when the snapshot has no such file, `FileTooLargeError` for one that is
        too large to be loaded.
        """
        return self._read(self.files[path].oid)
