"""JSON Pointer: the examples of RFC 6901 section 5, and what must be refused."""

from typing import Any

import pytest

from gitconfig_tool.pointer import (
    format_pointer,
    is_index,
    parse_pointer,
    replace_value,
    resolve_pointer,
    split_reference,
)

# RFC 6901 section 5, the document and what each pointer evaluates to.
RFC_DOCUMENT: dict[str, Any] = {
    "foo": ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "e^f": 3,
    "g|h": 4,
    "i\\j": 5,
    'k"l': 6,
    " ": 7,
    "m~n": 8,
}
RFC_EXAMPLES: list[tuple[str, Any]] = [
    ("", RFC_DOCUMENT),
    ("/foo", ["bar", "baz"]),
    ("/foo/0", "bar"),
    ("/", 0),
    ("/a~1b", 1),
    ("/c%d", 2),
    ("/e^f", 3),
    ("/g|h", 4),
    ("/i\\j", 5),
    ('/k"l', 6),
    ("/ ", 7),
    ("/m~0n", 8),
]


@pytest.mark.parametrize(("pointer", "expected"), RFC_EXAMPLES)
def test_the_examples_of_the_rfc_resolve(pointer: str, expected: Any) -> None:
    assert resolve_pointer(RFC_DOCUMENT, pointer) == expected


@pytest.mark.parametrize(
    ("pointer", "path"),
    [
        ("", ()),
        ("/", ("",)),
        ("//", ("", "")),
        ("/a/b", ("a", "b")),
        ("/a~1b/m~0n", ("a/b", "m~n")),
        ("/~01", ("~1",)),
        ("/~0~1", ("~/",)),
        ("/é/日本", ("é", "日本")),
        ("/a b/#", ("a b", "#")),
    ],
)
def test_text_and_path_correspond(pointer: str, path: tuple[str, ...]) -> None:
    assert parse_pointer(pointer) == path
    assert format_pointer(path) == pointer


def test_an_index_is_written_as_digits() -> None:
    assert format_pointer(("models", 0, "name")) == "/models/0/name"


def test_a_pointer_must_begin_with_a_slash() -> None:
    with pytest.raises(
        ValueError, match=r"^expected a JSON Pointer that begins with '/', found 'a/b'$"
    ):
        parse_pointer("a/b")


@pytest.mark.parametrize("pointer", ["/~", "/~2", "/a~", "/~~0", "/~a/b"])
def test_a_tilde_must_begin_an_escape(pointer: str) -> None:
    with pytest.raises(ValueError, match=r"^expected '~0' or '~1' after each '~'"):
        parse_pointer(pointer)


@pytest.mark.parametrize(
    "pointer",
    ["/bar", "/foo/2", "/foo/-", "/foo/00", "/foo/01", "/foo/+1", "/foo/٠", "/foo/0/x", "/foo/-1"],
)
def test_nothing_is_a_key_error(pointer: str) -> None:
    with pytest.raises(KeyError):
        resolve_pointer(RFC_DOCUMENT, pointer)


def test_an_index_of_thousands_of_digits_is_nothing() -> None:
    with pytest.raises(KeyError):
        resolve_pointer(["only"], "/" + "9" * 5_000)


@pytest.mark.parametrize("token", ["0", "7", "10", "123456789"])
def test_indices(token: str) -> None:
    assert is_index(token)


@pytest.mark.parametrize("token", ["", "-", "01", "00", "1.0", " 1", "²", "٣", "-1", "9" * 19])
def test_what_is_no_index(token: str) -> None:
    assert not is_index(token)


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ((), "new"),
        (("a",), {"a": "new", "b": 1}),
        (("a", "1"), {"a": [0, "new"], "b": 1}),
        (("a", "1", "1"), {"a": [0, {"1": "new"}], "b": 1}),
    ],
)
def test_a_value_is_replaced_in_a_copy(tokens: tuple[str, ...], expected: Any) -> None:
    value = {"a": [0, {"1": 2}], "b": 1}

    assert replace_value(value, tokens, "new") == expected
    assert value == {"a": [0, {"1": 2}], "b": 1}


@pytest.mark.parametrize(
    ("text", "document", "pointer"),
    [
        ("a/b#/c/d", "a/b", "/c/d"),
        ("a/b#", "a/b", ""),
        ("#/c", "", "/c"),
        ("#", "", ""),
        ("a/b", "a/b", None),
        ("a#c", "a", "c"),
        ("c#/sharp", "c", "/sharp"),
        ("a#b#/c", "a#b", "/c"),
        ("a#b#", "a#b", ""),
        ("a#/b#/c", "a", "/b#/c"),
    ],
)
def test_a_reference_is_a_document_and_a_pointer(
    text: str, document: str, pointer: str | None
) -> None:
    assert split_reference(text) == (document, pointer)
