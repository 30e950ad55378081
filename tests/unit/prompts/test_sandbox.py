"""The sandbox ends runaway templates early, and reaches nothing outside the template."""

import resource
import time

import pytest

from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.templates import TemplateFailure, parse_template, render_template

LIMITS = RenderLimits()
BIG = 10**9

# Templates that would take gigabytes or years.
BOMBS = {
    "repetition": "{{ 'a' * 1000000000 }}",
    "repetition of a list": "{{ ([1] * 1000000000) | length }}",
    "repetition from the left": "{{ 1000000000 * 'a' }}",
    "power": "{{ 9 ** 999999999 }}",
    "growing product": "{% set n = namespace(x=10) %}{% for i in range(60) %}"
    "{% set n.x = n.x * n.x %}{% endfor %}",
    "range": "{% for i in range(1000000000) %}{% endfor %}",
    "nested ranges": "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
    "nested lists": "{% for a in xs %}{% for b in xs %}{% for c in xs %}{% for d in xs %}"
    "{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
    "doubling with ~": "{% set n = namespace(x='aaaa') %}{% for i in range(60) %}"
    "{% set n.x = n.x ~ n.x %}{% endfor %}",
    "doubling with +": "{% set n = namespace(x='aaaa') %}{% for i in range(60) %}"
    "{% set n.x = n.x + n.x %}{% endfor %}",
    "doubling in a block": "{% set n = namespace(x='aaaa') %}{% for i in range(60) %}"
    "{% set n.x %}{{ n.x }}{{ n.x }}{% endset %}{% endfor %}",
    "doubling of lists": "{% set n = namespace(x=[1]) %}{% for i in range(60) %}"
    "{% set n.x = n.x + n.x %}{% endfor %}",
    "lists of lists": "{% set n = namespace(x=['aaaa']) %}{% for i in range(60) %}"
    "{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x | string | length }}",
    "mappings of mappings": "{% set n = namespace(x={}) %}{% for i in range(60) %}"
    "{% set n.x = {'a': n.x, 'b': n.x} %}{% endfor %}{{ n.x | tojson | length }}",
    "tuples of tuples": "{% set n = namespace(x=('a',)) %}{% for i in range(60) %}"
    "{% set n.x = (n.x, n.x) %}{% endfor %}{{ n.x | string | length }}",
    "dict()": "{% set n = namespace(x={}) %}{% for i in range(60) %}"
    "{% set n.x = dict(a=n.x, b=n.x) %}{% endfor %}{{ n.x | string | length }}",
    "macros that call twice": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}"
    "{% endmacro %}{{ m(40) }}",
    "endless recursion": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "recursive loop": "{% for x in [1, 2] recursive %}{% if loop.depth < 40 %}{{ loop([1, 2]) }}"
    "{% endif %}{% endfor %}",
    "center": "{{ 'a' | center(1000000000) }}",
    "indent": "{{ 'a\n' | indent(1000000000) }}",
    "indent with text": "{{ text | list | join('\n') | indent(text) }}",
    "format": "{{ '%1000000000d' | format(1) }}",
    "format with a star": "{{ '%*d' | format(1000000000, 1) }}",
    "operator %": "{{ '%1000000000d' % 1 }}",
    "replace": "{{ text | replace('a', text) }}",
    "method replace": "{{ text.replace('a', text) }}",
    "join": "{{ range(9999) | join(text) }}",
    "method join": "{{ text.join(xs) }}",
    "join of one big value": "{% set n = namespace(x=[]) %}{% for i in range(2000) %}"
    "{% set n.x = n.x + [text] %}{% endfor %}{{ n.x | join }}",
    "wordwrap": "{{ text | wordwrap(1, wrapstring=text) }}",
    "batch": "{{ [1] | batch(1000000000, 0) | list | length }}",
    "slice": "{{ [1] | slice(1000000000) | list | length }}",
    "tojson": "{{ [1, 2] | tojson(indent=1000000000) }}",
    "round": "{{ 1.5 | round(1000000000, 'ceil') }}",
    "sum of lists": "{{ [[1]] | sum(start=[]) }}",
    "map with a big default": "{% set n = namespace(x='a') %}{% for i in range(20) %}"
    "{% set n.x = range(1000) | map(attribute='zz', default=n.x) | list %}{% endfor %}",
    "output": "{% for i in range(9999) %}{{ text }}{% endfor %}",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_ends_early(bomb: str) -> None:
    parsed, problems = parse_template(bomb, LIMITS)
    assert problems == ()
    assert parsed is not None
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    with pytest.raises(TemplateFailure, match="expected"):
        render_template(bomb, {"xs": ["a"] * 200, "text": "a" * 50_000}, LIMITS)
    # Far below what the bomb would take, far above what a busy machine needs: in kilobytes.
    assert time.process_time() - start < 60
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000


# Ways out of a sandbox that have been tried against Jinja2.
ESCAPES = {
    "class": "{{ ''.__class__ }}",
    "subscript": "{{ ''['__class__'] }}",
    "attr filter": "{{ '' | attr('__class__') }}",
    "map attribute": "{{ [''] | map(attribute='__class__') | first }}",
    "globals of a function": "{{ range.__globals__ }}",
    "globals of a macro": "{% macro m() %}{% endmacro %}{{ m.__init__.__globals__ }}",
    "self": "{{ self.__init__ }}",
    "format": "{{ '{0.__class__}'.format(1) }}",
    "format by subscript": "{{ ''['format'] }}",
    "format_map": "{{ '{a}'.format_map({'a': 1}) }}",
    "format through attr": "{{ ('{0.__class__}' | attr('format'))(1) }}",
    "change of a list": "{{ xs.append(1) }}",
    "change of a mapping": "{{ {'a': 1}.update({'b': 2}) }}",
    "bytes": "{{ 'a'.encode() }}",
    "long integers": "{{ (1).to_bytes(1000000000, 'big') }}",
    "generator": "{{ (xs | map('upper')).gi_frame }}",
    "cycler": "{{ cycler.__init__.__globals__ }}",
    "namespace": "{{ namespace().__init__ }}",
    "loop": "{% for x in xs %}{{ loop._iterable }}{% endfor %}",
    "loop class": "{% for x in xs %}{{ loop.__class__ }}{% endfor %}",
}


@pytest.mark.parametrize("template", ESCAPES.values(), ids=ESCAPES.keys())
def test_nothing_outside_the_template_is_reached(template: str) -> None:
    xs = ["a"]
    with pytest.raises(TemplateFailure):
        render_template(template, {"xs": xs}, LIMITS)
    assert xs == ["a"]


# (template, text), worked out by hand.
ORDINARY = {
    "numbers": ("{{ 2 * 3 + 1 }} {{ 7 % 4 }} {{ 7 // 2 }}", "7 3 3"),
    "text": ("{{ 'a' ~ 1 ~ 'b' }}{{ '-' * 3 }}", "a1b---"),
    "format": ("{{ '%s: %03d' | format('n', 7) }} {{ '%d%%' % 5 }}", "n: 007 5%"),
    "join": ("{{ xs | join(', ') }} {{ '-'.join(xs) }}", "one, two one-two"),
    "join by attribute": ("{{ [{'n': 'a'}, {'n': 'b'}] | join('+', attribute='n') }}", "a+b"),
    "replace": ("{{ 'aXa' | replace('X', 'b') }} {{ 'aXa'.replace('a', '') }}", "aba X"),
    "loop": (
        "{% for x in xs %}{{ loop.index }}/{{ loop.length }}{{ ',' if not loop.last }}{% endfor %}",
        "1/2,2/2",
    ),
    "loop with a test": ("{% for x in xs if x != 'one' %}{{ x }}{% else %}none{% endfor %}", "two"),
    "unpacking": ("{% for k, v in {'a': 1}.items() %}{{ k }}{{ v }}{% endfor %}", "a1"),
    "range": ("{% for i in range(1, 6, 2) %}{{ i }}{% endfor %}", "135"),
    "namespace": (
        "{% set n = namespace(c=0) %}{% for x in xs %}{% set n.c = n.c + 1 %}{% endfor %}{{ n.c }}",
        "2",
    ),
    "macro": ("{% macro m(a, b='!') %}{{ a }}{{ b }}{% endmacro %}{{ m('hi') }}", "hi!"),
    "call block": (
        "{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}x{% endcall %}",
        "<x>",
    ),
    "recursive loop": (
        "{% for x in [{'c': [{'c': []}]}] recursive %}{{ loop.depth }}{{ loop(x.c) }}{% endfor %}",
        "12",
    ),
    "filters": ("{{ xs | map('upper') | list | last }}{{ 'a' | center(3) }}|", "TWO a |"),
    "groupby": (
        "{% for k, g in [{'t': 1}, {'t': 1}] | groupby('t') %}{{ k }}:{{ g | length }}{% endfor %}",
        "1:2",
    ),
    "batch": ("{% for row in [1, 2, 3] | batch(2, 0) %}{{ row | join }};{% endfor %}", "12;30;"),
    "tojson": ("{{ {'b': 1, 'a': [true, none]} | tojson }}", '{"a": [true, null], "b": 1}'),
    "sum": ("{{ [1, 2, 3] | sum }}", "6"),
    "default": ("{{ missing | default('d') }}", "d"),
    "tests": ("{{ 'y' if missing is defined else 'n' }}{{ 'one' in xs }}", "nTrue"),
    "cycler": ("{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}", "aba"),
    "with": ("{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}", "3"),
    "set block": ("{% set a %}x{{ 1 }}{% endset %}{{ a }}", "x1"),
    "white space": ("a \n{%- if true %} b {%+ endif %}\n", "a b \n"),
    "not escaped": ("{{ '<&>' }}", "<&>"),
    "raw": ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
    "indent": ("{{ 'a\nb' | indent(2) }}", "a\n  b"),
    "comment": ("a{# no #}b", "ab"),
    "tuple": ("{{ 'yes' if 'a' in ('a', 'b') else 'no' }}", "yes"),
}


@pytest.mark.parametrize(("template", "text"), ORDINARY.values(), ids=ORDINARY.keys())
def test_ordinary_templates_render(template: str, text: str) -> None:
    assert render_template(template, {"xs": ["one", "two"]}, LIMITS) == text


# (template, part of the message)
NOT_TEXT = {
    "a list": ("{{ xs }}", "found a list"),
    "a mapping": ("{{ {'a': 1} }}", "found a mapping"),
    "null": ("{{ none }}", "found null"),
    "a macro": ("{% macro m() %}{% endmacro %}{{ m }}", "found a macro"),
    "a generator": ("{{ xs | map('upper') }}", "cannot be written"),
    "joined": ("{{ 'a' ~ xs }}", "found a list"),
    # The text of a function or an object is its place in memory, another one in each process.
    "a function as text": ("{{ range | string }}", "cannot be written"),
    "a function in a format": ("{{ '%s' | format(range) }}", "cannot be written"),
    "an object in a format": ("{{ '%s' % cycler(1) }}", "cannot be written"),
    "an object in a list": ("{{ [cycler(1)] | join }}", "cannot be written"),
    "a generator as text": ("{{ xs | map('upper') | string }}", "cannot be written"),
}


@pytest.mark.parametrize(("template", "message"), NOT_TEXT.values(), ids=NOT_TEXT.keys())
def test_what_has_no_text_of_its_own_is_refused(template: str, message: str) -> None:
    with pytest.raises(TemplateFailure, match=message):
        render_template(template, {"xs": ["a"]}, LIMITS)


def test_limits_are_exact() -> None:
    limits = RenderLimits(output_characters=5)
    assert render_template("{{ a }}", {"a": "12345"}, limits) == "12345"
    with pytest.raises(TemplateFailure, match="at most 5 characters"):
        render_template("{{ a }}6", {"a": "12345"}, limits)


def test_each_rendering_has_a_budget_of_its_own() -> None:
    limits = RenderLimits(steps=12)
    for _ in range(3):
        assert render_template("{% for i in range(5) %}{{ i }}{% endfor %}", {}, limits) == "01234"
