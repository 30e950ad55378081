"""Three texts cut into entries to one text, with both sides where a person must decide.

Our side's formatting holds; what theirs adds moves in with its comments. Comments that both sides
changed both stay. Returns pieces: lines, and clashes with the lines of each version. Writes no
markers, and proves nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from gitconfig_tool.document import MappingNode, Node, ScalarNode, SequenceNode
from gitconfig_tool.joining.aligning import merge_comments, merge_lines
from gitconfig_tool.joining.entries import (
    Entry,
    body_of,
    comments_of,
    first_line,
    floating,
    is_remark,
    lines_of,
    shifted,
    with_dash,
)
from gitconfig_tool.joining.inline import merged_block, merged_flow
from gitconfig_tool.joining.three_way import (
    Choice,
    Path,
    choose,
    merged_keys,
    merged_tag,
    shape,
    slots,
)


@dataclass(frozen=True, slots=True)
class Clash:
    """Lines between which a person must choose, and where the value is.

    `is_text` says that all three versions are strings, whose lines Git may yet merge.
    """

    path: Path
    base: tuple[str, ...]
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    is_text: bool = False


Piece = str | Clash


@dataclass(slots=True)
class _Row:
    """Entries of one collection as they are put together; `carried` waits for the next one."""

    pieces: list[Piece] = field(default_factory=list)
    carried: list[str] = field(default_factory=list)

    def add(self, pieces: Iterable[Piece]) -> None:
        self.pieces += self.carried
        self.carried = []
        self.pieces += pieces


def assemble(base: Entry | None, ours: Entry, theirs: Entry) -> list[Piece]:
    """Put the entries of three versions of a file together."""
    return _both(base, ours, theirs, ())


def _merged(base: Entry | None, ours: Entry | None, theirs: Entry | None, path: Path) -> _Row:
    """Return the pieces of one entry; what it leaves behind when it goes is carried on."""
    row = _Row()
    if ours is not None and theirs is not None:
        row.add(_both(base, ours, theirs, path))
        return row
    kept = ours or theirs
    if kept is None:
        return row
    if base is None:
        row.add(lines_of(kept))
    elif shape(base.node) != shape(kept.node) or _new_comments(base, kept):
        # One side removed what the other changed. A comment counts: it would be lost.
        lines = tuple(lines_of(kept))
        mine, other = (lines, ()) if ours is not None else ((), lines)
        row.add([Clash(path, tuple(lines_of(base)), mine, other)])
    else:
        # Comments that stand by themselves stay; those right above go along.
        above = kept.lead[: floating(kept.lead)]
        row.carried = list(above) if any(line.strip() for line in above) else []
    return row


def _new_comments(base: Entry, changed: Entry) -> bool:
    known = comments_of(base)
    return any(each not in known for each in comments_of(changed))


def _both(base: Entry | None, ours: Entry, theirs: Entry, path: Path) -> list[Piece]:
    theirs = shifted(theirs, ours.indent)
    base = None if base is None else shifted(base, ours.indent)
    mine, other = lines_of(ours), lines_of(theirs)
    old = None if base is None else lines_of(base)
    if other in (mine, old):
        return list(mine)
    if mine == old:
        return list(other)
    lead = merge_comments(base.lead if base else (), ours.lead, theirs.lead)
    bodies = _bodies(base, ours, theirs, path, lead)  # It may add to the lead.
    return [*lead, *bodies]


def _bodies(
    base: Entry | None, ours: Entry, theirs: Entry, path: Path, lead: list[str]
) -> list[Piece]:
    """Return the pieces of an entry that both sides have; a comment may be put above it."""
    b = None if base is None else base.node
    o, t = ours.node, theirs.node
    choice = choose(b, o, t)
    if choice in (Choice.MAPPING, Choice.LIST):
        if base is None or type(b) is not type(o):
            base = None
        versions = [each for each in (base, ours, theirs) if each is not None]
        if all(each.children is not None for each in versions):
            return _parts(base, ours, theirs, path)
        choice = _of_one_side(b, o, t)
    if choice is Choice.OURS and not _lost(base, theirs, ours):
        return _leaf(base, ours, theirs, lead)
    if choice is Choice.THEIRS and not _lost(base, ours, theirs):
        return _leaf(base, theirs, ours, lead)
    lines = merged_flow(base, ours, theirs) or merged_block(base, ours, theirs)
    if lines is not None:
        _keep_beside(base, ours, theirs, lead)
        return list(lines)
    old = () if base is None else tuple(body_of(base))
    return [Clash(path, old, tuple(body_of(ours)), tuple(body_of(theirs)), _is_text(b, o, t))]


def _of_one_side(base: Node | None, ours: Node, theirs: Node) -> Choice:
    """Decide about collections as wholes: what cannot be taken apart."""
    if shape(theirs) in (shape(base), shape(ours)):
        return Choice.OURS
    return Choice.THEIRS if shape(ours) == shape(base) else Choice.CONFLICT


def _lost(base: Entry | None, other: Entry, taken: Entry) -> bool:
    """Tell whether comments inside one version would be lost if the other one were taken."""
    if other.children is None and other.tail is not None:
        return False  # The one beside the value is looked after.
    known = {*comments_of(taken), *(comments_of(base) if base else ())}
    inside = comments_of(replace(other, lead=()))
    return any(each not in known for each in inside)


def _parts(base: Entry | None, ours: Entry, theirs: Entry, path: Path) -> list[Piece]:
    """Put two block collections together, entry by entry."""
    row = _Row()
    if isinstance(ours.node, MappingNode) and isinstance(theirs.node, MappingNode):
        for key in merged_keys(base.node if base else None, ours.node, theirs.node):
            versions = [_child(each, key) for each in (base, ours, theirs)]
            _append(row, versions, ours, (*path, key))
    elif isinstance(ours.node, SequenceNode) and isinstance(theirs.node, SequenceNode):
        plan = slots(base.node if base else None, ours.node, theirs.node)
        for number, slot in enumerate(plan):
            at = (*path, number)
            if slot.is_clash:
                b, o, t = (
                    _run(each, part, ours)
                    for each, part in ((base, slot.base), (ours, slot.ours), (theirs, slot.theirs))
                )
                row.add([Clash(at, b, o, t)])
                continue
            versions = [
                each.item(part) if each else None
                for each, part in ((base, slot.base), (ours, slot.ours), (theirs, slot.theirs))
            ]
            _append(row, versions, ours, at)
    head = _head(base, ours, theirs)
    if not row.pieces:
        head = _emptied(head, ours)
    foot = merge_comments(base.foot if base else (), ours.foot, theirs.foot)
    pieces: list[Piece] = [*head, *row.pieces, *row.carried, *foot]
    if not ours.dash:
        return pieces
    first = 0 if head else _first_code(pieces)
    piece = None if first is None else _dashed(pieces[first], ours.indent)
    if first is None or piece is None:
        # Whether the item has this first line at all is in doubt: then the whole item is.
        old = () if base is None else tuple(body_of(base))
        return [Clash(path, old, tuple(body_of(ours)), tuple(body_of(theirs)))]
    pieces[first] = piece
    return pieces


def _append(row: _Row, versions: Sequence[Entry | None], around: Entry, path: Path) -> None:
    indent = around.children[0][1].indent if around.children else around.indent
    base, ours, theirs = (None if each is None else shifted(each, indent) for each in versions)
    made = _merged(base, ours, theirs, path)
    if made.pieces:
        row.add(made.pieces)
    row.carried += made.carried


def _child(entry: Entry | None, key: str) -> Entry | None:
    return None if entry is None else entry.child(key)


def _run(entry: Entry | None, at: range, around: Entry) -> tuple[str, ...]:
    if entry is None or entry.children is None:
        return ()
    indent = around.children[0][1].indent if around.children else around.indent
    items = (shifted(entry.children[number][1], indent) for number in at)
    return tuple(line for each in items for line in lines_of(each))


def _first_code(pieces: Sequence[Piece]) -> int | None:
    found = (at for at, each in enumerate(pieces) if isinstance(each, Clash) or not is_remark(each))
    return next(found, None)


def _dashed(piece: Piece, column: int) -> Piece | None:
    """Return a piece with the dash of its item; None where a side has no line for it."""
    if isinstance(piece, str):
        return with_dash(piece, column)
    sides = []
    for lines in (piece.base, piece.ours, piece.theirs):
        at = first_line(lines)
        if at is None and lines is not piece.base:
            return None
        with_it = list(lines)
        if at is not None:
            with_it[at] = with_dash(lines[at], column)
        sides.append(tuple(with_it))
    return Clash(piece.path, sides[0], sides[1], sides[2], piece.is_text)


def _head(base: Entry | None, ours: Entry, theirs: Entry) -> list[str]:
    """Merge what stands before the children: the line of the key, its tag, comments."""
    old = base.head if base else ()
    merged = merge_lines(old, ours.head, theirs.head)
    if merged is not None:
        return merged
    tag = merged_tag(base.node if base else None, ours.node, theirs.node)
    main, other = (ours, theirs) if tag == ours.node.tag else (theirs, ours)
    extra = [line for line in other.head if is_remark(line) and line not in (*main.head, *old)]
    beside = _beside(other.head)
    if beside and beside not in (_beside(main.head), _beside(old)):
        extra.append(f"{' ' * (ours.indent + 2)}{beside}\n")
    return [*main.head, *extra]


def _emptied(head: Sequence[str], ours: Entry) -> list[str]:
    """Write down that a collection is empty, which a key without anything below does not say."""
    empty = "{}" if isinstance(ours.node, MappingNode) else "[]"
    at = max((n for n, line in enumerate(head) if not is_remark(line)), default=None)
    if at is None or head[at].startswith("---"):
        return [*head, f"{' ' * (ours.indent + 2 * ours.dash)}{empty}\n"]
    code, mark, comment = head[at].rstrip("\n").partition(" #")
    line = f"{code.rstrip()} {empty}{f'  #{comment}' if mark else ''}\n"
    return [*head[:at], line, *head[at + 1 :]]


def _beside(head: Sequence[str]) -> str:
    """Return the comment on the line of a key whose value stands below, or nothing."""
    _, mark, text = head[0].partition(" #") if head else ("", "", "")
    return f"#{text.rstrip()}" if mark else ""


def _leaf(base: Entry | None, taken: Entry, other: Entry, lead: list[str]) -> list[Piece]:
    """Take one side's value, with the comment beside it of the side that changed that."""
    lines: list[Piece] = list(body_of(taken))
    mine, theirs, old = (None if each is None else each.tail for each in (taken, other, base))
    if mine is None or theirs is None or old is None or mine.strip() != old.strip():
        _keep_beside(base, taken, other, lead)
        return lines
    line = body_of(taken)[0].rstrip("\n")
    code = line[: len(line) - len(mine)] if mine else line
    return [f"{code}{theirs}\n"] if theirs.strip() != mine.strip() else lines


def _keep_beside(base: Entry | None, taken: Entry, other: Entry, lead: list[str]) -> None:
    """Put the comment beside a value above it, where the line is taken from the other side."""
    comment = (other.tail or "").strip()
    known = {(each.tail or "").strip() for each in (taken, base) if each is not None}
    if comment and comment not in known:
        lead.append(f"{' ' * taken.indent}{comment}\n")


def _is_text(*nodes: Node | None) -> bool:
    return all(isinstance(each, ScalarNode) and isinstance(each.value, str) for each in nodes)
