"""Credentials that commits added: over a range of commits, or over the whole history.

Takes a repository and commits; returns a `Past` for each credential and path, also where a later
commit took it away again: who has a clone has it. Each content is scanned once. Makes no
diagnostics.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gitconfig_tool.leaks.model import Leak, Scanner
from gitconfig_tool.leaks.scan import Content, Scanned, scan_contents
from gitconfig_tool.source import (
    Arrival,
    Commit,
    ProjectRepository,
    Tip,
    arrivals,
    content_at,
)

# What tells one credential at a path from another.
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Past:
    """A credential at a path, over commits.

    `oid` is the last content of the path that holds it, and `leak` its place in that. `first` is
    the commit that added it, `removed` the one that took it away last; None where it is still
    there in `tips`, or where it is known only that no tip has it.
    """

    path: str
    oid: str
    leak: Leak
    first: Commit
    removed: Commit | None
    tips: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PastScan:
    """What was found; `paths` holds a path for each content that was not scanned."""

    found: tuple[Past, ...]
    scanned: Scanned
    paths: Mapping[str, str]
    commits: int
    is_cut: bool


def scan_history(
    repository: ProjectRepository,
    ends: Sequence[Tip],
    scanners: Sequence[Scanner],
    *,
    hidden: Sequence[str] = (),
    on_progress: Callable[[int], None] = lambda count: None,
) -> PastScan:
    """Scan what was added by the commits that lead to `ends` and not to `hidden`."""
    commits = 0

    def on_commit() -> None:
        nonlocal commits
        commits += 1

    steps = [
        step
        for step in arrivals(repository, [tip.commit for tip in ends], on_commit, hidden)
        if not step.path.startswith(":/")
    ]
    scanned = scan_contents(
        _contents(steps), lambda content: repository.blob(content.oid), scanners, on_progress
    )
    pasts = _Pasts(scanned.leaks)
    for step in steps:
        pasts.add(step)
    return PastScan(
        tuple(pasts.result(repository, ends)),
        scanned,
        {content.oid: content.path for content in _contents(steps)},
        commits,
        any(step.is_cut for step in steps),
    )


def _contents(steps: Sequence[Arrival]) -> Iterator[Content]:
    for step in steps:
        for oid in (step.before, step.oid):
            if oid is not None:
                yield Content(oid, step.path)


class _Pasts:
    """Follows each credential through the commits, oldest first."""

    def __init__(self, leaks: Mapping[str, tuple[Leak, ...]]) -> None:
        self._leaks = leaks
        self._first: dict[_Key, Commit] = {}
        self._last: dict[_Key, tuple[str, Leak]] = {}
        self._removed: dict[_Key, Commit] = {}

    def add(self, step: Arrival) -> None:
        before = self._of(step.path, step.before)
        now = self._of(step.path, step.oid)
        for key, leak in now.items():
            if key not in before:
                self._first.setdefault(key, step.commit)
            if key in self._first and step.oid is not None:
                self._last[key] = (step.oid, leak)
        for key in before.keys() - now.keys():
            self._removed[key] = step.commit

    def _of(self, path: str, oid: str | None) -> Mapping[_Key, Leak]:
        leaks = self._leaks.get(oid, ()) if oid is not None else ()
        found: dict[_Key, Leak] = {}
        for leak in leaks:
            found.setdefault((path, leak.kind, leak.secret), leak)
        return found

    def result(self, repository: ProjectRepository, ends: Sequence[Tip]) -> Iterator[Past]:
        """Yield what was added, by path and place."""
        there: dict[tuple[str, str], str | None] = {}
        # HEAD is mostly a branch too: the first name of a commit stands for all of them.
        named = {tip.commit: tip for tip in reversed(ends)}
        ends = sorted(named.values(), key=lambda tip: tip.name)
        for key in sorted(self._first, key=lambda key: (key[0], self._last[key][1].start, key[1])):
            path = key[0]
            for tip in ends:
                if (tip.commit, path) not in there:
                    there[tip.commit, path] = content_at(repository, tip.commit, path)
            names = tuple(
                tip.name for tip in ends if key in self._of(path, there[tip.commit, path])
            )
            oid, leak = self._last[key]
            removed = None if names else self._removed.get(key)
            yield Past(path, oid, leak, self._first[key], removed, names)
