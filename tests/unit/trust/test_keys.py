"""Key files: made once, for their owner only, and refused in clear words where they are none."""

import os
import stat
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)

from gitconfig_tool.trust import KeyFileError, generate_key_pair, load_signer, load_verifier

AnyKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
VARIABLE = "GITCONFIG_TOOL_KEY_PASSPHRASE"


def _private(key: AnyKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public(key: AnyKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def test_a_pair_signs_and_verifies(tmp_path: Path) -> None:
    private, public = generate_key_pair(tmp_path / "release.key", environment={})
    signer, verifier = load_signer(private, environment={}), load_verifier(public)
    signature = signer.sign(b"bytes")

    assert (private.name, public.name) == ("release.key", "release.key.pub")
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert stat.S_IMODE(public.stat().st_mode) == 0o644
    assert verifier.is_signed(bytes.fromhex(signature.signature), b"bytes")
    assert not verifier.is_signed(bytes.fromhex(signature.signature), b"other bytes")
    assert not verifier.is_signed(b"garbage", b"bytes")
    assert signature.keyid == verifier.key_id


def test_the_key_id_is_the_digest_of_the_public_key(tmp_path: Path) -> None:
    _, public = generate_key_pair(tmp_path / "k", environment={})
    der = load_pem_public_key(public.read_bytes()).public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )

    assert load_verifier(public).key_id == sha256(der).hexdigest()


def test_the_same_bytes_get_the_same_signature(tmp_path: Path) -> None:
    signer = load_signer(generate_key_pair(tmp_path / "k", environment={})[0], environment={})

    assert signer.sign(b"x").signature == signer.sign(b"x").signature
    assert signer.sign(b"x").signature != signer.sign(b"y").signature


def test_openssl_agrees(tmp_path: Path) -> None:
    """An independent program reads both files and accepts the signature."""
    private, public = generate_key_pair(tmp_path / "k", environment={})
    (tmp_path / "data").write_bytes(b"bytes")
    (tmp_path / "sig").write_bytes(
        bytes.fromhex(load_signer(private, environment={}).sign(b"bytes").signature)
    )
    command = ["openssl", "dgst", "-sha256", "-verify", public, "-signature", tmp_path / "sig"]
    subprocess.run([*command, tmp_path / "data"], check=True, capture_output=True)
    derived = subprocess.run(
        ["openssl", "pkey", "-in", private, "-pubout"], check=True, capture_output=True
    )

    assert derived.stdout == public.read_bytes()


def test_a_passphrase_encrypts_the_private_key(tmp_path: Path) -> None:
    private, public = generate_key_pair(tmp_path / "k", environment={VARIABLE: "fake passphrase"})

    assert b"BEGIN ENCRYPTED PRIVATE KEY" in private.read_bytes()
    signer = load_signer(private, environment={VARIABLE: "fake passphrase"})
    assert signer.public_key.keyid == load_verifier(public).key_id
    with pytest.raises(KeyFileError, match="expected a passphrase") as caught:
        load_signer(private, environment={})
    assert VARIABLE in caught.value.hint
    with pytest.raises(KeyFileError, match="found that it does not") as caught:
        load_signer(private, environment={VARIABLE: "another fake one"})
    assert "another fake one" not in caught.value.message


def test_a_passphrase_for_a_plain_key_is_passed_over(tmp_path: Path) -> None:
    private, _ = generate_key_pair(tmp_path / "k", environment={})
    load_signer(private, environment={VARIABLE: "fake passphrase"})


@pytest.mark.parametrize("taken", ["k", "k.pub"])
def test_a_key_is_never_overwritten(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_text("mine")
    with pytest.raises(KeyFileError, match="found one"):
        generate_key_pair(tmp_path / "k", environment={})

    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {taken: "mine"}


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "k").symlink_to(tmp_path / "victim")
    with pytest.raises(KeyFileError, match="found one"):
        generate_key_pair(tmp_path / "k", environment={})

    assert not (tmp_path / "victim").exists()


def test_a_failure_leaves_neither_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0
    fsync = os.fsync

    def fail(handle: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OSError(28, "No space left on device")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(KeyFileError, match="No space left on device"):
        generate_key_pair(tmp_path / "k", environment={})

    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="No such file or directory"):
        generate_key_pair(tmp_path / "no" / "k", environment={})


def test_a_signer_is_named_by_path_or_uri(tmp_path: Path) -> None:
    private, _ = generate_key_pair(tmp_path / "k", environment={})
    for uri in (private, str(private), f"file:{private}", f"file://{private}"):
        load_signer(uri, environment={})
    for uri in ("awskms:///alias/x", "hashivault://key", "file:"):
        with pytest.raises(KeyFileError, match="expected a key as a path or file:PATH"):
            load_signer(uri, environment={})


P256 = ec.generate_private_key(ec.SECP256R1())
P384 = ec.generate_private_key(ec.SECP384R1())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (lambda: _public(P256), "found a public key"),
        (lambda: _private(P384), "found one on the curve secp384r1"),
        (lambda: _private(ed25519.Ed25519PrivateKey.generate()), "found one of the kind"),
        (lambda: b"garbage", "found something else"),
        (lambda: b"", "found something else"),
        (lambda: b"x" * 70_000, "more than 65,536 bytes"),
    ],
)
def test_what_is_no_private_key(tmp_path: Path, data: Callable[[], bytes], message: str) -> None:
    (tmp_path / "k").write_bytes(data())
    with pytest.raises(KeyFileError) as caught:
        load_signer(tmp_path / "k", environment={})

    assert message in caught.value.message
    assert "expected a private key" in caught.value.message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (lambda: _private(P256), "found a private key"),
        (lambda: _public(P384), "found one on the curve secp384r1"),
        (lambda: _public(rsa.generate_private_key(65537, 2048)), "found one of the kind"),
        (lambda: b"garbage", "found something else"),
        (lambda: _public(P256)[:60], "found something else"),
    ],
)
def test_what_is_no_public_key(tmp_path: Path, data: Callable[[], bytes], message: str) -> None:
    (tmp_path / "k.pub").write_bytes(data())
    with pytest.raises(KeyFileError) as caught:
        load_verifier(tmp_path / "k.pub")

    assert message in caught.value.message
    assert "expected a public key" in caught.value.message


def test_a_missing_key_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="No such file") as caught:
        load_verifier(tmp_path / "k.pub")

    assert "keys generate" in caught.value.hint


def test_a_signer_of_another_key_is_refused(tmp_path: Path) -> None:
    one, _ = generate_key_pair(tmp_path / "one", environment={})
    two, _ = generate_key_pair(tmp_path / "two", environment={})
    signer = load_signer(one, environment={})

    loaded = type(signer).from_priv_key_uri(f"file:{one}", signer.public_key)
    assert loaded.public_key.keyid == signer.public_key.keyid
    with pytest.raises(KeyFileError, match="expected the private key of"):
        type(signer).from_priv_key_uri(f"file:{two}", signer.public_key)
