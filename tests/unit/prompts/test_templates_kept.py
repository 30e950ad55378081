"""What a renderer keeps between renderings, and what not."""

import gc

import pytest

from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.sandbox import Sandbox
from gitconfig_tool.prompts.templates import TemplateFailure, TemplateRenderer, parse_template


def test_each_rendering_has_the_whole_budget() -> None:
    renderer = TemplateRenderer(RenderLimits(steps=60))
    text = "{% for x in range(40) %}.{% endfor %}"
    assert [renderer.render(text, {}) for _ in range(5)] == ["." * 40] * 5


def test_a_rendering_that_ends_early_takes_nothing_from_the_next() -> None:
    renderer = TemplateRenderer(RenderLimits(steps=60))
    with pytest.raises(TemplateFailure):
        renderer.render("{% for x in range(90) %}.{% endfor %}", {})
    assert renderer.render("{% for x in range(40) %}.{% endfor %}", {}) == "." * 40


def test_nothing_that_a_template_sets_is_there_in_the_next() -> None:
    renderer = TemplateRenderer(RenderLimits())
    assert renderer.render("{% set name = 'Ada' %}{{ name }}", {}) == "Ada"
    with pytest.raises(TemplateFailure, match="expected a value"):
        renderer.render("{{ name }}", {})


def test_what_was_parsed_is_rendered_without_compiling_it_again() -> None:
    limits = RenderLimits()
    parsed, _ = parse_template("Hello {{ name }}", limits)
    assert parsed is not None
    renderer = TemplateRenderer(limits)
    renderer.keep(parsed)
    assert renderer.render("Hello {{ name }}", {"name": "Ada"}) == "Hello Ada"
    assert parse_template("Hello {{ name }}", limits, is_checked=True)[0].code is None  # type: ignore[union-attr]


def test_parsing_and_rendering_leave_no_sandboxes_behind() -> None:
    limits = RenderLimits()
    renderer = TemplateRenderer(limits)
    renderer.render("{{ x }}", {"x": 1})
    parse_template("{{ x }}", limits)
    gc.collect()
    gc.disable()
    try:
        before = sum(isinstance(each, Sandbox) for each in gc.get_objects())
        for number in range(20):
            parse_template(f"{{{{ x }}}} {number}", limits)
            renderer.render(f"{{{{ x }}}} {number}", {"x": 1})
        after = sum(isinstance(each, Sandbox) for each in gc.get_objects())
    finally:
        gc.enable()
    assert after == before
