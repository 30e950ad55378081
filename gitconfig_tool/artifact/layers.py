"""The layers of a bundle: how each kind is written, and how it is read again.

Both directions stand side by side, so that the compiler and the fetcher cannot disagree. Reading
takes layers whose digests and signature have been checked, and still believes nothing about their
shape.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gitconfig_tool.artifact.canonical import canonical_json, parse_json
from gitconfig_tool.artifact.errors import ArtifactError
from gitconfig_tool.artifact.manifest import Blob
from gitconfig_tool.artifact.names import is_plain_path
from gitconfig_tool.artifact.overlap import PreviousValue
from gitconfig_tool.artifact.vocabulary import (
    EMITTED_PATH,
    EMITTED_TYPE,
    NAMESPACE,
    NAMESPACE_TYPE,
    PROMPT,
    PROMPT_TYPE,
    PROVENANCE_TYPE,
    SCHEMA_TYPE,
    SCHEMA_URI,
    SOPS_FORMAT,
    SOPS_PATH,
    SOPS_RECIPIENTS,
    SOPS_TYPE,
    TITLE,
)

# What `sops --input-type` takes.
SOPS_FORMATS = frozenset({"yaml", "json", "dotenv", "ini", "binary"})


@dataclass(frozen=True, slots=True)
class PackedSecret:
    """Where a secret value stands: SOPS document, its file, the pointer in it, SOPS's type.

    `previous` holds the fields at or below the pointer that have a previous version.
    """

    document: str
    path: str
    pointer: str
    type: str
    previous: tuple[PreviousValue, ...] = ()


@dataclass(frozen=True, slots=True)
class PackedDocument:
    """A document as a bundle holds it: `value` is null at each pointer of `secrets`."""

    value: Any
    secrets: Mapping[str, PackedSecret] = field(default_factory=dict)
    prompts: Mapping[str, str] = field(default_factory=dict)
    schemas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SopsFile:
    """An encrypted file as it lay in Git; `recipients` are such as `age:age1...`."""

    path: str
    format: str
    recipients: tuple[str, ...]
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class BundleContents:
    """All that a fetcher takes from a bundle.

    Prompts are keyed `ID@VERSION`, schemas by URI. `emitted` holds files for other programs, as
    they are to be delivered, by their path.
    """

    documents: Mapping[str, PackedDocument]
    sops_files: Mapping[str, SopsFile]
    prompts: Mapping[str, Any]
    schemas: Mapping[str, Any]
    emitted: Mapping[str, bytes] = field(default_factory=dict)


def namespace_layer(namespace: str, documents: Mapping[str, PackedDocument]) -> Blob:
    """Write the documents of one namespace; the empty namespace holds those without a folder."""
    content = {
        "documents": {
            document_id: {
                "value": document.value,
                "secrets": {
                    pointer: _secret_json(secret) for pointer, secret in document.secrets.items()
                },
                "prompts": dict(document.prompts),
                "schemas": list(document.schemas),
            }
            for document_id, document in documents.items()
        }
    }
    annotations = {NAMESPACE: namespace, TITLE: f"config/{namespace}.json"}
    return Blob(NAMESPACE_TYPE, canonical_json(content), annotations)


def _secret_json(secret: PackedSecret) -> dict[str, Any]:
    written: dict[str, Any] = {
        "document": secret.document,
        "path": secret.path,
        "pointer": secret.pointer,
        "type": secret.type,
    }
    if secret.previous:
        # Left out where there is none: a bundle has the same bytes as before there was this field.
        written["previous"] = [
            {"current": each.current, "pointer": each.pointer, "type": each.type}
            for each in secret.previous
        ]
    return written


def sops_layer(path: str, format: str, recipients: Sequence[str], data: bytes) -> Blob:
    """Take up an encrypted file, verbatim; `format` is what sops calls it."""
    if format not in SOPS_FORMATS:
        raise ValueError(f"expected a format of sops, found {format!r}")
    annotations = {
        SOPS_PATH: path,
        SOPS_FORMAT: format,
        SOPS_RECIPIENTS: canonical_json(list(recipients)).decode(),
        # A folder of its own: a project may keep an encrypted file at config/NAME.json.
        TITLE: f"sops/{path}",
    }
    return Blob(SOPS_TYPE, data, annotations)


def prompt_layer(prompt_id: str, version: str, content: Any) -> Blob:
    """Write one version of a prompt."""
    annotations = {
        PROMPT: f"{prompt_id}@{version}",
        TITLE: f"prompts/{prompt_id}/{version}.json",
    }
    return Blob(PROMPT_TYPE, canonical_json(content), annotations)


def schema_layer(number: int, uri: str, schema: Any) -> Blob:
    """Write a schema; `number` only makes its title unique."""
    annotations = {SCHEMA_URI: uri, TITLE: f"schemas/{number}.json"}
    return Blob(SCHEMA_TYPE, canonical_json(schema), annotations)


def provenance_layer(content: Any) -> Blob:
    """Write where the values came from."""
    return Blob(PROVENANCE_TYPE, canonical_json(content), {TITLE: "provenance.json"})


def emitted_layer(path: str, data: bytes) -> Blob:
    """Take up a file for another program, verbatim."""
    if not is_plain_path(path):
        raise ValueError(f"expected a plain path, found {path!r}")
    return Blob(EMITTED_TYPE, data, {EMITTED_PATH: path, TITLE: f"emit/{path}"})


def read_contents(layers: Iterable[Blob]) -> BundleContents:
    """Read the layers of a bundle; provenance is passed over.

    Raises `ArtifactError` for a layer of an unknown media type, one that is not shaped as this
    module writes it, a name given twice, and a secret whose file is not in the bundle.
    """
    documents: dict[str, PackedDocument] = {}
    sops_files: dict[str, SopsFile] = {}
    prompts: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    emitted: dict[str, bytes] = {}
    for layer in layers:
        what = f"the layer {layer.title!r}"
        if layer.media_type == NAMESPACE_TYPE:
            for document_id, document in _read_namespace(layer, what).items():
                _put(documents, document_id, document, "document")
        elif layer.media_type == SOPS_TYPE:
            sops_file = _read_sops(layer, what)
            _put(sops_files, sops_file.path, sops_file, "encrypted file")
        elif layer.media_type == PROMPT_TYPE:
            _put(prompts, _annotation(layer, PROMPT, what), parse_json(layer.data, what), "prompt")
        elif layer.media_type == SCHEMA_TYPE:
            uri = _annotation(layer, SCHEMA_URI, what)
            _put(schemas, uri, parse_json(layer.data, what), "schema")
        elif layer.media_type == EMITTED_TYPE:
            _put(emitted, _emitted_path(layer, what), layer.data, "emitted file")
        elif layer.media_type != PROVENANCE_TYPE:
            raise ArtifactError(
                f"expected a known media type in {what}, found {layer.media_type!r}",
                hint="the bundle was made by a newer gitconfig-tool; update this one",
            )
    for document_id, document in documents.items():
        for pointer, secret in document.secrets.items():
            if secret.path not in sops_files:
                raise ArtifactError(
                    f"expected the encrypted file {secret.path!r} in the bundle, for the secret"
                    f" {document_id}#{pointer}; found {len(sops_files)} others"
                )
    return BundleContents(documents, sops_files, prompts, schemas, emitted)


def _read_namespace(layer: Blob, what: str) -> dict[str, PackedDocument]:
    content = parse_json(layer.data, what)
    documents = content.get("documents") if isinstance(content, dict) else None
    if not isinstance(documents, dict):
        raise ArtifactError(f"expected {what} to hold an object of documents")
    return {
        document_id: _read_document(value, f"the document {document_id!r} in {what}")
        for document_id, value in documents.items()
    }


def _read_document(value: Any, what: str) -> PackedDocument:
    if not isinstance(value, dict) or "value" not in value:
        raise ArtifactError(f"expected {what} to be an object with a value")
    secrets = value.get("secrets", {})
    prompts = value.get("prompts", {})
    schemas = value.get("schemas", [])
    if (
        not isinstance(secrets, dict)
        or not _texts(list(prompts.values()) if isinstance(prompts, dict) else None)
        or not _texts(schemas)
    ):
        raise ArtifactError(f"expected secrets, prompts and schemas of {what} in their known shape")
    return PackedDocument(
        value["value"],
        {pointer: _read_secret(secret, pointer, what) for pointer, secret in secrets.items()},
        prompts,
        tuple(schemas),
    )


def _read_secret(value: Any, pointer: str, what: str) -> PackedSecret:
    fields = ("document", "path", "pointer", "type")
    if not isinstance(value, dict) or not _texts([value.get(name) for name in fields]):
        raise ArtifactError(f"expected the secret at {pointer!r} of {what} to have {fields}")
    previous = value.get("previous", [])
    if not isinstance(previous, list):
        raise ArtifactError(f"expected the secret at {pointer!r} of {what} to list previous values")
    return PackedSecret(
        value["document"],
        value["path"],
        value["pointer"],
        value["type"],
        tuple(_read_previous(each, pointer, what) for each in previous),
    )


def _read_previous(value: Any, pointer: str, what: str) -> PreviousValue:
    fields = ("current", "pointer", "type")
    if not isinstance(value, dict) or not _texts([value.get(name) for name in fields]):
        raise ArtifactError(
            f"expected the previous value of the secret at {pointer!r} of {what} to have {fields}"
        )
    return PreviousValue(*(value[name] for name in fields))


def _read_sops(layer: Blob, what: str) -> SopsFile:
    format = _annotation(layer, SOPS_FORMAT, what)
    if format not in SOPS_FORMATS:
        raise ArtifactError(f"expected {what} in a format of sops, found {format!r}")
    recipients = parse_json(
        _annotation(layer, SOPS_RECIPIENTS, what).encode(), f"the recipients of {what}"
    )
    if not _texts(recipients):
        raise ArtifactError(f"expected the recipients of {what} to be a list of texts")
    return SopsFile(_annotation(layer, SOPS_PATH, what), format, tuple(recipients), layer.data)


def _emitted_path(layer: Blob, what: str) -> str:
    path = _annotation(layer, EMITTED_PATH, what)
    if not is_plain_path(path):
        raise ArtifactError(f"expected a plain path for {what}, found {path!r}")
    return path


def _annotation(layer: Blob, name: str, what: str) -> str:
    if name not in layer.annotations:
        raise ArtifactError(f"expected the annotation {name} on {what}, found none")
    return layer.annotations[name]


def _put(target: dict[str, Any], name: str, value: Any, kind: str) -> None:
    if name in target:
        raise ArtifactError(f"expected each {kind} once in the bundle, found {name!r} twice")
    target[name] = value


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
