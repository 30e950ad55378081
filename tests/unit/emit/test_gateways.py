"""What gateways are told of chains: strategies, failures, retries; and what they cannot be told."""

import json
from typing import Any

import pytest
import yaml

from tests.unit.emit.projects import (
    MakeProject,
    codes,
    compile_emitting,
    emitted,
    found_by_emit,
    litellm_config,
)

GPT = {"provider": "openai", "model": "gpt-4.1-mini"}
CLAUDE = {"provider": "anthropic", "model": "claude-haiku-4-5"}
MISTRAL = {"provider": "mistral", "model": "mistral-small-latest"}
LITELLM = {"target": "litellm", "to": "to"}
PORTKEY = {"target": "portkey", "to": "to"}
ENVOY = {"target": "envoy", "to": "to"}


def _with(model: dict[str, Any], *fallbacks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**model, **more, "fallbacks": list(fallbacks)}


def test_without_models_a_gateway_gets_nothing(git_project: MakeProject) -> None:
    compilation = compile_emitting(git_project, {"a": {"x": 1}}, LITELLM, PORTKEY, ENVOY)

    assert emitted(compilation) == {}
    # Each entry waits for models that are not there: the file that somebody asked for is not.
    assert codes(compilation) == ["GCT760", "GCT760", "GCT760"]


def test_an_entry_with_a_problem_is_not_called_idle(git_project: MakeProject) -> None:
    model = {**GPT, "api_key": "fake-key-in-the-clear"}

    compilation = compile_emitting(git_project, {"models/a": model, "b": {"x": 1}}, LITELLM)

    assert codes(compilation) == ["GCT753"]


def test_a_single_model_has_no_fallbacks(git_project: MakeProject) -> None:
    config = litellm_config(compile_emitting(git_project, {"models/a": GPT}, LITELLM))

    assert config == {
        "model_list": [
            {
                "model_name": "models/a",
                "litellm_params": {"model": "openai/gpt-4.1-mini", "order": 1},
                "model_info": {"id": "models/a#0", "document": "models/a"},
            }
        ],
        "router_settings": {"routing_strategy": "simple-shuffle"},
        "general_settings": {"master_key": "os.environ/LITELLM_MASTER_KEY"},
    }


def test_failures_have_their_own_fallbacks_at_litellm(git_project: MakeProject) -> None:
    chain = _with(
        GPT, {**CLAUDE, "when": ["context-too-long"]}, {**MISTRAL, "when": ["content-filtered"]}
    )

    compilation = compile_emitting(git_project, {"models/a": chain}, LITELLM)

    assert codes(compilation) == []
    settings = litellm_config(compilation)["router_settings"]
    # Nothing follows another failure; without the key LiteLLM has nothing to take instead.
    assert "fallbacks" not in settings
    assert settings["context_window_fallbacks"] == [{"models/a": ["models/a#fallback-1"]}]
    assert settings["content_policy_fallbacks"] == [{"models/a": ["models/a#fallback-2"]}]


def test_litellm_cannot_be_told_of_one_failure_alone(git_project: MakeProject) -> None:
    chain = _with(GPT, {**CLAUDE, "when": ["timeout", "context-too-long"]})

    compilation = compile_emitting(git_project, {"models/a": chain}, LITELLM)

    assert codes(compilation) == ["GCT755"]
    settings = litellm_config(compilation)["router_settings"]
    assert settings["fallbacks"] == [{"models/a": ["models/a#fallback-1"]}]
    assert settings["context_window_fallbacks"] == [{"models/a": ["models/a#fallback-1"]}]
    # An empty list, so that LiteLLM does not take the general fallback for filtered content.
    assert settings["content_policy_fallbacks"] == [{"models/a": []}]


def test_more_fallbacks_than_litellm_tries_by_itself(git_project: MakeProject) -> None:
    others = [{"provider": "mistral", "model": f"mistral-{number}"} for number in range(6)]

    compilation = compile_emitting(git_project, {"models/a": _with(GPT, *others)}, LITELLM)

    assert litellm_config(compilation)["router_settings"]["max_fallbacks"] == 6


def test_parameters_that_only_the_provider_knows(git_project: MakeProject) -> None:
    model = {**GPT, "parameters": {"temperature": 0.1, "extra": {"service_tier": "flex"}}}

    compilation = compile_emitting(git_project, {"models/a": model}, LITELLM)

    assert litellm_config(compilation)["model_list"][0]["litellm_params"] == {
        "model": "openai/gpt-4.1-mini",
        "order": 1,
        "temperature": 0.1,
        "service_tier": "flex",
    }


@pytest.mark.parametrize(
    "extra", [{"model": "other"}, {"api_key": "x"}, {"user": "os.environ/HOME"}]
)
def test_extra_parameters_cannot_reach_the_gateway_itself(
    git_project: MakeProject, extra: dict[str, Any]
) -> None:
    model = {
        **GPT,
        "api_key": "KEY",
        "parameters": {"extra": extra},
    }
    text = yaml.safe_dump(model).replace(
        "api_key: KEY", "api_key: !secret secrets/providers#/openai/api_key"
    )

    compilation = compile_emitting(git_project, {"models/a": text}, LITELLM)

    assert codes(compilation) == ["GCT756"]


@pytest.mark.parametrize(
    "field",
    [
        "endpoint: https://elsewhere.example.invalid/os.environ/HOME",
        "headers: {X-Leak: os.environ/LITELLM_MASTER_KEY}",
        "api_version: os.environ/LITELLM_MASTER_KEY",
        "organization: os.environ/LITELLM_MASTER_KEY",
    ],
)
def test_no_field_reads_the_environment_of_the_gateway(
    git_project: MakeProject, field: str
) -> None:
    """Else a tenant could have any secret of the proxy sent to an endpoint of its own."""
    text = f"provider: openai\nmodel: gpt-4.1\n{field}\n"

    compilation = compile_emitting(git_project, {"models/a": text}, LITELLM)

    assert "GCT756" in codes(compilation)


def test_a_model_does_not_read_the_environment_of_the_gateway(git_project: MakeProject) -> None:
    text = "provider: custom\nmodel: os.environ/HOME\nendpoint: https://llm.example.invalid/v1\n"

    assert "GCT756" in codes(compile_emitting(git_project, {"models/a": text}, LITELLM))


def test_a_header_names_its_secret(git_project: MakeProject) -> None:
    text = (
        "provider: custom\nmodel: m\nendpoint: https://llm.example.invalid/v1\n"
        "headers:\n  X-Organization: !secret secrets/providers#/openai/organization\n"
    )

    compilation = compile_emitting(git_project, {"models/a": text}, LITELLM)

    parameters = litellm_config(compilation)["model_list"][0]["litellm_params"]
    assert parameters["extra_headers"] == {
        "X-Organization": "os.environ/SECRETS_PROVIDERS_OPENAI_ORGANIZATION"
    }
    table = json.loads(emitted(compilation)["to/secrets.json"])
    assert table == {
        "variables": {
            "SECRETS_PROVIDERS_OPENAI_ORGANIZATION": {
                "secret": "secrets/providers#/openai/organization",
                "usedBy": ["models/a#/headers/X-Organization"],
            }
        }
    }


def test_a_secret_gets_the_name_that_it_is_given(git_project: MakeProject) -> None:
    text = "provider: openai\nmodel: m\napi_key: !secret secrets/providers#/openai/api_key\n"
    names = {"secrets/providers#/openai/api_key": "OPENAI_API_KEY"}
    entry = {**LITELLM, "options": {"secret_names": names}}

    config = litellm_config(compile_emitting(git_project, {"models/a": text}, entry))

    assert config["model_list"][0]["litellm_params"]["api_key"] == "os.environ/OPENAI_API_KEY"


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"cooldown": 30}, "did you mean 'cooldown_seconds'?"),
        ({"cooldown_seconds": "30s"}, "seconds, 0 or more,"),
        ({"cooldown_seconds": -1}, "found '-1'"),
        (
            {"secret_names": {"secrets/providers#/nothing": "A"}},
            "found 'secrets/providers#/nothing'",
        ),
        ({"secret_names": {"secrets/providers#/openai/api_key": "A-B"}}, "found 'A-B'"),
        ({"secret_names": ["A"]}, "found a list"),
    ],
)
def test_a_wrong_option_is_told(
    git_project: MakeProject, options: dict[str, Any], part: str
) -> None:
    text = "provider: openai\nmodel: m\napi_key: !secret secrets/providers#/openai/api_key\n"

    compilation = compile_emitting(git_project, {"models/a": text}, {**LITELLM, "options": options})

    (found,) = found_by_emit(compilation)
    assert found.code == "GCT750"
    assert part in f"{found.message} {found.hint}"


def test_portkey_shares_traffic_by_weight(git_project: MakeProject) -> None:
    chain = _with({**GPT, "weight": 70}, CLAUDE)

    compilation = compile_emitting(git_project, {"models/a": chain}, PORTKEY)

    config = json.loads(emitted(compilation)["to/models/a.json"])
    assert config == {
        "strategy": {"mode": "fallback"},
        "targets": [
            {
                "provider": "openai",
                "weight": 70,
                "retry": {"attempts": 0},
                "override_params": {"model": "gpt-4.1-mini"},
            },
            {
                "provider": "anthropic",
                "retry": {"attempts": 0},
                "override_params": {"model": "claude-haiku-4-5"},
            },
        ],
    }


@pytest.mark.parametrize(
    ("when", "codes_found", "statuses"),
    [
        (["timeout", "rate-limited"], [], [408, 429]),
        (["server-error", "context-too-long"], ["GCT755"], [500, 502, 503, 504]),
        (["context-too-long"], ["GCT756"], None),
    ],
)
def test_portkey_goes_by_status_codes(
    git_project: MakeProject, when: list[str], codes_found: list[str], statuses: list[int] | None
) -> None:
    chain = _with(GPT, {**CLAUDE, "when": when})

    compilation = compile_emitting(git_project, {"models/a": chain}, PORTKEY)

    assert codes(compilation) == codes_found
    if statuses is not None:
        config = json.loads(emitted(compilation)["to/models/a.json"])
        assert config["strategy"] == {"mode": "fallback", "on_status_codes": statuses}


def test_portkey_takes_a_key_by_reference(git_project: MakeProject) -> None:
    text = "provider: openai\nmodel: m\napi_key: !secret secrets/providers#/openai/api_key\n"
    entry = {**PORTKEY, "options": {"credentials": "api-key"}}

    compilation = compile_emitting(git_project, {"models/a": text}, entry)

    (target,) = json.loads(emitted(compilation)["to/models/a.json"])["targets"]
    assert target == {
        "provider": "openai",
        "api_key": "${SECRETS_PROVIDERS_OPENAI_API_KEY}",
        "retry": {"attempts": 0},
        "override_params": {"model": "m"},
    }


def test_portkey_asks_where_vertex_runs(git_project: MakeProject) -> None:
    model = {"provider": "google-vertex", "model": "gemini-3.8-flash", "region": "europe-west4"}

    compilation = compile_emitting(git_project, {"models/a": model}, PORTKEY)

    (found,) = found_by_emit(compilation)
    assert found.code == "GCT756"
    assert "expected project and region of google-vertex/gemini-3.8-flash" in found.message


def test_envoy_asks_for_what_an_address_needs(git_project: MakeProject) -> None:
    model = {"provider": "aws-bedrock", "model": "eu.amazon.nova-lite-v1:0"}

    compilation = compile_emitting(git_project, {"models/a": model}, ENVOY)

    (found,) = found_by_emit(compilation)
    assert found.code == "GCT756"
    assert "expected a region of aws-bedrock/eu.amazon.nova-lite-v1:0" in found.message


@pytest.mark.parametrize(
    ("endpoint", "address", "kinds"),
    [
        (
            "http://10.0.0.7:8000/v1",
            {"ip": {"address": "10.0.0.7", "port": 8000}},
            ["AIGatewayRoute", "Backend", "AIServiceBackend"],
        ),
        (
            "https://llm.example.invalid/base/v2/",
            {"fqdn": {"hostname": "llm.example.invalid", "port": 443}},
            ["AIGatewayRoute", "Backend", "BackendTLSPolicy", "AIServiceBackend"],
        ),
    ],
)
def test_envoy_gets_the_address_of_an_endpoint(
    git_project: MakeProject, endpoint: str, address: dict[str, Any], kinds: list[str]
) -> None:
    model = {"provider": "vllm", "model": "m", "endpoint": endpoint}

    compilation = compile_emitting(git_project, {"models/a": model}, ENVOY)

    manifests = list(yaml.safe_load_all(emitted(compilation)["to/manifests.yaml"]))
    assert [each["kind"] for each in manifests] == kinds
    assert manifests[1]["spec"] == {"endpoints": [address]}
    prefix = "/base/v2" if "base" in endpoint else "/v1"
    assert manifests[-1]["spec"]["schema"] == {"name": "OpenAI", "prefix": prefix}


def _routed(strategy: str) -> dict[str, Any]:
    chain = _with({**GPT, "weight": 70}, {**CLAUDE, "weight": 30}, MISTRAL)
    return {**chain, "routing": {"strategy": strategy}}


@pytest.mark.parametrize(
    ("strategy", "name"),
    [
        ("latency", "latency-based-routing"),
        ("cost", "cost-based-routing"),
        ("random", "simple-shuffle"),
    ],
)
def test_models_of_one_rank_are_one_group_of_litellm(
    git_project: MakeProject, strategy: str, name: str
) -> None:
    config = litellm_config(compile_emitting(git_project, {"models/a": _routed(strategy)}, LITELLM))

    assert [each["model_name"] for each in config["model_list"]] == ["models/a"] * 3
    parameters = [each["litellm_params"] for each in config["model_list"]]
    assert [(each["order"], each.get("weight")) for each in parameters] == [
        (1, 70),
        (1, 30),
        (1, None),
    ]
    assert config["router_settings"] == {"routing_strategy": name}


@pytest.mark.parametrize("strategy", ["priority", "quality"])
def test_models_in_their_order_follow_each_other(git_project: MakeProject, strategy: str) -> None:
    config = litellm_config(compile_emitting(git_project, {"models/a": _routed(strategy)}, LITELLM))

    groups = ["models/a", "models/a#fallback-1", "models/a#fallback-2"]
    assert [each["model_name"] for each in config["model_list"]] == groups
    assert [each["litellm_params"]["order"] for each in config["model_list"]] == [1, 2, 3]
    settings = config["router_settings"]
    assert settings["routing_strategy"] == "simple-shuffle"
    for kind in ("fallbacks", "context_window_fallbacks", "content_policy_fallbacks"):
        assert settings[kind] == [{"models/a": groups[1:]}]


def test_strategies_that_differ_have_groups_of_their_own(git_project: MakeProject) -> None:
    models = {f"models/{name}": _routed(name) for name in ("latency", "random", "quality")}

    settings = litellm_config(compile_emitting(git_project, models, LITELLM))["router_settings"]

    assert settings["routing_groups"] == [
        {
            "group_name": "latency-based-routing",
            "models": ["models/latency"],
            "routing_strategy": "latency-based-routing",
        },
        {
            "group_name": "simple-shuffle",
            "models": ["models/random"],
            "routing_strategy": "simple-shuffle",
        },
    ]


def test_portkey_shares_among_models_of_one_rank(git_project: MakeProject) -> None:
    compilation = compile_emitting(git_project, {"models/a": _routed("random")}, PORTKEY)

    config = json.loads(emitted(compilation)["to/models/a.json"])
    assert config["strategy"] == {"mode": "loadbalance"}
    assert [each.get("weight") for each in config["targets"]] == [70, 30, None]


@pytest.mark.parametrize("entry", [PORTKEY, ENVOY])
@pytest.mark.parametrize("strategy", ["latency", "cost"])
def test_some_gateways_know_no_latency_and_no_cost(
    git_project: MakeProject, entry: dict[str, Any], strategy: str
) -> None:
    compilation = compile_emitting(git_project, {"models/a": _routed(strategy)}, entry)

    found = [each for each in compilation.diagnostics if each.code == "GCT756"]
    assert [each.message.split(" found ")[1] for each in found] == [f"'{strategy}'"]


def test_a_chain_may_run_through_documents(git_project: MakeProject) -> None:
    other = "provider: anthropic\nmodel: m\napi_key: !secret secrets/providers#/anthropic/api_key\n"
    chain = {**GPT, "fallbacks": ["models/other"]}

    config = litellm_config(
        compile_emitting(git_project, {"models/a": chain, "models/other": other}, LITELLM)
    )

    keys = {
        each["model_name"]: each["litellm_params"].get("api_key") for each in config["model_list"]
    }
    name = "os.environ/SECRETS_PROVIDERS_ANTHROPIC_API_KEY"
    assert keys == {"models/a": None, "models/a#fallback-1": name, "models/other": name}


@pytest.mark.parametrize("entry", [PORTKEY, ENVOY])
def test_some_gateways_take_no_parameter_away(
    git_project: MakeProject, entry: dict[str, Any]
) -> None:
    chain = _with(GPT, {**CLAUDE, "drop_parameters": ["seed"]})

    compilation = compile_emitting(git_project, {"models/a": chain}, entry)

    (found,) = found_by_emit(compilation)
    assert found.code == "GCT755"
    assert "found that anthropic/claude-haiku-4-5 is not sent seed, which is left out" in (
        found.message
    )


def test_what_a_model_is_not_sent_litellm_drops(git_project: MakeProject) -> None:
    claude = {**CLAUDE, "drop_parameters": ["seed"]}
    chain = _with({**GPT, "parameters": {"seed": 7}}, claude)

    config = litellm_config(compile_emitting(git_project, {"models/a": chain}, LITELLM))

    parameters = [each["litellm_params"] for each in config["model_list"]]
    assert [each.get("seed") for each in parameters] == [7, None]
    assert [each.get("additional_drop_params") for each in parameters] == [None, ["seed"]]
