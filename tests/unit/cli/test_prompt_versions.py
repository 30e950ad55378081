"""`prompts new`, `bump` and `diff`: the life of a prompt version, from draft to release."""

import json
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.cli.prompts import new
from gitconfig_tool.custody.files import FileError
from tests.projects import PROJECT, MakeTool, Tool, commit, git, write

PATH = "prompts/greeting/1.0.0.prompt.yaml"
NEXT = "prompts/greeting/1.0.1.prompt.yaml"
GREETING = """\
# Kept as it is.
template: "Hello {{ name }}"   # and this
variables:
  type: object
  properties: {name: {type: string, maxLength: 40}}
  required: [name]
testData:
  - {name: Ada, variables: {name: Ada}}
"""
TEXT = GREETING.replace("Hello", "Good morning")
REQUIRED = (
    TEXT.replace("{{ name }}", "{{ tone }} {{ name }}")
    .replace("properties: {", "properties: {tone: {type: string}, ")
    .replace("required: [name]", "required: [name, tone]")
    .replace("variables: {name", "variables: {tone: dear, name")
)
OPTIONAL = REQUIRED.replace("[name, tone]", "[name]").replace(
    "{{ tone }}", "{{ tone | default('dear') }}"
)


def files(tool: Tool) -> dict[str, str]:
    """Return the files of the prompts' folder."""
    folder = tool.folder / "prompts"
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def failed(tool: Tool, *arguments: str, code: int = 4) -> str:
    given, out, err = tool("prompts", *arguments)
    assert (given, out) == (code, ""), err
    return err


@pytest.fixture
def tool(make_tool: MakeTool) -> Tool:
    """A project whose tag v1 holds greeting@1.0.0."""
    made = make_tool({PATH: GREETING, "base/a.yaml": "a: 1\n"})
    git(made.folder, "tag", "v1")
    return made


@pytest.mark.parametrize("form", ["--messages", "--template", "--partial"])
def test_a_new_prompt_has_nothing_wrong(make_tool: MakeTool, form: str) -> None:
    tool = make_tool({"base/a.yaml": "a: 1\n"})

    out = tool.printed("prompts", "new", "support", form)

    kind = "partial" if form == "--partial" else "prompt"
    assert out.splitlines()[0] == f"wrote prompts/support/1.0.0.{kind}.yaml"
    assert tool.printed("validate").startswith("no problems")


def test_new_refuses_what_is_no_id_no_version_or_there_already(tool: Tool) -> None:
    assert "did you mean 'my-prompt'?" in failed(tool, "new", "My_Prompt", code=2)
    assert "'1.0' is no semantic version" in failed(tool, "new", "a", "--version", "1.0", code=2)
    err = failed(tool, "new", "greeting")
    assert "found 'greeting', which has the version 1.0.0" in err
    assert "prompts bump greeting --level patch" in err
    assert files(tool) == {"greeting/1.0.0.prompt.yaml": GREETING}
    assert new.command.name == "new"


@pytest.mark.parametrize(
    ("edit", "number", "reason"),
    [
        (TEXT, "1.0.1", "  patch  the text changed"),
        (OPTIONAL, "1.1.0", "  minor  'tone' is new and optional"),
        (REQUIRED, "2.0.0", "  major  'tone' is new and required"),
    ],
)
def test_an_edit_of_a_released_version_gets_the_right_number(
    tool: Tool, edit: str, number: str, reason: str
) -> None:
    write(tool.folder, {PATH: edit})
    assert tool("validate")[0] == 1

    lines = tool.printed("prompts", "bump", "greeting").splitlines()

    level = reason.split()[0]
    assert lines[0] == f"greeting 1.0.0 -> {number}  ({level}: the edit has a version of its own)"
    assert lines[1] == reason
    assert lines[-4:] == [
        f"  wrote prompts/greeting/{number}.prompt.yaml",
        f"  restored {PATH} as the tag v1 has it",
        "",
        "next: git add prompts/greeting",
    ]
    # Every byte is where it should be, comments and all.
    assert files(tool) == {
        "greeting/1.0.0.prompt.yaml": GREETING,
        f"greeting/{number}.prompt.yaml": edit,
    }
    assert tool.printed("validate").startswith("no problems")


def test_a_dry_run_writes_nothing(tool: Tool) -> None:
    write(tool.folder, {PATH: TEXT})

    out = tool.printed("prompts", "bump", "greeting", "--dry-run")

    assert f"would restore {PATH} as the tag v1 has it" in out
    assert out.endswith("nothing was written (--dry-run)\n")
    assert files(tool) == {"greeting/1.0.0.prompt.yaml": TEXT}


def test_a_number_that_is_taken_is_passed_over(tool: Tool) -> None:
    """1.0.1 and 1.1.0 are there: after 1.1.0, which takes a tone, leaving it out is major."""
    commit(tool.folder, "More", 2, {NEXT: TEXT, NEXT.replace("0.1", "1.0"): OPTIONAL})
    git(tool.folder, "tag", "v1.1")
    edit = GREETING.replace("Hello", "Hi")
    write(tool.folder, {PATH: edit})

    tool.printed("prompts", "bump", "greeting")

    # A change of the text of 1.0.0 is a patch after 1.0.1.
    assert files(tool)["greeting/1.0.2.prompt.yaml"] == edit


def test_a_draft_with_too_small_a_number_is_renamed(tool: Tool) -> None:
    write(tool.folder, {NEXT: REQUIRED})

    out = tool.printed("prompts", "bump", "greeting")

    assert out.startswith("greeting 1.0.1 -> 2.0.0  (major: a number that says what changed)\n")
    assert list(files(tool)) == ["greeting/1.0.0.prompt.yaml", "greeting/2.0.0.prompt.yaml"]
    err = failed(tool, "bump", "greeting")
    assert "found greeting@2.0.0, which is new and whose number says what changed" in err


def test_a_finished_draft_gets_its_number(tool: Tool) -> None:
    write(tool.folder, {NEXT.replace("1.0.1", "1.1.0-rc.1"): OPTIONAL})

    out = tool.printed("prompts", "bump", "greeting")

    assert out.startswith("greeting 1.1.0-rc.1 -> 1.1.0  (minor: ")
    assert tool.printed("validate").startswith("no problems")


def test_a_copy_begins_an_edit(tool: Tool) -> None:
    err = failed(tool, "bump", "greeting")
    assert "expected an edit in greeting@1.0.0, found it as it was released" in err

    tool.printed("prompts", "bump", "greeting", "--level", "minor")

    assert files(tool)["greeting/1.1.0.prompt.yaml"] == GREETING


def test_a_level_that_is_too_small_is_refused(tool: Tool) -> None:
    write(tool.folder, {PATH: REQUIRED})

    err = failed(tool, "bump", "greeting", "--level", "minor")

    assert "found --level minor for a major change: 'tone' is new and required" in err
    assert files(tool) == {"greeting/1.0.0.prompt.yaml": REQUIRED}
    tool.printed("prompts", "bump", "greeting", "--level", "major")


def test_a_file_that_a_version_names_moves_along(make_tool: MakeTool) -> None:
    text = "prompts/greeting/text.md.j2"
    prompt = "template: {file: text.md.j2}  # the text\n"
    tool = make_tool({PATH: prompt, text: "Hello\n", "base/a.yaml": "a: 1\n"})
    write(tool.folder, {text: "Good morning\n"})

    tool.printed("prompts", "bump", "greeting")

    assert files(tool) == {
        "greeting/1.0.0.prompt.yaml": prompt,
        "greeting/1.0.1.prompt.yaml": "template: {file: text-1.0.1.md.j2}  # the text\n",
        "greeting/text-1.0.1.md.j2": "Good morning\n",
        "greeting/text.md.j2": "Hello\n",
    }
    assert tool.printed("validate").startswith("no problems")


@pytest.fixture
def styled(make_tool: MakeTool) -> Tool:
    """Two prompts that include a partial, which has a new version."""
    prompt = "includes: {tone: style@1.0.0}  # pinned\ntemplate: \"{% include 'tone' %} Hello\"\n"
    made = make_tool(
        {
            PATH: prompt,
            PATH.replace("greeting", "farewell"): prompt.replace("Hello", "Bye"),
            "prompts/style/1.0.0.partial.yaml": "template: Be kind.\n",
            "base/a.yaml": "a: 1\n",
        }
    )
    commit(made.folder, "Style", 2, {"prompts/style/1.0.1.partial.yaml": "template: Be brief.\n"})
    return made


def test_including_moves_the_pin_of_every_prompt(styled: Tool) -> None:
    out = styled.printed("prompts", "bump", "--including", "style@1.0.1")

    assert out.splitlines()[:3] == [
        "farewell 1.0.0 -> 1.0.1  (patch: another version of a partial)",
        "  patch  'tone' was style@1.0.0 and is style@1.0.1",
        "  wrote prompts/farewell/1.0.1.prompt.yaml",
    ]
    first = files(styled)["greeting/1.0.1.prompt.yaml"].splitlines()[0]
    assert first == "includes: {tone: style@1.0.1}  # pinned"
    assert styled.printed("validate").startswith("no problems")
    # What shows in each prompt is the text of the partial.
    shown = styled.printed("prompts", "diff", "--against", "HEAD")
    assert shown.count("Be [-kind-]{+brief+}.") == 2
    assert shown.count("through style 1.0.0 -> 1.0.1") == 2
    assert "no prompt" in failed_or_printed(styled, "bump", "--including", "style@1.0.1")


def failed_or_printed(tool: Tool, *arguments: str) -> str:
    return failed(tool, *arguments).replace("expected a prompt", "no prompt")


def test_include_moves_the_pin_of_one_prompt(styled: Tool) -> None:
    styled.printed("prompts", "bump", "greeting", "--include", "tone=style@1.0.1")

    assert "farewell/1.0.1.prompt.yaml" not in files(styled)
    for pin, message in [
        ("tone=stile@1.0.1", "did you mean 'style'?"),
        ("tone=style@1.0.2", "versions: 1.0.1, 1.0.0"),
        ("mood=style@1.0.1", "it includes tone=style@1.0.1"),
        ("tone=style@1.0.1", "found 1.0.1 already"),
    ]:
        assert message in failed(styled, "bump", "greeting", "--include", pin)
    assert "ALIAS=PARTIAL@VERSION" in failed(
        styled, "bump", "greeting", "--include", "style@1.0.1", code=2
    )


def test_a_partial_edited_in_place_shows_in_each_prompt(styled: Tool) -> None:
    write(styled.folder, {"prompts/style/1.0.0.partial.yaml": "template: Be fair.\n"})

    shown = styled.printed("prompts", "diff", "--against", "HEAD")

    assert shown.count("Be [-kind-]{+fair+}.") == 2
    assert shown.count("  through style 1.0.0\n") == 2


def test_nothing_is_lost_when_the_old_file_cannot_be_written(
    tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new file is written first; then the disk is full."""
    from gitconfig_tool.custody import files as disk

    write(tool.folder, {PATH: TEXT})
    real = disk.replace_file

    def full(root: Path, path: str, before: bytes | None, after: bytes) -> None:
        if before is not None:
            raise FileError(f"expected to write {path}, found: No space left on device")
        real(root, path, before, after)

    monkeypatch.setattr(disk, "replace_file", full)

    assert "No space left on device" in failed(tool, "bump", "greeting")
    assert files(tool) == {"greeting/1.0.0.prompt.yaml": TEXT, "greeting/1.0.1.prompt.yaml": TEXT}


def test_diff_shows_the_step_the_source_and_the_rendered_words(tool: Tool) -> None:
    write(tool.folder, {NEXT.replace("1.0.1", "2.0.0"): REQUIRED})

    assert tool.printed("prompts", "diff", "greeting") == (
        "greeting 1.0.0 -> 2.0.0  (major)\n"
        "  major  'tone' is new and required\n"
        "  patch  the text changed\n"
        "  patch  'testData' changed\n"
        "\n"
        "--- prompts/greeting/1.0.0.prompt.yaml\n"
        "+++ prompts/greeting/2.0.0.prompt.yaml\n"
        "@@ -1,8 +1,8 @@\n"
        " # Kept as it is.\n"
        '-template: "Hello {{ name }}"   # and this\n'
        '+template: "Good morning {{ tone }} {{ name }}"   # and this\n'
        " variables:\n"
        "   type: object\n"
        "-  properties: {name: {type: string, maxLength: 40}}\n"
        "-  required: [name]\n"
        "+  properties: {tone: {type: string}, name: {type: string, maxLength: 40}}\n"
        "+  required: [name, tone]\n"
        " testData:\n"
        "-  - {name: Ada, variables: {name: Ada}}\n"
        "+  - {name: Ada, variables: {tone: dear, name: Ada}}\n"
        "\n"
        "rendered on 'Ada':\n"
        "  the old version does not know tone: rendered without\n"
        "  [-Hello-]{+Good morning dear+} Ada\n"
    )


def test_diff_as_json(tool: Tool) -> None:
    write(tool.folder, {NEXT: TEXT})

    report: dict[str, Any] = json.loads(
        tool.printed("prompts", "diff", "greeting", "1.0.0", "1.0.1", "--format", "json")
    )

    (prompt,) = report.pop("prompts")
    assert report == {"apiVersion": "gitconfig-tool/v1", "kind": "PromptDiff", "against": None}
    assert prompt["step"] == {
        "level": "patch",
        "reasons": [
            {"level": "patch", "pointer": "/template", "text": "the text changed", "proved": True}
        ],
    }
    (case,) = prompt["rendered"]
    assert case["messages"] == [
        {
            "role": None,
            "from": "Hello Ada",
            "to": "Good morning Ada",
            "words": [
                {"kind": "removed", "text": "Hello"},
                {"kind": "added", "text": "Good morning"},
                {"kind": "kept", "text": " Ada"},
            ],
        }
    ]


def test_bump_as_json(tool: Tool) -> None:
    write(tool.folder, {PATH: TEXT})

    report = json.loads(tool.printed("prompts", "bump", "greeting", "--format", "json"))

    assert report["kind"] == "PromptBump"
    (bump,) = report["bumps"]
    assert (bump["from"], bump["to"], bump["action"]) == ("1.0.0", "1.0.1", "moved")
    assert bump["files"] == [
        {"path": NEXT, "change": "written"},
        {"path": PATH, "change": "changed"},
    ]


def test_diff_of_what_does_not_exist(tool: Tool) -> None:
    assert "did you mean 'greeting'?" in failed(tool, "diff", "greting")
    assert "found 1.0.0 alone" in failed(tool, "diff", "greeting")
    assert "did you mean 1.0.0?" in failed(tool, "diff", "greeting", "1.0.o")
    assert "--against REV" in failed(tool, "diff", code=2)
    shown = tool.printed("prompts", "diff", "--against", "v1")
    assert shown == "no prompt renders another text than at v1\n"


def test_diff_renders_variants_and_untrusted_templates(make_tool: MakeTool) -> None:
    """Each variant that both versions have is rendered, in a process of its own where asked."""
    text = (
        'template: "Hello"\n'
        "variants:\n"
        "  - {id: control, weight: 50}\n"
        '  - {id: short, weight: 50, template: "Hi"}\n'
    )
    project = PROJECT + "prompts: {untrusted: true}\n"
    tool = make_tool(
        {PATH: text, NEXT: text.replace("Hi", "Hey"), "base/a.yaml": "a: 1\n"}, project
    )

    shown = tool.printed("prompts", "diff", "greeting")

    assert "rendered on 'without variables' as the variant 'short':\n  [-Hi-]{+Hey+}\n" in shown
    assert shown.endswith("2 other test cases render the same text\n")
    assert shown.startswith("greeting 1.0.0 -> 1.0.1  (minor)\n  minor  'variants' changed\n")
