"""Rotations that went wrong, in real repositories with set dates and with the real sops."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.main import group
from gitconfig_tool.sops import find_sops
from tests.bundles import AgeKey, age_key, sops_encrypt

PATH = "base/keys.sops.yaml"
PROJECT = """\
apiVersion: gitconfig-tool/v1
name: small
dimensions:
  environment: {production: {}}
layers: [base]
bundles: [{name: "{environment}"}]
secrets:
  types:
    - {match: "keys#/api_key", type: api-key}
    - {match: "keys#/quick", type: generic, grace: 2h}
"""
DOCUMENT = "key: !secret keys#/api_key\nquick: !secret keys#/quick\n"
PLAIN = {"api_key": "current-value", "quick": "quick-value"}
DAY = 86_400
# 2026-01-01T00:00:00Z
START = 1_767_225_600


@pytest.fixture(scope="module")
def key() -> AgeKey:
    return age_key()


@pytest.fixture(scope="module")
def encrypted(key: AgeKey) -> bytes:
    return sops_encrypt(PLAIN, key.recipient)


class Project:
    """A repository whose commits have set times, in seconds after the start."""

    def __init__(self, folder: Path, key: AgeKey, encrypted: bytes) -> None:
        self.folder, self.key = folder, key
        folder.mkdir()
        self.git("init", "-q", "-b", "main")
        for path, data in {
            "gitconfig.yaml": PROJECT.encode(),
            "base/main.yaml": DOCUMENT.encode(),
            PATH: encrypted,
        }.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_bytes(data)
        self.commit(0)

    def git(self, *arguments: str, at: int = 0) -> None:
        time = f"{START + at} +0000"
        who = {f"GIT_{role}_{what}": "x" for role in ("AUTHOR", "COMMITTER") for what in ("NAME",)}
        who |= {f"GIT_{role}_EMAIL": "x@example.invalid" for role in ("AUTHOR", "COMMITTER")}
        dates = {"GIT_AUTHOR_DATE": time, "GIT_COMMITTER_DATE": time}
        subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={**os.environ, **who, **dates},
            check=True,
            capture_output=True,
        )

    def commit(self, at: int) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "Change", at=at)

    def commit_in_no_year(self) -> None:
        """Commit at a time that no calendar has; Git itself refuses to, but takes such a commit."""
        self.commit(0)
        show = ["git", "cat-file", "commit", "HEAD"]
        told = subprocess.run(show, cwd=self.folder, check=True, capture_output=True).stdout
        odd = told.replace(f"> {START} +0000".encode(), b"> 999999999999999 +0000")
        write = ["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"]
        done = subprocess.run(write, cwd=self.folder, input=odd, check=True, capture_output=True)
        self.git("reset", "-q", "--hard", done.stdout.decode().strip())

    def sops(self, *arguments: str) -> None:
        subprocess.run(
            [str(find_sops()), *arguments],
            cwd=self.folder,
            env=self.key.environment,
            check=True,
            capture_output=True,
        )

    def set(self, name: str, value: str) -> None:
        self.sops("set", PATH, f'["{name}"]', json.dumps(value))

    def unset(self, name: str) -> None:
        self.sops("unset", PATH, f'["{name}"]')

    def rotate(self, name: str, number: int = 1) -> None:
        self.set(f"{name}_previous", f"{name}-value-{number}")
        self.set(name, f"{name}-value-{number + 1}")

    def found(self, capfd: pytest.CaptureFixture[str], *arguments: str) -> list[tuple[str, str]]:
        """Return code and message of the diagnostics of rotations."""
        run(group, ["-C", str(self.folder), "validate", *arguments, "--format", "json"])
        report: Mapping[str, Any] = json.loads(capfd.readouterr().out)
        return [
            (each["code"], each["message"])
            for each in report["diagnostics"]
            if "GCT465" <= each["code"] <= "GCT479"
        ]


@pytest.fixture
def project(tmp_path: Path, key: AgeKey, encrypted: bytes) -> Project:
    return Project(tmp_path / "p", key, encrypted)


def test_an_open_rotation_within_its_grace_is_no_problem(
    project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    project.rotate("api_key")
    assert project.found(capfd) == []  # Not committed yet.
    project.commit(DAY)
    assert project.found(capfd, "--rev", "HEAD") == []
    project.commit(8 * DAY)  # 7 days of grace are over with the next second only.
    assert project.found(capfd) == []


def test_a_rotation_that_was_never_finished(
    project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    project.rotate("api_key")
    project.commit(DAY)
    project.commit(8 * DAY + 1)

    expected = [
        (
            "GCT465",
            "expected the rotation of /api_key to be finished within 7 days (api-key), found its"
            " previous version still there after 7 days",
        )
    ]
    assert project.found(capfd) == expected
    assert project.found(capfd, "--rev", "HEAD") == expected
    # The same commit is judged alike, whatever came after.
    project.commit(30 * DAY)
    assert project.found(capfd, "--rev", "HEAD~1") == expected
    assert project.found(capfd, "--rev", "HEAD~2") == []


def test_encrypting_anew_does_not_begin_the_grace_again(
    project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    project.rotate("api_key")
    project.commit(DAY)
    project.sops("rotate", "--in-place", PATH)
    project.commit(9 * DAY)

    assert [code for code, _ in project.found(capfd)] == ["GCT465"]


def test_a_rule_may_say_how_long_the_grace_is(
    project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    project.rotate("quick")
    project.commit(DAY)
    project.commit(DAY + 3 * 3600)

    assert project.found(capfd) == [
        (
            "GCT465",
            "expected the rotation of /quick to be finished within 2 hours (generic), found its"
            " previous version still there after 3 hours",
        )
    ]


def test_a_rotation_that_was_finished_too_early(
    project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    project.rotate("api_key")
    project.commit(DAY)
    project.unset("api_key_previous")
    project.commit(3 * DAY)

    expected = [
        (
            "GCT466",
            "expected the previous version of /api_key to stay for 7 days (api-key), found it gone"
            " after 2 days",
        )
    ]
    assert project.found(capfd, "--rev", "HEAD") == expected
    assert project.found(capfd) == expected  # A clean checkout is judged as its commit is.
    project.commit(4 * DAY)
    assert project.found(capfd) == []  # It is the commit that did it which is reported.
    assert project.found(capfd, "--rev", "HEAD~1") == expected


def test_a_rotation_that_was_finished_in_time(
    project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    project.rotate("api_key")
    project.commit(DAY)
    project.unset("api_key_previous")
    # What is not committed is judged by the present time: 2026-01-02 is long ago for this clock.
    assert project.found(capfd) == []
    project.commit(8 * DAY)
    assert project.found(capfd, "--rev", "HEAD") == []


def test_a_second_rotation_drops_the_previous_version_too_early(
    project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    project.rotate("api_key")
    project.commit(DAY)
    project.rotate("api_key", 2)
    project.commit(2 * DAY)

    assert [code for code, _ in project.found(capfd)] == ["GCT466"]


def test_removing_the_whole_secret_ends_no_rotation(
    project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    project.rotate("quick")
    project.commit(DAY)
    project.unset("quick_previous")
    project.unset("quick")
    project.commit(DAY + 60)

    assert project.found(capfd) == []


def test_a_previous_version_without_a_current_one(
    project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    project.set("token_previous", "old")
    project.commit(DAY)

    assert project.found(capfd) == [
        ("GCT467", "expected /token beside its previous version /token_previous, found none")
    ]


def test_versions_that_were_swapped_by_hand(
    project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    project.rotate("api_key")
    project.commit(DAY)
    file = project.folder / PATH
    lines = {line.split(": ")[0]: line for line in file.read_text().splitlines() if ": ENC" in line}
    one, other = (lines[name].split(": ", 1)[1] for name in ("api_key", "api_key_previous"))
    text = file.read_text().replace(one, "@").replace(other, one).replace("@", other)
    file.write_text(text)
    project.commit(2 * DAY)

    assert project.found(capfd) == [
        (
            "GCT468",
            "expected a value that sops encrypted for /api_key, found the ciphertext that was at"
            " /api_key_previous",
        ),
        (
            "GCT468",
            "expected a value that sops encrypted for /api_key_previous, found the ciphertext that"
            " was at /api_key",
        ),
    ]
    with pytest.raises(subprocess.CalledProcessError):
        project.sops("decrypt", PATH)


def test_a_mapping_whose_rotation_was_finished_too_early(
    project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    project.sops("set", PATH, '["db"]', '{"current": {"password": "one"}}')
    project.commit(0)
    project.sops("set", PATH, '["db"]["previous"]', '{"password": "none"}')
    project.commit(DAY)
    project.sops("unset", PATH, '["db"]["previous"]')
    project.commit(3 * DAY)

    assert project.found(capfd) == [
        (
            "GCT466",
            "expected the previous version of /db/current/password to stay for 30 days (generic),"
            " found it gone after 2 days",
        )
    ]


def test_a_commit_in_no_year_is_no_reason_to_fail(
    project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    project.rotate("quick")
    project.commit_in_no_year()
    project.unset("quick_previous")
    project.commit(2 * DAY)

    # The rotation began after its end: no grace has passed.
    assert project.found(capfd) == [
        (
            "GCT466",
            "expected the previous version of /quick to stay for 2 hours (generic), found it gone"
            " after 0 hours",
        )
    ]
