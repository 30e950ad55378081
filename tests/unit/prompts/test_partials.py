"""Partials: found, put in their places, and rendered as Jinja2's own `include` would.

The oracle is Jinja2 with a loader, which the tool itself never uses.
"""

from collections.abc import Mapping
from typing import Any

import jinja2
import pytest

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.document import parse_document
from gitconfig_tool.document.writing import write_yaml
from gitconfig_tool.prompts import Prompts, load_prompts
from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.render import render

PATH = "prompts/greeting/1.0.0.prompt.yaml"
ANY: dict[str, Any] = {name: {} for name in ("a", "b", "xs")}


def load(
    files: Mapping[str, str], limits: RenderLimits | None = None
) -> tuple[Prompts, tuple[Diagnostic, ...]]:
    documents = {}
    for path, text in files.items():
        documents[path], problems = parse_document(path, text.encode())
        assert problems == ()
    sources = {path: text.encode() for path, text in files.items()}
    return load_prompts(documents, sources, limits=limits)


def partial(name: str) -> str:
    name, _, version = name.partition("@")
    return f"prompts/{name}/{version or '1.0.0'}.partial.yaml"


def told(files: Mapping[str, str], limits: RenderLimits | None = None) -> list[tuple[str, str]]:
    _, diagnostics = load(files, limits)
    for each in diagnostics:
        assert each.message.startswith("expected ")
        assert each.hint
    return sorted((each.code, str(each.span)) for each in diagnostics)


def message(files: Mapping[str, str]) -> Diagnostic:
    _, (found,) = load(files)
    return found


# The text of a prompt, and its partials; each renders as Jinja2 would render the templates.
SAME: dict[str, tuple[str, dict[str, str]]] = {
    "plain": ('A {% include "t" %} Z', {"t": "text"}),
    "at the ends": ('{% include "t" %}', {"t": "\ntext\n"}),
    "twice": ('{% include "t" %}{% include "t" %}', {"t": "{{ a }}"}),
    "white space kept": ('A \n {% include "t" %} \n Z', {"t": "\n\n text \n"}),
    "white space taken outside": ('A \n {%- include "t" -%} \n Z', {"t": "\n\n text \n"}),
    "white space kept by plus": ('A \n {%+ include "t" +%} \n Z', {"t": " text "}),
    "white space taken inside": (
        'A \n {% include "t" %} \n Z',
        {"t": " {%- if a %} x {% endif -%} "},
    ),
    "white space taken by the partial's ends": (
        'A \n{% include "t" %}\n Z',
        {"t": "{%- if a %}x{% endif -%}"},
    ),
    "single quotes": ("A {%include 't'%} Z", {"t": "text"}),
    "sees a variable": ('{{ a }}{% include "t" %}', {"t": "{{ a }}{{ b }}"}),
    "sees the loop": (
        '{% for x in xs %}{% include "t" %}{% endfor %}',
        {"t": "{{ x }} "},
    ),
    "sees what is set": ('{% set x = 1 %}{% include "t" %}', {"t": "{{ x }}"}),
    "what it sets does not leak": (
        '{% set x = 1 %}{% include "t" %}{{ x }}',
        {"t": "{% set x = 2 %}{{ x }}"},
    ),
    "what it sets does not hide a variable": (
        '{% include "t" %}{{ a }}',
        {"t": "{{ a }}{% set a = 2 %}{{ a }}"},
    ),
    "its macros do not leak": (
        '{% macro m() %}outer{% endmacro %}{% include "t" %}{{ m() }}',
        {"t": "{% macro m() %}inner {{ a }}{% endmacro %}{{ m() }}"},
    ),
    "captured": (
        '{% include "t" %}{{ a }}',
        {"t": "{% set a %}x{{ b }}{% endset %}{{ a }}"},
    ),
    "in a condition": (
        '{% if a %}{% include "t" %}{% else %}{% include "u" %}{% endif %}',
        {"t": "yes", "u": "no"},
    ),
    "in a macro": (
        '{% macro m(x) %}[{% include "t" %}]{% endmacro %}{{ m(1) }}{{ m(a) }}',
        {"t": "{{ x }}"},
    ),
    "in a filter": ('{% filter upper %}{% include "t" %}{% endfilter %}', {"t": "abc{{ a }}"}),
    "in a captured text": ('{% set x %}{% include "t" %}{% endset %}<{{ x }}>', {"t": "abc"}),
    "ends with a bracket": ('{% include "t" %}{{ a }}', {"t": '{"a": {'}),
    "ends with a bracket before a bracket": ('{% include "t" %}{', {"t": "{"}),
    "ends with a bracket and sets": (
        '{% include "t" %}% x',
        {"t": "{% set y = 1 %}{{ y }}{"},
    ),
    "starts with a bracket": ('A{% include "t" %}', {"t": "} }} %} #}"}),
    "raw": ('{% include "t" %}{{ a }}', {"t": "{% raw %}{{ a }}{% endraw %}"}),
    "a comment": ('{% include "t" %}{{ a }}', {"t": "{# {{ a }} #}x{#- -#} y"}),
    "nested": ('<{% include "t" %}>', {"t": '({% include "u" %}{{ a }})', "u": "[{{ b }}]"}),
    "nested scopes": (
        '{% set x = 1 %}{% include "t" %}{{ x }}',
        {"t": '{% set x = 2 %}{% include "u" %}{{ x }}', "u": "{% set x = 3 %}{{ x }}"},
    ),
    "nested at the end": ('{% include "t" %}!', {"t": 'x{% include "u" -%}  ', "u": "{"}),
    "empty": ('A{% include "t" %}Z', {"t": ""}),
    "white space only": ('A {% include "t" %} Z', {"t": " \n "}),
    "not the tag": (
        "{% raw %}{% include 't' %}{% endraw %}{# {% include 't' %} #}{% include 't' %}",
        {"t": "x"},
    ),
    "carriage returns": ('A\r\n{%- include "t" %}\r\nZ', {"t": "x\r\ny"}),
}


@pytest.mark.parametrize("name", SAME)
def test_renders_as_jinja_includes(name: str) -> None:
    text, partials = SAME[name]
    # What the partial takes from around it that is no variable of the prompt.
    around: dict[str, Any] = {"x": {}, "loop": {}}
    variables = {"type": "object", "properties": ANY}
    files = {
        PATH: write_yaml(
            {
                "template": text,
                "variables": variables,
                "includes": {alias: f"{alias}@1.0.0" for alias in partials},
            }
        )
    }
    for alias, its in partials.items():
        content: dict[str, Any] = {"template": its}
        content["variables"] = {"type": "object", "properties": {**ANY, **around}}
        content["includes"] = {each: f"{each}@1.0.0" for each in partials if f'"{each}"' in its}
        files[partial(alias)] = write_yaml(content)
    prompts, diagnostics = load(files)
    # Not every text uses every variable and every partial.
    assert {each.code for each in diagnostics} <= {"GCT502", "GCT519"}
    environment = jinja2.Environment(
        loader=jinja2.DictLoader({"main": text, **partials}),
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    for values in (
        {"a": "one", "b": "two", "xs": ["p", "q"]},
        {"a": "", "b": "{{ a }}", "xs": []},
    ):
        (version,) = prompts.versions("greeting")
        expected = environment.get_template("main").render(values)
        assert render(version, values) == expected


TONE = {partial("tone@1.2.0"): "template: Be brief.\n"}


def test_the_delivered_text_says_where_it_came_from() -> None:
    prompts, diagnostics = load(
        {
            PATH: "includes: {tone: tone@1.2.0}\ntemplate: 'A {%- include \"tone\" %} Z'\n",
            partial("tone@1.2.0"): "includes: {b: b@1.0.0}\ntemplate: '{% include \"b\" %}.'\n",
            partial("b"): "template: '{% set x = 1 %}{{ x }}'\n",
        }
    )
    assert diagnostics == ()
    (version,) = prompts.versions("greeting")
    assert version.content["template"] == (
        "A {#- tone@1.2.0 #}{% with %}{# b@1.0.0 #}{% set x = 1 %}{{ x }}{% endwith %}.{# end #} Z"
    )
    assert version.content["includes"] == {"tone": "tone@1.2.0"}
    assert version.file is not None
    assert version.file.paths == (partial("b"), PATH, partial("tone@1.2.0"))
    tone = prompts.partial("tone", "1.2.0")
    assert tone is not None
    assert tone.content["template"] == '{% include "b" %}.'
    assert tone.text == "{% with %}{# b@1.0.0 #}{% set x = 1 %}{{ x }}{% endwith %}."
    assert prompts.partial("tone", "1.0.0") is None
    assert prompts.ids() == ("greeting",)


def test_a_variant_includes_too() -> None:
    prompts, diagnostics = load(
        {
            PATH: "includes: {tone: tone@1.2.0}\ntemplate: Hi\n"
            "variants:\n  - {id: a, weight: 50}\n"
            "  - {id: b, weight: 50, template: '{% include \"tone\" %}'}\n",
            **TONE,
        }
    )
    assert diagnostics == ()
    (version,) = prompts.versions("greeting")
    assert version.content_of("b")["template"] == "{# tone@1.2.0 #}Be brief.{# end #}"


# Files, and the diagnostics as code and place, counted by hand.
WRONG: dict[str, tuple[dict[str, str], list[tuple[str, str]]]] = {
    "no such partial": (
        {PATH: "includes: {tone: tine@1.2.0}\ntemplate: '{% include \"tone\" %}'\n", **TONE},
        [("GCT517", f"{PATH}:1:18")],
    ),
    "no such version": (
        {PATH: "includes: {tone: tone@1.3.0}\ntemplate: '{% include \"tone\" %}'\n", **TONE},
        [("GCT517", f"{PATH}:1:18")],
    ),
    "a prompt": (
        {PATH: "includes: {tone: greeting@1.0.0}\ntemplate: '{% include \"tone\" %}'\n"},
        [("GCT517", f"{PATH}:1:18")],
    ),
    "not declared": (
        {PATH: "template: '{% include \"tone\" %}'\n", **TONE},
        [("GCT518", f"{PATH}:1:23")],
    ),
    "misspelt": (
        {PATH: "includes: {tone: tone@1.2.0}\ntemplate: '{% include \"tine\" %}'\n", **TONE},
        [("GCT518", f"{PATH}:2:23")],
    ),
    "unused": (
        {PATH: "includes: {tone: tone@1.2.0}\ntemplate: Hi\n", **TONE},
        [("GCT519", f"{PATH}:1:12")],
    ),
    "unused in a partial": (
        {partial("a"): "includes: {tone: tone@1.2.0}\ntemplate: Hi\n", **TONE},
        [("GCT519", f"{partial('a')}:1:12")],
    ),
    "circle of one": (
        {partial("a"): "includes: {x: a@1.0.0}\ntemplate: '{% include \"x\" %}'\n"},
        [("GCT520", f"{partial('a')}:1:15")],
    ),
    "circle of two, and a prompt": (
        {
            PATH: "includes: {x: a@1.0.0}\ntemplate: '{% include \"x\" %}'\n",
            partial("a"): "includes: {x: b@1.0.0}\ntemplate: '{% include \"x\" %}'\n",
            partial("b"): "includes: {x: a@1.0.0}\ntemplate: '{% include \"x\" %}'\n",
        },
        [("GCT520", f"{partial('b')}:1:15")],
    ),
    "deprecated": (
        {
            PATH: "includes: {tone: tone@1.2.0}\ntemplate: '{% include \"tone\" %}'\n",
            partial("tone@1.2.0"): "template: Be brief.\ndeprecated: use manners\n",
        },
        [("GCT521", f"{PATH}:1:18")],
    ),
    "syntax": (
        {
            PATH: "includes: {tone: tone@1.2.0}\ntemplate: '{% include \"tone\" %}'\n",
            partial("tone@1.2.0"): "template: |\n  Be\n  {{ brief }\n",
        },
        [("GCT503", f"{partial('tone@1.2.0')}:3:12")],
    ),
    "a block": (
        {partial("a"): "template: '{% block b %}{% endblock %}'\n"},
        [("GCT504", f"{partial('a')}:1:15")],
    ),
    "messages": (
        {partial("a"): "messages: []\n"},
        [("GCT505", f"{partial('a')}:1:1"), ("GCT506", f"{partial('a')}:1:1")],
    ),
    "nothing": ({partial("a"): ""}, [("GCT506", f"{partial('a')}:1:1")]),
    "a list": ({partial("a"): "[]\n"}, [("GCT506", f"{partial('a')}:1:1")]),
    "replaced by none": (
        {partial("a"): "template: Hi\nreplacedBy: b@^1\n"},
        [("GCT515", f"{partial('a')}:2:13")],
    ),
    "path": (
        {"prompts/a/1.partial.yaml": "template: Hi\n"},
        [("GCT507", "prompts/a/1.partial.yaml:1:1")],
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_reports_a_mistake_at_its_place(name: str) -> None:
    files, expected = WRONG[name]
    assert told(files) == expected


V = "variables: {type: object, properties: {customer: {type: string}}}\n"
SIGNED = {partial("tone@1.2.0"): V + "template: |\n  Best,\n  {{ customer }}\n"}
INCLUDING = "includes: {tone: tone@1.2.0}\ntemplate: 'Hi. {% include \"tone\" %}'\n"


def test_a_variable_that_only_a_partial_uses_is_used() -> None:
    assert told({PATH: V + INCLUDING, **SIGNED}) == []


def test_a_variable_that_a_partial_needs_and_the_prompt_lacks() -> None:
    found = message({PATH: INCLUDING, **SIGNED})

    assert (found.code, str(found.span)) == ("GCT501", f"{PATH}:2:16")
    assert found.message == (
        "expected a declared variable, found 'customer', which the partial tone@1.2.0 uses"
    )
    (note,) = found.notes
    assert (note.text, str(note.span)) == ("used here", f"{partial('tone@1.2.0')}:4:6")


def test_a_variable_that_the_prompt_sets_need_not_be_declared() -> None:
    text = INCLUDING.replace("'Hi.", '\'{% set customer = "Ada" %}')
    assert told({PATH: text, **SIGNED}) == []


def test_a_variable_that_a_partial_uses_and_does_not_declare_is_its_own_mistake() -> None:
    undeclared = {partial("tone@1.2.0"): "template: '{{ customer }}'\n"}
    assert told({PATH: V + INCLUDING, **undeclared}) == [
        ("GCT501", f"{partial('tone@1.2.0')}:1:15")
    ]
    assert told({PATH: INCLUDING, **undeclared}) == [("GCT501", f"{partial('tone@1.2.0')}:1:15")]


def test_a_property_that_the_prompt_does_not_know() -> None:
    user = "variables: {type: object, properties: {u: {type: object, properties: {%s: {}}}}}\n"
    found = message(
        {
            PATH: user % "name" + INCLUDING,
            partial("tone@1.2.0"): user % "nick" + "template: '{{ u.nick }}'\n",
        }
    )
    assert (found.code, str(found.span)) == ("GCT501", f"{partial('tone@1.2.0')}:2:17")
    assert [(each.text, str(each.span)) for each in found.notes] == [
        ("includes tone@1.2.0", f"{PATH}:3:16")
    ]


def test_a_failure_in_a_partial_is_shown_there() -> None:
    prompt = V + INCLUDING + "testData: [{name: empty}]\n"
    found = message({PATH: prompt, **SIGNED})

    assert (found.code, str(found.span)) == ("GCT512", f"{partial('tone@1.2.0')}:4:6")
    assert [(each.text, str(each.span)) for each in found.notes] == [
        ("with the test case 'empty'", f"{PATH}:4:12"),
        ("includes tone@1.2.0", f"{PATH}:3:16"),
    ]


def test_what_is_said_of_a_missing_partial() -> None:
    def hint(name: str) -> str:
        text = f"includes: {{tone: {name}}}\ntemplate: '{{% include \"tone\" %}}'\n"
        return message({PATH: text, **TONE}).hint

    assert hint("tine@1.2.0") == "did you mean 'tone@1.2.0'?"
    assert hint("tone@1.2.1") == "did you mean tone@1.2.0? there: 1.2.0"
    assert hint("greeting@1.0.0") == "'greeting' is a prompt: only partials can be included"
    assert hint("other@1.0.0").startswith("a partial is a file <id>/<version>.partial.yaml")


def test_laughs_by_the_billion_are_counted_before_they_are_made() -> None:
    files = {}
    ten = '{% include "x" %}' * 10
    for level in range(15):
        files[partial(f"p{level}")] = f"includes: {{x: p{level + 1}@1.0.0}}\ntemplate: '{ten}'\n"
    files[partial("p15")] = "template: 'laugh'\n"
    found = told(files)

    assert [code for code, _ in found] == ["GCT503"]


def test_too_many_levels() -> None:
    files = {
        partial(f"p{level:03}"): f"includes: {{x: p{level + 1:03}@1.0.0}}\n"
        "template: '{% include \"x\" %}'\n"
        for level in range(500)
    }
    files[partial("p500")] = "template: 'laugh'\n"
    found = told(files)

    # p500 has one level, so p480 has 21; what includes it is not told again.
    assert found == [("GCT520", f"{partial('p480')}:1:15")]


def with_tone(given: str, taken: str, text: str = '{% include "t" %}') -> dict[str, str]:
    return {
        PATH: f"variables: {{type: object, properties: {{tone: {given}}}}}\n"
        f"includes: {{t: t@1.0.0}}\ntemplate: {text!r}\n",
        partial("t"): f"variables: {{type: object, properties: {{tone: {taken}}}}}\n"
        "template: 'Be {{ tone }}.'\n",
    }


@pytest.mark.parametrize(
    ("given", "taken", "found"),
    [
        ("{type: string, maxLength: 5}", "{type: string}", None),
        ("{enum: [warm]}", "{enum: [warm, brief]}", None),
        ("{type: integer}", "{type: number}", None),
        # Nothing is proved of formats.
        ("{type: string}", "{type: string, format: date}", None),
        ("{type: string, maxLength: 9}", "{type: string, maxLength: 5}", "'maxLength'"),
        ("{type: string}", "{enum: [warm, brief]}", "'enum'"),
        ("{type: integer}", "{type: string}", "'type'"),
        ("{type: [string, 'null']}", "{type: string}", "'type'"),
        ("{type: object, properties: {a: {type: string}}}", "{type: string}", "'type'"),
    ],
)
def test_a_prompt_gives_a_partial_what_it_takes(given: str, taken: str, found: str | None) -> None:
    _, diagnostics = load(with_tone(given, taken))
    assert [each.code for each in diagnostics] == ([] if found is None else ["GCT527"])
    if found is not None:
        assert diagnostics[0].label.startswith(f"{found} of 'tone' ")
        assert "found that it may be " in diagnostics[0].message


def test_a_variable_that_the_prompt_sets_is_its_own() -> None:
    """What is declared under the same name is not what the partial gets."""
    text = '{{ tone }}{% with tone = "warm" %}{% include "t" %}{% endwith %}'
    assert told(with_tone("{type: integer}", "{type: string}", text)) == []


def test_partials_of_partials_are_compared_where_they_are_included() -> None:
    files = with_tone("{type: string}", "{type: string}")
    files[partial("t")] = (
        "variables: {type: object, properties: {tone: {type: string}}}\n"
        "includes: {u: u@1.0.0}\ntemplate: '{% include \"u\" %}'\n"
    )
    files[partial("u")] = (
        "variables: {type: object, properties: {tone: {type: integer}}}\ntemplate: '{{ tone }}'\n"
    )
    assert told(files) == [("GCT527", f"{partial('t')}:1:46")]
