"""Subsumption of schemas: what is said of two holds for values, as a validator sees them."""

from typing import Any

import jsonschema_rs
from hypothesis import event, given
from hypothesis import strategies as st

from gitconfig_tool.prompts.subsumption import Answer, subsumes
from gitconfig_tool.prompts.value_sets import Document, TooComplexError
from gitconfig_tool.prompts.witnesses import values_of
from tests.properties.strategies import EXAMPLES

NAMES = st.sampled_from(["a", "b", "c", "other"])
NUMBERS = st.sampled_from([-2, -1, 0, 0.5, 1, 1.5, 2, 3, 4, 6])
SCALARS = st.none() | st.booleans() | NUMBERS | st.sampled_from(["", "a", "aa", "ab", "aaaa"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
LIMITS = st.integers(0, 3)
TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"]


def some(keywords: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Schemas with at most four of some keywords."""
    return st.lists(st.sampled_from(sorted(keywords)), max_size=4, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({name: keywords[name] for name in chosen})
    )


PLAIN = some(
    {
        "type": st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), min_size=1, unique=True),
        "enum": st.lists(SCALARS, min_size=1, max_size=4),
        "const": SCALARS,
        "minimum": NUMBERS,
        "maximum": NUMBERS,
        "exclusiveMinimum": NUMBERS,
        "exclusiveMaximum": NUMBERS,
        "multipleOf": st.sampled_from([1, 2, 3, 0.5]),
        "minLength": LIMITS,
        "maxLength": LIMITS,
        "pattern": st.sampled_from(["^a", "b$"]),
    }
)


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Schemas of schemas."""
    several = st.lists(inner, min_size=1, max_size=2)
    return some(
        {
            "type": st.sampled_from(["array", "object"]),
            "properties": st.dictionaries(NAMES, inner, max_size=2),
            "patternProperties": st.dictionaries(st.sampled_from(["^a", "b"]), inner, max_size=1),
            "additionalProperties": inner,
            "unevaluatedProperties": inner,
            "required": st.lists(NAMES, max_size=2, unique=True),
            "minProperties": LIMITS,
            "maxProperties": LIMITS,
            "propertyNames": st.sampled_from([{"maxLength": 1}, {"pattern": "^a"}, {}]),
            "dependentRequired": st.dictionaries(NAMES, st.just(["a"]), max_size=1),
            "dependentSchemas": st.dictionaries(NAMES, inner, max_size=1),
            "prefixItems": several,
            "items": inner,
            "unevaluatedItems": inner,
            "minItems": LIMITS,
            "maxItems": LIMITS,
            "uniqueItems": st.booleans(),
            "contains": inner,
            "minContains": LIMITS,
            "allOf": several,
            "anyOf": several,
            "oneOf": several,
            "not": inner,
            "if": inner,
            "then": inner,
            "else": inner,
            "$ref": st.sampled_from(["#", "#/$defs/one", "#/$defs/two"]),
        }
    )


def is_sound(schema: Any) -> bool:
    """Leave out what refers to itself without end: nothing says what it means."""
    try:
        jsonschema_rs.Draft202012Validator(schema).is_valid(1)
    except (ValueError, jsonschema_rs.ValidationError):
        return False
    return not loops(schema, schema, ())


def loops(schema: Any, root: Any, seen: tuple[Any, ...]) -> bool:
    if not isinstance(schema, dict):
        return False
    if any(each is schema for each in seen):
        return True
    seen = (*seen, schema)
    inside = [schema[key] for key in ("not", "if", "then", "else") if key in schema]
    inside += [each for key in ("allOf", "anyOf", "oneOf") for each in schema.get(key, ())]
    inside += schema.get("dependentSchemas", {}).values()
    if "$ref" in schema:
        target = schema["$ref"].removeprefix("#/$defs/")
        inside.append(root if target == "#" else root["$defs"][target])
    return any(loops(each, root, seen) for each in inside)


INNER = st.recursive(st.booleans() | PLAIN, nested, max_leaves=6)
DEFINED = st.fixed_dictionaries({"one": PLAIN, "two": nested(PLAIN)})


@st.composite
def schemas(draw: st.DrawFn) -> Any:
    schema = draw(INNER)
    if isinstance(schema, dict):
        schema = {**schema, "$defs": draw(DEFINED)}
    return schema


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Any, Any]:
    """Two schemas; often the second is the first with something taken out or put in."""
    one = draw(schemas().filter(is_sound))
    if isinstance(one, dict) and draw(st.booleans()):
        other = {key: value for key, value in one.items() if key == "$defs" or draw(st.booleans())}
        if draw(st.booleans()):
            other = {**draw(PLAIN), **other}
        if is_sound(other):
            return (one, other) if draw(st.booleans()) else (other, one)
    return one, draw(schemas().filter(is_sound))


@EXAMPLES
@given(pairs(), st.lists(VALUES, min_size=5, max_size=20))
def test_what_is_said_of_two_schemas_holds_for_values(
    pair: tuple[Any, Any], values: list[Any]
) -> None:
    inner, outer = (jsonschema_rs.Draft202012Validator(each) for each in pair)

    verdict = subsumes(*pair)

    event(verdict.answer.value)
    if verdict.answer is Answer.YES:
        try:
            near = values_of((pair[0],), Document(pair[0]))
        except TooComplexError:
            near = []
        for value in (*values, *near):
            assert not inner.is_valid(value) or outer.is_valid(value), value
    for gap in verdict.gaps:
        for witness in gap.witness:
            assert inner.is_valid(witness)
            assert not outer.is_valid(witness)
    if verdict.answer is Answer.NO:
        assert any(gap.witness for gap in verdict.gaps)


@EXAMPLES
@given(schemas().filter(is_sound))
def test_a_schema_accepts_what_it_accepts(schema: Any) -> None:
    assert subsumes(schema, schema).answer is Answer.YES
