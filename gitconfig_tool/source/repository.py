"""A Git repository and the project in it: snapshots of a commit, the index and the work tree."""

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import pygit2
from pygit2.enums import FileStatus, FilterMode, ObjectType
from pygit2.ffi import C, ffi

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.source.commits import describe, incomplete, names_parents
from gitconfig_tool.source.names import sort_files
from gitconfig_tool.source.snapshot import (
    MAX_BLOB_BYTES,
    MODE_LINK,
    MODE_SUBMODULE,
    Base,
    Commit,
    File,
    FileTooLargeError,
    Held,
    NoFolderError,
    Snapshot,
    SourceError,
    Version,
)
from gitconfig_tool.source.trees import Children, Listing, differing_paths, list_tree
from gitconfig_tool.source.worktree import read_file

if TYPE_CHECKING:
    from gitconfig_tool.source.blame import Blame

# gitformat-index(5), "skip-worktree flag"; GIT_INDEX_ENTRY_SKIP_WORKTREE of libgit2.
_SKIP_WORKTREE = 1 << 14
# The same, "intent-to-add flag" (git add -N); GIT_INDEX_ENTRY_INTENT_TO_ADD.
_INTENT_TO_ADD = 1 << 13
# gitformat-index(5), "The signature is { 'D', 'I', 'R', 'C' }".
_INDEX_SIGNATURE = b"DIRC"
# gitrevisions(7), "<sha1>": Git itself abbreviates to no fewer than 7 digits by default.
_COMMIT_ID = re.compile(r"[0-9a-f]{7,40}")
# Longer than any name of a tag that people give.
_MAX_SHOWN = 200
_FULL_ID = re.compile(r"[0-9a-f]{40}")


class ProjectRepository:
    """A Git repository and the project in it; the door to its snapshots."""

    def __init__(self, repository: pygit2.Repository, prefix: str) -> None:
        self._repository = repository
        self.prefix = prefix
        # The last tree that was listed: HEAD is asked for twice when it is compared with.
        self._listed: tuple[str, tuple[Mapping[str, File], tuple[Diagnostic, ...]]] | None = None
        # Trees by id, for the next commit that is listed.
        self._trees: dict[str, Children] = {}

    @property
    def git(self) -> pygit2.Repository:
        """The repository itself, for the other modules of this package."""
        return self._repository

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

    @property
    def cache_folder(self) -> Path:
        """Where the tool may keep what it can always work out again; shared by all work trees."""
        folder = Path(self._repository.path)
        # gitrepository-layout(5), "commondir": in the folder of a linked work tree only.
        with suppress(OSError, ValueError):
            folder /= (folder / "commondir").read_text(encoding="utf-8").strip()
        return folder / "gitconfig-tool"

    def at_commit(self, rev: str = "HEAD") -> Snapshot:
        """Return the project as it is in a commit; `rev` is anything that `git rev-parse` takes."""
        return self._snapshot(self._commit(rev))

    def commit_id(self, rev: str) -> str:
        """Return the id of the commit that a revision names."""
        return str(self._commit(rev).id)

    def _snapshot(self, commit: pygit2.Commit) -> Snapshot:
        files, diagnostics = self._sorted(commit)
        return Snapshot(
            "commit",
            describe(commit),
            self.prefix,
            files,
            frozenset(),
            int(commit.commit_time),
            diagnostics,
            self.blob,
            self,
            lambda path: self._in_tree(commit, path),
        )

    def at_fixed(self, rev: str) -> Snapshot:
        """Return the project at a tag or a commit id of at least 7 digits: what does not move."""
        tag = f"refs/tags/{rev}"
        if not _FULL_ID.fullmatch(rev) and self._has_reference(tag):
            return self.at_commit(tag)
        if _COMMIT_ID.fullmatch(rev):
            return self._snapshot(self._commit_of_id(rev))
        shown = rev if len(rev) <= _MAX_SHOWN else f"{rev[:_MAX_SHOWN]}..."
        if self._has_reference(f"refs/heads/{rev}"):
            raise SourceError(
                f"expected a tag or a commit of this repository, found the branch {shown!r}",
                hint="a branch moves: name the commit that it is at, or a tag",
            )
        raise SourceError(
            f"expected a tag or a commit of this repository, found {shown!r}, which is neither",
            hint="git tag lists the tags; git fetch --tags brings those of the remote",
        )

    def parents(self, commit: str) -> tuple[str, ...]:
        """Return the ids of the parents of a commit that are there."""
        return tuple(str(id) for id in self._commit_of_id(commit).parent_ids)

    def is_cut(self, commit: str) -> bool:
        """Tell whether a commit has parents that a shallow clone lacks."""
        found = self._commit_of_id(commit)
        return (
            self._repository.is_shallow
            and not found.parent_ids
            and names_parents(self._repository, found.id)
        )

    def changed_by(self, commit: str) -> frozenset[str]:
        """Return the files of the project that differ between a commit and its first parent."""
        found = self._commit_of_id(commit)
        parents = found.parent_ids
        try:
            before = str(found.parents[0].tree_id) if parents else None
        except (KeyError, pygit2.GitError) as error:
            raise incomplete(error) from error
        paths = differing_paths(self._repository, before, str(found.tree_id), self.prefix)
        skip = len(self.prefix)
        return frozenset(path[skip:] for path in paths if path.startswith(self.prefix))

    def versions(self, commit: str, path: str) -> Iterator[Version]:
        """Yield the commits that changed a file, from a commit back, newest first."""
        from gitconfig_tool.source.history import versions

        return versions(self, commit, path)

    def releases(self, glob: str, folder: str) -> tuple[Held, ...]:
        """Return a folder of the project at every tag whose name matches, oldest commit first."""
        from gitconfig_tool.source.released import releases

        return releases(self, glob, folder)

    def merge_base(self, commit: str, folder: str, *, is_commit: bool) -> Base:
        """Return a folder of the project where the work left the default branch."""
        from gitconfig_tool.source.released import merge_base

        return merge_base(self, commit, folder, is_commit=is_commit)

    def blob(self, oid: str) -> bytes:
        """Return the content of a file; raises `FileTooLargeError` for one that is too large."""
        try:
            kind, size = self._repository.odb.read_header(oid)
            if kind != ObjectType.BLOB:
                raise SourceError(
                    f"expected {oid} to be a blob, found another kind of object",
                    hint="run git fsck: the repository is damaged",
                )
            if size > MAX_BLOB_BYTES:
                raise FileTooLargeError(size)
            # Twice as fast as repository[oid].data: no object is made.
            return bytes(self._repository.read(oid)[1])
        except (KeyError, pygit2.GitError) as error:
            raise SourceError(
                f"expected the object {oid} in the repository, found none",
                hint="run git fsck; a partial clone may need git fetch",
            ) from error

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
        head = self._head()
        files, diagnostics = sort_files(Listing(self._index_entries(index)))
        changed, added = self._changed(files, head)
        return Snapshot(
            "index",
            describe(head) if head else None,
            self.prefix,
            files,
            changed,
            int(time.time()),
            diagnostics,
            self.blob,
            self,
            lambda path: self._in_index(index, path),
            added,
        )

    def at_worktree(self) -> Snapshot:
        """Return the project as it is on disk: tracked files and new ones that are not ignored."""
        if self._repository.workdir is None:
            raise SourceError(
                "expected a work tree, found a bare repository",
                hint="name a commit: --rev HEAD",
            )
        index = self._index()
        entries = {path: (oid, mode) for path, oid, mode in self._index_entries(index)}
        contents: dict[str, bytes] = {}
        large: dict[str, int] = {}
        for path in self._differing(index, entries):
            if path in entries and entries[path][1] == MODE_SUBMODULE:
                continue
            entries.pop(path, None)
            found = read_file(Path(self._repository.workdir), self.prefix + path)
            if found is None:
                continue
            if found.data is None:
                oid = f"{found.size:040x}"
                large[oid] = found.size
                entries[path] = (oid, found.mode)
                continue
            data = found.data
            if found.mode != MODE_LINK:
                data = self._as_committed(self.prefix + path, data)
            oid = str(pygit2.hash(data))
            contents[oid] = data
            entries[path] = (oid, found.mode)
        head = self._head()
        files, diagnostics = sort_files(
            Listing([(path, oid, mode) for path, (oid, mode) in entries.items()])
        )

        changed, added = self._changed(files, head)

        def read(oid: str) -> bytes:
            if oid in large:
                raise FileTooLargeError(large[oid])
            return contents[oid] if oid in contents else self.blob(oid)

        return Snapshot(
            "worktree",
            describe(head) if head else None,
            self.prefix,
            files,
            changed,
            int(time.time()),
            diagnostics,
            read,
            self,
            self._on_disk,
            added,
        )

    def _in_tree(self, commit: pygit2.Commit, path: str) -> bytes | None:
        """Return a file of the repository in a commit; None where there is none."""
        try:
            found = commit.tree[path]
        except KeyError:
            return None
        except (ValueError, pygit2.GitError) as error:
            raise incomplete(error) from error
        is_file = isinstance(found, pygit2.Blob) and found.filemode != MODE_LINK
        return self.blob(str(found.id)) if is_file else None

    def _in_index(self, index: pygit2.Index, path: str) -> bytes | None:
        """Return a file of the repository as it is staged; None where there is none."""
        if path not in index or index[path].mode in (MODE_LINK, MODE_SUBMODULE):
            return None
        return self.blob(str(index[path].id))

    def _on_disk(self, path: str) -> bytes | None:
        """Return a file of the work tree, in the project or not; None where there is none."""
        found = read_file(Path(self._repository.workdir), path)
        if found is None or found.data is None or found.mode == MODE_LINK:
            return None
        return self._as_committed(path, found.data)

    def _differing(self, index: pygit2.Index, entries: dict[str, tuple[str, int]]) -> list[str]:
        """Return the paths that must be read from disk, or are not there; drop the deleted ones.

        An entry of `git add -N` is in the index without content, so `entries` does not have it.
        """
        on_disk = FileStatus.WT_NEW | FileStatus.WT_MODIFIED | FileStatus.WT_TYPECHANGE
        on_disk |= FileStatus.CONFLICTED | FileStatus.INDEX_NEW
        try:
            status = self._repository.status(untracked_files="all", ignored=False)
        except pygit2.GitError as error:
            raise SourceError(
                f"expected to read the work tree, found: {error}",
                hint="check the permissions of the folder",
            ) from error
        differing = []
        for name, flags in status.items():
            if not name.startswith(self.prefix) or name.endswith("/"):
                continue
            path = name[len(self.prefix) :]
            if flags & FileStatus.WT_DELETED:
                if not _is_left_out(index, name):
                    entries.pop(path, None)
            elif flags & on_disk and (flags != FileStatus.INDEX_NEW or path not in entries):
                differing.append(path)
        return differing

    def _as_committed(self, name: str, data: bytes) -> bytes:
        """Return what Git would store of a work tree file: line ends by `text`, `eol`, `ident`.

        libgit2 knows these filters itself, and no other: it never starts a filter's command.
        """
        try:
            name.encode()
        except UnicodeEncodeError:
            return data  # A name that is not UTF-8 is reported; pygit2 cannot ask for its filters.
        try:
            filters = self._repository.load_filter_list(name, FilterMode.TO_ODB)
            return data if filters is None else bytes(filters.apply_to_buffer(data))
        except pygit2.GitError:
            # core.safecrlf: Git would refuse to store the file as it is. Its values are the same.
            return data

    def last_change(self, snapshot: Snapshot, span: Span) -> Commit | None:
        """Return the commit that last changed a line of a span, as `git blame` finds it.

        None where a line is not committed yet. To ask more than once, keep a `blame`.
        """
        return self.blame(snapshot).last_change(span)

    def blame(self, snapshot: Snapshot) -> "Blame":
        """Return who last changed the lines of a snapshot's files."""
        from gitconfig_tool.source.blame import Blame

        return Blame(self, snapshot)

    def _near_revision(self, rev: str) -> str:
        """Return a hint at the branch or tag with nearly this name; empty where there is none."""
        names = [each.split("/", 2)[-1] for each in self._repository.references]
        near = get_close_matches(rev, names, n=1)
        return f"did you mean {near[0]!r}?" if near else ""

    def _commit(self, rev: str) -> pygit2.Commit:
        try:
            found = self._repository.revparse_single(rev)
        except (KeyError, ValueError, pygit2.GitError) as error:
            if rev == "HEAD" and self._repository.head_is_unborn:
                raise SourceError(
                    "expected a commit, found a branch without any",
                    hint="commit the project first, or read the work tree: leave out --rev;"
                    " for compile, --worktree",
                ) from error
            raise SourceError(
                f"expected a revision of this repository, found {rev!r}",
                hint=self._near_revision(rev)
                or "git log --oneline shows the commits; a shallow clone has few of them",
            ) from error
        try:
            return found.peel(pygit2.Commit)
        except (pygit2.GitError, pygit2.InvalidSpecError, ValueError) as error:
            raise SourceError(
                f"expected {rev!r} to name a commit, found a {found.type_str}",
                hint="name a branch, a tag or a commit",
            ) from error

    def _commit_of_id(self, id: str) -> pygit2.Commit:
        """Return the commit of a whole or shortened id, and never a branch of that name."""
        try:
            return self._repository[id].peel(pygit2.Commit)
        except (KeyError, ValueError, pygit2.GitError) as error:
            raise SourceError(
                f"expected a tag or the id of one commit of this repository, found {id!r}",
                hint="a branch moves and does not count; write the whole id of 40 digits",
            ) from error

    def _has_reference(self, name: str) -> bool:
        try:
            return name in self._repository.references
        except (ValueError, pygit2.GitError):
            return False  # No reference can have such a name: it is too long, for one.

    def _head(self) -> pygit2.Commit | None:
        return None if self._repository.head_is_unborn else self._commit("HEAD")

    def _index(self) -> pygit2.Index:
        if self._repository.is_bare:
            raise SourceError(
                "expected an index, found a bare repository",
                hint="name a commit: --rev HEAD",
            )
        try:
            index: pygit2.Index = self._repository.index
            index.read(False)
        except pygit2.GitError as error:
            raise _unreadable_index(error) from error
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
                # pygit2 leaves a half-made object behind, which complains when it goes.
                with path.open("rb") as file:
                    if file.read(len(_INDEX_SIGNATURE)) != _INDEX_SIGNATURE:
                        raise _unreadable_index(f"{named} is no index")
                try:
                    index = pygit2.Index(str(path))
                    index.read()
                except pygit2.GitError as error:
                    raise _unreadable_index(error) from error
        return index

    def _index_entries(self, index: pygit2.Index) -> list[tuple[str, str, int]]:
        skip = len(self.prefix)
        prefix = os.fsencode(self.prefix)
        entries = []
        for number in range(len(index)):
            # pygit2's own entries are slow to make, and do not know what `git add -N` marks.
            entry = C.git_index_get_byindex(index._index, number)
            path = ffi.string(entry.path)
            if path.startswith(prefix) and not entry.flags_extended & _INTENT_TO_ADD:
                oid = bytes(ffi.buffer(ffi.addressof(entry, "id"))).hex()
                entries.append((_text(path)[skip:], oid, int(entry.mode)))
        return entries

    def _sorted(self, commit: pygit2.Commit) -> tuple[Mapping[str, File], tuple[Diagnostic, ...]]:
        """Return the files of the project in a commit, and what is odd among them."""
        id = str(commit.id)
        if self._listed is None or self._listed[0] != id:
            self._listed = (id, sort_files(self._listing(commit)))
        return self._listed[1]

    def _listing(self, commit: pygit2.Commit) -> Listing:
        try:
            tree: pygit2.Tree | pygit2.Blob = commit.tree
            if self.prefix:
                tree = commit.tree[self.prefix.rstrip("/")]
            if not isinstance(tree, pygit2.Tree):
                raise KeyError(self.prefix)
        except KeyError as error:
            raise NoFolderError(
                f"expected the folder {self.prefix} in commit {str(commit.id)[:12]}, found none",
                hint="the project may have had another place then: use --project",
            ) from error
        except pygit2.GitError as error:
            raise incomplete(error) from error
        return list_tree(self._repository, str(tree.id), self._trees)

    def _changed(
        self, files: Mapping[str, File], head: pygit2.Commit | None
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Return the paths that differ from a commit, and those of them that it does not have."""
        before: Mapping[str, File] = {}
        if head is not None:
            # Where the project is new, HEAD has no such folder yet.
            with suppress(NoFolderError):
                before, _ = self._sorted(head)
        there = {path for path, file in files.items() if path in before}
        changed = {path for path in there if before[path].oid != files[path].oid}
        added = files.keys() - there
        return frozenset(changed | added | (before.keys() - there)), frozenset(added)


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def _is_left_out(index: pygit2.Index, name: str) -> bool:
    """Tell whether a file is missing on purpose: a sparse checkout leaves it out of the work tree.

    Git then takes it to be as the index has it, and so do we. libgit2 calls it deleted.
    """
    entry = C.git_index_get_bypath(index._index, os.fsencode(name), 0)
    return bool(entry and entry.flags_extended & _SKIP_WORKTREE)


def _unreadable_index(problem: object) -> SourceError:
    return SourceError(
        f"expected an index that can be read, found: {problem}",
        hint="git status shows whether it is damaged; a sparse index is not known here:"
        " git sparse-checkout reapply --no-sparse-index",
    )
