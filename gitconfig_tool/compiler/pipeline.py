"""The order of the stages, and what is shared between bundles.

`compile_snapshot` takes a snapshot and returns a `Compilation`; `pack_bundles` makes artifacts of
it. Results are shared by what they depend on: a merged document by the Git ids of its layer files,
everything after it by the object that came before. So a bundle that overrides nothing costs little.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any

from gitconfig_tool.artifact import Artifact, SopsFile
from gitconfig_tool.bundle import (
    CompiledBundle,
    Origins,
    Packer,
    colliding_paths,
    pack,
    undeliverable_names,
)
from gitconfig_tool.compiler.borrowed import check_borrowed
from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.found import Found, in_order, without_absences
from gitconfig_tool.compiler.inputs import (
    check_readers,
    read_policies,
    read_prompts,
    read_schemas,
)
from gitconfig_tool.diagnostics import Diagnostic, Severity, Span, rule
from gitconfig_tool.errors import GitConfigError
from gitconfig_tool.link import LinkedDocument, link_documents, linked_without_links
from gitconfig_tool.merge import LayerDocument, MergedDocument, leaves, merge_documents
from gitconfig_tool.pointer import format_pointer
from gitconfig_tool.policy import BundleFacts, Policies, evaluate
from gitconfig_tool.project import Bundle, Project, bind_bundles, read_project
from gitconfig_tool.prompts import Prompts, PromptVersion
from gitconfig_tool.schema import Schemas, check_document
from gitconfig_tool.secrets import SopsDocument
from gitconfig_tool.source import PROJECT_FILE, Snapshot

_PolicyGroups = tuple[tuple[frozenset[str], Policies], ...]


class CompileError(GitConfigError):
    """What was asked for cannot be compiled, whatever the repository holds."""


@dataclass(frozen=True, slots=True)
class Compilation:
    """What the stages make of a snapshot.

    `bundles` holds the bundles asked for; it is complete only where `diagnostics` has no error.
    `text` gives the text of a project file, so that a report can show the place of a diagnostic.
    """

    snapshot: Snapshot
    project: Project | None
    bundles: Mapping[str, CompiledBundle]
    diagnostics: tuple[Diagnostic, ...]
    schema_texts: Mapping[str, Mapping[str, Any]]
    text: Callable[[str], str | None] = field(repr=False)

    @property
    def has_errors(self) -> bool:
        """Whether a diagnostic of severity error was found."""
        return any(rule(found.code).severity is Severity.ERROR for found in self.diagnostics)


def compile_snapshot(snapshot: Snapshot, bundle_globs: Sequence[str] = ()) -> Compilation:
    """Compile the bundles of a snapshot whose names match a glob; all of them when none is given.

    Raises `CompileError` when the snapshot has no project file, or no bundle matches.
    """
    files = ProjectFiles(snapshot)
    if PROJECT_FILE not in snapshot.files:
        kind = "work tree" if snapshot.kind == "worktree" else snapshot.kind
        raise CompileError(
            f"expected {snapshot.prefix}{PROJECT_FILE} in the {kind}, found none",
            hint="git add gitconfig.yaml, or start a project with: gitconfig-tool init",
        )
    document = files.parse(PROJECT_FILE)
    if document.root is None and files.diagnostics:
        found = tuple(files.diagnostics)
        return Compilation(snapshot, None, {}, in_order(found), {}, files.text)
    project, diagnostics = read_project(document)
    if project is None:
        found = (*files.diagnostics, *diagnostics)
        return Compilation(snapshot, None, {}, in_order(found), {}, files.text)
    return _Run(snapshot, files, project, diagnostics).compile(bundle_globs)


def pack_bundles(compilation: Compilation) -> Mapping[str, Artifact]:
    """Pack every bundle of a compilation that has no error.

    Raises `CompileError` when the snapshot has no commit: a bundle names the commit it came from.
    """
    snapshot, project = compilation.snapshot, compilation.project
    if compilation.has_errors or project is None:
        raise ValueError("a compilation with errors cannot be packed")
    if snapshot.commit is None:
        raise CompileError(
            "expected a commit to compile from, found a branch without any",
            hint="commit the project first: git commit",
        )
    origins = Origins(
        project.name,
        project.version,
        project.source,
        snapshot.commit,
        worktree=snapshot.kind != "commit",
    )
    packer = Packer()
    return {
        name: pack(compiled, origins, compilation.schema_texts[name], packer)
        for name, compiled in compilation.bundles.items()
    }


class _Run:
    """One compilation: what is shared between its bundles."""

    def __init__(
        self,
        snapshot: Snapshot,
        files: ProjectFiles,
        project: Project,
        diagnostics: Iterable[Diagnostic],
    ) -> None:
        self._snapshot = snapshot
        self._files = files
        self._project = project
        self._found = Found()
        self._found.add(diagnostics)
        self._merged: dict[Any, tuple[MergedDocument | None, tuple[Diagnostic, ...]]] = {}
        self._unlinked: dict[int, LinkedDocument] = {}
        self._linked: dict[Any, LinkedDocument] = {}
        self._checked: dict[int, tuple[Diagnostic, ...]] = {}
        self._judged: dict[Any, tuple[Diagnostic, ...]] = {}

    def compile(self, globs: Sequence[str]) -> Compilation:
        bindings, diagnostics = bind_bundles(self._project)
        self._found.add(diagnostics)
        chosen = _choose(bindings, globs)
        prompts, of_prompts = read_prompts(self._project, self._files)
        schemas, of_schemas = read_schemas(self._project, self._files)
        policies, of_policies = read_policies(self._project, self._files)
        self._found.add((*of_prompts, *of_schemas, *of_policies))
        parts = policies.split()
        bundles = {bundle.name: self._bundle(bundle, prompts, schemas, parts) for bundle in chosen}
        self._found.add(colliding_paths(tuple(bundles.values()), Span(PROJECT_FILE)))
        self._found.add(self._files.diagnostics)
        self._found.add(check_readers(self._project, self._files))
        return Compilation(
            self._snapshot,
            self._project,
            bundles,
            in_order(self._found.diagnostics()),
            {name: _schema_texts(bundle, schemas) for name, bundle in bundles.items()},
            self._files.text,
        )

    def _bundle(
        self,
        bundle: Bundle,
        prompts: Prompts,
        schemas: Schemas,
        policies: _PolicyGroups,
    ) -> CompiledBundle:
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
        linked = self._link(merged, sops, prompts, is_incomplete, bundle)
        for name, each in linked.items():
            found = self._check(each, schemas)
            if is_incomplete(name):
                # What a policy misses may stand in the file that could not be read.
                self._found.add(without_absences(found), bundle.name)
                continue
            self._found.add(found, bundle.name)
            self._found.add(self._judge(each, policies, bundle), bundle.name)
        self._found.add(check_borrowed(bundle, linked, self._files), bundle.name)
        compiled = CompiledBundle(
            bundle.name,
            bundle.dimensions,
            bundle.protected,
            linked,
            _used_prompts(linked, prompts),
            self._sealed(linked, sops),
            {name: schemas.for_document(name) for name in linked},
        )
        self._found.add(undeliverable_names(compiled), bundle.name)
        return compiled

    def _layers(
        self, bundle: Bundle
    ) -> tuple[dict[str, list[LayerDocument]], dict[str, list[SopsDocument]], frozenset[str]]:
        """Collect, for each document, what the layers of a bundle give, weakest first.

        The last set names the documents of which a file could not be read.
        """
        clear: dict[str, list[LayerDocument]] = {}
        sops: dict[str, list[SopsDocument]] = {}
        unreadable: set[str] = set()
        for layer in bundle.layers:
            found = self._files.layer_files(layer)
            if not found and layer.required:
                self._found.add(
                    [
                        Diagnostic(
                            "GCT107",
                            f"expected the required layer {layer.path}, found no file of it",
                            layer.span,
                            hint="add it, or remove 'required: true'",
                        )
                    ],
                    bundle.name,
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
        self._found.add(
            [
                Diagnostic(
                    "GCT108",
                    f"expected documents in the layers of bundle {bundle.name}, found none",
                    layers[0].span if layers else Span(PROJECT_FILE),
                    hint=f"the layers looked at: {looked_at}"
                    if looked_at
                    else "name at least one layer that the bundle has",
                )
            ],
            bundle.name,
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
            misread = self._files.misread
            diagnostics = tuple(
                each
                for each in diagnostics
                if each.span is None or each.span not in misread.get(each.span.path, ())
            )
            self._merged[key] = (document, diagnostics)
        document, diagnostics = self._merged[key]
        if not complete:
            diagnostics = without_absences(diagnostics)
        self._found.add(diagnostics, bundle.name)
        return document

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
        prompts: Prompts,
        is_incomplete: Callable[[str], bool],
        bundle: Bundle,
    ) -> dict[str, LinkedDocument]:
        with_links, diagnostics = link_documents(merged, sops, prompts, is_incomplete)
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

    def _check(self, document: LinkedDocument, schemas: Schemas) -> tuple[Diagnostic, ...]:
        if id(document) not in self._checked:
            self._checked[id(document)] = check_document(document, schemas)
        return self._checked[id(document)]

    def _judge(
        self, document: LinkedDocument, policies: _PolicyGroups, bundle: Bundle
    ) -> Iterator[Diagnostic]:
        """Evaluate policies once for all bundles that are alike in what the policies look at."""
        facts = BundleFacts(bundle.name, bundle.dimensions, bundle.protected)
        for read, group in policies:
            key = (id(document), read, *(str(getattr(facts, name, "")) for name in sorted(read)))
            if key not in self._judged:
                self._judged[key] = evaluate(group, document, facts)
            yield from self._judged[key]

    def _sealed(
        self, linked: Mapping[str, LinkedDocument], sops: Mapping[str, Sequence[SopsDocument]]
    ) -> tuple[SopsFile, ...]:
        """Return the SOPS files that a bundle's secrets stand in, and no other."""
        by_path = {file.path: file for files in sops.values() for file in files}
        used = {link.path for document in linked.values() for link in document.secrets.values()}
        return tuple(
            SopsFile(
                path,
                by_path[path].format,
                by_path[path].recipients,
                self._snapshot.read(path),
            )
            for path in sorted(used)
        )

    def _both_kinds(
        self, name: str, clear: LayerDocument, sops: SopsDocument, bundle: Bundle
    ) -> None:
        self._found.add(
            [
                Diagnostic(
                    "GCT109",
                    f"expected '{name}' to be one kind of document, "
                    f"found {clear.path} in the clear and {sops.path} encrypted",
                    Span(clear.path),
                    hint="give the encrypted file another name, such as secrets/...",
                )
            ],
            bundle.name,
        )


def _choose(bindings: Sequence[Bundle], globs: Sequence[str]) -> list[Bundle]:
    if not globs:
        return list(bindings)
    chosen = []
    names = [bundle.name for bundle in bindings]
    for glob in globs:
        matching = [name for name in names if fnmatchcase(name, glob)]
        if not matching:
            near = get_close_matches(glob, names, n=1)
            raise CompileError(
                f"expected the name of a bundle or a glob that matches one, found {glob!r}",
                hint=f"did you mean {near[0]!r}?"
                if near
                else f"the bundles are: {', '.join(names) or 'none'}",
            )
        chosen += matching
    return [bundle for bundle in bindings if bundle.name in chosen]


def _used_prompts(
    linked: Mapping[str, LinkedDocument], prompts: Prompts
) -> tuple[PromptVersion, ...]:
    used = {
        (link.id, link.version)
        for document in linked.values()
        for link in document.prompts.values()
    }
    versions = (prompts.resolve(name, version) for name, version in sorted(used))
    return tuple(version for version in versions if version is not None)


def _schema_texts(bundle: CompiledBundle, schemas: Schemas) -> dict[str, Any]:
    """Return the schemas that the fetcher needs: those of documents that hold secrets."""
    texts: dict[str, Any] = {}
    for name, document in bundle.documents.items():
        if document.secrets:
            for uri in bundle.schemas[name]:
                texts |= schemas.closure(uri)
    return texts
