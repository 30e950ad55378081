"""`secrets check --decrypt` on files that the real sops encrypted: what it finds, and what it says.

Each secret of `secret_values` stands in one file under its own key, with a rule of its own.
"""

import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.builtin import builtin_folder
from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.main import group
from tests.bundles import AgeKey, age_key, sops_encrypt
from tests.integration.secret_values import Case, cases
from tests.projects import git, make_project

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
            # Shorter ones, and kinds of accounts and curves, are words that stand in help texts.
            if len(text) >= 7 and text not in ("service_account", "authorized_user", "Ed25519"):
                assert text not in plain, name


def test_exit_code_and_summary(check: Check) -> None:
    code, output = check(*AS_OF)

    assert code == 1
    assert re.search(r"\d+ errors, \d+ warnings: checked 1 SOPS file", output)


def test_the_days_before_an_end_can_be_set(check: Check) -> None:
    assert "cert_soon" in check(*AS_OF)[1]
    assert "cert_soon" not in check(*AS_OF, "--expires-within", "28")[1]


# --- several files ---


def _project(folder: Path, key: AgeKey, files: dict[str, Any], rest: str = "") -> Path:
    """Make a project whose SOPS files hold these values, each encrypted to the key."""
    sealed = {
        path: value if isinstance(value, str) else sops_encrypt(value, key.recipient).decode()
        for path, value in files.items()
    }
    return make_project(folder, sealed, PROJECT + rest)


DEVELOPMENT = "environments/development/secrets/s.sops.yaml"
PRODUCTION = "environments/production/secrets/s.sops.yaml"
SHARED = "canary-shared-value"


def _check(folder: Path, capfd: pytest.CaptureFixture[str]) -> Check:
    return Check(folder, capfd)


def test_a_value_in_two_environments(
    tmp_path: Path, key: AgeKey, capfd: pytest.CaptureFixture[str]
) -> None:
    files = {
        DEVELOPMENT: {"a": SHARED, "b": SHARED, "port": 5432, "user": "canary"},
        PRODUCTION: {"c": {"d": SHARED}, "port": 5432, "user": "canary"},
    }
    check = _check(_project(tmp_path, key, files), capfd)

    (found,) = check.found()

    assert found["code"] == "GCT462"
    assert found["message"] == (
        "expected a secret of its own for the environment production at secrets/s#/c/d, "
        "found that of development"
    )
    assert found["notes"][0]["text"] == "the same value, secrets/s#/a"
    assert SHARED not in check()[1]


@pytest.mark.parametrize(
    ("one", "other", "axis"),
    [
        ("tenants/acme/base/s.sops.yaml", "tenants/globex/base/s.sops.yaml", "tenant"),
        ("environments/production/a.sops.yaml", "environments/production/b.sops.yaml", None),
        ("tenants/acme/base/a.sops.yaml", "environments/production/b.sops.yaml", None),
        ("base/a.sops.yaml", "environments/production/b.sops.yaml", None),
        ("tenants/acme/base/a.sops.yaml", "tenants/acme/base/b.sops.yaml", None),
    ],
)
def test_where_a_value_may_stand_twice(
    one: str,
    other: str,
    axis: str | None,
    tmp_path: Path,
    key: AgeKey,
    capfd: pytest.CaptureFixture[str],
) -> None:
    check = _check(_project(tmp_path, key, {one: {"a": SHARED}, other: {"a": SHARED}}), capfd)

    assert [each["message"].split()[8] for each in check.found()] == ([axis] if axis else [])


def test_a_file_that_does_not_open_keeps_no_other_from_it(
    tmp_path: Path, key: AgeKey, capfd: pytest.CaptureFixture[str]
) -> None:
    good = sops_encrypt({"a": "canary-one-value", "b": "canary-two-value"}, key.recipient).decode()
    first, second = re.findall(r"ENC\[.*?\]", good)[:2]
    swapped = good.replace(first, "KEPT").replace(second, first).replace("KEPT", second)
    files = {
        "base/changed.sops.yaml": swapped,
        "base/foreign.sops.yaml": sops_encrypt({"a": "canary"}, age_key().recipient).decode(),
        "base/good.sops.yaml": {"a": "CHANGE_ME"},
    }
    check = _check(_project(tmp_path, key, files), capfd)

    found = check.found()

    assert [(each["code"], each["location"]["path"]) for each in found] == [
        ("GCT446", "base/changed.sops.yaml"),
        ("GCT446", "base/foreign.sops.yaml"),
        ("GCT460", "base/good.sops.yaml"),
    ]
    assert "changed afterwards" in found[0]["message"]
    assert "only other keys" in found[1]["message"]
    assert "canary" not in check()[1]
    assert check.codes("base/good.sops.yaml") == ["GCT460"]


@pytest.mark.parametrize("is_listed", [False, True], ids=["not allowed", "allowed and never"])
def test_a_file_with_a_foreign_address_is_not_given_to_sops(
    tmp_path: Path,
    key: AgeKey,
    is_listed: bool,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = sops_encrypt({"a": "CHANGE_ME"}, key.recipient).decode()
    vault = (
        "    hc_vault:\n        - vault_address: https://vault.attacker.example\n"
        "          engine_path: sops\n          key_name: k\n"
        '          created_at: "2026-01-01T00:00:00Z"\n          enc: vault:v1:abc\n'
    )
    changed = data.replace("    lastmodified:", f"{vault}    lastmodified:")
    assert changed != data
    monkeypatch.setenv("VAULT_TOKEN", "canary-token")
    foreign = "hc_vault:https://vault.attacker.example/v1/sops/keys/k"
    rule = {"match": "**", "recipients": [f"age:{key.recipient}", foreign], "never": [foreign]}
    more = f"secrets: {json.dumps({'allow': [rule]})}\n" if is_listed else ""
    check = _check(_project(tmp_path, key, {"base/s.sops.yaml": changed}, more), capfd)

    (found,) = (each for each in check.found() if each["code"] == "GCT446")

    assert "sops was not started" in found["message"]
    assert "canary-token" not in check()[1]


def test_the_schema_of_a_document_that_links(
    tmp_path: Path, key: AgeKey, capfd: pytest.CaptureFixture[str]
) -> None:
    schema = {
        "type": "object",
        "properties": {
            "token": {"type": "string", "pattern": "^t-[a-z]+$"},
            "pool": {"type": "object", "properties": {"size": {"maximum": 10}}},
        },
    }
    files = {
        "base/app.yaml": "token: !secret s#/token\npool: !secret s#/pool\n",
        "schemas/app.schema.json": json.dumps(schema),
        "base/s.sops.yaml": {"token": "canary-Token", "pool": {"size": 11}},
    }
    rest = "schemas: [{match: app, schema: schemas/app.schema.json}]\n"
    check = _check(_project(tmp_path, key, files, rest), capfd)

    assert [each["message"] for each in check.found()] == [
        "expected a text that matches ^t-[a-z]+$ at s#/token, for app#/token; found another value",
        "expected a number <= 10 at s#/pool/size, for app#/pool/size; found another value",
    ]
    assert "canary-Token" not in check()[1]


def test_the_project_may_silence_what_is_guarded(
    tmp_path: Path, key: AgeKey, capfd: pytest.CaptureFixture[str]
) -> None:
    rest = (
        "secrets: {types: [{match: s, type: database}]}\n"
        "diagnostics:\n  allow: [GCT459]\n"
        "  ignore: [{code: GCT459, match: 'base/**', reason: a test database}]\n"
    )
    folder = _project(tmp_path, key, {"base/s.sops.yaml": {"password": "hunter2"}}, rest)
    check = _check(folder, capfd)

    code, output = check()
    assert (code, output) == (0, "no problems, 1 suppressed: checked 1 SOPS file\n")
    # `validate` finds none of it, and does not call the suppression unused.
    assert run(group, ["-C", str(folder), "validate"]) == 0
    assert "no problems" in capfd.readouterr().out


def test_other_formats_of_sops(
    tmp_path: Path, key: AgeKey, capfd: pytest.CaptureFixture[str]
) -> None:
    rest = "secrets: {types: [{match: s, type: aws-credentials}, {match: j, type: database}]}\n"
    plain = {"AWS_ACCESS_KEY_ID": "AKIACANARY", "AWS_SECRET_ACCESS_KEY": "a1" * 20}
    files = {
        "base/s.sops.env": sops_encrypt(plain, key.recipient, "dotenv").decode(),
        "base/j.sops.json": sops_encrypt({"password": "hunter2"}, key.recipient, "json").decode(),
    }
    check = _check(_project(tmp_path, key, files, rest), capfd)

    assert [(each["code"], each["location"]["line"]) for each in check.found()] == [
        ("GCT459", 2),
        ("GCT458", 1),
    ]


def test_nothing_is_left_on_disk(
    tmp_path: Path, key: AgeKey, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary, home = tmp_path / "tmp", tmp_path / "home"
    for folder in (temporary, home):
        folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("HOME", str(home))
    check = _check(
        _project(tmp_path / "project", key, {"base/s.sops.yaml": {"a": "CHANGE_ME"}}), capfd
    )

    assert check()[0] == 1
    assert [path for folder in (temporary, home) for path in folder.rglob("*")] == []


def test_options_that_need_a_key(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for option in (("--as-of", "2026-06-01"), ("--expires-within", "5")):
        assert run(group, ["-C", str(tmp_path), "secrets", "check", *option]) == 2
        assert f"expected --decrypt with {option[0]}" in capfd.readouterr().err


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """Return the example as a repository of its own."""
    folder = tmp_path / "example"
    shutil.copytree(builtin_folder("example-repo"), folder)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Example")
    return folder


def test_the_example_is_clean_because_its_rules_say_what_is_fake(
    example: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = sorted(example.glob("demo-keys-public-not-secret/*.txt"))
    monkeypatch.setenv("SOPS_AGE_KEY", "\n".join(each.read_text() for each in keys))
    check = Check(example, capfd)

    assert check() == (0, "no problems: checked 14 SOPS files\n")

    project = example / "gitconfig.yaml"
    text = project.read_text(encoding="utf-8")
    text = text.replace(", placeholder: true", "").replace(", self_signed: true", "")
    project.write_text(text, encoding="utf-8")

    assert Counter(check.codes()) == {"GCT460": 14, "GCT452": 1}
