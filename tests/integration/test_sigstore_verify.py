"""Our signature under an implementation that is not ours: the npm package `@sigstore/verify`."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bundles import Keys, sample_bundle, sign, signing_keys
from tests.integration.conftest import require_tool

_SOURCE = Path(__file__).with_name("sigstore_verify")
_FILES = (".npmrc", "package.json", "package-lock.json", "verify.mjs")

Verify = Callable[[bytes, Path, bytes], subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def installed(checkout: Path) -> Path:
    """Install the packages once for each lock file, in a folder that Git ignores."""
    require_tool("node")
    npm = require_tool("npm")
    lock = (_SOURCE / "package-lock.json").read_bytes()
    folder = (
        checkout / "build" / "cache" / f"sigstore-verify-{hashlib.sha256(lock).hexdigest()[:16]}"
    )
    complete = folder / "complete"
    if not complete.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in _FILES:
            shutil.copy2(_SOURCE / name, folder / name)
        done = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if done.returncode != 0:
            message = f"expected `npm ci` to install @sigstore/verify, found: {done.stderr[-1000:]}"
            pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
        complete.touch()
    shutil.copy2(_SOURCE / "verify.mjs", folder / "verify.mjs")
    return folder


@pytest.fixture
def verify(installed: Path, tmp_path: Path) -> Verify:
    def run(bundle: bytes, key: Path, manifest: bytes) -> subprocess.CompletedProcess[str]:
        (tmp_path / "bundle.json").write_bytes(bundle)
        (tmp_path / "manifest.json").write_bytes(manifest)
        return subprocess.run(
            [
                require_tool("node"),
                "verify.mjs",
                tmp_path / "bundle.json",
                key,
                tmp_path / "manifest.json",
            ],
            cwd=installed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return signing_keys(tmp_path / "release.key")


def test_our_signature_is_accepted(verify: Verify, keys: Keys) -> None:
    artifact = sample_bundle("production")
    signature = sign(artifact, "production", keys.signer)
    done = verify(signature.blobs[0].data, keys.public, artifact.manifest)

    assert done.returncode == 0, done.stderr
    statement = json.loads(done.stdout)
    assert statement["predicateType"] == "https://slsa.dev/provenance/v1"
    assert statement["subject"][0]["name"] == "production"


def _change_payload(envelope: Any) -> None:
    payload = json.loads(base64.b64decode(envelope["payload"]))
    payload["subject"][0]["name"] = "staging"
    envelope["payload"] = base64.b64encode(json.dumps(payload).encode()).decode()


def _change_type(envelope: Any) -> None:
    envelope["payloadType"] = "application/json"


def _change_signature(envelope: Any) -> None:
    signature = bytearray(base64.b64decode(envelope["signatures"][0]["sig"]))
    signature[-1] ^= 1
    envelope["signatures"][0]["sig"] = base64.b64encode(signature).decode()


@pytest.mark.parametrize("change", [_change_payload, _change_type, _change_signature])
def test_a_tampered_signature_is_refused(
    verify: Verify, keys: Keys, change: Callable[[Any], None]
) -> None:
    artifact = sample_bundle("production")
    bundle = json.loads(sign(artifact, "production", keys.signer).blobs[0].data)
    change(bundle["dsseEnvelope"])
    done = verify(json.dumps(bundle).encode(), keys.public, artifact.manifest)

    assert done.returncode == 1
    assert "signature" in done.stderr


def test_another_key_is_refused(verify: Verify, keys: Keys, tmp_path: Path) -> None:
    artifact = sample_bundle("production")
    other = signing_keys(tmp_path / "other.key")
    done = verify(
        sign(artifact, "production", other.signer).blobs[0].data, keys.public, artifact.manifest
    )

    assert done.returncode == 1
    assert "is not trusted" in done.stderr


def test_another_manifest_is_refused(verify: Verify, keys: Keys) -> None:
    artifact = sample_bundle("production")
    done = verify(
        sign(artifact, "production", keys.signer).blobs[0].data,
        keys.public,
        artifact.manifest.replace(b"1.4.0", b"1.5.0"),
    )

    assert done.returncode == 1
    assert "about another manifest" in done.stderr
