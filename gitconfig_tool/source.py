"""Project files out of Git.

Takes a folder and returns a `Snapshot`: an immutable view of the project's files at a commit, in
the index or in the work tree. Files are found through Git, never by following the file system: no
symbolic link is followed and no path leaves the project. Does not parse what it reads. This is the
only module that uses pygit2. No hook, filter or command of the repository is ever run: libgit2 has
none of them.
"""

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import MappingProxyType

import pygit2
from pygit2.enums import FileStatus, ObjectType

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.errors import GitConfigError

PROJECT_FILE = "gitconfig.yaml"
# Larger than any file that a project reads; stops a stray binary from filling the memory.
MAX_BLOB_BYTES = 64 * 1024 * 1024

_MODE_LINK = 0o120000
_MODE_SUBMODULE = 0o160000


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

    def read(self, path: str) -> bytes:
        """Return the bytes of a file; raises `KeyError` when the snapshot has no such file."""
        return self._read(self.files[path].oid)

    def under(self, folder: str) -> Iterator[str]:
        """Yield the paths of the files below a folder, in the order of their bytes."""
        start = folder.rstrip("/") + "/"
        return (path for path in self.files if path.startswith(start))


class ProjectRepository:
    """A Git repository and the project in it; the door to its snapshots."""

    def __init__(self, repository: pygit2.Repository, prefix: str) -> None:
        self._repository = repository
        self.prefix = prefix

    @property
    def is_bare(self) -> bool:
        """Whether there is no work tree."""
        return bool(self._repository.is_bare)

    @property
    def root(self) -> Path:
        """The project's folder in the work tree; the repository itself when it is bare."""
        if self._repository.workdir is None:
            return Path(self._repository.path)
        return Path(self._repository.workdir) / self.prefix

    def at_commit(self, rev: str = "HEAD") -> Snapshot:
        """Return the project as it is in a commit; `rev` is anything that `git rev-parse` takes."""
        commit = self._commit(rev)
        files, diagnostics = _sorted_files(self._tree_entries(commit))
        return Snapshot(
            "commit",
            _describe(commit),
            self.prefix,
            files,
            frozenset(),
            diagnostics,
            self._read_blob,
        )

    def at_index(self) -> Snapshot:
        """Return the project as it is staged, whatever the work tree holds."""
        index = self._staged_index()
        if index.conflicts is not None:
            paths = sorted(
                entry.path for sides in index.conflicts for entry in sides if entry is not None
            )
            raise SourceError(
                f"expected an index without conflicts, found one in {paths[0]}",
                hint="finish the merge (git add FILE), then run again",
            )
        entries = self._index_entries(index)
        head = self._head()
        files, diagnostics = _sorted_files(entries)
        changed = self._changed(files, head)
        return Snapshot(
            "index",
            _describe(head) if head else None,
            self.prefix,
            files,
            changed,
            diagnostics,
            self._read_blob,
        )

    def at_worktree(self) -> Snapshot:
        """Return the project as it is on disk: tracked files and new ones that are not ignored."""
        if self._repository.workdir is None:
            raise SourceError(
                "expected a work tree, found a bare repository",
                hint="name a commit: --rev HEAD",
            )
        entries = {path: (oid, mode) for path, oid, mode in self._index_entries(self._index())}
        contents: dict[str, bytes] = {}
        on_disk = FileStatus.WT_NEW | FileStatus.WT_MODIFIED | FileStatus.WT_TYPECHANGE
        on_disk |= FileStatus.CONFLICTED
        try:
            status = self._repository.status(untracked_files="all", ignored=False)
        except pygit2.GitError as error:
            raise SourceError(
                f"expected to read the work tree, found: {error}",
                hint="check the permissions of the folder",
            ) from error
        for name, flags in status.items():
            if not name.startswith(self.prefix):
                continue
            path = name[len(self.prefix) :]
            if flags & FileStatus.WT_DELETED:
                entries.pop(path, None)
            elif path in entries and entries[path][1] == _MODE_SUBMODULE:
                continue
            elif flags & on_disk and not name.endswith("/"):
                found = _read_file(Path(self._repository.workdir), name)
                if found is None:
                    entries.pop(path, None)
                    continue
                data, mode = found
                oid = str(pygit2.hash(data))
                contents[oid] = data
                entries[path] = (oid, mode)
        head = self._head()
        files, diagnostics = _sorted_files(
            (path, oid, mode) for path, (oid, mode) in entries.items()
        )

        def read(oid: str) -> bytes:
            return contents[oid] if oid in contents else self._read_blob(oid)

        return Snapshot(
            "worktree",
            _describe(head) if head else None,
            self.prefix,
            files,
            self._changed(files, head),
            diagnostics,
            read,
        )

    def last_change(self, snapshot: Snapshot, span: Span) -> Commit | None:
        """Return the commit that last changed the line of a span, as `git blame` finds it.

        None when the file differs from the snapshot's commit: its lines are not committed yet.
        """
        if snapshot.commit is None or span.path in snapshot.changed:
            return None
        try:
            blame = self._repository.blame(
                self.prefix + span.path,
                newest_commit=pygit2.Oid(hex=snapshot.commit.id),
                min_line=span.line,
                max_line=span.line,
            )
            hunk = blame.for_line(span.line)
            commit = self._repository[hunk.final_commit_id].peel(pygit2.Commit)
        except (pygit2.GitError, KeyError, IndexError, ValueError) as error:
            raise SourceError(
                f"expected the history of {span.path}, found: {error}",
                hint="a shallow or partial clone may lack it: git fetch --unshallow",
            ) from error
        return _describe(commit)

    def _commit(self, rev: str) -> pygit2.Commit:
        try:
            found = self._repository.revparse_single(rev)
        except (KeyError, ValueError, pygit2.GitError) as error:
            if rev == "HEAD" and self._repository.head_is_unborn:
                raise SourceError(
                    "expected a commit, found a branch without any",
                    hint="commit the project first, or leave out --rev to read the work tree",
                ) from error
            raise SourceError(
                f"expected a revision of this repository, found {rev!r}",
                hint="git log --oneline shows the commits; a shallow clone has few of them",
            ) from error
        try:
            return found.peel(pygit2.Commit)
        except (pygit2.GitError, pygit2.InvalidSpecError, ValueError) as error:
            raise SourceError(
                f"expected {rev!r} to name a commit, found a {found.type_str}",
                hint="name a branch, a tag or a commit",
            ) from error

    def _head(self) -> pygit2.Commit | None:
        return None if self._repository.head_is_unborn else self._commit("HEAD")

    def _index(self) -> pygit2.Index:
        if self._repository.is_bare:
            raise SourceError(
                "expected an index, found a bare repository",
                hint="name a commit: --rev HEAD",
            )
        index: pygit2.Index = self._repository.index
        index.read(False)
        return index

    def _staged_index(self) -> pygit2.Index:
        """Return the index of the commit that is being made.

        `git commit --all` and `git commit FILE` hand their hooks an index of their own, by
        GIT_INDEX_FILE, which libgit2 does not read. One of another repository is not ours.
        """
        index = self._index()
        named = os.environ.get("GIT_INDEX_FILE")
        if named:
            path = Path(named).resolve()
            if path.is_relative_to(Path(self._repository.path).resolve()) and path.is_file():
                index = pygit2.Index(str(path))
                index.read()
        return index

    def _index_entries(self, index: pygit2.Index) -> list[tuple[str, str, int]]:
        skip = len(self.prefix)
        return [
            (entry.path[skip:], str(entry.id), int(entry.mode))
            for entry in index
            if entry.path.startswith(self.prefix)
        ]

    def _tree_entries(self, commit: pygit2.Commit) -> list[tuple[str, str, int]]:
        try:
            tree: pygit2.Tree | pygit2.Blob = commit.tree
            if self.prefix:
                tree = commit.tree[self.prefix.rstrip("/")]
            if not isinstance(tree, pygit2.Tree):
                raise KeyError(self.prefix)
        except KeyError as error:
            raise SourceError(
                f"expected the folder {self.prefix} in commit {str(commit.id)[:12]}, found none",
                hint="the project may have had another place then: use --project",
            ) from error
        except pygit2.GitError as error:
            raise _incomplete(error) from error
        return [(entry.path, str(entry.id), int(entry.mode)) for entry in _listed(tree)]

    def _changed(self, files: Mapping[str, File], head: pygit2.Commit | None) -> frozenset[str]:
        before: dict[str, str] = {}
        if head is not None:
            try:
                committed, _ = _sorted_files(self._tree_entries(head))
                before = {path: file.oid for path, file in committed.items()}
            except SourceError:
                before = {}  # The project is new: HEAD has no such folder yet.
        now = {path: file.oid for path, file in files.items()}
        return frozenset(
            path for path in before.keys() | now.keys() if before.get(path) != now.get(path)
        )

    def _read_blob(self, oid: str) -> bytes:
        try:
            # Twice as fast as repository[oid].data: no object is made.
            kind, data = self._repository.read(oid)
        except (KeyError, pygit2.GitError) as error:
            raise SourceError(
                f"expected the object {oid} in the repository, found none",
                hint="run git fsck; a partial clone may need git fetch",
            ) from error
        if kind != ObjectType.BLOB:
            raise SourceError(f"expected {oid} to be a blob, found another kind of object")
        if len(data) > MAX_BLOB_BYTES:
            raise SourceError(
                f"expected a file of at most {MAX_BLOB_BYTES:,} bytes, found {len(data):,}",
                hint="large files do not belong in the configuration",
            )
        return bytes(data)


def open_project(directory: Path, project: str | None = None) -> ProjectRepository:
    """Open the repository around a folder and find the project in it.

    The project is the folder that holds `gitconfig.yaml`: `project` when it is given (relative to
    the repository's root), else the nearest one from `directory` upwards; in a bare repository the
    only one of HEAD.
    """
    repository = _open_repository(directory)
    if project is not None:
        folder = PurePosixPath(project)
        if folder.is_absolute() or ".." in folder.parts:
            raise SourceError(
                f"expected --project to name a folder inside the repository, found {project!r}",
                hint="give the path from the root of the repository",
            )
        return ProjectRepository(repository, "" if project in ("", ".") else f"{folder}/")
    if repository.workdir is None:
        return ProjectRepository(repository, _only_project(repository, directory))
    top = Path(repository.workdir).resolve()
    here = directory.resolve()
    for folder_path in (here, *here.parents):
        if not folder_path.is_relative_to(top):
            break  # The work tree lies elsewhere (core.worktree).
        if (folder_path / PROJECT_FILE).is_file():
            relative = folder_path.relative_to(top).as_posix()
            return ProjectRepository(repository, "" if relative == "." else f"{relative}/")
        if folder_path == top:
            break
    found = _projects_in_head(repository)
    raise SourceError(
        f"expected {PROJECT_FILE} in {directory} or a folder above it, found none",
        hint=f"this repository has one in {found[0] or 'its root'}: use -C"
        if found
        else "start a project with: gitconfig-tool init",
    )


def _open_repository(directory: Path) -> pygit2.Repository:
    if not directory.is_dir():
        raise SourceError(
            f"expected a folder, found nothing at {directory}",
            hint="check the path after -C",
        )
    try:
        found = pygit2.discover_repository(str(directory))
        if found is None:
            raise SourceError(
                f"expected a Git repository at {directory} or above it, found none",
                hint="run git init there, or gitconfig-tool init for a new project",
            )
        return pygit2.Repository(found)
    except pygit2.GitError as error:
        hint = "check that the folder is a Git repository: git status"
        if "owned by" in str(error) or "owner" in str(error):
            hint = (
                "the folder belongs to another user: git config --global --add safe.directory DIR"
            )
        raise SourceError(
            f"expected to open the Git repository, found: {error}", hint=hint
        ) from error


def _projects_in_head(repository: pygit2.Repository) -> list[str]:
    if repository.head_is_unborn:
        return []
    try:
        tree = repository.head.peel(pygit2.Commit).tree
    except pygit2.GitError as error:
        raise _incomplete(error) from error
    return sorted(
        entry.path[: -len(PROJECT_FILE)]
        for entry in _listed(tree)
        if entry.path == PROJECT_FILE or entry.path.endswith("/" + PROJECT_FILE)
    )


def _listed(tree: pygit2.Tree) -> pygit2.Index:
    # Reading a tree into an index is libgit2's fastest way to list it with all its folders.
    index = pygit2.Index()
    try:
        index.read_tree(tree)
    except (pygit2.GitError, KeyError) as error:
        raise _incomplete(error) from error
    return index


def _incomplete(error: Exception) -> SourceError:
    return SourceError(
        f"expected a complete repository, found an object missing: {error}",
        hint="run git fsck; a partial clone may need git fetch",
    )


def _only_project(repository: pygit2.Repository, directory: Path) -> str:
    found = _projects_in_head(repository)
    if "" in found:
        return ""
    if len(found) == 1:
        return found[0]
    if not found:
        raise SourceError(
            f"expected {PROJECT_FILE} in the bare repository {directory}, found none in HEAD",
            hint="name the commit and folder: --rev REV and --project FOLDER",
        )
    raise SourceError(
        f"expected one project in the bare repository {directory}, found {len(found)}",
        hint=f"choose one: --project {' | '.join(folder.rstrip('/') for folder in found)}",
    )


def _sorted_files(
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
        elif mode == _MODE_LINK:
            diagnostics.append(
                Diagnostic(
                    "GCT001",
                    f"expected a file, found a symbolic link at {path}",
                    Span(path),
                    hint="links are never followed: put the file itself there",
                )
            )
        elif mode == _MODE_SUBMODULE:
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


def _read_file(top: Path, name: str) -> tuple[bytes, int] | None:
    """Read a work tree file, without following any link on the way; None when it is gone."""
    parts = name.split("/")
    folder = os.open(top, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts[:-1]:
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        kind = os.lstat(parts[-1], dir_fd=folder)
        if stat.S_ISLNK(kind.st_mode):
            return os.fsencode(os.readlink(parts[-1], dir_fd=folder)), _MODE_LINK
        if not stat.S_ISREG(kind.st_mode):
            return None
        descriptor = os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(MAX_BLOB_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SourceError(
            f"expected to read {name}, found: {error.strerror}",
            hint="check that it is a file that you may read",
        ) from error
    finally:
        os.close(folder)
    if len(data) > MAX_BLOB_BYTES:
        raise SourceError(
            f"expected {name} to have at most {MAX_BLOB_BYTES:,} bytes, found more",
            hint="large files do not belong in the configuration; list it in .gitignore",
        )
    return data, 0o100644


def _describe(commit: pygit2.Commit) -> Commit:
    return Commit(
        str(commit.id),
        int(commit.commit_time),
        commit.author.name or "",
        commit.message.partition("\n")[0],
    )


def init_repository(directory: Path, *, nested: bool = False) -> None:
    """Make a Git repository in a folder, with the branch `main`.

    Where a repository is around the folder already, that one is used, unless `nested` is set.
    """
    try:
        if nested or pygit2.discover_repository(str(directory)) is None:
            pygit2.init_repository(str(directory), initial_head="main")
    except pygit2.GitError as error:
        raise SourceError(
            f"expected to make a Git repository in {directory}, found: {error}",
            hint="check that the folder is yours to write",
        ) from error


def commit_all(directory: Path, message: str) -> Commit:
    """Commit every file of the repository around a folder that is not ignored; no hook is run.

    The author is the one of Git's configuration, or a plain stand-in where there is none.
    """
    repository = _open_repository(directory)
    try:
        index = repository.index
        index.add_all()
        index.write()
        tree = index.write_tree()
        try:
            author = repository.default_signature
        except KeyError:
            author = pygit2.Signature("gitconfig-tool", "gitconfig-tool@localhost.invalid")
        parents = [] if repository.head_is_unborn else [repository.head.target]
        made = repository.create_commit("HEAD", author, author, message, tree, parents)
        return _describe(repository[made].peel(pygit2.Commit))
    except pygit2.GitError as error:
        raise SourceError(
            f"expected to commit in {directory}, found: {error}",
            hint="run git status there",
        ) from error
