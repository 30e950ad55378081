"""One SOPS file to its plaintext, without the program `sops`.

Takes the tree of a file and a way to open its data key. Decrypts each value and checks the MAC as
sops.go and aes/cipher.go of getsops/sops do. Where the outcome could differ from that of sops, or
anything does not fit, it says so with `NotNativeError`: the program then has the last word.
"""

import hashlib
import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from typing import TYPE_CHECKING, Any

from gitconfig_tool.artifact import ArtifactError, parse_json
from gitconfig_tool.sops.golang import DECIMAL, INTEGER, is_time, plain_float
from gitconfig_tool.sops.patterns import PatternError
from gitconfig_tool.sops.selection import Selection
from gitconfig_tool.sops.structure import NotNativeError, SopsTree, read_tree

if TYPE_CHECKING:
    from gitconfig_tool.sops.identities import AgeKeys

_VALUE = re.compile(
    r"ENC\[AES256_GCM,data:([A-Za-z0-9+/=]+),iv:([A-Za-z0-9+/=]+),tag:([A-Za-z0-9+/=]+),"
    r"type:(str|int|float|bool|time|comment)\]"
).fullmatch
_ARMOR = re.compile(
    r"-----BEGIN AGE ENCRYPTED FILE-----\n((?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/=]{1,64}\n)"
    r"-----END AGE ENCRYPTED FILE-----\n?"
).fullmatch
_COMMENT_END = "type:comment]"
_KEY_BYTES = 32
_IV_BYTES = 32
_TAG_BYTES = 16
_MAX_SAFE_INTEGER = 2**53 - 1  # RFC 7493 section 2.2
# sops.MACOnlyEncryptedInitialization: SHA-256 of "sops".
_ONLY_ENCRYPTED_START = hashlib.sha256(b"sops").digest()
_BOOLEANS = {"True": True, "true": True, "False": False, "false": False}


class ChangedError(NotNativeError):
    """A value or the MAC is not what was encrypted."""


def decrypt_natively(data: bytes, format: str, keys: "AgeKeys") -> Any:
    """Return the plaintext of a file as a JSON value.

    It is what `sops decrypt --output-type json` prints, read by `parse_json`. Raises
    `NotNativeError`, which holds nothing of the file.
    """
    tree = read_tree(data, format)
    if not tree.age:
        raise NotNativeError("no age recipient")
    key = _data_key(tree, keys)
    return _Opener(tree, key).open()


def _data_key(tree: SopsTree, keys: "AgeKeys") -> bytes:
    """Open the data key as sops does: the first entry that one of the identities opens."""
    opened = keys.open([(recipient, _dearmor(text)) for recipient, text in tree.age])
    if opened is None:
        raise NotNativeError("no age identity at hand that opens it")
    if len(opened) != _KEY_BYTES:
        raise NotNativeError("a data key of another length")
    return opened


def _dearmor(text: str) -> bytes:
    match = _ARMOR(text)
    if match is not None:
        body = match[1].replace("\n", "")
        try:
            raw = b64decode(body, validate=True)
        except Base64Error:
            raw = b""
        if b64encode(raw).decode() == body:
            return raw
    raise NotNativeError("an age data key with unusual armor")


def _selection(rule: tuple[str, str]) -> Selection:
    name, text = rule
    # What RE2 knows and Go does not, and tables of Unicode, of which each has its own version.
    if name.endswith("_regex") and re.search(r"\\[CpP]", text):
        raise NotNativeError("a regular expression with a class of Unicode")
    try:
        return Selection.of(name, text)
    except PatternError:
        raise NotNativeError("a regular expression that is none") from None


class _Opener:
    """Walks the tree of one file in its order, which the MAC depends on."""

    def __init__(self, tree: SopsTree, key: bytes) -> None:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._tree = tree
        self._cipher = AESGCM(key)
        self._invalid = InvalidTag
        self._selects = _selection(tree.rule).selects
        self._hash = hashlib.sha512(_ONLY_ENCRYPTED_START if tree.mac_only_encrypted else b"")

    def open(self) -> Any:
        """Return the plaintext when every value and the MAC are right."""
        values = self._value(self._tree.values, ())
        # The MAC is bound to the time of the last change; it is the text of the hash.
        mac, kind = self._decrypted(self._tree.mac, self._tree.last_modified.encode())
        expected = self._hash.hexdigest().upper().encode()
        if kind != "str" or not hmac.compare_digest(mac, expected):
            raise ChangedError("a MAC that does not match the values")
        return values

    def _value(self, value: Any, keys: tuple[str, ...]) -> Any:
        if isinstance(value, dict):
            return {key: self._value(item, (*keys, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [self._value(item, keys) for item in value if not self._is_comment(item, keys)]
        if value is None:
            return None
        if not self._selects(keys):
            return self._clear(value)
        if value == "":
            return value
        if not isinstance(value, str):
            raise NotNativeError("a value in the clear that should be encrypted")
        # Lists leave no trace here: the items of one list can be swapped, but for the MAC.
        plain, kind = self._decrypted(value, (":".join(keys) + ":").encode())
        return self._typed(plain, kind)

    def _is_comment(self, item: Any, keys: tuple[str, ...]) -> bool:
        """Tell whether an item of a list is a comment: sops writes one there as an item.

        It does not count for the MAC, and is left out of JSON.
        """
        if not (isinstance(item, str) and item.endswith(_COMMENT_END) and self._selects(keys)):
            return False
        self._decrypted(item, (":".join(keys) + ":").encode())
        return True

    def _clear(self, value: Any) -> Any:
        written, result = str(value), value
        if isinstance(value, float):
            written, result = _float(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            result = _safe(value)
        if not self._tree.mac_only_encrypted:
            self._hash.update(written.encode())
        return result

    def _decrypted(self, text: str, place: bytes) -> tuple[bytes, str]:
        match = _VALUE(text)
        if match is None:
            raise NotNativeError("a value that is not encrypted as sops does it")
        data, iv, tag, kind = match.groups()
        try:
            sealed, nonce, end = b64decode(data), b64decode(iv), b64decode(tag)
        except Base64Error:
            raise NotNativeError("a value that is not base64") from None
        if len(nonce) != _IV_BYTES or len(end) != _TAG_BYTES:
            raise NotNativeError("a value with an IV or a tag of another length")
        try:
            return self._cipher.decrypt(nonce, sealed + end, place), kind
        except self._invalid:
            raise ChangedError("a value that was changed, or moved from another place") from None

    def _typed(self, plain: bytes, kind: str) -> Any:
        try:
            text = plain.decode("utf-8")
        except UnicodeDecodeError:
            raise NotNativeError("a text that is not UTF-8") from None
        written = text
        result: Any = text
        if kind == "int" and INTEGER.fullmatch(text) and text != "-0":
            result = _safe(int(text))
        elif kind == "float" and DECIMAL.fullmatch(text):
            written, result = _float(float(text))
        elif kind == "bool" and text in _BOOLEANS:
            result = _BOOLEANS[text]
            written = str(result)
        elif kind != "str" and not (kind == "time" and is_time(text)):
            raise NotNativeError(f"a value of the type {kind} that is written in an unusual way")
        self._hash.update(written.encode())
        return result


def _safe(number: int) -> int | float:
    return number if abs(number) <= _MAX_SAFE_INTEGER else _parsed(str(number))


def _parsed(written: str) -> Any:
    """Read a number as it is read from what sops prints."""
    try:
        return parse_json(written.encode(), "a number")
    except ArtifactError:
        raise NotNativeError("an integer beyond 2^53") from None


def _float(number: float) -> tuple[str, Any]:
    """Return a float as the MAC counts it, and as it is read from what sops prints."""
    if number in (float("inf"), float("-inf")):
        raise NotNativeError("a number that is too large")
    written = plain_float(number)
    if "." in written or abs(number) >= 1e21:  # encoding/json: an exponent from there on
        return written, number
    return written, _parsed(written)
