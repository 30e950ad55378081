"""What each commit of a history brought: file contents that no parent has at the same path.

Takes commits to begin from; yields an `Arrival` for each file that a commit added, changed or
removed, oldest first. The whole repository is looked at, not the project's folder alone: a project
may have had another place once. Trees are read, files are not.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pygit2
from pygit2.enums import SortMode

from gitconfig_tool.source.commits import describe, incomplete, names_parents
from gitconfig_tool.source.history import InProject
from gitconfig_tool.source.snapshot import MODE_LINK, MODE_SUBMODULE, Commit, SourceError
from gitconfig_tool.source.trees import MAX_ENTRIES, MAX_PATH_BYTES, Entries, raw_entries

# Modes as Git writes them; some old programs wrote a zero before that of a folder.
_FOLDERS = frozenset({b"40000", b"040000"})
_NO_FILES = _FOLDERS | {f"{MODE_LINK:o}".encode(), f"{MODE_SUBMODULE:o}".encode()}
# Trees that are kept: a commit and its parents share nearly all of theirs.
_KEPT = 4_096

# Git's name for a tree without entries; it need not be in the repository.
_EMPTY = bytes.fromhex("4b825dc642cb6eb9a060e54bf8d69288fbee4904")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A commit that changed what is at a path, against each of its parents.

    `path` is relative to the project; what lies outside of it begins with `:/` and is relative to
    the repository, as Git's own pathspecs are. `oid` is None where the file went away. `before` is
    the content that the path had in the first parent that had one. `is_cut` says that a shallow
    clone ends here: the file may be older.
    """

    commit: Commit
    path: str
    oid: str | None
    before: str | None
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Tip:
    """A reference and the commit that it leads to, in hex."""

    name: str
    commit: str


def tips(repository: InProject) -> tuple[Tip, ...]:
    """Return the branches, the branches of remotes and the tags that lead to a commit, by name."""
    git = repository.git
    found = []
    try:
        for name in sorted(git.references):
            if not name.startswith(("refs/heads/", "refs/remotes/", "refs/tags/")):
                continue
            if name.startswith("refs/remotes/") and name.endswith("/HEAD"):
                continue  # Another name for one of the remote's branches.
            try:
                commit = git.references[name].peel(pygit2.Commit)
            except (pygit2.InvalidSpecError, ValueError, KeyError):
                continue  # A tag may name a file or a folder.
            found.append(Tip(name, str(commit.id)))
        if not git.head_is_unborn:
            found.append(Tip("HEAD", str(git.head.peel(pygit2.Commit).id)))
    except pygit2.GitError as error:
        raise incomplete(error) from error
    return tuple(found)


def arrivals(
    repository: InProject,
    commits: Sequence[str],
    on_commit: Callable[[], None],
    hidden: Sequence[str] = (),
) -> Iterator[Arrival]:
    """Yield what every commit brought that one of `commits` leads to; parents come first.

    Commits that one of `hidden` leads to are left out. `on_commit` is called for each commit that
    is read.
    """
    git = repository.git
    reader = _Trees(git)
    try:
        walk = git.walk(None, SortMode.TOPOLOGICAL | SortMode.TIME | SortMode.REVERSE)
        for id in dict.fromkeys(commits):
            walk.push(pygit2.Oid(hex=id))
        for id in hidden:
            walk.hide(pygit2.Oid(hex=id))
        for commit in walk:
            on_commit()
            is_cut = git.is_shallow and not commit.parent_ids and names_parents(git, commit.id)
            parents = [parent.tree_id.raw for parent in commit.parents]
            described: Commit | None = None
            for path, oid, before in reader.differences(commit.tree_id.raw, parents):
                described = described or describe(commit)
                yield Arrival(described, _in_project(path, repository.prefix), oid, before, is_cut)
    except (KeyError, ValueError, pygit2.GitError) as error:
        raise incomplete(error) from error


def content_ids(repository: InProject, commit: str) -> frozenset[str]:
    """Return the ids of the contents of all files of a commit, the whole repository's."""
    reader = _Trees(repository.git)
    try:
        tree = repository.git[commit].peel(pygit2.Tree)
    except (KeyError, ValueError, pygit2.GitError) as error:
        raise incomplete(error) from error
    found = (oid for _, oid, _ in reader.differences(tree.id.raw, []))
    return frozenset(oid for oid in found if oid is not None)


def content_at(repository: InProject, commit: str, path: str) -> str | None:
    """Return the id of the content that a file of the project has in a commit; None without it."""
    try:
        tree = repository.git[commit].peel(pygit2.Tree)
        entry = tree[repository.prefix + path]
    except KeyError:
        return None
    except (ValueError, pygit2.GitError) as error:
        raise incomplete(error) from error
    return str(entry.id) if isinstance(entry, pygit2.Blob) else None


def _in_project(path: str, prefix: str) -> str:
    return path[len(prefix) :] if path.startswith(prefix) else f":/{path}"


class _Trees:
    """Trees, compared folder by folder; a folder that two of them share is not looked into."""

    def __init__(self, git: pygit2.Repository) -> None:
        self._git = git
        self._known: dict[bytes, Entries] = {}

    def differences(
        self, tree: bytes, parents: Sequence[bytes]
    ) -> Iterator[tuple[str, str | None, str | None]]:
        """Yield path, content and content before, where a tree differs from each of others."""
        waiting: list[tuple[bytes, bytes, Sequence[bytes]]] = [(b"", tree, parents)]
        seen = 0
        while waiting:
            prefix, at, others = waiting.pop()
            if at in others:
                continue
            entries = self._entries(at)
            before = [self._entries(other) for other in others]
            names = set(entries)
            for each in before:
                # What one parent has as well, the commit took over: also that nothing is there.
                differing = {name for name, _ in entries.items() ^ each.items()}
                names = differing if each is before[0] else names & differing
            seen += len(names)
            if seen > MAX_ENTRIES:
                raise SourceError(
                    f"expected at most {MAX_ENTRIES:,} files and folders, found more",
                    hint="a tree that names itself again and again does that: run git fsck",
                )
            for name in sorted(names):
                now = entries.get(name)
                was = [each.get(name) for each in before]
                path = prefix + name
                # A snapshot has no file with such a path either.
                if len(path) > MAX_PATH_BYTES:
                    continue
                if any(each is not None and each[0] in _FOLDERS for each in (now, *was)):
                    waiting.append((path + b"/", _folder(now), [_folder(each) for each in was]))
                file, files = _file(now), [_file(each) for each in was]
                if file not in files and (file is not None or files):
                    old = next((each for each in files if each is not None), None)
                    yield os.fsdecode(path), file, old

    def _entries(self, oid: bytes) -> Entries:
        if oid == _EMPTY:
            return {}
        found = self._known.get(oid)
        if found is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            found = self._known[oid] = raw_entries(self._git, oid.hex())
        return found


def _folder(entry: tuple[bytes, bytes] | None) -> bytes:
    return entry[1] if entry is not None and entry[0] in _FOLDERS else _EMPTY


def _file(entry: tuple[bytes, bytes] | None) -> str | None:
    return None if entry is None or entry[0] in _NO_FILES else entry[1].hex()
