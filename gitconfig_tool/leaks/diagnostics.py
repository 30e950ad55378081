"""What was found as diagnostics: the kind of a credential and its place, never the credential."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.leaks.contents import BINARY
from gitconfig_tool.leaks.kinds import kind_name
from gitconfig_tool.leaks.model import Leak
from gitconfig_tool.source import Commit

_ADDED = 12  # digits of a commit's id: what Git shows in a large repository
_MAX_PLACES = 3
_LINK = "put a new one into a SOPS file and link to it with !secret"
_COMMITTED = f"revoke it where it was issued, for Git keeps it; then {_LINK}"
_UNCOMMITTED = (
    "it is not committed yet: put it into a SOPS file and link to it with !secret; replace it if "
    "an earlier commit has it"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A leak and what is known of it beside its file.

    `pointer` is empty where it is not known. `first` is the commit that added it, None where no
    history was read; `removed` and `tips` are those of `Past`. `is_new` says that the file differs
    from the last commit.
    """

    path: str
    leak: Leak
    pointer: str
    is_new: bool = False
    first: Commit | None = None
    removed: Commit | None = None
    tips: tuple[str, ...] = ()


def leak_diagnostics(places: Sequence[Place]) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each place; equal credentials name each other's places."""
    others: dict[str, list[Place]] = {}
    for place in places:
        others.setdefault(place.leak.secret, []).append(place)
    return tuple(_diagnostic(place, others[place.leak.secret]) for place in places)


def _diagnostic(place: Place, same: Sequence[Place]) -> Diagnostic:
    leak = place.leak
    kind = kind_name(leak.kind)
    message = f"expected no credential in the clear, found one: {kind}"
    if place.pointer:
        message += f", at {place.pointer}"
    if place.first is not None:
        message += f", added by commit {place.first.id[:_ADDED]}"
    return Diagnostic(
        "GCT436" if leak.is_named else "GCT435",
        message,
        _span(place),
        label=kind,
        notes=(*_history(place), *_same(place, same)),
        hint=_UNCOMMITTED if place.is_new else _COMMITTED,
        sensitive=True,
    )


def _span(place: Place) -> Span:
    leak = place.leak
    return Span(place.path, leak.line, leak.column, leak.end_line, leak.end_column)


def _history(place: Place) -> Iterator[Note]:
    if place.first is None:
        return
    yield Note(f"first in commit {_dated(place.first)}")
    if place.tips:
        more = f" and {len(place.tips) - 1} more" if len(place.tips) > 1 else ""
        yield Note(f"still in {_tip(place.tips)}{more}")
    elif place.removed is not None:
        yield Note(f"last before commit {_dated(place.removed)}, which took it away")
    else:
        yield Note("no branch and no tag has it any more, but its commits are there")


def _dated(commit: Commit) -> str:
    return f"{commit.id[:_ADDED]} of {commit.day}"


def _tip(names: Sequence[str]) -> str:
    """Return the tip that says most: HEAD, or else the first."""
    chosen = "HEAD" if "HEAD" in names else names[0]
    for prefix in ("refs/heads/", "refs/remotes/", "refs/tags/"):
        chosen = chosen.removeprefix(prefix)
    return chosen


def _same(place: Place, same: Sequence[Place]) -> Iterator[Note]:
    others = [each for each in same if each is not place]
    for other in others[:_MAX_PLACES]:
        yield Note("the same value stands", _span(other))
    if len(others) > _MAX_PLACES:
        yield Note(f"and in {len(others) - _MAX_PLACES} more places")


def skipped_diagnostics(
    skipped: Mapping[str, str], paths_of: Callable[[str], Sequence[str]]
) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each file that should have been scanned; binary ones are none."""
    return tuple(
        Diagnostic(
            "GCT437",
            f"expected a text that can be scanned for credentials, found {reason}",
            Span(path),
            hint="keep large files out of the configuration; look through this one by hand",
        )
        for oid, reason in skipped.items()
        if reason != BINARY
        for path in paths_of(oid)
    )


def count_binary(skipped: Mapping[str, str]) -> int:
    """Return how many contents are binary."""
    return Counter(skipped.values())[BINARY]
