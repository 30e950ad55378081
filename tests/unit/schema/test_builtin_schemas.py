"""The schemas that come with the tool: how they are written, and what they let pass."""

# ruff: noqa: E501 -- tables of cases are read across

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from gitconfig_tool.builtin import builtin_names, builtin_text
from gitconfig_tool.schema import check_document
from gitconfig_tool.schema.keywords import parts
from tests.unit.schema.documents import builtin, linked

# Those of secrets/ are types of secrets: tests/unit/secrets/types/test_catalogue.py.
NAMES = [
    name.removesuffix(".schema.json")
    for name in builtin_names("schemas")
    if not name.startswith("secrets/")
]


def schema(name: str) -> Any:
    """Return the JSON of a built-in schema."""
    return json.loads(builtin_text("schemas", f"{name}.schema.json") or "")


def properties(name: str) -> Iterator[tuple[str, Any]]:
    """Yield every property that a schema describes, outside conditions."""
    for part in parts(schema(name)):
        if not {"if", "then", "else", "not"} & set(part.path):
            yield from part.schema.get("properties", {}).items()


def test_there_are_the_promised_ones() -> None:
    assert set(NAMES) == {
        "api-key",
        "database",
        "database-credentials",
        "feature-flags",
        "jwt-signing",
        "jwt-signing-key",
        "model-chain",
        "model-config",
        "model-endpoint",
        "model-metadata",
        "model-parameters",
        "rate-limits",
        "service",
        "tls",
        "tls-certificate",
    }


@pytest.mark.parametrize("name", NAMES)
def test_how_a_schema_is_written(name: str) -> None:
    text = schema(name)

    jsonschema.Draft202012Validator.check_schema(text)
    assert text["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert text["$id"] == f"gitconfig-tool:{name}"
    assert text["title"]
    assert text["additionalProperties"] is False
    assert [key for key, each in properties(name) if not each.get("description")] == []
    assert builtin(name).for_document("any") == (f"gitconfig-tool:{name}",)


@pytest.mark.parametrize("name", NAMES)
def test_durations_say_their_unit(name: str) -> None:
    words = ("timeout", "ttl", "backoff", "skew", "max_age", "lifetime")
    without = [
        key
        for key, _ in properties(name)
        if any(word in key for word in words) and not key.endswith(("_seconds", "_multiplier"))
    ]

    assert without == []


PEM = "-----BEGIN {0}-----\\nZmFrZQ==\\n-----END {0}-----\\n"
CERTIFICATE = PEM.format("CERTIFICATE")

VALID = {
    "model-config": """
provider: openai
model: gpt-4.1-mini
parameters: {temperature: 0.7, max_tokens: 1024, stop: [END]}
api_key: !secret s#/key
timeout_seconds: 30
retries: {max_attempts: 3, backoff_seconds: 0.5}
fallbacks:
  - {provider: anthropic, model: claude, api_key: !secret s#/key}
  - {provider: vllm, model: own, endpoint: "http://127.0.0.1:8000/v1", when: [timeout]}
  - models/backup
routing: {strategy: cost}
requires: [vision, function_calling]
longest_request_tokens: 20000
metadata: models/facts
traffic: {requests_per_month: 1000, input_tokens: 500, output_tokens: 200}
""",
    "model-endpoint": """
provider: azure-openai
model: gpt-4.1
deployment: chat-eu
endpoint: https://acme.openai.azure.com
api_version: "2024-10-21"
region: swedencentral
api_key: !secret s#/key
parameters: models/careful
drop_parameters: [seed]
""",
    "model-parameters": """
description: For answers that must not vary.
temperature: 0
max_tokens: 512
reasoning_effort: xhigh
safety_settings: [{category: HARM_CATEGORY_HARASSMENT, threshold: BLOCK_ONLY_HIGH}]
content_filter: {name: strict, version: "1"}
""",
    "model-metadata": """
context_window_tokens: 128000
max_output_tokens: 4096
input_modalities: [text, image]
streaming: true
function_calling: false
cost: {input_usd_per_1m_tokens: "0.15", output_usd_per_1k_tokens: 0.0006}
""",
    "model-chain": """
primary: models/gpt
fallbacks: [models/claude, {provider: mistral, model: mistral-medium-2508}]
routing: {strategy: latency}
retries: {max_attempts: 2, backoff_seconds: 0.5, backoff_multiplier: 2}
timeout_seconds: 30
parameters: {temperature: 0.3}
prompt: {id: support-assistant, version: 1.2.0}
""",
    "rate-limits": """
default: {requests_per_minute: 60, on_limit: reject}
models: {openai/gpt-4.1-mini: {tokens_per_minute: 100000}}
routes: {/v1/chat: {concurrent_requests: 5}}
""",
    "feature-flags": "flags: {streaming: {enabled: true, rollout_percent: 12.5, expires_on: '2030-12-31'}}",
    "database": """
engine: postgresql
host: db.internal.example
port: 5432
database: llm
username: !secret s#/key
password: !secret s#/key
tls: {mode: verify-full}
pool: {min_connections: 1, max_connections: 20}
read_replicas: [{host: "::1"}, {host: 10.0.0.1, port: 5433}]
""",
    "tls": "certificate: !secret s#/key\nprivate_key: !secret s#/key\nmin_version: '1.3'",
    "jwt-signing": """
issuer: https://auth.example.com
audience: [acme-llm]
algorithm: ES256
private_key: !secret s#/key
access_token_ttl_seconds: 900
""",
    "service": """
owner: team-support
url: https://support.example.com
prompts: {system: {id: support-assistant, version: 1.2.0}}
model: ml-service/inference/model
cors: {allowed_origins: [https://app.example.com]}
""",
    "api-key": "api_key: !secret s#/key",
    "database-credentials": "username: app\npassword: !secret s#/key",
    "tls-certificate": f'certificate: "{CERTIFICATE}"\nprivate_key: !secret s#/key',
    "jwt-signing-key": "algorithm: ES256\nprivate_key: !secret s#/key",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_what_passes(name: str) -> None:
    document = linked(VALID[name], secrets={"key": "str"})

    assert check_document(document, builtin(name)) == ()


@pytest.mark.parametrize(
    ("name", "text", "codes"),
    [
        ("model-config", "provider: custom\nmodel: m", ["GCT202"]),
        ("model-config", "provider: openai\nmodel: m\nendpoint: ftp://x", ["GCT205"]),
        ("model-config", "provider: openai\nmodel: m\nfallbacks: [{provider: vllm, model: m}]", ["GCT202"]),
        ("model-config", "provider: openai\nmodel: m\nfallbacks: [7]", ["GCT201"]),
        ("model-config", "provider: openai\nmodel: m\nfallbacks: [{provider: openai, model: m, api_key: x}]", ["GCT417"]),
        ("model-config", "provider: openai\nmodel: m\ntimeout_seconds: 30s", ["GCT201"]),
        ("model-config", "provider: openai\nmodel: m\nrouting: {strategy: fastest}", ["GCT203"]),
        ("model-endpoint", "provider: vllm\nmodel: m", ["GCT202"]),
        ("model-endpoint", "provider: openai\nmodel: m\napi_key: x", ["GCT417"]),
        ("model-parameters", "temperature: 7", ["GCT204"]),
        ("model-metadata", "cost: {input_usd_per_1m_tokens: cheap}", ["GCT205"]),
        ("model-chain", "fallbacks: []", ["GCT202"]),
        ("model-chain", "primary: {provider: openai}", ["GCT202"]),
        ("rate-limits", "default: {}", ["GCT209"]),
        ("rate-limits", "default: {requests_per_minute: 0}", ["GCT204"]),
        ("feature-flags", "flags: {Streaming: {enabled: true}}", ["GCT206"]),
        ("feature-flags", "flags: {a: {enabled: 'on'}}", ["GCT201"]),
        ("database", "engine: oracle\nhost: h\ndatabase: d", ["GCT203"]),
        ("database", "engine: redis\nhost: 'h:1/x'\ndatabase: d", ["GCT205"]),
        ("database", "engine: redis\nhost: h\ndatabase: d\nport: 65536", ["GCT204"]),
        ("database", "engine: redis\nhost: h\ndatabase: d\npassword: x\ncredentials: {username: u, password: p}", ["GCT417", "GCT417"]),
        ("tls", "certificate: x\nprivate_key: x", ["GCT205", "GCT417"]),
        ("jwt-signing", "issuer: https://a\naudience: []\nalgorithm: HS256\nprivate_key: !secret s#/key\naccess_token_ttl_seconds: 900", ["GCT203", "GCT207"]),
        ("service", "owner: o\nprompt: greeting", ["GCT201"]),
        ("service", "owner: o\nlog_level: verbose", ["GCT203"]),
    ],
)  # fmt: skip
def test_what_does_not_pass(name: str, text: str, codes: list[str]) -> None:
    document = linked(text, secrets={"key": "str"})

    assert sorted(each.code for each in check_document(document, builtin(name))) == codes
