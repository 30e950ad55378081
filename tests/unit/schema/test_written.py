"""What schemas say of files as they are written: the order of keys, and deprecated keys."""

from typing import Any

import pytest

from gitconfig_tool.diagnostics import Reorder, Span
from gitconfig_tool.schema import check_document
from tests.unit.schema.documents import linked, loaded, only

ORDER = {"x-key-order": ["provider", "name", "tag"]}


@pytest.mark.parametrize(
    "text",
    [
        "{provider: p, name: n, tag: t, other: 1}",
        "{name: n, other: 1}",  # an order between the keys that are there
        "{tag: t}",
        "{zeta: 1, alpha: 2}",  # the schema says nothing of these
        "{}",
        "[1, 2]",
        "text",
    ],
)
def test_keys_in_order(text: str) -> None:
    assert check_document(linked(f"a: {text}"), loaded({"properties": {"a": ORDER}})) == ()


@pytest.mark.parametrize(
    ("text", "message", "keys"),
    [
        ("{name: n, provider: p}", "expected the key 'provider' before 'name'", "provider name"),
        ("{other: 1, tag: t}", "expected the key 'tag' before 'other'", "tag"),
        ("{provider: p, tag: t, name: n}", "expected the key 'name' before 'tag'", None),
        ("{provider: p, x: 1, name: n}", "expected the key 'name' before 'x'", "provider name"),
    ],
)
def test_keys_out_of_order(text: str, message: str, keys: str | None) -> None:
    schemas = loaded({"properties": {"a": ORDER}})

    found = only(check_document(linked(f"a: {text}"), schemas))

    assert found.code == "GCT213"
    assert found.message == f"{message}, found it after"
    assert found.span == Span("l0/doc.yaml", 1, 4, 1, 4 + len(text))
    assert found.fix == Reorder(tuple((keys or "provider name tag").split()))
    assert found.label == (
        f"the order is {', '.join(found.fix.keys)} (schema schemas/own.schema.json)"
    )


def test_each_file_has_its_own_order() -> None:
    """The merged mapping stands in no file: what the weaker layer has first comes first in it."""
    schemas = loaded({"items": {}, "properties": {"a": {"items": {"$ref": "#/$defs/m"}}}} | {
        "$defs": {"m": ORDER}
    })  # fmt: skip
    good, bad = "a: [{name: n, tag: t}]", "a: [{name: n}, {tag: t, name: n}]"

    assert check_document(linked("x: 1\n" + good, good), schemas) == ()
    found = only(check_document(linked(bad, good), schemas))

    # The strongest layer replaces the list; the file is in disorder all the same.
    assert found.span == Span("l0/doc.yaml", 1, 16, 1, 33)
    # The same file in another document is looked at once more only where it is another file.
    assert only(check_document(linked(bad, good), schemas)) == found


def test_the_order_of_a_form_counts_where_nothing_else_gives_one() -> None:
    form = {"anyOf": [{"type": "null"}, {"type": "object", **ORDER}]}

    only(check_document(linked("a: {name: n, provider: p}"), loaded({"properties": {"a": form}})))
    both = {**form, "x-key-order": ["name", "provider"]}
    schemas = loaded({"properties": {"a": both}})
    assert check_document(linked("a: {name: n, provider: p}"), schemas) == ()


@pytest.mark.parametrize(
    ("text", "sensitive"),
    [
        ("a:\n  name: n\n  provider: p\n  api_key: fake\n", False),
        ("a:\n  api_key: fake\n  provider: p\n", True),
        ("a: {x: {y: {password: fake}}, name: n}\n", True),
        ("a: {x: {y: {passwords: fake}}, name: n}\n", False),
    ],
)
def test_a_line_that_may_show_a_secret_is_not_shown(text: str, sensitive: bool) -> None:
    found = only(check_document(linked(text), loaded({"properties": {"a": ORDER}})))

    assert found.sensitive is sensitive


OLD = {"deprecated": True}


@pytest.mark.parametrize(
    ("schema", "hint"),
    [
        ({**OLD, "deprecationMessage": "Use\n b.", "title": "t"}, 'the schema says: "Use b."'),
        ({**OLD, "description": "Use b."}, 'the schema says: "Use b."'),
        (OLD, "look up in the schema what replaces it"),
        ({"allOf": [OLD, {**OLD, "description": "Use b."}]}, 'the schema says: "Use b."'),
        ({"$ref": "#/$defs/old"}, "look up in the schema what replaces it"),
    ],
)  # fmt: skip
def test_a_deprecated_key(schema: Any, hint: str) -> None:
    schemas = loaded({"properties": {"a": schema}, "$defs": {"old": OLD}})

    found = only(check_document(linked("x: 1\na: {b: {c: 1}}\n"), schemas))

    assert found.code == "GCT215"
    assert found.message == "expected no deprecated key, found 'a'"
    assert found.label == "deprecated (schema schemas/own.schema.json)"
    assert found.hint == hint
    assert found.span == Span("l0/doc.yaml", 2, 1, 2, 2)


def test_every_file_that_sets_a_deprecated_key_is_told() -> None:
    schemas = loaded({"properties": {"a": OLD}})

    diagnostics = check_document(linked("a: 1", "b: 1", "a: 2"), schemas)

    assert [each.span and each.span.path for each in diagnostics] == ["l2/doc.yaml", "l0/doc.yaml"]
    # Whoever removes the key does what is asked.
    assert only(check_document(linked("a: 1", "a: !unset"), schemas)).span == Span(
        "l0/doc.yaml", 1, 1, 1, 2
    )


@pytest.mark.parametrize(
    "schema",
    [
        {"oneOf": [{"type": "string", "deprecated": True}, {"type": "integer"}]},
        {"if": {"const": 2}, "then": OLD},
        {"deprecated": False},
    ],
)
def test_what_is_deprecated_in_some_form_only_is_not_told(schema: Any) -> None:
    assert check_document(linked("a: 1"), loaded({"properties": {"a": schema}})) == ()


def test_who_asks_for_a_path() -> None:
    old = {**OLD, "description": "Use new."}
    items = {"items": {"properties": {"old": old}}}
    schemas = loaded({"properties": {"old": old, "list": items}})
    deprecated = schemas.deprecated("doc")

    assert deprecated is not None
    assert deprecated(("old",)) == "Use new."
    assert deprecated(("old", "inner", 0)) == "Use new."
    assert deprecated(("list", 3, "old")) == deprecated(("list", "3", "old")) == "Use new."
    assert [deprecated(path) for path in ((), ("list",), ("list", 0), ("new",))] == [None] * 4
    assert loaded({"properties": {"old": {"deprecated": False}}}).deprecated("doc") is None
    assert loaded({"properties": {"old": OLD}}, match="x").deprecated("doc") is None
