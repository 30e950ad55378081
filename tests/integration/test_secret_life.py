"""The life of secrets with the real sops: set, rotate, deliver both versions, finish, rekey, edit.

No value in here is a credential; keys are made anew for each run.
"""

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.custody.generators import fits
from gitconfig_tool.sops import find_sops
from tests.bundles import AgeKey, age_key, signing_keys
from tests.integration.conftest import ROOT_TOKEN, Bao
from tests.projects import Tool, git, write

PATH = "base/secrets/keys.sops.yaml"
PROJECT = """\
apiVersion: gitconfig-tool/v1
name: life
dimensions:
  environment: {production: {}}
layers: [base]
bundles: [{name: "{environment}"}]
schemas: [{match: service, schema: service.schema.json}]
secrets:
  types:
    - {match: "secrets/keys#/openai", type: api-key}
    - {match: "secrets/keys#/database", type: database}
    - {match: "secrets/keys#/deploy", type: ssh-key}
    - {match: "secrets/keys#/jwt", type: jwt-signing-key, algorithm: ES384}
    - {match: "secrets/keys#/tls", type: certificate}
"""
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "key": {"type": "string", "minLength": 8},
        "database": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"username": {"type": "string"}, "password": {"type": "string"}},
        },
        "hosts": {"type": "array"},
    },
}
SERVICE = """\
key: !secret secrets/keys#/openai
database: !secret secrets/keys#/database
hosts: [!secret secrets/keys#/openai]
"""
PLAIN = {
    "openai": "first-api-key",
    "database": {"username": "app", "password": "first-password"},
    "deploy": {"private_key": "none yet", "public_key": "ssh-ed25519 AAAA deploy@example"},
    "jwt": {"private_key": "none yet", "public_key": "none yet", "key_id": "first"},
    "tls": {"certificate": "none yet", "private_key": "none yet"},
}


@pytest.fixture(scope="module")
def key() -> AgeKey:
    return age_key()


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give a text as standard input."""

    def give(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    give("")
    return give


@pytest.fixture
def project(
    tmp_path: Path,
    key: AgeKey,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Tool:
    folder = tmp_path / "project"
    rules = f"creation_rules:\n  - age: {key.recipient}\n"
    write(
        folder,
        {
            "gitconfig.yaml": PROJECT,
            ".sops.yaml": rules,
            "service.schema.json": json.dumps(SCHEMA),
            "base/service.yaml": SERVICE,
        },
    )
    for name, value in key.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    sops = str(find_sops())
    with_indent = tmp_path / "indent.yaml"
    with_indent.write_text(f"{rules}stores: {{yaml: {{indent: 2}}}}\n")
    encrypted = subprocess.run(
        [
            sops,
            "--config",
            str(with_indent),
            "encrypt",
            "--input-type",
            "yaml",
            "--output-type",
            "yaml",
            "--filename-override",
            PATH,
        ],
        input=json.dumps(PLAIN).encode(),
        cwd=folder,
        check=True,
        capture_output=True,
    ).stdout.decode()
    # Not as sops lays files out by default: two spaces, a blank line, a comment of a person.
    text = "# who: the platform team\n" + encrypted.replace("\ndatabase:", "\n\ndatabase:")
    write(folder, {PATH: text})
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "First")
    return Tool(folder, capfd)


def _secret(pointer: str) -> str:
    return f"{PATH}#{pointer}"


def _plain(project: Tool) -> Any:
    done = subprocess.run(
        [str(find_sops()), "decrypt", "--output-type", "json", PATH],
        cwd=project.folder,
        check=True,
        capture_output=True,
    )
    return json.loads(done.stdout)


def _changed(project: Tool) -> list[str]:
    """Return the keys of the lines that a diff shows, `+` and `-`."""
    diff = git(project.folder, "diff", "-U0")
    return [
        line.split(":")[0].replace(" ", "")
        for line in diff.splitlines()
        if line[:1] in "+-" and not line.startswith(("+++", "---"))
    ]


METADATA = ["-lastmodified", "-mac", "+lastmodified", "+mac"]


def test_setting_changes_one_line(project: Tool, stdin: Any) -> None:
    time.sleep(1.1)  # `lastmodified` counts seconds.
    stdin("second-api-key\n")
    code, out, err = project("secrets", "set", _secret("/openai"))
    assert (code, out, err) == (0, "", f"set {PATH}#/openai\n"), err

    assert _plain(project) == {**PLAIN, "openai": "second-api-key"}
    assert _changed(project) == ["-openai", "+openai", *METADATA]
    assert (project.folder / PATH).read_text().startswith("# who: the platform team\n")


def test_setting_json_a_new_key_and_a_new_file(project: Tool, stdin: Any) -> None:
    stdin('{"a": [1, 2.5, true, null], "b": "x"}')
    project.folder.joinpath(PATH).chmod(0o640)
    assert project("secrets", "set", "--json", _secret("/more"))[0] == 0
    assert _plain(project)["more"] == {"a": [1, 2.5, True, None], "b": "x"}
    assert project.folder.joinpath(PATH).stat().st_mode & 0o777 == 0o640
    stdin("-----BEGIN X-----\nabc\n-----END X-----\n")
    code, out, _ = project("secrets", "set", "base/new.sops.yaml#/a/pem", "--format", "json")
    assert (code, json.loads(out)["created"]) == (0, True)
    done = subprocess.run(
        [str(find_sops()), "decrypt", "--output-type", "json", "base/new.sops.yaml"],
        cwd=project.folder,
        check=True,
        capture_output=True,
    )
    assert json.loads(done.stdout) == {"a": {"pem": "-----BEGIN X-----\nabc\n-----END X-----\n"}}


@pytest.mark.parametrize("value", [5, -3, 2.5, True, None, "", "x\ny", {"a": {"b": [2]}}])
def test_every_kind_of_value(project: Tool, stdin: Any, value: Any) -> None:
    for pointer in ("/openai", "/new", "/database/password"):
        stdin(json.dumps(value))
        code, _, err = project("secrets", "set", "--json", _secret(pointer))
        assert code == 0, err
    plain = _plain(project)
    assert [plain["openai"], plain["new"], plain["database"]["password"]] == [value] * 3


LISTS: list[list[Any]] = [
    ["a", "b"],
    ["a", "c", "d"],
    ["a"],
    [1, True, None, {"k": [2, 3]}, [4, [5]]],
    [None],
]


@pytest.mark.parametrize("wanted", LISTS)
def test_a_list_is_set_item_by_item(project: Tool, stdin: Any, wanted: list[Any]) -> None:
    for pointer in ("/hosts", "/openai"):
        for value in (["a", "b"], wanted):
            stdin(json.dumps(value))
            code, _, err = project("secrets", "set", "--json", _secret(pointer))
            assert code == 0, err
    plain = _plain(project)
    assert (plain["hosts"], plain["openai"]) == (wanted, wanted)


def test_items_that_stay_keep_their_ciphertext(project: Tool, stdin: Any) -> None:
    def lines() -> list[str]:
        text = project.folder.joinpath(PATH).read_text().split("hosts:")[1].split("sops:")[0]
        return [line.strip() for line in text.splitlines() if line.strip()]

    stdin('["a", "b"]')
    assert project("secrets", "set", "--json", _secret("/hosts"))[0] == 0
    before = lines()
    stdin("c")
    assert project("secrets", "set", _secret("/hosts/2"))[0] == 0
    longer = lines()
    stdin('["a", "b2"]')
    assert project("secrets", "set", "--json", _secret("/hosts"))[0] == 0

    assert (len(longer), longer[:2]) == (3, before)
    assert lines()[0] == before[0]
    assert lines()[1] not in longer
    assert _plain(project)["hosts"] == ["a", "b2"]


@pytest.mark.parametrize("text", ["[]", "NaN", "[-Infinity]", '{"a": 1e999}'])
def test_what_sops_cannot_set_is_said_before(project: Tool, stdin: Any, text: str) -> None:
    before = project.folder.joinpath(PATH).read_bytes()
    stdin(text)
    code, _, err = project("secrets", "set", "--json", _secret("/openai"))
    assert code == 4
    assert ("found an empty one" if text == "[]" else "expected a JSON value") in err
    assert project.folder.joinpath(PATH).read_bytes() == before


def test_nothing_is_put_behind_the_end_of_a_list(project: Tool, stdin: Any) -> None:
    stdin('["a"]')
    assert project("secrets", "set", "--json", _secret("/hosts"))[0] == 0
    stdin("b")
    code, _, err = project("secrets", "set", _secret("/hosts/2"))
    assert code == 4
    assert f"expected a mapping or a list at {PATH}#/hosts, with '2' in it" in err


def test_a_number_that_sops_would_round_is_refused(project: Tool, stdin: Any) -> None:
    stdin('{"a": [12345678901234567]}')
    code, _, err = project("secrets", "set", "--json", _secret("/openai"))
    assert code == 4
    assert "within +-2^53" in err


@pytest.mark.parametrize(
    ("name", "text", "secret"),
    [("e.sops.env", "A=1\nB=hello\n", "/A"), ("i.sops.ini", "[s]\na=1\n", "/s/a")],
)
def test_other_formats(project: Tool, stdin: Any, name: str, text: str, secret: str) -> None:
    path = f"base/{name}"
    sealed = subprocess.run(
        [str(find_sops()), "encrypt", "--filename-override", path],
        input=text.encode(),
        cwd=project.folder,
        check=True,
        capture_output=True,
    )
    (project.folder / path).write_bytes(sealed.stdout)
    git(project.folder, "add", "-A")
    git(project.folder, "commit", "-q", "-m", "Another format")
    time.sleep(1.1)  # `lastmodified` counts seconds.
    stdin("a new value")
    assert project("secrets", "rotate", "--generator", "value", f"{path}#{secret}")[0] == 0
    # The value, its former value, the time and the MAC: sops itself turns INI files around.
    assert git(project.folder, "diff", "--numstat").split()[:2] == ["4", "3"]
    done = subprocess.run(
        [str(find_sops()), "decrypt", path], cwd=project.folder, check=True, capture_output=True
    )
    assert b"a new value" in done.stdout
    assert b"previous" in done.stdout
    stdin("5")
    code, _, err = project("secrets", "set", "--json", f"{path}#{secret}")
    assert code == 4
    assert "expected a text" in err


@pytest.mark.parametrize(
    ("secret", "text", "code", "said"),
    [
        (f"{PATH}#/database", "x", 4, "expected a single value at"),
        (f"{PATH}#/openai", "", 4, "expected a value on standard input"),
        (f"{PATH}#/openai/deeper", "x", 4, "expected a mapping or a list at"),
        (f"{PATH}#/hosts_unencrypted", "x", 4, "leave it in the clear"),
        (f"{PATH}#/a[b", "x", 4, "expected keys that sops can name"),
        ("base/service.yaml#/key", "x", 4, "expected a SOPS file at"),
        ("../outside.sops.yaml#/a", "x", 2, "expected a file inside the project"),
        ("base/new.yaml#/a", "x", 4, "expected a name that promises SOPS content"),
        (PATH, "x", 2, "expected PATH#/pointer"),
        (f"{PATH}#/a~b", "x", 2, "expected '~0' or '~1'"),
        (f"{PATH}#/openai/", "x", 4, "expected the name of a value after the last '/'"),
        ("base/secrets/new.sops.yaml#/", "x", 4, "expected the name of a value"),
    ],
)
def test_what_cannot_be_set_changes_nothing(
    project: Tool, stdin: Any, secret: str, text: str, code: int, said: str
) -> None:
    stdin(text)
    found, out, err = project("secrets", "set", secret)

    assert (found, out) == (code, "")
    assert said in err
    assert git(project.folder, "status", "--porcelain") == ""


def test_a_file_with_conflict_markers_is_refused(project: Tool, stdin: Any) -> None:
    file = project.folder / PATH
    broken = file.read_text() + "<<<<<<< HEAD\n=======\n>>>>>>> other\n"
    file.write_text(broken)
    stdin("x")

    code, _, err = project("secrets", "set", _secret("/openai"))

    assert code == 4
    assert "conflict" in err
    assert file.read_text() == broken


def test_a_foreign_address_stops_before_sops_is_started(
    project: Tool, stdin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = project.folder / PATH
    block = (
        "  hc_vault:\n    - vault_address: https://foreign.invalid\n      engine_path: transit\n"
        '      key_name: k\n      created_at: "2026-01-01T00:00:00Z"\n      enc: vault:v1:x\n'
    )
    file.write_text(file.read_text().replace("sops:\n", f"sops:\n{block}"))
    monkeypatch.setenv("PATH", "/nonexistent")
    stdin("x")

    code, _, err = project("secrets", "set", _secret("/openai"))

    assert code == 4
    assert "GCT405" in err
    assert "https://foreign.invalid" in err


def test_rotating_keeps_the_former_value_beside_the_new_one(project: Tool, stdin: Any) -> None:
    stdin("second-api-key\n")
    time.sleep(1.1)
    code, out, err = project("secrets", "rotate", _secret("/openai"))

    assert (code, out) == (0, "")
    assert f"secrets finish '{PATH}#/openai'" in err
    plain = _plain(project)
    assert (plain["openai"], plain["openai_previous"]) == ("second-api-key", "first-api-key")
    assert _changed(project) == ["-openai", "+openai", "+openai_previous", *METADATA]

    again, _, err = project("secrets", "rotate", _secret("/openai"))
    assert again == 4
    assert "--drop-previous" in err
    stdin("third-api-key")
    assert project("secrets", "rotate", "--drop-previous", _secret("/openai"))[0] == 0
    plain = _plain(project)
    assert (plain["openai"], plain["openai_previous"]) == ("third-api-key", "second-api-key")

    early, _, err = project("secrets", "finish", _secret("/openai"))
    assert early == 4
    assert "expected the former value" in err
    assert project("secrets", "finish", "--now", _secret("/openai"))[0] == 0
    assert _plain(project) == {**PLAIN, "openai": "third-api-key"}


def test_each_type_has_its_generator(project: Tool) -> None:
    for pointer in ("/database", "/deploy", "/jwt"):
        planned = project("secrets", "rotate", _secret(pointer), "--dry-run", "--format", "json")
        report = json.loads(planned[1])
        code, out, err = project("secrets", "rotate", _secret(pointer), "--format", "json")
        done = json.loads(out)
        assert (code, err) == (0, "")
        assert (report["fields"], report["written"]) == (done["fields"], False)
        assert done["set"] == [*report["previous"].values(), *report["fields"]]
    plain = _plain(project)
    assert len(plain["database"]["password"]) == 32
    assert plain["database"]["username"] == "app"
    assert plain["database"]["password_previous"] == "first-password"
    assert "OPENSSH PRIVATE KEY" in plain["deploy"]["private_key"]
    assert plain["deploy"]["public_key"].endswith(" deploy@example")
    assert plain["jwt"]["key_id_previous"] == "first"
    assert plain["jwt"]["private_key"].startswith("-----BEGIN PRIVATE KEY-----")
    assert project("secrets", "finish", "--now", PATH)[0] == 0
    assert not [
        key
        for part in _plain(project).values()
        if isinstance(part, dict)
        for key in part
        if key.endswith("_previous")
    ]


def test_certificates_self_signed_and_by_an_authority(project: Tool, stdin: Any) -> None:
    rotate = ("secrets", "rotate", _secret("/tls"))
    code, out, _ = project(*rotate, "--generator", "self-signed", "--name", "a.example")
    assert code == 0
    assert out.startswith("-----BEGIN CERTIFICATE-----")
    first = _plain(project)["tls"]
    assert fits(first["certificate"], first["private_key"])
    # The names are those of the present certificate.
    code, request, err = project(*rotate, "--generator", "csr")
    assert code == 0
    assert request.startswith("-----BEGIN CERTIFICATE REQUEST-----")
    assert "--generator signed" in err
    waiting = _plain(project)["tls"]
    assert {key: waiting[key] for key in first} == first
    stdin(first["certificate"])
    code, _, err = project(*rotate, "--generator", "signed", "--drop-previous")
    assert code == 4
    assert "expected a certificate in PEM for the key" in err
    certificate = _sign(request)
    # Where a key waits, its certificate is what is asked for.
    stdin("")
    assert "on standard input, found nothing" in project(*rotate, "--drop-previous")[2]
    stdin(certificate)
    assert project(*rotate, "--drop-previous")[0] == 0
    last = _plain(project)["tls"]
    assert last["certificate"] == certificate
    assert last["private_key"] == waiting["private_key_next"]
    assert "private_key_next" not in last
    assert last["certificate_previous"] == first["certificate"]


def _sign(request: str) -> str:
    """Sign a request as an authority does."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import NameOID

    asked = x509.load_pem_x509_csr(request.encode())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of a test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(asked.subject)
        .issuer_name(issuer)
        .public_key(asked.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=9))
        .sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()


def test_a_rule_that_would_leave_the_former_value_in_the_clear(
    project: Tool, key: AgeKey, stdin: Any
) -> None:
    done = subprocess.run(
        [
            str(find_sops()),
            "encrypt",
            "--encrypted-regex",
            "^openai$",
            "--input-type",
            "yaml",
            "--output-type",
            "yaml",
            "--filename-override",
            PATH,
        ],
        input=b'{"openai": "first-api-key", "other": "clear"}',
        cwd=project.folder,
        check=True,
        capture_output=True,
    )
    (project.folder / PATH).write_bytes(done.stdout)
    stdin("second-api-key")
    code, _, err = project("secrets", "rotate", _secret("/openai"))

    assert code == 4
    assert "expected the rules of" in err
    assert (project.folder / PATH).read_bytes() == done.stdout


def _deliver(project: Tool, tmp_path: Path, name: str) -> Mapping[str, Any]:
    """Commit, compile, sign and fetch into a folder; return the document."""
    keys = tmp_path / "keys"
    if not keys.exists():
        keys.mkdir()
        signing_keys(keys / "signing")
    git(project.folder, "add", "-A")
    git(project.folder, "commit", "-q", "--allow-empty", "-m", name)
    layout = tmp_path / f"layout-{name}"
    assert project("compile", "-o", str(layout), "--sign", str(keys / "signing"))[0] == 0
    target = tmp_path / f"delivered-{name}"
    code, _, err = project(
        "fetch",
        f"layout:{layout}",
        "production",
        "--to",
        str(target),
        "--trust",
        str(keys / "signing.pub"),
    )
    assert code == 0, err
    found: Mapping[str, Any] = json.loads((target / "service.json").read_bytes())
    return found


def test_bundles_deliver_both_versions_until_the_rotation_is_finished(
    project: Tool, tmp_path: Path, stdin: Any
) -> None:
    database = {"username": "app", "password": "first-password"}
    first = {"key": "first-api-key", "database": database, "hosts": ["first-api-key"]}
    assert _deliver(project, tmp_path, "before") == first
    stdin("second-api-key")
    assert project("secrets", "rotate", _secret("/openai"))[0] == 0
    assert project("secrets", "rotate", _secret("/database/password"))[0] == 0
    during = _deliver(project, tmp_path, "during")
    assert during["key"] == "second-api-key"
    assert during["key_previous"] == "first-api-key"
    # A list has no name for it; a whole mapping has both in it.
    assert during["hosts"] == ["second-api-key"]
    assert during["database"]["password_previous"] == "first-password"
    assert project("secrets", "finish", "--now", PATH)[0] == 0
    after = _deliver(project, tmp_path, "after")
    assert after.keys() == first.keys()
    assert after["key"] == "second-api-key"


def test_a_key_that_waits_for_its_certificate_is_not_delivered(
    project: Tool, tmp_path: Path
) -> None:
    write(project.folder, {"base/web.yaml": "tls: !secret secrets/keys#/tls\n"})
    rotate = ("secrets", "rotate", _secret("/tls"), "--no-overlap", "--generator")
    assert project(*rotate, "self-signed", "--name", "a.example")[0] == 0
    assert project(*rotate, "csr")[0] == 0
    present = _plain(project)["tls"]
    waiting = present.pop("private_key_next")
    assert waiting != present["private_key"]
    _deliver(project, tmp_path, "waiting")
    delivered = json.loads((tmp_path / "delivered-waiting" / "web.json").read_bytes())
    assert delivered["tls"] == present


def test_the_previous_version_must_fit_the_schema_too(
    project: Tool, tmp_path: Path, stdin: Any
) -> None:
    stdin("short")
    assert project("secrets", "set", _secret("/openai"))[0] == 0
    stdin("long-enough-again")
    assert project("secrets", "rotate", _secret("/openai"))[0] == 0
    with pytest.raises(AssertionError, match="with the previous version of its secrets"):
        _deliver(project, tmp_path, "short")


def test_both_versions_are_published_to_a_real_server(
    project: Tool, tmp_path: Path, stdin: Any, bao: Bao, monkeypatch: pytest.MonkeyPatch
) -> None:
    stdin("second-api-key")
    assert project("secrets", "rotate", _secret("/openai"))[0] == 0
    _deliver(project, tmp_path, "published")
    monkeypatch.setenv("VAULT_TOKEN", ROOT_TOKEN)
    monkeypatch.delenv("TMPDIR")
    code, _, err = project(
        "publish",
        f"layout:{tmp_path / 'layout-published'}",
        "--to",
        bao.target("secret/life"),
        "--trust",
        str(tmp_path / "keys" / "signing.pub"),
    )
    assert code == 0, err
    stored = bao.read("secret/data/life/production/service")
    assert (stored["key"], stored["key_previous"]) == ("second-api-key", "first-api-key")


def test_rekeying_and_its_dry_run(project: Tool, key: AgeKey, tmp_path: Path, stdin: Any) -> None:
    other = age_key()
    rules = f"creation_rules:\n  - age: {key.recipient},{other.recipient}\n"
    write(project.folder, {".sops.yaml": rules})
    old = (project.folder / PATH).read_text()
    code, out, err = project("secrets", "rekey", "--dry-run")
    assert (code, out) == (0, "")
    assert err == f"would rekey {PATH}\n  + age:{other.recipient}\n"
    assert (project.folder / PATH).read_text() == old
    assert project("secrets", "rekey")[0] == 0
    # Every value keeps its ciphertext, and every line that is not about recipients stays.
    new = (project.folder / PATH).read_text()
    assert new.split("sops:")[0] == old.split("sops:")[0]
    assert [line for line in new.splitlines() if "mac:" in line or "ENC[" in line] == [
        line for line in old.splitlines() if "mac:" in line or "ENC[" in line
    ]
    assert (
        project("secrets", "rekey")[2] == "every file is encrypted to the recipients of its rule\n"
    )
    # Who is taken out may be we ourselves.
    write(project.folder, {".sops.yaml": f"creation_rules:\n  - age: {other.recipient}\n"})
    code, _, err = project("secrets", "rekey", "--data-key", "--dry-run", PATH)
    done_to = f"{PATH}\n  - age:{key.recipient}\n  a new data key, and every value encrypted anew\n"
    assert (code, err) == (0, f"would rekey {done_to}")
    code, _, err = project("secrets", "rekey", "--data-key", PATH)
    assert (code, err) == (0, f"rekeyed {done_to}")
    done = subprocess.run(
        [str(find_sops()), "decrypt", "--output-type", "json", PATH],
        cwd=project.folder,
        env={**os.environ, "SOPS_AGE_KEY": other.identity},
        check=True,
        capture_output=True,
    )
    assert json.loads(done.stdout) == PLAIN
    stdin("second-api-key")
    code, _, err = project("secrets", "set", _secret("/openai"))
    assert code == 4
    assert "expected a key that opens" in err


def test_a_new_data_key_for_files_whose_recipients_stay(project: Tool) -> None:
    told = f"{PATH}\n  a new data key, and every value encrypted anew\n"

    assert project("secrets", "rekey", "--data-key", "--dry-run")[2] == f"would rekey {told}"
    assert git(project.folder, "status", "--porcelain") == ""
    assert project("secrets", "rekey", "--data-key")[2] == f"rekeyed {told}"


def test_finishing_what_was_never_begun_says_where_to_look(project: Tool) -> None:
    code, _, err = project("secrets", "finish", PATH)

    assert code == 4
    assert f"expected a former value in {PATH}, found no open rotation" in err
    assert "gitconfig-tool secrets status" in err


def _editor(tmp_path: Path, command: str) -> str:
    script = tmp_path / "editor"
    script.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/edited\n{command}\n')
    script.chmod(0o755)
    return str(script)


def test_editing(
    project: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stdin: Any
) -> None:
    time.sleep(1.1)
    monkeypatch.setenv("EDITOR", _editor(tmp_path, 'sed -i s/first-api-key/edited-api-key/ "$1"'))
    code, _, _ = project("secrets", "edit", PATH)
    assert code == 0
    assert _plain(project) == {**PLAIN, "openai": "edited-api-key"}
    assert _changed(project) == ["-openai", "+openai", *METADATA]
    shown = Path((tmp_path / "edited").read_text().strip())
    assert not shown.exists()
    if os.access("/dev/shm", os.W_OK):
        assert shown.is_relative_to("/dev/shm")
    monkeypatch.setenv("EDITOR", "true")
    code, _, err = project("secrets", "edit", PATH)
    assert code == 0
    assert f"{PATH} is as it was" in err


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_terminal_that_closes_leaves_no_plaintext(
    project: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    before = (project.folder / PATH).read_bytes()
    edited = tmp_path / "edited"
    monkeypatch.setenv("EDITOR", _editor(tmp_path, "exec sleep 5"))
    command = [sys.executable, "-m", "gitconfig_tool", "-C", str(project.folder)]
    with subprocess.Popen([*command, "secrets", "edit", PATH], stderr=subprocess.PIPE) as child:
        for _ in range(200):
            if edited.exists() and edited.read_text().endswith("\n"):
                break
            time.sleep(0.05)
        shown = Path(edited.read_text().strip())
        assert shown.exists()
        child.send_signal(number)
        assert child.wait(timeout=20) == 130

    assert not shown.exists()
    assert not shown.parent.exists()
    assert (project.folder / PATH).read_bytes() == before


def test_an_edit_that_fails_a_check_is_put_aside_encrypted(
    project: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stdin: Any
) -> None:
    before = (project.folder / PATH).read_bytes()
    command = "printf -- '---\\nraw: another document\\n' >> \"$1\""
    monkeypatch.setenv("EDITOR", _editor(tmp_path, command))
    code, _, err = project("secrets", "edit", PATH)

    assert code == 4
    assert "GCT01" in err
    assert (project.folder / PATH).read_bytes() == before
    aside = Path(err.split("your edit lies in ")[1].split("\n")[0])
    assert "raw: ENC[" in aside.read_text()


@pytest.mark.parametrize("is_set", [True, False])
def test_without_a_terminal_the_editor_is_started_once(
    project: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stdin: Any, is_set: bool
) -> None:
    """After a text that it cannot read, sops asks for a key to be pressed, without an end."""
    before = (project.folder / PATH).read_bytes()
    monkeypatch.delenv("SOPS_EDITOR", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    if is_set:
        monkeypatch.setenv("EDITOR", _editor(tmp_path, "echo 'broken: [' >> \"$1\""))
    stdin("")
    code, _, err = project("secrets", "edit", PATH)

    assert code == 4
    said = "expected sops to edit" if is_set else "expected a terminal for the editor"
    assert said in err
    assert (project.folder / PATH).read_bytes() == before


@pytest.fixture(scope="module")
def commands() -> Iterator[list[str]]:
    """Record the command lines of every program that this process starts."""
    seen: list[str] = []
    watching = [True]

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if watching[0] and event == "subprocess.Popen":
            seen.append(repr(arguments[:2]))

    sys.addaudithook(hook)  # It cannot be taken away again, only told to be silent.
    yield seen
    watching[0] = False


def test_no_value_is_on_a_command_line_on_a_disk_or_in_an_output(
    project: Tool, tmp_path: Path, stdin: Any, commands: list[str]
) -> None:
    canary = "canary-value-4711"
    found: list[str] = []
    running = True

    def watch() -> None:
        while running:
            for file in tmp_path.rglob("*"):
                try:
                    if file.is_file() and canary.encode() in file.read_bytes():
                        found.append(str(file))
                except OSError:
                    pass

    commands.clear()
    watcher = threading.Thread(target=watch)
    watcher.start()
    printed = ""
    try:
        for command in (("set",), ("rotate", "--generator", "value"), ("finish", "--now")):
            stdin(f"{canary}-{command[0]}")
            code, out, err = project("-v", "secrets", *command, _secret("/openai"))
            assert code == 0
            printed += out + err
        stdin(canary)
        for command in (("rotate",), ("set",)):
            code, out, err = project("secrets", *command, _secret("/nothing/here/5"))
            printed += out + err
    finally:
        running = False
        watcher.join()
    assert len(commands) > 5
    assert any("--value-stdin" in each for each in commands)
    assert canary not in printed
    assert not [each for each in commands if canary in each]
    assert found == []
    assert not list(tmp_path.glob("gitconfig-tool-*"))


def test_a_crash_leaves_the_old_file_or_the_new_one(project: Tool, tmp_path: Path) -> None:
    old = (project.folder / PATH).read_bytes()
    command = [sys.executable, "-m", "gitconfig_tool", "secrets", "rotate", _secret("/database")]
    for number in range(8):
        process = subprocess.Popen(
            command,
            cwd=project.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )
        time.sleep(0.15 + number * 0.12)
        process.send_signal(signal.SIGKILL if number % 2 else signal.SIGINT)
        process.wait(30)
        now = (project.folder / PATH).read_bytes()
        if now == old:
            continue
        assert _plain(project)["database"]["password_previous"] == "first-password"
        (project.folder / PATH).write_bytes(old)
    rest = git(project.folder, "status", "--porcelain")
    assert rest == "" or ".gitconfig-tool-" in rest
