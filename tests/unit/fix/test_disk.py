"""Writing: one step for each file, through no link, over nothing that changed."""

import os
import stat
from pathlib import Path

import pytest

from gitconfig_tool.fix import Change, FixError, read_on_disk, write_changes


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "base").mkdir(parents=True)
    for name in ("a", "b"):
        (folder / "base" / f"{name}.yaml").write_bytes(b"old\n")
    return folder


def _change(name: str = "a", before: bytes = b"old\n") -> Change:
    return Change(f"base/{name}.yaml", before, b"new\n")


def _files(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "base").iterdir()}


def test_files_are_replaced_with_their_mode(root: Path) -> None:
    (root / "base" / "a.yaml").chmod(0o640)
    write_changes(root, [_change("a"), _change("b")])

    assert _files(root) == {"a.yaml": b"new\n", "b.yaml": b"new\n"}
    assert stat.S_IMODE((root / "base" / "a.yaml").stat().st_mode) == 0o640


def test_nothing_is_written_where_one_file_changed_since(root: Path) -> None:
    with pytest.raises(FixError) as caught:
        write_changes(root, [_change("a"), _change("b", before=b"older\n")])

    assert (
        caught.value.message == "expected base/b.yaml as it was read, found that it changed since"
    )
    assert caught.value.hint == "nothing was changed; save it and run the same command again"
    assert _files(root) == {"a.yaml": b"old\n", "b.yaml": b"old\n"}


def test_a_change_between_writing_beside_and_renaming(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = os.rename

    def then_edit(*arguments: object, **options: object) -> None:
        rename(*arguments, **options)  # type: ignore[arg-type]
        (root / "base" / "b.yaml").write_bytes(b"edited\n")

    monkeypatch.setattr(os, "rename", then_edit)
    with pytest.raises(FixError) as caught:
        write_changes(root, [_change("a"), _change("b")])

    assert caught.value.hint == (
        "1 of 2 files are repaired; save it and run the same command again"
    )
    assert _files(root) == {"a.yaml": b"new\n", "b.yaml": b"edited\n"}


@pytest.mark.parametrize("at", ["base", "base/a.yaml"])
def test_links_are_never_followed(root: Path, tmp_path: Path, at: str) -> None:
    outside = tmp_path / "outside"
    (root / at).rename(outside)
    (root / at).symlink_to(outside)

    assert read_on_disk(root, "base/a.yaml") is None
    with pytest.raises(FixError, match="found a link, a folder or a device"):
        write_changes(root, [_change()])
    old = outside if outside.is_file() else outside / "a.yaml"
    assert old.read_bytes() == b"old\n"


@pytest.mark.parametrize("path", ["../outside.yaml", "base/../../outside.yaml"])
def test_no_path_leaves_the_project(root: Path, tmp_path: Path, path: str) -> None:
    (tmp_path / "outside.yaml").write_bytes(b"old\n")

    assert read_on_disk(root, path) is None
    with pytest.raises(FixError):
        write_changes(root, [Change(path, b"old\n", b"new\n")])
    assert (tmp_path / "outside.yaml").read_bytes() == b"old\n"


def test_a_read_only_file_is_respected(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The superuser may write everything; the system's answer stands for anybody else's.
    monkeypatch.setattr(os, "access", lambda *arguments, **options: False)
    with pytest.raises(FixError) as caught:
        write_changes(root, [_change()])

    assert caught.value.message == (
        "expected to write base/a.yaml, found: Permission denied: the file is read-only"
    )
    assert _files(root) == {"a.yaml": b"old\n", "b.yaml": b"old\n"}


def test_a_full_disk_changes_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FixError, match="No space left on device"):
        write_changes(root, [_change("a"), _change("b")])
    assert _files(root) == {"a.yaml": b"old\n", "b.yaml": b"old\n"}


def test_what_is_not_there_is_none(root: Path) -> None:
    assert read_on_disk(root, "base/c.yaml") is None
    assert read_on_disk(root, "none/c.yaml") is None
    assert read_on_disk(root, "base") is None
    assert read_on_disk(root, "base/a.yaml") == b"old\n"
