"""Where a change starts: commits and branches of a clone, and the commit that two have in common.

Takes a repository and names that come from elsewhere; nothing of a name is read as a revision.
Returns ids of commits, or None where the clone lacks them. Fetches nothing.
"""

import pygit2

from gitconfig_tool.source.commits import incomplete
from gitconfig_tool.source.released import default_branches
from gitconfig_tool.source.repository import ProjectRepository


def held_commit(repository: ProjectRepository, id: str) -> str | None:
    """Return the whole id of a commit that is there, given whole or shortened."""
    try:
        return str(repository.git[id].peel(pygit2.Commit).id)
    except (KeyError, ValueError, pygit2.GitError, pygit2.InvalidSpecError):
        return None


def branch_tip(repository: ProjectRepository, name: str) -> str | None:
    """Return the commit of a branch: as the remote `origin` has it, else as the clone has it."""
    git = repository.git
    for reference in (f"refs/remotes/origin/{name}", f"refs/heads/{name}"):
        try:
            return str(git.references[reference].peel(pygit2.Commit).id)
        except (KeyError, ValueError, pygit2.GitError, pygit2.InvalidSpecError):
            continue
    return None


def default_tip(repository: ProjectRepository) -> tuple[str, str] | None:
    """Return the name and the commit of the default branch; None where no branch looks like it."""
    for name, commit in default_branches(repository.git):
        short = name.removeprefix("refs/remotes/").removeprefix("refs/heads/")
        return short, str(commit.id)
    return None


def common_ancestor(repository: ProjectRepository, one: str, other: str) -> str | None:
    """Return the commit that two commits have in common; None where there is none, or none left.

    A shallow clone may have cut it off: `is_shallow` tells.
    """
    try:
        found = repository.git.merge_base(pygit2.Oid(hex=one), pygit2.Oid(hex=other))
    except (KeyError, ValueError, pygit2.GitError) as error:
        raise incomplete(error) from error
    return str(found) if found else None


def is_shallow(repository: ProjectRepository) -> bool:
    """Tell whether the clone lacks a part of the history."""
    return bool(repository.git.is_shallow)
