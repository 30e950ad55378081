"""Checking a document with its secrets against the schemas that the bundle ships.

The compiler checked the document with nulls in their place; this is the other half. Nothing is
retrieved from anywhere, and no message shows a value: jsonschema's own messages quote instances,
and an instance may hold a secret at any depth.
"""

import re
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012, Schema, SchemaRegistry

from gitconfig_tool.fetch.model import DeliveryError
from gitconfig_tool.pointer import format_pointer

_SHOWN = 10
_INVALID = "is no valid JSON Schema"


class PlaintextError(DeliveryError):
    """A decrypted value does not fit, by schema or by kind."""


def build_registry(schemas: Mapping[str, Any]) -> SchemaRegistry:
    """Return a registry of the bundle's schemas, by URI, that retrieves nothing else.

    Raises `PlaintextError` for one that is no valid JSON Schema by the draft that it names.
    """
    for uri, schema in schemas.items():
        draft = schema.get("$schema", "") if isinstance(schema, dict) else ""
        if not isinstance(schema, dict | bool) or not isinstance(draft, str):
            raise _unusable(uri, _INVALID)
        checked: Any = schema  # The stubs know no boolean schemas.
        try:
            _dialect(checked).check_schema(checked)
        except (SchemaError, re.error) as error:
            raise _unusable(uri, _INVALID) from error
    registry: SchemaRegistry = Registry()
    return registry.with_resources(
        (uri, Resource.from_contents(schema, default_specification=DRAFT202012))
        for uri, schema in schemas.items()
    )


def validate_document(
    document_id: str,
    value: Any,
    uris: tuple[str, ...],
    registry: SchemaRegistry,
    *,
    with_previous: bool = False,
) -> None:
    """Check one document against schemas of the registry.

    `with_previous` says that secrets that are being replaced have their previous version.

    Raises `PlaintextError` with the pointer and the keyword of each violation, never a value.
    """
    problems: list[str] = []
    for uri in uris:
        resource = registry.get(uri)
        if resource is None:
            raise PlaintextError(
                f"expected the schema {uri!r} in the bundle, for the document {document_id}; found"
                " that it is not there",
                hint="compile and sign again",
            )
        problems += [f"{place} ({uri})" for place in _violations(value, uri, resource, registry)]
    if problems:
        more = f" and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        state = "with the previous version of its secrets" if with_previous else "once decrypted"
        raise PlaintextError(
            f"expected the document {document_id} to fit its schemas {state}, found"
            f" {len(problems)} violations: {'; '.join(problems[:_SHOWN])}{more}",
            hint="end the rotation with `gitconfig-tool secrets finish`, compile and sign again"
            if with_previous
            else "correct the value with `sops edit`, compile and sign again; values are not shown"
            " here, as they may be secret",
        )


def _violations(
    value: Any, uri: str, resource: Resource[Schema], registry: SchemaRegistry
) -> list[str]:
    # A reference to the schema, not the schema: its own URI is then the base of its `$ref`s.
    validator = _dialect(resource.contents)({"$ref": uri}, registry=registry)
    failure = None
    try:
        found = [
            f"{document_pointer(error)} fails the keyword {error.validator or 'false'!r}"
            for error in validator.iter_errors(value)
        ]
        return sorted(set(found))
    except Unresolvable as error:
        failure = f"refers to {error.ref!r}, which is not in the bundle"
    except (TypeError, ValueError, AttributeError, re.error):
        # What metaschemas leave open, such as a pattern that is no regular expression.
        failure = _INVALID
    except RecursionError:
        failure = "refers to itself without end"
    # Outside the handlers: the exceptions hold the instance, and the chain would carry it along.
    raise _unusable(uri, failure)


def _dialect(schema: Any) -> type[Validator]:
    return validator_for(schema, default=Draft202012Validator)


def _unusable(uri: str, failure: str) -> PlaintextError:
    return PlaintextError(
        f"expected to check a document with the schema {uri!r}, found that it {failure}",
        hint="correct the schema, compile and sign again",
    )


def document_pointer(error: ValidationError) -> str:
    """Return where in the document a violation stands, as a JSON Pointer."""
    return f"#{format_pointer(error.absolute_path)}"
