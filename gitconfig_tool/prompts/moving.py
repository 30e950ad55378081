"""Whether users get another variant than before, and why.

Takes two experiments, the one before and the one that follows; returns a `Move`. Which two to
compare is the work of whoever knows the history.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from gitconfig_tool.prompts.bucketing import Experiment, least_moved, moved


@dataclass(frozen=True, slots=True)
class Move:
    """How many move, as a part of all users; `least` is what the new weights make necessary.

    `cause` is `salt`, `order` or `weights`.
    """

    part: Fraction
    least: Fraction
    cause: str


def compare_experiments(before: Experiment, after: Experiment) -> Move | None:
    """Return how users move; None where nobody does."""
    part = moved(before, after)
    if not part:
        return None
    least = least_moved(before, after)
    if before.salt != after.salt:
        return Move(part, least, "salt")
    old, new = ([share.variant for share in each.shares] for each in (before, after))
    kept = [name for name in old if name in new]
    in_order = kept == [name for name in new if name in old]
    return Move(part, least, "weights" if in_order else "order")


def percent(part: Fraction) -> str:
    """Write a part as percent, with two decimals at most; a tiny one is not written as none."""
    hundredths = Decimal((part * 10_000).numerator) / Decimal((part * 10_000).denominator)
    rounded = hundredths.quantize(Decimal(1))
    if part and not rounded:
        return "less than 0.01%"
    text = f"{rounded / 100:.2f}".rstrip("0").rstrip(".")
    return f"{text}%" if rounded == hundredths else f"about {text}%"
