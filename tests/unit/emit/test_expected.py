"""One project for every target: each file byte for byte, by schemas, and without any secret."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import yaml

from gitconfig_tool.compiler import compile_snapshot, pack_bundles
from gitconfig_tool.emit import TARGETS
from gitconfig_tool.project.llm_reader import EMIT_TARGETS
from tests.unit.emit.projects import DATA, MakeProject, expected_files, project_files


def test_every_target_of_the_project_file_has_its_module() -> None:
    assert tuple(TARGETS) == EMIT_TARGETS
    assert {name.split("/")[0] for name in expected_files()} == set(TARGETS)


def test_each_file_is_as_it_should_be(git_project: MakeProject) -> None:
    compilation = compile_snapshot(git_project(project_files()).open().at_commit("HEAD"))

    emitted = compilation.bundles["default"].emitted

    assert not compilation.has_errors
    assert sorted(emitted) == sorted(expected_files())
    for name, data in expected_files().items():
        assert emitted[name].decode() == data.decode(), name


def test_no_secret_stands_in_an_emitted_file() -> None:
    sealed = (DATA / "project/base/secrets/providers.sops.yaml").read_text(encoding="utf-8")
    # Each value as SOPS encrypted it, and a part that would still show if the rest were cut off.
    parts = [text.split(",")[0] for text in sealed.split("data:")[1:]]

    assert len(parts) >= 3
    for name, data in expected_files().items():
        assert "ENC[" not in data.decode(), name
        assert not any(part in data.decode() for part in parts), name
        assert "age1" not in data.decode(), name


def test_the_bytes_depend_on_no_order_of_a_hash(git_project: MakeProject) -> None:
    project = git_project(project_files())
    command = [sys.executable, "-m", "gitconfig_tool", "-C", str(project.root), "compile"]
    answers = []
    for seed in ("1", "2"):
        folder = project.root.parent / f"out-{seed}"
        done = subprocess.run(
            [*command, "-o", str(folder), "--format", "json"],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        answers.append(json.loads(done.stdout)["bundles"][0]["digest"])

    assert answers[0] == answers[1]


def test_emitted_files_are_layers_of_the_bundle(git_project: MakeProject) -> None:
    compilation = compile_snapshot(git_project(project_files()).open().at_commit("HEAD"))

    artifact = pack_bundles(compilation)["default"]

    layers = {
        blob.annotations["dev.gitconfig-tool.emitted.path"]: blob.data
        for blob in artifact.blobs
        if blob.media_type == "application/vnd.gitconfig-tool.emitted.v1"
    }
    assert layers == expected_files()


def _schema(name: str) -> jsonschema.Draft202012Validator:
    text = (DATA / "schemas" / name).read_text(encoding="utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


def test_a_config_of_portkey_is_valid() -> None:
    config = json.loads(expected_files()["portkey/models/chat.json"])

    _schema("portkey-config.json").validate(config)


def test_manifests_are_valid() -> None:
    validator = _schema("envoy.json")
    manifests = [
        *yaml.safe_load_all(expected_files()["envoy/manifests.yaml"]),
        yaml.safe_load(expected_files()["configmap/configmap.yaml"]),
    ]

    for manifest in manifests:
        validator.validate(manifest)
    assert [each["kind"] for each in manifests] == [
        "AIGatewayRoute",
        "BackendTrafficPolicy",
        *["Backend", "BackendTLSPolicy", "AIServiceBackend", "BackendSecurityPolicy"] * 3,
        "ConfigMap",
    ]
    assert {each["metadata"].get("namespace") for each in manifests[:-1]} == {"gateway"}


def test_every_manifest_names_another_that_exists() -> None:
    manifests = list(yaml.safe_load_all(expected_files()["envoy/manifests.yaml"]))
    names = {(each["kind"], each["metadata"]["name"]) for each in manifests}
    targets = [
        (ref["kind"], ref["name"])
        for each in manifests
        for ref in each["spec"].get("targetRefs", [])
        # Envoy AI Gateway makes the HTTPRoute of the AIGatewayRoute of that name.
        if ref["kind"] != "HTTPRoute"
    ]
    (route,) = (each for each in manifests if each["kind"] == "AIGatewayRoute")
    backends = [ref["name"] for ref in route["spec"]["rules"][0]["backendRefs"]]

    assert targets
    assert set(targets) <= names
    assert {("AIServiceBackend", name) for name in backends} <= names


def test_json_yaml_and_toml_say_the_same() -> None:
    import tomllib

    files = expected_files()
    for name in ("platform/limits", "platform/service"):
        value = json.loads(files[f"json/{name}.json"])
        assert yaml.safe_load(files[f"yaml/{name}.yaml"]) == value
        assert tomllib.loads(files[f"toml/{name}.toml"].decode()) == value


def test_the_data_of_a_config_map_are_the_json_files() -> None:
    files = expected_files()
    data = yaml.safe_load(files["configmap/configmap.yaml"])["data"]

    assert data == {
        f"platform.{name}.json": files[f"json/platform/{name}.json"].decode()
        for name in ("limits", "service")
    }


def test_a_shell_reads_the_environment_file(tmp_path: Path) -> None:
    file = DATA / "expected" / "dotenv" / "app.env"

    done = subprocess.run(
        [
            "sh",
            "-c",
            'set -a; . "$1"; printf "%s|%s" "$PLATFORM_LIMITS_GREETING" "$PLATFORM_LIMITS_PRICE"',
            "sh",
            str(file),
        ],
        capture_output=True,
        check=True,
        text=True,
    )

    assert done.stdout == 'It\'s "now"\nor never|$5'
