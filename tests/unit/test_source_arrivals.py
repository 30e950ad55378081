"""What each commit brought, over all of a repository's history."""

from pathlib import Path

from gitconfig_tool.source import arrivals, content_ids, open_project, tips
from tests.projects import commit, git, make_project


def _brought(folder: Path, *revs: str) -> list[tuple[str, str, bool, bool]]:
    """Return summary, path, whether the file is there, and whether it was before; no gitconfig."""
    here = open_project(folder)
    commits = [git(folder, "rev-parse", rev) for rev in revs or ("HEAD",)]
    return [
        (each.commit.summary, each.path, each.oid is not None, each.before is not None)
        for each in arrivals(here, commits, lambda: None)
        if each.path != "gitconfig.yaml"
    ]


def test_files_added_changed_and_removed_oldest_first(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a": "1", "in/b": "1"})
    commit(folder, "Change", 2, {"a": "2"})
    git(folder, "mv", "in/b", "in/c")
    commit(folder, "Move", 3)
    git(folder, "rm", "-q", "-r", "in")
    commit(folder, "File for folder", 4, {"in": "x"})

    found = _brought(folder)

    assert sorted(found[:2]) == [("First", "a", True, False), ("First", "in/b", True, False)]
    assert found[2] == ("Change", "a", True, True)
    assert sorted(found[3:5]) == [("Move", "in/b", False, True), ("Move", "in/c", True, False)]
    assert sorted(found[5:]) == [
        ("File for folder", "in", True, False),
        ("File for folder", "in/c", False, True),
    ]


def test_a_merge_brings_only_what_no_parent_has(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a": "1", "b": "1"})
    git(folder, "checkout", "-q", "-b", "side")
    commit(folder, "Side", 2, {"a": "2", "new": "1"})
    git(folder, "checkout", "-q", "main")
    commit(folder, "Main", 3, {"b": "2"})
    git(folder, "rm", "-q", "b")
    commit(folder, "Remove", 4)
    git(folder, "merge", "-q", "--no-ff", "--no-commit", "side")
    commit(folder, "Merge", 5, {"a": "3"})

    found = [each for each in _brought(folder) if each[0] == "Merge"]

    assert found == [("Merge", "a", True, True)]


def test_what_lies_outside_of_the_project_is_named_from_the_root(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a": "1"})
    commit(folder, "Another", 2, {"config/gitconfig.yaml": "x", "config/b": "1", "c": "1"})

    here = open_project(folder, "config")
    found = [each.path for each in arrivals(here, [git(folder, "rev-parse", "HEAD")], lambda: None)]

    assert sorted(found) == [":/a", ":/c", ":/gitconfig.yaml", "b", "gitconfig.yaml"]


def test_branches_and_tags(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a": "1"})
    git(folder, "tag", "v1")
    git(folder, "tag", "-a", "-m", "x", "v2")
    git(folder, "tag", "file", "HEAD:a")
    git(folder, "checkout", "-q", "-b", "side")
    commit(folder, "Side", 2, {"b": "1"})
    here = open_project(folder)

    found = {tip.name: tip.commit for tip in tips(here)}

    first, side = git(folder, "rev-parse", "main"), git(folder, "rev-parse", "side")
    assert found == {
        "refs/heads/main": first,
        "refs/heads/side": side,
        "refs/tags/v1": first,
        "refs/tags/v2": first,
        "HEAD": side,
    }
    assert [each[:2] for each in _brought(folder, "v1", "side")][-1] == ("Side", "b")
    assert len(content_ids(here, side)) == 2  # `a` and `b` hold the same; and the project file.


def test_a_shallow_clone_says_where_it_is_cut(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p", {"a": "1"})
    commit(folder, "Second", 2, {"b": "1"})
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{folder}", "clone")
    here = open_project(tmp_path / "clone")

    found = list(arrivals(here, [git(tmp_path / "clone", "rev-parse", "HEAD")], lambda: None))

    assert {each.path: each.is_cut for each in found} == {
        "a": True,
        "b": True,
        "gitconfig.yaml": True,
    }
