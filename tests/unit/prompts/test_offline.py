"""Schemas of prompts: whatever they name, nothing is retrieved, and no pattern takes long."""

from typing import Any

import jsonschema_rs
import pytest

from gitconfig_tool.document import parse_document
from gitconfig_tool.prompts import load_prompts
from gitconfig_tool.prompts.json_text import schema_mistake
from gitconfig_tool.prompts.offline import has_schema_form, validator_of
from gitconfig_tool.prompts.steps import step_between
from gitconfig_tool.prompts.variables import check_schema, check_variables

# Nobody has it: RFC 2606.
ELSEWHERE = "http://schemas.invalid/one.json"


def test_a_schema_that_names_another_draft_is_read_as_ours() -> None:
    schema = {"$schema": ELSEWHERE, "type": "object", "properties": {"a": {"type": "integer"}}}
    assert has_schema_form(schema)
    assert check_schema(schema) == ()
    assert [each.kind for each in check_variables(schema, {"a": "x"})] == ["invalid"]
    assert schema_mistake(schema) is None


@pytest.mark.parametrize("keyword", ["$ref", "$dynamicRef"])
def test_a_reference_that_leads_out_is_refused_and_not_followed(keyword: str) -> None:
    with pytest.raises(jsonschema_rs.ValidationError, match="is not present"):
        validator_of({keyword: ELSEWHERE})
    old = {"template": "x", "responseFormat": "json_schema", "jsonSchema": {keyword: ELSEWHERE}}
    new = {**old, "jsonSchema": {keyword: ELSEWHERE, "type": "object"}}
    # What cannot be compared is not called the same.
    assert step_between(old, new).reasons


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ({"pattern": "("}, ("properties", "a", "pattern")),
        ({"patternProperties": {"[": {}}}, ("properties", "a", "patternProperties", "[")),
    ],
)
def test_a_pattern_that_nobody_can_read_is_a_mistake(
    schema: dict[str, Any], path: tuple[str, ...]
) -> None:
    (found,) = check_schema({"type": "object", "properties": {"a": schema}})
    assert (found.code, found.path[:4]) == ("GCT508", path[:4])
    assert found.message.startswith("expected a regular expression in 'variables', found ")


def test_patterns_are_those_of_json_schema_and_take_no_long_time() -> None:
    properties = {"a": {"type": "string", "pattern": r"^(\p{Lu}+)+$"}}
    schema = {"type": "object", "properties": properties}
    assert check_schema(schema) == ()
    assert check_variables(schema, {"a": "ÄA"}) == ()
    (found,) = check_variables(schema, {"a": "A" * 5_000 + "!"})
    assert (found.kind, found.hint) == ("invalid", "see 'pattern' in the schema of the variables")


def test_a_prompt_with_a_pattern_that_nobody_can_read_is_an_error() -> None:
    path = "prompts/p/1.0.0.prompt.yaml"
    text = (
        "template: '{{ a }}'\n"
        "variables: {type: object, properties: {a: {type: string, pattern: '('}}}\n"
        "testData: [{name: one, variables: {a: x}}]\n"
    )
    document, _ = parse_document(path, text.encode())
    _, found = load_prompts({path: document}, {path: text.encode()})
    assert [(each.code, each.span.line if each.span else 0) for each in found] == [("GCT508", 2)]
