"""Packing: the same blobs give the same bytes, whatever their order."""

import itertools
import json

import pytest

from gitconfig_tool.artifact import Blob, Manifest, pack_bundle, pack_signature
from gitconfig_tool.artifact.vocabulary import BUNDLE_TYPE, SIGSTORE_TYPE, TITLE


def _blob(title: str, data: bytes = b"x") -> Blob:
    return Blob("text/plain", data, {TITLE: title})


def test_the_order_of_layers_does_not_matter() -> None:
    blobs = [_blob("b", b"1"), _blob("a", b"2"), _blob("c/d", b"1")]

    packed = {pack_bundle(order, {"k": "v"}).manifest for order in itertools.permutations(blobs)}

    assert len(packed) == 1
    manifest = json.loads(packed.pop())
    assert [layer["annotations"][TITLE] for layer in manifest["layers"]] == ["a", "b", "c/d"]


def test_the_manifest_byte_for_byte() -> None:
    # Written out by hand after manifest.md of the OCI image specification; digests by sha256sum.
    artifact = pack_bundle([Blob("text/plain", b"abc", {TITLE: "t"})], {"k": "v"})

    assert artifact.manifest.decode() == (
        '{"annotations":{"k":"v"},'
        '"artifactType":"application/vnd.gitconfig-tool.bundle.v1",'
        '"config":{"digest":'
        '"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",'
        '"mediaType":"application/vnd.oci.empty.v1+json","size":2},'
        '"layers":[{"annotations":{"org.opencontainers.image.title":"t"},'
        '"digest":"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",'
        '"mediaType":"text/plain","size":3}],'
        '"mediaType":"application/vnd.oci.image.manifest.v1+json","schemaVersion":2}'
    )


def test_a_packed_bundle_reads_back() -> None:
    artifact = pack_bundle([_blob("a"), _blob("b", b"yy")], {"k": "v"})
    manifest = Manifest.from_bytes(artifact.manifest)

    assert manifest.artifact_type == BUNDLE_TYPE
    assert manifest.annotations == {"k": "v"}
    assert manifest.references == tuple(blob.descriptor for blob in artifact.blobs)
    assert artifact.descriptor.size == len(artifact.manifest)
    assert artifact.descriptor.artifact_type == BUNDLE_TYPE


def test_a_signature_refers_to_its_subject() -> None:
    subject = pack_bundle([_blob("a")], {}).descriptor
    signature = pack_signature(subject, b"{}")
    manifest = Manifest.from_bytes(signature.manifest)

    assert manifest.artifact_type == SIGSTORE_TYPE
    assert manifest.subject == subject
    assert manifest.layers[0].media_type == SIGSTORE_TYPE


def test_titles_must_be_there_and_differ() -> None:
    with pytest.raises(ValueError, match="two layers of the bundle have the title 'a'"):
        pack_bundle([_blob("a"), _blob("a", b"y")], {})
    with pytest.raises(ValueError, match="every layer of a bundle needs a title"):
        pack_bundle([Blob("text/plain", b"")], {})


def test_bytes_stay_out_of_repr() -> None:
    assert "fake-secret" not in repr(_blob("a", b"fake-secret"))
