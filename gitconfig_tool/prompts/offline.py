"""JSON Schemas, read as draft 2020-12 whatever they name, and without a network.

jsonschema-rs retrieves what `$schema` or a `$ref` names by URL: a prompt file would make whoever
validates it send requests. Here it may not.
"""

from collections.abc import Mapping
from typing import Any

import jsonschema_rs


def has_schema_form(schema: Mapping[str, Any] | bool) -> bool:
    """Tell whether a value has the form of a schema; its patterns and references are not read."""
    try:
        return bool(jsonschema_rs.meta.is_valid(_without_dialect(schema)))
    except ValueError:
        return False


def validator_of(
    schema: Mapping[str, Any] | bool, registry: jsonschema_rs.Registry | None = None
) -> jsonschema_rs.Draft202012Validator:
    """Return what holds values against a schema.

    Raises `jsonschema_rs.ValidationError` or `ValueError` where it cannot be used, such as for a
    reference that leads out of it.
    """
    plain = _without_dialect(schema)
    return jsonschema_rs.Draft202012Validator(plain, registry=registry, offline=True)


def _without_dialect(schema: Mapping[str, Any] | bool) -> dict[str, Any] | bool:
    if isinstance(schema, bool):
        return schema
    return {key: value for key, value in schema.items() if key != "$schema"}
