"""How long the text of a prompt version is, at the least and at the most.

Takes a prompt version as it is delivered; renders it with the smallest and the largest values of
its variables. Counts nothing: `budget` asks a tokenizer about the texts. Bounded: an overlong
rendering is given up, and then its size is not known.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.models.extremes import ABSENT, Extremes, assignments, extremes_of
from gitconfig_tool.prompts import PromptVersion

# Fields that a variant of a prompt may have instead of the prompt's own.
_OVERRIDES = ("messages", "template", "modelParameters", "responseFormat", "jsonSchema")


@dataclass(frozen=True, slots=True)
class Rendered:
    """The texts of one rendering: one for each message, or the one of a template."""

    texts: tuple[str, ...]

    @property
    def characters(self) -> int:
        """The length of all texts."""
        return sum(map(len, self.texts))


@dataclass(frozen=True, slots=True)
class PromptSize:
    """What a prompt version, or one variant of it, can become.

    `shortest` is None where no rendering with small values succeeds; `longest` are the renderings
    that may be the longest one, and it is empty where the one with the largest values fails.
    `unbounded` are the places of variables that have no bound: they are small in `longest`.
    """

    name: str
    is_chat: bool
    shortest: Rendered | None
    longest: tuple[Rendered, ...]
    variables: tuple[Extremes, ...]
    unbounded: tuple[str, ...]
    content: Mapping[str, Any]

    def without(self, variable: str) -> Rendered | None:
        """Return the longest rendering with one variable at its smallest, or None."""
        values = {each.name: each.largest[0] for each in self.variables}
        for each in self.variables:
            if each.name == variable:
                values[variable] = each.empty
        return _render(self.content, values)


def sizes_of(version: PromptVersion) -> Iterator[PromptSize]:
    """Yield the size of a prompt version, and of each of its variants with a text of its own."""
    name = f"{version.id}@{version.version}"
    yield _size(name, version.content)
    variants = version.content.get("variants")
    for variant in variants if isinstance(variants, list) else ():
        if isinstance(variant, Mapping) and any(each in variant for each in _OVERRIDES):
            yield _size(f"{name} (variant {variant.get('id')})", overridden(version, variant))


def overridden(version: PromptVersion, variant: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the content of a version with what a variant has instead."""
    own = {name: variant[name] for name in _OVERRIDES if name in variant}
    kept = dict(version.content)
    if "messages" in own:
        kept.pop("template", None)
    if "template" in own:
        kept.pop("messages", None)
    return {**kept, **own}


def _size(name: str, content: Mapping[str, Any]) -> PromptSize:
    schema = content.get("variables")
    variables = extremes_of(schema if isinstance(schema, Mapping) else None)
    texts = _templates(content)
    first, *others = assignments(variables, texts)
    largest = _render(content, first)
    found = [each for values in others if (each := _render(content, values)) is not None]
    return PromptSize(
        name,
        "messages" in content,
        min(found, key=lambda each: each.characters, default=None),
        () if largest is None else tuple(dict.fromkeys((largest, *found))),
        variables,
        tuple(place for each in variables for place in each.unbounded),
        content,
    )


def _templates(content: Mapping[str, Any]) -> tuple[str, ...]:
    template, messages = content.get("template"), content.get("messages")
    if isinstance(template, str):
        return (template,)
    return tuple(
        each["content"]
        for each in (messages if isinstance(messages, list) else ())
        if isinstance(each, Mapping) and isinstance(each.get("content"), str)
    )


def _render(content: Mapping[str, Any], values: Mapping[str, Any]) -> Rendered | None:
    # Jinja2 is loaded here, and only where there is a prompt.
    from gitconfig_tool.prompts.limits import RenderLimits
    from gitconfig_tool.prompts.templates import TemplateFailure, render_template

    given = {name: value for name, value in values.items() if value is not ABSENT}
    limits = RenderLimits()
    try:
        return Rendered(tuple(render_template(text, given, limits) for text in _templates(content)))
    except TemplateFailure:
        # With these values it is no prompt: too long, or a branch that asks for others.
        return None
