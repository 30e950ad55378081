"""`gitconfig-tool fmt`, on a small project in a real repository."""

import io
import json
import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.main import group
from gitconfig_tool.errors import ExitCode

SCHEMA = {
    "type": "object",
    "properties": {"name": {}, "limits": {"properties": {"a": {}, "b": {}}}},
}
FILES = {
    "gitconfig.yaml": (
        "layers: [base]\nname: small\napiVersion: gitconfig-tool/v1\nbundles: [{name: all}]\n"
        "schemas: [{match: service, schema: s.schema.json}]\n"
    ),
    "s.schema.json": json.dumps(SCHEMA),
    "base/service.yaml": "other:   1\nlimits: {b: 1, a: 2}\n# of name\nname: x\n",
    "base/fine.yaml": "a: 1\n",
    "base/secrets/x.sops.yaml": "a:   1\n",
    "prompts/hello/1.0.0.prompt.yaml": "template:   Hello\ndescription: Says hello.\n",
    "elsewhere.yaml": "a:   1\n",
}
FORMATTED = "# of name\nname: x\nlimits: {a: 2, b: 1}\nother: 1\n"
PROJECT = (
    "apiVersion: gitconfig-tool/v1\nname: small\nlayers: [base]\nbundles: [{name: all}]\n"
    "schemas: [{match: service, schema: s.schema.json}]\n"
)
Call = Callable[..., int]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder, check=True)
    return folder


@pytest.fixture
def call(project: Path) -> Call:
    return lambda *arguments: run(group, ["-C", str(project), *map(str, arguments)])


def test_all_files_of_the_tool_are_formatted(call: Call, project: Path, capsys: Capture) -> None:
    os.chmod(project / "base/service.yaml", 0o600)

    assert call("fmt") == ExitCode.OK
    captured = capsys.readouterr()

    assert captured.out == (
        "reformatted base/service.yaml\n"
        "reformatted gitconfig.yaml\n"
        "reformatted prompts/hello/1.0.0.prompt.yaml\n"
    )
    assert captured.err == "3 files reformatted, 1 file already in form\n"
    assert (project / "base/service.yaml").read_text() == FORMATTED
    assert (project / "gitconfig.yaml").read_text() == PROJECT
    assert (project / "prompts/hello/1.0.0.prompt.yaml").read_text() == (
        "description: Says hello.\ntemplate: Hello\n"
    )
    assert stat.S_IMODE((project / "base/service.yaml").stat().st_mode) == 0o600
    # Neither what SOPS writes nor what is no file of this tool.
    for name in ("base/secrets/x.sops.yaml", "elsewhere.yaml"):
        assert (project / name).read_text() == FILES[name]
    assert call("fmt", "--check") == ExitCode.OK


def test_check_names_files_and_writes_nothing(call: Call, project: Path, capsys: Capture) -> None:
    assert call("fmt", "--check", project / "base") == ExitCode.PROBLEMS
    captured = capsys.readouterr()

    assert captured.out == (
        "would reformat base/service.yaml\n"
        "@@ -1,4 +1,4 @@\n"
        "-other:   1\n"
        "-limits: {b: 1, a: 2}\n"
        " # of name\n"
        " name: x\n"
        "+limits: {a: 2, b: 1}\n"
        "+other: 1\n"
    )
    assert captured.err == "1 file would change, 1 file already in form\n"
    assert (project / "base/service.yaml").read_text() == FILES["base/service.yaml"]


def test_paths_choose_and_other_files_are_passed_over(
    call: Call, project: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "base")

    assert call("fmt", "service.yaml", "../elsewhere.yaml", "secrets/x.sops.yaml") == ExitCode.OK

    assert capsys.readouterr().out == "reformatted base/service.yaml\n"
    assert (project / "gitconfig.yaml").read_text() == FILES["gitconfig.yaml"]


def test_a_path_that_is_not_there_is_a_usage_error(call: Call, capsys: Capture) -> None:
    assert call("fmt", "base/nothing.yaml") == ExitCode.USAGE
    assert "found nothing at 'base/nothing.yaml'" in capsys.readouterr().err


def test_a_file_with_errors_is_shown_and_the_others_are_formatted(
    call: Call, project: Path, capsys: Capture
) -> None:
    (project / "base/fine.yaml").write_text("a: 1\na: 2\n")

    assert call("fmt", project / "base") == ExitCode.PROBLEMS
    captured = capsys.readouterr()

    assert captured.out == "reformatted base/service.yaml\n"
    assert "error[GCT012]: expected each key once, found 'a' again" in captured.err
    assert captured.err.endswith("1 file reformatted, 1 file with errors\n")


def test_a_file_that_is_left_alone_is_named_and_no_failure(
    call: Call, project: Path, capsys: Capture
) -> None:
    (project / "base/fine.yaml").write_text("? a\n: 1\n")

    assert call("fmt", "--check", project / "base/fine.yaml") == ExitCode.OK

    assert capsys.readouterr().err == (
        "left alone: base/fine.yaml: a key is written with '?'\n1 file left alone\n"
    )


def test_a_diff_shows_no_secret(call: Call, project: Path, capsys: Capture) -> None:
    (project / "base/fine.yaml").write_text("password:   hunter2-is-not-shown\n")

    assert call("fmt", "--diff", project / "base/fine.yaml") == ExitCode.PROBLEMS

    out = capsys.readouterr().out
    assert "hunter2" not in out
    assert "may hold a secret in the clear" in out


def test_a_link_is_not_followed(call: Call, project: Path, capsys: Capture) -> None:
    (project / "base/fine.yaml").unlink()
    (project / "base/fine.yaml").symlink_to("../elsewhere.yaml")

    assert call("fmt") == ExitCode.OK

    assert "fine" not in capsys.readouterr().out
    assert (project / "elsewhere.yaml").read_text() == FILES["elsewhere.yaml"]


def test_json_says_what_became_of_each_file(call: Call, project: Path, capsys: Capture) -> None:
    assert call("fmt", "--check", "--format", "json", project / "base") == ExitCode.PROBLEMS

    report = json.loads(capsys.readouterr().out)
    assert report["kind"] == "Formatting"
    assert report["written"] is False
    assert [(each["path"], each["status"]) for each in report["files"]] == [
        ("base/fine.yaml", "unchanged"),
        ("base/service.yaml", "changed"),
    ]


def test_standard_input_is_formatted_as_the_file_that_is_named(
    call: Call, capsys: Capture, monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    draft = io.BytesIO(FILES["base/service.yaml"].encode())
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=draft))
    monkeypatch.chdir(project)

    assert call("fmt", "--stdin", "base/service.yaml") == ExitCode.OK
    assert capsys.readouterr().out == FORMATTED


def test_line_breaks_that_git_checks_out_stay(call: Call, project: Path) -> None:
    (project / ".gitattributes").write_text("*.yaml text eol=crlf\n")
    (project / "base/service.yaml").write_bytes(
        FILES["base/service.yaml"].replace("\n", "\r\n").encode()
    )

    assert call("fmt", project / "base") == ExitCode.OK
    assert (project / "base/service.yaml").read_bytes() == FORMATTED.replace("\n", "\r\n").encode()
    assert call("fmt", "--check", project / "base/service.yaml") == ExitCode.OK
