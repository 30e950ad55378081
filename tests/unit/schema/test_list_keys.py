"""How schemas say that lists merge: the keys at a path, and what is wrong with the keywords."""

# ruff: noqa: E501 -- tables of cases are read across

import json
from typing import Any

import pytest

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.pointer import Path
from gitconfig_tool.schema import Schemas, check_document, load_schemas
from gitconfig_tool.schema.extensions import KEY_ORDER, LIST_KEYS, LIST_TYPE, MESSAGE
from tests.unit.schema.documents import PLACE, linked, loaded, only

NAMED = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
BY_NAME = {
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name"],
    "items": NAMED,
}


def keys(schema: Any, *path: str | int) -> tuple[str, ...]:
    """Return the keys of the list at a path, where a schema speaks of some list."""
    list_keys = loaded(schema).list_keys("doc")
    assert list_keys is not None
    return list_keys(path)


def load(**schemas: Any) -> Schemas:
    """Load several schemas, all for every document, which have no problem."""
    texts = {f"{name}.schema.json": json.dumps(text).encode() for name, text in schemas.items()}
    spans = [Span("gitconfig.yaml", line) for line in range(1, len(texts) + 1)]
    found, diagnostics = load_schemas(
        texts, [("**", name, span) for name, span in zip(texts, spans, strict=True)]
    )
    assert diagnostics == ()
    return found


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ({"properties": {"models": BY_NAME}}, ("models",)),
        ({"patternProperties": {"^m": BY_NAME}}, ("models",)),
        ({"properties": {"a": {}}, "additionalProperties": BY_NAME}, ("models",)),
        ({"unevaluatedProperties": BY_NAME}, ("models",)),
        ({"properties": {"a": {"items": {"properties": {"b": BY_NAME}}}}}, ("a", 7, "b")),
        ({"properties": {"a": {"items": {"properties": {"b": BY_NAME}}}}}, ("a", "7", "b")),
        ({"properties": {"a": {"prefixItems": [{}, BY_NAME]}}}, ("a", 1)),
        ({"properties": {"a": {"prefixItems": [{}], "items": BY_NAME}}}, ("a", 5)),
        ({"properties": {"a": {"$ref": "#/$defs/l"}}, "$defs": {"l": BY_NAME}}, ("a",)),
        ({"properties": {"a": {"$ref": "#/$defs/x~1 y"}}, "$defs": {"x/ y": BY_NAME}}, ("a",)),
        ({"allOf": [{}, {"properties": {"a": BY_NAME}}]}, ("a",)),
        ({"properties": {"a": {"anyOf": [{"type": "null"}, BY_NAME]}}}, ("a",)),
        ({"oneOf": [{"properties": {"a": BY_NAME}}, {"properties": {"b": BY_NAME}}]}, ("b",)),
        ({"if": {"required": ["a"]}, "then": {"properties": {"a": BY_NAME}}}, ("a",)),
        ({"if": {"required": ["b"]}, "else": {"properties": {"a": BY_NAME}}}, ("a",)),
        ({"dependentSchemas": {"b": {"properties": {"a": BY_NAME}}}}, ("a",)),
        ({"properties": {"a": BY_NAME, "in": {"$ref": "#"}}}, ("in", "in", "in", "a")),
        ({"properties": {"a/b::c ü": BY_NAME}}, ("a/b::c ü",)),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)  # fmt: skip
def test_the_keyword_is_found_wherever_it_stands(schema: Any, path: Path) -> None:
    assert keys(schema, *path) == ("name",)


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ({"properties": {"models": BY_NAME}}, ("other",)),
        ({"properties": {"models": BY_NAME}}, ()),
        ({"properties": {"models": BY_NAME}}, ("models", 0)),
        ({"properties": {"a": {}}, "additionalProperties": BY_NAME}, ("a",)),
        ({"properties": {"a": True}, "patternProperties": {"^m": BY_NAME}}, ("a",)),
        ({"properties": {"a": {"prefixItems": [{}], "items": BY_NAME}}}, ("a", 0)),
        ({"properties": {"a": {"x-kubernetes-list-type": "atomic"}}}, ("a",)),
        ({"properties": {"a": {"x-kubernetes-list-type": "set"}}}, ("a",)),
        ({"not": {"properties": {"a": BY_NAME}}}, ("a",)),
    ],
)  # fmt: skip
def test_an_ordinary_list_has_no_keys(schema: Any, path: Path) -> None:
    assert keys(schema, *path) == ()


def test_several_keys_tell_items_apart_together() -> None:
    item = {
        "required": ["port", "protocol"],
        "properties": {"port": {"type": "integer"}, "protocol": {"enum": ["tcp", "udp"]}},
    }
    both = {**BY_NAME, "x-kubernetes-list-map-keys": ["port", "protocol"], "items": item}

    assert keys({"properties": {"ports": both}}, "ports") == ("port", "protocol")


def test_schemas_without_the_keyword_cost_nothing() -> None:
    # What only looks like the keyword does not count.
    schemas = loaded({"properties": {"x-kubernetes-list-type": {"const": BY_NAME}}})

    assert schemas.list_keys("doc") is None
    assert loaded({"items": BY_NAME}, match="other").list_keys("doc") is None
    assert "walker" not in vars(schemas)


def test_the_keyword_is_found_in_a_schema_that_is_referred_to() -> None:
    texts = {
        "own.schema.json": json.dumps({"properties": {"a": {"$ref": "lib.schema.json#/$defs/l"}}}),
        "lib.schema.json": json.dumps({"$defs": {"l": BY_NAME}}),
        "not.schema.json": json.dumps({"properties": {"a": {"type": "array"}}}),
    }
    schemas, diagnostics = load_schemas(
        {path: text.encode() for path, text in texts.items()},
        [("own", "own.schema.json", PLACE), ("not", "not.schema.json", PLACE)],
    )

    assert diagnostics == ()
    list_keys = schemas.list_keys("own")
    assert list_keys is not None
    assert list_keys(("a",)) == ("name",)
    assert schemas.list_keys("not") is None


def test_forms_within_forms_are_looked_at_once() -> None:
    """Two references at each of 40 levels are 2^40 ways to the same 41 parts."""
    levels = {
        f"l{level}": {"anyOf": [{"$ref": f"#/$defs/l{level + 1}"}] * 2} for level in range(40)
    }
    item = {"$ref": "#/$defs/l0"}
    schema = {"$defs": {**levels, "l40": NAMED}, "properties": {"a": {**BY_NAME, "items": item}}}

    assert keys(schema, "a") == ("name",)


def test_two_schemas_that_agree() -> None:
    other = {**BY_NAME, "maxItems": 3}
    schemas = load(one={"properties": {"a": BY_NAME}}, two={"properties": {"a": other}})

    list_keys = schemas.list_keys("doc")
    assert list_keys is not None
    assert list_keys(("a",)) == ("name",)
    assert check_document(linked("a: [{name: x}]"), schemas) == ()


def test_two_schemas_that_disagree() -> None:
    item = {"required": ["id"], "properties": {"id": {"type": "integer"}}}
    other = {**BY_NAME, "x-kubernetes-list-map-keys": ["id"], "items": item}
    schemas = load(one={"properties": {"a": BY_NAME}}, two={"properties": {"a": other}})

    list_keys = schemas.list_keys("doc")
    assert list_keys is not None
    assert list_keys(("a",)) == ()
    # That 'id' is missing may only follow from this.
    found = only(check_document(linked("a: [{name: x}]"), schemas))
    assert found.code == "GCT214"
    assert found.message == (
        "expected one way to merge the list /a of 'doc', found by name and by id"
    )
    assert found.span == Span("gitconfig.yaml", 2)
    assert [(note.text, str(note.span)) for note in found.notes] == [
        ("by name", "one.schema.json:1:49"),
        ("by id", "two.schema.json:1:49"),
    ]
    # A document without the list has nothing to merge.
    assert check_document(linked("b: 1"), schemas) == ()


def test_forms_of_one_schema_that_disagree() -> None:
    whole = {"x-kubernetes-list-type": "atomic"}
    schemas = loaded({"properties": {"a": {"anyOf": [BY_NAME, whole]}}})

    found = only(check_document(linked("a: [{name: x}]"), schemas))

    assert found.message == (
        "expected one way to merge the list /a of 'doc', found by name and by replacing it"
    )
    assert found.span == PLACE


@pytest.mark.parametrize(
    ("part", "message", "keyword"),
    [
        ({"x-kubernetes-list-type": "mpa"}, "expected one of atomic, map, set for x-kubernetes-list-type, found 'mpa'", LIST_TYPE),
        ({"x-kubernetes-list-type": True}, "expected one of atomic, map, set for x-kubernetes-list-type, found true", LIST_TYPE),
        ({"x-kubernetes-list-type": "map"}, "expected x-kubernetes-list-map-keys beside x-kubernetes-list-type: map, found none", LIST_TYPE),
        ({"x-kubernetes-list-map-keys": ["a"]}, "expected x-kubernetes-list-type: map beside x-kubernetes-list-map-keys, found none", LIST_KEYS),
        ({**BY_NAME, "x-kubernetes-list-type": "set"}, "expected x-kubernetes-list-type: map beside x-kubernetes-list-map-keys, found 'set'", LIST_KEYS),
        ({**BY_NAME, "x-kubernetes-list-map-keys": "name"}, "expected a list of key names for x-kubernetes-list-map-keys, found 'name'", LIST_KEYS),
        ({**BY_NAME, "x-kubernetes-list-map-keys": [1]}, "expected a list of key names for x-kubernetes-list-map-keys, found a list with something else in it", LIST_KEYS),
        ({**BY_NAME, "x-kubernetes-list-map-keys": []}, "expected at least one key name for x-kubernetes-list-map-keys, found none", LIST_KEYS),
        ({**BY_NAME, "x-kubernetes-list-map-keys": ["a", "a"]}, "expected each key name once for x-kubernetes-list-map-keys, found 'a' twice", LIST_KEYS),
        ({**BY_NAME, "items": {}}, "expected the key 'name' to be required in 'items', found that it may be missing", LIST_TYPE),
        ({**BY_NAME, "items": {"required": ["name"]}}, "expected the key 'name' of 'items' to be a scalar, found that it may be something else", LIST_TYPE),
        ({**BY_NAME, "items": {**NAMED, "properties": {"name": {"type": ["string", "array"]}}}}, "expected the key 'name' of 'items' to be a scalar, found that it may be something else", LIST_TYPE),
        ({**BY_NAME, "items": {"anyOf": [NAMED, {}]}}, "expected the key 'name' to be required in 'items', found that it may be missing", LIST_TYPE),
        ({"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["a"]}, "expected 'items' beside x-kubernetes-list-map-keys, found none", LIST_TYPE),
        ({"x-key-order": "name"}, "expected a list of key names for x-key-order, found 'name'", KEY_ORDER),
        ({"x-key-order": {}}, "expected a list of key names for x-key-order, found a mapping", KEY_ORDER),
        ({"deprecated": True, "deprecationMessage": 3}, "expected a text for deprecationMessage, found 3", MESSAGE),
    ],
)  # fmt: skip
def test_keywords_of_a_wrong_form(part: Any, message: str, keyword: str) -> None:
    text = json.dumps({"properties": {"a": part}})
    schemas, diagnostics = load_schemas({"s.json": text.encode()}, [("**", "s.json", PLACE)])

    found = only(diagnostics)
    assert found.code == "GCT214"
    assert found.message == message
    # The place is that of the keyword's value.
    start = f'"{keyword}": '
    assert str(found.span) == f"s.json:1:{text.index(start) + len(start) + 1}"
    assert found.hint
    # What merges in another way than it should is not checked: the errors would only follow.
    assert schemas.for_document("doc") == ()


@pytest.mark.parametrize(
    "items",
    [
        {"allOf": [{"required": ["name"]}, {"properties": {"name": {"const": "x"}}}]},
        {"oneOf": [NAMED, {"$ref": "#/$defs/named"}]},
        {**NAMED, "properties": {"name": {"$ref": "#/$defs/text"}}},
    ],
)
def test_keys_that_are_described_elsewhere(items: Any) -> None:
    defs = {"named": NAMED, "text": {"enum": ["a", 1, True]}}

    assert keys({"$defs": defs, "properties": {"a": {**BY_NAME, "items": items}}}, "a")
    reference = {**BY_NAME, "$ref": "#/$defs/list"}
    del reference["items"]
    defs["list"] = {"items": items}
    assert keys({"$defs": defs, "properties": {"a": reference}}, "a")
