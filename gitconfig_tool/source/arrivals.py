"""What each commit of a history brought: file contents that no parent has at the same path.

Takes commits to begin from; yields an `Arrival` for each file that a commit added, changed or
removed, oldest first. The whole repository is looked at, not the project's folder alone: a project
may have had another place once. Trees are read, files are not.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pygit2
from pygit2.enums import SortMode

from gitconfig_tool.source.commits import describe, incomplete, names_parents
from gitconfig_tool.source.history import InProject
from gitconfig_tool.source.snapshot import MODE_LINK, MODE_SUBMODULE, Commit, SourceError
from gitconfig_tool.source.trees import MAX_ENTRIES, MAX_PATH_BYTES, tree_entries

_KIND = 0o170000
_FOLDER = 0o40000
# Trees that are kept: a commit and its parents share nearly all of theirs.
_KEPT = 4_096

# Git's name for a tree without entries; it need not be in the repository.
_EMPTY = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


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
            try:
                commit = git.references[name].peel(pygit2.Commit)
            except (pygit2.InvalidSpecError, ValueError, KeyError):
                continue  # A tag may name a file or a folder, and a remote's HEAD nothing.
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
            parents = [str(parent.tree_id) for parent in commit.parents]
            described: Commit | None = None
            for path, oid, before in reader.differences(str(commit.tree_id), parents):
                described = described or describe(commit)
                yield Arrival(described, _in_project(path, repository.prefix), oid, before, is_cut)
    except (KeyError, ValueError, pygit2.GitError) as error:
        raise incomplete(error) from error


def contents(repository: InProject, commit: str) -> frozenset[str]:
    """Return the ids of the contents of all files of a commit, the whole repository's."""
    reader = _Trees(repository.git)
    try:
        tree = repository.git[commit].peel(pygit2.Tree)
    except (KeyError, ValueError, pygit2.GitError) as error:
        raise incomplete(error) from error
    found = (oid for _, oid, _ in reader.differences(str(tree.id), []))
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


class _Entry(NamedTuple):
    oid: str
    is_folder: bool


class _Trees:
    """Trees, compared folder by folder; a folder that two of them share is not looked into."""

    def __init__(self, git: pygit2.Repository) -> None:
        self._git = git
        self._known: dict[str, Mapping[str, _Entry]] = {}

    def differences(
        self, tree: str, parents: Sequence[str]
    ) -> Iterator[tuple[str, str | None, str | None]]:
        """Yield path, content and content before, where a tree differs from each of others."""
        waiting: list[tuple[str, str, Sequence[str]]] = [("", tree, parents)]
        seen = 0
        while waiting:
            prefix, at, others = waiting.pop()
            if at in others:
                continue
            entries = self._entries(at)
            before = [self._entries(other) for other in others]
            names = dict.fromkeys([*entries, *(name for each in before for name in each)])
            seen += len(names)
            if seen > MAX_ENTRIES:
                raise SourceError(
                    f"expected at most {MAX_ENTRIES:,} files and folders, found more",
                    hint="a tree that names itself again and again does that: run git fsck",
                )
            for name in names:
                now = entries.get(name)
                was = [each.get(name) for each in before]
                path = prefix + name
                # A snapshot has no file with such a path either.
                if now in was or len(path) > MAX_PATH_BYTES:
                    continue
                if any(each is not None and each.is_folder for each in (now, *was)):
                    waiting.append((f"{path}/", _folder(now), [_folder(each) for each in was]))
                file, files = _file(now), [_file(each) for each in was]
                # What one parent has as well, the commit took over from it: also that nothing is
                # there.
                if file not in files and (file is not None or files):
                    yield path, file, next((each for each in files if each is not None), None)

    def _entries(self, oid: str) -> Mapping[str, _Entry]:
        if oid == _EMPTY:
            return {}
        found = self._known.get(oid)
        if found is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            found = self._known[oid] = {
                name: _Entry(child, mode & _KIND == _FOLDER)
                for name, child, mode in tree_entries(self._git, oid)
                if mode not in (MODE_LINK, MODE_SUBMODULE)
            }
        return found


def _folder(entry: _Entry | None) -> str:
    return entry.oid if entry is not None and entry.is_folder else _EMPTY


def _file(entry: _Entry | None) -> str | None:
    return entry.oid if entry is not None and not entry.is_folder else None
