"""Plaintext against JSON Schemas: that of each secret's type, and those of documents that link.

Takes opened files and a compilation; yields diagnostics that say which keyword failed and where,
and never with what value.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gitconfig_tool.bundle import CompiledBundle
from gitconfig_tool.compiler import Compilation
from gitconfig_tool.diagnostics import Diagnostic, Note
from gitconfig_tool.link import LinkedDocument, SecretLink
from gitconfig_tool.pointer import (
    format_pointer,
    parse_pointer,
    replace_value,
    resolve_pointer,
)
from gitconfig_tool.secrets import SopsDocument
from gitconfig_tool.secrets.types import place_of

# What the checks without a key have told already: they see names and types.
_TOLD = ("type", "required", "additionalProperties", "dependentRequired", "propertyNames")


def type_faults(value: Any, uri: str) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the path and what was expected for all that the schema of a type finds in a value."""
    yield from _faults(value, uri, {uri: _builtin(uri)})


def document_faults(
    compilation: Compilation, opened: Mapping[str, Any], sops: Mapping[str, SopsDocument]
) -> Iterator[Diagnostic]:
    """Check the documents whose secrets could all be opened against their own schemas.

    `opened` holds plaintext by path. Documents that several bundles share are checked once.
    """
    seen: set[tuple[int, tuple[str, ...]]] = set()
    for name, bundle in compilation.bundles.items():
        for document in bundle.documents.values():
            uris = bundle.schemas[document.id]
            key = (id(document), uris)
            if not document.secrets or not uris or key in seen:
                continue
            seen.add(key)
            if all(link.path in opened for link in document.secrets.values()):
                texts = compilation.schema_texts[name]
                yield from _document(document, bundle, texts, opened, sops)


def _document(
    document: LinkedDocument,
    bundle: CompiledBundle,
    texts: Mapping[str, Any],
    opened: Mapping[str, Any],
    sops: Mapping[str, SopsDocument],
) -> Iterator[Diagnostic]:
    value = document.value
    for pointer, link in document.secrets.items():
        try:
            secret = resolve_pointer(opened[link.path], link.pointer)
        except KeyError:
            return  # What cannot be linked is reported elsewhere.
        value = replace_value(value, parse_pointer(pointer), secret)
    for uri in bundle.schemas[document.id]:
        for path, wanted in _faults(value, uri, texts):
            found = _link_around(document, path)
            if found is None:
                continue  # A value in the clear: `validate` tells of it.
            link, inner = found
            pointer = link.pointer + format_pointer(inner)
            yield Diagnostic(
                "GCT447",
                f"expected {wanted} at {link.document}#{pointer}, for {document.id}"
                f"#{format_pointer(path)}; found another value",
                place_of(sops[link.path], pointer),
                notes=(Note(f"asked for by {_schema_name(uri)}", document.span_at(path)),),
                hint=f"correct the value with: sops edit {link.path}",
            )


def _link_around(
    document: LinkedDocument, path: tuple[str | int, ...]
) -> tuple[SecretLink, tuple[str | int, ...]] | None:
    """Return the link that a path leads through, and the rest of the path behind it."""
    for length in range(len(path) + 1):
        link = document.secrets.get(format_pointer(path[:length]))
        if link is not None:
            return link, path[length:]
    return None


def _faults(
    value: Any, uri: str, texts: Mapping[str, Any]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    # Loaded here, not above: jsonschema takes 90 ms.
    from gitconfig_tool.schema.problems import Problem, find_problems
    from gitconfig_tool.schema.wording import leaves_of, wanted_of

    def without_told(problems: Iterable[Problem]) -> Iterator[Problem]:
        for problem in problems:
            if problem.branches and all(leaf.keyword in _TOLD for leaf in leaves_of(problem)):
                continue
            if problem.keyword not in _TOLD and not problem.of_name:
                yield problem

    for problem in without_told(find_problems(value, uri, texts)):
        yield problem.path, wanted_of(problem)


def _builtin(uri: str) -> Any:
    import json

    from gitconfig_tool.builtin import BUILTIN, builtin_text

    return json.loads(builtin_text("schemas", f"{uri.removeprefix(BUILTIN)}.schema.json") or "{}")


def _schema_name(uri: str) -> str:
    from gitconfig_tool.schema.names import schema_name

    return schema_name(uri)
