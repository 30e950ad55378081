"""The schemas of the types: how they are written, and that the rest of the code agrees."""

import json
from typing import Any

import jsonschema
import pytest

from gitconfig_tool.builtin import builtin_names, builtin_text
from gitconfig_tool.project import SECRET_TYPES
from gitconfig_tool.secrets.types import secret_type

NAMES = [
    name.removeprefix("secrets/").removesuffix(".schema.json")
    for name in builtin_names("schemas")
    if name.startswith("secrets/")
]


def _schema(name: str) -> Any:
    return json.loads(builtin_text("schemas", f"secrets/{name}.schema.json") or "")


def test_each_type_has_a_schema() -> None:
    assert set(NAMES) == set(SECRET_TYPES)


@pytest.mark.parametrize("name", NAMES)
def test_how_a_schema_is_written(name: str) -> None:
    text = _schema(name)

    jsonschema.Draft202012Validator.check_schema(text)
    assert text["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert text["$id"] == secret_type(name).uri
    assert text["title"]
    assert text["description"].endswith(".")
    assert text["writeOnly"] is True
    assert "string" in text["type"]
    assert [key for key, each in text["properties"].items() if not each.get("description")] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_must_be_there_is_a_field(name: str) -> None:
    of = secret_type(name)

    assert {each for group in of.needed for each in group} <= set(of.fields)
    # One way at least needs a field that carries the secret, and the value is such a field.
    assert all(any(of.is_secret(each) for each in group) for group in of.needed)
    assert of.is_secret(of.value_field)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("api-key", "x"),
        ("api-key", {"api_key": "x", "provider": "openai", "scopes": ["chat"]}),
        ("api-key", {"api_key": "x", "api_key_previous": "y", "provider_unencrypted": "openai"}),
        ("database", {"username": "u", "password": "x", "port": 5432}),
        ("database", {"url": "postgresql://u:p@h/d"}),
        ("oauth-token", {"access_token": "x", "expires_at": 1767225600}),
        ("oauth-token", {"access_token": "x", "expires_at": "2026-01-01T00:00:00Z"}),
        ("aws-credentials", {"access_key_id": "AKIA", "secret_access_key": "x"}),
        ("azure-credentials", {"storage_account": "a", "account_key": "x"}),
        ("gcp-credentials", '{"type": "service_account"}'),
        ("generic", 5),
        ("generic", {"anything": ["goes"]}),
    ],
)
def test_what_passes(name: str, value: Any) -> None:
    assert list(jsonschema.Draft202012Validator(_schema(name)).iter_errors(value)) == []


@pytest.mark.parametrize(
    ("name", "value", "keyword"),
    [
        ("api-key", "", "minLength"),
        ("api-key", {"provider": "openai"}, "anyOf"),
        ("api-key", {"api_key": "x", "provder": "openai"}, "additionalProperties"),
        ("certificate", {"certificate": "-----BEGIN CERTIFICATE-----"}, "anyOf"),
        ("jwt-signing-key", {"secret": "x", "algorithm": "none"}, "enum"),
        ("database", {"password": "x", "port": 0}, "minimum"),
        ("ssh-key", {"private_key": "x"}, "pattern"),
        ("generic", {}, "minProperties"),
    ],
)
def test_what_does_not_pass(name: str, value: Any, keyword: str) -> None:
    errors = jsonschema.Draft202012Validator(_schema(name)).iter_errors(value)

    assert keyword in [each.validator for each in errors]


def test_the_prefix_of_a_cloud_is_no_part_of_a_field() -> None:
    assert secret_type("aws-credentials").field_name("AWS_SESSION_TOKEN") == "session_token"
    assert secret_type("api-key").field_name("aws_key") == "aws_key"
    assert secret_type("generic").field_name("AsItIs") == "AsItIs"
