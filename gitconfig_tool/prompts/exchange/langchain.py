"""LangChain's prompts: YAML and JSON with `_type`, and what `langchain_core.load.dumpd` writes.

As langchain-core 1.7 reads them (`langchain_core/prompts/loading.py`, `prompts/chat.py`). Templates
are f-strings, Mustache or Jinja2, which LangChain renders without a last line break.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gitconfig_tool.prompts.exchange import fstring, mustache
from gitconfig_tool.prompts.exchange.drafting import (
    SECRET,
    Drafting,
    as_list,
    as_mapping,
    schema_of_value,
    variables_schema,
)
from gitconfig_tool.prompts.exchange.jinja import escape, write
from gitconfig_tool.prompts.exchange.model import Draft, ExchangeError
from gitconfig_tool.prompts.exchange.names import id_of
from gitconfig_tool.prompts.exchange.source import Source
from gitconfig_tool.prompts.exchange.uses import object_shapes, variables_of_all

TITLE = "LangChain"
# The name of a class, or the `_type` of a message, to a role.
_ROLES: Mapping[str, str] = {
    "AIMessage": "assistant",
    "AIMessagePromptTemplate": "assistant",
    "HumanMessage": "user",
    "HumanMessagePromptTemplate": "user",
    "SystemMessage": "system",
    "SystemMessagePromptTemplate": "system",
    "ai": "assistant",
    "assistant": "assistant",
    "human": "user",
    "system": "system",
    "user": "user",
}
_LITERAL = frozenset({"AIMessage", "HumanMessage", "SystemMessage"})
_CHAT = frozenset({"ChatPromptTemplate", "StructuredPrompt"})
_MANY = "MessagesPlaceholder"
_CALLER = "messages of the caller: put them in when you send"


def is_it(source: Source) -> bool:
    """Tell whether a file looks like this format."""
    if source.kind == "front matter":
        return False
    value = source.value
    return (
        "lc" in value
        or "_type" in value
        or ("input_variables" in value and ("template" in value or "messages" in value))
    )


def read(source: Source) -> Draft:
    """Read a prompt of LangChain."""
    if "lc" in source.value:
        return _read_dump(source)
    kind = source.value.get("_type", "prompt")
    if kind not in ("prompt", "chat"):
        raise ExchangeError(
            f"{source.name}: expected '_type' to be prompt or chat, found {kind!r:.80}",
            hint="write out the text of such a prompt in LangChain, and save that",
        )
    draft = Drafting(source.name, source.value)
    draft.peek("_type")
    name = draft.text("name")
    draft.id = id_of(name) if name else None
    draft.leave_all(
        {
            "output_parser": "a prompt file says nothing of what reads the answer",
            "validate_template": "'gitconfig-tool validate' checks all templates",
        }
    )
    if draft.peek("template_path") is not None:
        raise ExchangeError(
            f"{source.name}: expected the text in 'template', found the path of a file",
            hint="put the text into the file, or write {file: PATH} in the prompt file",
        )
    if kind == "prompt":
        draft.content["template"] = _template(draft, "template", source.value)
        draft.peek("template")
        draft.peek("template_format")
        draft.carried("template")
    else:
        draft.content["messages"] = list(_messages(draft, "messages", draft.peek("messages")))
    _variables(draft, source.value)
    return draft.finish()


def _read_dump(source: Source) -> Draft:
    dump: Mapping[str, Any] = source.value
    draft = Drafting(source.name, dump)
    for field in ("lc", "type", "id", "kwargs", "name", "graph"):
        draft.peek(field)
    prompt, path = dump, "kwargs"
    if _class_of(dump) == "RunnableSequence":
        # A prompt with the model that it is for, as the hub keeps it.
        kwargs = as_mapping(dump.get("kwargs"), f"'kwargs' of {source.name}")
        for field in ("middle", "last"):
            if kwargs.get(field):
                draft.leave(f"kwargs.{field}", "a prompt file holds no model and no parser")
        prompt, path = as_mapping(kwargs.get("first"), "'kwargs.first'"), "kwargs.first.kwargs"
    kind = _class_of(prompt)
    given = as_mapping(prompt.get("kwargs"), f"'{path}' of {source.name}")
    if kind == "PromptTemplate":
        draft.content["template"] = _template(draft, path, given)
        draft.carried(f"{path}.template")
    elif kind in _CHAT:
        field = f"{path}.messages"
        draft.content["messages"] = list(_messages(draft, field, given.get("messages")))
        schema = given.get("schema_")
        if isinstance(schema, Mapping):
            draft.content.update({"responseFormat": "json_schema", "jsonSchema": dict(schema)})
            draft.carried(f"{path}.schema_")
    else:
        raise ExchangeError(
            f"{source.name}: expected a PromptTemplate or a ChatPromptTemplate, found "
            f"{kind or 'something else'!r:.80}",
            hint="save the prompt alone: langchain_core.load.dumps(prompt)",
        )
    for field, value in as_mapping(given.get("metadata"), f"'{path}.metadata'").items():
        if field == "lc_hub_repo" and isinstance(value, str):
            draft.id = id_of(value)
            draft.carried(f"{path}.metadata.{field}")
        else:
            draft.leave(f"{path}.metadata.{field}", "a prompt file has no such field")
    known = {"metadata"}
    known |= {"input_variables", "optional_variables", "partial_variables", "messages", "template"}
    known |= {"template_format", "schema_", "input_types", "validate_template"}
    for field in sorted(given.keys() - known):
        draft.leave(f"{path}.{field}", "a prompt file has no such field")
    _variables(draft, given)
    return draft.finish()


def _is_dump(value: Any) -> bool:
    """Tell whether a value is an object that LangChain has dumped: a secret, for one."""
    return isinstance(value, Mapping) and "lc" in value


def _class_of(dump: Any) -> str:
    """Return the class that a dumped object names, such as `PromptTemplate`."""
    path = dump.get("id") if isinstance(dump, Mapping) else None
    return str(path[-1]) if isinstance(path, list) and path else ""


def _messages(draft: Drafting, field: str, given: Any) -> Iterator[dict[str, str]]:
    messages = as_list(given, f"'{field}' of {draft.name}")
    if not messages:
        raise ExchangeError(f"{draft.name}: expected a message in '{field}', found none")
    for index, each in enumerate(messages):
        place = f"{field}[{index}]"
        message = as_mapping(each, f"'{place}' of {draft.name}")
        kind = _class_of(message)
        inner = as_mapping(message.get("kwargs"), f"'{place}.kwargs'") if kind else message
        if kind == _MANY or inner.get("_type") == "placeholder" or "variable_name" in inner:
            draft.leave(place, _CALLER)
            continue
        role = _role(draft, place, kind, inner, is_only=len(messages) == 1)
        draft.carried(place)
        if kind in _LITERAL or ("content" in inner and "prompt" not in inner):
            content = inner.get("content")
            if not isinstance(content, str):
                raise draft.wrong(f"text in '{place}.content'", content)
            yield {"role": role, "content": escape(content)}
        else:
            yield {"role": role, "content": _prompt(draft, f"{place}.prompt", inner.get("prompt"))}


def _role(
    draft: Drafting, place: str, kind: str, message: Mapping[str, Any], *, is_only: bool
) -> str:
    named = str(message.get("role") or message.get("_type") or kind)
    named = named.removesuffix("_message_prompt_template").removesuffix("_message")
    if named in _ROLES:
        return _ROLES[named]
    if not kind and is_only and "role" not in message:
        return "user"  # as LangChain's own reader has it
    if named in ("tool", "ToolMessage"):
        return "tool"
    raise ExchangeError(
        f"{draft.name}: expected a role in '{place}' (system, human, ai), found "
        + (f"'{named[:80]}'" if named else "none"),
        hint="LangChain's YAML keeps no roles: save it with langchain_core.load.dumps",
    )


def _prompt(draft: Drafting, place: str, prompt: Any) -> str:
    if isinstance(prompt, list):
        if len(prompt) != 1:
            raise ExchangeError(
                f"{draft.name}: expected one text in '{place}', found {len(prompt)} parts",
                hint="a message of a prompt file is one text: send images with the request",
            )
        prompt = prompt[0]
    kind = _class_of(prompt)
    if kind and kind not in ("PromptTemplate", "StringPromptTemplate"):
        raise ExchangeError(
            f"{draft.name}: expected a PromptTemplate in '{place}', found '{kind[:80]}'",
            hint="a message of a prompt file is one text: send images with the request",
        )
    outer = as_mapping(prompt, f"'{place}' of {draft.name}")
    inner = as_mapping(outer.get("kwargs"), f"'{place}.kwargs'") if kind else outer
    return _template(draft, place, inner)


def _template(draft: Drafting, place: str, given: Mapping[str, Any]) -> str:
    text = given.get("template")
    where = f"{draft.name}: {place}"
    if not isinstance(text, str):
        raise draft.wrong(f"text in '{place}'", text)
    language = given.get("template_format", "f-string")
    if language == "f-string":
        return write(list(fstring.pieces_of(where, text)))
    if language == "mustache":
        if mustache.is_escaping(where, text):
            draft.leave(place, mustache.ESCAPES)
        return write(list(mustache.pieces_of(where, text)))
    if language == "jinja2":
        return text.removesuffix("\n")
    raise ExchangeError(
        f"{where}: expected the format f-string, mustache or jinja2, found {language!r:.80}",
        hint="other formats cannot be translated",
    )


def _variables(draft: Drafting, given: Mapping[str, Any]) -> None:
    messages = draft.content.get("messages")
    templates = [each["content"] for each in messages or ()] or [draft.content["template"]]
    used = variables_of_all(draft.name, templates)
    partial = as_mapping(given.get("partial_variables"), f"'partial_variables' of {draft.name}")
    shapes = object_shapes(templates)
    properties: dict[str, dict[str, Any]] = {}
    for name in used:
        value = partial.get(name)
        schema = shapes.get(name) or schema_of_value(None if _is_dump(value) else value)
        if _is_dump(partial.get(name)):
            draft.leave(f"partial_variables.{name}", SECRET)
        elif name in partial:
            schema["default"] = partial[name]
            draft.carried(f"partial_variables.{name}")
        properties[name] = schema
    for field in ("input_variables", "partial_variables", "input_types", "optional_variables"):
        draft.peek(field)
    for name in as_list(given.get("input_variables"), f"'input_variables' of {draft.name}"):
        if name in properties:
            draft.carried(f"input_variables.{name}")
        else:
            draft.leave(f"input_variables.{name}", "no message uses it")
    for name in partial:
        if name not in properties:
            draft.leave(f"partial_variables.{name}", "no message uses it")
    if properties:
        required = [name for name in used if "default" not in properties[name]]
        draft.content["variables"] = variables_schema(properties, required)
