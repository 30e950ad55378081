"""Secrets that are being replaced: both versions are delivered, and each must fit the schema.

Takes a document that was filled with its secrets, and the plaintext of its SOPS files. A document
that links to `api_key` gets the previous version beside it, as `KEY_previous`, until the rotation
is finished. Where a link gives a whole mapping, both are in it already. A private key that waits
for its certificate is not delivered: nobody can use it yet.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from gitconfig_tool.artifact import PackedDocument, PackedSecret, PreviousValue
from gitconfig_tool.artifact.overlap import previous_pointer
from gitconfig_tool.pointer import parse_pointer, replace_value, resolve_pointer

# The place of a secret in the document, the secret, and its previous version: to the plaintext.
Plaintext = Callable[[str, PackedSecret, PreviousValue], Any]


# The ending of a key that waits for its certificate: `secrets rotate --generator csr`.
_WAITING = "_next"
_CERTIFICATE = re.compile(r"\s*-----BEGIN CERTIFICATE-----")
_PRIVATE_KEY = re.compile(r"\s*-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY-----")


def without_waiting_keys(value: Any) -> Any:
    """Return a plaintext without private keys that wait for their certificate.

    Such a key stands beside the present one and its certificate. Two keys without a certificate,
    as for signing tokens, may both be in use.
    """
    if isinstance(value, list):
        return [without_waiting_keys(item) for item in value]
    if not isinstance(value, dict):
        return value
    has_certificate = any(_is_text(_CERTIFICATE, item) for item in value.values())
    return {
        key: without_waiting_keys(item)
        for key, item in value.items()
        if not (
            has_certificate
            and key.endswith(_WAITING)
            and _is_text(_PRIVATE_KEY, item)
            and _is_text(_PRIVATE_KEY, value.get(key.removesuffix(_WAITING)))
        )
    }


def has_previous(document: PackedDocument) -> bool:
    """Tell whether a secret of a document is being replaced."""
    return any(secret.previous for secret in document.secrets.values())


def current_only(value: Any, document: PackedDocument) -> Any:
    """Return a filled document without the previous versions that whole mappings brought along."""
    for secret, pointer, previous in _inside(document):
        if previous.current != secret.pointer:
            place = pointer + previous.pointer[len(secret.pointer) :]
            value = _without(value, parse_pointer(place))
    return value


def previous_in_place(value: Any, document: PackedDocument, plaintext: Plaintext) -> Any:
    """Return what `current_only` gave, with each previous version where the current one stands."""
    for secret, pointer, previous in _inside(document):
        if any(_is_below(previous.current, each.current) for each in secret.previous):
            continue  # The mapping around it has a previous version as a whole.
        place = pointer + previous.current[len(secret.pointer) :]
        with suppress(KeyError):  # It stood in a mapping that was itself a previous version.
            resolve_pointer(value, place)
            value = replace_value(value, parse_pointer(place), plaintext(pointer, secret, previous))
    return value


def with_previous(value: Any, document: PackedDocument, plaintext: Plaintext) -> Any:
    """Return a filled document with the previous version of each secret beside the current one.

    A key that the document has itself stays as it is. An item of a list, and a document that is one
    secret as a whole, have no place beside them.
    """
    for secret, pointer, previous in _inside(document):
        beside = previous_pointer(pointer)
        if previous.current != secret.pointer or beside is None:
            continue
        *around, key = parse_pointer(beside)
        parent = resolve_pointer(value, beside.rpartition("/")[0])
        if isinstance(parent, dict) and key not in parent:
            value = replace_value(
                value, around, {**parent, key: plaintext(pointer, secret, previous)}
            )
    return value


def _is_text(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.match(value) is not None


def _inside(document: PackedDocument) -> Iterator[tuple[PackedSecret, str, PreviousValue]]:
    """Yield each previous version with its secret and where in the document that stands."""
    for pointer, secret in sorted(document.secrets.items()):
        for previous in secret.previous:
            yield secret, pointer, previous


def _is_below(pointer: str, other: str) -> bool:
    return pointer.startswith(f"{other}/")


def _without(value: Any, tokens: Sequence[str]) -> Any:
    """Return a JSON value without the key at a path; the given one stays as it is."""
    if not isinstance(value, dict) or not tokens or tokens[0] not in value:
        return value  # It went with what was around it.
    first, *more = tokens
    if not more:
        return {key: item for key, item in value.items() if key != first}
    return {**value, first: _without(value[first], more)}
