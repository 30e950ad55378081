"""Bundles keep their bytes from version to version: a digest that somebody pinned stays good.

The digests below were taken with the code of commit 6d32ab2, before bundles could hold files for
other programs. Schemas that come with the tool are left out: they are packed too, and may grow.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from gitconfig_tool.compiler import compile_snapshot, pack_bundles
from tests.unit.conftest import GitProject

SEALED = (
    Path(__file__).parents[2] / "data/emit/project/base/secrets/providers.sops.yaml"
).read_text(encoding="utf-8")
FILES = {
    "gitconfig.yaml": (
        "apiVersion: gitconfig-tool/v1\nname: acme-llm\n"
        "dimensions: {environment: {staging: {}, production: {inherits: staging}}}\n"
        "layers: [base, 'environments/{environment}']\n"
        "bundles: [{name: '{environment}'}]\n"
        "schemas: [{match: limits, schema: schemas/limits.schema.json}]\n"
    ),
    "schemas/limits.schema.json": '{"type": "object", "required": ["default"]}',
    "base/support/model.yaml": (
        "provider: openai\nmodel: gpt-4.1-mini\n"
        "api_key: !secret secrets/providers#/openai/api_key\n"
        "parameters: {temperature: 0.2, max_tokens: 500}\nprompt: !prompt support@^1\n"
    ),
    "base/limits.yaml": "default: {rpm: 600}\nburst: !ref '#/default/rpm'\n",
    "environments/production/limits.yaml": "default: {rpm: 900}\n",
    "prompts/support/1.0.0.prompt.yaml": (
        "description: Answers customers.\nmessages:\n"
        "  - {role: system, content: 'You answer for {{ name }}.'}\n"
        "variables: {type: object, properties: {name: {type: string}}, required: [name]}\n"
    ),
    "base/secrets/providers.sops.yaml": SEALED,
}
DIGESTS = {
    "production": "5759d82eb91605080a0bda973303b0fa378df6495ac52f794b1c2eb39c157453",
    "staging": "f9ce3cec1903256b6847881d3d4a467c3c45bdd0db5aee2c915fac2be408579f",
}


def test_a_bundle_without_emitted_files_is_as_it_was(
    git_project: Callable[..., GitProject],
) -> None:
    compilation = compile_snapshot(git_project(FILES).open().at_commit())

    packed = pack_bundles(compilation)

    assert {name: sha256(each.manifest).hexdigest() for name, each in packed.items()} == DIGESTS
