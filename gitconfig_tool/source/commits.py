"""Commits as the rest of the program sees them, and the error where one is missing."""

import pygit2

from gitconfig_tool.source.snapshot import Commit, SourceError


def incomplete(error: Exception) -> SourceError:
    """Return the error for an object that a repository lacks."""
    return SourceError(
        f"expected a complete repository, found an object missing: {error}",
        hint="run git fsck; a partial clone may need git fetch",
    )


def describe(commit: pygit2.Commit) -> Commit:
    """Return what a snapshot says of a commit."""
    encoding = commit.message_encoding
    return Commit(
        str(commit.id),
        int(commit.commit_time),
        _decoded(commit.author.raw_name, encoding),
        _decoded(commit.raw_message, encoding).partition("\n")[0],
    )


def _decoded(text: bytes, encoding: str | None) -> str:
    """Decode as the commit says; one that says nonsense is taken as UTF-8."""
    try:
        return text.decode(encoding or "utf-8", "replace")
    except (LookupError, ValueError):
        return text.decode("utf-8", "replace")


def names_parents(git: pygit2.Repository, id: pygit2.Oid) -> bool:
    """Tell whether a commit has parents; libgit2 hides those that a shallow clone lacks."""
    _, data = git.read(id)
    return b"\nparent " in data.partition(b"\n\n")[0]
