"""The key `prompts` of the project file."""

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.document import parse_document
from gitconfig_tool.project import Project, read_project
from gitconfig_tool.project.llm import PromptSettings
from tests.unit.project.projects import HEAD


def read(prompts: str) -> tuple[Project | None, tuple[Diagnostic, ...]]:
    text = f"{HEAD}layers: [base]\nbundles: [{{name: default}}]\nprompts: {prompts}\n"
    return read_project(parse_document("gitconfig.yaml", text.encode())[0])


def test_how_prompts_are_rendered() -> None:
    project, diagnostics = read("{portable: jinja, untrusted: true}")
    assert diagnostics == ()
    assert project is not None
    assert project.llm.prompts == PromptSettings(untrusted=True, portable="jinja")


def test_a_portability_that_does_not_exist() -> None:
    _, (found,) = read("{portable: python}")
    assert (found.code, str(found.span)) == ("GCT031", "gitconfig.yaml:5:21")
    assert found.message == "expected 'jinja' or 'variables' for portable, found 'python'"
