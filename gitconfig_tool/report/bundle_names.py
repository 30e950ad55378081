"""Many bundles named in a few words: `production and 38 of 50 tenants`. Pure.

Takes the names of some bundles and the dimension values of all that were compared; returns a text
that is true of exactly these bundles, the same for the same bundles. The first dimension leads:
bundles that have no other one stand for its value. Does not list them all: that is the caller's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

# So many are named one by one; more are counted.
_LISTED = 3
# More parts than this make a sentence that nobody reads.
_MAX_PARTS = 3
# What bundles are called that differ in several dimensions.
_MIXED = ("other bundle", "bundle")

Dimensions = Mapping[str, Mapping[str, str]]
# A value of the one other dimension, or what tells bundles with several others apart.
_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Branch:
    """The bundles of one value of the first dimension, `known` and those that are `chosen`.

    `own` are bundles with no other dimension; `inner` are the others, by their other values.
    """

    value: str
    known_own: tuple[str, ...]
    own: tuple[str, ...]
    known_inner: Mapping[_Key, str]
    inner: Mapping[_Key, str]
    noun: str

    @property
    def name(self) -> str:
        """What people call it: its only bundle, or the value."""
        return self.known_own[0] if len(self.known_own) == 1 else self.value

    @property
    def is_whole(self) -> bool:
        """Whether all of its bundles are chosen."""
        return self.own == self.known_own and len(self.inner) == len(self.known_inner)

    @property
    def shape(self) -> tuple[object, ...]:
        """What two branches share that can be told in one sentence."""
        has_own = self.own == self.known_own and bool(self.own)
        if len(self.own) not in (0, len(self.known_own)):
            return (self.value,)
        if self.inner and len(self.inner) == len(self.known_inner):
            return (has_own, self.noun)
        return (has_own, self.noun, tuple(sorted(self.inner)))


def name_bundles(bundles: Iterable[str], dimensions: Dimensions) -> str:
    """Return what people call these bundles together; `dimensions` holds all there are."""
    chosen = _in_order(bundles, dimensions)
    if not chosen:
        return "no bundle"
    known = len(dimensions)
    if len(chosen) == known and known > 1:
        return _all(known, "bundle")
    if len(chosen) <= _LISTED:
        return ", ".join(chosen)
    texts = [
        text
        for text in (_parts(chosen, dimensions), _all_but(chosen, dimensions))
        if text is not None
    ]
    return min(texts, key=len) if texts else _counted(chosen, dimensions)


def count_bundles(bundles: Iterable[str], dimensions: Dimensions) -> str:
    """Return how many these are: `39 of 200 bundles`, `all 200 bundles`, `1 of 2 bundles`."""
    number, known = len(_in_order(bundles, dimensions)), len(dimensions)
    if number >= known:
        return _all(number, "bundle")
    return f"{number:,} of {known:,} bundles"


def plural(noun: str) -> str:
    """Return a noun for several things; names of dimensions are nouns as a rule."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def _in_order(bundles: Iterable[str], dimensions: Dimensions) -> tuple[str, ...]:
    """Return names once each, in the order of the project; unknown ones last."""
    given = frozenset(bundles)
    known = [name for name in dimensions if name in given]
    return (*known, *sorted(given.difference(known)))


def _all_but(chosen: Sequence[str], dimensions: Dimensions) -> str | None:
    """Return `every bundle but X` where X is short; None where it is not."""
    given = frozenset(chosen)
    rest = [name for name in dimensions if name not in given]
    if not rest or len(given) + len(rest) != len(dimensions):
        return None
    if len(rest) < _LISTED:
        return f"every bundle but {', '.join(rest)}"
    leading = _leading(dimensions)
    if any(leading not in dimensions[name] for name in rest):
        return None
    left = [each for each in _branches(rest, dimensions) if each.own or each.inner]
    is_one = len(left) == 1 and left[0].is_whole
    return f"every bundle but those of {left[0].value}" if is_one else None


def _parts(chosen: Sequence[str], dimensions: Dimensions) -> str | None:
    """Return the branches with the chosen ones of each; None where that is too much to read."""
    leading = _leading(dimensions)
    if any(leading not in dimensions.get(name, {}) for name in chosen):
        return None
    branches = list(_branches(chosen, dimensions))
    alike: dict[tuple[object, ...], list[_Branch]] = {}
    for branch in branches:
        if branch.own or branch.inner:
            alike.setdefault(branch.shape, []).append(branch)
    if len(alike) > _MAX_PARTS:
        return None
    texts = [_part(group, len(branches), leading) for group in alike.values()]
    return "; ".join(texts)


def _part(group: Sequence[_Branch], known: int, leading: str) -> str:
    """Name branches of one shape."""
    first, is_one = group[0], len(group) == 1
    heads = ", ".join(each.name for each in group)
    if not first.inner:
        # Several bundles of one value can have no other dimension.
        return ", ".join(name for each in group for name in each.own)
    if len(first.own) not in (0, len(first.known_own)):
        return f"{len(first.own) + len(first.inner)} bundles of {first.value}"
    inner = _inner(group)
    if not first.own:
        values = ", ".join(each.value for each in group)
        where = _all(known, leading) if len(group) == known > 1 else values
        return f"{inner} of {where}"
    return f"{heads} and {inner}" + ("" if is_one else " of each")


def _inner(group: Sequence[_Branch]) -> str:
    first = group[0]
    number, known, noun = len(first.inner), len(first.known_inner), first.noun
    if any(len(each.inner) != len(each.known_inner) for each in group):
        if number < _LISTED and noun not in _MIXED:
            values = ", ".join(str(key[0]) for key in first.inner)
            return f"{noun if number == 1 else plural(noun)} {values}"
        is_same = len({len(each.known_inner) for each in group}) == 1
        of = f" of {known:,}" if is_same else ""
        return f"{number:,}{of} {plural(noun)}"
    if len({len(each.known_inner) for each in group}) > 1:
        return f"all {plural(noun)}"
    return _all(known, noun)


def _counted(chosen: Sequence[str], dimensions: Dimensions) -> str:
    """Return how many there are, of each value of the first dimension where these are few."""
    total = f"{len(chosen):,} of {len(dimensions):,} bundles"
    leading = _leading(dimensions)
    if any(leading not in dimensions.get(name, {}) for name in chosen):
        listed = ", ".join(chosen[:_LISTED])
        return f"{listed} and {len(chosen) - _LISTED:,} more"
    counted = {
        each.value: len(each.own) + len(each.inner)
        for each in _branches(chosen, dimensions)
        if each.own or each.inner
    }
    if len(counted) > _LISTED + 1:
        return total
    return f"{total} ({', '.join(f'{number:,} of {value}' for value, number in counted.items())})"


def _branches(chosen: Sequence[str], dimensions: Dimensions) -> Iterable[_Branch]:
    """Yield a branch for each value of the first dimension, in the order of the project."""
    given = frozenset(chosen)
    leading = _leading(dimensions)
    by_value: dict[str, list[str]] = {}
    for name, bound in dimensions.items():
        if leading in bound:
            by_value.setdefault(bound[leading], []).append(name)
    for value, names in by_value.items():
        own = tuple(name for name in names if len(dimensions[name]) == 1)
        rest = [name for name in names if len(dimensions[name]) > 1]
        keys: dict[str, _Key]
        others = {name: _others(dimensions[name], leading) for name in rest}
        nouns = {tuple(key for key, _ in each) for each in others.values()}
        # Only where the others differ in one and the same dimension is it their name.
        dimension = next(iter(nouns)) if len(nouns) == 1 else ()
        if len(dimension) == 1:
            noun = dimension[0]
            keys = {name: (others[name][0][1],) for name in rest}
        else:
            noun = _MIXED[0 if own else 1]
            keys = {name: others[name] for name in rest}
        yield _Branch(
            value,
            own,
            tuple(name for name in own if name in given),
            {keys[name]: name for name in rest},
            {keys[name]: name for name in rest if name in given},
            noun,
        )


def _others(bound: Mapping[str, str], leading: str) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in bound.items() if key != leading)


def _leading(dimensions: Dimensions) -> str:
    """Return the dimension that most bundles have; of several, the first."""
    counts: dict[str, int] = {}
    for bound in dimensions.values():
        for key in bound:
            counts[key] = counts.get(key, 0) + 1
    return max(counts, key=lambda key: counts[key], default="")


def _all(number: int, noun: str) -> str:
    if number == 1:
        return f"the only {noun}"
    return f"both {plural(noun)}" if number == 2 else f"all {number:,} {plural(noun)}"
