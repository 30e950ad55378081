"""Prompts stored with OpenAI, as JSON.

As the API reference and the guide "Prompting" describe them (read November 2026): an id `pmpt_...`,
a version that counts up, instructions or messages with `{{name}}`, variables, and the settings of
the Responses API. OpenAI has no call that returns a prompt: such a file is put together from the
dashboard.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gitconfig_tool.prompts.exchange.doubled import names_of, pieces_of
from gitconfig_tool.prompts.exchange.drafting import (
    MODEL,
    PARAMETER_NAMES,
    TOOLS,
    Drafting,
    as_list,
    as_mapping,
    kind_of,
    schema_of_value,
    variables_schema,
)
from gitconfig_tool.prompts.exchange.jinja import write
from gitconfig_tool.prompts.exchange.model import Draft, ExchangeError
from gitconfig_tool.prompts.exchange.names import id_of, version_of
from gitconfig_tool.prompts.exchange.response import from_named_schema, from_openai
from gitconfig_tool.prompts.exchange.source import Source

TITLE = "OpenAI stored prompt"
_MESSAGES = ("messages", "input", "prompt_template")
_TEXT_PARTS = frozenset({"text", "input_text", "output_text"})


def is_it(source: Source) -> bool:
    """Tell whether a file looks like this format."""
    value = source.value
    named = str(value.get("id", "")).startswith("pmpt_") or value.get("object") == "prompt"
    return source.kind == "json" and (
        named or value.get("object") == "response" or _refers(value) or _has_settings(value)
    )


def _refers(value: Mapping[str, Any]) -> bool:
    inner = value.get("prompt")
    return isinstance(inner, Mapping) and str(inner.get("id", "")).startswith("pmpt_")


def _has_settings(value: Mapping[str, Any]) -> bool:
    """Tell whether a file has the instructions of the Responses API, and variables."""
    return isinstance(value.get("variables"), Mapping) and (
        "instructions" in value or isinstance(value.get("messages"), list)
    )


def read(source: Source) -> Draft:
    """Read a stored prompt."""
    if source.value.get("object") == "response" or (
        _refers(source.value) and not {"instructions", *_MESSAGES} & source.value.keys()
    ):
        raise ExchangeError(
            f"{source.name}: expected the prompt itself, found a request or an answer with it",
            hint="copy the prompt's messages from the dashboard: the variables are filled in here",
        )
    draft = Drafting(source.name, source.value)
    name = draft.text("name")
    draft.id = id_of(name) if name else None
    draft.leave_all(
        {
            "id": "the id of a prompt is its folder's name",
            "object": "it names the kind of a JSON object",
            "created_at": "Git says when a prompt was made",
            "is_default": "the range in !prompt says which version is used",
            "model": MODEL,
            "tools": TOOLS,
            "tool_choice": TOOLS,
        }
    )
    version = draft.peek("version")
    if version is not None:
        draft.version = version_of(version)
        if draft.version is None:
            draft.leave("version", "it is no number")
        else:
            draft.carried("version")
    draft.description()
    names: list[str] = []
    messages = list(_messages(draft, names))
    if not messages:
        raise ExchangeError(
            f"{source.name}: expected 'instructions' or 'messages', found neither",
            hint="copy the prompt's messages from the dashboard",
        )
    draft.content["messages"] = messages
    _variables(draft, tuple(dict.fromkeys(names)))
    parameters = {field: draft.peek(field) for field in source.value if field in PARAMETER_NAMES}
    draft.parameters("", parameters)
    reasoning = draft.mapping("reasoning")
    for field, value in reasoning.items():
        if field == "effort":
            draft.parameters("reasoning", {"reasoning_effort": value})
        else:
            draft.leave(f"reasoning.{field}", "a prompt file has no such field")
    _form(draft)
    return draft.finish()


def _messages(draft: Drafting, names: list[str]) -> Iterator[dict[str, str]]:
    instructions = draft.peek("instructions")
    if isinstance(instructions, str):
        if instructions:
            draft.carried("instructions")
            yield _message(draft, "instructions", "system", instructions, names)
    else:
        yield from _listed(draft, "instructions", instructions, names)
    for field in _MESSAGES:
        yield from _listed(draft, field, draft.peek(field), names)


def _listed(draft: Drafting, field: str, given: Any, names: list[str]) -> Iterator[dict[str, str]]:
    if isinstance(given, str):
        draft.carried(field)
        yield _message(draft, field, "user", given, names)
        return
    for index, each in enumerate(as_list(given, f"'{field}' of {draft.name}")):
        place = f"{field}[{index}]"
        message = as_mapping(each, f"'{place}' of {draft.name}")
        role = message.get("role")
        if not isinstance(role, str):
            raise draft.wrong(f"a role in '{place}'", role)
        if role == "developer":
            role = "system"
            draft.leave(f"{place}.role", "there is no role 'developer': it is written as 'system'")
        draft.carried(place)
        yield _message(draft, place, role, _text(draft, place, message.get("content")), names)


def _text(draft: Drafting, place: str, content: Any) -> str:
    if isinstance(content, str):
        return content
    found = []
    for index, part in enumerate(as_list(content, f"'{place}.content' of {draft.name}")):
        kind = part.get("type") if isinstance(part, Mapping) else None
        if (
            not isinstance(kind, str)
            or kind not in _TEXT_PARTS
            or not isinstance(part.get("text"), str)
        ):
            raise ExchangeError(
                f"{draft.name}: expected text in '{place}.content[{index}]', found "
                + (f"'{kind}'" if isinstance(kind, str) else kind_of(part)),
                hint="a message of a prompt file is text: send images and files with the request",
            )
        found.append(part["text"])
    if len(found) > 1:
        raise ExchangeError(
            f"{draft.name}: expected one text in '{place}.content', found {len(found)}",
            hint="join them in the source: how a model puts them together is not defined",
        )
    return "".join(found)


def _message(draft: Drafting, place: str, role: str, text: str, names: list[str]) -> dict[str, str]:
    names += names_of(text)
    return {"role": role, "content": write(list(pieces_of(f"{draft.name}: {place}", text)))}


def _variables(draft: Drafting, names: tuple[str, ...]) -> None:
    given = draft.peek("variables")
    if isinstance(given, list):
        given = {str(each.get("name")): each for each in given if isinstance(each, Mapping)}
    properties: dict[str, dict[str, Any]] = {name: {"type": "string"} for name in names}
    required = list(names)
    values = {}
    for name, value in as_mapping(given, f"'variables' of {draft.name}").items():
        field = f"variables.{name}"
        if name not in properties:
            draft.leave(field, "no message uses it")
            continue
        if isinstance(value, Mapping):
            if str(value.get("type")) in _TEXT_PARTS:
                value = value.get("text")
            elif str(value.get("type", "")).startswith("input_"):
                raise ExchangeError(
                    f"{draft.name}: expected text in '{field}', found '{value['type']}'",
                    hint="send images and files with the request",
                )
            else:
                if isinstance(value.get("description"), str):
                    properties[name]["description"] = value["description"]
                if value.get("default") is not None:
                    properties[name]["default"] = value["default"]
                    required.remove(name)
                value = value.get("example", value.get("value"))
        draft.carried(field)
        if value is not None:
            properties[name]["type"] = schema_of_value(value)["type"]
            values[name] = value
    if properties:
        draft.content["variables"] = variables_schema(properties, required)
    if values and set(required) <= values.keys():
        defaults = {name: each["default"] for name, each in properties.items() if "default" in each}
        values = {**defaults, **values}
        draft.content["testData"] = [{"name": "the values of the source", "variables": values}]


def _form(draft: Drafting) -> None:
    form = draft.peek("response_format")
    if isinstance(form, Mapping):
        draft.content.update(from_openai(form))
        draft.carried("response_format")
    for field, value in draft.mapping("text").items():
        if field == "format" and isinstance(value, Mapping):
            # The Responses API has name and schema beside the type.
            named = {key: each for key, each in value.items() if key != "type"}
            if value.get("type") == "json_schema":
                draft.content.update(from_named_schema(named))
            else:
                draft.content.update(from_openai(value))
            draft.carried("text.format")
        elif field == "verbosity":
            draft.parameters("text", {"verbosity": value})
        else:
            draft.leave(f"text.{field}", "a prompt file has no such field")
