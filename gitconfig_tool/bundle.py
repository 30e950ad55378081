"""A compiled bundle to an artifact.

Takes one `CompiledBundle` and returns one `Artifact`, byte for byte the same for the same input:
no clock, no path of the machine, no order of a hash. Does not write or sign anything.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from gitconfig_tool.artifact import (
    Artifact,
    Blob,
    PackedDocument,
    PackedSecret,
    SopsFile,
    canonical_json,
    emitted_layer,
    is_plain_path,
    namespace_layer,
    pack_bundle,
    prompt_layer,
    provenance_layer,
    schema_layer,
    sops_layer,
    vocabulary,
)
from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.merge import leaves
from gitconfig_tool.pointer import format_pointer
from gitconfig_tool.prompts import PromptVersion
from gitconfig_tool.source import Commit

# RFC 3339 ends with the year 9999; Git lets a commit say any number.
_LAST_SECOND = 253_402_300_799
# The folder in which emitted files are delivered, beside the documents.
_EMITTED = "emit"


@dataclass(frozen=True, slots=True)
class CompiledBundle:
    """All that one bundle consists of, checked and ready to be packed.

    `sealed` are the SOPS files that it links to. `schemas` names the schemas of each document by
    URI. `emitted` holds files for other programs, by their path in the bundle.
    """

    name: str
    dimensions: Mapping[str, str]
    protected: bool
    documents: Mapping[str, LinkedDocument]
    prompts: tuple[PromptVersion, ...]
    sealed: tuple[SopsFile, ...]
    schemas: Mapping[str, tuple[str, ...]]
    emitted: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Origins:
    """What the manifest says of where a bundle came from; `version` is the project's own."""

    project: str
    version: str | None
    source: str | None
    commit: Commit
    worktree: bool


def pack(
    compiled: CompiledBundle, origins: Origins, schema_texts: Mapping[str, Any], packer: "Packer"
) -> Artifact:
    """Pack one bundle; `schema_texts` holds the schemas that documents name, with their needs."""
    layers = packer.namespaces(compiled)
    layers += [
        sops_layer(file.path, file.format, file.recipients, file.data) for file in compiled.sealed
    ]
    layers += [
        prompt_layer(prompt.id, prompt.version, prompt.content) for prompt in compiled.prompts
    ]
    layers += [
        schema_layer(number, uri, schema_texts[uri])
        for number, uri in enumerate(sorted(schema_texts))
    ]
    # Without any, a bundle has the same bytes as before there were emitted files.
    layers += [emitted_layer(path, data) for path, data in sorted(compiled.emitted.items())]
    layers.append(packer.provenance(compiled))
    return pack_bundle(layers, _annotations(compiled, origins))


def colliding_paths(bundles: Sequence[CompiledBundle], at: Span) -> tuple[Diagnostic, ...]:
    """Report documents that would be published where another bundle's documents lie."""
    found = []
    by_name = {bundle.name: bundle for bundle in bundles}
    for inner in bundles:
        parts = inner.name.split("/")
        for length in range(1, len(parts)):
            outer = by_name.get("/".join(parts[:length]))
            if outer is None:
                continue
            folder = inner.name[len(outer.name) + 1 :] + "/"
            if folder == f"{_EMITTED}/" and outer.emitted:
                found.append(
                    Diagnostic(
                        "GCT701",
                        f"expected the bundles {outer.name} and {inner.name} to keep apart, found "
                        f"emitted files of {outer.name} at a path of {inner.name}",
                        at,
                        hint=f"rename the bundle {inner.name}: emitted files lie in emit/",
                        bundles=(outer.name, inner.name),
                    )
                )
            for name, document in outer.documents.items():
                if name.startswith(folder):
                    found.append(
                        Diagnostic(
                            "GCT701",
                            f"expected the bundles {outer.name} and {inner.name} to keep apart, "
                            f"found the document {name} of {outer.name} at a path of {inner.name}",
                            Span(document.files[-1]) if document.files else at,
                            hint="rename the folder of the document, or one of the bundles",
                            bundles=(outer.name, inner.name),
                        )
                    )
    return tuple(found)


def undeliverable_names(compiled: CompiledBundle) -> Iterator[Diagnostic]:
    """Report documents that every target would refuse: by their name, or beside a prompt's."""
    prompts = {f"prompts/{prompt.id}/{prompt.version}" for prompt in compiled.prompts}
    for name, document in compiled.documents.items():
        if not is_plain_path(name):
            yield Diagnostic(
                "GCT702",
                f"expected a document's name to be a plain path, found {name!r}",
                Span(document.files[-1]),
                hint="rename the file: no part may be empty, begin with '.', or hold a backslash "
                "or a character that cannot be seen",
            )
        elif name in prompts:
            yield Diagnostic(
                "GCT702",
                f"expected {name} to be free for the prompt that is delivered there, found a "
                "document of that name",
                Span(document.files[-1]),
                hint="put the document into another folder",
            )


class Packer:
    """Makes the layers of documents, and makes each only once however many bundles share it."""

    def __init__(self) -> None:
        self._namespaces: dict[tuple[str, tuple[int, ...]], Blob] = {}
        self._provenance: dict[int, dict[str, Any]] = {}

    def namespaces(self, compiled: CompiledBundle) -> list[Blob]:
        """Return one layer for each namespace of the bundle."""
        groups: dict[str, list[LinkedDocument]] = {}
        for name in sorted(compiled.documents):
            groups.setdefault(name.rpartition("/")[0], []).append(compiled.documents[name])
        return [self._namespace(name, group, compiled) for name, group in sorted(groups.items())]

    def provenance(self, compiled: CompiledBundle) -> Blob:
        """Return the layer that says, for each value, which layers set it, strongest first."""
        chains = {name: self._chains(each) for name, each in compiled.documents.items()}
        return provenance_layer({"documents": chains})

    def _namespace(
        self, name: str, documents: Sequence[LinkedDocument], compiled: CompiledBundle
    ) -> Blob:
        # By identity: the compiler gives bundles that share a document the same object, and the
        # compiled bundles keep every object alive while the packer is in use.
        key = (name, tuple(map(id, documents)))
        if key not in self._namespaces:
            packed = {
                document.id: _packed(document, compiled.schemas.get(document.id, ()))
                for document in documents
            }
            self._namespaces[key] = namespace_layer(name, packed)
        return self._namespaces[key]

    def _chains(self, document: LinkedDocument) -> dict[str, Any]:
        if id(document) not in self._provenance:
            self._provenance[id(document)] = _chains(document)
        return self._provenance[id(document)]


def _packed(document: LinkedDocument, schemas: tuple[str, ...]) -> PackedDocument:
    secrets = {
        pointer: PackedSecret(link.document, link.path, link.pointer, link.type, link.previous)
        for pointer, link in document.secrets.items()
    }
    prompts = {pointer: f"{link.id}@{link.version}" for pointer, link in document.prompts.items()}
    return PackedDocument(document.value, secrets, prompts, schemas if secrets else ())


def _chains(document: LinkedDocument) -> dict[str, Any]:
    return {
        format_pointer(path): [
            {
                "layer": origin.layer,
                "path": origin.path,
                "line": origin.node.mark.line,
                "column": origin.node.mark.column,
                **({} if origin.is_here else {"commit": origin.commit}),
            }
            for origin in value.chain
        ]
        for path, value in leaves(document.root)
    }


def _annotations(compiled: CompiledBundle, origins: Origins) -> dict[str, str]:
    created = datetime.fromtimestamp(min(origins.commit.time, _LAST_SECOND), UTC)
    annotations = {
        vocabulary.CREATED: created.isoformat().replace("+00:00", "Z"),
        vocabulary.REVISION: origins.commit.id,
        vocabulary.VERSION: origins.version or origins.commit.id[:12],
        vocabulary.TITLE: origins.project,
        vocabulary.BUNDLE: compiled.name,
    }
    for dimension, value in compiled.dimensions.items():
        annotations[vocabulary.DIMENSION_PREFIX + dimension] = value
    if origins.source:
        annotations[vocabulary.SOURCE] = origins.source
    if origins.worktree:
        annotations[vocabulary.WORKTREE] = "true"
    remote = sorted(
        {
            recipient
            for file in compiled.sealed
            for recipient in file.recipients
            if recipient.partition(":")[0] not in vocabulary.LOCAL_KINDS
        }
    )
    if remote:
        # They passed the project's allow-list; the signature covers this.
        annotations[vocabulary.SECRETS_ALLOWED] = canonical_json(remote).decode()
    return annotations
