"""The variables of a prompt: their JSON Schema, and values held against it.

Draft 2020-12. Never retrieves a schema: a `$ref` must stay within `variables`. jsonschema-rs holds
values against it, with patterns that take a time which the text bounds: Python's own engine needs
ages for some (`^(a+)+$`). What is wrong with a schema itself, jsonschema says in better words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from gitconfig_tool.pointer import Path
from gitconfig_tool.prompts.offline import has_schema_form, validator_of
from gitconfig_tool.prompts.schema_values import misfits

if TYPE_CHECKING:
    from jsonschema import SchemaError


@dataclass(frozen=True, slots=True)
class VariableProblem:
    """A value that does not fit: `kind` is `missing`, `extra` or `invalid`.

    `path` leads to the value, or to the mapping that lacks a key.
    """

    kind: str
    path: Path
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """A mistake in the schema itself, at a path of it.

    `code` is GCT508 where nothing can be held against the schema, GCT524 where a value in it does
    not fit.
    """

    path: Path
    message: str
    hint: str = ""
    code: str = "GCT508"


def declared_variables(schema: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return the names under `properties`."""
    properties = (schema or {}).get("properties")
    return tuple(properties) if isinstance(properties, Mapping) else ()


def check_schema(schema: Mapping[str, Any]) -> tuple[SchemaProblem, ...]:
    """Return what is wrong with the schema of the variables."""
    if schema.get("type") != "object":
        wrong_type = SchemaProblem(
            ("type",) if "type" in schema else (),
            "expected 'type: object' in 'variables', found "
            + (f"'{schema['type']}'" if isinstance(schema.get("type"), str) else "none"),
            "list each variable under 'properties'",
        )
        return (wrong_type,)
    if not has_schema_form(schema):
        from jsonschema import Draft202012Validator, SchemaError

        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            invalid = SchemaProblem(
                tuple(error.absolute_path),
                f"expected a valid JSON Schema in 'variables', found: {_short(_said(error))}",
                "see JSON Schema, draft 2020-12",
            )
            return (invalid,)
    references = tuple(_references(schema, ()))
    unresolved = _check_references(schema, references) if references else None
    if unresolved is not None:
        return (unresolved,)
    unreadable = _unreadable(schema)
    if unreadable is not None:
        return (unreadable,)
    return (*_undeclared_requirements(schema), *_values(schema))


def _unreadable(schema: Mapping[str, Any]) -> SchemaProblem | None:
    """Return why nothing can be held against a schema of the right form: most often a pattern."""
    try:
        validator_of(schema)
    except jsonschema_rs.ValidationError as error:
        path: Path = tuple(error.instance_path)
        if path[-1:] == ("pattern",) or path[-2:-1] == ("patternProperties",):
            return SchemaProblem(
                path,
                f"expected a regular expression in 'variables', found {_short(error.message)}",
                "write it as in JSON Schema (ECMA-262): check brackets, and write ^ and $ for the "
                "beginning and the end",
            )
        message = f"expected a JSON Schema that can be used, found: {_short(error.message)}"
        return SchemaProblem(path, message, "see JSON Schema, draft 2020-12")
    except ValueError as error:
        message = f"expected a JSON Schema that can be used, found: {_short(str(error))}"
        return SchemaProblem((), message, "see JSON Schema, draft 2020-12")
    return None


def _values(schema: Mapping[str, Any]) -> Iterator[SchemaProblem]:
    for found in misfits(schema):
        yield SchemaProblem(
            found.path,
            f"expected a value in '{found.keyword}' that fits the schema beside it, "
            f"found {_short(found.said)}",
            "correct the value or the schema: nobody could give it",
            "GCT524",
        )


def _undeclared_requirements(schema: Mapping[str, Any]) -> Iterator[SchemaProblem]:
    """Yield required variables that nobody can give: only declared ones are taken."""
    declared = declared_variables(schema)
    for index, name in enumerate(schema.get("required", ())):
        if name not in declared:
            near = get_close_matches(name, declared, n=1)
            yield SchemaProblem(
                ("required", index),
                f"expected a variable of 'properties' in 'required', found '{name}'",
                f"did you mean '{near[0]}'?" if near else "declare it under 'properties'",
            )


def _check_references(
    schema: Mapping[str, Any], references: tuple[tuple[Path, str], ...]
) -> SchemaProblem | None:
    from referencing import Registry
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012

    for path, reference in references:
        if not reference.startswith("#"):
            return SchemaProblem(
                path,
                f"expected a '$ref' within 'variables', found '{reference}'",
                "put the schema under $defs, and write '#/$defs/NAME'",
            )
        try:
            Registry().resolver_with_root(DRAFT202012.create_resource(schema)).lookup(reference)
        except Unresolvable:
            return SchemaProblem(
                path,
                f"expected a '$ref' to something that exists, found '{reference}'",
                "a pointer begins at 'variables': '#/$defs/NAME'",
            )
    return None


def with_defaults(schema: Mapping[str, Any] | None, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the values, with the default of each variable that is not given and has one."""
    properties = (schema or {}).get("properties")
    if not isinstance(properties, Mapping):
        return values
    defaults = {
        name: each["default"]
        for name, each in properties.items()
        if isinstance(each, Mapping) and "default" in each and name not in values
    }
    return {**defaults, **values} if defaults else values


def check_variables(
    schema: Mapping[str, Any] | None, values: Mapping[str, Any]
) -> tuple[VariableProblem, ...]:
    """Hold values against the schema; without one, no variable is declared.

    Defaults stand in for what is not given, so a required variable with a default is never missing.
    A variable that `properties` does not list is refused whatever `additionalProperties` says: no
    template could use it. The schema must have passed `check_schema`.
    """
    declared = declared_variables(schema)
    problems = [_extra(name, declared) for name in values if name not in declared]
    given = with_defaults(schema, values)
    known = {name: value for name, value in given.items() if name in declared}
    if schema is not None:
        for error in sorted(validator_of(schema).iter_errors(known), key=_order):
            problems.append(_explain(error))
    return tuple(problems)


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


def _order(error: jsonschema_rs.ValidationError) -> tuple[tuple[str, ...], str]:
    return tuple(str(token) for token in error.instance_path), error.message


def _extra(name: str, declared: tuple[str, ...]) -> VariableProblem:
    near = get_close_matches(name, declared, n=1)
    return VariableProblem(
        "extra",
        (name,),
        f"expected a declared variable, found '{name}'",
        f"did you mean '{near[0]}'?" if near else "declare it under variables.properties",
    )


def _explain(error: jsonschema_rs.ValidationError) -> VariableProblem:
    path: Path = tuple(error.instance_path)
    where = f" in '{_dotted(path)}'" if path else ""
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        return VariableProblem(
            "missing",
            path,
            f"expected a value for '{_dotted((*path, error.kind.property))}', found none",
            "add it, or take it out of 'required'",
        )
    return VariableProblem(
        "invalid",
        path,
        f"expected a value that fits the schema{where}, found: {_short(error.message)}",
        f"see '{error.kind.name}' in the schema of the variables",
    )


def _dotted(path: Path) -> str:
    return ".".join(str(token) for token in path)


def _said(error: "SchemaError") -> str:
    """Return what is wrong; of several forms, the one that lists what there is to choose from."""
    listed = (inner.message for inner in error.context or () if inner.validator == "enum")
    return next(listed, error.message)


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:190]}..."
