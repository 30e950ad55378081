"""Canonical JSON against the vectors of RFC 8785, and reading that refuses surprises."""

import hashlib

import pytest

from gitconfig_tool.artifact import ArtifactError, canonical_json, parse_json, sha256_digest


def test_the_example_of_the_rfc() -> None:
    # RFC 8785 section 3.2.2 and 3.2.4.
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    expected = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )

    assert canonical_json(value) == expected.encode()


def test_keys_are_sorted_by_utf16_code_units() -> None:
    # RFC 8785 section 3.2.3: an emoji (a surrogate pair, 0xD83D...) before U+FB33.
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}

    assert list(parse_json(canonical_json(value), "it")) == [
        "\r",
        "1",
        "\u0080",
        "\u00f6",
        "\u20ac",
        "\U0001f600",
        "\ufb33",
    ]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800", {1: 2}])
def test_what_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical_json(value)


def test_digest() -> None:
    assert sha256_digest(b"abc") == (
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    assert sha256_digest(b"{}") == f"sha256:{hashlib.sha256(b'{}').hexdigest()}"


def test_a_large_double_is_read_back() -> None:
    # RFC 8785 writes it without an exponent, so that it looks like an integer beyond 2^53.
    for value, text in (
        (1e20, b"100000000000000000000"),
        (-45134606560926290.0, b"-45134606560926290"),
    ):
        assert canonical_json(value) == text
        assert parse_json(text, "it") == value
        assert type(parse_json(text, "it")) is float


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b'{"a": 1, "a": 2}', "the same key twice in one object"),
        (b"[NaN]", "the constant NaN"),
        (b"[-Infinity]", "the constant -Infinity"),
        (b"9007199254740993", "an integer beyond 2^53"),
        (b"1152921504606846976", "an integer beyond 2^53"),
        (b"1" * 5000, "an integer beyond 2^53"),
        (b"1e999", "a number that is too large"),
        (b"\xff", "a byte that is not UTF-8"),
        (b'{"a":\n 1,}', "a mistake at line 2"),
        (b"[" * 200_000, "it nested too deeply"),
    ],
)
def test_reading_refuses(text: bytes, found: str) -> None:
    with pytest.raises(ArtifactError, match="expected the thing to be JSON, found") as caught:
        parse_json(text, "the thing")

    assert found in caught.value.message


def test_the_error_does_not_carry_the_text() -> None:
    with pytest.raises(ArtifactError) as caught:
        parse_json(b'{"password": "fake-secret" oops', "the plaintext")

    assert "fake-secret" not in caught.value.message
    assert caught.value.__cause__ is None
