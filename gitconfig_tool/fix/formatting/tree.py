"""A YAML file as it is written: values with the comments and blank lines that belong to them.

Pure data. What is written in one way or another with the same meaning (quotes, indentation, line
breaks between things) is kept only as far as the printed form depends on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field


class CannotFormatError(Exception):
    """A file that is left as it is; the text says why."""


@dataclass(slots=True)
class Beside:
    """A comment behind something on its line; `column` is where it stands, from 0."""

    text: str
    column: int


@dataclass(slots=True)
class Scalar:
    """A scalar. `written` is its text in the file, without tag and anchor; `column` its place.

    `properties` are the tag and the anchor as written. `parent_indent` is the indentation of the
    block around it, which the digit of a block scalar counts from.
    """

    properties: str
    written: str
    value: str
    style: str
    tag: str | None
    parent_indent: int = -1


@dataclass(slots=True)
class Alias:
    """`*name`."""

    written: str


@dataclass(slots=True)
class Part:
    """An entry of a mapping, or an item of a list, which has no key.

    `heading` are comments that a blank line parts from what follows: they keep their place. `lead`
    are the comments directly above. `blank` tells of a blank line before all of them. `header`
    stands behind the colon or the dash and before the value, `inner` are comments on lines of their
    own there, `beside` stands behind the value.
    """

    key: Scalar | None
    value: "Value | None" = None
    blank: bool = False
    heading: list[str] = field(default_factory=list)
    lead: list[str] = field(default_factory=list)
    header: Beside | None = None
    inner: list[str] = field(default_factory=list)
    beside: Beside | None = None


@dataclass(slots=True)
class Collection:
    """A mapping or a list. `foot` are the comments below its last part."""

    properties: str
    is_mapping: bool
    flow: bool
    column: int
    parts: list[Part] = field(default_factory=list)
    foot: list[str] = field(default_factory=list)
    has_comment: bool = False


Value = Scalar | Alias | Collection


@dataclass(slots=True)
class Written:
    """A whole file.

    `head` stands above `---`, or parted by a blank line from the first entry; `mark` is the comment
    behind `---`, `start` tells that `---` is written. `top` is the value with what stands around
    it, None where there is none. `foot` are comments below everything.
    """

    head: list[str]
    start: bool
    mark: Beside | None
    top: Part | None
    foot: list[str]
    has_anchors: bool


def comments_of(file: Written) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield every comment with the path of what it belongs to, and how it belongs to it.

    A heading belongs to the collection that it stands in: entries below it may change places.
    """
    for text in (*file.head, *file.foot):
        if text:
            yield (), "file", text
    if file.mark is not None:
        yield (), "mark", file.mark.text
    if file.top is not None:
        yield from _comments(file.top, (), ())


def _comments(
    part: Part, path: tuple[str | int, ...], around: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    for text in part.heading:
        if text:
            # At the top of the file, a heading and the head of the file are one thing.
            yield around, "file" if not around else "heading", text
    for text in part.lead:
        yield path, "lead", text
    for text in part.inner:
        if text:
            yield path, "inner", text
    for beside in (part.header, part.beside):
        if beside is not None:
            yield path, "beside", beside.text
    if isinstance(part.value, Collection):
        for number, inner in enumerate(part.value.parts):
            step = number if inner.key is None else inner.key.value
            yield from _comments(inner, (*path, step), path)
        for text in part.value.foot:
            if text:
                yield path, "file" if not path else "foot", text
