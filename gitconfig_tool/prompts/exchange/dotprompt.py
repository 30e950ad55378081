"""Google's dotprompt files, the simple part: front matter, and a Handlebars template.

As the reference of dotprompt's front matter has it (read November 2026) and the package
dotpromptz 0.2.0 reads it: white space at the ends of the template is cut off, then `{{role "..."}}`
begins a message. Without one, all is the user's.
"""

import copy
from collections.abc import Mapping
from typing import Any

from gitconfig_tool.prompts.exchange.drafting import (
    MODEL,
    TOOLS,
    Drafting,
    as_mapping,
    schema_of_value,
)
from gitconfig_tool.prompts.exchange.handlebars import (
    OF_HANDLEBARS,
    Turn,
    Variables,
    turns_of,
)
from gitconfig_tool.prompts.exchange.jinja import write
from gitconfig_tool.prompts.exchange.model import Draft, ExchangeError
from gitconfig_tool.prompts.exchange.names import id_of, version_of
from gitconfig_tool.prompts.exchange.picoschema import to_json_schema
from gitconfig_tool.prompts.exchange.source import Source

TITLE = "dotprompt"
_ROLES: Mapping[str, str] = {"model": "assistant"}


def is_it(source: Source) -> bool:
    """Tell whether a file looks like this format."""
    if source.kind != "front matter" or source.name.endswith(".prompty"):
        return False
    if OF_HANDLEBARS.search(source.body) is not None or "config" in source.value:
        return True
    # LiteLLM has the same front matter with Jinja2 after it.
    given = source.value.get("input")
    has_schema = isinstance(given, Mapping) and not {"schema", "default"}.isdisjoint(given)
    return (has_schema or source.name.endswith(".prompt")) and "{%" not in source.body


def read(source: Source) -> Draft:
    """Read a `.prompt` file."""
    draft = Drafting(source.name, source.value)
    name = draft.text("name")
    draft.id = id_of(name) if name else None
    draft.description()
    version = draft.peek("version")
    draft.version = None if version is None else version_of(version)
    if version is not None:
        if draft.version is None:
            draft.leave("version", "it is no version such as 1.2.0")
        else:
            draft.carried("version")
    draft.leave_all(
        {
            "model": MODEL,
            "tools": TOOLS,
            "toolDefs": TOOLS,
            "variant": "a variant of dotprompt is a file of its own: give its text to 'variants'",
        }
    )
    draft.parameters("config", draft.mapping("config"))
    _output(draft)
    variables = _variables(draft)
    turns = turns_of(source.name, source.body.strip(), variables)
    messages = [message for turn in turns if (message := _message(draft, turn)) is not None]
    if not messages:
        raise ExchangeError(f"{source.name}: expected text after the front matter, found none")
    draft.content["messages"] = messages
    if variables.schema.get("properties"):
        schema = variables.schema
        order = ("type", "properties", "required")
        draft.content["variables"] = {
            **{key: schema[key] for key in order if schema.get(key)},
            **{key: value for key, value in schema.items() if key not in order},
            "additionalProperties": False,
        }
    return draft.finish()


def _message(draft: Drafting, turn: Turn) -> dict[str, str] | None:
    if turn.role is None:
        draft.leave("{{history}}", "messages of the caller: put them in when you send")
        return None
    return {"role": _ROLES.get(turn.role, turn.role), "content": write(turn.pieces)}


def _variables(draft: Drafting) -> Variables:
    given = draft.mapping("input")
    schema = given.get("schema")
    defaults = as_mapping(given.get("default"), f"'input.default' of {draft.name}")
    for field in given:
        if field not in ("schema", "default"):
            draft.leave(f"input.{field}", "a prompt file has no such field")
    found: dict[str, Any] = (
        {"type": "object"}
        if schema is None
        else copy.deepcopy(to_json_schema(f"{draft.name}: input.schema", schema))
    )
    if schema is not None:
        draft.carried("input.schema")
    properties: dict[str, Any] = found.setdefault("properties", {})
    for name, value in defaults.items():
        if name not in properties:
            if schema is not None:
                draft.leave(f"input.default.{name}", "'input.schema' does not declare it")
                continue
            properties[name] = schema_of_value(value)
        properties[name]["default"] = value
        draft.carried(f"input.default.{name}")
        if name in found.get("required", ()):
            found["required"] = [each for each in found["required"] if each != name]
    if not found.get("required"):
        found.pop("required", None)
    return Variables(found, is_declared=schema is not None)


def _output(draft: Drafting) -> None:
    given = draft.mapping("output")
    form, schema = given.get("format"), given.get("schema")
    for field in given:
        if field not in ("format", "schema"):
            draft.leave(f"output.{field}", "a prompt file has no such field")
    if schema is not None:
        draft.content["responseFormat"] = "json_schema"
        draft.content["jsonSchema"] = to_json_schema(f"{draft.name}: output.schema", schema)
        draft.carried("output.schema")
    elif form in ("text", "json"):
        draft.content["responseFormat"] = "json_object" if form == "json" else "text"
        draft.carried("output.format")
    elif form is not None:
        draft.leave("output.format", "only 'text' and 'json' have a like here")
