"""The in-toto Statement v1 about a bundle, with SLSA provenance v1 as its predicate.

in-toto Attestation Framework, `spec/v1/statement.md`; SLSA `provenance/v1`. Makes and reads the
payload only; who signed it is for `sigstore` and `verification`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from gitconfig_tool.artifact import ArtifactError, Descriptor, canonical_json, is_digest, parse_json

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://slsa.dev/provenance/v1"
# Names of ours; nothing is fetched from there.
BUILD_TYPE = "https://gitconfig-tool.dev/compile/v1"
BUILDER_ID = "https://gitconfig-tool.dev/compiler"


@dataclass(frozen=True, slots=True)
class Byproduct:
    """One layer as the signer saw it."""

    name: str
    digest: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a signature says: this bundle is this manifest, made of these layers.

    `source` and `revision` are empty where the signer named none.
    """

    bundle: str
    digest: str
    byproducts: tuple[Byproduct, ...]
    source: str
    revision: str
    builder_version: str

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """Read a payload; raises `ArtifactError` for anything but a statement about one bundle."""
        value = parse_json(payload, "the signed statement")
        kind = _get(value, "_type")
        if kind != STATEMENT_TYPE:
            raise ArtifactError(f"expected a statement of type {STATEMENT_TYPE}, found {kind!r}")
        predicate_type = _get(value, "predicateType")
        if predicate_type != PREDICATE_TYPE:
            raise ArtifactError(
                f"expected the predicate {PREDICATE_TYPE}, found {predicate_type!r}"
            )
        build_type = _get(value, "predicate", "buildDefinition", "buildType")
        if build_type != BUILD_TYPE:
            raise ArtifactError(f"expected the buildType {BUILD_TYPE}, found {build_type!r}")
        subjects = _get(value, "subject")
        if not isinstance(subjects, list) or len(subjects) != 1:
            raise ArtifactError("expected a statement about one subject, found another number")
        name = _get(subjects[0], "name")
        digest = f"sha256:{_get(subjects[0], 'digest', 'sha256')}"
        if not isinstance(name, str) or not is_digest(digest):
            raise ArtifactError("expected a subject with a name and a sha256 digest")
        listed = _get(value, "predicate", "runDetails", "byproducts")
        if not isinstance(listed, list):
            raise ArtifactError("expected a list of byproducts in the statement")
        parameters = _get(value, "predicate", "buildDefinition", "externalParameters")
        dependencies = _get(value, "predicate", "buildDefinition", "resolvedDependencies")
        first = dependencies[0] if isinstance(dependencies, list) and dependencies else None
        version = _get(value, "predicate", "runDetails", "builder", "version", "gitconfig-tool")
        return cls(
            bundle=name,
            digest=digest,
            byproducts=tuple(_byproduct(item) for item in listed),
            source=_text(_get(parameters, "source")),
            revision=_text(_get(first, "digest", "gitCommit")),
            builder_version=_text(version),
        )


def write_statement(
    manifest: Descriptor,
    layers: Sequence[Descriptor],
    *,
    bundle: str,
    source: str | None,
    revision: str,
    dimensions: Mapping[str, str],
    compiler_version: str,
) -> bytes:
    """Return the payload that says of a manifest: this is the bundle of that name."""
    # `uri` only where the project says where it lives: a path of this machine is no address.
    dependency: dict[str, Any] = {"digest": {"gitCommit": revision}}
    parameters: dict[str, Any] = {"bundle": bundle, "dimensions": dict(dimensions)}
    if source:
        dependency["uri"] = source if source.startswith("git+") else f"git+{source}"
        parameters["source"] = source
    return canonical_json(
        {
            "_type": STATEMENT_TYPE,
            "subject": [
                {"name": bundle, "digest": {"sha256": manifest.digest.removeprefix("sha256:")}}
            ],
            "predicateType": PREDICATE_TYPE,
            "predicate": {
                "buildDefinition": {
                    "buildType": BUILD_TYPE,
                    "externalParameters": parameters,
                    "internalParameters": {},
                    "resolvedDependencies": [dependency],
                },
                "runDetails": {
                    "builder": {"id": BUILDER_ID, "version": {"gitconfig-tool": compiler_version}},
                    "byproducts": [
                        {
                            "name": layer.title,
                            "digest": {"sha256": layer.digest.removeprefix("sha256:")},
                            "mediaType": layer.media_type,
                        }
                        for layer in layers
                    ],
                },
            },
        }
    )


def _byproduct(value: Any) -> Byproduct:
    name, media_type = _get(value, "name"), _get(value, "mediaType")
    digest = f"sha256:{_get(value, 'digest', 'sha256')}"
    if not isinstance(name, str) or not isinstance(media_type, str) or not is_digest(digest):
        raise ArtifactError("expected each byproduct to have a name, a digest and a mediaType")
    return Byproduct(name, digest, media_type)


def _get(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
