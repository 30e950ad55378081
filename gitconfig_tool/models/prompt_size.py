"""How long the text of a prompt version is, at the least and at the most.

Takes a prompt version as it is delivered; renders it with the smallest and the largest values of
its variables. Counts nothing: `budget` asks a tokenizer about the texts. Bounded: an overlong
rendering is given up, and then its size is not known.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.models.extremes import ABSENT, Extremes, assignments, extremes_of, size_of
from gitconfig_tool.prompts import PromptVersion
from gitconfig_tool.prompts.rendering import Renderer

# Values of more characters than this in all are not rendered: that would take seconds, and they fit
# no window. The longest few renderings are kept: what has most bytes has most tokens, nearly.
MAX_CHARACTERS = 1_000_000
_KEPT = 3


@dataclass(frozen=True, slots=True)
class Rendered:
    """The texts of one rendering: one for each message, or the one of a template."""

    texts: tuple[str, ...]

    @property
    def size(self) -> int:
        """The bytes of all texts in UTF-8."""
        return sum(len(text.encode("utf-8", "surrogatepass")) for text in self.texts)


@dataclass(frozen=True, slots=True)
class PromptSize:
    """What a prompt version, or one variant of it, can become.

    `shortest` is None where no rendering with small values succeeds; `longest` are the renderings
    that may be the longest one, and it is empty where the one with the largest values fails.
    `is_huge` says that it has values of more than `MAX_CHARACTERS`, which are not rendered.
    `unbounded` are the places of variables that have no bound: they are small in `longest`.
    """

    name: str
    is_chat: bool
    shortest: Rendered | None
    longest: tuple[Rendered, ...]
    is_huge: bool
    variables: tuple[Extremes, ...]
    unbounded: tuple[str, ...]
    content: Mapping[str, Any]

    def without(self, variable: str, renderer: Renderer) -> Rendered | None:
        """Return the longest rendering with one variable at its smallest, or None."""
        values = {each.name: each.largest[0] for each in self.variables}
        for each in self.variables:
            if each.name == variable:
                values[variable] = each.empty
        return _render(self.content, values, renderer)


def sizes_of(version: PromptVersion, renderer: Renderer) -> Iterator[PromptSize]:
    """Yield the size of a prompt version, and of each of its variants that has fields of its own.

    A variant that is the prompt itself, such as `control`, has the same size.
    """
    name = f"{version.id}@{version.version}"
    base = version.content_of(None)
    yield _size(name, base, renderer)
    for variant in () if version.file is None else version.file.variants:
        if variant.id is not None:
            content = version.content_of(variant.id)
            if content != base:
                yield _size(f"{name} (variant {variant.id})", content, renderer)


def _size(name: str, content: Mapping[str, Any], renderer: Renderer) -> PromptSize:
    schema = content.get("variables")
    variables = extremes_of(schema if isinstance(schema, Mapping) else None)
    texts = _templates(content)
    is_huge = sum(size_of(each.largest[0]) for each in variables) > MAX_CHARACTERS
    if is_huge:
        small = (
            {each.name: each.empty for each in variables},
            {each.name: each.smallest for each in variables},
        )
        found = [
            each for values in small if (each := _render(content, values, renderer)) is not None
        ]
        longest: tuple[Rendered, ...] = ()
    else:
        first, *others = assignments(variables, texts)
        largest = _render(content, first, renderer)
        found = [
            each for values in others if (each := _render(content, values, renderer)) is not None
        ]
        every = () if largest is None else dict.fromkeys((largest, *found))
        longest = tuple(sorted(every, key=lambda each: each.size, reverse=True)[:_KEPT])
    return PromptSize(
        name,
        "messages" in content,
        min(found, key=lambda each: each.size, default=None),
        longest,
        is_huge,
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


def _render(
    content: Mapping[str, Any], values: Mapping[str, Any], renderer: Renderer
) -> Rendered | None:
    # Jinja2 is loaded here, and only where there is a prompt.
    from gitconfig_tool.prompts.templates import TemplateFailure

    given = {name: value for name, value in values.items() if value is not ABSENT}
    try:
        return Rendered(tuple(renderer(text, given) for text in _templates(content)))
    except TemplateFailure:
        # With these values it is no prompt: too long, or a branch that asks for others.
        return None
