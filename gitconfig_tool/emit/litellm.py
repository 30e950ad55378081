"""LiteLLM's proxy: `config.yaml`, prompts as `.prompt` files, and what names stand for.

As litellm 1.105.3 reads them (`Router.__init__`, `types/router.py`, `proxy_server.py`). Each model
document is a model group of its name. Models that are called in their order are groups of their
own, `DOC#fallback-1`, which `fallbacks` lead to: LiteLLM's `order` would not move on when a context
is too long. Models of one rank are deployments of one group. `drop_params` is never set:
a parameter that a model does not take is an error there, and here before it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from gitconfig_tool.document.writing import write_yaml
from gitconfig_tool.emit.hops import (
    CONTENT,
    CONTEXT,
    body_of,
    document_of,
    extra_of,
    failures_of,
    is_spread,
    key_of,
    key_place,
    key_span,
    own_or_first,
    report_unsaid,
    report_waits,
    retries_of,
    setting_span,
)
from gitconfig_tool.emit.model import Draft, Emitted, Source
from gitconfig_tool.emit.options import Options
from gitconfig_tool.emit.secrets import OPTION, Secrets, with_names
from gitconfig_tool.models import Chain, Hop
from gitconfig_tool.prompts.exchange.litellm import litellm_prompt_id, to_litellm
from gitconfig_tool.prompts.exchange.model import ExchangeError

NAME = "LiteLLM"
# litellm/constants.py, `provider_list`; what an OpenAI-compatible server speaks is `openai`.
PREFIXES: Mapping[str, str] = {
    "openai": "openai",
    "anthropic": "anthropic",
    "aws-bedrock": "bedrock",
    "azure-openai": "azure",
    "google-vertex": "vertex_ai",
    "google-gemini": "gemini",
    "mistral": "mistral",
    "cohere": "cohere_chat",
    "xai": "xai",
    "vllm": "hosted_vllm",
    "custom": "openai",
}
_STRATEGIES = {
    "latency": "latency-based-routing",
    "cost": "cost-based-routing",
    "random": "simple-shuffle",
}
# `get_retry_from_policy.py`: which field of a RetryPolicy counts the retries after which status.
_RETRY_FIELDS = {
    400: "BadRequestErrorRetries",
    401: "AuthenticationErrorRetries",
    404: "NotFoundErrorRetries",
    408: "TimeoutErrorRetries",
    429: "RateLimitErrorRetries",
    500: "InternalServerErrorRetries",
    503: "ServiceUnavailableErrorRetries",
}
# `Router.max_fallbacks`: how many are tried where nothing is said (litellm/constants.py).
_DEFAULT_FALLBACKS = 5
_OPTIONS = (OPTION, "prompt_folder", "cooldown_seconds", "allowed_failures")
_PROMPT_FIELDS = ("variants", "experiment")
# litellm/constants.py: INITIAL_RETRY_DELAY, MAX_RETRY_DELAY; each wait is twice the one before.
_WAITS = {"backoff_seconds": 0.5, "max_backoff_seconds": 8.0, "backoff_multiplier": 2}
_ADDRESS = re.compile(r"os\.environ/")


def emit_litellm(source: Source) -> Emitted:
    """Make the files of a LiteLLM proxy."""
    draft = Draft(source.span)
    options = Options(source, "litellm", _OPTIONS, draft)
    secrets = Secrets(options, draft)
    folder = options.text("prompt_folder", "prompts", r"[^\s].*", "a folder")
    groups = [group for chain in source.chains for group in _groups(source, chain, secrets, draft)]
    prompts = list(_prompts(source, folder, draft))
    secrets.finish()
    if not groups and not prompts:
        return draft.done()
    config: dict[str, Any] = {"model_list": groups}
    settings = _router_settings(source, options, draft)
    if settings:
        config["router_settings"] = settings
    if prompts:
        config["prompts"] = prompts
    # Without a master key the proxy does not start; it is not one of the project's secrets.
    config["general_settings"] = {"master_key": "os.environ/LITELLM_MASTER_KEY"}
    draft.add("config.yaml", write_yaml(config))
    if prompts:
        draft.add("prompts.json", _json(_version_map(source)))
    if secrets:
        draft.add("secrets.json", _json({"variables": secrets.table()}))
    return draft.done("config.yaml")


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _is_peer(chain: Chain, hop: Hop) -> bool:
    """Tell whether a hop shares the traffic of its chain, rather than wait for a failure."""
    return hop.index == 0 or (is_spread(chain) and failures_of(hop) is None)


def _group_name(chain: Chain, hop: Hop) -> str:
    return chain.document if _is_peer(chain, hop) else f"{chain.document}#fallback-{hop.index}"


def _groups(
    source: Source, chain: Chain, secrets: Secrets, draft: Draft
) -> Iterator[dict[str, Any]]:
    report_unsaid(source, chain, NAME, draft)
    for hop in chain.hops:
        prefix = PREFIXES.get(hop.provider)
        if prefix is None:
            draft.problem(
                "GCT756",
                f"expected a provider that LiteLLM has, found '{hop.provider}'",
                hop.span,
                hint=f"providers: {', '.join(PREFIXES)}",
            )
            continue
        name = _group_name(chain, hop)
        if name != chain.document and name in source.documents:
            draft.problem(
                "GCT757",
                f"expected a name of its own for each group of models, found {name} twice",
                hop.span,
                hint=f"rename the document {name}",
            )
        yield {
            "model_name": name,
            "litellm_params": _parameters(source, chain, hop, prefix, secrets, draft),
            "model_info": _information(chain, hop),
        }


def _parameters(
    source: Source, chain: Chain, hop: Hop, prefix: str, secrets: Secrets, draft: Draft
) -> dict[str, Any]:
    fields = hop.fields
    model = fields.get("deployment") if hop.provider == "azure-openai" else None
    parameters: dict[str, Any] = {"model": f"{prefix}/{model or hop.model}"}
    # What the documents say in the clear: only what we write may name a variable.
    plain: dict[str, Any] = {"model": parameters["model"]}
    link = key_of(source, hop, draft)
    if link is not None:
        name = secrets.name(link, key_place(hop), key_span(source, hop))
        # A service account is what Vertex AI takes, as JSON.
        field = "vertex_credentials" if hop.provider == "google-vertex" else "api_key"
        parameters[field] = f"os.environ/{name}"
    region = {"aws-bedrock": "aws_region_name", "google-vertex": "vertex_location"}
    for field, name in (
        ("endpoint", "api_base"),
        ("api_version", "api_version"),
        ("organization", "organization"),
        ("project", "vertex_project"),
        ("region", region.get(hop.provider, "")),
        ("headers", "extra_headers"),
    ):
        if name and fields.get(field) is not None:
            parameters[name] = _referring(source, hop, field, secrets)
            plain[name] = with_names(
                document_of(source, hop), (*hop.path, field), fields[field], lambda *_: None
            )
    timeout = own_or_first(chain, hop, "timeout_seconds")
    if timeout is not None:
        parameters["timeout"] = timeout
    if own_or_first(chain, hop, "connect_timeout_seconds") is not None:
        draft.left_out(
            "a time-out for connecting",
            NAME,
            setting_span(source, chain, hop, "connect_timeout_seconds"),
            "LiteLLM has one for all",
        )
    _retries(source, chain, hop, parameters, draft)
    parameters["order"] = 1 if _is_peer(chain, hop) else hop.index + 1
    if fields.get("weight") is not None:
        parameters["weight"] = fields["weight"]
    dropped = fields.get("drop_parameters")
    if dropped:
        # Only what the document says is dropped, and only from this model.
        parameters["additional_drop_params"] = list(dropped)
    body = body_of(hop, NAME, draft)
    for name, value, span in extra_of(source, chain, hop, draft):
        if name in parameters or name in body:
            draft.problem(
                "GCT756",
                f"expected a parameter that nothing else sets in 'extra', found '{name}'",
                span,
                hint=f"remove '{name}' from 'extra', or the field that sets it already",
            )
        else:
            body[name] = value
    _refuse_addresses({**plain, **body}, hop, draft)
    return {**parameters, **body}


def _referring(source: Source, hop: Hop, field: str, secrets: Secrets) -> Any:
    """Return a field of a hop with each secret in it replaced by its name."""
    return with_names(
        document_of(source, hop),
        (*hop.path, field),
        hop.fields[field],
        lambda link, place, span: f"os.environ/{secrets.name(link, place, span)}",
    )


def _refuse_addresses(plain: dict[str, Any], hop: Hop, draft: Draft) -> None:
    """Report text that LiteLLM would take for the name of a variable of its own environment.

    A header would carry any secret of the proxy to whoever 'endpoint' names.
    """
    if _ADDRESS.search(json.dumps(plain)):
        draft.problem(
            "GCT756",
            f"expected parameters of {hop.provider}/{hop.model} without 'os.environ/', found one "
            "that LiteLLM would replace by a variable of its environment",
            hop.span,
            hint="link to the secret with !secret instead",
        )


def _retries(
    source: Source, chain: Chain, hop: Hop, parameters: dict[str, Any], draft: Draft
) -> None:
    retries = retries_of(chain, hop)
    attempts = retries.get("max_attempts")
    if isinstance(attempts, int):
        # Ours counts the first try too.
        parameters["num_retries"] = max(attempts - 1, 0)
    report_waits(source, chain, hop, NAME, _WAITS, draft)
    unknown = sorted(set(retries.get("retry_on_status") or ()) - set(_RETRY_FIELDS))
    if unknown:
        draft.left_out(
            f"tries after the status {', '.join(map(str, unknown))}",
            NAME,
            hop.span,
            f"LiteLLM tells these apart: {', '.join(map(str, _RETRY_FIELDS))}",
        )


def _information(chain: Chain, hop: Hop) -> dict[str, Any]:
    information: dict[str, Any] = {
        "id": f"{chain.document}#{hop.index}",
        "document": chain.document,
    }
    if hop.provider == "azure-openai" and hop.fields.get("deployment"):
        information["base_model"] = f"azure/{hop.model}"
    return information


def _router_settings(source: Source, options: Options, draft: Draft) -> dict[str, Any]:
    settings: dict[str, Any] = _strategy(source)
    by_failure: dict[str, list[dict[str, list[str]]]] = {
        "fallbacks": [],
        "context_window_fallbacks": [],
        "content_policy_fallbacks": [],
    }
    longest = 0
    for chain in source.chains:
        waiting = [hop for hop in chain.hops if not _is_peer(chain, hop)]
        longest = max(longest, len(waiting))
        _fallbacks(chain, waiting, by_failure, draft)
    settings.update({name: lists for name, lists in by_failure.items() if lists})
    if longest > _DEFAULT_FALLBACKS:
        settings["max_fallbacks"] = longest
    policies = {
        _group_name(chain, hop): policy
        for chain in source.chains
        for hop in chain.hops
        if (policy := _retry_policy(retries_of(chain, hop)))
    }
    if policies:
        settings["model_group_retry_policy"] = policies
    cooldown = options.number("cooldown_seconds", "seconds, 0 or more,", 0)
    if cooldown is not None:
        settings["cooldown_time"] = cooldown
    allowed = options.number("allowed_failures", "a number of failures, 0 or more,", 0)
    if allowed is not None:
        settings["allowed_fails"] = int(allowed)
    return settings


def _strategy(source: Source) -> dict[str, Any]:
    """Return the strategy of the router; where chains differ, each strategy has its group."""
    by_strategy: dict[str, list[str]] = {}
    for chain in source.chains:
        if chain.strategy in _STRATEGIES:
            by_strategy.setdefault(_STRATEGIES[chain.strategy], []).append(chain.document)
    if len(by_strategy) <= 1:
        return {"routing_strategy": next(iter(by_strategy), "simple-shuffle")}
    return {
        "routing_strategy": "simple-shuffle",
        "routing_groups": [
            {"group_name": name, "models": models, "routing_strategy": name}
            for name, models in sorted(by_strategy.items())
        ],
    }


def _fallbacks(
    chain: Chain,
    waiting: list[Hop],
    by_failure: dict[str, list[dict[str, list[str]]]],
    draft: Draft,
) -> None:
    """Add what follows a chain's first model, for each kind of failure that LiteLLM tells apart."""
    if not waiting:
        return
    general, context, content = [], [], []
    for hop in waiting:
        failures, name = failures_of(hop), _group_name(chain, hop)
        if failures is None or CONTEXT in failures:
            context.append(name)
        if failures is None or CONTENT in failures:
            content.append(name)
        if failures is None or failures - {CONTEXT, CONTENT}:
            general.append(name)
        others = sorted(failures - {CONTEXT, CONTENT}) if failures else []
        if others:
            draft.left_out(
                f"that a fallback follows {', '.join(others)} and nothing else",
                NAME,
                hop.span,
                "LiteLLM calls it after every failure but context-too-long and content-filtered",
            )
    # An empty list says that nothing follows: without it, LiteLLM would take the general one.
    for name, groups in (
        ("fallbacks", general),
        ("context_window_fallbacks", context),
        ("content_policy_fallbacks", content),
    ):
        if groups or name != "fallbacks":
            by_failure[name].append({chain.document: groups})


def _retry_policy(retries: Mapping[str, Any]) -> dict[str, int]:
    statuses = retries.get("retry_on_status")
    if not isinstance(statuses, list):
        return {}
    attempts = retries.get("max_attempts")
    # LiteLLM's own number where ours is not given (openai.DEFAULT_MAX_RETRIES).
    count = attempts - 1 if isinstance(attempts, int) else 2
    policy = {field: count if status in statuses else 0 for status, field in _RETRY_FIELDS.items()}
    return {**policy, "ContentPolicyViolationErrorRetries": 0, "DefaultRetries": 0}


def _prompts(source: Source, folder: str, draft: Draft) -> Iterator[dict[str, Any]]:
    for version in source.prompts:
        try:
            exported = to_litellm(version)
        except ExchangeError as error:
            draft.problem(
                "GCT756",
                f"{error.message} (for LiteLLM)",
                version.span,
                hint=error.hint or "choose documents without it under 'match'",
            )
            continue
        for left in exported.not_carried:
            if left.field in _PROMPT_FIELDS:
                what = f"'{left.field}' of the prompt {version.id}@{version.version}"
                draft.left_out(what, NAME, version.span, left.reason)
        for path, text in exported.files:
            draft.add(f"prompts/{path}", text)
            name = litellm_prompt_id(version)
            yield {
                "prompt_id": name,
                "litellm_params": {
                    "prompt_id": name,
                    "prompt_integration": "dotprompt",
                    "prompt_file": f"{folder.rstrip('/')}/{path}",
                },
            }


def _version_map(source: Source) -> dict[str, Any]:
    """Say which name stands for which version, and which documents use it."""
    versions: dict[str, dict[str, str]] = {}
    for version in source.prompts:
        versions.setdefault(version.id, {})[version.version] = litellm_prompt_id(version)
    used = {(version.id, version.version): litellm_prompt_id(version) for version in source.prompts}
    documents = {
        f"{document.id}#{pointer}": used[link.id, link.version]
        for document in source.documents.values()
        for pointer, link in sorted(document.prompts.items())
        if (link.id, link.version) in used
    }
    return {"versions": versions, "documents": documents}
