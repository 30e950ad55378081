"""How often a secret is to be replaced, and when that is next.

Takes a `Secret`, the settings of the project and times; returns intervals and dates. Does not know
since when a value is what it is: see `ages`. Times are seconds since 1970, intervals are hours.

A secret is `due` once `every` has passed since it was replaced, and `overdue` once `grace` has
passed too: the grace is the time to have it done, and also how long two versions may overlap.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from gitconfig_tool.artifact.overlap import CURRENT
from gitconfig_tool.pointer import parse_pointer
from gitconfig_tool.project import SecretSettings
from gitconfig_tool.secrets.ages import Age
from gitconfig_tool.secrets.inventory import Secret
from gitconfig_tool.secrets.types import secret_type

HOUR = 3600
_DAY = 24
# A certificate is due so long before it ends. ACME clients renew one of 90 days 30 days before.
CERTIFICATE_LEAD = 30 * _DAY

OK, DUE, OVERDUE = "ok", "due", "overdue"


@dataclass(frozen=True, slots=True)
class Interval:
    """How often a secret is to be replaced, and how long that may take; hours."""

    every: int
    grace: int


# What holds for a type where the project file says nothing else.
DEFAULTS: Mapping[str, Interval] = {
    "api-key": Interval(90 * _DAY, 7 * _DAY),
    "database": Interval(30 * _DAY, _DAY),
    # Of one whose dates cannot be read without a key.
    "certificate": Interval(90 * _DAY, 7 * _DAY),
    # NIST SP 800-57 part 1, table 1: one to two years for a key of authentication.
    "ssh-key": Interval(365 * _DAY, 7 * _DAY),
    "oauth-token": Interval(_DAY, 6),
    "jwt-signing-key": Interval(90 * _DAY, 7 * _DAY),
    # CIS Benchmarks: AWS 1.14, Google Cloud 1.7 ("rotated every 90 days or less").
    "aws-credentials": Interval(90 * _DAY, 7 * _DAY),
    "azure-credentials": Interval(90 * _DAY, 7 * _DAY),
    "gcp-credentials": Interval(90 * _DAY, 7 * _DAY),
    # Nobody said what it is: once a year is the least.
    "generic": Interval(365 * _DAY, 30 * _DAY),
}


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a secret is due and when it is overdue; seconds since 1970."""

    due: int
    overdue: int

    def standing(self, as_of: int) -> str:
        """Return `ok`, `due` or `overdue`; each begins with its own second."""
        if as_of >= self.overdue:
            return OVERDUE
        return DUE if as_of >= self.due else OK


def interval_of(secret: Secret, settings: SecretSettings) -> Interval:
    """Return what the secret's own rule says, else `secrets.rotation`, else the type's default."""
    default = DEFAULTS[secret.type]
    said = [each for each in (settings.rotation.get(secret.type),) if each is not None]
    if secret.rule is not None:
        said.insert(0, secret.rule.rotation)
    every = next((each.every for each in said if each.every is not None), default.every)
    grace = next((each.grace for each in said if each.grace is not None), default.grace)
    return Interval(every, grace)


def schedule(since: int, interval: Interval, ends: int | None = None) -> Schedule:
    """Return when a secret that was replaced at `since` is due again.

    `ends` is the last second of a certificate whose dates can be read: they count then, whatever
    the interval is.
    """
    due = since + interval.every * HOUR if ends is None else ends - CERTIFICATE_LEAD * HOUR
    return Schedule(due, due + interval.grace * HOUR)


def carriers(secret: Secret) -> tuple[str, ...]:
    """Return the pointers of the fields that are replaced; a user's name need not change with them.

    They are those that the type calls secret, or all fields where none of them is.
    """
    of = secret_type(secret.type)
    found = tuple(
        pointer
        for pointer in secret.fields
        if of.is_secret(_field(secret, pointer, of.value_field))
    )
    return found or secret.fields


def age_of(secret: Secret, ages: Mapping[str, Age]) -> Age:
    """Return the age of a secret: that of the field that was replaced longest ago.

    A secret is new when all of it is. `ages` is by the pointers of the file.
    """
    return oldest(ages[pointer] for pointer in carriers(secret) if pointer in ages)


def oldest(ages: Iterable[Age]) -> Age:
    """Return the oldest of several ages; that of nothing is `Age(None)`."""
    every = tuple(ages)
    committed = [each for each in every if each.commit is not None]
    if not committed:
        return every[0] if every else Age(None)
    return min(committed, key=lambda each: each.commit.time if each.commit is not None else 0)


def moment(seconds: int) -> str:
    """Return a time as RFC 3339 writes it, in UTC; `no date` where no calendar has it."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, OSError, ValueError):
        return "no date"  # Git lets a commit say any number.


def _field(secret: Secret, pointer: str, value_field: str) -> str:
    """Return the name of the field at a pointer of a secret, as its type knows it."""
    tokens = parse_pointer(pointer)[len(parse_pointer(secret.pointer)) :]
    names = [token for token in tokens if token != CURRENT]
    return secret_type(secret.type).field_name(names[0]) if names else value_field
