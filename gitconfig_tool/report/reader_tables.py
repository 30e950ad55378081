"""Who can read a bundle, and what somebody who leaves could open, as text and as JSON. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.compiler.holdings import Held
from gitconfig_tool.report.columns import wrap
from gitconfig_tool.report.diagnostics_text import PLAIN, Style
from gitconfig_tool.report.explanation import commit_json
from gitconfig_tool.report.secret_tables import (
    access_json,
    access_text,
    recipient_json,
    where,
)
from gitconfig_tool.report.tables import count, printable, shorten, table
from gitconfig_tool.secrets import Age
from gitconfig_tool.secrets.leaving import DONE, ROTATE, UNCLEAR, Opened
from gitconfig_tool.secrets.readers import TOGETHER, Access, Reader, access_of
from gitconfig_tool.source import Commit, Tip

# References that the text names; the rest is counted.
_MAX_REFS = 4
_SHORT = 12
_HEADS = {
    ROTATE: "to be replaced: the very value could be opened",
    UNCLEAR: "to be replaced, unless that was done when the file was encrypted anew",
    DONE: "replaced since",
}


@dataclass(frozen=True, slots=True)
class Known:
    """A present secret that a leaver could open once: what is to be done, and since when it is."""

    held: Held
    state: str
    how: str
    age: Age


@dataclass(frozen=True, slots=True)
class Leaver:
    """What somebody who leaves could open.

    `gone` are paths of opened files that the project has no longer; `branches` says for a path
    which branches have an opened version of it still.
    """

    recipient: str
    name: str | None
    refs: tuple[Tip, ...]
    commits: int
    opened: tuple[Opened, ...]
    gone: frozenset[str]
    branches: Mapping[str, tuple[str, ...]]
    known: tuple[Known, ...]
    is_cut: bool

    @property
    def to_rotate(self) -> int:
        """How many secrets are still to be replaced."""
        return sum(each.state != DONE for each in self.known)


def who_text(
    bundle: str,
    held: Sequence[Held],
    readers: Sequence[Reader],
    names: Mapping[str, str],
    width: int,
    style: Style = PLAIN,
) -> list[str]:
    """Return the lines of `secrets who`: files with who opens them, and each reader once."""
    files = by_file(held)
    if not files:
        return [f"{bundle} links to no secret"]
    lines = [f"{bundle}: {count(len(held), 'secret')} in {count(len(files), 'file')}", ""]
    for path, mine in files.items():
        lines.append(f"  {style.strong(shorten(printable(path), width - 2))}")
        secrets = ", ".join(printable(where(each)) for each in mine)
        lines += [f"    {line}" for line in wrap(secrets, width - 4, indent="  ")]
        text = f"read by: {access_text(access_of(mine[0].sops), names)}"
        lines += [f"    {line}" for line in wrap(text, width - 4, indent="  ")]
    rows = [
        (names.get(each.recipient, "-"), _extent(each, len(files)), printable(each.recipient))
        # Who reads most comes first, then by name: the order of keys says nothing to a person.
        for each in sorted(
            readers,
            key=lambda each: (
                -len(each.alone) - len(each.together),
                names.get(each.recipient, "-"),
            ),
        )
    ]
    return [*lines, "", "Who can read it", *table(rows, width=width, cut=2)]


def who_json(
    held: Sequence[Held], readers: Sequence[Reader], names: Mapping[str, str]
) -> dict[str, Any]:
    """Return the same as JSON."""
    files = by_file(held)
    return {
        "files": [
            {
                "path": path,
                "secrets": [each.secret.name for each in mine],
                **access_json(access_of(mine[0].sops), names),
            }
            for path, mine in files.items()
        ],
        "readers": [
            {
                **recipient_json(each.recipient, names),
                "readsAll": len(each.alone) == len(files),
                "alone": list(each.alone),
                "together": list(each.together),
            }
            for each in readers
        ],
    }


def accesses(held: Sequence[Held]) -> dict[str, Access]:
    """Return who opens each file of some secrets."""
    return {path: access_of(mine[0].sops) for path, mine in by_file(held).items()}


def by_file(held: Sequence[Held]) -> dict[str, list[Held]]:
    """Return secrets by the path of their file."""
    files: dict[str, list[Held]] = {}
    for each in held:
        files.setdefault(each.secret.path, []).append(each)
    return files


def leaver_text(leaver: Leaver, width: int, style: Style = PLAIN) -> list[str]:
    """Return the lines of `secrets leaver`: what is to be replaced, and which files were open."""
    who = f"{leaver.name} ({leaver.recipient})" if leaver.name else leaver.recipient
    lines = [style.strong(line) for line in wrap(printable(who), width)]
    if not leaver.opened:
        return [*lines, "", "opened no file", *_looked(leaver, width)]
    for state in (ROTATE, UNCLEAR, DONE):
        mine = [each for each in leaver.known if each.state == state]
        if mine:
            lines += ["", f"{count(len(mine), 'secret')} {_HEADS[state]}"]
            lines += _known_lines(mine, width)
    lines += ["", f"{count(len(leaver.opened), 'file')} could be opened"]
    for opened in leaver.opened:
        lines.append(f"  {shorten(printable(opened.path), width - 2)}")
        for text in _story(opened, leaver):
            lines += [f"    {line}" for line in wrap(text, width - 4, indent="  ")]
    lines += _looked(leaver, width)
    if leaver.to_rotate:
        lines += ["", f"{count(leaver.to_rotate, 'secret')} still to be replaced"]
    for text in _next_steps(leaver):
        lines += wrap(text, width, indent="  ")
    return lines


def _next_steps(leaver: Leaver) -> Iterator[str]:
    """Yield what to do now: who can open what is written next must go first."""
    if any(each.is_open or each.by_kept_key for each in leaver.opened):
        yield (
            "first, if this key is to go: take it out of .sops.yaml and of secrets.allow, and run: "
            "gitconfig-tool secrets rekey --data-key"
        )
    if leaver.to_rotate:
        yield "to replace one: gitconfig-tool secrets rotate 'PATH#/POINTER'"


def leaver_json(leaver: Leaver) -> dict[str, Any]:
    """Return the same as JSON."""
    return {
        "recipient": leaver.recipient,
        "name": leaver.name,
        "refs": [{"name": tip.name, "commit": tip.commit} for tip in leaver.refs],
        "commitsRead": leaver.commits,
        "isCut": leaver.is_cut,
        "toRotate": leaver.to_rotate,
        "secrets": [
            {
                "name": each.held.secret.name,
                "path": each.held.secret.path,
                "pointer": each.held.secret.pointer,
                "type": each.held.secret.type,
                "bundles": list(each.held.bundles),
                "state": each.state,
                "opened": each.how,
                "changed": commit_json(each.age.commit),
            }
            for each in leaver.known
        ],
        "files": [
            {
                "path": each.path,
                "opened": each.how,
                "byKeptDataKey": each.by_kept_key,
                "first": commit_json(each.first),
                "last": commit_json(each.last),
                "until": commit_json(each.until),
                "isOpen": each.is_open,
                "isGone": each.path in leaver.gone,
                "branches": list(leaver.branches.get(each.path, ())),
            }
            for each in leaver.opened
        ],
    }


def _extent(reader: Reader, files: int) -> str:
    parts = []
    if len(reader.alone) == files:
        return "all"
    if reader.alone:
        parts.append(f"{len(reader.alone):,} of {count(files, 'file')}")
    if reader.together:
        parts.append(f"{len(reader.together):,} only together with others")
    return ", ".join(parts)


def _known_lines(known: Sequence[Known], width: int) -> Iterator[str]:
    """Yield secrets below their files, with columns that stand below each other."""
    lines = table([_known_row(each) for each in known], width=width - 2, cut=0)
    path = None
    for each, line in zip(known, lines, strict=True):
        if each.held.secret.path != path:
            path = each.held.secret.path
            yield f"  {shorten(printable(path), width - 2)}"
        yield f"  {line}"


def _known_row(known: Known) -> tuple[str, ...]:
    commit = known.age.commit
    since = "not committed" if commit is None else commit.day
    how = "only together with others" if known.how == TOGETHER else ""
    return (
        where(known.held),
        known.held.secret.type,
        f"{'replaced' if known.state == DONE else 'value of'} {since}",
        how,
    )


def _story(opened: Opened, leaver: Leaver) -> Iterator[str]:
    alone = "only together with others, " if opened.how == TOGETHER else ""
    if opened.is_open:
        end = "open still"
    elif opened.until is None:
        end = "no longer in the work tree"
    else:
        end = f"until {_commit(opened.until)}"
    begin = f"from {_commit(opened.first)}"
    if opened.last != opened.first:
        begin += f" to {_commit(opened.last)}"
    yield f"{alone}{begin}, {end}"
    if opened.by_kept_key:
        yield "also by its data key, which did not change when the recipient was taken away: " + (
            "run secrets rekey --data-key"
        )
    if opened.path in leaver.gone:
        branches = leaver.branches.get(opened.path, ())
        there = f"; still on {', '.join(map(_ref, branches[:_MAX_REFS]))}" if branches else ""
        yield (
            f"the project has no such file now{there}: what it held may be valid still, so take it "
            "back where it is accepted"
        )


def _looked(leaver: Leaver, width: int) -> list[str]:
    shown = ", ".join(_ref(tip.name) for tip in leaver.refs[:_MAX_REFS])
    more = len(leaver.refs) - _MAX_REFS
    names = f"{shown} and {more:,} more" if more > 0 else shown or "no reference"
    text = f"looked at {count(leaver.commits, 'commit')} of {names}"
    if leaver.is_cut:
        text += "; the clone is shallow and lacks older ones: git fetch --unshallow"
    return ["", *wrap(text, width, indent="  ")]


def _ref(name: str) -> str:
    for start in ("refs/heads/", "refs/remotes/", "refs/tags/"):
        if name.startswith(start):
            return printable(name.removeprefix(start))
    return printable(name)


def _commit(commit: Commit | None) -> str:
    return "what is not committed" if commit is None else (f"{commit.id[:_SHORT]} of {commit.day}")
