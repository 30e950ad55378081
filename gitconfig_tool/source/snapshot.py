"""What `source` returns: an immutable view of the project's files. Pure data; reads nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.errors import GitConfigError

PROJECT_FILE = "gitconfig.yaml"
# Larger than any file that a project reads; stops a stray binary from filling the memory.
MAX_BLOB_BYTES = 64 * 1024 * 1024
MODE_LINK = 0o120000
MODE_SUBMODULE = 0o160000


class SourceError(GitConfigError):
    """The repository cannot be read."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: its id in hex, the committer's time in seconds since 1970, the first line."""

    id: str
    time: int
    author: str
    summary: str


@dataclass(frozen=True, slots=True)
class File:
    """One file: its path in the project, and the id that Git gives its content."""

    path: str
    oid: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An immutable view of the project's files.

    `kind` is `commit`, `index` or `worktree`. `commit` is the commit itself, or for the other kinds
    the one that HEAD names; None on an unborn branch. `prefix` is the project's folder in the
    repository, empty or ending in `/`. `changed` names the files that differ from `commit`.
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
        """Return the bytes of a file; raises `KeyError` when the snapshot has no such file."""
        return self._read(self.files[path].oid)


def sorted_files(
    entries: Iterator[tuple[str, str, int]] | list[tuple[str, str, int]],
) -> tuple[Mapping[str, File], tuple[Diagnostic, ...]]:
    """Split what is a file from what is not; sort by path, also the order of the UTF-8 bytes."""
    files: dict[str, File] = {}
    diagnostics: list[Diagnostic] = []
    for path, oid, mode in sorted(entries):
        shown = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        if shown != path:
            diagnostics.append(
                Diagnostic(
                    "GCT003",
                    f"expected a file name in UTF-8, found {shown}",
                    Span(shown),
                    hint="rename the file: git mv",
                )
            )
        elif mode == MODE_LINK:
            diagnostics.append(
                Diagnostic(
                    "GCT001",
                    f"expected a file, found a symbolic link at {path}",
                    Span(path),
                    hint="links are never followed: put the file itself there",
                )
            )
        elif mode == MODE_SUBMODULE:
            diagnostics.append(
                Diagnostic(
                    "GCT002",
                    f"expected a folder, found a submodule at {path}",
                    Span(path),
                    hint="a bundle comes from one repository: put the files themselves there",
                )
            )
        else:
            files[path] = File(path, oid)
    return MappingProxyType(files), tuple(diagnostics)
