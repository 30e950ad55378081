"""`emit`: what is printed, what is written, and what is left alone."""

import json
from pathlib import Path

import pytest

from tests.projects import Tool, make_project

FILES = {
    "base/platform/limits.yaml": "default: {rpm: 600}\nname: limits\n",
    "base/platform/hosts.yaml": "hosts: [a.invalid]\n",
}
DOTENV = "PLATFORM_HOSTS_HOSTS='[\"a.invalid\"]'\nPLATFORM_LIMITS_DEFAULT_RPM=600\n"
DOTENV += "PLATFORM_LIMITS_NAME=limits\n"


@pytest.fixture
def tool(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Tool:
    return Tool(make_project(tmp_path / "project", FILES), capfd)


def test_one_file_is_printed_as_it_is(tool: Tool) -> None:
    assert tool.printed("emit", "dotenv", "production") == DOTENV


def test_documents_may_be_chosen(tool: Tool) -> None:
    text = tool.printed("emit", "toml", "production", "--document", "platform/h*")

    assert text == 'hosts = ["a.invalid"]\n'


def test_several_files_are_printed_with_their_paths(tool: Tool) -> None:
    assert tool.printed("emit", "yaml", "production") == (
        "==> platform/hosts.yaml <==\nhosts:\n- a.invalid\n\n"
        "==> platform/limits.yaml <==\ndefault:\n  rpm: 600\nname: limits\n"
    )


def test_options_are_those_of_the_project(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    project = (
        "apiVersion: gitconfig-tool/v1\nname: small\nlayers: [base]\nbundles: [{name: default}]\n"
        "emit:\n"
        "  - {target: dotenv, to: a, match: {document: platform/limits}, options: {prefix: A_}}\n"
        "  - {target: dotenv, to: b, match: {document: platform/hosts}, options: {prefix: B_}}\n"
    )
    tool = Tool(make_project(tmp_path / "project", FILES, project), capfd)

    assert tool.printed("emit", "dotenv", "default", "--to", "b") == (
        "B_PLATFORM_HOSTS_HOSTS='[\"a.invalid\"]'\n"
    )
    code, out, err = tool("emit", "dotenv", "default")
    assert (code, out) == (2, "")
    assert "several entries of 'emit' are for dotenv: --to one of a, b" in err
    code, _, err = tool("emit", "dotenv", "default", "--to", "c")
    assert code == 2
    assert "'to: c'" in err


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["emit", "litelm", "production"], "did you mean 'litellm'?"),
        (["emit", "helm", "production"], "targets: litellm, portkey,"),
        (["emit", "json", "production", "--force"], "--force goes with -o DIR"),
        (["emit", "json", "*"], "expected one bundle, found the glob '*'"),
        (["emit", "json", "production", "--document", "x"], "a document of production"),
    ],
)
def test_wrong_usage_is_told(tool: Tool, arguments: list[str], part: str) -> None:
    code, out, err = tool(*arguments)

    assert (code, out) == (2, "")
    assert part in err


def test_a_bundle_that_does_not_exist(tool: Tool) -> None:
    code, out, err = tool("emit", "json", "productoin")

    assert (code, out) == (4, "")
    assert "did you mean production?" in err or "production" in err


def test_files_are_written_and_then_left_alone(tool: Tool, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    arguments = ("emit", "json", "production", "-o", str(folder))

    first, second = tool.printed(*arguments), tool.printed(*arguments)

    assert first == (
        "written  platform/hosts.json\nwritten  platform/limits.json\n"
        f"2 written, 0 unchanged, 0 removed in {folder}\n"
    )
    assert second == f"0 written, 2 unchanged, 0 removed in {folder}\n"
    assert json.loads((folder / "platform" / "hosts.json").read_text()) == {"hosts": ["a.invalid"]}


def test_what_emit_wrote_is_renewed_and_removed(tool: Tool, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    tool.printed("emit", "json", "production", "-o", str(folder))
    (tool.folder / "base/platform/hosts.yaml").unlink()
    (tool.folder / "base/platform/limits.yaml").write_text("name: other\n")

    text = tool.printed("emit", "json", "production", "-o", str(folder))

    assert text == (
        "written  platform/limits.json\nremoved  platform/hosts.json\n"
        f"1 written, 0 unchanged, 1 removed in {folder}\n"
    )
    assert not (folder / "platform" / "hosts.json").exists()


def test_a_file_of_somebody_else_is_left_alone(tool: Tool, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / "platform").mkdir(parents=True)
    (folder / "platform" / "limits.json").write_text("mine\n")

    code, out, err = tool("emit", "json", "production", "-o", str(folder))

    assert (code, out) == (4, "")
    assert "found other content in platform/limits.json" in err
    assert not (folder / "platform" / "hosts.json").exists()
    assert (folder / "platform" / "limits.json").read_text() == "mine\n"
    tool.printed("emit", "json", "production", "-o", str(folder), "--force")
    assert "600" in (folder / "platform" / "limits.json").read_text()


def test_nothing_is_written_through_a_link(tool: Tool, tmp_path: Path) -> None:
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "out"
    elsewhere.mkdir()
    folder.mkdir()
    (folder / "platform").symlink_to(elsewhere)

    code, _, err = tool("emit", "json", "production", "-o", str(folder), "--force")

    assert code == 4
    assert "found a link" in err
    assert list(elsewhere.iterdir()) == []


def test_an_error_writes_nothing(tool: Tool, tmp_path: Path) -> None:
    (tool.folder / "base/platform/limits.yaml").write_text("a: [1, null]\n")

    code, out, err = tool("emit", "toml", "production", "-o", str(tmp_path / "out"))

    assert (code, out) == (1, "")
    assert "error[GCT756]: expected no null in a list for TOML" in err
    assert "nothing was written" in err
    assert not (tmp_path / "out").exists()


def test_a_report_holds_the_files(tool: Tool) -> None:
    report = json.loads(tool.printed("emit", "dotenv", "production", "--format", "json"))

    assert report == {
        "apiVersion": "gitconfig-tool/v1",
        "kind": "EmittedFiles",
        "bundle": "production",
        "target": "dotenv",
        "directory": None,
        "files": [{"path": "app.env", "text": DOTENV}],
        "written": [],
        "unchanged": [],
        "removed": [],
    }
