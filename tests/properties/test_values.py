"""Changed values: none where two values are the same, and enough to make the new of the old."""

import copy
import json
from typing import Any

import hypothesis.strategies as st
from hypothesis import example, given

from gitconfig_tool.artifact import canonical_json
from gitconfig_tool.changes.model import Kind, ValueChange
from gitconfig_tool.changes.values import changed_values
from gitconfig_tool.compiler.paired import Pair
from gitconfig_tool.document import Document, parse_document
from gitconfig_tool.link import LinkedDocument, linked_without_links
from gitconfig_tool.merge import LayerDocument, merge_documents
from gitconfig_tool.pointer import parse_pointer

_SCALARS = (
    st.none() | st.booleans() | st.integers(-1, 2) | st.sampled_from([0.0, 1.0, 0.5, "", "1"])
)
_KEYS = st.sampled_from(["a", "b", "id", "~/", "0", "é"])
_VALUES: st.SearchStrategy[Any] = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(_KEYS, inner, max_size=4)
        | st.lists(
            st.fixed_dictionaries({"id": st.sampled_from("xyz"), "v": inner}),
            max_size=3,
            unique_by=lambda entry: entry["id"],
        )
    ),
    max_leaves=16,
)


def _linked(value: Any) -> LinkedDocument:
    document, problems = parse_document("doc.yaml", json.dumps({"value": value}).encode())
    assert isinstance(document, Document)
    assert problems == ()
    assert document.root is not None
    layer = LayerDocument("base", "doc.yaml", document.root, frozenset())
    merged, problems = merge_documents("doc", [layer])
    assert problems == ()
    assert merged is not None
    return linked_without_links(merged)


@given(_VALUES, _VALUES, st.booleans())
@example({"a": 1}, {"a": True}, False)
@example([1, 0], [True, False], False)
@example(
    [{"id": "x", "v": 1}, {"id": "y", "v": 1}], [{"id": "y", "v": 1}, {"id": "x", "v": 2}], True
)
def test_changes_tell_all_there_is(old: Any, new: Any, has_keys: bool) -> None:
    before, after = _linked(old), _linked(new)
    pair = Pair("doc", ("one",), before, after)
    found = list(changed_values(pair, lambda _: lambda _path: ("id",) if has_keys else ()))

    is_equal = canonical_json(before.value) == canonical_json(after.value)
    assert (not found) == is_equal
    assert canonical_json(_applied(before.value, after.value, found)) == canonical_json(after.value)


def _applied(old: Any, new: Any, changes: list[ValueChange]) -> Any:
    """Make the new value of the old one, with nothing but what the changes say.

    What was removed is named by its place in the old value, all else by its place in the new one.
    So the last is taken out first, and the first put in first. `new` only tells lists apart.
    """
    made = copy.deepcopy(old)
    removed = [_steps(old, each) for each in changes if each.kind is Kind.REMOVED]
    for path in sorted(removed, key=_order, reverse=True):
        del _holder(made, path)[path[-1]]
    given_now = [(_steps(new, each), each) for each in changes if each.kind is not Kind.REMOVED]
    for path, change in sorted(given_now, key=lambda each: _order(each[0])):
        assert change.after is not None
        holder = _holder(made, path)
        if change.kind is Kind.ADDED and isinstance(holder, list):
            holder.insert(path[-1], change.after.value)
        else:
            holder[path[-1]] = change.after.value
    return made


def _steps(value: Any, change: ValueChange) -> list[Any]:
    """Return the steps to a value: numbers in lists, keys in mappings."""
    steps: list[Any] = []
    for token in parse_pointer(change.pointer):
        steps.append(int(token) if isinstance(value, list) else str(token))
        value = value[steps[-1]]
    return steps


def _order(path: list[Any]) -> list[tuple[bool, Any]]:
    return [(isinstance(step, str), step) for step in path]


def _holder(value: Any, path: list[Any]) -> Any:
    for step in path[:-1]:
        value = value[step]
    return value
