"""Which values of a document differ, and which of them belong together."""

from dataclasses import replace
from typing import Any

import pytest

from gitconfig_tool.changes.model import Kind, ValueChange
from gitconfig_tool.changes.values import changed_values
from gitconfig_tool.compiler.paired import Pair
from gitconfig_tool.link import LinkedDocument, PromptLink, SecretLink, linked_without_links
from gitconfig_tool.merge import ListKeys
from tests.layered import merged

Told = list[tuple[str, str, Any, Any]]


def changes(
    before: LinkedDocument | None, after: LinkedDocument | None, keys: ListKeys | None = None
) -> list[ValueChange]:
    return list(changed_values(Pair("doc", ("one",), before, after), lambda _: keys))


def linked(*layers: str) -> LinkedDocument:
    return linked_without_links(merged(*layers))


def told(before: str, after: str, keys: ListKeys | None = None) -> Told:
    return [
        (
            each.kind.value,
            each.pointer,
            None if each.before is None else each.before.value,
            None if each.after is None else each.after.value,
        )
        for each in changes(linked(before), linked(after), keys)
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1\nb: {c: x, d: [1, 2]}\n", "# said\nb:\n  d:\n  - 1\n  - 2\n  c: 'x'\na: 1\n"),
        ("a: 1\n", "a: 1.0\n"),  # One number in JSON (RFC 8785, 3.2.2.3).
        ("a: -0.0\n", "a: 0\n"),
        ("a: 0x10\n", "a: 16\n"),
        ("a: ~\n", "a: null\n"),
    ],
)
def test_what_is_only_written_otherwise_is_no_change(before: str, after: str) -> None:
    assert told(before, after) == []


@pytest.mark.parametrize(
    ("before", "after", "was", "now"),
    [
        ("a: 1\n", "a: true\n", 1, True),
        ("a: 0\n", "a: false\n", 0, False),
        ("a: 1\n", "a: '1'\n", 1, "1"),
        ("a: null\n", "a: ''\n", None, ""),
        ("a: {}\n", "a: []\n", {}, []),
        ("a: {b: 1}\n", "a: [1]\n", {"b": 1}, [1]),
        ("a: null\n", "a: {}\n", None, {}),
    ],
)
def test_another_type_is_a_change(before: str, after: str, was: Any, now: Any) -> None:
    found = told(before, after)

    assert found == [("changed", "/a", was, now)]
    assert [type(value) for value in found[0][2:]] == [type(was), type(now)]


def test_null_is_not_the_same_as_nothing() -> None:
    assert told("a: null\nb: 1\n", "b: 1\n") == [("removed", "/a", None, None)]
    assert told("b: 1\n", "b: 1\na: null\n") == [("added", "/a", None, None)]


def test_a_value_from_another_layer_is_no_change() -> None:
    before, after = linked("a: 1\n", "b: 2\n"), linked("b: 2\n", "a: 1\n")

    assert changes(before, after) == []


def test_a_change_names_the_places_that_set_it_strongest_first() -> None:
    change, _ = changes(linked("a: 1\n", "a: 2\n"), linked("a: 1\n", "b: 0\na: 3\n"))
    assert change.before is not None
    assert change.after is not None
    assert [(each.layer, each.line) for each in change.before.places] == [("l1", 1), ("l0", 1)]
    assert [(each.layer, each.line) for each in change.after.places] == [("l1", 2), ("l0", 1)]


def test_a_document_that_came_or_went_is_one_change() -> None:
    document = linked("a: {b: 1}\n")

    (came,) = changes(None, document)
    (went,) = changes(document, None)
    assert (came.kind, came.pointer, came.before) == (Kind.ADDED, "", None)
    assert (went.kind, went.pointer, went.after) == (Kind.REMOVED, "", None)
    assert came.after is not None
    assert came.after.value == {"a": {"b": 1}}


def test_entries_of_a_list_are_known_by_their_name() -> None:
    assert told(
        "x: [{name: a, v: 1}, {name: b, v: 1}, {name: c, v: 1}]",
        "x: [{name: n, v: 1}, {name: a, v: 1}, {name: c, v: 2}]",
    ) == [
        ("added", "/x/0", None, {"name": "n", "v": 1}),
        ("changed", "/x/2/v", 1, 2),
        ("removed", "/x/1", {"name": "b", "v": 1}, None),
    ]


def test_a_schema_says_by_which_fields_entries_are_known() -> None:
    before = "x: [{host: a, port: 1, v: 1}, {host: a, port: 2, v: 1}]"
    after = "x: [{host: b, port: 1, v: 1}, {host: a, port: 1, v: 3}, {host: a, port: 2, v: 1}]"

    assert told(before, after, lambda path: ("host", "port") if path == ("x",) else ()) == [
        ("added", "/x/0", None, {"host": "b", "port": 1, "v": 1}),
        ("changed", "/x/1/v", 1, 3),
    ]


@pytest.mark.parametrize("keys", [None, lambda _: ("name",)])
def test_another_order_of_a_list_is_a_change(keys: ListKeys | None) -> None:
    """The bytes of the bundle differ, and who falls back to whom is a matter of order."""
    before = "x: [{name: a, v: 1}, {name: b, v: 1}, {name: c, v: 1}]"
    after = "x: [{name: b, v: 2}, {name: c, v: 1}, {name: a, v: 1}]"

    assert told(before, after, keys) == [
        ("removed", "/x/0", {"name": "a", "v": 1}, None),
        ("changed", "/x/0/v", 1, 2),
        ("added", "/x/2", None, {"name": "a", "v": 1}),
    ]


def test_plain_lists_are_aligned() -> None:
    assert told("x: [a, b, c, d]", "x: [a, new, b, d]") == [
        ("added", "/x/1", None, "new"),
        ("removed", "/x/2", "c", None),
    ]
    assert told("x: [a, a]", "x: [a]") == [("removed", "/x/1", "a", None)]
    assert told("x: [1, 0]", "x: [true, false]") == [
        ("changed", "/x/0", 1, True),
        ("changed", "/x/1", 0, False),
    ]


def test_an_item_put_into_a_huge_list_is_one_change() -> None:
    items = [f"item-{number}" for number in range(3000)]
    before = "x: [" + ", ".join(items) + "]"
    after = "x: [" + ", ".join([*items[:7], "new", *items[7:]]) + "]"

    assert told(before, after) == [("added", "/x/7", None, "new")]


def test_links_are_compared_by_what_they_lead_to() -> None:
    document = linked("key: ''\nmore: ''\n")

    def with_links(secret: str, version: str) -> LinkedDocument:
        return replace(
            document,
            secrets={"/key": SecretLink("keys", "base/keys.sops.yaml", secret, "str")},
            prompts={"/more": PromptLink("chat", "^1", version)},
        )

    one, other = with_links("/a", "1.0.0"), with_links("/b", "1.1.0")
    assert changes(one, one) == []
    found = [
        (each.pointer, each.before and each.before.link, each.after and each.after.link)
        for each in changes(one, other)
    ]
    assert found == [
        ("/key", "!secret base/keys.sops.yaml#/a", "!secret base/keys.sops.yaml#/b"),
        ("/more", "!prompt chat@1.0.0", "!prompt chat@1.1.0"),
    ]
    # A link in place of the same value in the clear is a change of its own.
    assert [each.pointer for each in changes(document, one)] == ["/key", "/more"]


def test_a_value_that_nobody_knows_is_left_out() -> None:
    """An error tells of it; what stands in its place says nothing."""
    before = linked("a: 1\nb: 1\n")
    after = replace(linked("a: 2\nb: 2\n"), unknown=frozenset({"/a"}))

    assert [each.pointer for each in changes(before, after)] == ["/b"]
