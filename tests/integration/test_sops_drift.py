"""What is said of recipients, key groups and formats agrees with the real sops.

Keys are made anew for each run; the values are plainly fake.
"""

import json
import os
import shlex
import subprocess
from pathlib import Path

import pytest

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.document import parse_document
from gitconfig_tool.secrets import (
    Names,
    SopsDocument,
    check_drift,
    parse_sops_file,
    read_config,
    read_sops,
)
from gitconfig_tool.sops import find_sops
from tests.bundles import AgeKey, age_key

A, B, C = (age_key() for _ in range(3))
TEXTS = {
    "app.sops.yaml": "a: {b: one, c_unencrypted: two}\nlist: [three, {d: 4}]\n",
    "app.sops.json": '{"a": {"b": "one"}, "list": [true, 2.5]}',
    "app.sops.env": "# said\nA=one\nB_unencrypted=two\nC=\n",
    "app.sops.ini": "top = one\n[s]\nb = two\n; said\nc_unencrypted = three = 3\n[t]\n",
    "app.p12.sops": "one\x00two",
}


def _sops(folder: Path, *arguments: str, keys: tuple[AgeKey, ...] = (A, B, C)) -> str:
    done = subprocess.run(
        [str(find_sops()), "--disable-version-check", *arguments],
        cwd=folder,
        env={
            "HOME": str(folder),
            "PATH": os.defpath,
            "SOPS_AGE_KEY": "\n".join(key.identity for key in keys),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _configure(folder: Path, *rules: dict[str, object]) -> None:
    (folder / ".sops.yaml").write_text(json.dumps({"creation_rules": rules}), encoding="utf-8")


def _read(folder: Path, path: str) -> SopsDocument:
    document, problems = parse_sops_file(path, (folder / path).read_bytes())
    assert problems == ()
    found, diagnostics = read_sops(document)
    assert found is not None
    assert diagnostics == ()
    return found


def _drift(folder: Path, path: str, config: str = ".sops.yaml") -> list[Diagnostic]:
    parsed, problems = read_config(parse_document(config, (folder / config).read_bytes())[0])
    assert problems == ()
    return list(check_drift(_read(folder, path), parsed, Names()))


def _mend(folder: Path, found: Diagnostic) -> None:
    """Run the command that the hint gives, as it stands there; only questions are left out."""
    command = shlex.split(found.hint.partition("lies: ")[2].partition(";")[0])
    assert command[0] == "sops"
    at = command.index("updatekeys")
    _sops(folder, *command[1:at], "updatekeys", "--yes", *command[at + 1 :])


@pytest.mark.parametrize("name", TEXTS)
def test_every_format_is_read_and_drift_is_mended_by_the_command(
    name: str, tmp_path: Path
) -> None:
    _configure(tmp_path, {"age": f"{A.recipient}, {B.recipient}"})
    (tmp_path / name).write_text(TEXTS[name], encoding="utf-8")
    _sops(tmp_path, "encrypt", "--in-place", name)
    assert _drift(tmp_path, name) == []

    _configure(tmp_path, {"age": [A.recipient, C.recipient]})
    found = _drift(tmp_path, name)

    assert [each.code for each in found] == ["GCT412", "GCT412"]
    assert C.recipient in found[0].message
    assert B.recipient in found[1].message
    _mend(tmp_path, found[0])
    assert _drift(tmp_path, name) == []
    assert _read(tmp_path, name).recipients == tuple(
        sorted(f"age:{key.recipient}" for key in (A, C))
    )


@pytest.mark.parametrize("name", TEXTS)
def test_pointers_are_those_of_the_plaintext(name: str, tmp_path: Path) -> None:
    _configure(tmp_path, {"age": A.recipient})
    (tmp_path / name).write_text(TEXTS[name], encoding="utf-8")
    _sops(tmp_path, "encrypt", "--in-place", name)
    plain = json.loads(_sops(tmp_path, "decrypt", "--output-type", "json", name))

    found = _read(tmp_path, name)

    assert set(found.types) == set(_pointers(plain, ""))
    clear = {at for at in found.types if at.endswith("_unencrypted")}
    empty = {at for at, value in _leaves(plain, "") if value == ""}
    leaves = {at for at, _ in _leaves(plain, "")}
    assert found.encrypted == leaves - clear - empty


def _pointers(value: object, at: str) -> list[str]:
    return [at, *(p for key, inner in _inside(value) for p in _pointers(inner, f"{at}/{key}"))]


def _leaves(value: object, at: str) -> list[tuple[str, object]]:
    if isinstance(value, dict | list):
        return [p for key, inner in _inside(value) for p in _leaves(inner, f"{at}/{key}")]
    return [(at, value)]


def _inside(value: object) -> list[tuple[object, object]]:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else []


@pytest.mark.parametrize("name", TEXTS)
def test_key_groups_are_read_and_their_drift_is_mended(name: str, tmp_path: Path) -> None:
    groups = [{"age": [A.recipient]}, {"age": [B.recipient, C.recipient]}]
    _configure(tmp_path, {"age": ",".join(key.recipient for key in (A, B, C))})
    (tmp_path / name).write_text(TEXTS[name], encoding="utf-8")
    _sops(tmp_path, "encrypt", "--in-place", name)
    assert not _read(tmp_path, name).needs_all_of_several

    _configure(tmp_path, {"key_groups": groups, "shamir_threshold": 2})
    (found,) = _drift(tmp_path, name)

    assert found.code == "GCT413"
    _mend(tmp_path, found)
    assert _drift(tmp_path, name) == []
    sops = _read(tmp_path, name)
    assert sops.needs_all_of_several
    assert sops.threshold == 2
    assert sops.groups == (
        (f"age:{A.recipient}",),
        tuple(sorted(f"age:{key.recipient}" for key in (B, C))),
    )
    _sops(tmp_path, "decrypt", name, keys=(A, C))
    with pytest.raises(AssertionError):
        _sops(tmp_path, "decrypt", name, keys=(B, C))


def test_groups_that_are_merged_are_one(tmp_path: Path) -> None:
    merged = {"merge": [{"age": [A.recipient]}, {"age": [B.recipient]}], "age": [C.recipient]}
    _configure(tmp_path, {"key_groups": [merged, {"age": [A.recipient]}]})
    (tmp_path / "app.sops.yaml").write_text(TEXTS["app.sops.yaml"], encoding="utf-8")
    _sops(tmp_path, "encrypt", "--in-place", "app.sops.yaml")

    assert _drift(tmp_path, "app.sops.yaml") == []
    assert [len(group) for group in _read(tmp_path, "app.sops.yaml").groups] == [3, 1]


def test_the_command_names_a_configuration_in_a_folder(tmp_path: Path) -> None:
    inner = tmp_path / "teams" / "it's ours"
    inner.mkdir(parents=True)
    _configure(tmp_path, {"age": B.recipient})
    _configure(inner, {"path_regex": r"^x/.*\.yaml$", "age": A.recipient})
    path = "teams/it's ours/x/app.sops.yaml"
    (tmp_path / path).parent.mkdir()
    (tmp_path / path).write_text(TEXTS["app.sops.yaml"], encoding="utf-8")
    config = "teams/it's ours/.sops.yaml"
    _sops(tmp_path, "--config", config, "encrypt", "--in-place", path)
    assert _drift(tmp_path, path, config) == []

    _configure(inner, {"path_regex": r"^x/.*\.yaml$", "age": C.recipient})
    found = _drift(tmp_path, path, config)

    assert len(found) == 2
    _mend(tmp_path, found[0])
    assert _drift(tmp_path, path, config) == []
