"""What each keyword of a JSON Schema asks of the values that another schema accepts.

Takes one keyword of an outer schema and a part of what an inner one accepts; returns the places
where the part may hold a value that the keyword refuses. None is a proof that there is no such
value. Walks no schema by itself: `subsumption` does.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from gitconfig_tool.pointer import Path
from gitconfig_tool.prompts.value_sets import (
    Conjunction,
    Document,
    Part,
    Schema,
    additional,
    canonical,
    fraction,
    is_empty,
    is_empty_part,
    parts,
    rest_of_items,
)
from gitconfig_tool.prompts.witnesses import MOST, around, number, samples

# A longer text is not made to show that it is too long.
_LONGEST_TEXT = 2_000
# Nothing in JSON is this: a keyword that is not there.
ABSENT = object()


@dataclass(frozen=True, slots=True)
class Gap:
    """A place where the first schema may accept what the second does not.

    `path` leads to the value; `*` stands for any item, or any other property. `keyword` is what
    differs, `inner` and `outer` what either schema says there (`ABSENT`: nothing). `witness` is a
    whole value that shows the difference, in a list of one; empty where none was found.
    """

    path: Path
    keyword: str
    inner: Any
    outer: Any
    witness: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A gap with values that may show it: of the place it is at, then of what is around it."""

    gap: Gap
    values: tuple[Any, ...]


class Proof(Protocol):
    """The walk through both schemas that a keyword goes on with."""

    inner: Document
    outer: Document
    is_same: bool

    def within(self, schemas: Conjunction, outer: Schema, path: Path, /) -> list[Found]:
        """Hold the values inside a value against a schema."""

    def part_within(self, part: Part, outer: Schema, path: Path, depth: int, /) -> list[Found]:
        """Hold the same part against another schema."""

    def in_property(self, part: Part, name: str, found: list[Found], /) -> Iterator[Found]:
        """Put the values of a property into mappings of the part."""

    def in_item(self, part: Part, index: int, found: list[Found], /) -> Iterator[Found]:
        """Put the values of an item into lists of the part."""


@dataclass(frozen=True, slots=True)
class At:
    """One keyword of an outer schema, and the part that is held against it."""

    check: Proof
    part: Part
    outer: Mapping[str, Any]
    keyword: str
    path: Path
    depth: int

    @property
    def value(self) -> Any:
        """What the keyword says."""
        return self.outer[self.keyword]

    def gap(self, inner: Any, near: tuple[Any, ...] = ()) -> list[Found]:
        """Return the gap that this keyword makes."""
        gap = Gap(self.path, self.keyword, inner, self.value)
        return [Found(gap, tuple(samples(self.part, near=near)))]

    def is_said(self, keywords: tuple[str, ...]) -> bool:
        """Tell whether a schema of the part says the same with some keywords."""
        wanted = canonical([self.outer.get(key) for key in keywords])
        if not self.check.is_same and '"$' in wanted:
            return False  # Its references may lead to something else.
        said = ([each.get(key) for key in keywords] for each in self.part.schemas)
        return any(canonical(each) == wanted for each in said)

    def first_said(self) -> Any:
        """Return what the part says with the keyword."""
        return next(iter(self.part.all_of(self.keyword)), ABSENT)


Keyword = Callable[[At], list[Found]]


def _type(at: At) -> list[Found]:
    types = {at.value} if isinstance(at.value, str) else set(at.value)
    if at.part.kind in types:
        return []
    is_whole = at.part.kind == "number" and at.part.numbers().is_integer
    if is_whole and "integer" in types:
        return []
    near = (0.5, 1.25) if "integer" in types else ()
    return at.gap("integer" if is_whole else at.part.kind, near)


def _listing(at: At) -> list[Found]:
    # A part whose values can be listed does not come here: others hold more than any list.
    return at.gap(ABSENT)


def _bound_below(*, is_excluded: bool) -> Keyword:
    def check_it(at: At) -> list[Found]:
        bounds, limit = at.part.numbers(), fraction(at.value)
        lower = bounds.lower
        if lower is not None and (
            lower > limit or (lower == limit and (bounds.is_above or not is_excluded))
        ):
            return []
        return at.gap(ABSENT if lower is None else number(lower), around(at.value))

    return check_it


def _bound_above(*, is_excluded: bool) -> Keyword:
    def check_it(at: At) -> list[Found]:
        bounds, limit = at.part.numbers(), fraction(at.value)
        upper = bounds.upper
        if upper is not None and (
            upper < limit or (upper == limit and (bounds.is_below or not is_excluded))
        ):
            return []
        return at.gap(ABSENT if upper is None else number(upper), around(at.value))

    return check_it


def _multiple(at: At) -> list[Found]:
    bounds, step = at.part.numbers(), fraction(at.value)
    known = [*bounds.multiples, *([Fraction(1)] if bounds.is_integer else [])]
    return [] if any((each / step).denominator == 1 for each in known) else at.gap(at.first_said())


def _at_least(at: At) -> list[Found]:
    known = at.part.most(at.keyword) or 0
    if at.keyword == "minProperties":
        known = max(known, len(at.part.required()))
    return [] if known >= at.value else at.gap(at.first_said())


def _at_most(at: At) -> list[Found]:
    known = at.part.least(at.keyword)
    if at.keyword == "maxProperties" and not at.part.other_schemas():
        names = len(at.part.names())
        known = names if known is None else min(names, known)
    if at.keyword == "maxItems":
        known = _longest_list(at, known)
    if known is not None and known <= at.value:
        return []
    is_short = at.keyword == "maxLength" and at.value <= _LONGEST_TEXT
    near = ("a" * (int(at.value) + 1),) if is_short else ()
    return at.gap(at.first_said(), near)


def _longest_list(at: At, known: int | None) -> int | None:
    """Return a bound on the length of lists: an item that no value can be ends them."""
    first = max((len(each) for each in at.part.all_of("prefixItems")), default=0)
    for index in range(first + 1):
        if known is not None and index >= known:
            return known
        if is_empty(at.part.item_schemas(index), at.check.inner):
            return index
    return known


def _said_alike(at: At) -> list[Found]:
    return [] if at.is_said((at.keyword,)) else at.gap(at.first_said())


def _unique(at: At) -> list[Found]:
    most = at.part.least("maxItems")
    if not at.value or True in at.part.all_of("uniqueItems") or (most is not None and most <= 1):
        return []
    return at.gap(at.first_said())


def _contains(at: At) -> list[Found]:
    if at.outer.get("minContains") == 0 and "maxContains" not in at.outer:
        return []
    is_said = at.is_said(("contains", "minContains", "maxContains"))
    return [] if is_said else at.gap(at.first_said())


def _items(at: At) -> list[Found]:
    if at.keyword != next(each for each in _OF_ITEMS if each in at.outer):
        return []  # The keywords mean something only together.
    check, part, rest = at.check, at.part, rest_of_items(at.outer)
    if rest is None and at.outer.get("unevaluatedItems", True) is not True:
        return at.gap(ABSENT)
    first = at.outer.get("prefixItems", [])
    most = part.least("maxItems")
    known = max([len(first), *(len(each) for each in part.all_of("prefixItems"))])
    found: list[Found] = []
    for index in range(known + 1):
        schemas = part.item_schemas(index)
        if (most is not None and index >= most) or is_empty(schemas, check.inner):
            break  # No list is longer than this.
        wanted = first[index] if index < len(first) else rest
        if wanted is not None:
            token = "*" if index == known else index
            inside = check.within(schemas, wanted, (*at.path, token))
            found += check.in_item(part, index, inside)
    return found


def _properties(at: At) -> list[Found]:
    if at.keyword != next(each for each in _OF_PROPERTIES if each in at.outer):
        return []  # The keywords mean something only together.
    check, part, rest = at.check, at.part, additional(at.outer)
    if rest is None and at.outer.get("unevaluatedProperties", True) is not True:
        return at.gap(ABSENT)
    named = at.outer.get("properties", {})
    patterns = at.outer.get("patternProperties", {})
    found: list[Found] = []
    for name in dict.fromkeys([*part.names(), *named, *sorted(part.required())]):
        wanted = [named[name]] if name in named else []
        wanted += [
            schema
            for pattern, schema in patterns.items()
            if check.outer.accepts({"pattern": pattern}, name)
        ]
        if not wanted and rest is not None:
            wanted = [rest]
        schemas = part.property_schemas(name)
        # Where it is empty, no mapping has the property.
        for schema in () if is_empty(schemas, check.inner) else wanted:
            inside = check.within(schemas, schema, (*at.path, name))
            found += check.in_property(part, name, inside)
    for schemas in part.other_schemas():
        for schema in (*patterns.values(), *([] if rest is None else [rest])):
            if not is_empty(schemas, check.inner):
                inside = check.within(schemas, schema, (*at.path, "*"))
                found += check.in_property(part, "other", inside)
    return found


def _required(at: At) -> list[Found]:
    found = []
    for name in at.value:
        if name not in at.part.required():
            without = [
                {key: each for key, each in sample.items() if key != name}
                for sample in samples(at.part)
            ]
            gap = Gap((*at.path, name), "required", ABSENT, True)
            found.append(Found(gap, tuple(without)))
    return found


def _dependent(at: At) -> list[Found]:
    if at.is_said((at.keyword,)):
        return []
    for name, needed in at.value.items():
        schemas = at.part.property_schemas(name)
        if not set(needed) <= at.part.required() and not is_empty(schemas, at.check.inner):
            return at.gap(at.first_said())
    return []


def _names(at: At) -> list[Found]:
    if at.value is True or at.is_said((at.keyword,)):
        return []
    accepts = at.check.outer.accepts
    if not at.part.other_schemas() and all(accepts(at.value, each) for each in at.part.names()):
        return []
    return at.gap(at.first_said(), ({"other": 1},))


def _reference(at: At) -> list[Found]:
    target = at.check.outer.resolve(at.value)
    if target is None:
        return at.gap(at.first_said())
    return at.check.part_within(at.part, target, at.path, at.depth + 1)


def _all_of(at: At) -> list[Found]:
    return [
        found
        for schema in at.value
        for found in at.check.part_within(at.part, schema, at.path, at.depth + 1)
    ]


def _any_of(at: At) -> list[Found]:
    against: list[Found] = []
    for schema in at.value:
        found = at.check.part_within(at.part, schema, at.path, at.depth + 1)
        if not found:
            return []
        against += found
    return _of_choices(at, against)


def _one_of(at: At) -> list[Found]:
    against: list[Found] = []
    for index, schema in enumerate(at.value):
        found = at.check.part_within(at.part, schema, at.path, at.depth + 1)
        others = (*at.value[:index], *at.value[index + 1 :])
        if not found and all(_is_apart(at, other) for other in others):
            return []
        against += found
    return _of_choices(at, against)


def _of_choices(at: At, against: list[Found]) -> list[Found]:
    """Return the gap of a choice: where only one place of one choice differs, that place."""
    if len(against) == 1:
        return against
    values = (*(value for each in against for value in each.values), *samples(at.part))
    return [Found(Gap(at.path, at.keyword, at.first_said(), at.value), values[: 4 * MOST])]


def _not(at: At) -> list[Found]:
    if at.is_said(("not",)) or _is_apart(at, at.value):
        return []
    return at.gap(at.first_said())


def _condition(at: At) -> list[Found]:
    if at.is_said(("if", "then", "else")):
        return []
    keywords = ("else",) if _is_apart(at, at.value) else ("then", "else")
    found = [
        each
        for keyword in keywords
        if keyword in at.outer
        for each in at.check.part_within(at.part, at.outer[keyword], at.path, at.depth + 1)
    ]
    if not found:
        return []
    values = (*(value for each in found for value in each.values), *samples(at.part))
    return [Found(Gap(at.path, "if", at.first_said(), at.value), values[: 4 * MOST])]


def _is_apart(at: At, schema: Schema) -> bool:
    """Tell whether it is plain that a schema of the outer accepts no value of the part."""
    if not at.check.is_same and '"$' in canonical(schema):
        return False  # Its references would be looked up in the wrong document.
    both = parts((*at.part.schemas, schema), at.check.inner)
    return all(each.kind != at.part.kind or is_empty_part(each) for each in both)


_OF_ITEMS = ("prefixItems", "items", "unevaluatedItems")
_OF_PROPERTIES = (
    "properties",
    "patternProperties",
    "additionalProperties",
    "unevaluatedProperties",
)
ANY_KIND: Mapping[str, Keyword] = {
    "type": _type,
    "enum": _listing,
    "const": _listing,
    "$ref": _reference,
    "$dynamicRef": _said_alike,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "if": _condition,
}
KEYWORDS: Mapping[str, Mapping[str, Keyword]] = {
    "number": {
        "minimum": _bound_below(is_excluded=False),
        "exclusiveMinimum": _bound_below(is_excluded=True),
        "maximum": _bound_above(is_excluded=False),
        "exclusiveMaximum": _bound_above(is_excluded=True),
        "multipleOf": _multiple,
    },
    "string": {
        "minLength": _at_least,
        "maxLength": _at_most,
        "pattern": _said_alike,
        "format": _said_alike,
    },
    "array": {
        "minItems": _at_least,
        "maxItems": _at_most,
        "uniqueItems": _unique,
        "contains": _contains,
        **dict.fromkeys(_OF_ITEMS, _items),
    },
    "object": {
        "required": _required,
        "minProperties": _at_least,
        "maxProperties": _at_most,
        "propertyNames": _names,
        "dependentRequired": _dependent,
        "dependentSchemas": _said_alike,
        **dict.fromkeys(_OF_PROPERTIES, _properties),
    },
}
