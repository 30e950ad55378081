"""What history says of secrets: since when they are what they are, and who could open them.

Takes a repository and a snapshot; returns ages, or a `Departure`. Every content that a commit
brought is read once, and parsed only where it is a SOPS file. Needs no key.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gitconfig_tool.document import Document
from gitconfig_tool.secrets import Age, parse_sops_file, read_sops
from gitconfig_tool.secrets.ages import Sealed, Written, date, holds_sops, read_sealed, seal
from gitconfig_tool.secrets.leaving import Opened, Past, trace
from gitconfig_tool.secrets.readers import access_of
from gitconfig_tool.source import (
    FileTooLargeError,
    ProjectRepository,
    Snapshot,
    Tip,
    arrivals,
    content_ids,
    tips,
)

OnCommit = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Departure:
    """What a recipient could ever open.

    `refs` are the references whose history was looked at. `opened` are files by path, `past` is
    what to compare present values with, `ages` the age of each ciphertext. `branches` maps a path
    to the branches whose newest commit still has a version that the recipient opens. `is_cut` says
    that a shallow clone lacks older commits.
    """

    refs: tuple[Tip, ...]
    opened: Mapping[str, Opened]
    past: Past
    ages: Mapping[str, Age]
    branches: Mapping[str, tuple[str, ...]]
    is_cut: bool


class _Contents:
    """File contents by their Git id; those that may be SOPS files are kept, of others nothing."""

    def __init__(self, repository: ProjectRepository, snapshot: Snapshot) -> None:
        self._repository = repository
        self._snapshot = snapshot
        # What is not committed is no object of Git: it is found by its path.
        self._local = {
            snapshot.files[path].oid: path for path in snapshot.changed if path in snapshot.files
        }
        self._known: dict[str, bytes] = {}

    def read(self, oid: str) -> bytes:
        """Return the content; nothing for what is no SOPS file."""
        if oid not in self._known:
            try:
                path = self._local.get(oid)
                data = self._repository.blob(oid) if path is None else self._snapshot.read(path)
            except FileTooLargeError:
                data = b""
            self._known[oid] = data if holds_sops(data) else b""
        return self._known[oid]


def date_secrets(
    repository: ProjectRepository, snapshot: Snapshot, on_commit: OnCommit
) -> Mapping[str, Age]:
    """Return the age of every ciphertext of a snapshot and of its history."""
    read = _Contents(repository, snapshot).read
    commits = [] if snapshot.commit is None else [snapshot.commit.id]
    return date(_written(repository, snapshot, commits, on_commit), read)


def ciphertexts(snapshot: Snapshot, path: str) -> Mapping[str, str]:
    """Return the ciphertexts of a file by their pointers."""
    sealed = read_sealed(path, snapshot.read(path))
    return {} if sealed is None else sealed.values


def follow_leaver(
    repository: ProjectRepository, snapshot: Snapshot, recipient: str, on_commit: OnCommit
) -> Departure:
    """Look for what a recipient could open, in all that branches and tags lead to.

    `recipient` is in canonical form. The snapshot's own commit is looked at as well.
    """
    held = _Contents(repository, snapshot)
    refs = tips(repository)
    commits = [tip.commit for tip in refs]
    if snapshot.commit is not None:
        commits.append(snapshot.commit.id)
    written = list(_written(repository, snapshot, commits, on_commit, removals=True))
    reader = _Reader(held, recipient)
    opened, past, by_content = trace(written, reader.look, reader.sealed)
    branches = _branches(repository, refs, by_content)
    # `date` asks for contents only.
    ages = date((each for each in written if each.content), held.read)
    is_cut = any(each.is_cut for each in written)
    return Departure(refs, opened, past, ages, branches, is_cut)


class _Reader:
    """What a recipient can do with each content; each is parsed once."""

    def __init__(self, held: _Contents, recipient: str) -> None:
        self._held = held
        self._recipient = recipient
        # An age key stands in a file just as it is written; others may be written in several ways.
        kind, _, key = recipient.partition(":")
        self._must_hold = key.encode() if kind == "age" and key.startswith("age1") else b""
        self._known: dict[str, str | None] = {}
        # What is asked how it is opened is asked next what it holds.
        self._last: tuple[str, Document] | None = None

    def look(self, path: str, content: str) -> str | None:
        """Return how the recipient opens a content: `alone`, `together`, or not at all."""
        if content not in self._known:
            data = self._held.read(content)
            self._known[content] = None
            if data and self._must_hold in data:
                sops, _ = read_sops(self._parsed(path, content, data))
                if sops is not None:
                    self._known[content] = access_of(sops).how(self._recipient)
        return self._known[content]

    def sealed(self, path: str, content: str) -> Sealed | None:
        """Return the ciphertexts of a content; None for what is no SOPS file."""
        data = self._held.read(content)
        return seal(self._parsed(path, content, data)) if data else None

    def _parsed(self, path: str, content: str, data: bytes) -> Document:
        if self._last is None or self._last[0] != content:
            self._last = (content, parse_sops_file(path, data)[0])
        return self._last[1]


def _written(
    repository: ProjectRepository,
    snapshot: Snapshot,
    commits: Sequence[str],
    on_commit: OnCommit,
    *,
    removals: bool = False,
) -> Iterator[Written]:
    """Yield the contents of history, and then what is not committed."""
    for each in arrivals(repository, commits, on_commit):
        if each.oid is not None or removals:
            yield Written(each.commit, each.path, each.oid or "", each.before, each.is_cut)
    before = {}
    if snapshot.changed and snapshot.commit is not None:
        for parent in snapshot.before()[:1]:
            before = {path: file.oid for path, file in parent.files.items()}
    for path in sorted(snapshot.changed):
        file = snapshot.files.get(path)
        if file is not None or removals:
            yield Written(None, path, file.oid if file else "", before.get(path))


def _branches(
    repository: ProjectRepository, refs: Sequence[Tip], by_content: Mapping[str, str]
) -> Mapping[str, tuple[str, ...]]:
    """Return which branches still have a content that was opened, by its path."""
    found: dict[str, list[str]] = {}
    present: dict[str, frozenset[str]] = {}
    for tip in refs:
        if tip.name.startswith("refs/tags/") or tip.name == "HEAD" or not by_content:
            continue
        if tip.commit not in present:
            present[tip.commit] = content_ids(repository, tip.commit)
        paths = {path for content, path in by_content.items() if content in present[tip.commit]}
        for path in paths:
            found.setdefault(path, []).append(tip.name)
    return {path: tuple(names) for path, names in sorted(found.items())}
