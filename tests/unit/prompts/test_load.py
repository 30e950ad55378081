"""Every mistake in a prompt file has its diagnostic, at its place."""

import json

import pytest

from gitconfig_tool.diagnostics import Diagnostic, rule
from gitconfig_tool.document import parse_document
from gitconfig_tool.prompts import Prompts, load_prompts
from gitconfig_tool.prompts.limits import RenderLimits

PATH = "prompts/greeting/1.0.0.prompt.yaml"


def load(text: str, path: str = PATH, **more: str) -> tuple[Prompts, tuple[Diagnostic, ...]]:
    sources = {path: text.encode()} | {
        f"prompts/{name}/1.0.0.prompt.yaml": other.encode() for name, other in more.items()
    }
    documents = {}
    for each, data in sources.items():
        documents[each], diagnostics = parse_document(each, data)
        assert diagnostics == ()
    return load_prompts(documents, sources)


def problems(text: str, path: str = PATH) -> list[tuple[str, int, int]]:
    _, diagnostics = load(text, path)
    for each in diagnostics:
        assert rule(each.code).group == "prompts"
        assert each.message.startswith("expected ")
        assert each.hint
    return [
        (each.code, each.span.line, each.span.column)
        for each in sorted(diagnostics, key=lambda d: (d.span, d.code))
        if each.span is not None
    ]


GOOD = """\
description: Greets.
owner: team-a
tags: [greeting]
classification: internal
deprecated: use the other one
modelParameters: {temperature: 0.2}
responseFormat: json_schema
jsonSchema: {type: object}
variables:
  type: object
  properties:
    customer: {type: string}
    items:
      type: array
      items: {type: object, properties: {title: {type: string}}, required: [title]}
  required: [customer]
messages:
  - role: system
    content: |
      Hello {{ customer }}.
      {% for item in items | default([]) %}
      - {{ item.title }}
      {% endfor %}
  - {role: user, content: 'Thanks, {{ customer }}'}
testData:
  - name: plain
    variables: {customer: Ada}
  - variables: {customer: Ada, items: [{title: one}]}
    expected: whatever the model says
"""


def test_a_good_file_gives_the_delivered_content() -> None:
    prompts, diagnostics = load(GOOD)
    assert diagnostics == ()
    (version,) = prompts.versions("greeting")
    assert (version.id, version.version, version.path) == ("greeting", "1.0.0", PATH)
    assert str(version.span) == f"{PATH}:1:1"
    assert list(version.content) == sorted(version.content)
    assert version.content["id"] == "greeting"
    assert version.content["version"] == "1.0.0"
    assert version.content["messages"][1] == {"role": "user", "content": "Thanks, {{ customer }}"}
    assert "testData" not in version.content
    json.dumps(version.content)


V = "variables: {type: object, properties: {customer: {type: string}}}\n"

# (file, diagnostics as code, line and column), counted by hand.
WRONG: dict[str, tuple[str, list[tuple[str, int, int]]]] = {
    "undeclared in a literal": (
        V + "template: |\n  Hi {{ customer }},\n  {{ custmer }}\n",
        [("GCT501", 4, 6)],
    ),
    "undeclared in a quoted text": (
        V + "template: 'Hi {{ custmer }} {{ customer }}'\n",
        [("GCT501", 2, 18)],
    ),
    "misspelled everywhere": (V + "template: '{{ custmer }}'\n", [("GCT501", 2, 15)]),
    "undeclared twice": (
        V + "template: |\n  {{ customer }}{{ a }}{{ a }}\n",
        [("GCT501", 3, 20), ("GCT501", 3, 27)],
    ),
    "undeclared in a message": (
        V + "messages:\n  - role: user\n    content: >-\n      Hi\n      {{ customer }} {{ a }}\n",
        [("GCT501", 6, 25)],
    ),
    "no variables at all": ("template: '{{ a }}'\n", [("GCT501", 1, 15)]),
    "undeclared property": (
        "variables: {type: object, properties: {c: {type: object, properties: {name: {}}}}}\n"
        "template: '{{ c.name }} {{ c.nmae }}'\n",
        [("GCT501", 2, 30)],
    ),
    "undeclared property of an item": (
        "variables:\n  type: object\n  properties:\n"
        "    xs: {type: array, items: {$ref: '#/$defs/x'}}\n"
        "  $defs: {x: {type: object, properties: {title: {type: string}}}}\n"
        "template: |\n  {% for x in xs %}{{ x.titel }}{% endfor %}\n",
        [("GCT501", 7, 25)],
    ),
    "required but not declared": (
        "variables: {type: object, properties: {customer: {}}, required: [custmer]}\n"
        "template: '{{ customer }}'\n",
        [("GCT508", 1, 66)],
    ),
    "values that do not fit": (
        "variables:\n  type: object\n  properties:\n"
        "    a: {type: string, maxLength: 3, examples: [abc, abcd], default: abcde}\n"
        "    b: {$ref: '#/$defs/b', default: 9}\n"
        "    c: {type: array, items: {enum: [1, x], type: integer}}\n"
        "    d: {type: integer, const: x}\n"
        "  $defs: {b: {type: integer, maximum: 8}}\n"
        "template: '{{ a }}{{ b }}{{ c[0] }}{{ d }}'\n",
        [
            ("GCT524", 4, 53),
            ("GCT524", 4, 69),
            ("GCT524", 5, 37),
            ("GCT524", 6, 40),
            ("GCT524", 7, 31),
        ],
    ),
    "unused": (V + "template: Hi\n", [("GCT502", 1, 40)]),
    "syntax": (V + "template: |\n  Hi {{ customer }\n", [("GCT503", 3, 18)]),
    "syntax in one of two messages": (
        V + "messages:\n  - {role: user, content: '{{ a }}'}\n"
        "  - {role: user, content: '{% if %}'}\n",
        [("GCT501", 3, 31), ("GCT503", 4, 34)],
    ),
    "include": (V + "template: \"{% include 'a' %}{{ customer }}\"\n", [("GCT518", 2, 23)]),
    "import": (
        V + "template: \"{% import 'a' as b %}{{ customer }}\"\n",
        [("GCT504", 2, 15)],
    ),
    "unknown field": ("mesages: []\ntemplate: Hi\n", [("GCT505", 1, 1)]),
    "unknown field of a message": (
        "messages:\n  - {role: user, content: Hi, contant: Hi}\n",
        [("GCT505", 2, 31)],
    ),
    "unknown field of a test": ("template: Hi\ntestData:\n  - {vars: {}}\n", [("GCT505", 3, 6)]),
    "neither messages nor template": ("description: Hi\n", [("GCT506", 1, 1)]),
    "both messages and template": (
        "template: Hi\nmessages: [{role: user, content: Hi}]\n",
        [("GCT506", 2, 1)],
    ),
    "no message": ("messages: []\n", [("GCT506", 1, 11)]),
    "message without a role": ("messages:\n  - {content: Hi}\n", [("GCT506", 2, 5)]),
    "message without content": ("messages:\n  - {role: user}\n", [("GCT506", 2, 5)]),
    "unknown role": ("messages:\n  - {role: sytem, content: Hi}\n", [("GCT506", 2, 12)]),
    "message that is text": ("messages: [Hi]\n", [("GCT506", 1, 12)]),
    "content that is a list": ("messages:\n  - {role: user, content: [Hi]}\n", [("GCT506", 2, 27)]),
    "messages that are a mapping": ("messages: {role: user}\n", [("GCT506", 1, 11)]),
    "template that is a number": ("template: 3\n", [("GCT506", 1, 11)]),
    "tags that are text": ("template: Hi\ntags: a\n", [("GCT506", 2, 7)]),
    "owner that is a list": ("template: Hi\nowner: [a]\n", [("GCT506", 2, 8)]),
    "deprecated that is a number": ("template: Hi\ndeprecated: 1\n", [("GCT506", 2, 13)]),
    "test data that is a mapping": ("template: Hi\ntestData: {}\n", [("GCT506", 2, 11)]),
    "test case that is text": ("template: Hi\ntestData: [a]\n", [("GCT506", 2, 12)]),
    "test variables that are a list": (
        "template: Hi\ntestData: [{variables: []}]\n",
        [("GCT506", 2, 24)],
    ),
    "test name that is a number": (
        "template: Hi\ntestData: [{name: 1}]\n",
        [("GCT506", 2, 19)],
    ),
    "a list": ("- a\n", [("GCT506", 1, 1)]),
    "variables without a type": ("variables: {}\ntemplate: Hi\n", [("GCT508", 1, 12)]),
    "variables of another type": ("variables: {type: array}\ntemplate: Hi\n", [("GCT508", 1, 19)]),
    "invalid schema": (
        "variables:\n  type: object\n  properties:\n    a: {type: text}\ntemplate: '{{ a }}'\n",
        [("GCT508", 4, 15)],
    ),
    "reference to elsewhere": (
        "variables:\n  type: object\n  properties:\n    a: {$ref: 'https://example.com/a'}\n"
        "template: '{{ a }}'\n",
        [("GCT508", 4, 15)],
    ),
    "reference to nothing": (
        "variables:\n  type: object\n  properties:\n    a: {$ref: '#/$defs/a'}\n"
        "template: '{{ a }}'\n",
        [("GCT508", 4, 15)],
    ),
    "test data missing": (
        "variables: {type: object, properties: {a: {}, b: {}}, required: [a, b]}\n"
        "template: '{{ a }}{{ b }}'\ntestData:\n  - variables: {a: 1}\n  - name: none\n",
        [("GCT509", 4, 16), ("GCT509", 5, 5), ("GCT509", 5, 5)],
    ),
    "test data extra": (
        V
        + "template: '{{ customer }}'\ntestData:\n  - variables: {customer: a, custmer: b, x: c}\n",
        [("GCT510", 4, 30), ("GCT510", 4, 42)],
    ),
    "test data invalid": (
        V + "template: '{{ customer }}'\ntestData:\n  - variables: {customer: 3}\n",
        [("GCT511", 4, 27)],
    ),
    "rendering fails": (
        V + "template: |\n  Hi\n  {{ customer }}\ntestData:\n  - variables: {}\n",
        [("GCT512", 4, 6)],
    ),
    "a list is written": (
        "variables: {type: object, properties: {a: {type: array}}}\n"
        "template: 'x {{ a }}'\ntestData: [{variables: {a: [1]}}]\n",
        [("GCT512", 2, 17)],
    ),
    "a tag": ("template: !final Hi\n", [("GCT514", 1, 11)]),
    "replaced by nothing": ("template: Hi\nreplacedBy: greting@^1\n", [("GCT515", 2, 13)]),
    "replaced by itself": ("template: Hi\nreplacedBy: greeting\n", [("GCT515", 2, 13)]),
}


@pytest.mark.parametrize(("text", "expected"), WRONG.values(), ids=WRONG.keys())
def test_reports_a_mistake_at_its_place(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert problems(text) == expected


@pytest.mark.parametrize(
    "code", [f"GCT{n}" for n in (*range(501, 507), *range(508, 513), 514, 515)]
)
def test_every_code_has_a_case(code: str) -> None:
    assert any(code == found for _, expected in WRONG.values() for found, _, _ in expected)


@pytest.mark.parametrize(
    "path",
    [
        "prompts/Greeting/1.0.0.prompt.yaml",
        "prompts/greeting/v1.0.0.prompt.yaml",
        "prompts/greeting/1.0.prompt.yaml",
        "prompts/greeting/01.0.0.prompt.yaml",
        "prompts/greeting/1.0.0+build.prompt.yaml",
        "prompts/greeting/1.0.0.prompt.yml",
        "prompts/greeting/sub/1.0.0.prompt.yaml",
        "prompts/1.0.0.prompt.yaml",
    ],
)
def test_a_wrong_path_is_reported_and_the_file_left_out(path: str) -> None:
    prompts, diagnostics = load("template: Hi\n", path)
    assert [each.code for each in diagnostics] == ["GCT507"]
    assert prompts.ids() == ()


@pytest.mark.parametrize("version", ["0.0.0", "10.20.30", "1.0.0-rc.1", "1.0.0-0a.-b"])
def test_semantic_versions_are_accepted(version: str) -> None:
    prompts, diagnostics = load("template: Hi\n", f"prompts/a-1/{version}.prompt.yaml")
    assert diagnostics == ()
    assert [each.version for each in prompts.versions("a-1")] == [version]


def test_another_folder() -> None:
    path = "llm/texts/greeting/1.0.0.prompt.yaml"
    document, _ = parse_document(path, b"template: Hi\n")
    prompts, diagnostics = load_prompts({path: document}, folder="llm/texts")
    assert diagnostics == ()
    assert prompts.ids() == ("greeting",)


def test_the_message_of_an_undeclared_variable() -> None:
    _, diagnostics = load(V + "template: |\n  {{ custmer }} {{ customer }}\n")
    (found,) = diagnostics
    assert found.message == "expected a declared variable, found 'custmer'"
    assert found.label == "not declared in variables.properties"
    assert found.hint == "did you mean 'customer'?"
    assert found.span is not None
    assert (found.span.end_line, found.span.end_column) == (3, 13)


def test_a_rendering_failure_names_its_test_case() -> None:
    _, diagnostics = load(V + "template: '{{ customer }}'\ntestData:\n  - name: empty\n")
    (found,) = diagnostics
    assert found.code == "GCT512"
    assert "'customer' is undefined" in found.message
    assert found.notes[0].text == "with the test case 'empty'"
    assert str(found.notes[0].span) == f"{PATH}:4:5"


def test_without_the_bytes_the_place_is_the_start_of_the_template() -> None:
    document, _ = parse_document(PATH, b"template: |\n  Hi\n  {{ a }}\n")
    _, diagnostics = load_prompts({PATH: document})
    assert [str(each.span) for each in diagnostics] == [f"{PATH}:1:11"]


def test_a_wrong_version_still_exists_for_those_who_refer_to_it() -> None:
    prompts, diagnostics = load("template: '{{'\n")
    assert [each.code for each in diagnostics] == ["GCT503"]
    assert prompts.resolve("greeting", "^1") is not None


def test_a_file_that_yaml_cannot_read_still_exists() -> None:
    document, diagnostics = parse_document(PATH, b"template: [\n")
    assert diagnostics
    prompts, more = load_prompts({PATH: document}, unreadable=[PATH])
    assert more == ()
    assert prompts.resolve("greeting", "*") is not None


def test_a_replacement_that_exists() -> None:
    _, diagnostics = load("template: Hi\nreplacedBy: other@^1\n", other="template: Hi\n")
    assert diagnostics == ()


def test_optional_properties_of_open_schemas_are_not_judged() -> None:
    text = (
        "variables:\n  type: object\n  properties:\n"
        "    a: {type: object, properties: {x: {}}, additionalProperties: true}\n"
        "    b: {type: object}\n    c: {anyOf: [{properties: {x: {}}}], properties: {y: {}}}\n"
        "    d: {type: object, properties: {x: {}}}\n"
        "template: |\n  {{ a.z }}{{ b.z }}{{ c.x }}{% for k in d.keys() %}{{ k }}{% endfor %}\n"
        "  {% set d = b %}{{ d.z }}{% if a %}{% set a = b %}{% endif %}{{ a.q }}\n"
    )
    assert problems(text) == []


def test_limits_are_handed_on() -> None:
    text = b"template: '{% for i in range(50) %}{% endfor %}'\ntestData: [{}]\n"
    document, _ = parse_document(PATH, text)
    _, diagnostics = load_prompts({PATH: document}, {PATH: text}, limits=RenderLimits(steps=10))
    assert [each.code for each in diagnostics] == ["GCT512"]


def test_a_required_variable_with_a_default_is_not_missing() -> None:
    text = (
        "variables:\n  type: object\n  properties: {customer: {type: string, default: Ada}}\n"
        "  required: [customer]\ntemplate: 'Hi {{ customer }}'\n"
        "testData:\n  - {name: none}\n  - {name: one, variables: {customer: Bo}}\n"
    )
    prompts, diagnostics = load(text)
    assert diagnostics == ()
    (version,) = prompts.versions("greeting")
    assert version.file is not None
    assert version.file.rendered == {0: {"template": "Hi Ada"}, 1: {"template": "Hi Bo"}}
