"""One file, replaced in one step: its mode stays, and no link is followed."""

import os
from pathlib import Path

import pytest

from gitconfig_tool.custody.files import FileError, read_file, replace_file


def test_a_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b.yaml"
    file.parent.mkdir()
    file.write_bytes(b"old")
    file.chmod(0o640)

    replace_file(tmp_path, "a/b.yaml", b"old", b"new")

    assert file.read_bytes() == b"new"
    assert file.stat().st_mode & 0o777 == 0o640
    assert os.listdir(file.parent) == ["b.yaml"]


def test_a_new_file_with_its_folders(tmp_path: Path) -> None:
    replace_file(tmp_path, "a/b/c.yaml", None, b"new")

    assert read_file(tmp_path, "a/b/c.yaml") == b"new"
    assert read_file(tmp_path, "a/b/d.yaml") is None
    with pytest.raises(FileError, match="changed since"):
        replace_file(tmp_path, "a/b/c.yaml", None, b"newer")


def test_a_file_that_changed_meanwhile_stays(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"theirs")

    with pytest.raises(FileError, match="found that it changed since"):
        replace_file(tmp_path, "a", b"old", b"new")
    assert (tmp_path / "a").read_bytes() == b"theirs"
    assert os.listdir(tmp_path) == ["a"]


def test_no_link_is_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "real").mkdir(parents=True)
    (tmp_path / "outside").write_bytes(b"old")
    (root / "link").symlink_to(tmp_path / "outside")
    (root / "folder").symlink_to(tmp_path)

    for path in ("link", "folder/outside", "folder/new", "real/../../outside"):
        with pytest.raises(FileError, match="expected a file at"):
            replace_file(root, path, b"old" if "new" not in path else None, b"new")
    with pytest.raises(FileError):
        read_file(root, "link")
    assert (tmp_path / "outside").read_bytes() == b"old"
    assert not (tmp_path / "new").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="expected a user whom a mode keeps out; this is root")
def test_a_read_only_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "a").chmod(0o444)

    with pytest.raises(FileError, match="read-only"):
        replace_file(tmp_path, "a", b"old", b"new")
