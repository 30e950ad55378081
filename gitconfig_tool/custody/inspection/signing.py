"""Keys that sign or sign in: JWT signing keys, SSH keys, and the key of a service account.

Takes a secret; yields findings. What an algorithm asks of its key is told by RFC 7518, 8037, 8812.
"""

from collections.abc import Iterator

from gitconfig_tool.custody.inspection.jwk import Jwk, read_jwks
from gitconfig_tool.custody.inspection.keys import (
    Key,
    UnreadableKeyError,
    curve_name,
    read_private_key,
    read_public_key,
    unreadable,
    weaknesses,
)
from gitconfig_tool.custody.inspection.subject import PEM_BEGIN, Finding, Subject, Terms

# RFC 7518 section 3.4, RFC 8812 section 3.2: each has one curve, by the names of `cryptography`.
_CURVES = {"ES256": "secp256r1", "ES384": "secp384r1", "ES512": "secp521r1", "ES256K": "secp256k1"}
# RFC 7518 section 3.2: "A key of the same size as the hash output ... or larger MUST be used"; in
# bytes.
_HMAC_BYTES = {"HS256": 32, "HS384": 48, "HS512": 64}
_EDWARDS = ("Ed25519", "Ed448")  # RFC 8037, section 3.1.
_WANTED = {
    "RS": "an RSA key",
    "PS": "an RSA key",
    "ES": "an EC key on {}",
    "Ed": "an Ed25519 or Ed448 key",
    "HS": "a shared secret",
}


def inspect_jwt_key(subject: Subject, terms: Terms) -> Iterator[Finding]:
    """Look at a JWT signing key: whether it fits its algorithm, and whether it is strong enough."""
    said = subject.known("algorithm")
    algorithm = said if isinstance(said, str) else ""
    name = "private_key" if "private_key" in subject.values else "secret"
    text = subject.text(name)
    if text is None:
        return
    try:
        jwks = read_jwks(text)
        if jwks is not None:
            for jwk in jwks:
                yield from _jwk(subject, jwk, name, algorithm)
            return
        if not text.lstrip().startswith(PEM_BEGIN):
            yield from _shared_secret(len(text.encode("utf-8", "replace")), name, algorithm)
            return
        key = read_private_key(text, subject.text("passphrase"))
    except UnreadableKeyError as error:
        yield unreadable(name, error)
        return
    yield from _pair_for(subject, key, name, algorithm)


def _pair_for(subject: Subject, key: Key, name: str, algorithm: str) -> Iterator[Finding]:
    if not _fits(key, algorithm):
        wanted = _WANTED[algorithm[:2]].format(curve_name(_CURVES.get(algorithm, "")))
        yield Finding(
            "GCT457",
            name,
            f"{wanted} for the algorithm {algorithm}",
            key.words,
            f"make a key for {algorithm}, or correct the algorithm",
        )
    yield from weaknesses(key, name)
    yield from _public_half(subject, key)


def _jwk(subject: Subject, jwk: Jwk, name: str, algorithm: str) -> Iterator[Finding]:
    """Look at a key in JSON, which may say its own algorithm."""
    known = jwk.algorithm in _HMAC_BYTES or jwk.algorithm[:2] in _WANTED
    if algorithm and jwk.algorithm and jwk.algorithm != algorithm:
        yield Finding(
            "GCT457",
            name,
            f"a key for the algorithm {algorithm}",
            f"a JWK that says '{jwk.algorithm}'" if known else "a JWK that says another one",
            "programs go by the 'alg' of the key: correct it, or the algorithm",
        )
    asked = algorithm or (jwk.algorithm if known else "")
    if jwk.key is None:
        yield from _shared_secret(jwk.length, name, asked)
        return
    yield from _pair_for(subject, jwk.key, name, asked)
    if not jwk.is_whole:
        yield Finding(
            "GCT450",
            name,
            "a JWK whose two halves belong together",
            "the public half of another key",
            "put the key in whole, as it was made",
        )


def inspect_ssh_key(subject: Subject, terms: Terms) -> Iterator[Finding]:
    """Look at an SSH key: that it can be read and is strong enough. It need not be encrypted."""
    yield from _pair(subject, subject.text("passphrase"))


def inspect_service_key(subject: Subject, terms: Terms) -> Iterator[Finding]:
    """Look at the private key of an account in the cloud, where it has one."""
    yield from _pair(subject, subject.text("passphrase"))


def _pair(subject: Subject, passphrase: str | None) -> Iterator[Finding]:
    text = subject.text("private_key")
    if text is None:
        return
    try:
        key = read_private_key(text, passphrase)
    except UnreadableKeyError as error:
        yield unreadable("private_key", error)
        return
    yield from weaknesses(key, "private_key")
    yield from _public_half(subject, key)


def _public_half(subject: Subject, key: Key) -> Iterator[Finding]:
    text = subject.text("public_key")
    if text is None:
        return
    try:
        public = read_public_key(text).public
    except UnreadableKeyError as error:
        yield unreadable("public_key", error)
        return
    if public != key.public:
        yield Finding(
            "GCT450",
            "public_key",
            "the public half of the private key",
            "that of another one",
            "put both in together; ssh-keygen -y and openssl pkey -pubout make it",
        )


def _fits(key: Key, algorithm: str) -> bool:
    family = algorithm[:2]
    if family in ("RS", "PS"):
        return key.kind == "RSA"
    if family == "ES":
        return key.kind == "EC" and key.curve == _CURVES.get(algorithm)
    if family == "Ed":
        return key.kind in _EDWARDS
    # No algorithm is said: any key will do. For HMAC a key pair will not.
    return family != "HS"


def _shared_secret(length: int, name: str, algorithm: str) -> Iterator[Finding]:
    if algorithm and algorithm not in _HMAC_BYTES:
        yield Finding(
            "GCT457",
            name,
            f"a private key in PEM or JWK for the algorithm {algorithm}",
            "another value",
            "put the key in whole, with its BEGIN and END lines, or correct the algorithm",
        )
        return
    least = _HMAC_BYTES.get(algorithm, _HMAC_BYTES["HS256"])
    if length < least:
        yield Finding(
            "GCT457",
            name,
            f"a secret of at least {least} bytes for {algorithm or 'HMAC'} (RFC 7518, section 3.2)",
            "a shorter one",
            f"make one: openssl rand -base64 {least}",
        )
