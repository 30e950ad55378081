"""The hook that users' repositories call, run by the real pre-commit and by real commits."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

_CONFIG = """\
repos:
  - repo: {repository}
    rev: {revision}
    hooks:
      - id: gitconfig-validate
"""
_DOCUMENT = Path("base", "ml-service", "inference", "model.yaml")


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def _pre_commit(folder: Path, env: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Hooked(NamedTuple):
    """A user's repository with the hook installed, and the environment of its commits."""

    folder: Path
    env: dict[str, str]

    def commit(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Commit; the hook may refuse."""
        return subprocess.run(
            ["git", "commit", "--message", "change", *arguments],
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )

    def head(self) -> str:
        """Return the id of the last commit."""
        return _git(self.folder, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def hooked(
    checkout_copy: Path, dependencies: Path, tmp_path_factory: pytest.TempPathFactory
) -> Hooked:
    """Commit the example as a user's repository, with the hook installed as a user installs it.

    pre-commit clones the tool from a local repository and installs it into an environment of its
    own. The libraries that pip would fetch come from the environment of the tests.
    """
    repository = tmp_path_factory.mktemp("tool") / "gitconfig-tool"
    shutil.copytree(checkout_copy, repository, symlinks=True)
    _git(repository, "init", "--quiet")
    _git(repository, "add", "--all")
    _git(repository, "commit", "--quiet", "--message", "the tool")

    folder = tmp_path_factory.mktemp("user") / "platform"
    shutil.copytree(checkout_copy / "example-repo", folder)
    (folder / ".pre-commit-config.yaml").write_text(
        _CONFIG.format(repository=repository, revision=_git(repository, "rev-parse", "HEAD"))
    )
    _git(folder, "init", "--quiet")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "the example")
    env = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit")),
        "PRE_COMMIT_COLOR": "never",
        "PYTHONPATH": str(dependencies),
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads this as: no isolation
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    _pre_commit(folder, env, "install", "--install-hooks")
    return Hooked(folder, env)


@pytest.fixture
def clean(hooked: Hooked) -> Hooked:
    """Return the repository with nothing changed."""
    _git(hooked.folder, "reset", "--quiet", "--hard")
    _git(hooked.folder, "clean", "--quiet", "-d", "--force")
    return hooked


def test_the_manifest_is_valid(checkout: Path) -> None:
    _pre_commit(checkout, dict(os.environ), "validate-manifest", ".pre-commit-hooks.yaml")
    _pre_commit(checkout, dict(os.environ), "validate-config", ".pre-commit-config.yaml")


def test_a_right_change_is_committed(clean: Hooked) -> None:
    before = clean.head()
    with (clean.folder / _DOCUMENT).open("a") as file:
        file.write("# a remark\n")
    done = clean.commit("--all")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "gitconfig-tool validate" in done.stdout + done.stderr
    assert clean.head() != before


@pytest.mark.parametrize(
    "how",
    [
        pytest.param((), id="staged"),
        # Git hands these hooks an index of their own, by GIT_INDEX_FILE.
        pytest.param(("--all",), id="all"),
        pytest.param(("--only", "--", str(_DOCUMENT)), id="only"),
    ],
)
def test_a_wrong_change_is_refused(clean: Hooked, how: tuple[str, ...]) -> None:
    before = clean.head()
    with (clean.folder / _DOCUMENT).open("a") as file:
        file.write("model: twice\n")
    if not how:
        _git(clean.folder, "add", "--", str(_DOCUMENT))
    done = clean.commit(*how)

    output = done.stdout + done.stderr
    assert done.returncode == 1, output
    assert clean.head() == before
    assert "error[GCT" in output
    assert f"--> {_DOCUMENT.as_posix()}:" in output


def test_what_is_not_staged_is_not_checked(clean: Hooked) -> None:
    before = clean.head()
    with (clean.folder / _DOCUMENT).open("a") as file:
        file.write("model: twice\n")
    (clean.folder / "notes.txt").write_text("a note\n")
    _git(clean.folder, "add", "--", "notes.txt")
    done = clean.commit()

    assert done.returncode == 0, done.stdout + done.stderr
    assert clean.head() != before


def test_removing_what_others_need_is_refused(clean: Hooked) -> None:
    """A commit that only removes files names no file to a hook, and is checked all the same."""
    before = clean.head()
    _git(clean.folder, "rm", "--quiet", "-r", "prompts/support-assistant")
    done = clean.commit()

    output = done.stdout + done.stderr
    assert done.returncode == 1, output
    assert clean.head() == before
    assert "error[GCT" in output
