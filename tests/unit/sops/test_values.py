"""The form of one encrypted value."""

from base64 import b64encode

import pytest

from gitconfig_tool.sops.values import MalformedValueError, encrypted_type

IV = b64encode(bytes(32)).decode()
TAG = b64encode(bytes(16)).decode()
DATA = b64encode(b"not a real ciphertext").decode()


def value(data: str = DATA, iv: str = IV, tag: str = TAG, kind: str = "str") -> str:
    return f"ENC[AES256_GCM,data:{data},iv:{iv},tag:{tag},type:{kind}]"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("str", "str"),
        ("int", "int"),
        ("int64", "int"),
        ("float", "float"),
        ("bool", "bool"),
        ("bytes", "bytes"),
        ("time", "str"),
    ],
)
def test_the_type_of_a_well_formed_value(kind: str, expected: str) -> None:
    assert encrypted_type(value(kind=kind)) == expected


# (text, part of the reason)
MALFORMED = {
    "cut off": (value()[:-1], "of the form"),
    "text after it": (value() + " ", "of the form"),
    "text before it": (" " + value(), "of the form"),
    "another cipher": (value().replace("256", "128"), "of the form"),
    "a field too many": (value(kind="str,x:y"), "of the form"),
    "fields in another order": (f"ENC[AES256_GCM,iv:{IV},data:{DATA},tag:{TAG},type:str]", "form"),
    "no data": (value(data=""), "'data' is empty"),
    "data that is not base64": (value(data="!!!!"), "'data' is not base64"),
    "data without padding": (value(data="YWI"), "'data' is not base64"),
    "data with white space": (value(data="YW I="), "'data' is not base64"),
    "data that is not ASCII": (value(data="é==="), "'data' is not base64"),
    "short iv": (value(iv=TAG), "'iv' holds 16 bytes, not 32"),
    "long tag": (value(tag=IV), "'tag' holds 32 bytes, not 16"),
    "no type": (value(kind=""), "'type' is none of"),
    "a comment": (value(kind="comment"), "'type' is none of"),
    "type in capitals": (value(kind="STR"), "'type' is none of"),
}


@pytest.mark.parametrize(("text", "reason"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_value_says_why_and_shows_no_data(text: str, reason: str) -> None:
    with pytest.raises(MalformedValueError) as caught:
        encrypted_type(text)
    assert reason in str(caught.value)
    for secret in (DATA, IV, "!!!!", "YWI"):
        assert secret not in str(caught.value)
