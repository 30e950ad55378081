"""The repair `Reorder`: entries of a mapping in another order. Takes syntax; returns text.

Each entry moves with the comments beside it and directly above it. Blank lines, and comments that a
blank line parts from the entry below them, keep their place: they are often a heading.
"""

import re
from collections.abc import Sequence

from gitconfig_tool.fix.syntax import BLANKS, CannotError, Place, Syntax

_BREAK = re.compile(r"\r\n|\r|\n")


def wanted_order(names: Sequence[str], first: Sequence[str]) -> list[str]:
    """Return the names with those in `first` at the front, the others as they are."""
    return [name for name in dict.fromkeys((*first, *names)) if name in names]


def reorder(syntax: Syntax, mappings: Sequence[tuple[Place, tuple[str, ...]]]) -> str:
    """Reorder mappings of which none lies within another."""
    text = syntax.text
    for place, first in sorted(mappings, key=lambda each: each[0].start, reverse=True):
        parts = place.parts or ()
        names = [str(part.name) for part in parts]
        chunks = _flow_chunks(syntax, place) if place.flow else _block_chunks(syntax, place)
        order = [names.index(name) for name in wanted_order(names, first)]
        moved = [text[slice(*chunks[number])] for number in order]
        for (start, end), content in reversed(list(zip(chunks, moved, strict=True))):
            text = f"{text[:start]}{content}{text[end:]}"
    return text


def _flow_chunks(syntax: Syntax, place: Place) -> list[tuple[int, int]]:
    parts = place.parts or ()
    within = [each for each in syntax.comments if place.start < each.start < place.end]
    for comment in within:
        if not any(part.start < comment.start < part.end for part in parts):
            raise CannotError("nothing says which entry a comment between the brackets belongs to")
    return [(part.start, part.end) for part in parts]


def _block_chunks(syntax: Syntax, place: Place) -> list[tuple[int, int]]:
    """Return the text that each entry takes along, without the last line break."""
    text = syntax.text
    parts = place.parts or ()
    column = syntax.column(parts[0].start) if parts else 0
    alone = [each for each in syntax.comments if each.alone]
    chunks: list[tuple[int, int]] = []
    lowest = 0  # Where the chunk before ends.
    for number, part in enumerate(parts):
        above = [each for each in alone if lowest <= each.start < part.start]
        start = part.start
        for comment in reversed(above):
            if not _is_next_line(text[comment.end : start]):
                break
            if syntax.column(comment.start) != column:
                break
            start = comment.start
        end = _line_end(text, part.end)
        limit = parts[number + 1].start if number + 1 < len(parts) else len(text)
        for comment in alone:
            # A deeper comment below an entry speaks of the entry above it.
            if end < comment.start < limit:
                deeper = syntax.column(comment.start) > column
                if not deeper or not _is_next_line(text[end : comment.start]):
                    break
                end = comment.end
        chunks.append((start, end))
        lowest = end
    return chunks


def _line_end(text: str, index: int) -> int:
    """Return where the line of a place ends, without blanks and line break."""
    ends = [found for char in "\r\n" if (found := text.find(char, index)) >= 0]
    end = min(ends, default=len(text))
    return index + len(text[index:end].rstrip(BLANKS))


def _is_next_line(between: str) -> bool:
    """Tell whether a text is blanks and one line break: what follows stands on the next line."""
    return not between.strip(BLANKS) and len(_BREAK.findall(between)) == 1
