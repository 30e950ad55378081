"""Keys of every kind, as far as they must be compared and weighed.

Takes PEM or OpenSSH text; returns a `Key`, or raises `UnreadableKeyError`, whose words hold nothing
of the key. This and `certificates` are the only users of `cryptography` here.
"""

import warnings
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
    load_ssh_private_key,
    load_ssh_public_key,
)

from gitconfig_tool.custody.inspection.subject import Finding

_OPENSSH = "-----BEGIN OPENSSH PRIVATE KEY-----"
_MAGIC = b"openssh-key-v1\0"
# NIST SP 800-57 part 1 revision 5, table 2: RSA of 2048 bits has 112 bits of strength, which SP
# 800-131A revision 2 takes as the least; 3072 bits have 128, which table 4 asks for after 2030.
_RSA_LEAST = 2048
_RSA_LASTING = 3072
# SP 800-186 names no curve of less for new keys; 256 bits have 128 of strength.
_CURVE_LEAST = 256
# The names that people use (FIPS 186), by those of SEC 2.
_CURVE_NAMES = {
    "secp192r1": "P-192",
    "secp224r1": "P-224",
    "secp256r1": "P-256",
    "secp384r1": "P-384",
    "secp521r1": "P-521",
}


class UnreadableKeyError(ValueError):
    """A text is no key, or none that can be opened; the message says what it was found to be."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key: its kind (`RSA`, `EC`, `DSA`, `Ed25519`, ...), its size in bits, and its curve.

    `public` is its public half as SubjectPublicKeyInfo (RFC 5280, section 4.1): equal for the two
    halves of one pair. `curve` is the name that `cryptography` has for it, or empty.
    """

    kind: str
    size: int
    curve: str
    public: bytes = field(repr=False)

    @property
    def words(self) -> str:
        """The kind of key for a message; such a size is public with every public key."""
        if self.kind == "EC":
            return f"an EC key on {curve_name(self.curve)}"
        if self.kind in ("RSA", "DSA"):
            return f"{self.kind} of {self.size} bits"
        return f"an {self.kind} key"


def curve_name(curve: str) -> str:
    """Return the name of a curve for a message."""
    return _CURVE_NAMES.get(curve, curve)


def read_private_key(text: str, passphrase: str | None = None) -> Key:
    """Read a private key in PEM or as OpenSSH writes it; may raise `UnreadableKeyError`.

    Of a key that OpenSSH encrypted only the public half is read, which stands in the clear: its
    passphrase need not be known.
    """
    data = _bytes(text.strip() + "\n")
    secret = _bytes(passphrase) if passphrase else None
    load: Callable[..., Any] = load_pem_private_key
    if text.lstrip().startswith(_OPENSSH):
        cipher, key = _container(text)
        if key is not None and (cipher != "none" or key.kind == "DSA"):
            return key
        load = load_ssh_private_key
    try:
        with _quiet():
            return key_of(_loaded(load, data, secret).public_key())
    except _LockedError:
        pass
    # Outside the handler: what is chained to an exception is shown with it.
    raise UnreadableKeyError(
        "one that its passphrase does not open" if passphrase else "one that needs a passphrase"
    )


def _container(text: str) -> tuple[str, Key | None]:
    """Return the cipher and the public key of OpenSSH's format (PROTOCOL.key of OpenSSH)."""
    lines = (line.strip() for line in text.strip().split("\n"))
    body = "".join(line for line in lines if not line.startswith("-----"))
    try:
        data = b64decode(body, validate=True).removeprefix(_MAGIC)
        cipher, data = _taken(data)
        for _ in range(2):  # The name of the key derivation, and its options.
            _, data = _taken(data)
        blob, _ = _taken(data[4:])  # Behind the number of keys.
        kind, _ = _taken(blob)
        if kind == b"ssh-dss":
            return cipher.decode(), Key("DSA", 1024, "", b"")
        with _quiet():
            public = load_ssh_public_key(kind + b" " + b64encode(blob))
        return cipher.decode(), key_of(public)
    except (ValueError, UnsupportedAlgorithm):
        return "", None


def _taken(data: bytes) -> tuple[bytes, bytes]:
    """Take one string of SSH (RFC 4251, section 5) from the front; return it and the rest."""
    length = int.from_bytes(data[:4], "big")
    if len(data) < 4 + length:
        raise ValueError("the text ends within a string")
    return data[4 : 4 + length], data[4 + length :]


def read_public_key(text: str) -> Key:
    """Read a public key in PEM, or one line as in authorized_keys."""
    data = _bytes(text.strip() + "\n")
    load: Callable[..., Any] = load_pem_public_key
    if not text.lstrip().startswith("-----"):
        load = load_ssh_public_key
    with _quiet():
        return key_of(_loaded(load, data))


def key_of(public: Any) -> Key:
    """Return what is to be known of a public key of `cryptography`."""
    try:
        spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (AttributeError, TypeError, ValueError, UnsupportedAlgorithm):
        spki = b""
    if isinstance(public, rsa.RSAPublicKey):
        return Key("RSA", public.key_size, "", spki)
    if isinstance(public, ec.EllipticCurvePublicKey):
        return Key("EC", public.curve.key_size, public.curve.name, spki)
    if isinstance(public, dsa.DSAPublicKey):
        return Key("DSA", public.key_size, "", spki)
    if isinstance(public, ed25519.Ed25519PublicKey):
        return Key("Ed25519", 256, "", spki)
    if isinstance(public, ed448.Ed448PublicKey):
        return Key("Ed448", 456, "", spki)
    return Key(type(public).__name__.removesuffix("PublicKey"), 0, "", spki)


def weaknesses(key: Key, name: str, what: str = "a key") -> Iterator[Finding]:
    """Say where a key is too weak, or will be soon."""
    if key.kind == "DSA":
        # FIPS 186-5 withdrew it; OpenSSH 10 removed it.
        yield _weak(name, f"{what} of RSA, EC or Ed25519", "DSA, which no standard allows any more")
    elif key.kind == "EC" and key.size < _CURVE_LEAST:
        yield _weak(name, f"{what} on a curve of at least {_CURVE_LEAST} bits", key.words)
    elif key.kind == "RSA" and key.size < _RSA_LEAST:
        yield _weak(name, f"{what} of at least {_RSA_LEAST} bits", key.words)
    elif key.kind == "RSA" and key.size < _RSA_LASTING:
        yield Finding(
            "GCT455",
            name,
            f"{what} of {_RSA_LASTING} bits or more for what lasts beyond 2030",
            key.words,
            "take RSA of 3072 bits, EC on P-256 or Ed25519 when it is replaced next",
        )


def unreadable(name: str, error: UnreadableKeyError) -> Finding:
    """Say that a field holds no key that can be looked at."""
    locked = "passphrase" in str(error)
    return Finding(
        "GCT456",
        name,
        "a key that can be read",
        str(error),
        "put its passphrase beside it, in the field 'passphrase'"
        if locked
        else "put the text in whole, with its BEGIN and END lines",
    )


def _weak(name: str, expected: str, found: str) -> Finding:
    return Finding(
        "GCT454",
        name,
        expected,
        found,
        "make a new key: RSA of 3072 bits, EC on P-256, or Ed25519",
    )


class _LockedError(Exception):
    """A private key that is encrypted, and a passphrase that does not open it."""


def _loaded(load: Callable[..., Any], data: bytes, *passphrase: bytes | None) -> Any:
    """Call a loader of `cryptography`; what it says of a failure may quote the text."""
    problem: Exception = UnreadableKeyError("text that is none")
    try:
        return load(data, *passphrase)
    except TypeError:
        # The one kind of `TypeError`: a passphrase is missing, or is not needed.
        problem = _LockedError()
    except UnsupportedAlgorithm:
        problem = UnreadableKeyError("one of a kind that is not known")
    except ValueError as error:
        words = str(error).lower()
        if any(each in words for each in ("password", "passphrase", "decrypt")):
            problem = _LockedError()
    # Outside the handlers: what is chained to an exception is shown with it.
    if isinstance(problem, _LockedError) and passphrase and passphrase[0] is not None:
        try:
            return load(data, None)  # A passphrase for a key that needs none is no harm.
        except (TypeError, ValueError, UnsupportedAlgorithm):
            pass
    raise problem


def _bytes(text: str) -> bytes:
    """Return a text as UTF-8; what is no Unicode is replaced, as an error would hold the text."""
    return text.encode("utf-8", "replace")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library from warning of weak keys: they are reported here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
