"""The bundle as an OCI artifact: its words, digests, manifests and layers.

Pure data and bytes: reads no files and opens no connections. Everything that the fetcher needs to
understand a bundle is here; where artifacts live is the work of `stores`.
"""

from typing import TYPE_CHECKING

from gitconfig_tool.deferred import deferred

if TYPE_CHECKING:
    from gitconfig_tool.artifact.canonical import canonical_json, parse_json, sha256_digest
    from gitconfig_tool.artifact.errors import ArtifactError, OversizeError
    from gitconfig_tool.artifact.layers import (
        BundleContents,
        PackedDocument,
        PackedSecret,
        PreviousValue,
        SopsFile,
        emitted_layer,
        namespace_layer,
        prompt_layer,
        provenance_layer,
        read_contents,
        schema_layer,
        sops_layer,
    )
    from gitconfig_tool.artifact.manifest import Blob, Descriptor, Manifest, is_digest
    from gitconfig_tool.artifact.names import is_plain_path
    from gitconfig_tool.artifact.packing import Artifact, pack_bundle, pack_signature
    from gitconfig_tool.artifact.store import (
        BlobChangedError,
        BlobMissingError,
        BundleNotFoundError,
        Store,
        StoreError,
    )

__all__ = [
    "Artifact",
    "ArtifactError",
    "Blob",
    "BlobChangedError",
    "BlobMissingError",
    "BundleContents",
    "BundleNotFoundError",
    "Descriptor",
    "Manifest",
    "OversizeError",
    "PackedDocument",
    "PackedSecret",
    "PreviousValue",
    "SopsFile",
    "Store",
    "StoreError",
    "canonical_json",
    "emitted_layer",
    "is_digest",
    "is_plain_path",
    "namespace_layer",
    "pack_bundle",
    "pack_signature",
    "parse_json",
    "prompt_layer",
    "provenance_layer",
    "read_contents",
    "schema_layer",
    "sha256_digest",
    "sops_layer",
]

__getattr__ = deferred(
    __name__,
    {
        "canonical_json": ".canonical",
        "parse_json": ".canonical",
        "sha256_digest": ".canonical",
        "ArtifactError": ".errors",
        "OversizeError": ".errors",
        "BundleContents": ".layers",
        "PackedDocument": ".layers",
        "PackedSecret": ".layers",
        "PreviousValue": ".layers",
        "SopsFile": ".layers",
        "emitted_layer": ".layers",
        "namespace_layer": ".layers",
        "prompt_layer": ".layers",
        "provenance_layer": ".layers",
        "read_contents": ".layers",
        "schema_layer": ".layers",
        "sops_layer": ".layers",
        "Blob": ".manifest",
        "Descriptor": ".manifest",
        "Manifest": ".manifest",
        "is_digest": ".manifest",
        "is_plain_path": ".names",
        "Artifact": ".packing",
        "pack_bundle": ".packing",
        "pack_signature": ".packing",
        "BlobChangedError": ".store",
        "BlobMissingError": ".store",
        "BundleNotFoundError": ".store",
        "Store": ".store",
        "StoreError": ".store",
    },
)
