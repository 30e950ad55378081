"""The layout through `skopeo copy` into a real registry and back: nothing may change on the way."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gitconfig_tool.artifact import Manifest
from gitconfig_tool.artifact.vocabulary import MAX_BLOB_BYTES, MAX_MANIFEST_BYTES
from gitconfig_tool.stores import LayoutStore, merge_layout
from gitconfig_tool.trust import verify_bundle
from tests.bundles import (
    age_key,
    blob_path,
    sample_bundle,
    secret_bundle,
    sign,
    signed_layout,
    signing_keys,
)
from tests.integration.conftest import answers, free_port, require_tool, running

BUNDLES = ("production", "production/acme")


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a registry with storage on disk; yields its host and port."""
    program = require_tool("docker-registry")
    folder = tmp_path_factory.mktemp("registry")
    port = free_port()
    (folder / "config.yml").write_text(
        "version: 0.1\n"
        "log: {accesslog: {disabled: true}, level: warn}\n"
        f"storage: {{filesystem: {{rootdirectory: {folder}/storage}}}}\n"
        f"http: {{addr: '127.0.0.1:{port}'}}\n"
    )
    command = [str(program), "serve", str(folder / "config.yml")]
    with running(command, folder / "log", lambda: answers(f"http://127.0.0.1:{port}/v2/")):
        yield f"127.0.0.1:{port}"


def _skopeo(*arguments: str) -> None:
    done = subprocess.run(
        # No policy of the machine has a say in what the test copies.
        [require_tool("skopeo"), "--insecure-policy", "copy", "--preserve-digests", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_digests_survive_a_registry(registry: str, tmp_path: Path) -> None:
    keys = signing_keys(tmp_path / "release.key")
    artifacts = {
        "production": secret_bundle(age_key()),
        "production/acme": sample_bundle("production/acme"),
    }
    there = signed_layout(tmp_path / "there", artifacts, keys.signer)
    back = tmp_path / "back"
    for name in BUNDLES:
        remote = f"docker://{registry}/acme/{name}:v1"
        _skopeo("--dest-tls-verify=false", f"oci:{there}:{name}", remote)
        _skopeo("--src-tls-verify=false", remote, f"oci:{back}:{name}")

    before, after = LayoutStore(there), LayoutStore(back)
    assert after.bundles() == BUNDLES
    for name in BUNDLES:
        assert after.resolve(name).digest == before.resolve(name).digest
        data = after.read(after.resolve(name), MAX_MANIFEST_BYTES)
        assert data == artifacts[name].manifest
        for reference in Manifest.from_bytes(data).references:
            assert after.read(reference, MAX_BLOB_BYTES) == before.read(reference, MAX_BLOB_BYTES)

    # skopeo copies no referrers: the signatures travel beside, and fit what came back.
    merge_layout(
        back,
        artifacts,
        [sign(artifact, name, keys.signer) for name, artifact in artifacts.items()],
    )
    for name in BUNDLES:
        assert verify_bundle(after, name, keys.verifier).digest == artifacts[name].digest


def test_a_signature_is_carried_as_well(registry: str, tmp_path: Path) -> None:
    """Given a name of its own, a signature is an artifact that a registry takes like any other."""
    keys = signing_keys(tmp_path / "release.key")
    artifact = sample_bundle("production")
    signature = sign(artifact, "production", keys.signer)
    merge_layout(tmp_path / "there", {"production": artifact, "production.sig": signature})
    remote = f"docker://{registry}/acme/signature:v1"
    _skopeo("--dest-tls-verify=false", f"oci:{tmp_path}/there:production", f"{remote}-subject")
    _skopeo("--dest-tls-verify=false", f"oci:{tmp_path}/there:production.sig", remote)
    _skopeo("--src-tls-verify=false", remote, f"oci:{tmp_path}/back:production.sig")

    assert LayoutStore(tmp_path / "back").resolve("production.sig").digest == signature.digest
    assert blob_path(tmp_path / "back", signature.blobs[0].digest).read_bytes() == (
        signature.blobs[0].data
    )
