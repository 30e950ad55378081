"""The repair `Reorder`: entries of a mapping in another order. Takes syntax; returns text.

Each entry moves with the comments beside it and directly above it. Blank lines, and comments that a
blank line parts from the entry below them, keep their place: they are often a heading.
"""

from collections.abc import Sequence

from gitconfig_tool.document.text import LINE_BREAK
from gitconfig_tool.fix.syntax import BLANKS, CannotError, Place, Syntax, edited


def wanted_order(names: Sequence[str], first: Sequence[str]) -> list[str]:
    """Return the names with those in `first` at the front, the others as they are."""
    known = set(names)
    return [name for name in dict.fromkeys((*first, *names)) if name in known]


def reorder(syntax: Syntax, mappings: Sequence[tuple[Place, tuple[str, ...]]]) -> str:
    """Reorder mappings of which none lies within another."""
    edits: list[tuple[int, int, str]] = []
    for place, first in mappings:
        names = [str(name) for name in place.parts]
        chunks = _flow_chunks(syntax, place) if place.flow else _block_chunks(syntax, place)
        by_name = dict(zip(names, chunks, strict=True))
        for (start, end), name in zip(chunks, wanted_order(names, first), strict=True):
            edits.append((start, end, syntax.text[slice(*by_name[name])]))
    return edited(syntax.text, edits)


def _flow_chunks(syntax: Syntax, place: Place) -> list[tuple[int, int]]:
    parts = place.parts.values()
    ends = [place.start, *(part.end for part in parts)]
    starts = [*(part.start for part in parts), place.end]
    for start, end in zip(ends, starts, strict=True):
        if syntax.comments_between(start, end):
            raise CannotError("nothing says which entry a comment between the brackets belongs to")
    return [(part.start, part.end) for part in parts]


def _block_chunks(syntax: Syntax, place: Place) -> list[tuple[int, int]]:
    """Return the text that each entry takes along, without the last line break."""
    text = syntax.text
    parts = list(place.parts.values())
    column = syntax.column(parts[0].start) if parts else 0
    chunks: list[tuple[int, int]] = []
    lowest = 0  # Where the chunk before ends.
    for number, part in enumerate(parts):
        start = part.start
        for comment in reversed(syntax.comments_between(lowest, part.start)):
            if not comment.alone or not _is_next_line(text[comment.end : start]):
                break
            if syntax.column(comment.start) != column:
                break
            start = comment.start
        end = syntax.line_end(part.end)
        limit = parts[number + 1].start if number + 1 < len(parts) else len(text)
        for comment in syntax.comments_between(end, limit):
            # A deeper comment below an entry speaks of the entry above it.
            deeper = comment.alone and syntax.column(comment.start) > column
            if not deeper or not _is_next_line(text[end : comment.start]):
                break
            end = comment.end
        chunks.append((start, end))
        lowest = end
    return chunks


def _is_next_line(between: str) -> bool:
    """Tell whether a text is blanks and one line break: what follows stands on the next line."""
    return not between.strip(BLANKS) and len(LINE_BREAK.findall(between)) == 1
