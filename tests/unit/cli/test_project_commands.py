"""The commands that compile, on small projects in real repositories."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.main import group
from gitconfig_tool.errors import ExitCode

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: small
dimensions:
  environment: {development: {}, production: {inherits: development}}
layers: [base, "environments/{environment}"]
bundles: [{name: "{environment}"}]
"""
FILES = {
    "gitconfig.yaml": PROJECT,
    "base/chat/model.yaml": "provider: openai\nlimits: {rpm: 60, tpm: 9000}\nstop: [END]\n",
    "environments/production/chat/model.yaml": "limits: {rpm: 600}\n",
}
Call = Callable[..., int]


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    _git(folder, "init", "-q", "-b", "main")
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", "First")
    return folder


@pytest.fixture
def call(project: Path) -> Call:
    return lambda *arguments: run(group, ["-C", str(project), *map(str, arguments)])


def test_validate_counts_bundles_and_documents(
    call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("validate") == ExitCode.OK
    assert capsys.readouterr().out == "no problems: checked 2 bundles with 2 documents\n"


def test_validate_as_json(call: Call, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "base/chat/model.yaml").write_text("a: 1\na: 2\n", encoding="utf-8")

    assert call("validate", "--format", "json") == ExitCode.PROBLEMS

    report = json.loads(capsys.readouterr().out)
    assert list(report)[:2] == ["apiVersion", "kind"]
    assert (report["apiVersion"], report["kind"]) == ("gitconfig-tool/v1", "ValidationReport")
    assert report["snapshot"] == "worktree"
    assert report["revision"] == _git(project, "rev-parse", "HEAD")
    assert (report["errors"], report["warnings"]) == (1, 0)
    found = report["diagnostics"][0]
    assert (found["code"], found["rule"], found["severity"]) == ("GCT012", "duplicate-key", "error")
    assert found["location"] == {
        "path": "base/chat/model.yaml",
        "line": 2,
        "column": 1,
        "endLine": 2,
        "endColumn": 2,
    }


def test_validate_reads_what_was_asked_for(
    call: Call, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project / "base/chat/model.yaml"
    file.write_text("a: 1\na: 2\n", encoding="utf-8")
    _git(project, "add", "-A")
    file.write_text("a: 1\n", encoding="utf-8")

    assert call("validate", "--rev", "HEAD") == ExitCode.OK
    assert call("validate", "--staged") == ExitCode.PROBLEMS
    assert call("validate") == ExitCode.OK


def test_bundle_globs_choose(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("validate", "--bundle", "prod*") == ExitCode.OK
    assert "1 bundle with 1 document" in capsys.readouterr().out
    assert call("validate", "--bundle", "productoin") == ExitCode.WORLD
    assert "did you mean 'production'?" in capsys.readouterr().err


def test_quiet_prints_nothing_when_all_is_well(
    call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("-q", "validate") == ExitCode.OK
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_show_document_value_and_bundle(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("show", "production", "chat/model") == ExitCode.OK
    assert capsys.readouterr().out == (
        "provider: openai\nlimits:\n  rpm: 600\n  tpm: 9000\nstop:\n- END\n"
    )
    assert call("show", "production", "chat/model#/limits/rpm") == ExitCode.OK
    assert capsys.readouterr().out == "600\n"
    assert call("show", "development", "--format", "json") == ExitCode.OK
    report = json.loads(capsys.readouterr().out)
    assert report["documents"]["chat/model"]["limits"] == {"rpm": 60, "tpm": 9000}
    assert report["dimensions"] == {"environment": "development"}


def test_show_refuses_a_broken_bundle(
    call: Call, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "base/chat/model.yaml").write_text("a: [\n", encoding="utf-8")

    assert call("show", "production") == ExitCode.PROBLEMS

    captured = capsys.readouterr()
    assert captured.out == ""
    assert "error[GCT010]" in captured.err


def test_explain_a_mapping_lists_what_is_inside(
    call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("explain", "production", "chat/model") == ExitCode.OK

    output = capsys.readouterr().out
    assert "  /limits/rpm  600       environments/production:1\n" in output
    assert "  /limits/tpm  9000      base:2\n" in output


def test_explain_lists_what_is_inside_as_json_too(
    call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("explain", "production", "chat/model#/limits", "--format", "json") == ExitCode.OK

    base = {"layer": "base", "path": "base/chat/model.yaml"}
    production = {
        "layer": "environments/production",
        "path": "environments/production/chat/model.yaml",
    }
    assert json.loads(capsys.readouterr().out)["inside"] == [
        {"pointer": "/limits/rpm", "value": 600, **production, "line": 1, "column": 15},
        {"pointer": "/limits/tpm", "value": 9000, **base, "line": 2, "column": 24},
    ]


def test_the_folder_that_lacks_a_project_is_named(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(group, ["-C", str(project), "--project", "base", "validate"]) == ExitCode.WORLD
    error = capsys.readouterr().err
    assert "expected base/gitconfig.yaml in the work tree, found none\n" in error


def test_compile_writes_a_layout_and_reports(
    call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layout = tmp_path / "layout"

    assert call("compile", "-o", layout, "--format", "json") == ExitCode.OK

    report = json.loads(capsys.readouterr().out)
    index = json.loads((layout / "index.json").read_bytes())
    assert [each["name"] for each in report["bundles"]] == ["development", "production"]
    assert {each["digest"] for each in report["bundles"]} == {
        each["digest"] for each in index["manifests"]
    }
    assert report["worktree"] is False
    assert not report["bundles"][0]["signed"]


def test_compile_refuses_a_dirty_project(
    call: Call, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "base/chat/model.yaml").write_text("provider: mistral\n", encoding="utf-8")
    layout = tmp_path / "layout"

    assert call("compile", "-o", layout) == ExitCode.WORLD
    error = capsys.readouterr().err
    assert "found changes in base/chat/model.yaml" in error
    assert "--worktree" in error
    assert not layout.exists()

    assert call("compile", "-o", layout, "--rev", "HEAD") == ExitCode.OK
    committed = (layout / "index.json").read_bytes()
    assert call("compile", "-o", layout, "--worktree") == ExitCode.OK
    assert (layout / "index.json").read_bytes() != committed
    manifests = [path.read_bytes() for path in (layout / "blobs/sha256").iterdir()]
    assert any(b'"dev.gitconfig-tool.worktree":"true"' in each for each in manifests)


def test_compile_writes_nothing_when_there_is_an_error(
    call: Call, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "base/chat/model.yaml").write_text("x: !ref nowhere#/y\n", encoding="utf-8")
    _git(project, "commit", "-qam", "Break it")
    layout = tmp_path / "layout"

    assert call("compile", "-o", layout) == ExitCode.PROBLEMS

    assert "error[GCT151]" in capsys.readouterr().err
    assert not layout.exists()


def test_nothing_is_written_for_an_unborn_branch(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    (fresh / "gitconfig.yaml").write_text(PROJECT, encoding="utf-8")
    (fresh / "base").mkdir()
    (fresh / "base/a.yaml").write_text("b: 1\n", encoding="utf-8")
    _git(fresh, "init", "-q", "-b", "main")

    assert run(group, ["-C", str(fresh), "validate"]) == ExitCode.OK
    assert run(group, ["-C", str(fresh), "compile", "-o", str(tmp_path / "out")]) == ExitCode.WORLD
    assert "found a branch without any" in capsys.readouterr().err


def test_no_repository_and_no_project(
    tmp_path: Path, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "plain").mkdir()
    assert run(group, ["-C", str(tmp_path / "plain"), "validate"]) == ExitCode.WORLD
    assert "expected a Git repository" in capsys.readouterr().err

    _git(project, "mv", "gitconfig.yaml", "other.yaml")
    assert run(group, ["-C", str(project), "validate"]) == ExitCode.WORLD
    error = capsys.readouterr().err
    assert "expected gitconfig.yaml in" in error
    assert "this repository has one in its root" in error  # HEAD still has it


@pytest.mark.parametrize("bare", [False, True], ids=["work tree", "bare"])
def test_project_in_a_subfolder(
    project: Path, tmp_path: Path, bare: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    outer = tmp_path / "outer"
    (outer / "deploy").mkdir(parents=True)
    for name, text in FILES.items():
        (outer / "deploy/config" / name).parent.mkdir(parents=True, exist_ok=True)
        (outer / "deploy/config" / name).write_text(text, encoding="utf-8")
    _git(outer, "init", "-q", "-b", "main")
    _git(outer, "add", "-A")
    _git(outer, "commit", "-q", "-m", "First")
    where = outer / "deploy/config/base"
    if bare:
        _git(tmp_path, "clone", "-q", "--bare", str(outer), "bare.git")
        where = tmp_path / "bare.git"

    assert run(group, ["-C", str(where), "explain", "production", "chat/model#/limits/rpm"]) == 0

    output = capsys.readouterr().out
    assert "environments/production/chat/model.yaml:1:15" in output
    assert "First" in output


@pytest.mark.parametrize("output", ["sarif", "github", "gitlab", "junit"])
def test_validate_for_ci_systems(
    call: Call, project: Path, output: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "base/chat/model.yaml").write_text(
        "a: 1\na: 2\nb: !unset # gct: note\n", encoding="utf-8"
    )

    assert call("validate", "--format", output) == ExitCode.PROBLEMS

    printed, summary = capsys.readouterr()
    assert "expected each key once, found 'a' again" in printed
    assert "base/chat/model.yaml" in printed
    if output in ("sarif", "gitlab"):
        json.loads(printed)
    if output == "junit":
        assert 'name="environments/production/chat/model.yaml" tests="1" failures="0"' in printed
    assert summary == "1 error, 1 warning: checked 2 bundles with 2 documents\n"


def test_formats_for_ci_systems_name_files_of_the_repository(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outer = tmp_path / "outer"
    for name, text in {**FILES, "base/chat/model.yaml": "a: 1\na: 2\n"}.items():
        (outer / "deploy" / name).parent.mkdir(parents=True, exist_ok=True)
        (outer / "deploy" / name).write_text(text, encoding="utf-8")
    _git(outer, "init", "-q", "-b", "main")
    _git(outer, "add", "-A")

    assert run(group, ["-C", str(outer / "deploy"), "validate", "--format", "github"]) == 1
    assert "file=deploy/base/chat/model.yaml,line=2" in capsys.readouterr().out


def test_a_clean_project_gives_empty_reports(
    call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("validate", "--format", "gitlab") == ExitCode.OK
    assert json.loads(capsys.readouterr().out) == []
    assert call("validate", "--format", "github") == ExitCode.OK
    assert capsys.readouterr() == ("", "no problems: checked 2 bundles with 2 documents\n")
    assert call("validate", "--format", "sarif") == ExitCode.OK
    assert json.loads(capsys.readouterr().out)["runs"][0]["results"] == []


def test_what_is_suppressed_counts_nowhere(
    call: Call, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "base/chat/model.yaml").write_text("provider: !final openai\n", encoding="utf-8")
    (project / "environments/production/chat/model.yaml").write_text(
        "provider: mistral  # gct: ignore[GCT105] tried out until May\n", encoding="utf-8"
    )
    (project / "gitconfig.yaml").write_text(
        PROJECT + "diagnostics: {allow: [GCT105]}\n", encoding="utf-8"
    )

    assert call("validate") == ExitCode.OK
    assert capsys.readouterr().out == (
        "no problems, 1 suppressed: checked 2 bundles with 2 documents\n"
    )
    assert call("validate", "--format", "json") == ExitCode.OK
    report = json.loads(capsys.readouterr().out)
    assert (report["errors"], report["diagnostics"]) == (0, [])
    assert report["suppressed"][0]["suppression"]["reason"] == "tried out until May"
    assert call("compile", "--worktree", "-o", tmp_path / "layout") == ExitCode.OK


def test_many_problems_of_one_code_are_cut(
    call: Call, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [f"gone{number}: !unset\n" for number in range(57)]
    (project / "base/chat/model.yaml").write_text("".join(lines), encoding="utf-8")

    assert call("validate") == ExitCode.OK
    output = capsys.readouterr().out
    assert output.count("warning[GCT106]") == 20
    assert output.endswith(
        "and 37 more of GCT106 (unset-nothing)\n"
        "  = help: gitconfig-tool validate --max-per-code 0 shows all\n"
        "\n"
        "57 warnings: checked 2 bundles with 2 documents\n"
    )
    assert call("validate", "--max-per-code", "0") == ExitCode.OK
    assert capsys.readouterr().out.count("warning[GCT106]") == 57
    assert call("validate", "--format", "github") == ExitCode.OK
    assert capsys.readouterr().out.count("::warning ") == 57


def test_rules_prints_pages(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("rules", "gct012") == ExitCode.OK
    page = capsys.readouterr().out
    assert page.startswith("GCT012 duplicate-key (error, yaml)")
    assert "    timeout: 30\n    timeout: 60\n" in page
    assert call("rules", "duplicate-key") == ExitCode.OK
    assert capsys.readouterr().out == page
    assert call("rules", "duplicate-kye") == ExitCode.USAGE
    assert "Did you mean duplicate-key?" in capsys.readouterr().err
    assert call("rules", "012") == ExitCode.OK
    assert capsys.readouterr().out == page


def test_pages_of_rules_fit_the_width(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    for code in ("GCT112", "GCT301", "GCT405"):
        assert call("rules", code) == ExitCode.OK
        assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [("GCT04", "GCT04"), ("gct04", "GCT04"), ("04", "GCT04"), ("layers", "GCT1")],
)
def test_a_group_or_a_beginning_lists_rules(
    call: Call, capsys: pytest.CaptureFixture[str], wanted: str, codes: str
) -> None:
    assert call("rules", wanted) == ExitCode.OK

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 2
    assert all(line.startswith(codes) for line in lines)


def test_doctor_reports_and_prints_no_secret(
    call: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VAULT_TOKEN", "fake-token-for-test")
    monkeypatch.setenv("SOPS_AGE_KEY", "fake-key-for-test")

    assert call("doctor", "--format", "json") == ExitCode.OK

    output = capsys.readouterr().out
    findings = {each["name"]: each for each in json.loads(output)["findings"]}
    assert findings["libyaml"]["state"] == "ok"
    assert findings["Vault token"]["state"] == "ok"
    assert findings["age keys"]["state"] == "ok"
    assert findings["project"]["state"] == "ok"
    assert "fake-token-for-test" not in output
    assert "fake-key-for-test" not in output
