"""The repair `Remove`: entries and items out of a text. Takes syntax and paths; returns text.

What becomes empty goes too, up to the whole value of the file. A comment goes only where it stands
on a line of which nothing else stays; a comment on a line of its own always stays.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from gitconfig_tool.fix.syntax import BLANKS, CannotError, Path, Place, Syntax


@dataclass(frozen=True, slots=True)
class _Cut:
    """A range of the text that goes, and how far comments are indented that stay within it."""

    start: int
    end: int
    column: int


def remove(syntax: Syntax, paths: Iterable[Path]) -> str:
    """Remove the values at paths, with their keys and with what they leave empty."""
    if syntax.root is None:
        raise CannotError("the file holds no value")
    cuts: list[_Cut] = []
    aliases = frozenset(name for name, _ in syntax.aliases)
    if _plan(syntax, syntax.root, list(set(paths)), aliases, cuts):
        cuts = [_Cut(syntax.root.start, syntax.root.end, 0)]
    cuts = _joined(syntax.text, cuts)
    _check_anchors(syntax, cuts)
    return _without(syntax, cuts)


def _plan(
    syntax: Syntax,
    place: Place,
    paths: Sequence[Path],
    aliases: frozenset[str],
    cuts: list[_Cut],
) -> bool:
    """Collect the cuts within a node; return True where the whole node goes."""
    if () in paths:
        return True
    below: dict[str | int, list[Path]] = {}
    for path in paths:
        below.setdefault(path[0], []).append(path[1:])
    gone: set[str | int] = set()
    within: list[_Cut] = []
    for name, rest in below.items():
        if name not in place.parts:
            raise CannotError("the value is written elsewhere, and repeated here by an alias")
        if _plan(syntax, place.parts[name].value, rest, aliases, within):
            gone.add(name)
    if len(gone) == len(place.parts):
        if place.tagged:
            raise CannotError("it is the last in a mapping or list that carries a tag")
        return True
    if gone and place.anchor in aliases:
        raise CannotError(f"the mapping or list around it is repeated by the alias *{place.anchor}")
    cuts += within
    if gone:
        cuts += _flow_cuts(syntax, place, gone) if place.flow else _block_cuts(syntax, place, gone)
    return False


def _block_cuts(syntax: Syntax, place: Place, gone: Set[str | int]) -> list[_Cut]:
    cuts = [_cut(syntax, place.parts[name].start, place.parts[name].end) for name in gone]
    start = next(iter(place.parts.values())).start
    first = next(part.start for name, part in place.parts.items() if name not in gone)
    is_beside = bool(syntax.text[syntax.line_start(start) : start].strip(BLANKS))
    between = any(each.alone for each in syntax.comments_between(start, first))
    if first > start and is_beside and not between:
        # The `- ` of a list stands before the first entry: the first that stays moves up to it.
        cuts.append(_cut(syntax, start, first))
    return cuts


def _flow_cuts(syntax: Syntax, place: Place, gone: Set[str | int]) -> list[_Cut]:
    text = syntax.text
    *_, last_of_all = place.parts.values()
    *_, last_that_stays = (part for name, part in place.parts.items() if name not in gone)
    cuts = []
    for name, part in place.parts.items():
        comma = part.comma
        if name not in gone:
            # The last that stays keeps a comma only where the last of all had one.
            is_needed = part is not last_that_stays or last_of_all.comma is not None
            if comma is not None and not is_needed:
                cuts.append(_cut(syntax, comma, comma + 1))
            continue
        start = part.start
        while start > last_that_stays.end and text[start - 1] in " \t":
            start -= 1  # Nothing comes behind it but the bracket: the blanks before it go too.
        cuts.append(_Cut(start, part.end, syntax.column(part.start)))
        if comma is not None:
            end = comma + 1
            while text[end] in " \t":
                end += 1
            # A comment needs the blank before it.
            cuts.append(_cut(syntax, comma, comma + 1 if text[end] == "#" else end))
    return cuts


def _cut(syntax: Syntax, start: int, end: int) -> _Cut:
    return _Cut(start, end, syntax.column(start))


def _joined(text: str, cuts: Iterable[_Cut]) -> list[_Cut]:
    """Join cuts that overlap, or between which a line has blanks only."""
    joined: list[_Cut] = []
    for cut in sorted(cuts, key=lambda each: (each.start, each.end)):
        last = joined[-1] if joined else None
        if last is not None and not text[last.end : cut.start].strip(" \t"):
            joined[-1] = _Cut(last.start, max(last.end, cut.end), last.column)
        else:
            joined.append(cut)
    return joined


def _check_anchors(syntax: Syntax, cuts: Sequence[_Cut]) -> None:
    def goes(index: int) -> bool:
        number = bisect_right(cuts, index, key=lambda each: each.start) - 1
        return number >= 0 and index < cuts[number].end

    gone = {name for name, index in syntax.anchors if goes(index)}
    for name, index in syntax.aliases:
        if name in gone and not goes(index):
            raise CannotError(f"the alias *{name} repeats the value elsewhere in the file")


def _without(syntax: Syntax, cuts: Sequence[_Cut]) -> str:
    """Return the text without the cuts; a line of which at most a comment is left goes."""
    text = syntax.text
    comments = {syntax.line_start(each.start): each for each in syntax.comments}
    written: list[str] = []
    left = ""  # What is left so far of lines whose break goes.
    number = 0  # Of the first cut that does not end before the line.
    for start, end in pairwise((*syntax.line_starts, len(text))):
        while number < len(cuts) and cuts[number].end <= start:
            number += 1
        here = cuts[number : bisect_left(cuts, end, lo=number, key=lambda each: each.start)]
        break_at = start + len(text[start:end].rstrip("\r\n"))
        comment = comments.get(start)
        if not here:
            written.append(left + text[start:end])
            left = ""
        elif comment is not None and comment.alone:
            # It stays, though it stands within what goes.
            if left.strip(BLANKS):
                written.append(left.rstrip(BLANKS) + text[break_at:end])
            indent = " " * here[0].column
            written.append(f"{indent}{text[comment.start : comment.end]}{text[break_at:end]}")
            left = indent if left.strip(BLANKS) else ""
        else:
            code_end = comment.start if comment is not None else break_at
            code = left + _outside(text, start, code_end, here)
            rest = _outside(text, code_end, break_at, here)
            joins = break_at < end and any(cut.start <= break_at < cut.end for cut in here)
            if joins:
                left = code
            elif code.strip(BLANKS):
                written.append((code + rest).rstrip(BLANKS) + text[break_at:end])
                left = ""
            else:
                left = ""
    return "".join(written)


def _outside(text: str, start: int, end: int, cuts: Sequence[_Cut]) -> str:
    """Return what the cuts leave of a range."""
    kept = []
    for cut in cuts:
        kept.append(text[start : max(start, min(cut.start, end))])
        start = max(start, min(cut.end, end))
    return "".join([*kept, text[start:end]])
