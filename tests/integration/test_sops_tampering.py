"""What the real sops accepts, and we report: each change is decrypted by it without a complaint.

Then what sops, Git and an editor do to a file in an ordinary day, which must not be reported.
"""

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.secrets.recipients import Names
from gitconfig_tool.secrets.tampering import check_tampering
from gitconfig_tool.source import Snapshot, open_project
from tests.bundles import AgeKey, age_key
from tests.projects import Tool, commit, git, make_project, write

from .conftest import require_tool

KEY, OTHER, THIRD = age_key(), age_key(), age_key()
CANARY = "fake-canary-4711"
PLAIN = f"""\
# rotate this with care
openai:
    # about the key
    api_key: {CANARY}
    organization: null
port: 5432
is_tls: true
nothing: ""
hosts:
    - one.invalid
    - two.invalid
region_unencrypted: eu
zones_unencrypted: [ab, c]
text_unencrypted: "5432"
"""
FILE = "base/secrets/providers.sops.yaml"
ELSEWHERE = "environments/production/secrets/providers.sops.yaml"


class Sops:
    """The real program, with one key."""

    def __init__(self, folder: Path) -> None:
        self._program = str(require_tool("sops"))
        self._folder = folder

    def __call__(self, *arguments: str, text: bytes = b"", key: AgeKey = KEY) -> bytes:
        done = self.run(*arguments, text=text, key=key)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def run(
        self, *arguments: str, text: bytes = b"", key: AgeKey = KEY
    ) -> subprocess.CompletedProcess[bytes]:
        env = {**key.environment, "HOME": str(self._folder), "EDITOR": "false"}
        return subprocess.run(
            [self._program, "--disable-version-check", *arguments],
            input=text,
            env=env,
            cwd=self._folder,
            capture_output=True,
            check=False,
            timeout=60,
        )

    def encrypt(self, text: str, *options: str) -> str:
        recipients = f"{KEY.recipient},{OTHER.recipient}"
        command = ("--config", os.devnull, "encrypt", "--age", recipients, *options)
        data = self(*command, "--filename-override", "a.yaml", text=text.encode())
        return data.decode()

    def encrypt_by_rule(self, text: str, **rule: object) -> str:
        """Encrypt as a creation rule says; some of its fields are no options of the program."""
        config = self._folder / "rule.yaml"
        config.write_text(json.dumps({"creation_rules": [{"age": KEY.recipient, **rule}]}))
        command = ("--config", str(config), "encrypt", "--filename-override", "a.yaml")
        return self(*command, text=text.encode()).decode()

    def accepts(self, text: str) -> bool:
        command = ("--config", os.devnull, "decrypt", "--filename-override", "a.yaml")
        return self.run(*command, text=text.encode()).returncode == 0


@pytest.fixture(scope="module")
def sops(tmp_path_factory: pytest.TempPathFactory) -> Sops:
    return Sops(tmp_path_factory.mktemp("sops"))


@pytest.fixture(scope="module")
def sealed(sops: Sops) -> str:
    return sops.encrypt(PLAIN)


@pytest.fixture
def project(tmp_path: Path, sealed: str) -> Path:
    return make_project(tmp_path / "project", {FILE: sealed})


def check(
    snapshot: Snapshot, announced: Callable[[str, str], bool | None] = lambda path, who: True
) -> tuple[Diagnostic, ...]:
    found = check_tampering(
        snapshot, (), announced, Names({"break-glass": f"age:{OTHER.recipient}"})
    )
    assert CANARY not in repr(found)
    return found


def said(found: tuple[Diagnostic, ...]) -> list[tuple[str, str]]:
    """Return codes and messages, with the ids of commits taken out."""
    return [(each.code, re.sub(r"\b[0-9a-f]{12}\b", "ID", each.message)) for each in found]


def replaced(text: str, pattern: str, new: str | Callable[[re.Match[str]], str]) -> str:
    changed, count = re.subn(pattern, new, text, count=1, flags=re.MULTILINE | re.DOTALL)
    assert count == 1
    assert changed != text
    return changed


E = r"ENC\[[^\n]*\]"
SEAL = r"            -----BEGIN.*?-----END AGE ENCRYPTED FILE-----\n"
# What is done, how, and what is said of it.
UNSEEN: Mapping[str, tuple[str, str, tuple[str, str]]] = {
    "a null is added": (
        "^port:",
        "extra: null\nport:",
        ("GCT427", "expected nothing at /extra, as in commit ID; found null"),
    ),
    "a null is removed": (
        "    organization: null\n",
        "",
        ("GCT427", "expected null at /openai/organization, as in commit ID; found nothing"),
    ),
    "a null becomes a mapping": (
        "organization: null",
        "organization: {}",
        (
            "GCT427",
            "expected null at /openai/organization, as in commit ID; found an empty mapping",
        ),
    ),
    "an empty string is added": (
        "^port:",
        'extra: ""\nport:',
        ("GCT427", "expected nothing at /extra, as in commit ID; found an empty string"),
    ),
    "an empty string becomes null": (
        '^nothing: ""',
        "nothing: null",
        ("GCT427", "expected an empty string at /nothing, as in commit ID; found null"),
    ),
    "an empty mapping is added": (
        "^port:",
        "extra: {}\nport:",
        ("GCT427", "expected nothing at /extra, as in commit ID; found an empty mapping"),
    ),
    "an empty list is added": (
        "^port:",
        "extra: []\nport:",
        ("GCT427", "expected nothing at /extra, as in commit ID; found an empty list"),
    ),
    "a scalar becomes a list": (
        f"^port: ({E})",
        r"port:\n    - \1",
        (
            "GCT427",
            "expected an encrypted value (int) at /port, as in commit ID; found a list of 1",
        ),
    ),
    "a list is nested": (
        f"^    - ({E})",
        r"    - - \1",
        (
            "GCT427",
            "expected an encrypted value (str) at /hosts/0, as in commit ID; found a list of 1",
        ),
    ),
    "a null is put into a list": (
        "^hosts:\n",
        "hosts:\n    - null\n",
        ("GCT427", "expected a list of 2 at /hosts, as in commit ID; found a list of 3"),
    ),
    "a mapping becomes a list": (
        f"^openai:\n    (#{E})\n    (api_key: {E})\n    organization: null",
        r"openai:\n    \1\n    - \2\n      organization: null",
        ("GCT427", "expected a mapping at /openai, as in commit ID; found a list of 1"),
    ),
    "a type is changed": (
        "^(port: [^\n]*)type:int",
        r"\1type:str",
        (
            "GCT427",
            "expected an encrypted value (int) at /port, as in commit ID; found an encrypted value"
            " (str)",
        ),
    ),
    "a clear value becomes a number": (
        '^text_unencrypted: "5432"',
        "text_unencrypted: 5432",
        (
            "GCT427",
            "expected a value in the clear (str) at /text_unencrypted, as in commit ID; found a "
            "value in the clear (int)",
        ),
    ),
    "clear values are cut elsewhere": (
        "- ab\n    - c\n",
        "- abc\n    - ''\n",
        (
            "GCT427",
            "expected a value in the clear (str) that it was at /zones_unencrypted/0, as in commit"
            " ID; found another one",
        ),
    ),
    "a clear list becomes text": (
        "^zones_unencrypted:\n    - ab\n    - c\n",
        "zones_unencrypted: abc\n",
        (
            "GCT427",
            "expected a list of 2 at /zones_unencrypted, as in commit ID; found a value in the"
            " clear (str)",
        ),
    ),
    "a clear key is renamed": (
        "^region_unencrypted",
        "zone_unencrypted",
        (
            "GCT427",
            "expected a value in the clear (str) at /region_unencrypted, as in commit ID; found"
            " nothing",
        ),
    ),
    "a comment is dropped": (
        f"^    #{E}\n",
        "",
        ("GCT428", "expected the comments as in commit ID, found none above 'api_key'"),
    ),
    "a comment is added": (
        "^port:",
        "# call 555\nport:",
        ("GCT428", "expected the comments as in commit ID, found another one"),
    ),
    "a comment is moved": (
        f"^    (#{E}\n)(.*?)^port",
        r"\2\1port",
        ("GCT428", "expected the comments each where it was in commit ID, found one moved"),
    ),
    "the rule is another one": (
        "unencrypted_suffix: _unencrypted",
        "unencrypted_regex: _unencrypted$",
        (
            "GCT429",
            "expected 'unencrypted_suffix: _unencrypted' in the 'sops' block, as in commit ID;"
            " found no 'unencrypted_suffix' in the 'sops' block",
        ),
    ),
    "the version is older": (
        "version: 3.11.0",
        "version: 3.7.0",
        (
            "GCT429",
            "expected 'version: 3.11.0' in the 'sops' block, as in commit ID; found 'version:"
            " 3.7.0' in the 'sops' block",
        ),
    ),
    "a threshold is added": (
        "^    lastmodified",
        "    shamir_threshold: 3\n    lastmodified",
        (
            "GCT429",
            "expected no 'shamir_threshold' in the 'sops' block, as in commit ID; found"
            " 'shamir_threshold: 3' in the 'sops' block",
        ),
    ),
    "a recipient is added by hand": (
        "^    lastmodified",
        f"        - recipient: {THIRD.recipient}\n          enc: |\n"
        "            -----BEGIN AGE ENCRYPTED FILE-----\n            YWdl\n"
        "            -----END AGE ENCRYPTED FILE-----\n    lastmodified",
        (
            "GCT432",
            "expected the data key sealed anew for every recipient, as 'sops updatekeys' does it;"
            f" found the one kept that age:{KEY.recipient} had in commit ID",
        ),
    ),
    "a recipient is removed by hand": (
        f"        - recipient: {OTHER.recipient}\n          enc: \\|\n{SEAL}",
        "",
        (
            "GCT432",
            "expected the data key sealed anew for every recipient, as 'sops updatekeys' does it;"
            f" found the one kept that age:{KEY.recipient} had in commit ID",
        ),
    ),
    "the break-glass seal is garbage": (
        f"({OTHER.recipient}\n          enc: \\|\n).*?(-----END)",
        r"\1            -----BEGIN AGE ENCRYPTED FILE-----\n            YWdl\n            \2",
        (
            "GCT432",
            f"expected the seal of break-glass (age:{OTHER.recipient}) as in commit ID, found"
            " another one under the same MAC",
        ),
    ),
    "the time is written in another way": (
        '(lastmodified: "[^"]*)Z"',
        r'\1+00:00"',
        ("GCT429", "lastmodified"),
    ),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_sops_accepts_it_and_we_report_it(
    name: str, sops: Sops, sealed: str, project: Path
) -> None:
    pattern, new, (code, message) = UNSEEN[name]
    changed = replaced(sealed, pattern, new)
    assert sops.accepts(changed)

    (project / FILE).write_text(changed)
    found = said(check(open_project(project).at_worktree()))

    assert code in {each for each, _ in found}
    assert any(text == message or (message in text and len(message) < 20) for _, text in found), (
        found
    )
    if code != "GCT432":
        assert {each for each, _ in found} == {code}
    # The same when it is staged, and when it is committed: then a clean work tree shows it, too.
    git(project, "add", "-A")
    assert said(check(open_project(project).at_index())) == found
    commit(project, "Tamper", 2)
    assert said(check(open_project(project).at_commit())) == found
    assert said(check(open_project(project).at_worktree())) == found
    # The next commit is not asked about it again.
    commit(project, "Other", 3, {"base/a.yaml": "a: 1\n"})
    assert check(open_project(project).at_commit()) == ()


def test_a_key_joined_with_another_is_seen(sops: Sops, sealed: str, project: Path) -> None:
    """SOPS binds a value to its keys joined with ':', so a key with a ':' in it is the same."""
    changed = replaced(
        sealed,
        f"^openai:\n    #{E}\n    api_key: ({E})\n    organization: null",
        r'"openai:api_key": \1',
    )
    assert sops.accepts(changed)
    (project / FILE).write_text(changed)

    assert [
        each for each in said(check(open_project(project).at_worktree())) if "427" in each[0]
    ] == [
        ("GCT427", "expected a mapping at /openai, as in commit ID; found nothing"),
        (
            "GCT427",
            "expected nothing at /openai:api_key, as in commit ID; found an encrypted value (str)",
        ),
    ]


def test_what_sops_refuses_is_told_without_a_key(sops: Sops, sealed: str, project: Path) -> None:
    """Two values of a list changed places: sops would say so to those who hold a key."""
    changed = replaced(sealed, f"^(    - {E}\n)(    - {E}\n)", r"\2\1")
    assert not sops.accepts(changed)
    (project / FILE).write_text(changed)

    assert [text for _, text in said(check(open_project(project).at_worktree()))] == [
        f"expected an encrypted value (str) that it was at /hosts/{index}, as in commit ID; found"
        " another one"
        for index in (0, 1)
    ]


# --- whole files ---


@pytest.fixture
def two(tmp_path: Path, sops: Sops, sealed: str) -> Path:
    """A project with two files of their own."""
    other = sops.encrypt(PLAIN.replace("5432", "5433"))
    return make_project(tmp_path / "project", {FILE: sealed, ELSEWHERE: other})


def test_a_file_of_another_environment(sops: Sops, two: Path) -> None:
    assert check(open_project(two).at_commit()) == ()
    copied = (two / FILE).read_text()
    assert sops.accepts(copied)
    (two / ELSEWHERE).write_text(copied)

    message = f"expected a data key of its own for {ELSEWHERE}, found a copy of {FILE}"
    assert said(check(open_project(two).at_worktree())) == [("GCT425", message)]


def test_two_files_that_changed_places(two: Path) -> None:
    one, other = (two / FILE).read_text(), (two / ELSEWHERE).read_text()
    (two / FILE).write_text(other)
    (two / ELSEWHERE).write_text(one)

    assert [each.code for each in check(open_project(two).at_worktree())] == ["GCT425"] * 2


def test_a_copy_with_values_of_its_own_still_shares_the_data_key(sops: Sops, two: Path) -> None:
    (two / ELSEWHERE).write_text((two / FILE).read_text())
    sops("set", "--value-stdin", str(two / ELSEWHERE), '["port"]', text=b"1")

    message = f"expected a data key of its own for {ELSEWHERE}, found the data key of {FILE}"
    assert said(check(open_project(two).at_worktree())) == [("GCT425", message)]
    # What was so before is not told again with each change.
    commit(two, "Copy", 2)
    sops("set", "--value-stdin", str(two / ELSEWHERE), '["port"]', text=b"2")
    assert check(open_project(two).at_worktree()) == ()


def test_copies_of_a_first_commit(tmp_path: Path, sealed: str) -> None:
    project = make_project(tmp_path / "project", {FILE: sealed, ELSEWHERE: sealed})

    assert [each.code for each in check(open_project(project).at_commit())] == ["GCT425"] * 2


def test_a_branch_without_commits(tmp_path: Path, sealed: str) -> None:
    project = tmp_path / "unborn"
    project.mkdir()
    (project / "gitconfig.yaml").write_text("apiVersion: gitconfig-tool/v1\n")
    for name in ("a.sops.yaml", "b.sops.yaml"):
        (project / name).write_text(sealed)
    git(project, "init", "-q")

    assert [each.code for each in check(open_project(project).at_worktree())] == ["GCT425"] * 2


def _with_versions(project: Path, sops: Sops, count: int) -> None:
    """Replace the key of the first version several times, a commit each."""
    for number in range(count):
        sops("set", "--value-stdin", str(project / FILE), '["openai"]["api_key"]',
             text=f'"fake-{number}"'.encode())  # fmt: skip
        commit(project, f"Replace {number}", 2 + number)


def test_an_older_version_of_itself(sops: Sops, sealed: str, project: Path) -> None:
    _with_versions(project, sops, 2)
    assert sops.accepts(sealed)
    (project / FILE).write_text(sealed)

    (found,) = check(open_project(project).at_worktree())
    first = git(project, "rev-list", "--max-parents=0", "HEAD")[:12]
    head = git(project, "rev-parse", "HEAD")[:12]
    assert found.code == "GCT426"
    assert found.message == (
        f"expected what sops wrote last, as in commit {head}; found the older version of commit"
        f" {first}"
    )
    assert [note.text for note in found.notes] == ["differs at /openai/api_key"]
    assert f"git checkout {head} -- {FILE}" in found.hint


def test_a_revert_is_told_until_sops_writes_the_file_anew(sops: Sops, project: Path) -> None:
    _with_versions(project, sops, 1)
    git(project, "revert", "--no-edit", "HEAD")
    assert [each.code for each in check(open_project(project).at_commit())] == ["GCT426"]

    sops("rotate", "--in-place", str(project / FILE))
    commit(project, "Mean it", 9)
    assert check(open_project(project).at_commit()) == ()


def test_an_older_version_with_a_change_of_its_own(sops: Sops, sealed: str, project: Path) -> None:
    _with_versions(project, sops, 1)
    (project / FILE).write_text(sealed.replace("organization: null", "organization: {}"))

    found = check(open_project(project).at_worktree())
    assert [each.code for each in found] == ["GCT427", "GCT426"]


def test_a_file_that_was_removed_may_come_back(project: Path, sealed: str) -> None:
    (project / FILE).unlink()
    commit(project, "Remove", 2)
    (project / FILE).write_text(sealed)

    assert check(open_project(project).at_worktree()) == ()


def test_a_shallow_clone_says_that_it_cannot_look_further(
    sops: Sops, project: Path, tmp_path: Path
) -> None:
    _with_versions(project, sops, 2)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{project}", "clone")
    head = git(project, "rev-parse", "HEAD")[:12]

    (found,) = check(open_project(clone).at_commit())
    assert (found.code, found.message) == (
        "GCT433",
        f"expected the commit before {head}, to compare 1 SOPS file with; found a shallow clone"
        " that ends there",
    )


def test_a_partial_clone_says_what_it_lacks(sops: Sops, project: Path, tmp_path: Path) -> None:
    """Git would fetch the older content; we read what is there, and start no program of Git."""
    _with_versions(project, sops, 1)
    git(project, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--filter=blob:none", f"file://{project}", "clone")

    (found,) = check(open_project(tmp_path / "clone").at_worktree())
    assert found.code == "GCT433"
    assert found.message.startswith(
        f"expected the versions of {FILE}, to compare it with; expected the object "
    )


def test_an_earlier_time_tells_an_older_version_where_history_is_short(
    sops: Sops, sealed: str, project: Path, tmp_path: Path
) -> None:
    """Nobody without a key can change the time: the MAC is sealed with it."""
    time.sleep(1.1)  # sops writes whole seconds
    _with_versions(project, sops, 1)
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{project}", "clone")
    clone = tmp_path / "clone"
    (clone / FILE).write_text(sealed)

    found = {each.code: each.message for each in check(open_project(clone).at_worktree())}
    head = git(project, "rev-parse", "HEAD")[:12]
    assert found == {
        "GCT426": f"expected what sops wrote last, as in commit {head}; found one that sops wrote"
        " earlier",
        "GCT433": f"expected the history of {FILE}, to tell whether an older version came back;"
        " found 1 version of it: a shallow clone ends there",
    }


def test_a_value_outside_the_mac(tmp_path: Path, sops: Sops) -> None:
    text = sops.encrypt_by_rule(PLAIN, mac_only_encrypted=True)
    project = make_project(tmp_path / "project", {FILE: text})
    changed = text.replace("region_unencrypted: eu", "region_unencrypted: us")
    assert sops.accepts(changed)
    (project / FILE).write_text(changed)

    message = (
        "expected a value in the clear (str) that it was at /region_unencrypted, as in commit ID;"
        " found another one"
    )
    assert said(check(open_project(project).at_worktree())) == [("GCT431", message)]
    # It is told when sops wrote other values in between, too.
    sops("set", "--value-stdin", str(project / FILE), '["port"]', text=b"1")
    assert said(check(open_project(project).at_worktree())) == [("GCT431", message)]


# --- what happens every day ---


def test_what_sops_writes_is_not_reported(sops: Sops, project: Path) -> None:
    path = str(project / FILE)
    sops("set", "--value-stdin", path, '["openai"]["api_key"]', text=b'"fake-new"')
    assert check(open_project(project).at_worktree()) == ()
    sops("unset", path, '["openai"]["organization"]')
    assert check(open_project(project).at_worktree()) == ()
    sops("rotate", "--in-place", path)
    assert check(open_project(project).at_worktree()) == ()


def test_an_edit_is_not_reported(sops: Sops, project: Path, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i -e '/#/d' -e 's/null/{}/' -e 's/5432/1/' \"$1\"\n")
    editor.chmod(0o755)
    env = {**KEY.environment, "HOME": str(tmp_path), "EDITOR": str(editor)}
    program = str(require_tool("sops"))
    subprocess.run([program, "edit", str(project / FILE)], env=env, check=True, capture_output=True)

    assert "organization: {}" in (project / FILE).read_text()
    assert check(open_project(project).at_worktree()) == ()


def test_updatekeys_needs_a_word_of_the_project(sops: Sops, project: Path, tmp_path: Path) -> None:
    config = tmp_path / "sops.yaml"
    readers = f"{KEY.recipient},{THIRD.recipient}"
    config.write_text(f"creation_rules: [{{age: '{readers}'}}]")
    sops("--config", str(config), "updatekeys", "--yes", str(project / FILE))
    snapshot = open_project(project).at_worktree()

    who = {f"age:{KEY.recipient}", f"age:{THIRD.recipient}"}
    assert check(snapshot, lambda path, each: path == FILE and each in who) == ()
    assert sorted(said(check(snapshot, lambda path, each: None))) == [
        (
            "GCT430",
            f"expected the recipient break-glass (age:{OTHER.recipient}), as in commit ID; found"
            " it removed",
        ),
        (
            "GCT430",
            "expected the recipients in commit ID, or others that the project names for this file;"
            f" found age:{THIRD.recipient} added",
        ),
    ]


def test_validate_asks_sops_yaml_and_the_list_of_the_project(
    sops: Sops, sealed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = make_project(tmp_path / "project", {FILE: sealed})
    tool = Tool(project, capsys)
    config = tmp_path / "sops.yaml"
    readers = f"{KEY.recipient},{OTHER.recipient},{THIRD.recipient}"
    rules = f"creation_rules: [{{age: '{readers}'}}]\n"
    config.write_text(rules)
    sops("--config", str(config), "updatekeys", "--yes", str(project / FILE))

    def codes() -> set[str]:
        _, out, _ = tool("secrets", "check", "--format", "json")
        return {each["code"] for each in json.loads(out)["diagnostics"]}

    assert codes() == {"GCT430"}
    write(project, {".sops.yaml": rules})
    assert codes() == set()
    # An entry that was copied by hand: .sops.yaml names the recipient, the seal tells.
    by_hand = f"        - recipient: {THIRD.recipient}\n          enc: x\n    lastmodified"
    write(project, {FILE: replaced(sealed, "^    lastmodified", by_hand)})
    assert codes() == {"GCT432"}
    (project / ".sops.yaml").unlink()
    listed = ", ".join(f"'age:{each}'" for each in readers.split(","))
    text = (project / "gitconfig.yaml").read_text()
    allow = f"secrets: {{allow: [{{match: '**', recipients: [{listed}]}}]}}\n"
    write(project, {"gitconfig.yaml": text + allow})
    assert codes() == {"GCT432"}


def test_a_move_is_not_reported_and_what_changed_on_the_way_is(project: Path) -> None:
    moved = "base/moved/providers.sops.yaml"
    (project / moved).parent.mkdir()
    git(project, "mv", FILE, moved)
    assert check(open_project(project).at_index()) == ()

    text = (project / moved).read_text()
    (project / moved).write_text(text.replace("organization: null", "organization: {}"))
    assert [each.code for each in check(open_project(project).at_worktree())] == ["GCT427"]


def test_another_layout_is_not_reported(sops: Sops, sealed: str, project: Path) -> None:
    values, block = sealed.split("sops:\n")
    values = re.sub(r"^ +", lambda match: match[0][::2], values, flags=re.MULTILINE)
    text = replaced(f"{values}sops:\n{block}", f"^is_tls: ({E})", r"is_tls: '\1'") + "\n\n"
    assert text != sealed
    assert sops.accepts(text)
    (project / FILE).write_text(text)

    assert check(open_project(project).at_worktree()) == ()


def test_a_comment_for_us_is_not_reported(project: Path, sealed: str) -> None:
    (project / FILE).write_text(f"# gct: allow GCT407 -- a demo\n{sealed}")

    assert check(open_project(project).at_worktree()) == ()


def test_a_merge_may_take_the_file_of_any_parent(sops: Sops, project: Path) -> None:
    git(project, "checkout", "-q", "-b", "feature")
    _with_versions(project, sops, 2)
    git(project, "checkout", "-q", "main")
    commit(project, "Other", 7, {"base/a.yaml": "a: 1\n"})
    git(project, "merge", "-q", "--no-ff", "--no-edit", "feature")

    assert check(open_project(project).at_commit()) == ()


def test_the_merge_of_a_pull_request_is_compared_with_its_target(
    project: Path, sealed: str
) -> None:
    """CI checks out the merge; the file is as in its second parent, and older than that."""
    git(project, "checkout", "-q", "-b", "feature")
    changed = sealed.replace("organization: null", "organization: {}")
    assert changed != sealed
    commit(project, "Tamper", 5, {FILE: changed})
    commit(project, "Other", 6, {"base/b.yaml": "b: 1\n"})
    git(project, "checkout", "-q", "main")
    commit(project, "Other", 7, {"base/a.yaml": "a: 1\n"})
    git(project, "merge", "-q", "--no-ff", "--no-edit", "feature")

    assert [each.code for each in check(open_project(project).at_commit())] == ["GCT427"]
    assert [each.code for each in check(open_project(project).at_worktree())] == ["GCT427"]


def test_what_was_removed_must_come_back_as_it_was(project: Path, sealed: str) -> None:
    git(project, "rm", "-q", FILE)
    git(project, "commit", "-q", "-m", "Remove")
    commit(project, "Back", 8, {FILE: sealed})
    assert check(open_project(project).at_commit()) == ()
    git(project, "reset", "-q", "--hard", "HEAD~1")
    commit(project, "Back", 8, {FILE: sealed.replace("organization: null", "organization: {}")})

    assert [each.code for each in check(open_project(project).at_commit())] == ["GCT427"]


def test_a_copy_in_other_characters_is_a_copy(project: Path, sealed: str) -> None:
    tree = yaml.load(sealed, yaml.BaseLoader)
    text = json.dumps(tree, indent=1).replace("ENC[AES", "\\u0045NC[AES")
    text = text.replace("-----BEGIN AGE", "-----\\u0042EGIN AGE")
    assert "ENC[" not in text
    (project / "base/other.sops.yaml").write_text(text)

    assert [each.code for each in check(open_project(project).at_worktree())] == ["GCT425"]


def test_a_merge_that_drops_what_the_first_parent_has(sops: Sops, project: Path) -> None:
    """The file is the second parent's, which never changed it: the new secret would be lost."""
    git(project, "checkout", "-q", "-b", "feature")
    commit(project, "Other", 2, {"base/a.yaml": "a: 1\n"})
    git(project, "checkout", "-q", "main")
    _with_versions(project, sops, 1)
    git(project, "merge", "-q", "--no-ff", "--no-commit", "feature")
    git(project, "checkout", "feature", "--", FILE)
    git(project, "commit", "-q", "-m", "Merge")

    assert [each.code for each in check(open_project(project).at_commit())] == ["GCT426"]


def test_a_project_without_changes_in_sops_files_reads_none(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(project, "Other", 2, {"base/a.yaml": "a: 1\n"})
    snapshot = open_project(project).at_commit()
    monkeypatch.setattr(Snapshot, "read", lambda self, path: pytest.fail(f"read {path}"))
    monkeypatch.setattr(Snapshot, "before", lambda self: pytest.fail("listed a parent"))

    assert check(snapshot) == ()


# --- other formats, and many files ---


@pytest.mark.parametrize(
    ("name", "plain", "pattern", "new", "message"),
    [
        (
            "base/a.sops.json",
            '{"a": {"x": "1", "y": null}, "b": 5}',
            '"y": null',
            '"y": {}',
            "expected null at /a/y, as in commit ID; found an empty mapping",
        ),
        (
            "base/a.sops.env",
            "A=1\nB=2\n",
            "^B=",
            "EXTRA=\nB=",
            "expected nothing at /EXTRA, as in commit ID; found an empty string",
        ),
        (
            "base/a.sops.ini",
            "[db]\na = 1\nb = 2\n",
            "^b ",
            "extra =\nb ",
            "expected nothing at /db/extra, as in commit ID; found an empty string",
        ),
    ],
)
def test_every_format(
    name: str, plain: str, pattern: str, new: str, message: str, sops: Sops, tmp_path: Path
) -> None:
    command = ("--config", os.devnull, "encrypt", "--age", KEY.recipient, "--filename-override")
    text = sops(*command, name, text=plain.encode()).decode()
    project = make_project(tmp_path / "project", {name: text})
    write(project, {name: replaced(text, pattern, new)})
    sops("decrypt", str(project / name))

    assert said(check(open_project(project).at_worktree())) == [("GCT427", message)]
    # A copy is one in every format.
    ending = name.partition(".")[2]
    write(project, {name: text, f"base/b.{ending}": text})
    assert [each.code for each in check(open_project(project).at_worktree())] == ["GCT425"]


def test_a_thousand_new_files_are_not_compared_each_with_each(sealed: str, tmp_path: Path) -> None:
    """That would be a million comparisons."""
    unsealed = re.sub(SEAL, "", sealed, flags=re.DOTALL)
    texts = {
        f"base/secrets/s{number}.sops.yaml": re.sub(r"iv:.{10}", f"iv:{number:010}", unsealed)
        for number in range(1000)
    }
    project = make_project(tmp_path / "project", texts)
    snapshot = open_project(project).at_commit()
    start = time.monotonic()

    assert check(snapshot) == ()
    assert time.monotonic() - start < 20


# --- signed bundles ---


def test_files_are_compared_with_a_signed_bundle(
    sops: Sops, sealed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A history that was written anew hides a change from a comparison of commits only."""
    other = sops.encrypt(PLAIN.replace("5432", "5433"))
    clear = "key: !secret secrets/providers#/openai/api_key\nport: !secret secrets/other#/port\n"
    elsewhere = "base/secrets/other.sops.yaml"
    files = {FILE: sealed, elsewhere: other, "base/service.yaml": clear}
    project = make_project(tmp_path / "project", files)
    tool = Tool(project, capsys)
    layout, key = tmp_path / "bundles", tmp_path / "release.key"
    assert tool("keys", "generate", "-o", str(key))[0] == 0
    assert tool("compile", "-o", str(layout), "--sign", str(key))[0] == 0
    against = ("--against", f"layout:{layout}", "--trust", f"{key}.pub")

    def found() -> list[tuple[str, str]]:
        code, out, err = tool("secrets", "check", *against, "--format", "json")
        diagnostics = json.loads(out)["diagnostics"]
        assert (code, err) == (1 if diagnostics else 0, "")
        assert CANARY not in out
        messages = [(each["code"], each["message"]) for each in diagnostics]
        return [(each, re.sub(r"sha256:\w+", "DIGEST", text)) for each, text in messages]

    assert found() == []
    bundle = "the bundle development (DIGEST)"
    git(project, "checkout", "-q", "--orphan", "new")
    changed = sealed.replace("organization: null", "organization: {}")
    commit(project, "Written anew", 3, {FILE: changed, elsewhere: other})
    assert found() == [
        (
            "GCT427",
            f"expected null at /openai/organization, as in {bundle}; found an empty mapping",
        )
    ]
    # What sops wrote later is fine; what it wrote earlier is not.
    write(project, {FILE: sealed})
    time.sleep(1.1)  # sops writes whole seconds
    sops("set", "--value-stdin", str(project / FILE), '["port"]', text=b"1")
    git(project, "checkout", "-q", "--orphan", "newer")
    commit(project, "Set", 4)
    assert found() == []
    newer = tmp_path / "newer"
    assert tool("compile", "-o", str(newer), "--sign", str(key))[0] == 0
    against = ("--against", f"layout:{newer}", "--trust", f"{key}.pub")
    git(project, "checkout", "-q", "--orphan", "older")
    commit(project, "Go back", 5, {FILE: sealed})
    assert found() == [
        (
            "GCT426",
            f"expected what {bundle} was signed with, or what sops wrote later; found one that"
            " sops wrote earlier",
        )
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--against", "layout:x"], "expected --trust FILE with --against, found none"),
        (["--trust", "x"], "expected --against SOURCE with --trust, found it alone"),
        (["--bundle", "x"], "expected --against SOURCE with --bundle, found it alone"),
    ],
)
def test_options_that_belong_together(
    arguments: list[str], said: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = Tool(project, capsys)("secrets", "check", *arguments)

    assert (code, said in err) == (2, True)
