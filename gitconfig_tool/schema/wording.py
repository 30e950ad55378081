"""Problems that jsonschema finds, as data, and the words for them.

A `Problem` is what is used of jsonschema's error; the functions say what was asked for, and show
values shortly. Does not know documents, layers or places.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from jsonschema.exceptions import ValidationError

from gitconfig_tool.pointer import Path

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "a mapping",
    "string": "a string",
}
_BOUNDS = {
    "minimum": (">=", "minimum"),
    "maximum": ("<=", "maximum"),
    "exclusiveMinimum": (">", "exclusive minimum"),
    "exclusiveMaximum": ("<", "exclusive maximum"),
}
_SHOWN_CHARACTERS = 60
GENERAL_HINT = "change the value, or what the schema allows"
SHOWN_NAMES = 12


@dataclass(frozen=True, slots=True)
class Problem:
    """One keyword that does not hold for one value.

    `wanted` is the keyword's value in the schema around it, `schema`. `of_name` tells that the
    value is the name of a key (`propertyNames`). `branches` are the problems of each branch of an
    `anyOf` or `oneOf`; they are empty where several branches of a `oneOf` hold. `text` is
    jsonschema's own message.
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


def to_problem(error: ValidationError) -> Problem:
    """Take from an error what is used of it."""
    branches: dict[Any, list[Problem]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.relative_schema_path[0], []).append(to_problem(inner))
    # A schema that is `false` has no keyword.
    keyword: Any = error.validator
    schema: Any = error.schema
    return Problem(
        "" if keyword is None else str(keyword),
        error.validator_value,
        error.instance,
        tuple(error.absolute_path),
        schema if isinstance(schema, Mapping) else {},
        "propertyNames" in error.absolute_schema_path and isinstance(error.instance, str),
        tuple(map(tuple, branches.values())),
        error.message,
    )


def wanted_of(problem: Problem) -> str:
    """Say what a keyword asks for, to follow the word 'expected'."""
    keyword, wanted = problem.keyword, problem.wanted
    if keyword == "type":
        names = [wanted] if isinstance(wanted, str) else wanted
        return " or ".join(_TYPES.get(name, name) for name in names)
    if keyword in _BOUNDS:
        return f"a number {_BOUNDS[keyword][0]} {wanted}"
    words = {
        "multipleOf": f"a multiple of {wanted}",
        "const": literal(wanted),
        "minLength": f"at least {_count(wanted, 'character')}",
        "maxLength": f"at most {_count(wanted, 'character')}",
        "pattern": f"a text that matches {_short(str(wanted))}",
        "minItems": f"at least {_count(wanted, 'item')}",
        "maxItems": f"at most {_count(wanted, 'item')}",
        "uniqueItems": "items that all differ",
        "contains": "a list with an item of the form that 'contains' describes",
        "minContains": f"at least {_count(wanted, 'item')} of the form that 'contains' describes",
        "maxContains": f"at most {_count(wanted, 'item')} of the form that 'contains' describes",
        "minProperties": f"at least {_count(wanted, 'key')}",
        "maxProperties": f"at most {_count(wanted, 'key')}",
        "not": "a value that the schema's 'not' does not describe",
        "oneOf": "a value of exactly one of the forms, and not of several",
    }
    if keyword == "enum":
        shown = ", ".join(_plain(each) for each in wanted[:SHOWN_NAMES])
        more = ", ..." if len(wanted) > SHOWN_NAMES else ""
        return f"one of {shown}{more}"
    if keyword in ("anyOf", "oneOf") and problem.branches:
        inner = [wanted_of(each) for branch in problem.branches for each in branch]
        return " or ".join(dict.fromkeys(inner))
    if keyword in words:
        return words[keyword]
    if keyword in ("items", "prefixItems", "unevaluatedItems"):
        return "no further items"
    return f"what '{keyword}' asks for" if keyword else "no value: the schema allows none here"


def label_of(problem: Problem) -> str:
    """Say what holds at the marked place, to stand beside it."""
    keyword, wanted = problem.keyword, problem.wanted
    if keyword in _BOUNDS:
        return f"{_BOUNDS[keyword][1]} is {wanted}"
    if keyword == "enum" and isinstance(problem.value, str):
        near = get_close_matches(problem.value, [e for e in wanted if isinstance(e, str)], n=1)
        if near and not problem.is_write_only:
            return f"did you mean '{near[0]}'?"
    if keyword == "type":
        return f"must be {wanted_of(problem)}"
    return f"'{keyword}' does not hold" if keyword else "not allowed here"


def hint_of(problem: Problem) -> str:
    """Say what the value is for: a bound or a pattern seldom speaks for itself."""
    text = problem.schema.get("description")
    if isinstance(text, str) and text.strip():
        return f'the schema describes it: "{" ".join(text.split())}"'
    return GENERAL_HINT


def _count(number: Any, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."


def found_of(problem: Problem) -> str:
    """Say what stands there, to follow the word 'found'."""
    if problem.keyword == "uniqueItems":
        return _repeated(problem.value)
    if problem.keyword in ("minItems", "maxItems", "minProperties", "maxProperties"):
        return f"{len(problem.value)}"
    if problem.keyword in ("minLength", "maxLength"):
        return f"{len(problem.value)}: {literal(problem.value)}"
    return literal(problem.value)


def has_type_of(values: list[Any], other: Any) -> bool:
    """Tell whether one of the values has the JSON type of another value."""
    return any(_json_type(each) == _json_type(other) for each in values)


def _json_type(value: Any) -> type:
    return float if type(value) is int else type(value)


def _repeated(items: list[Any]) -> str:
    for index, item in enumerate(items):
        for other in range(index):
            if items[other] == item:
                return f"{literal(item)} at {other} and again at {index}"
    return "a repeated item"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) and value else literal(value)


def literal(value: Any) -> str:
    """Show a value shortly; a collection by its size."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{_short(' '.join(value.split()))}'"
    if isinstance(value, list):
        return "an empty list" if not value else f"a list of {len(value)}"
    if isinstance(value, dict):
        return "an empty mapping" if not value else "a mapping"
    return str(value)
