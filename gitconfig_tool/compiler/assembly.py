"""The documents of one bundle, up to linking: what every value is, not whether it is allowed.

Takes bound bundles and the files of one snapshot; returns one `Assembled` for each bundle. What two
bundles have in common is merged and linked once. Does not check schemas and policies.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol

from gitconfig_tool.compiler.files import DocumentFiles, ProjectFiles
from gitconfig_tool.compiler.found import Found, without_absences
from gitconfig_tool.compiler.names import every_name, format_names
from gitconfig_tool.compiler.on_demand import OnDemand
from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.link import (
    AtRevision,
    FormatNames,
    LinkedDocument,
    PromptVersions,
    Surroundings,
    link_documents,
    linked_without_links,
)
from gitconfig_tool.merge import LayerDocument, ListKeys, MergedDocument, leaves, merge_documents
from gitconfig_tool.pointer import Path, format_pointer
from gitconfig_tool.project import BoundLayer, Bundle, Project
from gitconfig_tool.secrets import SopsDocument
from gitconfig_tool.source import PROJECT_FILE


@dataclass(frozen=True, slots=True)
class Assembled:
    """One bundle's documents, linked.

    `sops` holds, for each document id, the SOPS files of the bundle's layers, weakest first.
    `incomplete` names the documents of which a file could not be read: what is not found in the
    document may stand there.
    """

    bundle: Bundle
    linked: Mapping[str, LinkedDocument]
    sops: Mapping[str, Sequence[SopsDocument]]
    incomplete: frozenset[str]


class Given:
    """What the layers of one bundle give for each document, weakest first; read when asked for."""

    def __init__(self, bundle: Bundle, files: ProjectFiles) -> None:
        self.bundle = bundle
        self._files = files
        self._layers = [(files.number(layer), layer) for layer in bundle.layers]
        self._places: Mapping[str, tuple[int, ...]] | None = None

    def names(self) -> Iterable[str]:
        """Return the ids of all documents that a file of a layer has, sorted."""
        if self._places is None:
            places: dict[str, list[int]] = {}
            for number, layer in self._layers:
                for name in self._files.layer_paths(layer):
                    places.setdefault(name, []).append(number)
            self._places = {name: tuple(places[name]) for name in sorted(places)}
        return self._places.keys()

    def has(self, name: str) -> bool:
        """Tell whether a file of a layer has a document; all the others need not be known."""
        if self._places is not None:
            return name in self._places
        return any(self._files.layer_path(layer, name) is not None for _, layer in self._layers)

    def holds_anything(self) -> bool:
        """Tell whether any file holds something, or cannot be read; reads no further than one."""
        paths_of = self._files.layer_paths
        every = (self.of(name) for _, layer in self._layers for name in paths_of(layer))
        return any(each.clear or each.sops or each.is_unreadable for each in every)

    def clear(self, name: str) -> Sequence[LayerDocument]:
        """Return the layers of an ordinary document."""
        return self.of(name).clear

    def sops(self, name: str) -> Sequence[SopsDocument]:
        """Return the SOPS files of a document."""
        return self.of(name).sops

    def is_unreadable(self, name: str) -> bool:
        """Tell whether a file of a document could not be read, which is reported."""
        return self.of(name).is_unreadable

    def of(self, name: str) -> DocumentFiles:
        """Return all that the layers give; the same object for bundles with the same layers."""
        if self._places is not None:
            return self._files.document_files(name, self._places.get(name, ()))
        # Of few documents of many bundles, the places of all the others need not be known.
        path_of = self._files.layer_path
        numbers = (number for number, layer in self._layers if path_of(layer, name) is not None)
        return self._files.document_files(name, tuple(numbers))


class SchemaSays(Protocol):
    """What schemas say of documents that matters before they are checked; `schema.Schemas`."""

    def list_keys(self, document_id: str, /) -> ListKeys | None:
        """Return what tells the keys by which a list merges; None where no list does."""

    def names_key(self, document_id: str, path: Path, key: str, /) -> bool:
        """Tell whether a schema lists a key of the mapping at a path."""

    def deprecated(self, document_id: str, /) -> Callable[[Path], str | None] | None:
        """Return what tells whether a value is deprecated; None where none is."""


@dataclass(frozen=True, slots=True)
class _Linked:
    """A linked document, and what the layers of its bundle give for those that it refers to."""

    document: LinkedDocument
    through: Mapping[str, DocumentFiles]


class Assembly:
    """What the bundles of one snapshot share. Every problem goes to `found`.

    `at_revision` takes the name of a bundle and returns what finds its values of other commits.
    """

    def __init__(
        self,
        project: Project,
        files: ProjectFiles,
        prompts: PromptVersions,
        schemas: SchemaSays,
        at_revision: Callable[[str], AtRevision],
        found: Found,
    ) -> None:
        self._project = project
        self._files = files
        self._prompts = prompts
        self._schemas = schemas
        self._at_revision = at_revision
        self._found = found
        self._format_names = every_name(project)
        # By what the layers give, and by its content: other layers may give the same.
        self._merged: dict[int, tuple[MergedDocument | None, tuple[Diagnostic, ...]]] = {}
        self._by_content: dict[Any, tuple[MergedDocument | None, tuple[Diagnostic, ...]]] = {}
        self._unlinked: dict[int, LinkedDocument] = {}
        self._linked: dict[Any, LinkedDocument] = {}
        # By what was merged: how `document` linked it, where nothing was wrong.
        self._alike: dict[int, list[_Linked]] = {}

    def bundle(self, bundle: Bundle) -> Assembled:
        """Merge and link the documents of one bundle."""
        given = Given(bundle, self._files)
        self.check_required(bundle)
        merged = {}
        sops = {}
        incomplete: set[str] = set()
        is_empty = True
        for name in given.names():
            files = given.of(name)
            is_empty = is_empty and not (files.clear or files.sops or files.is_unreadable)
            document = self._merge_files(given, name, files)
            if document is not None:
                merged[name] = document
            if files.sops:
                sops[name] = files.sops
            if files.is_unreadable:
                incomplete.add(name)
        if is_empty:
            self._no_documents(bundle)
        names = format_names(self._project, given.bundle, self._format_names)
        around = self._around(given, sops, names)
        with_links, diagnostics = link_documents(merged, around)
        self._found.add(diagnostics, bundle.name)
        linked = {
            name: self._shared(with_links[name], merged)
            if name in with_links
            else self._without_links(document)
            for name, document in merged.items()
        }
        return Assembled(bundle, linked, sops, frozenset(incomplete))

    def document(self, given: Given, name: str) -> LinkedDocument | None:
        """Merge and link one document, and of the others only what it refers to."""
        merged = self.merge(given, name)
        if merged is None or not merged.has_links:
            return None if merged is None else self._without_links(merged)
        names = format_names(self._project, given.bundle, self._format_names)
        alike = self._alike.setdefault(id(merged), [])
        for known in alike:
            if self._would_link_alike(known, given, names):
                return known.document
        documents = OnDemand(given.names, lambda name: self.merge(given, name))
        sops = OnDemand(given.names, lambda name: given.sops(name) or None)
        linked, diagnostics = link_documents(
            documents, self._around(given, sops, names), only=[name]
        )
        self._found.add(diagnostics, given.bundle.name)
        near = {
            each: other
            for each in (name, *linked[name].refers_to)
            if (other := documents.get(each)) is not None
        }
        found = self._shared(linked[name], near)
        if not diagnostics and not found.unknown:
            through = {each: given.of(each) for each in found.refers_to}
            alike.append(_Linked(found, through))
        return found

    def _would_link_alike(self, known: "_Linked", given: Given, names: FormatNames) -> bool:
        """Tell whether a bundle has all that a document of another one depends on."""
        # What a `!format` names is a pair of the name and its value; a value of another commit is
        # marked with the bundle, and so is never the same.
        if any(names.values.get(each, "") != value for each, value in known.document.depends_on):
            return False
        if any(given.of(each) is not files for each, files in known.through.items()):
            return False
        for each in known.through:
            self.merge(given, each)  # What is wrong there is wrong in this bundle, too.
        return True

    def merge(self, given: Given, name: str) -> MergedDocument | None:
        """Merge the layers of one document of a bundle; None when nothing is left of it."""
        return self._merge_files(given, name, given.of(name))

    def _merge_files(
        self, given: "Given", name: str, files: DocumentFiles
    ) -> MergedDocument | None:
        layers, bundle = files.clear, given.bundle
        if not layers:
            return None
        if files.sops:
            self._both_kinds(name, layers[-1], files.sops[-1], bundle)
        if id(files) not in self._merged:
            # The root's identity stands for the blob id: equal blobs share one parsed root.
            key = (name, *((each.layer, each.path, id(each.root), each.own) for each in layers))
            if key not in self._by_content:
                self._by_content[key] = self._merge(name, layers)
            self._merged[id(files)] = self._by_content[key]
        document, diagnostics = self._merged[id(files)]
        if diagnostics:
            if self._is_incomplete(given)(name):
                diagnostics = without_absences(diagnostics)
            self._found.add(diagnostics, bundle.name)
        return document

    def _merge(
        self, name: str, layers: Sequence[LayerDocument]
    ) -> tuple[MergedDocument | None, tuple[Diagnostic, ...]]:
        document, diagnostics = merge_documents(
            name, layers, self._schemas.list_keys(name), partial(self._schemas.names_key, name)
        )
        if document is not None:
            document = self._without_misread(document)
        return document, self._of_well_read(diagnostics)

    def _around(
        self, given: Given, sops: Mapping[str, Sequence[SopsDocument]], names: FormatNames
    ) -> Surroundings:
        return Surroundings(
            sops,
            self._prompts,
            self._is_incomplete(given),
            names,
            self._at_revision(given.bundle.name),
            self._deprecated,
        )

    def _deprecated(self, document: str, path: Path) -> str | None:
        says = self._schemas.deprecated(document)
        return None if says is None else says(path)

    def merged(self) -> Iterator[MergedDocument]:
        """Yield every document that was merged so far, once for all bundles that share it."""
        return (document for document, _ in self._by_content.values() if document is not None)

    def _is_incomplete(self, given: Given) -> Callable[[str], bool]:
        return lambda name: given.is_unreadable(name) or not self._project.layers_known

    def check_required(self, bundle: Bundle) -> None:
        """Report the required layers of a bundle that hold nothing."""
        for layer in bundle.layers:
            if layer.required and not self._files.holds_anything(layer):
                self._layer_missing(bundle, layer)

    def _layer_missing(self, bundle: Bundle, layer: BoundLayer) -> None:
        files = ", ".join(self._files.layer_paths(layer).values())
        found = f"no value in {files}" if files else "no file of it"
        self._add(
            bundle,
            Diagnostic(
                "GCT107",
                f"expected the required layer {layer.path}, found {found}",
                layer.span,
                hint="add it, or remove 'required: true'",
            ),
        )

    def check_not_empty(self, given: Given) -> None:
        """Report a bundle in whose layers no file holds anything."""
        if not given.holds_anything():
            self._no_documents(given.bundle)

    def _no_documents(self, bundle: Bundle) -> None:
        if not self._project.layers_known:
            return
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

    def _without_links(self, document: MergedDocument) -> LinkedDocument:
        if id(document) not in self._unlinked:
            self._unlinked[id(document)] = linked_without_links(document)
        return self._unlinked[id(document)]

    def _shared(
        self, document: LinkedDocument, merged: Mapping[str, MergedDocument]
    ) -> LinkedDocument:
        """Return the same object for equal linked documents, so that later stages share."""
        key = (
            id(merged[document.id]),
            tuple(sorted((name, id(merged.get(name))) for name in document.refers_to)),
            tuple(document.secrets.items()),
            tuple(document.prompts.items()),
            document.depends_on,
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
