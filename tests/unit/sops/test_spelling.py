"""A `sops` block that sops may read otherwise than we do is refused before sops is started."""

import json
from typing import Any

import pytest

from gitconfig_tool.artifact import SopsFile
from gitconfig_tool.sops import DecryptionError, check_recipients
from gitconfig_tool.sops.block import ambiguity

AGE = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
VAULT = {
    "vault_address": "https://vault.attacker.invalid",
    "engine_path": "sops",
    "key_name": "key",
    "created_at": "2026-01-01T00:00:00Z",
    "enc": "vault:v1:x",
}
BLOCK: dict[str, Any] = {"age": [{"recipient": AGE, "enc": "x"}], "mac": "x", "version": "3.11.0"}
YAML = f"a: x\nsops:\n  age:\n    - recipient: {AGE}\n      enc: x\n  version: 3.11.0\n"
FLAT = "sops_hc_vault__list_0__map_vault_address=https://vault.attacker.invalid\n"


def _json(block: Any, more: dict[str, Any] | None = None) -> bytes:
    return json.dumps({"a": "x", **(more or {}), "sops": block}).encode()


# Each of these was tried with sops 3.11, which contacts the address.
@pytest.mark.parametrize(
    "data",
    [
        _json(BLOCK, {"Sops": {"hc_vault": [VAULT]}}),
        _json(BLOCK, {"SOPS": {"hc_vault": [VAULT]}}),
        _json(BLOCK, {"\u017fops": {"hc_vault": [VAULT]}}),
        _json({**BLOCK, "HC_VAULT": [VAULT]}),
        _json({**BLOCK, "hc_vault": [{**VAULT, "Vault_Address": "https://other.invalid"}]}),
        _json({**BLOCK, "hc_vault": [VAULT], "x": 0}).replace(b'"x": 0', b'"hc_vault": null'),
        _json({**BLOCK, "\u212ams": [{"arn": "x", "enc": "x"}]}),
    ],
)
def test_json_with_a_field_in_two_spellings(data: bytes) -> None:
    assert ambiguity(data, "json")
    assert ambiguity(data, "binary")


@pytest.mark.parametrize(
    "data",
    [
        YAML + "  <<: {hc_vault: []}\n",
        YAML + "  ? !!binary aGNfdmF1bHQ=\n  : []\n",
        YAML + "  !!str hc_vault: []\n",
        "b: &b []\n" + YAML + "  hc_vault: *b\n",
        YAML + "<<: {sops: {hc_vault: []}}\n",
        YAML.replace("sops:", "sops: !!map"),
    ],
)
def test_yaml_with_a_merge_key_an_alias_or_a_tag_in_the_block(data: str) -> None:
    assert ambiguity(data.encode(), "yaml")


@pytest.mark.parametrize(
    "data",
    [
        FLAT.replace("sops_hc", "sops_HC"),
        FLAT.replace("vault_address", "Vault_Address"),
        FLAT.replace("list_0", "list_+0"),
    ],
)
def test_flat_formats_with_a_field_in_two_spellings(data: str) -> None:
    assert ambiguity(data.encode(), "dotenv")
    assert ambiguity(b"[sops]\n" + data.removeprefix("sops_").encode(), "ini")


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (_json({**BLOCK, "kms": [{"arn": "x", "context": {"App": "A", "app": "b"}}]}), "json"),
        (_json(BLOCK, {"b": {"Sops": 1, "HC_VAULT": 2}}), "json"),
        (_json({**BLOCK, "hc_vault": [VAULT]}), "json"),
        (YAML.encode(), "yaml"),
        (b"x: &x {b: 1}\nc: {<<: *x}\nd: !!str 5\n" + YAML.encode(), "yaml"),
        (FLAT.encode(), "dotenv"),
        (b"sops_kms__list_0__map_context__map_App=x\nMY__list_A=b\n", "dotenv"),
        (b"[s]\nA__map_B = x\n[sops]\nage__list_0__map_enc = x\n", "ini"),
    ],
)
def test_what_sops_writes_and_what_users_name_is_not(data: bytes, format: str) -> None:
    assert ambiguity(data, format) is None


def test_such_a_file_is_refused_whatever_its_recipients() -> None:
    file = SopsFile("x.sops.json", "json", (f"age:{AGE}",), _json({**BLOCK, "HC_VAULT": [VAULT]}))

    with pytest.raises(DecryptionError, match=r"sops was not started") as caught:
        check_recipients(file, frozenset())
    assert "attacker" not in f"{caught.value.message} {caught.value.hint}"
