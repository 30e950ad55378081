"""How well an error is explained: the form that was meant, the word that was meant, what to do."""

# ruff: noqa: E501 -- tables of cases are read across

import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.schema import check_document
from gitconfig_tool.schema.problems import find_problems
from gitconfig_tool.schema.wording import SHOWN_NAMES, leaves_of, nearest
from tests.unit.schema.documents import builtin, linked, loaded, only


def check(schema: Any, *texts: str) -> Diagnostic:
    """Return the one diagnostic of a document, whose key `a` a schema describes."""
    return only(check_document(linked(*texts), loaded({"properties": {"a": schema}})))


def forms_of_forms(levels: int) -> Any:
    """Return a schema in which two references at each level lead to the next one."""
    level = {
        f"l{number}": {"anyOf": [{"$ref": f"#/$defs/l{number + 1}"}] * 2}
        for number in range(levels)
    }
    last = {"type": "object", "required": ["x"], "properties": {"y": {"maximum": 3}}}
    return {"$defs": {**level, f"l{levels}": last}, "properties": {"a": {"$ref": "#/$defs/l0"}}}


def calls(work: Callable[[], object]) -> int:
    """Count the calls of functions that some work makes."""
    count = 0

    def on_event(_: object, event: str, __: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(on_event)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def test_forms_of_forms_are_explained_in_bounded_work() -> None:
    schema = forms_of_forms(12)

    found = only(check_document(linked("a: {y: 4}"), loaded(schema)))

    assert found.message == "expected one of 2 forms, found none of them"
    assert [note.text for note in found.notes] == [
        "the closest form: expected the key 'x' in /a, found none",
        "the closest form: expected a number <= 3, found 4",
    ]


def test_each_level_of_forms_costs_the_same() -> None:
    """Without care each level doubles the work: the last one of 40 would never be reached."""

    def work(levels: int) -> int:
        def explained() -> None:
            (problem,) = find_problems({"a": {"y": 4}}, "own", {"own": forms_of_forms(levels)})
            # Two problems of each of the two last forms.
            assert len(list(leaves_of(problem))) == 4

        explained()  # What is compiled and kept at the first use is not counted.
        return calls(explained)

    twelve, twenty_four, forty_eight = work(12), work(24), work(48)

    # What a level costs: the longer ways of deeper levels add a little.
    assert (forty_eight - twenty_four) / 24 < 2 * (twenty_four - twelve) / 12


def test_patterns_of_keys_are_matched_in_bounded_work() -> None:
    schemas = loaded({"patternProperties": {"^(a+)+$": {}}, "additionalProperties": False})

    found = only(check_document(linked(f"{'a' * 60}!: 1"), schemas))

    assert (found.code, found.hint) == ("GCT206", "other keys here: what matches ^(a+)+$")


URL = {
    "type": "object",
    "required": ["url"],
    "properties": {"url": {"type": "string"}, "port": {"maximum": 9}},
}
REDIS = {
    "required": ["kind", "host"],
    "properties": {"kind": {"const": "redis"}, "host": {"type": "string"}},
}
MEMORY = {
    "required": ["kind"],
    "properties": {"kind": {"const": "memory"}, "size": {"type": "integer"}},
}


@pytest.mark.parametrize(
    ("schema", "text", "code", "message"),
    [
        # Only one form is for a value of this type.
        ({"anyOf": [{"type": "null"}, URL]}, "{port: 1}", "GCT202", "expected the key 'url' in /a, found none"),
        ({"anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "minItems": 1}]}, "[]", "GCT207", "expected at least 1 item, found 0"),
        ({"anyOf": [{"anyOf": [{"type": "null"}, {"type": "string"}]}, {"type": "array", "minItems": 1}]}, "[]", "GCT207", "expected at least 1 item, found 0"),
        # The value names its form.
        ({"oneOf": [REDIS, MEMORY]}, "{kind: redis}", "GCT202", "expected the key 'host' in /a, found none"),
        ({"oneOf": [REDIS, MEMORY]}, "{kind: memory, size: 1.5}", "GCT201", "expected an integer, found 1.5"),
    ],
)  # fmt: skip
def test_the_form_that_was_meant_is_told_alone(
    schema: Any, text: str, code: str, message: str
) -> None:
    found = check(schema, f"a: {text}")

    assert (found.code, found.message) == (code, message)


@pytest.mark.parametrize(
    ("text", "message", "label"),
    [
        # A misspelt name of a form is closer than the missing key of another.
        ("{kind: rediss}", "expected 'redis', found 'rediss'", "did you mean 'redis'?"),
        ("{kind: Memory}", "expected 'memory', found 'Memory'", "did you mean 'memory'?"),
        ("{kind: tape}", "expected 'redis' or 'memory', found 'tape'", "no form has this name"),
    ],
)
def test_a_wrong_name_of_a_form(text: str, message: str, label: str) -> None:
    found = check_document(
        linked(f"a: {text}"), loaded({"properties": {"a": {"oneOf": [REDIS, MEMORY]}}})
    )

    told = next(each for each in found if each.code == "GCT203")
    assert told.message == message
    assert told.label == f"{label} (schema schemas/own.schema.json)"
    assert told.span == Span("l0/doc.yaml", 1, 11, 1, len(text) + 3)


def test_a_constant_counts_more_than_a_missing_key() -> None:
    file = {"required": ["kind", "path", "mode"], "properties": {"kind": {"enum": ["file", "dir"]}}}
    pipe = {"properties": {"kind": {"enum": ["pipe", "socket"]}}, "required": ["kind"]}

    found = check({"oneOf": [pipe, file]}, "a: {kind: dir}")

    assert [each.text for each in found.notes] == [
        "the closest form: expected the key 'path' in /a, found none",
        "the closest form: expected the key 'mode' in /a, found none",
    ]


def test_a_misspelt_key_within_a_form() -> None:
    first = {**URL, "additionalProperties": False}
    second = {"type": "object", "required": ["path", "size"]}

    found = check({"anyOf": [first, second]}, "a: {url: x, prot: 3}")

    assert [each.text for each in found.notes] == [
        "the closest form: expected a known key, found 'prot'"
    ]
    assert found.hint == "did you mean 'port'?"


@pytest.mark.parametrize(
    ("schema", "text", "hint"),
    [
        ({"type": "integer"}, "'12'", "write it without quotes: in quotes it is a text"),
        ({"type": ["number", "null"]}, "'-1.5'", "write it without quotes: in quotes it is a text"),
        ({"type": "boolean"}, "'true'", "write true or false, without quotes: YAML 1.2 reads anything else as a text"),
        ({"type": "boolean"}, "yes", "write true or false, without quotes: YAML 1.2 reads anything else as a text"),
        ({"type": "string"}, "3", "write it in quotes: without them it is no text"),
        ({"type": "string"}, "true", "write it in quotes: without them it is no text"),
        ({"type": "array"}, "x", "write a list, even of one item: [...]"),
        ({"type": "integer", "description": "Seconds."}, "30s", 'the schema describes it: "Seconds."'),
        ({"enum": ["1.2", "1.3"]}, "1.2", "write it in quotes: without them it is no text"),
        ({"type": "string", "enum": ["1.2"]}, "1.2", "write it in quotes: without them it is no text"),
        ({"enum": [1, 2]}, "'1'", "write it without quotes: in quotes it is a text"),
        ({"const": True}, "'true'", "write true or false, without quotes: YAML 1.2 reads anything else as a text"),
        ({"type": "object"}, "3", "change the value, or what the schema allows"),
        ({"type": "string", "writeOnly": True, "description": "Linked."}, "3", 'the schema describes it: "Linked."'),
        ({"propertyNames": {"enum": ["first", "second"]}}, "{frist: 1}", "did you mean 'first'?"),
    ],
)  # fmt: skip
def test_how_a_value_is_mended(schema: Any, text: str, hint: str) -> None:
    assert check(schema, f"a: {text}").hint == hint


@pytest.mark.parametrize(
    ("schema", "message", "column"),
    [
        ({"not": {"required": ["b", "c"]}}, "expected only one of the keys 'b' and 'c', found both", 11),
        ({"not": {"required": ["b"]}}, "expected no key 'b', found it", 5),
        ({"not": {"required": ["b", "c", "d"]}}, "expected not all of the keys 'b', 'c', 'd' together, found them", 17),
    ],
)  # fmt: skip
def test_keys_that_must_not_stand_together(schema: Any, message: str, column: int) -> None:
    found = check(schema, "a: {b: 1, c: 2, d: 3}")

    assert (found.code, found.message) == ("GCT208", message)
    assert found.span is not None
    assert found.span.column == column


def test_what_not_asks_for() -> None:
    assert check({"not": {"const": "x"}}, "a: x").message == "expected anything but 'x', found 'x'"
    found = check({"not": {"enum": ["x", 1]}}, "a: 1")
    assert found.message == "expected anything but x, 1, found 1"


KNOWN_WORDS = ["openai", "max_tokens", "min_replicas", "zone-a", "usd_per_day", "eur_per_day"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("maxTokens", "max_tokens"),
        ("MAX-TOKENS", "max_tokens"),
        ("OpenAI", "openai"),
        ("opnai", "openai"),
        ("min", "min_replicas"),
        ("zone", "zone-a"),
        ("per", None),  # part of two
        ("zzz", None),
        ("", None),
    ],
)
def test_words_that_are_near(word: str, meant: str | None) -> None:
    assert nearest(word, KNOWN_WORDS) == meant


@pytest.mark.parametrize(
    ("key", "name"), [("Provider", "provider"), ("porvider", "provider"), ("min", "min_replicas")]
)
def test_a_misspelt_required_key(key: str, name: str) -> None:
    """Both are told: who allows the further key has not set the required one."""
    schema = {"required": [name], "properties": {name: {}}, "additionalProperties": False}

    found = check_document(linked(f"a: {{{key}: x}}"), loaded({"properties": {"a": schema}}))

    assert {each.code: each.hint for each in found} == {
        "GCT202": f"is '{key}' meant? Otherwise set /a/{name} in l0/doc.yaml",
        "GCT206": f"did you mean '{name}'?",
    }


def test_a_missing_key_is_not_taken_for_one_that_is_described() -> None:
    schema = {"properties": {"certificate": {}}, "then": {"required": ["ca_certificate"]}, "if": {}}

    found = check(schema, "a: {certificate: x}")

    assert found.hint == "set /a/ca_certificate in l0/doc.yaml"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("provider: openai\nmodel: m\nmaxTokens: 3", "did you mean /parameters/max_tokens?"),
        ("provider: openai\nmodel: m\nretries: {weight: 3}", "did you mean /weight?"),
    ],
)
def test_a_key_of_another_level(text: str, hint: str) -> None:
    assert only(check_document(linked(text), builtin("model-config"))).hint == hint


def test_a_key_that_is_described_but_wrong_is_not_told_as_unknown() -> None:
    base = {"properties": {"b": {"type": "string"}}}
    schema = {"allOf": [base], "unevaluatedProperties": False}

    assert check(schema, "a: {b: 1}").code == "GCT201"
    found = check(schema, "a: {b: x, bb: 1}")
    assert (found.code, found.message) == ("GCT206", "expected a known key, found 'bb'")


def test_what_a_list_overrides() -> None:
    found = check({"minItems": 2}, "a: [1, 2, 3]", "a: [1]")

    assert [(note.text, str(note.span)) for note in found.notes] == [
        ("overrides a list of 3 set", "l0/doc.yaml:1:4")
    ]
    extended = check({"maxItems": 2}, "a: [1, 2]", "a: !append [3]")
    assert str(extended.span) == "l1/doc.yaml:1:4"
    assert [note.text for note in extended.notes] == ["extends a list of 2 set"]


def test_a_wrong_value_deep_within_names_what_it_overrode() -> None:
    inner = {"properties": {"b": {"properties": {"c": {"maximum": 2}}}}}

    found = check(inner, "a: {b: {c: 1, d: 1}}", "a: {b: {d: 2}}", "a: {b: {c: 3}}")

    assert str(found.span) == "l2/doc.yaml:1:12"
    assert [(note.text, str(note.span)) for note in found.notes] == [
        ("overrides 1 set", "l0/doc.yaml:1:12")
    ]


def test_the_files_that_could_hold_a_missing_key() -> None:
    schema = {"required": ["z"], "properties": {"z": {"description": "The last one."}}}
    schemas = loaded({"properties": {"a": schema, "b": {"items": schema}}})

    many = only(check_document(linked(*["a: {x: 1}"] * 6), schemas))
    assert many.hint == (
        "set /a/z in l5/doc.yaml or l4/doc.yaml or l3/doc.yaml or l2/doc.yaml, or 2 weaker ones; "
        'the schema describes it: "The last one."'
    )
    # An item of a list stands in one file only.
    item = only(check_document(linked("b: [{x: 1}]", "c: 1"), schemas))
    assert item.hint.startswith("set /b/0/z in l0/doc.yaml;")
    # A file that has nothing of the mapping may have it.
    other = only(check_document(linked("a: {x: 1}", "c: 1"), schemas))
    assert other.hint.startswith("set /a/z in l1/doc.yaml or l0/doc.yaml;")


@pytest.mark.parametrize(
    ("text", "schema"),
    [
        ("a: {password: fake, b: 1}", {"required": ["c"]}),
        ("a: {token: fake}", {"additionalProperties": False}),
        ("a: {link: 'https://me:fake@acme.example'}", {"additionalProperties": False}),
        ("a: {b: [{token: fake}]}", {"additionalProperties": False}),
    ],
)
def test_a_line_that_may_hold_a_secret_is_not_shown(text: str, schema: Any) -> None:
    assert check(schema, text).sensitive


def test_several_forms_that_fit_a_secret_are_left_to_the_fetcher() -> None:
    schema = {"oneOf": [{"pattern": "^x"}, {"maxLength": 3}]}
    document = linked("a: !secret s#/key", secrets={"key": "str"})

    assert check_document(document, loaded({"properties": {"a": schema}})) == ()


def test_a_key_is_shown_on_one_line() -> None:
    found = check({"additionalProperties": False}, 'a: {"b\\n": 1}')

    assert found.message == "expected a known key, found 'b\\n'"


def test_references_that_lead_on_and_on() -> None:
    """jsonschema's stack does not reach so far; then what the bulk check says is told."""
    links = {f"r{number}": {"$ref": f"#/$defs/r{number + 1}"} for number in range(2_000)}
    items = {"required": ["name"], "properties": {"name": {"type": "string"}}}
    named = {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]}
    schema = {
        "$defs": {**links, "r2000": items},
        "properties": {"a": {**named, "items": {"$ref": "#/$defs/r0"}}},
    }
    schemas = loaded(schema)

    found = only(check_document(linked("a: [{name: 1}]"), schemas))

    assert found.code == "GCT201"
    assert str(found.span) == "l0/doc.yaml:1:12"


def test_thousands_of_unknown_keys_are_told_in_bounded_work() -> None:
    """Suggestions end after 20,000 words: 500 are compared with each of the first 40 keys."""
    schema = {
        "properties": {f"key-number-{number}": {} for number in range(500)},
        "additionalProperties": False,
    }
    document = linked("".join(f"kay-number-{number}: 1\n" for number in range(5_000)))
    begin = time.process_time()

    found = check_document(document, loaded(schema))

    assert time.process_time() - begin < 30  # It was minutes.
    assert len(found) == 5_000
    assert [each.hint for each in found[:40]] == [
        f"did you mean 'key-number-{number}'?" for number in range(40)
    ]
    assert {each.hint for each in found[40:]} == {
        "other keys here: "
        + ", ".join(f"key-number-{number}" for number in range(SHOWN_NAMES))
        + ", ..."
    }
