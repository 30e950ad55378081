"""SOPS files as the keyless checks see them."""

from collections.abc import Mapping
from typing import Any

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.document import Node, parse_document
from gitconfig_tool.document.nodes import JsonScalar
from gitconfig_tool.project import Rotation, SecretRule
from gitconfig_tool.secrets import SopsDocument

_SCALARS = {"str": "x", "int": 1, "float": 0.5, "bool": True}


def sealed(tree: Mapping[str, Any]) -> SopsDocument:
    """Return a file; a leaf is the type of an encrypted value, or `=TEXT` for one in the clear."""
    types: dict[str, str] = {}
    encrypted = set()

    def add(pointer: str, value: Any) -> None:
        if isinstance(value, Mapping):
            types[pointer] = "map"
            for key, each in value.items():
                add(f"{pointer}/{key}", each)
        elif isinstance(value, list):
            types[pointer] = "seq"
            for at, each in enumerate(value):
                add(f"{pointer}/{at}", each)
        elif value is None or value.startswith("="):
            types[pointer] = "null" if value is None else "str"
        else:
            types[pointer] = value
            encrypted.add(pointer)

    add("", tree)
    spans = {pointer: Span("s.sops.yaml", at + 1, 3, at + 1, 9) for at, pointer in enumerate(types)}
    return SopsDocument(
        path="s.sops.yaml",
        format="yaml",
        recipients=("age:age1x",),
        version="3.11.0",
        last_modified="",
        has_mac=True,
        types=types,
        encrypted=frozenset(encrypted),
        spans=spans,
        recipient_spans={},
    )


def clear(text: str) -> Node:
    """Return YAML as nodes."""
    document, problems = parse_document("s.sops.yaml", text.encode())
    assert problems == ()
    assert document.root is not None
    return document.root


def rule(match: str, kind: str, **attributes: JsonScalar) -> SecretRule:
    """Return a rule of the project file."""
    documents, _, pointers = match.partition("#")
    span = Span("gitconfig.yaml", 7, 1, 7, 5)
    return SecretRule(documents, pointers, kind, Rotation(), attributes, span)
