"""Merging: every tag over every kind of inherited value, provenance, and docs/tags.md itself."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import TAGS, plain_value
from gitconfig_tool.merge import (
    Link,
    MergedValue,
    Origin,
    leaves,
    merge_documents,
    scalar_text,
    to_json,
)
from gitconfig_tool.pointer import Path as ValuePath
from tests.layered import json_of, layer, link_text, merge, merged, parse

DOCS = Path(__file__).resolve().parents[2] / "docs"


class _Absent:
    """In place of the value of a key that is not there."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()

# What weaker layers leave at the key `k`, as the texts of those layers.
INHERITED = {
    "nothing": ["other: 0"],
    "null": ["k: null"],
    "scalar": ["k: 1"],
    "list": ["k: [1]"],
    "mapping": ["k: {x: 1}"],
    "link": ["k: !ref '#/other'"],
    "!required": ["k: !required"],
    "!unset": ["k: 1", "k: !unset"],
    "!final": ["k: !final 1"],
    "mapping with !final": ["k: {x: !final 1}"],
    "list with !final": ["k: [!final 1]"],
}
# What the stronger layer writes.
WRITTEN = {
    "scalar": "2",
    "list": "[2]",
    "mapping": "{y: 2}",
    "null": "null",
    "!final scalar": "!final 2",
    "!replace mapping": "!replace {y: 2}",
    "!replace list": "!replace [2]",
    "!append list": "!append [2]",
    "!prepend list": "!prepend [2]",
    "!unset": "!unset",
    "!required": "!required",
    "!secret": "!secret s#/p",
    "!ref": "!ref '#/z'",
    "!prompt": "!prompt greeting@^1",
    "!format": "!format 'in {environment}'",
}
# The result and the codes, by hand, in the order of INHERITED without the columns of `!final`.
Cell = tuple[Any, str]
Y: dict[str, int] = {"y": 2}
TABLE: dict[str, list[Cell]] = {
    "scalar": [
        (2, ""),
        (2, ""),
        (2, ""),
        (2, "GCT103"),
        (2, "GCT103"),
        (2, ""),
        (2, ""),
        (2, ""),
    ],
    "list": [
        ([2], ""),
        ([2], ""),
        ([2], "GCT103"),
        ([2], ""),
        ([2], "GCT103"),
        ([2], ""),
        ([2], ""),
        ([2], ""),
    ],
    "mapping": [
        (Y, ""),
        (Y, ""),
        (Y, "GCT103"),
        (Y, "GCT103"),
        ({"x": 1, "y": 2}, ""),
        (Y, "GCT103"),
        (Y, ""),
        (Y, ""),
    ],
    "null": [
        (None, ""),
        (None, ""),
        (None, ""),
        (None, "GCT103"),
        (None, "GCT103"),
        (None, ""),
        (None, ""),
        (None, ""),
    ],
    "!final scalar": [
        (2, ""),
        (2, ""),
        (2, ""),
        (2, "GCT103"),
        (2, "GCT103"),
        (2, ""),
        (2, ""),
        (2, ""),
    ],
    "!replace mapping": [(Y, "")] * 8,
    "!replace list": [([2], "")] * 8,
    "!append list": [
        ([2], ""),
        ([2], ""),
        ([2], "GCT103"),
        ([1, 2], ""),
        ([2], "GCT103"),
        ([2], "GCT103"),
        ([2], ""),
        ([2], ""),
    ],
    "!prepend list": [
        ([2], ""),
        ([2], ""),
        ([2], "GCT103"),
        ([2, 1], ""),
        ([2], "GCT103"),
        ([2], "GCT103"),
        ([2], ""),
        ([2], ""),
    ],
    "!unset": [
        (ABSENT, "GCT106"),
        (ABSENT, ""),
        (ABSENT, ""),
        (ABSENT, ""),
        (ABSENT, ""),
        (ABSENT, ""),
        (ABSENT, "GCT106, GCT104"),
        (ABSENT, "GCT106"),
    ],
    "!required": [(ABSENT, "GCT104")] * 8,
    "!secret": [("!secret s#/p", "")] * 8,
    "!ref": [("!ref #/z", "")] * 8,
    "!prompt": [("!prompt greeting@^1", "")] * 8,
    "!format": [("!format in {environment}", "")] * 8,
}
# What may be written over a mapping and a list that hold a final value; all else is GCT105.
BESIDE_FINAL: dict[tuple[str, str], Cell] = {
    ("mapping", "mapping with !final"): ({"x": 1, "y": 2}, ""),
    ("!append list", "mapping with !final"): ([2], "GCT103"),
    ("!prepend list", "mapping with !final"): ([2], "GCT103"),
    ("mapping", "list with !final"): (Y, "GCT103"),
    ("!append list", "list with !final"): ([1, 2], ""),
    ("!prepend list", "list with !final"): ([2, 1], ""),
}
# The layers that spoke about `k`, strongest first, where the stronger layer is heard.
CHAINS = {
    "nothing": ["l1"],
    "null": ["l1", "l0"],
    "scalar": ["l1", "l0"],
    "list": ["l1", "l0"],
    "mapping": ["l1", "l0"],
    "link": ["l1", "l0"],
    "!required": ["l1", "l0"],
    "!unset": ["l2", "l1", "l0"],
}


def cells() -> Iterator[tuple[str, str, Any, str, list[str]]]:
    for written, row in TABLE.items():
        for inherited, (value, codes) in zip(CHAINS, row, strict=True):
            yield written, inherited, value, codes, CHAINS[inherited]
        yield written, "!final", 1, "GCT105", ["l0"]
        for inherited, kept in (("mapping with !final", {"x": 1}), ("list with !final", [1])):
            if (written, inherited) in BESIDE_FINAL:
                value, codes = BESIDE_FINAL[written, inherited]
                yield written, inherited, value, codes, ["l1", "l0"]
            else:
                yield written, inherited, kept, "GCT105", ["l0"]


def child(value: MergedValue, key: str) -> MergedValue | None:
    found = value.content.get(key)
    assert found is None or isinstance(found, MergedValue)
    return found


@pytest.mark.parametrize(("written", "inherited", "value", "codes", "chain"), list(cells()))
def test_each_tag_over_each_inherited_value(
    written: str, inherited: str, value: Any, codes: str, chain: list[str]
) -> None:
    document, diagnostics = merge(*INHERITED[inherited], f"k: {WRITTEN[written]}")

    assert ", ".join(each.code for each in diagnostics) == codes
    assert document is not None
    found = child(document.root, "k")
    if value is ABSENT:
        assert found is None
    else:
        assert found is not None
        assert to_json(found, link_text) == value
        assert [origin.layer for origin in found.chain] == chain
        assert found.chain[0].path == f"{chain[0]}/doc.yaml"
    reported = {"GCT103", "GCT104"} & set(codes.split(", "))
    assert document.missing == ({"/k"} if reported else set())
    assert document.has_links is isinstance(value, str)


# --- the page for users ------------------------------------------------------------------------


def page_table(number: int) -> list[list[str]]:
    """Return the rows of a table of docs/tags.md, without its head."""
    tables = re.findall(
        r"(?:^\|.*\n)+", (DOCS / "tags.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    rows = [line.strip("|").split("|") for line in tables[number].splitlines()]
    return [[cell.strip() for cell in row] for row in [rows[0], *rows[2:]]]


def test_the_page_has_a_row_for_each_tag() -> None:
    named = [row[0].strip("`").split()[0] for row in page_table(0)[1:]]

    assert list(dict.fromkeys(named)) == list(TAGS)


def test_the_table_of_the_page_is_what_happens() -> None:
    head, *rows = page_table(1)
    columns = [cell.replace("`", "") for cell in head[1:]]
    names = [row[0].replace("`", "") for row in rows]
    assert columns == list(INHERITED)
    assert names == list(WRITTEN)

    for name, row in zip(names, rows, strict=True):
        own = json_of(merged("k: " + WRITTEN[name])) if name not in ("!unset", "!required") else {}
        for column, cell in zip(columns, row[1:], strict=True):
            document, diagnostics = merge(*INHERITED[column], f"k: {WRITTEN[name]}")
            assert document is not None
            value = json_of(document).get("k", ABSENT)
            codes = ", ".join(each.code for each in diagnostics)
            said = {
                "sets": value == own.get("k"),
                "merges": value == {"x": 1, "y": 2},
                "extends": value == ([1, 2] if name == "!append list" else [2, 1]),
                "removes": value is ABSENT,
            }
            assert codes == cell if cell.startswith("GCT") else (codes, said[cell]) == ("", True), (
                f"{name} over {column}: the page says {cell}, found {codes or value}"
            )


# --- lists merged by key -----------------------------------------------------------------------

# What weaker layers leave in the list `k`, which merges by `name`, for the entry `a`.
ENTRIES = {
    "no such entry": ["k: [{name: b, n: 5}]"],
    "an entry": ["k: [{name: a, x: 1}, {name: b, n: 5}]"],
    "a `!final` entry": ["k: [!final {name: a, x: 1}, {name: b, n: 5}]"],
    "an entry with `!final`": ["k: [{name: a, x: !final 1}, {name: b, n: 5}]"],
    "an entry with `!required`": ["k: [{name: a, x: !required }, {name: b, n: 5}]"],
    "an entry that was removed": [
        "k: [{name: a, x: 1}, {name: b, n: 5}]",
        "k: [!unset {name: a}]",
    ],
}
# What the stronger layer's list holds.
ENTRY_WRITTEN = {
    "`{name: a, y: 2}`": "k: [{name: a, y: 2}]",
    "`{name: a, x: 3}`": "k: [{name: a, x: 3}]",
    "`!replace {name: a, y: 2}`": "k: [!replace {name: a, y: 2}]",
    "`!final {name: a, y: 2}`": "k: [!final {name: a, y: 2}]",
    "`!unset {name: a}`": "k: [!unset {name: a}]",
    "an entry twice": "k: [{name: a, y: 2}, {name: a, y: 3}]",
    "an entry without `name`": "k: [{y: 2}]",
}
B = {"name": "b", "n": 5}
# The entry `a` and the codes, by hand, in the order of ENTRIES.
ENTRY_TABLE: dict[str, list[Cell]] = {
    "`{name: a, y: 2}`": [
        ({"name": "a", "y": 2}, ""),
        ({"name": "a", "x": 1, "y": 2}, ""),
        ({"name": "a", "x": 1}, "GCT105"),
        ({"name": "a", "x": 1, "y": 2}, ""),
        ({"name": "a", "y": 2}, "GCT104"),
        ({"name": "a", "y": 2}, ""),
    ],
    "`{name: a, x: 3}`": [
        ({"name": "a", "x": 3}, ""),
        ({"name": "a", "x": 3}, ""),
        ({"name": "a", "x": 1}, "GCT105"),
        ({"name": "a", "x": 1}, "GCT105"),
        ({"name": "a", "x": 3}, ""),
        ({"name": "a", "x": 3}, ""),
    ],
    "`!replace {name: a, y: 2}`": [
        ({"name": "a", "y": 2}, ""),
        ({"name": "a", "y": 2}, ""),
        ({"name": "a", "x": 1}, "GCT105"),
        ({"name": "a", "x": 1}, "GCT105"),
        ({"name": "a", "y": 2}, "GCT104"),
        ({"name": "a", "y": 2}, ""),
    ],
    "`!final {name: a, y: 2}`": [
        ({"name": "a", "y": 2}, ""),
        ({"name": "a", "x": 1, "y": 2}, ""),
        ({"name": "a", "x": 1}, "GCT105"),
        ({"name": "a", "x": 1, "y": 2}, ""),
        ({"name": "a", "y": 2}, "GCT104"),
        ({"name": "a", "y": 2}, ""),
    ],
    "`!unset {name: a}`": [
        (ABSENT, "GCT106"),
        (ABSENT, ""),
        ({"name": "a", "x": 1}, "GCT105"),
        ({"name": "a", "x": 1}, "GCT105"),
        # What it asks for outlives it: there is an entry again once a layer answers.
        ({}, "GCT104"),
        (ABSENT, "GCT106"),
    ],
    "an entry twice": [
        ({"name": "a", "y": 2}, "GCT110"),
        ({"name": "a", "x": 1, "y": 2}, "GCT110"),
        ({"name": "a", "x": 1}, "GCT110, GCT105"),
        ({"name": "a", "x": 1, "y": 2}, "GCT110"),
        ({"name": "a", "y": 2}, "GCT110, GCT104"),
        ({"name": "a", "y": 2}, "GCT110"),
    ],
    "an entry without `name`": [
        (ABSENT, "GCT110"),
        ({"name": "a", "x": 1}, "GCT110"),
        ({"name": "a", "x": 1}, "GCT110"),
        ({"name": "a", "x": 1}, "GCT110"),
        ({"name": "a"}, "GCT110, GCT104"),
        (ABSENT, "GCT110"),
    ],
}


def by_name(path: ValuePath) -> tuple[str, ...]:
    return ("name",) if path == ("k",) else ()


@pytest.mark.parametrize(
    ("written", "inherited", "cell"),
    [
        (written, inherited, cell)
        for written, row in ENTRY_TABLE.items()
        for inherited, cell in zip(ENTRIES, row, strict=True)
    ],
)
def test_each_entry_over_each_inherited_one(written: str, inherited: str, cell: Cell) -> None:
    document, diagnostics = merge(*ENTRIES[inherited], ENTRY_WRITTEN[written], list_keys=by_name)

    value, codes = cell
    assert sorted(each.code for each in diagnostics) == sorted(filter(None, codes.split(", ")))
    assert document is not None
    others = [each for each in json_of(document)["k"] if each != B]
    assert others == ([] if value is ABSENT else [value])
    assert B in json_of(document)["k"]


def test_the_table_of_entries_on_the_page_is_what_happens() -> None:
    head, *rows = page_table(2)
    assert head[1:] == list(ENTRIES)
    assert [row[0] for row in rows] == list(ENTRY_TABLE)
    for name, *row in rows:
        for column, said, (value, codes) in zip(ENTRIES, row, ENTRY_TABLE[name], strict=True):
            shown = codes or _in_words(name, column, value)
            assert said == shown, (name, column)


def _in_words(written: str, inherited: str, value: Any) -> str:
    if value is ABSENT:
        return "removes"
    if inherited in ("no such entry", "an entry that was removed"):
        return "adds"
    if written.startswith("`!replace"):
        return "replaces"
    return "merges"


# A whole list over a whole list, both merged by `name`.
KEYED_LISTS: dict[str, tuple[str, Cell]] = {
    "list": ("k: [{name: b, n: 6}, {name: c}]", (["a", "b", "c"], "")),
    "!append list": ("k: !append [{name: b, n: 6}, {name: c}]", (["a", "b", "c"], "")),
    "!prepend list": ("k: !prepend [{name: b, n: 6}, {name: c}]", (["c", "a", "b"], "")),
    "!replace list": ("k: !replace [{name: b, n: 6}, {name: c}]", (["b", "c"], "")),
    "!final list": ("k: !final [{name: b, n: 6}, {name: c}]", (["a", "b", "c"], "")),
    "!unset": ("k: !unset", (ABSENT, "")),
    "null": ("k: null", (None, "GCT103")),
    "mapping": ("k: {b: 6}", ({"b": 6}, "GCT103")),
}


@pytest.mark.parametrize(("text", "cell"), KEYED_LISTS.values(), ids=list(KEYED_LISTS))
def test_a_list_over_a_list_that_merges_by_key(text: str, cell: Cell) -> None:
    document, diagnostics = merge("k: [{name: a}, {name: b, n: 5}]", text, list_keys=by_name)

    value, codes = cell
    assert ", ".join(each.code for each in diagnostics) == codes
    assert document is not None
    found = json_of(document).get("k", ABSENT)
    if isinstance(value, list):
        assert [each["name"] for each in found] == value
        assert {each["name"]: each.get("n") for each in found}["b"] == 6
    else:
        assert found == value


def test_a_list_merged_by_key_is_not_replaced_over_a_final_entry() -> None:
    document, diagnostics = merge(
        "k: [{name: a, x: !final 1}, {name: b}]", "k: !replace [{name: b}]", list_keys=by_name
    )

    assert [each.code for each in diagnostics] == ["GCT105"]
    assert document is not None
    assert json_of(document) == {"k": [{"name": "a", "x": 1}, {"name": "b"}]}


def test_an_entry_knows_who_spoke_about_it() -> None:
    document, _ = merge(
        "k: [{name: a, x: 1}]", "k: [{name: b}, {name: a, x: 2}]", list_keys=by_name
    )
    assert document is not None

    chains = {path: [each.layer for each in leaf.chain] for path, leaf in leaves(document.root)}
    assert chains == {
        ("k", 0, "name"): ["l1", "l0"],
        ("k", 0, "x"): ["l1", "l0"],
        ("k", 1, "name"): ["l1"],
    }


def test_what_is_missing_in_an_entry_is_named_by_its_key_and_its_last_place() -> None:
    document, diagnostics = merge(
        "k: [{name: a}, {name: b, x: !required }]", "k: [!unset {name: a}]", list_keys=by_name
    )

    assert document is not None
    assert document.missing == {"/k/0/x"}
    # The place of an entry differs from layer to layer: in words, its key names it.
    assert [each.message for each in diagnostics] == [
        "expected a stronger layer to set 'k[name=b].x', found none that does"
    ]


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ("5", "a scalar"),
        ("[a]", "a list"),
        ("!ref '#/x'", "!ref a scalar"),
        ("{y: 2}", "an entry without 'name'"),
        ("{name: [a]}", "a list as 'name'"),
        ("{name: !ref '#/x'}", "a !ref as 'name'"),
        ("{name: !required }", "a !required as 'name'"),
    ],
)
def test_an_entry_that_cannot_be_told_from_others(entry: str, found: str) -> None:
    _, diagnostics = merge(f"k: [{entry}]", list_keys=by_name)

    assert [(each.code, each.message) for each in diagnostics] == [
        (
            "GCT110",
            f"expected entries with 'name' in 'k', which merges by key, found {found}",
        )
    ]


def test_keys_of_entries_have_types() -> None:
    document, diagnostics = merge(
        "k: [{name: 1, x: 1}, {name: '1', x: 2}, {name: true, x: 3}, {name: 1.0, x: 4}]",
        "k: [{name: true, x: 5}]",
        list_keys=by_name,
    )

    assert diagnostics == ()
    assert document is not None
    assert [each["x"] for each in json_of(document)["k"]] == [1, 2, 5, 4]


def test_several_keys_tell_entries_apart() -> None:
    document, diagnostics = merge(
        "k: [{port: 80, protocol: tcp, x: 1}, {port: 80, protocol: udp, x: 2}]",
        "k: [{port: 80, protocol: udp, x: 3}, {port: 80, protocol: udp, x: 4}]",
        list_keys=lambda path: ("port", "protocol") if path == ("k",) else (),
    )

    assert document is not None
    assert [each["x"] for each in json_of(document)["k"]] == [1, 3]
    assert [each.message for each in diagnostics] == [
        "expected one entry 'k[port=80,protocol=udp]' in the list, found another"
    ]


# --- remarks -----------------------------------------------------------------------------------


def remarks(*texts: str, list_keys: Any = None) -> list[tuple[str, str]]:
    """Return the codes and places of what is odd about the overrides of a document."""
    document, _ = merge(*texts, list_keys=list_keys)
    assert document is not None
    return [(each.code, str(each.span)) for each in document.remarks]


@pytest.mark.parametrize(
    ("texts", "places"),
    [
        (["a: 1", "a: 1"], ["l1/doc.yaml:1:4"]),
        (["a: 1", "a: 2", "a: 2"], ["l2/doc.yaml:1:4"]),
        (["a: 1", "a: 2", "a: 1"], []),
        (["a: x", "a: x"], ["l1/doc.yaml:1:4"]),
        (["a: 1", "a: 1.0"], []),
        (["a: 1", "a: '1'"], []),
        (["a: 1", "a: true"], []),
        (["a: null", "a: null"], ["l1/doc.yaml:1:4"]),
        (["a: [1, 2]", "a: [1, 2]"], ["l1/doc.yaml:1:4"]),
        (["a: [1, 2]", "a: [2, 1]"], []),
        (["a: [{b: 1}]", "a: [{b: 1}]"], ["l1/doc.yaml:1:4"]),
        (["a: [{b: 1}]", "a: [{b: 1, c: 2}]"], []),
        (["a: {b: 1, c: 2}", "a: {b: 1, c: 3}"], ["l1/doc.yaml:1:8"]),
        (["a: {b: 1}", "a: {}"], ["l1/doc.yaml:1:4"]),
        (["a: {}", "a: {}"], ["l1/doc.yaml:1:4"]),
        (["a: 1", "a: !final 1"], []),
        (["a: {b: 1}", "a: !replace {b: 1}"], []),
        (["a: [1]", "a: !append [1]"], []),
        (["a: !ref '#/b'", "a: !ref '#/b'"], ["l1/doc.yaml:1:4"]),
        (["a: !ref '#/b'", "a: !ref '#/c'"], []),
        (["a: !secret s#/b", "a: !ref s#/b"], []),
        (["a: !required", "a: 1"], []),
        (["a: !required environment", "a: 1", "a: 1"], []),
        (["a: !required", "a: 1", "a: 1"], ["l2/doc.yaml:1:4"]),
        (["a: 1", "a: !unset", "a: 1"], []),
    ],
)
def test_an_override_that_changes_nothing(texts: list[str], places: list[str]) -> None:
    assert remarks(*texts) == [("GCT112", place) for place in places]


def test_the_key_of_an_entry_is_no_override() -> None:
    base = "k: [{name: a, x: 1}, {name: b, x: 1}]"

    assert remarks(base, "k: [{name: a, x: 2}]", list_keys=by_name) == []
    assert remarks(base, "k: [{name: a, x: 1}]", list_keys=by_name) == [
        ("GCT112", "l1/doc.yaml:1:18")
    ]
    assert remarks(base, "k: [{name: a}]", list_keys=by_name) == [("GCT112", "l1/doc.yaml:1:5")]
    assert remarks(base, "k: []", list_keys=by_name) == [("GCT112", "l1/doc.yaml:1:4")]


@pytest.mark.parametrize(
    ("weak", "strong", "place"),
    [
        ("max_tokens: 1", "max_token: 2", "l1/doc.yaml:1:1"),
        ("max_tokens: 1", "max_tokenss: 2", "l1/doc.yaml:1:1"),
        ("max_tokens: 1", "max_tokems: 2", "l1/doc.yaml:1:1"),
        ("max_tokens: 1", "max_tokesn: 2", "l1/doc.yaml:1:1"),
        ("größe: 1", "grösse: 2", None),
        ("größe: 1", "größe_: 2", None),
        ("name: 1", "nam: 2", None),
        ("host1: 1", "host2: 2", None),
        ("host1: 1", "host: 2", None),
        ("host1: 1", "host12: 2", None),
        ("models: 1", "{models: 2, model: 3}", None),
        ("models: 1", "model: !unset", None),
        ("a: {models: 1}", "models_: 2", None),
        ("Größe: 1", "größe: 2", "l1/doc.yaml:1:1"),
    ],
)
def test_a_key_that_looks_misspelt(weak: str, strong: str, place: str | None) -> None:
    assert remarks(weak, strong) == ([] if place is None else [("GCT113", place)])


def test_a_remark_in_words() -> None:
    document = merged("limits: {burst: 5}\n", "limits:\n  burst: 5\n  burts: 6\n")

    assert [(each.message, each.hint) for each in document.remarks] == [
        (
            "expected an override that changes something, found what 'limits.burst' has already",
            "remove it: gitconfig-tool validate --fix does",
        )
    ]
    document = merged("limits: {burst: 5}\n", "limits:\n  burts: 6\n")
    assert [(each.message, each.notes, each.hint) for each in document.remarks] == [
        (
            "expected a key that a weaker layer has, found 'burts'",
            (Note("'limits.burst' is set", Span("l0/doc.yaml", 1, 17, 1, 18)),),
            "did you mean 'burst'?",
        )
    ]


def page_examples() -> list[str]:
    return re.findall(
        r"```yaml\n(.*?)```", (DOCS / "tags.md").read_text(encoding="utf-8"), re.DOTALL
    )


@pytest.mark.parametrize("example", page_examples())
def test_the_examples_of_the_page_hold(example: str) -> None:
    parts = re.split(r"^# (.+)\n", example, flags=re.MULTILINE)[1:]
    names, texts = parts[::2], parts[1::2]
    layers = [
        layer(name, text, own=["environment"] if name == "production" else [])
        for name, text in zip(names[:-1], texts[:-1], strict=True)
    ]

    keys = (lambda _: ("name",)) if "fallbacks:" in example else None
    document, diagnostics = merge_documents("doc", layers, keys)

    codes = [each.code for each in diagnostics]
    if names[-1].startswith("error "):
        assert codes == [names[-1].removeprefix("error ")]
    else:
        assert names[-1] == "result"
        assert codes == []
        assert document is not None
        assert json_of(document) == json_of(merged(texts[-1]))


def test_the_page_has_examples_of_every_tag_that_merges() -> None:
    text = "".join(page_examples())

    assert all(tag in text for tag in TAGS if tag != "!prompt")


# --- depth, order and provenance ---------------------------------------------------------------


def test_mappings_merge_to_any_depth() -> None:
    document = merged(
        "a: {b: {c: {x: 1, y: 1}, d: 1}}\n", "a: {b: {c: {y: 2, z: 2}}}\n", "a: {b: {c: {z: 3}}}\n"
    )

    assert json_of(document) == {"a": {"b": {"c": {"x": 1, "y": 2, "z": 3}, "d": 1}}}
    chains = {path: [origin.layer for origin in leaf.chain] for path, leaf in leaves(document.root)}
    assert chains == {
        ("a", "b", "c", "x"): ["l0"],
        ("a", "b", "c", "y"): ["l1", "l0"],
        ("a", "b", "c", "z"): ["l2", "l1"],
        ("a", "b", "d"): ["l0"],
    }


def test_keys_keep_their_first_order() -> None:
    assert list(json_of(merged("b: 1\na: 1\n", "c: 2\na: 2\nb: 2\n"))) == ["b", "a", "c"]


def test_an_origin_knows_layer_file_and_place() -> None:
    document = merged("a: 1\nk: one\n", "# first\nk:   two\n")

    found = child(document.root, "k")
    assert found is not None
    assert [(origin.layer, origin.path, origin.span) for origin in found.chain] == [
        ("l1", "l1/doc.yaml", Span("l1/doc.yaml", 2, 6, 2, 9)),
        ("l0", "l0/doc.yaml", Span("l0/doc.yaml", 2, 4, 2, 7)),
    ]
    assert [plain_value(origin.node) for origin in found.chain] == ["two", "one"]
    assert document.files == ("l0/doc.yaml", "l1/doc.yaml")
    assert document.id == "doc"


def test_items_of_a_list_have_their_own_origins() -> None:
    document = merged("k: [a, b]\n", "k: !append [c]\n", "k: !prepend [d]\n")

    assert json_of(document) == {"k": ["d", "a", "b", "c"]}
    assert [leaf.chain[0].layer for _, leaf in leaves(document.root)] == ["l2", "l0", "l0", "l1"]
    found = child(document.root, "k")
    assert found is not None
    assert [origin.layer for origin in found.chain] == ["l2", "l1", "l0"]


def test_leaves_are_scalars_links_and_empty_collections() -> None:
    document = merged("a: 1\nb: []\nc: {}\nd: [{e: null}, !ref '#/a']\n")

    assert [path for path, _ in leaves(document.root)] == [
        ("a",),
        ("b",),
        ("c",),
        ("d", 0, "e"),
        ("d", 1),
    ]
    assert [leaf.content for _, leaf in leaves(document.root)][-1] == Link("ref", "#/a")
    assert document.has_links


def test_inner_tags_of_a_replaced_mapping() -> None:
    document = merged("k: {a: {x: 1}, b: 1}\n", "k: !replace {a: {y: !final 2}}\n")

    assert json_of(document) == {"k": {"a": {"y": 2}}}


def test_an_anchor_that_is_used_twice_merges_on_its_own_in_each_place() -> None:
    document = merged("a: &d {x: 1}\nb: *d\n", "b: {y: 2}\n")

    assert json_of(document) == {"a": {"x": 1}, "b": {"x": 1, "y": 2}}


def test_items_that_a_list_removes_fall_away() -> None:
    document, diagnostics = merge("k: [1, !unset, 3]\n")

    assert document is not None
    assert json_of(document) == {"k": [1, 3]}
    assert [(each.code, each.span) for each in diagnostics] == [
        ("GCT106", Span("l0/doc.yaml", 1, 8, 1, 14))
    ]


def test_no_layers() -> None:
    assert merge_documents("doc", []) == (None, ())


# --- diagnostics, in full ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found", "span"),
    [
        ("- a\n", "a list", Span("l1/doc.yaml", 1, 1, 2, 1)),
        ("text\n", "a scalar", Span("l1/doc.yaml", 1, 1, 1, 5)),
        ("!required\n", "a scalar", Span("l1/doc.yaml", 1, 1, 1, 10)),
    ],
)
def test_a_document_that_is_no_mapping(text: str, found: str, span: Span) -> None:
    document, diagnostics = merge("k: 1\n", text, "k: 2\n")

    assert document is not None
    assert json_of(document) == {"k": 2}
    assert diagnostics == (
        Diagnostic(
            "GCT101",
            f"expected a mapping at the top of a document, found {found}",
            span,
            hint="give the value a key",
        ),
    )


def test_only_layers_that_are_no_mapping() -> None:
    document, diagnostics = merge("- a\n")

    assert document is None
    assert [each.code for each in diagnostics] == ["GCT101"]


OTHER_KIND = "use !unset in one layer and set it anew in a stronger one, or give it another key"


@pytest.mark.parametrize(
    ("weak", "strong", "before", "now", "at", "was", "hint"),
    [
        ("{x: 1}", "3", "a mapping", "a scalar", (6, 7), (6, 12), OTHER_KIND),
        ("[1]", "three", "a list", "a scalar", (6, 11), (6, 9), OTHER_KIND),
        ("[1]", "null", "a list", "a scalar", (6, 10), (6, 9), OTHER_KIND),
        (
            "3",
            "[1]",
            "a scalar",
            "a list",
            (6, 9),
            (6, 7),
            "write !replace before the list if that is meant",
        ),
        ("{x: 1}", "!append [1]", "a mapping", "a list", (6, 17), (6, 12), OTHER_KIND),
        (
            "3",
            "{x: 1}",
            "a scalar",
            "a mapping",
            (6, 12),
            (6, 7),
            "write !replace before the mapping if that is meant",
        ),
        (
            "!ref '#/y'",
            "{x: 1}",
            "a link",
            "a mapping",
            (6, 12),
            (6, 16),
            "write !replace before the mapping if that is meant",
        ),
        (
            "!ref '#/y'",
            "!append [1]",
            "a link",
            "a list",
            (6, 17),
            (6, 16),
            "without !append, the list replaces the link",
        ),
    ],
)
def test_a_value_of_another_kind(
    weak: str,
    strong: str,
    before: str,
    now: str,
    at: tuple[int, int],
    was: tuple[int, int],
    hint: str,
) -> None:
    _, diagnostics = merge(f"a:\n  k: {weak}\n", f"a:\n  k: {strong}\n")

    assert diagnostics == (
        Diagnostic(
            "GCT103",
            f"expected {before} for 'a.k' as in the weaker layer, found {now}",
            Span("l1/doc.yaml", 2, at[0], 2, at[1]),
            label=f"{now} here",
            notes=(Note(f"{before} set", Span("l0/doc.yaml", 2, was[0], 2, was[1])),),
            hint=hint,
        ),
    )


def required(message: str, span: Span, hint: str, *notes: Note) -> Diagnostic:
    return Diagnostic("GCT104", message, span, label="required here", notes=notes, hint=hint)


def test_a_required_value_that_nobody_sets() -> None:
    document, diagnostics = merge("a:\n  k: !required\n", "a: {other: 1}\n")

    assert document is not None
    assert document.missing == {"/a/k"}
    assert diagnostics == (
        required(
            "expected a stronger layer to set 'a.k', found none that does",
            Span("l0/doc.yaml", 2, 6, 2, 15),
            "set 'a.k' in a layer stronger than l0",
        ),
    )


@pytest.mark.parametrize(
    "stronger",
    [
        ["k: {l: !unset }"],
        ["k: !unset"],
        ["k: {l: !replace [{name: b}]}"],
        ["k: !replace {l: [{name: a}]}"],
        ["k: !replace {other: 1}"],
        ["k: !unset", "k: {l: [{name: a}]}"],
    ],
)
def test_what_an_entry_asks_for_outlives_its_list_and_what_is_around(stronger: list[str]) -> None:
    asked = "k: {l: [{name: a, t: !required }]}"

    def keys(path: ValuePath) -> tuple[str, ...]:
        return ("name",) if path == ("k", "l") else ()

    _, diagnostics = merge(asked, *stronger, list_keys=keys)
    assert [each.code for each in diagnostics] == ["GCT104"]

    _, diagnostics = merge(asked, *stronger, "k: {l: [{name: a, t: 1}]}", list_keys=keys)
    assert diagnostics == ()


def test_a_required_value_that_is_removed() -> None:
    document, diagnostics = merge("k: !required\n", "k: 1\n", "k: !unset\n")

    assert document is not None
    assert json_of(document) == {}
    assert diagnostics == (
        required(
            "expected a stronger layer to set 'k', found none that does",
            Span("l0/doc.yaml", 1, 4, 1, 13),
            "set 'k' in a layer stronger than l0",
            Note("removed by !unset", Span("l2/doc.yaml", 1, 4, 1, 10)),
        ),
    )


def environments(*texts: str | None, own: str = "production") -> tuple[Any, tuple[Diagnostic, ...]]:
    """Merge base, staging and production as the bundle of `own` sees them."""
    names = ("base", "staging", "production")
    layers = [
        layer(name, text, own=["environment"] if name == own else [])
        for name, text in zip(names, texts, strict=False)
        if text is not None
    ]
    document, diagnostics = merge_documents("doc", layers)
    assert document is not None
    return json_of(document), diagnostics


def test_required_environment_is_met_by_its_own_layer() -> None:
    asked = "k: !required environment\n"

    assert environments(asked, None, "k: 2\n") == ({"k": 2}, ())
    assert environments(asked, "k: 1\n", "k: 2\n") == ({"k": 2}, ())
    assert environments(asked, "k: 1\n", own="staging") == ({"k": 1}, ())


def test_required_environment_is_met_even_where_a_stronger_layer_overrides() -> None:
    layers = [
        layer("base", "k: !required environment\n"),
        layer("production", "k: 1\n", own=["environment"]),
        layer("tenant", "k: 2\n", own=["tenant"]),
    ]

    document, diagnostics = merge_documents("doc", layers)

    assert diagnostics == ()
    assert document is not None
    assert json_of(document) == {"k": 2}


def test_required_environment_is_not_met_by_an_inherited_layer() -> None:
    value, diagnostics = environments("k: !required environment\n", "k: 1\n", "other: 1\n")

    assert value == {"k": 1, "other": 1}
    assert diagnostics == (
        required(
            "expected the environment's own layer to set 'k', found only an inherited value",
            Span("base/doc.yaml", 1, 4, 1, 25),
            "set 'k' in the environment's own layer",
            Note("inherited from staging", Span("staging/doc.yaml", 1, 4, 1, 5)),
        ),
    )


def test_required_environment_that_nobody_sets() -> None:
    _, diagnostics = environments("k: !required environment\n", "other: 1\n")

    assert diagnostics == (
        required(
            "expected the environment's own layer to set 'k', found none that does",
            Span("base/doc.yaml", 1, 4, 1, 25),
            "set 'k' in the environment's own layer",
        ),
    )


def test_asking_again_asks_for_no_less() -> None:
    layers = [
        layer("base", "k: !required environment\n"),
        layer("development", "k: !required\n"),
        layer("staging", "k: 1\n"),
        layer("production", "other: 1\n", own=["environment"]),
    ]

    _, diagnostics = merge_documents("doc", layers)

    assert [(each.code, each.span) for each in diagnostics] == [
        ("GCT104", Span("development/doc.yaml", 1, 4, 1, 13))
    ]


@pytest.mark.parametrize(
    "removal", ["a: !replace {x: 1}", "a: !unset", "a: {inner: !unset }", "a: !replace {inner: {}}"]
)
def test_a_section_that_goes_leaves_its_demands(removal: str) -> None:
    base = "a: {inner: {b: !required , c: 2}, d: 3}"

    _, diagnostics = merge(base, removal)
    answered = merged(base, removal, "a: {inner: {b: 5}}")

    assert [(each.code, each.span) for each in diagnostics] == [
        ("GCT104", Span("l0/doc.yaml", 1, 16, 1, 25))
    ]
    assert json_of(answered)["a"]["inner"] == {"b": 5}


def test_a_section_whose_demands_are_met_may_go() -> None:
    assert json_of(merged("a: {b: !required }", "a: {b: 1}", "a: !unset")) == {}
    assert json_of(merged("a: {b: !required }", "a: {b: 1}", "a: !replace {c: 2}")) == {
        "a": {"c": 2}
    }


def test_a_later_layer_may_ask_anew() -> None:
    value, diagnostics = environments("k: 1\n", "k: !required\n", "k: 3\n")

    assert (value, diagnostics) == ({"k": 3}, ())


def final(message: str, span: Span, sealed: Span) -> Diagnostic:
    return Diagnostic(
        "GCT105",
        message,
        span,
        label="overrides a !final value",
        notes=(Note("declared !final", sealed),),
        hint="remove it here, or remove !final there",
    )


def test_a_final_value_that_is_overridden() -> None:
    document, diagnostics = merge("a:\n  k: !final 1\n", "a:\n  k: 2\n", "a: {k: 3}\n")

    assert document is not None
    assert json_of(document) == {"a": {"k": 1}}
    message = "expected 'a.k' to keep its final value, found another layer that sets it"
    sealed = Span("l0/doc.yaml", 2, 6, 2, 14)
    assert diagnostics == (
        final(message, Span("l1/doc.yaml", 2, 6, 2, 7), sealed),
        final(message, Span("l2/doc.yaml", 1, 8, 1, 9), sealed),
    )


@pytest.mark.parametrize(
    ("strong", "message", "span"),
    [
        (
            "a: !unset\n",
            "expected 'a' to keep the final value in it, found another layer that removes it",
            Span("l1/doc.yaml", 1, 4, 1, 10),
        ),
        (
            "a: 5\n",
            "expected 'a' to keep the final value in it, found another layer that replaces it",
            Span("l1/doc.yaml", 1, 4, 1, 5),
        ),
        (
            "a: !replace {y: 1}\n",
            "expected 'a' to keep the final value in it, found another layer that replaces it",
            Span("l1/doc.yaml", 1, 4, 1, 19),
        ),
        (
            "a: !required\n",
            "expected 'a' to keep the final value in it, found another layer that replaces it",
            Span("l1/doc.yaml", 1, 4, 1, 13),
        ),
        (
            "a: {k: !unset }\n",
            "expected 'a.k' to keep its final value, found another layer that removes it",
            Span("l1/doc.yaml", 1, 8, 1, 14),
        ),
    ],
)
def test_what_holds_a_final_value_is_kept(strong: str, message: str, span: Span) -> None:
    document, diagnostics = merge("a: {k: !final 1, x: 1}\n", strong)

    assert document is not None
    assert json_of(document) == {"a": {"k": 1, "x": 1}}
    assert diagnostics == (final(message, span, Span("l0/doc.yaml", 1, 8, 1, 16)),)


def test_a_final_mapping_is_closed_to_all_keys() -> None:
    document, diagnostics = merge("a: !final {x: 1}\n", "a: {y: 2}\n")

    assert document is not None
    assert json_of(document) == {"a": {"x": 1}}
    assert [each.code for each in diagnostics] == ["GCT105"]


def test_a_final_document() -> None:
    document, diagnostics = merge("!final\nx: 1\n", "y: 2\n")

    assert document is not None
    assert json_of(document) == {"x": 1}
    assert diagnostics[0].message == (
        "expected 'the document' to keep its final value, found another layer that sets it"
    )


def test_a_list_with_a_final_item_can_grow_but_not_be_replaced() -> None:
    assert json_of(merged("k: [!final 1]\n", "k: !append [2]\n")) == {"k": [1, 2]}
    document, diagnostics = merge("k: [!final 1]\n", "k: [2]\n")
    assert document is not None
    assert json_of(document) == {"k": [1]}
    assert [each.code for each in diagnostics] == ["GCT105"]


def test_unset_of_nothing() -> None:
    document, diagnostics = merge("a: {debug: true}\n", "a:\n  debgu: !unset\n")

    assert document is not None
    assert json_of(document) == {"a": {"debug": True}}
    assert diagnostics == (
        Diagnostic(
            "GCT106",
            "expected a weaker layer to set 'a.debgu', found nothing to unset",
            Span("l1/doc.yaml", 2, 10, 2, 16),
            hint="did you mean 'debug'?",
        ),
    )


def test_all_problems_of_a_document_at_once() -> None:
    _, diagnostics = merge(
        "a: !final 1\nb: {x: 1}\nc: !required\n", "a: 2\nb: 2\nd: !unset\n", "- no\n"
    )

    assert [each.code for each in diagnostics] == ["GCT105", "GCT103", "GCT106", "GCT101", "GCT104"]


# --- small functions ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (3, "3"),
        (0.5, "0.5"),
        ("text", "'text'"),
        ("x" * 61, "'" + "x" * 57 + "...'"),
        ("x" * 60, "'" + "x" * 60 + "'"),
    ],
)
def test_scalars_in_messages(value: Any, text: str) -> None:
    assert scalar_text(value) == text


def test_an_origin_is_made_of_its_parts() -> None:
    node = parse("x\n")

    assert Origin("base", "base/a.yaml", node).span == Span("base/a.yaml", 1, 1, 1, 2)


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        (lambda n: f"key{n}abc", lambda n: f"key{n}abd"),
        # All of them are one letter from all the others.
        (lambda n: f"key{chr(0x4E00 + n)}abc", lambda n: f"key{chr(0x8000 + n)}abc"),
    ],
)
def test_thousands_of_keys_are_not_compared_with_one_another(
    weaker: Callable[[int], str], stronger: Callable[[int], str]
) -> None:
    base, overlay = (
        "\n".join(f"{name(n)}: 1" for n in range(4_000)) + "\n" for name in (weaker, stronger)
    )
    begun = time.perf_counter()

    document, _ = merge(base, overlay)

    assert document is not None
    found = [each for each in document.remarks if each.code == "GCT113"]
    assert len(found) == 4_000
    assert time.perf_counter() - begun < 10
