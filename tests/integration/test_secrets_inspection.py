"""`secrets check --decrypt` on files that the real sops encrypted: what it finds, and what it says.

Each secret of `secret_values` stands in one file under its own key, with a rule of its own.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.main import group
from tests.bundles import AgeKey, age_key, sops_encrypt
from tests.integration.secret_values import Case, cases
from tests.projects import commit, make_project

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: inspected
dimensions:
  environment:
    development: {}
    production: {inherits: development, protected: true}
  tenant: {acme: {}, globex: {}}
layers:
  - base
  - environments/{environment}
  - tenants/{tenant}/base
bundles: [{name: "{environment}"}, {name: "{environment}/{tenant}"}]
"""
FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit")
AS_OF = ("--as-of", "2026-06-01")
FILE = "environments/production/secrets/all.sops.yaml"


def _rules(every: dict[str, Case]) -> str:
    rules = [
        {"match": f"secrets/all#/{key}", "type": case.type, **case.said}
        for key, case in every.items()
        if case.type
    ]
    return f"secrets: {json.dumps({'types': rules})}\n"


class Check:
    """The command on one project, with the key that opens its files, or another."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self._folder = folder
        self._capture = capture

    def __call__(self, *arguments: str) -> tuple[int, str]:
        code = run(group, ["-C", str(self._folder), "secrets", "check", "--decrypt", *arguments])
        captured = self._capture.readouterr()
        return code, captured.out + captured.err

    def found(self, *arguments: str) -> list[dict[str, Any]]:
        """Return the diagnostics, in the order of the files."""
        _, output = self(*AS_OF, *arguments, "--format", "json")
        return list(json.loads(output)["diagnostics"])

    def codes(self, *arguments: str) -> list[str]:
        return [each["code"] for each in self.found(*arguments)]


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> AgeKey:
    """Return an age key that sops is given."""
    made = age_key()
    for name in [each for each in os.environ if each.startswith("SOPS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SOPS_AGE_KEY", made.identity)
    return made


@dataclass(frozen=True)
class Sealed:
    """The project with all secrets in one file, and its key."""

    folder: Path
    key: AgeKey
    every: dict[str, Case]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    made, every = age_key(), cases()
    plaintext = {name: case.value for name, case in every.items()}
    data = sops_encrypt(plaintext, made.recipient).decode()
    folder = tmp_path_factory.mktemp("sealed")
    return Sealed(make_project(folder, {FILE: data}, PROJECT + _rules(every)), made, every)


@pytest.fixture
def check(
    sealed: Sealed, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Check:
    monkeypatch.setenv("SOPS_AGE_KEY", sealed.key.identity)
    return Check(sealed.folder, capfd)


def test_each_secret_has_the_findings_that_it_should(check: Check, sealed: Sealed) -> None:
    found: dict[str, list[str]] = {key: [] for key in sealed.every}
    for each in check.found():
        match = re.search(
            r"secrets/all#/(\w+)(?:/(\S+?))?,? (?:than before|found|,)", each["message"]
        )
        assert match is not None, each["message"]
        found[match[1]].append(f"{each['code']} {match[2] or ''}".replace(",", ""))

    expected = {key: sorted(case.found, key=_order(case)) for key, case in sealed.every.items()}
    wrong = {key: (found[key], wanted) for key, wanted in expected.items() if found[key] != wanted}
    assert wrong == {}


def _order(case: Case) -> Any:
    """Sort as a report does: by the place in the file."""
    keys = list(case.value) if isinstance(case.value, dict) else []

    def place(text: str) -> tuple[int, str]:
        field = text.partition(" ")[2]
        return (keys.index(field) if field in keys else -1, text)

    return place


def _texts(value: Any) -> Iterator[str]:
    """Yield all that is encrypted of a secret, line by line: names of fields are no secret."""
    if isinstance(value, dict):
        for key, each in value.items():
            if not key.endswith("_unencrypted"):
                yield from _texts(each)
    elif isinstance(value, str) and value.startswith('{"'):
        yield from _texts(json.loads(value))
    elif isinstance(value, str):
        yield from (line for line in value.split("\n") if not line.startswith("-----"))


@pytest.mark.parametrize("output", FORMATS)
def test_no_output_holds_a_value(check: Check, sealed: Sealed, output: str) -> None:
    _, plain = check(
        *AS_OF, "--format", output, *(["--max-per-code", "0"] if output == "text" else [])
    )

    assert "GCT459" in plain
    for name, case in sealed.every.items():
        for text in _texts(case.value):
            # Shorter ones, and the kinds of accounts, are words that stand in help texts.
            if len(text) >= 7 and text not in ("service_account", "authorized_user"):
                assert text not in plain, name


def test_exit_code_and_summary(check: Check) -> None:
    code, output = check(*AS_OF)

    assert code == 1
    assert re.search(r"\d+ errors, \d+ warnings: checked 1 SOPS file", output)


def test_the_days_before_an_end_can_be_set(check: Check) -> None:
    assert "cert_soon" in check(*AS_OF)[1]
    assert "cert_soon" not in check(*AS_OF, "--expires-within", "28")[1]
