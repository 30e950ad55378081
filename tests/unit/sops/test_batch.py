"""Many files: each once, those for age in Python, the others by sops side by side."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from gitconfig_tool.artifact import SopsFile
from gitconfig_tool.sops import DecryptionError, decrypt_files
from tests.bundles import PLAINTEXT, AgeKey, age_key, sops_encrypt

_VAULT = "hc_vault:https://vault.example.invalid/v1/transit/keys/x"


@pytest.fixture(scope="module")
def key() -> AgeKey:
    return age_key()


@pytest.fixture(scope="module")
def sealed(key: AgeKey) -> bytes:
    return sops_encrypt(PLAINTEXT, key.recipient)


def _file(path: str, data: bytes, *recipients: str) -> SopsFile:
    return SopsFile(path, "yaml", recipients, data)


def _fake_sops(folder: Path, script: str) -> dict[str, str]:
    program = folder / "sops"
    program.write_text(f"#!{sys.executable}\n{script}", encoding="utf-8")
    program.chmod(0o755)
    return {"PATH": str(folder), "HOME": str(folder)}


@pytest.fixture
def _only_fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)


def test_files_for_age_need_no_program(
    key: AgeKey, sealed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    environment = {**key.environment, "PATH": "/nonexistent"}
    age = f"age:{key.recipient}"
    seen: list[str] = []
    results = decrypt_files(
        [_file("a", sealed, age), _file("b", sealed, age)],
        environment=environment,
        on_file=lambda file: seen.append(file.path),
    )

    assert results == {"a": PLAINTEXT, "b": PLAINTEXT}
    assert seen == ["a", "b"]
    changed = sealed.replace(b"data:", b"data:AAAA", 1)
    error = decrypt_files([_file("c", changed, age)], environment=environment)["c"]
    assert "found it changed afterwards" in error.message


def test_errors_are_results_and_the_other_files_are_opened(key: AgeKey, sealed: bytes) -> None:
    other = sops_encrypt({"a": "fake"}, age_key().recipient)
    age = f"age:{key.recipient}"
    files = [_file("good", sealed, age), _file("other", other, "age:age1x"), _file("none", b"")]
    results = decrypt_files(files, environment=key.environment)

    assert list(results) == ["good", "other", "none"]
    assert results["good"] == PLAINTEXT
    assert isinstance(results["other"], DecryptionError)
    assert "found only other keys" in results["other"].message
    assert "expected recipients" in results["none"].message


@pytest.mark.usefixtures("_only_fake")
def test_what_is_refused_never_reaches_sops(tmp_path: Path, sealed: bytes) -> None:
    environment = _fake_sops(tmp_path, f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    raw = b"a: ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:bytes]\n"
    hidden = b'a: "\\x45NC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,ty\\x70e:bytes]"\n'
    json = b'{"a": ["\\u0045NC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:byte\\u0073]"]}'
    files = [
        _file("vault", sealed, "age:age1x", _VAULT),
        _file("raw", raw, "age:age1x"),
        _file("hidden", hidden, "pgp:85D7"),
        SopsFile("json", "json", ("pgp:85D7",), json),
    ]
    results = decrypt_files(files, environment=environment)

    assert "age or pgp keys" in results["vault"].message
    for path in ("raw", "hidden", "json"):
        assert "raw bytes (type:bytes)" in results[path].message
    assert not (tmp_path / "ran").exists()
    decrypt_files(files[:1], environment=environment, allowed=frozenset({_VAULT}))
    assert (tmp_path / "ran").exists()


@pytest.mark.usefixtures("_only_fake")
def test_the_program_opens_each_file_once(tmp_path: Path) -> None:
    script = (
        "import os, sys\n"
        f"open(os.path.join({str(tmp_path)!r}, f'ran-{{os.getpid()}}'), 'w')\n"
        "print('{\"size\": %d}' % len(sys.stdin.buffer.read()))\n"
    )
    environment = _fake_sops(tmp_path, script)
    files = [_file(f"{n}", b"x" * (n % 3 + 1), "pgp:85D7") for n in range(9)]
    results = decrypt_files(files, environment=environment)

    assert results == {f"{n}": {"size": n % 3 + 1} for n in range(9)}
    assert len(list(tmp_path.glob("ran-*"))) == 3


@pytest.mark.usefixtures("_only_fake")
def test_an_interrupt_ends_what_runs(tmp_path: Path) -> None:
    script = (
        "import os, time\n"
        f"open(os.path.join({str(tmp_path)!r}, f'ran-{{os.getpid()}}'), 'w')\n"
        "time.sleep(60)\n"
    )
    environment = _fake_sops(tmp_path, script)
    files = [_file(f"{n}", b"%d" % n, "pgp:85D7") for n in range(8)]

    def interrupt() -> None:
        end = time.monotonic() + 30
        while not list(tmp_path.glob("ran-*")) and time.monotonic() < end:
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        decrypt_files(files, environment=environment)
    thread.join()
    assert time.monotonic() - started < 30
    for ran in tmp_path.glob("ran-*"):
        with pytest.raises(ProcessLookupError):
            os.kill(int(ran.name.removeprefix("ran-")), 0)
    assert len(list(tmp_path.glob("ran-*"))) <= (os.cpu_count() or 1)


@pytest.mark.skipif(sys.platform == "win32", reason="gpg of POSIX systems")
def test_a_pgp_key_through_the_program(tmp_path: Path, key: AgeKey) -> None:
    from gitconfig_tool.sops import find_sops

    home = tmp_path / "g"
    home.mkdir(mode=0o700)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GNUPGHOME": str(home)}

    def gpg(*arguments: str) -> str:
        done = subprocess.run(
            ["gpg", "--batch", "--passphrase", "", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    try:
        gpg("--quick-generate-key", "fake@example.invalid", "default", "default", "never")
        listing = gpg("--list-secret-keys", "--with-colons").splitlines()
        print_ = next(line.split(":")[9] for line in listing if line.startswith("fpr"))
        data = subprocess.run(
            [str(find_sops()), "--config", "/dev/null", "encrypt", "--pgp", print_,
             "--input-type", "yaml", "--output-type", "yaml", "--filename-override", "f.yaml"],
            input=b"password: fake-value\n", env=environment, capture_output=True, check=True,
        ).stdout  # fmt: skip
        results = decrypt_files([_file("p", data, f"pgp:{print_}")], environment=environment)
        assert results == {"p": {"password": "fake-value"}}
    finally:
        subprocess.run(
            ["gpgconf", "--kill", "all"], env=environment, check=False, capture_output=True
        )
