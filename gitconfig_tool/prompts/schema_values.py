"""Values that a schema itself holds, and that do not fit it: defaults, examples, enumerations.

JSON Schema lets them be anything. But a default is what a template gets, an example is what a
reader copies, and a member of an enumeration that does not fit can never be given.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from gitconfig_tool.pointer import Path
from gitconfig_tool.prompts.offline import validator_of

# JSON Schema 2020-12: keywords that hold a schema, a list of schemas, or schemas by name.
_ONE = frozenset(
    {"additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then"}
    | {"unevaluatedItems", "unevaluatedProperties"}
)
_LIST = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_NAMED = frozenset({"$defs", "definitions", "dependentSchemas", "patternProperties", "properties"})
_ROOT = "urn:gitconfig-tool:variables"


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value at a path of the schema that its own schema does not take."""

    path: Path
    keyword: str
    said: str


def misfits(schema: Mapping[str, Any]) -> Iterator[Misfit]:
    """Yield each value that does not fit; the schema must be valid, and its references resolve."""
    for path, part in schemas_within(schema, ()):
        given = tuple(_values(part))
        # Of `enum` and `const` the value is a member anyway; the rest of the schema decides.
        beside = {key: each for key, each in part.items() if key not in ("enum", "const")}
        for wanted, keywords in ((part, ("default", "examples")), (beside, ("const", "enum"))):
            values = [each for each in given if each[0] in keywords]
            # An enumeration can be long: what holds its values is made once for all.
            validator = _validator(schema, wanted) if values else None
            for keyword, where, value in values if validator is not None else ():
                said = _misfit(validator, value)
                if said is not None:
                    yield Misfit((*path, *where), keyword, said)


def _values(part: Mapping[str, Any]) -> Iterator[tuple[str, Path, Any]]:
    for keyword in ("default", "const"):
        if keyword in part:
            yield keyword, (keyword,), part[keyword]
    for keyword in ("examples", "enum"):
        values = part.get(keyword)
        for index, value in enumerate(values if isinstance(values, list) else ()):
            yield keyword, (keyword, index), value


def schemas_within(part: Any, path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield a schema and the schemas within it, each with its path."""
    if not isinstance(part, Mapping):
        return
    yield path, part
    for keyword, inner in part.items():
        if keyword in _ONE:
            yield from schemas_within(inner, (*path, keyword))
        elif keyword in _LIST and isinstance(inner, list):
            for index, each in enumerate(inner):
                yield from schemas_within(each, (*path, keyword, index))
        elif keyword in _NAMED and isinstance(inner, Mapping):
            for name, each in inner.items():
                yield from schemas_within(each, (*path, keyword, name))


def _validator(
    root: Mapping[str, Any], part: Mapping[str, Any]
) -> jsonschema_rs.Draft202012Validator | None:
    try:
        if not _has_reference(part):
            return validator_of(part)
        # A `$ref` is read from the top of the whole schema, not of the part.
        registry = jsonschema_rs.Registry([(_ROOT, dict(root))])
        return validator_of(_absolute(part), registry)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError):
        return None  # A regular expression that only other programs read: nothing is known.


def _misfit(validator: jsonschema_rs.Draft202012Validator | None, value: Any) -> str | None:
    found = None if validator is None else next(validator.iter_errors(value), None)
    return None if found is None else str(found.message)


def _absolute(part: Any) -> Any:
    if isinstance(part, Mapping):
        return {
            key: f"{_ROOT}{each}"
            if key in ("$ref", "$dynamicRef") and isinstance(each, str)
            else _absolute(each)
            for key, each in part.items()
        }
    return [_absolute(each) for each in part] if isinstance(part, list) else part


def _has_reference(part: Any) -> bool:
    if isinstance(part, Mapping):
        return any(
            key in ("$ref", "$dynamicRef") or _has_reference(each) for key, each in part.items()
        )
    return isinstance(part, list) and any(_has_reference(each) for each in part)
