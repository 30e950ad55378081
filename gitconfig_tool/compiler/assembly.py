"""The documents of one bundle, up to linking: what every value is, not whether it is allowed.

Takes bound bundles and the files of one snapshot; returns one `Assembled` for each bundle. What two
bundles have in common is merged and linked once. Does not check schemas and policies.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.found import Found, without_absences
from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.link import LinkedDocument, link_documents, linked_without_links
from gitconfig_tool.merge import LayerDocument, MergedDocument, leaves, merge_documents
from gitconfig_tool.pointer import format_pointer
from gitconfig_tool.project import Bundle, Project
from gitconfig_tool.prompts import Prompts
from gitconfig_tool.secrets import SopsDocument
from gitconfig_tool.source import PROJECT_FILE


@dataclass(frozen=True, slots=True)
class Assembled:
    """One bundle's documents, linked.

    `sops` holds, for each document id, the SOPS files of the bundle's layers, weakest first.
    `is_incomplete` tells whether a file of a document could not be read: what is not found in the
    document may stand there.
    """

    bundle: Bundle
    linked: Mapping[str, LinkedDocument]
    sops: Mapping[str, Sequence[SopsDocument]]
    is_incomplete: Callable[[str], bool]


class Assembly:
    """What the bundles of one snapshot share. Every problem goes to `found`."""

    def __init__(
        self, project: Project, files: ProjectFiles, prompts: Prompts, found: Found
    ) -> None:
        self._project = project
        self._files = files
        self._prompts = prompts
        self._found = found
        self._merged: dict[Any, tuple[MergedDocument | None, tuple[Diagnostic, ...]]] = {}
        self._unlinked: dict[int, LinkedDocument] = {}
        self._linked: dict[Any, LinkedDocument] = {}

    def bundle(self, bundle: Bundle) -> Assembled:
        """Merge and link the documents of one bundle."""
        clear, sops, unreadable = self._layers(bundle)

        def is_incomplete(name: str) -> bool:
            return name in unreadable or not self._project.layers_known

        merged = {}
        for name, layers in clear.items():
            if name in sops:
                self._both_kinds(name, layers[-1], sops[name][-1], bundle)
            document = self._merge(name, layers, bundle, complete=not is_incomplete(name))
            if document is not None:
                merged[name] = document
        if self._project.layers_known and not (clear or sops or unreadable):
            self._no_documents(bundle)
        linked = self._link(merged, sops, is_incomplete, bundle)
        return Assembled(bundle, linked, sops, is_incomplete)

    def _layers(
        self, bundle: Bundle
    ) -> tuple[dict[str, list[LayerDocument]], dict[str, list[SopsDocument]], Collection[str]]:
        """Collect, for each document, what the layers of a bundle give, weakest first.

        The last set names the documents of which a file could not be read.
        """
        clear: dict[str, list[LayerDocument]] = {}
        sops: dict[str, list[SopsDocument]] = {}
        unreadable: set[str] = set()
        for layer in bundle.layers:
            found = self._files.layer_files(layer)
            if not found and layer.required:
                self._add(
                    bundle,
                    Diagnostic(
                        "GCT107",
                        f"expected the required layer {layer.path}, found no file of it",
                        layer.span,
                        hint="add it, or remove 'required: true'",
                    ),
                )
            for file in found:
                if file.sops is not None:
                    sops.setdefault(file.document, []).append(file.sops)
                elif file.root is not None:
                    document = LayerDocument(layer.path, file.path, file.root, layer.own)
                    clear.setdefault(file.document, []).append(document)
                else:
                    unreadable.add(file.document)
        return dict(sorted(clear.items())), dict(sorted(sops.items())), frozenset(unreadable)

    def _no_documents(self, bundle: Bundle) -> None:
        layers = self._project.layers
        looked_at = ", ".join(layer.path for layer in bundle.layers)
        self._add(
            bundle,
            Diagnostic(
                "GCT108",
                f"expected documents in the layers of bundle {bundle.name}, found none",
                layers[0].span if layers else Span(PROJECT_FILE),
                hint=f"the layers looked at: {looked_at}"
                if looked_at
                else "name at least one layer that the bundle has",
            ),
        )

    def _merge(
        self, name: str, layers: Sequence[LayerDocument], bundle: Bundle, *, complete: bool
    ) -> MergedDocument | None:
        # The root's identity stands for the blob id: equal blobs share one parsed root.
        key = (name, *((each.path, id(each.root), each.own) for each in layers))
        if key not in self._merged:
            document, diagnostics = merge_documents(name, layers)
            if document is not None:
                document = self._without_misread(document)
            self._merged[key] = (document, self._of_well_read(diagnostics))
        document, diagnostics = self._merged[key]
        if not complete:
            diagnostics = without_absences(diagnostics)
        self._found.add(diagnostics, bundle.name)
        return document

    def _of_well_read(self, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Leave out what is said of values that the parser reported already."""
        misread = self._files.misread
        return tuple(
            each
            for each in diagnostics
            if each.span is None or each.span not in misread.get(each.span.path, ())
        )

    def _without_misread(self, document: MergedDocument) -> MergedDocument:
        """Mark the values that the parser reported: later stages have nothing to say about them."""
        misread = self._files.misread
        if misread.keys().isdisjoint(document.files):
            return document
        found = {
            format_pointer(path)
            for path, value in leaves(document.root)
            if value.chain[0].span in misread.get(value.chain[0].path, ())
        }
        return replace(document, missing=document.missing | found)

    def _link(
        self,
        merged: Mapping[str, MergedDocument],
        sops: Mapping[str, Sequence[SopsDocument]],
        is_incomplete: Callable[[str], bool],
        bundle: Bundle,
    ) -> dict[str, LinkedDocument]:
        with_links, diagnostics = link_documents(merged, sops, self._prompts, is_incomplete)
        self._found.add(diagnostics, bundle.name)
        linked = {}
        for name, document in merged.items():
            if name in with_links:
                linked[name] = self._shared(with_links[name], merged)
                continue
            if id(document) not in self._unlinked:
                self._unlinked[id(document)] = linked_without_links(document)
            linked[name] = self._unlinked[id(document)]
        return linked

    def _shared(
        self, document: LinkedDocument, merged: Mapping[str, MergedDocument]
    ) -> LinkedDocument:
        """Return the same object for equal linked documents, so that later stages share."""
        key = (
            id(merged[document.id]),
            tuple(sorted((name, id(merged[name])) for name in document.refers_to)),
            tuple(document.secrets.items()),
            tuple(document.prompts.items()),
            document.unknown,
        )
        return self._linked.setdefault(key, document)

    def _both_kinds(
        self, name: str, clear: LayerDocument, sops: SopsDocument, bundle: Bundle
    ) -> None:
        self._add(
            bundle,
            Diagnostic(
                "GCT109",
                f"expected '{name}' to be one kind of document, "
                f"found {clear.path} in the clear and {sops.path} encrypted",
                Span(clear.path),
                hint="give the encrypted file another name, such as secrets/...",
            ),
        )

    def _add(self, bundle: Bundle, diagnostic: Diagnostic) -> None:
        self._found.add([diagnostic], bundle.name)
