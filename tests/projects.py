"""Small projects in real repositories: what the tests of the commands begin with."""

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.main import group

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: small
dimensions:
  environment: {development: {}, production: {inherits: development}}
layers: [base, "environments/{environment}"]
bundles: [{name: "{environment}"}]
"""


def git(folder: Path, *arguments: str, date: str = "") -> str:
    """Run Git in a folder; `date` is for a commit."""
    env = {**os.environ, **({"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date} if date else {})}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True, env=env
    )
    return done.stdout.strip()


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files, with the folders that they lie in."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def make_project(folder: Path, files: Mapping[str, str], project: str = PROJECT) -> Path:
    """Make a repository with a project and one commit."""
    write(folder, {"gitconfig.yaml": project, **files})
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "First", 1)
    return folder


def commit(folder: Path, message: str, day: int, files: Mapping[str, str] | None = None) -> str:
    """Write files and commit all that changed, on a day of May 2024; return the commit's id."""
    write(folder, files or {})
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message, date=f"2024-05-{day:02}T12:00:00Z")
    return git(folder, "rev-parse", "HEAD")


class Tool:
    """The command line on one project; each call returns the exit code and what was printed."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capture = capture

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = run(group, ["-C", str(self.folder), *arguments])
        captured = self._capture.readouterr()
        return code, captured.out, captured.err

    def printed(self, *arguments: str) -> str:
        """Return what a call prints that has nothing to complain about."""
        code, out, err = self(*arguments)
        assert (code, err) == (0, ""), err
        return out

    def without_ids(self, text: str) -> str:
        """Replace the shortened ids of the project's commits by `ID`."""
        for name in git(self.folder, "log", "--all", "--format=%H").split():
            text = text.replace(name[:12], "ID")
        return text


MakeTool = Callable[..., Tool]
