"""The smallest and the largest values that the variables of a prompt may have.

Takes the JSON Schema of the variables; returns values to render a prompt with, so that the shortest
and the longest text are among what comes out. Renders nothing. Values need not be valid in every
respect: a text of the right length counts, not whether it matches a pattern.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

# Characters that cost most: no encoding that we know makes one token of this sign (CUNEIFORM SIGN
# A), but one of each of its four bytes. A letter and a digit in turn are a token each.
_COSTLY = "\U00012000"
_COSTLY_ASCII = "q7"
# What a value may have in all, in characters: more than any context window holds.
_MAX_TEXT = 4_000_000
_MAX_ITEMS = 10_000
# I-JSON, RFC 7493 section 2.2: integers within +-(2**53 - 1); and the longest finite number.
_LONGEST_INTEGER = -9007199254740991
_LONGEST_NUMBER = -2.2250738585072014e-308
# Deeper and larger schemas are not written by people; one that refers to itself has no end.
_MAX_DEPTH = 12
_MAX_PARTS = 2_000
# How many ways of giving values are rendered at most.
MAX_ASSIGNMENTS = 48
# Words of a template that can make a shorter value give a longer text.
_CONDITION = re.compile(
    r"\b(?:if|elif|else|default|d|or|and|not|select\w*|reject\w*|replace|length|count|unless)\b"
)
# Parts of a pattern that let other characters through than ASCII.
_BEYOND_ASCII = re.compile(r"\[\^|\\[dDwWsSpPuxkc0-9]|\.")
_ESCAPED = re.compile(r"\\[^A-Za-z0-9]")


class _Absent:
    """Stands for a variable that is not given."""


ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class Extremes:
    """The values of one variable: those that give the largest texts, and the smallest ones.

    `empty` is the smallest value with all that it may hold; `smallest` has only what it must hold,
    and is `ABSENT` where the variable need not be given. `unbounded` are the places in the variable
    that have no bound, such as `history[].text`; they have their smallest value in `largest`.
    """

    name: str
    largest: tuple[Any, ...]
    empty: Any
    smallest: Any
    unbounded: tuple[str, ...] = ()


def extremes_of(schema: Mapping[str, Any] | None) -> tuple[Extremes, ...]:
    """Return the extremes of each declared variable, in the order of the schema."""
    properties = (schema or {}).get("properties")
    if schema is None or not isinstance(properties, Mapping):
        return ()
    required = schema.get("required")
    needed = set(required) if isinstance(required, list) else set()
    found = []
    for name, given in properties.items():
        reader = _Reader(schema, [], [])
        largest = reader.largest(given, str(name), 0)
        reader.parts.clear()
        empty = reader.smallest(given, 0, every=True)
        smallest = reader.smallest(given, 0, every=False) if name in needed else ABSENT
        # Of what refers to itself, the places have no end.
        places = (each if each.count(".") < _MAX_DEPTH else name for each in reader.unbounded)
        unbounded = tuple(dict.fromkeys(places))
        found.append(Extremes(name, largest, empty, smallest, unbounded))
    return tuple(found)


def assignments(
    variables: Sequence[Extremes], templates: Sequence[str]
) -> Iterator[Mapping[str, Any]]:
    """Yield values to render with; the first has the largest of all, the last the smallest.

    Where no template decides anything by a value, these are enough. Else, every combination follows
    while they are few; of many, those that differ in one variable from either.
    """
    largest = {each.name: each.largest[0] for each in variables}
    empty = {each.name: each.empty for each in variables}
    smallest = {each.name: each.smallest for each in variables}
    yield _given(largest)
    if any(_CONDITION.search(text) for text in templates):
        options = {each.name: _options(each) for each in variables}
        size = 1
        for every in options.values():
            size *= len(every)
        if size <= MAX_ASSIGNMENTS:
            for values in product(*options.values()):
                yield _given(dict(zip(options, values, strict=True)))
        else:
            yield from _one_by_one(largest, empty, options)
    yield _given(empty)
    yield _given(smallest)


def _one_by_one(
    largest: Mapping[str, Any], empty: Mapping[str, Any], options: Mapping[str, Sequence[Any]]
) -> Iterator[Mapping[str, Any]]:
    left = MAX_ASSIGNMENTS
    for base in (largest, empty):
        for name, values in options.items():
            for value in values:
                if value is not base[name] and left:
                    left -= 1
                    yield _given({**base, name: value})


def _options(variable: Extremes) -> tuple[Any, ...]:
    found = [*variable.largest]
    for each in (variable.empty, variable.smallest):
        if not any(value is each or value == each for value in found):
            found.append(each)
    return tuple(found)


def _given(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in values.items() if value is not ABSENT}


@dataclass(frozen=True, slots=True)
class _Reader:
    root: Mapping[str, Any]
    unbounded: list[str]
    # One entry for each part of the schema that was looked at.
    parts: list[None]

    def largest(self, schema: Any, place: str, depth: int) -> tuple[Any, ...]:
        """Return the values that may give the largest text; the first is the longest as JSON."""
        whole = self._whole(schema, depth)
        if whole is None:
            self.unbounded.append(place)
            return ("",)
        if "const" in whole:
            return (whole["const"],)
        if isinstance(whole.get("enum"), list) and whole["enum"]:
            return _longest_first(whole["enum"])
        for key in ("anyOf", "oneOf"):
            if isinstance(whole.get(key), list) and whole[key]:
                rest = {name: value for name, value in whole.items() if name != key}
                found = [
                    value
                    for each in whole[key]
                    for value in self.largest(_joined(rest, each), place, depth + 1)
                ]
                return _longest_first(found)
        types = whole.get("type")
        names = types if isinstance(types, list) else [types]
        found = [value for name in names for value in self._of_type(name, whole, place, depth)]
        return _longest_first(found)

    def smallest(self, schema: Any, depth: int, *, every: bool) -> Any:
        """Return the value that gives the smallest text; with `every`, of all that it may hold."""
        whole = self._whole(schema, depth)
        if whole is None:
            return ""
        if "const" in whole:
            return whole["const"]
        if isinstance(whole.get("enum"), list) and whole["enum"]:
            return _longest_first(whole["enum"])[-1]
        for key in ("anyOf", "oneOf"):
            if isinstance(whole.get(key), list) and whole[key]:
                rest = {name: value for name, value in whole.items() if name != key}
                forms = [_joined(rest, each) for each in whole[key]]
                found = [self.smallest(each, depth + 1, every=every) for each in forms]
                return _longest_first(found)[-1]
        types = whole.get("type")
        match types[0] if isinstance(types, list) and types else types:
            case "array":
                least = _whole_number(whole.get("minItems")) or 0
                item = self.smallest(whole.get("items", {}), depth + 1, every=every)
                return [item] * min(least, _MAX_ITEMS)
            case "object":
                required, properties = whole.get("required"), whole.get("properties")
                known = properties if isinstance(properties, Mapping) else {}
                needed = required if isinstance(required, list) else []
                names = dict.fromkeys([*known, *needed] if every else needed)
                return {
                    name: self.smallest(known.get(name, {}), depth + 1, every=every)
                    for name in names
                }
            case "integer" | "number":
                return 0
            case "boolean":
                return False
            case "null":
                return None
        return "a" * min(_whole_number(whole.get("minLength")) or 0, _MAX_TEXT)

    def _of_type(
        self, name: Any, schema: Mapping[str, Any], place: str, depth: int
    ) -> tuple[Any, ...]:
        match name:
            case "string":
                return (self._text(schema, place),)
            case "integer":
                return (_longest_number(schema, _LONGEST_INTEGER),)
            case "number":
                return (_LONGEST_NUMBER,)
            case "boolean":
                return (True, False)
            case "null":
                return (None,)
            case "array":
                return (self._items(schema, place, depth),)
            case "object":
                return (self._fields(schema, place, depth),)
        # Without a type, a text is as good as anything; it may have a bound.
        return (self._text(schema, place),)

    def _text(self, schema: Mapping[str, Any], place: str) -> str:
        length = _whole_number(schema.get("maxLength"))
        if length is None:
            self.unbounded.append(place)
            return "a" * min(_whole_number(schema.get("minLength")) or 0, _MAX_TEXT)
        length = min(length, _MAX_TEXT)
        if _is_ascii_only(schema.get("pattern")):
            return (_COSTLY_ASCII * (length // 2 + 1))[:length]
        return _COSTLY * length

    def _items(self, schema: Mapping[str, Any], place: str, depth: int) -> list[Any]:
        first = schema.get("prefixItems")
        fixed = [
            self.largest(each, f"{place}[{index}]", depth + 1)[0]
            for index, each in enumerate(first if isinstance(first, list) else ())
        ]
        items = schema.get("items", True)
        if items is False:
            return fixed
        number = _whole_number(schema.get("maxItems"))
        if number is None:
            self.unbounded.append(f"{place}[]")
            number = _whole_number(schema.get("minItems")) or 0
        number = max(min(number, _MAX_ITEMS) - len(fixed), 0)
        if not number:
            return fixed
        item = self.largest(items, f"{place}[]", depth + 1)[0]
        return [*fixed, *[item] * number]

    def _fields(self, schema: Mapping[str, Any], place: str, depth: int) -> dict[str, Any]:
        properties = schema.get("properties")
        if not isinstance(properties, Mapping) or not properties:
            # Any names with any values: unless there may be none.
            if schema.get("additionalProperties") is not False and schema.get("maxProperties") != 0:
                self.unbounded.append(place)
            return {}
        return {
            name: self.largest(each, f"{place}.{name}", depth + 1)[0]
            for name, each in properties.items()
        }

    def _whole(self, schema: Any, depth: int) -> Mapping[str, Any] | None:
        """Return a schema with what it refers to; None for one that has no end or says nothing."""
        self.parts.append(None)
        if not isinstance(schema, Mapping) or depth > _MAX_DEPTH or len(self.parts) > _MAX_PARTS:
            return None
        seen = 0
        whole: Mapping[str, Any] = schema
        while "$ref" in whole or "allOf" in whole:
            seen += 1
            if seen + depth > _MAX_DEPTH:
                return None
            rest = {key: value for key, value in whole.items() if key not in ("$ref", "allOf")}
            parts = whole.get("allOf")
            joined = rest
            for each in parts if isinstance(parts, list) else ():
                joined = _joined(joined, each)
            if "$ref" in whole:
                joined = _joined(joined, _look_up(self.root, whole["$ref"]))
            whole = joined
        return whole


def _joined(one: Mapping[str, Any], other: Any) -> dict[str, Any]:
    """Return what both schemas say; of two bounds, the tighter one."""
    if not isinstance(other, Mapping):
        return dict(one)
    joined = {**other, **one}
    for key in ("maxLength", "maxItems", "maxProperties"):
        bounds = [
            bound
            for bound in (_whole_number(each.get(key)) for each in (one, other))
            if bound is not None
        ]
        if bounds:
            joined[key] = min(bounds)
    mine, others = one.get("properties"), other.get("properties")
    if isinstance(mine, Mapping) and isinstance(others, Mapping):
        joined["properties"] = {**others, **mine}
    return joined


def _look_up(root: Mapping[str, Any], reference: Any) -> Any:
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    found: Any = root
    for token in reference.removeprefix("#").removeprefix("/").split("/"):
        if token:
            key = token.replace("~1", "/").replace("~0", "~")
            found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _longest_number(schema: Mapping[str, Any], default: int) -> int:
    """Return the integer within its bounds that has most digits."""
    low, high = schema.get("minimum"), schema.get("maximum")
    if isinstance(schema.get("exclusiveMinimum"), int | float):
        low = schema["exclusiveMinimum"]
    if isinstance(schema.get("exclusiveMaximum"), int | float):
        high = schema["exclusiveMaximum"]
    ends = (
        int(low) if isinstance(low, int | float) else default,
        int(high) if isinstance(high, int | float) else -default,
    )
    return max(ends, key=lambda number: len(str(number)))


def _longest_first(values: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(sorted(values, key=size_of, reverse=True))


def size_of(value: Any) -> int:
    """Return about how many characters a value is when it is written."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(len(str(key)) + size_of(each) for key, each in value.items())
    if isinstance(value, list):
        # The items of a largest list are one value, many times.
        known = {id(each): each for each in value}
        sizes = {key: size_of(each) for key, each in known.items()}
        return sum(sizes[id(each)] for each in value)
    return len(str(value))


def _whole_number(value: Any) -> int | None:
    # JSON Schema takes 10.0 for an integer too.
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        return None
    return int(value)


def _is_ascii_only(pattern: Any) -> bool:
    """Tell whether a pattern lets no character through but of ASCII, as far as that is plain."""
    if not isinstance(pattern, str) or not pattern.isascii():
        return False
    bare = _ESCAPED.sub("", pattern)
    return (
        bare.startswith("^")
        and bare.endswith("$")
        and not ("|" in bare or _BEYOND_ASCII.search(bare))
    )
