"""`gitconfig-tool schema`, on a small project in a real repository."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.main import group
from gitconfig_tool.errors import ExitCode

FILES = {
    "gitconfig.yaml": (
        "apiVersion: gitconfig-tool/v1\nname: small\n"
        "dimensions: {environment: {development: {}, production: {}}}\n"
        'layers: [base, "environments/{environment}", '
        '{file: "regions/{environment}.yaml", document: region}]\n'
        'bundles: [{name: "{environment}"}]\n'
        "schemas:\n  - {match: region, schema: region.schema.json}\n"
        '  - {match: "*/service", schema: gitconfig-tool:service}\n'
    ),
    "region.schema.json": '{"properties": {"name": {"enum": ["eu", "us"]}}}',
    "base/chat/service.yaml": "name: chat\n",
}
Call = Callable[..., int]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "repository" / "config"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder.parent, check=True)
    return folder


@pytest.fixture
def call(project: Path) -> Call:
    return lambda *arguments: run(group, ["-C", str(project), *map(str, arguments)])


def test_export_writes_schemas_and_settings(call: Call, project: Path, capsys: Capture) -> None:
    vscode = project.parent / ".vscode/settings.json"
    vscode.parent.mkdir()
    vscode.write_text('{"editor.rulers": [100], "yaml.validate": false}')

    assert call("schema", "export", "--vscode") == ExitCode.OK

    folder = project / ".gitconfig-tool/schemas"
    assert sorted(each.name for each in folder.iterdir()) == [
        "partial.schema.json",
        "project.schema.json",
        "prompt.schema.json",
        "region.schema.json",
        "service.schema.json",
        "test.schema.json",
        "vscode-settings.json",
    ]
    settings = json.loads(vscode.read_text())
    assert settings["editor.rulers"] == [100]
    assert settings["yaml.validate"] is True
    assert "!final sequence" in settings["yaml.customTags"]
    # The project is a folder of the repository that the editor opens.
    at = "./config/.gitconfig-tool/schemas"
    assert settings["yaml.schemas"][f"{at}/project.schema.json"] == ["config/gitconfig.yaml"]
    assert settings["yaml.schemas"][f"{at}/region.schema.json"] == [
        "config/base/region.yaml",
        "config/base/region.yml",
        "config/environments/*/region.yaml",
        "config/environments/*/region.yml",
        "config/regions/*.yaml",
    ]


def test_export_gives_the_same_bytes(call: Call, tmp_path: Path) -> None:
    contents = []
    for name in ("one", "two"):
        assert call("schema", "export", "-o", tmp_path / name) == ExitCode.OK
        found = sorted((tmp_path / name).glob("*.schema.json"))
        contents.append([(each.name, each.read_bytes()) for each in found])

    assert contents[0] == contents[1]


def test_settings_with_comments_are_not_overwritten(
    call: Call, project: Path, capsys: Capture
) -> None:
    vscode = project.parent / ".vscode/settings.json"
    vscode.parent.mkdir()
    vscode.write_text("{\n  // mine\n}\n")

    assert call("schema", "export", "--vscode") == ExitCode.WORLD

    assert vscode.read_text() == "{\n  // mine\n}\n"
    assert "copy the settings from vscode-settings.json by hand" in capsys.readouterr().err


def test_no_link_is_followed(call: Call, project: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "outside").mkdir()
    (project / ".gitconfig-tool").symlink_to(tmp_path / "outside")

    assert call("schema", "export") == ExitCode.WORLD

    assert list((tmp_path / "outside").iterdir()) == []
    assert "found a link" in capsys.readouterr().err


def test_one_schema_can_be_printed(call: Call, capsys: Capture) -> None:
    assert call("schema", "export", "--stdout", "region") == ExitCode.OK

    found = json.loads(capsys.readouterr().out)
    assert found["properties"]["name"]["anyOf"][0] == {"enum": ["eu", "us"]}


def test_an_unknown_name_is_a_usage_error(call: Call, capsys: Capture) -> None:
    assert call("schema", "export", "--stdout", "servce") == ExitCode.USAGE
    assert "did you mean 'service'?" in capsys.readouterr().err


def test_list_shows_which_files_each_schema_is_for(call: Call, capsys: Capture) -> None:
    assert call("schema", "list") == ExitCode.OK
    assert capsys.readouterr().out == (
        "  NAME     FROM\n"
        "  project  the tool's own files\n"
        "      gitconfig.yaml\n"
        "  prompt   the tool's own files\n"
        "      prompts/**/*.prompt.yaml\n"
        "  partial  the tool's own files\n"
        "      prompts/**/*.partial.yaml\n"
        "  test     the tool's own files\n"
        "      tests/**/*.test.yaml\n"
        "  region   region.schema.json\n"
        "      base/region.yaml\n"
        "      environments/*/region.yaml\n"
        "      regions/*.yaml\n"
        "  service  gitconfig-tool:service\n"
        "      base/*/service.yaml\n"
        "      environments/*/*/service.yaml\n"
    )


def test_list_as_json(call: Call, capsys: Capture) -> None:
    assert call("schema", "list", "--format", "json") == ExitCode.OK

    report = json.loads(capsys.readouterr().out)
    assert report["kind"] == "SchemaList"
    assert report["schemas"][0] == {
        "name": "project",
        "source": None,
        "file": "project.schema.json",
        "globs": ["gitconfig.yaml"],
    }
