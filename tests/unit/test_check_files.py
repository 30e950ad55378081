"""No tracked file belongs to one machine: `.ci/check_files.py`, run as CI runs it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def repository(checkout: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / ".ci").mkdir(parents=True)
    shutil.copy(checkout / ".ci" / "check_files.py", folder / ".ci")
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    return folder


def _check(repository: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, ".ci/check_files.py"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_clean_checkout_passes(repository: Path) -> None:
    (repository / "README.md").write_text("See https://example.org/ and $HOME/.config.\n")

    assert _check(repository) == (0, "")


# Written in parts, so that this file passes the check that it tests.
@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.md", "https://files.python" + "hosted.org/x", "a.md:1: expected no package registry"),
        ("a.txt", "\n/ho" + "me/somebody/x", "a.txt:2: expected no path of one machine"),
        ("x.lock", "--find-links https://example.org", "x.lock:1: expected no address in a lock"),
        ("package-lock.json", '"resolved": "x"', "package-lock.json:1: expected no address"),
    ],
)
def test_what_belongs_to_one_machine_is_found(
    repository: Path, name: str, text: str, found: str
) -> None:
    (repository / name).write_text(text + "\n")
    code, problems = _check(repository)

    assert code == 1
    assert problems.startswith(found)


def test_the_checkouts_own_path_is_found(repository: Path) -> None:
    (repository / "a.toml").write_text(f'path = "{repository}/x"\n')
    code, problems = _check(repository)

    assert code == 1
    assert problems.startswith("a.toml:1: expected no path of one machine")


def test_what_git_ignores_is_not_looked_at(repository: Path) -> None:
    (repository / ".gitignore").write_text("/build/\n")
    (repository / "build").mkdir()
    (repository / "build" / "log").write_text(f"{repository}\n")

    assert _check(repository) == (0, "")


def test_all_problems_are_told_at_once(repository: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (repository / name).write_text("/Us" + "ers/somebody/x\n")
    _, problems = _check(repository)

    assert [line.partition(":")[0] for line in problems.splitlines()] == ["a.txt", "b.txt"]
