"""Values that a JSON Schema accepts, near the edges of what it accepts.

Takes parts of `value_sets`; returns a few JSON values. They are guesses: whoever uses one asks the
validator. Meant to find a value that shows the difference between two schemas.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain, islice
from math import ceil
from typing import Any

from gitconfig_tool.prompts.value_sets import (
    Conjunction,
    Document,
    Part,
    TooComplexError,
    fraction,
    parts,
)

# More do not find more, and each one is checked.
MOST = 24
# Deeper, only what must be there is filled in.
_MAX_NESTED = 6
# A schema of many properties has more guesses than are worth a look.
_MAX_TRIED = 500
# A longer text, or list, is not made to show a bound.
_MAX_LENGTH = 2_000
# What common patterns and formats accept.
_TEXTS = ("a", "A", "0", " ", "-", "a b", "a-b", "a@b.example", "2024-01-31", "https://a.example")


def values_of(schemas: Conjunction, document: Document, depth: int = 0) -> list[Any]:
    """Return values that satisfy all of several schemas, as far as some are found."""
    found: list[Any] = []
    if depth > _MAX_NESTED:
        return found
    for part in parts(schemas, document):
        found += list(samples(part, depth))
        if len(found) >= MOST:
            break
    return found[:MOST]


def samples(part: Part, depth: int = 0, near: Iterable[Any] = ()) -> Iterator[Any]:
    """Yield values of a part; `near` are values to try first."""
    seen = 0
    for value in islice(chain(near, _guesses(part, depth)), _MAX_TRIED):
        if _holds(part, value):
            seen += 1
            yield value
            if seen == MOST:
                return


def number(value: Fraction) -> int | float:
    """Return a fraction as a JSON number."""
    return int(value) if value.denominator == 1 else float(value)


def around(bound: float) -> tuple[int | float, ...]:
    """Return numbers at a bound and on both sides of it."""
    exact = fraction(bound)
    steps = (Fraction(0), Fraction(-1), Fraction(1), Fraction(-1, 2), Fraction(1, 2))
    return tuple(number(exact + step) for step in steps)


def _holds(part: Part, value: Any) -> bool:
    try:
        return part.holds(value)
    except TooComplexError:
        return False


def _guesses(part: Part, depth: int) -> Iterator[Any]:
    listed = part.values()
    if listed is not None:
        yield from listed[:MOST]
        return
    for each in part.schemas:
        yield from each.get("examples", ())
        if "default" in each:
            yield each["default"]
    if part.kind == "number":
        yield from _numbers(part)
    elif part.kind == "string":
        yield from _texts(part)
    elif part.kind == "array":
        yield from _lists(part, depth)
    elif part.kind == "object":
        yield from _mappings(part, depth)


def _numbers(part: Part) -> Iterator[int | float]:
    bounds = part.numbers()
    for bound in (bounds.lower, bounds.upper):
        if bound is not None:
            yield from around(number(bound))
    for step in bounds.multiples:
        start = Fraction(0) if bounds.lower is None else ceil(bounds.lower / step) * step
        yield from (number(start), number(start + step), number(start + 3 * step))
    yield from (0, 1, -1, 7, 0.5, 1_000_003, -1_000_003, 1.25)


def _texts(part: Part) -> Iterator[str]:
    shortest, longest = part.most("minLength") or 0, part.least("maxLength")
    lengths = [shortest, shortest + 1, shortest + 7]
    if longest is not None:
        lengths += [longest, max(longest - 1, 0)]
    yield from ("a" * length for length in lengths if length <= _MAX_LENGTH)
    for text in _TEXTS:
        yield text
        length = min(max(shortest, 1), _MAX_LENGTH)
        yield (text * (length // len(text) + 1))[:length]
    yield ""


def _lists(part: Part, depth: int) -> Iterator[list[Any]]:
    fewest, most = part.most("minItems") or 0, part.least("maxItems")
    lengths = [fewest, max(fewest, 1), fewest + 1, fewest + 2]
    if most is not None:
        lengths.append(most)
    for length in dict.fromkeys(lengths):
        if length > 100:
            continue
        options = [
            values_of(part.item_schemas(index), part.document, depth + 1) for index in range(length)
        ]
        if all(options):
            # One value again and again, and different ones where items must be unique.
            yield [each[0] for each in options]
            yield [each[index % len(each)] for index, each in enumerate(options)]


def _mappings(part: Part, depth: int) -> Iterator[dict[str, Any]]:
    required = part.required()
    least: dict[str, Any] = {}
    for name in sorted(required):
        options = values_of(part.property_schemas(name), part.document, depth + 1)
        if not options:
            return
        least[name] = options[0]
    yield least
    full = dict(least)
    if depth < _MAX_NESTED - 2:
        for name in part.names():
            if name not in required:
                options = values_of(part.property_schemas(name), part.document, depth + 1)
                for option in options[:1]:
                    yield {**least, name: option}
                    full[name] = option
    yield full
    unnamed = {f"other{index}": 1 for index in range(min(part.most("minProperties") or 1, 100))}
    yield {**full, **unnamed}
    yield {**least, **unnamed}
