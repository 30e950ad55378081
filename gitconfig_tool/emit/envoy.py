"""Envoy AI Gateway: manifests for Kubernetes, one route for each chain of models.

As its API v1beta1 has them (AIGatewayRoute, AIServiceBackend, BackendSecurityPolicy), with Envoy
Gateway's Backend and BackendTrafficPolicy and the Gateway API's BackendTLSPolicy v1. A request says
which chain it wants by its `model`: the document's id. Keys are Kubernetes Secrets by name. The
gateway sets no parameter of a request: the application does.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gitconfig_tool.document.writing import write_yaml
from gitconfig_tool.emit.configmap import kubernetes_name
from gitconfig_tool.emit.envoy_backends import backend_manifests, secret_name
from gitconfig_tool.emit.hops import (
    failures_of,
    is_spread,
    own_or_first,
    report_dropped,
    report_unsaid,
    retries_of,
)
from gitconfig_tool.emit.model import Draft, Emitted, Source
from gitconfig_tool.emit.options import Options
from gitconfig_tool.emit.plain import write_json
from gitconfig_tool.emit.secrets import OPTION, Secrets
from gitconfig_tool.models import Chain, Hop

NAME = "Envoy AI Gateway"
_OPTIONS = (OPTION, "gateway", "namespace")
_NAME = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_FORM = "a name as Kubernetes takes it"
# Envoy's own kinds of failure: "x-envoy-retry-on".
_TRIGGERS = {
    "timeout": ("connect-failure", "reset"),
    "server-error": ("5xx",),
    "rate-limited": ("retriable-status-codes",),
}
_ALL = ("connect-failure", "reset", "retriable-status-codes", "5xx")
_MAX_NAME = 253
_MAX_WEIGHT = 1_000_000  # The CRD's bound.


def emit_envoy(source: Source) -> Emitted:
    """Make the manifests, in one file."""
    draft = Draft(source.span)
    options = Options(source, "envoy", _OPTIONS, draft)
    gateway = options.text("gateway", "ai-gateway", _NAME, _FORM)
    namespace = options.text("namespace", "", _NAME, _FORM)
    secrets = Secrets(options, draft)
    manifests: list[dict[str, Any]] = []
    names: dict[tuple[str, str], str] = {}
    if any(hop.parameters for chain in source.chains for hop in chain.hops):
        # It is so for every model, whatever its parameters are: once for the entry is enough.
        draft.left_out(
            "any parameter of a model",
            NAME,
            source.span,
            "the application sends parameters with each request",
        )
    for chain in source.chains:
        report_unsaid(source, chain, NAME, draft)
        for manifest in _chain_manifests(source, chain, gateway, secrets, draft):
            metadata = manifest["metadata"]
            if namespace:
                metadata["namespace"] = namespace
            owner = names.setdefault((manifest["kind"], metadata["name"]), chain.document)
            if owner != chain.document or len(metadata["name"]) > _MAX_NAME:
                draft.problem(
                    "GCT757",
                    f"expected a name of its own, of at most {_MAX_NAME} characters, for each "
                    f"{manifest['kind']}, found {metadata['name']} for {owner} and "
                    f"{chain.document}",
                    source.documents[chain.document].span_at(()),
                    hint="rename one of the documents",
                )
            manifests.append(manifest)
    secrets.finish()
    if not manifests:
        return draft.done()
    draft.add("manifests.yaml", "---\n".join(map(write_yaml, manifests)))
    if secrets:
        table = {secret_name(name): entry for name, entry in secrets.table().items()}
        draft.add("secrets.json", write_json({"kubernetesSecrets": table}))
    return draft.done("manifests.yaml")


def _chain_manifests(
    source: Source, chain: Chain, gateway: str, secrets: Secrets, draft: Draft
) -> Iterator[dict[str, Any]]:
    base = kubernetes_name(chain.document)
    document = source.documents[chain.document]
    if is_spread(chain) and chain.strategy != "random":
        draft.problem(
            "GCT756",
            f"expected a strategy that Envoy AI Gateway has, found '{chain.strategy}'",
            document.span_at(("routing", "strategy")),
            hint="it has priority, quality (in their order) and random (by weight)",
        )
    references = []
    for hop in chain.hops:
        name = f"{base}-{hop.index}"
        reference: dict[str, Any] = {
            "name": name,
            "modelNameOverride": str(hop.fields.get("deployment") or hop.model),
            "priority": hop.index if not is_spread(chain) or failures_of(hop) is not None else 0,
        }
        weight = hop.fields.get("weight")
        if weight is not None:
            if not isinstance(weight, int) or weight > _MAX_WEIGHT:
                draft.problem(
                    "GCT756",
                    f"expected a whole number as a weight, found {weight}",
                    hop.span,
                    hint="multiply the weights of the chain until all are whole",
                )
            else:
                reference["weight"] = weight
        references.append(reference)
    rule: dict[str, Any] = {
        "matches": [
            {"headers": [{"type": "Exact", "name": "x-ai-eg-model", "value": chain.document}]}
        ],
        "backendRefs": references,
    }
    total = _total_seconds(chain)
    if total:
        rule["timeouts"] = {"request": duration(total)}
    parent = {"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": gateway}
    yield {
        "apiVersion": "aigateway.envoyproxy.io/v1beta1",
        "kind": "AIGatewayRoute",
        "metadata": {"name": base},
        "spec": {"parentRefs": [parent], "rules": [rule]},
    }
    policy = _traffic_policy(chain, base, draft)
    if policy:
        yield policy
    for hop in chain.hops:
        report_dropped(hop, NAME, draft)
        yield from backend_manifests(source, hop, f"{base}-{hop.index}", secrets, draft)


def duration(seconds: float) -> str:
    """Write seconds as the Gateway API's durations are: `30s`, `1500ms` (GEP-2257)."""
    return f"{seconds:.0f}s" if float(seconds).is_integer() else f"{round(seconds * 1000)}ms"


def _attempts(chain: Chain, hop: Hop) -> int:
    attempts = retries_of(chain, hop).get("max_attempts")
    return attempts if isinstance(attempts, int) else 1


def _total_seconds(chain: Chain) -> float | None:
    """Return the longest that a request may take over all its tries; None where one is open."""
    total = 0.0
    for hop in chain.hops:
        seconds = own_or_first(chain, hop, "timeout_seconds")
        if not isinstance(seconds, int | float):
            return None
        total += seconds * _attempts(chain, hop)
    return total


def _traffic_policy(chain: Chain, base: str, draft: Draft) -> dict[str, Any] | None:
    """Return what makes Envoy move on to the next priority, and try again before it does."""
    first = chain.hops[0]
    total = sum(_attempts(chain, hop) for hop in chain.hops)
    if total == 1:
        return None
    retry: dict[str, Any] = {"numRetries": total - 1, "retryOn": _retry_on(chain, draft)}
    if len(chain.hops) > 1:
        retry["numAttemptsPerPriority"] = _attempts(chain, first)
    for hop in chain.hops[1:]:
        if _attempts(chain, hop) != _attempts(chain, first):
            draft.left_out("a number of tries of its own", NAME, hop.span, "Envoy has one for all")
    per_retry: dict[str, Any] = {}
    seconds = own_or_first(chain, first, "timeout_seconds")
    if seconds is not None:
        per_retry["timeout"] = duration(seconds)
    for hop in chain.hops[1:]:
        if own_or_first(chain, hop, "timeout_seconds") != seconds:
            draft.left_out("a time-out of its own", NAME, hop.span, "Envoy has one for all tries")
    if wait := _wait(retries_of(chain, first), first, draft):
        per_retry["backOff"] = wait
    if per_retry:
        retry["perRetry"] = per_retry
    target = {"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": base}
    return {
        "apiVersion": "gateway.envoyproxy.io/v1alpha1",
        "kind": "BackendTrafficPolicy",
        "metadata": {"name": base},
        "spec": {"targetRefs": [target], "retry": retry},
    }


def _retry_on(chain: Chain, draft: Draft) -> dict[str, Any]:
    """Return after which failures Envoy tries again or moves on: it has one rule for both."""
    failures: set[str] = set()
    is_open = len(chain.hops) == 1
    for hop in chain.hops[1:]:
        when = failures_of(hop)
        is_open = is_open or when is None
        failures |= when or set()
        if when is not None and when - _TRIGGERS.keys():
            draft.left_out(
                f"a fallback after {', '.join(sorted(when - _TRIGGERS.keys()))}", NAME, hop.span
            )
    triggers = set(_ALL) if is_open else {each for f in failures for each in _TRIGGERS.get(f, ())}
    statuses = set(retries_of(chain, chain.hops[0]).get("retry_on_status") or ())
    if is_open or "rate-limited" in failures:
        statuses.add(429)
    if statuses:
        triggers.add("retriable-status-codes")
    answer: dict[str, Any] = {"triggers": sorted(triggers)}
    if statuses:
        answer["httpStatusCodes"] = sorted(statuses)
    return answer


def _wait(retries: Mapping[str, Any], hop: Hop, draft: Draft) -> dict[str, str]:
    wait = {}
    for field, name in (
        ("backoff_seconds", "baseInterval"),
        ("max_backoff_seconds", "maxInterval"),
    ):
        if retries.get(field):
            wait[name] = duration(retries[field])
    if retries.get("backoff_multiplier") not in (None, 2):
        draft.left_out("a factor between waits", NAME, hop.span, "Envoy doubles each wait")
    return wait if "baseInterval" in wait else {}
