"""`gitconfig-tool ci`: one pass, one exit code, and the files that CI systems read."""

import json
import os
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.cli.ci_output import FILES, append_summary, safe_for_log, safe_json_for_log
from gitconfig_tool.report.ci_markdown import MAX_COMMENT
from tests.projects import MakeTool, Tool, commit, git

_CI = ("BITBUCKET_", "BUILDKITE", "CI", "CIRCLE", "DRONE", "GITHUB_", "GITLAB_", "JENKINS_")
# Of the form of GitHub's tokens, and of nobody: made here, so that no file holds one.
FAKE_TOKEN = "ghp_" + "".join("0123456789abcdefghijABCDEFGHIJ"[each * 7 % 30] for each in range(36))
TEST = """\
bundle: production
tests:
  - {name: a is small, value: 'doc#/a', schema: {maximum: 9}}
"""


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the CI system that runs the tests."""
    for name in [name for name in os.environ if name.startswith((*_CI, "TF_BUILD"))]:
        monkeypatch.delenv(name)


@pytest.fixture
def changed(make_tool: MakeTool) -> Tool:
    """Return a project on a branch that changes `a` from 1 to 2, with a test that holds."""
    tool = make_tool({"base/doc.yaml": "a: 1\n", "tests/doc.test.yaml": TEST})
    git(tool.folder, "checkout", "-q", "-b", "change")
    commit(tool.folder, "Change", 2, {"base/doc.yaml": "a: 2\n"})
    return tool


def _report(tool: Tool, *arguments: str) -> tuple[int, dict[str, Any]]:
    code, out, err = tool("ci", "--format", "json", *arguments)
    assert err == "", err
    report: dict[str, Any] = json.loads(out)
    return code, report


def test_every_check_is_told(changed: Tool) -> None:
    main = git(changed.folder, "rev-parse", "main")[:12]
    code, out, err = changed("ci")

    assert (code, err) == (0, "")
    assert out.splitlines()[-7:] == [
        "  validate  no problems: 2 bundles with 2 documents",
        "  leaks     no problems: 1 changed text",
        "  access    no problems",
        "  prompts   no test data",
        "  tests     1 test: 1 passed",
        f"  diff      with main ({main}): risk medium; 1 value",
        "passed",
    ]


def test_all_is_in_the_report(changed: Tool) -> None:
    code, report = _report(changed)

    assert code == 0
    assert report["kind"] == "CiReport"
    assert (report["system"], report["event"], report["ok"]) == ("", "", True)
    assert report["base"] == {"name": "main", "commit": git(changed.folder, "rev-parse", "main")}
    assert report["head"] == git(changed.folder, "rev-parse", "HEAD")
    assert [each["name"] for each in report["checks"]] == [
        "validate",
        "leaks",
        "access",
        "prompts",
        "tests",
    ]
    assert all(each["ok"] for each in report["checks"])
    assert [each["pointer"] for each in report["diff"]["values"]] == ["/a"]
    assert report["validation"]["bundles"] == ["development", "production"]
    assert report["tests"]["passed"] == 1


def test_files_are_written(changed: Tool, tmp_path: Path) -> None:
    folder = tmp_path / "out" / "ci"
    code, _, err = changed("ci", "-o", str(folder))

    assert (code, err) == (0, "")
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    sarif = json.loads((folder / "diagnostics.sarif").read_text(encoding="utf-8"))
    assert sarif["version"] == "2.1.0"
    assert json.loads((folder / "code-quality.json").read_text(encoding="utf-8")) == []
    assert json.loads((folder / "diff.json").read_text(encoding="utf-8"))["kind"] == "Diff"
    assert json.loads((folder / "report.json").read_text(encoding="utf-8"))["kind"] == "CiReport"
    page = (folder / "diff.html").read_text(encoding="utf-8")
    assert page.lower().startswith("<!doctype html>")
    cases = ElementTree.parse(folder / "junit.xml").getroot().iter("testcase")
    assert "a is small" in [case.attrib["name"] for case in cases]
    comment = (folder / "comment.md").read_text(encoding="utf-8")
    assert comment.startswith("<!-- gitconfig-tool:ci small -->\n### Configuration: passed\n")
    assert "| tests | passed | 1 test: 1 passed |" in comment
    assert "`/a`" in comment

    before = {path: path.read_bytes() for path in folder.iterdir()}
    changed("ci", "-o", str(folder))
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_nothing_is_written_through_a_link(changed: Tool, tmp_path: Path) -> None:
    target = tmp_path / "mine.txt"
    target.write_text("mine\n", encoding="utf-8")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "comment.md").symlink_to(target)

    code, _, err = changed("ci", "-o", str(folder))

    assert code == 4
    assert "comment.md to be a file, or not to be there, found a folder, a link" in err
    assert target.read_text(encoding="utf-8") == "mine\n"


def test_credentials_of_the_change_fail(changed: Tool, tmp_path: Path) -> None:
    """As the hook refuses them: nobody can be made to run hooks."""
    commit(changed.folder, "Leak", 3, {"notes.txt": f"token {FAKE_TOKEN}\n"})

    code, out, _ = changed("ci", "-o", str(tmp_path / "out"))

    assert code == 1
    assert "error[GCT435]: expected no credential in the clear" in out
    assert "\n  leaks     1 error: 2 changed texts\n" in out
    assert "\n  validate  no problems: 2 bundles with 2 documents\n" in out
    assert out.endswith("failed: 1 error\n")
    written = {path.name: path.read_text("utf-8") for path in (tmp_path / "out").iterdir()}
    assert "| leaks | **failed** | 1 error: 2 changed texts |" in written["comment.md"]
    assert "GCT435" in written["diagnostics.sarif"]
    assert FAKE_TOKEN not in out + "".join(written.values())


def test_a_credential_that_the_change_took_away_again_fails(changed: Tool) -> None:
    commit(changed.folder, "Leak", 3, {"notes.txt": f"token {FAKE_TOKEN}\n"})
    commit(changed.folder, "Hide", 4, {"notes.txt": "token\n"})

    code, out, _ = changed("ci")

    assert code == 1
    assert "GCT435" in out
    assert "which took it away" in out


def test_credentials_of_before_are_no_new_ones(changed: Tool) -> None:
    git(changed.folder, "checkout", "-q", "main")
    commit(changed.folder, "Leak", 3, {"notes.txt": f"token {FAKE_TOKEN}\n"})
    git(changed.folder, "checkout", "-q", "-b", "other")
    commit(changed.folder, "Untouched", 4, {"base/doc.yaml": "a: 3\n"})
    untouched = changed("ci")
    commit(changed.folder, "Touched", 5, {"notes.txt": f"a\ntoken {FAKE_TOKEN}\n"})

    assert untouched[0] == 0
    assert changed("ci")[0] == 1
    assert changed("ci", "--new-only")[0] == 0


def test_a_comment_silences_a_fake_as_for_the_hook(changed: Tool) -> None:
    files = {
        "gitconfig.yaml": (changed.folder / "gitconfig.yaml").read_text("utf-8")
        + "diagnostics: {allow: [GCT435]}\n",
        "notes.yaml": f"token: {FAKE_TOKEN}  # gct: ignore[GCT435] a fake for the tests\n",
    }
    commit(changed.folder, "Fake", 3, files)

    code, out, _ = changed("ci")

    assert "\n  leaks     no problems, 1 suppressed: 3 changed texts\n" in out
    assert code == 0


def test_a_missing_scanner_is_told(
    changed: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pybetterleaks", None)

    code, out, _ = changed("ci", "-o", str(tmp_path))

    assert code == 0
    assert "  leaks     not looked for: pip install 'gitconfig-tool[scan]'\n" in out
    comment = (tmp_path / "comment.md").read_text("utf-8")
    assert "| leaks | **not run** | not looked for: pip install 'gitconfig-tool[scan]' |" in comment
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert {each["name"]: each["ok"] for each in report["checks"]}["leaks"] is None


def test_errors_of_the_change_fail(changed: Tool) -> None:
    commit(changed.folder, "Break", 3, {"base/doc.yaml": "a: !nonsense 2\n"})

    code, out, _ = changed("ci")

    assert code == 1
    assert "error[GCT013]" in out
    assert out.splitlines()[-1].startswith("failed: 1 error")


def test_a_failing_test_fails(changed: Tool) -> None:
    commit(changed.folder, "Too large", 3, {"base/doc.yaml": "a: 20\n"})

    code, out, _ = changed("ci")

    assert code == 1
    assert "  FAIL  a is small\n" in out
    assert out.endswith("failed: 1 failing test\n")


def test_what_was_wrong_before_counts_unless_only_the_new_is_asked_for(
    make_tool: MakeTool,
) -> None:
    tool = make_tool(
        {
            "base/doc.yaml": "a: 20\n",
            "base/other.yaml": "b: !ref nowhere#/b\n",
            "tests/doc.test.yaml": TEST,
        }
    )
    git(tool.folder, "checkout", "-q", "-b", "change")
    # A line above the error does not make it another one.
    commit(tool.folder, "Fine", 2, {"base/other.yaml": "# Why.\nb: !ref nowhere#/b\nc: 1\n"})

    assert tool("ci")[0] == 1
    code, out, _ = tool("ci", "--new-only")
    assert code == 0, out
    assert "no problems (new; 1 error in all)" in out

    commit(tool.folder, "Worse", 3, {"base/third.yaml": "d: !ref nowhere#/d\n"})
    code, report = _report(tool, "--new-only")
    assert code == 1
    assert report["reasons"] == ["1 new error"]
    assert [each["place"] for each in report["new"]] == ["base/third.yaml:1:4"]


def test_a_project_file_with_errors_is_not_compared(changed: Tool) -> None:
    commit(changed.folder, "Break", 3, {"gitconfig.yaml": "layers: [\n"})

    code, report = _report(changed)

    assert code == 1
    assert report["diff"] is None
    assert report["notCompared"] == "the project file has errors"


def test_the_work_tree_does_not_count(changed: Tool) -> None:
    (changed.folder / "base" / "doc.yaml").write_text("a: [\n", encoding="utf-8")

    assert changed("ci")[0] == 0


def test_github_gets_annotations_and_a_summary(
    changed: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(changed.folder, "Too large", 3, {"base/doc.yaml": "a: 20\nb: !nonsense 2\n"})
    event = tmp_path / "event.json"
    event.write_text('{"inputs": {}}', encoding="utf-8")
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_EVENT_NAME", "workflow_dispatch")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))

    code, out, err = changed("ci")

    assert (code, err) == (1, "")
    assert "::error file=base/doc.yaml,line=2," in out
    assert "::error file=tests/doc.test.yaml,line=3,title=test%3A a is small::" in out
    written = summary.read_text(encoding="utf-8")
    assert written.startswith("before\n<!-- gitconfig-tool:ci small -->\n")
    assert len(written) <= MAX_COMMENT


def test_an_event_that_is_not_there_is_named(
    changed: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    for content, found in ((None, "No such file"), ("no json", "no JSON"), ("[]", "something")):
        event = tmp_path / "event.json"
        if content is not None:
            event.write_text(content, encoding="utf-8")
        monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))

        code, out, err = changed("ci")

        assert (code, out) == (4, "")
        assert "expected the event of the job in GITHUB_EVENT_PATH" in err
        assert found in err


def test_no_log_line_of_the_repository_is_obeyed() -> None:
    evil = "::set-output name=x::1\n##vso[task.setvariable variable=x]1\n"

    first, *inner, last = safe_for_log(evil, "github").splitlines()
    assert first.startswith("::stop-commands::")
    assert last == f"::{first.removeprefix('::stop-commands::')}::"
    assert inner == evil.splitlines()
    # A token that could be guessed would be no stop.
    assert safe_for_log(evil, "github").splitlines()[0] != first
    # TeamCity, which is not detected, obeys such lines too.
    assert all("##vso[" not in safe_for_log(evil, each) for each in ("azure", "gitlab", ""))


def test_a_summary_that_cannot_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    append_summary(str(tmp_path / "nowhere" / "summary.md"), "text\n")
    append_summary(str(tmp_path / "summary.md"), "x" * (1024 * 1024 + 1))

    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("note: expected to write GITHUB_STEP_SUMMARY, found: No such file")
    assert told[1].startswith("note: the summary is longer than GitHub takes")
    assert not (tmp_path / "summary.md").exists()


def test_the_comment_stays_small_and_does_nothing_of_others(make_tool: MakeTool) -> None:
    evil = "</details> @everyone [x](https://evil.example) `code` <img src=x> | #1"
    tests = [f"{{name: '{evil} {number}', value: 'doc#/a', equals: 0}}" for number in range(60)]
    text = "bundle: production\ntests:\n" + "".join(f"  - {each}\n" for each in tests)
    tool = make_tool({"base/doc.yaml": "a: 1\n", "tests/doc.test.yaml": text})
    values = "".join(f"key{number}: '{evil}'\n" for number in range(3000))
    git(tool.folder, "checkout", "-q", "-b", "change")
    commit(tool.folder, "Change", 2, {"base/doc.yaml": f"a: 1\n{values}"})
    folder = tool.folder.parent / "out"

    code, _, err = tool("ci", "-o", str(folder))

    assert (code, err) == (1, "")
    comment = (folder / "comment.md").read_text(encoding="utf-8")
    assert len(comment.encode()) <= MAX_COMMENT
    assert "- and 35 more" in comment
    # What follows is the diff's own Markdown, which has tests of its own.
    ours = comment.partition("<!-- gitconfig-tool:diff")[0]
    outside = "".join(part for number, part in enumerate(_spans(ours)) if number % 2 == 0)
    assert "@everyone" not in outside
    assert "evil.example" not in outside
    assert "<img" not in outside


def _spans(text: str) -> list[str]:
    """Split Markdown at code spans and elements of code: what is at odd places is code."""
    return re.split(r"((?<!`)(?:`+)(?!`).*?(?<!`)(?:`+)(?!`))", text)


def test_a_first_commit_is_told_in_a_line_for_each_document(make_tool: MakeTool) -> None:
    tool = make_tool({"base/doc.yaml": "a: 1\n", "base/other.yaml": "b: [1, 2]\n"})
    git(tool.folder, "branch", "-m", "trunk")
    code, out, _ = tool("ci")

    assert code == 0
    assert "  doc      added" in out
    assert "  other    added" in out
    # The values of a whole project would bury the result.
    assert "[1, 2]" not in out


@pytest.mark.parametrize("command", ["##vso[task.complete]", "##[group]", "#\u200d#vso[x]", "##x"])
def test_no_line_of_a_log_is_one_that_a_system_obeys(command: str) -> None:
    for system in ("azure", "", "jenkins"):
        assert safe_for_log(f"a {command}\n", system) == f"a # {command[1:]}\n"
    text = json.dumps({"name": f"a {command}"}, ensure_ascii=False)
    safe = safe_json_for_log(text)
    assert command not in safe
    assert json.loads(safe) == json.loads(text)
