"""Two revisions as the sections of a comparison take them, and which of their files differ. Pure.

Holds both views, the documents that differ and the files that differ, so that no section looks for
them again. What is not named here did not change, and is not read.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from gitconfig_tool.compiler.affected import differing
from gitconfig_tool.compiler.paired import Pair
from gitconfig_tool.compiler.touched import is_prompt_change
from gitconfig_tool.compiler.view import View
from gitconfig_tool.glob import Glob
from gitconfig_tool.link import LinkedDocument, PromptLink
from gitconfig_tool.project import Project
from gitconfig_tool.secrets import Names
from gitconfig_tool.sops.values import PREFIX
from gitconfig_tool.source import FileTooLargeError, Snapshot

_OF_MODELS = "gitconfig-tool:model-"


@dataclass(frozen=True, slots=True)
class Both:
    """Two views of one repository; None where the revision has no project file.

    `bundles` are those that are compared. `paths` are the files that differ, came or went.
    `documents` names, for each bundle, the documents that such a file may concern.
    """

    old: View | None
    new: View | None
    bundles: tuple[str, ...]
    pairs: tuple[Pair, ...]
    paths: frozenset[str]
    documents: Mapping[str, Collection[str]]

    @property
    def old_project(self) -> Project | None:
        """The project of the old revision; None where it has none that can be read."""
        return None if self.old is None else self.old.project

    @property
    def new_project(self) -> Project | None:
        """The project of the new revision; None where it has none that can be read."""
        return None if self.new is None else self.new.project

    @property
    def names(self) -> Names:
        """What people call recipients; what the new project file says counts."""
        project = self.new_project or self.old_project
        return Names({} if project is None else project.secrets.names)

    @property
    def concerns_prompts(self) -> bool:
        """Whether a prompt may have changed: a link to one, its file, or a text that it names."""
        if any(_prompts(pair.before) != _prompts(pair.after) for pair in self.pairs):
            return True
        return any(
            view is not None
            and view.project is not None
            and is_prompt_change(view.project, view.files, self.paths)
            for view in (self.old, self.new)
        )

    @property
    def concerns_secrets(self) -> bool:
        """Whether a SOPS file may have changed: a file without any ciphertext is none."""
        mark = PREFIX.encode()
        return any(
            data is not None and mark in data
            for path in self.paths
            for data in (content(self.old, path), content(self.new, path))
        )

    @property
    def concerns_models(self) -> bool:
        """Whether a model may have changed: a document of one, or the project's file of them."""
        for project in (self.old_project, self.new_project):
            if project is None:
                continue
            if project.llm.models.catalogue in self.paths:
                return True
            globs = [Glob(e.match) for e in project.schemas if e.schema.startswith(_OF_MODELS)]
            if any(glob.fullmatch(pair.document) for glob in globs for pair in self.pairs):
                return True
        return False

    def linked(self, view: View | None, bundle: str) -> Iterator[LinkedDocument]:
        """Yield the documents of a bundle that a changed file may concern, as a view has them."""
        if view is None or bundle not in view.bundles:
            return
        bound = view.bundles[bundle]
        for name in self.documents.get(bundle, ()):
            linked = view.document(bound, name).linked
            if linked is not None:
                yield linked


def _prompts(document: LinkedDocument | None) -> dict[str, PromptLink]:
    return {} if document is None else dict(document.prompts)


def changed_paths(old: View | None, new: View | None) -> frozenset[str]:
    """Return the files of two snapshots whose content differs, or that only one of them has."""
    before = {} if old is None else old.snapshot.files
    after = {} if new is None else new.snapshot.files
    return differing(before, after)


def moved_paths(both: Both) -> frozenset[str]:
    """Return the files that only changed their place, both places of each."""
    before = {} if both.old is None else both.old.snapshot.files
    after = {} if both.new is None else both.new.snapshot.files
    gone = {before[path].oid: path for path in both.paths if path not in after}
    came = {after[path].oid: path for path in both.paths if path not in before}
    return frozenset(path for oid in gone.keys() & came.keys() for path in (gone[oid], came[oid]))


def content(view: View | None, path: str) -> bytes | None:
    """Return the bytes of a file; None where there is none, or it is too large to be read."""
    snapshot: Snapshot | None = None if view is None else view.snapshot
    if snapshot is None or path not in snapshot.files:
        return None
    try:
        return snapshot.read(path)
    except FileTooLargeError:
        return None
