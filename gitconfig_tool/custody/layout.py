"""Keeping the layout of a SOPS file: what `sops` changed is put into the text as it was.

`sops` writes a whole file anew: with its own indentation, quotes and blank lines. A diff of that
hides the one line that matters. Takes the old text and what sops made of it; returns the old text
with only the changed entries in it, or None where the two differ in a way that this cannot follow.
Proves by parsing that the result says what sops's text says. Works on ciphertext only.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gitconfig_tool.custody.lines import keep_lines
from gitconfig_tool.document import (
    Entry,
    MappingNode,
    Mark,
    Node,
    ScalarNode,
    SequenceNode,
    parse_document,
    plain_value,
)

# YAML 1.1, section 5.4, as libyaml counts lines.
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_SEALED_COMMENT = re.compile(r"#ENC\[[^\]]*\]")
_CLEAR_COMMENT = re.compile(r"(?:^|\s)#(?!ENC\[)", re.MULTILINE)


def keep_layout(before: bytes, after: bytes, format: str) -> bytes | None:
    """Return `after` in the layout of `before`; None where that cannot be done surely."""
    if format in ("dotenv", "ini"):
        return keep_lines(before, after, format)
    return _keep_tree(before, after)  # A binary file is JSON around one text.


def _keep_tree(before: bytes, after: bytes) -> bytes | None:
    old, new = _read(before), _read(after)
    if old is None or new is None:
        return None
    try:
        edits = sorted(_Differ(old, new).edits(), key=lambda edit: (edit.start, edit.end))
        text = _apply(old.text, edits)
    except _NotPossibleError:
        return None
    kept = text.encode()
    result = _read(kept)
    if result is None or not _says_the_same(result, new) or not _has_same_comments(old, new):
        return None
    return kept


class _NotPossibleError(Exception):
    """The texts differ in a way that cannot be followed."""


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    root: MappingNode
    starts: tuple[int, ...] = field(repr=False)

    def at(self, line: int, column: int) -> int:
        """Return the offset of a place."""
        return self.starts[line - 1] + column - 1 if line <= len(self.starts) else len(self.text)

    def slice(self, mark: Mark) -> str:
        return self.text[self.at(*mark[:2]) : self.at(*mark[2:])]

    def line_start(self, line: int) -> int:
        return self.at(line, 1)

    def line_end(self, line: int) -> int:
        """Return where a line ends, before its line break."""
        found = _BREAK.search(self.text, self.line_start(line))
        return found.start() if found else len(self.text)

    def is_flow(self, node: Node) -> bool:
        """Tell whether a collection is written in brackets."""
        return self.text[self.at(node.mark.line, node.mark.column)] in "{["

    def last_line(self, node: Node) -> int:
        """Return the last line that a value stands on."""
        if isinstance(node, MappingNode | SequenceNode) and not self.is_flow(node):
            # A block's mark ends where the next thing begins, which may be far behind it.
            children = (
                node.items
                if isinstance(node, SequenceNode)
                else [entry.value for entry in node.entries.values()]
            )
            return self.last_line(children[-1])
        # A block scalar ends where the next line begins.
        at_start = node.mark.end_column == 1 and node.mark.end_line > node.mark.line
        return node.mark.end_line - at_start


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


def _read(data: bytes) -> _Text | None:
    document, problems = parse_document("", data, sensitive=True)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    # A mark counts from behind it.
    if problems or text.startswith("\ufeff") or not isinstance(document.root, MappingNode):
        return None
    starts = (0, *(found.end() for found in _BREAK.finditer(text)))
    return _Text(text, document.root, starts)


@dataclass(frozen=True, slots=True)
class _Differ:
    """Finds what to change in `old`, so that it says what `new` says."""

    old: _Text
    new: _Text

    def edits(self) -> Iterator[_Edit]:
        yield from self._mapping(self.old.root, self.new.root)

    def _node(self, old: Node, new: Node) -> Iterator[_Edit]:
        """Change a value in its place; raises `_NotPossibleError` where only its entry can be."""
        if isinstance(old, MappingNode) and isinstance(new, MappingNode):
            yield from self._mapping(old, new)
        elif isinstance(old, SequenceNode) and isinstance(new, SequenceNode):
            if len(old.items) != len(new.items):
                raise _NotPossibleError
            for old_item, new_item in zip(old.items, new.items, strict=True):
                yield from self._node(old_item, new_item)
        elif isinstance(old, ScalarNode) and isinstance(new, ScalarNode):
            if type(old.value) is type(new.value) and old.value == new.value:
                return
            if old.mark.line != old.mark.end_line or new.mark.line != new.mark.end_line:
                raise _NotPossibleError
            start, end = self.old.at(*old.mark[:2]), self.old.at(*old.mark[2:])
            text = self.new.slice(new.mark)
            # `key:` without a value stands directly behind the colon.
            yield _Edit(start, end, f" {text}" if start == end else text)
        else:
            raise _NotPossibleError

    def _mapping(self, old: MappingNode, new: MappingNode) -> Iterator[_Edit]:
        shared = [key for key in old.entries if key in new.entries]
        if shared != [key for key in new.entries if key in old.entries] or not shared:
            raise _NotPossibleError
        flow = self.old.is_flow(old)
        for key in shared:
            yield from self._entry(old.entries[key], new.entries[key], flow=flow)
        keys = list(old.entries)
        for number, key in enumerate(keys):
            if key not in new.entries:
                yield self._removal(old, keys, number, flow=flow)
        last = ""
        for key, entry in new.entries.items():
            if key in old.entries:
                last = key
            elif not last:
                raise _NotPossibleError
            else:
                yield self._insertion(old.entries[last], entry, flow=flow)

    def _entry(self, old: Entry, new: Entry, *, flow: bool) -> Iterator[_Edit]:
        try:
            yield from tuple(self._node(old.value, new.value))
        except _NotPossibleError:
            start = self.old.at(*old.key_mark[:2])
            if flow:
                end = self.old.at(*old.value.mark[2:])
            else:
                end = self.old.line_end(self.old.last_line(old.value))
            yield _Edit(start, end, self._entry_text(new, old.key_mark, flow=flow))

    def _insertion(self, behind: Entry, entry: Entry, *, flow: bool) -> _Edit:
        text = self._entry_text(entry, behind.key_mark, flow=flow)
        if not flow:
            # Where the next line begins: what is removed or replaced before it ends there at most.
            at = self.old.line_start(self.old.last_line(behind.value) + 1)
            line = " " * (behind.key_mark.column - 1) + text
            if at == len(self.old.text) and not _BREAK.search(self.old.text[-1:]):
                return _Edit(at, at, f"{self._line_break()}{line}")
            return _Edit(at, at, f"{line}{self._line_break()}")
        end = self.old.at(*behind.value.mark[2:])
        start = self.old.line_start(behind.key_mark.line)
        before = self.old.text[start : self.old.at(*behind.key_mark[:2])]
        # One entry on each line, as sops writes JSON, or all on one.
        own_line = not before.strip()
        return _Edit(end, end, f",{self._line_break()}{before}{text}" if own_line else f", {text}")

    def _removal(self, old: MappingNode, keys: list[str], number: int, *, flow: bool) -> _Edit:
        entry = old.entries[keys[number]]
        if flow:
            if number:
                before = old.entries[keys[number - 1]].value.mark
                return _Edit(self.old.at(*before[2:]), self.old.at(*entry.value.mark[2:]), "")
            after = old.entries[keys[1]].key_mark
            return _Edit(self.old.at(*entry.key_mark[:2]), self.old.at(*after[:2]), "")
        start = self.old.line_start(entry.key_mark.line)
        if self.old.text[start : self.old.at(*entry.key_mark[:2])].strip():
            raise _NotPossibleError  # The first key of a list's item stands behind the dash.
        return _Edit(start, self.old.line_start(self.old.last_line(entry.value) + 1), "")

    def _entry_text(self, entry: Entry, like: Mark, *, flow: bool) -> str:
        """Return an entry as sops wrote it, indented as the entry at `like` is."""
        new = self.new
        in_flow = _is_json(new)
        if flow and not in_flow and not isinstance(entry.value, ScalarNode):
            raise _NotPossibleError
        end = (
            new.at(*entry.value.mark[2:])
            if in_flow or entry.value.mark.line == entry.value.mark.end_line
            else new.line_end(new.last_line(entry.value))
        )
        first, *more = _BREAK.split(new.text[new.at(*entry.key_mark[:2]) : end])
        theirs = _indent_of(new, entry.key_mark)
        ours = _indent_of(self.old, like)
        lines = [first]
        for line in more:
            if line.strip() and not line.startswith(theirs):
                raise _NotPossibleError
            lines.append(ours + line.removeprefix(theirs) if line.strip() else line)
        return self._line_break().join(lines)

    def _line_break(self) -> str:
        found = _BREAK.search(self.old.text)
        return found[0] if found else "\n"


def _is_json(text: _Text) -> bool:
    return text.is_flow(text.root)


def _indent_of(text: _Text, key: Mark) -> str:
    """Return what stands before a key on its line, as white space: a dash counts as a space."""
    before = text.text[text.line_start(key.line) : text.at(*key[:2])]
    return before if not before.strip() else " " * len(before)


def _apply(text: str, edits: list[_Edit]) -> str:
    parts = []
    done = 0
    for edit in edits:
        if edit.start < done:
            raise _NotPossibleError
        parts += [text[done : edit.start], edit.text]
        done = edit.end
    return "".join((*parts, text[done:]))


def _says_the_same(result: _Text, wanted: _Text) -> bool:
    """Tell whether two texts hold the same keys in the same order with the same values."""
    return _ordered(plain_value(result.root)) == _ordered(plain_value(wanted.root))


def _has_same_comments(old: _Text, new: _Text) -> bool:
    """Tell whether no comment came or went.

    Those that a person wrote in the clear stay as they are, whether sops encrypted them or not:
    they are not what was to be changed.
    """
    before, after = (_SEALED_COMMENT.findall(each.text) for each in (old, new))
    fresh = [each for each in after if each not in set(before)]
    clear, still_clear = (len(_CLEAR_COMMENT.findall(each.text)) for each in (old, new))
    return before == [each for each in after if each not in set(fresh)] and (
        len(fresh) + still_clear == clear
    )


def _ordered(value: object) -> object:
    """Return a JSON value in which the order of keys and the types of numbers count."""
    if isinstance(value, dict):
        return [(key, _ordered(item)) for key, item in value.items()]
    if isinstance(value, list):
        return [_ordered(item) for item in value]
    return (type(value).__name__, value)
