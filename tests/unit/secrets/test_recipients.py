"""Who may read a SOPS file."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from gitconfig_tool.diagnostics import Diagnostic, Severity, Span, rule
from gitconfig_tool.project import RecipientRule
from gitconfig_tool.secrets import (
    Names,
    SopsDocument,
    check_demo_keys,
    demo_recipients,
    is_same,
)
from gitconfig_tool.secrets import check_recipients as check_by_rules
from gitconfig_tool.secrets.allowed import allowed_for


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


def check_recipients(
    file: SopsDocument, allowed: tuple[tuple[str, tuple[str, ...]], ...]
) -> tuple[Diagnostic, ...]:
    """Check against rules that only say who may."""
    rules = [RecipientRule(match, may, Span("gitconfig.yaml")) for match, may in allowed]
    return check_by_rules(file, rules, Names())


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


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("pgp:85D77543B3D624B63CEA9E6DBC17301B491B3F21", "pgp:85d77543 b3d624b6 3cea9e6d", False),
        (
            "pgp:85D77543B3D624B63CEA9E6DBC17301B491B3F21",
            "pgp:85d7 7543 b3d6 24b6 3cea  9e6d bc17 301b 491b 3f21",
            True,
        ),
        ("pgp:85D77543B3D624B63CEA9E6DBC17301B491B3F21", "pgp:0xBC17301B491B3F21", True),
        ("pgp:85D77543B3D624B63CEA9E6DBC17301B491B3F21", "pgp:1B3F21", False),
        ("age:AGE1ABC", "age:age1abc", True),
        ("age:ssh-ed25519 AAAA bob@host", "age:ssh-ed25519 AAAA", True),
        ("age:ssh-ed25519 AAAA", "age:ssh-ed25519 aaaa", False),
        (
            "hc_vault:https://Vault.example/v1/transit/keys/k/",
            "hc_vault:https://vault.example/v1/transit/keys/k",
            True,
        ),
        ("hc_vault:https://v.example/v1/t/keys/k", "hc_vault:https://v.example/v1/t/keys/K", False),
        (
            "azure_kv:https://v.vault.azure.net/keys/app/0123",
            "azure_kv:https://v.vault.azure.net/app/0123",
            True,
        ),
        (
            "azure_kv:https://v.vault.azure.net/app",
            "azure_kv:https://v.vault.azure.net/app/1",
            True,
        ),
        (
            "azure_kv:https://v.vault.azure.net/app/1",
            "azure_kv:https://v.vault.azure.net/app/2",
            False,
        ),
        ("azure_kv:https://v.vault.azure.net", "azure_kv:https://v.vault.azure.net/app", False),
        ("kms:arn:aws:kms:eu:1:key/a", "kms:arn:aws:kms:eu:2:key/a", False),
        ("kms:x", "age:x", False),
    ],
)
def test_one_key_may_be_written_in_several_ways(one: str, other: str, expected: bool) -> None:
    assert is_same(one, other) is expected
    assert is_same(other, one) is expected


def _rule(
    may: tuple[str, ...], require: tuple[str, ...] = (), never: tuple[str, ...] = ()
) -> RecipientRule:
    return RecipientRule(
        "environments/**", (*may, *require), Span("gitconfig.yaml"), require, never
    )


def test_who_must_open_a_file() -> None:
    rule = _rule(("age:age1prod",), ("age:age1glass",))
    names = Names({"break-glass": "age:age1glass"})

    (found,) = check_by_rules(sops("age:age1prod"), [rule], names)

    assert found.code == "GCT414"
    assert found.message == (
        "expected break-glass (age:age1glass) to be able to open every file of 'environments/**', "
        "found it is no recipient"
    )
    assert check_by_rules(sops("age:age1prod", "age:age1glass"), [rule], names) == ()


def test_who_must_open_a_file_needs_no_other_key_group() -> None:
    rule = _rule(("age:age1a", "age:age1b"), ("age:age1glass",))
    both = replace(
        sops("age:age1a", "age:age1b", "age:age1glass"),
        groups=(("age:age1a", "age:age1glass"), ("age:age1b",)),
        threshold=2,
    )

    (found,) = check_by_rules(both, [rule], Names())

    assert found.code == "GCT414"
    assert found.message.endswith("found it in 1 of 2 key groups, of which it takes 2")
    everywhere = replace(
        both, groups=(("age:age1a", "age:age1glass"), ("age:age1b", "age:age1glass"))
    )
    assert check_by_rules(everywhere, [rule], Names()) == ()
    assert check_by_rules(replace(both, threshold=1), [rule], Names()) == ()


def test_whom_sops_may_contact_for_a_file() -> None:
    vault = "hc_vault:https://vault.example/v1/sops/keys/k"
    rule = _rule(("age:age1prod", vault), (), ())

    assert allowed_for("environments/a.sops.yaml", [rule]) == {"age:age1prod", vault}
    assert allowed_for("environments/a.sops.yaml", [replace(rule, never=(vault,))]) == {
        "age:age1prod"
    }
    assert allowed_for("base/a.sops.yaml", [rule]) == frozenset()


def test_who_must_never_open_a_file() -> None:
    rule = _rule(("age:age1prod", "age:age1alice"), (), ("age:age1alice",))

    (found,) = check_by_rules(
        sops("age:age1prod", "age:age1alice"), [rule], Names({"alice": "age:age1alice"})
    )

    assert found.code == "GCT415"
    assert "alice (age:age1alice)" in found.message
    assert found.span is not None
    assert found.span.line == 2
