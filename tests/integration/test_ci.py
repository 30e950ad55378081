"""`ci` in clones as CI systems make them: shallow or whole, detached, merged, with real git.

Every clone comes from a server that is a folder: `file://`, so that Git really cuts the history.
"""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.main import group
from tests.projects import PROJECT, commit, git, write

Ci = Callable[..., "Done"]

_CI = (
    "BITBUCKET_",
    "BUILDKITE",
    "CI",
    "CIRCLE",
    "DRONE",
    "GITHUB_",
    "GITLAB_",
    "JENKINS_",
    "SYSTEM_",
    "TF_BUILD",
)
_NONE = "0" * 40


class Server(NamedTuple):
    """A repository with a pull request: where it left main, its head, and the merge that CI makes.

    main has gone on since: `main` is its tip, with another value than `left`.
    """

    folder: Path
    left: str
    main: str
    head: str
    merge: str


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Server:
    """Make the repository. The pull request changes `a` from 1 to 2; main has changed `b`."""
    folder = tmp_path_factory.mktemp("server") / "platform"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    # What a server of Git hosts allows: single commits, by their ids.
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true")
    write(folder, {"gitconfig.yaml": PROJECT, "base/doc.yaml": "a: 1\n", "base/other.yaml": "b: 1"})
    commit(folder, "First", 1)
    left = commit(folder, "Second", 2, {"base/more.yaml": "c: 1\n"})
    git(folder, "checkout", "-q", "-b", "change")
    head = commit(folder, "Change", 3, {"base/doc.yaml": "a: 2\n"})
    git(folder, "checkout", "-q", "main")
    main = commit(folder, "Go on", 4, {"base/other.yaml": "b: 2\n"})
    git(folder, "checkout", "-q", "--detach")
    git(folder, "merge", "-q", "--no-ff", "-m", "Merge", "change", date="2024-05-05T12:00:00Z")
    merge = git(folder, "rev-parse", "HEAD")
    git(folder, "update-ref", "refs/pull/1/merge", merge)
    git(folder, "update-ref", "refs/pull/1/head", head)
    git(folder, "checkout", "-q", "main")
    return Server(folder, left, main, head, merge)


def _clone(server: Server, folder: Path, what: str, *, depth: int = 0) -> Path:
    """Fetch one ref or commit as CI does, and check it out detached."""
    folder.mkdir()
    git(folder, "init", "-q")
    git(folder, "remote", "add", "origin", f"file://{server.folder}")
    cut = [f"--depth={depth}"] if depth else []
    if not depth:
        git(folder, "fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*")
    git(folder, "-c", "protocol.file.allow=always", "fetch", "-q", *cut, "origin", what)
    git(folder, "checkout", "-q", "--detach", "FETCH_HEAD")
    return folder


class Done(NamedTuple):
    """How a run has ended."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def ci(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Ci:
    """Return what runs `ci` in a folder with some variables, and none of a CI system beside them.

    Within this process: each of the many runs would load the program anew.
    """
    for name in [name for name in os.environ if name.startswith(_CI)]:
        monkeypatch.delenv(name)

    def call(folder: Path, variables: Mapping[str, str], *arguments: str) -> Done:
        with monkeypatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            code = run(group, ["-C", str(folder), "ci", *arguments])
        captured = capfd.readouterr()
        return Done(code, captured.out, captured.err)

    return call


def _compared(done: Done) -> tuple[str | None, list[str]]:
    """Return the commit that the change was compared with, and the values that differ."""
    assert done.returncode == 0, done.stdout + done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    base = None if report["base"] is None else report["base"]["commit"]
    return base, [f"{each['document']}#{each['pointer']}" for each in report["diff"]["values"]]


def _event(folder: Path, content: object) -> dict[str, str]:
    path = folder.with_suffix(".event.json")
    path.write_text(json.dumps(content), encoding="utf-8")
    return {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(path)}


def _pull_request(server: Server, folder: Path) -> dict[str, str]:
    # The event knows main as it was when the pull request was opened.
    event = {"pull_request": {"base": {"sha": server.left}, "head": {"sha": server.head}}}
    more = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_BASE_REF": "main"}
    return {**_event(folder, event), **more}


def test_github_compares_the_merge_with_its_other_parent(
    server: Server, ci: Ci, tmp_path: Path
) -> None:
    folder = _clone(server, tmp_path / "clone", "refs/pull/1/merge")

    done = ci(folder, _pull_request(server, folder), "--format", "json")

    # What main has changed meanwhile is no change of the pull request.
    assert _compared(done) == (server.main, ["doc#/a"])


def test_github_compares_the_head_with_where_it_left(
    server: Server, ci: Ci, tmp_path: Path
) -> None:
    folder = _clone(server, tmp_path / "clone", "refs/pull/1/head")

    done = ci(folder, _pull_request(server, folder), "--format", "json")

    assert _compared(done) == (server.left, ["doc#/a"])


def test_github_needs_two_commits_only(server: Server, ci: Ci, tmp_path: Path) -> None:
    folder = _clone(server, tmp_path / "clone", "refs/pull/1/merge", depth=2)

    done = ci(folder, _pull_request(server, folder), "--format", "json")

    assert _compared(done) == (server.main, ["doc#/a"])
    # What a commit between has added and another taken away is not to be seen there.
    leaks = json.loads(done.stdout)["checks"][1]
    assert leaks == {
        "name": "leaks",
        "ok": True,
        "summary": "no problems: 1 changed text, and no commit: the clone is shallow",
    }


def test_a_shallow_clone_says_how_to_fetch(server: Server, ci: Ci, tmp_path: Path) -> None:
    folder = _clone(server, tmp_path / "clone", "refs/pull/1/merge", depth=1)
    variables = _pull_request(server, folder)

    done = ci(folder, variables)

    assert done.returncode == 4
    assert f"expected {server.left[:12]} and main in the clone" in done.stderr
    assert "actions/checkout with fetch-depth: 0" in done.stderr

    done = ci(folder, variables, "--allow-shallow", "--format", "json")

    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["diff"] is None
    assert "fetch-depth: 0" in report["notCompared"]


@pytest.mark.parametrize(
    ("variables", "hint"),
    [
        (
            {
                "GITLAB_CI": "true",
                "CI_MERGE_REQUEST_IID": "1",
                "CI_MERGE_REQUEST_DIFF_BASE_SHA": "a" * 40,
                "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
            },
            'GIT_DEPTH: "0"',
        ),
        (
            {
                "BITBUCKET_BUILD_NUMBER": "1",
                "BITBUCKET_PR_ID": "1",
                "BITBUCKET_PR_DESTINATION_BRANCH": "main",
            },
            "depth: full",
        ),
        (
            {
                "TF_BUILD": "True",
                "BUILD_REASON": "PullRequest",
                "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
            },
            "fetchDepth: 0",
        ),
        ({"CIRCLECI": "true"}, "method: full"),
        (
            {
                "BUILDKITE": "true",
                "BUILDKITE_PULL_REQUEST": "1",
                "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main",
            },
            "BUILDKITE_GIT_CLONE_FLAGS",
        ),
        (
            {
                "CI": "woodpecker",
                "CI_PIPELINE_EVENT": "pull_request",
                "CI_COMMIT_TARGET_BRANCH": "main",
            },
            "depth: 0, partial: false",
        ),
        (
            {"DRONE": "true", "DRONE_BUILD_EVENT": "pull_request", "DRONE_TARGET_BRANCH": "main"},
            ".drone.yml",
        ),
        (
            {"JENKINS_URL": "https://ci.example.com", "CHANGE_ID": "1", "CHANGE_TARGET": "main"},
            "shallow false",
        ),
        ({}, "git fetch --unshallow --tags"),
    ],
    ids=[
        "gitlab",
        "bitbucket",
        "azure",
        "circleci",
        "buildkite",
        "woodpecker",
        "drone",
        "jenkins",
        "none",
    ],
)
def test_each_system_is_told_how_to_fetch(
    variables: Mapping[str, str], hint: str, server: Server, ci: Ci, tmp_path: Path
) -> None:
    folder = _clone(server, tmp_path / "clone", server.head, depth=1)

    done = ci(folder, variables)

    assert done.returncode == 4, done.stdout
    assert hint in done.stderr


@pytest.mark.parametrize(
    ("what", "variables", "base"),
    [
        pytest.param(
            "head",
            {
                "GITLAB_CI": "true",
                "CI_MERGE_REQUEST_IID": "1",
                "CI_MERGE_REQUEST_DIFF_BASE_SHA": "{left}",
                "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
                "CI_COMMIT_BEFORE_SHA": _NONE,
            },
            "left",
            id="gitlab",
        ),
        pytest.param(
            "merge",
            {
                "GITLAB_CI": "true",
                "CI_MERGE_REQUEST_IID": "1",
                "CI_MERGE_REQUEST_DIFF_BASE_SHA": "{left}",
                "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": "{main}",
            },
            "main",
            id="gitlab-merged-result",
        ),
        pytest.param(
            "merge",
            {
                "BITBUCKET_BUILD_NUMBER": "1",
                "BITBUCKET_PR_ID": "1",
                "BITBUCKET_PR_DESTINATION_BRANCH": "main",
                "BITBUCKET_PR_DESTINATION_COMMIT": "{main:.12}",
            },
            "main",
            id="bitbucket",
        ),
        pytest.param(
            "merge",
            {
                "TF_BUILD": "True",
                "BUILD_REASON": "PullRequest",
                "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
                "SYSTEM_PULLREQUEST_SOURCECOMMITID": "{head}",
            },
            "main",
            id="azure",
        ),
        pytest.param("head", {"CIRCLECI": "true"}, "left", id="circleci"),
        pytest.param(
            "merge",
            {"JENKINS_URL": "https://ci.example.com", "CHANGE_ID": "1", "CHANGE_TARGET": "main"},
            "main",
            id="jenkins",
        ),
        pytest.param(
            "head",
            {
                "BUILDKITE": "true",
                "BUILDKITE_PULL_REQUEST": "1",
                "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main",
            },
            "left",
            id="buildkite",
        ),
        pytest.param(
            "head",
            {"DRONE": "true", "DRONE_BUILD_EVENT": "pull_request", "DRONE_TARGET_BRANCH": "main"},
            "left",
            id="drone",
        ),
        pytest.param(
            "head",
            {
                "CI": "woodpecker",
                "CI_PIPELINE_EVENT": "pull_request",
                "CI_COMMIT_TARGET_BRANCH": "main",
            },
            "left",
            id="woodpecker",
        ),
        pytest.param("head", {}, "left", id="no-ci"),
    ],
)
def test_each_system_names_the_base(
    what: str,
    variables: Mapping[str, str],
    base: str,
    server: Server,
    ci: Ci,
    tmp_path: Path,
) -> None:
    folder = _clone(server, tmp_path / "clone", f"refs/pull/1/{what}")
    given = {name: value.format(**server._asdict()) for name, value in variables.items()}

    done = ci(folder, given, "--format", "json")

    assert _compared(done) == (getattr(server, base), ["doc#/a"])


def test_a_push_is_compared_with_what_was_there(server: Server, ci: Ci, tmp_path: Path) -> None:
    folder = _clone(server, tmp_path / "clone", "refs/heads/main")
    event = _event(folder, {"before": server.left, "after": server.main})

    done = ci(folder, {**event, "GITHUB_EVENT_NAME": "push"}, "--format", "json")

    assert _compared(done) == (server.left, ["other#/b"])


def test_a_forced_push_is_compared_with_the_commit_before(
    server: Server, ci: Ci, tmp_path: Path
) -> None:
    """What was there before is in no clone any more."""
    folder = _clone(server, tmp_path / "clone", "refs/heads/main")
    event = _event(folder, {"before": "f" * 40, "after": server.main})

    done = ci(folder, {**event, "GITHUB_EVENT_NAME": "push"}, "--format", "json")

    assert _compared(done) == (server.left, ["other#/b"])


def test_a_merge_queue_is_compared_with_its_base(server: Server, ci: Ci, tmp_path: Path) -> None:
    folder = _clone(server, tmp_path / "clone", "refs/pull/1/merge")
    event = _event(folder, {"merge_group": {"base_sha": server.main, "head_sha": server.merge}})

    done = ci(folder, {**event, "GITHUB_EVENT_NAME": "merge_group"}, "--format", "json")

    assert _compared(done) == (server.main, ["doc#/a"])


def test_the_target_is_not_taken_for_the_change(server: Server, ci: Ci, tmp_path: Path) -> None:
    """pull_request_target checks the base out: to compare it with itself would find nothing."""
    folder = _clone(server, tmp_path / "clone", "refs/heads/main")
    event = {"pull_request": {"base": {"sha": server.main}, "head": {"sha": server.head}}}
    variables = {**_event(folder, event), "GITHUB_EVENT_NAME": "pull_request_target"}

    done = ci(folder, variables)

    assert done.returncode == 4
    assert "expected a change on top of" in done.stderr
    assert "pull_request_target checks out its base" in done.stderr


def test_the_first_commit_is_all_new(ci: Ci, tmp_path: Path) -> None:
    folder = tmp_path / "platform"
    write(folder, {"gitconfig.yaml": PROJECT, "base/doc.yaml": "a: 1\n"})
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "First", 1)

    done = ci(folder, {}, "--format", "json")

    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["base"] == {"name": "nothing", "commit": None}
    assert report["diff"]["values"] != []


def test_options_name_both_sides(server: Server, ci: Ci, tmp_path: Path) -> None:
    folder = _clone(server, tmp_path / "clone", "refs/heads/main")

    done = ci(
        folder,
        {},
        "--base",
        "origin/main",
        "--head",
        "origin/change",
        "--format",
        "json",
    )

    assert _compared(done) == (server.left, ["doc#/a"])

    done = ci(folder, {}, "--base", "origin/mian")

    assert done.returncode == 4
    assert "expected a revision of this repository, found 'origin/mian'" in done.stderr


def test_nothing_of_the_environment_is_executed(server: Server, ci: Ci, tmp_path: Path) -> None:
    folder = _clone(server, tmp_path / "clone", "refs/pull/1/head")
    trap = tmp_path / "executed"
    variables = {
        **_pull_request(server, folder),
        "GITHUB_BASE_REF": f"--upload-pack=touch {trap}",
        "GIT_SSH_COMMAND": f"touch {trap}",
        "GIT_EXTERNAL_DIFF": f"touch {trap}",
    }

    done = ci(folder, variables)

    assert done.returncode == 4
    assert "expected the plain name of a branch in GITHUB_BASE_REF" in done.stderr
    assert not trap.exists()
