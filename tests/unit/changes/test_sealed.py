"""What became of SOPS files, told without a key: the real sops writes both sides."""

import subprocess
from pathlib import Path

import pytest

from gitconfig_tool.changes.model import Level, SecretChange, SecretKind
from gitconfig_tool.sops import find_sops
from tests.bundles import AgeKey, age_key, sops_encrypt
from tests.comparisons import PROJECT, compared
from tests.projects import commit, git, make_project, write

KEYS = "environments/production/keys.sops.yaml"
PLAIN = {"one": "first-value", "two": "second-value", "list": ["third-value"]}
USES = "key: !secret keys#/one\n"


@pytest.fixture(scope="module")
def key() -> AgeKey:
    return age_key()


@pytest.fixture(scope="module")
def other() -> AgeKey:
    return age_key()


@pytest.fixture(scope="module")
def encrypted(key: AgeKey) -> str:
    return sops_encrypt(PLAIN, key.recipient).decode()


@pytest.fixture
def folder(tmp_path: Path, encrypted: str, key: AgeKey) -> Path:
    files = {KEYS: encrypted, "environments/production/service.yaml": USES}
    project = PROJECT + f"secrets: {{recipients: {{ops: 'age:{key.recipient}'}}}}\n"
    return make_project(tmp_path / "p", files, project)


def _sops(folder: Path, key: AgeKey, *arguments: str) -> None:
    subprocess.run(
        [str(find_sops()), *arguments],
        cwd=folder,
        env=key.environment,
        check=True,
        capture_output=True,
    )


def _told(folder: Path) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.kind.value, each.pointers) for each in compared(folder).secrets]


def _only(folder: Path) -> SecretChange:
    (found,) = compared(folder).secrets
    return found


def test_a_value_that_sops_wrote_was_rotated(folder: Path, key: AgeKey) -> None:
    _sops(folder, key, "set", KEYS, '["one"]', '"another-value"')

    found = _only(folder)

    assert (found.path, found.document, found.kind) == (KEYS, "keys", SecretKind.ROTATED)
    assert found.pointers == ("/one",)
    assert found.note == ""
    assert found.bundles == found.readers == ("production",)


def test_a_rotated_value_that_no_document_links_to_has_readers_only(
    folder: Path, key: AgeKey
) -> None:
    _sops(folder, key, "set", KEYS, '["list"][0]', '"another-value"')

    found = _only(folder)

    assert (found.pointers, found.bundles, found.readers) == (("/list/0",), (), ("production",))


def test_a_file_encrypted_anew_cannot_be_told_from_one_that_was_rotated(
    folder: Path, key: AgeKey
) -> None:
    _sops(folder, key, "rotate", "--in-place", KEYS)

    found = _only(folder)

    assert (found.kind, found.pointers) == (SecretKind.REENCRYPTED, ())
    assert found.note == (
        "sealed with a new data key: whether a value was replaced as well cannot be told without a "
        "key"
    )
    assert found.bundles == ("production",)


def test_encrypted_anew_with_a_value_of_another_length_was_rotated_for_certain(
    folder: Path, key: AgeKey
) -> None:
    plain = {**PLAIN, "two": "a much longer second value"}
    write(folder, {KEYS: sops_encrypt(plain, key.recipient).decode()})

    assert _told(folder) == [("rotated", ("/two",)), ("re-encrypted", ())]


def test_recipients_are_named_as_the_project_does(folder: Path, key: AgeKey, other: AgeKey) -> None:
    _sops(folder, key, "rotate", "--in-place", "--add-age", other.recipient, KEYS)

    recipients, again = compared(folder).secrets

    assert recipients.kind is SecretKind.RECIPIENTS
    assert recipients.recipients_added == (f"age:{other.recipient}",)
    assert recipients.recipients_removed == ()
    assert again.kind is SecretKind.REENCRYPTED
    git(folder, "commit", "-qam", "Add a recipient")
    _sops(folder, other, "rotate", "--in-place", "--rm-age", key.recipient, KEYS)

    recipients, _ = compared(folder).secrets

    assert recipients.recipients_removed == (f"ops (age:{key.recipient})",)
    assert recipients.note == (
        "who was taken out can open older versions: replace what must stay secret"
    )


def test_other_recipients_alone_are_no_other_values(
    folder: Path, key: AgeKey, other: AgeKey
) -> None:
    rule = f"creation_rules: [{{age: '{key.recipient},{other.recipient}'}}]\n"
    write(folder, {".sops.yaml": rule})
    _sops(folder, key, "updatekeys", "--yes", KEYS)

    found = _only(folder)

    assert found.kind is SecretKind.RECIPIENTS
    assert found.recipients_added == (f"age:{other.recipient}",)


def test_a_value_in_the_clear_is_critical_wherever_it_is(folder: Path) -> None:
    text = (folder / KEYS).read_text()
    line = next(each for each in text.splitlines() if each.startswith("two:"))
    write(folder, {KEYS: text.replace(line, "two: plainly-fake-value")})

    changes = compared(folder)

    assert [(s.kind, s.pointers) for s in changes.secrets] == [(SecretKind.CLEARED, ("/two",))]
    assert changes.risk.level is Level.CRITICAL
    assert "plainly-fake-value" not in repr(changes.secrets) + repr(changes.risk)


def test_a_file_that_is_no_longer_encrypted_is_cleared(folder: Path) -> None:
    (folder / KEYS).unlink()
    write(
        folder,
        {"environments/production/keys.yaml": "one: fake-one\ntwo: fake-two\nlist: [fake]\n"},
    )

    found = _only(folder)

    assert found.kind is SecretKind.CLEARED
    assert found.path == "environments/production/keys.yaml"
    assert found.pointers == ("/one", "/two", "/list/0")


def test_a_file_that_is_gone_is_removed(folder: Path) -> None:
    (folder / KEYS).unlink()

    found = _only(folder)

    assert (found.kind, found.path, found.pointers) == (SecretKind.REMOVED, KEYS, ())


def test_a_new_file_is_added_and_one_that_was_clear_says_so(
    folder: Path, key: AgeKey, encrypted: str
) -> None:
    write(folder, {"base/more.sops.yaml": encrypted})

    found = _only(folder)

    assert (found.kind, found.note) == (SecretKind.ADDED, "")
    assert found.readers == ("development", "production")

    (folder / "base/more.sops.yaml").unlink()
    commit(folder, "In the clear", 2, {"base/more.yaml": "one: fake\n"})
    (folder / "base/more.yaml").unlink()
    write(folder, {"base/more.sops.yaml": encrypted})

    assert _only(folder).note == (
        "the same file was in the clear before: history keeps its values, so replace them"
    )


def test_values_come_and_go_within_a_file(folder: Path, key: AgeKey) -> None:
    _sops(folder, key, "set", KEYS, '["three"]', '"new-value"')
    _sops(folder, key, "unset", KEYS, '["two"]')

    assert _told(folder) == [("added", ("/three",)), ("removed", ("/two",))]


def test_a_move_within_the_same_layer_is_no_change(folder: Path) -> None:
    to = "environments/production/keys.sops.yml"
    git(folder, "mv", KEYS, to)

    assert compared(folder).secrets == ()


def test_a_move_to_a_layer_of_more_bundles_says_who_can_link_to_it(folder: Path) -> None:
    (folder / "base").mkdir()
    git(folder, "mv", KEYS, "base/keys.sops.yaml")

    found = _only(folder)

    assert (found.kind, found.moved_from) == (SecretKind.ADDED, KEYS)
    assert found.note == f"moved from {KEYS}: development can link to it now"
    assert found.readers == ("development", "production")


def test_a_moved_file_with_one_value_rotated(folder: Path, key: AgeKey) -> None:
    to = "environments/production/keys.sops.yml"
    git(folder, "mv", KEYS, to)
    _sops(folder, key, "set", to, '["one"]', '"another-value"')

    found = _only(folder)

    assert (found.path, found.kind, found.pointers) == (to, SecretKind.ROTATED, ("/one",))


def test_what_sops_would_not_write_is_noted(folder: Path) -> None:
    text = (folder / KEYS).read_text()
    line = next(each for each in text.splitlines() if each.startswith("two:"))
    fake = line.replace("data:", "data:AAAA")
    write(folder, {KEYS: text.replace(line, fake)})

    assert _only(folder).note == "the MAC is the one before, so sops did not write this"


def test_an_older_version_that_comes_back_is_noted(folder: Path, key: AgeKey) -> None:
    before = (folder / KEYS).read_text()
    at = "lastmodified: "
    _sops(folder, key, "set", KEYS, '["one"]', '"another-value"')
    text = (folder / KEYS).read_text()
    line = next(each for each in text.splitlines() if at in each)
    # The same second as before would be no later one.
    later = line[: line.index(at)] + at + '"2999-01-01T00:00:00Z"'
    commit(folder, "Rotate", 2, {KEYS: text.replace(line, later)})
    write(folder, {KEYS: before})

    found = _only(folder)

    assert found.kind is SecretKind.ROTATED
    assert found.note == "sops wrote this version before the other one: an older one came back"


def test_values_that_the_file_keeps_in_the_clear(tmp_path: Path, key: AgeKey) -> None:
    plain = {"password": "fake-value", "user_unencrypted": "ada"}
    path = "base/db.sops.yaml"
    text = sops_encrypt(plain, key.recipient).decode()
    folder = make_project(tmp_path / "p", {path: text}, PROJECT)
    _sops(folder, key, "set", path, '["user_unencrypted"]', '"grace"')

    (found,) = compared(folder).secrets

    assert (found.kind, found.pointers) == (SecretKind.ROTATED, ("/user_unencrypted",))
    assert found.note == "the file keeps these values in the clear by its own rule"
    assert "grace" not in repr(found)


def test_no_ciphertext_and_no_value_leaves(folder: Path, key: AgeKey) -> None:
    _sops(folder, key, "set", KEYS, '["one"]', '"another-value"')

    text = repr(compared(folder).secrets)

    assert "ENC[" not in text
    assert "another-value" not in text


def test_comments_in_a_list_shift_no_pointer(tmp_path: Path, key: AgeKey) -> None:
    path = "base/keys.sops.yaml"
    write(tmp_path / "p", {path: "list:\n  # the first\n  - fake-one\n  - fake-two\n"})
    _sops(tmp_path / "p", key, "encrypt", "--age", key.recipient, "--in-place", path)
    folder = make_project(tmp_path / "p", {}, PROJECT)
    _sops(folder, key, "set", path, '["list"][1]', '"another-one"')

    (found,) = compared(folder).secrets

    # sops counts the comment as an item of the list; a document that links to it does not.
    assert (found.kind, found.pointers) == (SecretKind.ROTATED, ("/list/0",))
