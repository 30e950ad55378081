"""Descriptors and manifests of the OCI image specification, read strictly.

A manifest is read from bytes that the caller has already checked against a digest. Nothing here
says whether it is trusted.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from gitconfig_tool.artifact.canonical import parse_json, sha256_digest
from gitconfig_tool.artifact.errors import ArtifactError, OversizeError
from gitconfig_tool.artifact.vocabulary import (
    EMPTY_DATA,
    EMPTY_TYPE,
    MANIFEST_TYPE,
    MAX_ANNOTATIONS,
    MAX_BLOB_BYTES,
    MAX_LAYERS,
    MAX_MANIFEST_BYTES,
    TITLE,
)

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_MEDIA_TYPE = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
)


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes with their media type and annotations. The bytes stay out of `repr`."""

    media_type: str
    data: bytes = field(repr=False)
    annotations: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The digest of the bytes."""
        return sha256_digest(self.data)

    @property
    def title(self) -> str:
        """The file name that the blob goes by, or the empty string."""
        return self.annotations.get(TITLE, "")

    @property
    def descriptor(self) -> "Descriptor":
        """What a manifest says about this blob."""
        return Descriptor(self.media_type, self.digest, len(self.data), self.annotations)


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A pointer to content: `descriptor.md` of the OCI image specification."""

    media_type: str
    digest: str
    size: int
    annotations: Mapping[str, str] = field(default_factory=dict)
    artifact_type: str = ""

    @property
    def title(self) -> str:
        """The file name that the content goes by, or the empty string."""
        return self.annotations.get(TITLE, "")

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object; empty parts are left out."""
        result: dict[str, Any] = {
            "mediaType": self.media_type,
            "digest": self.digest,
            "size": self.size,
        }
        if self.annotations:
            result["annotations"] = dict(self.annotations)
        if self.artifact_type:
            result["artifactType"] = self.artifact_type
        return result

    @classmethod
    def from_json(cls, value: Any, what: str = "a descriptor") -> Self:
        """Read a descriptor; raises `ArtifactError` that begins with what was expected of `what`.

        Fields that the specification has and we do not use (`urls`, `data`, `platform`) are passed
        over; only sha256 digests are known.
        """
        if not isinstance(value, dict):
            raise ArtifactError(f"expected {what} to be an object, found {_kind(value)}")
        media_type = value.get("mediaType")
        if not isinstance(media_type, str) or not _MEDIA_TYPE.fullmatch(media_type):
            raise ArtifactError(f"expected {what} to have a media type, found {_shown(media_type)}")
        digest = value.get("digest")
        if not is_digest(digest):
            raise ArtifactError(
                f"expected {what} to have a digest sha256:<64 hex digits>, found {_shown(digest)}"
            )
        size = value.get("size")
        if not isinstance(size, int) or isinstance(size, bool) or size < 0:
            raise ArtifactError(f"expected {what} to have a size in bytes, found {_shown(size)}")
        artifact_type = value.get("artifactType", "")
        if not isinstance(artifact_type, str):
            raise ArtifactError(
                f"expected the artifactType of {what} to be text, found {_kind(artifact_type)}"
            )
        annotations = _annotations(value.get("annotations"), what)
        return cls(media_type, str(digest), size, annotations, artifact_type)


@dataclass(frozen=True, slots=True)
class Manifest:
    """An image manifest that carries an artifact: `manifest.md` of the OCI image specification."""

    artifact_type: str
    config: Descriptor
    layers: tuple[Descriptor, ...]
    annotations: Mapping[str, str]
    subject: Descriptor | None

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a manifest strictly.

        Raises `ArtifactError` for anything but an OCI image manifest with an artifactType and the
        empty config, and `OversizeError` beyond the bounds of `vocabulary`.
        """
        if len(data) > MAX_MANIFEST_BYTES:
            raise OversizeError(
                f"expected a manifest of at most {MAX_MANIFEST_BYTES:,} bytes, found {len(data):,}"
            )
        value = parse_json(data, "the manifest")
        if not isinstance(value, dict):
            raise ArtifactError(f"expected the manifest to be an object, found {_kind(value)}")
        if value.get("schemaVersion") != 2 or value.get("mediaType") != MANIFEST_TYPE:
            raise ArtifactError(
                f"expected schemaVersion 2 and mediaType {MANIFEST_TYPE}, found"
                f" {_shown(value.get('schemaVersion'))} and {_shown(value.get('mediaType'))}"
            )
        artifact_type = value.get("artifactType")
        if not isinstance(artifact_type, str) or not _MEDIA_TYPE.fullmatch(artifact_type):
            raise ArtifactError(
                f"expected the manifest to have an artifactType, found {_shown(artifact_type)}"
            )
        config = Descriptor.from_json(value.get("config"), "the config of the manifest")
        if (config.media_type, config.digest, config.size) != _EMPTY:
            raise ArtifactError(
                f"expected the empty config {EMPTY_TYPE}, found {_shown(config.media_type)}"
            )
        subject = value.get("subject")
        return cls(
            artifact_type=artifact_type,
            config=config,
            layers=_layers(value.get("layers")),
            annotations=_annotations(value.get("annotations"), "the manifest"),
            subject=(None if subject is None else Descriptor.from_json(subject, "the subject")),
        )

    @property
    def references(self) -> tuple[Descriptor, ...]:
        """Every blob that the manifest needs: its layers, then its config."""
        return (*self.layers, self.config)


def is_digest(value: Any) -> bool:
    """Tell whether a value is a sha256 digest in the OCI form."""
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


_EMPTY = (EMPTY_TYPE, sha256_digest(EMPTY_DATA), len(EMPTY_DATA))


def _layers(value: Any) -> tuple[Descriptor, ...]:
    if not isinstance(value, list) or not value:
        raise ArtifactError(f"expected the manifest to list layers, found {_kind(value)}")
    if len(value) > MAX_LAYERS:
        raise OversizeError(f"expected at most {MAX_LAYERS:,} layers, found {len(value):,}")
    layers = tuple(
        Descriptor.from_json(item, f"layer {number} of the manifest")
        for number, item in enumerate(value, 1)
    )
    for number, layer in enumerate(layers, 1):
        if layer.size > MAX_BLOB_BYTES:
            raise OversizeError(
                f"expected layers of at most {MAX_BLOB_BYTES:,} bytes, found layer {number}"
                f" ({layer.title or layer.digest}) with {layer.size:,}"
            )
    return layers


def _annotations(value: Any, what: str) -> Mapping[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise ArtifactError(f"expected the annotations of {what} to be an object of texts")
    if len(value) > MAX_ANNOTATIONS:
        raise OversizeError(
            f"expected at most {MAX_ANNOTATIONS:,} annotations in {what}, found {len(value):,}"
        )
    return value


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    names = {dict: "an object", list: "a list", str: "text", bool: "a boolean"}
    return names.get(type(value), "a number")


def _shown(value: Any) -> str:
    if not isinstance(value, str | int):
        return _kind(value)
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:90]}... ({len(text)} characters)"
