"""`gitconfig-tool init`: the starter project and the example, and what is never overwritten."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from gitconfig_tool import __version__
from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.main import group
from gitconfig_tool.cli.starter import STARTER
from gitconfig_tool.errors import ExitCode


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_starter_validates_as_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "My Platform"

    assert run(group, ["init", str(target)]) == ExitCode.OK
    # The day is named: models and the catalogue grow old.
    validate = ["-C", str(target), "validate", "--as-of", "2026-11-23"]
    assert run(group, validate) == ExitCode.OK

    assert "no problems: checked 3 bundles with 6 documents" in capsys.readouterr().out
    assert "name: my-platform\n" in (target / "gitconfig.yaml").read_text(encoding="utf-8")
    assert (target / ".git").is_dir()


def test_starter_is_in_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Else the hook that init sets up would refuse the first commit."""
    run(group, ["init", str(tmp_path)])
    capsys.readouterr()

    assert run(group, ["-C", str(tmp_path), "fmt", "--check"]) == ExitCode.OK
    assert capsys.readouterr().out == ""


def test_example_is_in_form(tmp_path: Path) -> None:
    target = tmp_path / "acme-llm"
    run(group, ["init", "--example", str(target)])

    assert run(group, ["-C", str(target), "fmt", "--check"]) == ExitCode.OK


def test_missing_scanner_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gitconfig_tool.cli.init.find_spec", lambda _name: None)

    assert run(group, ["init", str(tmp_path / "platform")]) == ExitCode.OK

    assert capsys.readouterr().out.endswith(
        "note: the hook gitconfig-secrets needs the scanner for credentials:\n"
        "      pip install 'gitconfig-tool[scan]'\n"
    )


def test_starter_compiles_once_it_is_committed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "platform"
    run(group, ["init", str(target)])
    _git(target, "add", "-A")
    _git(target, "commit", "-q", "-m", "First")

    assert run(group, ["-C", str(target), "compile", "-o", str(tmp_path / "layout")]) == ExitCode.OK
    assert run(group, ["-C", str(target), "show", "production", "assistant/service"]) == ExitCode.OK
    assert capsys.readouterr().out.endswith("prompt: !prompt assistant@1.0.0\nreplicas: 4\n")


def test_existing_files_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".gitignore").write_text("mine\n", encoding="utf-8")

    assert run(group, ["init", str(tmp_path)]) == ExitCode.OK

    assert (tmp_path / ".gitignore").read_text(encoding="utf-8") == "mine\n"
    output = capsys.readouterr().out
    assert "kept  .gitignore" in output
    assert "wrote gitconfig.yaml" in output


def test_git_merges_and_shows_sops_files_by_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["init"], ["init", "--example"]):
        target = tmp_path / arguments[-1].strip("-")

        assert run(group, [*arguments, str(target)]) == ExitCode.OK

        driver = "gitconfig-tool secrets merge-driver -- %O %A %B %P"
        assert _git(target, "config", "--local", "merge.gitconfig-sops.driver") == driver
        found = _git(target, "check-attr", "merge", "diff", "--", "a/b.sops.yaml").splitlines()
        assert [line.rpartition(" ")[2] for line in found] == ["gitconfig-sops"] * 2
    capsys.readouterr()


def test_git_merges_and_shows_layers_by_value(tmp_path: Path) -> None:
    run(group, ["init", str(tmp_path)])

    def driver(name: str) -> str:
        return _git(tmp_path, "check-attr", "merge", "--", name).rpartition(" ")[2]

    assert driver("base/a.yaml") == driver("prompts/a/1.0.0.prompt.yaml") == "gitconfig-yaml"
    assert driver("base/a.sops.yaml") == "gitconfig-sops"
    # The rules of sops are no SOPS file.
    assert driver(".sops.yaml") == "gitconfig-yaml"
    assert driver("README.md") == "unspecified"


def test_lines_are_added_to_attributes_that_are_there(tmp_path: Path) -> None:
    (tmp_path / ".gitattributes").write_text("*.bin binary", encoding="utf-8")

    run(group, ["init", str(tmp_path)])

    text = (tmp_path / ".gitattributes").read_text(encoding="utf-8")
    assert text.startswith("*.bin binary\n# Layers and prompts: ")


def test_remove_leaves_the_project_and_what_was_there_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _git(tmp_path, "init", "-q", "-b", "main")
    before = (tmp_path / ".git/config").read_text(encoding="utf-8")
    (tmp_path / ".gitattributes").write_text("*.bin binary\n", encoding="utf-8")
    run(group, ["init", str(tmp_path)])
    files = sorted(path for path in tmp_path.rglob("*") if ".git" not in path.parts)
    capsys.readouterr()

    assert run(group, ["init", str(tmp_path), "--remove", "--dry-run"]) == ExitCode.OK
    dry = capsys.readouterr().out
    assert sorted(path for path in tmp_path.rglob("*") if ".git" not in path.parts) == files
    assert run(group, ["init", str(tmp_path), "--remove"]) == ExitCode.OK
    done = capsys.readouterr().out

    assert "would remove .pre-commit-config.yaml\n" in dry
    assert "removed .pre-commit-config.yaml\n" in done
    assert (
        dry.replace("would remove", "removed")
        .replace("would take", "took")
        .replace("would unset", "unset")
        == done
    )
    assert (tmp_path / ".git/config").read_text(encoding="utf-8") == before
    assert (tmp_path / ".gitattributes").read_text(encoding="utf-8") == "*.bin binary\n"
    gone = {path for path in files if not path.exists()}
    assert tmp_path / ".pre-commit-config.yaml" in gone
    assert not (tmp_path / ".github").exists()
    assert (tmp_path / "gitconfig.yaml").is_file()
    assert (tmp_path / ".gitignore").is_file()
    assert run(group, ["-C", str(tmp_path), "validate", "--as-of", "2026-11-23"]) == ExitCode.OK


def test_remove_keeps_what_was_edited(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(group, ["init", str(tmp_path)])
    hook = tmp_path / ".pre-commit-config.yaml"
    hook.write_text(hook.read_text(encoding="utf-8") + "# ours\n", encoding="utf-8")
    _git(tmp_path, "config", "merge.gitconfig-yaml.driver", "/opt/tool %A")
    capsys.readouterr()

    assert run(group, ["init", str(tmp_path), "--remove"]) == ExitCode.OK

    shown = capsys.readouterr().out
    assert "kept  .pre-commit-config.yaml: it is not as init writes it\n" in shown
    assert "kept  merge.gitconfig-yaml.driver: it was set by hand" in shown
    assert hook.exists()
    assert _git(tmp_path, "config", "merge.gitconfig-yaml.driver") == "/opt/tool %A"
    assert run(group, ["init", str(tmp_path), "--remove"]) == ExitCode.OK
    assert "removed" not in capsys.readouterr().out


def test_remove_tells_of_a_hook_that_is_installed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(group, ["init", str(tmp_path)])
    hook = tmp_path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexec pre-commit hook-impl\n", encoding="utf-8")
    capsys.readouterr()

    run(group, ["init", str(tmp_path), "--remove"])

    assert capsys.readouterr().out.endswith("      pre-commit uninstall\n")
    assert hook.exists()


def test_remove_needs_a_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _git(tmp_path, "init", "-q")

    assert run(group, ["init", str(tmp_path), "--remove"]) == ExitCode.WORLD
    assert "expected gitconfig.yaml in" in capsys.readouterr().err
    assert run(group, ["init", str(tmp_path), "--dry-run"]) == ExitCode.USAGE


def test_project_is_not_started_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(group, ["init", str(tmp_path)])
    before = sorted(tmp_path.rglob("*"))

    assert run(group, ["init", str(tmp_path)]) == ExitCode.WORLD

    assert "this is a project already" in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


def test_failure_takes_back_what_was_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "prompts").write_text("a file where a folder is needed\n", encoding="utf-8")

    assert run(group, ["init", str(tmp_path)]) == ExitCode.WORLD

    assert "expected to write into" in capsys.readouterr().err
    assert [name for name in STARTER if (tmp_path / name).is_file()] == []


def test_example_is_a_committed_repository_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _git(tmp_path, "init", "-q")
    target = tmp_path / "inner" / "acme-llm"

    assert run(group, ["init", "--example", str(target)]) == ExitCode.OK

    assert _git(target, "rev-parse", "--show-toplevel") == str(target.resolve())
    assert _git(target, "status", "--porcelain") == ""
    assert _git(target, "branch", "--show-current") == "main"
    assert (target / ".sops.yaml").is_file()
    assert run(group, ["-C", str(target), "validate"]) == ExitCode.OK
    assert capsys.readouterr().out.splitlines()[-1].startswith("no problems")
    assert [path.name for path in target.parent.iterdir()] == ["acme-llm"]


def test_example_does_not_enter_a_folder_with_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("keep me\n", encoding="utf-8")

    assert run(group, ["init", "--example", str(tmp_path)]) == ExitCode.WORLD

    assert "found files in it" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["init"], "to be new or a folder, found a file"),
        (["init", "--example"], "to be new or an empty folder, found a file"),
    ],
    ids=["project", "example"],
)
def test_a_file_is_no_place_for_a_project(
    arguments: list[str],
    expected: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("keep me\n", encoding="utf-8")

    assert run(group, [*arguments, str(file)]) == ExitCode.WORLD

    assert f"error: expected {file} {expected}\n" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == "keep me\n"


def test_example_that_finds_no_room_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        # As the standard library raises it: a list of what failed, and no strerror.
        raise shutil.Error([("from", "to", "[Errno 28] No space left on device")])

    monkeypatch.setattr("shutil.copytree", full)
    target = tmp_path / "acme-llm"

    assert run(group, ["init", "--example", str(target)]) == ExitCode.WORLD

    assert "found: [Errno 28] No space left on device\n" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_project_in_a_subfolder_leaves_the_root_to_its_owner(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _git(tmp_path, "init", "-q")
    target = tmp_path / "config" / "llm"

    assert run(group, ["init", str(target)]) == ExitCode.OK

    output = capsys.readouterr().out
    assert "left out .pre-commit-config.yaml, .github/workflows/configuration.yml, " in output
    assert "there the hook runs gitconfig-tool -C config/llm validate,\n" in output
    assert "and CI gitconfig-tool -C config/llm ci\n" in output
    assert not (target / ".gitlab-ci.yml").exists()
    assert output.endswith(f"next: gitconfig-tool -C {target} validate, then commit\n")
    assert not (target / ".pre-commit-config.yaml").exists()
    assert not (target / ".github").exists()
    assert run(group, ["-C", str(target), "validate"]) == ExitCode.OK


@pytest.mark.parametrize("change", ["without the folder of keys", "under another name"])
def test_demo_keys_outside_the_example_are_warned_of(
    change: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "acme-llm"
    run(group, ["init", "--example", str(target)])
    if change == "under another name":
        project = target / "gitconfig.yaml"
        text = project.read_text(encoding="utf-8")
        project.write_text(text.replace("name: acme-llm", "name: our-llm", 1), encoding="utf-8")
    else:
        _git(target, "rm", "-rq", "demo-keys-public-not-secret")
    capsys.readouterr()

    assert run(group, ["-C", str(target), "validate"]) == ExitCode.OK

    output = capsys.readouterr().out
    assert "warning[GCT407]" in output
    assert "public demo key" in output


@pytest.mark.parametrize(
    ("pattern", "schema"),
    [
        (".github/workflows/*.yml", "vendor.github-workflows"),
        (".github/workflows/*.yml", "custom.github-workflows-require-timeout"),
        (".gitlab-ci.yml", "vendor.gitlab-ci"),
    ],
)
def test_ci_files_are_as_their_schemas_demand(
    pattern: str, schema: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the published schemas, which check-jsonschema brings along."""
    assert run(group, ["init", str(tmp_path)]) == ExitCode.OK
    capsys.readouterr()
    files = sorted(map(str, tmp_path.glob(pattern)))
    assert files
    program = Path(sys.executable).with_name("check-jsonschema")
    # GitLab's own tag, which the files do not use, must be known to the reader of YAML.
    more = ["--data-transform", "gitlab-ci"] if "gitlab" in schema else []
    done = subprocess.run(
        [str(program), "--builtin-schema", schema, *more, *files], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_ci_files_trust_nothing_of_a_pull_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(group, ["init", str(tmp_path)])
    capsys.readouterr()
    flows = {
        path.name: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in (tmp_path / ".github" / "workflows").iterdir()
    }
    check = flows["configuration.yml"]
    comment = flows["configuration-comment.yml"]

    # YAML 1.1 reads the key `on` as true.
    assert "pull_request_target" not in check[True]
    assert check["permissions"] == {"contents": "read"}
    assert "permissions" not in check["jobs"]["check"]
    assert "secrets." not in json.dumps(check)
    # What the reports in build/ are must not keep the commit from being compiled.
    assert "compile --rev HEAD" in json.dumps(check)
    # What may write has no code of the pull request at hand.
    assert comment["permissions"] == {}
    steps = comment["jobs"]["comment"]["steps"]
    assert not any("checkout" in step.get("uses", "") or "run" in step for step in steps)
    for flow in flows.values():
        assert f"gitconfig-tool[scan]=={__version__}" in json.dumps(flow) or flow is comment
        for job in flow["jobs"].values():
            for step in job["steps"]:
                # An expression in a script would be executed as code.
                assert "${{" not in step.get("run", "")
                assert "${{" not in str(step.get("with", {}).get("script", ""))
