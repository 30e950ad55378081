"""What one signature in a store says, and what can be said against it.

Reading never fails: in a store that an attacker writes to, a bad signature is a finding.
"""

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
    StoreError,
)
from gitconfig_tool.artifact.vocabulary import MAX_MANIFEST_BYTES, MAX_SIGNATURE_BYTES
from gitconfig_tool.trust.keys import Verifier
from gitconfig_tool.trust.sigstore import PAYLOAD_TYPE, SignedPayload
from gitconfig_tool.trust.statement import Statement


@dataclass(frozen=True, slots=True)
class Evidence:
    """One signature.

    `trusted` says that the trusted key made it; `statement` is what it says, as far as that can be
    read. `reason` and `problem` say what is wrong with it, as in `VerificationError`; both are
    empty for a trusted statement. `hinted` says that it claims to be by the trusted key.
    """

    descriptor: Descriptor
    trusted: bool = False
    hinted: bool = False
    statement: Statement | None = None
    artifact: Artifact | None = None
    reason: str = ""
    problem: str = ""


def read_evidence(store: Store, descriptor: Descriptor, verifier: Verifier) -> Evidence:
    """Read one signature and say what it is worth."""
    try:
        manifest_bytes = store.read(descriptor, MAX_MANIFEST_BYTES)
    except StoreError as error:
        reason = "missing-blob" if isinstance(error, BlobMissingError) else "changed-manifest"
        return Evidence(descriptor, reason=reason, problem=f"a signature: {error.message}")
    except OversizeError as error:
        return Evidence(descriptor, reason="oversize", problem=error.message)
    try:
        manifest = Manifest.from_bytes(manifest_bytes)
        layer = manifest.layers[0]
        data = store.read(layer, MAX_SIGNATURE_BYTES)
        config = Blob(manifest.config.media_type, store.read(manifest.config, MAX_SIGNATURE_BYTES))
        signed = SignedPayload.from_bytes(data)
    except BlobMissingError as error:
        return Evidence(descriptor, reason="missing-blob", problem=error.message)
    except BlobChangedError as error:
        return Evidence(descriptor, reason="changed-blob", problem=error.message)
    except OversizeError as error:
        return Evidence(descriptor, reason="oversize", problem=error.message)
    except (ArtifactError, StoreError) as error:
        return Evidence(descriptor, reason="malformed-signature", problem=error.message)
    hinted = signed.key_hint == verifier.key_id
    trusted = verifier.is_signed(signed.signature, signed.signed_bytes)
    try:
        if signed.payload_type != PAYLOAD_TYPE:
            raise ArtifactError(
                f"expected the payloadType {PAYLOAD_TYPE}, found {signed.payload_type[:100]!r}"
            )
        statement = Statement.from_bytes(signed.payload)
    except ArtifactError as error:
        reason = "wrong-statement" if trusted else _untrusted(hinted)
        return Evidence(descriptor, trusted, hinted, reason=reason, problem=error.message)
    if not trusted:
        key = signed.key_hint[:64] or "an unnamed key"
        return Evidence(
            descriptor,
            hinted=hinted,
            statement=statement,
            reason=_untrusted(hinted),
            problem=key,
        )
    blob = Blob(layer.media_type, data, layer.annotations)
    artifact = Artifact(manifest_bytes, (blob, config))
    return Evidence(descriptor, True, hinted, statement, artifact)


def _untrusted(hinted: bool) -> str:
    return "changed-signature" if hinted else "untrusted-key"
