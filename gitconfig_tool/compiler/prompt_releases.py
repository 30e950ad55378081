"""What a project has released of its prompts, and what of it is other now.

Takes a snapshot with the commits before it. Released is what a release tag holds, and what the
commit holds where the work left the default branch. Contents are looked at only where Git ids
differ. Reports nothing: see `prompt_history`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.document import MappingNode, Node, node_at, parse_document
from gitconfig_tool.pointer import Path
from gitconfig_tool.project import Project
from gitconfig_tool.prompts import Prompts, PromptVersion
from gitconfig_tool.prompts.model import PartialVersion
from gitconfig_tool.prompts.names import PARTIAL_ENDING, PROMPT_ENDING
from gitconfig_tool.prompts.written import Written, as_written, differences
from gitconfig_tool.source import Base, FileTooLargeError, Held, Snapshot

AnyVersion = PromptVersion | PartialVersion
_ENDINGS = (PROMPT_ENDING, PARTIAL_ENDING)


@dataclass(frozen=True, slots=True)
class Changed:
    """A version whose content is not what it was: the first release that has it otherwise.

    `now` and `before` are both contents, `paths` the places where they differ. `others` counts
    further releases that have it otherwise.
    """

    held: Held
    is_tag: bool
    before: Written
    now: Written
    paths: tuple[Path, ...]
    others: int

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
        folder = project.llm.prompts.folder
        self.tags = snapshot.releases(project.llm.prompts.releases, folder)
        self.base = base
        self._snapshot = snapshot
        self._before: dict[tuple[str, tuple[str | None, ...]], Written] = {}

    def holding(self, path: str) -> list[Held]:
        """Return the releases that hold a version: tags, oldest first, and then the base."""
        base = self.base.held
        return [each for each in (*self.tags, *_some(base)) if path in each.ids]

    def now(self, version: AnyVersion) -> Written:
        """Return what a version says in the snapshot."""
        return written_in(self._snapshot, version)

    def changed(self, version: AnyVersion) -> Changed | None:
        """Tell what changed in a version since it was released; None where nothing did."""
        path = version.path
        holding = self.holding(path)
        now: Written | None = None
        found: list[tuple[Held, Written, tuple[Path, ...]]] = []
        for held in holding:
            if now is None:
                now = self.now(version)
            files = (path, *(file for file, _ in now.files))
            if all(held.id_of(file) == self.id_now(file) for file in files):
                continue
            before = self.content(held, path)
            paths = tuple(differences(before.lasting, now.lasting))
            if paths:
                found.append((held, before, paths))
        if not found or now is None:
            return None
        held, before, paths = found[0]
        others = len({each.commit.id for each, _, _ in found}) - 1
        return Changed(held, held is not self.base.held, before, now, paths, others)

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
        base = self.base.held
        for path in sorted(base.ids) if base is not None else ():
            if path.endswith(_ENDINGS) and path not in self._snapshot.files:
                tag = next((each for each in self.tags if path in each.ids), None)
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


def _some(held: Held | None) -> tuple[Held, ...]:
    return () if held is None else (held,)
