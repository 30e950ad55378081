"""Picoschema, the short form of JSON Schema in dotprompt's front matter.

As the Picoschema reference of dotprompt has it (read November 2026): `name?: type, description`,
`name(array): type`, `name(object): {...}`, `name(enum): [...]`, and `(*)` for all other properties.
"""

from collections.abc import Mapping
from typing import Any

from gitconfig_tool.prompts.exchange.drafting import kind_of
from gitconfig_tool.prompts.exchange.model import ExchangeError

_SCALARS = frozenset({"any", "boolean", "integer", "null", "number", "string"})
_WILDCARD = "(*)"


def to_json_schema(where: str, schema: Any) -> dict[str, Any]:
    """Return the JSON Schema of a Picoschema; a JSON Schema is returned as it is."""
    if isinstance(schema, Mapping):
        if isinstance(schema.get("type"), str) and schema["type"] in _SCALARS | {"object", "array"}:
            return dict(schema)
        if isinstance(schema.get("properties"), Mapping):
            return {"type": "object", **schema}
    return _read(where, schema)


def _read(where: str, schema: Any) -> dict[str, Any]:
    if isinstance(schema, str):
        name, description = _split(schema)
        if name not in _SCALARS:
            raise ExchangeError(
                f"{where}: expected a type ({', '.join(sorted(_SCALARS))}), found '{name[:80]}'",
                hint="schemas with a name are kept elsewhere: write out what it stands for",
            )
        return {
            **({} if name == "any" else {"type": name}),
            **({"description": description} if description else {}),
        }
    if not isinstance(schema, Mapping):
        raise ExchangeError(f"{where}: expected text or a mapping, found {kind_of(schema)}")
    properties: dict[str, Any] = {}
    required = []
    others: Any = False
    for key, value in schema.items():
        if key == _WILDCARD:
            others = _read(f"{where}.{key}", value)
            continue
        name, found = _property(f"{where}.{key}", key, value)
        properties[name.removesuffix("?")] = found
        if not name.endswith("?"):
            required.append(name)
    return {
        "type": "object",
        "properties": properties,
        **({"required": required} if required else {}),
        "additionalProperties": others,
    }


def _property(where: str, key: str, value: Any) -> tuple[str, dict[str, Any]]:
    """Return the name of a property, `?` and all, and its schema."""
    name, bracket, rest = key.partition("(")
    kind, description = _split(rest.removesuffix(")")) if bracket else ("", "")
    found: dict[str, Any]
    if kind == "array":
        found = {"type": "array", "items": _read(where, value)}
    elif kind in ("", "object"):
        found = _read(where, value)
    elif kind == "enum" and isinstance(value, list):
        found = {"enum": list(value)}
    else:
        raise ExchangeError(
            f"{where}: expected (array), (object) or (enum) after the name, found '({rest[:80]}'",
            hint="a list of values stands after (enum)",
        )
    if name.endswith("?"):
        if isinstance(found.get("type"), str):
            found["type"] = [found["type"], "null"]
        elif "enum" in found and None not in found["enum"]:
            found["enum"].append(None)
    if description:
        found["description"] = description
    return name, found


def _split(text: str) -> tuple[str, str]:
    name, _, description = text.partition(",")
    return name.strip(), description.strip()
