"""Rendering of a prompt version with given variables.

Bounded and deterministic, within our own process; see `sandbox` for what that does and does not
promise. Rendering of untrusted templates in a subprocess with resource limits is a later step.
"""

from collections.abc import Mapping
from typing import Any

from gitconfig_tool.errors import GitConfigError
from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.model import PromptVersion
from gitconfig_tool.prompts.templates import TemplateFailure, render_template
from gitconfig_tool.prompts.variables import check_schema, check_variables


class RenderError(GitConfigError):
    """A prompt cannot be rendered with the given variables."""


def render(
    version: PromptVersion,
    variables: Mapping[str, Any],
    limits: RenderLimits | None = None,
) -> list[dict[str, str]] | str:
    """Render a version: a list of `{role, content}`, or the text of its single template.

    Raises `RenderError` when the variables do not fit their schema, or the template fails.
    """
    name = f"{version.id}@{version.version}"
    given = version.content.get("variables")
    schema = given if isinstance(given, Mapping) else None
    for mistake in check_schema(schema) if schema is not None else ():
        raise RenderError(f"{name}: {mistake.message}", hint=mistake.hint)
    problems = check_variables(schema, variables)
    if problems:
        raise RenderError(
            f"{name}: {'; '.join(problem.message for problem in problems)}",
            hint="; ".join(dict.fromkeys(problem.hint for problem in problems if problem.hint)),
        )
    bounds = limits or RenderLimits()
    template = version.content.get("template")
    if isinstance(template, str):
        return _rendered(name, template, variables, bounds)
    messages = version.content.get("messages")
    return [
        {
            "role": str(message["role"]),
            "content": _rendered(name, str(message["content"]), variables, bounds),
        }
        for message in (messages if isinstance(messages, list) else ())
    ]


def _rendered(name: str, text: str, variables: Mapping[str, Any], limits: RenderLimits) -> str:
    try:
        return render_template(text, variables, limits)
    except TemplateFailure as failure:
        line = text.count("\n", 0, failure.offset) + 1
        raise RenderError(
            f"{name}: {failure.message} (line {line} of the template)", hint=failure.hint
        ) from failure
