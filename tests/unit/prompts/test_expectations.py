"""What test cases expect: what can be expected, and whether a text is so."""

import time
from typing import Any

import pytest

from gitconfig_tool.prompts.expectations import Rendered, check_expected, unmet

TEXT = Rendered(((None, "Dear Ada,\nyour order 17 is on its way.\n"),))
CHAT = Rendered((("system", "Be brief."), ("user", "Ada asks: when?"), ("user", "And where?")))


def _unmet(expected: dict[str, Any], rendered: Rendered = TEXT, variant: str | None = None) -> Any:
    assert list(check_expected(expected, rendered.roles(), ("short",))) == []
    return [(each.code, each.path, each.message) for each in unmet(expected, rendered, variant)]


@pytest.mark.parametrize(
    "expected",
    [
        {"contains": "order 17"},
        {"contains": ["Ada", "way.\n"]},
        {"notContains": ["{{", "Order"]},
        {"forbidden": ["ord", "der", "1", "on his way"]},
        {"equals": "Dear Ada,\nyour order 17 is on its way.\n"},
        {"regex": ["^Dear", r"order \d+", r"way\.\n$"]},
        {"minLength": 39, "maxLength": 39},
        {},
    ],
)
def test_met(expected: dict[str, Any]) -> None:
    assert _unmet(expected) == []


@pytest.mark.parametrize(
    ("expected", "code", "path", "message"),
    [
        (
            {"contains": ["Ada", "order 18"]},
            "GCT581",
            ("contains", 1),
            "expected the text to contain 'order 18', "
            "found none: it begins with 'Dear Ada,\\nyour order 17 is on its way.\\n'",
        ),
        (
            {"contains": "your order 18 is on its way."},
            "GCT581",
            ("contains",),
            "expected the text to contain 'your order 18 is on its way.', "
            "found a line like it: 'your order 17 is on its way.'",
        ),
        (
            {"contains": "dear ada"},
            "GCT581",
            ("contains",),
            "expected the text to contain 'dear ada', "
            "found other capitals: 'Dear Ada,\\nyour order 17 is on its way.'...",
        ),
        (
            {"notContains": "17"},
            "GCT582",
            ("notContains",),
            "expected a text without '17', found 'Dear Ada,\\nyour order 17 is on its way.\\n'",
        ),
        (
            {"forbidden": ["ORDER"]},
            "GCT582",
            ("forbidden", 0),
            "expected a text without the word 'ORDER', "
            "found 'Dear Ada,\\nyour order 17 is on its way.\\n'",
        ),
        (
            {"equals": "Dear Ada,\nyour order 17 is on its way."},
            "GCT583",
            ("equals",),
            "expected the end of the text after ...',\\nyour order 17 is on its way.', "
            "found ...',\\nyour order 17 is on its way.\\n'",
        ),
        (
            {"regex": "^your"},
            "GCT584",
            ("regex",),
            "expected the text to match '^your', "
            "found 'Dear Ada,\\nyour order 17 is on its way.\\n'",
        ),
        (
            {"maxLength": 38},
            "GCT586",
            ("maxLength",),
            "expected at most 38 characters, found 39",
        ),
        (
            {"minLength": 1000},
            "GCT586",
            ("minLength",),
            "expected at least 1,000 characters, found 39",
        ),
    ],
)
def test_unmet(expected: dict[str, Any], code: str, path: Any, message: str) -> None:
    assert _unmet(expected) == [(code, path, message)]


def test_a_line_break_of_windows_is_one_character_less_in_no_text() -> None:
    assert _unmet({"maxLength": 3}, Rendered(((None, "a\r\nb"),)))[0][0] == "GCT586"


def test_messages_together_and_by_role() -> None:
    assert CHAT.text() == "Be brief.\n\nAda asks: when?\n\nAnd where?"
    expected = {
        "contains": ["brief", "where"],
        "messages": [
            {"role": "system", "notContains": "Ada"},
            {"role": "user", "equals": "Ada asks: when?\n\nAnd where?"},
            {"role": "user", "contains": "brief"},
        ],
    }
    assert _unmet(expected, CHAT) == [
        (
            "GCT581",
            ("messages", 2, "contains"),
            "expected the text to contain 'brief', "
            "found none: it begins with 'Ada asks: when?\\n\\nAnd where?'",
        )
    ]


def test_a_variant_need_not_equal_the_prompt() -> None:
    expected = {"equals": "Something else", "contains": "Ada"}
    assert _unmet(expected, variant="short") == []
    assert [code for code, *_ in _unmet(expected)] == ["GCT583"]


def test_what_is_said_of_a_variant_takes_the_place() -> None:
    expected = {"contains": "Grace", "variants": {"short": {"maxLength": 5}}}
    assert [(code, path) for code, path, _ in _unmet(expected, variant="short")] == [
        ("GCT586", ("variants", "short", "maxLength"))
    ]


SCHEMA = {
    "type": "object",
    "properties": {"limit": {"type": "integer", "minimum": 1}, "name": {"$ref": "#/$defs/name"}},
    "required": ["limit"],
    "$defs": {"name": {"type": "string"}},
}


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ('{"limit": 1, "name": "Ada"}', []),
        (
            '{"limit": 0, "name": 7}',
            [
                "expected JSON that fits the schema, found at '/limit': "
                "0 is less than the minimum of 1",
                "expected JSON that fits the schema, found at '/name': 7 is not of type \"string\"",
            ],
        ),
        (
            '{"limit": 1, "name": "a"b"}',
            ['expected the text to be JSON, found \'{"limit": 1, "name": "a"b"}\''],
        ),
        # RFC 8259, section 6: no NaN.
        ('{"limit": NaN}', ["expected the text to be JSON, found '{\"limit\": NaN}'"]),
        ("", ["expected the text to be JSON, found no text"]),
    ],
)
def test_json(text: str, messages: list[str]) -> None:
    found = _unmet({"jsonSchema": SCHEMA}, Rendered(((None, text),)))
    assert [message for *_, message in found] == messages


def test_deep_json_is_no_crash() -> None:
    found = _unmet({"jsonSchema": {}}, Rendered(((None, "[" * 100_000),)))
    assert [code for code, *_ in found] == ["GCT585"]


@pytest.mark.parametrize(
    ("expected", "path", "message"),
    [
        ({"contain": "a"}, ("contain",), "expected an expectation, found 'contain'"),
        (
            {"contains": 7},
            ("contains",),
            "expected text or a list of text in 'contains', found 7",
        ),
        (
            {"equals": ["a"]},
            ("equals",),
            "expected text in 'equals', found a list",
        ),
        (
            {"maxLength": -1},
            ("maxLength",),
            "expected a whole number from 0 in 'maxLength', found -1",
        ),
        (
            {"maxLength": True},
            ("maxLength",),
            "expected a whole number from 0 in 'maxLength', found true",
        ),
        ({"contains": ["a", ""]}, ("contains", 1), "expected text in 'contains', found ''"),
        ({"regex": ["a", "("]}, ("regex", 1), "expected a pattern, found '('"),
        ({"regex": r"(a)\1"}, ("regex",), r"expected a pattern, found '(a)\1'"),
        (
            {"jsonSchema": {"type": "text"}},
            ("jsonSchema", "type"),
            "expected a valid JSON Schema (draft 2020-12), found: "
            "'text' is not valid under any of the given schemas",
        ),
        (
            {"jsonSchema": {"$ref": "https://example.com/schema"}},
            ("jsonSchema", "$ref"),
            "expected a '$ref' within the schema, found 'https://example.com/schema'",
        ),
        (
            {"minLength": 5, "maxLength": 4},
            ("minLength",),
            "expected 'minLength' to be at most 'maxLength', found 5 and 4",
        ),
        (
            {"messages": {}},
            ("messages",),
            "expected a list of {role, ...} in 'messages', found a mapping",
        ),
        (
            {"messages": [{"role": "tool"}]},
            ("messages", 0, "role"),
            "expected a role that a message of this prompt has (system, user), found 'tool'",
        ),
        (
            {"messages": [{"role": "user", "variants": {}}]},
            ("messages", 0, "variants"),
            "expected an expectation, found 'variants'",
        ),
        (
            {"variants": {"shrt": {}}},
            ("variants", "shrt"),
            "expected the id of a variant of this prompt, found 'shrt'",
        ),
        (
            {"variants": {"short": {"variants": {}}}},
            ("variants", "short", "variants"),
            "expected no variants of a variant, found some",
        ),
        (
            {"variants": {"short": {"contain": "a"}}},
            ("variants", "short", "contain"),
            "expected an expectation, found 'contain'",
        ),
    ],
)
def test_what_cannot_be_expected(expected: dict[str, Any], path: Any, message: str) -> None:
    found = list(check_expected(expected, ("system", "user"), ("short",)))
    assert [(each.code, each.path, each.message) for each in found] == [("GCT580", path, message)]


def test_a_single_text_has_no_messages() -> None:
    (found,) = check_expected({"messages": [{"role": "user"}]}, ())
    assert found.message == "expected no 'messages' for a prompt that is one text, found some"


def test_no_pattern_takes_long() -> None:
    text = Rendered(((None, "a" * 200_000 + "b"),))
    start = time.perf_counter()
    found = _unmet({"regex": ["^(a+)+$", "^(a|aa)+$", "(.*)*c"]}, text)
    assert len(found) == 3
    assert time.perf_counter() - start < 5
