"""Rendered text as JSON, held against a JSON Schema that a test case gives.

Draft 2020-12. Never retrieves a schema: a `$ref` must stay within the one given. jsonschema-rs says
whether all is well; only where it is not, jsonschema, which takes long to import, says why.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from gitconfig_tool.pointer import Path, format_pointer

# More of one text seldom tells more.
_MAX_PROBLEMS = 5
_MAX_MESSAGE = 160


class NotJsonError(Exception):
    """A text is no JSON; `offset` is the place in it."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"no JSON from character {offset} on")
        self.offset = offset


def read_json(text: str) -> Any:
    """Return the value of a JSON text (RFC 8259). Raises `NotJsonError`."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise NotJsonError(error.pos) from error
    except (ValueError, RecursionError) as error:
        raise NotJsonError(0) from error


def schema_mistake(schema: Mapping[str, Any]) -> tuple[Path, str] | None:
    """Return where a schema is wrong, and how; None where it is right."""
    from gitconfig_tool.prompts.offline import has_schema_form, validator_of

    if not has_schema_form(schema):
        from jsonschema import Draft202012Validator, SchemaError

        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            return (
                tuple(error.absolute_path),
                f"expected a valid JSON Schema (draft 2020-12), found: {_short(error.message)}",
            )
    for path, reference in _references(schema, ()):
        if not reference.startswith("#"):
            return path, f"expected a '$ref' within the schema, found '{reference}'"
    try:
        validator_of(schema)
    except ValueError:  # jsonschema-rs has none of another kind.
        return (), "expected a JSON Schema whose references and patterns are right, found another"
    return None


def misfits(schema: Mapping[str, Any], value: Any) -> Iterator[tuple[str, str]]:
    """Yield where a value does not fit a schema, as a JSON Pointer, and why."""
    from gitconfig_tool.prompts.offline import validator_of

    if validator_of(schema).is_valid(value):
        return
    found = sorted(
        (format_pointer(tuple(error.instance_path)), _short(error.message))
        for error in validator_of(schema).iter_errors(value)
    )
    yield from found[:_MAX_PROBLEMS]


def _references(schema: Any, path: Path) -> Iterator[tuple[Path, str]]:
    items: Any = ()
    if isinstance(schema, Mapping):
        items = schema.items()
    elif isinstance(schema, list):
        items = enumerate(schema)
    for key, value in items:
        if key in ("$ref", "$dynamicRef") and isinstance(value, str):
            yield (*path, key), value
        else:
            yield from _references(value, (*path, key))


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")  # RFC 8259, section 6


def _short(text: str) -> str:
    return text if len(text) <= _MAX_MESSAGE else f"{text[: _MAX_MESSAGE - 3]}..."
