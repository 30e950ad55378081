"""A snapshot of which only what is asked for is read: one document, in one bundle or in many.

`View.document` merges and links one document and those that it refers to, so it answers in the time
of a document and not of a project. What two bundles have in common is merged once. Checks schemas
only where it is asked to, and evaluates no policy.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from gitconfig_tool.compiler.affected import Side
from gitconfig_tool.compiler.assembly import Assembly, Given
from gitconfig_tool.compiler.borders import Borders
from gitconfig_tool.compiler.document_ids import candidates
from gitconfig_tool.compiler.files import LayerFile, ProjectFiles
from gitconfig_tool.compiler.found import Found, in_order
from gitconfig_tool.compiler.inputs import (
    CompileError,
    bundle_hint,
    read_project_file,
    read_schemas,
    some_names,
)
from gitconfig_tool.compiler.listed_prompts import ListedPrompts
from gitconfig_tool.compiler.revisions import Revisions
from gitconfig_tool.diagnostics import Diagnostic, is_error
from gitconfig_tool.document import Node
from gitconfig_tool.glob import Glob
from gitconfig_tool.link import LinkedDocument, PastValue
from gitconfig_tool.merge import LayerDocument, ListKeys, MergedDocument
from gitconfig_tool.pointer import Path
from gitconfig_tool.project import BoundLayer, Bundle, Project, bind_bundles
from gitconfig_tool.prompts import Prompts
from gitconfig_tool.schema import Schemas, check_document
from gitconfig_tool.secrets import SopsDocument
from gitconfig_tool.source import PROJECT_FILE, Snapshot, Watched

# What a source of dimension values ends with that is a file and no folder.
_FILE_ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Consulted:
    """One layer that was asked for one document.

    `path` is the file that was found, or the one that would be read if it were there. `file` is
    None where there is none, and where it holds no value.
    """

    layer: BoundLayer
    path: str
    exists: bool
    file: LayerFile | None

    @property
    def given(self) -> LayerDocument | None:
        """What the layer gives to merging; None where it has nothing in the clear."""
        if self.file is None or self.file.root is None:
            return None
        return LayerDocument(self.layer.path, self.path, self.file.root, self.layer.own)

    @property
    def is_unreadable(self) -> bool:
        """Whether there is a file that could not be read, which is reported."""
        return self.file is not None and self.file.root is None and self.file.sops is None


@dataclass(frozen=True, slots=True)
class Viewed:
    """One document of one bundle: which layers were asked, weakest first, and what came of it.

    `merged` and `linked` are None when the bundle has no such document in the clear. `is_known`
    tells whether every value is what the bundle would get; otherwise an error says why not.
    `list_keys` is what merging was told.
    """

    id: str
    consulted: tuple[Consulted, ...]
    merged: MergedDocument | None
    linked: LinkedDocument | None
    is_known: bool
    list_keys: ListKeys | None

    @property
    def sops(self) -> tuple[SopsDocument, ...]:
        """The encrypted files of the document, weakest first."""
        files = (each.file for each in self.consulted)
        return tuple(file.sops for file in files if file is not None and file.sops is not None)


class View:
    """The documents of one snapshot, each read when it is asked for."""

    def __init__(
        self,
        snapshot: Snapshot,
        roots: dict[str, Node | None] | None = None,
        in_a_row: int = 0,
        known: "dict[tuple[str, int], View | PastValue] | None" = None,
        borders: Borders | None = None,
    ) -> None:
        """Read the project file; raises `CompileError` when the snapshot has none.

        `roots` holds parsed files by their Git id; views of several snapshots can share it.
        `in_a_row` counts the references from version to version that led here, `known` holds the
        views that they have led to so far, as in `Revisions`; `borders` are those of the snapshot
        that they began in.
        """
        roots = {} if roots is None else roots
        self.snapshot = snapshot
        self.bundles: Mapping[str, Bundle] = {}
        self._files = ProjectFiles(snapshot, roots)
        self._found = _Counted()
        self._paths = {PROJECT_FILE}
        # By the document and the number of the layer.
        self._asked: dict[str, dict[int, Consulted | None]] = {}
        self._given: dict[str, Given] = {}
        self._viewed: dict[tuple[str, str], Viewed] = {}
        self._checked: dict[int, tuple[Diagnostic, ...]] = {}
        self.project, diagnostics = read_project_file(self._files)
        self._found.add(diagnostics)
        if self.project is not None:
            bundles, diagnostics = bind_bundles(self.project)
            self._found.add(diagnostics)
            self.bundles = {bundle.name: bundle for bundle in bundles}
            self._prompts = ListedPrompts(self.project.llm.prompts.folder, self._files)
            self._schemas = _SchemasOnDemand(self.project, self._files)
            self._assembly = Assembly(
                self.project,
                self._files,
                Prompts(self._prompts),
                self._schemas,
                revisions_of(
                    snapshot, roots, borders or Borders(bundles), in_a_row, known
                ).of_bundle,
                self._found,
            )

    @property
    def side(self) -> Side | None:
        """What a comparison needs to tell which documents may differ; None with a project file
        that cannot be read."""
        return None if self.project is None else Side(self._files, self.project, self.bundles)

    def bundle(self, name: str) -> Bundle:
        """Return a bundle by its name, or by a glob that matches no other.

        Raises `CompileError` where there is none, or more than one.
        """
        if name in self.bundles:
            return self.bundles[name]
        matching = self.matching(name)
        if len(matching) > 1:
            raise CompileError(
                f"expected the name of one bundle, found {name!r}, which matches "
                f"{some_names(bundle.name for bundle in matching)}",
                hint="name one of them; --across DIMENSION shows several side by side",
            )
        return matching[0]

    def matching(self, glob: str) -> list[Bundle]:
        """Return the bundles whose name matches a glob; raises `CompileError` where none does."""
        found = [bundle for name, bundle in self.bundles.items() if fnmatchcase(name, glob)]
        if not found:
            raise CompileError(
                f"expected the name of a bundle or a glob that matches one, found {glob!r}",
                hint=bundle_hint(glob, self.bundles),
            )
        return found

    def names(self) -> str:
        """Return the names of the bundles for a message; of many, the first ones."""
        return some_names(self.bundles) or "none"

    def document_ids(self, bundle: Bundle) -> Sequence[str]:
        """Return the ids of the documents that the layers of a bundle name, sorted; reads none.

        Among them are those that are encrypted, and those whose files turn out to hold no value.
        """
        return sorted(self._of(bundle).names())

    @property
    def files(self) -> ProjectFiles:
        """The files of the snapshot, as far as they were read."""
        return self._files

    def schemas_of(self, id: str) -> Schemas | None:
        """Return the schemas of the project; None where none is for a document: none is read."""
        return None if self.project is None else self._schemas.of(id)

    def document(self, bundle: Bundle, id: str) -> Viewed:
        """Merge and link one document of a bundle."""
        key = (bundle.name, id)
        if key not in self._viewed:
            self._viewed[key] = self._view(bundle, id)
        return self._viewed[key]

    def _view(self, bundle: Bundle, id: str) -> Viewed:
        before = self._found.errors
        consulted = tuple(self._consult(bundle, id))
        self._assembly.check_required(bundle)
        merged = self._assembly.merge(self._of(bundle), id)
        linked = self._assembly.document(self._of(bundle), id)
        named = {id} if linked is None else {id, *linked.refers_to}
        paths = {each.path for name in named for each in self._consult(bundle, name)}
        self._paths |= self._schemas.paths(named) | self._prompts.folders()
        is_known = (
            self.project is not None
            and self.project.layers_known
            and self._found.errors == before
            and not any(
                is_error(found) and found.span is not None and found.span.path in paths
                for found in self._files.diagnostics
            )
            and not (linked is not None and linked.unknown)
        )
        return Viewed(id, consulted, merged, linked, is_known, self._schemas.list_keys(id))

    def check(self, bundle: Bundle, document: LinkedDocument) -> None:
        """Check a document against its schemas."""
        schemas = self._schemas.of(document.id)
        if schemas is None:
            return
        if id(document) not in self._checked:
            self._checked[id(document)] = check_document(document, schemas)
        self._found.add(self._checked[id(document)], bundle.name)

    def errors(self) -> tuple[Diagnostic, ...]:
        """Return the errors of the project file and of all that was asked for so far."""
        self._found.add(each for each in self._files.diagnostics if self._concerns(each))
        return in_order(each for each in self._found.diagnostics() if is_error(each))

    def watched(self, bundle: Bundle | None) -> Watched:
        """Return what the answers so far on one bundle depend on, whether it is there or not.

        None stands for a bundle that is not there: it is, once its dimensions have its values.
        """
        if self.project is None:
            return Watched(frozenset(self._paths))
        sources = self.project.sources(bundle)
        # That a value's folder is there makes the value; what is in the folder does not.
        folders = {each for each in sources if not each.endswith(_FILE_ENDINGS)}
        if bundle is None:
            return Watched(frozenset(self._paths | sources))
        required = {layer.path for layer in bundle.layers if layer.required}
        return Watched(frozenset(self._paths | (sources - folders)), frozenset(folders | required))

    def text(self, path: str) -> str | None:
        """Return the text of a file, for showing a place in it; None when it has none."""
        return self._files.text(path)

    def _of(self, bundle: Bundle) -> Given:
        if bundle.name not in self._given:
            self._given[bundle.name] = Given(bundle, self._files)
        return self._given[bundle.name]

    def _consult(self, bundle: Bundle, id: str) -> Iterator[Consulted]:
        for layer in bundle.layers:
            # Bundles share their layers: what one has to say is worked out once.
            layers = self._asked.setdefault(id, {})
            number = self._files.number(layer)
            if number not in layers:
                layers[number] = self._ask(layer, id)
            found = layers[number]
            if found is not None:
                yield found

    def _ask(self, layer: BoundLayer, id: str) -> Consulted | None:
        paths = candidates(layer, id)
        path = self._files.layer_path(layer, id)
        self._paths.update(paths)
        if path is not None:
            return Consulted(layer, path, True, self._files.layer_file(id, path))
        return Consulted(layer, paths[0], False, None) if paths else None

    def _concerns(self, found: Diagnostic) -> bool:
        """Tell whether a problem stands in a file that was asked for, or on the way to one."""
        if found.span is None or found.span.path in self._paths:
            return True
        folder = found.span.path + "/"
        return any(path.startswith(folder) for path in self._paths)


class _Counted(Found):
    """Diagnostics so far, and how many errors were among what came, repeated ones included."""

    def __init__(self) -> None:
        super().__init__()
        self.errors = 0

    def add(self, diagnostics: Iterable[Diagnostic], bundle: str | None = None) -> None:
        every = tuple(diagnostics)
        self.errors += sum(is_error(each) for each in every)
        super().add(every, bundle)


class _SchemasOnDemand:
    """What schemas say of documents; they are read when one is for a document that is asked for."""

    def __init__(self, project: Project, files: ProjectFiles) -> None:
        self._project = project
        self._files = files
        self._globs = [Glob(each.match) for each in project.schemas]

    @cached_property
    def _all(self) -> Schemas:
        schemas, _ = read_schemas(self._project, self._files)
        return schemas

    def of(self, document: str) -> Schemas | None:
        return self._all if any(glob.fullmatch(document) for glob in self._globs) else None

    def list_keys(self, document: str) -> ListKeys | None:
        schemas = self.of(document)
        return None if schemas is None else schemas.list_keys(document)

    def names_key(self, _document: str, _path: Path, _key: str) -> bool:
        """Say so of every key: what may be misspelt is a warning, which validate gives."""
        return True

    def deprecated(self, _document: str) -> None:
        """Say nothing: that is a warning, which validate gives."""
        return

    def paths(self, documents: Iterable[str]) -> set[str]:
        """Return the files that say how lists of these documents merge."""
        return {
            path
            for name in documents
            if (schemas := self.of(name)) is not None
            for path in schemas.list_key_files(name)
        }


def revisions_of(
    snapshot: Snapshot,
    roots: dict[str, Node | None],
    borders: Borders,
    in_a_row: int = 0,
    known: dict[tuple[str, int], View | PastValue] | None = None,
) -> Revisions:
    """Return the other commits that references of a snapshot may name; the rest as in `View`."""
    shared = {} if known is None else known

    def view_of(other: Snapshot, count: int) -> View:
        return View(other, roots, count, shared, borders)

    return Revisions(snapshot, view_of, borders, in_a_row, shared)
