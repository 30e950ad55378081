"""Rendering of a whole version."""

import os
import subprocess
import sys
from typing import Any

import pytest

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.prompts import PromptVersion
from gitconfig_tool.prompts.isolation import Isolation
from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.render import RenderError, render


def version(**content: Any) -> PromptVersion:
    return PromptVersion("greeting", "1.0.0", "p", content, Span("p"))


SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}


def test_a_template_gives_text_as_it_is_written() -> None:
    found = render(version(template="Hello {{ name }} <&>\n", variables=SCHEMA), {"name": "<Ada>"})
    assert found == "Hello <Ada> <&>\n"


def test_messages_give_messages() -> None:
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "I am {{ name }}"},
    ]
    assert render(version(messages=messages, variables=SCHEMA), {"name": "Ada"}) == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "I am Ada"},
    ]


# (variables, part of the message)
REFUSED = [
    ({}, "expected a value for 'name', found none"),
    ({"name": 3}, "expected a value that fits the schema in 'name'"),
    ({"name": "Ada", "nam": 1}, "expected a declared variable, found 'nam'"),
]


@pytest.mark.parametrize(("variables", "message"), REFUSED)
def test_variables_that_do_not_fit_are_refused(variables: dict[str, Any], message: str) -> None:
    with pytest.raises(RenderError) as caught:
        render(version(template="{{ name }}", variables=SCHEMA), variables)
    assert caught.value.message.startswith("greeting@1.0.0: ")
    assert message in caught.value.message
    assert caught.value.hint


def test_a_schema_that_is_wrong_is_refused() -> None:
    with pytest.raises(RenderError, match="type: object"):
        render(version(template="", variables={"type": "array"}), {})


def test_a_failure_names_the_line() -> None:
    with pytest.raises(RenderError, match=r"line 2 of the template"):
        render(version(template="a\n{{ name.first.second }}", variables=SCHEMA), {"name": "Ada"})


def test_limits_hold() -> None:
    with pytest.raises(RenderError, match="at most 3 characters"):
        render(version(template="abcd"), {}, RenderLimits(output_characters=3))


def test_the_result_does_not_depend_on_the_hash_seed() -> None:
    program = (
        "from gitconfig_tool.diagnostics import Span\n"
        "from gitconfig_tool.prompts import PromptVersion\n"
        "from gitconfig_tool.prompts.render import render\n"
        "t = \"{{ ['b', 'a', 'b'] | unique | join }}{{ {'z': 1, 'a': 2} | tojson }}"
        "{% for k in {'z': 1, 'a': 2} %}{{ k }}{% endfor %}\"\n"
        "print(render(PromptVersion('a', '1.0.0', 'p', {'template': t}, Span('p')), {}))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert found == {'ba{"a": 2, "z": 1}za\n'}


DEFAULTS = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "tone": {"type": "string", "enum": ["warm", "cold"], "default": "warm"},
    },
    "required": ["name", "tone"],
}


def test_a_default_stands_in_for_what_is_not_given() -> None:
    found = version(template="{{ name }} {{ tone }}", variables=DEFAULTS)
    assert render(found, {"name": "Ada"}) == "Ada warm"
    assert render(found, {"name": "Ada", "tone": "cold"}) == "Ada cold"
    with pytest.raises(RenderError, match="expected a value for 'name', found none"):
        render(found, {"tone": "cold"})
    with pytest.raises(RenderError, match="in 'tone'"):
        render(found, {"name": "Ada", "tone": "hot"})


def test_a_variant_renders_with_what_it_has_otherwise() -> None:
    found = version(
        template="Hello {{ name }}",
        variables=SCHEMA,
        variants=[
            {"id": "control", "weight": 50},
            {"id": "chat", "weight": 50, "messages": [{"role": "user", "content": "{{ name }}!"}]},
        ],
    )
    assert render(found, {"name": "Ada"}, variant="control") == "Hello Ada"
    assert render(found, {"name": "Ada"}, variant="chat") == [{"role": "user", "content": "Ada!"}]
    with pytest.raises(RenderError, match="a variant that exists, found 'caht'") as failure:
        render(found, {"name": "Ada"}, variant="caht")
    assert failure.value.hint == "did you mean 'chat'?"


def test_a_process_of_its_own_renders_the_same() -> None:
    found = version(template="Hello {{ name }}", variables=SCHEMA)
    assert render(found, {"name": "Zoë"}, isolated=True) == "Hello Zoë"
    with Isolation() as isolation:
        for number in range(3):
            name = f"Ada {number}"
            assert render(found, {"name": name}, renderer=isolation.render) == f"Hello {name}"
        assert isolation.started == 1


@pytest.mark.parametrize(
    ("about", "value"),
    [
        ({"pattern": "^(a+)+$"}, "a" * 60 + "!"),
        ({"pattern": "^(?=(a+)+b)(a+)+$"}, "a" * 60 + "!"),
        (
            {"patternProperties": {"^(a+)+$": True}, "additionalProperties": False},
            {"a" * 60 + "!": 1},
        ),
    ],
)
def test_a_pattern_takes_no_time(about: dict[str, Any], value: Any) -> None:
    """Python's own engine would take years for these."""
    schema = {"type": "object", "properties": {"name": about}}
    with pytest.raises(RenderError, match="expected a value that fits the schema in 'name'"):
        render(version(template="{{ name }}", variables=schema), {"name": value})


@pytest.mark.parametrize("pattern", ["(?P<a>x)(?P=a)", r"x\Z", "(a{1000}){1000}{1000}"])
def test_a_pattern_that_is_none_of_json_schema_is_refused(pattern: str) -> None:
    schema = {"type": "object", "properties": {"name": {"pattern": pattern}}}
    with pytest.raises(RenderError, match="expected a regular expression in 'variables'"):
        render(version(template="{{ name }}", variables=schema), {"name": "x"})
