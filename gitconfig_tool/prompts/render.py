"""Rendering of a prompt version with given variables.

Bounded and deterministic. In this process, `sandbox` sets the bounds; isolated, the operating
system does so, too. What is delivered stands alone, so nothing but the version is needed.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import partial
from typing import Any

from gitconfig_tool.errors import GitConfigError
from gitconfig_tool.prompts.isolation import Isolation
from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.model import PromptVersion
from gitconfig_tool.prompts.rendering import Renderer
from gitconfig_tool.prompts.templates import TemplateFailure, TemplateRenderer
from gitconfig_tool.prompts.variables import check_schema, check_variables, with_defaults


class RenderError(GitConfigError):
    """A prompt cannot be rendered with the given variables."""


def render(
    version: PromptVersion,
    variables: Mapping[str, Any],
    limits: RenderLimits | None = None,
    *,
    variant: str | None = None,
    isolated: bool = False,
    renderer: Renderer | None = None,
) -> list[dict[str, str]] | str:
    """Render a version: a list of `{role, content}`, or the text of its single template.

    `variant` is the id of the variant to render, None for the prompt itself. Variables are JSON;
    one that is not given gets its default. `isolated` starts a process for this one rendering; to
    render many, use `with Rendering(untrusted=...) as rendering` and give `rendering.render` as
    `renderer`.

    Raises `RenderError` when the variables do not fit their schema, the template fails, or there is
    no such variant; `IsolationError` where no process can be started.
    """
    bounds = limits or RenderLimits()
    if isolated and renderer is None:
        with Isolation(bounds) as isolation:
            return render(version, variables, bounds, variant=variant, renderer=isolation.render)
    name = f"{version.id}@{version.version}"
    content = _content(version, variant)
    given = content.get("variables")
    schema = given if isinstance(given, Mapping) else None
    for mistake in check_schema(schema) if schema is not None else ():
        raise RenderError(f"{name}: {mistake.message}", hint=mistake.hint)
    problems = check_variables(schema, variables)
    if problems:
        raise RenderError(
            f"{name}: {'; '.join(problem.message for problem in problems)}",
            hint="; ".join(dict.fromkeys(problem.hint for problem in problems if problem.hint)),
        )
    values = with_defaults(schema, variables)
    rendered = partial(_rendered, name, renderer or TemplateRenderer(bounds).render, values)
    template = content.get("template")
    if isinstance(template, str):
        return rendered(template)
    messages = content.get("messages")
    return [
        {"role": str(message["role"]), "content": rendered(str(message["content"]))}
        for message in (messages if isinstance(messages, list) else ())
    ]


def _content(version: PromptVersion, variant: str | None) -> Mapping[str, Any]:
    try:
        return version.content_of(variant)
    except KeyError:
        entries = version.content.get("variants") or ()
        names = [str(each.get("id")) for each in entries if isinstance(each, Mapping)]
        near = get_close_matches(str(variant), names, n=1)
        raise RenderError(
            f"{version.id}@{version.version}: expected a variant that exists, found '{variant}'",
            hint=f"did you mean '{near[0]}'?"
            if near
            else f"variants: {', '.join(names) or 'none'}",
        ) from None


def _rendered(name: str, renderer: Renderer, variables: Mapping[str, Any], text: str) -> str:
    try:
        return renderer(text, variables)
    except TemplateFailure as failure:
        line = text.count("\n", 0, failure.offset) + 1
        raise RenderError(
            f"{name}: {failure.message} (line {line} of the template)", hint=failure.hint
        ) from failure
