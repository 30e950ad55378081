"""Layers written as text: what the tests of merging, linking and packing begin with."""

from collections.abc import Sequence
from typing import Any

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.document import Node, parse_document
from gitconfig_tool.merge import (
    LayerDocument,
    Link,
    ListKeys,
    MergedDocument,
    merge_documents,
    to_json,
)


def parse(text: str, path: str = "a.yaml") -> Node:
    """Return the root of a file that has no problem; `yes` and the like may stand for text."""
    document, diagnostics = parse_document(path, text.encode())
    assert [found for found in diagnostics if found.code != "GCT023"] == []
    assert document.root is not None
    return document.root


def layer(name: str, text: str, *, own: Sequence[str] = (), document: str = "doc") -> LayerDocument:
    """Return what the file `<name>/<document>.yaml` gives."""
    path = f"{name}/{document}.yaml"
    return LayerDocument(name, path, parse(text, path), frozenset(own))


def merge(
    *texts: str, document: str = "doc", list_keys: ListKeys | None = None
) -> tuple[MergedDocument | None, tuple[Diagnostic, ...]]:
    """Merge texts, weakest first, as the layers `l0`, `l1`, ... of one document."""
    layers = [layer(f"l{number}", text, document=document) for number, text in enumerate(texts)]
    return merge_documents(document, layers, list_keys)


def merged(*texts: str, document: str = "doc") -> MergedDocument:
    """Merge texts that have no problem."""
    result, diagnostics = merge(*texts, document=document)
    assert diagnostics == ()
    assert result is not None
    return result


def json_of(document: MergedDocument) -> Any:
    """Return a merged value as JSON; a link is written `!kind text`."""
    return to_json(document.root, link_text)


def link_text(content: Any) -> str:
    """Write a link as the user did."""
    assert isinstance(content, Link)
    return f"!{content.kind} {content.text}"
