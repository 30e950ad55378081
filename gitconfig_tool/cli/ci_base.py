"""Which commit a change is compared with: what CI says, else where it left the default branch.

Takes an opened repository and a `CiRun`; returns the commit, or says what the clone lacks. Fetches
nothing, and starts no program.
"""

from dataclasses import dataclass

from gitconfig_tool.cli.ci_environment import PULL_REQUEST, CiError, CiRun
from gitconfig_tool.source import (
    ProjectRepository,
    SourceError,
    branch_tip,
    common_ancestor,
    default_tip,
    held_commit,
    is_shallow,
)

_SHORT = 12


@dataclass(frozen=True, slots=True)
class BaseCommit:
    """The commit to compare with, and what people call it.

    `commit` is None where nothing was there before: everything is new then.
    """

    commit: str | None
    name: str


def find_base(
    repository: ProjectRepository, run: CiRun, head: str, named: str | None
) -> BaseCommit:
    """Return the base of a commit; `named` is what the user asked for.

    Raises `CiError` where a shallow clone lacks it.
    """
    if named is not None:
        try:
            tip = repository.commit_id(named)
        except SourceError as error:
            if is_shallow(repository):
                raise _missing(run, repr(named)) from error
            raise
        return _where_left(repository, run, head, tip, named)
    merged = _merged_into(repository, run, head)
    if merged is not None:
        return merged
    for commit in run.commits:
        tip_or_none = held_commit(repository, commit)
        if tip_or_none is not None:
            name = run.branches[0] if run.branches else commit[:_SHORT]
            if run.is_direct:
                return BaseCommit(tip_or_none, name)
            return _where_left(repository, run, head, tip_or_none, name)
    for branch in run.branches:
        tip_or_none = branch_tip(repository, branch)
        if tip_or_none is not None:
            return _where_left(repository, run, head, tip_or_none, branch)
    # What a forced push has replaced is nowhere any more: then the default branch is what is left.
    if (run.commits or run.branches) and (not run.is_direct or is_shallow(repository)):
        raise _missing(run, " and ".join((*(each[:_SHORT] for each in run.commits), *run.branches)))
    return _on_default_branch(repository, run, head)


def _merged_into(repository: ProjectRepository, run: CiRun, head: str) -> BaseCommit | None:
    """Return the other parent of a commit that merges a pull request into its target.

    It is the target as it was then: what the event says of it may be older.
    """
    parents = repository.parents(head)
    if not run.merged or len(parents) != 2 or parents[1] != run.merged:
        return None
    return BaseCommit(parents[0], run.branches[0] if run.branches else parents[0][:_SHORT])


def _where_left(
    repository: ProjectRepository, run: CiRun, head: str, tip: str, name: str
) -> BaseCommit:
    base = common_ancestor(repository, tip, head)
    if base is None and is_shallow(repository):
        raise _missing(run, f"a commit that {name} and the change have in common")
    if base == head and run.event == PULL_REQUEST:
        raise CiError(
            f"expected a change on top of {name}, found {head[:_SHORT]}, which {name} has already",
            hint="check out the pull request: on GitHub, pull_request_target checks out its base, "
            "and pull_request what would be merged",
        )
    return BaseCommit(base or tip, name)


def _on_default_branch(repository: ProjectRepository, run: CiRun, head: str) -> BaseCommit:
    default = default_tip(repository)
    base = None if default is None else common_ancestor(repository, default[1], head)
    if default is not None and base is not None and base != head:
        return BaseCommit(base, default[0])
    parents = repository.parents(head)
    if parents:
        if default is not None and base is None:
            if is_shallow(repository):
                raise _missing(run, f"a commit that {default[0]} and the change have in common")
            return BaseCommit(default[1], default[0])
        return BaseCommit(parents[0], "the commit before")
    if repository.is_cut(head):
        raise _missing(run, "the commit before")
    return BaseCommit(None, "nothing")


def _missing(run: CiRun, what: str) -> CiError:
    return CiError(
        f"expected {what} in the clone, to compare the change with; found that the clone lacks it",
        hint=f"{run.deepen}; --allow-shallow checks the change without comparing it",
    )
