"""`diff`: revisions, bundles, formats, and where the answer goes."""

import json
from pathlib import Path

import pytest

from tests.projects import MakeTool, Tool, commit, git, write

BASE = "base/chat/model.yaml"
OVER = "environments/production/chat/model.yaml"


@pytest.fixture
def tool(make_tool: MakeTool) -> Tool:
    """A project in which production has a value of its own."""
    return make_tool({BASE: "rpm: 60\nstop: [END]\n", OVER: "stop: [STOP]\n"})


def test_nothing_differs(tool: Tool) -> None:
    assert tool.printed("diff") == "no differences between HEAD and work tree\n"
    assert tool("diff", "--exit-code")[0] == 0
    # What no bundle sees is no change.
    write(tool.folder, {BASE: "# why\nstop:\n  - END\nrpm:   60\n"})
    assert tool.printed("diff") == "no differences between HEAD and work tree\n"


def test_the_work_tree_with_head(tool: Tool) -> None:
    write(tool.folder, {BASE: "rpm: 70\nstop: [END]\n"})

    assert tool.without_ids(tool.printed("diff")) == (
        "HEAD (ID) -> work tree: 1 value differs in both bundles\n"
        "risk medium\n"
        "  medium    a value changed: chat/model#/rpm (production)\n"
        "reaches both bundles; environments development, production; 1 document\n"
        "\n"
        "Values\n"
        "chat/model\n"
        "  in both bundles\n"
        "    ~ /rpm  60 -> 70\n"
        "        base/chat/model.yaml:1\n"
    )
    assert tool("diff", "--exit-code")[0] == 1


def test_two_revisions_and_what_is_staged(tool: Tool) -> None:
    commit(tool.folder, "Raise", 2, {BASE: "rpm: 70\nstop: [END]\n"})
    write(tool.folder, {BASE: "rpm: 80\nstop: [END]\n"})
    git(tool.folder, "add", "-A")
    write(tool.folder, {BASE: "rpm: 90\nstop: [END]\n"})

    assert "/rpm  60 -> 70\n" in tool.printed("diff", "HEAD~1", "HEAD")
    assert "/rpm  70 -> 80\n" in tool.printed("diff", "--staged")
    assert "/rpm  60 -> 90\n" in tool.printed("diff", "HEAD~1")


def test_a_value_is_shown_once_for_bundles_that_share_its_change(tool: Tool) -> None:
    write(tool.folder, {BASE: "rpm: 60\nstop: [FIN]\n"})
    shown = tool.printed("diff")

    assert shown.count(" ~ /stop") == 1
    assert "  in development\n" in shown


def test_some_bundles_only(tool: Tool) -> None:
    write(tool.folder, {BASE: "rpm: 70\nstop: [FIN]\n"})
    shown = tool.printed("diff", "--bundle", "prod*")

    assert "1 value differs in production\n" in shown
    assert "/stop" not in shown
    code, out, err = tool("diff", "--bundle", "prodution")
    assert (code, out) == (4, "")
    assert "found 'prodution'" in err
    assert "did you mean 'production'?" in err


def test_as_json(tool: Tool) -> None:
    write(tool.folder, {BASE: "rpm: 70\nstop: [END]\n"})
    report = json.loads(tool.printed("diff", "--format", "json"))
    place = {"layer": "base", "path": BASE, "line": 1, "column": 6}

    assert (report["apiVersion"], report["kind"]) == ("gitconfig-tool/v1", "Diff")
    assert report["base"]["name"] == "HEAD"
    assert report["head"]["kind"] == "worktree"
    assert report["differs"] is True
    assert report["values"] == [
        {
            "document": "chat/model",
            "pointer": "/rpm",
            "kind": "changed",
            "before": {"value": 60, "hidden": False, "places": [place]},
            "after": {"value": 70, "hidden": False, "places": [place]},
            "bundles": ["development", "production"],
        }
    ]


def test_as_json_patches(tool: Tool) -> None:
    write(tool.folder, {BASE: "rpm: 70\nstop: [END]\npassword: one\n"})
    report = json.loads(tool.printed("diff", "--format", "json-patch"))

    assert report["kind"] == "DiffPatches"
    assert report["patches"] == [
        {
            "document": "chat/model",
            "kind": "changed",
            "bundles": ["development", "production"],
            "patch": [
                {"op": "replace", "path": "/rpm", "value": 70},
                {"op": "add", "path": "/password", "value": "(not shown: it may be a secret)"},
            ],
            "hidden": ["/password"],
        }
    ]


def test_as_markdown(tool: Tool) -> None:
    write(tool.folder, {BASE: "rpm: 70\nstop: [END]\n"})

    assert tool.printed("diff", "--format", "markdown").split("\n")[:6] == [
        "<!-- gitconfig-tool:diff small -->",
        "### What changes in `small`",
        "",
        "🟡 **Risk: medium**",
        "",
        "1 value differs in both bundles: `HEAD` → `work tree`.",
    ]


def test_counted(tool: Tool) -> None:
    write(tool.folder, {BASE: "rpm: 70\nstop: [END]\n"})

    assert tool.without_ids(tool.printed("diff", "--stat")) == (
        "  chat/model  1 value ~1  both bundles\n"
        "HEAD (ID) -> work tree: 1 value differs in both bundles; risk medium\n"
    )


def test_into_a_file(tool: Tool, tmp_path: Path) -> None:
    file = tmp_path / "out" / "diff.txt"
    file.parent.mkdir()
    file.write_text("old", encoding="utf-8")

    assert tool.printed("diff", "-o", str(file)) == ""
    assert file.read_text(encoding="utf-8") == "no differences between HEAD and work tree\n"
    assert [each.name for each in file.parent.iterdir()] == ["diff.txt"]


def test_into_a_file_that_cannot_be(tool: Tool, tmp_path: Path) -> None:
    code, _, err = tool("diff", "-o", str(tmp_path / "none" / "diff.txt"))
    assert code == 4
    assert "hint: make the folder, or name another file" in err

    (tmp_path / "link").symlink_to(tmp_path / "target")
    code, _, err = tool("diff", "-o", str(tmp_path / "link"))
    assert code == 4
    assert "nothing is written through a link" in err
    assert not (tmp_path / "target").exists()

    assert tool("diff", "-o", str(tmp_path))[0] == 4


def test_options_that_exclude_each_other(tool: Tool) -> None:
    for arguments, message in (
        (("--staged", "HEAD", "HEAD"), "--staged and HEAD exclude each other"),
        (("--stat", "--full"), "--stat and --full exclude each other"),
        (("--stat", "--format", "json"), "--stat is for --format text, found --format json"),
    ):
        code, out, err = tool("diff", *arguments)
        assert (code, out) == (2, "")
        assert message in err
