"""Values that stand where they can do harm; and a corpus of prompts in which none does."""

import time
from typing import Any

import pytest

from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.safety import check_placements, template_syntax
from gitconfig_tool.prompts.templates import parse_template

TEXT: dict[str, Any] = {"type": "string"}
ARTICLE: dict[str, Any] = {"type": "object", "properties": {"title": TEXT, "text": TEXT}}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "$defs": {"article": ARTICLE},
    "properties": {
        # What the project itself says.
        "product": TEXT,
        "today": TEXT,
        "audience": {"enum": ["children", "experts"]},
        "limit": {"type": "integer"},
        "our_text": {"type": "string", "x-untrusted": False},
        "message_id": {"type": "string", "pattern": "^[0-9]+$"},
        "context_hint": {"type": "string"},
        "page": {"type": "integer"},
        "comment": {"type": "string", "maxLength": 40},
        # What others say.
        "question": TEXT,
        "userMessage": {"type": "string", "maxLength": 4000},
        "nickname": {"type": "string", "x-untrusted": True},
        "articles": {"type": "array", "items": {"$ref": "#/$defs/article"}},
        "our_articles": {"type": "array", "items": ARTICLE, "x-untrusted": False},
        "notes": {"type": "array", "items": {"type": "string"}, "x-untrusted": True},
        "by_name": {"type": "object", "additionalProperties": {"$ref": "#/$defs/article"}},
    },
}


def _found(text: str, role: str | None = "system") -> list[tuple[str, str]]:
    parsed, problems = parse_template(text, RenderLimits())
    assert parsed is not None, problems
    return [
        (each.code, text[each.offset : each.offset + each.length])
        for each in check_placements(parsed, SCHEMA, role)
    ]


# Ways of writing prompts that are fine: nothing is found in any of them.
CLEAN = [
    "You are the assistant of {{ product }}. Today is {{ today }}. Write for {{ audience }}.",
    "Answer with at most {{ limit }} sentences. Message {{ message_id }}, page {{ page }}.",
    "{{ our_text }}",
    "{{ comment }} {{ context_hint }}",
    "<question>\n{{ question }}\n</question>",
    '<document index="1">\n<source>{{ articles[0].title }}</source>\n</document>',
    "{% for article in articles %}<article>{{ article.text }}</article>\n{% endfor %}",
    "{% for article in our_articles %}{{ article.title }}: {{ article.text }}{% endfor %}",
    "```\n{{ question }}\n```",
    "~~~text\n{{ question }}\n~~~",
    '"""\n{{ question }}\n"""',
    '"""{{ question }}"""',
    "---\n{{ question }}\n---",
    "=====\n{{ question }}\n=====",
    "### \n{{ question }}\n###",
    "<<<{{ question }}>>>",
    "[QUESTION]\n{{ question }}\n[/QUESTION]",
    "BEGIN QUESTION\n{{ question }}\nEND QUESTION",
    "-----BEGIN USER INPUT-----\n{{ question }}\n-----END USER INPUT-----",
    'The user asked "{{ question }}" and waits.',
    "The user asked '{{ question }}' and waits.",
    "The user asked `{{ question }}` and waits.",
    "The user asked “{{ question }}” and waits.",
    "{{ question | tojson }}",
    "{{ articles | tojson(indent=2) }}",
    "There are {{ articles | length }} articles, {{ question | wordcount }} words.",
    "{% if question %}There is a question.{% endif %}",
    "{% if question is defined and 'refund' in question %}Be careful.{% endif %}",
    "{% macro card(a) %}<card>{{ a.title }}</card>{% endmacro %}"
    "{% for a in articles %}{{ card(a) }}{% endfor %}",
    "{% set asked %}<q>{{ question }}</q>{% endset %}{{ asked }}",
    "{% set audience_name = audience %}{{ audience_name | upper }}",
    "{% with q = question %}<q>{{ q }}</q>{% endwith %}",
    'Answer as {"limit": {{ limit }}, "audience": "{{ audience }}", "q": {{ question|tojson }}}',
    "<p>{{ question | e }}</p><li>{{ limit }}</li>",
    "Price: ${{ limit }}. Write {% raw %}{{ name }}{% endraw %} where the name goes.",
    "# Role\nYou help.\n# Rules\n- Never invent.\n- Ask back.\n",
]


@pytest.mark.parametrize("text", CLEAN)
def test_nothing_is_found_in_what_is_fine(text: str) -> None:
    assert _found(text) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Answer this: {{ question }}", "question"),
        ("{{ userMessage }}", "userMessage"),
        ("Call them {{ nickname }}.", "nickname"),
        ("{% for a in articles %}{{ a.title }}{% endfor %}", "a.title"),
        ("{{ articles[0]['text'] }}", "articles[0]['text']"),
        ("{% for k, a in by_name.items() %}{{ a.text }}{% endfor %}", None),
        ("{{ articles | map(attribute='text') | join('\\n') }}", "articles"),
        ("{{ notes | join(', ') }}", "notes"),
        ("{% for note in notes %}- {{ note }}\n{% endfor %}", "note"),
        ("{% set q = question | trim %}{{ q }}", "q"),
        ("{% set q %}Asked: {{ question }}{% endset %}{{ q }}", "question"),
        ("{% filter upper %}{{ question }}{% endfilter %}", "question"),
        ("{% macro m(x) %}{{ x }}{% endmacro %}{{ m(question) }}", "x"),
        ("{{ 'Asked: ' ~ question }}", "question"),
        ("{{ question if question else 'none' }}", "question"),
        ("{{ question.strip().upper() }}", "question.strip"),
        ("{{ question | default('none') }}", "question"),
        # What only looks like delimiters.
        ("### Question\n{{ question }}\n### Rules\nBe brief.", "question"),
        ("```\ncode\n```\n{{ question }}\n```\ncode\n```", "question"),
        ("<question>\n{{ question }}", "question"),
        ("<x>{{ our_text }}</x>{{ question }}<y>{{ our_text }}</y>", "question"),
        ("The user's question: {{ question }}. That's it.", "question"),
        ("Question: [{{ question }}]", "question"),
    ],
)
def test_untrusted_text_in_a_system_message(text: str, place: str | None) -> None:
    found = _found(text)
    assert [code for code, _ in found] == (["GCT565"] if place else [])
    assert [each for _, each in found] == ([place] if place else [])
    assert _found(text, "user") == []
    assert _found(text, None) == []


def test_each_value_is_told_once() -> None:
    text = (
        "{{ question }} {{ question }} {% for a in articles %}{{ a.title }}{{ a.text }}{% endfor %}"
    )
    assert _found(text) == [("GCT565", "question"), ("GCT565", "a.title"), ("GCT565", "a.text")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<p>{{ product }}</p>", "GCT569"),
        ('<a href="{{ product }}">here</a>', "GCT569"),
        ("<div><b>{{ question }}</b></div>", "GCT569"),
        ("{% raw %}{{ user.{% endraw %}{{ product }}{% raw %} }}{% endraw %}", "GCT568"),
        ("{% raw %}{% if {% endraw %}{{ product }}{% raw %} %}{% endraw %}", "GCT568"),
        ('{"query": "{{ product }}"}', "GCT570"),
        ('{"query": "about {{ product }}, please"}', "GCT570"),
        ('{"query": {{ product }}}', "GCT570"),
    ],
)
def test_values_in_html_templates_and_json(text: str, code: str) -> None:
    assert [each for each, _ in _found(text, "user")] == [code]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Hello {{ name }}", [((), "{{ name }}")]),
        ({"a": ["x", "{% if y %}"]}, [(("a", 1), "{% if y %}")]),
        ({"a": "{# note #}"}, [(("a",), "{# note #}")]),
        ({"a": "{ {x} }", "b": "{}", "c": 7, "d": None, "e": "f(){return {a: {}}}"}, []),
    ],
)
def test_template_syntax(value: Any, found: Any) -> None:
    assert list(template_syntax(value)) == found


@pytest.mark.parametrize(
    "text",
    [
        "{{ question }}" * 5_000,
        "<a>" * 50_000 + "{{ question }}" + "</a>" * 50_000,
        "<a " * 50_000 + "{{ question }}",
        '"' * 99_999 + "{{ question }}",
        "[x" * 50_000 + "{{ question }}",
        "BEGIN A" * 40_000 + "{{ question }}",
        "\n```" * 50_000 + "{{ question }}",
        '"a":' * 50_000 + "{{ question }}",
    ],
)
def test_long_templates_take_no_time(text: str) -> None:
    parsed, _ = parse_template(text, RenderLimits())
    if parsed is None:
        pytest.fail("expected a template")
    start = time.perf_counter()
    list(check_placements(parsed, SCHEMA, "system"))
    assert time.perf_counter() - start < 3


def test_macros_that_call_themselves_end() -> None:
    text = "{% macro m(x) %}{{ x }}{{ m(x) }}{{ m(x) }}{% endmacro %}{{ m(question) }}"
    assert _found(text) == [("GCT565", "x")]
