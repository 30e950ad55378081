"""Exported schemas: they accept what the tool accepts, and refuse common mistakes."""

import re
import subprocess
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from gitconfig_tool.builtin import builtin_names
from gitconfig_tool.compiler.editing import SchemasForEditors
from gitconfig_tool.compiler.test_files import _FILE_KEYS, _REFUSED_KEYS, _TEST_KEYS
from gitconfig_tool.diagnostics import Span
from gitconfig_tool.project.reader import _KEYS as PROJECT_KEYS
from gitconfig_tool.prompts.expectations import NAMES as EXPECTED
from gitconfig_tool.prompts.fields import _PARTIAL, _PROMPT, _VARIANT
from gitconfig_tool.schema import load_schemas
from gitconfig_tool.schema.associations import Association
from gitconfig_tool.schema.exporting import exported_schema
from gitconfig_tool.schema.own_files import own_schema
from gitconfig_tool.source import open_project
from tests.unit.schema.language_server import as_the_server_sees

EXAMPLE = Path(__file__).parents[3] / "example-repo"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example")
    done = subprocess.run(
        ["git", "ls-files", "-z", "."], cwd=EXAMPLE, check=True, capture_output=True, text=True
    )
    for name in filter(None, done.stdout.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((EXAMPLE / name).read_bytes())
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def schemas(example: Path) -> Mapping[str, Association]:
    found = SchemasForEditors.of(open_project(example).at_worktree())
    assert found.associations is not None
    return {each.name: each for each in found.associations}


def problems(association: Association, text: str) -> list[str]:
    validator = Draft7Validator(association.content)
    return [each.message for each in validator.iter_errors(as_the_server_sees("x.yaml", text))]


def test_the_example_is_accepted(example: Path, schemas: Mapping[str, Association]) -> None:
    seen = set()
    for association in schemas.values():
        Draft7Validator.check_schema(association.content)
        globs = [each.replace("/**", "") for each in association.globs]
        for path in sorted(example.rglob("*.yaml")):
            name = path.relative_to(example).as_posix()
            if any(fnmatchcase(name, glob) for glob in globs):
                seen.add(association.name)
                assert problems(association, path.read_text(encoding="utf-8")) == [], name
    assert seen | {"test"} == set(schemas)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("model-config", "provder: openai\n"),
        ("model-config", "provider: opnai\n"),
        ("model-config", "parameters: {temperature: 3.1}\n"),
        ("model-config", "parameters: {temprature: 1}\n"),
        ("model-config", "timeout_seconds: soon\n"),
        ("model-config", "retries: 5\n"),
        ("model-config", "fallbacks: [{provider: openai}]\n"),  # A list is replaced as a whole.
        ("database", "port: 99999\n"),
        ("feature-flags", "flags: {a: {enabled: sure}}\n"),
        ("audit", "retention_days: [1]\n"),
        ("project", "apiVersion: gitconfig-tool/v1\nname: x\nlayer: [a]\nbundles: [{name: a}]\n"),
        ("project", "apiVersion: gitconfig-tool/v2\nname: x\nlayers: [a]\nbundles: [{name: a}]\n"),
        ("prompt", "messages: [{role: sytem, content: hi}]\n"),
        ("prompt", "template: hi\nmessages: [{role: user, content: hi}]\n"),
        ("partial", "description: nothing else\n"),
    ],
)
def test_mistakes_are_refused(name: str, text: str, schemas: Mapping[str, Association]) -> None:
    assert problems(schemas[name], text)


@pytest.mark.parametrize(
    "text",
    [
        "{}\n",
        "provider: !required\n",
        "provider: !required environment\n",
        "timeout_seconds: !final 12\n",
        "timeout_seconds: !ref platform/limits#/timeout\n",
        "retries: !replace {max_attempts: 2}\n",
        "retries: !unset\n",
        "retries: !ref other#\n",
        "fallbacks: !append [{provider: openai, model: x}]\n",
        'api_key: !secret "secrets/providers#/openai/api_key"\n',
        "prompt: !prompt support-assistant@^1.2\n",
        'endpoint: !format "https://{environment}.example"\n',
        "provider: azure-openai\n",  # The endpoint may stand in another layer.
    ],
)
def test_layers_may_be_partial_and_tagged(text: str, schemas: Mapping[str, Association]) -> None:
    assert problems(schemas["model-config"], text) == []


def _export(schema: str) -> dict[str, Any]:
    name = "schemas/a.schema.json"
    loaded, found = load_schemas({name: schema.encode()}, [("*", name, Span("gitconfig.yaml"))])
    assert found == ()
    return exported_schema(loaded, loaded.rules[0].uri)


def test_keywords_of_later_drafts_are_rewritten() -> None:
    exported = _export(
        '{"type": "object", "required": ["a"], "minProperties": 1, "properties": {'
        '"a": {"$ref": "#/$defs/x"},'
        '"b": {"type": "array", "prefixItems": [{"type": "integer"}],'
        '"items": {"type": "string"}}},'
        '"dependentRequired": {"a": ["b"]}, "unevaluatedProperties": false,'
        '"$defs": {"x": {"type": "integer", "format": "int32"}}}'
    )

    assert set(exported) == {"$schema", "type", "properties", "definitions"}
    assert exported["definitions"]["x"] == {"type": "integer"}
    listed = exported["properties"]["b"]["anyOf"][0]
    assert listed["items"][0]["anyOf"][0] == {"type": "integer"}
    assert listed["additionalItems"] == {"type": "string"}


def test_items_that_merge_by_key_may_be_partial() -> None:
    exported = _export(
        '{"properties": {"a": {"type": "array", "x-kubernetes-list-type": "map",'
        '"x-kubernetes-list-map-keys": ["name"], "items": {"type": "object",'
        '"required": ["name", "port"], "properties": {"name": {"type": "string"}}}}}}'
    )
    validator = Draft7Validator(exported)

    assert validator.is_valid({"a": [{"name": "x"}]})
    assert not validator.is_valid({"a": [{"port": 1}]})


def test_a_schema_that_refers_to_itself_is_written_once() -> None:
    exported = _export('{"properties": {"a": {"$ref": "#"}, "b": {"type": "integer"}}}')
    validator = Draft7Validator(exported)

    assert validator.is_valid({"a": {"a": {"b": 1}}})
    assert not validator.is_valid({"a": {"a": {"b": "one"}}})


# --- the tool's own files ----------------------------------------------------------------------


def test_the_project_file_is_described_whole() -> None:
    properties = own_schema("project")["properties"]
    page = (EXAMPLE.parent / "docs/project-file.md").read_text(encoding="utf-8")
    first_table = page.partition("## Dimensions")[0]

    assert set(properties) == set(PROJECT_KEYS)
    assert set(properties) == set(re.findall(r"^\| `(\w+)` \|", first_table, re.MULTILINE))


def test_tests_are_described_whole() -> None:
    schema = own_schema("test")
    test = schema["definitions"]["test"]["properties"]

    assert tuple(schema["properties"]) == _FILE_KEYS
    assert tuple(test) == _TEST_KEYS
    assert tuple(test["refused"]["anyOf"][1]["properties"]) == _REFUSED_KEYS


def test_prompts_and_partials_are_described_whole() -> None:
    prompt = own_schema("prompt")

    assert set(builtin_names("editors")) == {
        f"{name}.schema.json" for name in ("partial", "project", "prompt", "test")
    }
    assert set(prompt["properties"]) == set(_PROMPT)
    assert set(prompt["definitions"]["variant"]["properties"]) == set(_VARIANT)
    assert set(prompt["definitions"]["expected"]["properties"]) == set(EXPECTED)
    assert set(own_schema("partial")["properties"]) == set(_PARTIAL)
