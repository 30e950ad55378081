"""SOPS files that a snapshot changed, held against what it followed.

Takes a snapshot; reads only the SOPS files that changed, and the others only to see whether a
changed one was copied. Of older versions, at most `MAX_VERSIONS` of a file are looked at.
"""

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.secrets.model import METADATA_KEY, is_sops_path
from gitconfig_tool.secrets.recipients import Names
from gitconfig_tool.secrets.tampering.comparing import (
    compare_clear_values,
    compare_contents,
    compare_seals,
    leaves,
    sorted_by_place,
)
from gitconfig_tool.secrets.tampering.reading import (
    Sealed,
    mac_of,
    read_sealed,
    tokens_of,
    tokens_of_tree,
)
from gitconfig_tool.secrets.tampering.times import is_earlier
from gitconfig_tool.source import PROJECT_FILE, FileTooLargeError, Snapshot, SourceError

# Of one file. A secret that is replaced each week takes ten years to have as many.
MAX_VERSIONS = 500
_SHORT = 12  # digits of a commit's id, as everywhere in our output
_MAX_POINTERS = 5

# Path and recipient to whether the project names it for that file; None where nothing is said.
Announced = Callable[[str, str], bool | None]


def check_tampering(
    snapshot: Snapshot,
    sealed: Iterable[str],
    announced: Announced,
    names: Names,
) -> tuple[Diagnostic, ...]:
    """Compare the SOPS files that changed with the parents of the commit.

    The index and the work tree are compared with HEAD; what they leave as it is in HEAD, with the
    parents of HEAD: so a clean checkout is checked as its commit is. `sealed` are paths of SOPS
    files whose name does not say so.
    """
    others = frozenset(sealed)
    found: list[Diagnostic] = []
    settled: frozenset[str] = frozenset()
    if snapshot.kind != "commit":
        settled = snapshot.changed
        paths = _sealed_paths(snapshot, snapshot.changed, others)
        if paths or snapshot.commit is None:
            parents = snapshot.before()
            paths = paths if parents else _sealed_paths(snapshot, snapshot.files, others)
            found += _Step(snapshot, parents, others, announced, names).check(paths)
        if snapshot.commit is None:
            return sorted_by_place(found)
    found += _check_commit(snapshot, settled, others, announced, names)
    return sorted_by_place(found)


def _check_commit(
    snapshot: Snapshot,
    settled: frozenset[str],
    others: frozenset[str],
    announced: Announced,
    names: Names,
) -> Iterator[Diagnostic]:
    if snapshot.is_cut:
        paths = _sealed_paths(snapshot, snapshot.files.keys() - settled, others)
        if paths and snapshot.commit is not None:
            yield Diagnostic(
                "GCT433",
                f"expected the commit before {snapshot.commit.id[:_SHORT]}, to compare "
                f"{_count(len(paths), 'SOPS file')} with; found a shallow clone that ends there",
                Span(PROJECT_FILE),
                hint="fetch more commits: git fetch --deepen 50; in CI, set fetch-depth to 0",
            )
        return
    try:
        paths = _sealed_paths(snapshot, snapshot.changed_by_commit() - settled, others)
        now = (snapshot,) if snapshot.kind == "commit" or not paths else snapshot.before()
        parents = now[0].before() if now and paths else ()
    except SourceError as error:
        yield _incomplete(PROJECT_FILE, "the commit before, to compare SOPS files with", error)
        return
    if now and paths:
        yield from _Step(now[0], parents, others, announced, names).check(paths)


def _sealed_paths(
    snapshot: Snapshot, paths: Iterable[str], others: frozenset[str]
) -> tuple[str, ...]:
    return tuple(
        sorted(
            path
            for path in paths
            if path in snapshot.files and (is_sops_path(path) or path in others)
        )
    )


class _Step:
    """One snapshot and those that it followed, the first parent first."""

    def __init__(
        self,
        now: Snapshot,
        parents: tuple[Snapshot, ...],
        others: frozenset[str],
        announced: Announced,
        names: Names,
    ) -> None:
        self._now = now
        self._parents = parents
        self._others = others
        self._announced = announced
        self._names = names
        self._tokens: dict[str, frozenset[bytes]] = {}

    def check(self, paths: Iterable[str]) -> Iterator[Diagnostic]:
        for path in paths:
            data = _read(self._now, path)
            now = read_sealed(path, data)
            if now is None or not now.mac:
                continue
            try:
                yield from tuple(self._file(now, data))
            except SourceError as error:
                yield _incomplete(path, f"the versions of {path}, to compare it with", error)

    def _file(self, now: Sealed, data: bytes) -> Iterator[Diagnostic]:
        path = now.path
        first = self._parents[0] if self._parents else None
        before = _sealed_at(first, path)
        copies: tuple[tuple[str, bool], ...] = ()
        if before is None or before.mac != now.mac:
            came_from, copies = self._relatives(now, data)
            if before is None and came_from is not None:
                before = _sealed_at(first, came_from)
        since, restore = "", ""
        if first is not None and first.commit is not None:
            short = first.commit.id[:_SHORT]
            since = f"in commit {short}"
            restore = f"git checkout {short} -- {shlex.quote(before.path if before else path)}"
        # Also where a merge took the file of another parent: so what a pull request changed is
        # compared with its target, however many commits it has.
        if before is not None:
            if before.mac == now.mac:
                yield from compare_contents(now, before, since, restore)
            else:
                yield from compare_clear_values(now, before, since)
            if not copies:  # The readers of another file say nothing of this one.
                yield from compare_seals(
                    now,
                    before,
                    since,
                    restore,
                    lambda recipient: self._announced(path, recipient),
                    self._names,
                )
        if before is not None and before.mac == now.mac:
            return
        if copies:
            yield self._copied(now, copies, restore if before is not None else "")
        elif first is not None:
            yield from self._older(now, before, first)

    def _relatives(
        self, now: Sealed, data: bytes
    ) -> tuple[str | None, tuple[tuple[str, bool], ...]]:
        """Return where a file was moved from, and files that share its data key.

        Each of these comes with whether it is there now, and not only before.
        """
        path = now.path
        first = self._parents[0] if self._parents else None
        is_new = first is None or path not in first.files
        # Whoever copies a file may write the same text in other characters, such as \\u0045NC[.
        own = tokens_of(data) | tokens_of_tree(now)
        own_before = self._tokens_at(first, path)
        moved: str | None = None
        copies: list[tuple[str, bool]] = []
        found = {holder for token in own for holder in self._holders.get(token, ())}
        # Those that are there now first, in the order of their paths.
        for other, is_there in sorted(found, key=lambda each: (not each[1], each[0])):
            if other == path or other in (known for known, _ in copies):
                continue
            if is_new and other not in self._now.files:
                moved = moved or other
            elif not own_before & self._tokens_at(first, other):
                copies.append((other, is_there))
        return moved, tuple(copies)

    @cached_property
    def _holders(self) -> Mapping[bytes, list[tuple[str, bool]]]:
        """The files that hold each token, and whether they are there now; found once for all."""
        found: dict[bytes, list[tuple[str, bool]]] = {}
        for snapshot in (self._now, *self._parents[:1]):
            for path in _sealed_paths(snapshot, snapshot.files, self._others):
                for token in self._tokens_at(snapshot, path):
                    found.setdefault(token, []).append((path, snapshot is self._now))
        return found

    def _tokens_at(self, snapshot: Snapshot | None, path: str) -> frozenset[bytes]:
        if snapshot is None or path not in snapshot.files:
            return frozenset()
        oid = snapshot.files[path].oid
        if oid not in self._tokens:
            self._tokens[oid] = tokens_of(_read(snapshot, path))
        return self._tokens[oid]

    def _copied(
        self, now: Sealed, copies: tuple[tuple[str, bool], ...], restore: str
    ) -> Diagnostic:
        other, is_there = copies[0]
        snapshot = self._now if is_there else self._parents[0]
        when = "" if is_there or snapshot.commit is None else f" of commit {_short(snapshot)}"
        whole = mac_of(_read(snapshot, other)) == now.mac
        what = "a copy of" if whole else "the data key of"
        return Diagnostic(
            "GCT425",
            f"expected a data key of its own for {now.path}, found {what} {other}{when}",
            _block(now),
            label="the MAC does not say which file it is of" if whole else "sealed by another file",
            notes=tuple(
                Note(f"shares its data key with {path}", Span(path) if there else None)
                for path, there in copies[1:_MAX_POINTERS]
            ),
            hint="who opens one opens both, and values can be put from one into the other unseen; "
            + (f"take the file as it was ({restore}), or, if it is meant, " if restore else "")
            + f"have sops seal it anew: sops rotate --in-place {shlex.quote(now.path)}",
        )

    def _older(self, now: Sealed, before: Sealed | None, first: Snapshot) -> Iterator[Diagnostic]:
        newest: str | None = None
        count = 0
        for version in islice(first.versions(now.path), MAX_VERSIONS):
            count += 1
            try:
                data = version.read()
            except FileTooLargeError:
                data = None
            mac = mac_of(data) if data is not None else ""
            if mac and newest is None:
                newest = mac
            if data is not None and mac == now.mac:
                if mac != newest:
                    yield _went_back(
                        now,
                        before,
                        first,
                        f"the older version of commit {version.commit.id[:_SHORT]}",
                    )
                # Else what was removed is there again, but perhaps not as it was.
                then = read_sealed(now.path, data)
                if then is not None:
                    restore = f"git checkout {version.commit.id[:_SHORT]} -- {now.path}"
                    since = f"in commit {version.commit.id[:_SHORT]}"
                    yield from compare_contents(now, then, since, restore)
                return
            if version.is_cut:
                yield self._not_further(now, count, "a shallow clone ends there")
        if count >= MAX_VERSIONS:
            yield self._not_further(now, count, "no more are looked at")
        if before is not None and is_earlier(now, before):
            yield _went_back(now, before, first, "one that sops wrote earlier")

    def _not_further(self, now: Sealed, count: int, why: str) -> Diagnostic:
        return Diagnostic(
            "GCT433",
            f"expected the history of {now.path}, to tell whether an older version came back; "
            f"found {_count(count, 'version')} of it: {why}",
            Span(now.path),
            hint="fetch more commits: git fetch --unshallow; in CI, set fetch-depth to 0",
        )


def _incomplete(path: str, what: str, error: SourceError) -> Diagnostic:
    return Diagnostic(
        "GCT433",
        f"expected {what}; {error.message}",
        Span(path),
        hint="a partial clone lacks what it has not shown yet: git fetch --refetch --no-filter; in "
        "CI, clone without a filter",
    )


def _went_back(now: Sealed, before: Sealed | None, first: Snapshot, found: str) -> Diagnostic:
    path = shlex.quote(now.path)
    changed = changed_pointers(now, before) if before is not None else ()
    shown = ", ".join(changed[:_MAX_POINTERS])
    more = f" and {len(changed) - _MAX_POINTERS} more" if len(changed) > _MAX_POINTERS else ""
    return Diagnostic(
        "GCT426",
        f"expected what sops wrote last, as in commit {_short(first)}; found {found}",
        _block(now),
        label=f"lastmodified {now.rules.get('lastmodified', 'is missing')}",
        notes=(Note(f"differs at {shown}{more}"),) if shown else (),
        hint="secrets that were replaced come back with it: if that is meant, have sops write it "
        f"anew, which takes a key: sops rotate --in-place {path}; otherwise take the newest: git "
        f"checkout {_short(first)} -- {path}",
    )


def changed_pointers(now: Sealed, then: Sealed) -> tuple[str, ...]:
    """Return where two versions differ in their values, in the order of the file."""
    found, before = (
        {pointer: leaf.value for pointer, leaf in leaves(each.root)} for each in (now, then)
    )
    return tuple(
        pointer
        for pointer in dict.fromkeys((*found, *before))
        if pointer not in found or pointer not in before or found[pointer] != before[pointer]
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _block(sealed: Sealed) -> Span:
    return sealed.root.entries[METADATA_KEY].key_mark.in_file(sealed.path)


def _short(snapshot: Snapshot) -> str:
    return snapshot.commit.id[:_SHORT] if snapshot.commit else ""


def _sealed_at(snapshot: Snapshot | None, path: str) -> Sealed | None:
    if snapshot is None or path not in snapshot.files:
        return None
    return read_sealed(path, _read(snapshot, path))


def _read(snapshot: Snapshot, path: str) -> bytes:
    """Return the bytes of a file; none of one that is too large, which is reported elsewhere."""
    try:
        return snapshot.read(path)
    except FileTooLargeError:
        return b""
