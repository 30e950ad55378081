"""What becomes of a parameter at a model: by family, by what the catalogue knows, by its effort."""

# ruff: noqa: E501 -- tables of cases are read across

from dataclasses import replace
from typing import Any

import pytest

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.models import Hop, ModelFacts, Parameter
from gitconfig_tool.models.families import FAMILIES
from gitconfig_tool.models.judging import judge, missing
from gitconfig_tool.models.parameters import PARAMETERS, PROVIDERS, bare_name, family_of

HERE = Span("m.yaml")
STOPS = ["a", "b", "c", "d", "e", "f"]


def hop(name: str, **parameters: Any) -> Hop:
    """Return a hop by `provider/model` that sets parameters itself."""
    provider, _, model = name.partition("/")
    given = {key: Parameter(value, HERE, "hop") for key, value in parameters.items()}
    return Hop(0, "m", (), provider, model, given, {}, HERE, HERE)


def facts(*supports: str, mode: str = "chat", **limits: Any) -> ModelFacts:
    """Return what a catalogue could know of a model."""
    return ModelFacts("p", "m", mode, supports=frozenset(supports), **limits)


def outcomes(name: str, known: ModelFacts | None = None, **parameters: Any) -> dict[str, str]:
    """Return what becomes of each parameter."""
    return {each.name: each.outcome for each in judge(hop(name, **parameters), known)}


@pytest.mark.parametrize(
    ("name", "parameters", "outcome"),
    [
        # OpenAI: 0 to 2, four stops; the models that reason take a temperature of 1.
        ("openai/gpt-4.1-mini", {"temperature": 2}, "sent"),
        ("openai/gpt-4.1-mini", {"temperature": 2.1}, "out-of-range"),
        ("openai/gpt-4.1-mini", {"stop": STOPS[:4]}, "sent"),
        ("openai/gpt-4.1-mini", {"stop": STOPS[:5]}, "too-many"),
        ("openai/gpt-4.1-mini", {"stop": "END"}, "sent"),
        ("openai/gpt-4.1-mini", {"top_k": 5}, "unsupported"),
        ("openai/gpt-4.1-mini", {"reasoning_effort": "low"}, "unsupported"),
        ("openai/gpt-4", {"response_format": "json-schema"}, "not-a-value"),
        ("openai/ft:gpt-4o-mini-2024-07-18:acme::abc", {"frequency_penalty": -2}, "sent"),
        ("openai/o3", {"temperature": 0.2}, "fixed"),
        ("openai/o3", {"temperature": 1}, "sent"),
        ("openai/o3", {"stop": ["END"]}, "unsupported"),
        ("openai/o3-mini", {"stop": ["END"]}, "sent"),
        ("openai/o3", {"presence_penalty": 0}, "unsupported"),
        ("openai/gpt-5", {"temperature": 0.2}, "fixed"),
        ("openai/gpt-5-mini-2025-08-07", {"top_p": 0.9}, "unsupported"),
        ("openai/gpt-5-chat-latest", {"temperature": 0.2}, "sent"),
        ("openai/gpt-5.1", {"temperature": 0.2}, "sent"),
        ("openai/gpt-5.1-codex", {"temperature": 0.2}, "fixed"),
        ("openai/gpt-5.5", {"temperature": 0.2}, "reasoning"),
        ("openai/gpt-6-luna", {"temperature": 0.2}, "reasoning"),
        ("openai/gpt-6-luna", {"temperature": 1}, "sent"),
        ("azure-openai/gpt-35-turbo", {"temperature": 0.2}, "sent"),
        ("azure-openai/eu/o1-mini", {"temperature": 0}, "fixed"),
        # Anthropic: 0 to 1; from Opus 4.7 and Claude 5 on, no sampling.
        ("anthropic/claude-opus-4-20250514", {"temperature": 1}, "sent"),
        ("anthropic/claude-opus-4-20250514", {"temperature": 1.1}, "out-of-range"),
        ("anthropic/claude-opus-4-6", {"temperature": 0.5}, "sent"),
        ("anthropic/claude-opus-4-7", {"temperature": 0.5}, "unsupported"),
        ("anthropic/claude-sonnet-5", {"top_k": 5}, "unsupported"),
        ("anthropic/claude-3-5-sonnet-20241022", {"top_k": 5}, "sent"),
        ("anthropic/claude-haiku-4-5", {"seed": 5}, "unsupported"),
        ("google-vertex/claude-opus-4-8@default", {"temperature": 0.5}, "unsupported"),
        ("azure-openai/claude-sonnet-4-6", {"seed": 1}, "unsupported"),
        # Bedrock: 0 to 1 for all, by the Converse API.
        ("aws-bedrock/eu.anthropic.claude-sonnet-4-5-20250929-v1:0", {"temperature": 1.5}, "out-of-range"),
        ("aws-bedrock/us.anthropic.claude-opus-4-7", {"temperature": 0.5}, "unsupported"),
        ("aws-bedrock/meta.llama3-1-70b-instruct-v1:0", {"temperature": 1.2}, "out-of-range"),
        ("aws-bedrock/amazon.nova-pro-v1:0", {"top_k": 200}, "out-of-range"),
        ("aws-bedrock/amazon.nova-pro-v1:0", {"frequency_penalty": 0.5}, "unsupported"),
        # Google: 0 to 2, five stops.
        ("google-gemini/gemini-2.5-flash", {"stop": STOPS[:5]}, "sent"),
        ("google-gemini/gemini-2.5-flash", {"stop": STOPS}, "too-many"),
        ("google-vertex/gemini-2.5-pro", {"frequency_penalty": 1}, "sent"),
        ("google-vertex/gemini-3-pro-preview", {"frequency_penalty": 1}, "unsupported"),
        ("google-gemini/models/gemini-3.6-flash", {"temperature": 0}, "unsupported"),
        ("google-gemini/gemini-2.5-flash", {"safety_settings": []}, "sent"),
        ("openai/gpt-4.1", {"safety_settings": []}, "unsupported"),
        # The others.
        ("mistral/mistral-large-2512", {"temperature": 1.5}, "sent"),
        ("mistral/mistral-large-2512", {"temperature": 1.6}, "out-of-range"),
        ("mistral/mistral-large-2512", {"top_k": 5}, "unsupported"),
        ("cohere/command-a-03-2025", {"presence_penalty": 1.5}, "out-of-range"),
        ("cohere/command-a-03-2025", {"presence_penalty": -0.5}, "out-of-range"),
        ("cohere/command-a-03-2025", {"top_p": 1}, "out-of-range"),
        ("cohere/command-a-03-2025", {"top_k": 500}, "sent"),
        ("xai/grok-4", {"stop": ["END"]}, "unsupported"),
        ("xai/grok-2-latest", {"stop": ["END"]}, "sent"),
        ("xai/grok-3-mini", {"reasoning_effort": "medium"}, "not-a-value"),
        # What runs on the user's own server takes what it takes.
        ("vllm/own-8b", {"temperature": 9}, "sent"),
        ("custom/m", {"top_k": 5}, "sent"),
    ],
)  # fmt: skip
def test_one_parameter(name: str, parameters: dict[str, Any], outcome: str) -> None:
    assert list(outcomes(name, **parameters).values()) == [outcome]


def test_two_parameters_of_which_one_is_taken() -> None:
    """The last of them in the order of the table is told; both belong to older models."""
    both: dict[str, Any] = {"temperature": 0.2, "top_p": 0.9}

    assert outcomes("anthropic/claude-haiku-4-5", **both) == {
        "temperature": "sent",
        "top_p": "exclusive",
    }
    assert outcomes("anthropic/claude-3-haiku-20240307", **both) == {
        "temperature": "sent",
        "top_p": "sent",
    }


def test_sampling_depends_on_the_effort() -> None:
    low: dict[str, Any] = {"temperature": 0.2, "reasoning_effort": "low"}
    none: dict[str, Any] = {"temperature": 0.2, "reasoning_effort": "none"}

    assert outcomes("openai/gpt-5.2", **low)["temperature"] == "reasoning"
    assert outcomes("openai/gpt-5.5", **none)["temperature"] == "sent"


def test_the_catalogue_knows_more_than_the_name() -> None:
    always = facts("reasoning")
    fixed = facts("fixed_sampling")

    assert outcomes("openai/gpt-5.5", always, temperature=0.2) == {"temperature": "fixed"}
    assert outcomes("openai/gpt-5.5", always, top_p=0.2) == {"top_p": "unsupported"}
    assert outcomes("google-gemini/gemini-9", fixed, temperature=0.2) == {
        "temperature": "unsupported"
    }
    assert outcomes("mistral/m", facts("vision"), reasoning_effort="low") == {
        "reasoning_effort": "unsupported"
    }
    assert outcomes("mistral/m", facts("reasoning"), reasoning_effort="low") == {
        "reasoning_effort": "sent"
    }
    assert outcomes("openai/gpt-5.2", facts("reasoning"), reasoning_effort="xhigh") == {
        "reasoning_effort": "not-a-value"
    }
    # Nothing known is held against nobody.
    assert outcomes("mistral/m", facts(mode="unknown"), reasoning_effort="low") == {
        "reasoning_effort": "sent"
    }


def test_the_ceiling_of_an_answer() -> None:
    known = facts(max_output=4096)

    assert outcomes("openai/gpt-4.1", known, max_tokens=4096) == {"max_tokens": "sent"}
    assert outcomes("openai/gpt-4.1", known, max_tokens=4097) == {"max_tokens": "above-ceiling"}
    assert outcomes("vllm/own", known, max_tokens=4097) == {"max_tokens": "above-ceiling"}


def test_what_is_no_chat_is_not_judged() -> None:
    embedding = facts(mode="embedding")

    assert outcomes("openai/text-embedding-3-small", embedding, top_k=5) == {"top_k": "sent"}
    assert missing(hop("anthropic/claude-haiku-4-5"), embedding) == ()


@pytest.mark.parametrize("value", ["hot", None, True, {"a": 1}])
def test_what_the_schema_reports_is_not_judged(value: Any) -> None:
    assert set(outcomes("openai/gpt-4.1", temperature=value).values()) == {"sent"}


def test_other_parameters_are_passed_over() -> None:
    assert outcomes("openai/gpt-4.1", extra={"logit_bias": {}}, temprature=1) == {}


def test_what_an_api_demands() -> None:
    assert missing(hop("anthropic/claude-haiku-4-5"), None) == ("max_tokens",)
    assert missing(hop("anthropic/claude-haiku-4-5", max_tokens=5), None) == ()
    assert missing(hop("aws-bedrock/anthropic.claude-haiku-4-5"), None) == ()


@pytest.mark.parametrize(
    ("provider", "model", "bare"),
    [
        ("aws-bedrock", "eu.anthropic.claude-sonnet-4-6", "anthropic.claude-sonnet-4-6"),
        ("aws-bedrock", "us-gov.amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0"),
        ("aws-bedrock", "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0"),
        ("google-vertex", "publishers/google/models/gemini-2.5-pro@001", "gemini-2.5-pro"),
        ("openai", "ft:gpt-4.1-mini:acme::7p4lURel", "gpt-4.1-mini"),
        ("openai", "ft:gpt-4.1-mini", "gpt-4.1-mini"),
        ("azure-openai", "eu/GPT-4.1", "gpt-4.1"),
    ],
)  # fmt: skip
def test_the_bare_name(provider: str, model: str, bare: str) -> None:
    assert bare_name(provider, model) == bare


def test_the_table_is_whole() -> None:
    for family in FAMILIES:
        assert family.source.endswith("(2026-11)"), family.name
        assert set(family.parameters) <= set(PARAMETERS), family.name
        assert set(family.providers) <= set(PROVIDERS), family.name
        assert "max_tokens" in family.parameters, family.name
    for provider in PROVIDERS:
        is_own = provider in ("vllm", "custom")
        assert (family_of(provider, "a-model-of-tomorrow") is None) == is_own, provider


def test_a_prompt_and_a_chain_are_judged_alike() -> None:
    one = hop("openai/o3", temperature=0.2)
    inherited = replace(one.parameters["temperature"], source="chain")

    assert [
        each.outcome for each in judge(replace(one, parameters={"temperature": inherited}), None)
    ] == ["fixed"]
