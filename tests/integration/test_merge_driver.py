"""Git itself merges SOPS files with our driver; the real sops made them and judges the result."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.custody.merging import MergeConflictError, merge_files
from tests.bundles import age_key

from .conftest import require_tool

KEY, OTHER, THIRD = age_key(), age_key(), age_key()
CANARY = "fake-canary-merge"
PLAIN = f"""\
# rotate with care
openai:
    # about the key
    api_key: {CANARY}-openai
    organization: null
anthropic:
    api_key: {CANARY}-anthropic
port: 5432
ratio: 0.5
hosts:
    - one.invalid
    - two.invalid
region_unencrypted: eu
"""
FILE = "secrets/providers.sops.yaml"


class Repository:
    """A repository with the driver installed, and the programs that work in it."""

    def __init__(self, folder: Path, *, key: bool = True, driver: bool = True) -> None:
        self.root = folder / "project"
        self.root.mkdir()
        bin = Path(sys.executable).parent
        self._env = {
            **os.environ,
            "PATH": f"{bin}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "GIT_EDITOR": "true",
            **({"SOPS_AGE_KEY": KEY.identity} if key else {}),
        }
        self._sops = str(require_tool("sops"))
        self.git("init", "-q", "-b", "main")
        if driver:
            self.tool("secrets", "merge-driver", "--install")

    def run(self, *command: str, text: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            input=text,
            cwd=self.root,
            env=self._env,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def git(self, *arguments: str) -> str:
        done = self.run("git", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def tool(self, *arguments: str) -> str:
        done = self.run(sys.executable, "-m", "gitconfig_tool", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def sops(self, *arguments: str, text: str = "") -> str:
        done = self.run(self._sops, "--disable-version-check", *arguments, text=text)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def encrypt(self, text: str, name: str = FILE) -> None:
        """Commit a file that is encrypted to two recipients."""
        readers = f"{KEY.recipient},{OTHER.recipient}"
        command = ("--config", os.devnull, "encrypt", "--age", readers, "--filename-override", name)
        data = self.sops(*command, text=text)
        (self.root / name).parent.mkdir(exist_ok=True)
        (self.root / name).write_text(data)
        self.commit("Encrypt")

    def set(self, path: str, value: Any, name: str = FILE) -> None:
        self.sops("set", "--value-stdin", name, path, text=json.dumps(value))

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def branch(self, ours: Mapping[str, Any], theirs: Mapping[str, Any], name: str = FILE) -> None:
        """Change the file on two branches; `main` is checked out."""
        self.git("checkout", "-q", "-b", "feature")
        for path, value in theirs.items():
            self.set(path, value, name)
        self.commit("Theirs")
        self.git("checkout", "-q", "main")
        for path, value in ours.items():
            self.set(path, value, name)
        self.commit("Ours")

    def decrypted(self, name: str = FILE) -> Any:
        """Decrypt a file; sops checks its MAC."""
        return json.loads(self.sops("decrypt", "--output-type", "json", name))

    def text(self, name: str = FILE) -> str:
        return (self.root / name).read_text()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository(tmp_path)
    repository.encrypt(PLAIN)
    return repository


OURS = {'["openai"]["api_key"]': f"{CANARY}-ours"}
THEIRS = {'["anthropic"]["api_key"]': f"{CANARY}-theirs"}


def test_without_the_driver_git_leaves_a_file_that_sops_refuses(tmp_path: Path) -> None:
    repository = Repository(tmp_path, driver=False)
    repository.encrypt(PLAIN)
    repository.branch(OURS, THEIRS)
    assert repository.run("git", "merge", "feature").returncode == 1
    assert "<<<<<<<" in repository.text()

    # Whichever side a person takes for the conflicting lines, the MAC is wrong.
    for side in ("ours", "theirs"):
        base, ours, theirs = (
            repository.run("git", "show", f":{stage}:{FILE}").stdout for stage in (1, 2, 3)
        )
        for name, text in (("o", ours), ("b", base), ("t", theirs)):
            (tmp_path / name).write_text(text)
        names = [str(tmp_path / name) for name in ("o", "b", "t")]
        merged = repository.run("git", "merge-file", "-p", f"--{side}", *names).stdout
        (repository.root / "merged.yaml").write_text(merged)
        done = repository.run(repository._sops, "decrypt", "merged.yaml")
        assert done.returncode == 51
        assert "MAC mismatch" in done.stderr


def test_changes_to_different_keys_are_merged(repository: Repository) -> None:
    repository.branch(OURS, THEIRS)
    ours, theirs = repository.text(), repository.git("show", f"feature:{FILE}")
    repository.git("merge", "-q", "--no-edit", "feature")

    value = repository.decrypted()
    assert value["openai"]["api_key"] == f"{CANARY}-ours"
    assert value["anthropic"]["api_key"] == f"{CANARY}-theirs"
    # Every line is of one side or of the other, but for the MAC and its time.
    known = {*ours.splitlines(), *theirs.splitlines()}
    merged = repository.text().splitlines()
    new = [line.split(":")[0].strip() for line in merged if line not in known]
    assert "mac" in new
    assert set(new) <= {"mac", "lastmodified"}
    assert CANARY not in repository.text()


def test_keys_that_stand_beside_each_other(repository: Repository) -> None:
    """Git would see a conflict here: the lines touch."""
    theirs = {'["ratio"]': 2.5, '["new_theirs"]': {"a": [1, None]}}
    repository.branch({'["port"]': 1, '["new_ours"]': "x"}, theirs)
    repository.git("merge", "-q", "--no-edit", "feature")

    value = repository.decrypted()
    assert (value["port"], value["ratio"]) == (1, 2.5)
    assert (value["new_ours"], value["new_theirs"]) == ("x", {"a": [1, None]})
    assert "5432" not in repository.text()


def test_types_comments_and_removals_are_kept(repository: Repository, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text(
        "#!/bin/sh\n"
        "sed -i -e 's/^port: .*/# a new port\\nport: 6000/' -e '/organization/d' \"$1\"\n"
    )
    editor.chmod(0o755)
    repository.git("checkout", "-q", "-b", "feature")
    repository._env["EDITOR"] = str(editor)
    repository.sops("edit", FILE)
    repository.commit("Theirs")
    repository.git("checkout", "-q", "main")
    repository.set('["openai"]["api_key"]', f"{CANARY}-ours")
    repository.commit("Ours")
    repository.git("merge", "-q", "--no-edit", "feature")

    plain = repository.sops("decrypt", FILE)
    assert plain == PLAIN.replace(f"{CANARY}-openai", f"{CANARY}-ours").replace(
        "    organization: null\n", ""
    ).replace("port: 5432", "# a new port\nport: 6000")
    assert "type:int" in next(line for line in repository.text().splitlines() if "port:" in line)


@pytest.mark.parametrize("command", ["rebase", "cherry-pick"])
def test_rebase_and_cherry_pick(repository: Repository, command: str) -> None:
    repository.branch(OURS, THEIRS)
    if command == "rebase":
        repository.git("checkout", "-q", "feature")
        repository.git("rebase", "-q", "main")
    else:
        repository.git("cherry-pick", "feature")

    value = repository.decrypted()
    assert value["openai"]["api_key"] == f"{CANARY}-ours"
    assert value["anthropic"]["api_key"] == f"{CANARY}-theirs"


def test_the_same_key_on_both_sides_is_a_conflict(repository: Repository) -> None:
    repository.branch(
        {**OURS, '["port"]': 1}, {'["openai"]["api_key"]': f"{CANARY}-x", '["port"]': 2}
    )
    ours = repository.text()
    done = repository.run("git", "merge", "feature")

    assert done.returncode == 1
    assert repository.text() == ours
    said = done.stdout + done.stderr
    assert "found that both sides changed /openai/api_key, /port" in said
    assert "/anthropic" not in said
    assert CANARY not in said
    assert repository.git("status", "--porcelain").startswith(f"UU {FILE}")
    repository.decrypted()


def test_the_same_change_on_both_sides_is_none(repository: Repository) -> None:
    repository.branch({**OURS, '["port"]': 7}, {**OURS, '["ratio"]': 7})
    repository.git("merge", "-q", "--no-edit", "feature")

    assert repository.decrypted()["openai"]["api_key"] == f"{CANARY}-ours"


def test_removed_here_and_changed_there_is_a_conflict(repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "feature")
    repository.sops("unset", FILE, '["openai"]["api_key"]')
    repository.commit("Theirs")
    repository.git("checkout", "-q", "main")
    repository.set(*next(iter(OURS.items())))
    repository.commit("Ours")
    done = repository.run("git", "merge", "feature")

    assert done.returncode == 1
    assert "both sides changed /openai/api_key" in done.stdout + done.stderr


def test_without_a_key_the_file_stays_whole(repository: Repository) -> None:
    repository.branch(OURS, THEIRS)
    ours = repository.text()
    identity = repository._env.pop("SOPS_AGE_KEY")
    done = repository.run("git", "merge", "feature")

    assert done.returncode == 1
    assert repository.text() == ours
    said = done.stdout + done.stderr
    assert f"both sides changed {FILE}, and merging them takes a key" in said
    assert "SOPS_AGE_KEY_FILE" in said
    # With a key, the same conflict is merged later.
    repository._env["SOPS_AGE_KEY"] = identity
    repository.git("checkout", "--merge", FILE)
    assert repository.decrypted()["anthropic"]["api_key"] == f"{CANARY}-theirs"


def test_one_sided_changes_need_no_key(repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "feature")
    repository.set(*next(iter(THEIRS.items())))
    repository.commit("Theirs")
    repository.git("checkout", "-q", "main")
    (repository.root / "other").write_text("x")
    repository.commit("Ours")
    repository._env.pop("SOPS_AGE_KEY")
    repository.git("merge", "-q", "--no-edit", "feature")

    assert repository.text() == repository.git("show", f"feature:{FILE}")


def test_the_driver_takes_the_side_that_changed(tmp_path: Path) -> None:
    """Git asks a driver only where both sides differ; by hand it is the same."""
    repository = Repository(tmp_path, key=False)
    for name, text in (("o", "base"), ("a", "base"), ("b", "new")):
        (tmp_path / name).write_text(text)
    files = [str(tmp_path / name) for name in ("o", "a", "b")]
    repository.tool("secrets", "merge-driver", *files, FILE)

    assert (tmp_path / "a").read_text() == "new"


def test_recipients_of_the_side_that_changed_them(repository: Repository, tmp_path: Path) -> None:
    config = tmp_path / "rules.yaml"
    config.write_text(f"creation_rules: [{{age: '{KEY.recipient},{THIRD.recipient}'}}]")
    repository.git("checkout", "-q", "-b", "feature")
    repository.sops("--config", str(config), "updatekeys", "--yes", FILE)
    repository.commit("Theirs")
    repository.git("checkout", "-q", "main")
    repository.set(*next(iter(OURS.items())))
    repository.commit("Ours")
    repository.git("merge", "-q", "--no-edit", "feature")

    assert THIRD.recipient in repository.text()
    assert OTHER.recipient not in repository.text()
    repository._env["SOPS_AGE_KEY"] = THIRD.identity
    assert repository.decrypted()["openai"]["api_key"] == f"{CANARY}-ours"


def test_recipients_changed_on_both_sides(repository: Repository, tmp_path: Path) -> None:
    config = tmp_path / "rules.yaml"
    for branch, readers in (("feature", (KEY, THIRD)), ("main", (KEY,))):
        if branch == "feature":
            repository.git("checkout", "-q", "-b", branch)
        else:
            repository.git("checkout", "-q", branch)
        names = ",".join(each.recipient for each in readers)
        config.write_text(f"creation_rules: [{{age: '{names}'}}]")
        repository.sops("--config", str(config), "updatekeys", "--yes", FILE)
        repository.commit(branch)
    done = repository.run("git", "merge", "feature")

    assert done.returncode == 1
    assert f"expected the recipients and rules of {FILE} changed on one side" in done.stderr


def test_a_data_key_that_was_rotated_on_one_side(repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "feature")
    repository.sops("rotate", "--in-place", FILE)
    repository.commit("Theirs")
    repository.git("checkout", "-q", "main")
    repository.set(*next(iter(OURS.items())))
    repository.commit("Ours")
    ours = repository.text()
    done = repository.run("git", "merge", "feature")

    assert done.returncode == 1
    assert repository.text() == ours
    message = "their side has another one (sops rotate), and our side changed /openai/api_key"
    assert message in done.stderr
    assert "git checkout --theirs FILE" in done.stderr


def test_a_file_that_somebody_tampered_with_is_not_sealed_anew(repository: Repository) -> None:
    repository.branch(OURS, THEIRS)
    text = repository.text().replace("region_unencrypted: eu", "region_unencrypted: us")
    (repository.root / FILE).write_text(text)
    repository.commit("Tamper")
    done = repository.run("git", "merge", "feature")

    assert done.returncode == 1
    assert repository.text() == text


@pytest.mark.parametrize(
    ("name", "plain", "ours", "theirs"),
    [
        ("a.sops.json", '{"a": {"x": "1", "y": "2"}, "b": 5}', '["a"]["x"]', '["a"]["y"]'),
        ("a.sops.env", "# one\nA=1\nB=2\nC=3\n", '["A"]', '["B"]'),
        ("a.sops.ini", "; one\n[db]\na = 1\nb = 2\n[api]\nc = 3\n", '["db"]["a"]', '["db"]["b"]'),
    ],
)
def test_other_formats(tmp_path: Path, name: str, plain: str, ours: str, theirs: str) -> None:
    repository = Repository(tmp_path)
    repository.encrypt(plain, name)
    before = repository.decrypted(name)
    repository.branch({ours: "ours"}, {theirs: "theirs"}, name)
    repository.git("merge", "-q", "--no-edit", "feature")

    after = repository.decrypted(name)
    assert json.dumps(after).count("ours") == 1
    assert json.dumps(after).count("theirs") == 1
    assert len(json.dumps(after)) == len(json.dumps(before)) + len("ours") + len("theirs") - 2


def test_a_binary_file_that_both_sides_changed_is_a_conflict(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.encrypt("fake bytes\n", "key.sops")
    for branch in ("feature", "main"):
        repository.git("checkout", "-q", *(["-b"] if branch == "feature" else []), branch)
        repository.encrypt(f"fake bytes of {branch}\n", "key.sops")
    ours = repository.text("key.sops")
    done = repository.run("git", "merge", "feature")

    assert done.returncode == 1
    assert repository.text("key.sops") == ours
    assert "both sides changed /data" in done.stderr


def test_values_reach_sops_through_standard_input_only(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.branch(OURS, THEIRS)
    base, ours, theirs = (
        repository.git("show", f"{rev}:{FILE}").encode() for rev in ("main~1", "main", "feature")
    )
    seen: list[tuple[Any, list[str], dict[str, str]]] = []

    class Spy(subprocess.Popen[bytes]):
        """Notes the command, its environment, and the files on disk, before and after."""

        def __init__(self, command: list[str], **more: Any) -> None:
            self._noted = (command, dict(more["env"]))
            self._note()
            super().__init__(command, **more)

        def communicate(self, *arguments: Any, **more: Any) -> tuple[bytes, bytes]:
            done = super().communicate(*arguments, **more)
            self._note()
            return done

        def _note(self) -> None:
            command, environment = self._noted
            copies = [Path(each) for each in command if Path(each).name.startswith("merged.")]
            seen.append((command, [copy.read_text() for copy in copies], environment))

    monkeypatch.setattr(subprocess, "Popen", Spy)
    merged = merge_files(FILE, base, ours, theirs, environment=repository._env)

    assert CANARY not in repr(seen)
    assert CANARY.encode() not in merged
    assert [command[3] for command, _, _ in seen[::2]] == ["decrypt"] * 3 + ["set", "decrypt"]


def test_install_and_uninstall_leave_the_rest_alone(tmp_path: Path) -> None:
    repository = Repository(tmp_path, driver=False)
    attributes = repository.root / ".gitattributes"
    attributes.write_text("*.png binary")
    repository.git("config", "merge.other.driver", "true")
    config = (repository.root / ".git" / "config").read_text()

    said = repository.tool("secrets", "merge-driver", "--install")
    assert "wrote" in said
    text = attributes.read_text()
    assert text.startswith("*.png binary\n# SOPS files")
    assert "\n*.sops.yaml merge=gitconfig-sops diff=gitconfig-sops\n" in text
    again = repository.tool("secrets", "merge-driver", "--install")
    assert again == "this clone is set up already\n"
    assert attributes.read_text() == text
    repository.tool("secrets", "merge-driver", "--uninstall")
    assert attributes.read_text() == "*.png binary\n"
    assert repository.git("config", "merge.other.driver") == "true\n"
    assert "gitconfig-sops" not in repository.git("config", "--local", "--list")
    after = (repository.root / ".git" / "config").read_text()
    assert set(config.splitlines()) <= set(after.splitlines())
    assert repository.tool("secrets", "merge-driver", "--uninstall") == "nothing was set up here\n"


@pytest.mark.parametrize("line", ["  <<: {hc_vault: [*v]}", "  HC_VAULT: []", "  !!str kms: []"])
def test_a_branch_cannot_hide_a_recipient_from_us(repository: Repository, line: str) -> None:
    repository.branch(OURS, THEIRS)
    base, ours, theirs = (
        repository.git("show", f"{rev}:{FILE}") for rev in ("main~1", "main", "feature")
    )
    hidden = theirs.replace("\nsops:\n", f"\nsops:\n{line.replace('  ', '    ', 1)}\n")

    with pytest.raises(MergeConflictError, match=r"their version \(line \d+\): GCT") as caught:
        merge_files(FILE, base.encode(), ours.encode(), hidden.encode(), environment={})
    assert "sops was not started" in (caught.value.hint or "")


def test_names_that_look_like_options_are_names(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    name = "-x.sops.yaml"
    data = repository.sops(
        *("--config", os.devnull, "encrypt", "--age", KEY.recipient),
        *("--filename-override", "x.yaml", "--input-type", "yaml", "--output-type", "yaml"),
        text=PLAIN,
    )
    (repository.root / name).write_text(data)
    repository.commit("Encrypt")
    repository.branch({'["port"]': 1}, {'["openai"]["api_key"]': "x"}, f"./{name}")

    repository.git("merge", "-q", "feature")
    assert "openai.api_key: <str, encrypted" in repository.git("diff", "HEAD~1", "--", f"./{name}")


def test_install_follows_no_link_of_the_repository(tmp_path: Path) -> None:
    repository = Repository(tmp_path, driver=False)
    victim = tmp_path / "victim"
    victim.write_text("mine\n")
    attributes = repository.root / ".gitattributes"
    attributes.write_text("echo owned #\n")
    (repository.root / ".gitattributes.merged").symlink_to(victim)
    repository.tool("secrets", "merge-driver", "--install")
    assert victim.read_text() == "mine\n"
    assert "merge=gitconfig-sops" in attributes.read_text()

    attributes.unlink()
    attributes.symlink_to(victim)
    done = repository.run(
        sys.executable, "-m", "gitconfig_tool", "secrets", "merge-driver", "--install"
    )
    assert done.returncode == 4
    assert "found a link" in done.stderr
    assert victim.read_text() == "mine\n"
    assert attributes.is_symlink()
