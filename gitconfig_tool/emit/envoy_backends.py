"""Where a hop is called by Envoy AI Gateway, and with which key: the manifests of one backend.

Takes a hop; yields Backend, BackendTLSPolicy, AIServiceBackend and BackendSecurityPolicy.
"""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from gitconfig_tool.emit.hops import key_of, key_place, key_span
from gitconfig_tool.emit.model import Draft, Source
from gitconfig_tool.emit.secrets import Secrets
from gitconfig_tool.models import Hop

# Envoy AI Gateway, "Supported AI Providers": which form of API, and the path before the endpoint.
_SCHEMAS: Mapping[str, tuple[str, str]] = {
    "openai": ("OpenAI", "/v1"),
    "anthropic": ("Anthropic", "/v1"),
    "aws-bedrock": ("AWSBedrock", ""),
    "azure-openai": ("AzureOpenAI", ""),
    "google-vertex": ("GCPVertexAI", ""),
    "google-gemini": ("OpenAI", "/v1beta/openai"),
    "mistral": ("OpenAI", "/v1"),
    "cohere": ("OpenAI", "/compatibility/v1"),
    "xai": ("OpenAI", "/v1"),
    "vllm": ("OpenAI", "/v1"),
    "custom": ("OpenAI", "/v1"),
}
_HOSTS: Mapping[str, str] = {
    "openai": "api.openai.com",
    "anthropic": "api.anthropic.com",
    "aws-bedrock": "bedrock-runtime.{region}.amazonaws.com",
    "google-vertex": "{region}-aiplatform.googleapis.com",
    "google-gemini": "generativelanguage.googleapis.com",
    "mistral": "api.mistral.ai",
    "cohere": "api.cohere.com",
    "xai": "api.x.ai",
}
_KEY_KINDS = {"anthropic": "AnthropicAPIKey", "azure-openai": "AzureAPIKey"}
_KEY_FIELDS = {
    "APIKey": "apiKey",
    "AnthropicAPIKey": "anthropicAPIKey",
    "AzureAPIKey": "azureAPIKey",
}
_MAX_HEADERS = 16  # The CRD's bound.


def secret_name(name: str) -> str:
    """Make the name of a Kubernetes Secret of the name of a secret."""
    return name.lower().replace("_", "-").strip("-")


def backend_manifests(
    source: Source, hop: Hop, name: str, secrets: Secrets, draft: Draft
) -> Iterator[dict[str, Any]]:
    """Yield the manifests of one hop."""
    endpoint = hop.fields.get("endpoint")
    region = hop.fields.get("region")
    if isinstance(endpoint, str):
        address = urlsplit(endpoint)
    else:
        host = _HOSTS.get(hop.provider, "")
        if not host or ("{region}" in host and not region):
            draft.problem(
                "GCT756",
                f"expected {'a region' if host else 'an endpoint'} of {hop.provider}/{hop.model} "
                "for Envoy AI Gateway, found none",
                hop.span,
                hint=f"set '{'region' if host else 'endpoint'}' of this model",
            )
            return
        address = urlsplit("https://" + host.replace("{region}", str(region)))
    host, secure = address.hostname or "", address.scheme == "https"
    yield _backend(name, host, address.port or (443 if secure else 80))
    if secure:
        yield _tls_policy(name, host)
    yield _service_backend(source, hop, name, address.path, draft)
    yield from _security_policy(source, hop, name, secrets, draft)


def _backend(name: str, host: str, port: int) -> dict[str, Any]:
    try:
        ip_address(host)
        endpoint: dict[str, Any] = {"ip": {"address": host, "port": port}}
    except ValueError:
        endpoint = {"fqdn": {"hostname": host, "port": port}}
    return {
        "apiVersion": "gateway.envoyproxy.io/v1alpha1",
        "kind": "Backend",
        "metadata": {"name": name},
        "spec": {"endpoints": [endpoint]},
    }


def _tls_policy(name: str, host: str) -> dict[str, Any]:
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "BackendTLSPolicy",
        "metadata": {"name": name},
        "spec": {
            "targetRefs": [{"group": "gateway.envoyproxy.io", "kind": "Backend", "name": name}],
            "validation": {"wellKnownCACertificates": "System", "hostname": host},
        },
    }


def _service_backend(
    source: Source, hop: Hop, name: str, path: str, draft: Draft
) -> dict[str, Any]:
    kind, prefix = _SCHEMAS.get(hop.provider, ("OpenAI", "/v1"))
    if hop.provider == "google-vertex" and hop.model.startswith("claude"):
        kind = "GCPAnthropic"
    schema: dict[str, Any] = {"name": kind}
    if kind == "AzureOpenAI":
        if hop.fields.get("api_version"):
            schema["version"] = hop.fields["api_version"]
        else:
            draft.problem(
                "GCT756",
                f"expected the API version of {hop.provider}/{hop.model} for Envoy AI Gateway, "
                "found none",
                hop.span,
                hint="set 'api_version' of this model, such as '2024-10-21'",
            )
    elif prefix:
        schema["prefix"] = path.rstrip("/") or prefix
    spec: dict[str, Any] = {
        "schema": schema,
        "backendRef": {"name": name, "kind": "Backend", "group": "gateway.envoyproxy.io"},
    }
    headers = hop.fields.get("headers")
    if isinstance(headers, Mapping) and headers:
        pairs = [
            {"name": each, "value": text} for each, text in headers.items() if isinstance(text, str)
        ]
        if len(pairs) != len(headers) or len(pairs) > _MAX_HEADERS:
            draft.problem(
                "GCT756",
                f"expected at most {_MAX_HEADERS} headers without secrets for Envoy AI Gateway, "
                f"found others at {hop.provider}/{hop.model}",
                hop.span,
                hint="Envoy AI Gateway writes headers into the manifest: keep secrets out of them",
            )
        spec["headerMutation"] = {"set": pairs}
    return {
        "apiVersion": "aigateway.envoyproxy.io/v1beta1",
        "kind": "AIServiceBackend",
        "metadata": {"name": name},
        "spec": spec,
    }


def _security_policy(
    source: Source, hop: Hop, name: str, secrets: Secrets, draft: Draft
) -> Iterator[dict[str, Any]]:
    link = key_of(source, hop, draft)
    reference = None
    if link is not None:
        reference = {
            "secretRef": {
                "name": secret_name(secrets.name(link, key_place(hop), key_span(source, hop)))
            }
        }
    spec: dict[str, Any]
    if hop.provider == "aws-bedrock":
        spec = {"type": "AWSCredentials", "awsCredentials": {"region": hop.fields.get("region")}}
        if hop.fields.get("region") is None:
            draft.problem(
                "GCT756",
                f"expected a region of {hop.provider}/{hop.model} for Envoy AI Gateway, found none",
                hop.span,
                hint="set 'region' of this model",
            )
        if reference:
            spec["awsCredentials"]["credentialsFile"] = reference
    elif hop.provider == "google-vertex":
        project, region = hop.fields.get("project"), hop.fields.get("region")
        if project is None or region is None:
            draft.problem(
                "GCT756",
                f"expected project and region of {hop.provider}/{hop.model} for Envoy AI Gateway, "
                "found one missing",
                hop.span,
                hint="set 'project' and 'region' of this model",
            )
        spec = {
            "type": "GCPCredentials",
            "gcpCredentials": {"projectName": project, "region": region},
        }
        if reference:
            spec["gcpCredentials"]["credentialsFile"] = reference
    elif reference:
        kind = _KEY_KINDS.get(hop.provider, "APIKey")
        spec = {"type": kind, _KEY_FIELDS[kind]: reference}
    else:
        return
    target = {"group": "aigateway.envoyproxy.io", "kind": "AIServiceBackend", "name": name}
    yield {
        "apiVersion": "aigateway.envoyproxy.io/v1beta1",
        "kind": "BackendSecurityPolicy",
        "metadata": {"name": name},
        "spec": {"targetRefs": [target], **spec},
    }
