"""Checking of documents: what is said, where, and what is left to the fetcher."""

# ruff: noqa: E501 -- tables of cases are read across

from dataclasses import replace
from typing import Any

import pytest

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.schema import check_document
from tests.unit.schema.documents import builtin, linked, loaded, only


def test_the_sample_of_the_design() -> None:
    document = linked(
        "provider: openai\nmodel: m\nparameters:\n  temperature: 0.7\n",
        "parameters:\n  temperature: 3.1\n",
        document="ml-service/inference/model",
    )

    found = only(check_document(document, builtin("model-config")))

    assert found.code == "GCT204"
    assert found.message == "expected a number <= 2.0, found 3.1"
    assert found.label == "maximum is 2.0 (schema gitconfig-tool:model-config)"
    assert found.span == Span("l1/ml-service/inference/model.yaml", 2, 16, 2, 19)
    assert [(note.text, str(note.span)) for note in found.notes] == [
        ("overrides 0.7 set", "l0/ml-service/inference/model.yaml:4:16")
    ]


def test_a_valid_document_says_nothing() -> None:
    assert check_document(linked("a: 1"), loaded({"required": ["a"]})) == ()


def test_a_document_without_a_schema_says_nothing() -> None:
    assert check_document(linked("a: 1"), loaded({"required": ["b"]}, match="other")) == ()


@pytest.mark.parametrize(
    ("keyword", "value", "code", "message"),
    [
        ({"type": "string"}, "3", "GCT201", "expected a string, found 3"),
        ({"type": "integer"}, "1.5", "GCT201", "expected an integer, found 1.5"),
        ({"type": "boolean"}, "yes", "GCT201", "expected true or false, found 'yes'"),
        ({"type": ["null", "object"]}, "[1, 2]", "GCT201", "expected null or a mapping, found a list of 2"),
        ({"type": "array"}, "{}", "GCT201", "expected a list, found an empty mapping"),
        ({"required": ["z"]}, "{y: 1}", "GCT202", "expected the key 'z' in /a, found none"),
        ({"dependentRequired": {"y": ["z"]}}, "{y: 1}", "GCT202", "expected the key 'z' in /a, found none"),
        ({"enum": ["one", "two", 3]}, "on", "GCT203", "expected one of one, two, 3, found 'on'"),
        ({"const": "one"}, "two", "GCT203", "expected 'one', found 'two'"),
        ({"minimum": 1}, "0", "GCT204", "expected a number >= 1, found 0"),
        ({"maximum": 2.5}, "3", "GCT204", "expected a number <= 2.5, found 3"),
        ({"exclusiveMinimum": 0}, "0", "GCT204", "expected a number > 0, found 0"),
        ({"exclusiveMaximum": 9}, "9", "GCT204", "expected a number < 9, found 9"),
        ({"multipleOf": 5}, "7", "GCT204", "expected a multiple of 5, found 7"),
        ({"minLength": 1}, "''", "GCT205", "expected at least 1 character, found 0: ''"),
        ({"maxLength": 2}, "abc", "GCT205", "expected at most 2 characters, found 3: 'abc'"),
        ({"pattern": "^a"}, "b", "GCT205", "expected a text that matches ^a, found 'b'"),
        ({"additionalProperties": False}, "{y: 1}", "GCT206", "expected a known key, found 'y'"),
        ({"unevaluatedProperties": False}, "{y: 1}", "GCT206", "expected a known key, found 'y'"),
        ({"propertyNames": {"pattern": "^a"}}, "{y: 1}", "GCT206", "expected a key that matches ^a, found 'y'"),
        ({"minItems": 2}, "[1]", "GCT207", "expected at least 2 items, found 1"),
        ({"maxItems": 1}, "[1, 2]", "GCT207", "expected at most 1 item, found 2"),
        ({"uniqueItems": True}, "[1, 2, 1]", "GCT207", "expected items that all differ, found 1 at 0 and again at 2"),
        ({"contains": {"const": 1}}, "[2]", "GCT207", "expected a list with an item of the form that 'contains' describes, found a list of 1"),
        ({"anyOf": [{"type": "string"}, {"type": "array"}]}, "3", "GCT208", "expected a string or a list, found 3"),
        ({"oneOf": [{"type": "string"}, {"minLength": 0}]}, "x", "GCT208", "expected a value of exactly one of the forms, and not of several, found 'x'"),
        ({"not": {"type": "string"}}, "x", "GCT208", "expected a value that the schema's 'not' does not describe, found 'x'"),
        ({"minProperties": 1}, "{}", "GCT209", "expected at least 1 key, found 0"),
        (False, "1", "GCT209", "expected no value: the schema allows none here, found 1"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)  # fmt: skip
def test_every_keyword_in_words(keyword: Any, value: str, code: str, message: str) -> None:
    schemas = loaded({"properties": {"a": keyword}})

    found = only(check_document(linked(f"a: {value}"), schemas))

    assert (found.code, found.message) == (code, message)
    assert found.label.endswith("(schema schemas/own.schema.json)")
    assert found.span is not None
    assert found.span.path == "l0/doc.yaml"


def test_all_problems_are_told() -> None:
    schemas = loaded(
        {"properties": {"a": {"type": "string"}, "b": {"minimum": 3}}, "required": ["c", "d"]}
    )

    found = check_document(linked("a: 1\nb: 2"), schemas)

    assert sorted(each.code for each in found) == ["GCT201", "GCT202", "GCT202", "GCT204"]


def test_a_missing_key_points_to_the_mapping_and_names_the_files() -> None:
    schemas = loaded({"properties": {"p": {"required": ["model"], "properties": {"model": {}}}}})
    document = linked("p:\n  x: 1", "p:\n  modle: 1")

    found = only(check_document(document, schemas))

    assert str(found.span) == "l1/doc.yaml:2:3"
    assert found.hint == "is 'modle' meant? Otherwise set /p/model in l1/doc.yaml or l0/doc.yaml"


def test_an_unknown_key_points_to_the_key() -> None:
    document = linked(
        "provider: openai\nmodel: m\nparameters: {top_p: 1}", "parameters:\n  temprature: 0.7"
    )

    found = only(check_document(document, builtin("model-config")))

    assert found.code == "GCT206"
    assert found.span == Span("l1/doc.yaml", 2, 3, 2, 13)
    assert found.hint == "did you mean 'temperature'?"


def test_a_misspelt_word_of_an_enum() -> None:
    found = only(check_document(linked("provider: opnai\nmodel: m"), builtin("model-config")))

    assert found.label == "did you mean 'openai'? (schema gitconfig-tool:model-config)"


def test_the_closest_form_is_shown() -> None:
    schemas = loaded(
        {
            "properties": {
                "a": {
                    "anyOf": [
                        {"type": "string"},
                        {"type": "object", "required": ["url"], "properties": {"url": {"type": "string"}, "port": {"maximum": 9}}},
                        {"type": "object", "required": ["x", "y"]},
                    ]
                }
            }
        }
    )  # fmt: skip

    found = only(check_document(linked("a:\n  url: x\n  port: 10"), schemas))

    assert found.code == "GCT208"
    assert found.message == "expected one of 3 forms, found none of them"
    assert [(note.text, str(note.span)) for note in found.notes] == [
        ("the closest form: expected a number <= 9, found 10", "l0/doc.yaml:3:9")
    ]


def test_a_reference_is_told_where_it_was_written() -> None:
    schemas = loaded({"properties": {"b": {"maximum": 2}}})

    found = only(check_document(linked("a: 3\nb: !ref doc#/a"), schemas))

    assert str(found.span) == "l0/doc.yaml:2:4"
    assert [(note.text, str(note.span)) for note in found.notes] == [("3 set", "l0/doc.yaml:1:4")]


SECRET: dict[str, Any] = {"type": "string"}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^-----BEGIN", "minLength": 40},
        {"type": "string", "maxLength": 1},
        {"enum": ["a", "b"]},
        {"const": "a"},
        {"anyOf": [{"type": "string", "pattern": "^a"}, {"type": "object"}]},
        {"oneOf": [{"type": "string"}, {"pattern": "^a"}, {"minLength": 3}]},
        {"not": {"const": ""}},
    ],
    ids=lambda schema: next(reversed(schema)),
)
def test_what_depends_on_the_text_of_a_secret_is_left_to_the_fetcher(schema: Any) -> None:
    document = linked("a: !secret s#/key", secrets={"key": "str"})

    assert check_document(document, loaded({"properties": {"a": schema}})) == ()


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"a": {"enum": ["x"]}}, "unevaluatedProperties": False},
        {"not": {"properties": {"a": {"const": ""}}, "required": ["a"]}},
        {"anyOf": [{"properties": {"a": {"const": "x"}}}, {"required": ["z"]}]},
        {"const": {"a": "x"}},
    ],
)
def test_what_depends_on_a_secret_within_is_left_to_the_fetcher(schema: Any) -> None:
    assert check_document(linked("a: !secret s#/key", secrets={"key": "str"}), loaded(schema)) == ()


@pytest.mark.parametrize(
    ("schema", "kind", "message"),
    [
        ({"type": "string"}, "int", "expected a string, found a secret of the SOPS type int"),
        ({"type": "integer"}, "str", "expected an integer, found a secret of the SOPS type str"),
        ({"type": "string"}, "map", "expected a string, found a secret of the SOPS type map"),
        ({"type": "object"}, "bool", "expected a mapping, found a secret of the SOPS type bool"),
        ({"type": "string"}, "null", "expected a string, found a secret of the SOPS type null"),
        ({"enum": [1, 2]}, "str", "expected one of 1, 2, found a secret of the SOPS type str"),
    ],
)
def test_a_secret_of_the_wrong_type_is_an_error_now(schema: Any, kind: str, message: str) -> None:
    document = linked("a: !secret s#/key", secrets={"key": kind})

    found = only(check_document(document, loaded({"properties": {"a": schema}})))

    assert found.message == message
    assert str(found.span) == "l0/doc.yaml:1:4"
    assert not found.sensitive


def test_other_problems_beside_a_secret_are_told() -> None:
    document = linked("a: !secret s#/key\nb: 1", secrets={"key": "str"})
    schema = {"properties": {"a": {"pattern": "^x"}, "b": {"type": "string"}}, "required": ["c"]}

    found = check_document(document, loaded(schema))

    assert sorted(each.code for each in found) == ["GCT201", "GCT202"]


def test_a_whole_subtree_may_be_a_secret() -> None:
    document = linked(
        "engine: postgresql\nhost: db\ndatabase: d\ncredentials: !secret s#/credentials",
        secrets={"credentials": "map"},
    )

    assert check_document(document, builtin("database")) == ()


@pytest.mark.parametrize(
    ("key", "schema"),
    [
        ("a", {"maxLength": 3, "writeOnly": True}),
        ("db_password", {"maxLength": 3}),
        ("apiKey", {"enum": ["x"]}),
        ("client-secret", {"anyOf": [{"type": "integer"}, {"pattern": "^x"}]}),
        ("token", {"type": "integer"}),
    ],
)
def test_a_secret_in_the_clear_is_not_shown(key: str, schema: Any) -> None:
    document = linked(f"{key}: hunter-fake", f"{key}: hunter-other")

    found = only(check_document(document, loaded({"properties": {key: schema}})))

    assert found.sensitive
    assert "hunter" not in repr(found)


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ("https://me:hunter@acme.example", {"type": "integer"}),
        ("https://me:hunter@acme.example", {"anyOf": [{"type": "integer"}, {"pattern": "^x"}]}),
        ("[https://me:hunter@h.example, https://me:hunter@h.example]", {"uniqueItems": True}),
    ],
)
def test_a_password_in_a_url_is_not_shown(value: str, schema: Any) -> None:
    found = only(check_document(linked(f"a: {value}"), loaded({"properties": {"a": schema}})))

    assert found.sensitive
    assert "hunter" not in repr(found)


def test_a_password_in_a_url_that_is_overridden_is_not_shown() -> None:
    document = linked("a: https://me:hunter@acme.example", "a: plain")

    found = only(check_document(document, loaded({"properties": {"a": {"type": "integer"}}})))

    assert "hunter" not in repr(found.notes)
    assert "'https://...@acme.example'" in found.notes[0].text


def test_what_is_missing_already_is_not_told_again() -> None:
    document = replace(linked("a: 1\nb: {c: 2}"), unknown=frozenset({"/b", "/z"}))
    schema = {
        "properties": {"b": {"properties": {"c": {"type": "string"}}}},
        "required": ["z", "y"],
    }

    found = only(check_document(document, loaded(schema)))

    assert found.message == "expected the key 'y', found none"


def test_where_the_two_libraries_differ_the_stricter_one_counts() -> None:
    # Python's `$` also matches before a line end; in ECMA-262 it does not.
    schemas = loaded({"patternProperties": {"^x$": {}}, "unevaluatedProperties": False})

    found = only(check_document(linked('"x\\n": 1'), schemas))

    assert found.code == "GCT206"
    assert found.message == "expected a value that satisfies 'unevaluatedProperties', found another"


def test_a_pattern_is_read_as_the_bulk_check_reads_it() -> None:
    found = only(
        check_document(linked('a: "x\\n"'), loaded({"properties": {"a": {"pattern": "^x$"}}}))
    )

    assert (found.code, str(found.span)) == ("GCT205", "l0/doc.yaml:1:4")
    assert found.message.startswith("expected a text that matches ^x$, found ")


def test_a_pattern_that_takes_ages_in_python_does_not_here() -> None:
    """It would not end before the Sun does: 2^60 ways to read the text."""
    schemas = loaded({"properties": {"a": {"pattern": "^(a+)+$"}}})

    found = only(check_document(linked(f"a: {'a' * 60}!"), schemas))

    assert found.code == "GCT205"
