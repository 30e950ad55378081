"""What a version keeps of its file, for those who check further: parts with their places."""

import pytest

from gitconfig_tool.document import node_at, parse_document
from gitconfig_tool.prompts import PromptVersion, Refusal, load_prompts

PATH = "prompts/greeting/1.2.0.prompt.yaml"
TEXT = """\
messages:
  - {role: system, content: {file: system.md.j2}}
  - {role: user, content: "Hi {{ name }}"}
variables: {type: object, properties: {name: {type: string}}}
modelParameters: {temperature: 0}
variants:
  - {id: control, weight: 50}
  - id: short
    weight: 50
    description: Fewer words.
    template: {file: ../common/short.txt}
experiment: {salt: greeting-1, start: "2026-01-01"}
testData:
  - name: plain
    variables: {name: Ada}
    expected: {contains: [Ada]}
"""
FILES = {
    "prompts/greeting/system.md.j2": "Be\r\nbrief, {{ name }}.\n".encode("utf-8-sig"),
    "prompts/common/short.txt": b"{{ name }}!",
}


def read(path: str) -> bytes | Refusal:
    return FILES.get(path, Refusal("none"))


def version(text: str = TEXT) -> PromptVersion:
    document, problems = parse_document(PATH, text.encode())
    assert problems == ()
    prompts, diagnostics = load_prompts({PATH: document}, {PATH: text.encode()}, read=read)
    assert [each for each in diagnostics if each.code != "GCT516"] == []
    (found,) = prompts.versions("greeting")
    return found


def test_texts_of_files_are_delivered_in_their_places() -> None:
    content = version().content

    assert content["messages"] == [
        {"role": "system", "content": "Be\nbrief, {{ name }}.\n"},
        {"role": "user", "content": "Hi {{ name }}"},
    ]
    assert content["variants"][1]["template"] == "{{ name }}!"
    assert "testData" not in content


def test_templates_know_their_places() -> None:
    file = version().file
    assert file is not None

    assert [(each.name, each.role, each.variant) for each in file.templates] == [
        ("messages[0].content", "system", None),
        ("messages[1].content", "user", None),
        ("variants[1].template", None, 1),
    ]
    system, user, short = file.templates
    assert str(system.span(system.text.index("name"), 4)) == "prompts/greeting/system.md.j2:2:11"
    assert str(user.span(user.text.index("name"), 4)) == f"{PATH}:3:34"
    assert str(short.span(3, 4)) == "prompts/common/short.txt:1:4"
    assert short.path == ("variants", 1, "template")
    assert file.paths == (
        "prompts/common/short.txt",
        PATH,
        "prompts/greeting/system.md.j2",
    )


def test_test_data_variants_and_experiment() -> None:
    file = version().file
    assert file is not None

    (case,) = file.tests
    assert (case.name, case.variables) == ("plain", {"name": "Ada"})
    assert case.expected == {"contains": ["Ada"]}
    assert str(case.span) == f"{PATH}:14:5"
    assert case.expected_node is not None
    item = node_at(case.expected_node, ("contains", 0))
    assert item is not None
    assert (item.mark.line, item.mark.column) == (16, 27)
    assert [(each.index, each.id, each.weight) for each in file.variants] == [
        (0, "control", 50),
        (1, "short", 50),
    ]
    assert file.experiment is not None
    assert list(file.experiment.entries) == ["salt", "start"]
    assert file.variables == {"type": "object", "properties": {"name": {"type": "string"}}}


def test_the_content_of_a_variant() -> None:
    found = version()

    control = found.content_of("control")
    assert control == found.content_of(None)
    assert list(control) == ["id", "messages", "modelParameters", "variables", "version"]
    assert found.content_of("short") == {
        "id": "greeting",
        "modelParameters": {"temperature": 0},
        "template": "{{ name }}!",
        "variables": control["variables"],
        "version": "1.2.0",
    }
    with pytest.raises(KeyError):
        found.content_of("long")


def test_a_prompt_that_has_none_of_it() -> None:
    found = version("template: Hi\nincludes: {a: tone@^1, b: tone, 'c d': tone@1.0.0}\n")
    file = found.file
    assert file is not None

    assert file.includes == ()
    assert file.tests == ()
    assert file.variants == ()
    assert file.experiment is None
    assert file.variables is None
    assert found.content_of(None) == found.content
