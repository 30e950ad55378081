"""Verifying a bundle out of a store that an attacker may have written to.

What counts is one rule: the trusted key signed a statement that says of this bundle name, this
manifest digest. All else follows from digests. Where the rule fails, `explanation` says why; it can
only choose the words of a refusal, never turn one into a pass.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from gitconfig_tool.artifact import (
    Artifact,
    ArtifactError,
    Blob,
    BlobChangedError,
    BlobMissingError,
    Descriptor,
    Manifest,
    OversizeError,
    Store,
)
from gitconfig_tool.artifact.vocabulary import (
    BUNDLE,
    BUNDLE_TYPE,
    MAX_BLOB_BYTES,
    MAX_BUNDLE_BYTES,
    MAX_MANIFEST_BYTES,
    WORKTREE,
)
from gitconfig_tool.trust.errors import COMPILE_AGAIN, VerificationError
from gitconfig_tool.trust.evidence import Evidence, read_evidence
from gitconfig_tool.trust.explanation import explain_refusal
from gitconfig_tool.trust.keys import Verifier
from gitconfig_tool.trust.statement import Statement


@dataclass(frozen=True, slots=True)
class VerifiedBundle:
    """A bundle whose every byte is what the trusted key signed.

    `layers` are in the manifest's order. `artifact` and `signatures` are the same bytes in the form
    that a store takes; only signatures by the trusted key are among them.
    """

    name: str
    digest: str
    manifest: Manifest
    layers: tuple[Blob, ...]
    statement: Statement
    key_id: str
    artifact: Artifact
    signatures: tuple[Artifact, ...]


def verify_bundle(store: Store, bundle: str, verifier: Verifier) -> VerifiedBundle:
    """Verify a bundle and return its bytes, or raise `VerificationError`.

    Raises `StoreError` when the store cannot be read at all or lists no such bundle.
    """
    descriptor = store.resolve(bundle)
    manifest_bytes, manifest = _read_manifest(store, bundle, descriptor)
    evidence = [
        read_evidence(store, referrer, verifier) for referrer in store.referrers(descriptor.digest)
    ]
    signed = [
        item
        for item in evidence
        if item.statement is not None
        and item.trusted
        and item.statement.bundle == bundle
        and item.statement.digest == descriptor.digest
    ]
    statement = signed[0].statement if signed else None
    if statement is None:
        raise explain_refusal(
            bundle,
            descriptor.digest,
            manifest,
            evidence,
            _other_evidence(store, verifier, evidence),
            verifier,
        )
    _check_manifest(bundle, manifest, statement)
    blobs = _read_layers(store, bundle, manifest)
    return VerifiedBundle(
        name=bundle,
        digest=descriptor.digest,
        manifest=manifest,
        layers=blobs[:-1],
        statement=statement,
        key_id=verifier.key_id,
        artifact=Artifact(manifest_bytes, blobs),
        signatures=tuple(item.artifact for item in signed if item.artifact is not None),
    )


def _read_manifest(store: Store, bundle: str, descriptor: Descriptor) -> tuple[bytes, Manifest]:
    try:
        data = store.read(descriptor, MAX_MANIFEST_BYTES)
        manifest = Manifest.from_bytes(data)
    except BlobMissingError as error:
        raise VerificationError(
            "missing-blob",
            f"expected the manifest of the bundle {bundle!r} in {store.address}, found that the"
            f" store lacks it ({descriptor.digest})",
            bundle=bundle,
            hint="copy the layout again, whole",
        ) from error
    except BlobChangedError as error:
        raise VerificationError(
            "changed-manifest",
            f"expected the manifest of the bundle {bundle!r} to have the digest"
            f" {descriptor.digest}, found other bytes in its place",
            bundle=bundle,
            hint=COMPILE_AGAIN,
        ) from error
    except OversizeError as error:
        raise VerificationError(
            "oversize", f"the bundle {bundle!r}: {error.message}", bundle=bundle
        ) from error
    except ArtifactError as error:
        raise VerificationError(
            "malformed-manifest", f"the bundle {bundle!r}: {error.message}", bundle=bundle
        ) from error
    return data, manifest


def _other_evidence(
    store: Store, verifier: Verifier, known: Iterable[Evidence]
) -> Iterable[Evidence]:
    seen = {item.descriptor.digest for item in known}
    for descriptor in store.signatures():
        if descriptor.digest not in seen:
            yield read_evidence(store, descriptor, verifier)


def _check_manifest(bundle: str, manifest: Manifest, statement: Statement) -> None:
    """Check what the signed manifest says of itself."""
    if manifest.artifact_type != BUNDLE_TYPE:
        raise VerificationError(
            "malformed-manifest",
            f"expected the bundle {bundle!r} to be of the type {BUNDLE_TYPE}, found"
            f" {manifest.artifact_type!r}",
            bundle=bundle,
        )
    named = manifest.annotations.get(BUNDLE)
    if named != bundle:
        raise VerificationError(
            "wrong-bundle",
            f"expected the manifest of the bundle {bundle!r}, found one that calls itself"
            f" {named!r}",
            bundle=bundle,
            hint=COMPILE_AGAIN,
        )
    if WORKTREE in manifest.annotations:
        raise VerificationError(
            "worktree",
            f"expected the bundle {bundle!r} to come from a commit, found one compiled from a work"
            " tree",
            bundle=bundle,
            hint="commit the changes, compile again without --worktree, then sign",
        )
    titles: set[str] = set()
    for layer in manifest.layers:
        if not layer.title or layer.title in titles:
            raise VerificationError(
                "duplicate-title",
                f"expected each layer of the bundle {bundle!r} to have a title of its own, found"
                f" {layer.title!r} {'twice' if layer.title else 'as title'}",
                bundle=bundle,
            )
        titles.add(layer.title)
    said = {(item.name, item.digest, item.media_type) for item in statement.byproducts}
    if said != {(layer.title, layer.digest, layer.media_type) for layer in manifest.layers}:
        raise VerificationError(
            "wrong-statement",
            f"expected the signed statement about {bundle!r} to list the layers of its manifest,"
            " found others",
            bundle=bundle,
            hint="the signer is not this tool, or has a fault; compile and sign again",
        )


def _read_layers(store: Store, bundle: str, manifest: Manifest) -> tuple[Blob, ...]:
    """Read every blob that the manifest refers to, the config last."""
    total = sum(layer.size for layer in manifest.references)
    if total > MAX_BUNDLE_BYTES:
        raise VerificationError(
            "oversize",
            f"expected the bundle {bundle!r} to have at most {MAX_BUNDLE_BYTES:,} bytes, found"
            f" {total:,}",
            bundle=bundle,
            hint="split the project into several bundles",
        )
    blobs = []
    for layer in manifest.references:
        name = repr(layer.title) if layer.title else "the empty config"
        try:
            data = store.read(layer, MAX_BLOB_BYTES)
        except BlobMissingError as error:
            raise VerificationError(
                "missing-blob",
                f"expected {name} of the bundle {bundle!r} in {store.address}, found that the"
                f" store lacks it ({layer.digest})",
                bundle=bundle,
                hint="copy the layout again, whole",
            ) from error
        except BlobChangedError as error:
            raise VerificationError(
                "changed-blob",
                f"expected {name} of the bundle {bundle!r} to have the digest {layer.digest}, found"
                " other bytes in its place",
                bundle=bundle,
                hint=COMPILE_AGAIN,
            ) from error
        blobs.append(Blob(layer.media_type, data, layer.annotations))
    return tuple(blobs)
