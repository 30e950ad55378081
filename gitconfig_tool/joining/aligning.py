"""Three versions of a sequence, cut into chunks that belong together. Pure.

This is what diff3 does: a stretch that both sides left alone stands by itself, and so does a
stretch that one side or both changed.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, TypeVar

# Where a chunk lies in the base, on our side and on theirs.
Chunk = tuple[range, range, range]
# Items that are compared to align two sequences; larger ones count as changed throughout.
_MAX_COMPARED = 4_000_000
_T = TypeVar("_T")


def chunks(base: Sequence[Any], ours: Sequence[Any], theirs: Sequence[Any]) -> Iterator[Chunk]:
    """Yield the chunks of three sequences in their order; items are compared by `==`.

    Stretches that are alike in all three are yielded one item at a time.
    """
    to_ours, to_theirs = _matches(base, ours), _matches(base, theirs)
    kept = [-1, *(at for at in sorted(to_ours) if at in to_theirs), len(base)]
    to_ours |= {-1: -1, len(base): len(ours)}
    to_theirs |= {-1: -1, len(base): len(theirs)}
    for before, after in pairwise(kept):
        chunk = (
            range(before + 1, after),
            range(to_ours[before] + 1, to_ours[after]),
            range(to_theirs[before] + 1, to_theirs[after]),
        )
        if any(chunk):
            yield chunk
        if after < len(base):
            o, t = to_ours[after], to_theirs[after]
            yield range(after, after + 1), range(o, o + 1), range(t, t + 1)


def merge_lines(base: Sequence[_T], ours: Sequence[_T], theirs: Sequence[_T]) -> list[_T] | None:
    """Merge lines; None where both sides changed one stretch in two ways."""
    merged: list[_T] = []
    for b, o, t in chunks(base, ours, theirs):
        old, mine, other = _part(base, b), _part(ours, o), _part(theirs, t)
        if other in (old, mine):
            merged += mine
        elif mine == old:
            merged += other
        else:
            return None
    return merged


def merge_comments(base: Sequence[_T], ours: Sequence[_T], theirs: Sequence[_T]) -> list[_T]:
    """Merge lines of comments: where both sides changed a stretch, the lines of both stay."""
    merged: list[_T] = []
    for b, o, t in chunks(base, ours, theirs):
        old, mine, other = _part(base, b), _part(ours, o), _part(theirs, t)
        if other in (old, mine):
            merged += mine
        elif mine == old:
            merged += other
        else:
            merged += mine
            merged += [line for line in other if line not in mine and line not in old]
    return merged


def _part(items: Sequence[_T], at: range) -> list[_T]:
    return list(items[at.start : at.stop])


def _matches(one: Sequence[Any], other: Sequence[Any]) -> dict[int, int]:
    if len(one) * len(other) > _MAX_COMPARED:
        return {}
    # Shapes hold lists and mappings, which have no hash: their text has.
    a, b = ([repr(each) for each in items] for items in (one, other))
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return {
        block.a + n: block.b + n
        for block in matcher.get_matching_blocks()
        for n in range(block.size)
    }
