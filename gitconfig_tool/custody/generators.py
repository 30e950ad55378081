"""New values for secrets: passwords, keys of every kind, certificates and requests for them.

Takes what is wanted; returns a `Generated` value whose private parts no `repr` shows. Writes
nothing, and talks to nobody. Sizes follow NIST SP 800-57 part 1 (128 bits of strength) and, for
JWT, RFC 7518.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from gitconfig_tool.custody.choices import ALPHABETS, CERTIFICATE_DAYS, PASSWORD_LENGTH
from gitconfig_tool.errors import GitConfigError

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

_MIN_BITS = 80  # Fewer can be tried one by one.
# The names that a person gives to kinds of keys.
KEY_ALGORITHMS = ("ed25519", "ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "rsa-3072", "rsa-4096")
_CURVES: Mapping[str, ec.EllipticCurve] = {
    "ecdsa-p256": ec.SECP256R1(),
    "ecdsa-p384": ec.SECP384R1(),
    "ecdsa-p521": ec.SECP521R1(),
}
# RFC 7518, section 3.1, and RFC 8037; section 3.2 for the length of the keys of HMAC, in bytes.
JWT_HMAC: Mapping[str, int] = {"HS256": 32, "HS384": 48, "HS512": 64}
JWT_KEYS: Mapping[str, str] = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "rsa-3072"),
    "ES256": "ecdsa-p256",
    "ES384": "ecdsa-p384",
    "ES512": "ecdsa-p521",
    "EdDSA": "ed25519",
}


class GeneratorError(GitConfigError):
    """A value of that kind cannot be made."""


@dataclass(frozen=True, slots=True)
class Generated:
    """A new value: `parts` by what they are, the first of which is the secret itself.

    `public` is what may be shown to everybody, and is to be given to the other side.
    """

    parts: Mapping[str, str] = field(repr=False)
    public: str = ""


def password(length: int = PASSWORD_LENGTH, alphabet: str = ALPHABETS["alphanumeric"]) -> Generated:
    """Make a password out of the characters of an alphabet, each equally likely."""
    characters = sorted(set(alphabet))
    # An n-fold choice among c characters holds n * log2(c) bits; compared without floats.
    if len(characters) < 2 or len(characters) ** length < 2**_MIN_BITS:
        raise GeneratorError(
            f"expected a password of at least {_MIN_BITS} bits, found {length} characters out of"
            f" {len(characters)}",
            hint=f"make it longer: the default is {PASSWORD_LENGTH} letters and digits",
        )
    return Generated({"password": "".join(secrets.choice(characters) for _ in range(length))})


def age_identity() -> Generated:
    """Make an age identity; what is public is its recipient."""
    from pyrage import x25519

    identity = x25519.Identity.generate()
    recipient = str(identity.to_public())
    return Generated({"private_key": str(identity), "public_key": recipient}, recipient)


def ssh_key(algorithm: str = "ed25519", comment: str = "", passphrase: str = "") -> Generated:
    """Make an SSH key in OpenSSH's own format; what is public is its line in authorized_keys."""
    key = _private_key(algorithm)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, _encryption(passphrase))
    line = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    public = f"{line} {comment}".rstrip()
    return Generated({"private_key": private.decode(), "public_key": public}, public)


def private_key(algorithm: str = "ecdsa-p256", passphrase: str = "") -> Generated:
    """Make a private key as PKCS #8 in PEM; what is public is its public key."""
    return _key_pair(_private_key(algorithm), passphrase)


def jwt_key(algorithm: str, passphrase: str = "") -> Generated:
    """Make a key for an algorithm of JWT: a secret for HMAC, a private key for the others.

    `key_id` is the thumbprint of the public key (RFC 7638), or random for HMAC.
    """
    if algorithm in JWT_HMAC:
        text = base64.urlsafe_b64encode(secrets.token_bytes(JWT_HMAC[algorithm])).decode()
        return Generated({"secret": text.rstrip("="), "key_id": secrets.token_hex(8)})
    if algorithm not in JWT_KEYS:
        raise GeneratorError(
            f"expected an algorithm of JWT, found {algorithm!r}",
            hint=f"known: {', '.join((*JWT_HMAC, *JWT_KEYS))}",
        )
    key = _private_key(JWT_KEYS[algorithm])
    made = _key_pair(key, passphrase)
    key_id = _thumbprint(key)
    return Generated({**made.parts, "key_id": key_id}, f"{made.public}key_id: {key_id}\n")


def self_signed(
    names: Sequence[str],
    *,
    now: datetime,
    days: int = CERTIFICATE_DAYS,
    algorithm: str = "ecdsa-p256",
    passphrase: str = "",
) -> Generated:
    """Make a key with a certificate that it signs itself, for DNS names; the first is its name."""
    key = _private_key(algorithm)
    subject = _subject(names)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # Clocks differ a little.
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(_alternative(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, _digest(key))
    )
    text = certificate.public_bytes(Encoding.PEM).decode()
    made = _key_pair(key, passphrase)
    return Generated({**made.parts, "certificate": text}, text)


def signing_request(
    names: Sequence[str], *, algorithm: str = "ecdsa-p256", passphrase: str = ""
) -> Generated:
    """Make a key with a request (PKCS #10) that a certification authority is given."""
    key = _private_key(algorithm)
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(_subject(names))
        .add_extension(_alternative(names), critical=False)
        .sign(key, _digest(key))
    )
    made = _key_pair(key, passphrase)
    return Generated(made.parts, request.public_bytes(Encoding.PEM).decode())


def names_of(certificate: str) -> tuple[str, ...]:
    """Return the DNS names of a certificate in PEM; none where there are none, or it is damaged."""
    try:
        found = x509.load_pem_x509_certificate(certificate.encode())
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return tuple(names.get_values_for_type(x509.DNSName))
    except (ValueError, x509.ExtensionNotFound):
        return ()


def is_self_signed(certificate: str) -> bool:
    """Tell whether a certificate in PEM names itself as its issuer."""
    try:
        found = x509.load_pem_x509_certificate(certificate.encode())
    except ValueError:
        return False
    return found.issuer == found.subject


def fits(certificate: str, key: str, passphrase: str = "") -> bool:
    """Tell whether the first certificate of a PEM text is for a private key."""
    try:
        found = x509.load_pem_x509_certificate(certificate.encode())
        private = load_pem_private_key(key.encode(), passphrase.encode() or None)
    except (ValueError, TypeError):
        return False
    return _public(found.public_key()) == _public(private.public_key())


def algorithm_of(key: str, passphrase: str = "") -> str | None:
    """Return which of `KEY_ALGORITHMS` makes a key like this one; None where that is not known."""
    from cryptography.hazmat.primitives.serialization import load_ssh_private_key

    secret = passphrase.encode() or None
    load = load_ssh_private_key if "OPENSSH" in key[:40] else load_pem_private_key
    try:
        found: Any = load(key.encode(), secret)
    except (ValueError, TypeError):
        return None
    if isinstance(found, rsa.RSAPrivateKey):
        return "rsa-4096" if found.key_size > 3072 else "rsa-3072"
    if isinstance(found, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(found, ec.EllipticCurvePrivateKey):
        same = (name for name, curve in _CURVES.items() if curve.name == found.curve.name)
        return next(same, None)
    return None


def _private_key(algorithm: str) -> PrivateKey:
    if algorithm == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if algorithm in _CURVES:
        return ec.generate_private_key(_CURVES[algorithm])
    if algorithm in ("rsa-3072", "rsa-4096"):
        return rsa.generate_private_key(65537, int(algorithm.removeprefix("rsa-")))
    raise GeneratorError(
        f"expected a kind of key, found {algorithm!r}", hint=f"known: {', '.join(KEY_ALGORITHMS)}"
    )


def _key_pair(key: PrivateKey, passphrase: str) -> Generated:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _encryption(passphrase))
    public = _public(key.public_key()).decode()
    return Generated({"private_key": private.decode(), "public_key": public}, public)


def _public(key: Any) -> bytes:
    encoded: bytes = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return encoded


def _encryption(passphrase: str) -> KeySerializationEncryption:
    return BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()


def _digest(key: PrivateKey) -> hashes.SHA256 | hashes.SHA384 | hashes.SHA512 | None:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return None
    if isinstance(key, ec.EllipticCurvePrivateKey):
        # As long as the curve is strong: FIPS 186-5, section 6.1.1.
        if key.key_size > 384:
            return hashes.SHA512()
        return hashes.SHA384() if key.key_size > 256 else hashes.SHA256()
    return hashes.SHA256()


def _subject(names: Sequence[str]) -> x509.Name:
    if not names:
        raise GeneratorError(
            "expected the DNS names of the certificate, found none",
            hint="give each with --name; without it, those of the present certificate are taken",
        )
    try:
        # RFC 5280, appendix A.1: a common name has at most 64 characters.
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    except ValueError as error:
        raise _no_name(names[0]) from error


def _alternative(names: Sequence[str]) -> x509.SubjectAlternativeName:
    found = []
    for name in names:
        try:
            found.append(x509.DNSName(name))
        except ValueError as error:
            raise _no_name(name) from error
    return x509.SubjectAlternativeName(found)


def _no_name(name: str) -> GeneratorError:
    return GeneratorError(
        f"expected a DNS name of at most 64 ASCII characters, found {name!r}",
        hint="write international names as xn--...",
    )


def _thumbprint(key: PrivateKey) -> str:
    """Return the thumbprint of the public key: RFC 7638, section 3, with RFC 8037, section 2."""
    public = key.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        rsa_numbers = public.public_numbers()
        jwk = {"e": _number(rsa_numbers.e), "kty": "RSA", "n": _number(rsa_numbers.n)}
    elif isinstance(public, ec.EllipticCurvePublicKey):
        ec_numbers = public.public_numbers()
        size = (public.key_size + 7) // 8
        jwk = {
            "crv": {256: "P-256", 384: "P-384", 521: "P-521"}[public.key_size],
            "kty": "EC",
            "x": _number(ec_numbers.x, size),
            "y": _number(ec_numbers.y, size),
        }
    else:
        jwk = {"crv": "Ed25519", "kty": "OKP", "x": _base64(public.public_bytes_raw())}
    text = json.dumps(jwk, sort_keys=True, separators=(",", ":"))
    return _base64(hashlib.sha256(text.encode()).digest())


def _number(value: int, size: int | None = None) -> str:
    return _base64(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
