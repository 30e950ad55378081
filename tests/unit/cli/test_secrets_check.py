"""`secrets check`: every SOPS file of a project, and nothing else."""

import json
from base64 import b64encode

import pytest

from gitconfig_tool.errors import ExitCode
from tests.projects import MakeTool, commit, git, write
from tests.unit.secrets.test_sops import AGE, BLOCK, DATA, enc

CANARY = "canary-which-no-output-may-show"
DOTENV = "\n".join(
    (
        f"KEY={enc()}",
        f"sops_age__list_0__map_recipient={AGE}",
        "sops_age__list_0__map_enc=fake",
        "sops_lastmodified=2026-01-31T12:00:00Z",
        f"sops_mac={enc()}",
        "sops_version=3.11.0",
        "",
    )
)
OTHER, THIRD, FOURTH = (b64encode(text).decode() for text in (b"second", b"third", b"fourth"))
PROJECT = """\
apiVersion: gitconfig-tool/v1
name: small
layers: [base]
bundles: [{name: default}]
"""
FILES = {
    "base/app.yaml": "name: !required\n",
    "base/secrets/app.sops.yaml": f"key: {enc()}\n{BLOCK}",
    # Each file is encrypted for itself: else one would be a copy of another.
    "base/hidden.yaml": f"key: {enc()}\n{BLOCK}".replace(DATA, OTHER),
    "deploy/app.sops.env": DOTENV.replace(DATA, THIRD),
    "deploy/prod.env": DOTENV.replace(DATA, FOURTH),
    "README.md": "sops: see ENC[AES256_GCM,...]\n",
}


def test_finds_files_by_name_and_by_content_and_compiles_nothing(make_tool: MakeTool) -> None:
    tool = make_tool(FILES, PROJECT)

    code, out, err = tool("secrets", "check")

    assert (code, err) == (ExitCode.OK, "")
    assert out == "no problems: checked 4 SOPS files\n"


def test_report_lists_files_without_values(make_tool: MakeTool) -> None:
    tool = make_tool(FILES, PROJECT)

    report = json.loads(tool.printed("secrets", "check", "--format", "json"))

    assert report["kind"] == "SecretFilesReport"
    assert report["errors"] == 0
    assert report["snapshot"] == "worktree"
    assert [(each["path"], each["format"]) for each in report["files"]] == [
        ("base/hidden.yaml", "yaml"),
        ("base/secrets/app.sops.yaml", "yaml"),
        ("deploy/app.sops.env", "dotenv"),
        ("deploy/prod.env", "dotenv"),
    ]
    assert report["files"][2] == {
        "path": "deploy/app.sops.env",
        "format": "dotenv",
        "recipients": [f"age:{AGE}"],
        "groups": [[f"age:{AGE}"]],
        "threshold": 1,
        "encryptedValues": 1,
    }


@pytest.mark.parametrize("output", ["text", "json", "sarif", "github", "gitlab", "junit"])
def test_no_output_shows_what_stands_in_the_clear(make_tool: MakeTool, output: str) -> None:
    bad = {
        "base/a.sops.yaml": f"key: {CANARY}\n",
        "base/b.sops.yaml": f"key: {CANARY}\n{BLOCK}",
        "base/c.sops.env": f"KEY={CANARY}\n{CANARY}\nKEY={CANARY}\n",
        "base/d.sops.ini": f"[a]\nk = {CANARY}\n{CANARY}\n[{CANARY}\n",
        "base/e.sops.bin": CANARY,
        "base/f.sops.json": f'{{"k": "{CANARY}", "k": 1, "sops": {{"mac": "{CANARY}"}}}}',
        "deploy/g.env": f"K={CANARY}\n{CANARY}\n",
        "deploy/h.ini": f"K={CANARY}\n",
        "deploy/i.yaml": f"k: {CANARY}\n",
        ".sops.yaml": f"creation_rules:\n  - {{path_regex: ^deploy/, age: {AGE}}}\n",
    }
    tool = make_tool(bad, PROJECT)

    for command in (["secrets", "check"], ["validate"]):
        code, out, err = tool(*command, "--format", output)
        assert code == ExitCode.PROBLEMS
        assert CANARY not in out + err
        for name in bad:
            assert name in out, (command, name)


def test_only_the_paths_that_are_named(make_tool: MakeTool) -> None:
    tool = make_tool({**FILES, "deploy/clear.sops.env": "A=1\n"}, PROJECT)

    assert tool("secrets", "check", "base")[1] == "no problems: checked 2 SOPS files\n"
    assert tool("secrets", "check", "base/hidden.yaml", "README.md")[0] == ExitCode.OK
    code, out, _ = tool("secrets", "check", "deploy/clear.sops.env")
    assert code == ExitCode.PROBLEMS
    assert "GCT401" in out
    code, _, err = tool("secrets", "check", "deploi/clear.sops.env")
    assert code == ExitCode.USAGE
    assert "did you mean deploy/clear.sops.env?" in err


def test_commits_and_the_index_are_read_as_they_are(make_tool: MakeTool) -> None:
    tool = make_tool(FILES, PROJECT)
    write(tool.folder, {"deploy/new.sops.env": "A=1\n"})
    git(tool.folder, "add", "-A")

    assert tool("secrets", "check", "--rev", "HEAD")[0] == ExitCode.OK
    assert tool("secrets", "check", "--staged")[0] == ExitCode.PROBLEMS
    commit(tool.folder, "Forget to encrypt", 2)
    assert tool("secrets", "check", "--rev", "HEAD")[0] == ExitCode.PROBLEMS


def test_paths_may_be_relative_to_the_present_folder(make_tool: MakeTool) -> None:
    tool = make_tool(FILES, PROJECT)
    below = ["-C", str(tool.folder / "base")]

    one = "no problems: checked 1 SOPS file\n"
    assert tool(*below, "secrets", "check", "secrets/app.sops.yaml")[1] == one
    assert tool(*below, "secrets", "check", "base/secrets")[1] == one
    assert tool(*below, "secrets", "check", ".")[1] == "no problems: checked 2 SOPS files\n"
    assert tool(*below, "secrets", "check")[1] == "no problems: checked 4 SOPS files\n"
