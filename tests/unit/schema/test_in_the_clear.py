"""`secret: true`: only a link to a secret may stand there."""

from typing import Any

import pytest

from gitconfig_tool.schema import check_document, load_schemas
from tests.unit.schema.documents import PLACE, linked, loaded

CANARY = "canary-in-the-clear"
SECRET = {"type": "string", "secret": True}
SCHEMA = {"properties": {"password": SECRET, "port": {"type": "integer"}, "inner": True}}


def found(*texts: str, schema: Any = SCHEMA, secrets: dict[str, str] | None = None) -> list[Any]:
    diagnostics = check_document(linked(*texts, secrets=secrets), loaded(schema))
    for each in diagnostics:
        assert CANARY not in repr(each)
    return [
        (each.code, each.span.path, each.span.line, each.span.column, each.sensitive)
        for each in diagnostics
        if each.span is not None
    ]


@pytest.mark.parametrize(
    "text",
    [
        "password: !secret s#/key",
        "password: !ref doc#/inner\ninner: !secret s#/key",
        "password: null",
        "port: 1",
        "password: ''",
        "inner: anything",
    ],
)
def test_what_may_stand_there(text: str) -> None:
    assert [each for each in found(text, secrets={"key": "str"}) if each[0] == "GCT417"] == []


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (f"password: {CANARY}", 1, 11),
        (f"port: 1\npassword: '{CANARY}'", 2, 11),
        (f"password: !final {CANARY}", 1, 18),
        (f"password: !ref doc#/inner\ninner: {CANARY}", 1, 11),
        ("password: 12345678", 1, 11),
    ],
)
def test_what_may_not(text: str, line: int, column: int) -> None:
    ((code, path, *place, sensitive),) = found(text)

    assert code == "GCT417"
    assert path.endswith("doc.yaml")
    assert place[0] == line
    assert column in (place[1], place[1] + len("!final "))
    assert sensitive


def test_a_value_that_a_stronger_layer_overrides_is_in_git_all_the_same() -> None:
    texts = (f"password: {CANARY}\n", "port: 1\n", "password: !secret s#/key\n")

    ((code, path, *_),) = found(*texts, secrets={"key": "str"})

    assert code == "GCT417"
    assert path.startswith("l0/")


def test_all_that_lies_in_a_secret_mapping_is_secret() -> None:
    schema = {"properties": {"login": {"secret": True}}}

    codes = [each[0] for each in found(f"login: {{a: {CANARY}, b: [{CANARY}]}}", schema=schema)]
    assert codes == ["GCT417", "GCT417"]
    assert found("login: !secret s#/all", schema=schema, secrets={"all": "map"}) == []


def test_a_form_counts_if_its_type_fits() -> None:
    schema = {
        "properties": {"key": {"oneOf": [{"type": "string", "secret": True}, {"type": "integer"}]}}
    }

    assert found("key: 7", schema=schema) == []
    assert [each[0] for each in found(f"key: {CANARY}", schema=schema)] == ["GCT417"]


def test_nothing_else_is_said_of_such_a_value() -> None:
    schema = {"properties": {"password": {"type": "string", "pattern": "^x", "secret": True}}}

    assert [each[0] for each in found(f"password: {CANARY}", schema=schema)] == ["GCT417"]
    assert [each[0] for each in found("password: 1", schema=schema)] == ["GCT417"]


def test_the_keyword_takes_true_or_false() -> None:
    text = b'{"properties": {"a": {"secret": "yes"}}}'

    _, diagnostics = load_schemas({"s.schema.json": text}, [("**", "s.schema.json", PLACE)])

    (problem,) = diagnostics
    assert problem.message == "expected true or false for secret, found 'yes'"
