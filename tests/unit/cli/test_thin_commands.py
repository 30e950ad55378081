"""The commands of the thin side, run as `gitconfig-fetch` runs them: output, exit code, effects."""

import json
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest

from gitconfig_tool.cli import fetch_main, keys
from gitconfig_tool.cli.ending import run
from gitconfig_tool.stores import LayoutStore, write_layout
from tests.bundles import (
    COMMIT,
    DELIVERED,
    AgeKey,
    Keys,
    age_key,
    blob_path,
    rewrite_manifest,
    sample_bundle,
    secret_bundle,
    signed_layout,
    signing_keys,
)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ending]


@dataclass(frozen=True, slots=True)
class Source:
    """A layout with two signed bundles, one with secrets."""

    layout: Path
    keys: Keys
    age: AgeKey

    @property
    def address(self) -> str:
        return f"layout:{self.layout}"

    @property
    def trust(self) -> tuple[str, str]:
        return ("--trust", str(self.keys.public))


@pytest.fixture(scope="module")
def age() -> AgeKey:
    return age_key()


@pytest.fixture
def source(tmp_path: Path, age: AgeKey) -> Source:
    pair = signing_keys(tmp_path / "release.key")
    bundles = {"production": secret_bundle(age), "staging": sample_bundle("staging")}
    return Source(signed_layout(tmp_path / "layout", bundles, pair.signer), pair, age)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def call(*arguments: str, group: click.Command = fetch_main.group, key: Any = None) -> Ending:
        with monkeypatch.context() as patch:
            for name, value in key.environment.items() if key else ():
                patch.setenv(name, value)
            code = run(group, arguments)
        captured = capsys.readouterr()
        return Ending(code, captured.out, captured.err)

    return call


# --- keys generate ---


def test_keys_are_generated(command: Run, tmp_path: Path) -> None:
    done = command("generate", "-o", str(tmp_path / "k"), group=keys.command)

    assert done.code == 0
    assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o600
    assert f"public key   {tmp_path}/k.pub" in done.out
    again = command("generate", "-o", str(tmp_path / "k"), group=keys.command)
    assert again.code == 4
    assert "found one" in again.err


def test_keys_as_json(command: Run, tmp_path: Path) -> None:
    report = command("generate", "-o", str(tmp_path / "k"), "--format", "json", group=keys.command)

    assert report.json["kind"] == "KeyPair"
    assert report.json["apiVersion"] == "gitconfig-tool/v1"
    assert len(report.json["keyId"]) == 64
    assert "PRIVATE" not in report.out


# --- verify ---


def test_all_bundles_are_verified(command: Run, source: Source) -> None:
    done = command("verify", source.address, *source.trust)

    assert (done.code, done.err) == (0, "")
    first, second = done.out.splitlines()
    digest = LayoutStore(source.layout).resolve("production").digest
    assert first == f"verified  production  {digest}  revision {COMMIT[:12]}  6 layers"
    assert second.startswith("verified  staging     sha256:")


def test_one_bundle_is_verified(command: Run, source: Source) -> None:
    done = command("verify", source.address, "staging", *source.trust, "--format", "json")

    assert done.code == 0
    report = done.json
    assert (report["kind"], report["ok"]) == ("VerifyReport", True)
    assert report["keyId"] == source.keys.verifier.key_id
    (bundle,) = report["bundles"]
    assert (bundle["name"], bundle["ok"], bundle["revision"]) == ("staging", True, COMMIT)


def test_verify_goes_on_after_a_refusal(command: Run, source: Source) -> None:
    rewrite_manifest(source.layout, "production", lambda manifest: manifest["layers"].pop())
    done = command("verify", source.address, *source.trust)

    assert done.code == 4
    assert "verified  staging" in done.out
    assert "production" not in done.out
    assert "error: expected the manifest" in done.err
    report = command("verify", source.address, *source.trust, "--format", "json").json
    assert not report["ok"]
    assert [(item["name"], item["ok"]) for item in report["bundles"]] == [
        ("production", False),
        ("staging", True),
    ]
    assert report["bundles"][0]["reason"] == "changed-manifest"


def test_verify_with_a_wrong_key_file(command: Run, source: Source) -> None:
    done = command("verify", source.address, "--trust", str(source.keys.private))

    assert done.code == 4
    assert "expected a public key" in done.err
    assert "found a private key" in done.err


def test_an_empty_layout_is_no_success(command: Run, source: Source, tmp_path: Path) -> None:
    write_layout(tmp_path / "empty", {})
    done = command("verify", f"layout:{tmp_path}/empty", *source.trust)

    assert done.code == 4
    assert "expected bundles in layout:" in done.err


def test_an_unknown_bundle_and_an_unknown_store(command: Run, source: Source) -> None:
    done = command("verify", source.address, "stagin", *source.trust)
    assert done.code == 4
    assert "did you mean 'staging'?" in done.err
    done = command("verify", "oci://registry.example/x", *source.trust)
    assert done.code == 4
    assert "found the scheme 'oci'" in done.err


def test_trust_must_be_given(command: Run, source: Source) -> None:
    done = command("verify", source.address)

    assert done.code == 2
    assert "--trust" in done.err


# --- fetch ---


def _fetched(folder: Path) -> dict[str, Any]:
    return {name: json.loads((folder / f"{name}.json").read_bytes()) for name in DELIVERED}


def test_a_bundle_is_fetched(command: Run, source: Source, tmp_path: Path) -> None:
    arguments = ("fetch", source.address, "production", "--to", str(tmp_path / "out"))
    done = command("-v", *arguments, *source.trust, key=source.age)

    assert done.code == 0, done.err
    assert _fetched(tmp_path / "out") == DELIVERED
    assert done.out.splitlines()[-1] == (
        f"production in {tmp_path}/out: 3 written, 0 unchanged, 0 removed"
    )
    assert "verified production" in done.err
    assert "fake-" not in done.out + done.err
    report = command(*arguments, *source.trust, "--format", "json", key=source.age).json
    assert report["kind"] == "FetchReport"
    assert report["written"] == []
    assert report["unchanged"] == sorted(DELIVERED)


def test_a_fetch_shows_what_it_removed(command: Run, source: Source, tmp_path: Path) -> None:
    to = ("--to", str(tmp_path / "out"))
    command("fetch", source.address, "production", *to, *source.trust, key=source.age)
    from gitconfig_tool.artifact import PackedDocument, namespace_layer, pack_bundle
    from tests.bundles import annotations

    smaller = pack_bundle(
        [namespace_layer("", {"billing": PackedDocument({})})], annotations("production")
    )
    signed_layout(source.layout, {"production": smaller}, source.keys.signer)
    done = command("fetch", source.address, "production", *to, *source.trust)

    assert "wrote    billing.json" in done.out
    assert "removed  prompts/support/1.2.0.json" in done.out


def test_a_refused_bundle_leaves_the_former_files(
    command: Run, source: Source, tmp_path: Path
) -> None:
    arguments = ("fetch", source.address, "production", "--to", str(tmp_path / "out"))
    command(*arguments, *source.trust, key=source.age)
    digest = LayoutStore(source.layout).resolve("production").digest
    blob_path(source.layout, digest).unlink()
    done = command(*arguments, *source.trust, key=source.age)

    assert done.code == 4
    assert _fetched(tmp_path / "out") == DELIVERED


def test_the_wrong_age_key_writes_nothing(command: Run, source: Source, tmp_path: Path) -> None:
    arguments = ("fetch", source.address, "production", "--to", str(tmp_path / "out"))
    done = command(*arguments, *source.trust, key=age_key())

    assert done.code == 4
    assert "expected a key that opens" in done.err
    assert "hint: set SOPS_AGE_KEY_FILE" in done.err
    assert not (tmp_path / "out").exists()


# --- publish into a layout ---


def test_bundles_are_published_sealed(command: Run, source: Source, tmp_path: Path) -> None:
    to = ("--to", f"layout:{tmp_path}/mirror")
    done = command("publish", source.address, "staging", *to, *source.trust)
    assert (done.code, done.err) == (0, "")
    done = command("publish", source.address, "production", *to, *source.trust, "--format", "json")

    assert done.json["kind"] == "PublishReport"
    assert [item["name"] for item in done.json["bundles"]] == ["production"]
    assert command("verify", f"layout:{tmp_path}/mirror", *source.trust).code == 0
    assert {path.name for path in (tmp_path / "mirror/blobs/sha256").iterdir()} == {
        path.name for path in (source.layout / "blobs/sha256").iterdir()
    }
    assert (tmp_path / "mirror/index.json").read_bytes() == (
        source.layout / "index.json"
    ).read_bytes()


def test_nothing_is_published_when_one_is_refused(
    command: Run, source: Source, tmp_path: Path
) -> None:
    rewrite_manifest(source.layout, "staging", lambda manifest: manifest["layers"].pop())
    done = command("publish", source.address, "--to", f"layout:{tmp_path}/mirror", *source.trust)

    assert done.code == 4
    assert not (tmp_path / "mirror").exists()


def test_an_unknown_target(command: Run, source: Source) -> None:
    done = command("publish", source.address, "--to", "oci://registry.example/x", *source.trust)

    assert done.code == 4
    assert "expected a target vault+https://HOST:PORT/MOUNT/PATH or layout:DIR" in done.err


def test_publishing_without_a_token(
    command: Run, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/nonexistent")
    done = command("publish", source.address, "--to", "vault+http://127.0.0.1:9/kv", *source.trust)

    assert done.code == 4
    assert "found none in VAULT_TOKEN, BAO_TOKEN or ~/.vault-token" in done.err


# --- the group ---


@pytest.mark.parametrize("name", ["fetch", "publish", "verify"])
def test_help_has_an_example(command: Run, name: str) -> None:
    done = command(name, "--help")

    assert done.code == 0
    assert "Example" in done.out
    assert f"gitconfig-tool {name}" in done.out


def test_the_group(command: Run) -> None:
    assert "Verify signed bundles and deliver them" in command("--help").out
    assert command("--version").out.startswith("gitconfig-fetch ")
    both = command("-q", "-v", "verify", "layout:x", "--trust", "x")
    assert both.code == 2
    assert "-q and -v exclude each other" in both.err
    assert command("compile").code == 2
