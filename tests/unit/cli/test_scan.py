"""`secrets scan`: files, the index, ranges and the whole history; never shows a secret."""

import json
import subprocess
from random import Random

import pytest

from bench.credentials import KINDS
from tests.projects import PROJECT, MakeTool, Tool, commit, git, write

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit")
IGNORE = """\
diagnostics:
  allow: [GCT435]
  ignore: [{code: GCT435, match: "fakes/**", reason: published on purpose}]
"""


def _make(name: str, seed: int = 1) -> str:
    return next(kind for kind in KINDS if kind.name == name).make(Random(seed))


KEY = _make("OpenAI project")
OTHER = _make("GitHub")


def _found(tool: Tool, *arguments: str, code: int = 1) -> list[dict[str, object]]:
    given, out, err = tool("secrets", "scan", "--format", "json", *arguments)
    assert (given, err) == (code, "")
    report = json.loads(out)
    assert report["kind"] == "LeakReport"
    return list(report["diagnostics"])


def _places(found: list[dict[str, object]]) -> list[tuple[str, str, int]]:
    return [
        (str(each["code"]), str(each["location"]["path"]), each["location"]["line"])  # type: ignore[index]
        for each in found
    ]


def test_the_work_tree_with_a_file_that_git_does_not_know(make_tool: MakeTool) -> None:
    tool = make_tool({"base/model.yaml": f"openai:\n  api_key: {KEY}\n"})
    write(tool.folder, {"notes.md": f"use {OTHER}\n", "base/db.yaml": "password: Tango4821!\n"})

    code, out, err = tool("secrets", "scan")

    assert (code, err) == (1, "")
    assert (
        "error[GCT435]: expected no credential in the clear, found one: OpenAI API key, at "
        "/openai/api_key\n --> base/model.yaml:2:12\n"
        "  | (the line is not shown: it may hold a secret)\n"
    ) in out
    assert (
        "error[GCT436]: expected no credential in the clear, found one: value under a name of "
        "credentials, at /password\n --> base/db.yaml:1:11\n"
    ) in out
    assert "GitHub personal access token\n --> notes.md:1:5\n" in out
    assert out.endswith("\n3 errors: checked 4 texts\n")


@pytest.mark.parametrize("output", FORMATS)
@pytest.mark.parametrize("source", [(), ("--staged",), ("--range", "HEAD~1.."), ("--history",)])
def test_nothing_that_was_found_is_shown(
    make_tool: MakeTool, output: str, source: tuple[str, ...]
) -> None:
    tool = make_tool({"a.yaml": "x: 1\n"})
    texts = {
        "a.yaml": f"openai: {{api_key: {KEY}, {OTHER}: 1}}\npassword: Tango4821!\n",
        "b.env": f"DB=postgresql://app:Falcon77xyz@db.internal/x\nPEM={_make('EC key')}\n",
    }
    commit(tool.folder, f"Add {KEY}", 2, texts)

    code, out, err = tool("-v", "secrets", "scan", "--format", output, *source)

    assert code == 1
    for secret in (KEY, OTHER, "Tango4821!", "Falcon77xyz", _make("EC key").split("\n")[1]):
        assert secret not in out + err
        assert secret[8:40] not in out + err


def test_the_index(make_tool: MakeTool) -> None:
    tool = make_tool({"a.yaml": "x: 1\n"})
    write(tool.folder, {"a.yaml": f"x: {KEY}\n"})
    assert _found(tool, "--staged", code=0) == []
    git(tool.folder, "add", "a.yaml")
    write(tool.folder, {"a.yaml": "x: 1\n"})

    (found,) = _found(tool, "--staged")

    assert _places([found]) == [("GCT435", "a.yaml", 1)]
    assert str(found["hint"]).startswith("it is not committed yet")


def test_a_range_tells_what_its_commits_added(make_tool: MakeTool) -> None:
    tool = make_tool({"old.yaml": f"x: {OTHER}\n"})
    base = git(tool.folder, "rev-parse", "HEAD")
    # The old one moves to another line; a new one comes and goes.
    added = commit(
        tool.folder, "A", 2, {"old.yaml": f"y: 1\nx: {OTHER}\n", "new.yaml": f"k: {KEY}\n"}
    )
    removed = commit(tool.folder, "B", 3, {"new.yaml": "k: 1\n"})

    (found,) = _found(tool, "--range", f"{base}..HEAD")

    assert _places([found]) == [("GCT435", "new.yaml", 1)]
    assert (
        [note["text"] for note in found["notes"]]
        == [  # type: ignore[attr-defined]
            f"first in commit {added[:12]} of 2024-05-02",
            f"last before commit {removed[:12]} of 2024-05-03, which took it away",
        ]
    )
    assert _found(tool, "--range", "HEAD~1..", code=0) == []


def test_the_whole_history_with_all_branches(make_tool: MakeTool) -> None:
    tool = make_tool({"a.yaml": f"k: {KEY}\n"})
    first = git(tool.folder, "rev-parse", "HEAD")
    gone = commit(tool.folder, "Gone", 2, {"a.yaml": "k: 1\n"})
    git(tool.folder, "checkout", "-q", "-b", "side")
    side = commit(tool.folder, "Side", 3, {"b.yaml": f"t: {OTHER}\n"})
    git(tool.folder, "checkout", "-q", "main")
    assert _found(tool, code=0) == []
    git(tool.folder, "tag", "seen", "side")

    found = _found(tool, "--history")

    assert _places(found) == [("GCT435", "a.yaml", 1), ("GCT435", "b.yaml", 1)]
    notes = [[note["text"] for note in each["notes"]] for each in found]  # type: ignore[attr-defined]
    assert notes == [
        [
            f"first in commit {first[:12]} of 2024-05-01",
            f"last before commit {gone[:12]} of 2024-05-02, which took it away",
        ],
        [f"first in commit {side[:12]} of 2024-05-03", "still in side"],
    ]


def test_fingerprints_are_the_same_after_edits_elsewhere(make_tool: MakeTool) -> None:
    tool = make_tool({"a.yaml": f"k: {KEY}\n"})
    (before,) = _found(tool)
    write(tool.folder, {"a.yaml": f"# One line more.\nk: {KEY}\n"})
    (after,) = _found(tool)
    write(tool.folder, {"a.yaml": f"other: {KEY}\n"})
    (elsewhere,) = _found(tool)

    assert before["fingerprint"] == after["fingerprint"] != elsewhere["fingerprint"]


def test_equal_values_name_each_other(make_tool: MakeTool) -> None:
    tool = make_tool({"a.yaml": f"k: {KEY}\n", "b.yaml": f"k: {KEY}\n"})
    past = _found(tool, "--history")[0]["notes"]
    assert "still in main" in [note["text"] for note in past]  # type: ignore[index, attr-defined]

    first, second = _found(tool)

    assert first["notes"][0]["location"]["path"] == "b.yaml"  # type: ignore[index]
    assert second["notes"][0]["location"]["path"] == "a.yaml"  # type: ignore[index]


def test_known_fakes_are_named_in_the_project_file(make_tool: MakeTool) -> None:
    files = {"fakes/key.txt": f"{KEY}\n", "base/a.yaml": "x: 1\n"}
    allowed = make_tool(files, PROJECT + IGNORE)

    code, out, err = allowed("secrets", "scan")
    assert (code, out, err) == (0, "no problems, 1 suppressed: checked 3 texts\n", "")
    assert allowed("secrets", "scan", "--history")[0] == 0
    # validate does not look for credentials, and so does not call the rule unused.
    assert allowed("validate")[:2] == (0, "no problems: checked 2 bundles with 2 documents\n")

    write(allowed.folder, {"fakes/key.txt": "none\n"})
    assert _places(_found(allowed, code=0)) == [("GCT044", "gitconfig.yaml", 9)]


def test_a_code_that_is_not_allowed_silences_nothing(make_tool: MakeTool) -> None:
    tool = make_tool(
        {"fakes/key.txt": f"{KEY}\n"}, PROJECT + IGNORE.replace("  allow: [GCT435]\n", "")
    )

    assert _places(_found(tool)) == [("GCT435", "fakes/key.txt", 1)]


def test_a_comment_silences_one_line(make_tool: MakeTool) -> None:
    tool = make_tool(
        {"a.yaml": f"# gct: ignore[GCT435] a fake for the docs\nk: {KEY}\nl: {OTHER}\n"},
        PROJECT + "diagnostics: {allow: [GCT435]}\n",
    )

    assert _places(_found(tool)) == [("GCT435", "a.yaml", 3)]


def test_encrypted_files_and_public_keys_are_no_leaks(make_tool: MakeTool) -> None:
    from pathlib import Path

    example = Path(__file__).resolve().parents[3] / "example-repo"
    files = {
        path.relative_to(example).as_posix(): path.read_text(encoding="utf-8")
        for path in example.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    tool = make_tool(files, files["gitconfig.yaml"])

    code, out, _ = tool("secrets", "scan")

    assert (code, out.split(":")[0]) == (0, "no problems, 6 suppressed")


def test_what_is_not_scanned_is_said(make_tool: MakeTool) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12\n"
    tool = make_tool({"big.txt": "x\n" * 4_500_000, "data.csv": pointer})
    (tool.folder / "logo.png").write_bytes(b"\x89PNG\0\0" + KEY.encode())
    (tool.folder / "wide.txt").write_bytes(f"key {KEY}".encode("utf-16"))

    code, out, _ = tool("secrets", "scan")

    assert code == 1
    assert (
        "warning[GCT437]: expected a text that can be scanned for credentials, found 9,000,000 "
        "bytes, more than the 8,388,608 that are scanned\n --> big.txt:1:1\n"
    ) in out
    assert "found a Git LFS pointer, whose content is not in this repository\n --> data.csv" in out
    assert "--> wide.txt:1:5\n" in out
    assert out.endswith("1 error, 2 warnings: checked 2 texts (1 binary left out)\n")


def test_usage(make_tool: MakeTool) -> None:
    tool = make_tool({})

    assert tool("secrets", "scan", "--staged", "--history")[0] == 2
    assert tool("secrets", "scan", "--range", "main")[0] == 2
    code, _, err = tool("secrets", "scan", "--range", "nothing..HEAD")
    assert code == 4
    assert "expected a revision of this repository, found 'nothing'" in err


def test_a_shallow_clone_says_that_it_is_one(
    make_tool: MakeTool, capsys: pytest.CaptureFixture[str]
) -> None:
    origin = make_tool({"a.yaml": f"k: {KEY}\n"}).folder
    commit(origin, "Second", 2, {"a.yaml": "k: 1\n"})
    clone = origin.parent / "clone"
    subprocess.run(["git", "clone", "-q", "--depth", "1", origin.as_uri(), str(clone)], check=True)

    code, out, err = Tool(clone, capsys)("secrets", "scan", "--history")

    assert (code, out) == (0, "no problems: checked 2 texts of 1 commit\n")
    assert err.startswith("warning: this clone is shallow")
