"""What every gateway is told of a hop: its parameters in OpenAI's words, its key, its limits.

Takes a hop as `models` gives it; looks up in the document that the hop is written in where its
secrets lead. Knows no gateway.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.emit.model import Draft, Source
from gitconfig_tool.link import LinkedDocument, SecretLink
from gitconfig_tool.models import Chain, Hop
from gitconfig_tool.pointer import format_pointer, parse_pointer

# The names of gitconfig-tool:model-config that are OpenAI's own, and that gateways translate.
_SAME = frozenset(
    {
        "temperature",
        "top_p",
        "top_k",
        "max_tokens",
        "stop",
        "seed",
        "frequency_penalty",
        "presence_penalty",
        "reasoning_effort",
    }
)
_FORMS = {"text": {"type": "text"}, "json": {"type": "json_object"}}
# `when` names failures; a fallback without it is for all of them.
CONTEXT = "context-too-long"
CONTENT = "content-filtered"
_SPREAD = frozenset({"latency", "cost", "random"})


def is_spread(chain: Chain) -> bool:
    """Tell whether a strategy chooses among models of one rank, rather than by their order."""
    return chain.strategy in _SPREAD


def failures_of(hop: Hop) -> frozenset[str] | None:
    """Return the failures after which a fallback is called; None stands for all."""
    when = hop.fields.get("when")
    return frozenset(map(str, when)) if isinstance(when, list) else None


def own_or_first(chain: Chain, hop: Hop, name: str) -> Any:
    """Return a setting of a hop; where the hop has none, that of its chain."""
    value = hop.fields.get(name)
    return chain.fields.get(name) if value is None else value


def setting_span(source: Source, chain: Chain, hop: Hop, name: str, *inner: str) -> Span:
    """Return the place of a setting of a hop, or of its chain where the hop has none.

    So what a chain sets for all its hops is reported once.
    """
    if hop.fields.get(name) is None:
        return source.everything[chain.document].span_at((name, *inner))
    return document_of(source, hop).span_at((*hop.path, name, *inner))


def document_of(source: Source, hop: Hop) -> LinkedDocument:
    """Return the document that a hop is written in."""
    return source.everything[hop.document]


def key_of(source: Source, hop: Hop, draft: Draft) -> SecretLink | None:
    """Return the secret that is a hop's API key; a key in the clear is a problem."""
    document = document_of(source, hop)
    path = (*hop.path, "api_key")
    link = document.secrets.get(format_pointer(path))
    if link is None and hop.fields.get("api_key") is not None:
        draft.problem(
            "GCT753",
            f"expected a !secret link for the API key of {hop.provider}/{hop.model}, found it in "
            "the clear",
            document.span_at(path),
            label="in the clear",
            hint="encrypt it with sops and link to it: api_key: !secret DOC#/pointer",
        )
    return link


def key_place(hop: Hop) -> str:
    """Return where a hop's key is linked, as `DOC#/pointer`."""
    return f"{hop.document}#{format_pointer((*hop.path, 'api_key'))}"


def key_span(source: Source, hop: Hop) -> Span:
    """Return the place of a hop's key."""
    return document_of(source, hop).span_at((*hop.path, "api_key"))


def body_of(hop: Hop, target: str, draft: Draft) -> dict[str, Any]:
    """Return the parameters of a hop as a request in OpenAI's form has them.

    What has no place in such a request is reported as left out. `extra` is not looked at.
    """
    body: dict[str, Any] = {}
    for name, parameter in sorted(hop.parameters.items()):
        if name in _SAME:
            body[name] = parameter.value
        elif name == "response_format" and parameter.value in _FORMS:
            body[name] = _FORMS[parameter.value]
        elif name == "response_format":
            draft.left_out(
                "a response format that needs a schema",
                target,
                parameter.span,
                "the application sends the schema with the request",
            )
        elif name != "extra":
            _extension(hop, name, parameter.value, parameter.span, body, target, draft)
    return body


def _extension(
    hop: Hop,
    name: str,
    value: Any,
    span: Span,
    body: dict[str, Any],
    target: str,
    draft: Draft,
) -> None:
    """Take up what only one provider knows."""
    if name == "safety_settings" and hop.provider in ("google-vertex", "google-gemini"):
        body[name] = value
    elif name == "content_filter" and hop.provider == "aws-bedrock" and isinstance(value, dict):
        body["guardrailConfig"] = {
            "guardrailIdentifier": value.get("name"),
            "guardrailVersion": value.get("version", "DRAFT"),
        }
    else:
        draft.left_out(f"the parameter {name} of {hop.provider}/{hop.model}", target, span)


def extra_of(
    source: Source, chain: Chain, hop: Hop, draft: Draft
) -> Iterator[tuple[str, Any, Span]]:
    """Yield the parameters that only the provider knows, each with its place.

    A secret among parameters is a problem: gateways send them as they are.
    """
    for document, path in ((chain.document, ()), (hop.document, hop.path)):
        found = source.everything[document]
        inside = format_pointer((*path, "parameters"))
        for pointer in found.secrets:
            if pointer.startswith(f"{inside}/"):
                draft.problem(
                    "GCT756",
                    "expected parameters that can be written down, found a secret among them",
                    found.span_at(parse_pointer(pointer)),
                    label="secret",
                    hint="gateways take secrets as API keys and headers only",
                )
    extra = hop.parameters.get("extra")
    if extra is not None and isinstance(extra.value, Mapping):
        for name, value in extra.value.items():
            yield name, value, extra.span


def retries_of(chain: Chain, hop: Hop) -> Mapping[str, Any]:
    """Return how a hop is tried again."""
    retries = own_or_first(chain, hop, "retries")
    return retries if isinstance(retries, Mapping) else {}


def report_waits(
    source: Source, chain: Chain, hop: Hop, target: str, own: Mapping[str, float], draft: Draft
) -> None:
    """Report times between tries that a target has otherwise; `own` are the target's.

    What stands at the chain is reported once for all hops.
    """
    for name, value in retries_of(chain, hop).items():
        if "backoff" in name and value != own.get(name):
            draft.left_out(
                f"a time to wait between tries ({name})",
                target,
                setting_span(source, chain, hop, "retries", name),
                f"{target} waits {own['backoff_seconds']:g} s, then twice as long each time, "
                f"at most {own['max_backoff_seconds']:g} s",
            )


def report_unsaid(source: Source, chain: Chain, target: str, draft: Draft) -> None:
    """Report the settings of a chain that no gateway here is told."""
    document = source.documents[chain.document]
    for name, what in (("budget", "a budget"), ("cache", "a cache")):
        if chain.fields.get(name) is not None:
            draft.left_out(what, target, document.span_at((name,)))


def report_dropped(hop: Hop, target: str, draft: Draft) -> None:
    """Report parameters that a model is not to be sent, for a gateway that takes none away."""
    dropped = hop.fields.get("drop_parameters")
    if dropped:
        draft.left_out(
            f"that {hop.provider}/{hop.model} is not sent {', '.join(map(str, dropped))}",
            target,
            hop.span,
            "the application must not send them: the gateway passes on what a request holds",
        )
