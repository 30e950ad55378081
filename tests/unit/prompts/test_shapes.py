"""Attributes that a template reads, held against the schema of the variables."""

from typing import Any

import pytest

from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.shapes import find_unknown_attributes
from gitconfig_tool.prompts.templates import parse_template

TITLED = {"type": "object", "properties": {"title": {"type": "string"}}}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "c": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "home": {"$ref": "#/$defs/home"}},
        },
        "xs": {"type": "array", "items": TITLED},
        "open": {"type": "object", "properties": {"a": {}}, "additionalProperties": True},
        "typed": {"properties": {"a": {}}, "additionalProperties": {"type": "string"}},
        "any": {},
        "all": True,
        "circle": {"$ref": "#/$defs/circle"},
        "away": {"$ref": "#/$defs/nothing"},
        "anchored": {"$ref": "#home"},
        "always": {"type": "object", "properties": {"a": True}},
    },
    "$defs": {
        "home": {"$anchor": "home", "type": "object", "properties": {"city": {"type": "string"}}},
        "circle": {"$ref": "#/$defs/circle"},
    },
}


def found(text: str) -> list[tuple[str, str]]:
    parsed, problems = parse_template(text, RenderLimits())
    assert problems == ()
    assert parsed is not None
    return [(each.owner, each.name) for each in find_unknown_attributes(parsed.tree, SCHEMA)]


UNKNOWN = {
    "attribute": ("{{ c.nme }}", [("c", "nme")]),
    "subscript": ("{{ c['nme'] }}", [("c", "nme")]),
    "through a reference": ("{{ c.home.cty }}", [("c.home", "cty")]),
    "through subscripts": ("{{ c['home']['cty'] }}", [("c['home']", "cty")]),
    "item by index": ("{{ xs[0].titel }}", [("xs[0]", "titel")]),
    "loop": ("{% for x in xs %}{{ x.titel }}{% endfor %}", [("x", "titel")]),
    "loop test": ("{% for x in xs if x.titel %}{% endfor %}", [("x", "titel")]),
    "loop else": ("{% for x in [] %}{% else %}{{ c.nme }}{% endfor %}", [("c", "nme")]),
    "set": ("{% set d = c %}{{ d.nme }}", [("d", "nme")]),
    "set block": ("{% set d %}{{ c.nme }}{% endset %}{{ d.nme }}", [("c", "nme")]),
    "with": ("{% with d = c.home %}{{ d.cty }}{% endwith %}", [("d", "cty")]),
    "filter": ("{{ c.nme | upper }}", [("c", "nme")]),
    "filter of a list": ("{{ (xs | sort | first).titel }}", [("xs|sort|first", "titel")]),
    "attribute of a filter": ("{{ xs | map(attribute='titel') | join }}", [("xs[]", "titel")]),
    "attributes of a sort": ("{% for x in xs | sort('title,a') %}{% endfor %}", []),
    "named attributes of a sort": (
        "{% for x in xs | sort(attribute='title,a') %}{{ x.b }}{% endfor %}",
        [("xs[]", "a"), ("x", "b")],
    ),
    "attribute of a selection": (
        "{% for x in xs | selectattr('done') %}{{ x.titel }}{% endfor %}",
        [("xs[]", "done"), ("x", "titel")],
    ),
    "argument of a macro": (
        "{% macro m(x, y) %}{{ x.titel }}{{ y.cty }}{% endmacro %}{{ m(xs[0], y=c.home) }}",
        [("x", "titel"), ("y", "cty")],
    ),
    "macro that calls another and itself": (
        "{% macro n(x) %}{{ x.titel }}{{ n(x) }}{% endmacro %}"
        "{% macro m(x) %}{{ n(x) }}{% endmacro %}{% for x in xs %}{{ m(x) }}{% endfor %}",
        [("x", "titel")],
    ),
    "caller of a macro": (
        "{% macro m(x) %}{{ x.nme }}{{ caller() }}{% endmacro %}{% call m(c) %}{% endcall %}",
        [("x", "nme")],
    ),
    "filter argument": ("{{ any | default(c.nme) }}", [("c", "nme")]),
    "test": ("{% if c.nme is defined %}{% endif %}", [("c", "nme")]),
    "every branch": (
        "{% if any %}{{ c.a }}{% elif c.b %}{{ c.d }}{% else %}{{ c.e }}{% endif %}",
        [("c", "a"), ("c", "b"), ("c", "d"), ("c", "e")],
    ),
    "same in both branches": (
        "{% if any %}{% set d = c %}{% else %}{% set d = c %}{% endif %}{{ d.nme }}",
        [("d", "nme")],
    ),
    "macro": ("{% macro m(a=c.nme) %}{{ c.b }}{% endmacro %}{{ m() }}", [("c", "nme"), ("c", "b")]),
    "call block": (
        "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ c.nme }}{% endcall %}",
        [("c", "nme")],
    ),
    "filter block": ("{% filter upper %}{{ c.nme }}{% endfilter %}", [("c", "nme")]),
    "block": ("{% block b %}{{ c.nme }}{% endblock %}", [("c", "nme")]),
}
KNOWN = {
    "declared": "{{ c.name }}{{ c.home.city }}{{ c['home'].city }}{{ xs[0].title }}",
    "methods of mappings": "{{ c.keys() | list }}{{ c.items() | list }}{{ c.get('name') }}",
    "methods of text": "{{ c.name.upper() }}",
    "additional properties": "{{ open.z }}{{ typed.z }}",
    "nothing known": "{{ any.z.z }}{{ circle.z }}{{ away.z }}{{ anchored.z }}{{ always.a.z }}",
    "dynamic subscript": "{{ c[any] }}{{ xs[any].z }}",
    "a name of its own": "{% set c = any %}{{ c.z }}",
    "loop variable": "{% for c in any %}{{ c.z }}{% endfor %}",
    "several loop variables": "{% for c, d in xs %}{{ c.z }}{% endfor %}",
    "recursive loop": "{% for x in xs recursive %}{{ x.children }}{% endfor %}",
    "macro argument": "{% macro m(c) %}{{ c.z }}{% endmacro %}{{ m(any) }}",
    "macro name": "{% macro c() %}{% endmacro %}{{ c.arguments }}",
    "call argument": "{% macro m() %}{% endmacro %}{% call(c) m() %}{{ c.z }}{% endcall %}",
    "one branch": "{% if any %}{% set c = any %}{% endif %}{{ c.z }}",
    "with": "{% with c = any %}{{ c.z }}{% endwith %}{{ c.name }}",
    "a schema that is true": "{{ all.b }}{% for x in all %}{{ x.b }}{% endfor %}",
    "a macro whose name is set": "{% macro m(x) %}{{ x.z }}{% endmacro %}{% set m = 1 %}{{ m(c) }}",
    "a changed list": "{% for x in xs | batch(2) %}{{ x.z }}{% endfor %}",
    "undeclared": "{{ other.z }}",
}


@pytest.mark.parametrize(("text", "expected"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_an_attribute_that_is_not_listed(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", KNOWN.values(), ids=KNOWN.keys())
def test_silent_in_doubt(text: str) -> None:
    assert found(text) == []


def test_says_what_is_known_and_where() -> None:
    parsed, _ = parse_template("Hi {{ c.nme }}", RenderLimits())
    assert parsed is not None
    (unknown,) = find_unknown_attributes(parsed.tree, SCHEMA)
    assert unknown.offset == 6
    assert unknown.known == ("name", "home")
