"""The chains of models in the documents of one bundle.

Takes linked documents and the schemas that they satisfy; returns one `Chain` for each document that
describes a model. A parameter that a fallback does not set is the primary's: so a gateway calls it.
Reports nothing: what is wrong with a chain is said by the checks.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.models.model import Chain, Hop, Parameter
from gitconfig_tool.pointer import Path

MODEL_SCHEMAS = frozenset({"gitconfig-tool:model-config"})


def chains_of(
    documents: Mapping[str, LinkedDocument], schemas: Mapping[str, tuple[str, ...]]
) -> Iterator[Chain]:
    """Yield the chains of a bundle; `schemas` names the schemas of each document by URI."""
    for name, document in documents.items():
        if MODEL_SCHEMAS.isdisjoint(schemas.get(name, ())) or not isinstance(document.value, dict):
            continue
        hops = tuple(_hops(document))
        if hops:
            yield Chain(
                name,
                hops,
                prompts=tuple((link.id, link.version) for link in document.prompts.values()),
                fields=document.value,
            )


def _hops(document: LinkedDocument) -> Iterator[Hop]:
    value: Mapping[str, Any] = document.value
    inherited = _parameters(document, value, (), "chain")
    first = _hop(document, value, (), 0, _parameters(document, value, (), "hop"))
    if first is not None:
        yield first
    fallbacks = value.get("fallbacks")
    for index, fallback in enumerate(fallbacks if isinstance(fallbacks, list) else ()):
        if isinstance(fallback, dict):
            path: Path = ("fallbacks", index)
            own = _parameters(document, fallback, path, "hop")
            found = _hop(document, fallback, path, index + 1, {**inherited, **own})
            if found is not None:
                yield found


def _hop(
    document: LinkedDocument,
    value: Mapping[str, Any],
    path: Path,
    index: int,
    parameters: Mapping[str, Parameter],
) -> Hop | None:
    provider, model = value.get("provider"), value.get("model")
    if not isinstance(provider, str) or not isinstance(model, str):
        return None
    span = document.span_at(path)
    at = document.span_at((*path, "model"))
    return Hop(index, document.id, path, provider, model, parameters, value, span, at)


def _parameters(
    document: LinkedDocument, value: Mapping[str, Any], path: Path, source: str
) -> dict[str, Parameter]:
    given = value.get("parameters")
    if not isinstance(given, dict):
        return {}
    return {
        name: Parameter(each, document.span_at((*path, "parameters", name)), source)
        for name, each in given.items()
    }
