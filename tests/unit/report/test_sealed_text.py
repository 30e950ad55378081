"""A SOPS file for `git diff`: keys and marks, and nothing of a value."""

from hashlib import sha256

import pytest

from gitconfig_tool.report.sealed_text import sealed_text
from gitconfig_tool.secrets.recipients import Names

CANARY = "fake-canary-value"
_IV, _TAG = "A" * 43 + "=", "A" * 22 + "=="


def enc(data: str, type: str = "str") -> str:
    return f"ENC[AES256_GCM,data:{data},iv:{_IV},tag:{_TAG},type:{type}]"


def mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]


BLOCK = f"""\
sops:
  age:
    - recipient: age1first
      enc: |
        c2Vh
        bGVk
  lastmodified: "2026-01-31T12:00:00Z"
  mac: {enc("bWFj")}
  unencrypted_suffix: _unencrypted
  version: 3.11.0
"""
FOOT = f"""\
sops.recipient: alice (age:age1first) <sealed {mark("c2VhbGVk")}>
sops.lastmodified: 2026-01-31T12:00:00Z
sops.unencrypted_suffix: _unencrypted
sops.version: 3.11.0
"""


def shown(text: str, path: str = "a.sops.yaml") -> str:
    result = sealed_text(path, text.encode(), Names({"alice": "age:age1first"}))
    assert CANARY not in result
    assert "ENC[" not in result
    return result


def test_values_are_marks_and_structure_is_shown() -> None:
    comment = "#" + enc("Y29t", "comment")
    text = f"""\
{comment}
openai:
  api_key: {enc("a2V5")}
  organization: null
port: {enc("NTQ=", "int")}
hosts:
  - {enc("b25l")}
  - ""
extra: {{}}
none: []
"a.b: c": {enc("eA==")}
"""
    assert (
        shown(text + BLOCK)
        == f"""\
# <comment, encrypted {mark(comment)}>
openai.api_key: <str, encrypted {mark(enc("a2V5"))}>
openai.organization: null
port: <int, encrypted {mark(enc("NTQ=", "int"))}>
hosts[0]: <str, encrypted {mark(enc("b25l"))}>
hosts[1]: ""
extra: {{}}
none: []
"a.b: c": <str, encrypted {mark(enc("eA=="))}>
"""
        + FOOT
    )


def test_values_in_the_clear_show_only_where_the_rule_leaves_them_so() -> None:
    text = f"""\
region_unencrypted: eu
password_unencrypted:
  password: {CANARY}
forgotten: {CANARY}
damaged: ENC[{CANARY}]
# a note on {CANARY}
url_unencrypted: https://user:{CANARY}@host.invalid
"""
    assert (
        shown(text + BLOCK)
        == """\
region_unencrypted: "eu"
password_unencrypted.password: <str, in the clear, not shown>
forgotten: <str, in the clear, not shown>
damaged: <damaged, not shown>
# <comment, not shown>
url_unencrypted: <str, in the clear, not shown>
"""
        + FOOT
    )


def test_a_file_that_was_never_encrypted() -> None:
    assert shown(f"a: {CANARY}\nb: null\n") == (
        "# expected a SOPS file, found values in the clear: they are not shown\n"
        "a: <str, in the clear, not shown>\n"
        "b: null\n"
    )


def test_a_conflict_shows_its_sides() -> None:
    text = f"""\
a:
<<<<<<< HEAD
  key: {enc("b3Vycw==")}
=======
  key: {enc("dGhlaXJz")}
>>>>>>> feature
  - {CANARY}
  note = {CANARY}
{CANARY}
"""
    lines = shown(text).splitlines()

    assert lines[0].startswith("# cannot be read: expected a merge that is finished")
    assert lines[1:] == [
        "a:",
        "<<<<<<< HEAD",
        f"  key: <encrypted {mark(enc('b3Vycw=='))}>",
        "=======",
        f"  key: <encrypted {mark(enc('dGhlaXJz'))}>",
        ">>>>>>> feature",
        "  - <not shown>",
        "  note = <not shown>",
        "<not shown>",
    ]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xff\xfe\x00" + CANARY.encode(), b"[", b"- a"])
def test_whatever_it_is_text_comes_out(data: bytes) -> None:
    for path in ("a.sops.yaml", "a.sops.json", "a.sops.env", "a.sops.ini", "a.sops"):
        assert CANARY not in sealed_text(path, data, Names())


def test_a_terminal_obeys_nothing_of_it() -> None:
    text = (
        'a_unencrypted: "x\\x9b2J\\u202e"\n"k\\e[2J": 1\nsops:\n  age:\n'
        '    - recipient: "age1\\e]0;x\\a"\n      enc: x\n  mac: x\n'
        '  version: "3\\e[31m\\n+b: 1"\n  unencrypted_suffix: _unencrypted\n'
    )
    for each in (text, f"<<<<<<< HEAD\x1b[2J\n{text}"):
        shown = sealed_text("x.sops.yaml", each.encode(), Names())
        assert all(line.isprintable() for line in shown.split("\n"))
        assert "\n+b" not in shown


def test_the_last_line_of_a_key_in_base64_is_no_name() -> None:
    text = "<<<<<<< HEAD\nkey: |\n  c2VjcmV0=\n  c2VjcmV0Lw==\nname=\n"

    shown = sealed_text("x.sops.yaml", text.encode(), Names())

    assert "c2Vj" not in shown
