"""What a prompt version promises: which variables it takes, and which answers readers get.

Takes the content of a version; returns JSON Schemas to compare with `subsumption`. Whoever compares
asks `is_schema` first: a schema that is wrong is reported when the version is loaded.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from gitconfig_tool.pointer import Path
from gitconfig_tool.prompts.offline import has_schema_form
from gitconfig_tool.prompts.value_sets import Document

# A schema may contain itself: fields deeper than this are not listed one by one.
_MAX_NESTED = 8
_NOT_SCHEMAS = frozenset({"const", "default", "enum", "examples", "required"})


def is_schema(given: Any) -> bool:
    """Tell whether a value is a JSON Schema of draft 2020-12, whatever draft it names."""
    return isinstance(given, (Mapping, bool)) and has_schema_form(given)


def input_schema(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema of the variables that a caller may give.

    A variable that `properties` does not list is refused, whatever the schema says of others; one
    that has a default may be left out. `variables.check_variables` and rendering are the same.
    """
    given = content.get("variables")
    schema = dict(given) if isinstance(given, Mapping) else {"type": "object"}
    properties = schema.get("properties")
    named = properties if isinstance(properties, Mapping) else {}
    if isinstance(schema.get("required"), list):
        schema["required"] = [name for name in schema["required"] if not _has_default(named, name)]
    only = {"properties": dict.fromkeys(named, True), "additionalProperties": False}
    others = schema.get("allOf")
    schema["allOf"] = [*(others if isinstance(others, list) else ()), only]
    return schema


def defaults(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the default of each variable that has one."""
    given = content.get("variables")
    properties = given.get("properties") if isinstance(given, Mapping) else None
    named = properties if isinstance(properties, Mapping) else {}
    return {name: named[name]["default"] for name in named if _has_default(named, name)}


def output_schema(content: Mapping[str, Any]) -> Any:
    """Return a schema of the answers: of text where nothing else is asked for.

    The forms are those of GitHub's `.prompt.yml` (`responseFormat: json_schema`, `jsonSchema` as
    JSON text) and of OpenAI's `response_format`, where the schema has a name around it.
    """
    given = content.get("jsonSchema")
    if given is not None:
        found = _unwrapped(given)
        return {"type": "object"} if found is None else found
    response = content.get("responseFormat")
    if isinstance(response, Mapping):
        for key in ("json_schema", "jsonSchema", "schema"):
            found = _unwrapped(response.get(key))
            if found is not None:
                return found
        response = response.get("type")
    if isinstance(response, str) and response.startswith("json"):
        return {"type": "object"}
    return {"type": "string"}


def opened(schema: Any) -> Any:
    """Return a schema that lets mappings have fields which it does not name.

    Readers pass over a field that they do not know: a new one is none that they must cope with.
    """
    if isinstance(schema, list):
        return [opened(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {}
    for key, value in schema.items():
        if key in ("additionalProperties", "unevaluatedProperties") and value is False:
            continue
        if key in ("properties", "patternProperties", "$defs") and isinstance(value, Mapping):
            found[key] = {name: opened(each) for name, each in value.items()}
        else:
            found[key] = value if key in _NOT_SCHEMAS else opened(value)
    return found


def fields(schema: Any) -> dict[Path, None]:
    """Return the paths of the fields that a schema names, `*` for the items of a list, in order."""
    return dict.fromkeys(_fields(schema, Document(schema), (), 0))


def _fields(schema: Any, document: Document, path: Path, depth: int) -> Iterator[Path]:
    if not isinstance(schema, Mapping) or depth > _MAX_NESTED:
        return
    if isinstance(schema.get("$ref"), str):
        yield from _fields(document.resolve(schema["$ref"]), document, path, depth + 1)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for each in schema.get(keyword, ()):
            yield from _fields(each, document, path, depth + 1)
    properties = schema.get("properties")
    for name, each in properties.items() if isinstance(properties, Mapping) else ():
        yield (*path, name)
        yield from _fields(each, document, (*path, name), depth + 1)
    yield from _fields(schema.get("items"), document, (*path, "*"), depth + 1)


def _unwrapped(given: Any) -> Any:
    """Return the schema itself; None where there is none."""
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            return None
    if isinstance(given, Mapping) and "schema" in given and "type" not in given:
        given = given["schema"]
    return given if isinstance(given, (Mapping, bool)) else None


def _has_default(properties: Mapping[str, Any], name: Any) -> bool:
    found = properties.get(name) if isinstance(name, str) else None
    return isinstance(found, Mapping) and "default" in found
