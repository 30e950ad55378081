"""What a change may break, and nothing else: `validate --affected`, as pre-commit calls it.

Takes a snapshot that is not committed; returns a `PartialCheck`. Every error that the change brings
is found, as if the whole project were checked; most documents are never read. What only a look at
the whole can tell, such as files that no bundle reads, is left out, and so are warnings about files
that the change leaves alone. Where a change concerns everything, everything is compiled.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from gitconfig_tool.compiler.assembly import Assembled, Given
from gitconfig_tool.compiler.borrowed import check_borrowed
from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.found import in_order
from gitconfig_tool.compiler.inputs import read_project_file
from gitconfig_tool.compiler.listed_prompts import used_prompts
from gitconfig_tool.compiler.on_demand import Documents, OnDemand
from gitconfig_tool.compiler.partial_models import check_emitted, check_models
from gitconfig_tool.compiler.partial_stages import PartialStages
from gitconfig_tool.compiler.reach import References
from gitconfig_tool.compiler.test_names import is_test_path
from gitconfig_tool.compiler.touched import Touched, whole_project
from gitconfig_tool.diagnostics import Diagnostic, Silenced, Span, is_error, rule
from gitconfig_tool.project import Bundle
from gitconfig_tool.prompts import Prompts, PromptVersion
from gitconfig_tool.secrets import SopsDocument
from gitconfig_tool.source import PROJECT_FILE, Snapshot

if TYPE_CHECKING:
    from gitconfig_tool.compiler.pipeline import Compilation

# Where prompts are delivered: a document there may be in the way of one.
_PROMPTS_AT = "prompts/"


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
        return any(map(is_error, self.diagnostics))


def check_affected(
    snapshot: Snapshot, *, as_of: date | None = None, references: References | None = None
) -> PartialCheck:
    """Check what the index or the work tree may have broken since the commit that HEAD names.

    `references` may be kept from run to run. Raises `CompileError` when the snapshot has no project
    file.
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
        known = references or References()
        return _Run(PartialStages(files, project, diagnostics, as_of, rendering, known)).check()


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
        stages = PartialStages(files, project, (), None, rendering, References())
        return _Run(stages).check_prompts()


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


class _Run:
    """One partial check: what is shared between its bundles."""

    def __init__(self, stages: PartialStages) -> None:
        self._stages = stages
        self._files = stages.files
        self._snapshot = stages.files.snapshot
        self._project = stages.project
        self._bundles = stages.bundles
        self._found = stages.found
        self._with_secrets: set[str] = set()
        self._in_weaker: set[str] = set()

    def check(self) -> PartialCheck:
        """Check what the change may have broken."""
        touched = self._stages.touched
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
        touched = self._stages.touched
        if not touched.prompts:
            return None
        self._check_prompts(touched)
        changed = _changed_prompts(self._stages.every_prompt, self._snapshot.changed)
        used = self._stages.used_prompts(touched, self._stages.every_prompt)
        return PromptsCheck(changed, used, self._result(touched, self._files))

    def _check_bundle(self, bundle: Bundle, affected: frozenset[str], touched: Touched) -> None:
        given, documents = self._stages.of(bundle)
        if bundle.name in touched.layers:
            self._stages.assembly.check_required(bundle)
            self._stages.assembly.check_not_empty(given)
        chosen = documents.narrowed(sorted(filter(given.has, affected)))
        there = frozenset(chosen)
        self._check_documents(bundle, chosen)
        incomplete = frozenset(name for name in there if given.is_unreadable(name))
        assembled = Assembled(bundle, documents, _sops(given), incomplete)
        self._found.add(self._stages.governing.check_bundle(assembled, there), bundle.name)
        check_models(self._stages, bundle, affected)
        check_emitted(self._stages, bundle, affected)

    def _check_documents(self, bundle: Bundle, chosen: Documents) -> None:
        given, _ = self._stages.of(bundle)
        check = self._stages.checks.of_bundle(bundle)
        for name, document in chosen.items():
            found = check(document, is_incomplete=given.is_unreadable(name))
            self._found.add(found, bundle.name)
            if any(each.weaker for each in found):
                self._in_weaker.add(name)
            if document.secrets:
                self._with_secrets.update(document.files)
        self._found.add(check_borrowed(bundle, chosen, self._files), bundle.name)

    def _check_where_shared(self, touched: Touched) -> None:
        """Check some documents in every bundle that has them.

        What can be solved in several layers is told at the strongest one that all bundles share: so
        all must be asked, or it is told elsewhere than a suppression of it stands.
        """
        for name in sorted(self._in_weaker):
            for bundle in self._bundles:
                if name in touched.documents.get(bundle.name, ()):
                    continue
                given, documents = self._stages.of(bundle)
                if given.has(name):
                    self._check_documents(bundle, documents.narrowed([name]))

    def _check_new_names(self, touched: Touched) -> None:
        """Check that what came is not where another bundle, or a prompt, is delivered."""
        if not any(touched.came.values()):
            return
        from gitconfig_tool.bundle import CompiledBundle, colliding_paths, undeliverable_names

        every = []
        for bundle in self._bundles:
            _, documents = self._stages.of(bundle)
            came = documents.narrowed(sorted(touched.came.get(bundle.name, ())))
            used: tuple[PromptVersion, ...] = ()
            if any(name.startswith(_PROMPTS_AT) for name in came):
                listed = Prompts(self._stages.listed)
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

        prompts = (
            self._stages.every_prompt if touched.prompts else self._stages.unreported_prompts()
        )
        used = self._stages.used_prompts(touched, prompts).keys()
        self._found.add(
            check_experiments(self._project, self._files, prompts, self._stages.as_of, used)
        )
        if touched.prompts:
            from gitconfig_tool.compiler.prompt_history import check_prompt_history
            from gitconfig_tool.compiler.prompt_safety import check_prompt_safety
            from gitconfig_tool.compiler.prompt_testing import check_prompt_tests

            self._found.add(check_prompt_history(self._project, self._files, prompts))
            changed = _changed_prompts(prompts, self._snapshot.changed)
            self._found.add(self._stages.governing.check_prompts(changed))
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
            self._found.add(self._stages.governing.check_isolation(self._bundles))
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


def _sops(given: Given) -> Mapping[str, Sequence[SopsDocument]]:
    """Return the SOPS files of a bundle, by document; read when they are asked for."""
    return OnDemand(
        lambda: (name for name in given.names() if given.sops(name)),
        lambda name: given.sops(name) or None,
    )


def _changed_prompts(prompts: Prompts, changed: Set[str]) -> Prompts:
    """Return the prompts with a version that is made of a changed file; partials as they are."""
    return Prompts(
        {
            id: versions
            for id, versions in prompts.by_id.items()
            if any(not changed.isdisjoint(version.paths) for version in versions)
        },
        prompts.partials,
    )


def _is_of_one_file(found: Diagnostic) -> bool:
    """Tell whether a problem is that of one file, whatever the others hold."""
    return rule(found.code).group == "yaml"


def _concerns(found: Diagnostic, changed: Set[str]) -> bool:
    """Tell whether a problem is an error, or stands in a file that changed."""
    return is_error(found) or found.span is None or found.span.path in changed
