"""YAML to nodes: the core schema of YAML 1.2, places, and every way in which a file can be wrong.

Expected values come from YAML 1.2.2 section 10.3.2, places are counted by hand.
"""

import math
from typing import Any

import pytest

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import (
    MAX_BYTES,
    MAX_DEPTH,
    MappingNode,
    Mark,
    Node,
    ScalarNode,
    SequenceNode,
    node_at,
    parse_document,
    plain_value,
)
from tests.layered import parse

PATH = "base/model.yaml"
KNOWN_TAGS = (
    "known tags: !required, !final, !replace, !append, !prepend, !unset, !secret, !ref, !prompt, "
    "!format"
)
SYNTAX_HINT = "check indentation, colons, quotes and brackets before this place"


def span(line: int, column: int, end_line: int, end_column: int) -> Span:
    return Span(PATH, line, column, end_line, end_column)


def read(text: str | bytes) -> tuple[Any, tuple[Diagnostic, ...]]:
    """Return the plain value of a file, or None for no value, and the diagnostics."""
    data = text if isinstance(text, bytes) else text.encode()
    document, diagnostics = parse_document(PATH, data)
    assert document.path == PATH
    return (None if document.root is None else plain_value(document.root)), diagnostics


def only(text: str | bytes) -> Diagnostic:
    """Return the one diagnostic of a file."""
    _, diagnostics = read(text)
    assert len(diagnostics) == 1, diagnostics
    return diagnostics[0]


def value(text: str) -> Any:
    """Return the value of the key `a` of a file without errors; `no` and the like are a warning."""
    found, diagnostics = read(text)
    assert {each.code for each in diagnostics} <= {"GCT023"}
    return found["a"]


# --- the core schema ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # null
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("~", None),
        ("", None),
        ("nULL", "nULL"),
        # booleans; what YAML 1.1 took for one is text
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("False", False),
        ("FALSE", False),
        ("tRue", "tRue"),
        ("no", "no"),
        ("No", "No"),
        ("on", "on"),
        ("off", "off"),
        ("yes", "yes"),
        ("y", "y"),
        ("n", "n"),
        # integers
        ("0", 0),
        ("-0", 0),
        ("+1", 1),
        ("-17", -17),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("0xff", 255),
        ("9007199254740991", 2**53 - 1),
        ("-9007199254740991", 1 - 2**53),
        ("0o8", "0o8"),
        ("0x", "0x"),
        ("0xg", "0xg"),
        ("-0x1F", "-0x1F"),
        ("0b11", "0b11"),
        ("1_000", "1_000"),
        ("12:30:00", "12:30:00"),
        ("190:20", "190:20"),
        # floats
        ("1e3", 1000.0),
        (".5", 0.5),
        ("-.5", -0.5),
        ("+.5", 0.5),
        ("1.", 1.0),
        ("1.5e-3", 0.0015),
        ("1E+2", 100.0),
        ("01.5", 1.5),
        ("1e", "1e"),
        (".", "."),
        ("+", "+"),
        ("1e5.5", "1e5.5"),
        ("1,5", "1,5"),
        ("+.nan", "+.nan"),
        # neither dates nor versions nor the value key of YAML 1.1
        ("2001-01-01", "2001-01-01"),
        ("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"),
        ("1.2.3", "1.2.3"),
        ("=", "="),
        ("text", "text"),
        ("two words", "two words"),
    ],
)
def test_plain_scalars(text: str, expected: Any) -> None:
    found = value(f"a: {text}\n")

    assert found == expected
    assert type(found) is type(expected)


def test_a_float_with_a_whole_value_stays_a_float() -> None:
    assert math.copysign(1, value("a: -0.0")) == -1.0
    assert type(value("a: 1.0")) is float


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'1'", "1"),
        ('"1"', "1"),
        ("'true'", "true"),
        ("'null'", "null"),
        ("''", ""),
        ('""', ""),
        ("'it''s'", "it's"),
        (r'"\u0007\n\x41\u00e9\U0001F600"', "\a\nAé😀"),
        ("!!str 1", "1"),
        ("!!str", ""),
        ("! 1", "1"),
        ("!  true", "true"),
        ("! '1'", "1"),
        ("&anchor ! 1", "1"),
        ("!!int 1", 1),
        ("!!int '1'", 1),
        ("!!int 0x1F", 31),
        ("!!float 1.5", 1.5),
        ("!!bool true", True),
        ("!!null ''", None),
        ("!!seq [1]", [1]),
        ("!!map {b: 1}", {"b": 1}),
        ("!<tag:yaml.org,2002:int> 3", 3),
    ],
)
def test_quotes_and_core_tags_decide(text: str, expected: Any) -> None:
    found = value(f"a: {text}\n")

    assert found == expected
    assert type(found) is type(expected)


def test_folded_plain_text_that_follows_an_exclamation_mark_is_no_tag() -> None:
    assert value("a: wow !\n   yes\n") == "wow ! yes"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('!final "3"', "3"),
        ("!final '3'", "3"),
        ("!final 3", 3),
        ("!final 3.0", 3.0),
        ("!final yes", "yes"),
        ("!final true", True),
        ("!final null", None),
        ("!final", None),
        ("!final |\n  3\n", "3\n"),
        ("!final >-\n  3\n", "3"),
        ("!final [1, '2']", [1, "2"]),
        ("!final {b: 1}", {"b": 1}),
    ],
)
def test_final_keeps_the_kind_of_its_value(text: str, expected: Any) -> None:
    root = parse(f"a: {text}\n")

    assert isinstance(root, MappingNode)
    assert root.entries["a"].value.tag == "!final"
    found = plain_value(root)["a"]
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("|\n  one\n  two\n", "one\ntwo\n"),
        ("|-\n  one\n  two\n", "one\ntwo"),
        ("|+\n  one\n\n", "one\n\n"),
        (">\n  one\n  two\n", "one two\n"),
        (">-\n  one\n  two\n\n  three\n", "one two\nthree"),
        ("|\n  10\n", "10\n"),
        ("|2\n   indented\n", " indented\n"),
    ],
)
def test_block_scalars_are_text(text: str, expected: str) -> None:
    assert value(f"a: {text}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: {}", {"a": {}}),
        ("a: []", {"a": []}),
        ("a: [1, {b: [2]}]", {"a": [1, {"b": [2]}]}),
        ("? a\n: 1", {"a": 1}),
        ("'<<': 1", {"<<": 1}),
        ("'1': x", {"1": "x"}),
        ('"1": x', {"1": "x"}),
        ("%YAML 1.2\n---\na: 0x1F", {"a": 31}),
        ("%YAML 1.1\n---\na: 0x1F", {"a": 31}),
        ("---\na: 1\n...\n", {"a": 1}),
        ("? " + "k" * 2_000 + "\n: 1", {"k" * 2_000: 1}),
        ("text", "text"),
        ("- a\n- b", ["a", "b"]),
    ],
)
def test_collections(text: str, expected: Any) -> None:
    assert read(text) == (expected, ())


def test_keys_keep_the_order_of_the_file() -> None:
    assert list(read("b: 1\na: 2\nc: 3\n")[0]) == ["b", "a", "c"]


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "# only a comment\n", "---\n", "--- # x\n...\n", "~", "null", "\ufeff", "&a"],
)
def test_a_file_without_a_value_has_no_root(text: str) -> None:
    assert read(text) == (None, ())


# --- tags of ours ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tag", "expected"),
    [
        ("!required", "!required", ""),
        ("!required environment", "!required", "environment"),
        ("!unset", "!unset", ""),
        ("!secret secrets/db#/password", "!secret", "secrets/db#/password"),
        ("!secret 'secrets/db#/a b'", "!secret", "secrets/db#/a b"),
        ("!ref '#/a'", "!ref", "#/a"),
        ("!prompt greeting@1", "!prompt", "greeting@1"),
    ],
)
def test_links_are_kept_as_written(text: str, tag: str, expected: str) -> None:
    root = parse(f"a: {text}\n")

    found = node_at(root, ("a",))
    assert isinstance(found, ScalarNode)
    assert (found.tag, found.value) == (tag, expected)


@pytest.mark.parametrize(
    ("text", "message", "hint", "end"),
    [
        ("!scret x#/y", "expected one of our tags, found !scret", "did you mean !secret?", 15),
        ("!fianl 1", "expected one of our tags, found !fianl", "did you mean !final?", 12),
        ("!x 1", "expected one of our tags, found !x", KNOWN_TAGS, 8),
        ("!!binary aGk=", "expected one of our tags, found !!binary", KNOWN_TAGS, 17),
        (
            "!!python/object:os.system x",
            "expected one of our tags, found !!python/object:os.system",
            KNOWN_TAGS,
            31,
        ),
        ("!<tag:x.org,1:y> 1", "expected one of our tags, found tag:x.org,1:y", KNOWN_TAGS, 22),
    ],
)
def test_an_unknown_tag(text: str, message: str, hint: str, end: int) -> None:
    assert only(f"a: {text}\n") == Diagnostic(
        "GCT013", message, span(1, 4, 1, end), label="unknown tag", hint=hint
    )


def test_an_unknown_tag_leaves_text_and_stays_short() -> None:
    found, diagnostics = read("a: !x 1\n")
    assert found == {"a": "1"}
    assert len(diagnostics) == 1
    long = only(f"a: !{'x' * 100_000} 1\n")
    assert long.message == f"expected one of our tags, found !{'x' * 29}... (100001 characters)"


@pytest.mark.parametrize(
    ("text", "message", "end"),
    [
        ("!required [a]", "expected a scalar after !required, found a list", 17),
        ("!unset [b]", "expected a scalar or a mapping after !unset, found a list", 14),
        ("!append x", "expected a list after !append, found a scalar", 13),
        ("!append {b: 1}", "expected a list after !append, found a mapping", 18),
        ("!prepend 1", "expected a list after !prepend, found a scalar", 14),
        ("!replace 1", "expected a list or a mapping after !replace, found a scalar", 14),
        ("!format [1]", "expected a scalar after !format, found a list", 15),
        ("!secret {b: 1}", "expected a scalar after !secret, found a mapping", 18),
        ("!ref [1]", "expected a scalar after !ref, found a list", 12),
        ("!prompt [1]", "expected a scalar after !prompt, found a list", 15),
        ("!!map [b]", "expected a mapping after !!map, found a list", 13),
        ("!!seq {b: 1}", "expected a list after !!seq, found a mapping", 16),
        ("!!str [b]", "expected a scalar after !!str, found a list", 13),
        ("!!int {b: 1}", "expected a scalar after !!int, found a mapping", 16),
    ],
)
def test_a_tag_before_the_wrong_kind(text: str, message: str, end: int) -> None:
    assert only(f"a: {text}\n") == Diagnostic(
        "GCT013",
        message,
        span(1, 4, 1, end),
        hint="gitconfig-tool rules GCT013 lists what each tag takes",
    )


@pytest.mark.parametrize(
    ("text", "tag", "found", "end"),
    [
        ("!!int x", "!!int", "x", 11),
        ("!!float 1", "!!float", "1", 13),
        ("!!bool yes", "!!bool", "yes", 14),
        ("!!null x", "!!null", "x", 12),
        ("!!seq x", "!!seq", "x", 11),
        ("!!map x", "!!map", "x", 11),
    ],
)
def test_a_core_tag_before_another_value(text: str, tag: str, found: str, end: int) -> None:
    assert only(f"a: {text}\n") == Diagnostic(
        "GCT013",
        f"expected a value of the tag {tag}, found '{found}'",
        span(1, 4, 1, end),
        hint="remove the tag, or write a value of that kind",
    )


@pytest.mark.parametrize(
    ("tag", "hint"),
    [
        ("!secret", "write !secret DOCUMENT#/pointer"),
        ("!ref", "write !ref DOCUMENT#/pointer"),
        ("!prompt", "write !prompt ID@RANGE, such as support-assistant@^1.2"),
    ],
)
def test_a_link_to_nothing(tag: str, hint: str) -> None:
    assert only(f"a: {tag}\n") == Diagnostic(
        "GCT013",
        f"expected a target after {tag}, found nothing",
        span(1, 4, 1, 4 + len(tag)),
        hint=hint,
    )


def test_unset_takes_no_value() -> None:
    assert only("a: !unset later\n") == Diagnostic(
        "GCT013",
        "expected nothing after !unset, found 'later'",
        span(1, 4, 1, 16),
        hint="remove the value, or the tag",
    )


# --- places ------------------------------------------------------------------------------------


def marks(text: str) -> dict[str, Mark]:
    root = parse(text)
    assert isinstance(root, MappingNode)
    return {key: entry.value.mark for key, entry in root.entries.items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: xyz\n", Mark(1, 4, 1, 7)),
        ('a: "xyz"\n', Mark(1, 4, 1, 9)),
        ("a: !final xyz\n", Mark(1, 4, 1, 14)),
        ("a: &name xyz\n", Mark(1, 4, 1, 13)),
        # Columns are code points: one for é, one for 😀, two for e and a combining accent.
        ("é: 1\na: 😀\n", Mark(2, 4, 2, 5)),
        ("😀: {a: 1}\na: [é, 日本]\n", Mark(2, 4, 2, 11)),
        ("a: 'é😀e\u0301'\n", Mark(1, 4, 1, 10)),
        # A byte order mark is no column.
        ("\ufeffa: xyz\n", Mark(1, 4, 1, 7)),
        ("é: 1\r\na: xyz\r\n", Mark(2, 4, 2, 7)),
        ("é: 1\ra: xyz\r", Mark(2, 4, 2, 7)),
        # A tab is one column.
        ("a:\txyz\n", Mark(1, 4, 1, 7)),
        ("a: [1,\n  2]\n", Mark(1, 4, 2, 5)),
        ("a: {b: 1,\n  c: 2}\n", Mark(1, 4, 2, 8)),
        ("a: |\n  x\n  y\n", Mark(1, 4, 4, 1)),
        ("a:\n", Mark(1, 3, 1, 3)),
    ],
)
def test_the_place_of_a_value(text: str, expected: Mark) -> None:
    assert marks(text)["a"] == expected


def test_the_places_inside_collections() -> None:
    root = parse("a:\n  - {b: 1}\n  - é: !ref '#/x'\n")

    first = node_at(root, ("a", 0, "b"))
    second = node_at(root, ("a", 1, "é"))
    assert first is not None
    assert second is not None
    assert first.mark == Mark(2, 9, 2, 10)
    assert second.mark == Mark(3, 8, 3, 18)
    assert second.mark.in_file("x.yaml") == Span("x.yaml", 3, 8, 3, 18)
    outer = node_at(root, ("a", 1))
    assert isinstance(outer, MappingNode)
    assert outer.entries["é"].key_mark == Mark(3, 5, 3, 6)


@pytest.mark.parametrize(
    "path",
    [("b",), ("a", 2), ("a", "x"), ("a", "00"), ("a", "-"), ("a", "9" * 5_000), ("a", 0, "x")],
)
def test_no_node_at_a_path(path: tuple[str | int, ...]) -> None:
    assert node_at(parse("a: [1, 2]\n"), path) is None


def test_a_node_at_a_path() -> None:
    root: Node = parse("a: [1, [2, 3]]\n")

    assert node_at(root, ()) is root
    found = node_at(root, ("a", "1", 0))
    assert isinstance(found, ScalarNode)
    assert found.value == 2


# --- encoding ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "byte", "line", "column"),
    [
        (b"a: \xff", "ff", 1, 4),
        (b"a: caf\xe9\nb: 1\n", "e9", 1, 7),
        ("é: 1\n日: ".encode() + b"\xff", "ff", 2, 4),
        (b"\xef\xbb\xbfa: \xff", "ff", 1, 4),
        (b"a: 1\rb: \xff", "ff", 2, 4),
        (b"a: 1\r\nb: \xff", "ff", 2, 4),
        (b"\xff\xfea\x00", "ff", 1, 1),
        (b"a: \xed\xa0\x80", "ed", 1, 4),  # a surrogate written as if it were a character
        (b"a: \xc0\xaf", "c0", 1, 4),  # an overlong form of "/"
        (b"a: \xf0\x9f\x98", "f0", 1, 4),  # cut in the middle of a character
    ],
)
def test_bytes_that_are_not_utf8(data: bytes, byte: str, line: int, column: int) -> None:
    found, diagnostics = read(data)

    assert found is None
    assert diagnostics == (
        Diagnostic(
            "GCT011",
            f"expected UTF-8 text, found the byte 0x{byte}",
            span(line, column, line, column + 1),
            hint="save the file as UTF-8",
        ),
    )


@pytest.mark.parametrize(
    ("text", "shown", "line", "column"),
    [
        ("a: 1\n\x00b: 2", "U+0000", 2, 1),
        ("a: \x07", "U+0007", 1, 4),
        ("a: 'x\x1b[31m'", "U+001B", 1, 6),
        ("é: 😀\x7f", "U+007F", 1, 5),
        ("é: 1\r\n😀: \ufffe", "U+FFFE", 2, 4),
        ("# \x08", "U+0008", 1, 3),
    ],
)
def test_control_characters(text: str, shown: str, line: int, column: int) -> None:
    found, diagnostics = read(text)

    assert found is None
    assert diagnostics == (
        Diagnostic(
            "GCT011",
            f"expected printable characters, found {shown}",
            span(line, column, line, column + 1),
            hint='write it as an escape in double quotes, such as "\\u0007"',
        ),
    )


@pytest.mark.parametrize(
    ("text", "shown", "line", "column"),
    [
        # libyaml ends a line at each, as YAML 1.1 did; editors and YAML 1.2 do not.
        ("# a comment\u2028evil: true", "U+2028", 1, 12),
        ('a: "x\u0085y"', "U+0085", 1, 6),
        ("a: 1\né: x\u2029y", "U+2029", 2, 5),
    ],
)
def test_line_breaks_that_yaml_1_2_does_not_know(
    text: str, shown: str, line: int, column: int
) -> None:
    assert read(text) == (
        None,
        (
            Diagnostic(
                "GCT011",
                f"expected line breaks of YAML 1.2, found {shown}",
                span(line, column, line, column + 1),
                hint='not all programs end a line there: write "\\N", "\\L" or "\\P" in quotes',
            ),
        ),
    )


def test_those_characters_may_be_written_as_escapes() -> None:
    assert value(r'a: "\N\L\P"') == "\x85\u2028\u2029"


@pytest.mark.parametrize(
    ("text", "column"), [(r'a: "\ud800"', 7), (r'a: "\ud83d\ude00"', 7), (r'a: "x\U00110000"', 8)]
)
def test_surrogates_and_what_is_no_character(text: str, column: int) -> None:
    assert only(text) == Diagnostic(
        "GCT011",
        "expected the escape of a character, found a lone surrogate or a number too large",
        span(1, column, 1, column + 1),
        notes=(Note("the text begins", span(1, 4, 1, 5)),),
        hint="write the character itself instead of two \\u escapes",
    )


# --- keys --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "column", "end"),
    [
        ("a: 1\na: 2\n", 2, 1, 2),
        ("a: 1\n'a': 2\n", 2, 1, 4),
        ("{a: 1, a: 2}\n", 1, 8, 9),
        ("a: 1\n!final a: 2\n", None, 0, 0),
    ],
)
def test_a_key_twice(text: str, line: int | None, column: int, end: int) -> None:
    found, diagnostics = read(text)

    if line is None:
        assert [each.code for each in diagnostics] == ["GCT014"]
        return
    assert found == {"a": 1}
    first = span(1, 2, 1, 3) if text.startswith("{") else span(1, 1, 1, 2)
    assert diagnostics == (
        Diagnostic(
            "GCT012",
            "expected each key once, found 'a' again",
            span(line, column, line, end),
            label="the second one",
            notes=(Note("'a' first set", first),),
            hint="remove one of the two",
        ),
    )


def test_a_key_three_times_is_reported_twice() -> None:
    found, diagnostics = read("a: 1\na: 2\na: 3\n")

    assert found == {"a": 1}
    assert [(each.code, each.span) for each in diagnostics] == [
        ("GCT012", span(2, 1, 2, 2)),
        ("GCT012", span(3, 1, 3, 2)),
    ]


def test_a_key_that_is_not_normalised() -> None:
    found, diagnostics = read("cafe\u0301: 1\n")

    assert found == {"café": 1}
    assert diagnostics == (
        Diagnostic(
            "GCT016",
            "expected a key in Unicode normalisation form NFC, found another form of 'café'",
            span(1, 1, 1, 6),
            hint="type the key anew, or run the file through a normaliser (uconv -x NFC)",
        ),
    )


def test_keys_that_are_the_same_once_normalised() -> None:
    found, diagnostics = read("café: 1\ncafe\u0301: 2\n")

    assert found == {"café": 1}
    assert [each.code for each in diagnostics] == ["GCT016", "GCT012"]
    assert diagnostics[1].span == span(2, 1, 2, 6)
    assert diagnostics[1].notes == (Note("'café' first set", span(1, 1, 1, 5)),)


def test_a_value_need_not_be_normalised() -> None:
    assert value("a: cafe\u0301") == "cafe\u0301"


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("1", "the integer 1"),
        ("0x1F", "the integer 0x1F"),
        ("1.5", "the number 1.5"),
        ("true", "the boolean true"),
        ("null", "null"),
        ("~", "null"),
        ("!!str 1", "a tagged key 1"),
        ("!final k", "a tagged key k"),
    ],
)
def test_a_key_that_is_no_string(key: str, what: str) -> None:
    found, diagnostics = read(f"{key}: x\nb: 1\n")

    text = key.rpartition(" ")[2]
    assert found == {"b": 1}
    assert diagnostics == (
        Diagnostic(
            "GCT014",
            f"expected a string as key, found {what}",
            span(1, 1, 1, 1 + len(key)),
            label="not a string in YAML 1.2",
            hint=f'put it in quotes: "{text}"',
        ),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("? [a]\n: 1\nb: 2\n", span(1, 3, 1, 4)),
        ("? {a: 1}\n: 1\nb: 2\n", span(1, 3, 1, 4)),
        ("[a, [c]]: 1\nb: 2\n", span(1, 1, 1, 2)),
    ],
)
def test_a_collection_as_key(text: str, expected: Span) -> None:
    found, diagnostics = read(text)

    assert found == {"b": 2}
    assert diagnostics == (
        Diagnostic(
            "GCT014",
            "expected a string as key, found a collection or an alias",
            expected,
            hint="use a plain string as key",
        ),
    )


def test_an_alias_as_key() -> None:
    found, diagnostics = read("&k a: 1\n*k : 2\nb: *k\n")

    assert found == {"a": 1, "b": "a"}
    assert [(each.code, each.span) for each in diagnostics] == [("GCT014", span(2, 1, 2, 3))]


def test_the_merge_key_of_yaml_1_1() -> None:
    found, diagnostics = read("d: &d {x: 1}\na:\n  <<: *d\n  y: 2\n")

    assert found == {"d": {"x": 1}, "a": {"y": 2}}
    assert diagnostics == (
        Diagnostic(
            "GCT015",
            "expected an ordinary key, found the merge key '<<' of YAML 1.1",
            span(3, 3, 3, 5),
            hint="YAML 1.2 has no merge key: put shared values in a weaker layer, or use !ref",
        ),
    )


def test_several_documents_in_a_file() -> None:
    found, diagnostics = read("---\na: 1\n...\n---\nb: 2\n")

    assert found == {"a": 1}
    assert diagnostics == (
        Diagnostic(
            "GCT017",
            "expected one YAML document in the file, found another",
            span(4, 1, 4, 4),
            hint="give each document a file of its own",
        ),
    )


# --- aliases -----------------------------------------------------------------------------------


def test_an_alias_repeats_a_value() -> None:
    assert read("a: &x [1, {b: 2}]\nc: *x\nd: &x 3\ne: *x\n") == (
        {"a": [1, {"b": 2}], "c": [1, {"b": 2}], "d": 3, "e": 3},
        (),
    )


def test_an_alias_keeps_the_place_of_the_value() -> None:
    assert marks("a: &x 1\nb: *x\n")["b"] == Mark(1, 4, 1, 8)


@pytest.mark.parametrize(
    ("text", "expected", "hint"),
    [
        ("a: *x\n", span(1, 4, 1, 6), "define the anchor (&x) above the alias"),
        ("a: *x\nb: &x 1\n", span(1, 4, 1, 6), "define the anchor (&x) above the alias"),
        (
            "a: &x [*x]\n",
            span(1, 8, 1, 10),
            "an alias may not stand inside the value that it repeats",
        ),
        (
            "a: &x {b: [*x]}\n",
            span(1, 12, 1, 14),
            "an alias may not stand inside the value that it repeats",
        ),
        (
            "a: &x 1\nb: &x [*x]\n",
            span(2, 8, 2, 10),
            "an alias may not stand inside the value that it repeats",
        ),
    ],
)
def test_an_alias_of_nothing(text: str, expected: Span, hint: str) -> None:
    assert only(text) == Diagnostic(
        "GCT021",
        "expected an anchor that is complete before its alias, found *x",
        expected,
        hint=hint,
    )


# --- bounds ------------------------------------------------------------------------------------

TOO_DEEP = f"expected at most {MAX_DEPTH} levels of nesting, found more"


def test_the_deepest_file_that_is_allowed() -> None:
    found, diagnostics = read("[" * MAX_DEPTH + "]" * MAX_DEPTH)

    assert diagnostics == ()
    depth = 0
    while found != []:
        found, depth = found[0], depth + 1
    assert depth == MAX_DEPTH - 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[" * 101 + "]" * 101, span(1, 101, 1, 102)),
        ("[" * 100_000, span(1, 101, 1, 102)),
        ("- " * 5_000, span(1, 201, 1, 201)),
        ("{a: " * 150 + "1" + "}" * 150, span(1, 401, 1, 402)),
        # An alias is as deep as what it repeats.
        ("a: &x " + "[" * 60 + "]" * 60 + "\nb: " + "[" * 50 + "*x" + "]" * 50, span(2, 54, 2, 56)),
    ],
)
def test_too_deep(text: str, expected: Span) -> None:
    found, diagnostics = read(text)

    assert found is None
    assert diagnostics == (Diagnostic("GCT018", TOO_DEEP, expected, hint="flatten the document"),)


def test_depth_that_grows_through_aliases() -> None:
    lines = ["a0: &a0 " + "[" * 90 + "]" * 90]
    lines += [f"a{n}: &a{n} " + "[" * 90 + f"*a{n - 1}" + "]" * 90 for n in range(1, 50)]

    assert [each.code for each in read("\n".join(lines))[1]] == ["GCT018"]


def test_an_alias_bomb() -> None:
    lines = ["a0: &a0 [" + "x," * 10 + "]"]
    lines += [f"a{n}: &a{n} [" + f"*a{n - 1}," * 10 + "]" for n in range(1, 30)]

    found, diagnostics = read("\n".join(lines))

    assert found is None
    # Written out, a0 to a4 have 11 + 111 + ... + 111,111 = 123,455 nodes, and each a4 in a5 has
    # 111,111 more: the eighth passes 10^6.
    assert [(each.code, each.message) for each in diagnostics] == [
        ("GCT018", "expected at most 1,000,000 nodes once aliases are written out, found more")
    ]
    assert diagnostics[0].span == span(6, 9 + 1 + 7 * 4, 6, 9 + 1 + 7 * 4 + 3)
    assert diagnostics[0].hint == "split the document, and remove aliases that repeat one another"


def test_a_file_that_is_too_large() -> None:
    assert read(b"a" * (MAX_BYTES + 1)) == (
        None,
        (
            Diagnostic(
                "GCT019",
                "expected a file of at most 16,777,216 bytes, found 16,777,217",
                span(1, 1, 1, 1),
                hint="split the document, or keep large data out of configuration",
            ),
        ),
    )


# --- numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("9007199254740992", "9007199254740992"),
        ("-9007199254740992", "-9007199254740992"),
        ("0x20000000000000", "0x20000000000000"),
        ("9" * 5_000, "9" * 30 + "... (5000 characters)"),
        ("0x" + "f" * 5_000, "0x" + "f" * 28 + "... (5002 characters)"),
        ("0o" + "7" * 5_000, "0o" + "7" * 28 + "... (5002 characters)"),
        ("!!int " + "9" * 5_000, "9" * 30 + "... (5000 characters)"),
    ],
)
def test_integers_out_of_range(text: str, shown: str) -> None:
    _, diagnostics = read(f"a: {text}\n")

    assert diagnostics[0] == Diagnostic(
        "GCT020",
        f"expected an integer within +-(2^53 - 1), found {shown}",
        span(1, 4, 1, 4 + len(text)),
        hint="other programs would round it: write it as a string",
    )


@pytest.mark.parametrize("text", [".inf", "-.inf", "+.Inf", ".INF", ".nan", ".NaN", ".NAN"])
def test_numbers_that_are_not_finite(text: str) -> None:
    found, diagnostics = read(f"a: {text}\n")

    assert found == {"a": None}
    assert diagnostics == (
        Diagnostic(
            "GCT020",
            f"expected a finite number, found {text}",
            span(1, 4, 1, 4 + len(text)),
            hint="JSON has no infinity and no NaN; use null or a string",
        ),
    )


def test_a_number_beyond_a_double() -> None:
    assert only("a: 1e400\n") == Diagnostic(
        "GCT020",
        "expected a number that fits a double, found 1e400",
        span(1, 4, 1, 9),
        hint="write it as a string",
    )


def test_a_long_fraction_is_read() -> None:
    assert value("a: 0." + "3" * 5_000) == 1 / 3


# --- syntax ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message", "expected", "note", "hint"),
    [
        (
            "é: b: c\n",
            "expected a value, found another ':' in it",
            span(1, 5, 1, 6),
            None,
            "put text that holds ': ' in quotes; if the line is a key, check its indentation",
        ),
        (
            "a: -\n",
            "expected a value, found '- ' in its place",
            span(1, 4, 1, 5),
            None,
            "put each '- ' on a line of its own",
        ),
        (
            "limits: [10, 20\nburst: 5\n",
            "expected ',' or ']' in a list, found something else",
            span(2, 6, 2, 7),
            Note("the list begins", span(1, 9, 1, 10)),
            "close the list with ']'",
        ),
        (
            "limits: {a: 1\nburst: 5\n",
            "expected ',' or '}' in a mapping, found something else",
            span(2, 6, 2, 7),
            Note("the mapping begins", span(1, 9, 1, 10)),
            "close the mapping with '}'",
        ),
        (
            "é: @x\n",
            "expected a value, found a character that cannot begin one",
            span(1, 4, 1, 5),
            None,
            "put text that begins with '@', '`' or '%' in quotes",
        ),
        (
            "a: 1\nb: 'x\nc: 2\n",
            "expected a quote that closes the text, found the end of the file",
            span(2, 4, 2, 5),
            None,
            "close the text that begins here",
        ),
        (
            "\ta: 1\n",
            "expected spaces as indentation, found a tab",
            span(1, 1, 1, 2),
            None,
            "replace the tab with spaces",
        ),
        (
            "a:\n  b: 1\n c: 2\n",
            "expected the next key of a mapping, found something else",
            span(3, 2, 3, 3),
            Note("the mapping begins", span(1, 1, 1, 2)),
            "check the indentation of this line, and the quotes and brackets before this place",
        ),
        (
            "- a\nb: 1\n",
            "expected the next '- ' of a list, found something else",
            span(2, 1, 2, 2),
            Note("the list begins", span(1, 1, 1, 2)),
            "check the indentation of this line, or begin it with '- '",
        ),
        (
            "a: }\n",
            "expected a value, found something else",
            span(1, 4, 1, 5),
            None,
            "put text that begins with a special character in quotes",
        ),
        (
            "a: 1\nword\nb: 2\n",
            "expected ':' after a key, found none",
            span(2, 1, 2, 2),
            None,
            "write 'key: value'; to continue the text of the line above, indent this one",
        ),
        (
            'a: "b\\z"\n',
            "expected an escape that YAML knows, found another",
            span(1, 6, 1, 7),
            Note("the text begins", span(1, 4, 1, 5)),
            "write '\\\\' for a backslash, or use single quotes",
        ),
        (
            # YAML 1.2 would end the tag here; libyaml does not.
            "a: {b: !unset}\n",
            "expected a space after a tag, found something else",
            span(1, 14, 1, 15),
            Note("the tag begins", span(1, 8, 1, 9)),
            "write a space after the tag: [!unset ] and {key: !unset }",
        ),
        (
            "a: 1\n...\nb: 2\n",
            "expected the end of the file, found more text",
            span(3, 1, 3, 2),
            None,
            "a file holds one document: remove '...' and what follows",
        ),
        (
            "%YAML 2.0\n---\na: 1\n",
            "expected well-formed YAML, found: incompatible YAML document",
            span(1, 1, 1, 2),
            None,
            SYNTAX_HINT,
        ),
    ],
)
def test_syntax_errors(
    text: str, message: str, expected: Span, note: Note | None, hint: str
) -> None:
    notes = () if note is None else (note,)
    assert read(text) == (
        None,
        (Diagnostic("GCT010", message, expected, notes=notes, hint=hint),),
    )


@pytest.mark.parametrize(
    "text",
    [
        "}",
        "]",
        "a: }",
        "%",
        "%YAML 2.0\n---\na: 1",
        "%FOO\n---\n",
        '"\\z"',
        "a: |x\n y",
        "[" * 50,
        "`",
    ],
)
def test_nothing_of_a_broken_file_is_used(text: str) -> None:
    found, diagnostics = read(text)

    assert found is None
    assert [each.code for each in diagnostics] == ["GCT010"]


def test_all_problems_of_a_file_at_once() -> None:
    text = "a: !x 1\n1: b\nc: .nan\na: 2\nd: *e\n<<: 1\n"

    assert [(each.code, each.span and each.span.line) for each in read(text)[1]] == [
        ("GCT013", 1),
        ("GCT014", 2),
        ("GCT020", 3),
        ("GCT012", 4),
        ("GCT021", 5),
        ("GCT015", 6),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a: !!int SESAME",
        "a: !unset SESAME",
        "a: !SESAME x",
        "a: *SESAME",
        "a: &SESAME [*SESAME]",
        "a: 'SESAME",
        "a: SESAME: SESAME",
        "a: @SESAME",
        "a: 99999999999999999999",
        "a: 1e999",
        "SESAME: 1\nSESAME: 2",
        "999: a",
        "!!str SESAME: a",
        "SESAME\u0301: 1",
        "<<<<<<< SESAME\n=======\n>>>>>>> SESAME",
        "a: 1\n>>>>>>> SESAME",
    ],
)
def test_no_value_of_a_sensitive_file_is_quoted(text: str) -> None:
    _, diagnostics = parse_document(PATH, text.encode(), sensitive=True)

    assert diagnostics
    for each in diagnostics:
        assert each.sensitive
        said = " ".join((each.message, each.label, each.hint, *(note.text for note in each.notes)))
        assert "SESAME" not in said
        assert "999" not in said


def test_nodes_know_their_kind() -> None:
    root = parse("a: [1]\n")

    assert isinstance(root, MappingNode)
    assert isinstance(root.entries["a"].value, SequenceNode)
    assert root.mark == Mark(1, 1, 2, 1)
