"""What sops could read in another way than we do never reaches it."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.artifact import SopsFile
from gitconfig_tool.sops import DecryptionError, decrypt_files, find_sops
from gitconfig_tool.sops.block import ambiguity
from gitconfig_tool.sops.changing import UpdateKeys, change_file, edit_file
from tests.bundles import age_key, sops_encrypt

VAULT = {"vault_address": "https://foreign.invalid", "engine_path": "transit", "key_name": "k"}
ALLOWED = {**VAULT, "vault_address": "https://vault.example.org"}
AGE = {"age": [{"recipient": "age1x", "enc": "x"}]}


def _json(**block: Any) -> str:
    return json.dumps({"a": "x", "sops": AGE | block})


_NAMES = "a name in the 'sops' block that sops takes for another"
_KEY = "a key beside or in the 'sops' block that is no plain text"
_TWICE = "a name of the 'sops' block twice"
_SPELT = "a name in the 'sops' block that sops would write in another way"
_BLOCK = "a: x\nsops:\n    age: []\n"
_DOTENV = "a=x\nsops_age__list_0__map_recipient=age1x\n"
_INI = "[s]\na = x\n[sops]\nage__list_0__map_recipient = age1x\n"
_VALUE = "a value in the 'sops' block that goes on in the next line"

ODD: dict[str, tuple[str, str, str]] = {
    "json: a kind": ("json", _json(HC_Vault=[VAULT]), _NAMES),
    "json: a kind in a binary file": ("binary", _json(HC_VAULT=[VAULT]), _NAMES),
    "json: the long s": ("json", _json(hc_vault=[{"vault_addre\u017fs": 1}]), _NAMES),
    "json: a field": (
        "json",
        _json(hc_vault=[{**ALLOWED, "Vault_Address": VAULT["vault_address"]}]),
        _NAMES,
    ),
    "json: a field in a group": ("json", _json(key_groups=[{"KMS": []}]), _NAMES),
    "json: a second block": (
        "json",
        json.dumps({"sops": AGE, "SOPS": {"hc_vault": [VAULT]}}),
        "another key that sops takes for 'sops'",
    ),
    "json: the same block twice": ("json", '{"sops": {}, "sops": {}}', "'sops' twice"),
    "json: a kind twice": ("json", '{"sops": {"kms": [], "kms": []}}', _TWICE),
    "json: another value": ("json", "[]", "no JSON object"),
    "json: none": ("json", "{", "no JSON"),
    "yaml: merged in": ("yaml", "x: &x {hc_vault: []}\n" + _BLOCK + "    <<: *x\n", _KEY),
    "yaml: the block merged in": ("yaml", "x: &x {sops: {}}\n<<: *x\n" + _BLOCK, _KEY),
    "yaml: an alias": (
        "yaml",
        "x: &x []\n" + _BLOCK + "    hc_vault: *x\n",
        "an anchor, an alias or a tag in the 'sops' block",
    ),
    "yaml: a key in base64": ("yaml", _BLOCK + "    !!binary aGNfdmF1bHQ=: []\n", _KEY),
    "yaml: a kind twice": ("yaml", _BLOCK + "    age: []\n", _TWICE),
    "yaml: none": ("yaml", "a: [", "no YAML"),
    "dotenv: a kind": ("dotenv", _DOTENV + "sops_HC_VAULT__list_0__map_enc=x\n", _SPELT),
    "dotenv: a number": ("dotenv", _DOTENV + "sops_age__list_00__map_recipient=x\n", _SPELT),
    "dotenv: twice": ("dotenv", _DOTENV + "sops_age__list_0__map_recipient=x\n", _TWICE),
    "ini: a kind": ("ini", _INI + "HC_VAULT__list_0__map_enc = x\n", _SPELT),
    "ini: a second block": ("ini", _INI + "[t]\na = x\n[sops]\nversion = 3\n", _TWICE),
    "ini: a section with more": (
        "ini",
        _INI + "[t]\na = x\n[sops] # more\nversion = 3\n",
        "a line that begins like a section and is none",
    ),
    "ini: a line that goes on": ("ini", _INI + "version = 3\\\n", _VALUE),
    "ini: a text that goes on": ("ini", _INI + "version = `3\n", _VALUE),
    "bytes": ("yaml", "\udcff", "bytes that are no UTF-8"),
}


@pytest.mark.parametrize(("format", "text", "why"), ODD.values(), ids=ODD.keys())
def test_what_can_be_read_in_two_ways(format: str, text: str, why: str) -> None:
    assert ambiguity(text.encode("utf-8", "surrogateescape"), format) == why


FINE: dict[str, tuple[str, str]] = {
    "json: such names outside of the block": ("json", '{"KMS": {"Name": 1}, "sops": {}}'),
    "json: what AWS is told": ("json", _json(kms=[{"arn": "a", "context": {"Name": "x"}}])),
    "yaml: aliases outside of the block": ("yaml", "x: &x {a: 1, <<: {b: 2}}\ny: *x\n" + _BLOCK),
    "yaml: Go tells capitals apart": ("yaml", "SOPS: {}\n" + _BLOCK + "    HC_VAULT: []\n"),
    "yaml: a second document": ("yaml", f"{_BLOCK}---\n{_BLOCK}    <<: *x\n"),
    "dotenv: what AWS is told": (
        "dotenv",
        _DOTENV + "sops_kms__list_0__map_context__map_Name=x\n",
    ),
    "ini: quotes, comments and an empty line": ("ini", _INI + "; c\n\nversion = `3`\nmac = x=\n"),
}


@pytest.mark.parametrize(("format", "text"), FINE.values(), ids=FINE.keys())
def test_what_can_be_read_in_one_way(format: str, text: str) -> None:
    assert ambiguity(text.encode(), format) is None


@pytest.mark.parametrize("format", ["yaml", "json", "dotenv", "ini"])
def test_what_sops_writes_can_be_read_in_one_way(format: str) -> None:
    plaintext = {"s": {"a": "fake-value"}} if format == "ini" else {"a": "fake-value"}
    assert ambiguity(sops_encrypt(plaintext, age_key().recipient, format), format) is None


def test_no_command_starts_sops_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found with a server that listened: it was sent the user's token."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    program = tmp_path / "sops"
    program.write_text(f"#!{sys.executable}\nopen({str(tmp_path / 'ran')!r}, 'w')\n")
    program.chmod(0o755)
    environment = {"PATH": str(tmp_path), "HOME": str(tmp_path)}
    data = _json(HC_Vault=[VAULT]).encode()
    file = SopsFile("a.sops.json", "json", ("age:age1x",), data)

    error = decrypt_files([file], environment=environment)["a.sops.json"]
    assert "sops was not started" in error.message
    assert find_sops(environment) == program
    with pytest.raises(DecryptionError, match="sops was not started"):
        change_file(file, (UpdateKeys(),), program, environment=environment)
    with pytest.raises(DecryptionError, match="sops was not started"):
        edit_file(file, program, environment=environment)
    assert not (tmp_path / "ran").exists()
