"""Repositories that are hostile, unfinished or not all there: what exactly is said, and that no
command of theirs is ever run.
"""

import os
import subprocess
from pathlib import Path

import pytest

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.source import MAX_BLOB_BYTES, SourceError, commit_all, open_project
from tests.hostile.conftest import problems, problems_of, run_bounded, validate_bounded
from tests.unit.conftest import PROJECT_FILE, GitProject

# The program with its libraries takes 60 MB; a blob of 200 MB cannot be loaded beside it.
SMALL_MEMORY = 192 * 1024**2
LFS_HINT = "keep the file in Git itself: git lfs untrack FILE, then git add --renormalize FILE"
POINTER = (
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
    "size 12345\n"
)


def refusal(project: GitProject, *arguments: str) -> tuple[str, str]:
    """Run a command that cannot work; return what it says and advises."""
    done = run_bounded(project, *arguments)
    assert (done.returncode, done.stdout) == (4, "")
    message, hint = done.stderr.splitlines()
    return message.removeprefix("error: "), hint.strip().removeprefix("= hint: ")


# --- large -------------------------------------------------------------------------------------


LARGE = 200_000_000
TOO_LARGE = "expected a file of at most 67,108,864 bytes, found 200,000,000"
TOO_LARGE_HINT = "large files do not belong in the configuration: move it out of the folder"
READ = (
    "base/large.yaml",
    "policies/large.rego",
    "prompts/large/1.0.0.prompt.yaml",
    "schemas/large.schema.yaml",
)
# The second lies in a layer, but is no document.
NOT_READ = ("models/weights.bin", "base/weights.bin")


def make_large(path: Path) -> None:
    """Make a file of 200 MB; it takes no room on a disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(LARGE)


@pytest.mark.parametrize("committed", [True, False])
def test_blobs_of_200_mb(project: GitProject, committed: bool) -> None:
    """A diagnostic where somebody reads them, and nothing where nobody does; never loaded."""
    rest = "schemas: [{match: x, schema: schemas/large.schema.yaml}]\npolicies: [policies/]\n"
    project.commit(
        {"gitconfig.yaml": PROJECT_FILE + rest, "policies/right.rego": "package right\n"}
    )
    for name in (*READ, *NOT_READ):
        make_large(project.root / name)
    if committed:
        oid = project.git("hash-object", "-w", READ[0])
        for name in (*READ, *NOT_READ):
            project.git("update-index", "--add", "--cacheinfo", f"100644,{oid},{name}")
        project.git("commit", "-q", "-m", "Large")
    expected = [("GCT009", f"{name}:1:1", TOO_LARGE, TOO_LARGE_HINT) for name in READ]

    ways = (("--rev", "HEAD"), ("--staged",)) if committed else ((),)
    for way in ways:
        found = validate_bounded(project, *way, memory=SMALL_MEMORY)
        assert [each for each in found if each[0] == "GCT009"] == expected
        assert {each[1].partition(":")[0] for each in found} <= {*READ, "policies/right.rego"}


def test_a_file_that_grew_to_200_mb(project: GitProject) -> None:
    make_large(project.root / "base/right.yaml")

    assert validate_bounded(project, memory=SMALL_MEMORY) == [
        ("GCT009", "base/right.yaml:1:1", TOO_LARGE, TOO_LARGE_HINT)
    ]
    assert project.open().at_worktree().changed == {"base/right.yaml"}


def test_the_largest_blob(project: GitProject) -> None:
    project.commit({"base/doc.yaml": b"#" * MAX_BLOB_BYTES})

    # It is read, and then too large for YAML.
    assert [each[0] for each in validate_bounded(project)] == ["GCT019"]


# --- LFS ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        POINTER,
        POINTER.replace("\n", "\r\n"),
        POINTER.replace("\noid", "\next-0-x sha256:12ab\noid"),
        POINTER.rstrip(),
    ],
)
def test_lfs_pointer(project: GitProject, text: str) -> None:
    project.commit({"base/doc.yaml": text, "assets/logo.png": POINTER})

    assert problems_of(project) == (
        Diagnostic(
            "GCT006",
            "expected the content of the file, found a Git LFS pointer to 12,345 bytes elsewhere",
            Span("base/doc.yaml", 1, 1, 1, 43),
            hint=LFS_HINT,
        ),
    )


def test_text_that_speaks_of_lfs(project: GitProject) -> None:
    project.commit({"base/doc.yaml": "version: https://git-lfs.github.com/spec/v1\nsize: 1\n"})

    assert problems_of(project) == ()


# --- not all there -----------------------------------------------------------------------------


def test_missing_object(project: GitProject) -> None:
    project.commit({"base/doc.yaml": "a: 2\n"})
    oid = project.git("rev-parse", "HEAD:base/doc.yaml")
    (project.root / ".git/objects" / oid[:2] / oid[2:]).unlink()

    assert refusal(project, "validate", "--rev", "HEAD") == (
        f"expected the object {oid} in the repository, found none",
        "run git fsck; a partial clone may need git fetch",
    )


def test_partial_clone(project: GitProject, tmp_path: Path) -> None:
    project.commit({"base/doc.yaml": "a: 2\n"})
    project.git("config", "uploadpack.allowFilter", "true")
    clone = GitProject(tmp_path / "clone", tmp_path)
    url = f"file://{project.root}"
    project.git("clone", "-q", "--no-checkout", "--filter=blob:none", url, str(clone.root))
    oid = project.git("rev-parse", "HEAD:gitconfig.yaml")

    message = refusal(clone, "--project", ".", "validate", "--rev", "HEAD")[0]

    assert message == f"expected the object {oid} in the repository, found none"


def test_shallow_clone(project: GitProject, tmp_path: Path) -> None:
    project.commit({"base/doc.yaml": "a: 2\n"})
    clone = GitProject(tmp_path / "clone", tmp_path)
    project.git("clone", "-q", "--depth=1", f"file://{project.root}", str(clone.root))

    assert validate_bounded(clone, "--rev", "HEAD") == []
    assert refusal(clone, "validate", "--rev", "HEAD~1") == (
        "expected a revision of this repository, found 'HEAD~1'",
        "git log --oneline shows the commits; a shallow clone has few of them",
    )


def test_unborn_branch(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    new = GitProject(tmp_path / "new", tmp_path)
    new.git("init", "-q", "-b", "main")
    new.write({"gitconfig.yaml": PROJECT_FILE, "base/doc.yaml": "a: 1\n"})

    assert validate_bounded(new) == []
    assert refusal(new, "validate", "--rev", "HEAD") == (
        "expected a commit, found a branch without any",
        "commit the project first, or read the work tree: leave out --rev; for compile, --worktree",
    )


def test_no_repository(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    none = GitProject(tmp_path / "none", tmp_path)

    assert refusal(none, "validate") == (
        f"expected a Git repository at {none.root} or above it, found none",
        "run git init there, or gitconfig-tool init for a new project",
    )


def test_submodule(project: GitProject) -> None:
    oid = project.git("rev-parse", "HEAD")
    project.git("update-index", "--add", "--cacheinfo", f"160000,{oid},base/vendor")
    project.git("commit", "-q", "-m", "Add a submodule")

    for snapshot in (project.open().at_commit(), project.open().at_index()):
        assert problems(snapshot) == (
            Diagnostic(
                "GCT002",
                "expected a folder, found a submodule at base/vendor",
                Span("base/vendor"),
                hint="a bundle comes from one repository: put the files themselves there",
            ),
        )


# --- in the middle of something ----------------------------------------------------------------


def test_merge_that_is_not_finished(project: GitProject) -> None:
    project.commit({"base/doc.yaml": "timeout: 10\n"})
    project.git("checkout", "-q", "-b", "side")
    project.commit({"base/doc.yaml": "timeout: 20\n"})
    project.git("checkout", "-q", "main")
    project.commit({"base/doc.yaml": "timeout: 30\n"})
    with pytest.raises(subprocess.CalledProcessError):
        project.git("merge", "side")

    assert problems(project.open().at_worktree()) == (
        Diagnostic(
            "GCT022",
            "expected a merge that is finished, found a conflict between 'HEAD' and 'side'",
            Span("base/doc.yaml", 1, 1, 1, 13),
            notes=(
                Note("the other side begins", Span("base/doc.yaml", 3, 1, 3, 8)),
                Note("the conflict ends", Span("base/doc.yaml", 5, 1, 5, 13)),
            ),
            hint="keep one side or join the two, remove the marker lines, then: git add FILE",
        ),
    )
    assert refusal(project, "validate", "--staged") == (
        "expected an index without conflicts, found one in base/doc.yaml",
        "finish the merge (git add FILE), then run again",
    )


@pytest.mark.parametrize(
    "text",
    [
        "a: |\n  <<<<<<< HEAD\n  x\n  =======\n  y\n  >>>>>>> side\n",  # shown in a text
        "a: b\n# <<<<<<< HEAD\n# =======\n# >>>>>>> side\n",
        "title\n=======\n",  # a heading of Markdown
    ],
)
def test_what_is_no_conflict(project: GitProject, text: str) -> None:
    project.commit({"base/doc.yaml": text})

    assert "GCT022" not in {found.code for found in problems_of(project)}


def test_conflict_with_crlf(project: GitProject) -> None:
    text = "<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> side\n".replace("\n", "\r\n")
    project.commit({"base/doc.yaml": text})

    (found,) = problems_of(project)
    assert (found.code, found.span) == ("GCT022", Span("base/doc.yaml", 1, 1, 1, 13))
    assert found.message.endswith("between 'HEAD' and 'side'")


def test_intent_to_add(project: GitProject) -> None:
    """`git add -N` notes a name without content: the index has no such file yet."""
    project.write({"base/doc.yaml": "a: 1\n", "base/empty.yaml": ""})
    project.git("add", "-N", "base/doc.yaml", "base/empty.yaml")
    opened = project.open()

    assert set(opened.at_index().files) == {"base/right.yaml", "gitconfig.yaml"}
    assert opened.at_index().changed == frozenset()
    worktree = opened.at_worktree()
    assert worktree.read("base/doc.yaml") == b"a: 1\n"
    assert worktree.read("base/empty.yaml") == b""
    assert worktree.changed == {"base/doc.yaml", "base/empty.yaml"}


@pytest.mark.parametrize(
    ("attributes", "config"),
    [("* text=auto\n", ""), ("*.yaml text eol=crlf\n", ""), ("", "true"), ("", "input")],
)
def test_line_ends_are_hashed_as_git_would(
    project: GitProject, attributes: str, config: str
) -> None:
    if config:
        project.git("config", "core.autocrlf", config)
    project.commit({".gitattributes": attributes})
    project.write({"base/doc.yaml": "a: |\r\n  x\r\n", "base/right.yaml": "a: 2\r\n"})

    worktree = project.open().at_worktree()

    assert worktree.read("base/doc.yaml") == b"a: |\n  x\n"
    for name in ("base/doc.yaml", "base/right.yaml"):
        assert worktree.files[name].oid == project.git("hash-object", name)


def test_line_ends_that_git_would_refuse(project: GitProject) -> None:
    project.git("config", "core.safecrlf", "true")
    project.commit({".gitattributes": "* text=auto\n"})
    project.write({"base/doc.yaml": "a: 1\r\nb: 2\n"})

    # It has both kinds: what is read is what is there.
    assert project.open().at_worktree().read("base/doc.yaml").replace(b"\r", b"") == b"a: 1\nb: 2\n"


# --- nothing of the repository is run ----------------------------------------------------------

COMMANDS = (
    "alias.status",
    "core.alternateRefsCommand",
    "core.askPass",
    "core.editor",
    "core.fsmonitor",
    "core.gitProxy",
    "core.pager",
    "core.sshCommand",
    "credential.helper",
    "diff.evil.command",
    "diff.evil.textconv",
    "diff.external",
    "filter.evil.clean",
    "filter.evil.process",
    "filter.evil.smudge",
    "gpg.program",
    "gpg.ssh.program",
    "interactive.diffFilter",
    "merge.evil.driver",
    "pager.status",
    "remote.origin.uploadpack",
    "sequence.editor",
    "uploadpack.packObjectsHook",
)
HOOKS = (
    "commit-msg",
    "fsmonitor-watchman",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "pre-auto-gc",
    "pre-commit",
    "prepare-commit-msg",
    "reference-transaction",
)


@pytest.fixture
def trapped(project: GitProject) -> tuple[GitProject, Path]:
    """Return a project full of traps, and the file that appears when one is walked into."""
    canary = project.root.parent / "canary"
    command = f"touch {canary}; cat"
    project.commit(
        {
            ".gitattributes": "*.yaml filter=evil diff=evil merge=evil\n*.sub filter=evil\n",
            "base/doc.yaml": "a: 1\nb: 2\n",
        }
    )
    for key in COMMANDS:
        project.git("config", key, f"!{command}" if key.startswith("alias") else command)
    for key in ("filter.evil.required", "commit.gpgSign", "log.showSignature", "tag.gpgSign"):
        project.git("config", key, "true")
    included = project.root / ".git/evil"
    included.write_text(f'[core]\n\tfsmonitor = "{command}"\n\thooksPath = .git/evil-hooks\n')
    project.git("config", "include.path", "evil")
    project.git("config", "includeIf.gitdir:**.path", "evil")
    project.git("config", "remote.origin.url", f"ext::sh -c 'touch {canary}'")
    project.git("config", "remote.origin.promisor", "true")
    for folder in ("hooks", "evil-hooks"):
        for hook in HOOKS:
            path = project.root / ".git" / folder / hook
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"#!/bin/sh\ntouch {canary}\n")
            path.chmod(0o755)
    # A changed file, a new one and a touched one: the work tree must be looked at closely.
    project.write({"base/doc.yaml": "a: 1\nb: 3\n", "base/new.yaml": "a: 1\n"})
    os.utime(project.root / "base/right.yaml", (1, 1))
    canary.unlink(missing_ok=True)
    return project, canary


@pytest.mark.parametrize(
    "arguments",
    [
        ("validate",),
        ("validate", "--staged"),
        ("validate", "--rev", "HEAD"),
        ("show", "default", "doc", "--format", "json"),
        ("explain", "default", "doc#/a", "--blame", "--rev", "HEAD"),
        ("explain", "default", "right#/a", "--blame"),
        ("compile", "--worktree", "-o", "../bundles"),
    ],
    ids=" ".join,
)
def test_no_command_of_the_repository_is_run(
    trapped: tuple[GitProject, Path], arguments: tuple[str, ...]
) -> None:
    project, canary = trapped
    if "-o" in arguments:
        arguments = (*arguments[:-1], str(project.root.parent / "bundles"))

    done = run_bounded(project, *arguments)

    assert done.returncode == 0, done.stderr
    assert not canary.exists()


def test_no_hook_is_run_by_a_commit(trapped: tuple[GitProject, Path]) -> None:
    project, canary = trapped

    made = commit_all(project.root, "Commit")

    assert not canary.exists()
    assert open_project(project.root).at_commit().commit == made


def test_a_missing_object_is_not_fetched(trapped: tuple[GitProject, Path]) -> None:
    project, canary = trapped
    for folder in (project.root / ".git/objects").iterdir():
        if len(folder.name) == 2:
            for file in folder.iterdir():
                if file.name.startswith(project_blob(project)[2:]):
                    file.unlink()

    with pytest.raises(SourceError):
        problems(project.open().at_commit())

    assert not canary.exists()


def project_blob(project: GitProject) -> str:
    """Return the id of the project file, asked for in a way that walks into no trap."""
    import pygit2

    data = (project.root / "gitconfig.yaml").read_bytes()
    return str(pygit2.hash(data))


def test_the_traps_work(trapped: tuple[GitProject, Path]) -> None:
    """Git itself walks into them."""
    project, canary = trapped

    subprocess.run(["git", "status"], cwd=project.root, capture_output=True, check=False)

    assert canary.exists()
