"""Secrets as text and as JSON: which there are, how old they are, and who reads them. Pure.

Secrets that the same bundles link to stand together, each once: fifty tenants that share a file
make one group. Prints nothing and shows no value: names, dates and recipients only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.classification import SECRET_LEVEL
from gitconfig_tool.compiler.holdings import Held
from gitconfig_tool.report.columns import wrap
from gitconfig_tool.report.diagnostics_text import PLAIN, Style
from gitconfig_tool.report.explanation import commit_json
from gitconfig_tool.report.tables import count, printable, shorten, table
from gitconfig_tool.secrets import Age
from gitconfig_tool.secrets.readers import Access, access_of
from gitconfig_tool.secrets.rotation import DUE, HOUR, OK, OVERDUE, Interval, Schedule, moment
from gitconfig_tool.source import day_of

# Bundles that a heading names; the rest is counted.
_MAX_NAMES = 3
_AUTHOR = 16
# The part of a recipient that is shown where it has no name: the kind, and how its key begins.
_KEY = 22


@dataclass(frozen=True, slots=True)
class Row:
    """One secret with its age and its dates.

    `schedule` begins at `as_of` for a value that is not committed. `overlap` is the age of the
    former version, where there is one; `is_unfinished` says that it is older than the grace. `ends`
    is the last second of a certificate.
    """

    held: Held
    age: Age
    interval: Interval
    schedule: Schedule
    standing: str
    overlap: Age | None
    is_unfinished: bool
    ends: int | None


def list_text(
    held: Sequence[Held], names: Mapping[str, str], width: int, style: Style = PLAIN
) -> list[str]:
    """Return the lines of a list: groups of bundles, files with their readers, secrets."""
    rows = {id(each): (where(each), each.secret.type, str(SECRET_LEVEL)) for each in held}
    lines = list(_grouped(held, rows, names, width, style))
    files = {each.secret.path for each in held}
    lines += [f"{count(len(held), 'secret')} in {count(len(files), 'file')}"]
    return lines


def status_text(
    rows: Sequence[Row],
    names: Mapping[str, str],
    as_of: int,
    width: int,
    style: Style = PLAIN,
    *,
    later: int = 0,
) -> list[str]:
    """Return the lines of a status: one for each secret, and below it what is to be said of it.

    `later` is the number of secrets that are left out because they are due later.
    """
    cells = {
        id(row.held): (
            where(row.held),
            row.held.secret.type,
            f"{age_text(row.age, as_of)} of {hours_text(row.interval.every)}",
            row.standing if row.standing == OK else row.standing.upper(),
            f"due {day_of(row.schedule.due)}",
            shorten(changed_by(row.age), _AUTHOR),
        )
        for row in rows
    }
    notes = {id(row.held): list(_notes(row)) for row in rows}
    lines = list(_grouped([row.held for row in rows], cells, names, width, style, notes))
    more = f"; {later:,} more due later" if later else ""
    return [*lines, _summary(rows, as_of) + more]


def _grouped(
    held: Sequence[Held],
    rows: Mapping[int, Sequence[str]],
    names: Mapping[str, str],
    width: int,
    style: Style,
    notes: Mapping[int, Sequence[str]] | None = None,
) -> Iterator[str]:
    groups: dict[tuple[str, ...], dict[str, list[Held]]] = {}
    for each in held:
        groups.setdefault(each.bundles, {}).setdefault(each.secret.path, []).append(each)
    # One table for all, so that its columns stand below each other; it indents by two itself.
    every = table([rows[id(each)] for each in held], width=width - 4, cut=0)
    lines = {id(each): line for each, line in zip(held, every, strict=True)}
    # What no bundle links to comes last.
    for bundles, files in sorted(groups.items(), key=lambda item: not item[0]):
        yield style.strong(shorten(some(bundles) or "linked by no bundle", width))
        for path, mine in files.items():
            yield f"  {shorten(printable(path), width - 2)}"
            readers = f"readers: {access_text(access_of(mine[0].sops), names)}"
            yield from (
                style.faint(f"    {line}") for line in wrap(readers, width - 4, indent="  ")
            )
            # What holds for all of a file's secrets is said once.
            first = notes[id(mine[0])] if notes and len(mine) > 1 else ()
            shared = [
                note for note in first if notes and all(note in notes[id(each)] for each in mine)
            ]
            for note in shared:
                yield from (
                    style.faint(f"    {line}") for line in wrap(note, width - 4, indent="  ")
                )
            for each in mine:
                text = f"  {lines[id(each)]}"
                yield style.error(text) if OVERDUE.upper() in rows[id(each)] else text
                for note in notes[id(each)] if notes else ():
                    if note in shared:
                        continue
                    yield from (
                        style.faint(f"      {part}") for part in wrap(note, width - 6, indent="  ")
                    )
        yield ""


def where(held: Held) -> str:
    """Return the pointer of a secret in its file; of a whole file, what it is."""
    return held.secret.pointer or "(whole file)"


def some(names: Sequence[str]) -> str:
    """Write names for a heading: the first ones, and how many more there are."""
    more = len(names) - _MAX_NAMES
    text = ", ".join(names[:_MAX_NAMES])
    return f"{text} and {more:,} more" if more > 0 else text


def recipient_text(recipient: str, names: Mapping[str, str]) -> str:
    """Return the name of a recipient, or the beginning of its key."""
    known = names.get(recipient)
    return known if known is not None else shorten(printable(recipient), _KEY)


def access_text(access: Access, names: Mapping[str, str]) -> str:
    """Say who opens a file: names, or groups of which several are needed."""
    if len(access.groups) == 1 or access.threshold == 1:
        return ", ".join(sorted(recipient_text(each, names) for each in access.recipients))
    groups = "; ".join(
        " or ".join(recipient_text(each, names) for each in group) for group in access.groups
    )
    return f"{access.threshold} of {len(access.groups)} groups: {groups}"


def age_text(age: Age, as_of: int) -> str:
    """Return an age: `12d`, `5h`; with `>` before it where history is cut off."""
    if age.commit is None:
        return "new"
    return f"{'>' if age.is_cut else ''}{hours_text(max(0, as_of - age.commit.time) // HOUR)}"


def hours_text(hours: int) -> str:
    """Return hours as people say them: `90d`, `36h`."""
    return f"{hours // 24}d" if hours >= 48 or hours == 24 else f"{hours}h"


def changed_by(age: Age) -> str:
    """Return who brought a value."""
    return "not committed" if age.commit is None else printable(age.commit.author)


def _notes(row: Row) -> Iterator[str]:
    if row.overlap is not None:
        since = (
            "not committed yet" if row.overlap.commit is None else f"since {row.overlap.commit.day}"
        )
        late = f", longer than {hours_text(row.interval.grace)}: UNFINISHED"
        yield (
            f"two versions, {since}{late if row.is_unfinished else ''}; when nothing uses the"
            " former one: secrets finish"
        )
    if row.age.reencrypted is not None:
        yield (
            f"encrypted anew on {row.age.reencrypted.day}, with every value of the file: "
            "whether a value was replaced then is not to be seen without a key"
        )
    if row.ends is not None:
        yield f"the certificate ends on {day_of(row.ends)}"


def _summary(rows: Sequence[Row], as_of: int) -> str:
    standings = [row.standing for row in rows]
    parts = [
        f"{standings.count(each):,} {each}" for each in (OVERDUE, DUE) if standings.count(each)
    ]
    unfinished = sum(row.is_unfinished for row in rows)
    if unfinished:
        parts.append(count(unfinished, "unfinished rotation"))
    coming = [row.schedule.due for row in rows if row.standing == OK]
    if coming:
        parts.append(f"next due {day_of(min(coming))}")
    told = f": {', '.join(parts)}" if parts else ""
    return f"{count(len(rows), 'secret')} on {day_of(as_of)}{told}"


def held_json(held: Held, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a secret as JSON: what `secrets list` says of it."""
    return {
        "name": held.secret.name,
        "path": held.secret.path,
        "pointer": held.secret.pointer,
        "type": held.secret.type,
        "classification": str(SECRET_LEVEL),
        "bundles": list(held.bundles),
        **access_json(access_of(held.sops), names),
    }


def row_json(row: Row, names: Mapping[str, str], as_of: int) -> dict[str, Any]:
    """Return a secret as JSON: what `secrets status` says of it."""
    age = row.age
    return {
        **held_json(row.held, names),
        "changed": commit_json(age.commit),
        "ageHours": 0 if age.commit is None else max(0, as_of - age.commit.time) // HOUR,
        "ageIsAtLeast": age.is_cut,
        "reencrypted": commit_json(age.reencrypted),
        "everyHours": row.interval.every,
        "graceHours": row.interval.grace,
        "due": moment(row.schedule.due),
        "overdue": moment(row.schedule.overdue),
        "standing": row.standing,
        "certificateEnds": None if row.ends is None else moment(row.ends),
        "previous": None
        if row.overlap is None
        else {
            "pointers": list(row.held.secret.previous),
            "since": commit_json(row.overlap.commit),
            "isUnfinished": row.is_unfinished,
        },
    }


def access_json(access: Access, names: Mapping[str, str]) -> dict[str, Any]:
    """Return who opens a file as JSON."""
    return {
        "groups": [[recipient_json(each, names) for each in group] for group in access.groups],
        "threshold": access.threshold,
    }


def recipient_json(recipient: str, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a recipient as JSON; `name` is null where the project gives it none."""
    return {"recipient": recipient, "name": names.get(recipient)}
