"""Which values SOPS encrypts: our rule and the real sops, on trees made at random."""

import json
import os
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.secrets import Selection, parse_sops_file, read_sops
from gitconfig_tool.sops import find_sops
from tests.bundles import age_key

KEY = age_key()
KEYS = (
    "password",
    "password_enc",
    "db",
    "token_clear",
    "Token",
    "x-enc",
    "enc",
    "clear",
    "a.b",
    "ünï",
    "10",
    "secret key",
    "_unencrypted",
    "db_unencrypted",
)
RULES = (
    {},
    {"unencrypted_suffix": "_clear"},
    {"encrypted_suffix": "enc"},
    {"encrypted_suffix": "ï"},
    {"unencrypted_regex": "^(?i)token"},
    {"encrypted_regex": "^(password|db)$"},
    {"encrypted_regex": r"[[:upper:]]|\pL{3}\d*$|^\d\d$"},
    {"unencrypted_regex": r"\Qa.b\E|x-(enc|clear)"},
    {"encrypted_regex": r"pass", "mac_only_encrypted": True},
)


def _tree(chance: random.Random, depth: int = 0) -> Any:
    kind = chance.random()
    if depth < 4 and (depth == 0 or kind < 0.45):
        keys = chance.sample(KEYS, chance.randint(1, 5))
        return {key: _tree(chance, depth + 1) for key in keys}
    if depth < 4 and kind < 0.6:
        return [_tree(chance, depth + 1) for _ in range(chance.randint(0, 3))]
    return chance.choice(["text", 7, 1.5, True, False, None, "", "ENCODED"])


def _encrypt(folder: Path, name: str, rule: dict[str, Any]) -> None:
    config = {"creation_rules": [{"age": KEY.recipient, **rule}]}
    (folder / ".sops.yaml").write_text(json.dumps(config), encoding="utf-8")
    done = subprocess.run(
        [str(find_sops()), "--disable-version-check", "encrypt", "--in-place", name],
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.defpath},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: " ".join(map(str, rule.values())) or "-")
def test_what_we_expect_encrypted_is_what_sops_encrypts(
    rule: dict[str, Any], tmp_path: Path
) -> None:
    chance = random.Random(json.dumps(rule))
    # One file with many trees: each list item is a tree of its own.
    trees = [_tree(chance) for _ in range(60)]
    plain = {"tree": trees}
    (tmp_path / "a.yaml").write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
    _encrypt(tmp_path, "a.yaml", rule)

    document, problems = parse_sops_file("a.yaml", (tmp_path / "a.yaml").read_bytes())
    sops, diagnostics = read_sops(document)

    # A value in the clear where one is expected encrypted would be a GCT402.
    assert problems == ()
    assert diagnostics == ()
    assert sops is not None
    assert sops.mac_only_encrypted is rule.get("mac_only_encrypted", False)
    named = {name: text for name, text in rule.items() if isinstance(text, str)}
    selection = Selection.of(*next(iter(named.items()))) if named else Selection.default()
    expected = set()
    for at, keys, value in _leaves(plain, "", ()):
        if value not in (None, "") and selection.selects(keys):
            expected.add(at)
    assert sops.encrypted == expected
    assert len(expected) > 0


def _leaves(value: Any, at: str, keys: tuple[str, ...]) -> list[tuple[str, tuple[str, ...], Any]]:
    if isinstance(value, dict):
        return [
            leaf
            for key, inner in value.items()
            for leaf in _leaves(inner, f"{at}/{key}", (*keys, key))
        ]
    if isinstance(value, list):
        return [
            leaf
            for index, inner in enumerate(value)
            for leaf in _leaves(inner, f"{at}/{index}", keys)
        ]
    return [(at, keys, value)]
