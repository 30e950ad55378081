"""Bounds of what others take, and names that meet there."""

import pytest
import yaml

from tests.unit.emit.projects import MakeProject, codes, compile_emitting, emitted

CONFIGMAP = {"target": "configmap", "to": "to"}


def test_a_config_map_has_a_bound(git_project: MakeProject) -> None:
    compilation = compile_emitting(git_project, {"large": {"text": "x" * 1024 * 1024}}, CONFIGMAP)

    found = [each for each in compilation.diagnostics if each.code == "GCT759"]
    assert [each.message for each in found] == [
        # {"text": "..."} over three lines has 17 further bytes, and the key large.json has 10.
        "expected at most 1,048,576 bytes in a ConfigMap, found 1,048,603"
    ]


def test_two_documents_may_meet_in_a_config_map(git_project: MakeProject) -> None:
    compilation = compile_emitting(git_project, {"a/b": {"x": 1}, "a.b": {"x": 2}}, CONFIGMAP)

    assert "GCT757" in codes(compilation)


def test_a_config_map_may_hold_yaml(git_project: MakeProject) -> None:
    options = {"format": "yaml", "namespace": "apps", "name": "app"}

    compilation = compile_emitting(git_project, {"a": {"x": 1}}, {**CONFIGMAP, "options": options})

    manifest = yaml.safe_load(emitted(compilation)["to/configmap.yaml"])
    assert manifest["metadata"]["namespace"] == "apps"
    assert manifest["data"] == {"a.yaml": "x: 1\n"}


def test_secrets_may_be_left_out(git_project: MakeProject) -> None:
    text = "key: !secret secrets/providers#/openai/api_key\nname: x\n"
    entry = {"target": "json", "to": "to", "options": {"secrets": "omit"}}

    compilation = compile_emitting(git_project, {"app": text}, entry)

    assert emitted(compilation)["to/app.json"] == b'{\n  "name": "x"\n}\n'
    assert b"SECRETS_PROVIDERS_OPENAI_API_KEY" in emitted(compilation)["to/secrets.json"]


def test_a_path_that_no_target_takes(git_project: MakeProject) -> None:
    compilation = compile_emitting(
        git_project, {"a": {"x": 1}}, {"target": "json", "to": ".hidden"}
    )

    assert "GCT751" in codes(compilation) or "GCT031" in codes(compilation)


def test_a_file_may_not_be_a_folder_too(git_project: MakeProject) -> None:
    compilation = compile_emitting(
        git_project,
        {"a": {"x": 1}, "a.json/b": {"x": 2}},
        {"target": "json", "to": "to"},
    )

    assert "GCT751" in codes(compilation)


@pytest.mark.parametrize("target", ["json", "configmap"])
@pytest.mark.parametrize(
    "text", ["x: $SECRETS_PROVIDERS_OPENAI_API_KEY\n", "x: {'${HOME}': 1}\n", "x: ${HOME}\n"]
)
def test_a_document_without_secrets_cannot_show_those_of_another(
    git_project: MakeProject, target: str, text: str
) -> None:
    """Whoever fills in references does so in all files."""
    files = {"app": "key: !secret secrets/providers#/openai/api_key\n", "other": text}

    compilation = compile_emitting(git_project, files, {"target": target, "to": "to"})

    assert codes(compilation) == ["GCT758"]
