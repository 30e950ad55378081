"""TOML: what the standard library's reader gives back is what was written."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitconfig_tool.emit.toml import write_toml


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "\n"),
        ({"a": 1, "b": {"c": True}}, "a = 1\n\n[b]\nc = true\n"),
        ({"b": {"c": {"d": 0.5}}}, "\n[b.c]\nd = 0.5\n"),
        ({"a": {}}, "\n[a]\n"),
        ({"a.b": "x\ny\x7f"}, '"a.b" = "x\\ny\\u007f"\n'),
        ({"l": [{"a": 1}, {}]}, "\n[[l]]\na = 1\n\n[[l]]\n"),
        ({"l": [1, {"a": [2]}]}, "l = [1, {a = [2]}]\n"),
    ],
)
def test_a_value_is_written(value: dict[str, Any], text: str) -> None:
    assert write_toml(value) == text
    assert tomllib.loads(text) == value


_SCALARS = (
    st.text(st.characters(exclude_categories=["Cs"]))
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
)
_KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=5))
def test_a_reader_gives_back_what_was_written(value: dict[str, Any]) -> None:
    assert tomllib.loads(write_toml(value)) == value
