"""JSON Patches: applied to the old value, they give the new one."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import hypothesis.strategies as st
from hypothesis import example as example_of
from hypothesis import given
from jsonpatch import JsonPatch

from gitconfig_tool.artifact import canonical_json
from gitconfig_tool.changes.patches import patch

_KEYS = st.sampled_from(["a", "b", "~", "/", "~1", "a/b", "", "0", "1", "-", "é", "漢", "a b", "%"])
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.sampled_from([0.0, 1.0, 0.5, 1e21])
    | st.text(max_size=3).filter(
        lambda text: not any("\ud800" <= char <= "\udfff" for char in text)
    )
)
_VALUES: st.SearchStrategy[Any] = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(_KEYS, inner, max_size=5),
    max_leaves=20,
)


def _applied(old: Any, operations: Sequence[Mapping[str, Any]]) -> Any:
    """Return what the library makes of a value, which stays as it is."""
    return JsonPatch([dict(each) for each in operations]).apply(old)


@given(_VALUES, _VALUES)
# Three that the library gets wrong by itself: its issues 124, 138 and 160.
@example_of(["a", "b", ["d", "e"], "f"], ["a", "d", ["e", "g"]])
@example_of(
    [{"x": ["a", {"y": ["b"]}], "z": "a"}, {"x": ["c", {"d": ["d"]}], "z": "c"}, {}],
    [{"x": ["c", {"y": ["d"]}], "z": "c"}, {}],
)
@example_of(
    {"a": [{"id": [1]}, {"id": [2]}], "b": [{"id": 5}]},
    {"a": [{"id": []}, {"id": [1]}], "b": [{"id": 5, "newKey": 2}]},
)
@example_of({"a": 1}, {"a": True})
@example_of([1, 0], [True, False])
def test_patching_the_old_value_gives_the_new_one(old: Any, new: Any) -> None:
    operations = patch(old, new)
    # As another program gets it, and without a trace in the value that it began with.
    read = json.loads(json.dumps(operations))
    before = canonical_json(old)

    assert canonical_json(_applied(old, read)) == canonical_json(new)
    assert canonical_json(old) == before


@given(_VALUES)
def test_equal_values_need_no_operation(value: Any) -> None:
    assert patch(value, json.loads(json.dumps(value))) == ()


@given(st.dictionaries(_KEYS, _VALUES, max_size=4), _KEYS, _SCALARS)
def test_one_changed_key_is_one_operation(old: dict[str, Any], key: str, new: Any) -> None:
    operations = patch(old, {**old, key: new})
    is_same = key in old and canonical_json(old[key]) == canonical_json(new)

    assert len(operations) == (0 if is_same else 1)


@given(_VALUES, _VALUES)
def test_operations_are_those_of_the_standard(old: Any, new: Any) -> None:
    for operation in patch(old, new):
        known = {"add": {"value"}, "replace": {"value"}, "remove": set(), "move": {"from"}}

        assert set(operation) == {"op", "path"} | known[operation["op"]]
