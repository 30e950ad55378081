"""Canonical JSON (RFC 8785), digests, and reading JSON without surprises.

Reading refuses what canonical writing could not have meant: a key given twice, NaN, infinity,
integers beyond 2^53.
"""

import hashlib
import json
from typing import Any

import rfc8785

from gitconfig_tool.artifact.errors import ArtifactError

_MAX_SAFE_INTEGER = 2**53 - 1  # RFC 7493 section 2.2


def canonical_json(value: Any) -> bytes:
    """Return the one JSON text of a value, by RFC 8785.

    Raises `ValueError` for what JSON cannot say: NaN, integers beyond 2^53, lone surrogates.
    """
    if _json_is_canonical(value):
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return text.encode("utf-8")
    return rfc8785.dumps(value)


def _json_is_canonical(value: Any) -> bool:
    """Tell whether Python's own writer, many times faster, gives the canonical text of a value.

    The two differ in floats (RFC 8785 section 3.2.2.3), in the order of keys beyond ASCII (3.2.3),
    and in what is no JSON, which only the slower one refuses. Strings are escaped alike (3.2.2.2).
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-_MAX_SAFE_INTEGER <= value <= _MAX_SAFE_INTEGER)
    if kind is dict:
        return all(
            type(key) is str and key.isascii() and _json_is_canonical(item)
            for key, item in value.items()
        )
    if kind is list:
        return all(map(_json_is_canonical, value))
    return False


def sha256_digest(data: bytes) -> str:
    """Return the digest of some bytes in the OCI form, `sha256:<hex>`."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def parse_json(data: bytes, what: str) -> Any:
    """Parse JSON text strictly; `what` names the bytes in the error.

    Raises `ArtifactError` for text that is not UTF-8 or not JSON, for a key given twice, and for
    numbers outside I-JSON. The error never quotes the text.
    """
    try:
        return json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_unique_keys,
            parse_constant=_refuse_constant,
            parse_int=_safe_integer,
            parse_float=_finite_float,
        )
    except (_RefusedError, UnicodeDecodeError) as error:
        reason = error.args[0] if isinstance(error, _RefusedError) else "a byte that is not UTF-8"
        raise ArtifactError(f"expected {what} to be JSON, found {reason}") from error
    except json.JSONDecodeError as error:
        # The exception holds the whole text, which may be a secret: it is not passed on.
        place = f"line {error.lineno}, column {error.colno}"
        raise ArtifactError(f"expected {what} to be JSON, found a mistake at {place}") from None
    except RecursionError:
        raise ArtifactError(f"expected {what} to be JSON, found it nested too deeply") from None


class _RefusedError(ValueError):
    """JSON that Python would take and I-JSON forbids."""


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise _RefusedError("the same key twice in one object")
    return result


def _refuse_constant(name: str) -> Any:
    raise _RefusedError(f"the constant {name}")


def _safe_integer(text: str) -> int | float:
    # int() of a long text takes quadratic time; 2^53 has 16 digits.
    if len(text) <= 17 and abs(int(text)) <= _MAX_SAFE_INTEGER:
        return int(text)
    # RFC 8785 section 3.2.2.3 writes doubles below 1e21 without an exponent: 1e20 has 21 digits.
    if len(text) <= 22 and rfc8785.dumps(float(text)) == text.encode():
        return float(text)
    raise _RefusedError("an integer beyond 2^53")


def _finite_float(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise _RefusedError("a number that is too large")
    return value
