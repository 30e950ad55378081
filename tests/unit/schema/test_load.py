"""Loading of schemas: names, globs and references; nothing is fetched."""

# ruff: noqa: E501 -- tables of cases are read across

import json
import socket
from collections.abc import Mapping
from typing import Any

import pytest

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.schema import Schemas, load_schemas
from tests.unit.schema.documents import PLACE, only


def load(
    files: Mapping[str, Any], *names: str, match: str = "**"
) -> tuple[Schemas, tuple[Diagnostic, ...]]:
    """Load schemas by name; a file is text, or JSON that is written as text."""
    texts = {
        path: (text if isinstance(text, str) else json.dumps(text)).encode()
        for path, text in files.items()
    }
    return load_schemas(texts, [(match, name, PLACE) for name in names])


def problem(schema: Any, **others: Any) -> Diagnostic:
    """Return the one diagnostic of a schema; `others` are files of the same folder."""
    files = {"schemas/own.schema.json": schema}
    files |= {f"schemas/{name}.schema.json": text for name, text in others.items()}
    schemas, diagnostics = load(files, "schemas/own.schema.json")
    assert schemas.for_document("doc") == ()
    return only(diagnostics)


@pytest.mark.parametrize(
    ("glob", "matching", "others"),
    [
        ("**/models/*", ["models/a", "x/models/a", "x/y/models/a"], ["models", "models/a/b", "xmodels/a"]),
        ("billing/*", ["billing/a"], ["billing/a/b", "x/billing/a", "billing"]),
        ("billing/**", ["billing/a", "billing/a/b"], ["billing", "x/billing/a"]),
        ("**", ["a", "a/b"], []),
        ("a/**/z", ["a/z", "a/b/z", "a/b/c/z"], ["a/bz", "az"]),
        ("gateway/tls", ["gateway/tls"], ["gateway/tls2", "gatewayXtls"]),
        ("*/m?del", ["a/model", "b/mXdel"], ["a/mdel", "a/m/del"]),
        ("a.b/[c]", ["a.b/[c]"], ["axb/c", "a.b/c"]),
    ],
)  # fmt: skip
def test_globs(glob: str, matching: list[str], others: list[str]) -> None:
    schemas, _ = load({}, "gitconfig-tool:service", match=glob)

    assert [each for each in (*matching, *others) if schemas.for_document(each)] == matching


def test_all_matching_schemas_apply_once() -> None:
    references = [
        ("**/model", "gitconfig-tool:model-config", PLACE),
        ("a/*", "gitconfig-tool:service", PLACE),
        ("a/model", "gitconfig-tool:model-config", PLACE),
    ]

    schemas, diagnostics = load_schemas({}, references)

    assert diagnostics == ()
    assert schemas.for_document("a/model") == (
        "gitconfig-tool:model-config",
        "gitconfig-tool:service",
    )


def test_without_references_nothing_is_read() -> None:
    schemas, diagnostics = load_schemas({"schemas/broken.schema.json": b"{"}, [])

    assert diagnostics == ()
    assert schemas.for_document("a") == ()


def test_references_between_files_anchors_ids_and_built_in_schemas() -> None:
    files = {
        "schemas/own.schema.json": {
            "$id": "https://acme.example/schemas/own.json",
            "properties": {
                "relative": {"$ref": "parts/part.schema.yaml#/$defs/port"},
                "by_id": {"$ref": "https://acme.example/other#limits"},
                "by_relative_id": {"$ref": "/other#limits"},
                "self": {"$ref": "#"},
                "local": {"$ref": "#/$defs/a~1b"},
                "builtin": {"$ref": "gitconfig-tool:api-key"},
                "nested": {"$ref": "nested.json#inner"},
            },
            "$defs": {
                "a/b": {"type": "string"},
                "nested": {
                    "$id": "nested.json",
                    "$defs": {"i": {"$anchor": "inner", "$ref": "#/$defs/j"}, "j": {"maximum": 1}},
                },
            },
        },
        "schemas/parts/part.schema.yaml": "$defs: {port: {$ref: '../port.schema.json'}}",
        "schemas/port.schema.json": {"type": "integer"},
        "lib/other.schema.json": {
            "$id": "https://acme.example/other",
            "$defs": {"limits": {"$anchor": "limits", "type": "object"}},
        },
        "schemas/unused.schema.json": {"type": "no type"},
    }

    schemas, diagnostics = load(files, "schemas/own.schema.json")

    assert diagnostics == ()
    own = schemas.texts["project:/schemas/own.schema.json"]
    assert own["$id"] == "project:/schemas/own.schema.json"
    assert {name: each["$ref"] for name, each in own["properties"].items()} == {
        "relative": "project:/schemas/parts/part.schema.yaml#/$defs/port",
        "by_id": "project:/lib/other.schema.json#/$defs/limits",
        "by_relative_id": "project:/lib/other.schema.json#/$defs/limits",
        "self": "#",
        "local": "#/$defs/a~1b",
        "builtin": "gitconfig-tool:api-key#",
        "nested": "#/$defs/nested/$defs/i",
    }
    assert own["$defs"]["nested"]["$defs"]["i"]["$ref"] == "#/$defs/nested/$defs/j"
    assert "$id" not in own["$defs"]["nested"]
    assert list(schemas.closure("project:/schemas/own.schema.json")) == [
        "gitconfig-tool:api-key",
        "project:/lib/other.schema.json",
        "project:/schemas/own.schema.json",
        "project:/schemas/parts/part.schema.yaml",
        "project:/schemas/port.schema.json",
    ]
    validator = schemas.compiled["project:/schemas/own.schema.json"]
    assert validator.is_valid({"relative": 1, "nested": 1, "builtin": {"api_key": "fake"}})
    for wrong in (
        {"relative": "x"},
        {"nested": 2},
        {"builtin": {}},
        {"by_id": 1},
        {"self": {"nested": 2}},
    ):
        assert not validator.is_valid(wrong)


def test_two_files_may_refer_to_each_other() -> None:
    files = {
        "schemas/a.schema.json": {"properties": {"b": {"$ref": "b.schema.json"}}},
        "schemas/b.schema.json": {
            "properties": {"a": {"$ref": "a.schema.json"}},
            "required": ["x"],
        },
    }

    schemas, diagnostics = load(files, "schemas/a.schema.json")

    assert diagnostics == ()
    assert len(schemas.closure("project:/schemas/a.schema.json")) == 2


def test_data_that_looks_like_a_reference_is_data() -> None:
    schema = {
        "const": {"$ref": "https://x.example"},
        "default": {"$ref": "nowhere"},
        "enum": [{"$id": "x"}],
    }

    schemas, diagnostics = load({"s.json": schema}, "s.json")

    assert diagnostics == ()
    assert schemas.texts["project:/s.json"] == {"$id": "project:/s.json", **schema}


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("gitconfig-tool:model-confg", "did you mean gitconfig-tool:model-config?"),
        ("schemas/bilings.schema.json", "did you mean schemas/billing.schema.json?"),
        ("zzz", "built in are: gitconfig-tool:api-key, "),
        ("gitconfig-tool:../pyproject", ""),
    ],
)
def test_a_schema_that_is_not_there(name: str, hint: str) -> None:
    _, diagnostics = load({"schemas/billing.schema.json": {}}, name)

    found = only(diagnostics)
    assert found.code == "GCT211"
    assert found.message == f"expected a schema '{name}', found none"
    assert found.hint.startswith(hint)
    assert found.span == PLACE


@pytest.mark.parametrize(
    "reference",
    [
        "https://json.schemastore.org/package.json",
        "http://127.0.0.1:1/x.json",
        "file:///etc/passwd",
        "//server.example/x.json",
        "/etc/x.schema.json",
        "../../x.schema.json",
    ],
)
def test_references_that_lead_outside(reference: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)

    found = problem({"properties": {"a": {"$ref": reference}}})

    assert found.code == "GCT212"
    assert (
        found.message == f"expected a schema of this project or a built-in one, found {reference}"
    )
    assert str(found.span) == "schemas/own.schema.json:1:31"


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("othr.schema.json", "expected a schema 'schemas/othr.schema.json', found none"),
        ("gitconfig-tool:api-kye", "expected a schema 'gitconfig-tool:api-kye', found none"),
        ("#/$defs/x", "expected a schema at '#/$defs/x', found nothing there"),
        ("#anchor", "expected a schema at '#anchor', found nothing there"),
        ("other.schema.json#/type", "expected a schema at 'other.schema.json#/type', found nothing there"),
    ],
)  # fmt: skip
def test_references_to_nothing(reference: str, message: str) -> None:
    found = problem({"$ref": reference}, other={"type": "string"})

    assert found.code == "GCT211"
    assert found.message == message
    assert str(found.span) == "schemas/own.schema.json:1:10"


@pytest.mark.parametrize(
    ("schema", "message", "column"),
    [
        ({"minimum": "3"}, "expected a number in a JSON Schema, found '3'", 13),
        ({"properties": {"a": {"required": "b"}}}, "expected a list in a JSON Schema, found 'b'", 35),
        ({"type": "strin"}, "expected one of array, boolean, integer, null, number, object, string or a list in a JSON Schema, found 'strin'", 10),
        ({"$schema": "http://json-schema.org/draft-07/schema#"}, "expected https://json-schema.org/draft/2020-12/schema, found http://json-schema.org/draft-07/schema#", 13),
        ({"pattern": "("}, "expected a pattern that Python reads too", 13),
        ("[1]", "expected a JSON Schema, found a list or a scalar", 1),
        ("# nothing", "expected a JSON Schema, found an empty file", 1),
    ],
)  # fmt: skip
def test_invalid_schemas(schema: Any, message: str, column: int) -> None:
    found = problem(schema)

    assert found.code == "GCT210"
    assert found.message.startswith(message)
    assert found.span is not None
    assert (found.span.path, found.span.column) == ("schemas/own.schema.json", column)


def test_a_file_that_is_no_yaml() -> None:
    assert problem('{"type": ').code == "GCT010"


def test_a_schema_that_needs_a_broken_one_is_left_out() -> None:
    found = problem({"$ref": "other.schema.json"}, other={"type": 3})

    assert found.code == "GCT210"
    assert found.span is not None
    assert found.span.path == "schemas/other.schema.json"
