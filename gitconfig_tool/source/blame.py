"""Who last changed the lines of a file, as `git blame` finds it: renames are followed.

Takes a snapshot and spans in it; returns the commit that last changed one of the lines of a span.
Lines that differ from the snapshot's commit are not committed yet, and the others of the same file
are. A file that is asked for more than once is walked through once.
"""

from collections.abc import Mapping
from difflib import SequenceMatcher

import pygit2

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.source.commits import describe
from gitconfig_tool.source.history import InProject
from gitconfig_tool.source.snapshot import Commit, Snapshot, SourceError


class Blame:
    """The last changes of the lines of one snapshot."""

    def __init__(self, repository: InProject, snapshot: Snapshot) -> None:
        self._git = repository.git
        self._repository = repository
        self._snapshot = snapshot
        self._asked: set[str] = set()
        # By path: the commit of each line that is committed, lines counted as in the commit.
        self._lines: dict[str, Mapping[int, pygit2.Oid]] = {}
        # By path: where each line of a changed file stands in the commit.
        self._before: dict[str, Mapping[int, int]] = {}

    def last_change(self, span: Span) -> Commit | None:
        """Return the commit that last changed a line of a span; None for one not committed yet."""
        commit = self._snapshot.commit
        wanted = None if commit is None else self._committed(span, commit)
        if commit is None or wanted is None:
            return None
        lines = self._blamed(span.path, wanted, commit)
        try:
            found = dict.fromkeys(lines[line] for line in wanted)
            commits = [self._git[id].peel(pygit2.Commit) for id in found]
        except (pygit2.GitError, KeyError) as error:
            raise _no_history(span.path, error) from error
        newest = commits[0]
        for each in commits[1:]:
            if self._is_newer(each, newest):
                newest = each
        return describe(newest)

    def _committed(self, span: Span, commit: Commit) -> list[int] | None:
        """Return the lines of a span as the commit counts them; None where one is not in it."""
        last = span.end_line if span.end_column > 1 else span.end_line - 1
        lines = range(span.line, max(span.line, last) + 1)
        if span.path not in self._snapshot.changed:
            return list(lines)
        before = self._before.get(span.path)
        if before is None:
            before = self._before[span.path] = self._lines_before(span.path, commit)
        found = [before[line] for line in lines if line in before]
        return found if len(found) == len(lines) else None

    def _lines_before(self, path: str, commit: Commit) -> Mapping[int, int]:
        try:
            entry = self._git[commit.id].peel(pygit2.Tree)[self._repository.prefix + path]
        except KeyError:
            return {}  # The file is new.
        except (ValueError, pygit2.GitError) as error:
            raise _no_history(path, error) from error
        old = self._repository.blob(str(entry.id)).split(b"\n")
        new = self._snapshot.read(path).split(b"\n")
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        return {
            block.b + n + 1: block.a + n + 1
            for block in matcher.get_matching_blocks()
            for n in range(block.size)
        }

    def _blamed(self, path: str, wanted: list[int], commit: Commit) -> Mapping[int, pygit2.Oid]:
        if path in self._lines:
            return self._lines[path]
        # One value is found sooner without the rest of the file; more than one is not.
        is_first = path not in self._asked
        self._asked.add(path)
        try:
            blame = self._git.blame(
                self._repository.prefix + path,
                newest_commit=pygit2.Oid(hex=commit.id),
                min_line=min(wanted) if is_first else None,
                max_line=max(wanted) if is_first else None,
            )
        except (pygit2.GitError, KeyError, ValueError) as error:
            raise _no_history(path, error) from error
        lines = {
            hunk.final_start_line_number + n: hunk.final_commit_id
            for hunk in blame
            for n in range(hunk.lines_in_hunk)
        }
        if not is_first:
            self._lines[path] = lines
        return lines

    def _is_newer(self, one: pygit2.Commit, other: pygit2.Commit) -> bool:
        if one.commit_time != other.commit_time:
            return bool(one.commit_time > other.commit_time)
        # Commits of a rebase, or of a program, may have one second.
        return bool(self._git.descendant_of(one.id, other.id))


def _no_history(path: str, error: Exception) -> SourceError:
    return SourceError(
        f"expected the history of {path}, found: {error}",
        hint="a shallow or partial clone may lack it: git fetch --unshallow",
    )
