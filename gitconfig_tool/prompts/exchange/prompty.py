"""Microsoft's Prompty, versions 1 and 2: front matter, and a text with role markers.

As the packages prompty 0.1.50 (version 1) and 2.1.0 (version 2) read them: the text is rendered as
a whole; then a line that holds a role and a colon begins a message, whose blank lines at the ends
are cut off (of version 1, all white space at the ends). The template is Jinja2 or Mustache. A
missing value is rendered as nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gitconfig_tool.prompts.exchange import mustache
from gitconfig_tool.prompts.exchange.drafting import (
    MODEL,
    SECRET,
    TOOLS,
    Drafting,
    as_mapping,
    is_secret_name,
    schema_of_value,
    variables_schema,
)
from gitconfig_tool.prompts.exchange.jinja import write
from gitconfig_tool.prompts.exchange.model import Draft, ExchangeError
from gitconfig_tool.prompts.exchange.names import id_of, version_of
from gitconfig_tool.prompts.exchange.response import from_openai
from gitconfig_tool.prompts.exchange.source import Source
from gitconfig_tool.prompts.exchange.uses import object_shapes, variables_of, variables_of_all

TITLE = "Prompty"
# PromptyChatParser of both versions; attributes are of version 2.
MARKER = re.compile(
    r"^[ \t]*(?:#[ \t]*)?(?P<role>system|user|assistant|developer|function)"
    r"(?P<attributes>\[[^\]\n]*\])?[ \t]*:[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
# Fields of the front matter that no other format has.
_OF_PROMPTY = frozenset({"authors", "inputs", "outputs", "sample", "template"})
# Of each version, the role that only the other knows.
_NO_ROLE = {False: "developer", True: "function"}
_ROLES = {"developer": "system", "function": "tool"}
# Property of version 2 and PropertySettings of version 1, to JSON Schema.
_TYPES = {
    "array": "array",
    "boolean": "boolean",
    "float": "number",
    "integer": "integer",
    "number": "number",
    "object": "object",
    "string": "string",
}
_ENDS = "blank lines at the ends of a value: Prompty cuts them off the message, here they stay"
_CALLER = "messages and media of the caller: put them in when you send"
_RICH = frozenset({"thread", "image", "file", "audio"})
# What stands in for a value that is missing: both render as nothing.
_NOTHING: Mapping[str, Any] = {"string": "", "array": [], "object": {}}


def is_it(source: Source) -> bool:
    """Tell whether a file looks like this format."""
    if source.kind != "front matter":
        return False
    model = source.value.get("model")
    return (
        source.name.endswith(".prompty")
        or not _OF_PROMPTY.isdisjoint(source.value)
        or (isinstance(model, Mapping) and not {"api", "configuration", "id"}.isdisjoint(model))
        or MARKER.search(source.body) is not None
    )


def read(source: Source) -> Draft:
    """Read a `.prompty` file of version 1 or 2."""
    draft = Drafting(source.name, source.value)
    name = draft.text("name")
    draft.id = id_of(name) if name else None
    draft.description()
    version = draft.peek("version")
    draft.version = None if version is None else version_of(version)
    if draft.version is not None:
        draft.carried("version")
    elif version is not None:
        draft.leave("version", "it is no version such as 1.2.0")
    draft.tags("tags", draft.peek("tags"))
    draft.leave_all(
        {
            "authors": "Git says who wrote a prompt",
            "base": "files that build on another are not followed: import the result",
            "displayName": "a prompt has an id and a description",
            "tools": TOOLS,
        }
    )
    _metadata(draft)
    is_v2 = _is_v2(source)
    _model(draft)
    _outputs(draft)
    pieces = _template(draft, source)
    declared = _Inputs(draft)
    messages = []
    for role, text in pieces:
        threads = _used_of(draft.name, declared.rich, text)
        if threads and text.strip() in {f"{{{{{each}}}}}" for each in threads} | {
            f"{{{{ {each} }}}}" for each in threads
        }:
            continue
        if threads:
            raise ExchangeError(
                f"{source.name}: expected text in the variable '{threads[0]}', found messages or "
                "media",
                hint="put it into a message of its own, which is left out here",
            )
        messages.append({"role": role, "content": text.strip("\n") if is_v2 else text.strip()})
    draft.content["messages"] = [each for each in messages if each["content"]]
    if not draft.content["messages"]:
        raise ExchangeError(f"{source.name}: expected text after the front matter, found none")
    for index, each in enumerate(draft.content["messages"]):
        if each["content"].startswith("{") or each["content"].endswith("}"):
            draft.leave(f"messages[{index}]", _ENDS)
    declared.finish([each["content"] for each in draft.content["messages"]])
    return draft.finish()


def _is_v2(source: Source) -> bool:
    model, template = source.value.get("model"), source.value.get("template")
    inputs = source.value.get("inputs")
    settings = list(inputs.values()) if isinstance(inputs, Mapping) else inputs
    return (
        (isinstance(model, Mapping) and not {"id", "options", "connection"}.isdisjoint(model))
        or (isinstance(template, Mapping) and "format" in template)
        or isinstance(inputs, list)
        or any(
            "kind" in each
            for each in (settings if isinstance(settings, list) else ())
            if isinstance(each, Mapping)
        )
        or "metadata" in source.value
    )


def _metadata(draft: Drafting) -> None:
    for field, value in draft.mapping("metadata").items():
        if field == "tags" and "tags" not in draft.content:
            draft.tags("metadata.tags", value)
        elif field == "version" and draft.version is None and version_of(str(value)):
            draft.version = version_of(str(value))
            draft.carried("metadata.version")
        else:
            draft.leave(f"metadata.{field}", "a prompt file has no such field")


def _model(draft: Drafting) -> None:
    model = draft.peek("model")
    if not isinstance(model, Mapping):
        if model is not None:
            draft.leave("model", MODEL)
        return
    for field in model:
        if field in ("configuration", "connection"):
            inner = model[field]
            for key in inner if isinstance(inner, Mapping) else ():
                reason = f"{MODEL}; {SECRET}" if is_secret_name(key) else MODEL
                draft.leave(f"model.{field}.{key}", reason)
        elif field not in ("parameters", "options"):
            draft.leave(f"model.{field}", MODEL)
    for field in ("parameters", "options"):
        given = dict(as_mapping(model.get(field), f"'model.{field}' of {draft.name}"))
        for name in ("tools", "tool_choice", "functions"):
            if given.pop(name, None) is not None:
                draft.leave(f"model.{field}.{name}", TOOLS)
        form = given.pop("response_format", None)
        if isinstance(form, Mapping):
            draft.content.update(from_openai(form))
            draft.carried(f"model.{field}.response_format")
        extra = given.pop("additionalProperties", None)
        if isinstance(extra, Mapping):
            draft.parameters(f"model.{field}.additionalProperties", extra)
        draft.parameters(f"model.{field}", given)


def _outputs(draft: Drafting) -> None:
    """Take outputs as the schema of the answer."""
    outputs = list(_properties(draft, "outputs"))
    if not outputs:
        return
    if "jsonSchema" in draft.content:
        draft.leave("outputs", "the response format is set already")
        return
    properties = {name: _schema(draft, f"outputs.{name}", given) for name, given in outputs}
    schema = variables_schema(properties, properties)
    draft.content.update({"responseFormat": "json_schema", "jsonSchema": schema})
    draft.carried("outputs")


def _properties(draft: Drafting, field: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the entries of `inputs` or `outputs`: a list of them, or a mapping by name."""
    given = draft.peek(field)
    if isinstance(given, list):
        for index, each in enumerate(given):
            entry = as_mapping(each, f"'{field}[{index}]' of {draft.name}")
            yield str(entry.get("name", "")), entry
        return
    for name, each in as_mapping(given, f"'{field}' of {draft.name}").items():
        yield name, each if isinstance(each, Mapping) else {"example": each}


def _schema(draft: Drafting, field: str, given: Mapping[str, Any]) -> dict[str, Any]:
    kind = given.get("kind", given.get("type"))
    if kind is None:
        example = given.get("example", given.get("default", given.get("sample")))
        schema = schema_of_value(example)
    elif isinstance(kind, str) and kind in _TYPES:
        schema = {"type": _TYPES[kind]}
    else:
        raise ExchangeError(
            f"{draft.name}: expected a known kind in '{field}' ({', '.join(_TYPES)}), found "
            f"{kind!r:.80}",
            hint="correct the kind, or leave the input out",
        )
    if isinstance(given.get("description"), str) and given["description"]:
        schema["description"] = given["description"]
    if isinstance(given.get("enumValues"), list):
        schema["enum"] = given["enumValues"]
    if schema["type"] == "array" and isinstance(given.get("items"), Mapping):
        schema["items"] = _schema(draft, f"{field}.items", given["items"])
    if schema["type"] == "object" and given.get("properties"):
        inner = given["properties"]
        entries = (
            {str(each.get("name")): each for each in inner if isinstance(each, Mapping)}
            if isinstance(inner, list)
            else as_mapping(inner, f"'{field}.properties' of {draft.name}")
        )
        schema["properties"] = {
            name: _schema(draft, f"{field}.{name}", as_mapping(each, f"'{field}.{name}'"))
            for name, each in entries.items()
        }
    return schema


def _template(draft: Drafting, source: Source) -> list[tuple[str, str]]:
    """Return the messages as Jinja2 templates, with their roles."""
    given = draft.peek("template")
    language: Any = "jinja2"
    if isinstance(given, str):
        language = given
    elif isinstance(given, Mapping):
        form = given.get("format", given.get("type", language))
        language = form.get("kind", language) if isinstance(form, Mapping) else form
    if language not in ("jinja2", "mustache"):
        raise ExchangeError(
            f"{source.name}: expected the template format jinja2 or mustache, found "
            f"{language!r:.80}",
            hint="other formats cannot be translated",
        )
    if given is not None:
        draft.carried("template")
    found = list(_split(draft, source.body.lstrip(), _NO_ROLE[_is_v2(source)]))
    if language == "jinja2":
        return found
    if any(mustache.is_escaping(source.name, text) for _, text in found):
        draft.leave("template", mustache.ESCAPES)
    return [(role, write(list(mustache.pieces_of(source.name, text)))) for role, text in found]


def _split(draft: Drafting, body: str, no_role: str) -> Iterator[tuple[str, str]]:
    role, begin = "system", 0
    markers = [each for each in MARKER.finditer(body) if each["role"].lower() != no_role]
    for match in (*markers, None):
        text = body[begin : len(body) if match is None else match.start()]
        if text.strip():
            yield _ROLES.get(role, role), text
        if match is None:
            return
        role, begin = match["role"].lower(), match.end()
        if role == "developer":
            draft.leave("developer:", "there is no such role: it is written as 'system'")
        if match["attributes"]:
            draft.leave(f"{role}{match['attributes']}", "a message has a role and a text")


def _used_of(where: str, names: Sequence[str], text: str) -> list[str]:
    used = variables_of(where, text) if names else ()
    return [each for each in names if each in used]


class _Inputs:
    """The variables that the front matter declares, and those that only the templates use."""

    def __init__(self, draft: Drafting) -> None:
        self._draft = draft
        self._given = dict(_properties(draft, "inputs"))
        self.rich = [name for name, each in self._given.items() if str(each.get("kind")) in _RICH]
        self._sample = draft.peek("sample")

    def finish(self, templates: Sequence[str]) -> None:
        """Write the variables and the test data."""
        draft, used = self._draft, variables_of_all(self._draft.name, templates)
        sample = self._test_data()
        properties: dict[str, dict[str, Any]] = {}
        required = []
        for name, given in self._given.items():
            if name in self.rich:
                draft.leave(f"inputs.{name}", _CALLER)
                continue
            if name not in used:
                draft.leave(f"inputs.{name}", "no message uses it")
                continue
            schema = _schema(draft, f"inputs.{name}", given)
            default = given.get("default")
            optional = False in (given.get("required"), given.get("isRequired"))
            if default is not None:
                schema["default"] = default
            elif optional and schema["type"] in _NOTHING:
                schema["default"] = _NOTHING[schema["type"]]
            else:
                if optional:
                    draft.leave(f"inputs.{name}.required", "nothing stands in for a missing value")
                required.append(name)
            for field in ("example", "sample"):
                if given.get(field) is not None and name not in sample:
                    sample[name] = given[field]
            properties[name] = schema
            draft.carried(f"inputs.{name}")
        shapes = object_shapes(templates)
        for name in used:
            if name not in properties:
                value = sample.get(name)
                properties[name] = shapes.get(name) or schema_of_value(value)
                required.append(name)
        if properties:
            draft.content["variables"] = variables_schema(properties, required)
        for name in [each for each in sample if each not in properties]:
            del sample[name]
            draft.leave(f"sample.{name}", "no message uses it")
        defaults = {name: each["default"] for name, each in properties.items() if "default" in each}
        if sample and set(required) <= sample.keys():
            sample = {**defaults, **sample}
            draft.content["testData"] = [{"name": "sample", "variables": sample}]
        elif sample:
            draft.leave("sample", "it lacks a value for a variable that must have one")

    def _test_data(self) -> dict[str, Any]:
        if isinstance(self._sample, Mapping):
            self._draft.carried("sample")
            return dict(self._sample)
        if self._sample is not None:
            self._draft.leave("sample", "it is in another file: add it to testData")
        return {}
