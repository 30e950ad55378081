"""Prompt versions in other formats: the files, what is listed as left behind, what is refused."""

import json
from typing import Any

import pytest

from gitconfig_tool.document import parse_document, plain_value
from gitconfig_tool.prompts import PromptVersion, load_prompts
from gitconfig_tool.prompts.exchange.formats import WRITERS
from gitconfig_tool.prompts.exchange.litellm import to_litellm
from gitconfig_tool.prompts.exchange.model import ExchangeError, Exported
from gitconfig_tool.prompts.exchange.planning import plan

CHAT = """\
description: Answers.
owner: team
tags: [a, b]
variables:
  type: object
  properties: {name: {type: string}, age: {type: integer}}
  required: [name, age]
messages:
  - {role: system, content: "Be brief."}
  - {role: user, content: "I am {{ name }}, {{ age }}."}
modelParameters: {temperature: 0.5}
responseFormat: json_schema
jsonSchema: {type: object, properties: {a: {type: string}}}
"""
LOOP = """\
variables:
  type: object
  properties: {items: {type: array, items: {type: string}}}
  required: [items]
template: "{% for item in items %}{{ item }}{% endfor %}"
"""


def version_of(text: str, version: str = "1.0.0") -> PromptVersion:
    path = f"prompts/hello/{version}.prompt.yaml"
    document, problems = parse_document(path, text.encode())
    prompts, found = load_prompts({path: document}, {path: text.encode()})
    assert problems == ()
    assert [each for each in found if each.code != "GCT502"] == []
    return prompts.versions("hello")[0]


def written(target: str, text: str, version: str = "1.0.0") -> Exported:
    return WRITERS[target].write(version_of(text, version))


def left(exported: Exported) -> set[str]:
    return {each.field for each in exported.not_carried}


def texts(template: str) -> str:
    return (
        "variables: {type: object, properties: {a: {type: string}}, required: [a]}\n"
        f"template: {json.dumps(template)}\n"
    )


def test_litellm_gets_front_matter_and_marked_messages() -> None:
    path, text = to_litellm(version_of(CHAT, "1.2.0")).files[0]

    assert path == "hello.1.2.0.prompt"
    assert text == (
        "---\n"
        "temperature: 0.5\n"
        "response_format:\n"
        "  type: json_schema\n"
        "  json_schema:\n"
        "    name: response\n"
        "    schema:\n"
        "      type: object\n"
        "      properties:\n"
        "        a:\n"
        "          type: string\n"
        "input:\n"
        "  schema:\n"
        "    name: string\n"
        "    age: integer\n"
        "---\n"
        "{% autoescape false %}System: Be brief.\n"
        "User: I am {{ name }}, {{ age }}.{% endautoescape %}\n"
    )
    assert left(written("litellm", CHAT)) == {"description", "owner", "tags", "variables"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('messages: [{role: tool, content: "x"}]', "found 'tool'"),
        ('messages: [{role: user, content: " "}]', "expected text in messages[0].content"),
        ('messages: [{role: user, content: "a\\n User: b"}]', "found 'User:'"),
        ('template: "System: x"', "found 'System:'"),
        ('template: x\njsonSchema: "{"', "expected JSON in 'jsonSchema'"),
    ],
)
def test_what_litellm_would_read_otherwise_is_refused(text: str, message: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        written("litellm", text)

    assert message in caught.value.message


def test_litellm_checks_nothing_of_a_variable_of_several_types() -> None:
    text = (
        "variables: {type: object, properties: {a: {type: [string, 'null']}, b: {type: integer}}}\n"
        "template: '{{ a }}{{ b }}'\n"
    )
    exported = written("litellm", text)
    assert "input:\n  schema:\n    b: integer\n---" in exported.files[0][1]


def test_parameters_that_litellm_means_otherwise_are_listed() -> None:
    exported = written("litellm", "template: x\nmodelParameters: {model: a, top_p: 1}\n")

    assert left(exported) == {"modelParameters.model"}
    assert exported.files[0][1].startswith("---\ntop_p: 1\n---\n")


def test_langfuse_gets_what_its_api_takes() -> None:
    exported = written("langfuse", CHAT, "1.2.0")
    report = json.loads(exported.files[0][1])

    assert report == {
        "name": "hello",
        "type": "chat",
        "prompt": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "I am {{name}}, {{age}}."},
        ],
        "config": {
            "temperature": 0.5,
            "response_format": {
                "type": "json_schema",
                "json_schema": {
                    "name": "response",
                    "schema": {"type": "object", "properties": {"a": {"type": "string"}}},
                },
            },
        },
        "labels": [],
        "tags": ["a", "b"],
        "commitMessage": "hello 1.2.0: Answers.",
    }
    assert left(exported) == {"description", "owner", "variables", "version"}
    assert json.loads(written("langfuse", CHAT, "3.0.0").files[0][1])["version"] == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LOOP, "found a loop in line 1"),
        (texts("x\n{% if a %}y{% endif %}"), "found a condition in line 2"),
        (texts("{{ a|upper }}"), "found a filter"),
        (texts("{{ a ~ a }}"), "found an expression"),
        (texts("{{ '{{' }}{{ a }}"), "expected no braces that are text"),
        (texts("{{ '{' }}{{ a }}"), "expected no braces that are text"),
    ],
)
def test_what_langfuse_cannot_say_is_an_error(text: str, message: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        written("langfuse", text)

    assert message in caught.value.message
    assert caught.value.message.startswith("prompts/hello/1.0.0.prompt.yaml: template: ")


def test_mlflow_gets_plain_text_where_that_is_enough() -> None:
    report = json.loads(written("mlflow", CHAT, "1.2.0").files[0][1])

    assert report["template"][1] == {"role": "user", "content": "I am {{name}}, {{age}}."}
    assert report["tags"] == {
        "version": "1.2.0",
        "owner": "team",
        "tag.a": "true",
        "tag.b": "true",
    }
    assert report["model_config"] == {"temperature": 0.5}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{% for b in a %}{{ b }}{% endfor %}\n", "{% for b in a %}{{ b }}{% endfor %}\n\n"),
        ("{{ a|upper }}", "{% raw %}{% endraw %}{{ a|upper }}"),
        # Said plainly, this text would look like Jinja2 to MLflow.
        ("{{ '{%' }} {{ a }} %}", "{{ '{%' }} {{ a }} %}"),
        ("{{ a }}\n", "{{a}}\n"),
    ],
)
def test_mlflow_is_told_where_jinja2_is_needed(template: str, expected: str) -> None:
    report = json.loads(written("mlflow", texts(template)).files[0][1])

    assert report["template"] == expected


def promptfoo(text: str) -> tuple[dict[str, Any], Exported]:
    exported = written("promptfoo", text)
    document, problems = parse_document("promptfooconfig.yaml", exported.files[0][1].encode())
    assert problems == ()
    assert document.root is not None
    return plain_value(document.root), exported


def test_promptfoo_gets_the_prompt_and_its_test_data() -> None:
    found, exported = promptfoo(
        texts("Hello {{ a }}\n---\n")
        + """\
testData:
  - name: one
    variables: {a: Ada}
    expected:
      contains: [Hello, "{{"]
      notContains: undefined
      forbidden: [a.b]
      equals: Hello Ada
      regex: ["^H", "(?i)h"]
      jsonSchema: {type: object}
      minLength: 1
      maxLength: 20
      messages: [{role: user, contains: x}]
  - name: two
    variables: {a: "file://etc/passwd"}
"""
    )

    assert [path for path, _ in exported.files] == ["promptfooconfig.yaml"]
    assert found == {
        "description": "hello@1.0.0",
        "prompts": [{"id": "hello@1.0.0", "label": "hello@1.0.0", "raw": "Hello {{ a }}\n---\n"}],
        "providers": ["echo"],
        "defaultTest": {"options": {"disableVarExpansion": True}},
        "tests": [
            {
                "description": "one",
                "vars": {"a": "Ada"},
                "assert": [
                    {"type": "contains", "value": "Hello"},
                    {"type": "javascript", "value": 'output.includes("\\u007b\\u007b")'},
                    {"type": "not-contains", "value": "undefined"},
                    {
                        "type": "javascript",
                        "value": '!new RegExp("(?<![\\\\p\\u007bL}\\\\p\\u007bN}_])a\\\\.b'
                        "(?![\\\\p\\u007bL}\\\\p\\u007bN}_])\", 'iu').test(output)",
                    },
                    {"type": "equals", "value": "Hello Ada"},
                    {"type": "regex", "value": "^H"},
                    {"type": "is-json", "value": {"type": "object"}},
                    {"type": "javascript", "value": "[...output].length >= 1"},
                    {"type": "javascript", "value": "[...output].length <= 20"},
                ],
            }
        ],
    }
    assert left(exported) == {
        "variables",
        "testData[0].expected.messages",
        "testData[0].expected.regex",
        "testData[1]",
    }


def test_promptfoo_gets_the_filter_that_nunjucks_lacks() -> None:
    found, exported = promptfoo(texts("Hello\n{{ a|tojson }}\n"))

    assert found["nunjucksFilters"] == {"tojson": "./tojson.js"}
    assert [path for path, _ in exported.files] == ["promptfooconfig.yaml", "tojson.js"]
    assert left(exported) == {"variables"}


@pytest.mark.parametrize(
    ("template", "raw"),
    [
        ("prompts/a.txt {{ a }}", "{#\n#}prompts/a.txt {{ a }}"),
        ("exec: rm\n{{ a }}", "{#\n#}exec: rm\n{{ a }}"),
        ('{"b":\n"{{ a }}"}', '{#\n#}{"b":\n"{{ a }}"}'),
        ("Hello\n{{ a }}", "Hello\n{{ a }}"),
    ],
)
def test_promptfoo_cannot_take_a_text_for_something_else(template: str, raw: str) -> None:
    assert promptfoo(texts(template))[0]["prompts"][0]["raw"] == raw


def test_promptfoo_gets_conversations_as_json_and_joins_what_echo_answers() -> None:
    found, exported = promptfoo(CHAT)

    assert json.loads(found["prompts"][0]["raw"]) == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "I am {{ name }}, {{ age }}."},
    ]
    assert found["providers"][0]["id"] == "echo"
    assert "messages[1].content" in left(exported)
    assert "messages[0].content" not in left(exported)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ a|tojson(2) }}", "the filter 'tojson'"),
        ("{{ a|urlencode }}", "the filter 'urlencode'"),
        ("{{ a is string }}", "the test 'string'"),
        ("{{ a[1:] }}", "a slice"),
        ("{% macro m() %}x{% endmacro %}{{ m() }}{{ a }}", "'macro'"),
        ("{% for k, v in a.items() %}{{ k }}{% endfor %}", "a loop over pairs"),
        ("{% for b in a if b %}{{ b }}{% endfor %}", "a loop with a condition"),
        ("x\n{% set b = a %}{{ b }}", "'assign' in line 2"),
    ],
)
def test_what_nunjucks_lacks_is_an_error(template: str, message: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        written("promptfoo", texts(template))

    assert f"found {message}" in caught.value.message


def test_langfuse_and_back_is_the_same_prompt() -> None:
    version = version_of(CHAT, "4.0.0")
    ((_, text),) = WRITERS["langfuse"].write(version).files
    back = plan("hello.json", text.encode(), "prompts")

    assert (back.id, back.version) == ("hello", "4.0.0")
    for field in ("messages", "modelParameters", "responseFormat", "jsonSchema", "tags"):
        assert back.draft.content[field] == version.content[field], field


def test_litellm_and_back_is_the_same_prompt() -> None:
    version = version_of(CHAT)
    path, text = to_litellm(version).files[0]
    back = plan(path, text.encode(), "prompts", "hello")

    assert back.form == "litellm"
    for field in ("messages", "modelParameters", "responseFormat", "jsonSchema"):
        assert back.draft.content[field] == version.content[field], field
    properties = back.draft.content["variables"]["properties"]
    assert properties == {"name": {"type": "string"}, "age": {"type": "integer"}}
