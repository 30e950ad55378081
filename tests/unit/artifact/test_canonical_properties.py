"""Canonical JSON, for any JSON value: it reads back, and is a fixed point."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gitconfig_tool.artifact import canonical_json, parse_json

SAFE = 2**53 - 1
texts = st.text(st.characters(exclude_categories=["Cs"]))
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-SAFE, SAFE)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20
)


@given(values)
def test_it_reads_back(value: Any) -> None:
    # 1.0 and 1 are the same number to JSON, and to Python's `==`.
    assert parse_json(canonical_json(value), "it") == value


@given(values)
def test_it_is_a_fixed_point(value: Any) -> None:
    once = canonical_json(value)

    assert canonical_json(parse_json(once, "it")) == once


@given(values)
def test_pythons_own_reader_agrees(value: Any) -> None:
    # RFC 8785 section 3.2.2.3: a large double stands there without an exponent.
    assert json.loads(canonical_json(value), parse_int=_number) == value


@given(st.dictionaries(texts, st.integers(-SAFE, SAFE)))
def test_the_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert canonical_json(dict(reversed(value.items()))) == canonical_json(value)


def _number(text: str) -> int | float:
    return int(text) if abs(int(text)) <= SAFE else float(text)
