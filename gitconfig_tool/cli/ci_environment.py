"""What a CI system says of the run: which commit the change starts from, and how to clone it all.

Takes the variables of the environment, and on GitHub the event; returns a `CiRun`. Pure: reads no
file and no repository, and no variable that may hold a token. Values of the environment come from
whoever named a branch: one that is no commit id, or no plain name of a branch, is refused.

The variables are those that each system documents on its page of predefined variables, as read in
November 2026.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.errors import GitConfigError

PULL_REQUEST, MERGE_QUEUE, PUSH = "pull request", "merge queue", "push"

# Bitbucket shortens the commit of the destination to 12 digits; Git itself never below 7.
_COMMIT = re.compile(r"[0-9a-f]{7,40}")
# GitHub and GitLab write zeros where there is no commit before.
_NONE = re.compile(r"0+")
# Narrower than git-check-ref-format(1): names are shown in hints, which people copy to a shell.
_BRANCH = re.compile(r"(?![-./])(?!.*(?:\.\.|//|@\{))[\w./@#+=%,-]{1,250}(?<![./])")
_HEADS = "refs/heads/"
_MAX_SHOWN = 80


class CiError(GitConfigError):
    """What the environment says cannot be used, or the clone lacks what is needed."""


@dataclass(frozen=True, slots=True)
class CiRun:
    """What is known of a run.

    `system` is a short name, empty outside of CI. `commits` and `branches` name the base, the
    surest first; both are empty where the system says nothing of it. `merged` is the commit of a
    pull request: where HEAD merges it, the other parent of HEAD is the base. `is_direct` says that
    the base itself is what was there before, and not where a branch left it. `deepen` says how to
    clone the whole history there.
    """

    system: str
    name: str
    event: str = ""
    commits: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    merged: str = ""
    is_direct: bool = False
    deepen: str = "git fetch --unshallow --tags"


def detect_run(variables: Mapping[str, str], event: Mapping[str, Any] | None = None) -> CiRun:
    """Return what the environment says; `event` is GitHub's event, where there is one.

    Raises `CiError` for a value that is not what it should be.
    """
    given = _Given(variables, event or {})
    for find in _SYSTEMS:
        run = find(given)
        if run is not None:
            return run
    return CiRun("", "no CI system that is known here")


class _Given:
    """The variables and the event, with each value looked at before it is used."""

    def __init__(self, variables: Mapping[str, str], event: Mapping[str, Any]) -> None:
        self._variables = variables
        self._event = event

    def text(self, name: str) -> str:
        """Return a variable; one that is not set is empty, as an empty one is not set."""
        return self._variables.get(name, "").strip()

    def commits(self, *names: str) -> tuple[str, ...]:
        """Return the commits of several variables, without those that are not set."""
        found = (_commit(self.text(name), name) for name in names)
        return tuple(dict.fromkeys(filter(None, found)))

    def branches(self, *names: str) -> tuple[str, ...]:
        """Return the branches of several variables, without those that are not set."""
        found = (_branch(self.text(name), name) for name in names)
        return tuple(dict.fromkeys(filter(None, found)))

    def of_event(self, *keys: str) -> str:
        """Return the commit at a path of the event; empty where there is none."""
        value: Any = self._event
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None and not isinstance(value, str):
            raise _refused("a commit id", value, f"{'.'.join(keys)} of GITHUB_EVENT_PATH")
        return _commit(value or "", f"{'.'.join(keys)} of GITHUB_EVENT_PATH")


def _github(given: _Given) -> CiRun | None:
    # Gitea and Forgejo Actions set the same variables.
    if given.text("GITHUB_ACTIONS") != "true":
        return None
    event = given.text("GITHUB_EVENT_NAME")
    deepen = "in the workflow: actions/checkout with fetch-depth: 0"
    system, name = "github", "GitHub Actions"
    if event in ("pull_request", "pull_request_target"):
        base = given.of_event("pull_request", "base", "sha")
        return CiRun(
            system,
            name,
            PULL_REQUEST,
            (base,) if base else (),
            given.branches("GITHUB_BASE_REF"),
            given.of_event("pull_request", "head", "sha"),
            deepen=deepen,
        )
    if event == "merge_group":
        base = given.of_event("merge_group", "base_sha")
        return CiRun(system, name, MERGE_QUEUE, (base,) if base else (), deepen=deepen)
    before = given.of_event("before") if event == "push" else ""
    return CiRun(
        system,
        name,
        PUSH if event == "push" else event.replace("_", " "),
        (before,) if before else (),
        is_direct=bool(before),
        deepen=deepen,
    )


def _gitlab(given: _Given) -> CiRun | None:
    if given.text("GITLAB_CI") != "true":
        return None
    deepen = 'in .gitlab-ci.yml: variables: {GIT_DEPTH: "0"}'
    system, name = "gitlab", "GitLab CI"
    if given.text("CI_MERGE_REQUEST_IID"):
        # The commit of the target is set where HEAD is the merged result.
        return CiRun(
            system,
            name,
            PULL_REQUEST,
            given.commits("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "CI_MERGE_REQUEST_DIFF_BASE_SHA"),
            given.branches("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
            deepen=deepen,
        )
    before = given.commits("CI_COMMIT_BEFORE_SHA")
    branches = () if before else given.branches("CI_DEFAULT_BRANCH")
    is_push = given.text("CI_PIPELINE_SOURCE") == "push"
    return CiRun(
        system, name, PUSH if is_push else "", before, branches, "", bool(before), deepen=deepen
    )


def _bitbucket(given: _Given) -> CiRun | None:
    if not given.text("BITBUCKET_BUILD_NUMBER"):
        return None
    deepen = (
        "in bitbucket-pipelines.yml: clone: {depth: full}, and before this command: "
        'git fetch origin "$BITBUCKET_PR_DESTINATION_BRANCH"'
    )
    system, name = "bitbucket", "Bitbucket Pipelines"
    if not given.text("BITBUCKET_PR_ID"):
        return CiRun(system, name, PUSH, deepen=deepen)
    return CiRun(
        system,
        name,
        PULL_REQUEST,
        given.commits("BITBUCKET_PR_DESTINATION_COMMIT"),
        given.branches("BITBUCKET_PR_DESTINATION_BRANCH"),
        deepen=deepen,
    )


def _azure(given: _Given) -> CiRun | None:
    if given.text("TF_BUILD").lower() != "true":
        return None
    deepen = "in azure-pipelines.yml: steps: [{checkout: self, fetchDepth: 0}]"
    system, name = "azure", "Azure Pipelines"
    if given.text("BUILD_REASON") != "PullRequest":
        return CiRun(system, name, PUSH, deepen=deepen)
    merged = given.commits("SYSTEM_PULLREQUEST_SOURCECOMMITID")
    return CiRun(
        system,
        name,
        PULL_REQUEST,
        (),
        given.branches("SYSTEM_PULLREQUEST_TARGETBRANCH"),
        merged[0] if merged else "",
        deepen=deepen,
    )


def _circleci(given: _Given) -> CiRun | None:
    if given.text("CIRCLECI") != "true":
        return None
    # No variable tells the base; `<< pipeline.git.base_revision >>` goes with --base.
    event = PULL_REQUEST if given.text("CIRCLE_PULL_REQUEST") else PUSH
    return CiRun(
        "circleci",
        "CircleCI",
        event,
        deepen="in .circleci/config.yml: steps: [{checkout: {method: full}}]",
    )


def _buildkite(given: _Given) -> CiRun | None:
    if given.text("BUILDKITE") != "true":
        return None
    deepen = 'in the pipeline: env: {BUILDKITE_GIT_CLONE_FLAGS: "-v"}, without --depth'
    # The variable is `false` outside of pull requests.
    if given.text("BUILDKITE_PULL_REQUEST") in ("", "false"):
        branches = given.branches("BUILDKITE_PIPELINE_DEFAULT_BRANCH")
        return CiRun("buildkite", "Buildkite", PUSH, (), branches, deepen=deepen)
    return CiRun(
        "buildkite",
        "Buildkite",
        PULL_REQUEST,
        (),
        given.branches("BUILDKITE_PULL_REQUEST_BASE_BRANCH"),
        deepen=deepen,
    )


def _woodpecker(given: _Given) -> CiRun | None:
    if given.text("CI") != "woodpecker":
        return None
    deepen = (
        "in the workflow: clone: {git: {image: woodpeckerci/plugin-git, "
        "settings: {depth: 0, partial: false}}}"
    )
    system, name = "woodpecker", "Woodpecker CI"
    if given.text("CI_PIPELINE_EVENT") == "pull_request":
        branches = given.branches("CI_COMMIT_TARGET_BRANCH")
        return CiRun(system, name, PULL_REQUEST, (), branches, deepen=deepen)
    before = given.commits("CI_PREV_COMMIT_SHA")
    return CiRun(system, name, PUSH, before, is_direct=bool(before), deepen=deepen)


def _drone(given: _Given) -> CiRun | None:
    if given.text("DRONE") != "true":
        return None
    deepen = "in .drone.yml: no clone: {depth: ...}"
    system, name = "drone", "Drone"
    if given.text("DRONE_BUILD_EVENT") == "pull_request":
        branches = given.branches("DRONE_TARGET_BRANCH")
        return CiRun(system, name, PULL_REQUEST, (), branches, deepen=deepen)
    before = given.commits("DRONE_COMMIT_BEFORE")
    return CiRun(system, name, PUSH, before, is_direct=bool(before), deepen=deepen)


def _jenkins(given: _Given) -> CiRun | None:
    if not given.text("JENKINS_URL"):
        return None
    deepen = (
        "in the job: no shallow clone, and fetch the target branch (CloneOption: shallow false)"
    )
    system, name = "jenkins", "Jenkins"
    if given.text("CHANGE_ID"):
        branches = given.branches("CHANGE_TARGET")
        return CiRun(system, name, PULL_REQUEST, (), branches, deepen=deepen)
    before = given.commits("GIT_PREVIOUS_SUCCESSFUL_COMMIT")
    return CiRun(system, name, PUSH, before, is_direct=bool(before), deepen=deepen)


# Woodpecker sets variables of Drone too; some runners set those of Jenkins for others.
_SYSTEMS: tuple[Callable[[_Given], CiRun | None], ...] = (
    _github,
    _gitlab,
    _bitbucket,
    _azure,
    _circleci,
    _buildkite,
    _woodpecker,
    _drone,
    _jenkins,
)


def _commit(text: str, name: str) -> str:
    if not text or _NONE.fullmatch(text):
        return ""
    if _COMMIT.fullmatch(text) is None:
        raise _refused("a commit id of 7 to 40 hexadecimal digits", text, name)
    return text


def _branch(text: str, name: str) -> str:
    found = text.removeprefix(_HEADS)
    if found and _BRANCH.fullmatch(found) is None:
        raise _refused("the plain name of a branch", text, name)
    return found


def _refused(expected: str, found: object, name: str) -> CiError:
    shown = repr(found)
    shown = shown if len(shown) <= _MAX_SHOWN else f"{shown[:_MAX_SHOWN]}..."
    return CiError(
        f"expected {expected} in {name}, found {shown}",
        hint="nothing was done with it; name the base yourself: --base COMMIT",
    )
