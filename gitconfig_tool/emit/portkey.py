"""Portkey's gateway: one config for each chain of models.

As the gateway 1.15.2 checks configs (npm `@portkey-ai/gateway`, its validator of requests), and as
Portkey's page "Config Object" describes them. A key is a virtual key by its slug, or for a gateway
of one's own the reference `${NAME}`. What is set in `override_params` wins over the request.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from gitconfig_tool.emit.hops import (
    CONTENT,
    CONTEXT,
    body_of,
    extra_of,
    failures_of,
    is_spread,
    key_of,
    key_place,
    key_span,
    own_or_first,
    report_dropped,
    report_unsaid,
    report_waits,
    retries_of,
    setting_span,
)
from gitconfig_tool.emit.model import Draft, Emitted, Source
from gitconfig_tool.emit.options import Options
from gitconfig_tool.emit.plain import write_json
from gitconfig_tool.emit.secrets import OPTION, Secrets
from gitconfig_tool.models import Chain, Hop

NAME = "Portkey"
_VERTEX = "vertex-ai"
# The gateway's `VALID_PROVIDERS`.
PROVIDERS: Mapping[str, str] = {
    "openai": "openai",
    "anthropic": "anthropic",
    "aws-bedrock": "bedrock",
    "azure-openai": "azure-openai",
    "google-vertex": _VERTEX,
    "google-gemini": "google",
    "mistral": "mistral-ai",
    "cohere": "cohere",
    "xai": "x-ai",
    "vllm": "openai",
    "custom": "openai",
}
_OPTIONS = (OPTION, "credentials")
_STATUSES = {
    "timeout": (408,),
    "rate-limited": (429,),
    "server-error": (500, 502, 503, 504),
}
_MAX_ATTEMPTS = 5  # Portkey, "Automatic Retries"
# Portkey, "Automatic Retries": 1, 2, 4, 8, 16 seconds.
_WAITS = {"backoff_seconds": 1, "max_backoff_seconds": 16, "backoff_multiplier": 2}
_AZURE = ".openai.azure.com"


def emit_portkey(source: Source) -> Emitted:
    """Make a config for each chain."""
    draft = Draft(source.span)
    options = Options(source, "portkey", _OPTIONS, draft)
    virtual = (
        options.choice("credentials", ("virtual-key", "api-key"), "virtual-key") == "virtual-key"
    )
    secrets = Secrets(options, draft)
    for chain in source.chains:
        report_unsaid(source, chain, NAME, draft)
        draft.add(
            f"{chain.document}.json",
            write_json(_config(source, chain, secrets, draft, virtual=virtual)),
        )
    secrets.finish()
    table = secrets.table()
    if table and virtual:
        keys = {slug_of(name): entry for name, entry in table.items()}
        draft.add("secrets.json", write_json({"virtualKeys": keys}))
    elif table:
        draft.add("secrets.json", write_json({"variables": table}))
    alone = source.chains[0] if len(source.chains) == 1 else None
    return draft.done(f"{alone.document}.json" if alone else None)


def slug_of(name: str) -> str:
    """Make a slug of the name of a secret: `provider-keys-openai`."""
    return name.lower().replace("_", "-").strip("-")


def _config(
    source: Source, chain: Chain, secrets: Secrets, draft: Draft, *, virtual: bool
) -> dict[str, Any]:
    document = source.documents[chain.document]
    if is_spread(chain) and chain.strategy != "random":
        draft.problem(
            "GCT756",
            f"expected a strategy that Portkey has, found '{chain.strategy}'",
            document.span_at(("routing", "strategy")),
            hint="Portkey has priority, quality (in their order) and random (by weight)",
        )
    targets = {
        hop.index: _target(source, chain, hop, secrets, draft, virtual=virtual)
        for hop in chain.hops
    }
    peers = [
        hop
        for hop in chain.hops
        if hop.index == 0 or (is_spread(chain) and failures_of(hop) is None)
    ]
    waiting = [hop for hop in chain.hops if hop not in peers]
    first: dict[str, Any] = targets[peers[0].index]
    if len(peers) > 1:
        shared = [targets[hop.index] for hop in peers]
        first = {"strategy": {"mode": "loadbalance"}, "targets": shared}
    if not waiting:
        if len(peers) > 1:
            return first
        return {"strategy": {"mode": "single"}, "targets": [first]}
    strategy = {"mode": "fallback", **_statuses(source, waiting, draft)}
    return {"strategy": strategy, "targets": [first, *(targets[hop.index] for hop in waiting)]}


def _statuses(source: Source, waiting: list[Hop], draft: Draft) -> dict[str, Any]:
    kinds = {failures_of(hop) for hop in waiting}
    if len(kinds) > 1:
        draft.problem(
            "GCT756",
            "expected fallbacks that follow the same failures, because Portkey asks once for all, "
            "found others",
            waiting[-1].span,
            hint="give all fallbacks the same 'when', or none",
        )
    failures = next(iter(kinds))
    if failures is None:
        return {}
    unknown = sorted(failures & {CONTEXT, CONTENT})
    if unknown == sorted(failures):
        draft.problem(
            "GCT756",
            f"expected failures that Portkey tells apart, found {', '.join(unknown)} alone",
            waiting[0].span,
            hint=f"Portkey goes by status codes: {', '.join(_STATUSES)}",
        )
    elif unknown:
        draft.left_out(f"a fallback after {', '.join(unknown)}", NAME, waiting[0].span)
    return {
        "on_status_codes": sorted(code for each in failures for code in _STATUSES.get(each, ()))
    }


def _target(
    source: Source, chain: Chain, hop: Hop, secrets: Secrets, draft: Draft, *, virtual: bool
) -> dict[str, Any]:
    link = key_of(source, hop, draft)
    target: dict[str, Any] = {}
    if link is not None and virtual:
        name = secrets.name(link, key_place(hop), key_span(source, hop))
        target["virtual_key"] = slug_of(name)
    else:
        target["provider"] = PROVIDERS.get(hop.provider, hop.provider)
        if link is not None:
            name = secrets.name(link, key_place(hop), key_span(source, hop))
            target["api_key"] = f"${{{name}}}"
        if target["provider"] == _VERTEX:
            _require_place(hop, draft)
    target.update(_address(hop))
    if hop.fields.get("headers"):
        draft.left_out(f"headers of {hop.provider}/{hop.model}", NAME, hop.span)
    if hop.fields.get("weight") is not None:
        target["weight"] = hop.fields["weight"]
    timeout = own_or_first(chain, hop, "timeout_seconds")
    if isinstance(timeout, int | float):
        target["request_timeout"] = round(timeout * 1000)
    if own_or_first(chain, hop, "connect_timeout_seconds") is not None:
        draft.left_out(
            "a time-out for connecting",
            NAME,
            setting_span(source, chain, hop, "connect_timeout_seconds"),
        )
    target["retry"] = _retry(source, chain, hop, draft)
    report_dropped(hop, NAME, draft)
    body = {"model": hop.model, **body_of(hop, NAME, draft)}
    for name, value, span in extra_of(source, chain, hop, draft):
        if name in body:
            draft.problem(
                "GCT756",
                f"expected a parameter that nothing else sets in 'extra', found '{name}'",
                span,
                hint=f"remove '{name}' from 'extra', or the field that sets it already",
            )
        body[name] = value
    target["override_params"] = body
    return target


def _address(hop: Hop) -> dict[str, Any]:
    fields, address = hop.fields, {}
    endpoint = fields.get("endpoint")
    host = urlsplit(endpoint).hostname or "" if isinstance(endpoint, str) else ""
    if hop.provider == "azure-openai":
        if host.endswith(_AZURE):
            address["resource_name"] = host.removesuffix(_AZURE)
        elif endpoint:
            address["custom_host"] = endpoint
        address["deployment_id"] = fields.get("deployment") or hop.model
        if fields.get("api_version"):
            address["api_version"] = fields["api_version"]
    elif endpoint:
        address["custom_host"] = endpoint
    if fields.get("organization"):
        address["openai_organization"] = fields["organization"]
    for provider, field, name in (
        ("aws-bedrock", "region", "aws_region"),
        ("google-vertex", "region", "vertex_region"),
        ("google-vertex", "project", "vertex_project_id"),
    ):
        if hop.provider == provider and fields.get(field):
            address[name] = fields[field]
    return address


def _require_place(hop: Hop, draft: Draft) -> None:
    """Report a model of Vertex AI that does not say where it runs: the gateway refuses that."""
    if not (hop.fields.get("project") and hop.fields.get("region")):
        draft.problem(
            "GCT756",
            f"expected project and region of {hop.provider}/{hop.model} for Portkey, "
            "found one missing",
            hop.span,
            hint="set 'project' and 'region' of this model",
        )


def _retry(source: Source, chain: Chain, hop: Hop, draft: Draft) -> dict[str, Any]:
    """Say how often a target is tried again, and that it is not where a document says nothing.

    The gateway takes no target that has neither a key in the config, nor retries, nor a time-out.
    """
    retries = retries_of(chain, hop)
    attempts = retries.get("max_attempts")
    if not isinstance(attempts, int):
        attempts = 1
    if attempts - 1 > _MAX_ATTEMPTS:
        draft.left_out(
            f"more than {_MAX_ATTEMPTS} further tries", NAME, hop.span, "Portkey makes no more"
        )
    report_waits(source, chain, hop, NAME, _WAITS, draft)
    retry: dict[str, Any] = {"attempts": min(attempts - 1, _MAX_ATTEMPTS)}
    if isinstance(retries.get("retry_on_status"), list):
        retry["on_status_codes"] = retries["retry_on_status"]
    return retry
