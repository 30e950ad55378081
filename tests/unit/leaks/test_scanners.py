"""The scanners: every kind that is planted, and nothing in clean files."""

import base64
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from bench.credentials import KINDS, clean, planted
from gitconfig_tool.document.credentials import without_password
from gitconfig_tool.leaks import (
    BetterleaksScanner,
    Content,
    Leak,
    NamedValueScanner,
    ScanError,
    TextFile,
    pointers,
    scan_contents,
)
from gitconfig_tool.leaks.harmless import cover_harmless
from gitconfig_tool.leaks.kinds import kind_name
from gitconfig_tool.leaks.named import is_secret_value

ROOT = Path(__file__).resolve().parents[3]


def _scan(*files: tuple[str, str]) -> dict[str, tuple[Leak, ...]]:
    texts = dict(files)
    found = scan_contents(
        [Content(path, path) for path in texts],
        lambda content: texts[content.path].encode(),
        (BetterleaksScanner(), NamedValueScanner()),
    )
    return dict(found.leaks)


def _make(name: str, seed: int = 1) -> str:
    return next(kind for kind in KINDS if kind.name == name).make(Random(seed))


def test_every_planted_kind_is_found_where_it_stands() -> None:
    files = {each.path: each for each in planted()}
    found = _scan(*((path, each.text) for path, each in files.items()))

    assert sorted(set(files) - set(found)) == []
    for path, each in files.items():
        lines = each.text.split("\n")
        first = each.secret.split("\n")[0]
        for leak in found[path]:
            marked = lines[leak.line - 1][leak.column - 1 :].lstrip("\"'")
            assert marked.startswith(leak.secret.split("\n")[0])
            # Of a URL the password, of a connection string the key; of a key all of it.
            assert leak.secret.split("\n")[0] in first or first in leak.secret


def test_clean_files_have_no_finding() -> None:
    assert _scan(*clean(200)) == {}


def test_a_neighbour_changes_nothing() -> None:
    """Many files are scanned in one call; each must be judged as if it were alone."""
    head, body = _make("RSA key").split("\n", 1)
    files = (
        ("a.txt", f"{head}\n"),
        ("b.txt", body),
        ("c.txt", _make("RSA key", 2)),
        ("d.yaml", "api_key:\n"),
        ("e.yaml", f"{_make('database password')}\n"),
    )

    alone = {path: leaks for each in files for path, leaks in _scan(each).items()}

    assert list(alone) == ["c.txt"]
    assert _scan(*files) == alone


def test_places_are_those_of_code_points() -> None:
    key = _make("GitHub")
    (leak,) = _scan(("a.yaml", f"é: 1\nnaïve:\n  tökën: '{key}' # é\n"))["a.yaml"]

    assert (leak.kind, leak.line, leak.column) == ("github-pat", 3, 11)
    assert (leak.end_line, leak.end_column) == (3, 11 + len(key))


def test_what_had_to_be_decoded_marks_its_line() -> None:
    encoded = base64.b64encode(f"token={_make('GitHub')}".encode()).decode()
    found = _scan(("a.txt", f"one\ntwo\n  {encoded}\nfour\n"))["a.txt"]

    assert {leak.line for leak in found} == {3}


def test_each_place_of_a_credential_is_found() -> None:
    key = _make("Anthropic")
    found = _scan(("a.txt", f"{key}\nx\n{key}\n"))["a.txt"]

    assert [leak.line for leak in found] == [1, 3]


@pytest.mark.parametrize("comment", ["gitleaks:allow", "betterleaks:allow", "GITLEAKS:ALLOW"])
def test_comments_of_other_tools_silence_nothing(comment: str) -> None:
    found = _scan(("a.yaml", f"key: {_make('GitHub')} # {comment}\n"))

    assert [leak.kind for leak in found["a.yaml"]] == ["github-pat"]


def test_what_only_looks_encrypted_is_scanned() -> None:
    key = _make("GitHub")
    found = _scan(("a.yaml", f"key: ENC[AES256_GCM,data:{key},iv:AAAA,tag:AAAA,type:str]\n"))

    assert [leak.secret for leak in found["a.yaml"]] == [key]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "Tango4821!"),
        ("db_password", "hunter2"),
        ("api_key", "a8f3k2l9d0s7x1"),
        ("client_secret", "q1w2e3r4t5y6"),
    ],
)
def test_values_under_names_of_credentials(name: str, value: str) -> None:
    assert is_secret_value(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", ""),
        ("password", "password"),
        ("password", "${DB_PASSWORD}"),
        ("password", "$DB_PASSWORD"),
        ("password", "{{ .Values.password }}"),
        ("password", "<your password>"),
        ("password", "changeme"),
        ("password", "********"),
        ("password", "/run/secrets/db"),
        ("password", "vault:secret/data/db#password"),
        ("password", "ENC[AES256_GCM,data:x]"),
        ("api_key", "OPENAI_API_KEY"),
        ("api_key", "os.environ/OPENAI_API_KEY"),
        ("secret", "gateway-secret-v2"),
        ("token", "bearer"),
        ("token", "access_token"),
        ("secret_rotation", "a8f3k2l9d0s7x1"),
        ("max_tokens", "a8f3k2l9d0s7x1"),
    ],
)
def test_what_is_plainly_no_credential(name: str, value: str) -> None:
    assert not is_secret_value(name, value)


def test_pointers_name_the_value_and_never_show_a_credential() -> None:
    key = _make("GitHub")
    text = f"a:\n  list: [1, {key}]\n  {key}: x\n"
    leaks = _scan(("a.yaml", text))["a.yaml"]

    assert pointers(TextFile("a.yaml", text), leaks) == ("/a/list/1", "/a")
    assert pointers(
        TextFile("a.yaml", f"{key}: {{x: {key}}}\n"),
        _scan(("a.yaml", f"{key}: {{x: {key}}}\n"))["a.yaml"],
    ) == ("", "")


def test_a_leak_does_not_show_its_credential() -> None:
    key = _make("GitHub")
    (leak,) = _scan(("a.txt", key))["a.txt"]

    assert key not in repr(leak)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("openai-api-key", "OpenAI API key"),
        ("github-pat", "GitHub personal access token"),
        ("azure-openai-api-key-v1", "Azure OpenAI API key"),
        ("private-key", "private key"),
        ("beamer-api-token", "Beamer API token"),
    ],
)
def test_names_of_kinds(kind: str, name: str) -> None:
    assert kind_name(kind) == name


def test_without_the_extra_the_command_to_install_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pybetterleaks", None)

    with pytest.raises(ScanError) as caught:
        BetterleaksScanner()

    assert caught.value.hint == "pip install 'gitconfig-tool[scan]'"


def test_what_the_library_says_of_an_error_is_not_passed_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import pybetterleaks

    key = _make("GitHub")

    def fail(text: str, **settings: object) -> None:
        raise pybetterleaks.NativeCallError(f"cannot read {text}")

    monkeypatch.setattr(pybetterleaks, "scan_text", fail)
    with pytest.raises(ScanError) as caught:
        BetterleaksScanner().scan([TextFile("a.txt", key)])

    assert key not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_scanning_needs_no_network() -> None:
    """In a namespace without any network interface, with a credential that could be tried out."""
    unshare = shutil.which("unshare")
    probe = [unshare or "unshare", "--user", "--net", "true"]
    if unshare is None or subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("needs unshare(1) and user namespaces")
    program = (
        "from random import Random\n"
        "from bench.credentials import KINDS\n"
        "from gitconfig_tool.leaks import BetterleaksScanner, TextFile\n"
        "files = [TextFile('a', kind.make(Random(1))) for kind in KINDS[:10]]\n"
        "print(sum(map(bool, BetterleaksScanner().scan(files))))\n"
    )
    done = subprocess.run(
        [unshare, "--user", "--net", sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("8\n", "")


def test_a_hostile_line_takes_no_longer_than_any_other() -> None:
    """Each of these took minutes to hours: a pull request could stop every check."""
    for text in ("a" * 1_000_000 + " ://@", "://" + ":" * 1_000_000):
        assert NamedValueScanner().scan([TextFile("x.txt", text)]) == [()]
        assert without_password(text) == text
    block = "-----BEGIN CERTIFICATE-----\n" + ("A" * 64 + "\n") * 10_000
    assert cover_harmless(block) == block
    glued = "x" * 100 + "https://user:fake-pass-w0rd@host.invalid/"
    assert [leak.secret for leak in NamedValueScanner().scan([TextFile("x.txt", glued)])[0]] == [
        "fake-pass-w0rd"
    ]
