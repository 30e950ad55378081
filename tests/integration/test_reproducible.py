"""The same commit gives the same bytes: every file of the layout, wherever it is made."""

import hashlib
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gitconfig_tool.cli.init import copy_example

ROOT = Path(__file__).resolve().parents[2]


def _start(
    repository: Path, output: Path, *, umask: int = 0o022, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Compile in a process of its own."""
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "gitconfig_tool",
            "-C",
            str(repository),
            "compile",
            "-o",
            str(output),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        cwd=output.parent,
        umask=umask,
        capture_output=True,
        text=True,
        check=False,
    )


def _compile(
    repository: Path, output: Path, *, umask: int = 0o022, **environment: str
) -> dict[str, tuple[str, int]]:
    """Compile; return digest and mode of every file, by relative path."""
    done = _start(repository, output, umask=umask, **environment)
    assert done.returncode == 0, done.stderr
    return {
        path.relative_to(output).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            stat.S_IMODE(path.stat().st_mode),
        )
        for path in sorted(output.rglob("*"))
        if path.is_file()
    }


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with the example project and a second commit, so that depth matters."""
    repository = tmp_path_factory.mktemp("origin") / "acme-llm"
    copy_example(repository)
    (repository / "NOTES.md").write_text("a second commit\n", encoding="utf-8")
    _git(repository, "add", "-A")
    _git(repository, "commit", "-q", "-m", "Second")
    return repository


@pytest.fixture(scope="module")
def expected(origin: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, int]]:
    files = _compile(origin, tmp_path_factory.mktemp("expected") / "layout")
    # Nine bundles, each with a manifest, are no accident of an empty result.
    assert len(files) > 20
    assert "index.json" in files
    return files


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Pacific/Kiritimati"},
        {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
        {"LC_ALL": "C", "PYTHONUTF8": "0"},
        {"PYTHONHASHSEED": "0"},
        {"PYTHONHASHSEED": "4242"},
        {"HOME": "/nonexistent", "USER": "somebody"},
        {"SOURCE_DATE_EPOCH": "1"},
    ],
    ids=lambda each: ",".join(f"{key}={value}" for key, value in each.items()),
)
def test_environment_changes_nothing(
    origin: Path, expected: dict[str, tuple[str, int]], tmp_path: Path, environment: dict[str, str]
) -> None:
    assert _compile(origin, tmp_path / "layout", **environment) == expected


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_umask_changes_nothing(
    origin: Path, expected: dict[str, tuple[str, int]], tmp_path: Path, umask: int
) -> None:
    assert _compile(origin, tmp_path / "layout", umask=umask) == expected


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--bare"],
        ["--depth", "1"],
        ["--bare", "--depth", "1"],
        ["--no-hardlinks", "-o", "other"],
    ],
    ids=["clone", "bare clone", "shallow clone", "bare shallow clone", "another remote name"],
)
def test_kind_of_clone_changes_nothing(
    origin: Path, expected: dict[str, tuple[str, int]], tmp_path: Path, options: list[str]
) -> None:
    clone = tmp_path / "somewhere else" / "clone"
    clone.parent.mkdir()
    _git(tmp_path, "clone", "-q", *options, f"file://{origin}", str(clone))

    assert _compile(clone, tmp_path / "layout") == expected


def test_number_of_processes_changes_nothing(
    origin: Path, expected: dict[str, tuple[str, int]], tmp_path: Path
) -> None:
    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(_compile, origin, tmp_path / f"layout-{each}") for each in range(4)]
        assert all(run.result() == expected for run in runs)


def test_processes_that_write_one_layout_at_once_leave_it_whole(
    origin: Path, expected: dict[str, tuple[str, int]], tmp_path: Path
) -> None:
    shared = tmp_path / "layout"
    with ThreadPoolExecutor(3) as pool:
        runs = [pool.submit(_start, origin, shared) for _ in range(3)]
        codes = [run.result().returncode for run in runs]

    # One at a time may write; another is told so, and has changed nothing.
    assert 0 in codes
    assert set(codes) <= {0, 4}
    assert _compile(origin, shared) == expected


def test_former_layout_leaves_nothing_behind(
    origin: Path, expected: dict[str, tuple[str, int]], tmp_path: Path
) -> None:
    first = _compile(origin, tmp_path / "layout", PYTHONHASHSEED="1")
    again = _compile(origin, tmp_path / "layout", PYTHONHASHSEED="2")

    assert first == again == expected


def test_dirty_files_outside_the_project_change_nothing(
    origin: Path, expected: dict[str, tuple[str, int]], tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    _git(tmp_path, "clone", "-q", f"file://{origin}", str(clone))
    (clone / "base" / "ignored.key").write_text("not a document\n", encoding="utf-8")

    assert _compile(clone, tmp_path / "layout") == expected
