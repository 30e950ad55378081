"""Linked documents and loaded schemas: what the tests of schemas begin with."""

import json
from collections.abc import Mapping
from typing import Any

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import Document
from gitconfig_tool.link import LinkedDocument, Surroundings, link_documents, linked_without_links
from gitconfig_tool.prompts import load_prompts
from gitconfig_tool.schema import Schemas, load_schemas
from gitconfig_tool.secrets import SopsDocument, read_sops
from tests.layered import merged, parse

PLACE = Span("gitconfig.yaml", 7, 3, 7, 9)

# What SOPS writes: four bytes of data, an iv of 32 and a tag of 16, all zero here.
_ENCRYPTED = f"ENC[AES256_GCM,data:AAAAAA==,iv:{'A' * 43}=,tag:{'A' * 22}==,type:{{}}]"


def loaded(schema: Any, *, match: str = "**") -> Schemas:
    """Load one schema of the project, which has no problem."""
    texts = {"schemas/own.schema.json": json.dumps(schema).encode()}
    schemas, diagnostics = load_schemas(texts, [(match, "schemas/own.schema.json", PLACE)])
    assert diagnostics == ()
    return schemas


def builtin(name: str) -> Schemas:
    """Load one built-in schema, for all documents."""
    schemas, diagnostics = load_schemas({}, [("**", f"gitconfig-tool:{name}", PLACE)])
    assert diagnostics == ()
    return schemas


def linked(
    *texts: str, document: str = "doc", secrets: Mapping[str, str] | None = None
) -> LinkedDocument:
    """Merge and link layers `l0`, `l1`, ...; `secrets` gives SOPS types in the document `s`."""
    source = merged(*texts, document=document)
    if not source.has_links:
        return linked_without_links(source)
    sops = {"s": [_sops(secrets or {})]}
    prompts, _ = load_prompts({})
    documents, diagnostics = link_documents({document: source}, Surroundings(sops, prompts))
    assert diagnostics == ()
    return documents[document]


def _sops(types: Mapping[str, str]) -> SopsDocument:
    # SOPS leaves null as it is.
    lines = [
        f"{key}: {'null' if kind == 'null' else _ENCRYPTED.format(kind)}"
        for key, kind in types.items()
        if kind != "map"
    ]
    for key in (key for key, kind in types.items() if kind == "map"):
        lines += [f"{key}:", f"  inner: {_ENCRYPTED.format('str')}"]
    lines += [
        "sops:",
        "  age: [{recipient: age1fake, enc: fake}]",
        "  lastmodified: '2030-01-01T00:00:00Z'",
        f"  mac: {_ENCRYPTED.format('str')}",
        "  version: 3.11.0",
    ]
    text = "\n".join(lines)
    document, _ = read_sops(Document("s.sops.yaml", parse(text, "s.sops.yaml")))
    return document


def only(diagnostics: tuple[Diagnostic, ...]) -> Diagnostic:
    """Return the one diagnostic that there is."""
    (diagnostic,) = diagnostics
    return diagnostic
