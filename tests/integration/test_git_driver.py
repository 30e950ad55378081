"""Git itself merges and shows layered YAML with our drivers: merge, rebase, cherry-pick, diff."""

from pathlib import Path

import pytest

from .test_merge_driver import Repository

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: small
layers: [base]
bundles: [{name: all}]
"""
LAYER = """\
# The model of all.
model:
  name: small   # the cheap one
  temperature: 0.7
  max_tokens: 100
stop: [END]
"""
FILE = "base/chat.yaml"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository(tmp_path, driver=False)
    write(repository, LAYER)
    (repository.root / "gitconfig.yaml").write_text(PROJECT)
    repository.tool("git", "install")
    repository.commit("First")
    return repository


def write(repository: Repository, text: str, name: str = FILE) -> None:
    (repository.root / name).parent.mkdir(exist_ok=True)
    (repository.root / name).write_text(text)


def branch(repository: Repository, ours: str, theirs: str, name: str = FILE) -> None:
    repository.git("checkout", "-q", "-b", "feature")
    write(repository, theirs, name)
    repository.commit("Theirs")
    repository.git("checkout", "-q", "main")
    write(repository, ours, name)
    repository.commit("Ours")


OURS = LAYER.replace("temperature: 0.7", "temperature: 0.2   # calm")
THEIRS = LAYER.replace("max_tokens: 100", "max_tokens: 200\n  # new\n  top_p: 1")
BOTH = OURS.replace("max_tokens: 100", "max_tokens: 200\n  # new\n  top_p: 1")


@pytest.mark.parametrize(
    "command",
    [("merge", "-q", "feature"), ("rebase", "-q", "feature"), ("cherry-pick", "feature")],
    ids=lambda command: command[0],
)
def test_neighbouring_changes_merge(repository: Repository, command: tuple[str, ...]) -> None:
    branch(repository, OURS, THEIRS)

    repository.git(*command)

    assert repository.text(FILE) == BOTH
    assert repository.git("status", "--porcelain") == ""


def test_without_the_driver_they_are_a_conflict(repository: Repository) -> None:
    branch(repository, OURS, THEIRS)
    repository.tool("git", "install", "--remove")
    repository.git("checkout", "-q", ".")

    assert repository.run("git", "merge", "feature").returncode == 1


def test_a_conflict_has_markers_and_waits(repository: Repository) -> None:
    branch(
        repository,
        LAYER.replace("0.7", "0.2").replace("END", "STOP"),
        LAYER.replace("0.7", "0.9").replace("name: small", "name: large"),
    )

    done = repository.run("git", "merge", "feature")

    assert done.returncode == 1
    lines = repository.text(FILE).splitlines()
    at = [number for number, line in enumerate(lines) if line[:7] in ("<<<<<<<", ">>>>>>>")]
    assert lines[at[0] + 1 : at[1]] == ["  temperature: 0.2", "=======", "  temperature: 0.9"]
    # All around it is merged.
    assert lines[2] == "  name: large   # the cheap one"
    assert lines[-1] == "stop: [STOP]"
    assert repository.git("ls-files", "-u").count(FILE) == 3
    assert "both sides changed /model/temperature" in done.stderr
    assert f"git add {FILE}" in done.stderr
    repository.git("merge", "--abort")
    assert "0.2" in repository.text(FILE)


def test_the_style_of_conflicts_is_the_users(repository: Repository) -> None:
    branch(repository, LAYER.replace("0.7", "0.2"), LAYER.replace("0.7", "0.9"))
    repository.git("config", "merge.conflictStyle", "diff3")

    repository.run("git", "merge", "feature")

    assert "|||||||" in repository.text(FILE)
    assert "  temperature: 0.7\n=======\n" in repository.text(FILE)


def test_a_file_with_a_block_of_sops_keeps_its_mac(repository: Repository) -> None:
    # Any YAML file may be sealed; only those with the ending have the driver for it.
    repository.encrypt("one: 1\ntwo: 2\n", "base/sealed.yaml")
    repository.branch({'["one"]': "11"}, {'["two"]': "22"}, "base/sealed.yaml")

    repository.git("merge", "-q", "feature")

    assert repository.decrypted("base/sealed.yaml") == {"one": "11", "two": "22"}
    assert "ENC[" not in repository.git("log", "-p", "-1", "--first-parent", "-m")


def test_diff_shows_values(repository: Repository) -> None:
    text = 'stop:\n  - "END"\n' + LAYER.replace("stop: [END]\n", "").replace("# The", "# A")
    write(repository, text.replace("max_tokens: 100", "max_tokens: 200"))

    diff = repository.git("diff", "-U0", "--", FILE).splitlines()
    lines = repository.git("diff", "--no-textconv", "--", FILE)

    assert diff[4:] == [
        "@@ -1 +1 @@",
        "-model.max_tokens: 100",
        "+model.max_tokens: 200",
    ]
    assert "+# A model of all." in lines
    write(repository, text)
    assert "@@" not in repository.git("diff", "--", FILE)
