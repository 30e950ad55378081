"""Blobs to an artifact: the manifest, byte for byte the same for the same blobs.

Does not store, sign or compress. A mistake of the caller, such as two layers of one title, is a
bug and raises `ValueError`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from gitconfig_tool.artifact.canonical import canonical_json, sha256_digest
from gitconfig_tool.artifact.manifest import Blob, Descriptor, Manifest
from gitconfig_tool.artifact.vocabulary import (
    BUNDLE_TYPE,
    EMPTY_DATA,
    EMPTY_TYPE,
    MANIFEST_TYPE,
    SIGSTORE_TYPE,
    TITLE,
)

EMPTY_BLOB = Blob(EMPTY_TYPE, EMPTY_DATA)


@dataclass(frozen=True, slots=True)
class Artifact:
    """A manifest and every blob that it refers to: its layers in order, then its config."""

    manifest: bytes
    blobs: tuple[Blob, ...]

    @property
    def digest(self) -> str:
        """The digest of the manifest, which names the whole artifact."""
        return sha256_digest(self.manifest)

    @property
    def descriptor(self) -> Descriptor:
        """What an index says about this artifact."""
        manifest = Manifest.from_bytes(self.manifest)
        return Descriptor(
            MANIFEST_TYPE, self.digest, len(self.manifest), artifact_type=manifest.artifact_type
        )


def pack_bundle(layers: Sequence[Blob], annotations: Mapping[str, str]) -> Artifact:
    """Pack the layers of a bundle; their order does not matter.

    Raises `ValueError` when a layer has no title or two have the same.
    """
    ordered = tuple(sorted(layers, key=lambda layer: layer.title))
    titles = [layer.title for layer in ordered]
    if "" in titles:
        raise ValueError("every layer of a bundle needs a title")
    for title, following in pairwise(titles):
        if title == following:
            raise ValueError(f"two layers of the bundle have the title {title!r}")
    return _pack(BUNDLE_TYPE, ordered, annotations=annotations)


def pack_signature(subject: Descriptor, sigstore_bundle: bytes) -> Artifact:
    """Pack a Sigstore bundle as a referrer of `subject` (`manifest.md`, the property `subject`)."""
    layer = Blob(SIGSTORE_TYPE, sigstore_bundle, {TITLE: "signature.sigstore.json"})
    return _pack(SIGSTORE_TYPE, (layer,), subject=subject)


def _pack(
    artifact_type: str,
    layers: tuple[Blob, ...],
    *,
    annotations: Mapping[str, str] | None = None,
    subject: Descriptor | None = None,
) -> Artifact:
    manifest: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "artifactType": artifact_type,
        "config": EMPTY_BLOB.descriptor.to_json(),
        "layers": [layer.descriptor.to_json() for layer in layers],
    }
    if annotations:
        manifest["annotations"] = dict(annotations)
    if subject is not None:
        # The bare descriptor: a referrer speaks of content, not of the name it had in some index.
        manifest["subject"] = Descriptor(
            subject.media_type, subject.digest, subject.size, artifact_type=subject.artifact_type
        ).to_json()
    return Artifact(canonical_json(manifest), (*layers, EMPTY_BLOB))
