"""What the files of a folder were in the commits that others rely on.

Takes a repository and a folder of the project; returns the folder at every tag whose name matches a
glob, and at the commit where the work left the default branch. Trees are read, each once for all
tags that share it; a file is read only when it is asked for.
"""

import os
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

import pygit2

from gitconfig_tool.source.commits import describe, incomplete
from gitconfig_tool.source.history import InProject
from gitconfig_tool.source.snapshot import MODE_LINK, MODE_SUBMODULE, Base, Held
from gitconfig_tool.source.trees import Entries, raw_entries

_TAGS = "refs/tags/"
# The default branch, the surest name first: what the remote says, else what people call it.
_DEFAULT_BRANCHES = (
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
)
_FOLDER = 0o40000
_KIND = 0o170000


def releases(repository: InProject, glob: str, folder: str) -> tuple[Held, ...]:
    """Return the folder at every tag whose name matches, oldest commit first."""
    git = repository.git
    folders = _Folders(repository, folder)
    found = []
    try:
        for name in git.references:
            if name.startswith(_TAGS) and fnmatchcase(name.removeprefix(_TAGS), glob):
                commit = _commit_of(git, name)
                if commit is not None:
                    found.append(folders.held(name.removeprefix(_TAGS), commit))
    except pygit2.GitError as error:
        raise incomplete(error) from error
    return tuple(sorted(found, key=lambda each: (each.commit.time, each.name)))


def merge_base(repository: InProject, commit: str, folder: str, *, is_commit: bool) -> Base:
    """Return the folder where the work on a commit left the default branch.

    On the default branch itself, a commit is compared with its first parent; what is not committed
    (`is_commit` is false) with the commit.
    """
    git = repository.git
    folders = _Folders(repository, folder)
    try:
        at = git[commit].peel(pygit2.Commit)
        name, tip = next(default_branches(git), ("", None))
        base = None if tip is None else git.merge_base(at.id, tip.id)
        if base is not None and (base != at.id or not is_commit):
            return Base(folders.held(_short(name), git[base].peel(pygit2.Commit)))
        if base is None and tip is not None:
            return Base(None, bool(git.is_shallow))
        if base is None and not is_commit:
            return Base(folders.held("HEAD", at), bool(git.is_shallow))
        if at.parent_ids:
            return Base(folders.held(_short(name) or "the commit before", at.parents[0]))
        return Base(None, bool(git.is_shallow))
    except (KeyError, ValueError, pygit2.GitError) as error:
        raise incomplete(error) from error


def default_branches(git: pygit2.Repository) -> Iterator[tuple[str, pygit2.Commit]]:
    """Yield the branches that may be the default one, the surest first, each with its commit."""
    for name in _DEFAULT_BRANCHES:
        if name in git.references:
            commit = _commit_of(git, name)
            if commit is not None:
                yield name, commit


def _commit_of(git: pygit2.Repository, name: str) -> pygit2.Commit | None:
    """Return the commit that a reference leads to; a tag may name a file, or nothing that is there.

    A branch may name one that is gone, as `origin/HEAD` does after the remote's default changed.
    """
    try:
        return git.references[name].peel(pygit2.Commit)
    except (KeyError, ValueError, pygit2.GitError, pygit2.InvalidSpecError):
        return None


def _short(name: str) -> str:
    for start in ("refs/remotes/", "refs/heads/"):
        name = name.removeprefix(start)
    return name


class _Folders:
    """One folder of the project in several commits; what they share is read once."""

    def __init__(self, repository: InProject, folder: str) -> None:
        self._repository = repository
        self._folder = folder.rstrip("/")
        self._entries: dict[str, Entries] = {}
        self._files: dict[tuple[str, bytes], Mapping[str, str]] = {}

    def held(self, name: str, commit: pygit2.Commit) -> Held:
        """Return the folder as a commit has it."""
        tree = self._at(commit, self._folder)
        entries = self._inside(str(tree.id)) if isinstance(tree, pygit2.Tree) else {}
        return Held(
            name,
            describe(commit),
            self._folder,
            entries,
            lambda each: self._below(f"{self._folder}/{os.fsdecode(each)}", *entries[each]),
            lambda path: self._id(commit, path),
            self._repository.blob,
        )

    def _id(self, commit: pygit2.Commit, path: str) -> str | None:
        found = self._at(commit, path)
        is_file = isinstance(found, pygit2.Blob) and int(found.filemode) != MODE_LINK
        return str(found.id) if is_file and found is not None else None

    def _at(self, commit: pygit2.Commit, path: str) -> pygit2.Object | None:
        try:
            return commit.tree[self._repository.prefix + path]
        except KeyError:
            return None

    def _inside(self, tree: str) -> Entries:
        if tree not in self._entries:
            self._entries[tree] = raw_entries(self._repository.git, tree)
        return self._entries[tree]

    def _below(self, path: str, mode: bytes, oid: bytes) -> Mapping[str, str]:
        """Return the files at or below a path, which is an entry of this mode and id."""
        kind = int(mode, 8)
        if kind & _KIND != _FOLDER:
            return {} if kind in (MODE_LINK, MODE_SUBMODULE) else {path: oid.hex()}
        if (path, oid) not in self._files:
            found: dict[str, str] = {}
            for name, (inner_mode, inner) in self._inside(oid.hex()).items():
                found |= self._below(f"{path}/{os.fsdecode(name)}", inner_mode, inner)
            self._files[path, oid] = found
        return self._files[path, oid]
