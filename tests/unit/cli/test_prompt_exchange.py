"""`prompts import` and `prompts export`: files, exit codes, and nothing half-written."""

import json
from pathlib import Path

import pytest

from gitconfig_tool.cli.prompts.carrying import not_carried_lines
from gitconfig_tool.prompts.exchange.model import NotCarried
from tests.projects import MakeTool, Tool

SOURCE = """\
name: Hello there
model: openai/gpt-4o
messages:
  - {role: user, content: "Hello {{name}}"}
"""
PATH = "prompts/hello-there/1.0.0.prompt.yaml"
PROMPT = """\
variables: {type: object, properties: {name: {type: string}}, required: [name]}
template: Hello {{ name }}
"""
LOOP = 'template: "{% for each in [1] %}{{ each }}{% endfor %}"\n'


@pytest.fixture
def tool(make_tool: MakeTool) -> Tool:
    made = make_tool(
        {
            "base/app.yaml": "prompt: !prompt greeting@^1\n",
            "prompts/greeting/1.0.0.prompt.yaml": PROMPT,
            "prompts/greeting/1.1.0.prompt.yaml": PROMPT,
            "prompts/loop/1.0.0.prompt.yaml": LOOP,
            "prompts/broken/1.0.0.prompt.yaml": 'template: "{{ name }}"\n',
        }
    )
    (made.folder / "hello.prompt.yml").write_text(SOURCE, encoding="utf-8")
    return made


def test_import_writes_the_prompt_file_and_says_what_it_could_not_carry(tool: Tool) -> None:
    code, out, err = tool("prompts", "import", "hello.prompt.yml")

    assert (code, err) == (0, "next: gitconfig-tool validate\n")
    assert out == (
        f"wrote {PATH} from GitHub .prompt.yml (hello.prompt.yml)\n"
        "  carried: name, messages\n"
        "  not carried:\n"
        "    model: a prompt file names no model: a model-config document does, with its\n"
        "      own 'prompt'\n"
    )
    assert (tool.folder / PATH).read_text(encoding="utf-8") == (
        "variables:\n"
        "  type: object\n"
        "  properties:\n"
        "    name:\n"
        "      type: string\n"
        "  required:\n"
        "  - name\n"
        "  additionalProperties: false\n"
        "messages:\n"
        "- role: user\n"
        "  content: Hello {{ name }}\n"
    )
    assert list((tool.folder / PATH).parent.iterdir()) == [tool.folder / PATH]


def test_import_never_writes_over_a_version(tool: Tool) -> None:
    tool("prompts", "import", "hello.prompt.yml")
    before = (tool.folder / PATH).read_bytes()
    code, out, err = tool("prompts", "import", "hello.prompt.yml")

    assert (code, out) == (4, "")
    assert f"expected no file at {PATH}, found one" in err
    assert "--version" in err
    assert (tool.folder / PATH).read_bytes() == before


def test_import_takes_id_and_version_from_the_command_line(tool: Tool) -> None:
    code, out, _ = tool(
        *("prompts", "import", "hello.prompt.yml", "--id", "hi", "--version", "2.0.0-rc.1"),
        *("--format", "json"),
    )
    report = json.loads(out)

    assert code == 0
    assert report["kind"] == "PromptImport"
    assert report["written"] is True
    assert report["prompts"][0]["path"] == "prompts/hi/2.0.0-rc.1.prompt.yaml"
    assert [each["field"] for each in report["prompts"][0]["notCarried"]] == ["model"]
    assert (tool.folder / "prompts/hi/2.0.0-rc.1.prompt.yaml").is_file()


def test_a_dry_run_prints_the_file_and_writes_nothing(tool: Tool) -> None:
    code, out, err = tool("prompts", "import", "hello.prompt.yml", "--dry-run")

    assert (code, err) == (0, "")
    assert out.startswith(f"# {PATH}\nvariables:\n")
    assert f"would write {PATH}" in out
    assert not (tool.folder / "prompts/hello-there").exists()


def test_of_several_files_all_are_imported_or_none(tool: Tool) -> None:
    (tool.folder / "other.prompt.yml").write_text("messages: [{role: x}]\n", encoding="utf-8")
    code, out, err = tool(
        "prompts", "import", "hello.prompt.yml", "other.prompt.yml", "none.json", "prompts"
    )

    assert (code, out) == (4, "")
    assert "other.prompt.yml: expected text in messages[0].content, found nothing" in err
    assert "expected to read none.json, found: No such file or directory" in err
    assert "expected a file at prompts, found a folder" in err
    assert "nothing was written" in err
    assert not (tool.folder / "prompts/hello-there").exists()


def test_two_files_of_one_prompt_are_refused(tool: Tool) -> None:
    (tool.folder / "again.prompt.yml").write_text(SOURCE, encoding="utf-8")
    code, _, err = tool("prompts", "import", "hello.prompt.yml", "again.prompt.yml")

    assert code == 4
    assert f"found both to be {PATH}" in err


def test_no_link_is_followed_to_write(tool: Tool, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (tool.folder / "prompts/hello-there").symlink_to(outside)
    code, _, err = tool("prompts", "import", "hello.prompt.yml")

    assert code == 4
    assert "found a link or a file" in err
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--id", "Not An Id"), "expected lower-case words with dashes in --id"),
        (("--version", "1.0"), "expected a semantic version such as 1.2.0"),
        (("--from", "mlflow"), "'mlflow' is not one of"),
        (("hello.prompt.yml", "--id", "a"), "are for one FILE"),
    ],
)
def test_wrong_usage_of_import(tool: Tool, arguments: tuple[str, ...], message: str) -> None:
    code, _, err = tool("prompts", "import", "hello.prompt.yml", *arguments)

    assert code == 2
    assert message in " ".join(err.split())


def test_export_writes_the_highest_version_once(tool: Tool) -> None:
    code, out, err = tool("prompts", "export", "greeting", "--to", "litellm", "-o", "out/prompts")

    assert code == 0
    assert out == "wrote out/prompts/greeting.1.1.0.prompt from greeting@1.1.0\n"
    assert "not carried:" in err
    file = tool.folder / "out/prompts/greeting.1.1.0.prompt"
    assert file.read_text(encoding="utf-8").endswith(
        "{% autoescape false %}Hello {{ name }}{% endautoescape %}\n"
    )
    assert tool("prompts", "export", "greeting", "--to", "litellm", "-o", "out/prompts")[0] == 0
    file.write_text("mine\n", encoding="utf-8")
    code, _, err = tool("prompts", "export", "greeting", "--to", "litellm", "-o", "out/prompts")
    assert code == 4
    assert "expected no file of another content at greeting.1.1.0.prompt" in err
    assert file.read_text(encoding="utf-8") == "mine\n"
    forced = tool(
        "prompts", "export", "greeting", "--to", "litellm", "-o", "out/prompts", "--force"
    )
    assert forced[0] == 0
    assert file.read_text(encoding="utf-8") != "mine\n"


def test_export_to_standard_output_is_data_alone(tool: Tool) -> None:
    code, out, err = tool("prompts", "export", "greeting@~1.0", "--to", "langfuse", "-o", "-")

    assert code == 0
    assert json.loads(out)["prompt"] == "Hello {{name}}"
    assert json.loads(out)["version"] == 1
    assert "variables:" in err


def test_export_as_json_names_the_files(tool: Tool) -> None:
    code, out, err = tool(
        "prompts", "export", "greeting", "--to", "mlflow", "-o", "out", "--format", "json"
    )

    assert (code, err) == (0, "")
    report = json.loads(out)
    assert report["kind"] == "PromptExport"
    assert report["prompt"] == "greeting@1.1.0"
    assert report["files"] == ["greeting.1.1.0.mlflow.json"]
    assert Path(tool.folder, "out", report["files"][0]).is_file()


def test_what_the_target_cannot_say_is_an_error_and_no_file(tool: Tool) -> None:
    code, out, err = tool("prompts", "export", "loop", "--to", "langfuse", "-o", "out")

    assert (code, out) == (4, "")
    assert "expected text and plain variables, found a loop in line 1" in err
    assert not (tool.folder / "out").exists()


def test_a_version_with_errors_is_not_exported(tool: Tool) -> None:
    code, out, err = tool("prompts", "export", "broken", "--to", "litellm", "-o", "-")

    assert (code, out) == (1, "")
    assert "GCT501" in err


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        ("greting", "did you mean 'greeting'?"),
        ("greeting@^3", "expected a version of 'greeting' within '^3', found 1.1.0, 1.0.0"),
        ("greeting@new", "expected a range of versions after '@'"),
    ],
)
def test_wrong_usage_of_export(tool: Tool, prompt: str, message: str) -> None:
    code, _, err = tool("prompts", "export", prompt, "--to", "litellm", "-o", "-")

    assert code == 2
    assert message in err


def test_fields_that_stay_behind_for_one_reason_stand_together() -> None:
    found = [
        NotCarried("model", "no model"),
        NotCarried("id", "Git"),
        NotCarried("api", "no model"),
    ]

    assert list(not_carried_lines(found, 80)) == [
        "  not carried:",
        "    model, api: no model",
        "    id: Git",
    ]
