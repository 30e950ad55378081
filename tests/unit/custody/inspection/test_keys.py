"""Keys of every kind, read and weighed."""

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from gitconfig_tool.custody.inspection.keys import (
    UnreadableKeyError,
    read_private_key,
    read_public_key,
    weaknesses,
)
from tests.integration.conftest import require_tool
from tests.integration.secret_values import openssh, pem, public, ssh_public


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (rsa.generate_private_key(65537, 2048), "RSA of 2048 bits"),
        (ec.generate_private_key(ec.SECP256R1()), "an EC key on P-256"),
        (ec.generate_private_key(ec.SECP256K1()), "an EC key on secp256k1"),
        (ed25519.Ed25519PrivateKey.generate(), "an Ed25519 key"),
        (ed448.Ed448PrivateKey.generate(), "an Ed448 key"),
        (x25519.X25519PrivateKey.generate(), "an X25519 key"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_kinds(key: object, words: str) -> None:
    found = read_private_key(pem(key))

    assert found.words == words
    assert found == read_public_key(public(key))


def test_older_forms_of_pem() -> None:
    for key in (rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())):
        old = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())

        assert read_private_key(old.decode()) == read_private_key(pem(key))


def test_openssh() -> None:
    key = ed25519.Ed25519PrivateKey.generate()

    assert read_private_key(openssh(key)) == read_public_key(ssh_public(key))
    assert read_private_key(openssh(key).replace("\n", "\r\n")).kind == "Ed25519"


@pytest.mark.parametrize(("kind", "bits"), [("ed25519", "256"), ("rsa", "2048"), ("ecdsa", "256")])
def test_a_key_that_openssh_encrypted_shows_its_public_half(
    kind: str, bits: str, tmp_path: Path
) -> None:
    program = require_tool("ssh-keygen")
    command = [program, "-q", "-t", kind, "-b", bits, "-N", "canary", "-f", tmp_path / "key"]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)

    found = read_private_key((tmp_path / "key").read_text())

    assert found == read_public_key((tmp_path / "key.pub").read_text())


@pytest.mark.parametrize(
    ("change", "passphrase", "found"),
    [
        (lambda text: text[:60] + text[70:], None, "text that is none"),
        (lambda text: "-----BEGIN PRIVATE KEY-----", None, "text that is none"),
        (lambda text: text, "another canary", "one that its passphrase does not open"),
        (lambda text: text, None, "one that needs a passphrase"),
    ],
)
def test_what_cannot_be_read_is_not_quoted(
    change: object, passphrase: str | None, found: str
) -> None:
    assert callable(change)
    text = change(pem(ec.generate_private_key(ec.SECP256R1()), "canary"))

    with pytest.raises(UnreadableKeyError) as caught:
        read_private_key(text, passphrase)

    assert str(caught.value) == found
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_a_passphrase_that_is_not_needed_is_no_harm() -> None:
    key = ec.generate_private_key(ec.SECP256R1())

    assert read_private_key(pem(key), "canary") == read_private_key(pem(key))


def test_weights() -> None:
    def codes(key: object) -> list[str]:
        return [each.code for each in weaknesses(read_private_key(pem(key)), "private_key")]

    assert codes(rsa.generate_private_key(65537, 1024)) == ["GCT454"]
    assert codes(rsa.generate_private_key(65537, 2048)) == ["GCT455"]
    assert codes(rsa.generate_private_key(65537, 3072)) == []
    assert codes(ec.generate_private_key(ec.SECP224R1())) == ["GCT454"]
    assert codes(ec.generate_private_key(ec.SECP256R1())) == []
    assert codes(ed25519.Ed25519PrivateKey.generate()) == []
