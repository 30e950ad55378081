"""Who added a file and who changed it last, out of Git."""

from collections.abc import Callable

from gitconfig_tool.compiler.prompt_dates import Dates, date_files
from tests.unit.conftest import GitProject

ONE = "prompts/a/1.0.0.prompt.yaml"
TWO = "prompts/a/1.1.0.prompt.yaml"
NEW = "prompts/a/2.0.0.prompt.yaml"


def ignore() -> None:
    """Count nothing."""


def summaries(dates: Dates) -> tuple[str | None, str | None]:
    added, changed = dates.added, dates.changed
    return added and added.summary, changed and changed.summary


def test_added_and_last_changed(git_project: Callable[..., GitProject]) -> None:
    project = git_project({ONE: "template: a\n", "base/x.yaml": "a: 1\n"}, "dates")
    project.commit({TWO: "template: b\n"}, "Add 1.1.0")
    project.commit({"base/x.yaml": "a: 2\n"}, "Something else")
    project.commit({TWO: "template: c\n"}, "Change 1.1.0")
    project.write({NEW: "template: d\n", ONE: "template: changed\n"})
    repository = project.open()
    snapshot = repository.at_worktree()

    found = date_files(repository, snapshot, [ONE, TWO, NEW], ignore)

    assert summaries(found[TWO]) == ("Add 1.1.0", "Change 1.1.0")
    assert found[ONE].added == found[ONE].changed is not None
    assert (found[ONE].is_changed, found[TWO].is_changed) == (True, False)
    assert summaries(found[NEW]) == (None, None)
    assert not any(each.is_cut for each in found.values())


def test_a_merge_brings_a_file_from_the_side_that_added_it(
    git_project: Callable[..., GitProject],
) -> None:
    project = git_project({ONE: "template: a\n"}, "merge")
    project.git("checkout", "-q", "-b", "side")
    project.commit({TWO: "template: b\n"}, "Add on the side")
    project.git("checkout", "-q", "-")
    project.commit({"base/x.yaml": "a: 1\n"}, "Meanwhile")
    project.git("merge", "-q", "--no-ff", "-m", "Merge", "side")
    repository = project.open()

    found = date_files(repository, repository.at_commit(), [ONE, TWO], ignore)

    assert summaries(found[TWO]) == ("Add on the side", "Add on the side")


def test_a_long_history_is_not_read_to_its_end(git_project: Callable[..., GitProject]) -> None:
    project = git_project({ONE: "template: a\n"}, "long")
    for number in range(5):
        project.commit({"base/x.yaml": f"a: {number}\n"}, f"Change {number}")
    project.commit({TWO: "template: b\n"}, "Add 1.1.0")
    repository = project.open()

    found = date_files(repository, repository.at_commit(), [ONE, TWO], ignore, limit=3)

    assert summaries(found[TWO]) == ("Add 1.1.0", "Add 1.1.0")
    assert summaries(found[ONE]) == (None, None)
    assert found[ONE].is_cut
