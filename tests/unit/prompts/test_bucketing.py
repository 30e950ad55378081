"""Who gets which variant. The vectors come from Node.js and from sha256sum, see tests/data."""

import json
import subprocess
from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitconfig_tool.prompts.bucketing import (
    BUCKETS,
    Experiment,
    assign,
    bucket_of,
    buckets_of_weight,
    least_moved,
    moved,
    share_buckets,
    variant_at,
)
from gitconfig_tool.prompts.moving import compare_experiments, percent

VECTORS = json.loads(
    (Path(__file__).parents[2] / "data" / "bucketing-vectors.json").read_text(encoding="utf-8")
)
KEYS = [f"user-{number}" for number in range(100_000)]
# Chi-square, 9 degrees of freedom: one in 10,000 exceeds it (NIST/SEMATECH e-Handbook 1.3.6.7.4
# has 27.877 for 0.001; R's qchisq(0.9999, 9) is 33.72).
CRITICAL_9 = 33.72


@pytest.mark.parametrize("vector", VECTORS, ids=lambda each: str(each["bucket"]))
def test_vectors(vector: dict[str, str | int]) -> None:
    assert bucket_of(str(vector["salt"]), str(vector["key"])) == vector["bucket"]


def test_a_vector_by_hand() -> None:
    # printf 'greeting\0user-1' | sha256sum begins e666504c669dbd8c;
    # echo 'ibase=16; E666504C669DBD8C % 2710' | bc prints 2476.
    given = subprocess.run(
        "printf 'greeting\\0user-1' | sha256sum", shell=True, check=True, capture_output=True
    )
    assert given.stdout[:16] == b"e666504c669dbd8c"
    assert int("e666504c669dbd8c", 16) % 10_000 == 2476 == bucket_of("greeting", "user-1")


def test_the_border_between_salt_and_key_counts() -> None:
    assert bucket_of("ab", "c") != bucket_of("a", "bc")


def test_text_that_is_no_unicode_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogates not allowed"):
        bucket_of("salt", "\ud800")


def test_keys_spread_evenly() -> None:
    counts = Counter(bucket_of("support-tone-2026", key) // 1000 for key in KEYS)
    expected = len(KEYS) / 10
    chi_square = sum((counts[part] - expected) ** 2 / expected for part in range(10))
    assert chi_square < CRITICAL_9


@pytest.mark.parametrize("weights", [(50, 50), (90, 10), (33.33, 33.33, 33.34), (99.99, 0.01)])
def test_variants_get_their_weight(weights: tuple[float, ...]) -> None:
    sizes = [(f"v{index}", buckets_of_weight(weight) or 0) for index, weight in enumerate(weights)]
    experiment = Experiment("length", share_buckets(sizes))
    counts = Counter(assign(experiment, key, date(2026, 5, 1)) for key in KEYS)
    chi_square = sum(
        (counts[name] - len(KEYS) * size / BUCKETS) ** 2 / (len(KEYS) * size / BUCKETS)
        for name, size in sizes
    )
    assert chi_square < 15.14  # 1 degree of freedom, 0.9999; fewer than the others allow


def test_two_salts_are_independent() -> None:
    """Of the users of one variant, each variant of the other experiment gets its own weight."""
    table = Counter(
        (bucket_of("tone", key) // 2500, bucket_of("length", key) // 2500) for key in KEYS
    )
    rows = [sum(table[row, column] for column in range(4)) for row in range(4)]
    columns = [sum(table[row, column] for row in range(4)) for column in range(4)]
    chi_square = sum(
        (table[row, column] - rows[row] * columns[column] / len(KEYS)) ** 2
        / (rows[row] * columns[column] / len(KEYS))
        for row in range(4)
        for column in range(4)
    )
    assert chi_square < CRITICAL_9  # (4 - 1) x (4 - 1) degrees of freedom


@pytest.mark.parametrize(
    ("weight", "buckets"),
    [(0, 0), (100, 10_000), (33.33, 3333), (0.01, 1), (16.1, 1610), (1e1, 1000)],
)
def test_weights(weight: float, buckets: int) -> None:
    assert buckets_of_weight(weight) == buckets


@pytest.mark.parametrize("weight", [-1, 100.01, 33.333, True, "50", None, float("nan")])
def test_what_is_no_weight(weight: object) -> None:
    assert buckets_of_weight(weight) is None


def test_shares_lie_side_by_side() -> None:
    shares = share_buckets([("control", 5000), ("off", 0), ("short", 5000)])
    assert [(each.variant, each.first, each.end) for each in shares] == [
        ("control", 0, 5000),
        ("off", 5000, 5000),
        ("short", 5000, 10_000),
    ]
    assert [variant_at(shares, each) for each in (0, 4999, 5000, 9999)] == [
        "control",
        "control",
        "short",
        "short",
    ]
    with pytest.raises(ValueError, match="shares that cover all buckets"):
        variant_at(shares, 10_000)


def test_who_is_outside_gets_the_control() -> None:
    experiment = Experiment(
        "greeting",
        share_buckets([("control", 1000), ("short", 9000)]),
        date(2026, 5, 1),
        date(2026, 5, 31),
        ("production",),
    )
    # The bucket of user-1 is 2476.
    given = [
        (date(2026, 4, 30), "production"),
        (date(2026, 5, 1), "production"),
        (date(2026, 5, 31), "production"),
        (date(2026, 6, 1), "production"),
        (date(2026, 5, 15), "staging"),
        (date(2026, 5, 15), None),
    ]
    assert [assign(experiment, "user-1", day, where) for day, where in given] == [
        "control",
        "short",
        "short",
        "control",
        "control",
        "short",
    ]


def _experiment(salt: str = "s", **sizes: int) -> Experiment:
    return Experiment(salt, share_buckets(sizes.items()))


@pytest.mark.parametrize(
    ("before", "after", "part", "cause"),
    [
        # 40 + 30 + 30 to 10 + 60 + 30: what control loses, its neighbour gets.
        (
            _experiment(control=4000, short=3000, warm=3000),
            _experiment(control=1000, short=6000, warm=3000),
            Fraction(30, 100),
            "weights",
        ),
        # short moves along by 10, though only warm lost: 40 + 20 + 20 stay.
        (
            _experiment(control=4000, short=3000, warm=3000),
            _experiment(control=5000, short=3000, warm=2000),
            Fraction(20, 100),
            "weights",
        ),
        # Only 30 to 40 is control in both.
        (
            _experiment(control=4000, short=3000, warm=3000),
            _experiment(warm=3000, control=4000, short=3000),
            Fraction(90, 100),
            "order",
        ),
        # 0.4 x 0.4 + 0.6 x 0.6 = 0.52 stay by chance.
        (
            _experiment(control=4000, short=6000),
            _experiment("other", control=4000, short=6000),
            Fraction(48, 100),
            "salt",
        ),
    ],
)
def test_moves(before: Experiment, after: Experiment, part: Fraction, cause: str) -> None:
    move = compare_experiments(before, after)
    assert move is not None
    assert (move.part, move.cause) == (part, cause)


def test_nobody_moves() -> None:
    one = _experiment(control=4000, short=6000)
    assert compare_experiments(one, _experiment(control=4000, off=0, short=6000)) is None
    # A salt that decides nothing may change.
    assert (
        compare_experiments(_experiment(control=10_000), _experiment("o", control=10_000)) is None
    )


def _sizes() -> st.SearchStrategy[list[int]]:
    cuts = st.lists(st.integers(0, BUCKETS), min_size=2, max_size=4).map(sorted)
    return cuts.map(lambda each: [b - a for a, b in pairwise([0, *each, BUCKETS])])


@given(_sizes(), _sizes())
def test_moved_counts_what_each_bucket_says(old: list[int], new: list[int]) -> None:
    before = Experiment("s", share_buckets((f"v{i}", size) for i, size in enumerate(old)))
    after = Experiment("s", share_buckets((f"v{i}", size) for i, size in enumerate(new)))
    # Each bucket by itself, at the borders and beside them: between two borders nothing changes.
    borders = sorted({each.first for one in (before, after) for each in one.shares} | {BUCKETS})
    borders = [each for each in borders if each <= BUCKETS]
    counted = sum(
        end - first
        for first, end in pairwise(borders)
        if variant_at(before.shares, first) != variant_at(after.shares, first)
    )
    assert moved(before, after) == Fraction(counted, BUCKETS)
    assert least_moved(before, after) <= moved(before, after)


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (Fraction(1), "100%"),
        (Fraction(3, 10), "30%"),
        (Fraction(1, 3), "about 33.33%"),
        (Fraction(1, 10_000), "0.01%"),
        (Fraction(1, 10**6), "less than 0.01%"),
    ],
)
def test_percent(part: Fraction, text: str) -> None:
    assert percent(part) == text
