"""Whether every value that one JSON Schema accepts is accepted by another.

Takes two schemas of draft 2020-12 and returns a `Verdict`. "Yes" is proved from the keywords, and
"no" by a value that the validator accepts for one schema and refuses for the other. What is neither
is not decided: `pattern`, `format`, `not`, `contains` and the like are understood only where both
sides say the same. Nothing is retrieved; references lead into the schema itself, and a schema may
contain itself. Knows nothing of prompts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from gitconfig_tool.pointer import Path
from gitconfig_tool.prompts.keyword_gaps import ABSENT, ANY_KIND, KEYWORDS, At, Found, Gap
from gitconfig_tool.prompts.value_sets import (
    Conjunction,
    Document,
    Part,
    Schema,
    TooComplexError,
    canonical,
    is_empty_part,
    parts,
)
from gitconfig_tool.prompts.witnesses import MOST, samples, values_of

__all__ = ["ABSENT", "Answer", "Gap", "Verdict", "subsumes"]

# Steps of a proof; schemas of people take a few hundred.
_MAX_STEPS = 5_000
_MAX_NESTED = 40


class Answer(Enum):
    """What is known: proved, refuted by a value, or neither."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, and every place that stands against a yes."""

    answer: Answer
    gaps: tuple[Gap, ...] = ()


def subsumes(inner: Schema, outer: Schema) -> Verdict:
    """Tell whether `outer` accepts every value that `inner` accepts."""
    check = _Check(Document(inner), Document(outer))
    try:
        found = check.within((inner,), outer, ())
    except (TooComplexError, RecursionError):
        return Verdict(Answer.UNKNOWN, (Gap((), "complexity", ABSENT, ABSENT),))
    gaps = tuple(check.confirmed(each) for each in found)
    if not gaps:
        return Verdict(Answer.YES)
    # The same place is come to by several alternatives of one schema.
    unique = {(each.path, each.keyword, bool(each.witness)): each for each in reversed(gaps)}
    proved = any(each.witness for each in gaps)
    return Verdict(Answer.NO if proved else Answer.UNKNOWN, tuple(reversed(unique.values())))


class _Check:
    """One proof: the values of `inner` against the keywords of `outer`."""

    def __init__(self, inner: Document, outer: Document) -> None:
        self.inner = inner
        self.outer = outer
        self._steps = 0
        # What is being proved. Coming to it again, one value deeper, it may be assumed: JSON values
        # end, so a value that showed it wrong would hold a smaller one that does.
        self._open: set[tuple[str, str]] = set()
        self.is_same = canonical(inner.root) == canonical(outer.root)

    def within(self, schemas: Conjunction, outer: Schema, path: Path) -> list[Found]:
        """Return what stands against `outer` accepting all that `schemas` accept together."""
        if outer is True or outer == {}:
            return []
        key = (canonical(schemas), canonical(outer))
        if key in self._open:
            return []
        self._open.add(key)
        try:
            found = []
            for part in parts(schemas, self.inner):
                if not is_empty_part(part):
                    found += self.part_within(part, outer, path, 0)
            return found
        finally:
            self._open.discard(key)

    def part_within(self, part: Part, outer: Schema, path: Path, depth: int) -> list[Found]:
        """Return what stands against `outer` accepting a part."""
        self._steps += 1
        if self._steps > _MAX_STEPS or depth > _MAX_NESTED:
            raise TooComplexError
        if outer is True:
            return []
        if outer is False:
            return [Found(Gap(path, "false", ABSENT, False), tuple(samples(part)))]
        if self._is_said(part, outer):
            return []
        values = part.values()
        if values is not None:
            refused = [value for value in values if not self.outer.accepts(outer, value)]
            if not refused:
                return []
            if any("enum" in each or "const" in each for each in part.schemas):
                listed = outer.get("enum", [outer["const"]] if "const" in outer else ABSENT)
                return [Found(Gap(path, "enum", refused, listed), tuple(refused[:MOST]))]
        found: list[Found] = []
        for keyword in outer:
            check = KEYWORDS.get(part.kind, {}).get(keyword) or ANY_KIND.get(keyword)
            if check is not None:
                found += check(At(self, part, outer, keyword, path, depth))
        return found

    def _is_said(self, part: Part, outer: Mapping[str, Any]) -> bool:
        """Tell whether a part's own schemas say just what `outer` says."""
        wanted = canonical(outer)
        if not self.is_same and '"$' in wanted:
            return False  # Its references may lead to something else.
        return any(canonical(schema) == wanted for schema in part.schemas)

    def confirmed(self, found: Found) -> Gap:
        """Return the gap with a value that shows it, if one of the candidates does."""
        for value in found.values:
            try:
                if self.inner.accepts(self.inner.root, value) and not self.outer.accepts(
                    self.outer.root, value
                ):
                    return replace(found.gap, witness=(value,))
            except TooComplexError:
                break
        return found.gap

    def in_property(self, part: Part, name: str, found: list[Found]) -> Iterator[Found]:
        """Put the values of a property into mappings of the part."""
        around_it = next(samples(part), None)
        for each in found:
            values = () if around_it is None else ({**around_it, name: v} for v in each.values)
            yield Found(each.gap, tuple(values))

    def in_item(self, part: Part, index: int, found: list[Found]) -> Iterator[Found]:
        """Put the values of an item into lists of the part."""
        before = [values_of(part.item_schemas(at), part.document)[:1] for at in range(index)]
        fewest = part.most("minItems") or 0
        behind = [
            values_of(part.item_schemas(at), part.document)[:1]
            for at in range(index + 1, min(fewest, 100))
        ]
        is_whole = all(before) and all(behind)
        for each in found:
            lists = (
                [*(b[0] for b in before), value, *(b[0] for b in behind)] for value in each.values
            )
            yield Found(each.gap, tuple(lists) if is_whole else ())
