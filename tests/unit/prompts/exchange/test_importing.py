"""Files of other formats become drafts: what is carried over, and what is listed as left behind."""

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.prompts.exchange.formats import READERS, read_prompt
from gitconfig_tool.prompts.exchange.model import Draft, ExchangeError
from gitconfig_tool.prompts.exchange.planning import plan

DATA = Path(__file__).parents[3] / "data" / "prompt-exchange"
FAKE_KEY = "fake-key-of-a-test"

FORMATS = {
    "summarizer.prompt.yml": "github",
    "ticket.prompty": "prompty",
    "review.prompty": "prompty",
    "greeting.prompty": "prompty",
    "order.prompt": "dotprompt",
    "critic.langfuse.json": "langfuse",
    "support.langfuse.json": "langfuse",
    "joke.yaml": "langchain",
    "tutor.json": "langchain",
    "letter.json": "langchain",
    "weather.openai.json": "openai",
}


def draft_of(file: str) -> Draft:
    return read_prompt(file, (DATA / file).read_bytes())[1]


def left(draft: Draft) -> set[str]:
    return {each.field for each in draft.not_carried}


def read(name: str, text: str, form: str | None = None) -> Draft:
    return read_prompt(name, text.encode(), form)[1]


@pytest.mark.parametrize(("file", "form"), FORMATS.items())
def test_each_format_is_recognised_by_what_the_file_holds(file: str, form: str) -> None:
    data = (DATA / file).read_bytes()

    assert read_prompt(file, data)[0] == form


@pytest.mark.parametrize("file", FORMATS)
def test_no_reader_fails_otherwise_than_by_saying_why(file: str) -> None:
    data = (DATA / file).read_bytes()
    for form in READERS:
        with suppress(ExchangeError):
            read_prompt(file, data, form)


@pytest.mark.parametrize(
    ("file", "prompt_id", "version"),
    [
        ("summarizer.prompt.yml", "text-summarizer", "1.0.0"),
        ("ticket.prompty", "ticket-answer", "1.2.0"),
        ("review.prompty", "code-review", "2.1.0"),
        ("order.prompt", "order", "1.0.0"),
        ("critic.langfuse.json", "movie-critic", "3.0.0"),
        ("support.langfuse.json", "support-chat", "12.0.0"),
        ("letter.json", "friendly-letter", "1.0.0"),
        ("weather.openai.json", "local-weather", "2.0.0"),
    ],
)
def test_id_and_version_are_the_source_s_else_the_file_s(
    file: str, prompt_id: str, version: str
) -> None:
    planned = plan(file, (DATA / file).read_bytes(), "prompts")

    assert (planned.id, planned.version) == (prompt_id, version)
    assert planned.path == f"prompts/{prompt_id}/{version}.prompt.yaml"


def test_github_keeps_all_but_models_and_answers() -> None:
    draft = draft_of("summarizer.prompt.yml")

    assert left(draft) == {"model", "evaluators", "testData[0].expected"}
    assert draft.content["modelParameters"] == {"temperature": 0.5, "max_completion_tokens": 200}
    assert draft.content["responseFormat"] == {
        "type": "json_schema",
        "name": "summary",
        "strict": True,
    }
    assert draft.content["jsonSchema"]["required"] == ["summary"]
    assert draft.content["variables"] == {
        "type": "object",
        "properties": {"input": {"type": "string"}, "language": {"type": "string"}},
        "required": ["input", "language"],
        "additionalProperties": False,
    }
    assert draft.content["testData"] == [
        {
            "name": "case 1",
            "variables": {
                "input": "The quick brown fox jumped over the lazy dog.",
                "language": "English",
            },
        }
    ]


def test_a_credential_of_a_prompty_file_is_neither_carried_nor_shown() -> None:
    file = "ticket.prompty"
    planned = plan(file, (DATA / file).read_bytes(), "prompts")

    assert FAKE_KEY not in planned.text
    assert FAKE_KEY not in repr(planned.draft)
    reasons = {each.field: each.reason for each in planned.draft.not_carried}
    assert "SOPS" in reasons["model.configuration.api_key"]
    assert "SOPS" not in reasons["model.configuration.type"]


def test_a_parameter_that_may_be_a_credential_stays_behind() -> None:
    draft = read(
        "a.json",
        json.dumps({"name": "a", "prompt": "Hi", "config": {"max_tokens": 5, "api_key": FAKE_KEY}}),
    )

    assert draft.content["modelParameters"] == {"max_tokens": 5}
    assert left(draft) == {"config.api_key"}


def test_prompty_2_takes_defaults_kinds_and_options() -> None:
    draft = draft_of("review.prompty")

    assert draft.content["modelParameters"] == {
        "seed": 7,
        "temperature": 0.1,
        "max_tokens": 500,
        "top_p": 0.9,
        "stop": ["END"],
    }
    assert draft.content["variables"]["properties"] == {
        "diff": {"type": "string", "description": "The change"},
        "style": {"type": "string", "default": "brief"},
        "strict": {"type": "boolean", "default": False},
        "note": {"type": "string", "default": ""},
    }
    assert draft.content["variables"]["required"] == ["diff"]
    assert draft.content["tags"] == ["code", "review"]
    assert {"model.id", "model.connection.apiKey", "inputs.history"} <= left(draft)


def test_dotprompt_is_translated_and_its_schema_too() -> None:
    draft = draft_of("order.prompt")
    variables = draft.content["variables"]

    assert variables["required"] == ["customer", "urgent", "count", "items"]
    assert variables["properties"]["note"] == {"type": ["string", "null"]}
    assert variables["properties"]["kind"] == {"enum": ["new", "old"], "default": "new"}
    assert [each["role"] for each in draft.content["messages"]] == ["system", "user"]
    assert left(draft) == {"model", "tools", "{{history}}"}


def test_without_a_schema_dotprompt_variables_are_what_their_use_says() -> None:
    draft = read(
        "a.prompt",
        "---\nmodel: x\n---\n{{a}}{{#if b}}{{b}}{{/if}}"
        "{{#each c}}{{this.d}}{{/each}}{{#each e}}{{this}}{{/each}}",
    )

    assert draft.content["variables"]["properties"] == {
        "a": {"type": "string"},
        "b": {"type": "string"},
        "c": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"d": {"type": "string"}},
                "required": ["d"],
            },
        },
        "e": {"type": "array", "items": {"type": "string"}},
    }
    assert draft.content["variables"]["required"] == ["a", "c", "e"]
    assert draft.content["messages"][0]["content"] == (
        "{{ a }}{% if b is defined and b %}{{ b|default('', true) }}{% endif %}"
        "{% for item in c %}{{ item.d }}{% endfor %}{% for item in e %}{{ item }}{% endfor %}"
    )


def test_langfuse_lists_placeholders_and_what_the_server_sets() -> None:
    draft = draft_of("support.langfuse.json")

    assert left(draft) == {"prompt[1]", "config.tools"}
    assert len(draft.content["messages"]) == 2


def test_langchain_takes_partial_variables_as_defaults() -> None:
    draft = draft_of("joke.yaml")

    assert draft.content["variables"]["properties"]["adjective"] == {
        "type": "string",
        "default": "funny",
    }
    assert draft.content["variables"]["required"] == ["topic"]


def test_openai_takes_instructions_messages_and_the_format_of_the_answer() -> None:
    draft = draft_of("weather.openai.json")

    assert draft.content["modelParameters"] == {
        "temperature": 0.3,
        "max_tokens": 200,
        "reasoning_effort": "low",
    }
    assert draft.content["responseFormat"] == {
        "type": "json_schema",
        "name": "report",
        "strict": True,
    }
    assert draft.content["testData"][0]["variables"] == {"city": "Porto", "unit": "Celsius"}
    assert {"tools", "model", "messages[0].role", "variables.unused"} <= left(draft)


LC: dict[str, Any] = {"lc": 1, "type": "constructor"}
DEEP = '{"name": "a", "prompt": "x", "config": ' + "[" * 2000 + "]" * 2000 + "}"
ALIASES = "messages: [{role: user, content: x}]\na: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(8)
)
REFUSED = [
    ("a.json", "", None, "found an empty file"),
    ("a.json", "{", None, "a.json:1:2: expected JSON"),
    ("a.json", "[]", None, "expected one prompt as a mapping, found a list"),
    ("a.json", '{"a": 1, "a": 2}', None, "found 'a' again"),
    ("a.json", '{"name": "a", "prompt": "x", "config": {"top_p": NaN}}', None, "found NaN"),
    ("a.json", '{"name": "a", "prompt": "\\ud800"}', None, "half of a surrogate pair"),
    ("a.json", DEEP, None, "levels of nesting"),
    ("a.json", '{"some": "thing"}', None, "found none of them"),
    ("a.yaml", "a: 1\na: 2\n", None, "a.yaml:2:1: expected each key once"),
    ("a.yaml", ALIASES, None, "nodes once aliases are written out"),
    ("a.yaml", "a: [", None, "a.yaml:"),
    ("a.prompt", "---\na: 1\n", None, "a second line '---'"),
    (
        "a.yaml",
        "variables: {type: object}\nmessages: [{role: user, content: x}]\n",
        None,
        "a prompt file of this tool",
    ),
    # Two are possible.
    ("a.prompt", "---\ninput: {schema: {a: string}}\n---\nUser: {{a}}\n", None, "--from"),
    (
        "a.prompty",
        "---\nname: [a]\n---\nsystem:\nx\n",
        None,
        "expected text in 'name', found a list",
    ),
    ("a.prompty", "---\nname: a\n---\n", None, "expected text after the front matter"),
    ("a.prompty", "---\nname: a\n---\nsystem:\n{% if x %}\nuser:\nx{% endif %}\n", None, "endif"),
    ("a.prompty", "---\ntemplate: erb\n---\nsystem:\nx\n", None, "jinja2 or mustache"),
    ("a.prompty", "---\ninputs: {a: {kind: blob}}\n---\nsystem:\n{{a}}\n", None, "a known kind"),
    (
        "a.prompty",
        "---\ninputs: {h: {kind: thread}}\n---\nsystem:\nx {{ h }}\n",
        None,
        "found messages or media",
    ),
    ("a.prompt", "---\nconfig: {}\n---\n{{> part}}", None, "found '{{>part}}' in line 1"),
    ("a.prompt", "---\nconfig: {}\n---\n{{#with a}}{{/with}}", None, "the block '{{#with a}}'"),
    ("a.prompt", "---\nconfig: {}\n---\n{{#if a}}x", None, "expected '{{/if}}'"),
    ("a.prompt", "---\nconfig: {}\n---\n{{#if a}}{{role 'user'}}{{/if}}", None, "whole messages"),
    ("a.prompt", "---\nconfig: {}\n---\n{{json a}}", None, "found 'json a'"),
    ("a.prompt", "---\nconfig: {}\n---\n{{a-b}}", None, "found 'a-b'"),
    (
        "a.prompt",
        "---\ninput: {schema: {a?: {b: string}}}\n---\n{{#if a}}{{a.b}}{{/if}}",
        None,
        "which may be something else",
    ),
    ("a.prompt", "---\ninput: {schema: {a: Name}}\n---\n{{a}}", None, "found 'Name'"),
    ("a.json", '{"name": "a", "prompt": "{{a-b}}"}', None, "found 'a-b'"),
    (
        "a.json",
        '{"name": "a", "prompt": "@@@langfusePrompt:name=b|label=production@@@"}',
        None,
        "a reference to another prompt",
    ),
    ("a.yaml", "_type: few_shot\n", None, "found 'few_shot'"),
    ("a.yaml", "_type: prompt\ntemplate_path: a.txt\n", None, "found the path of a file"),
    ("a.yaml", "_type: prompt\ntemplate: '{a!r}'\n", None, "a format or a conversion after 'a'"),
    ("a.yaml", "_type: prompt\ntemplate: '{a.b}'\n", None, "found 'a.b'"),
    ("a.yaml", "_type: prompt\ntemplate: '{a'\n", None, "expected an f-string template"),
    (
        "a.yaml",
        "_type: prompt\ntemplate: '{{#a}}x{{/a}}'\ntemplate_format: mustache\n",
        None,
        "found a section 'a'",
    ),
    ("a.json", json.dumps({**LC, "id": ["a", "RunnableLambda"]}), None, "found 'RunnableLambda'"),
    ("a.json", '{"object": "response", "prompt": {"id": "pmpt_1"}}', None, "the prompt itself"),
    (
        "a.json",
        '{"id": "pmpt_1", "messages": [{"role": "user", "content": [{"type": "input_image"}]}]}',
        None,
        "found 'input_image'",
    ),
    # What validate would refuse is not written.
    ("a.yaml", "messages: [{role: robot, content: x}]\n", None, "expected a role"),
]


@pytest.mark.parametrize(("name", "text", "form", "message"), REFUSED)
def test_what_cannot_be_imported_is_refused_with_the_reason(
    name: str, text: str, form: str | None, message: str
) -> None:
    with pytest.raises(ExchangeError) as caught:
        plan(name, text.encode(), "prompts", "a", None, form)

    assert message in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.message.startswith(name)
    assert caught.value.message.startswith((f"{name}:", f"{name} "))


def test_text_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(ExchangeError, match=r"a\.json: expected UTF-8 text, found the byte 0xff"):
        plan("a.json", b'{"a": "\xff"}', "prompts")


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(ExchangeError, match="expected at most 16,777,216 bytes"):
        plan("a.json", b" " * (16 * 1024 * 1024 + 1), "prompts")


HOSTILE = [
    ("a.json", json.dumps({"name": "a", "prompt": "{{" * 200_000})),
    ("a.json", json.dumps({"name": "a", "prompt": "{{{a}} " * 10_000})),
    ("a.json", json.dumps({"name": "a", "prompt": f"{{{{{'a' * 100_000}!}}}}"})),
    ("a.prompt", "---\nconfig: {}\n---\n" + "{{{a}} " * 10_000),
    ("a.prompt", "---\nconfig: {}\n---\n" + "{{" * 200_000),
    ("a.prompt", "---\nconfig: {}\n---\n" + "{{#if a}}" * 20_000),
    ("a.prompty", "---\nname: a\n---\nsystem:\nx" + " " * 400_000 + "\n" + "# " * 100_000),
    ("a.prompty", "---\ninputs: {h: {kind: thread}}\n---\nsystem:\n" + "{{ " * 100_000),
    ("a.yaml", "_type: prompt\ntemplate: '" + "{" * 300_000 + "'\n"),
    ("a.prompt", "---\n---\n" + " " * 200_000 + "User:" + "\n" * 200_000 + "System:{% x"),
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_no_template_keeps_a_reader_busy(number: int) -> None:
    name, text = HOSTILE[number]
    begin = time.process_time()
    with suppress(ExchangeError):
        plan(name, text.encode(), "prompts", "a")

    # Each takes a fraction of a second; whatever grows with the square takes minutes.
    assert time.process_time() - begin < 10


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("weather.openai.json", '"type": "input_text"', '"type": []'),
        ("ticket.prompty", "inputs:", "inputs: 1\nothers:"),
        ("greeting.prompty", "kind: string", "kind: [string]"),
    ],
)
def test_what_no_format_holds_is_refused_or_passed_over(file: str, old: str, new: str) -> None:
    text = (DATA / file).read_text(encoding="utf-8")
    assert old in text
    for form in (None, *READERS):
        with suppress(ExchangeError):
            read(file, text.replace(old, new), form)
