"""What is read from `.sops.yaml`, and which file it means."""

import pytest

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.document import parse_document
from gitconfig_tool.secrets import SopsConfig, is_meant, read_config

A, B, C = "age1aaa", "age1bbb", "age1ccc"


def read(text: str, path: str = ".sops.yaml") -> tuple[SopsConfig, tuple[Diagnostic, ...]]:
    document, problems = parse_document(path, text.encode())
    assert problems == ()
    return read_config(document)


def good(text: str, path: str = ".sops.yaml") -> SopsConfig:
    config, diagnostics = read(text, path)
    assert diagnostics == ()
    assert config.is_sound
    return config


def test_every_kind_of_recipient_in_a_flat_rule() -> None:
    (rule,) = good(
        """\
creation_rules:
  - age: age1bbb, age1aaa
    pgp: [85d7 7543 b3d6 24b6]
    kms: arn:aws:kms:eu-west-1:111122223333:key/a+arn:aws:iam::111122223333:role/r|App:web
    gcp_kms: projects/p/locations/l/keyRings/r/cryptoKeys/k
    azure_keyvault: https://v.vault.azure.net/keys/app/0123
    hc_vault_transit_uri: https://vault.example/v1/sops/keys/first
    hckms: ["tr-west-1:abc"]
"""
    ).rules

    assert rule.recipients == (
        "age:age1aaa",
        "age:age1bbb",
        "azure_kv:https://v.vault.azure.net/app/0123",
        "gcp_kms:projects/p/locations/l/keyRings/r/cryptoKeys/k",
        "hc_vault:https://vault.example/v1/sops/keys/first",
        "hckms:tr-west-1:abc",
        "kms:arn:aws:kms:eu-west-1:111122223333:key/a+arn:aws:iam::111122223333:role/r",
        "pgp:85D77543B3D624B6",
    )
    assert len(rule.groups) == 1


def test_key_groups_with_what_they_merge() -> None:
    (rule,) = good(
        """\
creation_rules:
  - shamir_threshold: 2
    key_groups:
      - merge: [{age: [age1bbb]}, {merge: [{pgp: [AB12CD34]}]}]
        age: [age1aaa]
      - kms: [{arn: "arn:aws:kms:eu:1:key/a", role: "arn:aws:iam::1:role/r"}]
        azure_keyvault: [{vaultUrl: "https://v.vault.azure.net/", key: app, version: ""}]
        hc_vault: ["https://vault.example/v1/sops/keys/k"]
      - age: [age1ccc]
"""
    ).rules

    assert rule.groups == (
        ("age:age1aaa", "age:age1bbb", "pgp:AB12CD34"),
        (
            "azure_kv:https://v.vault.azure.net/app",
            "hc_vault:https://vault.example/v1/sops/keys/k",
            "kms:arn:aws:kms:eu:1:key/a+arn:aws:iam::1:role/r",
        ),
        ("age:age1ccc",),
    )
    assert rule.threshold == 2


def test_the_first_rule_that_matches_below_the_folder_of_the_file() -> None:
    config = good(
        "creation_rules:\n"
        f"  - {{path_regex: '^a/', age: {A}}}\n"
        f"  - {{path_regex: 'b\\.yaml$', age: {B}}}\n",
        "teams/.sops.yaml",
    )

    first = config.rule_for("teams/a/b.yaml")
    second = config.rule_for("teams/c/b.yaml")

    assert first is not None
    assert first.number == 1
    assert second is not None
    assert second.number == 2
    assert config.rule_for("teams/c/d.yaml") is None


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("[1]", ["expected a mapping with 'creation_rules', found another value"]),
        (
            "creation_rule: []",
            ["expected a key that sops reads, found 'creation_rule', which it passes over"],
        ),
        ("creation_rules: {age: a}", ["expected a list in 'creation_rules', found another value"]),
        ("creation_rules: [a]", ["expected a mapping as creation rule, found another value"]),
        ("creation_rules: [{path_regex: a}]", ["expected at least one recipient, found none"]),
        (
            "creation_rules: [{path_regex: 1, age: a}]",
            ["expected a text for 'path_regex', found another value"],
        ),
        (
            "creation_rules: [{age: a, encrypted_regex: a, unencrypted_suffix: b}]",
            [
                "expected one rule of what is encrypted, found unencrypted_suffix and "
                "encrypted_regex"
            ],
        ),
        (
            "creation_rules: [{age: a, key_groups: [{age: [b]}]}]",
            [
                "expected recipients in key groups or beside them, found both: "
                "sops ignores this 'age'"
            ],
        ),
        (
            "creation_rules: [{key_groups: [{age: [a]}], shamir_threshold: 2}]",
            ["expected 'shamir_threshold' of at most 1, the number of key groups, found 2"],
        ),
        (
            "creation_rules: [{key_groups: [{kms: [{role: r}]}]}]",
            ["expected 'arn' in 'kms', found less", "expected at least one recipient, found none"],
        ),
        (
            "creation_rules: [{age: {a: b}}]",
            [
                "expected recipients as text or as a list in 'age', found other",
                "expected at least one recipient, found none",
            ],
        ),
    ],
)
def test_what_sops_would_refuse_or_pass_over(text: str, messages: list[str]) -> None:
    config, diagnostics = read(text)

    assert [each.message for each in diagnostics] == messages
    assert {each.code for each in diagnostics} == {"GCT411"}
    assert all(each.hint and each.span for each in diagnostics)
    assert not config.is_sound


@pytest.mark.parametrize(
    ("regex", "path", "expected"),
    [
        (r"^deploy/secrets/", "deploy/secrets/a.yaml", True),
        (r"^deploy/secrets/", "deploy/a.yaml", False),
        (r"secrets/.*\.env$", "x/secrets/a.env", True),
        (r"\.yaml$", "deploy/secrets/a.yaml", False),
        (r".*", "deploy/secrets/a.yaml", False),
        (r"\.(env|ini)$", "deploy/a.env", False),
        (r"", "deploy/secrets/a.yaml", False),
        (r"^deploy/", "deploy/README.md", False),
        (r"^deploy/", "deploy/.gitkeep", False),
        (r"^deploy/", "deploy/a.schema.json", False),
        (r"gitconfig", "gitconfig.yaml", False),
    ],
)
def test_a_rule_means_a_file_if_it_is_about_certain_files(
    regex: str, path: str, expected: bool
) -> None:
    config = good(f"creation_rules: [{{path_regex: '{regex}', age: {A}}}]")

    assert (is_meant(path, config) is not None) is expected


def test_a_rule_that_comes_first_takes_the_file() -> None:
    config = good(f"creation_rules: [{{age: {A}}}, {{path_regex: ^deploy/, age: {B}}}]")

    assert is_meant("deploy/a.yaml", config) is None
