"""The events of libyaml to a tree of nodes, with every problem on the way.

Takes the bytes of one file. Tags are resolved by the core schema of YAML 1.2.2, values are held to
I-JSON (RFC 7493). Depth costs no recursion; size and depth are bounded, aliases written out.
"""

import re
import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, NoReturn

import yaml

from gitconfig_tool.diagnostics import Diagnostic, Note, Quote, Span
from gitconfig_tool.document.lookalikes import (
    NUMERIC,
    WORDS,
    reading_of_yaml_1_1,
    unambiguous,
)
from gitconfig_tool.document.nodes import (
    Document,
    Entry,
    JsonScalar,
    MappingNode,
    Mark,
    Node,
    ScalarNode,
    SequenceNode,
)
from gitconfig_tool.document.problems import Problems, TooMuchError
from gitconfig_tool.document.scalars import MAX_SAFE_INTEGER, NOT_FINITE, kind_of, resolve
from gitconfig_tool.document.tags import CORE_KINDS, CORE_TAGS, KIND_NAMES, TAGS, TEXT_TAGS
from gitconfig_tool.document.text import decode, mark_after, rest_of_conflict
from gitconfig_tool.document.wording import (
    TARGET_HINT,
    character,
    describe_plain,
    explain_syntax,
    short,
)

# What may stand between the start of an event and its scalar, when the tag is the bare `!`.
_BARE_TAG = re.compile(r"(?:&\S+\s+)?!(?:\s|$)")
# Deeper than any configuration that people write, and safe for code that recurses.
MAX_DEPTH = 100
# An alias repeats a node; this bounds what a file may grow to when all are written out.
MAX_NODES = 1_000_000


def parse_document(
    path: str, data: bytes, *, sensitive: bool = False
) -> tuple[Document, tuple[Diagnostic, ...]]:
    """Parse one YAML file into a document.

    `path` is relative to the project and is used for spans only. All problems that can be found are
    returned at once; after a syntax error the root is None. A `sensitive` file may hold secrets in
    the clear: no diagnostic quotes a value of it.
    """
    problems = Problems(path, sensitive=sensitive)
    text = decode(data, problems)
    root = None if text is None else _Reader(text, problems).read()
    return Document(path, root), tuple(problems.diagnostics)


class _Frame:
    """A collection that is being read."""

    __slots__ = (
        "anchor",
        "entries",
        "event",
        "height",
        "items",
        "key",
        "key_mark",
        "size",
        "skip_value",
    )

    def __init__(self, event: Any) -> None:
        self.event = event
        self.anchor: str | None = event.anchor
        self.entries: dict[str, Entry] | None = (
            {} if isinstance(event, yaml.MappingStartEvent) else None
        )
        self.items: list[Node] = []
        self.key: str | None = None
        self.key_mark: Mark | None = None
        self.skip_value = False
        self.size = 1
        self.height = 1


class _Reader:
    """Reads the events of one file, with a stack of its own: depth costs no recursion."""

    def __init__(self, text: str, problems: Problems) -> None:
        self._text = text
        self._found = problems
        self._problem = problems.add
        self._quote = problems.quote
        # A JSON file says which of its scalars are text; SOPS signs what stands in its files.
        self._looks_alike = not (problems.sensitive or problems.path.endswith(".json"))
        # Each with its size and height, aliases written out.
        self._anchors: dict[str, tuple[Node, int, int]] = {}

    def read(self) -> Node | None:
        try:
            try:
                return self._read_events(yaml.parse(self._text, Loader=yaml.CLoader))
            except yaml.MarkedYAMLError as error:
                self._syntax_error(error)
            except yaml.reader.ReaderError as error:
                self._character_error(error)
        except TooMuchError:
            pass  # Also where the syntax error was one problem too many.
        return None

    def _read_events(self, events: Iterator[Any]) -> Node | None:
        root: Node | None = None
        stack: list[_Frame] = []
        documents = 0
        nodes = 0  # so far, aliases written out
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                node: Node | None
                if stack and stack[-1].entries is not None and stack[-1].key_mark is None:
                    self._begin_entry(stack[-1], event)
                    continue
                node = self._scalar(event)
                size, height = 1, 0
                if event.anchor:
                    self._anchors[event.anchor] = (node, size, height)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                if len(stack) >= MAX_DEPTH:
                    self._too_deep(_mark(event))
                frame = stack[-1] if stack else None
                if frame is not None and frame.entries is not None and frame.key_mark is None:
                    self._complex_key(frame, event)
                stack.append(_Frame(event))
                nodes += 1
                continue
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                frame = stack.pop()
                node = self._collection(frame, event)
                size, height = frame.size, frame.height
                if frame.anchor:
                    self._anchors[frame.anchor] = (node, size, height)
                if stack and stack[-1].entries is not None and stack[-1].key_mark is None:
                    # The end of a collection that stood as a key: its value comes next.
                    stack[-1].key_mark = node.mark
                    continue
            elif kind is yaml.AliasEvent:
                if stack and stack[-1].entries is not None and stack[-1].key_mark is None:
                    self._complex_key(stack[-1], event)
                    stack[-1].key_mark = _mark(event)
                    continue
                node, size, height = self._alias(event, stack)
                if len(stack) + height > MAX_DEPTH:
                    self._too_deep(_mark(event))
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents == 2:
                    self._problem(
                        "GCT017",
                        "expected one YAML document in the file, found another",
                        _mark(event),
                        hint="give each document a file of its own",
                    )
                    return root
                continue
            else:
                continue
            if kind is yaml.ScalarEvent or kind is yaml.AliasEvent:
                nodes += size  # A collection was counted where it began.
                if nodes > MAX_NODES:
                    self._too_many(_mark(event))
            if stack:
                self._add(stack[-1], node, size, height)
            else:
                root = node
        if isinstance(root, ScalarNode) and root.value is None and root.tag is None:
            return None
        return root

    def _begin_entry(self, frame: _Frame, event: Any) -> None:
        mark = _mark(event)
        frame.key_mark = mark
        frame.skip_value = False
        key: str = event.value
        if event.anchor:
            self._anchors[event.anchor] = (ScalarNode(key, mark), 1, 0)
        if event.tag is not None or (_is_plain(event) and not isinstance(resolve(key), str)):
            self._problem(
                "GCT014",
                "expected a string as key, found "
                + self._quote(describe_plain(event), mark="", what="another value"),
                mark,
                label="not a string in YAML 1.2",
                hint="put it in quotes" + self._quote(f': "{short(key)}"', mark="", what=""),
            )
            frame.skip_value = True
        elif key == "<<" and _is_plain(event):
            self._problem(
                "GCT015",
                "expected an ordinary key, found the merge key '<<' of YAML 1.1",
                mark,
                hint="YAML 1.2 has no merge key: put shared values in a weaker layer, or use !ref",
            )
            frame.skip_value = True
        elif (key in WORDS or key[:1] in NUMERIC) and _is_plain(event):
            self._look_alike(event, key, is_key=True)
        normal = key if key.isascii() else unicodedata.normalize("NFC", key)
        if normal != key:
            self._problem(
                "GCT016",
                "expected a key in Unicode normalisation form NFC, found another form of "
                + self._quote(normal, what="it"),
                mark,
                hint="type the key anew, or run the file through a normaliser (uconv -x NFC)",
            )
        known = frame.entries or {}
        if not frame.skip_value and normal in known:
            first = known[normal].key_mark
            self._problem(
                "GCT012",
                f"expected each key once, found {self._quote(normal, what='one')} again",
                mark,
                label="the second one",
                notes=(
                    Note(
                        f"{self._quote(normal, what='it is')} first set",
                        first.in_file(self._found.path),
                    ),
                ),
                hint="remove one of the two",
            )
            frame.skip_value = True
        frame.key = normal

    def _complex_key(self, frame: _Frame, event: Any) -> None:
        hint = "use a plain string as key"
        mark, around = _mark(event), _mark(frame.event)
        directly = (around.line, around.column + 1) == (mark.line, mark.column)
        if isinstance(event, yaml.MappingStartEvent) and directly:
            # `{{ name }}`, as Jinja, Helm and many others write it.
            hint = "put text with braces in quotes; to set values into text, see !format"
        self._problem(
            "GCT014",
            "expected a string as key, found a collection or an alias",
            mark,
            hint=hint,
        )
        frame.key = None
        frame.skip_value = True

    def _too_deep(self, mark: Mark) -> NoReturn:
        self._problem(
            "GCT018",
            f"expected at most {MAX_DEPTH} levels of nesting, found more",
            mark,
            hint="flatten the document",
        )
        raise TooMuchError

    def _too_many(self, mark: Mark) -> NoReturn:
        self._problem(
            "GCT018",
            f"expected at most {MAX_NODES:,} nodes once aliases are written out, found more",
            mark,
            hint="split the document, and remove aliases that repeat one another",
        )
        raise TooMuchError

    def _add(self, frame: _Frame, node: Node, size: int, height: int) -> None:
        frame.size += size
        frame.height = max(frame.height, height + 1)
        if frame.entries is None:
            frame.items.append(node)
            return
        if not frame.skip_value and frame.key is not None and frame.key_mark is not None:
            frame.entries[frame.key] = Entry(frame.key_mark, node)
        frame.key = None
        frame.key_mark = None
        frame.skip_value = False

    def _scalar(self, event: Any) -> ScalarNode:
        mark = _mark(event)
        text: str = event.value
        tag = self._tag(event, ScalarNode, mark)
        if tag in TEXT_TAGS:
            if tag == "!unset" and text:
                self._problem(
                    "GCT013",
                    f"expected nothing after !unset, found {self._quote(text)}",
                    mark,
                    hint="remove the value, or the tag",
                )
            elif tag in TARGET_HINT and not text:
                self._problem(
                    "GCT013",
                    f"expected a target after {tag}, found nothing",
                    mark,
                    hint=TARGET_HINT[tag],
                )
            return ScalarNode(text, mark, tag)
        core = None
        if event.tag is None:
            # Text that fills its place on one line has no tag before it.
            fills = mark.column + len(text) == mark.end_column and mark.line == mark.end_line
            is_text = not _is_plain(event) or (not fills and self._has_bare_tag(event))
        else:
            # An unknown tag leaves a string.
            core = CORE_TAGS.get(event.tag)
            is_text = core == "str" or (core is None and (tag is None or not _is_plain(event)))
        if is_text:
            return ScalarNode(text, mark, tag)
        value = self._value(text, mark)
        first = text[:1]
        # Only these can differ: the test saves two calls for each of the others.
        if (
            (type(value) is not int or first in "+-0") if first in NUMERIC else text in WORDS
        ) and core is None:
            self._look_alike(event, value)
        if core is not None and core != kind_of(value):
            self._problem(
                "GCT013",
                f"expected a value of the tag !!{core}, found {self._quote(text)}",
                mark,
                hint="remove the tag, or write a value of that kind",
            )
        return ScalarNode(value, mark, tag)

    def _look_alike(self, event: Any, value: JsonScalar, *, is_key: bool = False) -> None:
        """Warn of a plain scalar that YAML 1.1 reads as something else."""
        text: str = event.value
        read = reading_of_yaml_1_1(text, value) if self._looks_alike else None
        if read is None:
            return
        end = event.end_mark
        mark = _mark(event)
        if self._text[end.index - len(text) : end.index] == text:
            # Without the tag and the anchor that the event begins with.
            column = mark.end_column - len(text)
            mark = Mark(mark.end_line, column, mark.end_line, mark.end_column)
        if isinstance(value, str):
            expected = "a key in quotes" if is_key else "text in quotes"
            hint = f'write "{text}"' + (f", or {read}" if read in ("true", "false") else "")
            message = f"expected {expected}, found {text}, which YAML 1.1 programs read as {read}"
            self._problem("GCT023", message, mark, hint=hint, fix=Quote())
        else:
            self._problem(
                "GCT023",
                f"expected a number that every YAML program reads as {value}, "
                f"found {text}, which YAML 1.1 programs read as {read}",
                mark,
                hint=f"write {unambiguous(value)}; if it is text, put it in quotes",
            )

    def _has_bare_tag(self, event: Any) -> bool:
        """Tell whether a plain scalar stands after `!`, which libyaml does not pass on.

        The bare tag makes a string of it (YAML 1.2.2 section 6.9.1).
        """
        return _BARE_TAG.match(self._text, event.start_mark.index) is not None

    def _value(self, text: str, mark: Mark) -> JsonScalar:
        if NOT_FINITE.fullmatch(text):
            self._problem(
                "GCT020",
                f"expected a finite number, found {text}",
                mark,
                hint="JSON has no infinity and no NaN; use null or a string",
            )
            return None
        value = resolve(text)
        if isinstance(value, float) and value in (float("inf"), float("-inf")):
            self._problem(
                "GCT020",
                f"expected a number that fits a double, found {self._quote(text, mark='')}",
                mark,
                hint="write it as a string",
            )
            return None
        if type(value) is int and abs(value) > MAX_SAFE_INTEGER:
            self._problem(
                "GCT020",
                f"expected an integer within +-(2^53 - 1), found {self._quote(text, mark='')}",
                mark,
                hint="other programs would round it: write it as a string",
            )
            return None
        return value

    def _collection(self, frame: _Frame, end: Any) -> Node:
        start = frame.event.start_mark
        mark = Mark(
            start.line + 1, start.column + 1, end.end_mark.line + 1, end.end_mark.column + 1
        )
        if frame.entries is None:
            tag = self._tag(frame.event, SequenceNode, mark)
            return SequenceNode(tuple(frame.items), mark, tag)
        tag = self._tag(frame.event, MappingNode, mark)
        return MappingNode(frame.entries, mark, tag)

    def _alias(self, event: Any, stack: list[_Frame]) -> tuple[Node, int, int]:
        name: str = event.anchor
        if any(frame.anchor == name for frame in stack):
            hint = "an alias may not stand inside the value that it repeats"
        elif name in self._anchors:
            return self._anchors[name]
        else:
            shown = self._quote(f"&{name}", mark="", what="&NAME")
            hint = f"define the anchor ({shown}) above the alias"
        self._problem(
            "GCT021",
            "expected an anchor that is complete before its alias, found "
            + self._quote(f"*{name}", mark="", what="none"),
            _mark(event),
            hint=hint,
        )
        return ScalarNode(None, _mark(event)), 1, 0

    def _tag(self, event: Any, kind: type, mark: Mark) -> str | None:
        tag: str | None = event.tag
        if tag is None or tag == "!":
            return None
        core = CORE_TAGS.get(tag)
        allowed = TAGS.get(tag) if core is None else CORE_KINDS.get(core, (ScalarNode,))
        shown = tag.replace("tag:yaml.org,2002:", "!!")
        if allowed is None:
            # `!!set` is a tag of YAML itself, not a slip of the hand.
            is_ours = not shown.startswith("!!")
            near = get_close_matches(shown, TAGS, n=1, cutoff=0.7) if is_ours else []
            self._problem(
                "GCT013",
                "expected one of our tags, found "
                + self._quote(shown, mark="", what="another tag"),
                mark,
                label="unknown tag",
                hint=f"did you mean {near[0]}?" if near else f"known tags: {', '.join(TAGS)}",
            )
            return None
        if kind not in allowed:
            if core is not None and kind is ScalarNode:
                return None  # `_scalar` says what it found.
            names = " or ".join(KIND_NAMES[each] for each in allowed)
            self._problem(
                "GCT013",
                f"expected {names} after {shown}, found {KIND_NAMES[kind]}",
                mark,
                hint="gitconfig-tool rules GCT013 lists what each tag takes",
            )
            return None
        return tag if core is None else None

    def _syntax_error(self, error: Any) -> None:
        if rest_of_conflict(self._text, self._found):
            return
        found = explain_syntax(error, self._text)
        line, column = found.place
        notes: tuple[Note, ...] = ()
        if found.begin is not None:
            at, after = found.begin
            notes = (Note(found.context, Span(self._found.path, at, after, at, after + 1)),)
        mark = Mark(line, column, line, column + 1)
        self._problem(found.code, found.message, mark, notes=notes, hint=found.hint)

    def _character_error(self, error: Any) -> None:
        # libyaml counts the bytes of the text as UTF-8.
        before = self._text.encode()[: int(error.position)].decode(errors="ignore")
        self._problem(
            "GCT011",
            f"expected printable characters, found {character(error.character)}",
            mark_after(before),
            hint='write it as an escape in double quotes, such as "\\u0007"',
        )


def _mark(event: Any) -> Mark:
    start, end = event.start_mark, event.end_mark
    return Mark(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _is_plain(event: Any) -> bool:
    # Not `event.implicit`: a tag clears it, and the bare tag `!` sets it for a quoted scalar too.
    return event.style is None or event.style == ""
