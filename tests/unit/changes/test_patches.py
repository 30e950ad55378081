"""Documents as JSON Patches: shared by bundles, with links as text and secrets hidden."""

from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.changes import Revision, compare
from gitconfig_tool.changes.model import Kind
from gitconfig_tool.changes.patches import DocumentPatch, apply_patch, document_patches, patch
from gitconfig_tool.changes.values import shown_value
from gitconfig_tool.compiler.view import View
from gitconfig_tool.source import open_project
from tests.projects import make_project, write

BASE = "base/chat/model.yaml"
OVER = "environments/production/chat/model.yaml"
FIRST = {BASE: "rpm: 60\nstop: [a, b]\nkey: {password: one}\n", OVER: "region: eu\n"}


def _patches(folder: Path, after: dict[str, str | None]) -> tuple[DocumentPatch, ...]:
    """Return the patches of an edit, each of them tried on the documents of its bundles."""
    make_project(folder, FIRST)
    for path, text in after.items():
        if text is None:
            (folder / path).unlink()
        else:
            write(folder, {path: text})
    repository = open_project(folder, None)
    old, new = View(repository.at_commit("HEAD")), View(repository.at_worktree())
    changes = compare(old, new, Revision("HEAD", "commit", None), Revision("x", "worktree", None))
    made = document_patches(changes)
    for each in made:
        for bundle in each.bundles:
            before, after_value = (_value(view, bundle, each.document) for view in (old, new))
            assert apply_patch(before, each.operations) == after_value
    return made


def _value(view: View, bundle: str, document: str) -> Any:
    linked = view.document(view.bundles[bundle], document).linked
    return None if linked is None else shown_value(linked)


def test_an_equal_patch_of_several_bundles_is_one(tmp_path: Path) -> None:
    # The documents differ, by a region; what happens to them does not.
    text = FIRST[BASE].replace("60", "70")

    assert _patches(tmp_path, {BASE: text}) == (
        DocumentPatch(
            "chat/model",
            Kind.CHANGED,
            ("development", "production"),
            ({"op": "replace", "path": "/rpm", "value": 70},),
            (),
        ),
    )


def test_a_document_that_comes_is_made_of_null(tmp_path: Path) -> None:
    (made,) = _patches(tmp_path, {"environments/production/new.yaml": "a: 1\n"})

    assert made.kind is Kind.ADDED
    assert made.operations == ({"op": "replace", "path": "", "value": {"a": 1}},)
    assert made.bundles == ("production",)


def test_a_document_that_goes_becomes_null(tmp_path: Path) -> None:
    (made, *_) = _patches(tmp_path, {BASE: None, OVER: None})

    assert made.kind is Kind.REMOVED
    assert made.operations == ({"op": "replace", "path": "", "value": None},)


def test_what_may_be_a_secret_is_named_and_not_shown(tmp_path: Path) -> None:
    (made,) = _patches(tmp_path, {BASE: FIRST[BASE].replace("one", "two")})

    assert made.operations == ()
    assert made.hidden == ("/key/password",)


@pytest.mark.parametrize(
    ("old", "new", "operations"),
    [
        ({"a/b": {"~": 1}}, {"a/b": {"~": 2}}, [("replace", "/a~1b/~0")]),
        ({"a": 1, "b": 2}, {"b": 2, "c": 1}, [("remove", "/a"), ("add", "/c")]),
        ({"a": [1, 2, 3]}, {"a": [1, 3]}, [("remove", "/a/1")]),
        ({"a": [1]}, {"a": {"b": 1}}, [("replace", "/a")]),
        ({"a": 1}, {"a": 1.0}, []),
    ],
)
def test_operations_are_few(old: Any, new: Any, operations: list[tuple[str, str]]) -> None:
    assert [(each["op"], each["path"]) for each in patch(old, new)] == operations
