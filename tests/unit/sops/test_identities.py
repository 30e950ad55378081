"""Where age identities are found, and the keychain: with a backend in memory, and without any."""

import os
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from gitconfig_tool.artifact import SopsFile
from gitconfig_tool.sops import KeychainError, decrypt_files, find_age_places, read_entry
from gitconfig_tool.sops.identities import KEYCHAIN, AgeKeys, default_key_file
from tests.bundles import PLAINTEXT, AgeKey, age_key, sops_encrypt


class FakeKeychain(keyring.backend.KeyringBackend):
    """A keychain in memory, for these tests only."""

    priority = 1  # type: ignore[assignment]

    def __init__(self, entries: dict[str, str], error: Exception | None = None) -> None:
        super().__init__()
        self.entries, self.error, self.asked = entries, error, 0

    def get_password(self, service: str, username: str) -> str | None:
        """Return an entry; fails as it was told to."""
        self.asked += 1
        if self.error is not None:
            raise self.error
        return self.entries.get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Never called: nothing of ours writes to a keychain."""
        raise AssertionError


@pytest.fixture
def _keychain() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


@pytest.fixture(scope="module")
def key() -> AgeKey:
    return age_key()


def _file(key: AgeKey) -> SopsFile:
    data = sops_encrypt(PLAINTEXT, key.recipient)
    return SopsFile("p", "yaml", (f"age:{key.recipient}",), data)


def _bare(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}


def test_every_place(tmp_path: Path) -> None:
    one, two, three = age_key(), age_key(), age_key()
    (tmp_path / "keys.txt").write_text(f"# created: today\n{two.identity}\n\n")
    default = tmp_path / "config" / "sops" / "age" / "keys.txt"
    default.parent.mkdir(parents=True)
    default.write_text(three.identity)
    places = find_age_places(
        {
            "SOPS_AGE_KEY": one.identity,
            "SOPS_AGE_KEY_FILE": str(tmp_path / "keys.txt"),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
        }
    )

    assert [place.identities[0].recipient for place in places] == [
        one.recipient,
        two.recipient,
        three.recipient,
    ]
    assert places[0].name == "SOPS_AGE_KEY"
    assert "AGE-SECRET-KEY" not in repr(places)


def test_where_the_default_file_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert default_key_file({}) is None
    monkeypatch.setattr(sys, "platform", "linux")
    assert default_key_file({"HOME": "/h"}) == Path("/h/.config/sops/age/keys.txt")
    monkeypatch.setattr(sys, "platform", "darwin")
    found = default_key_file({"HOME": "/h"})
    assert found == Path("/h/Library/Application Support/sops/age/keys.txt")
    assert default_key_file({"HOME": "/h", "XDG_CONFIG_HOME": "/x"}) == Path("/x/sops/age/keys.txt")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("AGE-PLUGIN-YUBIKEY-1FAKE", "identities of an age plugin"),
        ("-----BEGIN AGE ENCRYPTED FILE-----\n", "identities under a passphrase"),
        ("AGE-SECRET-KEY-1FAKE", "an age identity with a mistake"),
        ("nonsense", "text that is no plain age identity"),
        ("# only words", "no identity"),
    ],
)
def test_a_place_that_only_sops_understands(text: str, problem: str) -> None:
    (place,) = find_age_places({"SOPS_AGE_KEY": text})

    assert place.identities == ()
    assert place.problem.startswith(problem)
    assert "FAKE" not in repr(place)


def test_a_file_that_is_missing_is_a_problem_of_its_place() -> None:
    (place,) = find_age_places({"SOPS_AGE_KEY_FILE": "/nonexistent/keys"})
    assert "cannot be opened" in place.problem


def test_the_command_is_run_once_for_a_recipient_and_without_a_shell(
    key: AgeKey, tmp_path: Path
) -> None:
    program = tmp_path / "give key"
    program.write_text(
        f'#!/bin/sh\necho "$SOPS_AGE_RECIPIENT" >> {tmp_path}/asked\ncat {tmp_path}/secret\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "secret").write_text(f"{key.identity}\n")
    environment = {**_bare(tmp_path), "SOPS_AGE_KEY_CMD": f'"{program}" "; touch {tmp_path}/shell"'}
    file = _file(key)
    other = sops_encrypt({"a": 1}, key.recipient)
    files = [file, SopsFile("q", "yaml", file.recipients, other)]

    assert decrypt_files(files, environment=environment) == {"p": PLAINTEXT, "q": {"a": 1}}
    assert (tmp_path / "asked").read_text() == f"{key.recipient}\n"
    assert not (tmp_path / "shell").exists()


@pytest.mark.usefixtures("_keychain")
def test_keys_out_of_the_keychain(key: AgeKey, tmp_path: Path) -> None:
    backend = FakeKeychain({"gitconfig-tool/age": f"{key.identity}\n"})
    keyring.set_keyring(backend)
    wanted = {**_bare(tmp_path), "GITCONFIG_TOOL_KEYRING": "1"}

    (place,) = find_age_places(wanted)
    assert place.name == KEYCHAIN
    assert decrypt_files([_file(key)], environment=wanted) == {"p": PLAINTEXT}
    # The program is given them as well, in the environment of that one child.
    by_program = {**wanted, "SOPS_DECRYPTION_ORDER": "age"}
    assert decrypt_files([_file(key)], environment=by_program) == {"p": PLAINTEXT}
    asked = backend.asked
    error = decrypt_files([_file(key)], environment=_bare(tmp_path))["p"]
    assert "found none" in error.message
    assert backend.asked == asked  # Nobody wanted it.


@pytest.mark.usefixtures("_keychain")
def test_a_token_out_of_the_keychain() -> None:
    from gitconfig_tool.fetch.vault_client import VaultSettings

    keyring.set_keyring(FakeKeychain({"gitconfig-tool/vault-token": "fake-token"}))
    found = VaultSettings.from_environment("https://v.invalid", {"GITCONFIG_TOOL_KEYRING": "1"})
    assert found.token == "fake-token"


@pytest.mark.usefixtures("_keychain")
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (keyring.errors.NoKeyringError("fake-canary"), "found none"),
        (keyring.errors.KeyringLocked("fake-canary"), "found it locked"),
        (keyring.errors.InitError("fake-canary"), "found: InitError"),
        (RuntimeError("fake-canary"), "found: RuntimeError"),
    ],
)
def test_a_keychain_that_gives_no_answer(
    key: AgeKey, tmp_path: Path, error: Exception, said: str
) -> None:
    keyring.set_keyring(FakeKeychain({}, error))
    wanted = {**_bare(tmp_path), "GITCONFIG_TOOL_KEYRING": "1"}
    result = decrypt_files([_file(key)], environment=wanted)["p"]

    assert isinstance(result, KeychainError)
    assert said in result.message
    assert "GITCONFIG_TOOL_KEYRING" in f"{result.message} {result.hint}" or "keyring get" in said
    assert "canary" not in f"{result.message} {result.hint} {result.__cause__!r}"


@pytest.mark.usefixtures("_keychain")
def test_a_machine_without_any_keychain() -> None:
    """The backend that keyring itself takes where there is no other."""
    import keyring.backends.fail

    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]
    with pytest.raises(KeychainError, match="expected a keychain on this machine"):
        read_entry("age", {"GITCONFIG_TOOL_KEYRING": "1"})


@pytest.mark.usefixtures("_keychain")
def test_a_keychain_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    free = threading.Event()
    backend = FakeKeychain({})
    monkeypatch.setattr(backend, "get_password", lambda service, name: free.wait(30) and None)
    keyring.set_keyring(backend)
    monkeypatch.setattr("gitconfig_tool.sops.keychain._SECONDS", 0.1)
    with pytest.raises(KeychainError, match="found it silent"):
        read_entry("age", {"GITCONFIG_TOOL_KEYRING": "on"})
    free.set()


@pytest.mark.usefixtures("_keychain")
def test_what_is_no_key_in_the_keychain() -> None:
    keyring.set_keyring(FakeKeychain({"gitconfig-tool/age": "fake-canary"}))
    with pytest.raises(KeychainError, match="found text that is no plain age") as caught:
        AgeKeys({"GITCONFIG_TOOL_KEYRING": "1"})
    assert "canary" not in f"{caught.value.message} {caught.value.hint}"
    assert "keyring set gitconfig-tool age" in caught.value.hint


def test_a_switch_with_another_word() -> None:
    with pytest.raises(KeychainError, match="to be 1 or 0"):
        read_entry("age", {"GITCONFIG_TOOL_KEYRING": "perhaps"})


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert read_entry("age", {}) is None
    with pytest.raises(KeychainError, match="it is not installed") as caught:
        read_entry("age", {"GITCONFIG_TOOL_KEYRING": "1"})
    assert "gitconfig-tool[keyring]" in caught.value.hint
