"""Walking back through commits, past those that leave a few paths alone.

Takes a commit and paths of the project; returns the commit that last changed one of them, on the
way that Git itself takes: at a merge, a parent that holds the same is followed alone (git-log(1),
"History Simplification"). Commits and trees are read, files are not. A folder that a commit leaves
alone is looked at once for all commits that share it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import NamedTuple, Protocol

import pygit2

from gitconfig_tool.source.commits import describe, incomplete, names_parents
from gitconfig_tool.source.snapshot import MODE_LINK, MODE_SUBMODULE, Commit, Version

# The mode and Git id of each path that is there; of one in `Watched.present`, None.
_Entries = Mapping[str, tuple[int, pygit2.Oid] | None]


class InProject(Protocol):
    """A repository and the project's folder in it; `ProjectRepository` is one."""

    @property
    def git(self) -> pygit2.Repository:
        """The repository."""

    @property
    def prefix(self) -> str:
        """The folder, empty or ending in `/`."""

    def blob(self, oid: str, /) -> bytes:
        """Return the content of a file."""


class Watched(NamedTuple):
    """Paths of a project to compare: of `present`, only whether something is there counts."""

    paths: frozenset[str]
    present: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stop:
    """A commit that changed a watched path, against each of its parents.

    `parents` holds, for the id of each parent, the watched paths that differ from it. It is empty
    for the first commit of all, and where a shallow clone ends, which `is_cut` tells.
    """

    commit: Commit
    parents: Mapping[str, tuple[str, ...]]
    is_cut: bool


class Walk:
    """A walk back from one or several commits; none is visited twice.

    `on_commit` is called for each commit that is read.
    """

    def __init__(self, repository: InProject, on_commit: Callable[[], None]) -> None:
        # Each object is read once: keeping it would cost a third of the time, and 300 MB.
        pygit2.settings.enable_caching(False)
        self._git = repository.git
        self._prefix = repository.prefix
        self._on_commit = on_commit
        self._seen: set[pygit2.Oid] = set()
        self._watches: dict[Watched, _Watch] = {}

    def back(self, commit: str, watched: Watched) -> Stop | None:
        """Return the commit that last changed what is watched, from a commit backwards.

        None when the walk comes to a commit that it has visited before.
        """
        watch = self._watches.get(watched)
        if watch is None:
            watch = self._watches[watched] = _Watch(self._prefix, watched)
        try:
            return self._back(self._git[commit].peel(pygit2.Commit), watch)
        except (KeyError, ValueError, pygit2.GitError) as error:
            raise incomplete(error) from error

    def _back(self, at: pygit2.Commit, watch: "_Watch") -> Stop | None:
        entries = watch.entries(at.tree)
        seen, shallow = self._seen, self._git.is_shallow
        while True:
            if at.id in seen:
                return None
            seen.add(at.id)
            self._on_commit()
            if shallow and not at.parent_ids and names_parents(self._git, at.id):
                return Stop(describe(at), {}, is_cut=True)
            differing: dict[str, tuple[str, ...]] = {}
            for parent in at.parents:
                there = watch.entries(parent.tree)
                if there == entries:
                    at = parent
                    break
                differing[str(parent.id)] = _differing(entries, there)
            else:
                return Stop(describe(at), differing, is_cut=False)


def versions(repository: InProject, commit: str, path: str) -> Iterator[Version]:
    """Yield the commits that changed a file of the project, from a commit back, newest first.

    Commits of one second, and those whose clocks were wrong, come as the walk finds them.
    """
    walk = Walk(repository, lambda: None)
    watched = Watched(frozenset({path}))
    waiting: list[tuple[int, int, Stop]] = []
    count = 0
    starts: Iterable[str] = (commit,)
    while True:
        for start in starts:
            stop = walk.back(start, watched)
            if stop is not None:
                heappush(waiting, (-stop.commit.time, count, stop))
                count += 1
        if not waiting:
            return
        stop = heappop(waiting)[2]
        starts = stop.parents
        oid = _file_id(repository, stop.commit.id, path)
        if oid is not None or stop.parents or stop.is_cut:
            yield Version(stop.commit, oid, stop.is_cut, repository.blob)


def _file_id(repository: InProject, commit: str, path: str) -> str | None:
    try:
        entry = repository.git[commit].peel(pygit2.Tree)[repository.prefix + path]
    except (KeyError, ValueError):
        return None
    except pygit2.GitError as error:
        raise incomplete(error) from error
    return None if int(entry.filemode) in (MODE_LINK, MODE_SUBMODULE) else str(entry.id)


class _Folder(NamedTuple):
    """What is watched in one folder: for each name, what is watched inside, and how it is itself.

    That is None where only what is inside is watched, else whether its content counts.
    """

    path: str
    names: "dict[str, tuple[_Folder, bool | None]]"


class _Watch:
    """Paths to compare between trees."""

    def __init__(self, prefix: str, watched: Watched) -> None:
        self._top = _Folder("", {})
        self._skip = len(prefix)
        # What was found last in each folder: most commits leave most folders alone.
        self._last: dict[str, tuple[pygit2.Oid, _Entries]] = {}
        self._add(prefix, watched.present - watched.paths, whole=False)
        self._add(prefix, watched.paths, whole=True)

    def _add(self, prefix: str, paths: Iterable[str], *, whole: bool) -> None:
        for path in paths:
            at, parts = self._top, (prefix + path).split("/")
            for depth, part in enumerate(parts, 1):
                known = at.names.get(part) or (_Folder("/".join(parts[:depth]), {}), None)
                at.names[part] = (known[0], whole) if depth == len(parts) else known
                at = known[0]

    def entries(self, tree: pygit2.Tree) -> _Entries:
        """Return what a tree has of what is watched."""
        return self._under(tree, self._top)

    def _under(self, tree: pygit2.Tree, folder: _Folder) -> _Entries:
        last = self._last.get(folder.path)
        if last is not None and last[0] == tree.id:
            return last[1]
        found: dict[str, tuple[int, pygit2.Oid] | None] = {}
        for name, (inner, counts) in folder.names.items():
            if name in tree:
                entry = tree[name]
                if counts is not None:
                    mark = (int(entry.filemode), entry.id) if counts else None
                    found[inner.path[self._skip :]] = mark
                if inner.names and isinstance(entry, pygit2.Tree):
                    found.update(self._under(entry, inner))
        self._last[folder.path] = (tree.id, found)
        return found


def _differing(one: _Entries, other: _Entries) -> tuple[str, ...]:
    return tuple(
        path
        for path in sorted(one.keys() | other.keys())
        if (path in one) != (path in other) or one.get(path) != other.get(path)
    )
