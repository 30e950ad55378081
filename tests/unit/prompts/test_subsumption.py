"""Whether one schema accepts all that another one does: what is proved, refuted, or left open."""

import time
from typing import Any

import pytest

from gitconfig_tool.prompts.subsumption import Answer, subsumes

TEXT = {"type": "string"}
NODE = {"$ref": "#/$defs/node"}


def mapping(properties: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), **more}


def closed(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return mapping(properties, *required, additionalProperties=False)


def tree(value: Any, **more: Any) -> dict[str, Any]:
    """A schema that contains itself: a value, and children of the same kind."""
    node = mapping({"value": value, "children": {"type": "array", "items": NODE}, **more})
    return {**NODE, "$defs": {"node": node}}


def kinds(*names: str) -> dict[str, Any]:
    return {"oneOf": [mapping({"kind": {"const": name}}, "kind") for name in names]}


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        (False, {"type": "string"}),
        ({"type": "integer"}, {"type": "number"}),
        ({"type": "number", "multipleOf": 2}, {"type": "integer"}),
        ({"type": "integer", "minimum": 1}, {"type": "integer", "exclusiveMinimum": 0}),
        ({"type": "integer", "minimum": 1, "maximum": 3}, {"enum": [1, 2, 3, 4]}),
        ({"type": "number", "multipleOf": 0.25}, {"type": "number", "multipleOf": 0.05}),
        ({"const": "a"}, {"enum": ["a", "b"]}),
        ({"enum": ["ab", "abc"]}, {"type": "string", "pattern": "^ab", "maxLength": 3}),
        ({"type": "boolean"}, {"enum": [True, False, None]}),
        ({"type": ["string", "null"]}, {"anyOf": [{"type": "null"}, {"type": "string"}]}),
        ({"type": "string", "pattern": "^a+$"}, {"type": "string", "pattern": "^a+$"}),
        (closed({"a": TEXT}), closed({"a": TEXT, "b": TEXT})),
        (mapping({"a": TEXT}, "a"), mapping({"a": TEXT})),
        (closed({"a": TEXT, "b": TEXT}), {"type": "object", "additionalProperties": TEXT}),
        (closed({"a": TEXT}), {"type": "object", "propertyNames": {"maxLength": 1}}),
        (mapping({"x": False}, "x"), {"type": "string"}),  # no mapping has it, so all is refused
        (
            {"type": "array", "prefixItems": [TEXT], "items": False},
            {"type": "array", "items": TEXT, "maxItems": 3},
        ),
        ({"type": "array", "items": {"type": "integer"}, "maxItems": 1}, {"uniqueItems": True}),
        ({"allOf": [{"minimum": 1}, {"maximum": 3}], "type": "number"}, {"minimum": 0}),
        ({"type": "string"}, {"not": {"type": "integer"}}),
        ({"type": "integer", "minimum": 5}, {"not": {"type": "integer", "maximum": 4}}),
        (kinds("a", "b"), kinds("a", "b", "c")),
        (tree({"type": "integer"}), tree({"type": "number"})),
        (tree(TEXT, more=TEXT), tree({})),
        (
            {"type": "integer"},
            {"if": {"type": "string"}, "then": {"maxLength": 3}, "else": {"type": "number"}},
        ),
    ],
)
def test_what_is_proved(inner: Any, outer: Any) -> None:
    assert subsumes(inner, outer).answer is Answer.YES


@pytest.mark.parametrize(
    ("inner", "outer", "path", "keyword", "witness"),
    [
        (True, False, (), "false", None),
        ({"type": "number"}, {"type": "integer"}, (), "type", 0.5),
        ({"type": ["string", "null"]}, TEXT, (), "type", None),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, (), "enum", "b"),
        ({"type": "integer"}, {"type": "integer", "minimum": 1}, (), "minimum", 0),
        ({"type": "number", "maximum": 2}, {"exclusiveMaximum": 2}, (), "exclusiveMaximum", 2),
        (TEXT, {"type": "string", "minLength": 1}, (), "minLength", ""),
        (TEXT, {"type": "string", "maxLength": 2}, (), "maxLength", "aaa"),
        (TEXT, {"type": "string", "pattern": "^a*$"}, (), "pattern", "A"),
        (closed({"a": TEXT}), closed({"a": TEXT}, "a"), ("a",), "required", {}),
        (closed({"a": TEXT, "b": TEXT}), closed({"a": TEXT}), ("b",), "false", {"b": ""}),
        (mapping({"a": TEXT}), closed({"a": TEXT}), ("*",), "false", {"other": None}),
        (tree({"type": "number"}), tree({"type": "integer"}), ("value",), "type", {"value": 0.5}),
        (kinds("a", "b"), kinds("a"), ("kind",), "enum", {"kind": "b"}),
        (
            {"type": "array", "items": closed({"x": TEXT}, "x"), "minItems": 1},
            {"type": "array", "items": closed({"x": {"type": "integer"}}, "x")},
            ("*", "x"),
            "type",
            [{"x": ""}],
        ),
    ],
)
def test_what_is_refuted_by_a_value(
    inner: Any, outer: Any, path: Any, keyword: str, witness: Any
) -> None:
    verdict = subsumes(inner, outer)

    assert verdict.answer is Answer.NO
    assert (verdict.gaps[0].path, verdict.gaps[0].keyword) == (path, keyword)
    assert [witness] in [list(gap.witness) for gap in verdict.gaps]


@pytest.mark.parametrize(
    ("inner", "outer", "keyword"),
    [
        # Every value of the first is one of the second, and only a reader of patterns sees it.
        ({"type": "string", "pattern": "^ab$"}, {"type": "string", "pattern": "^a"}, "pattern"),
        ({"type": "string", "format": "email"}, {"type": "string", "format": "uri"}, "format"),
        # An anchor is a name that may be given anywhere: it is not followed.
        (TEXT, {"$ref": "#text", "$defs": {"t": {"$anchor": "text", "type": "string"}}}, "$ref"),
        # What is evaluated elsewhere is not known to this proof.
        (
            closed({"a": TEXT}),
            {"allOf": [{"properties": {"a": True}}], "unevaluatedProperties": False},
            "unevaluatedProperties",
        ),
    ],
)
def test_what_is_not_decided(inner: Any, outer: Any, keyword: str) -> None:
    verdict = subsumes(inner, outer)

    assert verdict.answer is Answer.UNKNOWN
    assert [gap.keyword for gap in verdict.gaps] == [keyword]


def test_every_place_that_differs_is_told() -> None:
    old = closed({"a": TEXT, "b": {"type": "integer"}})
    new = closed({"a": {"type": "string", "maxLength": 5}, "b": TEXT}, "a")

    verdict = subsumes(old, new)

    assert {(gap.path, gap.keyword) for gap in verdict.gaps} == {
        (("a",), "maxLength"),
        (("a",), "required"),
        (("b",), "type"),
    }
    assert all(gap.witness for gap in verdict.gaps)


def test_alternatives_without_end_are_given_up_and_not_waited_for() -> None:
    many = {"allOf": [{"anyOf": [{"minimum": n}, {"maximum": n}]} for n in range(30)]}

    verdict = subsumes(many, {**many, "type": "integer"})

    assert verdict.answer is Answer.UNKNOWN
    assert verdict.gaps[0].keyword == "complexity"


def test_one_and_true_are_different_values() -> None:
    assert subsumes({"const": 1}, {"const": True}).answer is Answer.NO
    assert subsumes({"type": "string", "const": "a"}, {"const": "b"}).answer is Answer.NO


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        ({"type": "string", "minLength": 10**10}, {"type": "string", "minLength": 10**11}),
        ({"enum": [str(n) for n in range(20_000)]}, {"enum": [str(n) for n in range(1, 20_001)]}),
        (
            closed({f"p{n}": {"type": "string", "maxLength": n} for n in range(4_000)}),
            closed({f"p{n}": {"type": "string", "maxLength": n + 1} for n in range(4_000)}),
        ),
    ],
    ids=["a huge bound", "a long enumeration", "many properties"],
)
def test_large_schemas_take_no_time(inner: Any, outer: Any) -> None:
    """Each took minutes, or all memory."""
    begun = time.process_time()
    subsumes(inner, outer)
    assert time.process_time() - begun < 15
