"""The hooks that users' repositories call, run by the real pre-commit and by real commits."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from gitconfig_tool.cli.main import COMMANDS

_CONFIG = """\
repos:
  - repo: {repository}
    rev: {revision}
    hooks:
      - id: gitconfig-validate{validate}
      - id: gitconfig-secrets
      - id: gitconfig-prompts
      - id: gitconfig-fmt
"""
_DOCUMENT = Path("base", "ml-service", "inference", "model.yaml")
_PROMPT = "prompts/document-search/2.0.0.prompt.yaml"
# Of the form of GitHub's tokens, and of nobody: made here, so that no file holds one.
_FAKE_TOKEN = "ghp_" + "".join(
    "0123456789abcdefghijABCDEFGHIJ"[each * 7 % 30] for each in range(36)
)


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
    """A user's repository with the hooks installed, and the environment of its commits."""

    folder: Path
    env: dict[str, str]
    repository: Path
    revision: str

    def run(
        self, *command: str, only: str = "", folder: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command whose hooks may refuse; `only` names the one hook that is not skipped."""
        names = ("validate", "secrets", "prompts", "fmt")
        others = {each for each in names if only and each != only}
        skip = ",".join(f"gitconfig-{each}" for each in others | {"fmt"} - set(COMMANDS))
        return subprocess.run(
            command,
            cwd=folder or self.folder,
            env={**self.env, "SKIP": skip},
            capture_output=True,
            text=True,
            check=False,
        )

    def commit(
        self, *arguments: str, only: str = "validate", folder: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Commit; a hook may refuse."""
        command = ("git", "commit", "--message", "change", *arguments)
        return self.run(*command, only=only, folder=folder)

    def write(self, name: str | Path, text: str, *, stage: bool = True) -> None:
        """Write a file, and stage it."""
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text)
        if stage:
            _git(self.folder, "add", "--", str(name))

    def install(self, folder: Path, validate: str = "") -> None:
        """Install the hooks in another repository."""
        config = _CONFIG.format(
            repository=self.repository, revision=self.revision, validate=validate
        )
        (folder / ".pre-commit-config.yaml").write_text(config)
        types = ("--hook-type", "pre-commit", "--hook-type", "pre-merge-commit")
        _pre_commit(folder, self.env, "install", *types)

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
    # Most of the files are tests, which pre-commit would clone and never read.
    tests = shutil.ignore_patterns("tests", "bench")
    shutil.copytree(checkout_copy, repository, symlinks=True, ignore=tests)
    shutil.copytree(checkout_copy / "example-repo", repository / "example-repo", dirs_exist_ok=True)
    _git(repository, "init", "--quiet")
    _git(repository, "add", "--all")
    _git(repository, "commit", "--quiet", "--message", "the tool")

    folder = tmp_path_factory.mktemp("user") / "platform"
    shutil.copytree(checkout_copy / "example-repo", folder)
    _git(folder, "init", "--quiet", "--initial-branch", "main")
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
    hooked = Hooked(folder, env, repository, _git(repository, "rev-parse", "HEAD"))
    hooked.install(folder)
    _pre_commit(folder, env, "install-hooks")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--no-verify", "--message", "the example")
    _git(folder, "tag", "start")
    return hooked


@pytest.fixture
def clean(hooked: Hooked) -> Hooked:
    """Return the repository with nothing changed."""
    _git(hooked.folder, "checkout", "--quiet", "--force", "main")
    _git(hooked.folder, "reset", "--quiet", "--hard", "start")
    _git(hooked.folder, "clean", "--quiet", "-d", "--force")
    return hooked


def test_the_manifest_is_valid(checkout: Path) -> None:
    _pre_commit(checkout, dict(os.environ), "validate-manifest", ".pre-commit-hooks.yaml")
    _pre_commit(checkout, dict(os.environ), "validate-config", ".pre-commit-config.yaml")


def test_a_right_change_is_committed(clean: Hooked) -> None:
    """Hooks that have nothing to do are skipped."""
    before = clean.head()
    with (clean.folder / _DOCUMENT).open("a") as file:
        file.write("# a remark\n")
    done = clean.run("git", "commit", "--all", "--message", "change")

    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    assert clean.head() != before
    passed = {line.split(".")[0] for line in output.splitlines() if line.endswith("Passed")}
    assert {"gitconfig-tool validate", "gitconfig-tool secrets"} <= passed
    assert (
        "gitconfig-tool prompts...............................(no files to check)Skipped" in output
    )


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
    """A file is staged right, and then made wrong in the work tree."""
    text = (clean.folder / _DOCUMENT).read_text()
    clean.write(_DOCUMENT, f"{text}# a remark\n")
    clean.write(_DOCUMENT, f"{text}# a remark\nmodel: twice\n", stage=False)
    done = clean.commit()

    assert done.returncode == 0, done.stdout + done.stderr
    assert (clean.folder / _DOCUMENT).read_text().endswith("model: twice\n")


def test_what_is_staged_is_checked(clean: Hooked) -> None:
    """A file is staged wrong, and then mended in the work tree alone."""
    text = (clean.folder / _DOCUMENT).read_text()
    clean.write(_DOCUMENT, f"{text}model: twice\n")
    clean.write(_DOCUMENT, text, stage=False)
    done = clean.commit()

    assert done.returncode == 1, done.stdout + done.stderr
    assert (clean.folder / _DOCUMENT).read_text() == text


def test_removing_what_others_need_is_refused(clean: Hooked) -> None:
    """A commit that only removes files names no file to a hook, and is checked all the same."""
    before = clean.head()
    _git(clean.folder, "rm", "--quiet", "-r", "prompts/support-assistant")
    done = clean.commit()

    output = done.stdout + done.stderr
    assert done.returncode == 1, output
    assert clean.head() == before
    assert "error[GCT154]" in output


def test_renaming_what_others_need_is_refused(clean: Hooked) -> None:
    _git(clean.folder, "mv", "base/platform/endpoints.yaml", "base/platform/addresses.yaml")
    done = clean.commit()

    output = done.stdout + done.stderr
    assert done.returncode == 1, output
    assert "error[GCT" in output


def test_a_merge_that_breaks_a_bundle_is_refused(clean: Hooked) -> None:
    """Either side is right by itself: one removes what the other begins to use."""
    folder = clean.folder
    _git(folder, "checkout", "--quiet", "-b", "uses")
    clean.write("base/platform/extra.yaml", "other: !ref platform/spare#/name\n")
    clean.write("base/platform/spare.yaml", "name: spare\n")
    _git(folder, "commit", "--quiet", "--no-verify", "--message", "use it")
    _git(folder, "rm", "--quiet", "base/platform/extra.yaml")
    _git(folder, "commit", "--quiet", "--no-verify", "--message", "base of both")
    _git(folder, "checkout", "--quiet", "-b", "removes")
    _git(folder, "rm", "--quiet", "base/platform/spare.yaml")
    _git(folder, "commit", "--quiet", "--no-verify", "--message", "remove it")
    _git(folder, "checkout", "--quiet", "uses")
    clean.write("base/platform/extra.yaml", "other: !ref platform/spare#/name\n")
    _git(folder, "commit", "--quiet", "--no-verify", "--message", "use it again")
    before = clean.head()
    done = clean.run("git", "merge", "--no-edit", "removes", only="validate")

    output = done.stdout + done.stderr
    assert done.returncode != 0, output
    assert clean.head() == before
    assert "--> base/platform/extra.yaml:1:8" in output
    _git(folder, "merge", "--abort")


def test_a_credential_is_refused_in_any_text(clean: Hooked) -> None:
    before = clean.head()
    clean.write("notes/todo.txt", f"token: {_FAKE_TOKEN}\n")
    done = clean.commit(only="secrets")

    output = done.stdout + done.stderr
    assert done.returncode == 1, output
    assert clean.head() == before
    assert "error[GCT435]" in output
    assert "--> notes/todo.txt:1:" in output
    assert _FAKE_TOKEN not in output


def test_a_sops_file_in_the_clear_is_refused(clean: Hooked) -> None:
    clean.write("environments/staging/secrets/new.sops.yaml", "password: not-encrypted\n")
    done = clean.commit(only="secrets")

    output = done.stdout + done.stderr
    assert done.returncode == 1, output
    assert "--> environments/staging/secrets/new.sops.yaml:1:1" in output
    assert "not-encrypted" not in output


def test_a_prompt_whose_test_fails_is_refused(clean: Hooked) -> None:
    text = (clean.folder / _PROMPT).read_text()
    clean.write(_PROMPT, text.replace("{{", "{{ nobody_gives_this }}{{", 1))
    done = clean.commit(only="prompts")

    output = done.stdout + done.stderr
    assert done.returncode == 1, output
    assert f"--> {_PROMPT}:" in output


@pytest.mark.skipif("fmt" not in COMMANDS, reason="the command fmt is not there yet")
def test_files_are_brought_into_form(clean: Hooked) -> None:
    """As formatters do: the file is rewritten, and the commit is refused until it is staged."""
    name = "base/platform/extra.yaml"
    clean.write(name, "a:     1   # kept\n")
    done = clean.commit(only="fmt")

    assert done.returncode == 1, done.stdout + done.stderr
    assert "files were modified by this hook" in done.stdout + done.stderr
    assert (clean.folder / name).read_text() == "a: 1  # kept\n"
    _git(clean.folder, "add", "--", name)
    done = clean.commit(only="fmt")
    assert done.returncode == 0, done.stdout + done.stderr


def test_all_files_of_a_clean_repository_pass(clean: Hooked) -> None:
    """Nothing is staged: validate has nothing that could have broken, and says so."""
    done = clean.run("pre-commit", "run", "--all-files")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_first_commit_of_a_repository_in_a_subfolder(clean: Hooked, tmp_path: Path) -> None:
    """There is nothing to compare with, so all is checked; the project is not at the top."""
    shutil.copytree(clean.folder, tmp_path / "config", ignore=shutil.ignore_patterns(".git"))
    (tmp_path / "config" / ".pre-commit-config.yaml").unlink()
    _git(tmp_path, "init", "--quiet")
    entry = "\n        entry: gitconfig-tool -C config validate --staged --affected"
    clean.install(tmp_path, validate=entry)
    broken = tmp_path / "config" / _DOCUMENT
    text = broken.read_text()
    broken.write_text(f"{text}model: twice\n")
    _git(tmp_path, "add", "--all")
    done = clean.commit(folder=tmp_path)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "there is no commit to compare with" in done.stdout + done.stderr
    broken.write_text(text)
    _git(tmp_path, "add", "--all")
    done = clean.commit(folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
