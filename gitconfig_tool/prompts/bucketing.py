"""Which variant of a prompt somebody gets: the same one each time, in every language.

The rule, which docs/experiments.md gives with code for other languages:

1. Hash the UTF-8 bytes of the salt, one zero byte, and the UTF-8 bytes of the key with SHA-256.
2. Read the first 8 bytes of the hash as a whole number, the most significant byte first.
3. The remainder of its division by 10,000 is the bucket: 0 to 9,999.
4. Variants share the buckets in the order of the file, a hundred for each percent of weight.

2^64 is no multiple of 10,000, so the buckets 0 to 1,615 are likelier than the others, by 5 parts in
10^16: nobody can measure that. Pure; knows no files and no clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any

BUCKETS = 10_000
# A percent is a hundred buckets, so a weight may have two decimals.
_PER_PERCENT = BUCKETS // 100
CONTROL = "control"


@dataclass(frozen=True, slots=True)
class Share:
    """The buckets of one variant: from `first` to before `end`; none where the two are equal."""

    variant: str
    first: int
    end: int

    @property
    def size(self) -> int:
        """How many buckets there are; a hundred are one percent."""
        return self.end - self.first


@dataclass(frozen=True, slots=True)
class Experiment:
    """Who gets which variant, and when.

    `shares` cover all buckets. It runs from the day `start` to the day `end`, both included, in
    UTC; None is no bound. `environments` are those that it runs in; empty stands for all of them.
    """

    salt: str
    shares: tuple[Share, ...]
    start: date | None = None
    end: date | None = None
    environments: tuple[str, ...] = ()

    def has_ended(self, day: date) -> bool:
        """Tell whether a day is behind the last one."""
        return self.end is not None and day > self.end

    def runs(self, day: date, environment: str | None) -> bool:
        """Tell whether it runs on a day in an environment; None asks for no environment."""
        if self.has_ended(day) or (self.start is not None and day < self.start):
            return False
        return environment is None or not self.environments or environment in self.environments


def bucket_of(salt: str, key: str) -> int:
    """Return the bucket of a key, 0 to 9,999. Raises `ValueError` where a text is no Unicode."""
    digest = sha256(salt.encode() + b"\0" + key.encode()).digest()
    return int.from_bytes(digest[:8], "big") % BUCKETS


def buckets_of_weight(weight: Any) -> int | None:
    """Return how many buckets a weight in percent is for; None for what is no weight.

    A weight is a number from 0 to 100 with at most two decimals.
    """
    if isinstance(weight, bool) or not isinstance(weight, (int, float)):
        return None
    # The decimals as they are written: 33.33 is no sum of powers of two.
    buckets = Decimal(str(weight)) * _PER_PERCENT
    if not buckets.is_finite() or not 0 <= buckets <= BUCKETS or buckets % 1:
        return None
    return int(buckets)


def share_buckets(sizes: Iterable[tuple[str, int]]) -> tuple[Share, ...]:
    """Give each variant its buckets, one behind the other."""
    shares, first = [], 0
    for variant, size in sizes:
        shares.append(Share(variant, first, first + size))
        first += size
    return tuple(shares)


def variant_at(shares: Sequence[Share], bucket: int) -> str:
    """Return the variant that a bucket belongs to. Raises `ValueError` for one that nobody has."""
    for share in shares:
        if share.first <= bucket < share.end:
            return share.variant
    raise ValueError(f"expected shares that cover all buckets, found none for {bucket}")


def assign(experiment: Experiment, key: str, day: date, environment: str | None = None) -> str:
    """Return the variant of a key on a day: `control` where the experiment does not run."""
    if not experiment.runs(day, environment):
        return CONTROL
    return variant_at(experiment.shares, bucket_of(experiment.salt, key))


def moved(before: Experiment, after: Experiment) -> Fraction:
    """Return which part of all keys gets another variant than before.

    With the same salt that is exact: keys keep their buckets, and the ranges are compared. With
    another salt a key's new bucket says nothing of its old one, and this is the expected part.
    """
    if before.salt == after.salt:
        kept = sum(
            max(min(old.end, new.end) - max(old.first, new.first), 0)
            for old in before.shares
            for new in after.shares
            if old.variant == new.variant
        )
        return 1 - Fraction(kept, BUCKETS)
    same = sum(
        old.size * new.size
        for old in before.shares
        for new in after.shares
        if old.variant == new.variant
    )
    return 1 - Fraction(same, BUCKETS * BUCKETS)


def least_moved(before: Experiment, after: Experiment) -> Fraction:
    """Return which part of all keys must move, however the new weights are laid out."""
    old = {share.variant: share.size for share in before.shares}
    kept = sum(min(share.size, old.get(share.variant, 0)) for share in after.shares)
    return 1 - Fraction(kept, BUCKETS)
