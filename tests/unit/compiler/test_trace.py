"""What each layer did to a value: one test for each action."""

import pytest

from gitconfig_tool.compiler.files import LayerFile
from gitconfig_tool.compiler.trace import Changes, Step, trace_document, trace_value
from gitconfig_tool.compiler.view import Consulted, Viewed
from gitconfig_tool.diagnostics import Span
from gitconfig_tool.merge import ListKeys, merge_documents
from gitconfig_tool.project import BoundLayer
from tests.layered import parse


def viewed(*texts: str | None, id: str = "doc", list_keys: ListKeys | None = None) -> Viewed:
    """View a document of the layers `l0`, `l1`, ...; None for a file that is not there."""
    consulted = []
    for number, text in enumerate(texts):
        path = f"l{number}/{id}.yaml"
        layer = BoundLayer(f"l{number}", None, False, frozenset(), {}, Span("gitconfig.yaml"))
        root = None if text is None else parse(text, path)
        file = None if root is None else LayerFile(id, path, root, None)
        consulted.append(Consulted(layer, path, text is not None, file))
    given = [each.given for each in consulted if each.given is not None]
    merged, _ = merge_documents(id, given, list_keys)
    return Viewed(id, tuple(consulted), merged, None, True, list_keys)


def last(*texts: str | None, at: tuple[str, ...] = ("x",)) -> Step:
    """Return what the strongest layer did."""
    return trace_document(viewed(*texts), at).steps[0]


def test_steps_are_strongest_first_and_know_the_winner() -> None:
    trace = trace_document(viewed("x: 1", None, "y: 1", "x: 2"), ("x",))

    assert [(step.layer, step.action, step.wins) for step in trace.steps] == [
        ("l3", "replace", True),
        ("l2", "silent", False),
        ("l1", "no-file", False),
        ("l0", "set", False),
    ]
    overridden = trace.steps[0].overridden
    assert overridden is not None
    assert overridden.layer == "l0"


@pytest.mark.parametrize(
    ("weak", "strong", "action"),
    [
        ("y: 1", "x: 1", "set"),
        ("x: 1", "x: 2", "replace"),
        ("x: 1", "x: 1", "repeat"),
        ("x: 1", "x: true", "replace"),
        ("x: 1", "y: 1", "silent"),
        ("x: 1", "x: !final 2", "replace"),
        ("x: !final 1", "x: 2", "refuse"),
        ("x: 1", "x: !unset", "remove"),
        ("y: 1", "x: !unset", "remove"),
        ("x: 1", "x: !required", "require"),
        ("x: !required", "x: 1", "set"),
        ("x: [1]", "x: !append [2]", "append"),
        ("x: [1]", "x: !prepend [2]", "prepend"),
        ("x: [1]", "x: [2]", "replace"),
        ("x: {a: 1}", "x: {b: 1}", "merge"),
        ("x: {a: 1}", "x: !replace {b: 1}", "replace"),
        ("x: {a: 1}", "x: 5", "conflict"),
        ("x: [1]", "x: {a: 1}", "conflict"),
    ],
)
def test_actions(weak: str, strong: str, action: str) -> None:
    assert last(weak, strong).action == action


@pytest.mark.parametrize(
    ("weak", "strong", "action"),
    [
        ("s: {x: 1}", "s: !replace {y: 1}", "remove"),
        ("s: {x: 1}", "s: !unset", "remove"),
        ("s: {x: !final 1}", "s: !replace {y: 1}", "refuse"),
        ("s: {x: !final 1}", "s: !unset", "refuse"),
        ("s: !final {x: 1}", "s: {x: 2}", "refuse"),
        ("s: {x: !final 1, y: 1}", "s: {y: 2}", "silent"),
    ],
)
def test_what_is_around_a_value_acts_on_it(weak: str, strong: str, action: str) -> None:
    assert last(weak, strong, at=("s", "x")).action == action


def test_the_place_of_a_final_and_of_a_conflict() -> None:
    assert last("a: 1\nx: !final 1", "x: 2").cause == Span("l0/doc.yaml", 2, 4, 2, 12)
    assert last("a: 1\nx: {b: 1}", "x: 2").cause == Span("l0/doc.yaml", 2, 4, 2, 10)


def test_changes_inside_a_mapping_are_counted() -> None:
    step = last(
        "x: {same: 1, other: 1, gone: 1, kept: !final 1}",
        "x: {same: 1, other: 2, gone: !unset, kept: 2, new: {a: 1, b: 2}}",
    )

    assert step.changes == Changes(added=2, changed=1, repeated=1, removed=1, refused=1)


def test_an_item_is_traced_as_its_list() -> None:
    trace = trace_document(viewed("x: [{a: 1}]", "x: !prepend [{a: 0}]"), ("x", "1", "a"))

    assert (trace.path, trace.rest) == (("x",), ("1", "a"))
    assert [step.action for step in trace.steps] == ["prepend", "set"]


def test_a_list_that_merges_by_key() -> None:
    both = viewed(
        "x: [{n: a, v: 1}, {n: b, v: 1}]", "x: [{n: b, v: 2}]", list_keys=lambda _: ("n",)
    )

    step = trace_document(both, ("x",)).steps[0]

    assert step.action == "merge"
    assert step.changes == Changes(changed=1, repeated=1)


def test_references_are_followed_and_circles_end() -> None:
    documents = {
        "a": viewed('x: !ref "b#/y"', id="a"),
        "b": viewed('y: {z: 1}\nc: !ref "#/d"\nd: !ref "#/c"', id="b"),
    }

    traces = trace_value(documents.__getitem__, "a", ("x", "z"))
    circle = trace_value(documents.__getitem__, "b", ("c",))

    assert [(each.document, each.path, each.rest) for each in traces] == [
        ("a", ("x",), ("z",)),
        ("b", ("y", "z"), ()),
    ]
    assert [(each.document, each.path) for each in circle] == [("b", ("c",)), ("b", ("d",))]


def test_a_reference_to_another_commit_is_not_followed() -> None:
    traces = trace_value(lambda id: viewed('x: !ref "b@v1#/y"', id=id), "a", ("x",))

    assert len(traces) == 1
