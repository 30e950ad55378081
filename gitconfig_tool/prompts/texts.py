"""Texts of prompts that know where each of their characters stands.

A template may lie in the prompt file itself or in a file of its own, and may hold the texts of
partials. Whatever is found at an offset of the whole is shown at its place. Reads nothing.
"""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Protocol

from gitconfig_tool.diagnostics import Note, Span
from gitconfig_tool.document import ScalarNode
from gitconfig_tool.prompts.places import span_in_scalar


class Origin(Protocol):
    """Where a text is written: `ScalarOrigin` or `FileOrigin`."""

    def span(self, offset: int, length: int, /) -> Span:
        """Return the place of some characters; it never crosses a line."""


@dataclass(frozen=True, slots=True)
class ScalarOrigin:
    """A text that is a value in a YAML file; `source` is the text of that file."""

    path: str
    source: str
    node: ScalarNode

    def span(self, offset: int, length: int) -> Span:
        """Return the place of some characters; it never crosses a line."""
        return span_in_scalar(self.source, self.path, self.node, offset, length)


@dataclass(frozen=True, slots=True)
class FileOrigin:
    """A text that is a whole file, its lines ended by `\\n`."""

    path: str
    text: str

    def span(self, offset: int, length: int) -> Span:
        """Return the place of some characters; it never crosses a line."""
        offset = min(offset, len(self.text))
        line = self.text.count("\n", 0, offset) + 1
        column = offset - (self.text.rfind("\n", 0, offset) + 1) + 1
        stop = self.text.find("\n", offset)
        rest = (len(self.text) if stop < 0 else stop) - offset
        return Span(self.path, line, column, line, column + max(min(length, rest), 1))


@dataclass(frozen=True, slots=True)
class Included:
    """An include that a text went through: `ID@VERSION`, and where it is included."""

    partial: str
    span: Span


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a text, up to the next segment: from `start`, it is `origin` from `offset` on.

    `is_fixed` says that the tool wrote it in the place of what stands at `offset`. `through` are
    the includes that led to the part, the outermost first.
    """

    start: int
    origin: Origin
    offset: int
    is_fixed: bool = False
    through: tuple[Included, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text and its segments, the first of which starts at 0."""

    text: str
    segments: tuple[Segment, ...]

    @classmethod
    def whole(cls, text: str, origin: Origin) -> "PlacedText":
        """Return a text that stands in one place."""
        return cls(text, (Segment(0, origin, 0),))

    def segment(self, offset: int) -> Segment:
        """Return the segment that an offset lies in."""
        starts = [segment.start for segment in self.segments]
        return self.segments[max(bisect_right(starts, offset) - 1, 0)]

    def span(self, offset: int, length: int = 1) -> Span:
        """Return the place of some characters, in the file where they are written."""
        segment = self.segment(offset)
        if segment.is_fixed:
            return segment.origin.span(segment.offset, 1)
        return segment.origin.span(segment.offset + offset - segment.start, length)

    def notes(self, offset: int) -> tuple[Note, ...]:
        """Return which includes led to a place; none for what the prompt itself says."""
        through = self.segment(offset).through
        return tuple(Note(f"includes {each.partial}", each.span) for each in reversed(through))
