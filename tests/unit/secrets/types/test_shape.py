"""The shape of secrets, by what SOPS leaves in the clear."""

# ruff: noqa: E501 -- tables of cases are read across

import pytest

from gitconfig_tool.secrets.types import check_shapes
from tests.unit.secrets.types.files import clear, rule, sealed


def _codes(tree: dict[str, object], kind: str, text: str = "", **said: str) -> list[str]:
    root = clear(text) if text else None
    found = check_shapes(sealed({"x": tree}), "s", [rule("s#/x", kind, **said)], root)
    return [f"{each.code} {each.message}" for each in found]


@pytest.mark.parametrize(
    ("kind", "tree"),
    [
        ("api-key", "str"),
        ("api-key", {"api_key": "str", "provider": "str", "scopes": ["str"]}),
        ("api-key", {"current": "str", "previous": "str"}),
        ("api-key", {"current": {"api_key": "str"}, "previous": {"api_key": "str"}}),
        ("database", {"username": "str", "password": "str", "password_previous": "str"}),
        ("database", {"url": "str", "port": "float"}),  # A number of a JSON file is a float.
        ("certificate", "str"),
        ("certificate", {"pem": "str"}),
        ("oauth-token", {"access_token": "str", "expires_at": "int"}),
        ("aws-credentials", {"AWS_ACCESS_KEY_ID": "str", "AWS_SECRET_ACCESS_KEY": "str"}),
        ("azure-credentials", {"connection_string": "str"}),
        ("generic", {"any": "int", "thing": ["bool"]}),
    ],
)
def test_what_is_right(kind: str, tree: dict[str, object]) -> None:
    assert _codes(tree, kind) == []


def test_a_field_of_the_rule_need_not_be_in_the_file() -> None:
    tree: dict[str, object] = {"client_secret": "str"}

    assert [each[:6] for each in _codes(tree, "azure-credentials")] == ["GCT441"]
    assert _codes(tree, "azure-credentials", tenant_id="t", client_id="c") == []


def test_what_is_missing_is_told_for_the_way_that_lacks_least() -> None:
    found = _codes({"tenant_id": "str", "client_id": "str"}, "azure-credentials")

    assert found == [
        "GCT441 expected client_secret or connection_string in the secret s#/x of type "
        "azure-credentials, found tenant_id, client_id"
    ]


def test_a_misspelt_field_is_told_once() -> None:
    found = check_shapes(sealed({"x": {"apikey": "str"}}), "s", [rule("s#/x", "api-key")], None)

    (only,) = found
    assert only.code == "GCT441"
    assert only.hint == "did you mean 'api_key' where 'apikey' stands?"


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"password": "int"}, "expected text at /x/password, the password of a secret of type database; found an integer"),
        ({"password": ["str"]}, "expected text at /x/password, the password of a secret of type database; found a list"),
        ({"password": {"a": "str"}}, "expected text at /x/password, the password of a secret of type database; found a mapping"),
        ({"password": None}, "expected a value at /x/password, the password of a secret of type database; found null"),
        ({"password": "str", "port": "bool"}, "expected an integer at /x/port, the port of a secret of type database; found true or false"),
    ],
)  # fmt: skip
def test_kinds_of_values(tree: dict[str, object], message: str) -> None:
    assert _codes(tree, "database") == [f"GCT442 {message}"]


def test_a_secret_that_is_a_list() -> None:
    found = _codes(["str"], "ssh-key")  # type: ignore[arg-type]

    assert [each[:6] for each in found] == ["GCT442"]


def test_what_carries_the_secret_must_be_encrypted() -> None:
    tree: dict[str, object] = {"api_key_unencrypted": "=x", "provider_unencrypted": "=x"}
    text = "x: {api_key_unencrypted: canary, provider_unencrypted: openai}"

    (found,) = check_shapes(sealed({"x": tree}), "s", [rule("s#/x", "api-key")], clear(text))

    assert found.code == "GCT444"
    assert found.sensitive
    assert "canary" not in str(found)
    assert found.span is not None
    assert (found.span.column, found.span.end_column) == (3, 3)


def test_an_empty_value_is_not_encrypted_by_sops() -> None:
    assert _codes({"api_key": "="}, "api-key", "x: {api_key: ''}") == []


def test_an_untyped_secret_may_have_any_shape() -> None:
    assert list(check_shapes(sealed({"x": "=clear"}), "s", [rule("other", "database")], None)) == []


@pytest.mark.parametrize(
    ("text", "said", "message"),
    [
        ("openai", "openai", None),
        ("mistral", "openai", "expected openai, as the rule says, at /x/provider_unencrypted"),
        ("Open AI", "", "expected a name in small letters, such as openai at"),
    ],
)
def test_metadata_in_the_clear(text: str, said: str, message: str | None) -> None:
    attributes = {"provider": said} if said else {}
    found = _codes(
        {"api_key": "str", "provider_unencrypted": "=x"},
        "api-key",
        f"x: {{api_key: e, provider_unencrypted: {text}}}",
        **attributes,
    )

    assert len(found) == (message is not None)
    assert message is None or found[0].startswith(f"GCT445 {message}")


def test_a_list_in_the_clear() -> None:
    tree: dict[str, object] = {"api_key": "str", "scopes_unencrypted": ["=x", "=x"]}

    assert _codes(tree, "api-key", "x: {api_key: e, scopes_unencrypted: [chat, read]}") == []
    assert "a list of names" in _codes(tree, "api-key", "x: {scopes_unencrypted: [chat, 5]}")[0]


def test_a_generic_secret_may_leave_fields_in_the_clear() -> None:
    text = "x: {a: e, host_unencrypted: db}"

    assert _codes({"a": "str", "host_unencrypted": "=x"}, "generic", text) == []
    assert [each[:6] for each in _codes({"a": "=x"}, "generic", "x: {a: e}")] == ["GCT444"]
