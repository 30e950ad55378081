"""P-256 keys in files: making a pair, signing with one half, verifying with the other.

Private keys are PKCS #8 and public keys SubjectPublicKeyInfo, both in PEM, so that `openssl` and
`cosign` read them. Signing is securesystemslib's interface, and so is verifying.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from securesystemslib.exceptions import UnverifiedSignatureError
from securesystemslib.exceptions import VerificationError as UnknownVerificationError
from securesystemslib.signer import Key, SecretsHandler, Signature, Signer, SSlibKey

from gitconfig_tool.trust.errors import KeyFileError

PASSPHRASE_VARIABLE = "GITCONFIG_TOOL_KEY_PASSPHRASE"  # noqa: S105 - the name, not the value
_SCHEME = "ecdsa-sha2-nistp256"
_MAX_BYTES = 64 * 1024  # A P-256 key in PEM has 250 bytes; an RSA key of 16,384 bits has 13,000.
_URI = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(.*)", re.DOTALL)


class FileSigner(Signer):
    """Signs with a private key that was read from a file.

    securesystemslib's own `CryptoSigner` takes a random nonce, so that the same bundle signed twice
    gives other bytes. This one takes the nonce of RFC 6979, and a signed layout is reproducible.
    """

    def __init__(self, private_key: EllipticCurvePrivateKey) -> None:
        self._private_key = private_key
        self._public_key = _ssl_key(private_key.public_key())

    @property
    def public_key(self) -> SSlibKey:
        """The public half; its `keyid` is the SHA-256 of the SubjectPublicKeyInfo, in hex."""
        return self._public_key

    @classmethod
    def from_priv_key_uri(
        cls, priv_key_uri: str, public_key: Key, secrets_handler: SecretsHandler | None = None
    ) -> "FileSigner":
        """Load the signer of a URI; `load_signer` does the same without a public key."""
        signer = load_signer(priv_key_uri)
        if signer.public_key.keyid != public_key.keyid:
            raise KeyFileError(
                f"expected the private key of {public_key.keyid}, found that of"
                f" {signer.public_key.keyid} at {priv_key_uri}"
            )
        return signer

    def sign(self, payload: bytes) -> Signature:
        """Sign some bytes by ECDSA with SHA-256; the signature is DER in hex."""
        try:
            signature = self._private_key.sign(payload, ECDSA(SHA256(), deterministic_signing=True))
        except UnsupportedAlgorithm:  # An OpenSSL older than 3.2: valid, only not reproducible.
            signature = self._private_key.sign(payload, ECDSA(SHA256()))
        return Signature(self._public_key.keyid, signature.hex())


@dataclass(frozen=True, slots=True)
class Verifier:
    """The public key that is trusted, and the file that it came from."""

    key: SSlibKey
    path: Path

    @property
    def key_id(self) -> str:
        """The SHA-256 of the SubjectPublicKeyInfo, in hex."""
        return self.key.keyid

    def is_signed(self, signature: bytes, payload: bytes) -> bool:
        """Tell whether the trusted key made this signature of these bytes."""
        try:
            self.key.verify_signature(Signature(self.key.keyid, signature.hex()), payload)
        except (UnverifiedSignatureError, UnknownVerificationError):
            return False
        return True


def generate_key_pair(
    prefix: Path, *, environment: Mapping[str, str] = os.environ
) -> tuple[Path, Path]:
    """Write a new private key to PREFIX and its public key to PREFIX.pub; return both paths.

    The private key is encrypted when GITCONFIG_TOOL_KEY_PASSPHRASE holds a passphrase. Only the
    owner can read it. Raises `KeyFileError` when either file exists: keys are never overwritten.
    """
    public = prefix.with_name(f"{prefix.name}.pub")
    for path in (prefix, public):
        if os.path.lexists(path):
            raise KeyFileError(
                f"expected no file at {path}, found one",
                hint="a key is never overwritten: name another prefix, or move the old key away",
            )
    private_key = generate_private_key(SECP256R1())
    passphrase = environment.get(PASSPHRASE_VARIABLE, "")
    encryption: KeySerializationEncryption = (
        BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    )
    private_pem = private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    public_pem = private_key.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    _create(prefix, private_pem, 0o600)
    try:
        _create(public, public_pem, 0o644)
    except BaseException:
        prefix.unlink(missing_ok=True)
        raise
    return prefix, public


def load_signer(uri: str | Path, *, environment: Mapping[str, str] = os.environ) -> FileSigner:
    """Load the signer at a path or a `file:PATH` URI.

    An encrypted key is opened with the passphrase in GITCONFIG_TOOL_KEY_PASSPHRASE.
    """
    path = _path_of(str(uri))
    data = _read(path, "a private key")
    if b"PUBLIC KEY-----" in data:
        raise KeyFileError(
            f"expected a private key at {path}, found a public key",
            hint="name the file without .pub",
        )
    passphrase = environment.get(PASSPHRASE_VARIABLE, "")
    encrypted = b"ENCRYPTED" in data
    if encrypted and not passphrase:
        raise KeyFileError(
            f"expected a passphrase for the encrypted private key at {path}, found none",
            hint=f"set the environment variable {PASSPHRASE_VARIABLE}",
        )
    try:
        key = load_pem_private_key(data, passphrase.encode() if encrypted else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        if encrypted:
            raise KeyFileError(
                f"expected the passphrase in {PASSPHRASE_VARIABLE} to open {path}, found that it"
                " does not",
                hint="check the passphrase, and that the file is whole",
            ) from error
        raise KeyFileError(
            f"expected a private key in PEM at {path}, found something else",
            hint="make a pair with: gitconfig-tool keys generate -o PREFIX",
        ) from error
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise KeyFileError(
            f"expected a private key on the curve P-256 at {path}, found {_describe(key)}",
            hint="make a pair with: gitconfig-tool keys generate -o PREFIX",
        )
    return FileSigner(key)


def load_verifier(path: Path) -> Verifier:
    """Load the public key to trust, from a PEM file."""
    data = _read(path, "a public key")
    if b"PRIVATE KEY-----" in data:
        raise KeyFileError(
            f"expected a public key at {path}, found a private key",
            hint="name the file that ends in .pub, and keep the private key where only its owner"
            " can read it",
        )
    try:
        key = load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyFileError(
            f"expected a public key in PEM at {path}, found something else",
            hint="it begins with '-----BEGIN PUBLIC KEY-----'; `gitconfig-tool keys generate`"
            " writes one to PREFIX.pub",
        ) from error
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise KeyFileError(
            f"expected a public key on the curve P-256 at {path}, found {_describe(key)}",
            hint="make a pair with: gitconfig-tool keys generate -o PREFIX",
        )
    return Verifier(_ssl_key(key), path)


def _ssl_key(key: EllipticCurvePublicKey) -> SSlibKey:
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return SSlibKey.from_crypto(key, sha256(der).hexdigest(), _SCHEME)


def _describe(key: object) -> str:
    curve = getattr(key, "curve", None)
    if curve is not None:
        return f"one on the curve {curve.name}"
    name = re.sub(r"^_+|(Private|Public)Key$", "", type(key).__name__)
    return f"one of the kind {name}"


def _path_of(uri: str) -> Path:
    match = _URI.fullmatch(uri)
    if match is None or os.path.lexists(uri):
        return Path(uri)
    scheme, rest = match.groups()
    if scheme != "file" or not rest:
        raise KeyFileError(
            f"expected a key as a path or file:PATH, found the scheme {scheme!r}",
            hint="this version signs with keys in files; other schemes are not known to it",
        )
    return Path(rest.removeprefix("//"))


def _read(path: Path, what: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise KeyFileError(
            f"expected {what} at {path}, found: {error.strerror}",
            hint="make a pair with: gitconfig-tool keys generate -o PREFIX"
            if isinstance(error, FileNotFoundError)
            else "",
        ) from error
    if len(data) > _MAX_BYTES:
        raise KeyFileError(
            f"expected {what} at {path}, found a file of more than {_MAX_BYTES:,} bytes"
        )
    return data


def _create(path: Path, data: bytes, mode: int) -> None:
    """Create a file that must not exist; nothing is left behind when that fails."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    try:
        handle = os.open(path, flags, 0o600)
        try:
            with open(handle, "wb") as file:
                os.fchmod(file.fileno(), mode)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise KeyFileError(
            f"expected to write a key to {path}, found: {error.strerror}",
            hint="the folder must exist, and be writable",
        ) from error
