"""Effective values of one snapshot, one document at a time.

Takes a snapshot and answers what a document of a bundle is, or one value in it, together with the
files that the answer depends on. Only these are read. Does not check schemas and policies.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from gitconfig_tool.compiler.assembly import Assembly, Given
from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.found import Found, in_order
from gitconfig_tool.compiler.inputs import read_project_file, read_prompts, read_schemas
from gitconfig_tool.compiler.revisions import Revisions
from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.document import Node
from gitconfig_tool.link import LinkedDocument, child_at
from gitconfig_tool.merge import ListKeys, MergedValue
from gitconfig_tool.pointer import Path
from gitconfig_tool.project import Bundle, Project, bind_bundles
from gitconfig_tool.prompts import Prompts, PromptVersion
from gitconfig_tool.schema import Schemas
from gitconfig_tool.source import PROJECT_FILE, Snapshot


@dataclass(frozen=True, slots=True)
class EffectiveDocument:
    """One document of a bundle, linked; None when there is none, and then `why` says why.

    `files` are the project paths that the answer depends on, whether a file is there or not; one
    may be a folder. `diagnostics` are the problems met on the way.
    """

    document: LinkedDocument | None
    why: str
    files: frozenset[str]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Effective:
    """One value of a bundle; None when there is none, and then `why` says why.

    `files` is as in `EffectiveDocument`.
    """

    value: MergedValue | None
    why: str
    files: frozenset[str]


class Lookup:
    """The effective documents of one snapshot. Every file is read once, and only when needed.

    `roots` holds parsed files by their Git id; several snapshots of one repository can share it.
    `in_a_row` counts the references from version to version that led here.

    Raises `CompileError` when the snapshot has no project file.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        roots: dict[str, Node | None] | None = None,
        in_a_row: int = 0,
    ) -> None:
        self.files = ProjectFiles(snapshot, roots)
        self._revisions = revisions_of(snapshot, in_a_row)
        self.project, self.diagnostics = read_project_file(self.files)
        self._given: dict[str, Given] = {}

    @cached_property
    def bundles(self) -> Mapping[str, Bundle]:
        """The bundles of the project, by name; none when the project file cannot be read."""
        if self.project is None:
            return {}
        bundles, _ = bind_bundles(self.project)
        return {bundle.name: bundle for bundle in bundles}

    def document(self, bundle: str, document: str) -> EffectiveDocument:
        """Return one document of a bundle."""
        if self.project is None:
            return EffectiveDocument(None, "gitconfig.yaml cannot be read", _ALWAYS, ())
        if bundle not in self.bundles:
            files = _ALWAYS | self.project.sources(None)
            return EffectiveDocument(None, f"there is no bundle {bundle}", files, ())
        prompts = _Prompts(self.project, self.files)
        found = Found()
        schemas = _Schemas(self.project, self.files)
        assembly = Assembly(
            self.project, self.files, prompts, schemas, self._revisions.of_bundle, found
        )
        given = self._given.setdefault(bundle, Given(self.bundles[bundle], self.files))
        linked = assembly.document(given, document)
        touched = {document} | (linked.refers_to if linked else set())
        needed = {path for name in touched for path in self._candidates(bundle, name)}
        needed |= self.project.sources(self.bundles[bundle])
        if prompts.was_asked:
            needed.add(self.project.prompts)
        needed |= schemas.paths(touched)
        why = ""
        if linked is None:
            why = f"bundle {bundle} has no document {document}"
            if given.sops(document):
                why = f"{document} is encrypted"
        diagnostics = in_order(found.diagnostics())
        return EffectiveDocument(linked, why, _ALWAYS | needed, diagnostics)

    def _candidates(self, bundle: str, document: str) -> Iterator[str]:
        for layer in self.bundles[bundle].layers:
            yield from self.files.candidates(layer, document)


def effective_value(
    snapshot: Snapshot,
    bundle: str,
    document: str,
    path: Path,
    roots: dict[str, Node | None] | None = None,
) -> Effective:
    """Return one value of a bundle, as `Lookup` finds it."""
    if PROJECT_FILE not in snapshot.files:
        return Effective(None, "there is no gitconfig.yaml", _ALWAYS)
    found = Lookup(snapshot, roots).document(bundle, document)
    if found.document is None:
        return Effective(None, found.why, found.files)
    value = found.document.root
    for token in path:
        inner = child_at(value, token)
        if inner is None:
            return Effective(None, f"{document} has no such value", found.files)
        value = inner
    return Effective(value, "", found.files)


def revisions_of(snapshot: Snapshot, in_a_row: int = 0) -> Revisions:
    """Return the other commits that references of a snapshot may name."""
    return Revisions(snapshot, lambda other, count: Lookup(other, in_a_row=count), in_a_row)


_ALWAYS = frozenset({PROJECT_FILE})


class _Prompts:
    """The prompt versions of a project, loaded when one is asked for."""

    def __init__(self, project: Project, files: ProjectFiles) -> None:
        self._project = project
        self._files = files
        self.was_asked = False

    @cached_property
    def _all(self) -> Prompts:
        self.was_asked = True
        prompts, _ = read_prompts(self._project, self._files)
        return prompts

    def versions(self, name: str) -> tuple[PromptVersion, ...]:
        return self._all.versions(name)

    def resolve(self, name: str, wanted: str) -> PromptVersion | None:
        return self._all.resolve(name, wanted)

    def suggest(self, name: str) -> str | None:
        return self._all.suggest(name)


class _Schemas:
    """What the schemas of a project say of its documents, loaded when asked for."""

    def __init__(self, project: Project, files: ProjectFiles) -> None:
        self._project = project
        self._files = files

    @cached_property
    def _all(self) -> Schemas:
        schemas, _ = read_schemas(self._project, self._files)
        return schemas

    def list_keys(self, document: str) -> ListKeys | None:
        return self._all.list_keys(document)

    def names_key(self, _document: str, _path: Path, _key: str) -> bool:
        """Say so of every key: to look a value up, it does not matter."""
        return True

    def deprecated(self, _document: str) -> None:
        """Say nothing: to look a value up, it does not matter."""
        return

    def paths(self, documents: Iterable[str]) -> set[str]:
        """Return the paths of the schemas that say how lists of these documents merge."""
        return {path for name in documents for path in self._all.list_key_files(name)}
