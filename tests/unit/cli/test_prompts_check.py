"""`prompts check`: which cases pass, for people, as JSON and as JUnit XML."""

import json
from xml.etree import ElementTree

import pytest

from gitconfig_tool.errors import ExitCode
from tests.projects import MakeTool

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: small
layers: [base]
bundles: [{name: default}]
"""
VARIABLES = "variables: {type: object, properties: {name: {type: string}}, required: [name]}\n"
GREETING = f"""\
template: Hello {{{{ name }}}}, how can we help?
{VARIABLES}variants:
  - {{id: control, weight: 50}}
  - {{id: short, weight: 50, template: "Hello {{{{ name }}}}."}}
testData:
  - {{name: Ada, variables: {{name: Ada}}, expected: {{contains: Ada, maxLength: 40}}}}
  - {{name: nobody, variables: {{name: ""}}}}
"""
FILES = {
    "base/service.yaml": "greeting: !prompt greeting@^1\nfarewell: !prompt farewell@^1\n",
    "prompts/greeting/1.0.0.prompt.yaml": GREETING,
    "prompts/greeting/0.9.0.prompt.yaml": f"template: Hi {{{{ name }}}}\n{VARIABLES}",
    "prompts/farewell/1.0.0.prompt.yaml": "template: Goodbye\n",
}
FAILING = {
    **FILES,
    "prompts/greeting/1.0.0.prompt.yaml": GREETING.replace("contains: Ada", "contains: help"),
    "prompts/farewell/1.0.0.prompt.yaml": f"template: Bye {{{{ name }}}}\n{VARIABLES}"
    "testData:\n  - {name: too little, variables: {}}\n",
}


def test_all_pass(make_tool: MakeTool) -> None:
    code, out, err = make_tool(FILES, PROJECT)("prompts", "check")

    assert (code, err) == (ExitCode.OK, "")
    assert out == (
        "  PROMPT          CASES  VARIANTS  PASSED  FAILED\n"
        "  farewell@1.0.0  none\n"
        "  greeting@1.0.0  2      1         4\n"
        "\n"
        "2 prompt versions: 4 passed, 0 failed; no problems\n"
        "without test data: farewell@1.0.0\n"
    )


def test_some_fail(make_tool: MakeTool) -> None:
    code, out, err = make_tool(FAILING, PROJECT)("prompts", "check")

    assert (code, err) == (ExitCode.PROBLEMS, "")
    assert "error[GCT509]: expected a value for 'name', found none (test case 'too little')" in out
    assert (
        "error[GCT581]: expected the text to contain 'help', "
        "found none: it begins with 'Hello Ada.' (test case 'Ada', variant 'short')"
    ) in out
    assert out.endswith(
        "  PROMPT          CASES  VARIANTS  PASSED  FAILED\n"
        "  farewell@1.0.0  1                0       1\n"
        "  greeting@1.0.0  2      1         3       1\n"
        "\n"
        "2 prompt versions: 3 passed, 2 failed; 2 errors\n"
    )


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ((), ["farewell@1.0.0", "greeting@1.0.0"]),
        (("--all",), ["farewell@1.0.0", "greeting@0.9.0", "greeting@1.0.0"]),
        (("greeting",), ["greeting@0.9.0", "greeting@1.0.0"]),
        (("greeting@<1", "farewell@1.0.0"), ["farewell@1.0.0", "greeting@0.9.0"]),
    ],
)
def test_which_versions(make_tool: MakeTool, arguments: tuple[str, ...], names: list[str]) -> None:
    _, out, _ = make_tool(FILES, PROJECT)("prompts", "check", "--format", "json", *arguments)

    report = json.loads(out)
    assert [f"{each['id']}@{each['version']}" for each in report["prompts"]] == names


def test_json(make_tool: MakeTool) -> None:
    code, out, _ = make_tool(FAILING, PROJECT)("prompts", "check", "--format", "json")

    report = json.loads(out)
    assert code == ExitCode.PROBLEMS
    assert report["kind"] == "PromptCheckReport"
    assert (report["passed"], report["failed"], report["untested"]) == (3, 2, [])
    assert (report["errors"], report["warnings"], report["otherErrors"]) == (2, 0, 0)
    greeting = report["prompts"][1]
    assert (greeting["path"], greeting["bundles"]) == (
        "prompts/greeting/1.0.0.prompt.yaml",
        ["default"],
    )
    assert [(each["name"], each["variant"], each["outcome"]) for each in greeting["cases"]] == [
        ("Ada", None, "passed"),
        ("Ada", "short", "failed"),
        ("nobody", None, "passed"),
        ("nobody", "short", "passed"),
    ]
    assert [each["code"] for each in greeting["cases"][1]["problems"]] == ["GCT581"]
    assert report["prompts"][0]["cases"][0]["outcome"] == "not-rendered"


def test_junit(make_tool: MakeTool) -> None:
    code, out, _ = make_tool(FAILING, PROJECT)("prompts", "check", "--format", "junit")

    root = ElementTree.fromstring(out)
    assert code == ExitCode.PROBLEMS
    assert (root.get("tests"), root.get("failures")) == ("5", "2")
    assert {suite.get("name"): suite.get("failures") for suite in root} == {
        "farewell@1.0.0": "1",
        "greeting@1.0.0": "1",
    }
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert list(cases) == ["too little", "Ada", "Ada [short]", "nobody", "nobody [short]"]
    failure = cases["Ada [short]"].find("failure")
    assert failure is not None
    assert failure.get("type") == "GCT581"
    assert cases["Ada"].find("failure") is None


def test_a_template_that_fails_fails_its_cases(make_tool: MakeTool) -> None:
    broken = {
        **FILES,
        "prompts/farewell/1.0.0.prompt.yaml": "template: 'Goodbye {{ names'\n"
        "testData: [{name: plain, variables: {}}]\n",
    }
    code, out, _ = make_tool(broken, PROJECT)("prompts", "check", "--format", "junit")

    assert code == ExitCode.PROBLEMS
    assert "expected the case to render" in out


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("greting", "expected the id of a prompt, found 'greting'", "did you mean 'greeting'?"),
        (
            "greeting@one",
            "expected a range of versions after '@', found 'one'",
            "such as greeting@^1.2, or greeting@1.0.0",
        ),
        (
            "greeting@^2",
            "expected a version of greeting within '^2', found none",
            "versions: 1.0.0, 0.9.0",
        ),
    ],
)
def test_names_that_are_none(make_tool: MakeTool, name: str, message: str, hint: str) -> None:
    code, out, err = make_tool(FILES, PROJECT)("prompts", "check", name)

    assert (code, out) == (ExitCode.WORLD, "")
    assert message in err
    assert hint in err


def test_errors_elsewhere_are_counted(make_tool: MakeTool) -> None:
    files = {**FILES, "base/broken.yaml": "a: [1\n"}
    code, out, _ = make_tool(files, PROJECT)("prompts", "check")

    assert code == ExitCode.OK
    assert out.endswith("1 error in other files: gitconfig-tool validate\n")
