"""Rotations that went wrong: never finished, finished too early, or with the versions mixed up.

Takes the SOPS files of a snapshot and what they were before; returns diagnostics. Needs no key.
History is read only where a file has a previous version of a secret, or had one.

Time is that of the commits, so that a commit is judged alike whenever that is done. What is not
committed yet is judged by the time at which the snapshot was taken.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from gitconfig_tool.artifact.overlap import CURRENT, PREVIOUS, previous_pointer
from gitconfig_tool.diagnostics import Diagnostic, Note
from gitconfig_tool.pointer import format_pointer, parse_pointer
from gitconfig_tool.project import SecretSettings
from gitconfig_tool.secrets.ages import (
    Age,
    Sealed,
    ages_of,
    is_reencrypted,
    read_sealed,
    versions_of,
)
from gitconfig_tool.secrets.inventory import Secret, secrets_of
from gitconfig_tool.secrets.model import SopsDocument
from gitconfig_tool.secrets.rotation import HOUR, interval_of
from gitconfig_tool.source import FileTooLargeError, Snapshot

_WORD = PREVIOUS.encode()
_DAY = 24


def check_rotations(
    snapshot: Snapshot,
    files: Iterable[tuple[str, SopsDocument]],
    settings: SecretSettings,
) -> Iterator[Diagnostic]:
    """Check the rotations of some files, each with the id of its document."""
    every = {sops.path: (document, sops) for document, sops in files}
    every = {path: each for path, each in every.items() if path in snapshot.files}
    for document, sops in every.values():
        yield from _without_current(sops)
        pairs = open_pairs(sops)
        if pairs:
            yield from _unfinished(snapshot, sops, document, pairs, settings)
    if snapshot.commit is None:
        return
    # What is not committed is compared with HEAD; the rest of it as HEAD is, with its first parent.
    fresh = frozenset() if snapshot.kind == "commit" else snapshot.changed
    steps = [(fresh & every.keys(), snapshot, snapshot.taken)]
    committed = (snapshot.changed_by_commit() & every.keys()) - fresh
    if committed:
        step = snapshot if snapshot.kind == "commit" else snapshot.before()[0]
        steps.append((committed, step, snapshot.commit.time))
    for paths, step, at in steps:
        parents = step.before() if paths else ()
        for path in sorted(paths) if parents else ():
            document, sops = every[path]
            yield from _against_parent(step, parents[0], sops, document, settings, at)


def open_pairs(sops: SopsDocument) -> tuple[tuple[str, str], ...]:
    """Return each field that has a previous version in the file, with the pointer of that."""
    return tuple(
        (each, old)
        for each in sops.types
        if (old := previous_pointer(each)) is not None and old in sops.types
    )


def _without_current(sops: SopsDocument) -> Iterator[Diagnostic]:
    for pointer in sops.types:
        current = _current_pointer(pointer)
        if current is None or current in sops.types or pointer not in sops.encrypted:
            continue
        yield Diagnostic(
            "GCT467",
            f"expected {current} beside its previous version {pointer}, found none",
            sops.spans.get(pointer),
            "has no current version",
            hint=f"put the current value there with: gitconfig-tool secrets set"
            f" '{sops.path}#{current}'; or give this field a name that does not end in"
            f" '{PREVIOUS}'",
        )


def _current_pointer(pointer: str) -> str | None:
    """Return the field whose previous version a pointer names; None where it names none."""
    if not pointer.endswith(PREVIOUS):
        return None
    *around, last = parse_pointer(pointer)
    ending = f"_{PREVIOUS}"
    if last == PREVIOUS:
        return format_pointer((*around, CURRENT))
    if last.endswith(ending) and last != ending:
        return format_pointer((*around, last.removesuffix(ending)))
    return None


def _unfinished(
    snapshot: Snapshot,
    sops: SopsDocument,
    document: str,
    pairs: Iterable[tuple[str, str]],
    settings: SecretSettings,
) -> Iterator[Diagnostic]:
    """Report the secrets whose previous version is there for longer than their grace."""
    if snapshot.commit is None:
        return
    data = _read(snapshot, sops.path)
    ages = ages_of(sops.path, data, versions_of(snapshot, sops.path))
    secrets = secrets_of(sops, document, settings.types)
    told: set[str] = set()
    for found in _overlaps(pairs, ages, secrets, settings, snapshot.commit.time):
        if found.passed <= found.grace or found.secret.pointer in told:
            continue
        told.add(found.secret.pointer)
        yield Diagnostic(
            "GCT465",
            f"expected the rotation of {found.current} to be finished within"
            f" {hours_text(found.grace // HOUR)} ({found.secret.type}), found its previous version"
            f" still there after {hours_text(found.passed // HOUR)}",
            sops.spans.get(found.old),
            "still opens what it opened",
            (_since(found.since),),
            "when nobody uses it any more: gitconfig-tool secrets finish"
            f" '{sops.path}#{found.current}'; then have it revoked where it is accepted",
        )


def _against_parent(
    snapshot: Snapshot,
    parent: Snapshot,
    sops: SopsDocument,
    document: str,
    settings: SecretSettings,
    at: int,
) -> Iterator[Diagnostic]:
    """Compare a file with what it was: previous versions that are gone, and texts that moved."""
    data, current_data = _read(parent, sops.path), _read(snapshot, sops.path)
    if _WORD not in data and _WORD not in current_data:
        return
    was, is_now = read_sealed(sops.path, data), read_sealed(sops.path, current_data)
    if was is None or is_now is None:
        return
    moved = tuple(_moved(sops, was, is_now))
    yield from moved
    gone = [] if moved else list(_gone(was, is_now))
    if not gone:
        return
    ages = ages_of(sops.path, data, versions_of(parent, sops.path))
    secrets = secrets_of(sops, document, settings.types)
    told: set[str] = set()
    for found in _overlaps(gone, ages, secrets, settings, at):
        if found.since.is_cut or found.passed >= found.grace or found.secret.pointer in told:
            continue
        told.add(found.secret.pointer)
        yield Diagnostic(
            "GCT466",
            f"expected the previous version of {found.current} to stay for"
            f" {hours_text(found.grace // HOUR)} ({found.secret.type}), found it gone after"
            f" {hours_text(max(found.passed, 0) // HOUR)}",
            sops.spans.get(found.current),
            "its previous version is gone",
            (_since(found.since),),
            "who has not taken over the new value yet is locked out: bring the previous one back"
            " from the commit before; if it had leaked, to end it early is right",
        )


@dataclass(frozen=True, slots=True)
class _Overlap:
    """A field whose previous version is there, or was; `grace` and `passed` are in seconds."""

    current: str
    old: str
    secret: Secret
    since: Age
    grace: int
    passed: int


def _overlaps(
    pairs: Iterable[tuple[str, str]],
    ages: Mapping[str, Age],
    secrets: Iterable[Secret],
    settings: SecretSettings,
    at: int,
) -> Iterator[_Overlap]:
    """Yield the pairs that belong to a secret, and whose beginning is committed."""
    owners = _owners(secrets)
    for current, old in pairs:
        secret, since = owners.get(current), began(ages, old)
        if secret is not None and since is not None and since.commit is not None:
            grace = interval_of(secret, settings).grace * HOUR
            yield _Overlap(current, old, secret, since, grace, at - since.commit.time)


def _gone(was: Sealed, is_now: Sealed) -> Iterator[tuple[str, str]]:
    """Yield the fields that are still there while the previous version that they had is not."""
    anew = is_reencrypted(was, is_now)
    for current, old in _places(was):
        if old not in was.values or current not in is_now.values:
            continue
        if old not in is_now.values or (not anew and was.values[old] != is_now.values[old]):
            yield current, old


def _places(sealed: Sealed) -> Iterator[tuple[str, str]]:
    """Yield each value with the places at which its previous version may stand.

    It stands beside the value itself, or in the previous version of a mapping around it.
    """
    for pointer in sealed.values:
        for around in accumulate(pointer.split("/"), "{}/{}".format):
            old = previous_pointer(around)
            if old is not None:
                yield pointer, old + pointer.removeprefix(around)


def _moved(sops: SopsDocument, was: Sealed, is_now: Sealed) -> Iterator[Diagnostic]:
    """Report ciphertext that was moved between the versions of a field by hand.

    SOPS binds each ciphertext to its path: it cannot be decrypted at another one.
    """
    for current, old in _places(is_now):
        for here, there in ((current, old), (old, current)):
            moved = is_now.values.get(here)
            if moved is not None and moved == was.values.get(there):
                yield Diagnostic(
                    "GCT468",
                    f"expected a value that sops encrypted for {here}, found the ciphertext that"
                    f" was at {there}",
                    sops.spans.get(here),
                    "cannot be decrypted here",
                    hint="sops binds each value to its path: take the file from the commit before"
                    f" and run: gitconfig-tool secrets rotate '{sops.path}#{current}'",
                )


def _owners(secrets: Iterable[Secret]) -> Mapping[str, Secret]:
    """Return the first secret at or below each pointer; a file may hold thousands."""
    found: dict[str, Secret] = {}
    for secret in secrets:
        for pointer in secret.fields:
            at = pointer
            while at:
                found.setdefault(at, secret)
                at = at.rpartition("/")[0]
    return found


def began(ages: Mapping[str, Age], old: str) -> Age | None:
    """Return the age of a previous version; of a whole mapping, that of its first value."""
    inside = (age for pointer, age in ages.items() if pointer.startswith(f"{old}/"))
    return ages.get(old) or next(inside, None)


def _since(age: Age) -> Note:
    commit = age.commit
    if commit is None:
        return Note("the rotation is not committed yet")
    return Note(f"the rotation began with commit {commit.id[:12]} of {commit.day}")


def _read(snapshot: Snapshot, path: str) -> bytes:
    try:
        return snapshot.read(path)
    except (KeyError, FileTooLargeError):
        return b""


def hours_text(hours: int) -> str:
    """Write a time as people say it: `36 hours`, `7 days`."""
    if hours < 2 * _DAY:
        return f"{hours} hour{'' if hours == 1 else 's'}"
    return f"{hours // _DAY} days"
