"""Decryption in Python against the real sops: the same values, and never more than sops opens."""

import re
from collections import Counter
from pathlib import Path

import pytest

from bench.decryption import Bench, compare
from bench.sops_files import Plain, encrypt
from gitconfig_tool.sops.identities import AgeKeys
from gitconfig_tool.sops.native import ChangedError, decrypt_natively
from gitconfig_tool.sops.structure import NotNativeError

_YAML = b"""\
# head
text: fake-value
clear_unencrypted: plain
number: 42
large: 9007199254740991
ratio: 1.50
small: 1e-7
yes: yes
flag: true
none: null
empty: ""
when: 2024-01-31T10:00:00.5+02:00
lines: |
  one
  two
list:
  - one
  # between
  - - 2
    - plain
  - name: three
"""
# Worked out by hand from sops's rules: a time is text in JSON, 1.50 is 1.5.
_VALUES = {
    "text": "fake-value",
    "clear_unencrypted": "plain",
    "number": 42,
    "large": 9007199254740991,
    "ratio": 1.5,
    "small": 1e-7,
    "yes": "yes",
    "flag": True,
    "none": None,
    "empty": "",
    "when": "2024-01-31T10:00:00.5+02:00",
    "lines": "one\ntwo\n",
    "list": ["one", [2, "plain"], {"name": "three"}],
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench.in_folder(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def keys(bench: Bench) -> AgeKeys:
    return AgeKeys(bench.environment)


def _encrypted(bench: Bench, text: bytes = _YAML, **rule: str | bool) -> bytes:
    data = encrypt(Plain("yaml", text, rule), bench.recipient, bench.sops, bench.folder)
    assert data is not None
    return data


def test_every_type_of_value(bench: Bench, keys: AgeKeys) -> None:
    found = decrypt_natively(_encrypted(bench), "yaml", keys)

    assert found == _VALUES
    assert {key: type(value) for key, value in found.items()} == {
        key: type(value) for key, value in _VALUES.items()
    }


def test_comments_in_lists_are_items_that_do_not_count(bench: Bench, keys: AgeKeys) -> None:
    text = b"list:\n  # before\n  - one\n  # between\n  - - two\n    # within\n    - 3\n"
    data = _encrypted(bench, text)
    assert data.count(b"- ENC[") > 3  # what sops makes of a comment there

    assert decrypt_natively(data, "yaml", keys) == {"list": ["one", ["two", 3]]}
    moved = re.sub(rb"(type:)str\]", rb"\1comment]", data, count=1)
    with pytest.raises(ChangedError):
        decrypt_natively(moved, "yaml", keys)


@pytest.mark.parametrize(
    "rule",
    [
        {"encrypted_suffix": "_enc"},
        {"unencrypted_suffix": "_clear"},
        {"encrypted_regex": "^(a_enc|list)$"},
        {"unencrypted_regex": "^b"},
        {"encrypted_regex": "^[[:alpha:]]+$"},
    ],
    ids=str,
)
@pytest.mark.parametrize("only", [False, True])
def test_the_rules_of_what_is_encrypted(
    bench: Bench, keys: AgeKeys, rule: dict[str, str], only: bool
) -> None:
    text = b"a_enc: one\nb_clear: two\nlist:\n  - three\n  - c_enc: 4\nbool: true\n"
    options = {**rule, "mac_only_encrypted": True} if only else rule
    found = decrypt_natively(_encrypted(bench, text, **options), "yaml", keys)

    assert found == {
        "a_enc": "one",
        "b_clear": "two",
        "list": ["three", {"c_enc": 4}],
        "bool": True,
    }


@pytest.mark.parametrize(
    ("pattern", "replacement"),
    [
        (rb"(text: ENC\[AES256_GCM,data:)....", rb"\1AAAA"),
        (rb"(text: .*iv:)....", rb"\1AAAA"),
        (rb"(text: .*tag:)....", rb"\1AAAA"),
        (rb"(mac: ENC\[AES256_GCM,data:)....", rb"\1AAAA"),
        (rb"(?m)^number: .*\n", rb""),
        (rb"(?m)^number:", rb"renamed:"),
        (rb"clear_unencrypted: plain", rb"clear_unencrypted: other"),
        (rb'lastmodified: "(....)', rb'lastmodified: "1999'),
        (rb"type:int\]", rb"type:str]"),
    ],
)
def test_a_file_that_was_changed(
    bench: Bench, keys: AgeKeys, pattern: bytes, replacement: bytes
) -> None:
    data = _encrypted(bench)
    changed = re.sub(pattern, replacement, data, count=1)
    assert changed != data
    if pattern.startswith(b"type"):  # The same characters count for the MAC: sops takes it too.
        assert decrypt_natively(changed, "yaml", keys)["number"] == "42"
        return
    with pytest.raises(ChangedError) as caught:
        decrypt_natively(changed, "yaml", keys)
    assert "fake" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"text:", b"text: &anchor"),
        (b"none: null", b"none: !!null null"),
        (b"none: null", b"none: null\nnone: null"),
        (b"none: null", b"none: null\n1: null"),
        (b"none: null", b"none: {a: null}"),
        (b"none: null", b"none: null\n#ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]"),
        (b"none: null", b"none: \tnull"),
        (b"\n", b"\r\n"),
        (b"    mac:", b"    key_groups:\n        - pgp: []\n    mac:"),
        (b"    mac:", b"    shamir_threshold: 1\n    mac:"),
        (b"    mac:", b"    unheard_of: 1\n    mac:"),
        (b"    mac:", b"    encrypted_comment_regex: x\n    mac:"),
        (b"    version:", b"    old_version:"),
        (b"type:str]\n    un", b"type:str]x\n    un"),
        (b"sops:", b"---\nsops:"),
        (b"type:int", b"type:bytes"),
        (b"type:int", b"type:comment"),
    ],
)
def test_what_is_left_to_sops(bench: Bench, keys: AgeKeys, old: bytes, new: bytes) -> None:
    data = _encrypted(bench)
    assert old in data
    with pytest.raises(NotNativeError) as caught:
        decrypt_natively(data.replace(old, new), "yaml", keys)
    assert not isinstance(caught.value, ChangedError)


def test_another_key_opens_nothing(bench: Bench, tmp_path: Path) -> None:
    other = AgeKeys(Bench.in_folder(tmp_path).environment)
    with pytest.raises(NotNativeError, match="no age identity"):
        decrypt_natively(_encrypted(bench), "yaml", other)


def test_generated_files_agree_with_sops(bench: Bench, keys: AgeKeys) -> None:
    """`python -m bench.decryption --agree 1000` does the same with thousands."""
    counts: Counter[str] = Counter()
    for seed in range(60):
        for each in compare(seed, 3, bench, keys):
            assert each.agrees, f"seed {each.seed}, {each.way}"
            counts["opened" if each.ours is not None else "left"] += 1
            # Whatever is refused as changed, sops refuses too.
            if each.reason.startswith(("a MAC", "a value that was changed")):
                assert each.theirs is None, f"seed {each.seed}, {each.way}"
                counts["changed"] += 1
    # The comparison is one: each outcome is there often enough.
    assert counts["opened"] > 20
    assert counts["changed"] > 10
