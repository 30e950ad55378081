"""Since when each value of a SOPS file is what it is: real repositories, the real sops."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.secrets.ages import Age, ages_of, read_sealed, versions_of
from gitconfig_tool.sops import find_sops
from gitconfig_tool.source import Snapshot, open_project
from tests.bundles import AgeKey, age_key, sops_encrypt
from tests.projects import commit, git, make_project

PATH = "base/keys.sops.yaml"
PLAIN = {"one": "first-value", "two": "second-value", "list": ["third-value"]}
ALL = ("/one", "/two", "/list/0")


@pytest.fixture(scope="module")
def key() -> AgeKey:
    return age_key()


@pytest.fixture(scope="module")
def encrypted(key: AgeKey) -> str:
    return sops_encrypt(PLAIN, key.recipient).decode()


def _sops(folder: Path, key: AgeKey, *arguments: str) -> None:
    subprocess.run(
        [str(find_sops()), *arguments],
        cwd=folder,
        env=key.environment,
        check=True,
        capture_output=True,
    )


def _set(folder: Path, key: AgeKey, index: str, value: str, path: str = PATH) -> None:
    _sops(folder, key, "set", path, index, f'"{value}"')


def _ages(snapshot: Snapshot, path: str = PATH) -> dict[str, Age]:
    return dict(ages_of(path, snapshot.read(path), versions_of(snapshot, path)))


def _since(ages: dict[str, Age]) -> dict[str, str]:
    return {
        pointer: age.commit.summary if age.commit is not None else "not committed"
        for pointer, age in ages.items()
    }


def test_each_value_has_the_commit_that_brought_its_ciphertext(
    tmp_path: Path, key: AgeKey, encrypted: str
) -> None:
    folder = make_project(tmp_path / "p", {PATH: encrypted})
    _set(folder, key, '["two"]', "another")
    commit(folder, "Replace two", 2)
    _set(folder, key, '["list"][0]', "another")
    commit(folder, "Replace the third", 3, {"NOTES.md": "x"})
    commit(folder, "Nothing", 4, {"NOTES.md": "y"})
    _set(folder, key, '["two"]', "and another")

    here = open_project(folder)

    assert _since(_ages(here.at_commit())) == {
        "/one": "First",
        "/two": "Replace two",
        "/list/0": "Replace the third",
    }
    assert _since(_ages(here.at_worktree()))["/two"] == "not committed"
    assert _since(_ages(here.at_commit("HEAD~3"))) == dict.fromkeys(ALL, "First")


def test_a_file_that_is_not_committed(tmp_path: Path, encrypted: str) -> None:
    folder = make_project(tmp_path / "p", {})
    (folder / "base").mkdir()
    (folder / PATH).write_text(encrypted)

    assert _since(_ages(open_project(folder).at_worktree())) == dict.fromkeys(ALL, "not committed")


def test_other_recipients_and_another_layout_change_no_value(
    tmp_path: Path, key: AgeKey, encrypted: str
) -> None:
    folder = make_project(tmp_path / "p", {PATH: encrypted})
    (folder / ".sops.yaml").write_text(
        f"creation_rules: [{{age: '{key.recipient},{age_key().recipient}'}}]\n"
    )
    _sops(folder, key, "updatekeys", "--yes", PATH)
    commit(folder, "One reader more", 2)
    commit(folder, "Quotes", 3, {PATH: (folder / PATH).read_text().replace("two:", "'two':")})

    ages = _ages(open_project(folder).at_commit())

    assert _since(ages) == dict.fromkeys(ALL, "First")
    assert {age.reencrypted for age in ages.values()} == {None}


def test_a_file_that_is_encrypted_anew_keeps_its_age_and_says_so(
    tmp_path: Path, key: AgeKey, encrypted: str
) -> None:
    folder = make_project(tmp_path / "p", {PATH: encrypted})
    _sops(folder, key, "rotate", "--in-place", PATH)
    commit(folder, "Another data key", 2)
    _sops(folder, key, "rotate", "--in-place", PATH)
    commit(folder, "And another", 3)
    _set(folder, key, '["two"]', "second-valu2")
    commit(folder, "Replace two", 4)

    ages = _ages(open_project(folder).at_commit())

    assert _since(ages) == {"/one": "First", "/two": "Replace two", "/list/0": "First"}
    assert {
        pointer: age.reencrypted.summary for pointer, age in ages.items() if age.reencrypted
    } == {"/one": "And another", "/list/0": "And another"}


def test_what_has_another_length_was_replaced_when_a_file_is_encrypted_anew(
    tmp_path: Path, key: AgeKey, encrypted: str
) -> None:
    folder = make_project(tmp_path / "p", {PATH: encrypted})
    changed: dict[str, Any] = {**PLAIN, "one": "a longer first-value", "two": 12, "new": "value"}
    commit(folder, "All anew", 2, {PATH: sops_encrypt(changed, key.recipient).decode()})

    ages = _ages(open_project(folder).at_commit())

    assert _since(ages) == {
        "/one": "All anew",
        "/two": "All anew",
        "/list/0": "First",
        "/new": "All anew",
    }
    assert [pointer for pointer, age in ages.items() if age.reencrypted] == ["/list/0"]


def test_encrypted_anew_and_not_committed(tmp_path: Path, key: AgeKey, encrypted: str) -> None:
    folder = make_project(tmp_path / "p", {PATH: encrypted})
    _sops(folder, key, "rotate", "--in-place", PATH)

    assert _since(_ages(open_project(folder).at_worktree())) == dict.fromkeys(ALL, "First")


def test_every_value_replaced_under_the_same_data_key_is_no_new_encryption(
    tmp_path: Path, key: AgeKey
) -> None:
    text = sops_encrypt({"only": "value-1"}, key.recipient).decode()
    folder = make_project(tmp_path / "p", {PATH: text})
    _set(folder, key, '["only"]', "value-2")
    commit(folder, "Replace it", 2)

    ages = _ages(open_project(folder).at_commit())

    assert _since(ages) == {"/only": "Replace it"}
    assert ages["/only"].reencrypted is None


def test_a_moved_file_keeps_its_age(tmp_path: Path, key: AgeKey, encrypted: str) -> None:
    folder = make_project(tmp_path / "p", {PATH: encrypted})
    (folder / "moved").mkdir()
    git(folder, "mv", PATH, "moved/a.sops.yaml")
    commit(folder, "Move", 2)
    git(folder, "mv", "moved/a.sops.yaml", "moved/b.sops.yaml")
    _set(folder, key, '["two"]', "another", "moved/b.sops.yaml")
    commit(folder, "Move and replace", 3)
    git(folder, "mv", "moved/b.sops.yaml", "moved/c.sops.yaml")

    here = open_project(folder)
    expected = {"/one": "First", "/two": "Move and replace", "/list/0": "First"}

    assert _since(_ages(here.at_commit(), "moved/b.sops.yaml")) == expected
    assert _since(_ages(here.at_worktree(), "moved/c.sops.yaml")) == expected


def test_an_older_version_that_comes_back_has_its_old_age(
    tmp_path: Path, key: AgeKey, encrypted: str
) -> None:
    folder = make_project(tmp_path / "p", {PATH: encrypted})
    _set(folder, key, '["two"]', "another")
    commit(folder, "Replace two", 2)
    commit(folder, "Back again", 3, {PATH: encrypted})

    assert _since(_ages(open_project(folder).at_commit())) == dict.fromkeys(ALL, "First")


def test_both_sides_of_a_merge_keep_their_ages(tmp_path: Path, key: AgeKey, encrypted: str) -> None:
    folder = make_project(tmp_path / "p", {PATH: encrypted})
    git(folder, "checkout", "-q", "-b", "side")
    _set(folder, key, '["one"]', "another")
    commit(folder, "Side", 2)
    side = (folder / PATH).read_text()
    git(folder, "checkout", "-q", "main")
    _set(folder, key, '["two"]', "another")
    commit(folder, "Main", 3)
    git(folder, "merge", "-q", "--no-commit", "-X", "ours", "side")
    main = (folder / PATH).read_text().splitlines(keepends=True)
    both = "".join([*side.splitlines(keepends=True)[:1], *main[1:]])
    commit(folder, "Merge", 4, {PATH: both})

    assert _since(_ages(open_project(folder).at_commit())) == {
        "/one": "Side",
        "/two": "Main",
        "/list/0": "First",
    }


def test_a_shallow_clone_knows_only_that_a_value_is_at_least_so_old(
    tmp_path: Path, key: AgeKey, encrypted: str
) -> None:
    folder = make_project(tmp_path / "p", {PATH: encrypted})
    commit(folder, "Between", 2, {"NOTES.md": "x"})
    _set(folder, key, '["two"]', "another")
    commit(folder, "Replace two", 3)
    git(tmp_path, "clone", "-q", "--depth", "2", f"file://{folder}", "clone")

    ages = _ages(open_project(tmp_path / "clone").at_commit())

    assert _since(ages) == {"/one": "Between", "/two": "Replace two", "/list/0": "Between"}
    assert {pointer: age.is_cut for pointer, age in ages.items()} == {
        "/one": True,
        "/two": False,
        "/list/0": True,
    }


def test_what_is_no_sops_file_has_no_ages() -> None:
    assert read_sealed("a.yaml", b"sops: none of ours\n") is None
    assert read_sealed("a.yaml", b"a: ENC[]\nsops: {version: 3}\n: : :\n") is None
    assert ages_of("a.yaml", b"a: 1\n", ()) == {}


def test_a_json_file(tmp_path: Path, key: AgeKey) -> None:
    text = sops_encrypt({"a": {"b": "value"}}, key.recipient, "json").decode()
    folder = make_project(tmp_path / "p", {"base/a.sops.json": text})

    ages = _ages(open_project(folder).at_commit(), "base/a.sops.json")

    assert _since(ages) == {"/a/b": "First"}
