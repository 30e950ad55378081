"""What a JSON Schema says of the values that it accepts, kind by kind.

Takes schemas (draft 2020-12) and takes them apart into `Part`s: values of one kind that satisfy all
of several plain schemas. Where a keyword says more than is understood here, a part holds more
values than the schema accepts, and never fewer: whoever proves something of all values of the parts
has proved it of all that the schema accepts. Compares nothing: see `subsumption`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import ceil, floor
from typing import Any

import jsonschema_rs

from gitconfig_tool.pointer import Path, parse_pointer
from gitconfig_tool.prompts.offline import validator_of

Schema = Any
Conjunction = tuple[Schema, ...]
KINDS = ("null", "boolean", "number", "string", "array", "object")
# What makes a schema look at more than its own `properties` and `items`.
_APPLICATORS = frozenset(
    {"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "$ref", "$dynamicRef"}
    | {"dependentSchemas", "contains", "patternProperties"}
)
# Schemas of people have a few alternatives; products of them grow without end.
_MAX_BRANCHES = 256
_MAX_NESTED = 40
# Whole numbers between bounds that are listed, and then compared one by one.
_MAX_LISTED = 64
_HERE = "urn:gitconfig-tool:schema"


class TooComplexError(Exception):
    """A schema has more alternatives, or more nesting, than are looked at."""


class Document:
    """A whole schema: what its references lead to, and which values its parts accept."""

    def __init__(self, root: Schema) -> None:
        self.root = root
        self._keys: dict[int, tuple[Schema, str]] = {}
        self._accepting: dict[str, jsonschema_rs.Draft202012Validator] = {}
        # A schema with a base of its own, or with anchors: references may mean something else.
        self._is_plain = not any(_renames(each, at) for each, at in _every(root, ()))

    def resolve(self, reference: str) -> Schema:
        """Return what a reference within the document leads to; None where that is not known."""
        if not self._is_plain or not reference.startswith("#"):
            return None
        found = self.root
        try:
            for token in parse_pointer(reference[1:]):
                found = found[int(token)] if isinstance(found, list) else found[str(token)]
        except (KeyError, IndexError, ValueError, TypeError):
            return None
        return found if isinstance(found, (Mapping, bool)) else None

    def accepts(self, schema: Schema, value: Any) -> bool:
        """Tell whether one schema of the document accepts a value; formats are annotations.

        Raises `TooComplexError` for a schema that the validator cannot compile.
        """
        known = self._keys.get(id(schema))
        if known is None:
            # Kept with the schema, so that no other one gets its id.
            known = self._keys[id(schema)] = (schema, canonical(schema))
        key = known[1]
        if key not in self._accepting:
            whole: Any = self._absolute(schema)
            if isinstance(self.root, Mapping) and '"$ref"' in key:
                whole = {"allOf": [whole], "$defs": {"root": {**self.root, "$id": _HERE}}}
            try:
                self._accepting[key] = validator_of(whole)
            except (jsonschema_rs.ValidationError, ValueError) as error:
                raise TooComplexError from error
        try:
            return bool(self._accepting[key].is_valid(value))
        except ValueError as error:
            raise TooComplexError from error

    def _absolute(self, schema: Any) -> Any:
        if isinstance(schema, Mapping):
            return {
                key: f"{_HERE}{value}"
                if key == "$ref" and isinstance(value, str) and value.startswith("#")
                else self._absolute(value)
                for key, value in schema.items()
            }
        return [self._absolute(item) for item in schema] if isinstance(schema, list) else schema


@dataclass(frozen=True, slots=True)
class Numbers:
    """Bounds of a number: None is no bound; of whole numbers, no bound is an open one."""

    lower: Fraction | None
    is_above: bool
    upper: Fraction | None
    is_below: bool
    is_integer: bool
    multiples: tuple[Fraction, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no number is within the bounds."""
        if self.lower is None or self.upper is None:
            return False
        is_open = self.is_above or self.is_below
        return self.lower > self.upper or (self.lower == self.upper and is_open)


@dataclass(frozen=True, slots=True)
class Part:
    """Values of one kind that every one of `schemas` accepts; each is a mapping of `document`."""

    kind: str
    schemas: tuple[Mapping[str, Any], ...]
    document: Document

    def most(self, keyword: str) -> int | None:
        """Return the greatest value of a keyword that bounds from below."""
        found = [int(each[keyword]) for each in self.schemas if keyword in each]
        return max(found, default=None)

    def least(self, keyword: str) -> int | None:
        """Return the least value of a keyword that bounds from above."""
        found = [int(each[keyword]) for each in self.schemas if keyword in each]
        return min(found, default=None)

    def all_of(self, keyword: str) -> list[Any]:
        """Return every value of a keyword."""
        return [each[keyword] for each in self.schemas if keyword in each]

    def required(self) -> set[str]:
        """Return the names of the properties that every value has."""
        return {name for names in self.all_of("required") for name in names}

    def names(self) -> list[str]:
        """Return the names under `properties`, each once."""
        return list(dict.fromkeys(name for each in self.all_of("properties") for name in each))

    def property_schemas(self, name: str) -> Conjunction:
        """Return what the value of a property satisfies."""
        found: list[Schema] = []
        for schema in self.schemas:
            matching = list(self._matching(schema, name))
            found += matching if matching else _present(additional(schema))
        return tuple(found)

    def other_schemas(self) -> list[Conjunction]:
        """Return what properties satisfy that `properties` does not name, by alternatives."""
        choices = []
        for schema in self.schemas:
            patterns = list(schema.get("patternProperties", {}).values())
            rest = additional(schema)
            choices.append([*patterns, True if rest is None else rest])
        _bound(choices)
        every = [tuple(each) for each in product(*choices)]
        return [each for each in every if not any(schema is False for schema in each)]

    def item_schemas(self, index: int) -> Conjunction:
        """Return what the item at an index satisfies."""
        found: list[Schema] = []
        for schema in self.schemas:
            first = schema.get("prefixItems", [])
            found += [first[index]] if index < len(first) else _present(rest_of_items(schema))
        return tuple(found)

    def numbers(self) -> Numbers:
        """Return the bounds of a number."""
        types = [_types(each) for each in self.schemas]
        multiples = tuple(fraction(each) for each in self.all_of("multipleOf"))
        is_integer = any("number" not in each for each in types) or any(
            each.denominator == 1 for each in multiples
        )
        lower, is_above = _tightest(self, "minimum", "exclusiveMinimum", sign=1)
        upper, is_below = _tightest(self, "maximum", "exclusiveMaximum", sign=-1)
        if is_integer and lower is not None:
            lower = Fraction(floor(lower) + 1 if is_above else ceil(lower))
            is_above = False
        if is_integer and upper is not None:
            upper = Fraction(ceil(upper) - 1 if is_below else floor(upper))
            is_below = False
        return Numbers(lower, is_above, upper, is_below, is_integer, multiples)

    def values(self) -> list[Any] | None:
        """Return all values where they can be listed, else None."""
        listed: list[Any] | None = None
        for schema in self.schemas:
            if "const" in schema:
                listed = [schema["const"]]
                break
            if "enum" in schema and (listed is None or len(schema["enum"]) < len(listed)):
                listed = list(schema["enum"])
        if listed is None and self.kind == "null":
            listed = [None]
        if listed is None and self.kind == "boolean":
            listed = [False, True]
        if listed is None and self.kind == "number":
            bounds = self.numbers()
            if bounds.is_integer and bounds.lower is not None and bounds.upper is not None:
                first, last = int(bounds.lower), int(bounds.upper)
                listed = list(range(first, last + 1)) if last - first < _MAX_LISTED else None
        if listed is None:
            return None
        return [value for value in listed if kind_of(value) == self.kind and self.holds(value)]

    def holds(self, value: Any) -> bool:
        """Tell whether all schemas accept a value."""
        return all(self.document.accepts(schema, value) for schema in self.schemas)

    def _matching(self, schema: Mapping[str, Any], name: str) -> Iterator[Schema]:
        if name in schema.get("properties", {}):
            yield schema["properties"][name]
        for pattern, inner in schema.get("patternProperties", {}).items():
            if self.document.accepts({"pattern": pattern}, name):
                yield inner


def parts(schemas: Conjunction, document: Document) -> Iterator[Part]:
    """Take apart what satisfies all of several schemas; leaves out what is plainly empty."""
    for branch in _branches(schemas, document, 0):
        kinds = set(KINDS)
        for schema in branch:
            kinds &= {"number" if each == "integer" else each for each in _types(schema)}
        for kind in KINDS:
            if kind in kinds:
                yield Part(kind, branch, document)


def is_empty(schemas: Conjunction, document: Document, depth: int = 0) -> bool:
    """Tell whether it is plain that no value satisfies all of several schemas."""
    return all(is_empty_part(part, depth) for part in parts(schemas, document))


def is_empty_part(part: Part, depth: int = 0) -> bool:
    """Tell whether it is plain that a part holds no value."""
    if part.values() == []:
        return True
    if depth > 4:
        return False
    if part.kind == "number":
        return part.numbers().is_empty
    if part.kind == "string":
        return _crossed(part, "minLength", "maxLength")
    if part.kind == "array":
        fewest = min(part.most("minItems") or 0, _MAX_LISTED)
        return _crossed(part, "minItems", "maxItems") or any(
            is_empty(part.item_schemas(index), part.document, depth + 1) for index in range(fewest)
        )
    if part.kind == "object":
        return _crossed(part, "minProperties", "maxProperties") or any(
            is_empty(part.property_schemas(name), part.document, depth + 1)
            for name in part.required()
        )
    return False


def additional(schema: Mapping[str, Any]) -> Schema:
    """Return what the properties satisfy that a schema does not name; None where it is silent."""
    if "additionalProperties" in schema:
        return schema["additionalProperties"]
    return schema.get("unevaluatedProperties") if _is_simple(schema) else None


def rest_of_items(schema: Mapping[str, Any]) -> Schema:
    """Return what the items after `prefixItems` satisfy; None where a schema is silent."""
    if "items" in schema:
        return schema["items"]
    return schema.get("unevaluatedItems") if _is_simple(schema) else None


def kind_of(value: Any) -> str:
    """Return the kind of a JSON value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, (list, tuple)) else "object"


def fraction(number: float) -> Fraction:
    """Return a JSON number as it is written."""
    return Fraction(Decimal(repr(number)))


def canonical(value: Any) -> str:
    """Write a JSON value in one form."""
    return json.dumps(value, sort_keys=True)


def _branches(
    schemas: Sequence[Schema], document: Document, depth: int
) -> list[tuple[Mapping[str, Any], ...]]:
    found: list[tuple[Mapping[str, Any], ...]] = [()]
    for schema in schemas:
        others = _alternatives(schema, document, depth)
        _bound([found, others])
        found = [_joined(one, other) for one in found for other in others]
    return found


def _alternatives(
    schema: Schema, document: Document, depth: int
) -> list[tuple[Mapping[str, Any], ...]]:
    """Return the plain schemas that a schema comes down to: all of one of these."""
    if not isinstance(schema, Mapping):
        return [] if schema is False else [()]
    if depth > _MAX_NESTED:
        raise TooComplexError
    together: list[list[tuple[Mapping[str, Any], ...]]] = [[(schema,)]]
    reference = schema.get("$ref")
    if isinstance(reference, str):
        together.append(_alternatives(document.resolve(reference), document, depth + 1))
    together += [_alternatives(each, document, depth + 1) for each in schema.get("allOf", ())]
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            options = [_alternatives(each, document, depth + 1) for each in schema[keyword]]
            together.append([branch for option in options for branch in option])
    if "if" in schema:
        then = _branches((schema["if"], schema.get("then", True)), document, depth + 1)
        together.append([*then, *_alternatives(schema.get("else", True), document, depth + 1)])
    found: list[tuple[Mapping[str, Any], ...]] = [()]
    for others in together:
        _bound([found, others])
        found = [_joined(one, other) for one in found for other in others]
    return found


def _joined(
    one: tuple[Mapping[str, Any], ...], other: tuple[Mapping[str, Any], ...]
) -> tuple[Mapping[str, Any], ...]:
    return (*one, *(each for each in other if not any(each is known for known in one)))


def _bound(choices: Sequence[Sequence[Any]]) -> None:
    size = 1
    for each in choices:
        size *= max(len(each), 1)
    if size > _MAX_BRANCHES:
        raise TooComplexError


def _types(schema: Mapping[str, Any]) -> frozenset[str]:
    given = schema.get("type")
    if given is None:
        return frozenset(KINDS)
    return frozenset([given] if isinstance(given, str) else given)


def _tightest(part: Part, closed: str, opened: str, *, sign: int) -> tuple[Fraction | None, bool]:
    """Return the tightest bound, and whether it is itself excluded."""
    found = [(fraction(each), False) for each in part.all_of(closed)]
    found += [(fraction(each), True) for each in part.all_of(opened)]
    return max(found, key=lambda each: (sign * each[0], each[1]), default=(None, False))


def _crossed(part: Part, lower: str, upper: str) -> bool:
    low, high = part.most(lower), part.least(upper)
    return low is not None and high is not None and low > high


def _present(schema: Schema) -> list[Schema]:
    return [] if schema is None else [schema]


def _is_simple(schema: Mapping[str, Any]) -> bool:
    return not _APPLICATORS & schema.keys()


def _every(schema: Any, path: Path) -> Iterator[tuple[Mapping[str, Any], Path]]:
    if isinstance(schema, Mapping):
        yield schema, path
        for key, value in schema.items():
            yield from _every(value, (*path, key))
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from _every(value, (*path, index))


def _renames(schema: Mapping[str, Any], path: Path) -> bool:
    if path and path[-1] in ("properties", "default", "const"):
        return False
    names = ("$anchor", "$dynamicAnchor", "$dynamicRef", *(("$id",) if path else ()))
    return any(isinstance(schema.get(name), str) for name in names)
