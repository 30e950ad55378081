"""What a template uses, what is wrong with it, and where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, TemplateError, meta

from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.templates import (
    TemplateFailure,
    Use,
    parse_template,
    render_template,
)

LIMITS = RenderLimits()


def uses(text: str) -> list[tuple[str, int]]:
    parsed, problems = parse_template(text, LIMITS)
    assert problems == ()
    assert parsed is not None
    for use in parsed.uses:
        assert text[use.offset : use.offset + len(use.name)] == use.name
    return [(use.name, use.offset) for use in parsed.uses]


# (template, uses with their offsets), counted by hand.
USES = {
    "plain": ("Hi {{ a }} and {{ b }}", [("a", 6), ("b", 18)]),
    "each use": ("{{ a }}{{ a }}", [("a", 3), ("a", 10)]),
    "attribute": ("{{ a.b.c }}", [("a", 3)]),
    "filter argument": ("{{ 'x' | default(a) }}", [("a", 17)]),
    "test argument": ("{% if 1 is divisibleby(a) %}{% endif %}", [("a", 23)]),
    "loop": ("{% for x in xs %}{{ x }}{{ loop.index }}{% endfor %}", [("xs", 12)]),
    "loop variable outside": ("{% for x in [] %}{% endfor %}{{ x }}", [("x", 32)]),
    "loop over itself": ("{% for x in x %}{{ x }}{% endfor %}", [("x", 12)]),
    "loop test": ("{% for x in [] if x == a %}{% endfor %}", [("a", 23)]),
    "set": ("{% set x = a %}{{ x }}", [("a", 11)]),
    "use before set": ("{{ x }}{% set x = 1 %}", [("x", 3)]),
    "set in both branches": (
        "{% if a %}{% set x = 1 %}{% else %}{% set x = 2 %}{% endif %}{{ x }}",
        [("a", 6)],
    ),
    "set in a loop does not reach out": (
        "{% for i in [1] %}{% set x = 1 %}{% endfor %}{{ x }}",
        [("x", 48)],
    ),
    "with": ("{% with x = a %}{{ x }}{% endwith %}{{ x }}", [("a", 12), ("x", 39)]),
    "macro": (
        "{% macro m(x, y=d) %}{{ x }}{{ y }}{{ z }}{{ varargs }}{% endmacro %}{{ m(q) }}",
        [("d", 16), ("z", 38), ("q", 74)],
    ),
    "call block": (
        "{% macro m() %}{{ caller(1) }}{% endmacro %}{% call(x) m() %}{{ x }}{{ y }}{% endcall %}",
        [("y", 71)],
    ),
    "block": ("{% block b %}{{ a }}{% endblock %}", [("a", 16)]),
    "function": ("{% for i in range(n) %}{% endfor %}", [("n", 18)]),
    "after white space control": (
        "x  \n {%- if a -%} \n {{ b }}{% endif %}",
        [("a", 12), ("b", 23)],
    ),
    "after a raw block": ("{% raw %}{{ no }}{% endraw %}{{ a }}", [("a", 32)]),
    "after a comment": ("{# {{ no }}\n #}{{ a }}", [("a", 18)]),
    "windows line ends": ("one\r\ntwo\r\n{{ a }}", [("a", 13)]),
    "names like functions": ("{{ dict }}", []),
    "wide characters": ("é☃ {{ ñ }}", [("ñ", 6)]),
}


@pytest.mark.parametrize(("text", "expected"), USES.values(), ids=USES.keys())
def test_finds_what_a_template_uses(text: str, expected: list[tuple[str, int]]) -> None:
    assert [use for use in uses(text) if use[0] not in ("dict", "range")] == expected


FRAGMENTS = st.sampled_from(
    [
        "{{ a }}",
        "{{ b.c | upper }}",
        "{% set a = b %}",
        "{% for a in c %}",
        "{% for b in a if b %}",
        "{% else %}",
        "{% endfor %}",
        "{% if b %}",
        "{% elif c %}",
        "{% endif %}",
        "{% macro m(a, c=b) %}",
        "{% endmacro %}",
        "{{ m(a) }}",
        "{% with a = c %}",
        "{% endwith %}",
        "{% set b %}",
        "{% endset %}",
        "{% raw %}",
        "{% endraw %}",
        " text\n",
    ]
)


@given(st.lists(FRAGMENTS, max_size=9).map("".join))
def test_agrees_with_jinja2_about_the_names(text: str) -> None:
    parsed, _ = parse_template(text, LIMITS)
    try:
        tree = Environment(keep_trailing_newline=True).parse(text)
        theirs = meta.find_undeclared_variables(tree)
    except TemplateError:
        assert parsed is None
        return
    assert parsed is not None
    ours = {use.name for use in parsed.uses}
    assert ours <= theirs
    # Jinja2 also names what only some branch of an `if` sets; everything else we must find too.
    assigned = {
        name
        for name in theirs
        if f"set {name} " in text or f"for {name} " in text or f"with {name} " in text
    }
    assert theirs - assigned - {"m"} <= ours


# (template, code, offset, part of the message or hint)
WRONG = {
    "unclosed variable": ("Hi {{ a }", "GCT503", 8, "unexpected '}'"),
    "unclosed block": ("{% if a %}x", "GCT503", 10, "'endif'"),
    "unknown statement": ("x {% fi a %}", "GCT503", 5, "unknown tag 'fi'"),
    "stray end": ("x\n{% endif %}", "GCT503", 5, "endif"),
    "odd character": ("{{ a ? b }}", "GCT503", 5, "unexpected char '?'"),
    "missing value": ("{{ a + }}", "GCT503", 7, "unexpected"),
    "open comment": ("ab {# c", "GCT503", 3, "comment"),
    "include of a variable": ("a {% include b %}", "GCT504", 13, "one alias in quotes"),
    "include of several": ("{% include ['b', 'c'] %}", "GCT504", 11, "one alias in quotes"),
    "include if it exists": ("{% include 'b' ignore missing %}", "GCT504", 11, "one alias"),
    "include without context": ("{% include 'b' without context %}", "GCT504", 11, "one alias"),
    "import": ("{% import 'b' as b %}", "GCT504", 3, "'import'"),
    "from import": ("{% from 'b' import c %}", "GCT504", 3, "'from ... import'"),
    "extends": ("{% extends 'b' %}", "GCT504", 3, "'extends'"),
    "random": ("{{ [1] | random }}", "GCT504", 9, "the same each time"),
    "lipsum": ("{{ lipsum() }}", "GCT504", 3, "the same each time"),
    "misspelled filter": ("{{ a | uper }}", "GCT504", 7, "did you mean 'upper'?"),
    "misspelled test": ("{{ a is definde }}", "GCT504", 8, "did you mean 'defined'?"),
    "filter in a branch": ("{% if a %}{{ a | nope }}{% endif %}", "GCT504", 17, "'nope'"),
}


@pytest.mark.parametrize(("text", "code", "offset", "words"), WRONG.values(), ids=WRONG.keys())
def test_says_what_is_wrong_and_where(text: str, code: str, offset: int, words: str) -> None:
    parsed, problems = parse_template(text, LIMITS)
    assert parsed is None
    assert [(problem.code, problem.offset) for problem in problems] == [(code, offset)]
    assert words in problems[0].message + problems[0].hint


@pytest.mark.parametrize(
    "text",
    [
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{% if a %}" * 3000 + "{% endif %}" * 3000,
        "{{ " + "-" * 20000 + "1 }}",
        "{% for a in b %}" * 50 + "{% endfor %}" * 50,
        "{{ a" + " | upper" * 5000 + " }}",
    ],
    ids=["brackets", "blocks", "signs", "loops", "filters"],
)
def test_deep_nesting_is_a_problem_and_no_crash(text: str) -> None:
    parsed, problems = parse_template(text, LIMITS)
    assert parsed is None
    assert [problem.code for problem in problems] == ["GCT503"]


def test_a_long_template_is_refused() -> None:
    parsed, problems = parse_template("x" * 11, RenderLimits(template_characters=10))
    assert parsed is None
    assert problems[0].message == "expected a template of at most 10 characters, found 11"


def test_nothing_is_computed_while_a_template_is_checked() -> None:
    parsed, _ = parse_template("{{ 'a' | center(1000000000) }}{{ 'a' * 1000000000 }}", LIMITS)
    assert parsed is not None
    assert parsed.uses == ()


def test_a_failure_knows_the_statement() -> None:
    text = "one\n{{ a }}\n{% if b.c %}x{% endif %}"
    with pytest.raises(TemplateFailure) as caught:
        render_template(text, {"a": 1, "b": {}}, LIMITS)
    assert caught.value.offset == text.index("if b.c")
    assert "no attribute 'c'" in caught.value.message


def test_uses_are_in_the_order_of_the_text() -> None:
    parsed, _ = parse_template("{{ b }}{{ a }}", LIMITS)
    assert parsed is not None
    assert parsed.uses == (Use("b", 3), Use("a", 10))
