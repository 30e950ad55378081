"""Walking back through history to the commit that changed what is watched."""

from pathlib import Path

import pytest

from gitconfig_tool.source import SourceError, Stop, Walk, Watched, open_project
from tests.projects import commit, git, make_project


def _watch(*paths: str, present: tuple[str, ...] = ()) -> Watched:
    return Watched(frozenset(paths), frozenset(present))


def _stops(folder: Path, watched: Watched) -> tuple[list[Stop], int]:
    """Follow first parents to the end; return where the walk stopped, and the commits read."""
    read: list[None] = []
    walk = Walk(open_project(folder), lambda: read.append(None))
    at: str | None = git(folder, "rev-parse", "HEAD")
    stops = []
    while at is not None:
        stop = walk.back(at, watched)
        assert stop is not None
        stops.append(stop)
        at = next(iter(stop.parents), None)
    return stops, len(read)


def test_commits_that_leave_the_paths_alone_are_passed(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"base/a.yaml": "x: 1\n", "base/b.yaml": "x: 1\n"})
    commit(folder, "b", 2, {"base/b.yaml": "x: 2\n"})
    commit(folder, "a", 3, {"base/a.yaml": "x: 3\n", "base/b.yaml": "x: 3\n"})
    commit(folder, "c", 4, {"c": "x"})

    stops, read = _stops(folder, _watch("base/a.yaml", "base/gone.yaml"))

    assert [stop.commit.summary for stop in stops] == ["a", "First"]
    assert list(stops[0].parents.values()) == [("base/a.yaml",)]
    assert read == 4


def test_of_what_is_only_to_be_there_the_content_does_not_count(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"t/x/a": "1"})
    commit(folder, "content", 2, {"t/x/a": "2"})
    commit(folder, "another", 3, {"t/y/a": "2"})
    git(folder, "rm", "-q", "-r", "t/x")
    commit(folder, "gone", 4)

    stops, _ = _stops(folder, _watch("gitconfig.yaml", present=("t/x",)))
    whole, _ = _stops(folder, _watch("t/x"))

    assert [stop.commit.summary for stop in stops] == ["gone", "First"]
    assert [stop.commit.summary for stop in whole] == ["gone", "content", "First"]


def test_a_mode_counts(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a": "b"})
    (folder / "a").unlink()
    (folder / "a").symlink_to("b")  # The blob of a link is its target: the same bytes.
    commit(folder, "link", 2)

    stops, _ = _stops(folder, _watch("a"))

    assert [stop.commit.summary for stop in stops] == ["link", "First"]


def test_a_project_in_a_folder(tmp_path: Path) -> None:
    make_project(tmp_path / "p/sub", {"a": "1"})
    # The repository is made one folder above, so that the project has a prefix.
    (tmp_path / "p/sub/.git").rename(tmp_path / "p/.git")
    folder = tmp_path / "p/sub"
    commit(folder, "moved", 2)
    commit(folder, "root", 3, {"../a": "2"})
    commit(folder, "here", 4, {"a": "2"})

    stops, _ = _stops(folder, _watch("a"))

    # Before it moved, the folder was not there; nothing tells "First" from nothing.
    assert [stop.commit.summary for stop in stops] == ["here", "moved", "First"]
    assert list(stops[0].parents.values()) == [("a",)]


def test_no_commit_is_visited_twice(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a": "1"})
    tip = git(folder, "rev-parse", "HEAD")
    walk = Walk(open_project(folder), lambda: None)

    assert walk.back(tip, _watch("a")) is not None
    assert walk.back(tip, _watch("a")) is None


def test_a_commit_that_is_missing_is_an_error(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a": "1"})

    with pytest.raises(SourceError, match="expected a complete repository"):
        Walk(open_project(folder), lambda: None).back("1" * 40, _watch("a"))


def test_versions_of_a_file_newest_first(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a": "1"})
    commit(folder, "two", 2, {"a": "2"})
    commit(folder, "other", 3, {"b": "x"})
    git(folder, "rm", "-q", "a")
    commit(folder, "gone", 4)
    commit(folder, "back", 5, {"a": "2"})
    snapshot = open_project(folder).at_worktree()

    found = [(each.commit.summary, each.read(), each.is_cut) for each in snapshot.versions("a")]

    assert found == [
        ("back", b"2", False),
        ("gone", None, False),
        ("two", b"2", False),
        ("First", b"1", False),
    ]
    assert list(snapshot.versions("never")) == []


def test_versions_of_both_sides_of_a_merge(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a": "1\n2\n3\n4\n5\n"})
    git(folder, "checkout", "-q", "-b", "side")
    commit(folder, "side", 2, {"a": "0\n2\n3\n4\n5\n"})
    git(folder, "checkout", "-q", "-")
    commit(folder, "main", 3, {"a": "1\n2\n3\n4\n6\n"})
    git(folder, "merge", "-q", "--no-ff", "-m", "merge", "side")
    snapshot = open_project(folder).at_commit()

    assert [each.commit.summary for each in snapshot.versions("a")][1:] == ["main", "side", "First"]
    assert [each.commit.summary for each in snapshot.before() if each.commit] == ["main", "side"]


def test_what_a_snapshot_followed(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a": "1"})
    commit(folder, "two", 2, {"a": "2"})
    (folder / "a").write_text("3")
    repository = open_project(folder)

    worktree = repository.at_worktree().before()
    head = repository.at_commit().before()

    assert [each.read("a") for each in worktree] == [b"2"]
    assert [each.read("a") for each in head] == [b"1"]
    assert head[0].before() == ()
    assert not head[0].is_cut


def test_a_shallow_clone_says_that_it_is_cut(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a": "1"})
    commit(folder, "two", 2, {"b": "2"})
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{folder}", "clone")
    snapshot = open_project(tmp_path / "clone").at_commit()

    assert snapshot.is_cut
    assert snapshot.before() == ()
    assert [(each.commit.summary, each.is_cut) for each in snapshot.versions("a")] == [
        ("two", True)
    ]


def test_a_parent_without_the_project_is_left_out(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a": "1"})
    inner = folder / "inner"
    inner.mkdir()
    (inner / "gitconfig.yaml").write_text((folder / "gitconfig.yaml").read_text())
    commit(folder, "inner", 2, {"inner/a": "1"})

    assert open_project(inner, "inner").at_commit().before() == ()


def test_what_a_commit_changed(tmp_path: Path) -> None:
    files = {"base/a.yaml": "a: 1\n", "base/b.yaml": "b: 1\n", "x/c.yaml": "c: 1\n"}
    project = make_project(tmp_path / "project", files)
    first = open_project(project).at_commit()
    assert first.changed_by_commit() == first.files.keys()

    git(project, "rm", "-q", "base/b.yaml")
    commit(project, "Second", 2, {"base/a.yaml": "a: 2\n", "new/d.yaml": "d: 1\n"})
    changed = {"base/a.yaml", "base/b.yaml", "new/d.yaml"}
    assert open_project(project).at_commit().changed_by_commit() == changed
    assert open_project(project).at_worktree().changed_by_commit() == changed
    # Of a file that became a folder, both are told.
    git(project, "rm", "-q", "x/c.yaml")
    commit(project, "Third", 3, {"x/c.yaml/e.yaml": "e: 1\n"})
    found = open_project(project).at_commit().changed_by_commit()
    assert found == {"x/c.yaml", "x/c.yaml/e.yaml"}


def test_what_a_commit_changed_in_a_project_in_a_folder(tmp_path: Path) -> None:
    files = {"conf/inner/gitconfig.yaml": "", "conf/a.yaml": "", "conf/inner/a.yaml": ""}
    project = make_project(tmp_path / "project", files)
    more = {"conf/a.yaml": "a: 1\n", "conf/inner/a.yaml": "a: 1\n", "z/a.yaml": "a: 1\n"}
    commit(project, "Second", 2, more)

    snapshot = open_project(project / "conf" / "inner").at_commit()
    assert snapshot.changed_by_commit() == {"a.yaml"}
