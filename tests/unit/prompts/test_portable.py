"""What other programs than Jinja2 lack, each at its place; offsets are counted by hand."""

import pytest

from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.portable import find_unportable
from gitconfig_tool.prompts.templates import parse_template

EVERYWHERE = [
    "{{ a }} {{ a.b }} {{ a['b'] }} {{ a[0] }} {{ a | default('x') | upper }}{# c #}",
    "{% for x in xs %}{{ loop.index }}: {{ x }}{% else %}none{% endfor %}",
    "{% if a and not b or a == 1 %}x{% elif a is defined %}y{% endif %}{{ 'x' if a else 'y' }}",
    "{% set x = 1 %}{% set y %}z{% endset %}{% macro m(a, b=1) %}{{ a }}{% endmacro %}{{ m(1) }}",
    "{% raw %}{{ True }}{% endraw %}{{ a ~ b }}{{ xs | join(', ') }}{{ true }}",
    "{{ range(3) | list }}",
]
# Template, words of the message, offset, and an engine that is named.
JINJA = [
    ("{{ xs | map('upper') | list }}", "the filter 'map'", 8, "Nunjucks"),
    ("{{ a | wordwrap(3) }}", "the filter 'wordwrap'", 7, "MiniJinja"),
    ("{{ d | items }}", "the filter 'items'", 7, "Jinjava"),
    ("{{ a is none }}", "the test 'none'", 8, "Nunjucks"),
    ("{% set n = namespace(a=1) %}", "the function 'namespace'", 11, "Nunjucks"),
    ("{% set c = cycler('a') %}", "the function 'cycler'", 11, "MiniJinja"),
    ("{% for x in xs %}{{ loop.cycle('a') }}{% endfor %}", "'loop.cycle'", 20, "Nunjucks"),
    ("{{ d.items() }}", "the method 'items'", 5, "MiniJinja"),
    ("{{ '%s' % a }}", "formatted with '%'", 4, "MiniJinja"),
    ("{{ xs[1:] }}", "a slice", 6, "installJinjaCompat"),
    ("{% for x in xs if x %}{% endfor %}", "a loop with 'if'", 3, "Nunjucks"),
    ("{% with a = 1 %}{% endwith %}", "the tag 'with'", 3, "Jinjava"),
    ("{% filter upper %}a{% endfilter %}", "the tag 'filter'", 3, "Jinjava"),
    ("{% if a == True %}{% endif %}", "'True' for 'true'", 11, "Nunjucks"),
    ("{% macro m() %}{{ varargs | join }}{% endmacro %}", "'varargs'", 18, "MiniJinja"),
]
VARIABLES = [
    ("Hi {% if a %}x{% endif %}", ["a tag", "a tag"], 3),
    ("Hi {# note #}", ["a comment"], 3),
    ("Hi {{ a | upper }}", ["an expression"], 3),
    ("Hi {{ a[0] }}", ["an expression"], 3),
    ("Hi {{ 'a' }}", ["an expression"], 3),
    ("Hi {{- a }}", ["the mark for white space"], 3),
    ("{% raw %}{{ a }}{% endraw %}", ["'raw'"], 0),
]


def found(text: str, portability: str) -> list[tuple[str, int]]:
    parsed, problems = parse_template(text, RenderLimits())
    assert problems == ()
    assert parsed is not None
    every = list(find_unportable(parsed, portability))
    assert all(each.code == "GCT526" and each.hint for each in every)
    return [(each.message, each.offset) for each in every]


@pytest.mark.parametrize("text", EVERYWHERE)
def test_what_all_engines_know(text: str) -> None:
    assert found(text, "jinja") == []


@pytest.mark.parametrize(("text", "words", "offset", "engine"), JINJA)
def test_what_an_engine_lacks(text: str, words: str, offset: int, engine: str) -> None:
    ((message, at),) = found(text, "jinja")
    assert words in message
    assert engine in message
    assert at == offset


def test_what_programs_know_that_replace_variables() -> None:
    assert found("Hi {{ a }}, {{a.b}} { x } %} #}", "variables") == []


@pytest.mark.parametrize(("text", "words", "offset"), VARIABLES)
def test_what_is_more_than_a_variable(text: str, words: list[str], offset: int) -> None:
    every = found(text, "variables")
    assert [
        message.partition("found ")[2][: len(word)]
        for (message, _), word in zip(every, words, strict=True)
    ] == words
    assert every[0][1] == offset


def test_a_partial_that_needs_a_scope() -> None:
    parsed, _ = parse_template("Hi {% include 'tone' %}{% include 'plain' %}", RenderLimits())
    assert parsed is not None
    (problem,) = find_unportable(parsed, "jinja", {"tone"})
    assert "delivered in the tag 'with'" in problem.message
    assert problem.offset == 14
