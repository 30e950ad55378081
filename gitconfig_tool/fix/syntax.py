"""YAML text to its concrete syntax: where each node, comma, dash and comment stands.

Takes text and returns a `Syntax`, whose places are indices into that text. Says nothing of values:
`document` does. The parser is ruamel.yaml's, which shares no code with libyaml: what one program
edits, another one checks.
"""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml import events as ev
from ruamel.yaml import tokens as tk
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scanner import Scanner

from gitconfig_tool.document.text import LINE_BREAK

# Keys and indices that lead to a node.
Path = tuple[str | int, ...]

# What may end a node's text without being part of it.
BLANKS = " \t\r\n"
# YAML 1.2.2 section 5.4.


class CannotError(Exception):
    """A repair that is not made; the text says why, as the end of `not repaired: ...`."""


@dataclass(frozen=True, slots=True)
class Place:
    """A node: `start` takes in its tag and anchor; `content` is where it begins without them.

    `parts` are the entries of a mapping by key (in NFC), or the items of a list by index; a scalar
    and an alias have none.
    """

    start: int
    content: int
    end: int
    parts: Mapping[str | int, "Part"]
    flow: bool
    tagged: bool
    anchor: str | None
    plain: bool


@dataclass(frozen=True, slots=True)
class Part:
    """An entry or an item, from its key (or `?`, or `-`) to the end of its value.

    `comma` is the place of the comma behind it.
    """

    start: int
    end: int
    key: Place | None
    value: Place
    comma: int | None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, without its line break; `alone` when nothing else stands on its line."""

    start: int
    end: int
    alone: bool


@dataclass(frozen=True, slots=True)
class Syntax:
    """One file. `line_starts` are where its lines begin, the first at 0.

    `anchors` and `aliases` are names with their places.
    """

    text: str
    line_starts: tuple[int, ...]
    root: Place | None
    comments: tuple[Comment, ...]
    anchors: tuple[tuple[str, int], ...]
    aliases: tuple[tuple[str, int], ...]

    def at(self, path: Path) -> Place:
        """Return the node at a path of keys and indices; raises `CannotError` behind an alias."""
        place = self.root
        for name in path:
            part = place.parts.get(name) if place is not None else None
            place = part.value if part is not None else None
        if place is None:
            raise CannotError("the value is written elsewhere, and repeated here by an alias")
        return place

    def key_at(self, path: Path) -> Place:
        """Return the key that a path ends in."""
        part = self.at(path[:-1]).parts.get(path[-1])
        if part is not None and part.key is not None:
            return part.key
        raise CannotError("the key is written elsewhere, and repeated here by an alias")

    def comments_between(self, start: int, end: int) -> Sequence[Comment]:
        """Return the comments that begin in a range."""
        first = bisect_left(self.comments, start, key=lambda each: each.start)
        last = bisect_left(self.comments, end, key=lambda each: each.start)
        return self.comments[first:last]

    def line_start(self, index: int) -> int:
        """Return where the line of a place begins."""
        return self.line_starts[bisect_right(self.line_starts, index) - 1]

    def line_end(self, index: int) -> int:
        """Return where the line of a place ends, without blanks and break, or the place itself."""
        number = bisect_right(self.line_starts, index)
        last = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        return index + len(self.text[index:last].rstrip(BLANKS))

    def column(self, index: int) -> int:
        """Return how many characters stand before a place on its line."""
        return index - self.line_start(index)


def edited(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """Return the text with ranges replaced, none of which overlaps another one."""
    pieces = []
    at = 0
    for start, end, content in sorted(edits):
        pieces += [text[at:start], content]
        at = end
    return "".join([*pieces, text[at:]])


def read_syntax(text: str) -> Syntax:
    """Read text that `parse_document` has read without an error."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Scanner = _Recorder
    try:
        events = list(yaml.parse(text))
        tokens = yaml.scanner.taken
    except YAMLError as error:
        raise CannotError("a second YAML parser, ruamel.yaml, does not read the file") from error
    # Some tokens only say that something begins or ends; they have no text.
    real = [each for each in tokens if each.end_mark.index > each.start_mark.index]
    line_starts = (0, *(found.end() for found in LINE_BREAK.finditer(text)))
    return Syntax(
        text,
        line_starts,
        _Builder(text, real).root(iter(events)),
        tuple(_comments(text, line_starts, real)),
        tuple((each.value, _start(each)) for each in real if isinstance(each, tk.AnchorToken)),
        tuple((each.value, _start(each)) for each in real if isinstance(each, tk.AliasToken)),
    )


class _Recorder(Scanner):
    """Keeps the tokens that the parser takes: scanning twice would take twice as long."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.taken: list[Any] = []

    def get_token(self) -> Any:
        """Return the next token."""
        token = super().get_token()
        if token is not None:
            self.taken.append(token)
        return token


class _Builder:
    """Builds places from events; looks at the tokens for what events leave out."""

    def __init__(self, text: str, tokens: list[Any]) -> None:
        self._text = text
        self._tokens = tokens
        self._starts = [_start(each) for each in tokens]
        self._ends = [_end(each) for each in tokens]

    def root(self, events: Iterator[Any]) -> Place | None:
        for event in events:
            if isinstance(event, ev.NodeEvent):
                return self._place(event, events)
        return None

    def _place(self, event: Any, events: Iterator[Any]) -> Place:
        start, end = _start(event), _end(event)
        tagged = getattr(event, "tag", None) is not None
        if isinstance(event, ev.AliasEvent):
            return Place(start, start, end, {}, False, False, None, False)
        if isinstance(event, ev.ScalarEvent):
            if not self._text[start:end].strip(BLANKS):
                # Nothing is written. The event stands before the next token, we behind the last.
                start = end = self._ends[bisect_right(self._ends, start) - 1]
            plain = end > start and event.style in (None, "")
            content = self._content(start, end)
            return Place(start, content, end, {}, False, tagged, event.anchor, plain)
        read = self._entries if isinstance(event, ev.MappingStartEvent) else self._items
        parts, closing = read(events)
        flow = bool(event.flow_style)
        last = next(reversed(parts.values())).end if parts else end
        end = _end(closing) if flow else last
        if flow and self._text[end - 1] not in "}]" and parts:
            end = last  # The one pair of `[key: value]` has no brackets of its own.
        content = self._content(start, end)
        return Place(start, content, end, parts, flow, tagged, event.anchor, False)

    def _content(self, start: int, end: int) -> int:
        """Return where a node begins behind its tag and anchor."""
        number = bisect_left(self._starts, start)
        while number < len(self._tokens) and self._starts[number] < end:
            if not isinstance(self._tokens[number], (tk.TagToken, tk.AnchorToken)):
                return self._starts[number]
            number += 1
        return end

    def _entries(self, events: Iterator[Any]) -> tuple[dict[str | int, Part], Any]:
        parts: dict[str | int, Part] = {}
        for event in events:
            if isinstance(event, ev.MappingEndEvent):
                return parts, event
            key = self._place(event, events)
            value = self._place(next(events), events)
            before = self._before(key.start)
            start = _start(before) if isinstance(before, tk.KeyToken) else key.start
            name = unicodedata.normalize("NFC", str(getattr(event, "value", "")))
            parts[name] = self._part(start, key, value)
        raise AssertionError("a mapping has an end")

    def _items(self, events: Iterator[Any]) -> tuple[dict[str | int, Part], Any]:
        parts: dict[str | int, Part] = {}
        for event in events:
            if isinstance(event, ev.SequenceEndEvent):
                return parts, event
            value = self._place(event, events)
            before = self._before(value.start)
            start = _start(before) if isinstance(before, tk.BlockEntryToken) else value.start
            parts[len(parts)] = self._part(start, None, value)
        raise AssertionError("a list has an end")

    def _part(self, start: int, key: Place | None, value: Place) -> Part:
        end = max(value.end, key.end if key else 0)
        # The line breaks behind a block scalar are not ours to move.
        end = start + len(self._text[start:end].rstrip(BLANKS))
        number = bisect_left(self._starts, end)
        is_comma = number < len(self._tokens) and isinstance(
            self._tokens[number], tk.FlowEntryToken
        )
        return Part(start, end, key, value, self._starts[number] if is_comma else None)

    def _before(self, index: int) -> Any:
        number = bisect_left(self._starts, index) - 1
        return self._tokens[number] if number >= 0 else None


def _comments(text: str, line_starts: tuple[int, ...], tokens: Sequence[Any]) -> Iterator[Comment]:
    """Yield the comments: all that stands between two tokens and is not blank."""
    at = 0
    for token in [*tokens, None]:
        until = len(text) if token is None else _start(token)
        while (start := text.find("#", at, until)) >= 0:
            found = LINE_BREAK.search(text, start, until)
            end = found.start() if found is not None else until
            line = line_starts[bisect_right(line_starts, start) - 1]
            yield Comment(start, end, not text[line:start].strip(BLANKS))
            at = end
        at = until if token is None else _end(token)


def _start(marked: Any) -> int:
    return int(marked.start_mark.index)


def _end(marked: Any) -> int:
    return int(marked.end_mark.index)
