"""Prompts that were exported, read by the real programs; and imported ones, rendered by theirs."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.document import parse_document
from gitconfig_tool.prompts import PromptVersion, load_prompts
from gitconfig_tool.prompts.exchange.formats import WRITERS
from gitconfig_tool.prompts.render import render

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).parent / "prompt_readers" / "read_exported.py"
DATA = ROOT / "tests" / "data" / "prompt-exchange"

HARD = """\
description: All that is hard to carry.
variables:
  type: object
  properties:
    name: {type: string}
    items: {type: array, items: {type: string}}
    user:
      type: object
      properties: {city: {type: string}}
      required: [city]
  required: [name, items, user]
messages:
  - role: system
    content: |
      Literal {{ '{{' }} and {% raw %}{% no %}{% endraw %}; <b> & "quotes".
      {%- if items %}
      {%- for item in items %}
      {{ loop.index }}. {{ item|upper }} for {{ user.city }}
      {%- endfor %}
      {%- else %}
      none
      {%- endif %}
  - role: user
    content: Hello {{ name }}
  - role: assistant
    content: "yes: {{ name|length }}"
modelParameters: {temperature: 0.5, max_tokens: 10, stop: [END], seed: 3}
responseFormat: json_object
"""
PLAIN = """\
variables:
  type: object
  properties: {name: {type: string}}
  required: [name]
template: |
  Hello {{ name }}, {{name}}!
"""
HARD_VALUES = {"name": 'A & <B> "c"', "items": ["é", "x\\y"], "user": {"city": "Porto"}}


def version_of(text: str) -> PromptVersion:
    path = "prompts/hard/1.2.0.prompt.yaml"
    document, problems = parse_document(path, text.encode())
    prompts, diagnostics = load_prompts({path: document}, {path: text.encode()})
    assert (problems, diagnostics) == ((), ())
    return prompts.versions("hard")[0]


def read_with(python: Path, requests: list[Mapping[str, Any]]) -> list[Any]:
    """Run the readers in their own environment, all in one process."""
    done = subprocess.run(
        [python, PROGRAM], input=json.dumps(requests), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: list[Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def stripped(messages: Any) -> Any:
    """Do what LiteLLM does with the rendered text, line by line."""
    return [
        {**each, "content": "\n".join(map(str.strip, each["content"].strip().split("\n")))}
        for each in messages
    ]


@pytest.fixture(scope="module")
def answers(interop_python: Path) -> dict[str, Any]:
    versions = {"hard": version_of(HARD), "plain": version_of(PLAIN)}
    values = {"hard": HARD_VALUES, "plain": {"name": "Ada"}}
    requests = []
    for name, version in versions.items():
        for reader in ("litellm", "mlflow"):
            ((path, text),) = WRITERS[reader].write(version).files
            requests.append(
                {"reader": reader, "name": path, "text": text, "variables": values[name]}
            )
    found = read_with(interop_python, requests)
    keys = [f"{name} {reader}" for name in versions for reader in ("litellm", "mlflow")]
    return dict(zip(keys, found, strict=True))


def test_litellm_makes_the_same_messages(answers: dict[str, Any]) -> None:
    found = answers["hard litellm"]
    assert found["messages"] == stripped(render(version_of(HARD), HARD_VALUES))
    assert found["parameters"] == {
        "temperature": 0.5,
        "max_tokens": 10,
        "stop": ["END"],
        "seed": 3,
        "response_format": {"type": "json_object"},
    }


def test_litellm_makes_a_user_message_of_a_text(answers: dict[str, Any]) -> None:
    assert answers["plain litellm"]["messages"] == [{"role": "user", "content": "Hello Ada, Ada!"}]


def test_mlflow_renders_the_same_messages(answers: dict[str, Any]) -> None:
    found = answers["hard mlflow"]
    assert found["messages"] == render(version_of(HARD), HARD_VALUES)
    assert found["parameters"] == {
        "temperature": 0.5,
        "max_tokens": 10,
        "stop_sequences": ["END"],
        "seed": 3,
    }
    assert found["tags"] == {"version": "1.2.0"}


def test_mlflow_renders_the_same_text(answers: dict[str, Any]) -> None:
    assert answers["plain mlflow"]["messages"] == "Hello Ada, Ada!\n"


def test_prompty_still_renders_its_files_as_recorded(interop_python: Path) -> None:
    recorded = json.loads((DATA / "rendered.json").read_text(encoding="utf-8"))
    files = ("review.prompty",)
    requests = [
        {
            "reader": "prompty",
            "name": file,
            "text": (DATA / file).read_text(encoding="utf-8"),
            "variables": vector["variables"],
        }
        for file in files
        for vector in recorded[file]
    ]
    expected = [vector["rendered"] for file in files for vector in recorded[file]]
    found = read_with(interop_python, requests)
    assert [each["messages"] for each in found] == expected


def test_every_example_prompt_reads_alike(interop_python: Path) -> None:
    folder = ROOT / "example-repo" / "prompts"
    files = {
        f"prompts/{each.relative_to(folder).as_posix()}": each.read_bytes()
        for each in folder.rglob("*.prompt.yaml")
    }
    documents = {path: parse_document(path, data)[0] for path, data in files.items()}
    prompts, _ = load_prompts(documents, files)
    requests, expected = [], []
    for prompt_id in prompts.ids():
        for version in prompts.versions(prompt_id):
            assert version.file is not None
            for case in version.file.tests:
                for reader in ("litellm", "mlflow"):
                    ((path, text),) = WRITERS[reader].write(version).files
                    requests.append(
                        {"reader": reader, "name": path, "text": text, "variables": case.variables}
                    )
                    rendered = render(version, case.variables)
                    if reader == "litellm":
                        messages = (
                            [{"role": "user", "content": rendered}]
                            if isinstance(rendered, str)
                            else rendered
                        )
                        rendered = stripped(messages)
                    expected.append(rendered)
    assert len(requests) >= 10
    found = read_with(interop_python, requests)
    assert [each["messages"] for each in found] == expected
