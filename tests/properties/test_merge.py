"""Merging: what holds for all layers without tags."""

from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from gitconfig_tool.document import plain_value
from gitconfig_tool.merge import MergedDocument, leaves, merge_documents, to_json
from tests.properties.strategies import EXAMPLES, TREES, exact, layer_of


def no_leaf(content: object) -> object:
    raise AssertionError(f"expected JSON, found {content!r}")


def merge(*trees: Any) -> tuple[MergedDocument, bool]:
    """Merge trees, weakest first; also tell whether there was no conflict."""
    layers = [layer_of(f"l{number}", tree) for number, tree in enumerate(trees)]
    document, diagnostics = merge_documents("doc", layers)
    assert document is not None
    assert {each.code for each in diagnostics} <= {"GCT103"}
    return document, not diagnostics


def value_of(document: MergedDocument) -> Any:
    return to_json(document.root, no_leaf)


def overlay(weak: Any, strong: Any) -> Any:
    """Merge as the documentation says it, in four lines: an independent model."""
    if isinstance(weak, dict) and isinstance(strong, dict):
        merged = dict(weak)
        for key, item in strong.items():
            merged[key] = overlay(weak[key], item) if key in weak else item
        return merged
    return strong


@EXAMPLES
@given(st.lists(TREES, min_size=1, max_size=4))
def test_merging_is_what_the_documentation_says(trees: list[Any]) -> None:
    document, good = merge(*trees)
    assume(good)

    expected = trees[0]
    for tree in trees[1:]:
        expected = overlay(expected, tree)
    assert exact(value_of(document)) == exact(expected)


@EXAMPLES
@given(TREES, TREES, TREES)
@example({"a": {"b": 1}}, {"a": {}}, {"a": {"b": 2, "c": 3}})
def test_merging_is_associative(a: Any, b: Any, c: Any) -> None:
    folded, good = merge(a, b, c)
    assume(good)
    upper, good = merge(b, c)
    assume(good)

    joined, good = merge(a, value_of(upper))

    assert good
    assert exact(value_of(joined)) == exact(value_of(folded))
    lower, _ = merge(a, b)
    assert exact(value_of(merge(value_of(lower), c)[0])) == exact(value_of(folded))


@EXAMPLES
@given(TREES, st.integers(0, 2))
def test_an_empty_layer_changes_nothing(tree: Any, place: int) -> None:
    layers: list[Any] = [{}, {}]
    layers.insert(place, tree)

    document, good = merge(*layers)

    assert good
    assert exact(value_of(document)) == exact(tree)


@EXAMPLES
@given(TREES, TREES)
def test_a_layer_twice_is_the_layer_once(a: Any, b: Any) -> None:
    once, good = merge(a, b)
    assume(good)
    twice, good = merge(a, b, b)

    assert good
    assert exact(value_of(twice)) == exact(value_of(once))


@EXAMPLES
@given(st.lists(TREES, min_size=1, max_size=4))
def test_a_conflict_is_reported_exactly_where_kinds_differ(trees: list[Any]) -> None:
    def kind(value: Any) -> str:
        return type(value).__name__ if isinstance(value, (dict, list)) else "scalar"

    def conflicts(weak: Any, strong: Any) -> bool:
        if weak is None:
            return False
        if kind(weak) != kind(strong):
            return True
        if not isinstance(weak, dict):
            return False
        return any(conflicts(weak[key], item) for key, item in strong.items() if key in weak)

    expected, below = False, trees[0]
    for tree in trees[1:]:
        expected = expected or conflicts(below, tree)
        below = overlay(below, tree)
    assert merge(*trees)[1] is not expected


@EXAMPLES
@given(st.lists(TREES, min_size=1, max_size=4))
def test_provenance_names_a_node_that_has_the_value(trees: list[Any]) -> None:
    document, _ = merge(*trees)

    for path, leaf in leaves(document.root):
        first = leaf.chain[0]
        number = int(first.layer.removeprefix("l"))
        given_value = plain_value(first.node)
        if leaf.content not in ((), {}):
            assert exact(given_value) == exact(leaf.content)
        # The named layer holds that value at that path, and no stronger layer speaks of it.
        assert exact(at(trees[number], path)) == exact(given_value)
        for stronger in trees[number + 1 :]:
            assert at(stronger, path) is MISSING
        order = [origin.layer for origin in leaf.chain]
        assert order == sorted(set(order), reverse=True)


MISSING = object()


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    for token in path:
        known = value if isinstance(value, dict) else {}
        if isinstance(value, list):
            known = dict(enumerate(value))
        if token not in known:
            return MISSING
        value = known[token]
    return value
