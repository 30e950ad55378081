"""`validate --fix` on real repositories: what is written, what is refused, and that it ends."""

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.main import group
from gitconfig_tool.errors import ExitCode

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: small
dimensions:
  environment: {staging: {}, production: {}}
layers: [base, "environments/{environment}"]
bundles: [{name: "{environment}"}]
"""
BASE = "timeout: 30\nlimits: {cpu: 1, memory: 2}\n"
Build = Callable[..., Path]


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.fixture
def build(tmp_path: Path) -> Build:
    def project(files: Mapping[str, str | bytes]) -> Path:
        folder = tmp_path / "small"
        for name, content in ({"gitconfig.yaml": PROJECT, "base/app.yaml": BASE} | files).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            data = content if isinstance(content, bytes) else content.encode()
            (folder / name).write_bytes(data)
        _git(folder, "init", "-q", "-b", "main")
        _git(folder, "add", "-A")
        _git(folder, "commit", "-q", "-m", "First")
        return folder

    return project


def _validate(folder: Path, *arguments: str) -> int:
    return run(group, ["-C", str(folder), "validate", *arguments])


OVERLAY = "environments/production/app.yaml"


def test_the_diff_is_printed_and_written(build: Build, capsys: pytest.CaptureFixture[str]) -> None:
    folder = build({OVERLAY: "# Ours.\ntimeout: 30  # the same\nlimits: {cpu: 8, memory: 2}\n"})

    assert _validate(folder, "--fix") == ExitCode.OK
    output, errors = capsys.readouterr()
    diff = (
        f"--- a/{OVERLAY}\n"
        f"+++ b/{OVERLAY}\n"
        "@@ -1,3 +1,2 @@\n"
        " # Ours.\n"
        "-timeout: 30  # the same\n"
        "-limits: {cpu: 8, memory: 2}\n"
        "+limits: {cpu: 8}\n"
    )
    assert output == f"{diff}no problems: checked 2 bundles with 2 documents\n"
    assert errors == "repaired 2 problems in 1 file\n"
    assert (folder / OVERLAY).read_text() == "# Ours.\nlimits: {cpu: 8}\n"

    # Git takes the diff for what it is.
    _git(folder, "checkout", OVERLAY)
    (folder / "fix.diff").write_text(diff)
    _git(folder, "apply", "fix.diff")
    assert (folder / OVERLAY).read_text() == "# Ours.\nlimits: {cpu: 8}\n"

    (folder / "fix.diff").unlink()
    before = (folder / OVERLAY).stat()
    assert _validate(folder, "--fix") == ExitCode.OK
    assert capsys.readouterr() == (
        "no problems: checked 2 bundles with 2 documents\n",
        "nothing to repair\n",
    )
    assert (folder / OVERLAY).stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("arguments", [("--diff",), ("--fix", "--diff")])
def test_only_to_look(
    build: Build, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    folder = build({OVERLAY: "timeout: 30\nlimits: {cpu: 8}\n"})

    assert _validate(folder, *arguments) == ExitCode.OK
    output, errors = capsys.readouterr()
    assert output.startswith(
        f"--- a/{OVERLAY}\n+++ b/{OVERLAY}\n@@ -1,2 +1 @@\n-timeout: 30\n limits: {{cpu: 8}}\n"
        "warning[GCT112]:"
    )
    assert errors == "would repair 1 problem in 1 file\n"
    assert _git(folder, "status", "--short") == ""


def test_a_report_has_standard_output_to_itself(
    build: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = build({OVERLAY: "timeout: 30\nlimits: {cpu: 8}\n"})

    assert _validate(folder, "--fix", "--format", "json") == ExitCode.OK
    output, errors = capsys.readouterr()
    assert json.loads(output)["diagnostics"] == []
    assert "-timeout: 30\n" in errors


def test_a_file_that_becomes_empty_keeps_its_comments(build: Build) -> None:
    folder = build({OVERLAY: "# Why it is so.\ntimeout: 30\nlimits:\n  cpu: 1 # one\n"})

    assert _validate(folder, "--fix") == ExitCode.OK
    assert (folder / OVERLAY).read_text() == "# Why it is so.\n"


def test_line_breaks_that_git_rewrites_stay(build: Build) -> None:
    folder = build(
        {OVERLAY: "timeout: 30\n# é\nlimits: {cpu: 8}\n", ".gitattributes": "* eol=crlf\n"}
    )
    (folder / OVERLAY).unlink()
    _git(folder, "checkout", OVERLAY)
    assert b"\r\n" in (folder / OVERLAY).read_bytes()

    assert _validate(folder, "--fix") == ExitCode.OK
    assert (folder / OVERLAY).read_bytes() == "# é\r\nlimits: {cpu: 8}\r\n".encode()


def test_what_is_not_committed_is_repaired_as_it_lies_there(build: Build) -> None:
    folder = build({})
    new = folder / "environments" / "staging" / "app.yaml"
    new.parent.mkdir(parents=True)
    new.write_bytes(b"limits:\r\n  cpu: 1\r\n  memory: 9")

    assert _validate(folder, "--fix") == ExitCode.OK
    assert new.read_bytes() == b"limits:\r\n  memory: 9"


def test_a_value_that_one_bundle_needs_stays(build: Build) -> None:
    """The file is read by two bundles; in the second one it overrides another value."""
    project = PROJECT.replace("staging: {}, production: {}", "a: {in: x}, b: {in: x}").replace(
        '"environments/{environment}"', '"own/{environment}", "shared/{environment.in}"'
    )
    folder = build(
        {
            "gitconfig.yaml": project,
            "own/b/app.yaml": "timeout: 60\n",
            "shared/x/app.yaml": "timeout: 30\nlimits: {cpu: 1}\nextra: 1\n",
        }
    )

    assert _validate(folder, "--fix") == ExitCode.OK
    assert (folder / "shared/x/app.yaml").read_text() == "timeout: 30\nextra: 1\n"


def test_a_value_behind_an_alias_stays(build: Build, capsys: pytest.CaptureFixture[str]) -> None:
    folder = build({OVERLAY: "extra: &x 30\ntimeout: *x\nlimits: {cpu: 8}\n"})

    assert _validate(folder, "--fix") == ExitCode.OK
    assert "the value is written once, and repeated by an alias\n" in capsys.readouterr().err
    assert _git(folder, "status", "--short") == ""


@pytest.mark.parametrize("kind", ["--rev=HEAD", "--staged"])
def test_only_the_work_tree_is_repaired(
    build: Build, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    folder = build({})

    assert _validate(folder, "--fix", kind) == ExitCode.USAGE
    assert "--fix and --diff read the work tree" in capsys.readouterr().err
    assert _validate(folder, "--fix", "--bundle", "staging") == ExitCode.USAGE
    assert "leave out --bundle" in capsys.readouterr().err


def test_a_project_in_a_folder_of_the_repository(
    build: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = build(
        {
            "config/gitconfig.yaml": PROJECT,
            "config/base/app.yaml": BASE,
            f"config/{OVERLAY}": "timeout: 30\nlimits: {cpu: 8}\n",
        }
    )

    assert _validate(folder / "config", "--fix") == ExitCode.OK
    assert capsys.readouterr().out.startswith(f"--- a/{OVERLAY}\n")
    assert _git(folder, "status", "--short") == f" M config/{OVERLAY}\n"


def test_colours_on_request(build: Build, capsys: pytest.CaptureFixture[str]) -> None:
    folder = build({OVERLAY: "timeout: 30\nlimits: {cpu: 8}\n"})

    run(group, ["-C", str(folder), "--color", "always", "validate", "--diff"])
    assert "\x1b[31m-timeout: 30\x1b[0m\n limits: {cpu: 8}\n" in capsys.readouterr().out


def test_all_kinds_of_repairs_at_once(build: Build, capsys: pytest.CaptureFixture[str]) -> None:
    folder = build(
        {
            "gitconfig.yaml": PROJECT + "schemas: [{match: '*', schema: app.schema.yaml}]\n",
            "app.schema.yaml": (
                "$schema: https://json-schema.org/draft/2020-12/schema\n"
                "x-key-order: [provider, name]\n"
                "properties:\n  m: {x-key-order: [a, b]}\n"
            ),
            "base/app.yaml": (
                "# Head.\n"
                "\n"
                "# About limits.\n"
                "limits: {cpu: 1}   # one\n"
                "name: no\n"
                "country: !final no # Norway\n"
                "on: [yes, 'off', {no: 1}]\n"
                "m:\n"
                "  # b!\n"
                "  b: 2\n"
                "  a: 010\n"
                "provider: x # the provider\n"
            ),
            OVERLAY: "limits: {cpu: 1}\ndebug: true\n",
        }
    )

    assert _validate(folder, "--fix") == ExitCode.OK
    assert (folder / "base/app.yaml").read_text() == (
        "# Head.\n"
        "\n"
        "provider: x # the provider\n"
        'name: "no"\n'
        "# About limits.\n"
        "limits: {cpu: 1}   # one\n"
        'country: !final "no" # Norway\n'
        '"on": ["yes", \'off\', {"no": 1}]\n'
        "m:\n"
        "  a: 010\n"
        "  # b!\n"
        "  b: 2\n"
    )
    assert (folder / OVERLAY).read_text() == "debug: true\n"
    output, errors = capsys.readouterr()
    # `010` is ten here and eight elsewhere: only a person knows which is meant.
    assert output.count("GCT023]") == 1
    assert output.endswith("1 warning: checked 2 bundles with 2 documents\n")
    assert errors == "repaired 8 problems in 2 files\n"
    assert _validate(folder, "--fix") == ExitCode.OK
    assert capsys.readouterr().err == "nothing to repair\n"
