"""What a change may break, and nothing else: `validate --affected`, as pre-commit calls it.

Takes a snapshot that is not committed; returns a `PartialCheck`. Every error that the change brings
is found, as if the whole project were checked; most documents are never read. What only a look at
the whole can tell, such as files that no bundle reads, is left out, and so are warnings about files
that the change leaves alone. Where a change concerns everything, everything is compiled.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from gitconfig_tool.compiler.assembly import Assembled, Assembly, Given
from gitconfig_tool.compiler.borders import Borders
from gitconfig_tool.compiler.borrowed import check_borrowed
from gitconfig_tool.compiler.document_checks import DocumentChecks
from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.found import Found, in_order
from gitconfig_tool.compiler.inputs import (
    PARTIAL_ENDINGS,
    read_policies,
    read_project_file,
    read_prompts,
    read_schemas,
)
from gitconfig_tool.compiler.listed_prompts import ListedPrompts, used_prompts
from gitconfig_tool.compiler.test_names import is_test_path
from gitconfig_tool.compiler.touched import Touched, touched_by, whole_project
from gitconfig_tool.diagnostics import Diagnostic, Severity, Silenced, Span, rule
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.project import Bundle, Matcher, Project, bind_bundles
from gitconfig_tool.project.llm_reader import GATEWAYS
from gitconfig_tool.prompts import Prompts, PromptVersion
from gitconfig_tool.prompts.names import PROMPT_ENDING
from gitconfig_tool.secrets import SopsDocument
from gitconfig_tool.source import PROJECT_FILE, Snapshot

if TYPE_CHECKING:
    from gitconfig_tool.compiler.governing import Governing
    from gitconfig_tool.compiler.modelling import Modelling
    from gitconfig_tool.compiler.pipeline import Compilation
    from gitconfig_tool.compiler.revisions import Revisions
    from gitconfig_tool.link import AtRevision, PastValue
    from gitconfig_tool.project.llm import EmitRule
    from gitconfig_tool.prompts.rendering import Rendering
    from gitconfig_tool.schema import Schemas

# Where prompts are delivered: a document there may be in the way of one.
_PROMPTS_AT = "prompts/"
# Documents with these schemas describe models, or services that ask them.
_MODELS = ("gitconfig-tool:model-", "gitconfig-tool:service")


@dataclass(frozen=True, slots=True)
class PartialCheck:
    """What was found about a change.

    `bundles` and `documents` are those that it may touch. `whole` says why everything was looked at
    all the same; it is empty where only a part was. `paths` are the files that changed.
    """

    snapshot: Snapshot
    bundles: tuple[str, ...]
    documents: frozenset[str]
    paths: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    text: Callable[[str], str | None] = field(repr=False)
    silenced: tuple[Silenced, ...] = ()
    whole: str = ""

    @property
    def has_errors(self) -> bool:
        """Whether a diagnostic of severity error was found."""
        return any(map(_is_error, self.diagnostics))


def check_affected(snapshot: Snapshot, *, as_of: date | None = None) -> PartialCheck:
    """Check what the index or the work tree may have broken since the commit that HEAD names.

    Raises `CompileError` when the snapshot has no project file.
    """
    files = ProjectFiles(snapshot)
    project, diagnostics = read_project_file(files)
    changed = tuple(sorted(snapshot.changed))
    if project is None:
        found = in_order(map(files.hide_secret, diagnostics))
        return PartialCheck(snapshot, (), frozenset(), changed, found, files.text)
    reason = whole_project(project, snapshot)
    if reason:
        from gitconfig_tool.compiler.pipeline import compile_snapshot

        return _as_whole(compile_snapshot(snapshot, as_of=as_of), reason)
    from gitconfig_tool.prompts.rendering import Rendering

    with Rendering(untrusted=project.llm.prompts.untrusted) as rendering:
        return _Run(snapshot, files, project, diagnostics, as_of, rendering).check()


@dataclass(frozen=True, slots=True)
class PromptsCheck:
    """What was found about prompts that changed; `used` are ids with versions, to bundles."""

    prompts: Prompts
    used: Mapping[tuple[str, str], Sequence[str]]
    check: PartialCheck


def check_affected_prompts(snapshot: Snapshot) -> PromptsCheck | None:
    """Check the prompts that a change touches, and no document; None where it touches none.

    Without a commit to compare with, every prompt counts as changed. Raises `CompileError` when the
    snapshot has no project file.
    """
    from gitconfig_tool.prompts.rendering import Rendering

    files = ProjectFiles(snapshot)
    project, diagnostics = read_project_file(files)
    if project is None:
        found = in_order(map(files.hide_secret, diagnostics))
        check = PartialCheck(snapshot, (), frozenset(), (), found, files.text)
        return PromptsCheck(Prompts({}), {}, check)
    with Rendering(untrusted=project.llm.prompts.untrusted) as rendering:
        return _Run(snapshot, files, project, (), None, rendering).check_prompts()


def _as_whole(compilation: "Compilation", reason: str) -> PartialCheck:
    bundles = compilation.bundles
    return PartialCheck(
        compilation.snapshot,
        tuple(bundles),
        frozenset(name for bundle in bundles.values() for name in bundle.documents),
        tuple(sorted(compilation.snapshot.changed)),
        compilation.diagnostics,
        compilation.text,
        compilation.silenced,
        reason,
    )


class _Documents(Mapping[str, LinkedDocument]):
    """The documents of a bundle, each merged and linked when it is asked for.

    Any can be asked for; those `within` are gone through, by default all.
    """

    def __init__(
        self,
        given: Given,
        assembly: Assembly,
        known: dict[str, LinkedDocument | None],
        within: Iterable[str],
    ) -> None:
        self._given = given
        self._assembly = assembly
        self._known = known
        self._within = tuple(within)

    def __getitem__(self, name: str) -> LinkedDocument:
        if name not in self._known:
            self._known[name] = self._assembly.document(self._given, name)
        found = self._known[name]
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        # A file may turn out to hold no value: it gives no document.
        return (name for name in self._within if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def narrowed(self, names: Iterable[str]) -> "_Documents":
        """Return the same documents, of which only some are gone through."""
        return _Documents(self._given, self._assembly, self._known, names)


class _Sops(Mapping[str, Sequence[SopsDocument]]):
    """The SOPS files of a bundle, by document."""

    def __init__(self, given: Given) -> None:
        self._given = given

    def __getitem__(self, name: str) -> Sequence[SopsDocument]:
        found = self._given.sops(name)
        if not found:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._given.names() if self._given.sops(name))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Run:
    """One partial check: what is shared between its bundles."""

    def __init__(
        self,
        snapshot: Snapshot,
        files: ProjectFiles,
        project: Project,
        diagnostics: Iterable[Diagnostic],
        as_of: date | None,
        rendering: "Rendering",
    ) -> None:
        self._snapshot = snapshot
        self._files = files
        self._project = project
        self._given_day = as_of
        self._rendering = rendering
        self._found = Found()
        self._found.add(diagnostics)
        self._bundles, problems = bind_bundles(project)
        self._found.add(problems)
        self._with_secrets: set[str] = set()
        self._in_weaker: set[str] = set()
        self._documents: dict[str, tuple[Given, _Documents]] = {}

    @cached_property
    def _touched(self) -> Touched:
        return touched_by(self._project, self._bundles, self._files)

    def check(self) -> PartialCheck:
        """Check what the change may have broken."""
        touched = self._touched
        self._check_prompts(touched)
        for bundle in self._bundles:
            if bundle.name in touched.documents:
                self._check_bundle(bundle, touched.documents[bundle.name], touched)
        self._check_where_shared(touched)
        self._check_new_names(touched)
        self._check_tests()
        sealed = self._check_sealed()
        return self._result(touched, sealed)

    def check_prompts(self) -> PromptsCheck | None:
        """Check the prompts alone; None where none changed."""
        touched = self._touched
        if not touched.prompts:
            return None
        self._check_prompts(touched)
        changed = _changed_prompts(self._every_prompt, self._snapshot.changed)
        used = self._used_prompts(touched, self._every_prompt)
        return PromptsCheck(changed, used, self._result(touched, self._files))

    @cached_property
    def _as_of(self) -> date:
        from gitconfig_tool.compiler.modelling import day_of_snapshot

        return self._given_day or day_of_snapshot(self._snapshot)

    @cached_property
    def _listed(self) -> ListedPrompts:
        return ListedPrompts(self._project.llm.prompts.folder, self._files)

    @cached_property
    def _prompts(self) -> Prompts:
        """The prompts that the documents in question ask for, with their contents.

        Where no prompt changed, nothing is reported of them, and their test data are left alone.
        """
        if self._touched.prompts:
            return self._every_prompt
        folder = self._project.llm.prompts.folder
        used = self._used_prompts(self._touched, Prompts(self._listed))
        paths = {f"{folder}/{id}/{version}{PROMPT_ENDING}" for id, version in used}
        return self._unreported_prompts(
            lambda path: path in paths or path.endswith(PARTIAL_ENDINGS)
        )

    @cached_property
    def _every_prompt(self) -> Prompts:
        prompts, diagnostics = read_prompts(self._project, self._files)
        self._found.add(diagnostics)
        return prompts

    @cached_property
    def _schemas(self) -> "Schemas":
        schemas, diagnostics = read_schemas(self._project, self._files)
        self._found.add(diagnostics)
        return schemas

    @cached_property
    def _checks(self) -> DocumentChecks:
        policies, diagnostics = read_policies(self._project, self._files)
        self._found.add(diagnostics)
        return DocumentChecks(self._project, self._schemas, policies)

    @cached_property
    def _assembly(self) -> Assembly:
        return Assembly(
            self._project,
            self._files,
            Prompts(self._listed),
            self._schemas,
            self._at_revision,
            self._found,
        )

    def _at_revision(self, bundle: str) -> "AtRevision":
        """Return what finds values of other commits; few documents ask for any."""

        def find(rev: str, document: str, path: tuple[str, ...]) -> "PastValue":
            return self._revisions.of_bundle(bundle)(rev, document, path)

        return find

    @cached_property
    def _revisions(self) -> "Revisions":
        from gitconfig_tool.compiler.view import revisions_of

        return revisions_of(self._snapshot, self._files.roots, Borders(self._bundles))

    @cached_property
    def _governing(self) -> "Governing":
        from gitconfig_tool.compiler.governing import Governing

        return Governing(self._project, self._files, self._schemas)

    @cached_property
    def _modelling(self) -> "Modelling":
        from gitconfig_tool.compiler.model_catalogue import read_catalogue
        from gitconfig_tool.compiler.modelling import Modelling

        catalogue, diagnostics = read_catalogue(self._project, self._files)
        self._found.add(diagnostics)
        return Modelling(
            self._project,
            self._files,
            self._prompts,
            self._schemas,
            catalogue,
            self._as_of,
            self._rendering.render,
        )

    def _of(self, bundle: Bundle) -> tuple[Given, _Documents]:
        if bundle.name not in self._documents:
            given = Given(bundle, self._files)
            documents = _Documents(given, self._assembly, {}, given.names())
            self._documents[bundle.name] = (given, documents)
        return self._documents[bundle.name]

    def _check_bundle(self, bundle: Bundle, affected: frozenset[str], touched: Touched) -> None:
        given, documents = self._of(bundle)
        if bundle.name in touched.layers:
            self._assembly.check_required(bundle)
            self._assembly.check_not_empty(given)
        chosen = documents.narrowed(sorted(affected.intersection(given.names())))
        there = frozenset(chosen)
        self._check_documents(bundle, chosen)
        incomplete = frozenset(name for name in there if given.is_unreadable(name))
        assembled = Assembled(bundle, documents, _Sops(given), incomplete)
        self._found.add(self._governing.check_bundle(assembled, there), bundle.name)
        self._check_models(bundle, given, affected, touched)
        self._check_emitted(bundle, affected, touched)

    def _check_documents(self, bundle: Bundle, chosen: _Documents) -> None:
        given, _ = self._of(bundle)
        check = self._checks.of_bundle(bundle)
        for name, document in chosen.items():
            found = check(document, is_incomplete=given.is_unreadable(name))
            self._found.add(found, bundle.name)
            if any(each.weaker for each in found):
                self._in_weaker.add(name)
            if document.secrets:
                self._with_secrets.update(document.files)
        self._found.add(check_borrowed(bundle, chosen, self._files), bundle.name)

    def _check_models(
        self, bundle: Bundle, given: Given, affected: frozenset[str], touched: Touched
    ) -> None:
        """Check the chains of models that depend on what changed.

        What came or went may be named by a chain as well.
        """
        if not any(rule.schema.startswith(_MODELS) for rule in self._project.schemas):
            return
        _, documents = self._of(bundle)
        if self._came_or_went(bundle, affected, touched) or any(
            map(self._concerns_models, affected)
        ):
            chained = documents.narrowed(filter(self._concerns_models, given.names()))
            incomplete = frozenset(name for name in chained if given.is_unreadable(name))
            assembled = Assembled(bundle, chained, {}, incomplete)
            self._found.add(self._modelling.check_bundle(assembled, affected), bundle.name)

    def _came_or_went(self, bundle: Bundle, affected: frozenset[str], touched: Touched) -> bool:
        """Tell whether a document of a bundle may be new, or gone; encrypted ones are no matter."""
        given, documents = self._of(bundle)
        came = touched.came.get(bundle.name, frozenset())
        return any(name in documents for name in came if name in given.names()) or any(
            name not in given.names() for name in affected
        )

    def _concerns_models(self, name: str) -> bool:
        return any(uri.startswith(_MODELS) for uri in self._schemas.for_document(name))

    def _check_emitted(self, bundle: Bundle, affected: frozenset[str], touched: Touched) -> None:
        """Make the files for other programs anew where what they are made of may be another."""
        entries = self._project.llm.emit
        if not any(self._is_emitted(entry, bundle, affected, touched) for entry in entries):
            return
        from gitconfig_tool.compiler.emitting import emit_bundle

        documents = dict(self._of(bundle)[1])
        used = used_prompts(documents, self._prompts)
        _, found = emit_bundle(self._project, bundle, documents, used, self._schemas)
        self._found.add(found, bundle.name)

    def _is_emitted(
        self, entry: "EmitRule", bundle: Bundle, affected: frozenset[str], touched: Touched
    ) -> bool:
        matcher = Matcher(entry.scope, self._project.dimensions) if entry.scope else None
        if matcher is not None and not matcher.is_for_bundle(bundle):
            return False
        # A chain may lead to a document that the entry does not name.
        if any(map(self._concerns_models, affected)):
            return True
        if entry.target in GATEWAYS and not self._came_or_went(bundle, affected, touched):
            affected &= touched.uses_prompts
        return bool(affected if matcher is None else matcher.documents_of(bundle, affected))

    def _check_where_shared(self, touched: Touched) -> None:
        """Check some documents in every bundle that has them.

        What can be solved in several layers is told at the strongest one that all bundles share: so
        all must be asked, or it is told elsewhere than a suppression of it stands.
        """
        for name in sorted(self._in_weaker):
            for bundle in self._bundles:
                if name in touched.documents.get(bundle.name, ()):
                    continue
                given, documents = self._of(bundle)
                if name in given.names():
                    self._check_documents(bundle, documents.narrowed([name]))

    def _check_new_names(self, touched: Touched) -> None:
        """Check that what came is not where another bundle, or a prompt, is delivered."""
        if not any(touched.came.values()):
            return
        from gitconfig_tool.bundle import CompiledBundle, colliding_paths, undeliverable_names

        every = []
        for bundle in self._bundles:
            _, documents = self._of(bundle)
            came = documents.narrowed(sorted(touched.came.get(bundle.name, ())))
            used: tuple[PromptVersion, ...] = ()
            if any(name.startswith(_PROMPTS_AT) for name in came):
                listed = Prompts(self._listed)
                used = used_prompts(documents.narrowed(touched.uses_prompts), listed)
            compiled = CompiledBundle(
                bundle.name, bundle.dimensions, bundle.protected, dict(came), used, (), {}
            )
            every.append(compiled)
            self._found.add(undeliverable_names(compiled), bundle.name)
        self._found.add(colliding_paths(every, Span(PROJECT_FILE)))

    def _check_prompts(self, touched: Touched) -> None:
        """Check the prompts where one changed, or where a document may ask for another one."""
        users = touched.uses_prompts
        asked = any(not names.isdisjoint(users) for names in touched.documents.values())
        if not touched.prompts and not (asked and self._has_experiments()):
            return
        from gitconfig_tool.compiler.experimenting import check_experiments

        prompts = self._every_prompt if touched.prompts else self._unreported_prompts()
        used = self._used_prompts(touched, prompts).keys()
        self._found.add(check_experiments(self._project, self._files, prompts, self._as_of, used))
        if touched.prompts:
            from gitconfig_tool.compiler.prompt_history import check_prompt_history
            from gitconfig_tool.compiler.prompt_safety import check_prompt_safety
            from gitconfig_tool.compiler.prompt_testing import check_prompt_tests

            self._found.add(check_prompt_history(self._project, self._files, prompts))
            changed = _changed_prompts(prompts, self._snapshot.changed)
            self._found.add(self._governing.check_prompts(changed))
            self._found.add(check_prompt_tests(changed))
            self._found.add(check_prompt_safety(self._project, changed))

    def _check_tests(self) -> None:
        """Check the files of tests that changed; all, where a bundle may have come or gone."""
        changed = self._snapshot.changed
        sources = self._project.sources(None)
        is_other = any(path in sources or path not in self._snapshot.files for path in changed)
        if is_other or PROJECT_FILE in changed or any(map(is_test_path, changed)):
            from gitconfig_tool.compiler.test_files import check_test_files

            names = [bundle.name for bundle in self._bundles]
            among = None if is_other or PROJECT_FILE in changed else changed
            self._found.add(check_test_files(self._files, names, among))

    def _used_prompts(
        self, touched: Touched, prompts: Prompts
    ) -> Mapping[tuple[str, str], Sequence[str]]:
        """Return the prompt versions that bundles use, as ids with versions, with the bundles."""
        used: dict[tuple[str, str], list[str]] = {}
        for bundle in self._bundles:
            _, documents = self._of(bundle)
            for each in used_prompts(documents.narrowed(sorted(touched.uses_prompts)), prompts):
                used.setdefault((each.id, each.version), []).append(bundle.name)
        return used

    def _unreported_prompts(self, is_wanted: Callable[[str], bool] = lambda _: True) -> Prompts:
        """Read prompts that did not change: what is wrong with them is no concern of the change."""
        prompts, _ = read_prompts(self._project, self._files, is_wanted, tests=False)
        return prompts

    def _has_experiments(self) -> bool:
        folder = self._project.llm.prompts.folder
        return any(b"variants" in self._files.peek(path) for path in self._files.under(folder))

    def _check_sealed(self) -> ProjectFiles:
        """Check the changed SOPS files, and what should be one; returns the files it was read from.

        They have files of their own, so that no other SOPS file is looked at: who may read it and
        what was done to it is what it was.
        """
        from gitconfig_tool.compiler.sops_files import check_configs, find_sops_files, read_promised

        files = ProjectFiles(self._snapshot, self._files.roots)
        changed = self._snapshot.changed
        layers = {layer.path: layer for bundle in self._bundles for layer in bundle.layers}
        touched = {path for path in changed if path in self._snapshot.files}
        if any(map(files.looks_sealed, touched)):
            from gitconfig_tool.compiler.sealed import check_sealed

            find_sops_files(files, layers, touched.__contains__)
            self._found.add(check_sealed(self._project, files, touched.__contains__))
            self._found.add(self._governing.check_isolation(self._bundles))
        elif touched:
            read_promised(files, touched.__contains__)
            self._found.add(check_configs(self._project, files, touched.__contains__))
        return files

    def _result(self, touched: Touched, sealed: ProjectFiles) -> PartialCheck:
        changed = self._snapshot.changed
        for files in (self._files, sealed):
            # What cannot be read is reported by whoever changes it.
            self._found.add(
                each
                for each in files.diagnostics
                if each.span is None or each.span.path in changed or not _is_of_one_file(each)
            )
        marked = (
            sealed.hide_secret(self._files.hide_secret(each)) for each in self._found.diagnostics()
        )
        left, silenced = self._suppressed(in_order(marked))
        return PartialCheck(
            self._snapshot,
            tuple(each.name for each in self._bundles if each.name in touched.documents),
            frozenset().union(*touched.documents.values()),
            tuple(sorted(changed)),
            in_order(each for each in left if _concerns(each, changed)),
            self._files.text,
            tuple(each for each in silenced if _concerns(each.diagnostic, changed)),
        )

    def _suppressed(
        self, found: tuple[Diagnostic, ...]
    ) -> tuple[tuple[Diagnostic, ...], tuple[Silenced, ...]]:
        """Return what is left to report, and what is silenced."""
        if not found and not self._files.with_marker(self._snapshot.changed):
            return (), ()  # As nearly always: nothing is silenced, and no comment asks for it.
        from gitconfig_tool.suppress import apply_suppressions

        suppressed = apply_suppressions(
            found,
            self._files,
            self._project.silencing,
            complete=False,
            checked_again=frozenset(self._with_secrets),
        )
        return suppressed.diagnostics, suppressed.silenced


def _changed_prompts(prompts: Prompts, changed: Set[str]) -> Prompts:
    """Return the prompts with a version that is made of a changed file; partials as they are."""
    return Prompts(
        {
            id: versions
            for id, versions in prompts.by_id.items()
            if any(not changed.isdisjoint(_paths(version)) for version in versions)
        },
        prompts.partials,
    )


def _paths(version: PromptVersion) -> tuple[str, ...]:
    return (version.path,) if version.file is None else (version.path, *version.file.paths)


def _is_of_one_file(found: Diagnostic) -> bool:
    """Tell whether a problem is that of one file, whatever the others hold."""
    return rule(found.code).group == "yaml"


def _is_error(found: Diagnostic) -> bool:
    return rule(found.code).severity is Severity.ERROR


def _concerns(found: Diagnostic, changed: Set[str]) -> bool:
    """Tell whether a problem is an error, or stands in a file that changed."""
    return _is_error(found) or found.span is None or found.span.path in changed
