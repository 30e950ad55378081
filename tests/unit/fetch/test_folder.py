"""Delivery into a folder: all at once, for the owner only, and never through somebody's link."""

import fcntl
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.fetch import Delivery, DeliveryError, DeliveryReport, FolderTarget, open_folder

ENTRIES = {
    "billing": {"password": "fake-password", "umlaut": "ä"},
    "ml-service/inference/model": {"temperature": 0.7},
    "ml-service/limits": {"rps": 5},
    "prompts/support/1.2.0": {"messages": []},
}


def _deliver(path: Path, entries: dict[str, Any]) -> DeliveryReport:
    return open_folder(path).deliver(Delivery("production", "sha256:0", "rev", "1", entries))


def _read(path: Path) -> dict[str, Any]:
    """Return the files as an application sees them, through the links."""
    found = {}
    for folder, _, names in os.walk(path, followlinks=True):
        relative = Path(folder).relative_to(path).as_posix()
        if not relative.startswith(".."):
            for name in names:
                full = Path(folder, name)
                key = full.relative_to(path).as_posix().removesuffix(".json")
                found[key] = json.loads(full.read_text(encoding="utf-8"))
    return found


def _inodes(path: Path) -> dict[Path, int]:
    return {item: item.lstat().st_ino for item in sorted(path.rglob("*"))}


def test_files_are_written(tmp_path: Path) -> None:
    report = _deliver(tmp_path / "out", ENTRIES)

    assert _read(tmp_path / "out") == ENTRIES
    assert report.written == tuple(sorted(ENTRIES))
    assert (report.unchanged, report.removed, report.left_behind) == ((), (), ())
    assert (tmp_path / "out/billing.json").read_text(encoding="utf-8").endswith("}\n")


def test_the_form_is_kubelets(tmp_path: Path) -> None:
    _deliver(tmp_path / "out", ENTRIES)
    out = tmp_path / "out"
    (generation,) = out.glob("..gen-*")

    assert os.readlink(out / "..data") == generation.name
    assert os.readlink(out / "billing.json") == "..data/billing.json"
    assert os.readlink(out / "ml-service") == "..data/ml-service"
    assert {path.name for path in out.iterdir()} == {
        "..data",
        generation.name,
        "billing.json",
        "ml-service",
        "prompts",
    }


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o377])
def test_only_the_owner_can_read(tmp_path: Path, mask: int) -> None:
    former = os.umask(mask)
    try:
        _deliver(tmp_path / "out", ENTRIES)
    finally:
        os.umask(former)
    for path in (tmp_path / "out", *(tmp_path / "out").rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode):
            assert stat.S_IMODE(mode) == 0o700
        elif stat.S_ISREG(mode):
            assert stat.S_IMODE(mode) == 0o600


def test_the_same_again_writes_nothing(tmp_path: Path) -> None:
    _deliver(tmp_path / "out", ENTRIES)
    before = _inodes(tmp_path / "out")
    report = _deliver(tmp_path / "out", dict(reversed(ENTRIES.items())))

    assert report.written == ()
    assert report.unchanged == tuple(sorted(ENTRIES))
    assert _inodes(tmp_path / "out") == before


def test_what_changed_is_switched_and_what_went_is_removed(tmp_path: Path) -> None:
    _deliver(tmp_path / "out", ENTRIES)
    entries = {
        "billing": {"password": "another-fake"},
        "ml-service/limits": {"rps": 5},
        "new/document": {},
    }
    report = _deliver(tmp_path / "out", entries)

    assert _read(tmp_path / "out") == entries
    assert report.written == ("billing", "new/document")
    assert report.unchanged == ("ml-service/limits",)
    assert report.removed == ("ml-service/inference/model", "prompts/support/1.2.0")
    assert not os.path.lexists(tmp_path / "out/prompts")
    assert len(list((tmp_path / "out").glob("..gen-*"))) == 1


def test_a_reader_sees_one_generation(tmp_path: Path) -> None:
    """An open folder of the former generation goes on as it was until it is reopened."""
    _deliver(tmp_path / "out", {"a": {"n": 1}, "b": {"n": 1}})
    real = (tmp_path / "out/a.json").resolve()
    _deliver(tmp_path / "out", {"a": {"n": 2}, "b": {"n": 2}})

    assert (tmp_path / "out/a.json").resolve().parent == (tmp_path / "out/b.json").resolve().parent
    assert not real.exists()


@pytest.mark.parametrize("operation", ["mkdir", "symlink", "rename", "fsync", "open"])
@pytest.mark.parametrize("fail_at", [1, 2, 3, 4, 6])
def test_a_failure_leaves_the_former_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, operation: str, fail_at: int
) -> None:
    out = tmp_path / "out"
    _deliver(out, {"a": {"n": 1}, "b/c": {"n": 1}})
    new = {"a": {"n": 2}, "b/c": {"n": 2}, "d": {}, "e/f": {}}
    calls = 0
    real = getattr(os, operation)

    def fail(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == fail_at:
            raise OSError(28, "No space left on device")
        return real(*arguments, **options)

    monkeypatch.setattr(os, operation, fail)
    error = None
    try:
        _deliver(out, new)
    except DeliveryError as caught:
        error = caught
    monkeypatch.undo()

    if error is not None:
        assert "No space left on device" in error.message
        assert _read(out) in ({"a": {"n": 1}, "b/c": {"n": 1}}, new)
    else:
        assert calls < fail_at or _read(out) == new
    _deliver(out, new)
    assert _read(out) == new
    assert len(list(out.glob("..gen-*"))) == 1


def test_a_first_run_that_was_killed_can_be_repeated(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "..gen-0123456789abcdef").mkdir()
    (out / "..gen-0123456789abcdef/half").write_text("")
    (out / "a.json").symlink_to("..data/a.json")
    (out / "..data-new").symlink_to("..gen-0123456789abcdef")
    _deliver(out, {"a": {}})

    assert _read(out) == {"a": {}}
    assert len(list(out.glob("..gen-*"))) == 1


def _foreign_file(out: Path) -> None:
    (out / "notes.txt").write_text("mine")


def _foreign_link(out: Path) -> None:
    (out / "a.json").symlink_to("/etc/hostname")


def _foreign_data(out: Path) -> None:
    (out / "..data").symlink_to("/etc")


def _data_is_a_folder(out: Path) -> None:
    (out / "..data").mkdir()


@pytest.mark.parametrize(
    "prepare", [_foreign_file, _foreign_link, _foreign_data, _data_is_a_folder]
)
def test_a_foreign_folder_is_refused_untouched(
    tmp_path: Path, prepare: Callable[[Path], None]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    prepare(out)
    before = _inodes(tmp_path)
    with pytest.raises(DeliveryError) as caught:
        _deliver(out, {"a": {}})

    assert "nothing was changed" in caught.value.hint
    assert _inodes(tmp_path) == before


@pytest.mark.parametrize("kind", ["link", "file", "folder"])
def test_a_name_of_somebody_else_is_not_taken(tmp_path: Path, kind: str) -> None:
    """An attacker waits for the next document with a link of its name."""
    out, victim = tmp_path / "out", tmp_path / "victim"
    victim.mkdir()
    _deliver(out, {"a": {}})
    if kind == "link":
        (out / "new").symlink_to(victim)
    elif kind == "file":
        (out / "new").write_text("mine")
    else:
        (out / "new").mkdir()
    with pytest.raises(DeliveryError, match=r"expected the name 'new' in .* to be free"):
        _deliver(out, {"a": {"n": 1}, "another": {}, "new/x": {}})

    assert list(victim.iterdir()) == []
    assert json.loads((out / "a.json").read_text()) == {}
    assert not os.path.lexists(out / "another.json")


def test_a_link_inside_a_generation_is_not_written_through(tmp_path: Path) -> None:
    out, victim = tmp_path / "out", tmp_path / "victim"
    victim.mkdir()
    (victim / "limits.json").write_text("precious")
    _deliver(out, ENTRIES)
    (generation,) = out.glob("..gen-*")
    (generation / "ml-service").rename(tmp_path / "away")
    (generation / "ml-service").symlink_to(victim)
    _deliver(out, ENTRIES)

    assert (victim / "limits.json").read_text() == "precious"
    assert _read(out) == ENTRIES


def test_a_changed_file_is_written_anew(tmp_path: Path) -> None:
    _deliver(tmp_path / "out", ENTRIES)
    (tmp_path / "out/billing.json").write_text("{}")
    (tmp_path / "out/ml-service/limits.json").chmod(0o644)
    report = _deliver(tmp_path / "out", ENTRIES)

    assert report.written == ("billing", "ml-service/limits")
    assert _read(tmp_path / "out") == ENTRIES


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(DeliveryError, match="found a file"):
        _deliver(tmp_path / "out", ENTRIES)


def test_two_writers_do_not_meet(tmp_path: Path) -> None:
    _deliver(tmp_path / "out", ENTRIES)
    folder = os.open(tmp_path / "out", os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    try:
        with pytest.raises(DeliveryError, match="expected to be alone in writing"):
            _deliver(tmp_path / "out", {})
    finally:
        os.close(folder)


def test_a_name_cannot_be_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match=r"expected 'a\.json' to be a file or a folder"):
        _deliver(tmp_path / "out", {"a": {}, "a.json/b": {}})
    with pytest.raises(DeliveryError, match="at most 64 parts"):
        _deliver(tmp_path / "out", {"/".join("a" * 65): {}})


def test_a_name_that_is_too_long_is_an_error_not_a_bug(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="File name too long"):
        _deliver(tmp_path / "out", {"x" * 300: {}})


def test_an_empty_delivery(tmp_path: Path) -> None:
    _deliver(tmp_path / "out", ENTRIES)
    report = _deliver(tmp_path / "out", {})

    assert report.removed == tuple(sorted(ENTRIES))
    assert _read(tmp_path / "out") == {}


def test_the_address_is_the_path(tmp_path: Path) -> None:
    assert FolderTarget(tmp_path).address == str(tmp_path)
