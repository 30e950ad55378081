"""The smallest and the largest values of variables, and which have no bound."""

from typing import Any

import pytest

from gitconfig_tool.models.extremes import ABSENT, MAX_ASSIGNMENTS, assignments, extremes_of

SIGN = "\U00012000"


def one(schema: Any, *, required: bool = True) -> Any:
    names = ["it"] if required else []
    (found,) = extremes_of({"type": "object", "properties": {"it": schema}, "required": names})
    return found


@pytest.mark.parametrize(
    ("schema", "largest", "empty"),
    [
        ({"type": "string", "maxLength": 3}, (SIGN * 3,), ""),
        ({"type": "string", "minLength": 2, "maxLength": 3}, (SIGN * 3,), "aa"),
        # Only ASCII gets through: a token for each character at most.
        ({"type": "string", "maxLength": 5, "pattern": "^[a-z0-9-]+$"}, ("q7q7q",), ""),
        ({"type": "string", "maxLength": 2, "pattern": "^[^<]+$"}, (SIGN * 2,), ""),
        ({"type": "string", "maxLength": 2, "pattern": "[a-z]"}, (SIGN * 2,), ""),
        ({"enum": ["low", "higher", 1]}, ("higher", "low", 1), 1),
        ({"const": "x"}, ("x",), "x"),
        ({"type": "boolean"}, (False, True), False),
        ({"type": "integer", "minimum": -5, "maximum": 1000}, (1000,), 0),
        ({"type": "integer", "minimum": 0}, (9007199254740991,), 0),
        ({"type": "integer"}, (-9007199254740991,), 0),
        ({"type": ["string", "null"], "maxLength": 9}, (SIGN * 9, None), ""),
        (
            {"type": "array", "maxItems": 2, "items": {"type": "string", "maxLength": 1}},
            ([SIGN, SIGN],),
            [],
        ),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "string", "maxLength": 1}, "b": {"const": 7}},
                "required": ["a"],
            },
            ({"a": SIGN, "b": 7},),
            {"a": "", "b": 7},
        ),
        ({"anyOf": [{"const": "long one"}, {"const": "short"}]}, ("long one", "short"), "short"),
        ({"allOf": [{"type": "string"}, {"maxLength": 2}]}, (SIGN * 2,), ""),
    ],
)
def test_bounded(schema: Any, largest: tuple[Any, ...], empty: Any) -> None:
    found = one(schema)

    assert (found.largest, found.empty, found.unbounded) == (largest, empty, ())


@pytest.mark.parametrize(
    ("schema", "places"),
    [
        ({"type": "string"}, ("it",)),
        # The draft lets no `format` refuse a value.
        ({"type": "string", "format": "date"}, ("it",)),
        (True, ("it",)),
        ({"type": "object"}, ("it",)),
        ({"type": "array", "items": {"type": "integer"}}, ("it[]",)),
        (
            {
                "type": "array",
                "maxItems": 2,
                "items": {"type": "object", "properties": {"text": {}}},
            },
            ("it[].text",),
        ),
        ({"$ref": "#"}, ("it",)),
    ],
)
def test_unbounded(schema: Any, places: tuple[str, ...]) -> None:
    assert one(schema).unbounded[: len(places)] == places


def test_references_are_followed() -> None:
    schema = {
        "type": "object",
        "properties": {"it": {"$ref": "#/$defs/short", "maxLength": 9}},
        "$defs": {"short": {"type": "string", "maxLength": 4}},
    }
    (found,) = extremes_of(schema)

    assert found.largest == (SIGN * 4,)
    assert found.smallest is ABSENT


def test_a_template_without_conditions_needs_the_ends_only() -> None:
    variables = extremes_of(
        {"type": "object", "properties": {"it": {"type": "string", "maxLength": 1}}}
    )

    assert list(assignments(variables, ["Hello {{ it }}"])) == [{"it": SIGN}, {"it": ""}, {}]
    # With a condition, what is left out may make the text longer.
    assert {} in list(assignments(variables, ["{% if it %}a{% else %}bbb{% endif %}"]))


def test_many_variables_are_taken_one_by_one() -> None:
    names = {f"v{number}": {"type": "boolean"} for number in range(30)}
    found = list(assignments(extremes_of({"type": "object", "properties": names}), ["{% if v1 %}"]))

    assert len(found) <= MAX_ASSIGNMENTS + 3
