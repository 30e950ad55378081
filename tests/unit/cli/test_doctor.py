"""`gitconfig-tool doctor`: every state of what it looks at, and no secret in what it prints."""

import json
import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.main import group
from gitconfig_tool.errors import ExitCode

_VARIABLES = ("SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE", "SOPS_AGE_KEY_CMD", "VAULT_TOKEN", "BAO_TOKEN")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*_VARIABLES, "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "home").mkdir()
    (tmp_path / "bin").mkdir()
    (tmp_path / "project").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")


def _findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    assert run(group, ["-C", str(tmp_path / "project"), "doctor", "--format", "json"]) == 0
    return {each["name"]: each for each in json.loads(capsys.readouterr().out)["findings"]}


def _tool(tmp_path: Path, name: str, script: str) -> None:
    file = tmp_path / "bin" / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


def test_text_names_what_is_missing_and_how_to_get_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(group, ["-C", str(tmp_path / "project"), "doctor"]) == ExitCode.OK

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("ok       gitconfig-tool")
    at = next(index for index, line in enumerate(lines) if line.startswith("missing  age keys"))
    assert "to get it: set SOPS_AGE_KEY_FILE" in lines[at + 1]
    assert any("gitconfig-tool init for a new project" in line for line in lines)


def test_tool_that_fails_or_hangs_up_is_broken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _tool(tmp_path, "git", "exit 3")
    _tool(tmp_path, "pre-commit", "echo pre-commit 9.9.9")

    findings = _findings(tmp_path, capsys)

    assert findings["git"]["state"] == "broken"
    assert "does not run" in findings["git"]["detail"]
    assert findings["git"]["hint"] == "reinstall it"
    assert findings["pre-commit"]["detail"].startswith("pre-commit 9.9.9: ")


def test_tool_that_is_nowhere_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    findings = _findings(tmp_path, capsys)

    assert findings["git"]["state"] == "missing"
    assert findings["pre-commit"]["state"] == "missing"
    assert findings["sops"]["state"] == "ok"  # out of its package
    assert findings["bao"]["state"] == "ok"


@pytest.mark.parametrize(
    ("variable", "state", "detail"),
    [
        ("SOPS_AGE_KEY", "ok", "SOPS_AGE_KEY is set"),
        ("SOPS_AGE_KEY_CMD", "ok", "SOPS_AGE_KEY_CMD is set"),
        ("SOPS_AGE_SSH_PRIVATE_KEY_FILE", "ok", "SOPS_AGE_SSH_PRIVATE_KEY_FILE is set"),
        ("SOPS_AGE_KEY_FILE", "broken", "SOPS_AGE_KEY_FILE names no file"),
    ],
)
def test_age_keys_in_the_environment(
    variable: str,
    state: str,
    detail: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(variable, "fake-value-that-must-not-be-printed")

    found = _findings(tmp_path, capsys)["age keys"]

    assert found["state"] == state
    assert found["detail"].startswith(detail)
    assert "fake-value" not in json.dumps(found)


def test_an_empty_variable_holds_no_age_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOPS_AGE_KEY", "")

    assert _findings(tmp_path, capsys)["age keys"]["state"] == "missing"


def test_age_keys_where_sops_looks_by_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "home/.config/sops/age/keys.txt"
    file.parent.mkdir(parents=True)
    file.write_text("# fake\n", encoding="utf-8")

    found = _findings(tmp_path, capsys)["age keys"]

    assert (found["state"], found["detail"].startswith(str(file))) == ("ok", True)


@pytest.mark.parametrize("place", ["environment", "file"])
def test_vault_token(
    place: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if place == "environment":
        monkeypatch.setenv("BAO_TOKEN", "fake-token-that-must-not-be-printed")
    else:
        (tmp_path / "home/.vault-token").write_text("fake-token", encoding="utf-8")

    found = _findings(tmp_path, capsys)["Vault token"]

    assert found["state"] == "ok"
    assert "fake-token" not in json.dumps(found)


def test_project_and_its_hook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "project"
    run(group, ["init", str(target)])
    hook = target / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n", encoding="utf-8")
    capsys.readouterr()

    found = _findings(tmp_path, capsys)["project"]

    assert found["state"] == "ok"
    assert found["detail"].endswith("; pre-commit hook installed")


def test_which_files_each_key_opens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two keys at hand and one that is not; no private half is shown, and no command is run."""
    from gitconfig_tool.source import init_repository
    from tests.bundles import age_key, sops_encrypt

    project = tmp_path / "project"
    init_repository(project)
    (project / "gitconfig.yaml").write_text(
        "apiVersion: gitconfig-tool/v1\nname: acme\ndimensions:\n  environment: {production: {}}\n"
        'layers: [base]\nbundles: [{name: "{environment}"}]\n'
    )
    (project / "base").mkdir()
    one, two, absent = age_key(), age_key(), age_key()
    for name, keys in (("a", (one,)), ("b", (one, two)), ("c", (absent,))):
        data = sops_encrypt({"password": "fake-value"}, ",".join(key.recipient for key in keys))
        (project / "base" / f"{name}.sops.yaml").write_bytes(data)
    monkeypatch.setenv("SOPS_AGE_KEY", f"{one.identity}\n{two.identity}")
    monkeypatch.setenv("SOPS_AGE_KEY_CMD", f"touch {tmp_path / 'ran'}")
    ssh = tmp_path / "home" / ".ssh"
    ssh.mkdir()
    (ssh / "id_ed25519").write_text("fake")
    (ssh / "id_ed25519.pub").write_text("ssh-ed25519 AAAAfake me@example.invalid\n")

    assert run(group, ["-C", str(project), "doctor", "--format", "json"]) == 0
    text = capsys.readouterr().out
    report = json.loads(text)
    assert [(each["recipient"], each["files"]) for each in report["identities"]] == [
        (f"age:{one.recipient}", ["base/a.sops.yaml", "base/b.sops.yaml"]),
        (f"age:{two.recipient}", ["base/b.sops.yaml"]),
        ("", []),
        ("age:ssh-ed25519 AAAAfake", []),
    ]
    assert report["identities"][2]["source"] == "SOPS_AGE_KEY_CMD"
    assert report["unopened"] == ["base/c.sops.yaml"]
    assert report["notAsked"] == []
    assert "AGE-SECRET-KEY" not in text
    assert not (tmp_path / "ran").exists()

    assert run(group, ["-C", str(project), "doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    at = lines.index("Keys at hand, and which of the project's 3 SOPS files they open:")
    assert lines[at + 1 : at + 6] == [
        f"  age:{one.recipient}",
        "    from SOPS_AGE_KEY",
        "    opens 2 SOPS files:",
        "      base/a.sops.yaml",
        "      base/b.sops.yaml",
    ]
    assert lines[-2:] == ["  no key at hand opens 1 SOPS file:", "    base/c.sops.yaml"]


def test_the_scanner_is_an_extra_that_may_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def without(name: str) -> str:
        if name == "pybetterleaks":
            raise PackageNotFoundError
        return version(name)

    monkeypatch.setattr("gitconfig_tool.cli.doctor.version", without)

    found = _findings(tmp_path, capsys)["pybetterleaks"]

    assert (found["state"], found["hint"]) == ("missing", "pip install 'gitconfig-tool[scan]'")
