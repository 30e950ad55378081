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
