"""The repairs of one file: its bytes and the diagnostics that carry a `Fix`, to other bytes.

Takes bytes and returns bytes, with what was repaired and what was refused, and why. Every result is
read again by `parse_document`: the value must be the one before, without what was to go. A repair
that does not pass is not made. Reads and writes no files, and knows no bundles.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from gitconfig_tool.diagnostics import (
    Diagnostic,
    Fix,
    Quote,
    Remove,
    Reorder,
    Severity,
    rule,
)
from gitconfig_tool.document import (
    MappingNode,
    Mark,
    Node,
    ScalarNode,
    SequenceNode,
    parse_document,
)
from gitconfig_tool.fix.ordering import reorder, wanted_order
from gitconfig_tool.fix.quoting import quote
from gitconfig_tool.fix.removal import remove
from gitconfig_tool.fix.syntax import CannotError, Path, Syntax, read_syntax

# ruamel.yaml reads some 80 KB in a second, and up to three times: this takes half a minute.
MAX_BYTES = 1024 * 1024
# Each takes a second for a large file or project; a few bad ones of many are found with these.
MAX_QUESTIONS = 100
_BOM = b"\xef\xbb\xbf"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A diagnostic that is not repaired, and why."""

    diagnostic: Diagnostic
    reason: str


@dataclass(frozen=True, slots=True)
class Repair:
    """What became of one file; `data` is as before where nothing was repaired."""

    data: bytes
    repaired: tuple[Diagnostic, ...]
    refused: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class _Target:
    """What one diagnostic asks for, by path: places change with each edit, paths do not."""

    diagnostic: Diagnostic
    fix: Fix
    path: Path
    is_key: bool


def repair_file(path: str, data: bytes, diagnostics: Sequence[Diagnostic]) -> Repair:
    """Make the repairs that the diagnostics of a file ask for.

    Each of `diagnostics` has a span in the file and a `fix`.
    """
    if len(data) > MAX_BYTES:
        return _refuse_all(
            data, diagnostics, f"files of more than {MAX_BYTES:,} bytes are left alone"
        )
    document, found = parse_document(path, data)
    if document.root is None or any(_is_error(each) for each in found):
        return _refuse_all(data, diagnostics, "the file has errors of YAML: correct these first")
    refused: list[Refusal] = []
    targets: list[_Target] = []
    places = _places(document.root)
    for diagnostic in dict.fromkeys(diagnostics):
        try:
            targets.append(_target(diagnostic, places))
        except CannotError as error:
            refused.append(Refusal(diagnostic, str(error)))
    edit = _Edit(path, data, document.root, found)
    accepted, reasons = largest(targets, edit.problem)
    refused += [Refusal(target.diagnostic, reason) for target, reason in reasons]
    if not accepted:
        return Repair(data, (), tuple(refused))
    return Repair(edit.result, tuple(each.diagnostic for each in accepted), tuple(refused))


def largest(
    items: Sequence[_T], problem: Callable[[Sequence[_T]], str | None]
) -> tuple[list[_T], list[tuple[_T, str]]]:
    """Return items that have no problem together, and the others, each with its problem.

    `problem` is asked about all, then about halves: few questions where few items are bad.
    """
    accepted: list[_T] = []
    rejected: list[tuple[_T, str]] = []
    asked = 0

    def take(part: Sequence[_T]) -> None:
        nonlocal asked
        if asked == MAX_QUESTIONS:
            rejected.extend((each, "too many other repairs could not be made") for each in part)
            return
        asked += 1
        reason = problem([*accepted, *part]) if part else None
        if reason is None:
            accepted.extend(part)
        elif len(part) == 1:
            rejected.append((part[0], reason))
        else:
            take(part[: len(part) // 2])
            take(part[len(part) // 2 :])

    take(items)
    return accepted, rejected


class _Edit:
    """One file as it was, and the edits that are tried on it."""

    def __init__(
        self, path: str, data: bytes, root: Node, diagnostics: Sequence[Diagnostic]
    ) -> None:
        self._path = path
        self._data = data
        self._root = root
        self._diagnostics = Counter(each.code for each in diagnostics)
        # The last edits without a problem: `largest` asks about ever more of them.
        self.result = data

    def _apply(self, targets: Sequence[_Target]) -> bytes:
        """Return the file with all edits made; raises `CannotError` where that is not possible."""
        bom = _BOM if self._data.startswith(_BOM) else b""
        text = self._data.removeprefix(_BOM).decode()
        orders = {each.path: each.fix.keys for each in targets if isinstance(each.fix, Reorder)}
        # The deepest first: of mappings at one depth, none lies within another.
        for depth in sorted({len(path) for path in orders}, reverse=True):
            syntax = read_syntax(text)
            text = reorder(
                syntax,
                [(syntax.at(path), keys) for path, keys in orders.items() if len(path) == depth],
            )
        quotes = [each for each in targets if isinstance(each.fix, Quote)]
        if quotes:
            syntax = read_syntax(text)
            text = quote(syntax, [_scalar(syntax, each) for each in quotes])
        removals = [each.path for each in targets if isinstance(each.fix, Remove)]
        if removals:
            text = remove(read_syntax(text), removals)
        return bom + text.encode()

    def problem(self, targets: Sequence[_Target]) -> str | None:
        """Return why the edits cannot be made together, or None."""
        try:
            data = self._apply(targets)
        except CannotError as error:
            return str(error)
        document, found = parse_document(self._path, data)
        if Counter(each.code for each in found) - self._diagnostics:
            return "the file would no longer be well-formed"
        for target in targets:
            if isinstance(target.fix, Quote) and not target.is_key:
                node = _node(self._root, target.path)
                if not (isinstance(node, ScalarNode) and isinstance(node.value, str)):
                    return "it is not text: in quotes it would become another value"
        removed = [each.path for each in targets if isinstance(each.fix, Remove)]
        expected = _without(_shape(self._root), removed)
        if expected != (None if document.root is None else _shape(document.root)):
            return "other values of the file would change"
        if not self._is_in_order(document.root, targets):
            return "the order would not change"
        self.result = data
        return None

    def _is_in_order(self, root: Node | None, targets: Sequence[_Target]) -> bool:
        for target in targets:
            node = None if root is None else _node(root, target.path)
            if isinstance(target.fix, Reorder) and isinstance(node, MappingNode):
                names = list(node.entries)
                if names != wanted_order(names, target.fix.keys):
                    return False
        return True


def _refuse_all(data: bytes, diagnostics: Sequence[Diagnostic], reason: str) -> Repair:
    return Repair(data, (), tuple(Refusal(each, reason) for each in diagnostics))


def _is_error(diagnostic: Diagnostic) -> bool:
    return diagnostic.fix is None and rule(diagnostic.code).severity is Severity.ERROR


_Places = dict[tuple[str, int, int], list[Path]]


def _places(root: Node) -> _Places:
    """Return the paths of all nodes and keys, by where they begin; scalars by their end too.

    A diagnostic may mark a scalar without the tag and the anchor that it begins with.
    """
    found: _Places = {}

    def add(kind: str, mark: Mark, path: Path) -> None:
        found.setdefault((kind, mark.line, mark.column), []).append(path)
        found.setdefault((f"{kind} end", mark.end_line, mark.end_column), []).append(path)

    stack: list[tuple[Path, Node]] = [((), root)]
    while stack:
        path, node = stack.pop()
        add("scalar" if isinstance(node, ScalarNode) else "collection", node.mark, path)
        if isinstance(node, MappingNode):
            for key, entry in node.entries.items():
                add("key", entry.key_mark, (*path, key))
                stack.append(((*path, key), entry.value))
        elif isinstance(node, SequenceNode):
            stack += [((*path, index), item) for index, item in enumerate(node.items)]
    return found


def _target(diagnostic: Diagnostic, places: _Places) -> _Target:
    span, fix = diagnostic.span, diagnostic.fix
    if span is None or fix is None:
        raise ValueError("a repair needs a place and a fix")
    kinds: tuple[str, ...] = ("scalar", "collection")
    if isinstance(fix, Quote):
        kinds = ("key", "scalar", "key end", "scalar end")
    elif isinstance(fix, Reorder):
        kinds = ("collection",)
    for kind in kinds:
        at = (span.end_line, span.end_column) if "end" in kind else (span.line, span.column)
        paths = places.get((kind, *at))
        if not paths:
            continue
        if len(paths) > 1 and isinstance(fix, Remove):
            raise CannotError("the value is written once, and repeated by an alias")
        # An anchor stands before its aliases; `_places` walks from the end.
        return _Target(diagnostic, fix, paths[-1], kind.startswith("key"))
    raise CannotError("the file has no such value at this place")


def _scalar(syntax: Syntax, target: _Target) -> Any:
    return syntax.key_at(target.path) if target.is_key else syntax.at(target.path)


def _node(root: Node, path: Path) -> Node | None:
    node: Node | None = root
    for name in path:
        if isinstance(node, MappingNode) and isinstance(name, str) and name in node.entries:
            node = node.entries[name].value
        elif isinstance(node, SequenceNode) and isinstance(name, int) and name < len(node.items):
            node = node.items[name]
        else:
            return None
    return node


def _shape(node: Node) -> Any:
    """Return all that a node says but for places and the order of keys."""
    if isinstance(node, ScalarNode):
        return (node.tag, type(node.value).__name__, repr(node.value))
    if isinstance(node, SequenceNode):
        return (node.tag, [_shape(item) for item in node.items])
    return (node.tag, {key: _shape(entry.value) for key, entry in node.entries.items()})


def _without(shape: Any, paths: Sequence[Path]) -> Any:
    """Return a shape without what stands at the paths, and without what that leaves empty."""
    if () in paths:
        return None
    if not paths:
        return shape
    tag, content = shape
    below: dict[str | int, list[Path]] = {}
    for path in paths:
        below.setdefault(path[0], []).append(path[1:])
    kept = {}
    for name in content if isinstance(content, dict) else range(len(content)):
        inner = _without(content[name], below.get(name, ()))
        if inner is not None:
            kept[name] = inner
    if not kept:
        return None
    return (tag, kept if isinstance(content, dict) else list(kept.values()))
