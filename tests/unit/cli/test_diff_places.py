"""`diff` in repositories of every shape, and with a cache that it may not write."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gitconfig_tool.source import open_project
from tests.projects import Tool, commit, git, make_project

FILES = {
    "base/api/hosts.yaml": "host: one\n",
    "base/api/client.yaml": "host: !ref api/hosts#/host\n",
}
CHANGED = {"base/api/hosts.yaml": "host: two\n"}
BOTH = ("api/client", "api/hosts")


ToolIn = Callable[[Path], Tool]


@pytest.fixture
def tool_in(capsys: pytest.CaptureFixture[str]) -> ToolIn:
    return lambda folder: Tool(folder, capsys)


def two_commits(folder: Path) -> Path:
    folder.mkdir()
    make_project(folder, FILES)
    commit(folder, "Second", 2, CHANGED)
    return folder


def test_a_bare_repository_has_commits_to_compare(tmp_path: Path, tool_in: ToolIn) -> None:
    source = two_commits(tmp_path / "source")
    bare = tmp_path / "bare.git"
    git(tmp_path, "clone", "-q", "--bare", str(source), str(bare))
    tool = tool_in(bare)

    shown = tool.printed("diff", "HEAD~1", "HEAD", "--stat")
    assert all(name in shown for name in BOTH)
    assert open_project(bare).cache_folder == bare / "gitconfig-tool"
    # Without a work tree, what is compared with HEAD is HEAD.
    assert "hosts" not in tool.printed("diff", "--stat")


def test_a_shallow_clone_says_what_it_lacks(tmp_path: Path, tool_in: ToolIn) -> None:
    source = two_commits(tmp_path / "source")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{source}", str(clone))
    tool = tool_in(clone)

    code, _, problem = tool("diff", "HEAD~1", "HEAD")
    assert code == 4
    assert "HEAD~1" in problem
    (clone / "base/api/hosts.yaml").write_text("host: three\n")
    shown = tool.printed("diff", "--stat")
    assert all(name in shown for name in BOTH)


def test_linked_work_trees_share_what_is_kept(tmp_path: Path, tool_in: ToolIn) -> None:
    source = two_commits(tmp_path / "source")
    linked = tmp_path / "linked"
    git(source, "worktree", "add", "-q", str(linked), "-b", "other")
    (linked / "base/api/hosts.yaml").write_text("host: three\n")

    shown = tool_in(linked).printed("diff", "--stat")
    assert all(name in shown for name in BOTH)
    kept = source / ".git/gitconfig-tool/references"
    assert kept.is_file()
    assert open_project(linked).cache_folder.resolve() == kept.parent.resolve()
    assert git(linked, "status", "--porcelain") == "M base/api/hosts.yaml"


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    source = two_commits(tmp_path / "source")
    folder = source / ".git/gitconfig-tool"
    folder.mkdir(mode=0o500)
    yield source
    folder.chmod(0o700)


def test_a_folder_that_cannot_be_written_is_done_without(read_only: Path, tool_in: ToolIn) -> None:
    shown = tool_in(read_only).printed("diff", "HEAD~1", "HEAD", "--stat")

    assert all(name in shown for name in BOTH)
    # To the superuser every folder can be written.
    assert os.geteuid() == 0 or not list((read_only / ".git/gitconfig-tool").iterdir())


def test_a_file_in_place_of_the_folder_is_done_without(tmp_path: Path, tool_in: ToolIn) -> None:
    source = two_commits(tmp_path / "source")
    (source / ".git/gitconfig-tool").write_text("not ours\n")

    shown = tool_in(source).printed("diff", "HEAD~1", "HEAD", "--stat")
    assert all(name in shown for name in BOTH)
    assert (source / ".git/gitconfig-tool").read_text() == "not ours\n"


def test_two_runs_at_once_agree_and_leave_one_file(tmp_path: Path, tool_in: ToolIn) -> None:
    source = two_commits(tmp_path / "source")
    command = [sys.executable, "-m", "gitconfig_tool", "-C", str(source), "diff", "HEAD~1", "HEAD"]
    runs = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    answers = [(*run.communicate(), run.returncode) for run in runs]

    expected = tool_in(source).printed("diff", "HEAD~1", "HEAD")
    assert answers == [(expected, "", 0)] * 3
    assert [file.name for file in (source / ".git/gitconfig-tool").iterdir()] == ["references"]
