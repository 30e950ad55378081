"""The order of the stages, and what is shared between bundles.

`compile_snapshot` takes a snapshot and returns a `Compilation`; `pack_bundles` makes artifacts of
it. Results are shared by what they depend on: a merged document by the Git ids of its layer files,
everything after it by the object that came before. So a bundle that overrides nothing costs little.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
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
from gitconfig_tool.classification import Levels
from gitconfig_tool.compiler.assembly import Assembled, Assembly
from gitconfig_tool.compiler.borders import Borders
from gitconfig_tool.compiler.borrowed import check_borrowed
from gitconfig_tool.compiler.document_checks import DocumentChecks
from gitconfig_tool.compiler.emitting import emit_bundle, idle_entries, used_prompts
from gitconfig_tool.compiler.experimenting import check_experiments
from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.found import Found, in_order
from gitconfig_tool.compiler.governing import Governing
from gitconfig_tool.compiler.inputs import (
    CompileError,
    bundle_hint,
    read_policies,
    read_project_file,
    read_prompts,
    read_schemas,
)
from gitconfig_tool.compiler.model_catalogue import read_catalogue
from gitconfig_tool.compiler.modelling import Modelling, day_of_snapshot
from gitconfig_tool.compiler.prompt_history import check_prompt_history
from gitconfig_tool.compiler.prompt_safety import check_prompt_safety
from gitconfig_tool.compiler.prompt_testing import check_prompt_tests
from gitconfig_tool.compiler.sealed import check_sealed
from gitconfig_tool.compiler.sops_files import everything
from gitconfig_tool.compiler.test_files import check_test_files
from gitconfig_tool.compiler.unused import (
    agreed_remarks,
    misspelt_endings,
    misspelt_layers,
    unused_files,
    unused_schemas,
    without_known_typos,
)
from gitconfig_tool.compiler.view import revisions_of
from gitconfig_tool.diagnostics import Diagnostic, Severity, Silenced, Span, rule
from gitconfig_tool.document import Node
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.models import Catalogue
from gitconfig_tool.project import Bundle, Project, bind_bundles
from gitconfig_tool.prompts import Prompts
from gitconfig_tool.prompts.rendering import Rendering
from gitconfig_tool.schema import Schemas
from gitconfig_tool.secrets import SopsDocument
from gitconfig_tool.secrets.types import unused_rules
from gitconfig_tool.source import PROJECT_FILE, Snapshot
from gitconfig_tool.suppress import apply_suppressions


@dataclass(frozen=True, slots=True)
class Compilation:
    """What the stages make of a snapshot.

    `bundles` holds the bundles asked for; it is complete only where `diagnostics` has no error.
    `text` gives the text of a project file, so that a report can show the place of a diagnostic.
    `silenced` holds what the project asked not to report: it counts nowhere. `levels` tells how
    sensitive a document of a bundle is: `levels.document_level(document, bundle.documents)`.
    `bound` are the bundles as the project defines them, and `catalogue` is what is known of models.
    """

    snapshot: Snapshot
    project: Project | None
    bundles: Mapping[str, CompiledBundle]
    diagnostics: tuple[Diagnostic, ...]
    schema_texts: Mapping[str, Mapping[str, Any]]
    text: Callable[[str], str | None] = field(repr=False)
    silenced: tuple[Silenced, ...] = ()
    levels: Levels | None = field(default=None, repr=False, compare=False)
    bound: tuple[Bundle, ...] = ()
    catalogue: Catalogue = field(default_factory=Catalogue, repr=False, compare=False)

    @property
    def has_errors(self) -> bool:
        """Whether a diagnostic of severity error was found."""
        return any(rule(found.code).severity is Severity.ERROR for found in self.diagnostics)


def compile_snapshot(
    snapshot: Snapshot,
    bundle_globs: Sequence[str] = (),
    *,
    as_of: date | None = None,
    roots: dict[str, Node | None] | None = None,
) -> Compilation:
    """Compile the bundles of a snapshot whose names match a glob; all of them when none is given.

    What depends on the day, such as the retirement of models, is judged at `as_of`: by default the
    day of the snapshot's commit, so that results do not change by themselves. `roots` holds parsed
    files by their Git id; whoever reads another snapshot too can share it.

    Raises `CompileError` when the snapshot has no project file, or no bundle matches.
    """
    files = ProjectFiles(snapshot, roots)
    project, diagnostics = read_project_file(files)
    if project is None:
        found = in_order(map(files.hide_secret, diagnostics))
        return Compilation(snapshot, None, {}, found, {}, files.text)
    with Rendering(untrusted=project.llm.prompts.untrusted) as rendering:
        run = _Run(snapshot, files, project, diagnostics, as_of, rendering)
        return run.compile(bundle_globs)


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
        as_of: date | None,
        rendering: Rendering,
    ) -> None:
        self._snapshot = snapshot
        self._as_of = as_of or day_of_snapshot(snapshot)
        self._rendering = rendering
        self._files = files
        self._project = project
        self._found = Found()
        problems = tuple(diagnostics)
        self._found.add(problems)
        # A mistake in the project file may leave out bundles: what they read is not known then.
        self._project_is_sound = not any(
            rule(found.code).severity is Severity.ERROR for found in problems
        )

    def compile(self, globs: Sequence[str]) -> Compilation:
        bindings, diagnostics = bind_bundles(self._project)
        self._found.add(diagnostics)
        chosen = _choose(bindings, globs)
        prompts, of_prompts = read_prompts(self._project, self._files)
        schemas, of_schemas = read_schemas(self._project, self._files)
        policies, of_policies = read_policies(self._project, self._files)
        self._found.add((*of_prompts, *of_schemas, *of_policies))
        checks = DocumentChecks(self._project, schemas, policies)
        assembly = Assembly(
            self._project,
            self._files,
            prompts,
            schemas,
            revisions_of(self._snapshot, self._files.roots, Borders(bindings)).of_bundle,
            self._found,
        )
        governing = Governing(self._project, self._files, schemas)
        catalogue, of_catalogue = read_catalogue(self._project, self._files)
        self._found.add(of_catalogue)
        modelling = Modelling(
            self._project,
            self._files,
            prompts,
            schemas,
            catalogue,
            self._as_of,
            self._rendering.render,
        )
        bundles = {}
        for bundle in chosen:
            assembled = assembly.bundle(bundle)
            bundles[bundle.name] = self._bundle(assembled, prompts, schemas, checks)
            self._found.add(governing.check_bundle(assembled), bundle.name)
            self._found.add(modelling.check_bundle(assembled), bundle.name)
        self._found.add(modelling.check_catalogue())
        self._found.add(governing.check_prompts(prompts))
        self._found.add(check_prompt_history(self._project, self._files, prompts))
        used = {(each.id, each.version) for bundle in bundles.values() for each in bundle.prompts}
        self._found.add(check_experiments(self._project, self._files, prompts, self._as_of, used))
        self._found.add(check_prompt_tests(prompts))
        self._found.add(check_test_files(self._files, [each.name for each in bindings]))
        self._found.add(check_prompt_safety(self._project, prompts))
        self._found.add(governing.check_isolation(chosen))
        complete = self._project_is_sound and len(chosen) == len(bindings) and self._is_whole()
        if complete:
            known = self._found.diagnostics()
            remarks = agreed_remarks(assembly.merged())
            self._found.add(without_known_typos(remarks, known))
            misspelt = tuple(misspelt_layers(self._project, self._files, known))
            self._found.add(found for _, found in misspelt)
            meant = {name for name, _ in misspelt}
            self._found.add(unused_files(self._project, bindings, self._files, meant))
            self._found.add(misspelt_endings(bindings, self._files))
            documents = {name for bundle in bundles.values() for name in bundle.documents}
            self._found.add(unused_schemas(self._project, documents))
            rules = self._project.secrets.types
            self._found.add(unused_rules(rules, self._files.sealed_files()))
            self._found.add(governing.idle())
            self._found.add(modelling.idle())
            self._found.add(idle_entries(self._project, tuple(bundles.values()), known))
        self._found.add(colliding_paths(tuple(bundles.values()), Span(PROJECT_FILE)))
        # Some bundles alone leave layers unread, whose files are not outside of all layers.
        everywhere = everything if len(chosen) == len(bindings) else None
        sealed = tuple(check_sealed(self._project, self._files, everywhere))
        self._found.add(self._files.diagnostics)
        self._found.add(sealed)
        suppressed = apply_suppressions(
            # Marked first: what may be a secret is guarded, and stays hidden when it is silenced.
            in_order(map(self._files.hide_secret, self._found.diagnostics())),
            self._files,
            self._project.silencing,
            complete=complete,
            checked_again=_with_secrets(bundles.values()),
            # Credentials in the clear are what `secrets scan` looks for.
            checked=lambda code: rule(code).group != "leaks",
        )
        return Compilation(
            self._snapshot,
            self._project,
            bundles,
            in_order(suppressed.diagnostics),
            {name: _schema_texts(bundle, schemas) for name, bundle in bundles.items()},
            self._files.text,
            suppressed.silenced,
            governing.levels,
            tuple(chosen),
            catalogue,
        )

    def _bundle(
        self,
        assembled: Assembled,
        prompts: Prompts,
        schemas: Schemas,
        checks: DocumentChecks,
    ) -> CompiledBundle:
        bundle, linked = assembled.bundle, assembled.linked
        check = checks.of_bundle(bundle)
        for name, each in linked.items():
            found = check(each, is_incomplete=name in assembled.incomplete)
            if found:
                self._found.add(found, bundle.name)
        self._found.add(check_borrowed(bundle, linked, self._files), bundle.name)
        used = used_prompts(linked, prompts)
        emitted, problems = emit_bundle(self._project, bundle, linked, used, schemas)
        self._found.add(problems, bundle.name)
        compiled = CompiledBundle(
            bundle.name,
            bundle.dimensions,
            bundle.protected,
            linked,
            used,
            self._sealed(linked, assembled.sops),
            {name: schemas.for_document(name) for name in linked},
            emitted,
        )
        self._found.add(undeliverable_names(compiled), bundle.name)
        return compiled

    def _is_whole(self) -> bool:
        """Tell whether all files could be read: else a bundle may need what it does not seem to."""
        return self._project.layers_known and self._files.all_were_read

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


def _choose(bindings: Sequence[Bundle], globs: Sequence[str]) -> list[Bundle]:
    if not globs:
        return list(bindings)
    chosen: set[str] = set()
    names = [bundle.name for bundle in bindings]
    for glob in globs:
        matching = [name for name in names if fnmatchcase(name, glob)]
        if not matching:
            raise CompileError(
                f"expected the name of a bundle or a glob that matches one, found {glob!r}",
                hint=bundle_hint(glob, names),
            )
        chosen.update(matching)
    return [bundle for bundle in bindings if bundle.name in chosen]


def _with_secrets(bundles: Iterable[CompiledBundle]) -> frozenset[str]:
    """Return the files of documents that link to secrets: their delivery checks them again."""
    return frozenset(
        path
        for bundle in bundles
        for document in bundle.documents.values()
        if document.secrets
        for path in document.files
    )


def _schema_texts(bundle: CompiledBundle, schemas: Schemas) -> dict[str, Any]:
    """Return the schemas that the fetcher needs: those of documents that hold secrets."""
    texts: dict[str, Any] = {}
    for name, document in bundle.documents.items():
        if document.secrets:
            for uri in bundle.schemas[name]:
                texts |= schemas.closure(uri)
    return texts
