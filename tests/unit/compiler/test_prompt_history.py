"""Prompt versions against their releases: what counts as a change, and against what."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gitconfig_tool.compiler import compile_snapshot
from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.source import Snapshot, open_project
from tests.unit.conftest import GitProject

PATH = "prompts/greeting/1.0.0.prompt.yaml"
GREETING = """\
description: Greets.
template: Hello {{ name }}
variables:
  type: object
  properties: {name: {type: string}}
  required: [name]
testData:
  - variables: {name: Ada}
"""
BYE = GREETING.replace("Hello", "Bye")
DOCUMENT = {"base/doc.yaml": "a: 1\n"}


def found(snapshot: Snapshot) -> list[Diagnostic]:
    return [
        each for each in compile_snapshot(snapshot).diagnostics if "GCT535" <= each.code <= "GCT549"
    ]


def codes(snapshot: Snapshot) -> list[str]:
    return [each.code for each in found(snapshot)]


@pytest.fixture
def project(git_project: Callable[..., GitProject]) -> GitProject:
    """A project without prompts."""
    return git_project(DOCUMENT)


@pytest.fixture
def released(project: GitProject) -> GitProject:
    """A project whose tag v1 holds greeting@1.0.0, with work on a branch since."""
    project.commit({PATH: GREETING, **DOCUMENT}, "First")
    project.git("tag", "v1")
    project.git("checkout", "-q", "-b", "work")
    return project


def test_a_change_after_the_release_names_the_tag_and_every_place(released: GitProject) -> None:
    released.write({PATH: BYE.replace("required: [name]", "required: []")})

    (problem,) = found(released.open().at_worktree())

    assert problem.code == "GCT535"
    assert problem.message == (
        "expected greeting@1.0.0 as the tag v1 released it, found another /template"
    )
    assert str(problem.span) == f"{PATH}:2:1"
    assert problem.hint == (
        "give the edit a version of its own: gitconfig-tool prompts bump greeting"
    )
    assert [note.text for note in problem.notes] == ["/variables/required changed as well"]


@pytest.mark.parametrize(
    "text",
    [
        "# A comment\n" + GREETING,
        GREETING.replace("template: Hello {{ name }}", "template: 'Hello {{ name }}'"),
        GREETING.replace("Greets.", "Greets politely.").replace("Ada", "Grace"),
        GREETING + "owner: team-a\ntags: [a]\ndeprecated: true\nclassification: internal\n",
    ],
    ids=["comment", "quotes", "description and test data", "notes for people"],
)
def test_what_does_not_reach_the_model_may_change(released: GitProject, text: str) -> None:
    released.write({PATH: text})

    assert codes(released.open().at_worktree()) == []


def test_a_draft_of_this_branch_may_change(released: GitProject) -> None:
    path = PATH.replace("1.0.0", "1.0.1")
    released.commit({path: BYE})
    released.write({path: GREETING.replace("Hello", "Good morning")})

    assert codes(released.open().at_worktree()) == []


def test_without_a_tag_the_merge_base_counts(project: GitProject) -> None:
    project.commit({PATH: GREETING, **DOCUMENT})
    base = project.commit({"base/doc.yaml": "a: 2\n"})
    project.git("checkout", "-q", "-b", "work")
    project.commit({PATH: BYE})

    (problem,) = found(project.open().at_commit("HEAD"))

    assert f"expected greeting@1.0.0 as commit {base[:12]} released it" in problem.message


def test_on_the_default_branch_the_commit_before_counts(project: GitProject) -> None:
    project.commit({PATH: GREETING, **DOCUMENT})
    project.write({PATH: BYE})
    assert codes(project.open().at_worktree()) == ["GCT535"]

    project.commit({PATH: BYE})
    assert codes(project.open().at_commit("HEAD")) == ["GCT535"]
    # What is on disk is compared with the commit, which has it already.
    assert codes(project.open().at_worktree()) == []


def test_tags_of_other_branches_hold_versions_too(released: GitProject) -> None:
    released.commit({PATH.replace("1.0.0", "1.0.1"): BYE})
    released.git("tag", "v1.0.1")
    released.git("pack-refs", "--all")
    released.git("checkout", "-q", "-B", "other", "v1")
    released.write({PATH.replace("1.0.0", "1.0.1"): GREETING.replace("Hello", "Hi")})

    (problem,) = found(released.open().at_worktree())

    assert "as the tag v1.0.1 released it" in problem.message


def test_only_tags_that_match_are_releases(released: GitProject) -> None:
    project_file = "gitconfig.yaml"
    text = (released.root / project_file).read_text()
    other = PATH.replace("1.0.0", "1.0.1")
    released.commit({other: BYE, project_file: text + 'prompts: {releases: "v*"}\n'})
    released.git("tag", "nightly-1")
    released.write({other: GREETING.replace("Hello", "Hi")})

    assert codes(released.open().at_worktree()) == []


def test_a_file_that_a_version_names_is_part_of_it(project: GitProject) -> None:
    project.commit(
        {PATH: "template: {file: text.md.j2}\n", "prompts/greeting/text.md.j2": "Hi\n", **DOCUMENT}
    )
    project.write({"prompts/greeting/text.md.j2": "Hello\n"})

    (problem,) = found(project.open().at_worktree())

    assert problem.code == "GCT535"
    assert problem.span is not None
    assert problem.span.path == "prompts/greeting/text.md.j2"


def test_a_partial_is_told_once_and_not_in_every_prompt(project: GitProject) -> None:
    partial = "prompts/house/1.0.0.partial.yaml"
    prompt = 'includes: {house: house@1.0.0}\ntemplate: "{% include \\"house\\" %}"\n'
    project.commit({partial: "template: Be kind.\n", PATH: prompt, **DOCUMENT})
    project.write({partial: "template: Be brief.\n"})

    (problem,) = found(project.open().at_worktree())

    assert problem.message.startswith("expected house@1.0.0 as commit ")


def test_a_removed_version_is_told_where_it_happens(released: GitProject) -> None:
    (released.root / PATH).unlink()

    (problem,) = found(released.open().at_worktree())

    assert problem.code == "GCT536"
    assert problem.message == f"expected {PATH}, which the tag v1 released, found it removed"

    # Once it is gone from the default branch as well, it is no news.
    released.git("add", "-A")
    released.git("commit", "-q", "-m", "Remove")
    released.git("branch", "-f", "main")
    assert codes(released.open().at_worktree()) == []


def test_the_number_of_a_new_version_says_what_changed(released: GitProject) -> None:
    path = PATH.replace("1.0.0", "1.0.1")
    required = "properties: {name: {type: string}, tone: {type: string}}\n  required: [name, tone]"
    text = GREETING.replace("{{ name }}", "{{ name }}{{ tone }}").replace(
        "properties: {name: {type: string}}\n  required: [name]", required
    )
    released.write({path: text.replace("name: Ada", "name: Ada, tone: kind")})

    (problem,) = found(released.open().at_worktree())

    assert problem.code == "GCT537"
    assert problem.message == (
        "expected greeting@2.0.0 after 1.0.0, for a major change; found 1.0.1"
    )
    assert problem.label == "'tone' is new and required"
    assert str(problem.span) == f"{path}:5:38"


def test_gaps_and_drafts_are_free(released: GitProject) -> None:
    released.write(
        {
            PATH.replace("1.0.0", "1.4.0"): BYE,
            PATH.replace("1.0.0", "1.0.1-rc.1"): "template: Hello you\n",
        }
    )

    assert codes(released.open().at_worktree()) == []


def test_the_end_of_a_shallow_clone_is_told(released: GitProject, tmp_path: Path) -> None:
    released.commit({PATH.replace("1.0.0", "1.0.1"): BYE})
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "-q", "--depth=1", "--branch=work", f"file://{released.root}", str(clone)],
        check=True,
        capture_output=True,
    )
    try:
        assert codes(open_project(clone).at_commit("HEAD")) == ["GCT538"]
    finally:
        shutil.rmtree(clone)


def test_a_folder_that_moves_takes_its_releases_along(released: GitProject) -> None:
    released.git("mv", "prompts", "texts")
    text = (released.root / "gitconfig.yaml").read_text()
    released.write({"gitconfig.yaml": text + "prompts: texts\n"})
    assert codes(released.open().at_worktree()) == []

    released.write({"texts/greeting/1.0.0.prompt.yaml": BYE})

    (problem,) = found(released.open().at_worktree())
    assert problem.code == "GCT535"
    assert problem.span is not None
    assert problem.span.path == "texts/greeting/1.0.0.prompt.yaml"
