"""The same secret in two places that are meant to be apart: environments or tenants.

Values are compared by a hash with a key that is drawn anew for each run and never leaves it. No
hash is written or shown: with it, whoever has a guess could check it.
"""

import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from secrets import token_bytes

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.project import Project

# Axes that keep secrets apart, by their names; so do those that the project isolates. Others do
# where the recipients differ too: a region or a host may well have the password of its neighbour.
_APART = ("environment", "tenant", "customer", "stage")


@dataclass(frozen=True, slots=True)
class Kept:
    """One secret value and where it is kept; `name` is `DOCUMENT#/pointer`."""

    text: str = field(repr=False)
    name: str
    span: Span | None
    place: Mapping[str, str]
    recipients: tuple[str, ...]


def find_reused(kept: Iterable[Kept], project: Project) -> Iterator[Diagnostic]:
    """Report each value that is kept in places that must not share one, once for each place.

    The first place stands; each other one is reported with the first that it must not share with.
    """
    key = token_bytes(32)
    groups: dict[bytes, list[Kept]] = {}
    for each in kept:
        digest = hmac.digest(key, each.text.encode("utf-8", "surrogatepass"), "sha256")
        groups.setdefault(digest, []).append(each)
    for group in groups.values():
        for at, each in enumerate(group):
            for other in group[:at]:
                axis = _axis(each, other, project)
                if axis is not None:
                    yield _reused(each, other, axis)
                    break


def _axis(one: Kept, other: Kept, project: Project) -> str | None:
    """Return the dimension that keeps two places apart; None where they may share a secret."""
    for name in sorted(one.place.keys() & other.place.keys()):
        if one.place[name] == other.place[name]:
            continue
        values = project.dimensions[name].values.values()
        is_apart = name in (*_APART, *project.governance.isolation.dimensions) or any(
            value.protected for value in values
        )
        if is_apart or one.recipients != other.recipients:
            return name
    return None


def _reused(each: Kept, other: Kept, axis: str) -> Diagnostic:
    return Diagnostic(
        "GCT462",
        f"expected a secret of its own for the {axis} {each.place[axis]} at {each.name}, "
        f"found that of {other.place[axis]}",
        each.span,
        notes=(Note(f"the same value, {other.name}", other.span),),
        hint="whoever can open one of the two files has the secret of both: make one of its own",
    )
