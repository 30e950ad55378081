"""What `diff` begins with: a commit, where two parted, nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.projects import Tool, commit, git, make_project, write

FILES = {"base/api.yaml": "host: one\n"}


def values(tool: Tool, *arguments: str) -> list[tuple[Any, Any]]:
    found = json.loads(tool.printed("diff", *arguments, "--format", "json"))
    return [
        (
            None if each["before"] is None else each["before"]["value"],
            None if each["after"] is None else each["after"]["value"],
        )
        for each in found["values"]
    ]


@pytest.fixture
def parted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Tool:
    """A branch that changed `port` and left `main`, which changed `host` since."""
    make_project(tmp_path, {"base/api.yaml": "host: one\nport: 1\n"})
    git(tmp_path, "checkout", "-q", "-b", "work")
    commit(tmp_path, "Port", 2, {"base/api.yaml": "host: one\nport: 2\n"})
    git(tmp_path, "checkout", "-q", "main")
    commit(tmp_path, "Host", 3, {"base/api.yaml": "host: two\nport: 1\n"})
    return Tool(tmp_path, capsys)


def test_two_dots_compare_the_ends(parted: Tool) -> None:
    expected = [("two", "one"), (1, 2)]
    assert values(parted, "main..work") == expected
    assert values(parted, "main", "work") == expected


@pytest.mark.parametrize("how", [("main...work",), ("--merge-base", "main", "work"), ("...work",)])
def test_three_dots_show_what_one_side_did(parted: Tool, how: tuple[str, ...]) -> None:
    assert values(parted, *how) == [(1, 2)]


def test_a_range_takes_no_further_revision(parted: Tool) -> None:
    code, _, err = parted("diff", "main...work", "main")
    assert code == 2
    assert "expected one revision as BASE before HEAD, found 'main...work'" in err


def test_histories_without_a_common_commit_are_refused(parted: Tool) -> None:
    git(parted.folder, "checkout", "-q", "--orphan", "alone")
    commit(parted.folder, "Alone", 4)
    code, _, err = parted("diff", "main...alone")
    assert code == 4
    assert "expected a commit that main and the other side have in common, found none" in err


def test_before_the_first_commit_everything_is_added(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    write(tmp_path, {**FILES, "gitconfig.yaml": _PROJECT})
    assert values(Tool(tmp_path, capsys)) == [(None, {"host": "one"})]


def test_a_project_that_came_later_is_all_new(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    first = commit(tmp_path, "Other", 1, {"README.md": "none\n"})
    write(tmp_path / "config", {**FILES, "gitconfig.yaml": _PROJECT})
    tool = Tool(tmp_path / "config", capsys)
    assert values(tool, first) == [(None, {"host": "one"})]


_PROJECT = """\
apiVersion: gitconfig-tool/v1
name: one
layers: [base]
bundles: [{name: all}]
"""


def test_where_two_parted_is_named_once(parted: Tool) -> None:
    start = git(parted.folder, "merge-base", "main", "work")[:12]
    assert parted.printed("diff", "main...work").startswith(f"merge base with main ({start}) -> ")
    # A branch that was not left behind is its own start.
    assert parted.printed("diff", f"{start}...work").startswith(f"{start} -> work (")


def test_a_branch_with_nearly_that_name_is_offered(parted: Tool) -> None:
    code, _, err = parted("diff", "wrok")
    assert code == 4
    assert (
        "expected a revision of this repository, found 'wrok'\n  = hint: did you mean 'work'?\n"
        in err
    )
