"""Addresses and settings of a Vault target: what is read, and what is refused at once."""

from pathlib import Path

import pytest

from gitconfig_tool.fetch import Delivery, DeliveryError, open_vault
from gitconfig_tool.fetch.vault import VaultTarget
from gitconfig_tool.fetch.vault_client import VaultError, VaultSettings

TOKEN = {"VAULT_TOKEN": "fake-token"}


@pytest.mark.parametrize(
    ("url", "server", "path"),
    [
        ("vault+http://127.0.0.1:8200/secret/acme", "http://127.0.0.1:8200", "secret/acme"),
        ("vault+https://vault.example/kv", "https://vault.example", "kv"),
        ("vault+https://vault.example:443/a/b/c/", "https://vault.example:443", "a/b/c"),
        ("vault+https://[::1]:8200/kv/x", "https://[::1]:8200", "kv/x"),
    ],
)
def test_an_address_is_read(url: str, server: str, path: str) -> None:
    target = VaultTarget.from_url(url, TOKEN)

    assert (target.settings.server, target.path, target.address) == (server, path, url)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("vault+http://127.0.0.1:8200", "no mount and path"),
        ("vault+http://127.0.0.1:8200/", "no mount and path"),
        ("vault+http:///secret/x", "no host"),
        ("vault+http://h:99999/secret", "a mistake in host or port"),
        ("vault+http://h:x/secret", "a mistake in host or port"),
        ("vault+http://h/secret?x=1", "a '?' or '#'"),
        ("vault+http://h/secret#x", "a '?' or '#'"),
        ("vault+http://h/secret//x", "the path 'secret//x'"),
        ("vault+http://h/secret/../sys", "the path 'secret/../sys'"),
        ("vault+http://h/sec%2Fret", "the path"),
        ("vault://h/secret", "expected a target"),
        ("oci://h/secret", "expected a target"),
        ("https://h/secret", "expected a target"),
    ],
)
def test_an_address_is_refused(url: str, message: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        VaultTarget.from_url(url, TOKEN)

    assert message in caught.value.message
    assert "vault+https://HOST:PORT/MOUNT/PATH" in caught.value.hint


def test_a_credential_in_an_address_is_refused_and_not_shown() -> None:
    with pytest.raises(DeliveryError) as caught:
        VaultTarget.from_url("vault+http://fake-token@h/secret/x", {})

    assert "fake-token" not in f"{caught.value.message}{caught.value.hint}"
    assert "VAULT_TOKEN" in caught.value.hint


def test_the_environment_of_both_servers_is_known(tmp_path: Path) -> None:
    (tmp_path / ".vault-token").write_text("fake-from-file\n")
    (tmp_path / "ca.pem").write_text("")
    home = {"HOME": str(tmp_path)}

    def read(**environment: str) -> VaultSettings:
        return VaultSettings.from_environment("http://h", {**home, **environment})

    assert read().token == "fake-from-file"
    assert read(BAO_TOKEN="b").token == "b"
    assert read(BAO_TOKEN="b", VAULT_TOKEN="v").token == "v"
    assert read(VAULT_NAMESPACE="team").namespace == "team"
    assert read(BAO_CACERT=str(tmp_path / "ca.pem")).ca_file == str(tmp_path / "ca.pem")
    assert read().timeout == 60.0
    assert read(VAULT_CLIENT_TIMEOUT="5").timeout == 5.0
    assert read(VAULT_CLIENT_TIMEOUT="250ms").timeout == 0.25
    assert read(VAULT_CLIENT_TIMEOUT="2m").timeout == 120.0


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "found none in VAULT_TOKEN, BAO_TOKEN or ~/.vault-token"),
        ({"VAULT_TOKEN": "two words"}, "to be one word"),
        ({"VAULT_TOKEN": "line\nbreak"}, "to be one word"),
        ({**TOKEN, "VAULT_CACERT": "/nonexistent.pem"}, "expected a file of certificates"),
        ({**TOKEN, "VAULT_CLIENT_TIMEOUT": "soon"}, "expected VAULT_CLIENT_TIMEOUT to be a time"),
        ({**TOKEN, "VAULT_CLIENT_TIMEOUT": "0"}, "expected VAULT_CLIENT_TIMEOUT to be a time"),
    ],
)
def test_what_the_environment_lacks(environment: dict[str, str], message: str) -> None:
    with pytest.raises(VaultError) as caught:
        VaultSettings.from_environment("http://h", environment)

    assert message in caught.value.message
    assert caught.value.hint
    assert "two words" not in caught.value.message


def test_a_token_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / ".vault-token").mkdir()
    with pytest.raises(VaultError, match="the file cannot be read"):
        VaultSettings.from_environment("http://h", {"HOME": str(tmp_path)})


def test_the_token_is_not_shown() -> None:
    assert "fake-token" not in repr(VaultTarget.from_url("vault+http://h/kv/x", TOKEN))


def test_an_entry_must_be_a_mapping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_TOKEN", "fake-token")
    # Port 9 of loopback: nothing is to be sent there.
    target = open_vault("vault+http://127.0.0.1:9/kv/x")
    with pytest.raises(DeliveryError, match="expected the document list to be a mapping"):
        target.deliver(Delivery("b", "d", "r", "v", {"list": ["fake"]}))
