"""`secrets list`, `status`, `who` and `leaver`: real repositories, the real sops."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gitconfig_tool.sops import find_sops
from tests.bundles import AgeKey, age_key, sops_encrypt
from tests.projects import MakeTool, Tool, commit, git, write

CANARY = "canary-value"
SECRETS = "base/secrets/keys.sops.yaml"
OTHER = "environments/production/secrets/db.sops.yaml"
DOCUMENT = "key: !secret secrets/keys#/openai\n"
LINK = "environments/production/app/db.yaml"


@pytest.fixture(scope="module")
def alice() -> AgeKey:
    return age_key()


@pytest.fixture(scope="module")
def bob() -> AgeKey:
    return age_key()


def _project(alice: AgeKey, bob: AgeKey, more: str = "") -> str:
    return (
        "apiVersion: gitconfig-tool/v1\n"
        "name: small\n"
        "dimensions:\n"
        "  environment: {development: {}, staging: {}, production: {}}\n"
        'layers: [base, "environments/{environment}"]\n'
        'bundles: [{name: "{environment}"}]\n'
        "secrets:\n"
        f"  recipients: {{alice: '{'age:' + alice.recipient}', bob: '{'age:' + bob.recipient}'}}\n"
        "  types:\n"
        "    - {match: 'secrets/keys#/openai*', type: api-key}\n"
        "    - {match: 'secrets/db', type: database, every: 10d, grace: 2d}\n" + more
    )


def _sops(folder: Path, key: AgeKey, *arguments: str) -> None:
    subprocess.run(
        [str(find_sops()), *arguments],
        cwd=folder,
        env=key.environment,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def tool(make_tool: MakeTool, alice: AgeKey, bob: AgeKey) -> Tool:
    """One file that every bundle links to, and one of production only; nobody links to `idle`."""
    both = f"{alice.recipient},{bob.recipient}"
    shared = {"openai": f"{CANARY}-1", "idle": f"{CANARY}-2"}
    own = {"username": f"{CANARY}-user", "password": f"{CANARY}-3"}
    return make_tool(
        {
            SECRETS: sops_encrypt(shared, both).decode(),
            OTHER: sops_encrypt(own, bob.recipient).decode(),
            "base/app/model.yaml": DOCUMENT,
            LINK: "password: !secret secrets/db#/password\n",
        },
        _project(alice, bob),
    )


def _json(tool: Tool, *arguments: str) -> tuple[int, Any]:
    code, out, err = tool(*arguments, "--format", "json")
    assert err == ""
    assert CANARY not in out
    return code, json.loads(out)


def test_list_shows_each_secret_once_below_the_bundles_that_link_to_it(tool: Tool) -> None:
    shown = tool.printed("secrets", "list")

    assert shown.splitlines() == [
        "development, staging, production",
        f"  {SECRETS}",
        "    readers: alice, bob",
        "    /openai       api-key   restricted",
        "",
        "production",
        f"  {OTHER}",
        "    readers: bob",
        "    (whole file)  database  restricted",
        "",
        "linked by no bundle",
        f"  {SECRETS}",
        "    readers: alice, bob",
        "    /idle         generic   restricted",
        "",
        "3 secrets in 2 files",
    ]
    assert max(map(len, shown.splitlines())) <= 80


def test_list_of_some_bundles_leaves_the_others_out(tool: Tool) -> None:
    code, report = _json(tool, "secrets", "list", "dev*")

    assert code == 0
    assert report["kind"] == "SecretList"
    assert [(each["name"], each["bundles"]) for each in report["secrets"]] == [
        ("secrets/keys#/openai", ["development"])
    ]
    assert {each["name"] for each in report["secrets"][0]["groups"][0]} == {"alice", "bob"}


def test_list_of_no_bundle_is_an_error(tool: Tool) -> None:
    code, out, err = tool("secrets", "list", "prodution")

    assert (code, out) == (4, "")
    assert "did you mean 'production'?" in err


def test_status_at_the_boundaries(tool: Tool) -> None:
    """The first commit is of 2024-05-01, 12:00; the database is due after 10 days, with 2 more."""

    def at(time: str) -> tuple[int, str, str]:
        code, report = _json(tool, "secrets", "status", "--as-of", time)
        found = next(each for each in report["secrets"] if each["type"] == "database")
        assert (found["due"], found["overdue"]) == ("2024-05-11T12:00:00Z", "2024-05-13T12:00:00Z")
        return code, found["standing"], report["asOf"]

    assert at("2024-05-11T11:59:59Z") == (0, "ok", "2024-05-11T11:59:59Z")
    assert at("2024-05-11T12:00:00Z") == (0, "due", "2024-05-11T12:00:00Z")
    assert at("2024-05-13") == (0, "due", "2024-05-13T00:00:00Z")
    assert at("2024-05-13T14:00:00+02:00") == (1, "overdue", "2024-05-13T12:00:00Z")


def test_status_as_text(tool: Tool) -> None:
    code, out, err = tool("secrets", "status", "--bundle", "production", "--as-of", "2024-05-20")

    assert (code, err) == (1, "")
    rows = [line.split() for line in out.splitlines() if " of " in line]
    assert rows == [
        ["/openai", "api-key", "18d", "of", "90d", "ok", "due", "2024-07-30", "Test"],
        ["(whole", "file)", "database", "18d", "of", "10d", "OVERDUE", "due", "2024-05-11", "Test"],
    ]
    assert out.splitlines()[-1] == "2 secrets on 2024-05-20: 1 overdue, next due 2024-07-30"
    assert max(map(len, out.splitlines())) <= 80
    assert CANARY not in out


def test_status_of_what_is_due_soon_still_fails_for_what_is_overdue(tool: Tool) -> None:
    arguments = ("secrets", "status", "--due-within", "14d", "--as-of")

    early = _json(tool, *arguments, "2024-04-26")
    late = _json(tool, *arguments, "2024-05-10")

    assert (early[0], early[1]["secrets"]) == (0, [])
    text = tool(*arguments, "2024-04-26")[1]
    assert text == "0 secrets on 2024-04-26; 3 more due later\n"
    assert [each["type"] for each in late[1]["secrets"]] == ["database"]
    assert tool("secrets", "status", "--due-within", "soon")[0] == 2
    assert tool("secrets", "status", "--as-of", "yesterday")[0] == 2


def test_status_tells_a_replacement_an_overlap_and_a_new_encryption(
    tool: Tool, bob: AgeKey
) -> None:
    folder = tool.folder
    _sops(folder, bob, "set", SECRETS, '["openai"]', f'"{CANARY}-new"')
    _sops(folder, bob, "set", SECRETS, '["openai_previous"]', f'"{CANARY}-1"')
    commit(folder, "Replace", 5)
    _sops(folder, bob, "rotate", "--in-place", OTHER)
    commit(folder, "Another data key", 6)
    _sops(folder, bob, "set", SECRETS, '["idle"]', f'"{CANARY}-idle"')

    _, report = _json(tool, "secrets", "status", "--as-of", "2024-05-07")
    found = {each["name"]: each for each in report["secrets"]}
    text = tool("secrets", "status", "--as-of", "2024-05-07")[1]

    key = found["secrets/keys#/openai"]
    assert (key["changed"]["summary"], key["ageHours"]) == ("Replace", 36)
    assert key["previous"]["pointers"] == ["/openai_previous"]
    assert key["previous"]["since"]["date"] == "2024-05-05"
    database = found["secrets/db"]
    assert database["changed"]["summary"] == "First"
    assert database["reencrypted"]["summary"] == "Another data key"
    idle = found["secrets/keys#/idle"]
    assert (idle["changed"], idle["ageHours"], idle["standing"]) == (None, 0, "ok")
    assert "two versions, since 2024-05-05" in text
    assert "encrypted anew on 2024-05-06" in text
    assert "not committed" in text
    assert CANARY not in text


def test_status_fails_for_a_rotation_that_nobody_finishes(tool: Tool, bob: AgeKey) -> None:
    """The former value came on 2024-05-05, 12:00; an API key has a grace of 7 days."""
    _sops(tool.folder, bob, "set", SECRETS, '["openai"]', f'"{CANARY}-new"')
    _sops(tool.folder, bob, "set", SECRETS, '["openai_previous"]', f'"{CANARY}-1"')
    commit(tool.folder, "Replace", 5)
    arguments = ("secrets", "status", "--bundle", "development", "--as-of")

    def at(time: str) -> tuple[int, int, bool]:
        code, report = _json(tool, *arguments, time)
        return code, report["unfinished"], report["secrets"][0]["previous"]["isUnfinished"]

    assert at("2024-05-12T12:00:00Z") == (0, 0, False)
    assert at("2024-05-12T12:00:01Z") == (1, 1, True)
    code, out, _ = tool(*arguments, "2024-05-20")
    assert code == 1
    assert "since 2024-05-05, longer than 7d: UNFINISHED" in " ".join(out.split())
    assert out.splitlines()[-1] == (
        "1 secret on 2024-05-20: 1 unfinished rotation, next due 2024-08-03"
    )


def test_status_does_not_depend_on_where_the_file_was(tool: Tool) -> None:
    git(tool.folder, "mv", OTHER, "base/secrets/db.sops.yaml")
    commit(tool.folder, "Move", 9)

    _, report = _json(tool, "secrets", "status", "--as-of", "2024-05-10")

    found = next(each for each in report["secrets"] if each["name"] == "secrets/db")
    assert found["path"] == "base/secrets/db.sops.yaml"
    assert found["changed"]["summary"] == "First"


def test_who_reads_a_bundle_now_and_before(tool: Tool, alice: AgeKey, bob: AgeKey) -> None:
    before = git(tool.folder, "rev-parse", "HEAD")
    (tool.folder / ".sops.yaml").write_text(f"creation_rules: [{{age: '{bob.recipient}'}}]\n")
    _sops(tool.folder, bob, "updatekeys", "--yes", SECRETS)
    commit(tool.folder, "Alice leaves", 3)

    _, now = _json(tool, "secrets", "who", "production")
    _, then = _json(tool, "secrets", "who", "production", "--rev", before)
    text = tool("secrets", "who", "production", "--rev", before)[1]

    assert [(each["name"], each["readsAll"]) for each in now["readers"]] == [("bob", True)]
    assert [(each["name"], each["readsAll"], each["alone"]) for each in then["readers"]] == [
        ("bob", True, [SECRETS, OTHER]),
        ("alice", False, [SECRETS]),
    ]
    assert then["revision"] == before
    assert [line.split()[:2] for line in text.splitlines()[-2:]] == [["bob", "all"], ["alice", "1"]]
    assert alice.recipient[:20] in text


def _grouped(tool: Tool, alice: AgeKey, bob: AgeKey, carol: AgeKey) -> None:
    """Encrypt the shared file to three groups, of which two must meet."""
    groups = [{"age": [each.recipient]} for each in (alice, bob, carol)]
    rule = {"shamir_threshold": 2, "key_groups": groups}
    write(
        tool.folder, {".sops.yaml": json.dumps({"creation_rules": [rule]}), SECRETS: "openai: x\n"}
    )
    _sops(tool.folder, bob, "encrypt", "--in-place", SECRETS)


def test_who_and_leaver_with_key_groups(tool: Tool, alice: AgeKey, bob: AgeKey) -> None:
    _grouped(tool, alice, bob, age_key())
    commit(tool.folder, "Groups", 3)

    _, report = _json(tool, "secrets", "who", "staging")
    text = tool("secrets", "who", "staging")[1]
    code, carol = _json(tool, "secrets", "leaver", report["files"][0]["groups"][2][0]["recipient"])

    assert report["files"][0]["threshold"] == 2
    assert len(report["files"][0]["groups"]) == 3
    assert all(each["alone"] == [] for each in report["readers"])
    assert "2 of 3 groups: alice; bob; age:age1" in text
    assert "1 only together with others" in text
    assert [(each["path"], each["opened"]) for each in carol["files"]] == [(SECRETS, "together")]
    assert (code, carol["secrets"][0]["opened"]) == (1, "together")


def _leaver(tool: Tool, who: str) -> tuple[int, dict[str, str], dict[str, Any]]:
    code, report = _json(tool, "secrets", "leaver", who)
    states = {each["name"]: each["state"] for each in report["secrets"]}
    return code, states, {each["path"]: each for each in report["files"]}


def test_a_leaver_from_the_first_step_to_the_last(tool: Tool, alice: AgeKey, bob: AgeKey) -> None:
    folder = tool.folder
    code, states, files = _leaver(tool, "alice")
    assert (code, states) == (1, {"secrets/keys#/openai": "rotate", "secrets/keys#/idle": "rotate"})
    assert list(files) == [SECRETS]
    assert files[SECRETS]["isOpen"] is True

    (folder / ".sops.yaml").write_text(f"creation_rules: [{{age: '{bob.recipient}'}}]\n")
    _sops(folder, bob, "updatekeys", "--yes", SECRETS)
    commit(folder, "Take alice away", 2)
    _sops(folder, bob, "set", SECRETS, '["openai"]', f'"{CANARY}-new"')
    commit(folder, "Replace under the same data key", 3)
    code, states, files = _leaver(tool, alice.recipient)
    assert (code, states["secrets/keys#/openai"]) == (1, "rotate")
    assert files[SECRETS]["byKeptDataKey"] is True

    _sops(folder, bob, "rotate", "--in-place", SECRETS)
    commit(folder, "Another data key", 4)
    code, states, files = _leaver(tool, f"age:{alice.recipient}")
    assert (code, set(states.values())) == (1, {"unclear"})
    assert files[SECRETS]["isOpen"] is False
    assert files[SECRETS]["first"]["summary"] == "First"
    assert files[SECRETS]["last"]["summary"] == "Replace under the same data key"
    assert files[SECRETS]["until"]["summary"] == "Another data key"

    _sops(folder, bob, "set", SECRETS, '["openai"]', f'"{CANARY}-newer"')
    commit(folder, "Replace one", 5)
    assert _leaver(tool, "alice")[1] == {
        "secrets/keys#/openai": "done",
        "secrets/keys#/idle": "unclear",
    }
    _sops(folder, bob, "set", SECRETS, '["idle"]', f'"{CANARY}-newer"')
    commit(folder, "Replace the other", 6)
    code, states, _ = _leaver(tool, "alice")
    assert (code, set(states.values())) == (0, {"done"})
    text = tool.printed("secrets", "leaver", "alice")
    assert "2 secrets replaced since" in text
    assert "still to be replaced" not in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_leaver_and_files_that_moved_or_went(tool: Tool) -> None:
    folder = tool.folder
    git(folder, "mv", SECRETS, "base/secrets/moved.sops.yaml")
    git(folder, "rm", "-q", "base/app/model.yaml")
    commit(folder, "Move", 2)

    _, states, files = _leaver(tool, "alice")
    assert set(states.values()) == {"rotate"}
    assert (files[SECRETS]["isGone"], files[SECRETS]["until"]["summary"]) == (True, "Move")
    assert files["base/secrets/moved.sops.yaml"]["isGone"] is False

    git(folder, "branch", "keeps-it")
    git(folder, "rm", "-q", "base/secrets/moved.sops.yaml")
    commit(folder, "Remove", 3)
    code, states, files = _leaver(tool, "alice")
    assert (code, states) == (0, {})
    assert files["base/secrets/moved.sops.yaml"]["branches"] == ["refs/heads/keeps-it"]
    assert "still on keeps-it" in " ".join(tool.printed("secrets", "leaver", "alice").split())


def test_a_leaver_on_another_branch_only(tool: Tool, bob: AgeKey) -> None:
    carol = age_key()
    git(tool.folder, "checkout", "-q", "-b", "side")
    text = sops_encrypt({"a": f"{CANARY}-side"}, carol.recipient).decode()
    commit(tool.folder, "Side", 2, {"base/secrets/side.sops.yaml": text})
    git(tool.folder, "checkout", "-q", "main")

    _, _, files = _leaver(tool, carol.recipient)
    text = tool.printed("secrets", "leaver", carol.recipient)

    assert files["base/secrets/side.sops.yaml"]["branches"] == ["refs/heads/side"]
    assert "looked at 2 commits of main, side, HEAD" in text
    assert "opened no file" in tool.printed("secrets", "leaver", age_key().recipient)


def test_a_leaver_with_a_key_of_pgp_in_any_form(tool: Tool) -> None:
    fingerprint = "FBC7B9E2A4F9289AC0C1D4843D16CEE4A27381B4"
    text = (tool.folder / SECRETS).read_text()
    entry = f'sops:\n    pgp:\n        - fp: {fingerprint}\n          enc: "x"\n'
    commit(tool.folder, "PGP", 2, {SECRETS: text.replace("sops:\n", entry, 1)})

    for who in (fingerprint.lower(), f"0x{fingerprint[-16:]}", f"pgp:{fingerprint}"):
        _, _, files = _leaver(tool, who)
        assert list(files) == [SECRETS]


def test_a_leaver_whom_nobody_knows(tool: Tool) -> None:
    code, out, err = tool("secrets", "leaver", "alise")

    assert (code, out) == (4, "")
    assert "did you mean 'alice'?" in err


def _certificate() -> str:
    """Return a certificate that ends on 2024-08-01, 00:00 UTC."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "small.invalid")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2024, 5, 1, tzinfo=UTC))
        .not_valid_after(datetime(2024, 8, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


@pytest.mark.parametrize("place", ["file", "document"])
def test_a_certificate_in_the_clear_is_due_before_it_ends(
    make_tool: MakeTool, alice: AgeKey, bob: AgeKey, place: str
) -> None:
    certificate = _certificate()
    secret = {"private_key": f"{CANARY}-key"}
    document = {"key": "LINK"}
    (secret if place == "file" else document)[
        "certificate_unencrypted" if place == "file" else "certificate"
    ] = certificate
    text = json.dumps(document).replace('"LINK"', "!secret secrets/tls#/private_key")
    tool = make_tool(
        {
            "base/secrets/tls.sops.yaml": sops_encrypt(secret, bob.recipient).decode(),
            "base/gateway/edge.yaml": text,
        },
        _project(alice, bob, "    - {match: secrets/tls, type: certificate}\n"),
    )

    code, report = _json(tool, "secrets", "status", "--as-of", "2024-07-05")

    found = report["secrets"][0]
    assert (code, found["standing"]) == (0, "due")
    assert found["certificateEnds"] == "2024-08-01T00:00:00Z"
    assert (found["due"], found["overdue"]) == ("2024-07-02T00:00:00Z", "2024-07-09T00:00:00Z")
    shown = tool("secrets", "status", "--as-of", "2024-07-09")
    assert shown[0] == 1
    assert "the certificate ends on 2024-08-01" in shown[1]


def test_status_outside_of_history(make_tool: MakeTool, alice: AgeKey, bob: AgeKey) -> None:
    """A project without secrets, and one in a shallow clone."""
    tool = make_tool({"base/a.yaml": "a: 1\n"}, _project(alice, bob))

    assert tool.printed("secrets", "list") == "0 secrets in 0 files\n"
    assert tool.printed("secrets", "status", "--as-of", "2024-05-02") == (
        "0 secrets on 2024-05-02\n"
    )
    assert tool.printed("secrets", "who", "production") == "production links to no secret\n"


def test_a_shallow_clone_says_at_least(tool: Tool, tmp_path: Path) -> None:
    commit(tool.folder, "Else", 8, {"NOTES.md": "x\n"})
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{tool.folder}", "clone")
    tool.folder = tmp_path / "clone"

    code, report = _json(tool, "secrets", "status", "--as-of", "2024-05-09")
    text = tool.printed("secrets", "status", "--as-of", "2024-05-09")
    leaver = tool("secrets", "leaver", "alice")

    assert (code, {each["ageIsAtLeast"] for each in report["secrets"]}) == (0, {True})
    assert ">12h of 90d" in text
    assert "the clone is shallow" in " ".join(leaver[1].split())


def test_status_says_once_what_holds_for_a_whole_file(tool: Tool, bob: AgeKey) -> None:
    (tool.folder / "base/app/model.yaml").write_text("name: small\n")
    _sops(tool.folder, bob, "rotate", "--in-place", SECRETS)
    commit(tool.folder, "Another data key, and no link", 6)

    text = tool("secrets", "status", "--as-of", "2024-05-07")[1]

    assert text.count("encrypted anew") == 1
    lines = text.splitlines()
    assert lines[lines.index(f"  {SECRETS}") + 2].startswith("    encrypted anew on 2024-05-06")
