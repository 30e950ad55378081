"""`prompts list|show|render|usage|stats` on a small project."""

import io
import json
from typing import Any

import pytest

from tests.projects import MakeTool, Tool, commit

GREETING = """\
description: Says hello.
owner: team-a
tags: [hello]
variables:
  type: object
  properties:
    name: {type: string, maxLength: 10, description: Whom to greet.}
    count: {type: integer, minimum: 0, maximum: 9}
    polite: {type: boolean}
  required: [name]
template: "Hello {{ name }}!{% if count is defined %} {{ count }} letters.{% endif %}"
testData:
  - name: plain
    variables: {name: Ada}
"""
CHAT = """\
messages:
  - {role: system, content: "Be brief."}
  - {role: user, content: "{{ question }}"}
variables:
  type: object
  properties: {question: {type: string, maxLength: 100}}
  required: [question]
modelParameters: {max_tokens: 50}
variants:
  - {id: control, weight: 50}
  - id: short
    weight: 50
    messages:
      - {role: user, content: "{{ question }}!"}
testData:
  - {name: why, variables: {question: Why?}}
"""
PROJECT = """\
apiVersion: gitconfig-tool/v1
name: small
dimensions:
  environment: {development: {}, production: {inherits: development}}
layers: [base, "environments/{environment}"]
bundles: [{name: "{environment}"}]
schemas: [{match: "model", schema: "gitconfig-tool:model-config"}]
"""
FILES = {
    "base/doc.yaml": "greeting: !prompt greeting@^1\n",
    "environments/production/doc.yaml": "greeting: !prompt greeting@1.0.0\n",
    "base/model.yaml": "provider: custom\nmodel: small-1\nendpoint: https://m.example.com/v1\n"
    "context_window_tokens: 4000\nprompt: !prompt chat@^1\n",
    "prompts/greeting/1.0.0.prompt.yaml": GREETING,
    "prompts/greeting/1.1.0.prompt.yaml": GREETING.replace("Says", "Says a warm"),
    "prompts/greeting/0.9.0.prompt.yaml": GREETING
    + "deprecated: too short\nreplacedBy: greeting@^1\n",
    "prompts/chat/1.0.0.prompt.yaml": CHAT,
}


@pytest.fixture
def tool(make_tool: MakeTool) -> Tool:
    return make_tool(FILES, PROJECT)


def report(tool: Tool, *arguments: str) -> Any:
    code, output, errors = tool("prompts", *arguments, "--format", "json")
    assert (code, errors) == (0, "")
    return json.loads(output)


def test_list(tool: Tool) -> None:
    code, output, _ = tool("prompts", "list")

    assert code == 0
    assert output.splitlines() == [
        "  prompt    newest  versions  bundles  tags   owner",
        "  chat      1.0.0   1         2        -      -",
        "  greeting  1.1.0   3         2        hello  team-a",
        "",
        "2 prompts with 4 versions",
    ]
    found = report(tool, "list", "greet*")
    (greeting,) = found["prompts"]
    assert found["kind"] == "PromptList"
    assert greeting["versions"] == ["1.1.0", "1.0.0", "0.9.0"]
    assert greeting["bundles"] == ["development", "production"]


def test_list_of_a_glob_that_matches_nothing(tool: Tool) -> None:
    code, output, errors = tool("prompts", "list", "greting")

    assert (code, output) == (4, "")
    assert "found 'greting'" in errors
    assert "did you mean 'greeting'?" in errors


def test_a_project_without_prompts(make_tool: MakeTool) -> None:
    tool = make_tool({"base/doc.yaml": "a: 1\n"})

    assert tool("prompts", "list")[1].startswith("no prompts in the work tree")
    assert tool("prompts", "usage")[1].startswith("no prompts in the work tree")
    assert tool("prompts", "stats")[1].startswith("no prompts;")


def test_usage(tool: Tool) -> None:
    code, output, _ = tool("prompts", "usage", "greeting")

    assert code == 0
    assert output.splitlines() == [
        "greeting@1.1.0",
        "  doc#/greeting  !prompt greeting@^1",
        "    1 bundle: development",
        "greeting@1.0.0",
        "  doc#/greeting  !prompt greeting@1.0.0",
        "    1 bundle: production",
        "greeting@0.9.0  deprecated, replaced by greeting@^1",
        "  used by no bundle",
        "",
        "3 versions; 1 used by no bundle",
    ]


def test_usage_of_a_range(tool: Tool) -> None:
    assert tool("prompts", "usage", "greeting@<1.1")[1].splitlines()[-1] == (
        "greeting@<1.1 means 1.0.0"
    )
    found = report(tool, "usage", "greeting@^1")
    assert found["resolved"] == {"range": "^1", "version": "1.1.0"}
    assert [each["version"] for each in found["versions"]] == ["1.1.0", "1.0.0"]
    assert found["versions"][1]["uses"] == [
        {
            "bundle": "production",
            "document": "doc",
            "pointer": "/greeting",
            "range": "1.0.0",
        }
    ]


def test_usage_of_a_version_that_does_not_exist(tool: Tool) -> None:
    code, _, errors = tool("prompts", "usage", "greeting@1.0.1")

    assert code == 4
    assert "expected a version of greeting in the range 1.0.1, found none" in errors
    assert "did you mean greeting@1.0.0?" in errors or "did you mean greeting@1.1.0?" in errors


def test_show_has_the_history_of_the_file(tool: Tool) -> None:
    path = "prompts/greeting/1.1.0.prompt.yaml"
    changed = GREETING.replace("Says", "Says, warmly,")
    commit(tool.folder, "Warmer", 3, {path: changed})
    found = report(tool, "show", "greeting")

    assert (found["version"], found["parent"]) == ("1.1.0", "1.0.0")
    assert found["added"]["date"] == "2024-05-01"
    assert found["added"]["summary"] == "First"
    assert found["changed"]["date"] == "2024-05-03"
    assert not found["isUncommitted"]
    output = tool("prompts", "show", "greeting")[1]
    assert "  parent version  1.0.0\n" in output
    assert "2024-05-03" in output
    (tool.folder / path).write_text(GREETING)
    assert report(tool, "show", "greeting")["isUncommitted"]


def test_show_of_a_file_that_is_not_committed(tool: Tool) -> None:
    (tool.folder / "prompts/greeting/2.0.0.prompt.yaml").write_text(GREETING)
    output = tool("prompts", "show", "greeting")[1]

    assert output.startswith("greeting@2.0.0  prompts/greeting/2.0.0.prompt.yaml\n")
    assert "  added           not committed yet\n" in output
    assert "  used by         no bundle\n" in output


def test_show_has_variables_messages_and_tokens(tool: Tool) -> None:
    output = tool("prompts", "show", "chat")[1]

    assert "  question  string  yes       maxLength 100\n" in output
    assert "\nsystem\n  | Be brief.\n\nuser\n  | {{ question }}\n" in output
    tokens = report(tool, "show", "chat")["tokens"]
    assert [each["prompt"] for each in tokens] == ["chat@1.0.0", "chat@1.0.0 (variant short)"]
    assert (tokens[0]["contextWindow"], tokens[0]["answer"]) == (4000, 50)
    # "Be brief.": 7 letters and a full stop, at most 7 * 0.46 + 1 = 4.22, so 5; the question at
    # most 100 * 4; around two messages and the answer at most 24.
    assert tokens[0]["bound"]["most"] == 5 + 400 + 24
    assert tokens[0]["bound"]["encoding"] is None


def test_stats(tool: Tool) -> None:
    found = report(tool, "stats", "--as-of", "2024-05-11")
    chat, greeting = found["prompts"]

    assert (found["versions"], found["testedVersions"]) == (4, 4)
    assert (found["unusedVersions"], found["deprecatedVersions"]) == (1, 1)
    assert (greeting["versions"], greeting["bundles"], greeting["ageDays"]) == (3, 2, 9)
    assert greeting["renderedCharacters"] == [len("Hello Ada!")]
    assert chat["model"] == "custom/small-1"
    assert chat["characters"] == len("Be brief.") + len("{{ question }}")


def test_render_reads_values_by_their_types(tool: Tool) -> None:
    # A number is a name where the schema asks for text.
    code, output, errors = tool(
        "prompts", "render", "greeting", "--var", "name=42", "--var", "count=3"
    )

    assert (code, output, errors) == (0, "Hello 42! 3 letters.\n", "")


def test_render_begins_with_a_test_case(tool: Tool) -> None:
    command = ("prompts", "render", "greeting@~1.0", "--test", "plain")

    assert tool(*command)[1] == "Hello Ada!\n"
    assert tool(*command, "--var", "name=Grace")[1] == "Hello Grace!\n"
    code, _, errors = tool("prompts", "render", "greeting", "--test", "plane")
    assert code == 4
    assert "did you mean 'plain'?" in errors


def test_render_tells_what_is_wrong_as_validate_does(tool: Tool) -> None:
    code, output, errors = tool(
        "prompts", "render", "greeting", "--var", "nam=Ada", "--var", "count=many"
    )

    assert (code, output) == (1, "")
    assert "error[GCT509]: expected a value for 'name', found none" in errors
    assert "error[GCT510]: expected a declared variable, found 'nam'" in errors
    assert "error[GCT511]:" in errors
    assert "did you mean 'name'?" in errors


def test_render_reads_a_file(
    tool: Tool, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    values = tmp_path_factory.mktemp("values") / "values.yaml"
    values.write_text("name: Ada\ncount: 3\n")

    assert tool("prompts", "render", "greeting", "--vars", str(values))[1] == (
        "Hello Ada! 3 letters.\n"
    )
    values.write_text("name: [Ada\n")
    code, output, errors = tool("prompts", "render", "greeting", "--vars", str(values))
    assert (code, output) == (1, "")
    assert "error[GCT010]" in errors
    values.write_text("- Ada\n")
    assert (
        "expected a mapping of variables"
        in tool("prompts", "render", "greeting", "--vars", str(values))[2]
    )
    values.unlink()
    assert "No such file" in tool("prompts", "render", "greeting", "--vars", str(values))[2]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"name": "Ada"}')))
    assert tool("prompts", "render", "greeting", "--vars", "-")[1] == "Hello Ada!\n"


def test_render_of_messages_and_variants(tool: Tool) -> None:
    command = ("prompts", "render", "chat", "--test", "why")

    assert tool(*command)[1] == "--- system\nBe brief.\n\n--- user\nWhy?\n"
    assert tool(*command, "--variant", "short")[1] == "--- user\nWhy?!\n"
    found = report(tool, "render", "chat", "--test", "why", "--variant", "short")
    assert found["messages"] == [{"role": "user", "content": "Why?!"}]
    assert found["modelParameters"] == {"max_tokens": 50}
    code, _, errors = tool(*command, "--variant", "shor")
    assert code == 4
    assert "did you mean 'short'?" in errors


def test_render_for_a_key(tool: Tool) -> None:
    seen = set()
    for key in "abcdefgh":
        code, output, errors = tool(
            "prompts", "render", "chat", "--test", "why", "--key", key, "--format", "json"
        )
        variant = json.loads(output)["variant"]
        assert (code, errors) == (0, f"the variant is {variant}\n")
        seen.add(variant)

    assert seen == {"control", "short"}


@pytest.mark.parametrize(
    "arguments", [("--variant", "a", "--key", "b"), ("--environment", "production")]
)
def test_render_refuses_options_that_mean_nothing(tool: Tool, arguments: tuple[str, ...]) -> None:
    assert tool("prompts", "render", "chat", *arguments)[0] == 2


def test_no_untrusted_template_is_rendered_in_our_process(
    make_tool: MakeTool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process of its own imports its own code, which is not changed here."""
    from gitconfig_tool.prompts.templates import TemplateRenderer

    tool = make_tool(
        {
            "prompts/greeting/1.0.0.prompt.yaml": GREETING,
            "prompts/greeting/1.1.0.prompt.yaml": GREETING.replace("Hello", "Good day"),
            "base/model.yaml": "provider: openai\nmodel: gpt-4o\nprompt: !prompt greeting@^1\n",
        },
        PROJECT + "prompts: {untrusted: true}\n",
    )

    def refuse(*_: Any) -> str:
        raise AssertionError("rendered in our process")

    monkeypatch.setattr(TemplateRenderer, "render", refuse)
    for arguments in (
        ("validate",),
        ("prompts", "check"),
        ("prompts", "stats"),
        ("prompts", "show", "greeting"),
        ("prompts", "diff", "greeting"),
        ("prompts", "render", "greeting", "--var", "name=Ada"),
    ):
        assert tool.printed(*arguments), arguments


def test_an_environment_that_the_project_does_not_have(tool: Tool) -> None:
    """A misspelled one would look like one in which the experiment does not run."""
    code, _, errors = tool(
        *("prompts", "render", "chat", "--var", "question=Why?"),
        *("--key", "ada", "--environment", "prodution"),
    )
    assert code != 0
    assert "error: expected an environment of the project, found 'prodution'" in errors
    assert "did you mean 'production'?" in errors


def test_show_tells_of_the_experiment(make_tool: MakeTool) -> None:
    """Who reads it wants to know who gets which variant, where and until when."""
    experiment = "experiment: {salt: summer, end: '2030-01-31', environments: [production]}\n"
    tool = make_tool({**FILES, "prompts/chat/1.0.0.prompt.yaml": CHAT + experiment}, PROJECT)

    shown = tool.printed("prompts", "show", "chat")

    lines = [line.split(maxsplit=1) for line in shown.partition("Experiment\n")[2].splitlines()]
    assert lines[:3] == [
        ["salt", "summer"],
        ["end", "2030-01-31"],
        ["environments", '["production"]'],
    ]
