"""What each CI system says of a run; the variables are those of its own documentation."""

from collections.abc import Mapping
from typing import Any

import pytest

from gitconfig_tool.cli.ci_environment import CiError, CiRun, detect_run

A, B, C = "a" * 40, "b" * 40, "c" * 40
NONE = "0" * 40
PULL = {"pull_request": {"base": {"sha": A}, "head": {"sha": B}}}
GITHUB = {"GITHUB_ACTIONS": "true"}
GITLAB = {"GITLAB_CI": "true"}


def _said(run: CiRun) -> tuple[str, str, tuple[str, ...], tuple[str, ...], str, bool]:
    return run.system, run.event, run.commits, run.branches, run.merged, run.is_direct


@pytest.mark.parametrize(
    ("variables", "event", "expected"),
    [
        pytest.param({}, None, ("", "", (), (), "", False), id="nowhere"),
        pytest.param(
            {**GITHUB, "GITHUB_EVENT_NAME": "pull_request", "GITHUB_BASE_REF": "main"},
            PULL,
            ("github", "pull request", (A,), ("main",), B, False),
            id="github-pull-request",
        ),
        pytest.param(
            {**GITHUB, "GITHUB_EVENT_NAME": "merge_group"},
            {"merge_group": {"base_sha": A, "head_sha": B}},
            ("github", "merge queue", (A,), (), "", False),
            id="github-merge-queue",
        ),
        pytest.param(
            {**GITHUB, "GITHUB_EVENT_NAME": "push"},
            {"before": A, "after": B},
            ("github", "push", (A,), (), "", True),
            id="github-push",
        ),
        pytest.param(
            {**GITHUB, "GITHUB_EVENT_NAME": "push"},
            {"before": NONE, "after": B},
            ("github", "push", (), (), "", False),
            id="github-push-of-a-new-branch",
        ),
        pytest.param(
            {**GITHUB, "GITHUB_EVENT_NAME": "workflow_dispatch"},
            {"inputs": None},
            ("github", "workflow dispatch", (), (), "", False),
            id="github-by-hand",
        ),
        pytest.param(
            {
                **GITLAB,
                "CI_MERGE_REQUEST_IID": "7",
                "CI_MERGE_REQUEST_DIFF_BASE_SHA": A,
                "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": "",
                "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
                "CI_COMMIT_BEFORE_SHA": NONE,
            },
            None,
            ("gitlab", "pull request", (A,), ("main",), "", False),
            id="gitlab-merge-request",
        ),
        pytest.param(
            {
                **GITLAB,
                "CI_MERGE_REQUEST_IID": "7",
                "CI_MERGE_REQUEST_DIFF_BASE_SHA": A,
                "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": C,
                "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
            },
            None,
            ("gitlab", "pull request", (C, A), ("main",), "", False),
            id="gitlab-merged-result",
        ),
        pytest.param(
            {**GITLAB, "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": A},
            None,
            ("gitlab", "push", (A,), (), "", True),
            id="gitlab-push",
        ),
        pytest.param(
            {
                **GITLAB,
                "CI_PIPELINE_SOURCE": "push",
                "CI_COMMIT_BEFORE_SHA": NONE,
                "CI_DEFAULT_BRANCH": "trunk",
            },
            None,
            ("gitlab", "push", (), ("trunk",), "", False),
            id="gitlab-push-of-a-new-branch",
        ),
        pytest.param(
            {
                "BITBUCKET_BUILD_NUMBER": "12",
                "BITBUCKET_PR_ID": "3",
                "BITBUCKET_PR_DESTINATION_BRANCH": "main",
                "BITBUCKET_PR_DESTINATION_COMMIT": A[:12],
            },
            None,
            ("bitbucket", "pull request", (A[:12],), ("main",), "", False),
            id="bitbucket-pull-request",
        ),
        pytest.param(
            {
                "TF_BUILD": "True",
                "BUILD_REASON": "PullRequest",
                "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/releases/1.x",
                "SYSTEM_PULLREQUEST_SOURCECOMMITID": B,
            },
            None,
            ("azure", "pull request", (), ("releases/1.x",), B, False),
            id="azure-pull-request",
        ),
        pytest.param(
            {"TF_BUILD": "True", "BUILD_REASON": "IndividualCI"},
            None,
            ("azure", "push", (), (), "", False),
            id="azure-push",
        ),
        pytest.param(
            {"CIRCLECI": "true", "CIRCLE_PULL_REQUEST": "https://git.example.com/a/b/pull/1"},
            None,
            ("circleci", "pull request", (), (), "", False),
            id="circleci",
        ),
        pytest.param(
            {
                "JENKINS_URL": "https://ci.example.com/",
                "CHANGE_ID": "4",
                "CHANGE_TARGET": "main",
            },
            None,
            ("jenkins", "pull request", (), ("main",), "", False),
            id="jenkins-change",
        ),
        pytest.param(
            {
                "JENKINS_URL": "https://ci.example.com/",
                "GIT_PREVIOUS_SUCCESSFUL_COMMIT": A,
            },
            None,
            ("jenkins", "push", (A,), (), "", True),
            id="jenkins-branch",
        ),
        pytest.param(
            {
                "BUILDKITE": "true",
                "BUILDKITE_PULL_REQUEST": "9",
                "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main",
            },
            None,
            ("buildkite", "pull request", (), ("main",), "", False),
            id="buildkite-pull-request",
        ),
        pytest.param(
            {
                "BUILDKITE": "true",
                "BUILDKITE_PULL_REQUEST": "false",
                "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "",
                "BUILDKITE_PIPELINE_DEFAULT_BRANCH": "trunk",
            },
            None,
            ("buildkite", "push", (), ("trunk",), "", False),
            id="buildkite-branch",
        ),
        pytest.param(
            {
                "DRONE": "true",
                "DRONE_BUILD_EVENT": "pull_request",
                "DRONE_TARGET_BRANCH": "main",
            },
            None,
            ("drone", "pull request", (), ("main",), "", False),
            id="drone-pull-request",
        ),
        pytest.param(
            {"DRONE": "true", "DRONE_BUILD_EVENT": "push", "DRONE_COMMIT_BEFORE": A},
            None,
            ("drone", "push", (A,), (), "", True),
            id="drone-push",
        ),
        pytest.param(
            {
                "CI": "woodpecker",
                "CI_PIPELINE_EVENT": "pull_request",
                "CI_COMMIT_TARGET_BRANCH": "main",
                "DRONE": "true",
            },
            None,
            ("woodpecker", "pull request", (), ("main",), "", False),
            id="woodpecker-pull-request",
        ),
        pytest.param(
            {"CI": "woodpecker", "CI_PIPELINE_EVENT": "push", "CI_PREV_COMMIT_SHA": A},
            None,
            ("woodpecker", "push", (A,), (), "", True),
            id="woodpecker-push",
        ),
    ],
)
def test_each_system_is_known(
    variables: Mapping[str, str],
    event: Mapping[str, Any] | None,
    expected: tuple[str, str, tuple[str, ...], tuple[str, ...], str, bool],
) -> None:
    assert _said(detect_run(variables, event)) == expected


@pytest.mark.parametrize(
    "branch",
    [
        "--upload-pack=touch x",
        "-main",
        "$(id)",
        "a`id`",
        "a b",
        "a;b",
        "a|b",
        "a\nb",
        "a\x1b[31m",
        "..",
        "a..b",
        "a@{1}",
        "a//b",
        "/a",
        "a/",
        "a.",
        "a:b",
        "a~1",
        "x" * 251,
    ],
)
def test_what_is_no_plain_name_of_a_branch_is_refused(branch: str) -> None:
    variables = {**GITHUB, "GITHUB_EVENT_NAME": "pull_request", "GITHUB_BASE_REF": branch}

    with pytest.raises(CiError) as caught:
        detect_run(variables, PULL)

    assert caught.value.message.startswith(
        "expected the plain name of a branch in GITHUB_BASE_REF, found "
    )
    assert "\n" not in caught.value.message
    assert "\x1b" not in caught.value.message
    assert len(caught.value.message) < 160
    assert "--base COMMIT" in caught.value.hint


@pytest.mark.parametrize("branch", ["main", "releases/1.x", "feature/größe", "a#1", "user@team"])
def test_plain_names_are_taken(branch: str) -> None:
    variables = {**GITHUB, "GITHUB_EVENT_NAME": "pull_request", "GITHUB_BASE_REF": branch}

    assert detect_run(variables, PULL).branches == (branch,)


@pytest.mark.parametrize("commit", ["HEAD", "--all", "abc", "g" * 40, "a" * 41, "main^{commit}"])
def test_what_is_no_commit_is_refused(commit: str) -> None:
    with pytest.raises(CiError, match="expected a commit id of 7 to 40 hexadecimal digits"):
        detect_run({**GITLAB, "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": commit})
    with pytest.raises(CiError, match=r"pull_request\.base\.sha of GITHUB_EVENT_PATH"):
        detect_run(
            {**GITHUB, "GITHUB_EVENT_NAME": "pull_request"},
            {"pull_request": {"base": {"sha": commit}}},
        )


def test_an_event_of_another_shape_is_refused_or_says_nothing() -> None:
    variables = {**GITHUB, "GITHUB_EVENT_NAME": "pull_request"}

    assert detect_run(variables, {"pull_request": []}).commits == ()
    with pytest.raises(CiError, match=r"expected a commit id in pull_request\.base\.sha"):
        detect_run(variables, {"pull_request": {"base": {"sha": 5}}})


def test_no_token_is_looked_at() -> None:
    asked: set[str] = set()

    class Watched(dict[str, str]):
        def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
            asked.add(name)
            return super().get(name, default)

    names = ["GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "CIRCLECI", "BUILDKITE", "DRONE"]
    for name in [*names, "JENKINS_URL", "BITBUCKET_BUILD_NUMBER"]:
        detect_run(Watched({name: "true", "GITHUB_TOKEN": "x", "CI_JOB_TOKEN": "x"}), {})

    assert asked
    assert not [name for name in asked if "TOKEN" in name or "SECRET" in name]
