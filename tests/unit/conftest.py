"""Repositories made with the real git, in an environment of their own."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pygit2
import pytest
from pygit2.enums import ConfigLevel

from gitconfig_tool.source import ProjectRepository, open_project

PROJECT_FILE = """\
apiVersion: gitconfig-tool/v1
name: acme-llm
layers: [base]
bundles: [{name: default}]
"""
# 2024-03-01T12:00:00Z; each commit of a repository is one hour after the one before.
FIRST_COMMIT = 1_709_294_400


@pytest.fixture(autouse=True, scope="session")
def _no_configuration_of_git() -> Iterator[None]:
    """Hide the configuration of the person and of the machine: libgit2 looks for it by itself."""
    levels = (ConfigLevel.GLOBAL, ConfigLevel.XDG, ConfigLevel.SYSTEM)
    before = {level: pygit2.settings.search_path[level] for level in levels}
    for level in levels:
        pygit2.settings.search_path[level] = ""
    yield
    for level, path in before.items():
        pygit2.settings.search_path[level] = path


class GitProject:
    """A repository in a folder of the test: writes files, and runs git in it."""

    def __init__(self, root: Path, home: Path) -> None:
        self.root = root
        self._home = home
        self._commits = 0

    def git(self, *arguments: str, cwd: Path | None = None) -> str:
        """Run git and return what it prints; nothing of the person who runs the tests counts."""
        date = f"{FIRST_COMMIT + 3_600 * self._commits} +0000"
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self._home),
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Ada Example",
            "GIT_AUTHOR_EMAIL": "ada@example.invalid",
            "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_NAME": "Ada Example",
            "GIT_COMMITTER_EMAIL": "ada@example.invalid",
            "GIT_COMMITTER_DATE": date,
        }
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *arguments],
            cwd=cwd or self.root,
            env=environment,
            check=True,
            capture_output=True,
        )
        return done.stdout.decode().rstrip("\n")

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write files of the work tree; folders are made."""
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self, files: Mapping[str, str | bytes], message: str = "Change") -> str:
        """Write files, commit everything and return the commit's id."""
        self.write(files)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        self._commits += 1
        return self.git("rev-parse", "HEAD")

    def open(self) -> ProjectRepository:
        """Open the project at the root of the repository."""
        return open_project(self.root)


@pytest.fixture
def git_project(tmp_path: Path) -> Callable[..., GitProject]:
    """Return a builder: a mapping of files becomes a repository with one commit."""
    if shutil.which("git") is None:
        message = "git is not installed: apt-get install git"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)

    def build(files: Mapping[str, str | bytes] | None = None, name: str = "project") -> GitProject:
        root = tmp_path / name
        root.mkdir()
        project = GitProject(root, tmp_path)
        project.git("init", "-q", "-b", "main")
        if files is not None:
            project.commit({"gitconfig.yaml": PROJECT_FILE, **files}, "First")
        return project

    return build
