"""The repair `Remove`: entries and items out of a text. Takes syntax and paths; returns text.

What becomes empty goes too, up to the whole value of the file. A comment goes only where it stands
on a line of which nothing else stays; a comment on a line of its own always stays.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gitconfig_tool.fix.syntax import BLANKS, CannotError, Part, Path, Place, Syntax

# Each line with its break, as YAML 1.2.2 section 5.4 has them.
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


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
    if _plan(syntax, syntax.root, sorted(set(paths), key=len), cuts):
        cuts = [_Cut(syntax.root.start, syntax.root.end, 0)]
    _check_anchors(syntax, cuts)
    return _without(syntax, _joined(syntax.text, cuts))


def _plan(syntax: Syntax, place: Place, paths: Sequence[Path], cuts: list[_Cut]) -> bool:
    """Collect the cuts within a node; return True where the whole node goes."""
    if () in paths:
        return True
    parts = place.parts or ()
    gone: list[Part] = []
    within: list[_Cut] = []
    for part in parts:
        below = [path[1:] for path in paths if path[0] == part.name]
        if below and _plan(syntax, part.value, below, within):
            gone.append(part)
    if parts and len(gone) == len(parts):
        if place.tagged:
            raise CannotError("it is the last in a mapping or list that carries a tag")
        return True
    missing = {path[0] for path in paths} - {part.name for part in parts}
    if missing:
        raise CannotError("the value is written elsewhere, and repeated here by an alias")
    if gone and place.anchor in {name for name, _ in syntax.aliases}:
        raise CannotError(f"the mapping or list around it is repeated by the alias *{place.anchor}")
    cuts += within
    if gone:
        cuts += _flow_cuts(syntax, parts, gone) if place.flow else _block_cuts(syntax, parts, gone)
    return False


def _block_cuts(syntax: Syntax, parts: Sequence[Part], gone: Sequence[Part]) -> list[_Cut]:
    cuts = [_cut(syntax, part.start, part.end) for part in gone]
    first = next(part for part in parts if part not in gone)
    start = parts[0].start
    before = syntax.text[syntax.line_start(start) : start]
    comments = [each for each in syntax.comments if each.alone and start < each.start < first.start]
    if first is not parts[0] and before.strip(BLANKS) and not comments:
        # The `- ` of a list stands before the first entry: the first that stays moves up to it.
        cuts.append(_cut(syntax, start, first.start))
    return cuts


def _flow_cuts(syntax: Syntax, parts: Sequence[Part], gone: Sequence[Part]) -> list[_Cut]:
    text = syntax.text
    stays = [part for part in parts if part not in gone]
    cuts = []
    for part in gone:
        start = part.start
        if start > stays[-1].end:
            # Nothing comes behind it but the bracket: the blanks before it go too.
            start = len(text[:start].rstrip(" \t"))
        cuts.append(_Cut(start, part.end, syntax.column(part.start)))
    for part in parts:
        # The last that stays keeps a comma only where the last of all had one.
        is_needed = part in stays and (part is not stays[-1] or parts[-1].comma is not None)
        if part.comma is None or is_needed:
            continue
        end = part.comma + 1
        if part in gone:
            behind = len(text) - len(text[end:].lstrip(" \t"))
            if text[behind : behind + 1] != "#":  # A comment needs the blank before it.
                end = behind
        cuts.append(_cut(syntax, part.comma, end))
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
        return any(cut.start <= index < cut.end for cut in cuts)

    gone = {name for name, index in syntax.anchors if goes(index)}
    for name, index in syntax.aliases:
        if name in gone and not goes(index):
            raise CannotError(f"the alias *{name} repeats the value elsewhere in the file")


def _without(syntax: Syntax, cuts: Sequence[_Cut]) -> str:
    """Return the text without the cuts; a line of which at most a comment is left goes."""
    text = syntax.text
    alone = {syntax.line_start(each.start): each for each in syntax.comments if each.alone}
    beside = {syntax.line_start(each.start): each for each in syntax.comments if not each.alone}
    written: list[str] = []
    left = ""  # What is left so far of lines whose break goes.
    start = 0
    for line in _LINES.findall(text):
        end = start + len(line)
        here = [cut for cut in cuts if cut.start < end and cut.end > start]
        break_at = start + len(line.rstrip("\r\n"))
        comment = beside.get(start)
        if not here:
            written.append(left + line)
            left = ""
        elif start in alone:
            # A comment on a line of its own, within what goes.
            if left.strip(BLANKS):
                written.append(left.rstrip(BLANKS) + text[break_at:end])
            found = alone[start]
            indent = " " * here[0].column
            written.append(f"{indent}{text[found.start : found.end]}{text[break_at:end]}")
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
        start = end
    return "".join(written)


def _outside(text: str, start: int, end: int, cuts: Sequence[_Cut]) -> str:
    """Return what the cuts leave of a range."""
    kept = []
    for cut in cuts:
        kept.append(text[start : max(start, min(cut.start, end))])
        start = max(start, min(cut.end, end))
    return "".join([*kept, text[start:end]])
