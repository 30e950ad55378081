"""The Sigstore bundle, version 0.3: a DSSE envelope and a hint at the key.

Sigstore `protobuf-specs`, `sigstore_bundle.proto`; DSSE `envelope.md`. We use the public-key form:
there is no certificate and no transparency log.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Self

from securesystemslib.dsse import Envelope
from securesystemslib.signer import Signer

from gitconfig_tool.artifact import ArtifactError, canonical_json, parse_json
from gitconfig_tool.artifact.vocabulary import SIGSTORE_TYPE

PAYLOAD_TYPE = "application/vnd.in-toto+json"


@dataclass(frozen=True, slots=True)
class SignedPayload:
    """What a Sigstore bundle holds. Nothing in it is verified; the hint is anybody's claim."""

    payload: bytes
    payload_type: str
    signature: bytes
    key_hint: str

    @property
    def signed_bytes(self) -> bytes:
        """The bytes that the signature covers: DSSE's pre-authentication encoding."""
        return Envelope(self.payload, self.payload_type, {}).pae()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a Sigstore bundle; raises `ArtifactError` for a form that we do not use."""
        value = parse_json(data, "the signature")
        if not isinstance(value, dict) or value.get("mediaType") != SIGSTORE_TYPE:
            raise ArtifactError(f"expected a signature of the mediaType {SIGSTORE_TYPE}")
        material = value.get("verificationMaterial")
        public_key = material.get("publicKey") if isinstance(material, dict) else None
        if not isinstance(public_key, dict):
            raise ArtifactError("expected a signature by a public key, found another kind")
        envelope = value.get("dsseEnvelope")
        if not isinstance(envelope, dict):
            raise ArtifactError("expected a DSSE envelope in the signature, found none")
        signatures = envelope.get("signatures")
        if not isinstance(signatures, list) or len(signatures) != 1:
            # "There MUST be exactly one signature in the envelope": sigstore_bundle.proto.
            raise ArtifactError("expected exactly one signature in the envelope")
        signature = signatures[0].get("sig") if isinstance(signatures[0], dict) else None
        payload_type = envelope.get("payloadType")
        if not isinstance(payload_type, str):
            raise ArtifactError("expected a payloadType in the envelope")
        hint = public_key.get("hint")
        return cls(
            payload=_decode(envelope.get("payload"), "payload"),
            payload_type=payload_type,
            signature=_decode(signature, "signature"),
            key_hint=hint if isinstance(hint, str) else "",
        )


def sign_payload(payload: bytes, signer: Signer) -> bytes:
    """Sign a statement and return the Sigstore bundle, in canonical JSON."""
    signature = Envelope(payload, PAYLOAD_TYPE, {}).sign(signer)
    return canonical_json(
        {
            "mediaType": SIGSTORE_TYPE,
            "verificationMaterial": {
                "publicKey": {"hint": signature.keyid},
                "tlogEntries": [],
            },
            "dsseEnvelope": {
                "payload": base64.b64encode(payload).decode(),
                "payloadType": PAYLOAD_TYPE,
                "signatures": [
                    {
                        "sig": base64.b64encode(bytes.fromhex(signature.signature)).decode(),
                        "keyid": signature.keyid,
                    }
                ],
            },
        }
    )


def _decode(value: Any, what: str) -> bytes:
    if not isinstance(value, str):
        raise ArtifactError(f"expected a {what} in base64 in the envelope, found none")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ArtifactError(f"expected the {what} of the envelope in base64") from error
