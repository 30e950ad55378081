"""JSON Pointer: text and path are the same thing twice."""

import string
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gitconfig_tool.pointer import format_pointer, is_index, parse_pointer, resolve_pointer
from tests.properties.strategies import EXAMPLES, TEXTS, VALUES

TOKENS = st.lists(TEXTS | st.text("~/01", max_size=6), max_size=5).map(tuple)


@EXAMPLES
@given(TOKENS)
def test_a_path_is_read_back(path: tuple[str, ...]) -> None:
    assert parse_pointer(format_pointer(path)) == path


@EXAMPLES
@given(st.text("~/01a", max_size=10))
def test_a_pointer_is_written_back(text: str) -> None:
    try:
        path = parse_pointer(text)
    except ValueError:
        return
    assert format_pointer(path) == text


@EXAMPLES
@given(TOKENS, TOKENS)
def test_different_paths_have_different_pointers(
    one: tuple[str, ...], two: tuple[str, ...]
) -> None:
    assume(one != two)

    assert format_pointer(one) != format_pointer(two)


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    found = [(path, value)]
    inner: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    for token, item in inner:
        found += places(item, (*path, token))
    return found


@EXAMPLES
@given(VALUES)
def test_every_place_of_a_value_resolves(value: Any) -> None:
    for path, inner in places(value):
        assert resolve_pointer(value, format_pointer(path)) is inner


@EXAMPLES
@given(VALUES, TOKENS)
def test_a_pointer_to_nothing_is_a_key_error(value: Any, path: tuple[str, ...]) -> None:
    known = {format_pointer(place) for place, _ in places(value)}
    text = format_pointer(path)
    assume(text not in known)

    with pytest.raises(KeyError):
        resolve_pointer(value, text)


@EXAMPLES
@given(st.text(string.digits + "-+ ٣²", max_size=25))
def test_an_index_is_how_a_number_is_written(text: str) -> None:
    number = int(text) if text.isdecimal() else -1

    assert is_index(text) is (text == str(number) and 0 <= number < 10**18)
