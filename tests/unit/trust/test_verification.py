"""Signing and verifying, and the tamper matrix: each attack is refused for its own reason.

The attacker can write to the whole layout and has no key that is trusted.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gitconfig_tool.artifact import Blob, Descriptor, canonical_json, pack_bundle, pack_signature
from gitconfig_tool.artifact.vocabulary import (
    BUNDLE,
    MAX_SIGNATURE_BYTES,
    SIGSTORE_TYPE,
    TITLE,
    WORKTREE,
)
from gitconfig_tool.stores import BundleNotFoundError, LayoutStore, merge_layout, write_layout
from gitconfig_tool.trust import SigningError, VerificationError, sign_bundle, verify_bundle
from gitconfig_tool.trust.errors import REASONS
from gitconfig_tool.trust.sigstore import sign_payload
from tests.bundles import (
    COMMIT,
    Keys,
    annotations,
    blob_path,
    bundle_line,
    put_blob,
    read_blob,
    read_index,
    rewrite_manifest,
    sample_bundle,
    sample_layers,
    sign,
    signature_lines,
    signed_layout,
    signing_keys,
    write_index,
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A layout with two signed bundles, and the keys of both sides."""

    layout: Path
    ours: Keys
    theirs: Keys

    def verify(self, bundle: str = "production") -> Any:
        return verify_bundle(LayoutStore(self.layout), bundle, self.ours.verifier)

    def refused(self, bundle: str = "production") -> VerificationError:
        with pytest.raises(VerificationError) as caught:
            self.verify(bundle)
        assert caught.value.bundle == bundle
        assert caught.value.reason in REASONS
        return caught.value


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    ours = signing_keys(tmp_path / "ours")
    bundles = {
        "production": sample_bundle("production"),
        "staging": sample_bundle("staging", temperature=0.9),
    }
    layout = signed_layout(tmp_path / "layout", bundles, ours.signer)
    return Scene(layout, ours, signing_keys(tmp_path / "theirs"))


# --- what is right passes ---


def test_a_signed_bundle_is_verified(scene: Scene) -> None:
    verified = scene.verify()
    artifact = sample_bundle("production")

    assert verified.name == "production"
    assert verified.digest == artifact.digest
    assert verified.artifact == artifact
    assert verified.layers == artifact.blobs[:-1]
    assert verified.key_id == scene.ours.verifier.key_id
    assert verified.statement.revision == COMMIT
    assert verified.statement.source == "https://git.example.invalid/acme/config"
    assert verified.statement.builder_version == "0.1.0"
    assert verified.signatures == (sign(artifact, "production", scene.ours.signer),)


def test_the_other_bundle_does_not_matter(scene: Scene) -> None:
    digest = bundle_line(read_index(scene.layout), "staging")["digest"]
    blob_path(scene.layout, digest).unlink()
    scene.verify("production")

    assert scene.refused("staging").reason == "missing-blob"


def test_a_further_signature_by_somebody_else_does_no_harm(scene: Scene) -> None:
    theirs = sign(sample_bundle("production"), "production", scene.theirs.signer)
    signed = [sign(sample_bundle("production"), "production", scene.ours.signer), theirs]
    merge_layout(scene.layout, {"production": sample_bundle("production")}, signed)

    assert scene.verify().signatures == (signed[0],)


def test_an_unknown_bundle_is_no_refusal(scene: Scene) -> None:
    with pytest.raises(BundleNotFoundError):
        scene.verify("development")


def test_a_layout_that_passed_through_copying_tools(scene: Scene) -> None:
    """A signature alone in the index, without artifactType, counts for nothing: fail closed."""
    index = read_index(scene.layout)
    for line in index["manifests"]:
        line.pop("artifactType")
    write_index(scene.layout, index)

    assert scene.refused().reason == "no-signature"


# --- the tamper matrix ---


def _first_layer(scene: Scene) -> Any:
    manifest = read_blob(
        scene.layout, bundle_line(read_index(scene.layout), "production")["digest"]
    )
    return manifest["layers"][0]


def test_changed_blob(scene: Scene) -> None:
    path = blob_path(scene.layout, _first_layer(scene)["digest"])
    path.write_bytes(path.read_bytes().replace(b"EUR", b"USD"))
    error = scene.refused()

    assert error.reason == "changed-blob"
    assert "expected 'config/.json' of the bundle 'production' to have the digest" in error.message


def test_changed_manifest_in_place(scene: Scene) -> None:
    path = blob_path(scene.layout, bundle_line(read_index(scene.layout), "production")["digest"])
    path.write_bytes(path.read_bytes().replace(b"1.4.0", b"1.3.0"))

    assert scene.refused().reason == "changed-manifest"


@pytest.mark.parametrize("follow", [True, False])
def test_changed_manifest_rewritten(scene: Scene, follow: bool) -> None:
    def swap(manifest: Any) -> None:
        layer = manifest["layers"][0]
        data = b'{"documents":{"billing":{"value":{"currency":"USD"}}}}'
        layer["digest"], layer["size"] = put_blob(scene.layout, data), len(data)

    rewrite_manifest(scene.layout, "production", swap, follow=follow)
    error = scene.refused()

    assert error.reason == "changed-manifest"
    assert "'config/.json' is another" in error.message


def test_changed_manifest_with_the_same_layers(scene: Scene) -> None:
    rewrite_manifest(
        scene.layout,
        "production",
        lambda manifest: manifest["annotations"].update({"dev.gitconfig-tool.dimension.x": "y"}),
    )
    error = scene.refused()

    assert error.reason == "changed-manifest"
    assert "the layers are the same and the rest differs" in error.message


def test_changed_manifest_with_a_layer_less(scene: Scene) -> None:
    rewrite_manifest(scene.layout, "production", lambda manifest: manifest["layers"].pop())
    error = scene.refused()

    assert error.reason == "changed-manifest"
    assert "'provenance.json' is gone" in error.message or "is gone" in error.message


@pytest.mark.parametrize("follow", [True, False])
def test_extra_blob(scene: Scene, follow: bool) -> None:
    def add(manifest: Any) -> None:
        data = b'{"documents":{"evil":{"value":{}}}}'
        digest = put_blob(scene.layout, data)
        manifest["layers"].append(
            {
                "mediaType": "application/vnd.gitconfig-tool.namespace.v1+json",
                "digest": digest,
                "size": len(data),
                "annotations": {TITLE: "config/evil.json"},
            }
        )

    rewrite_manifest(scene.layout, "production", add, follow=follow)
    error = scene.refused()

    assert error.reason == "extra-blob"
    assert "not signed: 'config/evil.json'" in error.message


def test_extra_blob_behind_a_known_title(scene: Scene) -> None:
    def add(manifest: Any) -> None:
        digest = put_blob(scene.layout, b"{}x")
        manifest["layers"].append({**manifest["layers"][0], "digest": digest, "size": 3})

    rewrite_manifest(scene.layout, "production", add)

    assert scene.refused().reason == "extra-blob"


def test_extra_blob_that_nothing_refers_to_is_harmless(scene: Scene) -> None:
    put_blob(scene.layout, b"stray")
    scene.verify()


@pytest.mark.parametrize("which", ["layer", "manifest", "config"])
def test_missing_blob(scene: Scene, which: str) -> None:
    digest = bundle_line(read_index(scene.layout), "production")["digest"]
    manifest = read_blob(scene.layout, digest)
    missing = {
        "layer": manifest["layers"][0]["digest"],
        "manifest": digest,
        "config": manifest["config"]["digest"],
    }[which]
    blob_path(scene.layout, missing).unlink()
    error = scene.refused()

    assert error.reason == "missing-blob"
    assert "found that the store lacks it" in error.message or "found no such file" in error.message


def test_untrusted_key(scene: Scene) -> None:
    artifact = sample_bundle("production")
    write_layout(
        scene.layout, {"production": artifact}, [sign(artifact, "production", scene.theirs.signer)]
    )
    error = scene.refused()

    assert error.reason == "untrusted-key"
    assert scene.ours.verifier.key_id in error.message


def test_untrusted_key_for_a_manifest_of_their_own(scene: Scene) -> None:
    """Their bundle and their signature take our bundle's place; our signature is still about."""
    artifact = sample_bundle("production", temperature=2.0)
    theirs = sign(artifact, "production", scene.theirs.signer)
    index = read_index(scene.layout)
    for blob in artifact.blobs:
        put_blob(scene.layout, blob.data)
    line = bundle_line(index, "production")
    line["digest"], line["size"] = put_blob(scene.layout, artifact.manifest), len(artifact.manifest)
    for blob in theirs.blobs:
        put_blob(scene.layout, blob.data)
    put_blob(scene.layout, theirs.manifest)
    index["manifests"].append(theirs.descriptor.to_json())
    write_index(scene.layout, index)

    assert scene.refused().reason == "untrusted-key"


@pytest.mark.parametrize("with_signature", [True, False])
def test_wrong_bundle_manifest_in_place(scene: Scene, with_signature: bool) -> None:
    """The index says that staging's manifest is production's."""
    index = read_index(scene.layout)
    staging = bundle_line(index, "staging")
    line = bundle_line(index, "production")
    line["digest"], line["size"] = staging["digest"], staging["size"]
    if not with_signature:
        index["manifests"] = [entry for entry in index["manifests"] if "annotations" in entry]
    write_index(scene.layout, index)
    error = scene.refused()

    assert error.reason == "wrong-bundle"
    assert "'staging'" in error.message


def test_wrong_bundle_signature_in_place(scene: Scene) -> None:
    """Staging's signature is filed under production's manifest, and production's is removed."""
    index = read_index(scene.layout)
    production = bundle_line(index, "production")
    lines = {}
    for line in signature_lines(index):
        lines[read_blob(scene.layout, line["digest"])["subject"]["digest"]] = line
    index["manifests"].remove(lines[production["digest"]])
    line = lines[bundle_line(index, "staging")["digest"]]
    content = read_blob(scene.layout, line["digest"])
    content["subject"].update(digest=production["digest"], size=production["size"])
    data = canonical_json(content)
    line["digest"], line["size"] = put_blob(scene.layout, data), len(data)
    write_index(scene.layout, index)
    error = scene.refused()

    assert error.reason == "wrong-bundle"
    assert (
        "expected a signature of the bundle 'production', found that of 'staging'" in error.message
    )


def test_wrong_bundle_name_even_if_signed_so(scene: Scene) -> None:
    """The trusted signer itself says `production` of a manifest that calls itself staging."""
    artifact = sample_bundle("staging")
    signed = sign(artifact, "staging", scene.ours.signer)
    payload = json.loads(
        base64.b64decode(json.loads(signed.blobs[0].data)["dsseEnvelope"]["payload"])
    )
    payload["subject"][0]["name"] = "production"
    forged = sign_payload(canonical_json(payload), scene.ours.signer)
    write_layout(
        scene.layout, {"production": artifact}, [pack_signature(artifact.descriptor, forged)]
    )

    assert scene.refused().reason == "wrong-bundle"


def test_no_signature(scene: Scene) -> None:
    write_layout(scene.layout, {"production": sample_bundle("production")})
    error = scene.refused()

    assert error.reason == "no-signature"
    assert "--sign" in error.hint


def test_a_signature_filed_under_another_manifest(scene: Scene) -> None:
    index = read_index(scene.layout)
    production = bundle_line(index, "production")["digest"]
    for line in signature_lines(index):
        content = read_blob(scene.layout, line["digest"])
        if content["subject"]["digest"] == production:
            content["subject"]["digest"] = "sha256:" + "0" * 64
            data = canonical_json(content)
            line["digest"], line["size"] = put_blob(scene.layout, data), len(data)
    write_index(scene.layout, index)

    assert scene.refused().reason == "changed-manifest"


# --- signatures that are none ---


def _only_signature(scene: Scene, data: bytes) -> None:
    """Give production one signature, with these bytes."""
    artifact = sample_bundle("production")
    write_layout(
        scene.layout, {"production": artifact}, [pack_signature(artifact.descriptor, data)]
    )


def _sigstore(scene: Scene) -> Any:
    return json.loads(
        sign(sample_bundle("production"), "production", scene.ours.signer).blobs[0].data
    )


def _set(value: Any, path: str, item: Any) -> Any:
    *parents, last = path.split(".")
    for key in parents:
        value = value[int(key)] if key.isdigit() else value[key]
    value[last] = item
    return value


@pytest.mark.parametrize(
    ("path", "item"),
    [
        ("mediaType", "application/vnd.dev.sigstore.bundle.v0.2+json"),
        ("verificationMaterial", {"certificate": {}}),
        ("verificationMaterial", None),
        ("dsseEnvelope", None),
        ("dsseEnvelope.signatures", []),
        ("dsseEnvelope.signatures", [{"sig": "AA=="}, {"sig": "AA=="}]),
        ("dsseEnvelope.signatures", ["AA=="]),
        ("dsseEnvelope.payload", None),
        ("dsseEnvelope.payload", "not base64!"),
        ("dsseEnvelope.payloadType", 5),
    ],
)
def test_a_malformed_signature(scene: Scene, path: str, item: Any) -> None:
    value = _sigstore(scene)
    _set(value, path, item)
    _only_signature(scene, canonical_json(value))

    assert scene.refused().reason == "malformed-signature"


def test_a_signature_that_is_not_json(scene: Scene) -> None:
    _only_signature(scene, b"garbage")

    assert scene.refused().reason == "malformed-signature"


def test_a_signature_that_was_changed(scene: Scene) -> None:
    value = _sigstore(scene)
    envelope = value["dsseEnvelope"]
    payload = json.loads(base64.b64decode(envelope["payload"]))
    payload["predicate"]["buildDefinition"]["externalParameters"]["source"] = "https://evil.invalid"
    envelope["payload"] = base64.b64encode(canonical_json(payload)).decode()
    _only_signature(scene, canonical_json(value))
    error = scene.refused()

    assert error.reason == "changed-signature"
    assert "does not match" in error.message


def test_a_changed_payload_type_is_not_covered(scene: Scene) -> None:
    """DSSE signs the payload type as well."""
    value = _sigstore(scene)
    value["dsseEnvelope"]["payloadType"] = "text/plain"
    _only_signature(scene, canonical_json(value))

    assert scene.refused().reason == "changed-signature"


def test_an_oversized_signature(scene: Scene) -> None:
    _only_signature(scene, b" " * (MAX_SIGNATURE_BYTES + 1))

    assert scene.refused().reason == "oversize"


@pytest.mark.parametrize(("damage", "reason"), [(True, "changed-blob"), (False, "missing-blob")])
def test_a_damaged_signature_blob(scene: Scene, damage: bool, reason: str) -> None:
    signature = sign(sample_bundle("production"), "production", scene.ours.signer)
    path = blob_path(scene.layout, signature.blobs[0].digest)
    path.write_bytes(b"{}") if damage else path.unlink()

    assert scene.refused().reason == reason


@pytest.mark.parametrize(
    ("damage", "reason"), [(True, "changed-manifest"), (False, "missing-blob")]
)
def test_a_damaged_signature_manifest(scene: Scene, damage: bool, reason: str) -> None:
    signature = sign(sample_bundle("production"), "production", scene.ours.signer)
    path = blob_path(scene.layout, signature.digest)
    path.write_bytes(b"{}") if damage else path.unlink()

    assert scene.refused().reason == reason


def _other_type(payload: Any) -> None:
    payload["_type"] = "https://in-toto.io/Statement/v0.1"


def _other_predicate(payload: Any) -> None:
    payload["predicateType"] = "https://example.invalid/vulnerability-scan"


def _other_build(payload: Any) -> None:
    payload["predicate"]["buildDefinition"]["buildType"] = "https://example.invalid/build"


def _two_subjects(payload: Any) -> None:
    payload["subject"] *= 2


def _no_digest(payload: Any) -> None:
    payload["subject"][0]["digest"] = {"sha512": "00"}


def _no_byproducts(payload: Any) -> None:
    payload["predicate"]["runDetails"].pop("byproducts")


def _bad_byproduct(payload: Any) -> None:
    payload["predicate"]["runDetails"]["byproducts"][0].pop("name")


def _other_byproducts(payload: Any) -> None:
    payload["predicate"]["runDetails"]["byproducts"].pop()


@pytest.mark.parametrize(
    "change",
    [
        _other_type,
        _other_predicate,
        _other_build,
        _two_subjects,
        _no_digest,
        _no_byproducts,
        _bad_byproduct,
        _other_byproducts,
    ],
)
def test_a_trusted_key_that_signed_something_else(
    scene: Scene, change: Callable[[Any], None]
) -> None:
    payload = json.loads(base64.b64decode(_sigstore(scene)["dsseEnvelope"]["payload"]))
    change(payload)
    _only_signature(scene, sign_payload(canonical_json(payload), scene.ours.signer))

    assert scene.refused().reason == "wrong-statement"


# --- manifests that are none ---


def test_a_manifest_of_another_type(scene: Scene) -> None:
    """A signature's manifest, named as a bundle, and with a statement that names it so."""
    index = read_index(scene.layout)
    signature = signature_lines(index)[0]
    line = bundle_line(index, "production")
    line["digest"], line["size"] = signature["digest"], signature["size"]
    write_index(scene.layout, index)

    assert scene.refused().reason == "wrong-bundle"


@pytest.mark.parametrize("data", [b"garbage", b"{}", b"[]"])
def test_a_malformed_manifest(scene: Scene, data: bytes) -> None:
    index = read_index(scene.layout)
    line = bundle_line(index, "production")
    line["digest"], line["size"] = put_blob(scene.layout, data), len(data)
    write_index(scene.layout, index)

    assert scene.refused().reason == "malformed-manifest"


def test_an_oversized_manifest(scene: Scene) -> None:
    index = read_index(scene.layout)
    line = bundle_line(index, "production")
    line["size"] = 1 << 40
    write_index(scene.layout, index)

    assert scene.refused().reason == "oversize"


def test_an_oversized_bundle(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gitconfig_tool.trust.verification.MAX_BUNDLE_BYTES", 100)

    assert scene.refused().reason == "oversize"


def test_a_title_twice_is_refused_although_signed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No packer of ours makes such a manifest; a signer with a fault might."""
    blobs = [Blob("text/plain", text, {TITLE: name}) for text, name in ((b"1", "a"), (b"2", "b"))]
    artifact = pack_bundle(blobs, annotations("production"))
    manifest = json.loads(artifact.manifest)
    manifest["layers"][1]["annotations"][TITLE] = "a"
    doubled = type(artifact)(canonical_json(manifest), artifact.blobs)
    write_layout(
        scene.layout, {"production": doubled}, [sign(doubled, "production", scene.ours.signer)]
    )

    assert scene.refused().reason == "duplicate-title"


# --- signing ---


def test_a_work_tree_is_not_signed(scene: Scene) -> None:
    artifact = pack_bundle(sample_layers(), annotations("production", **{WORKTREE: "true"}))
    with pytest.raises(SigningError, match="compiled from the work tree"):
        sign(artifact, "production", scene.ours.signer)


def test_a_signed_work_tree_is_refused(scene: Scene) -> None:
    """Somebody with the key got around the refusal to sign."""
    honest = pack_bundle(sample_layers(), annotations("production"))
    artifact = pack_bundle(sample_layers(), annotations("production", **{WORKTREE: "true"}))
    signed = json.loads(sign(honest, "production", scene.ours.signer).blobs[0].data)
    payload = json.loads(base64.b64decode(signed["dsseEnvelope"]["payload"]))
    payload["subject"][0]["digest"]["sha256"] = artifact.digest.removeprefix("sha256:")
    forged = sign_payload(canonical_json(payload), scene.ours.signer)
    write_layout(
        scene.layout, {"production": artifact}, [pack_signature(artifact.descriptor, forged)]
    )

    assert scene.refused().reason == "worktree"


def test_signing_under_another_name_is_a_bug(scene: Scene) -> None:
    with pytest.raises(ValueError, match="not the bundle 'staging'"):
        sign(sample_bundle("production"), "staging", scene.ours.signer)


def test_the_statement_as_the_specifications_say(scene: Scene) -> None:
    artifact = sample_bundle("production")
    sigstore = json.loads(sign(artifact, "production", scene.ours.signer).blobs[0].data)
    envelope = sigstore.pop("dsseEnvelope")
    statement = json.loads(base64.b64decode(envelope["payload"]))

    assert sigstore == {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {
            "publicKey": {"hint": scene.ours.verifier.key_id},
            "tlogEntries": [],
        },
    }
    assert envelope["payloadType"] == "application/vnd.in-toto+json"
    run = statement["predicate"]["runDetails"]
    assert run["byproducts"][0] == {
        "name": "config/.json",
        "digest": {"sha256": artifact.blobs[0].digest.removeprefix("sha256:")},
        "mediaType": "application/vnd.gitconfig-tool.namespace.v1+json",
    }
    assert len(run.pop("byproducts")) == len(artifact.blobs) - 1
    assert statement == {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            {
                "name": "production",
                "digest": {"sha256": artifact.digest.removeprefix("sha256:")},
            }
        ],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "https://gitconfig-tool.dev/compile/v1",
                "externalParameters": {
                    "source": "https://git.example.invalid/acme/config",
                    "bundle": "production",
                    "dimensions": {"environment": "production"},
                },
                "internalParameters": {},
                "resolvedDependencies": [
                    {
                        "uri": "git+https://git.example.invalid/acme/config",
                        "digest": {"gitCommit": COMMIT},
                    }
                ],
            },
            "runDetails": {
                "builder": {
                    "id": "https://gitconfig-tool.dev/compiler",
                    "version": {"gitconfig-tool": "0.1.0"},
                }
            },
        },
    }


def test_a_project_without_a_source(scene: Scene) -> None:
    artifact = sample_bundle("production")
    signature = sign_bundle(
        artifact,
        bundle="production",
        source=None,
        revision=COMMIT,
        dimensions={},
        compiler_version="0.1.0",
        signer=scene.ours.signer,
    )
    write_layout(scene.layout, {"production": artifact}, [signature])

    assert scene.verify().statement.source == ""


def test_a_signed_layout_is_reproducible(scene: Scene, tmp_path: Path) -> None:
    bundles = {"production": sample_bundle("production")}
    one = signed_layout(tmp_path / "one", bundles, scene.ours.signer)
    two = signed_layout(tmp_path / "two", bundles, scene.ours.signer)

    assert (one / "index.json").read_bytes() == (two / "index.json").read_bytes()


def test_the_descriptor_of_a_signature_names_its_type(scene: Scene) -> None:
    descriptors = LayoutStore(scene.layout).signatures()

    assert {descriptor.artifact_type for descriptor in descriptors} == {SIGSTORE_TYPE}
    assert all(isinstance(descriptor, Descriptor) for descriptor in descriptors)


def test_our_annotation_names_the_bundle() -> None:
    assert annotations("production")[BUNDLE] == "production"
