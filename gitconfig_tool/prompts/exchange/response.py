"""The form of the answer, as OpenAI's `response_format` writes it and as a prompt file does.

OpenAI API reference, "Create chat completion", `response_format` (read November 2026). A prompt
file has `responseFormat: json_schema` with the schema itself in `jsonSchema`; where the source
names the schema or asks for strict adherence, `responseFormat` is a mapping that says so.
"""

import json
from collections.abc import Mapping
from typing import Any

from gitconfig_tool.prompts.exchange.model import ExchangeError

# Names that OpenAI takes: "a-z, A-Z, 0-9, underscores and dashes, with a maximum length of 64".
_DEFAULT_NAME = "response"


def to_openai(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return `response_format` for a prompt version's content, or None where it asks for none."""
    given = content.get("responseFormat")
    schema = _schema(content.get("jsonSchema"))
    if given is None and schema is None:
        return None
    form = dict(given) if isinstance(given, Mapping) else {"type": given or "json_schema"}
    if form.get("type") != "json_schema" or "json_schema" in form or schema is None:
        return form
    named = {key: form[key] for key in ("name", "description", "strict") if key in form}
    return {
        "type": "json_schema",
        "json_schema": {"name": _DEFAULT_NAME, **named, "schema": schema},
    }


def from_openai(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a prompt file for an OpenAI `response_format`."""
    inner = form.get("json_schema")
    if form.get("type") != "json_schema" or not isinstance(inner, Mapping):
        only_type = set(form) == {"type"} and isinstance(form["type"], str)
        return {"responseFormat": form["type"] if only_type else dict(form)}
    return from_named_schema(inner)


def from_named_schema(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a prompt file for `{name, strict, schema}`, or for a plain schema."""
    if not isinstance(named.get("schema"), Mapping):
        return {"responseFormat": "json_schema", "jsonSchema": dict(named)}
    extra = {key: value for key, value in named.items() if key != "schema"}
    if extra == {"name": _DEFAULT_NAME}:
        extra = {}
    return {
        "responseFormat": {"type": "json_schema", **extra} if extra else "json_schema",
        "jsonSchema": dict(named["schema"]),
    }


def _schema(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise ExchangeError(
            "expected JSON in 'jsonSchema', found text that is none",
            hint="write the schema as a mapping, or as text in JSON",
        ) from error
