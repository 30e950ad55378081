"""Partials put in their places: from a text with `{% include "alias" %}` to one that stands alone.

What is delivered renders without the project, to the same characters as if the engine had included
the partials: what an `include` sees and sets stays as Jinja2 has it, and so does white space.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gitconfig_tool.prompts.syntax import IncludeTag
from gitconfig_tool.prompts.texts import Included, PlacedText, Segment


@dataclass(frozen=True, slots=True)
class Insert:
    """A partial as it is put into a text, complete itself.

    `name` is `ID@VERSION`. `sets` says that it sets a variable or defines a macro.
    """

    name: str
    placed: PlacedText
    sets: bool

    @classmethod
    def of(cls, name: str, placed: PlacedText, sets: bool) -> "Insert":
        """Return a partial that any tag may follow: `{` and a tag would be another tag."""
        if placed.text.endswith("{"):
            at = len(placed.text) - 1
            last = placed.segment(at)
            bracket = Segment(
                at, last.origin, last.offset + at - last.start, is_fixed=True, through=last.through
            )
            segments = tuple(each for each in placed.segments if each.start < at)
            placed = PlacedText(placed.text[:-1] + '{{ "{" }}', (*segments, bracket))
        return cls(name, placed, sets)


def expanded_length(text: str, tags: tuple[IncludeTag, ...], inserts: Mapping[str, Insert]) -> int:
    """Return about how long a text gets, before it is made."""
    found = (inserts[tag.alias] for tag in tags if tag.alias is not None)
    return len(text) + sum(len(each.placed.text) + len(each.name) + 40 for each in found)


def expand(
    own: PlacedText, tags: tuple[IncludeTag, ...], inserts: Mapping[str, Insert]
) -> PlacedText:
    """Return a text with its partials in place; `inserts` has every alias of its tags.

    `own` stands in one place.
    """
    if not tags:
        return own
    origin = own.segments[0].origin
    writer = _Writer([], [], 0)
    position = 0
    for tag in tags:
        insert = inserts[str(tag.alias)]
        writer.add(own.text[position : tag.start], Segment(0, origin, position))
        opening, closing = _around(tag, insert)
        writer.add(opening, Segment(0, origin, tag.start, is_fixed=True))
        writer.insert(insert, Included(insert.name, origin.span(tag.start, tag.end - tag.start)))
        writer.add(closing, Segment(0, origin, tag.start, is_fixed=True))
        position = tag.end
    writer.add(own.text[position:], Segment(0, origin, position))
    return PlacedText("".join(writer.parts), tuple(writer.segments))


@dataclass(slots=True)
class _Writer:
    parts: list[str]
    segments: list[Segment]
    length: int

    def add(self, text: str, segment: Segment) -> None:
        if text:
            self.segments.append(_moved(segment, self.length, segment.through))
            self.parts.append(text)
            self.length += len(text)

    def insert(self, insert: Insert, included: Included) -> None:
        for segment in insert.placed.segments:
            through = (included, *segment.through)
            self.segments.append(_moved(segment, self.length + segment.start, through))
        self.parts.append(insert.placed.text)
        self.length += len(insert.placed.text)


def _moved(segment: Segment, start: int, through: tuple[Included, ...]) -> Segment:
    return Segment(start, segment.origin, segment.offset, segment.is_fixed, through)


def _around(tag: IncludeTag, insert: Insert) -> tuple[str, str]:
    """Return what stands before and behind a partial.

    Comments, which every renderer knows, keep the marks for white space, and keep those of the
    partial from reaching what stands around it. A scope is only there where it makes a difference.
    """
    opening, closing = f"{{#{tag.left} {insert.name} #}}", f"{{# end {tag.right}#}}"
    if insert.sets:
        opening = f"{{%{tag.left} with %}}{{# {insert.name} #}}"
        closing = f"{{% endwith {tag.right}%}}"
    return opening, closing
