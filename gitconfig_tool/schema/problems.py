"""What jsonschema finds wrong with a value, as data.

jsonschema looks at each form of an `anyOf` anew for each way that leads to it, and so would whoever
reads its errors: forms of forms of forms would take ages. Here each `$ref` is followed once for
each value, and each error is taken once. Patterns are matched in bounded time. Does not know
documents, layers or words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from gitconfig_tool.pointer import Path
from gitconfig_tool.schema.patterns import matches


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """One keyword that does not hold for one value.

    `wanted` is the keyword's value in the schema around it, `schema`. `of_name` tells that the
    value is the name of a key (`propertyNames`). `branches` are the problems of each branch of an
    `anyOf` or `oneOf`; they are empty where several branches of a `oneOf` hold. A problem within
    them may be shared with other branches. `text` is jsonschema's own message.
    """

    keyword: str
    wanted: Any
    value: Any
    path: Path
    schema: Mapping[str, Any]
    of_name: bool
    branches: tuple[tuple["Problem", ...], ...]
    text: str

    @property
    def is_write_only(self) -> bool:
        """Whether the schema says that the value is a secret (Validation, section 9.4)."""
        return self.schema.get("writeOnly") is True


def find_problems(value: Any, uri: str, texts: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with a value; `texts` are the schema `uri` and all that it refers to."""
    # A `$schema` would make jsonschema forget the keywords that are read in another way here. That
    # it names this draft was checked when the schema was loaded.
    contents = {each: _without(text, "$schema") for each, text in texts.items()}
    resources = [
        (each, Resource.from_contents(text, default_specification=DRAFT202012))
        for each, text in contents.items()
    ]
    registry: Registry[Any] = Registry().with_resources(resources)
    keywords = {
        "$ref": _References().follow,
        "additionalProperties": _additional_properties,
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
    }
    validator: Any = extend(Draft202012Validator, keywords)  # type: ignore[no-untyped-call]
    taking = _Taking()
    found = [
        taking.problem(error, (), of_name=False)
        for error in validator(contents[uri], registry=registry).iter_errors(value)
    ]
    yield from without_echoes(found)


def without_echoes(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Leave out what only follows: a value of another type is none of the allowed ones either."""
    typed = {each.path for each in problems if each.keyword == "type"}
    for each in problems:
        if each.keyword not in ("enum", "const") or each.path not in typed:
            yield each


def find_schema_problems(schema: Any) -> Iterator[Problem]:
    """Yield what is wrong with a schema itself."""
    taking = _Taking()
    for error in Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema):
        yield taking.problem(error, (), of_name=False)


class _Taking:
    """Takes from errors what is used of them; what several errors share is taken once."""

    def __init__(self) -> None:
        self._branches: dict[tuple[int, Path], tuple[tuple[Problem, ...], ...]] = {}

    def problem(self, error: ValidationError, at: Path, *, of_name: bool) -> Problem:
        """Take one error; `at` is the place of the value that its path is relative to."""
        path = (*at, *error.relative_path)
        named = "propertyNames" in error.relative_schema_path and isinstance(error.instance, str)
        of_name = of_name or named
        # A schema that is `false` has no keyword.
        keyword: Any = error.validator
        schema: Any = error.schema
        return Problem(
            "" if keyword is None else str(keyword),
            error.validator_value,
            error.instance,
            path,
            schema if isinstance(schema, Mapping) else {},
            of_name,
            self._of_branches(error, path, of_name),
            error.message,
        )

    def _of_branches(
        self, error: ValidationError, path: Path, of_name: bool
    ) -> tuple[tuple[Problem, ...], ...]:
        if not error.context:
            return ()
        # Copies of an error have the same errors within.
        key = (id(error.context[0]), path)
        if key not in self._branches:
            found: dict[Any, list[Problem]] = {}
            for inner in error.context:
                problem = self.problem(inner, path, of_name=of_name)
                found.setdefault(inner.relative_schema_path[0], []).append(problem)
            self._branches[key] = tuple(map(tuple, found.values()))
        return self._branches[key]


class _References:
    """Follows each `$ref` once for each value."""

    def __init__(self) -> None:
        # By the schema that has the `$ref` and the value. Both are kept, so that no other object
        # ever has their identity.
        self._known: dict[tuple[int, int], tuple[Any, Any, list[ValidationError]]] = {}

    def follow(
        self, validator: Any, reference: str, instance: Any, schema: Any
    ) -> Iterator[ValidationError]:
        key = (id(schema), id(instance))
        if key not in self._known:
            plain = Draft202012Validator.VALIDATORS["$ref"]
            errors = list(plain(validator, reference, instance, schema))
            self._known[key] = (schema, instance, errors)
        # Copies: jsonschema writes the way to a place into each error that it is given.
        for error in self._known[key][2]:
            yield ValidationError.create_from(error)


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not matches(pattern, instance):
        yield ValidationError(f"the text does not match {pattern!r}")


def _pattern_properties(
    validator: Any, patterns: Mapping[str, Any], instance: Any, schema: Any
) -> Iterator[ValidationError]:
    for pattern, inner in patterns.items() if isinstance(instance, dict) else ():
        for key, value in instance.items():
            if matches(pattern, key):
                yield from validator.descend(value, inner, path=key, schema_path=pattern)


def _additional_properties(
    validator: Any, wanted: Any, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    further = additional_keys(instance, schema) if isinstance(instance, dict) else []
    if isinstance(wanted, dict):
        for key in further:
            yield from validator.descend(instance[key], wanted, path=key)
    elif wanted is False and further:
        yield ValidationError("there are further keys")


def additional_keys(value: Mapping[str, Any], schema: Mapping[str, Any]) -> list[str]:
    """Return the keys that neither `properties` nor `patternProperties` of a schema describe."""
    patterns = schema.get("patternProperties", ())
    return [
        key
        for key in value
        if key not in schema.get("properties", ())
        and not any(matches(pattern, key) for pattern in patterns)
    ]


def _without(text: Any, keyword: str) -> Any:
    if not isinstance(text, dict):
        return text
    return {key: value for key, value in text.items() if key != keyword}
