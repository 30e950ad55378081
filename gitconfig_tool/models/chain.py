"""The chains of models in the documents of one bundle.

Takes linked documents and the schemas that they satisfy; returns one `Chain` for each document that
describes a model or a chain. What stands under an id of another document is looked up, so a chain
may run through several documents. Says what keeps a chain from being one: a circle, an id that
leads nowhere, the same model twice. Whether a model takes what is sent to it is not asked here.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.link import LinkedDocument, references_of
from gitconfig_tool.models.expansion import CHAIN, CONFIG, ENDPOINT, Expansion, kind_of
from gitconfig_tool.models.model import Chain, Traffic

MODEL_SCHEMAS = frozenset({CONFIG, CHAIN, ENDPOINT})
SERVICE = "gitconfig-tool:service"


def chains_of(
    documents: Mapping[str, LinkedDocument],
    schemas: Mapping[str, tuple[str, ...]],
    unreadable: Collection[str] = (),
) -> Iterator[Chain]:
    """Yield the chains of a bundle; `schemas` names the schemas of each document by URI.

    An endpoint is a chain of its own only where no other document names it. `unreadable` are ids of
    documents that could not be read: nothing is said of who names them.
    """
    kinds = {
        name: kind
        for name in documents
        if (kind := kind_of(schemas.get(name, ()))) is not None
        and isinstance(documents[name].value, dict)
    }
    if MODEL_SCHEMAS.isdisjoint(kinds.values()):
        return
    callers = _callers(documents, schemas)
    waiting = []
    named: set[str] = set()
    for name, kind in kinds.items():
        if kind in MODEL_SCHEMAS:
            expansion = Expansion(documents, kinds, unreadable)
            expansion.begin(name)
            waiting.append((name, expansion))
            named.update(each for each in expansion.used if each != name)
    for name, expansion in waiting:
        if expansion.hops or expansion.problems:
            if kinds[name] == ENDPOINT and name in named and not callers.get(name):
                continue
            yield _chain(documents[name], expansion, callers.get(name, ()))


def chain_at(
    name: str, documents: Mapping[str, LinkedDocument], kinds: Mapping[str, str]
) -> Chain | None:
    """Return the chain of one document, without the services that call it; None where it has none.

    `documents` are asked only for those that the chain leads to. `kinds` holds the kind of each
    document that has one, see `kind_of`.
    """
    if not isinstance(documents[name].value, dict) or kinds.get(name) not in MODEL_SCHEMAS:
        return None
    expansion = Expansion(documents, kinds, ())
    expansion.begin(name)
    return _chain(documents[name], expansion, ()) if expansion.hops else None


@dataclass(frozen=True, slots=True)
class _Caller:
    """A document of a service that names a model's document, and the prompts that it sends."""

    document: str
    prompts: tuple[tuple[str, str], ...]


def _callers(
    documents: Mapping[str, LinkedDocument], schemas: Mapping[str, tuple[str, ...]]
) -> Mapping[str, list[_Caller]]:
    found: dict[str, list[_Caller]] = {}
    for name in documents:
        if SERVICE not in schemas.get(name, ()):
            continue  # Whoever looks at a part of the bundle does not have it read for nothing.
        document = documents[name]
        if not isinstance(document.value, dict):
            continue
        target = _model_of(document, documents)
        if target is not None:
            prompts = (
                (link.id, link.version)
                for pointer, link in document.prompts.items()
                if pointer == "/prompt" or pointer.startswith("/prompts/")
            )
            found.setdefault(target, []).append(_Caller(name, tuple(prompts)))
    return found


def _model_of(document: LinkedDocument, documents: Mapping[str, LinkedDocument]) -> str | None:
    """Return the id of the model's document that a service names, as text or by a `!ref`."""
    model = document.value.get("model")
    if isinstance(model, str):
        return model
    if isinstance(model, dict):
        for reference in references_of(document):
            if reference.at == ("model",) and reference.kind == "ref" and not reference.pointer:
                return reference.leads_to(documents)[0]
    return None


def _chain(document: LinkedDocument, expansion: Expansion, callers: Collection[_Caller]) -> Chain:
    own = [(link.id, link.version) for link in document.prompts.values()]
    sent = [prompt for caller in callers for prompt in caller.prompts]
    services = tuple(caller.document for caller in callers)
    return Chain(
        document.id,
        tuple(expansion.hops),
        strategy=_strategy(document.value),
        prompts=tuple(dict.fromkeys([*own, *sent])),
        traffic=_traffic(document),
        fields=document.value,
        services=services,
        used=tuple(dict.fromkeys([document.id, *expansion.used, *services])),
        problems=tuple(expansion.problems),
    )


def _strategy(value: Mapping[str, Any]) -> str:
    routing = value.get("routing")
    strategy = routing.get("strategy") if isinstance(routing, dict) else None
    return strategy if isinstance(strategy, str) else "priority"


def _traffic(document: LinkedDocument) -> Traffic | None:
    given = document.value.get("traffic")
    if not isinstance(given, dict):
        return None
    names = ("requests_per_month", "input_tokens", "output_tokens", "cached_input_tokens")
    numbers = [given.get(name, 0) for name in names]
    if any(isinstance(number, bool) or not isinstance(number, int) for number in numbers):
        return None  # The schema says what is wrong.
    requests, sent, answered, cached = numbers
    return Traffic(requests, sent, answered, cached, document.span_at(("traffic",)))
