"""What rules say of their secrets, and rules that decide for none."""

# ruff: noqa: E501 -- tables of cases are read across

import pytest

from gitconfig_tool.document.nodes import JsonScalar
from gitconfig_tool.secrets.types import check_rules, unused_rules
from tests.unit.secrets.types.files import rule, sealed


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("api-key", {"provider": "openai", "scopes": "chat read", "expires_on": "2027-01-31"}),
        ("api-key", {"placeholder": True}),
        ("database", {"engine": "postgresql", "port": 5432, "host": "db.internal"}),
        ("jwt-signing-key", {"algorithm": "EdDSA", "key_id": "2026-01"}),
        ("certificate", {"self_signed": True}),
        ("generic", {"owner": "platform"}),
    ],
)
def test_what_is_right(kind: str, said: dict[str, JsonScalar]) -> None:
    assert list(check_rules([rule("s", kind, **said)])) == []


@pytest.mark.parametrize(
    ("kind", "said", "code", "message", "hint"),
    [
        ("api-key", {"provder": "openai"}, "GCT030", "expected a key of a rule for the type api-key, found 'provder'", "did you mean 'provider'?"),
        ("api-key", {"evry": "5d"}, "GCT030", "expected a key of a rule for the type api-key, found 'evry'", "did you mean 'every'?"),
        ("ssh-key", {"self_signed": True}, "GCT030", "expected a key of a rule for the type ssh-key, found 'self_signed'", "known keys: match, type, every, grace, username, host, expires_on, description, owner, placeholder"),
        ("jwt-signing-key", {"algorithm": "EdDS"}, "GCT031", "expected one of HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, ES256K, EdDSA for algorithm, found 'EdDS'", "did you mean 'EdDSA'?"),
        ("database", {"port": "5432"}, "GCT031", "expected an integer for port, found '5432'", "gitconfig-tool:secrets/database is the schema of the type"),
        ("database", {"port": 0}, "GCT031", "expected at least 1 for port, found 0", "gitconfig-tool:secrets/database is the schema of the type"),
        ("generic", {"placeholder": "yes"}, "GCT031", "expected true or false for placeholder, found 'yes'", "gitconfig-tool:secrets/generic is the schema of the type"),
        ("api-key", {"provider": "anthropc"}, "GCT443", "expected a provider whose keys are known, found 'anthropc'", "did you mean 'anthropic'?"),
    ],
)  # fmt: skip
def test_what_is_wrong(
    kind: str, said: dict[str, JsonScalar], code: str, message: str, hint: str
) -> None:
    (found,) = check_rules([rule("s", kind, **said)])

    assert (found.code, found.message, found.hint) == (code, message, hint)


def test_a_secret_in_the_project_file_is_not_shown() -> None:
    (found,) = check_rules([rule("s", "database", password="canary")])

    assert found.code == "GCT030"
    assert found.sensitive
    assert "canary" not in str(found)
    assert "belongs in the SOPS file" in found.hint


def test_rules_that_decide_for_nothing() -> None:
    files = [("secrets/providers", sealed({"openai": {"api_key": "str"}}))]
    rules = [
        rule("secrets/providers#/openai", "api-key"),
        rule("secrets/provider#/*", "api-key"),
        rule("secrets/providers#/opnai", "api-key"),
        rule("**#/**", "generic"),
    ]

    found = {each.message: each.hint for each in unused_rules(rules, files)}

    assert list(found.values()) == [
        "did you mean 'secrets/providers#/*'?",
        "did you mean 'secrets/providers#/openai'?",
        "the first rule that matches decides: move it up, or remove it",
    ]
    assert [message.partition(", ")[2] for message in found] == [
        "found none that it matches",
        "found none that it matches",
        "found that rules before it match all of them",
    ]
