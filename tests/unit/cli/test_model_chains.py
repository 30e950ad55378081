"""`models check` and `models params`: what they print, and how they end."""

import json
from typing import Any

import pytest

from tests.projects import MakeTool, Tool

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: chains
dimensions: {environment: {staging: {}, production: {}}}
layers: [base]
bundles: [{name: "{environment}"}]
schemas: [{match: "*/model", schema: gitconfig-tool:model-config}]
"""
MODEL = """\
provider: openai
model: gpt-5.2
parameters: {temperature: 1.3, max_tokens: 1024, seed: 7}
fallbacks:
  - {provider: anthropic, model: claude-opus-4-6, drop_parameters: [seed]}
"""
SOUND = "provider: custom\nmodel: own\nendpoint: http://llm.internal/v1\nparameters: {seed: 1}\n"


@pytest.fixture
def tool(make_tool: MakeTool) -> Tool:
    """A project whose fallback does not take the temperature of the chain."""
    return make_tool({"base/support/model.yaml": MODEL}, PROJECT)


def test_the_chain_and_what_each_model_is_sent(tool: Tool) -> None:
    code, out, err = tool("models", "check")
    chain, _, found = out.partition("\n\n")

    assert (code, err) == (1, "")
    assert chain.splitlines() == [
        "support/model",
        "  in staging, production",
        "  2 models, called by priority",
        "  1. openai/gpt-5.2  window 400,000, answer 128,000",
        "     temperature  1.3   sent",
        "     max_tokens   1024  sent",
        "     seed         7     sent",
        "  2. anthropic/claude-opus-4-6  window 1,000,000, answer 128,000",
        "     temperature  1.3   OUT OF RANGE, between 0 and 1  from the chain",
        "     max_tokens   1024  sent                           from the chain",
        "     seed               left out as asked",
    ]
    assert "error[GCT621]" in found
    assert found.endswith("1 error: checked 1 chain\n")


def test_a_sound_chain(make_tool: MakeTool) -> None:
    out = make_tool({"base/own/model.yaml": SOUND}, PROJECT).printed("models", "check")

    assert out.splitlines()[3:] == [
        "  1. custom/own  not in the catalogue",
        "     seed  1  sent",
        "no problems: checked 1 chain",
    ]


def test_a_prompt_stands_over_the_chain(make_tool: MakeTool) -> None:
    prompt = "template: Hi\nmodelParameters: {temperature: 0.5}\n"
    files = {
        "base/own/model.yaml": SOUND + "prompt: !prompt greet@1.0.0\n",
        "prompts/greet/1.0.0.prompt.yaml": prompt,
    }
    out = make_tool(files, PROJECT).printed("models", "check")

    assert "  with the prompt greet@1.0.0\n" in out
    assert "     temperature  0.5  sent  from the prompt\n" in out


def test_the_chain_as_json(tool: Tool) -> None:
    code, out, _ = tool("models", "check", "--bundle", "staging", "--format", "json")
    report = json.loads(out)
    (chain,) = report["chains"]
    first, second = chain["requests"][0]["hops"]
    sent: dict[str, Any] = {each["name"]: each for each in second["parameters"]}

    assert code == 1
    assert report["kind"] == "ModelChains"
    assert [each["code"] for each in report["diagnostics"]] == ["GCT621"]
    assert (chain["document"], chain["bundles"]) == ("support/model", ["staging"])
    assert (first["pointer"], second["pointer"]) == ("", "/fallbacks/0")
    assert sent["temperature"] == {
        "name": "temperature",
        "value": 1.3,
        "source": "chain",
        "outcome": "out-of-range",
        "expected": "between 0 and 1",
    }
    assert second["dropped"] == ["seed"]


def test_an_error_elsewhere_is_not_kept_back(make_tool: MakeTool) -> None:
    files = {"base/own/model.yaml": SOUND, "base/other.yaml": "a: [\n"}
    code, out, _ = make_tool(files, PROJECT)("models", "check")

    assert code == 1
    assert "error[GCT010]" in out


def test_what_a_model_takes(tool: Tool) -> None:
    assert tool.printed("models", "params", "anthropic/claude-opus-4-6").splitlines() == [
        "anthropic/claude-opus-4-6  Claude 4.1 to 4.6  window 1,000,000, answer 128,000",
        "  temperature       0 to 1",
        "  top_p             0 to 1",
        "  top_k             0 or more",
        "  max_tokens        demanded; at most 128,000",
        "  stop              any",
        "  reasoning_effort  none, minimal, low, medium, high, xhigh, max",
        "  response_format   text, json, json-schema",
        "  not taken: seed, frequency_penalty, presence_penalty, safety_settings,",
        "    content_filter",
        "  not together: temperature, top_p",
        "  source: Anthropic: Messages API reference; What's new in Claude Opus 4.7;",
        "    migration guide (2026-11)",
    ]


def test_what_a_model_takes_as_json(tool: Tool) -> None:
    report = json.loads(tool.printed("models", "params", "openai/o3", "--format", "json"))
    takes = {each["name"]: each for each in report["parameters"]}

    assert (report["kind"], report["family"]) == ("ModelParameters", "OpenAI o3 and o4")
    assert takes["temperature"]["values"] == [1]
    assert takes["stop"] == {"name": "stop", "outcome": "refuses"}


def test_a_server_of_ones_own(tool: Tool) -> None:
    out = tool.printed("models", "params", "vllm/own")

    assert out == "vllm/own  whatever its server takes  not in the catalogue\n"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("opnai/gpt-5.2", "did you mean openai?"),
        ("gpt-5.2", "providers: openai, anthropic"),
        ("openai", "write openai/ and the name of a model"),
    ],
)
def test_a_name_that_is_none(name: str, hint: str, tool: Tool) -> None:
    code, _, err = tool("models", "params", name)

    assert code == 2
    assert hint in err


def test_a_model_that_was_probably_meant(tool: Tool) -> None:
    code, _, err = tool("models", "params", "mistral/mistral-lrge-2512")

    assert code == 0
    assert err == "not in the catalogue: did you mean mistral/mistral-large-2512?\n"


def test_what_is_wrong_is_red_on_a_terminal(tool: Tool) -> None:
    out = tool("--color", "always", "models", "check")[1]

    red = [line for line in out.partition("\n\n")[0].splitlines() if "\x1b[31m" in line]
    assert len(red) == 1
    assert "OUT OF RANGE" in red[0]


@pytest.mark.parametrize("command", ["check", "due"])
def test_a_day_that_is_none(tool: Tool, command: str) -> None:
    code, _, err = tool("models", command, "--as-of", "tomorrow")

    assert code == 2
    assert "expected a day such as 2027-03-31, found 'tomorrow'" in err
