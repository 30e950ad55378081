"""Keys written as JSON: JWK (RFC 7517, 7518 and 8037), one or a set of them.

Takes a text; returns a `Jwk` for each key in it, or raises `UnreadableKeyError`, whose words hold
nothing of the key.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

from gitconfig_tool.custody.inspection.keys import Key, UnreadableKeyError, key_of

# RFC 7518 section 6.2.1.1, RFC 8812 section 3.1.
_CURVES: Mapping[str, type[ec.EllipticCurve]] = {
    "P-256": ec.SECP256R1,
    "P-384": ec.SECP384R1,
    "P-521": ec.SECP521R1,
    "secp256k1": ec.SECP256K1,
}
_LONGEST = 4096  # characters of one number: RSA of 16384 bits has 2731


@dataclass(frozen=True, slots=True)
class Jwk:
    """One key: `key` of a pair, or the `length` in bytes of a shared secret.

    `algorithm` is what the key itself says, or empty. `is_whole` tells that its private half
    belongs to its public one.
    """

    key: Key | None
    length: int
    algorithm: str
    is_whole: bool


def read_jwks(text: str) -> tuple[Jwk, ...] | None:
    """Return the keys of a JWK or of a set; None for a text that is no JSON object."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or not value.keys() & {"kty", "keys"}:
        return None
    keys = value.get("keys", [value])
    if not isinstance(keys, list) or not keys:
        raise UnreadableKeyError("a set of JWK without any key")
    return tuple(map(_read, keys))


def _read(jwk: Any) -> Jwk:
    kind = jwk.get("kty") if isinstance(jwk, dict) else None
    algorithm = jwk.get("alg") if isinstance(jwk, dict) else ""
    said = algorithm if isinstance(algorithm, str) else ""
    if kind == "oct":
        return Jwk(None, len(_bytes(jwk, "k")), said, is_whole=True)
    if kind not in ("RSA", "EC", "OKP"):
        raise UnreadableKeyError("a JWK without a 'kty' that is known (RSA, EC, OKP, oct)")
    if "d" not in jwk:
        raise UnreadableKeyError("the public half of a JWK only ('d' is missing)")
    problem = "a JWK whose numbers make no key"
    try:
        if kind == "RSA":
            public, is_whole = _rsa(jwk)
        elif kind == "EC":
            public, is_whole = _ec(jwk)
        else:
            public, is_whole = _okp(jwk)
        return Jwk(key_of(public), 0, said, is_whole)
    except UnreadableKeyError as error:
        problem = str(error)
    except (ValueError, UnsupportedAlgorithm):
        pass
    # Outside the handler: what is chained to an exception is shown with it.
    raise UnreadableKeyError(problem)


def _rsa(jwk: Mapping[str, Any]) -> tuple[Any, bool]:
    n, e, d = (_number(jwk, name) for name in ("n", "e", "d"))
    # Whoever has both halves can undo one with the other (RFC 8017, section 5.1).
    return rsa.RSAPublicNumbers(e, n).public_key(), pow(pow(2, e, n), d, n) == 2


def _ec(jwk: Mapping[str, Any]) -> tuple[Any, bool]:
    curve = _CURVES.get(str(jwk.get("crv")))
    if curve is None:
        raise UnreadableKeyError(f"a JWK on another curve than {', '.join(_CURVES)}")
    numbers = ec.EllipticCurvePublicNumbers(_number(jwk, "x"), _number(jwk, "y"), curve())
    own = ec.derive_private_key(_number(jwk, "d"), curve()).public_key()
    return numbers.public_key(), own.public_numbers() == numbers


def _okp(jwk: Mapping[str, Any]) -> tuple[Any, bool]:
    kinds: Mapping[str, Any] = {
        "Ed25519": ed25519.Ed25519PrivateKey,
        "Ed448": ed448.Ed448PrivateKey,
    }
    kind = kinds.get(str(jwk.get("crv")))
    if kind is None:
        raise UnreadableKeyError("a JWK of the kind OKP that cannot sign (Ed25519, Ed448 can)")
    public = kind.from_private_bytes(_bytes(jwk, "d")).public_key()
    return public, public.public_bytes_raw() == _bytes(jwk, "x")


def _number(jwk: Mapping[str, Any], name: str) -> int:
    return int.from_bytes(_bytes(jwk, name))


def _bytes(jwk: Mapping[str, Any], name: str) -> bytes:
    """Read base64url without padding (RFC 7515, section 2)."""
    text = jwk.get(name)
    if isinstance(text, str) and text.isascii() and len(text) <= _LONGEST:
        try:
            return urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            pass
    raise UnreadableKeyError(f"a JWK without '{name}' in base64url")
