"""Suggestions to classify higher: where, once for each kind, and never with what was found."""

from collections.abc import Callable

import pytest

from gitconfig_tool.classification import prompt_level
from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.main import group
from gitconfig_tool.compiler import Compilation, compile_snapshot
from gitconfig_tool.project import Level
from gitconfig_tool.prompts import PromptVersion
from tests.unit.conftest import GitProject

Build = Callable[..., GitProject]

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: platform
layers: [base]
bundles: [{name: default}]
"""
# Not the one that the page of the rule shows, which SARIF brings along.
IBAN = "GB29 NWBK 6016 1331 9268 19"


def compiled(git_project: Build, files: dict[str, str], settings: str = "") -> Compilation:
    """Compile one commit."""
    project = git_project({"gitconfig.yaml": PROJECT + settings, **files})
    return compile_snapshot(project.open().at_commit())


def places(compilation: Compilation) -> list[tuple[str, str]]:
    """Return code and place of each diagnostic."""
    return [(found.code, str(found.span)) for found in compilation.diagnostics]


def test_nothing_is_looked_for_where_nothing_is_classified(git_project: Build) -> None:
    assert places(compiled(git_project, {"base/a.yaml": f"x: {IBAN}\n"})) == []


def test_a_declared_document_is_looked_through(git_project: Build) -> None:
    text = f"classification: internal\nx: [1, {IBAN}, {IBAN}]\n"

    assert places(compiled(git_project, {"base/a.yaml": text})) == [("GCT803", "base/a.yaml:2:8")]


@pytest.mark.parametrize(
    "text", [f"{IBAN}: 1", f"x: {{y: [{IBAN}]}}", "x: 4111111111111111", f'x: !format "{IBAN}"']
)
def test_keys_numbers_and_formats_count(git_project: Build, text: str) -> None:
    compilation = compiled(git_project, {"base/a.yaml": text + "\n"}, "classification: {}\n")

    assert [code for code, _ in places(compilation)] == ["GCT803"]


def test_what_is_referred_to_is_told_where_it_stands(git_project: Build) -> None:
    files = {"base/a.yaml": "x: !ref b#/x\n", "base/b.yaml": f"x: {IBAN}\n"}

    assert places(compiled(git_project, files, "classification: {}\n")) == [
        ("GCT803", "base/b.yaml:1:4")
    ]


@pytest.mark.parametrize(
    ("own", "rules", "expected"),
    [
        ("", "", []),  # Nothing is classified.
        ("classification: internal\n", "", ["GCT803"]),
        ("classification: confidential\n", "", []),
        ("classification: internal\n", "{match: prompts/**, level: confidential}", []),
        ("", "{match: prompts/**, level: public}", ["GCT803"]),
        ("classification: secret\n", "", ["GCT802", "GCT803"]),
    ],
)
def test_prompts(git_project: Build, own: str, rules: str, expected: list[str]) -> None:
    files = {
        "base/a.yaml": "x: !prompt p@^1\n",
        "prompts/p/1.0.0.prompt.yaml": f"{own}template: Pay to {IBAN}.\n",
    }
    settings = f"classification: {{rules: [{rules}]}}\n" if rules else ""
    compilation = compiled(git_project, files, settings)

    assert [code for code, _ in places(compilation) if code != "GCT804"] == expected
    assert compilation.levels is not None
    (prompt,) = compilation.bundles["default"].prompts
    assert isinstance(prompt, PromptVersion)
    assert prompt_level(prompt, compilation.levels).level >= Level.PUBLIC


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "gitlab", "junit"])
def test_no_report_shows_what_was_found(
    git_project: Build, capfd: pytest.CaptureFixture[str], form: str
) -> None:
    files = {
        "base/a.yaml": f"card: 4111111111111111\nbank: {IBAN}\nid: 123-45-6789\nx: y\n",
        "prompts/p/1.0.0.prompt.yaml": f"classification: public\ntemplate: Pay to {IBAN}.\n",
    }
    project = git_project({"gitconfig.yaml": PROJECT + "classification: {}\n", **files})
    run(group, ["-C", str(project.root), "validate", "--rev", "HEAD", "--format", form])
    shown = "".join(capfd.readouterr())

    assert shown.count("GCT803") >= 4
    assert not [each for each in ("4111111111", "GB29", "NWBK", "123-45") if each in shown]
