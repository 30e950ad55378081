"""YAML text to a `Written` file: which comment and which blank line belongs to what.

Takes text that `parse_document` has read without an error. Between two events of libyaml stand only
indicators, blanks and comments, so whatever begins with `#` there is a comment.

A comment on a line of its own belongs to what follows; where a block has ended and the comment is
indented as deep as that block, it is the block's last line. A comment behind something belongs to
it. A comment that a blank line parts from what follows is a heading: it keeps its place.
"""

import re
from dataclasses import dataclass, field

from gitconfig_tool.document.events import Event, EventKind, read_events
from gitconfig_tool.fix.formatting.tree import (
    Alias,
    Beside,
    CannotFormatError,
    Collection,
    Part,
    Scalar,
    Value,
    Written,
)

# YAML 1.2.2 section 6.9: a tag, verbatim or not, or an anchor. In brackets, a comma ends it.
_PROPERTY = re.compile(r"!<[^>\s]*>|[!&][^\s,\[\]{}]*")
_SPACE = re.compile(r"[ \t\n]+")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*")


@dataclass(slots=True)
class _Comment:
    text: str
    column: int
    alone: bool
    blank: bool  # A blank line stands before it.


@dataclass(slots=True)
class _Open:
    """A collection that is being read, and the part of it that waits for its value."""

    node: Collection
    key: Scalar | None = None
    part: Part | None = None
    # The lines between the key or the dash of a block and its first part.
    pending: list[str] = field(default_factory=list)


def read_written(text: str) -> Written:
    """Read a text, whose line breaks are all `\\n`; raises `CannotFormatError`."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._file = Written([], False, None, None, [], False)
        self._stack: list[_Open] = []
        # Blocks that have ended since the last scalar, the innermost first.
        self._closed: list[Collection] = []
        # What a comment on the same line belongs to: it is set to that.
        self._blank = False
        self._last: Part | None = None
        self._last_is_header = False

    def read(self) -> Written:
        for event in read_events(self._text):
            if event.kind is EventKind.DOCUMENT_START:
                self._document(event)
            elif event.kind is EventKind.COLLECTION_END:
                self._end(event)
            elif event.kind is EventKind.DOCUMENT_END:
                self._finish(event.start)
                self._at = event.end if event.explicit else self._at
                self._last = None
            else:
                self._node(event)
        if self._file.top is None:
            self._file.head += self._rest()
        else:
            self._file.foot += self._rest()
        return self._file

    def _document(self, event: Event) -> None:
        if event.directives:
            raise CannotFormatError("it has directives (%YAML or %TAG), which say how it is read")
        if event.explicit:
            self._file.head += _lines(self._gap(event.start, ""), blank_behind=False)
            self._file.start = True
            self._at = event.end

    def _node(self, event: Event) -> None:
        around = self._stack[-1] if self._stack else None
        is_key = around is not None and around.node.is_mapping and around.key is None
        if around is None:
            part = self._before_top(event)
        elif is_key:
            part = self._before_part(around, event)
        elif around.node.is_mapping:
            part = self._before_value(around, event)
        else:
            part = self._before_part(around, event)
        if is_key and around is not None:
            key = self._scalar(event) if event.kind is EventKind.SCALAR else None
            if key is None:
                raise CannotFormatError("a key is no text")
            part.key = around.key = key
            around.part = part
            self._last, self._last_is_header = part, True
            return
        value = self._value(event)
        part.value = value
        if isinstance(value, Collection) and not value.flow:
            self._stack[-1].pending = part.lead if around is None else part.inner
            part.lead, part.inner = ([] if around is None else part.lead), []
        else:
            part.inner = _strip(part.inner)
        self._last, self._last_is_header = part, isinstance(value, Collection)
        if around is not None:
            around.key = around.part = None

    def _value(self, event: Event) -> Value:
        if event.kind is EventKind.ALIAS:
            self._file.has_anchors = True
            self._at = event.end
            return Alias(self._text[event.start : event.end])
        if event.kind is EventKind.SCALAR:
            return self._scalar(event)
        properties, at = self._properties(event)
        if event.flow and properties:
            start = self._content_start(at)
            self._within_properties(at, start)
            at = start
        node = Collection(
            properties,
            event.kind is EventKind.MAPPING_START,
            event.flow,
            self._column(at),
        )
        if event.flow and self._text[at : at + 1] in ("{", "["):
            at += 1
        self._at = at
        self._stack.append(_Open(node))
        return node

    def _scalar(self, event: Event) -> Scalar:
        properties, at = self._properties(event)
        end = event.end
        indent = -1
        for each in reversed(self._stack):
            if not each.node.flow:
                indent = each.node.column
                break
        if event.style in ("|", ">"):
            keeps = "+" in (_BLOCK_HEADER.match(self._text, at) or [""])[0]
            block = self._text[at:end]
            # Blank lines below are part of the text only where it says so.
            end = at + len(block.removesuffix("\n") if keeps else block.rstrip(" \t\n"))
        self._at = end
        written = self._text[at:end]
        return Scalar(properties, written, event.value, event.style, event.tag, indent)

    def _properties(self, event: Event) -> tuple[str, int]:
        """Return the tag and the anchor of a node as written, and where it goes on."""
        self._file.has_anchors |= event.anchor is not None
        at = event.start
        found: list[str] = []
        while (property := _PROPERTY.match(self._text, at)) is not None:
            found.append(property[0])
            at = property.end()
            space = _SPACE.match(self._text, at)
            behind = space.end() if space is not None else at
            if self._text[behind : behind + 1] in ("!", "&"):
                at = behind
        if found and event.kind is EventKind.SCALAR:
            if event.start + len(self._text[event.start : event.end].rstrip()) <= at:
                return " ".join(found), at  # Nothing but properties is written.
            start = self._content_start(at)
            self._within_properties(at, start)
            return " ".join(found), start
        return " ".join(found), at

    def _within_properties(self, at: int, start: int) -> None:
        if "#" in self._text[at:start]:
            raise CannotFormatError("a comment stands between a tag and its value")

    def _content_start(self, at: int) -> int:
        """Return where a scalar begins behind its properties, comments and blanks."""
        while True:
            space = _SPACE.match(self._text, at)
            at = space.end() if space is not None else at
            if self._text[at : at + 1] != "#":
                return at
            end = self._text.find("\n", at)
            at = len(self._text) if end < 0 else end

    def _end(self, event: Event) -> None:
        node = self._stack.pop().node
        self._last_is_header = False
        if not node.flow:
            self._closed.append(node)
            return
        closing = self._text[event.start : event.end]
        if closing in ("}", "]"):
            comments = self._gap(event.start, "")
            if comments:
                node.foot = _lines(comments, blank_behind=False)
                self._mark_comment(node)
            self._at = event.end
        self._last = self._part_of(node)

    def _part_of(self, node: Collection) -> Part | None:
        """Return the part whose value a collection is that has just ended."""
        if not self._stack:
            return self._file.top
        return self._stack[-1].node.parts[-1]

    def _before_top(self, event: Event) -> Part:
        part = Part(None)
        self._file.top = part
        comments = self._gap(event.start, "")
        if comments and not comments[0].alone and self._file.start:
            first = comments.pop(0)
            self._file.mark = Beside(first.text, first.column)
        part.lead = _lines(comments, blank_behind=self._blank)
        return part

    def _before_value(self, around: _Open, event: Event) -> Part:
        part = around.part
        if part is None:
            raise AssertionError("a value follows its key")
        comments = self._gap(event.start, ":")
        part.inner = _lines(comments, blank_behind=self._blank)
        if comments:
            self._mark_comment(around.node)
        return part

    def _before_part(self, around: _Open, event: Event) -> Part:
        """Read what stands before an entry or an item, and begin it."""
        node = around.node
        part = Part(None)
        start = event.start
        indicator = "" if node.flow or node.is_mapping else "-"
        dash = None
        if indicator:
            dash = self._find_indicator(start)
            comments = self._gap(dash, "")
            blank = self._blank
            column = self._column(dash)
        else:
            comments = self._gap(start, "")
            blank = self._blank
            column = self._column(start)
        comments = self._into_closed(comments, column, node)
        lines = _lines(comments, blank_behind=blank)
        if comments and node.flow:
            self._mark_comment(node)
        if not node.parts:
            node.column = node.column if node.flow else column
            lines = [*around.pending, *lines]
            lines = lines[1:] if lines[:1] == [""] else lines
        _lead(part, lines)
        node.parts.append(part)
        if dash is not None:
            self._at = dash + 1
            self._last, self._last_is_header = part, True
            inner = self._gap(start, "")
            part.inner = _lines(inner, blank_behind=self._blank)
        return part

    def _find_indicator(self, end: int) -> int:
        """Return the place of the next dash outside of comments."""
        at = self._at
        while at <= end:
            char = self._text[at : at + 1]
            if char == "#":
                at = self._text.find("\n", at)
            elif char == "-":
                return at
            at += 1
        raise CannotFormatError("an item of a list has no dash of its own")

    def _into_closed(
        self, comments: list[_Comment], column: int, around: Collection | None
    ) -> list[_Comment]:
        """Give comments to the blocks above that they are indented with; return the others."""
        closed = [each for each in self._closed if each is not around]
        self._closed = []
        number = 0
        for comment in comments:
            holder = next((e for e in closed if e.column <= comment.column), None)
            if holder is None or comment.column <= column:
                break
            # What has gone out of a block does not go into it again.
            closed = closed[closed.index(holder) :]
            if holder.foot or holder.parts:
                holder.foot += ["", comment.text] if comment.blank else [comment.text]
            number += 1
        return comments[number:]

    def _finish(self, end: int) -> None:
        """Read what stands below the last value."""
        comments = self._gap(end, "")
        rest = self._into_closed(comments, -1, None)
        self._file.foot += _lines(rest, blank_behind=False)

    def _rest(self) -> list[str]:
        """Return the comments in the rest of the text."""
        return _lines(self._gap(len(self._text), ""), blank_behind=False)

    def _gap(self, end: int, expected: str) -> list[_Comment]:
        """Return the comments on lines of their own up to a place, and note blank lines.

        The comment on the line of what came last is put beside it. `expected` is an indicator
        before which no comment may stand.
        """
        text = self._text
        at = self._at
        found: list[_Comment] = []
        breaks = 0
        seen = False
        while at < end:
            char = text[at]
            if char == "\n":
                breaks += 1
            elif char == "#":
                until = text.find("\n", at)
                until = len(text) if until < 0 else min(until, len(text))
                # Something on its line is what came last, or an indicator that nothing follows.
                alone = breaks > 0 or not text[:at].rpartition("\n")[2].strip()
                comment = _Comment(
                    text[at:until].rstrip(), self._column(at), alone, blank=breaks > 1
                )
                if expected and not seen:
                    raise CannotFormatError("a comment stands between a key and its colon")
                if comment.alone or found or not self._put_beside(comment):
                    found.append(comment)
                breaks = 0
                at = until
                continue
            elif char == expected:
                seen = True
            elif char == "?":
                raise CannotFormatError("a key is written with '?'")
            at += 1
        self._blank = breaks > 1
        self._at = max(end, self._at)
        return found

    def _put_beside(self, comment: _Comment) -> bool:
        part = self._last
        if part is None:
            return False
        beside = Beside(comment.text, comment.column)
        if self._last_is_header and part.header is None:
            part.header = beside
        elif part.beside is None:
            part.beside = beside
        else:
            raise CannotFormatError("two comments stand behind one value")
        for each in self._stack:
            if each.node.flow:
                each.node.has_comment = True
        return True

    def _mark_comment(self, node: Collection) -> None:
        node.has_comment = True
        for each in self._stack:
            each.node.has_comment = True

    def _column(self, at: int) -> int:
        return at - (self._text.rfind("\n", 0, at) + 1)


def _lines(comments: list[_Comment], *, blank_behind: bool) -> list[str]:
    """Return comments with "" for the blank lines before, between and behind them."""
    lines: list[str] = []
    for comment in comments:
        lines += ["", comment.text] if comment.blank else [comment.text]
    return [*lines, ""] if blank_behind else lines


def _lead(part: Part, lines: list[str]) -> None:
    """Part the lines above something into a blank line, headings and comments directly above."""
    part.blank = bool(lines) and lines[0] == ""
    body = lines[1:] if part.blank else lines
    if "" in body:
        last = len(body) - 1 - body[::-1].index("")
        part.heading, part.lead = body[:last], body[last + 1 :]
    else:
        part.lead = body


def _strip(lines: list[str]) -> list[str]:
    """Take blank lines away from both ends."""
    while lines and not lines[0]:
        lines = lines[1:]
    while lines and not lines[-1]:
        lines = lines[:-1]
    return lines
