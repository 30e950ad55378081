"""`history`: the commits at which an effective value changed, from whichever layer."""

import json
from itertools import count
from pathlib import Path

import pytest

from tests.projects import PROJECT, MakeTool, Tool, commit, git, write

BASE = "base/chat/model.yaml"
OVER = "environments/production/chat/model.yaml"
PLACE = "chat/model#/limits/rpm"


def _texts(shown: str) -> list[list[str]]:
    """Return the lines of each change without the commit's id, date and author."""
    blocks = shown.rstrip("\n").split("\n\n")[1:-1]
    return [[line.strip() for line in block.splitlines()[1:]] for block in blocks]


def _last(shown: str) -> str:
    return shown.rstrip("\n").split("\n\n")[-1]


@pytest.fixture
def tool(make_tool: MakeTool) -> Tool:
    """A project in which the value is set, overridden, covered, changed, and let go again."""
    made = make_tool({BASE: "limits: {rpm: 60}\nstop: [END]\n"})
    folder = made.folder
    commit(folder, "Something else", 2, {"NOTES.md": "x\n"})
    commit(folder, "Raise it for all", 3, {BASE: "limits: {rpm: 70}\nstop: [END]\n"})
    commit(folder, "Override it", 4, {OVER: "limits: {rpm: 600}\n"})
    commit(folder, "Not seen in production", 5, {BASE: "limits: {rpm: 80}\nstop: [END]\n"})
    commit(folder, "Say the same in other words", 6, {OVER: "# why\nlimits:\n  rpm: 600\n"})
    (folder / OVER).unlink()
    commit(folder, "Let it go", 7)
    return made


def test_the_changes_of_the_effective_value_newest_first(tool: Tool) -> None:
    shown = tool.printed("history", "production", PLACE)

    assert tool.without_ids(shown) == (
        "chat/model#/limits/rpm in production\n"
        "\n"
        "ID  2024-05-07  Test\n"
        "  Let it go\n"
        "  600 -> 80\n"
        "  environments/production/chat/model.yaml\n"
        "\n"
        "ID  2024-05-04  Test\n"
        "  Override it\n"
        "  70 -> 600\n"
        "  environments/production/chat/model.yaml\n"
        "\n"
        "ID  2024-05-03  Test\n"
        "  Raise it for all\n"
        "  60 -> 70\n"
        "  base/chat/model.yaml\n"
        "\n"
        "ID  2024-05-01  Test\n"
        "  First\n"
        "  no value -> 60\n"
        "  base/chat/model.yaml\n"
        "\n"
        "4 changes in 7 commits read\n"
    )


def test_the_newest_few(tool: Tool) -> None:
    shown = tool.printed("history", "production", PLACE, "--limit", "1")

    assert _texts(shown)[0] == ["Let it go", "600 -> 80", OVER]
    assert shown.endswith("\n--limit 1: there may be older changes\n")
    assert "Override it" not in shown


def test_from_another_commit(tool: Tool) -> None:
    shown = tool.printed("history", "production", PLACE, "--rev", "HEAD~2")

    assert [each[0] for each in _texts(shown)] == ["Override it", "Raise it for all", "First"]


def test_what_is_not_committed_comes_first(tool: Tool) -> None:
    write(tool.folder, {OVER: "limits: {rpm: 1}\n", "base/other.yaml": "x: 1\n"})

    shown = tool.printed("history", "production", PLACE, "--limit", "2")

    assert shown.startswith(
        "chat/model#/limits/rpm in production\n"
        "\n"
        "the work tree: not committed yet\n"
        "  80 -> 1\n"
        "  environments/production/chat/model.yaml\n"
        "\n"
    )
    assert "Let it go" in shown


def test_a_mapping_tells_what_changed_inside(tool: Tool) -> None:
    commit(tool.folder, "More", 8, {OVER: "limits: {tpm: 5, rpm: 80}\nstop: []\n"})

    shown = tool.printed("history", "production", "chat/model", "--limit", "1")

    assert _texts(shown)[0] == [
        "More",
        "/limits/tpm  no value -> 5",
        "/stop  no value -> [0 items]",
        "/stop/0  'END' -> no value",
        OVER,
    ]


def test_json(tool: Tool) -> None:
    report = json.loads(tool.printed("history", "production", PLACE, "--format", "json"))

    ids = git(tool.folder, "log", "--format=%H").split()
    assert {key: report[key] for key in report if key != "changes"} == {
        "apiVersion": "gitconfig-tool/v1",
        "kind": "History",
        "bundle": "production",
        "document": "chat/model",
        "pointer": "/limits/rpm",
        "revision": ids[0],
        "commitsRead": 7,
        "isLimited": False,
    }
    assert [each["commit"]["id"] for each in report["changes"]] == [ids[0], ids[3], ids[4], ids[6]]
    assert report["changes"][0] == {
        "commit": {
            "id": ids[0],
            "date": "2024-05-07",
            "author": "Test",
            "summary": "Let it go",
        },
        "before": {"present": True, "value": 600},
        "after": {"present": True, "value": 80},
        "files": [OVER],
        "isCut": False,
    }
    assert report["changes"][-1]["before"] == {
        "present": False,
        "why": "there is no older commit",
    }


def test_a_merge_follows_the_line_that_the_value_came_from(tool: Tool) -> None:
    folder = tool.folder
    git(folder, "switch", "-q", "-c", "side", "HEAD~1")
    commit(folder, "On the side", 8, {OVER: "limits: {rpm: 700}\n"})
    git(folder, "switch", "-q", "main")
    commit(folder, "Beside it", 9, {"base/other.yaml": "x: 1\n"})
    git(folder, "merge", "-q", "--no-commit", "-s", "ours", "side")
    commit(folder, "Take the side's", 10, {OVER: "limits: {rpm: 700}\n"})

    shown = tool.printed("history", "production", PLACE)

    assert [each[:2] for each in _texts(shown)] == [
        ["On the side", "600 -> 700"],
        ["Override it", "70 -> 600"],
        ["Raise it for all", "60 -> 70"],
        ["First", "no value -> 60"],
    ]


def test_a_merge_that_makes_a_value_of_its_own_is_listed(tool: Tool) -> None:
    folder = tool.folder
    git(folder, "switch", "-q", "-c", "side")
    commit(folder, "Side", 8, {BASE: "limits: {rpm: 1}\nstop: [END]\n"})
    git(folder, "switch", "-q", "main")
    commit(folder, "Main", 9, {"gitconfig.yaml": PROJECT + "version: 1.2.3\n"})
    commit(folder, "Main too", 10, {BASE: "limits: {rpm: 2}\nstop: [END]\n"})
    git(folder, "merge", "-q", "--no-commit", "-s", "ours", "side")
    commit(folder, "Both", 11, {BASE: "limits: {rpm: 3}\nstop: [END]\n"})

    texts = _texts(tool.printed("history", "production", PLACE, "--limit", "4"))

    assert [each[:2] for each in texts[:4]] == [
        ["Both", "2 -> 3"],
        ["Main too", "80 -> 2"],
        ["Side", "80 -> 1"],
        ["Let it go", "600 -> 80"],
    ]


def test_references_and_layers_are_followed(make_tool: MakeTool) -> None:
    tool = make_tool({"base/a.yaml": 'x: !ref "b#/y"\n', "base/b.yaml": "y: 1\n"})
    folder = tool.folder
    commit(folder, "Change what it refers to", 2, {"base/b.yaml": "y: 2\n"})
    other = PROJECT.replace("layers: [base, ", "layers: [base, more, ")
    commit(folder, "A layer that nothing uses", 3, {"more/b.yaml": "y: 3\n"})
    commit(folder, "Use the layer", 4, {"gitconfig.yaml": other})

    texts = _texts(tool.printed("history", "production", "a#/x"))

    assert texts == [
        ["Use the layer", "2 -> 3", "gitconfig.yaml"],
        ["Change what it refers to", "1 -> 2", "base/b.yaml"],
        ["First", "no value -> 1", "base/a.yaml"],
    ]


def test_values_of_dimensions_that_are_folders(make_tool: MakeTool) -> None:
    project = """\
apiVersion: gitconfig-tool/v1
name: small
dimensions:
  tenant: {from: tenants/*, attributes: sizes/*.yaml}
layers: [base, "size/{tenant.size}", "tenants/{tenant}"]
bundles: [{name: "{tenant}"}]
"""
    tool = make_tool(
        {
            "base/a.yaml": "x: 1\n",
            "size/large/a.yaml": "x: 3\n",
            "tenants/globex/b.yaml": "y: 1\n",
            "sizes/globex.yaml": "size: small\n",
            "sizes/acme.yaml": "size: small\n",
        },
        project,
    )
    folder = tool.folder
    commit(folder, "Acme comes", 2, {"tenants/acme/b.yaml": "y: 1\n"})
    commit(folder, "Acme grows", 3, {"sizes/acme.yaml": "size: large\n"})
    commit(folder, "Others change", 4, {"sizes/globex.yaml": "{}\n", "tenants/globex/a.yaml": ""})
    (folder / "tenants/acme/b.yaml").unlink()
    commit(folder, "Acme goes", 5)

    texts = _texts(tool.printed("history", "acme", "a#/x"))

    assert texts == [
        ["Acme goes", "3 -> no value (no such bundle)", "tenants"],
        ["Acme grows", "1 -> 3", "sizes/acme.yaml"],
        ["Acme comes", "no value (no such bundle) -> 1", "tenants/acme"],
    ]


def test_errors_and_absence_on_the_way(make_tool: MakeTool) -> None:
    tool = make_tool({"base/other.yaml": "x: 1\n"})
    folder = tool.folder
    commit(folder, "Begin", 2, {"base/a.yaml": "x: 1\n"})
    commit(folder, "Break it", 3, {"base/a.yaml": "x: [\n"})
    commit(folder, "Mend it", 4, {"base/a.yaml": "x: 1\n"})
    commit(folder, "Remove the key", 5, {"base/a.yaml": "y: 1\n"})

    texts = _texts(tool.printed("history", "production", "a#/x"))

    assert texts == [
        ["Remove the key", "1 -> no value (no 'x')", "base/a.yaml"],
        ["Mend it", "no value (the document has errors) -> 1", "base/a.yaml"],
        ["Break it", "1 -> no value (the document has errors)", "base/a.yaml"],
        ["Begin", "no value (no such document) -> 1", "base/a.yaml"],
    ]


def test_a_document_that_never_was(tool: Tool) -> None:
    assert tool("history", "production", "chat/modle#/x") == (
        4,
        "",
        "error: expected a document of bundle production, found 'chat/modle'\n"
        "  = hint: did you mean 'chat/model'?\n",
    )
    assert tool("history", "staging", PLACE)[0] == 4


def test_a_shallow_clone_says_where_it_ends(
    tool: Tool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(tmp_path, "clone", "-q", "--depth", "2", f"file://{tool.folder}", "shallow")

    shown = Tool(tmp_path / "shallow", capsys).printed("history", "production", PLACE)

    assert _texts(shown) == [
        ["Let it go", "600 -> 80", OVER],
        ["Say the same in other words", "600; the clone is shallow and ends here", OVER],
    ]
    assert _last(shown) == "2 changes in 2 commits read"


def test_a_project_that_moved_into_a_folder_begins_there(
    make_tool: MakeTool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tool = make_tool({"base/a.yaml": "x: 1\n"})
    (tool.folder / "sub").mkdir()
    git(tool.folder, "mv", "gitconfig.yaml", "base", "sub")
    commit(tool.folder, "Move", 2)
    commit(tool.folder, "Change", 3, {"sub/base/a.yaml": "x: 2\n"})

    texts = _texts(Tool(tool.folder / "sub", capsys).printed("history", "production", "a#/x"))

    assert texts == [
        ["Change", "1 -> 2", "base/a.yaml"],
        ["Move", "no value (no gitconfig.yaml) -> 1", "base/a.yaml"],
    ]


def test_progress_is_for_a_terminal(
    tool: Tool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = count(step=0.6)
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    assert tool("history", "production", PLACE)[2] == ""

    monkeypatch.setattr("sys.stderr.isatty", lambda: True)

    # Nothing within the first second; seven commits are read.
    shown = "".join(f"\r{number} commits read " for number in range(2, 8))
    assert tool("history", "production", PLACE)[2] == f"{shown}\r\033[K"
    assert tool("-q", "history", "production", PLACE)[2] == ""


def test_a_branch_without_commits(make_tool: MakeTool, tmp_path: Path) -> None:
    tool = make_tool({"base/a.yaml": "x: 1\n"})
    git(tool.folder, "switch", "-q", "--orphan", "empty")
    write(tool.folder, {"gitconfig.yaml": PROJECT, "base/a.yaml": "x: 1\n"})

    code, out, err = tool("history", "production", "a#/x")

    assert (code, out) == (2, "")
    assert "there is no commit yet, so there is no history" in err
