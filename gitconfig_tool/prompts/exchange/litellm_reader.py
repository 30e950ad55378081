"""LiteLLM's `.prompt` files, read: the way back of `litellm`, which says how LiteLLM reads them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gitconfig_tool.prompts.exchange.drafting import MODEL, Drafting, variables_schema
from gitconfig_tool.prompts.exchange.handlebars import OF_HANDLEBARS
from gitconfig_tool.prompts.exchange.litellm import BEGIN, END, TITLE, TYPES
from gitconfig_tool.prompts.exchange.model import Draft, ExchangeError
from gitconfig_tool.prompts.exchange.response import from_openai
from gitconfig_tool.prompts.exchange.source import Source
from gitconfig_tool.prompts.exchange.uses import object_shapes, variables_of_all

__all__ = ["TITLE", "is_it", "read"]

_MARKER = re.compile(r"^[ \t]*(System|User|Assistant):", re.MULTILINE)
_HIDDEN = re.compile(r"%\}[ \t]*(?:System|User|Assistant):")
_ESCAPES = "LiteLLM writes &, <, > and quotes of a value as HTML does; here it stands as it is"
_LINES = "LiteLLM cuts white space off the lines of a value, and begins a message at 'User:'"


def is_it(source: Source) -> bool:
    """Tell whether a file looks like this format."""
    return (
        source.kind == "front matter"
        and source.name.endswith(".prompt")
        and OF_HANDLEBARS.search(source.body) is None
        and ("{%" in source.body or _MARKER.search(source.body) is not None)
    )


def read(source: Source) -> Draft:
    """Read a `.prompt` file of LiteLLM."""
    draft = Drafting(source.name, source.value)
    draft.leave_all({"model": MODEL})
    given = draft.mapping("input").get("schema")
    types = given if isinstance(given, Mapping) else {}
    if draft.mapping("output"):
        draft.leave("output", "LiteLLM does not use it: see response_format")
    form = draft.peek("response_format")
    if isinstance(form, Mapping):
        draft.content.update(from_openai(form))
        draft.carried("response_format")
    others = ("model", "input", "output", "response_format")
    parameters = {name: draft.peek(name) for name in source.value if name not in others}
    draft.parameters("", parameters)
    body = source.body.strip()
    if body.startswith(BEGIN) and body.endswith(END):
        body = body[len(BEGIN) : -len(END)].strip()
    else:
        draft.leave("template", _ESCAPES)
    if _HIDDEN.search(body):
        raise ExchangeError(
            f"{source.name}: expected a message to begin on a line of its own, found one behind a "
            "block of Jinja2",
            hint="put each message on lines of its own: which there are must not depend on values",
        )
    # LiteLLM does so with the rendered text.
    body = "\n".join(line.strip() for line in body.split("\n"))
    draft.leave("template", _LINES)
    if not body:
        raise ExchangeError(f"{source.name}: expected text after the front matter, found none")
    if _MARKER.search(body) is None:
        draft.content["template"] = body
        templates = [body]
    else:
        draft.content["messages"] = list(_messages(body))
        templates = [each["content"] for each in draft.content["messages"]]
    _variables(draft, types, templates)
    return draft.finish()


def _messages(body: str) -> Iterator[dict[str, str]]:
    role, begin = "user", 0
    for match in (*_MARKER.finditer(body), None):
        text = body[begin : len(body) if match is None else match.start()].strip()
        if text:
            yield {"role": role, "content": text}
        if match is not None:
            role, begin = match[1].lower(), match.end()


def _variables(draft: Drafting, types: Mapping[str, Any], templates: list[str]) -> None:
    used = variables_of_all(draft.name, templates)
    shapes = object_shapes(templates)
    properties: dict[str, dict[str, Any]] = {}
    for name in used:
        kind = types.get(name)
        if kind in TYPES:
            properties[name] = {"type": kind}
            draft.carried(f"input.schema.{name}")
        else:
            properties[name] = shapes.get(name, {"type": "string"})
    for name in types:
        if name not in used:
            draft.leave(f"input.schema.{name}", "no message uses it")
    if properties:
        draft.content["variables"] = variables_schema(properties, used)
