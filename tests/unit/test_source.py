"""Snapshots: a commit, the index and the work tree, out of repositories that the real git made.

Ids of blobs come from `git hash-object` and `git rev-parse`, never from the code under test.
"""

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.source import (
    MAX_BLOB_BYTES,
    Commit,
    File,
    FileTooLargeError,
    Snapshot,
    SourceError,
    commit_all,
    init_repository,
    open_project,
)
from gitconfig_tool.source.replacing import with_contents
from tests.unit.conftest import FIRST_COMMIT, PROJECT_FILE, GitProject

Build = Callable[..., GitProject]
ONE = "temperature: 0.2\n"
TWO = "temperature: 0.7\n"


def texts(snapshot: Snapshot) -> dict[str, str]:
    """Return the text of every file but the project file."""
    return {
        path: snapshot.read(path).decode() for path in snapshot.files if path != "gitconfig.yaml"
    }


def refusal(action: Callable[[], object]) -> SourceError:
    with pytest.raises(SourceError) as caught:
        action()
    assert caught.value.hint
    return caught.value


# --- a commit ----------------------------------------------------------------------------------


def test_a_commit(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE, "base/a/b.yaml": TWO})

    snapshot = project.open().at_commit()

    assert snapshot.kind == "commit"
    assert snapshot.commit == Commit(
        project.git("rev-parse", "HEAD"), FIRST_COMMIT, "Ada Example", "First"
    )
    assert snapshot.prefix == ""
    assert list(snapshot.files) == ["base/a/b.yaml", "base/model.yaml", "gitconfig.yaml"]
    assert snapshot.files["base/model.yaml"] == File(
        "base/model.yaml", project.git("hash-object", "base/model.yaml")
    )
    assert snapshot.changed == frozenset()
    assert snapshot.diagnostics == ()
    assert texts(snapshot) == {"base/a/b.yaml": TWO, "base/model.yaml": ONE}


def test_a_commit_does_not_see_the_index_or_the_work_tree(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE})
    project.write({"base/model.yaml": TWO, "base/new.yaml": TWO})
    project.git("add", "base/model.yaml")

    assert texts(project.open().at_commit()) == {"base/model.yaml": ONE}


@pytest.mark.parametrize("rev", ["HEAD~1", "v1", "v1-light", "main~1", "HEAD^", ":/First"])
def test_any_revision_that_git_knows(git_project: Build, rev: str) -> None:
    project = git_project({"base/model.yaml": ONE})
    project.git("tag", "-a", "v1", "-m", "Version 1")
    project.git("tag", "v1-light")
    project.commit({"base/model.yaml": TWO}, "Second")

    snapshot = project.open().at_commit(rev)

    assert texts(snapshot) == {"base/model.yaml": ONE}
    assert snapshot.commit is not None
    assert snapshot.commit.summary == "First"


def test_an_abbreviated_id(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE})

    full = project.git("rev-parse", "HEAD")

    found = project.open().at_commit(full[:10]).commit
    assert found is not None
    assert found.id == full


@pytest.mark.parametrize("rev", ["nope", "", "HEAD~9", "@{upstream}", "0" * 40, "^", "HEAD~x"])
def test_a_revision_that_does_not_exist(git_project: Build, rev: str) -> None:
    project = git_project({"base/model.yaml": ONE})

    error = refusal(lambda: project.open().at_commit(rev))

    assert error.message == f"expected a revision of this repository, found {rev!r}"


@pytest.mark.parametrize(
    ("rev", "kind"),
    [("HEAD^{tree}", "tree"), ("HEAD:base", "tree"), ("HEAD:gitconfig.yaml", "blob")],
)
def test_a_revision_that_is_no_commit(git_project: Build, rev: str, kind: str) -> None:
    project = git_project({"base/model.yaml": ONE})

    error = refusal(lambda: project.open().at_commit(rev))

    assert error.message == f"expected {rev!r} to name a commit, found a {kind}"


def test_an_executable_file_is_a_file(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE})
    (project.root / "base/model.yaml").chmod(0o755)
    project.git("update-index", "--chmod=+x", "base/model.yaml")
    project.commit({})
    assert project.git("ls-files", "-s", "base/model.yaml").startswith("100755 ")

    for snapshot in (project.open().at_commit(), project.open().at_worktree()):
        assert texts(snapshot) == {"base/model.yaml": ONE}


def test_files_are_in_the_order_of_their_bytes(git_project: Build) -> None:
    names = ["base/Z.yaml", "base/a-b.yaml", "base/a/x.yaml", "base/ü.yaml", "base/日.yaml"]
    project = git_project(dict.fromkeys(reversed(names), "a: 1"))

    files = list(project.open().at_commit().files)

    assert files == [*names, "gitconfig.yaml"]
    assert files == sorted(files, key=lambda name: name.encode())


def test_reading_what_is_not_there(git_project: Build) -> None:
    with pytest.raises(KeyError):
        git_project({}).open().at_commit().read("base/none.yaml")


def test_a_file_that_is_too_large(git_project: Build) -> None:
    project = git_project({"base/large.yaml": b"x" * (MAX_BLOB_BYTES + 1)})

    with pytest.raises(FileTooLargeError) as caught:
        project.open().at_commit().read("base/large.yaml")

    assert caught.value.message == "expected a file of at most 67,108,864 bytes, found 67,108,865"
    assert caught.value.size == MAX_BLOB_BYTES + 1
    project.write({"base/large.yaml": b"y" * (MAX_BLOB_BYTES + 2)})
    worktree = project.open().at_worktree()
    assert worktree.changed == {"base/large.yaml"}
    with pytest.raises(FileTooLargeError) as caught:
        worktree.read("base/large.yaml")
    assert caught.value.size == MAX_BLOB_BYTES + 2


def test_the_largest_file_that_is_read(git_project: Build) -> None:
    project = git_project({"base/large.yaml": b"x" * MAX_BLOB_BYTES})

    assert len(project.open().at_commit().read("base/large.yaml")) == MAX_BLOB_BYTES


# --- the index ---------------------------------------------------------------------------------


def test_the_index_is_what_is_staged(git_project: Build) -> None:
    project = git_project(
        {
            "base/kept.yaml": ONE,
            "base/twice.yaml": ONE,
            "base/gone.yaml": ONE,
            "base/loose.yaml": ONE,
        }
    )
    project.write({"base/twice.yaml": TWO, "base/new.yaml": TWO})
    project.git("add", "base/twice.yaml", "base/new.yaml")
    project.git("rm", "-q", "base/gone.yaml")
    project.write({"base/twice.yaml": "temperature: 9\n", "base/loose.yaml": TWO})
    (project.root / "base/kept.yaml").unlink()

    snapshot = project.open().at_index()

    assert snapshot.kind == "index"
    assert snapshot.commit is not None
    assert snapshot.commit.id == project.git("rev-parse", "HEAD")
    assert texts(snapshot) == {
        "base/kept.yaml": ONE,
        "base/loose.yaml": ONE,
        "base/new.yaml": TWO,
        "base/twice.yaml": TWO,
    }
    assert snapshot.changed == {"base/gone.yaml", "base/new.yaml", "base/twice.yaml"}


def test_an_index_that_cannot_be_read(git_project: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    project = git_project({"base/model.yaml": ONE})
    damaged = project.root / ".git/index.lock"
    damaged.write_bytes(b"no index")
    monkeypatch.setenv("GIT_INDEX_FILE", str(damaged))

    error = refusal(lambda: project.open().at_index())

    assert error.message.startswith("expected an index that can be read, found: ")


def conflicted(project: GitProject) -> None:
    project.git("checkout", "-q", "-b", "side")
    project.commit({"base/model.yaml": TWO})
    project.git("checkout", "-q", "main")
    project.commit({"base/model.yaml": "temperature: 1.0\n"})
    with pytest.raises(subprocess.CalledProcessError):
        project.git("merge", "side")


def test_an_index_with_a_conflict(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE})
    conflicted(project)

    error = refusal(project.open().at_index)

    assert error.message == "expected an index without conflicts, found one in base/model.yaml"
    assert error.hint == "finish the merge (git add FILE), then run again"


def test_a_work_tree_with_a_conflict_shows_what_is_on_disk(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE, "base/other.yaml": ONE})
    conflicted(project)

    found = texts(project.open().at_worktree())

    assert found["base/other.yaml"] == ONE
    assert found["base/model.yaml"].startswith("<<<<<<< HEAD\n")


def test_the_index_of_an_unborn_branch(git_project: Build) -> None:
    project = git_project()
    project.write({"gitconfig.yaml": PROJECT_FILE, "base/model.yaml": ONE, "base/loose.yaml": ONE})
    project.git("add", "gitconfig.yaml", "base/model.yaml")

    snapshot = project.open().at_index()

    assert snapshot.commit is None
    assert texts(snapshot) == {"base/model.yaml": ONE}
    assert snapshot.changed == {"gitconfig.yaml", "base/model.yaml"}


# --- the work tree -----------------------------------------------------------------------------


def test_the_work_tree_is_what_is_on_disk(git_project: Build) -> None:
    project = git_project(
        {
            ".gitignore": "*.tmp.yaml\nignored/\n",
            "base/deleted.yaml": ONE,
            "base/kept.yaml": ONE,
            "base/staged.yaml": ONE,
            "base/untracked.yaml": ONE,
        }
    )
    project.write({"base/staged.yaml": TWO})
    project.git("add", "base/staged.yaml")
    project.write(
        {
            "base/staged.yaml": "temperature: 9\n",
            "base/new/deep.yaml": TWO,
            "base/x.tmp.yaml": TWO,
            "ignored/y.yaml": TWO,
        }
    )
    (project.root / "base/deleted.yaml").unlink()
    project.git("rm", "-q", "--cached", "base/untracked.yaml")

    snapshot = project.open().at_worktree()

    assert snapshot.kind == "worktree"
    assert texts(snapshot) == {
        ".gitignore": "*.tmp.yaml\nignored/\n",
        "base/kept.yaml": ONE,
        "base/new/deep.yaml": TWO,
        "base/staged.yaml": "temperature: 9\n",
        "base/untracked.yaml": ONE,
    }
    assert snapshot.changed == {"base/deleted.yaml", "base/new/deep.yaml", "base/staged.yaml"}
    for path, file in snapshot.files.items():
        assert file.oid == project.git("hash-object", path)


def test_a_clean_work_tree_is_the_commit(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE}).open()

    assert dict(project.at_worktree().files) == dict(project.at_commit().files)
    assert project.at_worktree().changed == frozenset()
    assert project.at_index().changed == frozenset()


def test_an_unchanged_file_that_was_touched(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE})
    os.utime(project.root / "base/model.yaml", (1, 1))

    assert project.open().at_worktree().changed == frozenset()


def test_a_change_of_the_same_length_and_time(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE})
    before = (project.root / "base/model.yaml").stat()
    project.write({"base/model.yaml": TWO})
    os.utime(project.root / "base/model.yaml", ns=(before.st_atime_ns, before.st_mtime_ns))

    assert texts(project.open().at_worktree()) == {"base/model.yaml": TWO}


def test_the_work_tree_of_an_unborn_branch(git_project: Build) -> None:
    project = git_project()
    project.write({"gitconfig.yaml": PROJECT_FILE, "base/model.yaml": ONE})

    snapshot = project.open().at_worktree()

    assert snapshot.commit is None
    assert texts(snapshot) == {"base/model.yaml": ONE}
    assert snapshot.changed == {"base/model.yaml", "gitconfig.yaml"}
    error = refusal(project.open().at_commit)
    assert error.message == "expected a commit, found a branch without any"


def test_a_linked_work_tree(git_project: Build, tmp_path: Path) -> None:
    project = git_project({"base/model.yaml": ONE})
    other = tmp_path / "linked"
    project.git("worktree", "add", "-q", "-b", "other", str(other))
    (other / "base/model.yaml").write_text(TWO)

    assert texts(open_project(other).at_worktree()) == {"base/model.yaml": TWO}
    assert texts(project.open().at_worktree()) == {"base/model.yaml": ONE}


def test_what_a_sparse_checkout_leaves_out_is_there(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE, "base/gone.yaml": ONE, "other/model.yaml": TWO})
    project.git("sparse-checkout", "set", "base")
    assert not (project.root / "other").exists()
    (project.root / "base/gone.yaml").unlink()

    snapshot = project.open().at_worktree()

    assert texts(snapshot) == {"base/model.yaml": ONE, "other/model.yaml": TWO}
    assert snapshot.changed == {"base/gone.yaml"}


def test_a_sparse_index(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE, "other/model.yaml": TWO})
    project.git("sparse-checkout", "set", "--cone", "--sparse-index", "base")

    opened = project.open()

    for action in (opened.at_worktree, opened.at_index):
        assert "--no-sparse-index" in refusal(action).hint
    assert set(texts(opened.at_commit())) == {"base/model.yaml", "other/model.yaml"}


def test_a_snapshot_does_not_change_with_the_disk(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE})
    project.write({"base/model.yaml": TWO})
    snapshot = project.open().at_worktree()

    project.write({"base/model.yaml": "temperature: 9\n"})

    assert texts(snapshot) == {"base/model.yaml": TWO}


# --- links, submodules and odd names -----------------------------------------------------------


def link_diagnostic(path: str) -> Diagnostic:
    return Diagnostic(
        "GCT001",
        f"expected a file, found a symbolic link at {path}",
        Span(path),
        hint="links are never followed: put the file itself there",
    )


def test_links_are_never_followed(git_project: Build, tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text("stolen: true\n")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/deep.yaml").write_text("stolen: true\n")
    project = git_project({"base/model.yaml": ONE})
    links = {
        "base/broken.yaml": "nowhere.yaml",
        "base/folder": "../../outside",
        "base/inside.yaml": "model.yaml",
        "base/outside.yaml": "../../outside.yaml",
    }
    for name, target in links.items():
        (project.root / name).symlink_to(target)

    untracked = project.open().at_worktree()
    project.commit({})

    for snapshot in (
        untracked,
        project.open().at_commit(),
        project.open().at_index(),
        project.open().at_worktree(),
    ):
        assert texts(snapshot) == {"base/model.yaml": ONE}
        assert snapshot.diagnostics == tuple(link_diagnostic(path) for path in sorted(links))


def test_a_folder_that_was_replaced_by_a_link(git_project: Build, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/model.yaml").write_text("stolen: true\n")
    project = git_project({"base/model.yaml": ONE, "kept.yaml": ONE})
    (project.root / "base/model.yaml").unlink()
    (project.root / "base").rmdir()
    (project.root / "base").symlink_to("../outside")

    snapshot = project.open().at_worktree()

    assert texts(snapshot) == {"kept.yaml": ONE}
    assert snapshot.diagnostics == (link_diagnostic("base"),)
    assert snapshot.changed == {"base/model.yaml"}


def test_a_file_that_was_replaced_by_a_link(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE, "base/other.yaml": TWO})
    (project.root / "base/model.yaml").unlink()
    (project.root / "base/model.yaml").symlink_to("other.yaml")

    snapshot = project.open().at_worktree()

    assert texts(snapshot) == {"base/other.yaml": TWO}
    assert snapshot.diagnostics == (link_diagnostic("base/model.yaml"),)


def test_a_file_that_was_replaced_by_a_folder(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE})
    (project.root / "base/model.yaml").unlink()
    project.write({"base/model.yaml/inner.yaml": TWO})

    assert texts(project.open().at_worktree()) == {"base/model.yaml/inner.yaml": TWO}


def test_a_pipe_is_no_file(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE})
    (project.root / "base/model.yaml").unlink()
    os.mkfifo(project.root / "base/model.yaml")
    assert stat.S_ISFIFO((project.root / "base/model.yaml").stat().st_mode)

    assert texts(project.open().at_worktree()) == {}


@pytest.mark.parametrize("dirty", [False, True])
def test_a_submodule(git_project: Build, dirty: bool) -> None:
    inner = git_project({"model.yaml": ONE}, name="inner")
    project = git_project({"base/model.yaml": ONE})
    project.git("submodule", "add", "-q", str(inner.root), "base/vendor")
    project.commit({})
    if dirty:
        project.write({"base/vendor/model.yaml": TWO, "base/vendor/new.yaml": TWO})

    for snapshot in (
        project.open().at_commit(),
        project.open().at_index(),
        project.open().at_worktree(),
    ):
        assert list(snapshot.files) == [".gitmodules", "base/model.yaml", "gitconfig.yaml"]
        assert snapshot.diagnostics == (
            Diagnostic(
                "GCT002",
                "expected a folder, found a submodule at base/vendor",
                Span("base/vendor"),
                hint="a bundle comes from one repository: put the files themselves there",
            ),
        )


def test_a_file_name_that_is_not_utf8(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE})
    (Path(os.fsdecode(os.fsencode(project.root) + b"/base/caf\xe9.yaml"))).write_text(TWO)

    untracked = project.open().at_worktree()
    project.commit({})

    for snapshot in (untracked, project.open().at_commit(), project.open().at_worktree()):
        assert texts(snapshot) == {"base/model.yaml": ONE}
        assert snapshot.diagnostics == (
            Diagnostic(
                "GCT003",
                "expected a file name in UTF-8, found base/caf\\xe9.yaml",
                Span("base/caf\\xe9.yaml"),
                hint="rename the file: git mv",
            ),
        )


def test_names_with_every_other_character(git_project: Build) -> None:
    names = [
        "base/a b.yaml",
        'base/"q".yaml',
        "base/..a.yaml",
        "base/.gitkeep",
        "base/it's 50%~.yaml",
        "base/é😀.yaml",
        "base/\\.yaml",
    ]
    project = git_project(dict.fromkeys(names, ONE))

    assert texts(project.open().at_commit()) == dict.fromkeys(names, ONE)
    assert texts(project.open().at_worktree()) == dict.fromkeys(names, ONE)


# --- where the project lies --------------------------------------------------------------------


def test_a_project_in_a_subfolder(git_project: Build) -> None:
    project = git_project()
    project.commit(
        {
            "outside.yaml": ONE,
            "deploy/llm/gitconfig.yaml": PROJECT_FILE,
            "deploy/llm/base/model.yaml": ONE,
            "deploy/llm-2/base/model.yaml": TWO,
        }
    )
    project.write({"deploy/llm/base/new.yaml": TWO, "deploy/new.yaml": TWO})

    opened = open_project(project.root / "deploy/llm/base")

    assert opened.prefix == "deploy/llm/"
    assert opened.root == project.root / "deploy/llm"
    commit, worktree = opened.at_commit(), opened.at_worktree()
    assert commit.prefix == "deploy/llm/"
    assert list(commit.files) == ["base/model.yaml", "gitconfig.yaml"]
    assert list(worktree.files) == ["base/model.yaml", "base/new.yaml", "gitconfig.yaml"]
    assert worktree.changed == {"base/new.yaml"}
    assert texts(opened.at_index()) == {"base/model.yaml": ONE}


def test_the_nearest_project_is_taken(git_project: Build) -> None:
    project = git_project({"inner/gitconfig.yaml": PROJECT_FILE, "inner/base/x.yaml": ONE})

    assert open_project(project.root / "inner" / "base").prefix == "inner/"
    assert open_project(project.root).prefix == ""
    assert open_project(project.root, "inner").prefix == "inner/"
    assert open_project(project.root / "inner", ".").prefix == ""


def test_a_project_is_found_only_inside_its_repository(git_project: Build, tmp_path: Path) -> None:
    project = git_project()
    project.commit({"sub/gitconfig.yaml": PROJECT_FILE, "base/x.yaml": ONE})
    (tmp_path / "gitconfig.yaml").write_text(PROJECT_FILE)

    error = refusal(lambda: open_project(project.root / "base"))

    folder = project.root / "base"
    assert error.message == f"expected gitconfig.yaml in {folder} or a folder above it, found none"
    assert error.hint == "this repository has one in sub/: use -C"


def test_a_repository_without_a_project(git_project: Build) -> None:
    project = git_project()

    error = refusal(lambda: open_project(project.root))

    assert error.hint == "start a project with: gitconfig-tool init"


def test_a_work_tree_that_lies_elsewhere(git_project: Build, tmp_path: Path) -> None:
    project = git_project({"base/model.yaml": ONE})
    (tmp_path / "elsewhere").mkdir()
    project.git("config", "core.worktree", str(tmp_path / "elsewhere"))

    error = refusal(lambda: open_project(project.root))

    assert error.message.startswith("expected gitconfig.yaml in ")


def test_no_repository(tmp_path: Path) -> None:
    error = refusal(lambda: open_project(tmp_path))

    assert error.message == f"expected a Git repository at {tmp_path} or above it, found none"
    error = refusal(lambda: open_project(tmp_path / "none"))
    assert error.message == f"expected a folder, found nothing at {tmp_path / 'none'}"


def test_file_in_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    error = refusal(lambda: open_project(tmp_path / "file"))

    assert error.message == f"expected a folder, found a file at {tmp_path / 'file'}"


@pytest.mark.parametrize("name", ["../other", "/etc", "a/../../b"])
def test_a_project_outside_the_repository(git_project: Build, name: str) -> None:
    project = git_project({})

    error = refusal(lambda: open_project(project.root, name))

    assert (
        error.message
        == f"expected --project to name a folder inside the repository, found {name!r}"
    )


def test_a_commit_without_the_project(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE})
    project.commit({"inner/gitconfig.yaml": PROJECT_FILE})
    first = project.git("rev-parse", "HEAD~1")
    opened = open_project(project.root / "inner")

    error = refusal(lambda: opened.at_commit("HEAD~1"))

    assert error.message == f"expected the folder inner/ in commit {first[:12]}, found none"
    assert error.__cause__ is not None


def test_a_project_that_is_not_committed_yet(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE})
    project.write({"inner/gitconfig.yaml": PROJECT_FILE, "inner/base/x.yaml": ONE})

    snapshot = open_project(project.root / "inner").at_worktree()

    assert snapshot.changed == {"base/x.yaml", "gitconfig.yaml"}


# --- bare, shallow and damaged repositories ----------------------------------------------------


def test_a_bare_clone(git_project: Build, tmp_path: Path) -> None:
    project = git_project({"base/model.yaml": ONE})
    project.git("clone", "-q", "--bare", str(project.root), str(tmp_path / "bare.git"))

    bare = open_project(tmp_path / "bare.git")

    assert bare.is_bare
    assert not project.open().is_bare
    assert bare.root == tmp_path / "bare.git"
    assert dict(bare.at_commit().files) == dict(project.open().at_commit().files)
    assert texts(bare.at_commit()) == {"base/model.yaml": ONE}
    error = refusal(bare.at_worktree)
    assert error.message == "expected a work tree, found a bare repository"
    error = refusal(bare.at_index)
    assert error.message == "expected an index, found a bare repository"
    assert error.hint == "name a commit: --rev HEAD"


def test_the_project_of_a_bare_repository(git_project: Build, tmp_path: Path) -> None:
    project = git_project()
    project.commit({"readme.md": "Nothing yet."})
    bare = tmp_path / "bare.git"
    project.git("clone", "-q", "--bare", str(project.root), str(bare))

    error = refusal(lambda: open_project(bare))
    assert error.message == (
        f"expected gitconfig.yaml in the bare repository {bare}, found none in HEAD"
    )

    project.commit({"a/gitconfig.yaml": PROJECT_FILE, "a/base/x.yaml": ONE})
    project.git("push", "-q", str(bare), "main")
    assert open_project(bare).prefix == "a/"
    assert texts(open_project(bare).at_commit()) == {"base/x.yaml": ONE}

    project.commit({"b/gitconfig.yaml": PROJECT_FILE})
    project.git("push", "-q", str(bare), "main")
    error = refusal(lambda: open_project(bare))
    assert error.message == f"expected one project in the bare repository {bare}, found 2"
    assert error.hint == "choose one: --project a | b"
    assert open_project(bare, "b").prefix == "b/"


def test_a_shallow_clone(git_project: Build, tmp_path: Path) -> None:
    project = git_project({"base/model.yaml": ONE})
    project.commit({"base/model.yaml": TWO}, "Second")
    shallow = tmp_path / "shallow"
    project.git("clone", "-q", "--depth", "1", f"file://{project.root}", str(shallow))

    opened = open_project(shallow)

    assert texts(opened.at_commit()) == {"base/model.yaml": TWO}
    assert opened.at_worktree().changed == frozenset()
    error = refusal(lambda: opened.at_commit("HEAD~1"))
    assert "a shallow clone has few of them" in error.hint


def remove_object(project: GitProject, name: str) -> str:
    oid = project.git("rev-parse", name)
    path = project.root / ".git/objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    path.unlink()
    return oid


def test_a_blob_that_is_missing(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE})
    oid = remove_object(project, "HEAD:base/model.yaml")
    snapshot = project.open().at_commit()

    error = refusal(lambda: snapshot.read("base/model.yaml"))

    assert error.message == f"expected the object {oid} in the repository, found none"
    assert error.hint == "run git fsck; a partial clone may need git fetch"
    assert error.__cause__ is not None


@pytest.mark.parametrize("name", ["HEAD:base", "HEAD^{tree}"])
def test_a_tree_that_is_missing(git_project: Build, name: str) -> None:
    project = git_project({"base/model.yaml": ONE})
    remove_object(project, name)

    error = refusal(project.open().at_commit)

    assert error.message.startswith("expected a complete repository, found an object missing")


def test_a_tree_that_is_missing_makes_no_changes_of_all_files(git_project: Build) -> None:
    """Without it, nobody can tell what differs: to say "everything" would be a guess."""
    project = git_project({"base/model.yaml": ONE})
    remove_object(project, "HEAD:base")

    error = refusal(project.open().at_index)

    assert error.message.startswith("expected a complete repository, found an object missing")


def test_a_tree_that_is_missing_below_a_project(git_project: Build, tmp_path: Path) -> None:
    project = git_project()
    project.commit({"sub/gitconfig.yaml": PROJECT_FILE, "sub/base/model.yaml": ONE})
    project.git("clone", "-q", "--bare", str(project.root), str(tmp_path / "bare.git"))
    opened = open_project(project.root / "sub")
    oid = remove_object(project, "HEAD:sub")

    assert refusal(opened.at_commit).message.startswith("expected a complete repository")
    path = tmp_path / "bare.git/objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    path.unlink()
    error = refusal(lambda: open_project(tmp_path / "bare.git"))
    assert error.message.startswith("expected a complete repository")


def test_a_damaged_object(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE})
    oid = project.git("rev-parse", "HEAD:base/model.yaml")
    path = project.root / ".git/objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    path.write_bytes(b"damaged")
    snapshot = project.open().at_commit()

    refusal(lambda: snapshot.read("base/model.yaml"))


# --- nothing of the repository is run ----------------------------------------------------------


def test_no_command_of_the_repository_is_run(git_project: Build, tmp_path: Path) -> None:
    project = git_project(
        {".gitattributes": "*.yaml filter=evil diff=evil merge=evil\n", "base/model.yaml": ONE}
    )
    trace = tmp_path / "was-run"
    command = f"touch {trace}; cat"
    script = f"#!/bin/sh\ntouch {trace}\n"
    for key in (
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "diff.evil.textconv",
        "diff.evil.command",
        "merge.evil.driver",
        "core.fsmonitor",
        "core.editor",
        "core.sshCommand",
        "core.alternateRefsCommand",
        "credential.helper",
        "gpg.program",
    ):
        project.git("config", key, command)
    project.git("config", "filter.evil.required", "true")
    project.git("config", "commit.gpgSign", "true")
    for hook in (
        "pre-commit",
        "commit-msg",
        "prepare-commit-msg",
        "post-commit",
        "post-index-change",
        "fsmonitor-watchman",
        "post-checkout",
        "reference-transaction",
    ):
        path = project.root / ".git/hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(script)
        path.chmod(0o755)
    project.write({"base/model.yaml": TWO, "base/new.yaml": ONE})

    opened = project.open()
    worktree = opened.at_worktree()
    assert texts(opened.at_commit())["base/model.yaml"] == ONE
    assert texts(opened.at_index())["base/model.yaml"] == ONE
    assert texts(worktree)["base/model.yaml"] == TWO
    opened.last_change(worktree, Span("gitconfig.yaml", 1))
    commit_all(project.root, "Second")

    assert not trace.exists()
    # The traps do work: git itself walks into them.
    project.write({"base/model.yaml": "temperature: 9\n"})
    subprocess.run(["git", "status"], cwd=project.root, capture_output=True, check=False)
    assert trace.exists()


# --- history -----------------------------------------------------------------------------------


def test_the_last_change_of_a_line(git_project: Build) -> None:
    project = git_project({"base/model.yaml": "a: 1\nb: 1\nc: 1\n"})
    second = project.commit({"base/model.yaml": "a: 1\nb: 2\nc: 1\n"}, "Raise b\n\nBecause.")
    first = project.git("rev-parse", "HEAD~1")
    project.commit({"base/other.yaml": ONE}, "Third")
    opened = project.open()
    snapshot = opened.at_commit()

    assert opened.last_change(snapshot, Span("base/model.yaml", 2)) == Commit(
        second, FIRST_COMMIT + 3_600, "Ada Example", "Raise b"
    )
    for line in (1, 3):
        found = opened.last_change(snapshot, Span("base/model.yaml", line))
        assert found is not None
        assert found.id == first
    before = opened.last_change(opened.at_commit("HEAD~2"), Span("base/model.yaml", 2))
    assert before is not None
    assert before.id == first


def test_the_last_change_in_a_subfolder(git_project: Build) -> None:
    project = git_project()
    commit = project.commit({"sub/gitconfig.yaml": PROJECT_FILE, "sub/base/x.yaml": ONE})
    opened = open_project(project.root / "sub")

    found = opened.last_change(opened.at_worktree(), Span("base/x.yaml", 1))

    assert found is not None
    assert found.id == commit


def test_lines_that_are_not_committed_have_no_last_change(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE})
    project.write({"base/model.yaml": TWO, "base/new.yaml": ONE})
    opened = project.open()
    snapshot = opened.at_worktree()

    assert opened.last_change(snapshot, Span("base/model.yaml", 1)) is None
    assert opened.last_change(snapshot, Span("base/new.yaml", 1)) is None


def test_the_last_change_on_an_unborn_branch(git_project: Build) -> None:
    project = git_project()
    project.write({"gitconfig.yaml": PROJECT_FILE})
    opened = project.open()

    assert opened.last_change(opened.at_worktree(), Span("gitconfig.yaml", 1)) is None


def test_the_last_change_of_what_is_not_there(git_project: Build) -> None:
    opened = git_project({"base/model.yaml": ONE}).open()

    error = refusal(lambda: opened.last_change(opened.at_commit(), Span("base/none.yaml", 1)))
    assert error.message.startswith("expected the history of base/none.yaml, found: ")


def test_a_commit_message_and_author_in_another_encoding(git_project: Build) -> None:
    project = git_project({"base/model.yaml": ONE})
    raw = (
        f"tree {project.git('rev-parse', 'HEAD^{tree}')}\n"
        "author Andr\xe9 <a@example.invalid> 1709294400 +0000\n"
        "committer Andr\xe9 <a@example.invalid> 1709294400 +0000\n"
        "encoding ISO-8859-1\n\nCaf\xe9\n"
    ).encode("latin-1")
    (project.root.parent / "raw").write_bytes(raw)
    oid = project.git("hash-object", "-t", "commit", "-w", str(project.root.parent / "raw"))

    found = project.open().at_commit(oid).commit

    assert found is not None
    assert found.id == oid
    assert found.author.startswith("Andr")
    assert found.summary.startswith("Caf")


@pytest.mark.parametrize("encoding", ["no-such-8", "rot13", "undefined"])
def test_a_commit_message_in_an_encoding_that_nobody_knows(
    git_project: Build, encoding: str
) -> None:
    project = git_project({"base/model.yaml": ONE})
    project.git("config", "i18n.commitEncoding", encoding)
    project.commit({"base/model.yaml": TWO}, "Café")

    found = project.open().at_commit().commit

    assert found is not None
    assert (found.author, found.summary) == ("Ada Example", "Café")


# --- making repositories -----------------------------------------------------------------------


def test_a_new_repository(tmp_path: Path) -> None:
    init_repository(tmp_path)
    (tmp_path / "gitconfig.yaml").write_text(PROJECT_FILE)
    (tmp_path / ".gitignore").write_text("secret.txt\n")
    (tmp_path / "secret.txt").write_text("not committed")

    first = commit_all(tmp_path, "Begin\n\nMore.")

    git = GitProject(tmp_path, tmp_path)
    assert git.git("rev-parse", "HEAD") == first.id
    assert git.git("rev-parse", "--abbrev-ref", "HEAD") == "main"
    assert git.git("log", "--format=%s|%b|%an <%ae>|%P") == (
        "Begin|More.|gitconfig-tool <gitconfig-tool@localhost.invalid>|"
    )
    assert git.git("ls-files") == ".gitignore\ngitconfig.yaml"
    assert git.git("status", "--porcelain") == ""
    assert first.summary == "Begin"

    (tmp_path / ".gitignore").unlink()
    (tmp_path / "secret.txt").unlink()
    second = commit_all(tmp_path, "Go on")
    assert git.git("log", "-1", "--format=%H %P") == f"{second.id} {first.id}"
    assert git.git("ls-files") == "gitconfig.yaml"


def test_the_author_is_the_one_of_the_configuration(git_project: Build) -> None:
    project = git_project({})
    project.git("config", "user.name", "Grace Example")
    project.git("config", "user.email", "grace@example.invalid")
    project.write({"base/x.yaml": ONE})

    made = commit_all(project.root, "Add x")

    assert made.author == "Grace Example"
    assert project.git("log", "-1", "--format=%ae") == "grace@example.invalid"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1700000000 +0130", "1700000000 +0130"),
        ("@1700000000 -0800", "1700000000 -0800"),
        ("2026-11-23T12:00:00+00:00", "1795435200 +0000"),
        ("2026-11-23T12:00:00-02:00", "1795442400 -0200"),
    ],
)
def test_a_commit_has_the_time_of_gits_variables(
    text: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    init_repository(tmp_path)
    (tmp_path / "gitconfig.yaml").write_text(PROJECT_FILE)
    monkeypatch.setenv("GIT_COMMITTER_DATE", text)
    monkeypatch.setenv("GIT_AUTHOR_DATE", "1600000000 +0000")

    commit_all(tmp_path, "Begin")

    git = GitProject(tmp_path, tmp_path)
    assert git.git("log", "-1", "--format=%cd|%ad", "--date=raw") == f"{shown}|1600000000 +0000"


def test_a_time_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    init_repository(tmp_path)
    monkeypatch.setenv("GIT_COMMITTER_DATE", "yesterday")

    error = refusal(lambda: commit_all(tmp_path, "Begin"))

    assert "found 'yesterday'" in error.message
    assert "GIT_COMMITTER_DATE" in (error.hint or "")


def test_a_repository_around_the_folder_is_used(git_project: Build) -> None:
    project = git_project({})
    inner, nested = project.root / "inner", project.root / "nested"
    inner.mkdir()
    nested.mkdir()

    init_repository(inner)
    init_repository(nested, nested=True)

    assert not (inner / ".git").exists()
    assert (nested / ".git").is_dir()


def test_a_folder_that_cannot_hold_a_repository(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    error = refusal(lambda: init_repository(tmp_path / "file" / "inner"))

    assert error.message.startswith(f"expected to make a Git repository in {tmp_path / 'file'}")


def test_other_content_in_a_file_changes_nothing_else(git_project: Build) -> None:
    project = git_project({"a.yaml": "a: 1\n", "b.yaml": "b: 1\n"})
    before = project.open().at_worktree()
    after = with_contents(before, {"a.yaml": b"a: 2\n"})

    assert (after.read("a.yaml"), after.read("b.yaml")) == (b"a: 2\n", b"b: 1\n")
    assert after.changed == {"a.yaml"}
    # The id is the one that Git would give.
    (project.root / "a.yaml").write_bytes(b"a: 2\n")
    assert after.files["a.yaml"].oid == project.git("hash-object", "a.yaml")
    assert before.read("a.yaml") == b"a: 1\n"
