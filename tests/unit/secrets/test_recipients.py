"""Who may read a SOPS file."""

from types import MappingProxyType

import pytest

from gitconfig_tool.diagnostics import Severity, Span, rule
from gitconfig_tool.secrets import (
    SopsDocument,
    check_demo_keys,
    check_recipients,
    demo_recipients,
)


def sops(
    *recipients: str, path: str = "environments/production/secrets/a.sops.yaml"
) -> SopsDocument:
    return SopsDocument(
        path=path,
        format="yaml",
        recipients=recipients,
        version="3.11.0",
        last_modified="2026-01-31T12:00:00Z",
        has_mac=True,
        types=MappingProxyType({}),
        encrypted=frozenset(),
        spans=MappingProxyType({}),
        recipient_spans={each: Span(path, n + 1) for n, each in enumerate(recipients)},
    )


def test_without_an_allow_list_only_offline_kinds_pass() -> None:
    found = check_recipients(
        sops("age:age1a", "pgp:AB", "kms:arn", "gcp_kms:r", "azure_kv:u", "hc_vault:u", "hckms:k"),
        (),
    )
    assert {each.code for each in found} == {"GCT405"}
    assert [each.message.split("found ")[1] for each in found] == [
        "kms:arn",
        "gcp_kms:r",
        "azure_kv:u",
        "hc_vault:u",
        "hckms:k",
    ]
    assert all("contacts the address" in each.hint for each in found)
    assert [each.span.line for each in found if each.span] == [3, 4, 5, 6, 7]


def test_the_first_rule_that_matches_decides() -> None:
    allowed = (
        ("environments/production/**", ("age:age1prod",)),
        ("**", ("age:age1any", "hc_vault:https://v.example/v1/sops/keys/k")),
    )
    assert check_recipients(sops("age:age1prod"), allowed) == ()
    (found,) = check_recipients(sops("age:age1any", "age:age1prod"), allowed)
    assert "allowed for 'environments/production/**', found age:age1any" in found.message
    staging = "environments/staging/a.sops.yaml"
    assert check_recipients(sops("age:age1any", path=staging), allowed) == ()
    vault = sops("hc_vault:https://v.example/v1/sops/keys/k", path=staging)
    assert check_recipients(vault, allowed) == ()


def test_a_file_that_no_rule_matches_may_have_no_recipient() -> None:
    (found,) = check_recipients(sops("age:age1a"), (("tenants/**", ("age:age1a",)),))
    assert "a rule for this file" in found.message


def test_a_near_miss_is_named() -> None:
    key = "age:age1" + "q" * 50
    (found,) = check_recipients(sops(key + "x"), (("**", (key + "y",)),))
    assert found.hint.startswith(f"did you mean {key}y?")


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("*.sops.yaml", "a.sops.yaml", True),
        ("*.sops.yaml", "a/b.sops.yaml", False),
        ("**/*.sops.yaml", "a.sops.yaml", True),
        ("**/*.sops.yaml", "a/b/c.sops.yaml", True),
        ("a/**", "a/b/c.yaml", True),
        ("a/**", "ab/c.yaml", False),
        ("a/**", "a", False),
        ("a/**/c.yaml", "a/c.yaml", True),
        ("a/**/c.yaml", "a/b/b/c.yaml", True),
        ("a/*/c.yaml", "a/b/b/c.yaml", False),
        ("a/?.yaml", "a/b.yaml", True),
        ("a/?.yaml", "a//.yaml", False),
        ("**", "a/b/c", True),
        ("a.yaml", "abyaml", False),
        ("a/b.yaml", "a/b.yaml", True),
    ],
)
def test_globs(glob: str, path: str, expected: bool) -> None:
    found = check_recipients(sops("age:age1a", path=path), ((glob, ("age:age1a",)),))
    assert (found == ()) is expected


KEY_FILE = """\
# PUBLIC DEMO KEY, NOT A SECRET
# production: opens what production needs
# public key: age1demoproduction
the private key would stand here
"""


def test_demo_keys_are_read_from_key_files() -> None:
    assert demo_recipients(KEY_FILE) == {"age:age1demoproduction"}
    assert demo_recipients(KEY_FILE.replace("\n", "\r\n")) == {"age:age1demoproduction"}
    assert demo_recipients("public key: age1no\n") == frozenset()


def test_a_demo_key_is_a_warning() -> None:
    demo = demo_recipients(KEY_FILE)
    (found,) = check_demo_keys(sops("age:age1own", "age:age1demoproduction"), demo)
    assert found.code == "GCT407"
    assert rule(found.code).severity is Severity.WARNING
    assert "public demo key" in found.message
    assert found.span is not None
    assert found.span.line == 2
    assert check_demo_keys(sops("age:age1own"), demo) == ()
