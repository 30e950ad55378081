"""`gitconfig-fetch` as a process of its own: exit codes, an interrupt, and no compiler needed."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import gitconfig_tool
from tests.bundles import (
    DELIVERED,
    AgeKey,
    Keys,
    age_key,
    blob_path,
    bundle_line,
    put_blob,
    read_blob,
    read_index,
    rewrite_manifest,
    sample_bundle,
    secret_bundle,
    signature_lines,
    signed_layout,
    signing_keys,
    write_index,
)

_ROOT = Path(gitconfig_tool.__file__).parent.parent
# What the fetcher does not load: importing one of these fails the run. (PyYAML reads SOPS files.)
_FORBIDDEN = ("pygit2", "ruamel", "jinja2", "regorus", "jsonschema_rs")


def _command(*arguments: str) -> list[str]:
    blocked = "; ".join(f"sys.modules[{name!r}] = None" for name in _FORBIDDEN)
    script = f"import sys; {blocked}; from gitconfig_tool.cli.fetch_main import main; main()"
    return [sys.executable, "-c", script, *arguments]


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(*arguments),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(_ROOT), **environment},
    )


@pytest.fixture(scope="module")
def age() -> AgeKey:
    return age_key()


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return signing_keys(tmp_path / "release.key")


@pytest.fixture
def layout(tmp_path: Path, age: AgeKey, keys: Keys) -> Path:
    bundles = {"production": secret_bundle(age), "staging": sample_bundle("staging")}
    return signed_layout(tmp_path / "layout", bundles, keys.signer)


def test_a_bundle_is_fetched_without_the_compilers_libraries(
    layout: Path, keys: Keys, age: AgeKey, tmp_path: Path
) -> None:
    target = tmp_path / "out"
    done = _run(
        "fetch",
        f"layout:{layout}",
        "production",
        "--to",
        str(target),
        "--trust",
        str(keys.public),
        SOPS_AGE_KEY=age.identity,
    )

    assert done.returncode == 0, done.stderr
    for name, value in DELIVERED.items():
        assert json.loads((target / f"{name}.json").read_bytes()) == value


def test_verifying_needs_neither_sops_nor_a_key(layout: Path, keys: Keys) -> None:
    done = _run("verify", f"layout:{layout}", "--trust", str(keys.public), PATH="/nonexistent")

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("verified") == 2


# --- the tamper matrix, through the program ---


def _changed_blob(layout: Path, keys: Keys, age: AgeKey) -> None:
    digest = bundle_line(read_index(layout), "production")["digest"]
    path = blob_path(layout, read_blob(layout, digest)["layers"][0]["digest"])
    path.write_bytes(path.read_bytes().replace(b"EUR", b"USD"))


def _changed_manifest(layout: Path, keys: Keys, age: AgeKey) -> None:
    rewrite_manifest(
        layout, "production", lambda manifest: manifest["annotations"].update({"x": "y"})
    )


def _missing_blob(layout: Path, keys: Keys, age: AgeKey) -> None:
    digest = bundle_line(read_index(layout), "production")["digest"]
    blob_path(layout, read_blob(layout, digest)["layers"][0]["digest"]).unlink()


def _extra_blob(layout: Path, keys: Keys, age: AgeKey) -> None:
    def add(manifest: Any) -> None:
        title = {"org.opencontainers.image.title": "config/evil.json"}
        digest = put_blob(layout, b"{}\n")
        layer = {**manifest["layers"][0], "digest": digest, "size": 3, "annotations": title}
        manifest["layers"].append(layer)

    rewrite_manifest(layout, "production", add)


def _untrusted_key(layout: Path, keys: Keys, age: AgeKey) -> None:
    other = signing_keys(layout.with_name("other.key"))
    signed_layout(layout, {"production": sample_bundle("production")}, other.signer)


def _wrong_bundle(layout: Path, keys: Keys, age: AgeKey) -> None:
    index = read_index(layout)
    bundle_line(index, "production").update(
        {key: bundle_line(index, "staging")[key] for key in ("digest", "size")}
    )
    write_index(layout, index)


def _no_signature(layout: Path, keys: Keys, age: AgeKey) -> None:
    index = read_index(layout)
    for line in signature_lines(index):
        index["manifests"].remove(line)
    write_index(layout, index)


def test_each_attack_is_refused_for_its_own_reason(tmp_path: Path, keys: Keys, age: AgeKey) -> None:
    attacks: list[Callable[[Path, Keys, AgeKey], None]] = [
        _changed_blob,
        _changed_manifest,
        _missing_blob,
        _extra_blob,
        _untrusted_key,
        _wrong_bundle,
        _no_signature,
    ]
    messages = set()
    bundles = {"production": secret_bundle(age), "staging": sample_bundle("staging")}
    for attack in attacks:
        reason = attack.__name__.strip("_").replace("_", "-")
        layout = signed_layout(tmp_path / reason / "layout", bundles, keys.signer)
        attack(layout, keys, age)
        done = _run(
            "verify",
            f"layout:{layout}",
            "production",
            "--trust",
            str(keys.public),
            "--format",
            "json",
        )
        assert done.returncode == 4
        (result,) = json.loads(done.stdout)["bundles"]
        assert result["reason"] == reason
        assert result["message"] in done.stderr
        messages.add(result["message"])
        fetched = _run(
            "fetch",
            f"layout:{layout}",
            "production",
            "--to",
            str(tmp_path / "out"),
            "--trust",
            str(keys.public),
        )
        assert fetched.returncode == 4
        assert not (tmp_path / "out").exists()
    assert len(messages) == len(attacks)


def test_an_interrupt_leaves_the_former_files(
    layout: Path, keys: Keys, age: AgeKey, tmp_path: Path
) -> None:
    """Interrupt the fetch while a program is asked for the key, and that program waits."""
    started, target = tmp_path / "started", tmp_path / "out"
    os.mkfifo(started)
    beginning = os.open(started, os.O_RDONLY | os.O_NONBLOCK)
    program = tmp_path / "key-command"
    program.write_text(f"#!/bin/sh\necho started > {started}\nexec sleep 60\n")
    program.chmod(0o755)
    process = subprocess.Popen(
        _command(
            "fetch",
            f"layout:{layout}",
            "production",
            "--to",
            str(target),
            "--trust",
            str(keys.public),
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(_ROOT), "SOPS_AGE_KEY_CMD": str(program)},
    )
    try:
        # Without a bound, a fetch that ends early would leave the test waiting for ever.
        assert select.select([beginning], [], [], 60)[0], process.poll()
        assert os.read(beginning, 100) == b"started\n"
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=30)
    finally:
        os.close(beginning)
        # The group holds the waiting program as well.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    assert process.returncode == 130
    assert out == ""
    assert "interrupted" in error
    assert "Traceback" not in error
    assert not target.exists()
