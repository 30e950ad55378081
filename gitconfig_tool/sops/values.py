"""One encrypted value as SOPS writes it: `ENC[AES256_GCM,data:..,iv:..,tag:..,type:..]`.

Checks the form strictly. Does not decrypt; reasons never quote the data.
"""

import binascii
import re
from base64 import b64decode

PREFIX = "ENC["

_FORM = re.compile(
    r"ENC\[AES256_GCM,data:(?P<data>[^,\]]*),iv:(?P<iv>[^,\]]*),"
    r"tag:(?P<tag>[^,\]]*),type:(?P<type>[^,\]]*)\]"
)
# aes/cipher.go of SOPS: `nonceSize` is 32; the tag is one AES block.
_IV_BYTES = 32
_TAG_BYTES = 16
# The types that aes/cipher.go writes. A `time` is a string once it is decrypted to JSON; `int64` is
# what an older version wrote.
_TYPES = {
    "str": "str",
    "int": "int",
    "int64": "int",
    "float": "float",
    "bool": "bool",
    "bytes": "bytes",
    "time": "str",
}
_COMMENT_END = ",type:comment]"


class MalformedValueError(ValueError):
    """The text begins like an encrypted value and is none; the message says why."""


def is_comment(value: object) -> bool:
    """Tell whether a value is an encrypted comment: SOPS writes one in a list as an item."""
    if not isinstance(value, str) or not value.endswith(_COMMENT_END):
        return False
    try:
        # A comment that is damaged is a damaged value.
        encrypted_type(value.removesuffix(_COMMENT_END) + ",type:str]")
    except MalformedValueError:
        return False
    return True


def encrypted_type(text: str) -> str:
    """Return the type of an encrypted value: `str`, `int`, `float`, `bool` or `bytes`.

    Raises `MalformedValueError`.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise MalformedValueError(
            "the text is not of the form ENC[AES256_GCM,data:,iv:,tag:,type:]"
        )
    if not _decoded("data", match["data"]):
        # SOPS leaves an empty string as it is.
        raise MalformedValueError("'data' is empty")
    if (length := len(_decoded("iv", match["iv"]))) != _IV_BYTES:
        raise MalformedValueError(f"'iv' holds {length} bytes, not {_IV_BYTES}")
    if (length := len(_decoded("tag", match["tag"]))) != _TAG_BYTES:
        raise MalformedValueError(f"'tag' holds {length} bytes, not {_TAG_BYTES}")
    kind = _TYPES.get(match["type"])
    if kind is None:
        raise MalformedValueError(f"'type' is none of {', '.join(_TYPES)}")
    return kind


def _decoded(name: str, text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedValueError(f"'{name}' is not base64") from error
