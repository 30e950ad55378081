"""What `source` returns: an immutable view of the project's files. Pure data; reads nothing."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.errors import GitConfigError

PROJECT_FILE = "gitconfig.yaml"
# Larger than any file that a project reads; stops a stray binary from filling the memory.
MAX_BLOB_BYTES = 64 * 1024 * 1024
MODE_LINK = 0o120000
MODE_SUBMODULE = 0o160000


class SourceError(GitConfigError):
    """The repository cannot be read."""


class NoFolderError(SourceError):
    """A commit does not have the project's folder."""


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

    @property
    def day(self) -> str:
        """The day of the commit, in UTC."""
        return day_of(self.time)


def day_of(seconds: int) -> str:
    """Return the day of a time, in UTC; `no date` where no calendar has it."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    except (OverflowError, OSError, ValueError):
        return "no date"  # Git lets a commit say any number.


@dataclass(frozen=True, slots=True)
class File:
    """One file: its path in the project, and the id that Git gives its content.

    A file of the work tree that is too large to be read has zeros and its size as id: Git writes
    zeros for what it has not hashed.
    """

    path: str
    oid: str


@dataclass(frozen=True, slots=True)
class Version:
    """A commit that changed a file: what it made of it.

    `oid` is None where the commit removed it. `is_cut` says that a shallow clone ends here: the
    file may be older.
    """

    commit: Commit
    oid: str | None
    is_cut: bool
    _read: Callable[[str], bytes] = field(repr=False)

    def read(self) -> bytes | None:
        """Return the bytes of the file; raises `FileTooLargeError`."""
        return None if self.oid is None else self._read(self.oid)


@dataclass(frozen=True, slots=True)
class Held:
    """A folder of the project as a commit has it.

    `name` is the tag, or the branch for a merge base. `inside` are the names in the folder, with
    mode and Git id, as bytes: where two commits have the same, all below it is the same.
    """

    name: str
    commit: Commit
    folder: str
    inside: Mapping[bytes, tuple[bytes, bytes]]
    _files: Callable[[bytes], Mapping[str, str]] = field(repr=False, compare=False)
    _find: Callable[[str], str | None] = field(repr=False, compare=False)
    _read: Callable[[str], bytes] = field(repr=False, compare=False)

    def files(self, name: bytes) -> Mapping[str, str]:
        """Return the Git ids of the files below a name in the folder, by paths in the project."""
        return self._files(name) if name in self.inside else {}

    def id_of(self, path: str) -> str | None:
        """Return the Git id of any file of the project in the commit; None where it has none."""
        if path.startswith(f"{self.folder}/"):
            name = path[len(self.folder) + 1 :].partition("/")[0]
            return self.files(os.fsencode(name)).get(path)
        return self._find(path)

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file of the project; None where there is none, or a huge one."""
        oid = self.id_of(path)
        try:
            return None if oid is None else self._read(oid)
        except FileTooLargeError:
            return None


@dataclass(frozen=True, slots=True)
class Base:
    """What the work is compared with: `held` is None where there is nothing before it.

    `is_cut` says that there may be something, and a shallow clone lacks it.
    """

    held: Held | None
    is_cut: bool = False


class Past(Protocol):
    """The commits of a repository; `ProjectRepository` answers."""

    def at_fixed(self, rev: str, /) -> "Snapshot":
        """Return the project at a tag or a commit id."""

    def parents(self, commit: str, /) -> tuple[str, ...]:
        """Return the ids of the parents of a commit that are there."""

    def is_cut(self, commit: str, /) -> bool:
        """Tell whether a commit has parents that a shallow clone lacks."""

    def changed_by(self, commit: str, /) -> frozenset[str]:
        """Return the files that differ between a commit and its first parent."""

    def versions(self, commit: str, path: str, /) -> Iterator[Version]:
        """Yield the commits that changed a file, from a commit back, newest first."""

    def releases(self, glob: str, folder: str, /) -> tuple[Held, ...]:
        """Return a folder of the project at every tag whose name matches, oldest commit first."""

    def merge_base(self, commit: str, folder: str, /, *, is_commit: bool) -> Base:
        """Return a folder of the project where the work left the default branch."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An immutable view of the project's files.

    `kind` is `commit`, `index` or `worktree`. `commit` is the commit itself, or for the other kinds
    the one that HEAD names; None on an unborn branch. `prefix` is the project's folder in the
    repository, empty or ending in `/`. `changed` names the files that differ from `commit`, and
    `added` those of them that the commit does not have.
    `taken` is when it was read, in seconds since 1970; of a commit it is the commit's own time.
    `diagnostics` speak of entries that are no files, or of odd names; most of them are nobody's
    business, so whoever reads a folder reports those that concern it.
    """

    kind: str
    commit: Commit | None
    prefix: str
    files: Mapping[str, File]
    changed: frozenset[str]
    taken: int
    diagnostics: tuple[Diagnostic, ...]
    _read: Callable[[str], bytes] = field(repr=False)
    _past: Past = field(repr=False)
    _elsewhere: Callable[[str], bytes | None] = field(repr=False)
    added: frozenset[str] = frozenset()

    def above(self, name: str) -> tuple[str, bytes] | None:
        """Return the nearest file of a name in the repository's folders around the project.

        The path is from the project, such as `../.sops.yaml`. A link is no file. None also where
        the project is the whole repository.
        """
        folders = self.prefix.split("/")[:-1]
        for up in range(1, len(folders) + 1):
            data = self._elsewhere("/".join((*folders[:-up], name)))
            if data is not None:
                return "../" * up + name, data
        return None

    def at_revision(self, rev: str) -> "Snapshot":
        """Return the project at a tag or a commit of the same repository.

        Raises `SourceError` for what is neither: a branch would mean another commit tomorrow.
        """
        return self._past.at_fixed(rev)

    def before(self) -> "tuple[Snapshot, ...]":
        """Return what the snapshot followed: the parents of a commit, the first one first.

        The index and the work tree follow the commit that HEAD names. Empty for the first commit,
        and where a shallow clone ends, which `is_cut` tells. A parent without the project is left
        out.
        """
        if self.commit is None:
            return ()
        commit = self.commit.id
        ids = self._past.parents(commit) if self.kind == "commit" else (commit,)
        found = []
        for id in ids:
            with suppress(NoFolderError):
                found.append(self._past.at_fixed(id))
        return tuple(found)

    @property
    def is_cut(self) -> bool:
        """Whether the commit has parents that a shallow clone lacks."""
        return self.commit is not None and self._past.is_cut(self.commit.id)

    def changed_by_commit(self) -> frozenset[str]:
        """Return the files that differ between `commit` and its first parent.

        All files of a first commit, and where a shallow clone ends, which `is_cut` tells. No
        folder that is the same on both sides is looked into.
        """
        return frozenset() if self.commit is None else self._past.changed_by(self.commit.id)

    def versions(self, path: str) -> Iterator[Version]:
        """Yield the commits that changed a file, newest first, beginning at `commit`.

        What the index and the work tree changed since is no version. At a merge, a parent that
        holds the same file is followed alone, as Git does.
        """
        return iter(()) if self.commit is None else self._past.versions(self.commit.id, path)

    def releases(self, glob: str, folder: str) -> tuple[Held, ...]:
        """Return a folder of the project at every tag whose name matches, oldest commit first."""
        return self._past.releases(glob, folder)

    def merge_base(self, folder: str) -> Base:
        """Return a folder of the project as it was where the work left the default branch.

        On the default branch itself, a commit is compared with its first parent, and what is not
        committed with the commit.
        """
        if self.commit is None:
            return Base(None)
        is_commit = self.kind == "commit"
        return self._past.merge_base(self.commit.id, folder, is_commit=is_commit)

    def read(self, path: str) -> bytes:
        """Return the bytes of a file.

        Raises `KeyError` when the snapshot has no such file, `FileTooLargeError` for one that is
        too large to be loaded.
        """
        return self._read(self.files[path].oid)
