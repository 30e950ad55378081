"""Documents as JSON Patches: shared by bundles, with links as text and secrets hidden."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from jsonpatch import JsonPatch

from gitconfig_tool.changes import Revision, compare
from gitconfig_tool.changes.model import Kind
from gitconfig_tool.changes.patches import DocumentPatch, document_patches, patch
from gitconfig_tool.changes.values import shown_value
from gitconfig_tool.compiler.view import View
from gitconfig_tool.source import open_project
from tests.projects import git, make_project, write

BASE = "base/chat/model.yaml"
OVER = "environments/production/chat/model.yaml"
FIRST = {BASE: "rpm: 60\nstop: [a, b]\nkey: {password: one}\n", OVER: "region: eu\n"}


def _patches(folder: Path, after: dict[str, str | None]) -> tuple[DocumentPatch, ...]:
    """Return the patches of an edit."""
    make_project(folder, FIRST)
    for path, text in after.items():
        if text is None:
            (folder / path).unlink()
        else:
            write(folder, {path: text})
    return _tried(folder)


def _tried(folder: Path) -> tuple[DocumentPatch, ...]:
    """Return what the work tree does to HEAD, each patch tried on the documents of its bundles."""
    repository = open_project(folder, None)
    old, new = View(repository.at_commit("HEAD")), View(repository.at_worktree())
    changes = compare(old, new, Revision("HEAD", "commit", None), Revision("x", "worktree", None))
    made = document_patches(changes)
    for each in made:
        for bundle in each.bundles:
            before, after_value = (_value(view, bundle, each.document) for view in (old, new))
            assert JsonPatch([dict(one) for one in each.operations]).apply(before) == after_value
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


def test_edits_of_the_example(tmp_path: Path, checkout: Path) -> None:
    folder = tmp_path / "example"
    shutil.copytree(checkout / "example-repo", folder)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "First")
    model = folder / "base/ml-service/inference/model.yaml"
    text = model.read_text(encoding="utf-8")
    # A fallback goes, so that the items of a list move, and a link leads elsewhere.
    start, end = text.index("  - provider: anthropic"), text.index("  - provider: mistral")
    text = text[:start] + text[end:].replace("#/mistral/api_key", "#/openai/api_key")
    model.write_text(text.replace("500, 502, 503", "503, 500"), encoding="utf-8")
    (folder / "environments/production/platform/rate-limits.yaml").unlink()
    (folder / "base/platform/new.yaml").write_text("'a/b': {'~': [1, 2]}\n", encoding="utf-8")

    made = _tried(folder)

    assert {each.document for each in made} == {
        "ml-service/inference/model",
        "platform/rate-limits",
        "platform/new",
    }
    links = [
        operation["value"]
        for each in made
        for operation in each.operations
        if operation["path"].endswith("/api_key")
    ]
    assert links
    assert all(each.startswith("!secret ") for each in links)
