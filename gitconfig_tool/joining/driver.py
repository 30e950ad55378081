"""Three versions of a file to one, as Git asks a merge driver for it, with the proof that it holds.

Git's own merge of the lines is tried first: where it is clean and holds the merged values, it is
taken byte for byte. Else the file is put together by value. What is odd YAML, or cannot be proved,
is left to Git's merge, and said so.
"""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.diagnostics import is_error
from gitconfig_tool.document import MappingNode, Node, SequenceNode, parse_document
from gitconfig_tool.joining.assembly import Clash, Piece, assemble
from gitconfig_tool.joining.entries import comments_of, cut
from gitconfig_tool.joining.three_way import Choice, Path, fits, merge_values, shape
from gitconfig_tool.pointer import format_pointer

# Merges lines as Git does: base, ours and theirs to the text and the number of conflicts in it.
TextMerge = Callable[[bytes, bytes, bytes], tuple[bytes, int]]
# Putting larger files together takes longer than a person waits for a merge.
MAX_BYTES = 1024 * 1024
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Joined:
    """The merged bytes. `conflicts` are the places that a person must look at.

    `reason` says why the file was left to Git's merge of lines, and is empty where it was not.
    """

    data: bytes
    conflicts: tuple[str, ...] = ()
    reason: str = ""


def join_files(path: str, base: bytes, ours: bytes, theirs: bytes, merge_text: TextMerge) -> Joined:
    """Merge two versions of a YAML file that began as `base`, which is empty where both added it.

    `path` is used in messages only.
    """
    if theirs in (ours, base):
        return Joined(ours)
    if ours == base:
        return Joined(theirs)
    text, count = merge_text(base, ours, theirs)
    by_lines = Joined(text, ("",) * bool(count))
    try:
        versions = _Versions.read(path, base, ours, theirs)
    except _OddError as error:
        return Joined(text, by_lines.conflicts, str(error))
    if not count and versions.holds(text):
        return by_lines
    try:
        return versions.joined(merge_text)
    except _OddError as error:
        # Lines that merge without a conflict may still say something that no side said.
        return Joined(text, by_lines.conflicts or ("",), str(error))


class _OddError(Exception):
    """The file is left to Git's merge of lines; the text says why."""


@dataclass(frozen=True, slots=True)
class _Versions:
    """The three versions as text and as values; the base is None where both sides added it."""

    path: str
    base: tuple[str, Node] | None
    ours: tuple[str, Node]
    theirs: tuple[str, Node]

    @classmethod
    def read(cls, path: str, base: bytes, ours: bytes, theirs: bytes) -> "_Versions":
        if max(map(len, (base, ours, theirs))) > MAX_BYTES:
            raise _OddError(f"expected at most {MAX_BYTES:,} bytes, found a larger file")
        before = _read(path, base, "the common ancestor") if base else None
        return cls(path, before, _read(path, ours, "our side"), _read(path, theirs, "their side"))

    @property
    def _nodes(self) -> tuple[Node | None, Node, Node]:
        return (None if self.base is None else self.base[1]), self.ours[1], self.theirs[1]

    def holds(self, text: bytes) -> bool:
        """Tell whether Git's merge of the lines is readable and holds the merged values."""
        try:
            _, root = _read(self.path, text, "the merge")
        except _OddError:
            return False
        values = merge_values(*self._nodes)
        if not all(each.is_text for each in values.conflicts):
            return False
        # Both sides changed one string, and Git could tell the lines apart.
        loose = frozenset(each.path for each in values.conflicts)
        return fits(shape(root), merge_values(*self._nodes, loose=loose).shape)

    def joined(self, merge_text: TextMerge) -> Joined:
        """Put the file together by value, and prove what comes out."""
        entries = [None if each is None else cut(*each) for each in (self.base, self.ours)]
        base, ours = entries
        theirs = cut(*self.theirs)
        if ours is None or ours.children is None or theirs.children is None:
            raise _OddError("expected a mapping or a list with a line for each entry")
        pieces = assemble(base, ours, theirs)
        shown: list[str] = []
        loose: set[Path] = set()
        settled: list[Piece] = []
        for piece in pieces:
            if isinstance(piece, str):
                settled.append(piece)
                shown.append(piece)
                continue
            lines, is_clean = _marked(piece, merge_text)
            shown.append(lines)
            if is_clean:
                loose.add(piece.path)
            settled.append(lines if is_clean else piece)
        clashes = [each for each in settled if isinstance(each, Clash)]
        self._prove(settled, {each.path for each in clashes}, loose)
        text = "".join(shown)
        for side, (_, node) in (("our", self.ours), ("their", self.theirs)):
            self._prove_comments(text, side, base, ours if node is self.ours[1] else theirs)
        return Joined(text.encode(), tuple(format_pointer(each.path) for each in clashes))

    def _prove(
        self, pieces: Sequence[Piece], forced: AbstractSet[Path], loose: AbstractSet[Path]
    ) -> None:
        """Take each side of all conflicts in turn, and read what comes out."""
        for side in (Choice.OURS, Choice.THEIRS) if forced else (Choice.OURS,):
            expected = merge_values(*self._nodes, side=side, forced=forced, loose=loose)
            if any(each.path not in forced for each in expected.conflicts):
                raise _OddError("expected a conflict where both sides changed a value, found none")
            data = "".join(_taken(pieces, side)).encode()
            is_empty = bool(forced) and not parse_document(self.path, data)[0].root
            found = None if is_empty else shape(_read(self.path, data, "the merge")[1])
            if not fits(found, expected.shape, is_cut=bool(forced)):
                raise _OddError("expected the merged values in the merged text, found others")

    def _prove_comments(self, text: str, side: str, base: Any, entry: Any) -> None:
        known = () if base is None else comments_of(base)
        for comment in comments_of(entry):
            if comment not in known and comment not in text:
                raise _OddError(f"expected all comments of {side} side in the merge, found not all")


def _taken(pieces: Iterable[Piece], side: Choice) -> Iterable[str]:
    for piece in pieces:
        if isinstance(piece, str):
            yield piece
        else:
            yield from piece.ours if side is Choice.OURS else piece.theirs


def _marked(clash: Clash, merge_text: TextMerge) -> tuple[str, bool]:
    """Return the lines of a conflict with Git's markers, and whether Git saw none in text."""
    sides = ["".join(lines).encode() for lines in (clash.base, clash.ours, clash.theirs)]
    text, count = merge_text(sides[0], sides[1], sides[2])
    if count:
        return text.decode(), False
    if clash.is_text:
        return text.decode(), True
    # Git sees two changes that go together, and the values say otherwise: with one line for each
    # side it marks both as wholes.
    marks = [f"{name}\n".encode() for name in ("base", "ours", "theirs")]
    known = dict(zip(marks, sides, strict=True))
    text, _ = merge_text(*(mark if known[mark] else b"" for mark in marks))
    lines = text.splitlines(keepends=True)
    return b"".join(known.get(line, line) for line in lines).decode(), False


def _read(path: str, data: bytes, name: str) -> tuple[str, Node]:
    """Return the text of a version and its value; raises `_OddError` for what is no plain YAML."""
    if data.startswith(_BOM) or b"\r" in data:
        raise _OddError(f"expected plain line ends and no byte order mark, found others in {name}")
    document, found = parse_document(path, data)
    for each in found:
        if is_error(each):
            line = f", line {each.span.line}" if each.span else ""
            raise _OddError(f"expected YAML that can be read, found in {name}{line}: {each.code}")
    if document.root is None:
        raise _OddError(f"expected a value in each version, found none in {name}")
    if _has_alias(document.root):
        raise _OddError(f"expected each value written out, found an alias in {name}")
    return data.decode(), document.root


def _has_alias(root: Node) -> bool:
    """Tell whether a node does not stand behind the one before: an alias has its anchor's place."""
    last = (0, 0)
    stack = [root]
    while stack:
        node = stack.pop()
        at = (node.mark.line, node.mark.column)
        if at <= last:
            return True
        last = at
        if isinstance(node, MappingNode):
            stack += [each.value for each in reversed([*node.entries.values()])]
        elif isinstance(node, SequenceNode):
            stack += reversed(node.items)
    return False
