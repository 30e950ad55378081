"""Who wrote the files of prompts, and when, out of Git.

Takes paths and a commit; walks back once for all of them. The walk is bounded: a history of more
commits is not read to its end, and then a file may be older than it seems. Files are not read.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

from gitconfig_tool.source import (
    Commit,
    ProjectRepository,
    Snapshot,
    Stop,
    Walk,
    Watched,
    content_at,
)

# Far more than most repositories have; it takes a few seconds.
MAX_COMMITS = 50_000


@dataclass(frozen=True, slots=True)
class Dates:
    """The commit that added a file and the one that changed it last; None for both: no commit did.

    `is_changed` says that the file differs from the commit that HEAD names. `is_cut` says that the
    walk, or a shallow clone, ends at `added`: the file may be older.
    """

    added: Commit | None
    changed: Commit | None
    is_changed: bool = False
    is_cut: bool = False


class _Enough(Exception):  # noqa: N818
    """As many commits were read as may be."""


def date_files(
    repository: ProjectRepository,
    snapshot: Snapshot,
    paths: Iterable[str],
    on_commit: Callable[[], None],
    limit: int = MAX_COMMITS,
) -> Mapping[str, Dates]:
    """Return the dates of files of a snapshot; `on_commit` is called for each commit read."""
    wanted = frozenset(paths)
    changes: dict[str, list[Commit]] = {path: [] for path in wanted}
    cut: set[str] = set()
    if snapshot.commit is not None and wanted:
        read = 0

        def count() -> None:
            nonlocal read
            read += 1
            if read > limit:
                raise _Enough
            on_commit()

        try:
            _walk(repository, snapshot.commit.id, Walk(repository, count), changes, cut)
        except _Enough:
            cut = set(wanted)
    return {
        path: Dates(
            found[-1] if found else None,
            found[0] if found else None,
            path in snapshot.changed,
            path in cut,
        )
        for path, found in changes.items()
    }


def _walk(
    repository: ProjectRepository,
    tip: str,
    walk: Walk,
    changes: Mapping[str, list[Commit]],
    cut: set[str],
) -> None:
    """Fill in the commits that changed each file, newest first."""
    watched = Watched(frozenset(changes))
    waiting: list[tuple[int, int, Stop]] = []
    number = 0
    starts: Iterable[str] = (tip,)
    while True:
        for start in starts:
            stop = walk.back(start, watched)
            if stop is not None:
                number += 1
                heappush(waiting, (-stop.commit.time, number, stop))
        if not waiting:
            return
        stop = heappop(waiting)[2]
        for path in _changed_by(repository, stop, watched.paths):
            changes[path].append(stop.commit)
            if stop.is_cut:
                cut.add(path)
        starts = stop.parents


def _changed_by(repository: ProjectRepository, stop: Stop, paths: frozenset[str]) -> Iterable[str]:
    """Return the files that a commit has otherwise than each of its parents."""
    if not stop.parents:
        return [path for path in paths if content_at(repository, stop.commit.id, path) is not None]
    differing = [frozenset(each) for each in stop.parents.values()]
    return frozenset.intersection(*differing)
