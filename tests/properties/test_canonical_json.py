"""Canonical JSON, RFC 8785: round trips, the order of keys, numbers as ECMAScript has them."""

import json
import random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gitconfig_tool.artifact import canonical_json, parse_json
from tests.properties.strategies import EXAMPLES, TEXTS, VALUES


def as_double_if_large(text: str) -> int | float:
    return int(text) if abs(int(text)) < 2**53 else float(text)


@EXAMPLES
@given(VALUES)
@example(1e16)
@example(1e20)
@example(1e21)
@example(-0.0)
def test_reading_gives_back_what_was_written(value: Any) -> None:
    data = canonical_json(value)

    # A reader that takes numbers for doubles beyond 2^53, as RFC 7493 section 2.2 expects. Python
    # takes 1, 1.0 and True for equal; the kinds are compared below.
    assert json.loads(data, parse_int=as_double_if_large) == value
    assert parse_json(data, "the value") == value
    assert canonical_json(parse_json(data, "the value")) == data


@EXAMPLES
@given(VALUES)
def test_booleans_and_numbers_are_never_mixed_up(value: Any) -> None:
    def kinds(item: Any) -> Any:
        if isinstance(item, dict):
            return {key: kinds(inner) for key, inner in item.items()}
        if isinstance(item, list):
            return [kinds(inner) for inner in item]
        if isinstance(item, (bool, str)) or item is None:
            return type(item).__name__
        return "number"

    assert kinds(parse_json(canonical_json(value), "the value")) == kinds(value)


@EXAMPLES
@given(st.dictionaries(TEXTS, st.none(), max_size=8))
@example({"\ufb33": None, "\U0001f600": None, "\u20ac": None, "\r": None, "1": None})
def test_keys_are_in_the_order_of_their_utf16_code_units(value: dict[str, None]) -> None:
    def code_units(key: str) -> list[int]:
        data = key.encode("utf-16-be")
        return [data[at] * 256 + data[at + 1] for at in range(0, len(data), 2)]

    pairs = json.loads(canonical_json(value), object_pairs_hook=lambda found: found)

    assert [key for key, _ in pairs] == sorted(value, key=code_units)


@EXAMPLES
@given(st.dictionaries(TEXTS, VALUES, max_size=6), st.integers())
def test_the_order_in_memory_does_not_matter(value: dict[str, Any], seed: int) -> None:
    items = list(value.items())
    random.Random(seed).shuffle(items)

    assert canonical_json(dict(items)) == canonical_json(value)


@EXAMPLES
@given(VALUES)
def test_there_is_no_space_outside_strings(value: Any) -> None:
    text = canonical_json(value).decode()
    outside, inside, escaped = [], False, False
    for char in text:
        if inside:
            inside = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            inside = True
        else:
            outside.append(char)

    assert not any(char.isspace() for char in outside)


# RFC 8785 appendix B: the bits of a double, and how ECMAScript writes it.
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (-5e-324, "-5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"),
        (999999999999999700000.0, "999999999999999700000"),
        (1e21, "1e+21"),
        (9.999999999999997e-7, "9.999999999999997e-7"),
        (0.000001, "0.000001"),
        (333333333.3333332, "333333333.3333332"),
    ],
)
def test_the_numbers_of_the_rfc(value: float, text: str) -> None:
    assert canonical_json(value) == text.encode()


def test_the_example_of_the_rfc() -> None:
    # RFC 8785 section 3.2.4.
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '€$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }

    assert (
        canonical_json(value)
        == (
            '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
            '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
        ).encode()
    )
