"""What a project has released of its prompts, and what of it is other now.

Takes a snapshot with the commits before it. Released is what a release tag holds, and what the
commit holds where the work left the default branch. Contents are looked at only where Git ids
differ. Reports nothing: see `prompt_history`.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.document import MappingNode, Node, ScalarNode, node_at, parse_document
from gitconfig_tool.pointer import Path
from gitconfig_tool.project import Project
from gitconfig_tool.project.llm import PromptSettings
from gitconfig_tool.prompts import Prompts, PromptVersion
from gitconfig_tool.prompts.model import PartialVersion
from gitconfig_tool.prompts.names import PARTIAL_ENDING, PROMPT_ENDING
from gitconfig_tool.prompts.written import Written, as_written, differences
from gitconfig_tool.source import PROJECT_FILE, Base, FileTooLargeError, Held, Snapshot

AnyVersion = PromptVersion | PartialVersion
_ENDINGS = (PROMPT_ENDING, PARTIAL_ENDING)


@dataclass(frozen=True, slots=True)
class Changed:
    """A version whose content is not what it was: the first release that has it otherwise.

    `now` and `before` are both contents, `paths` the places where they differ.
    """

    held: Held
    is_tag: bool
    before: Written
    now: Written
    paths: tuple[Path, ...]

    @property
    def where(self) -> str:
        """Say which release it is, in words."""
        if self.is_tag:
            return f"the tag {self.held.name}"
        return f"commit {self.held.commit.id[:12]}"


class Released:
    """What a project has released of its prompts, asked version by version.

    `base` is `snapshot.merge_base` of the prompts' folder.
    """

    def __init__(self, project: Project, snapshot: Snapshot, base: Base) -> None:
        self._folder = project.llm.prompts.folder
        self._snapshot = snapshot
        self._base = base.held
        self._folder_before = self._folder_of(base.held)
        self._before: dict[tuple[str, tuple[str | None, ...]], Written] = {}
        tags = snapshot.releases(project.llm.prompts.releases, self._folder)
        self._all = (*tags, *(() if base.held is None else (base.held,)))
        # Most releases leave most prompts alone: each state of a prompt's folder is looked at once,
        # in the oldest release that has it.
        self._states: dict[bytes, dict[bytes, Held]] = {}
        for held in self._all:
            for name, (_, oid) in held.inside.items():
                self._states.setdefault(name, {}).setdefault(oid, held)

    def holding(self, path: str) -> list[Held]:
        """Return releases that hold a version: tags, oldest first, and then the base.

        Of those in which all of its folder is the same, only the first.
        """
        name = os.fsencode(path.removeprefix(f"{self._folder}/").partition("/")[0])
        states = self._states.get(name, {})
        return [held for held in states.values() if path in held.files(name)]

    def now(self, version: AnyVersion) -> Written:
        """Return what a version says in the snapshot."""
        return written_in(self._snapshot, version)

    def changed(self, version: AnyVersion) -> Changed | None:
        """Tell what changed in a version since it was released; None where nothing did."""
        path = version.path
        paths = (path,) if version.file is None else version.file.paths
        # Partials have versions of their own.
        files = [each for each in paths if each == path or not each.endswith(PARTIAL_ENDING)]
        is_beside = all(each.startswith(f"{self._folder}/") for each in files)
        holding = self.holding(path)
        if holding and not is_beside:
            holding = [held for held in self._all if held.id_of(path) is not None]
        moved = self._moved(path)
        if moved is not None:
            return self._changed_since(moved, version)
        for held in holding:
            if all(held.id_of(each) == self.id_now(each) for each in files):
                continue
            before, now = self.content(held, path), self.now(version)
            places = tuple(differences(before.lasting, now.lasting))
            if places:
                return Changed(held, held is not self._base, before, now, places)
        return None

    def _moved(self, path: str) -> str | None:
        """Return where the base has a version, if the project file names another folder now."""
        before = self._folder_before + path.removeprefix(self._folder)
        if self._base is None or before == path or not path.startswith(f"{self._folder}/"):
            return None
        return before if self._base.id_of(before) is not None else None

    def _folder_of(self, held: Held | None) -> str:
        """Return the folder that prompts lie in, as a commit has the project file."""
        if held is None or held.id_of(PROJECT_FILE) == self.id_now(PROJECT_FILE):
            return self._folder
        root = self._root(held, PROJECT_FILE)
        entry = root.entries.get("prompts") if isinstance(root, MappingNode) else None
        node = None if entry is None else entry.value
        if isinstance(node, MappingNode):
            inner = node.entries.get("folder")
            node = None if inner is None else inner.value
        value = node.value if isinstance(node, ScalarNode) else None
        return (value if isinstance(value, str) else PromptSettings().folder).rstrip("/")

    def _changed_since(self, path: str, version: AnyVersion) -> Changed | None:
        """Tell what changed in a version that lay at another path in the base."""
        if self._base is None:
            return None
        before, now = self.content(self._base, path), self.now(version)
        places = tuple(differences(before.lasting, now.lasting))
        return Changed(self._base, False, before, now, places) if places else None

    def content(self, held: Held, path: str) -> Written:
        """Return what a version says in a release; files that are shared are read once."""
        root = self._root(held, path)
        names = as_written(path, root, lambda _: None).files
        key = (path, tuple(held.id_of(each) for each in (path, *(name for name, _ in names))))
        if key not in self._before:
            self._before[key] = as_written(path, root, held.read)
        return self._before[key]

    def gone(self) -> Iterator[tuple[str, Held]]:
        """Yield the versions that the base and a tag hold, and the snapshot does not."""
        base = self._base
        for name in sorted(base.inside) if base is not None else ():
            for path in sorted(base.files(name)) if base is not None else ():
                if path.endswith(_ENDINGS) and path not in self._snapshot.files:
                    tag = next((each for each in self.holding(path) if each is not base), None)
                    if tag is not None:
                        yield path, tag

    def _root(self, held: Held, path: str) -> Node | None:
        data = held.read(path)
        # What is wrong in a file that was released is no news.
        return None if data is None else parse_document(path, data)[0].root

    def id_now(self, path: str) -> str | None:
        """Return the Git id of a file in the snapshot."""
        file = self._snapshot.files.get(path)
        return None if file is None else file.oid


def written_in(snapshot: Snapshot, version: AnyVersion) -> Written:
    """Return what a version says in its snapshot, before partials are in their places."""

    def read(path: str) -> bytes | None:
        try:
            return snapshot.read(path) if path in snapshot.files else None
        except FileTooLargeError:
            return None

    root = None if version.file is None else version.file.root
    return as_written(version.path, root, read)


def place_of(version: AnyVersion, written: Written, path: Path) -> Span:
    """Return the place of something in a version, or of what it would stand in."""
    for file, place in written.files:
        if path[: len(place)] == place:
            return Span(file)
    root = None if version.file is None else version.file.root
    while root is not None and path:
        holder = node_at(root, path[:-1])
        if isinstance(holder, MappingNode) and path[-1] in holder.entries:
            return holder.entries[str(path[-1])].key_mark.in_file(version.path)
        node = node_at(root, path)
        if node is not None:
            start = node.mark
            return Span(version.path, start.line, start.column, start.line, start.column + 1)
        path = path[:-1]
    return version.span


def every_version(prompts: Prompts) -> Iterator[tuple[AnyVersion, ...]]:
    """Yield the versions of each partial and of each prompt, highest first."""
    yield from prompts.partials.values()
    yield from prompts.by_id.values()
