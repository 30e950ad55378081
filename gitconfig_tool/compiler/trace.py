"""What each layer did to one value: the merge, step by step.

Takes the layers that were asked for a document and a path in it; returns one `Step` for each layer,
strongest first, by merging one layer more each time and comparing. Does not print and does not ask
Git. `trace_value` follows references to the place where the value stands.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gitconfig_tool.compiler.view import Consulted, Viewed
from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import MappingNode, Node, SequenceNode, node_at
from gitconfig_tool.link import MAX_CHAIN, child_at, walk
from gitconfig_tool.merge import (
    LayerDocument,
    Link,
    MergedValue,
    Origin,
    leaves,
    merge_documents,
    to_json,
)
from gitconfig_tool.pointer import Path, parse_pointer, split_reference


@dataclass(frozen=True, slots=True)
class Changes:
    """How many values inside a mapping or a list one layer added, changed and so on."""

    added: int = 0
    changed: int = 0
    repeated: int = 0
    removed: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What one layer did to a value.

    `action` is one of:

    - `no-file`, `empty`, `encrypted`, `unreadable`: there is nothing to merge;
    - `silent`: the file does not speak of the value;
    - `set`: no weaker layer had a value; `replace`: it overrides `overridden`; `repeat`: it gives
      the value that was there already;
    - `merge`, `append`, `prepend`: it adds to a collection, see `changes`;
    - `remove`: it takes the value away, itself or with what is around it;
    - `require`: it asks a stronger layer for a value;
    - `refuse`: a `!final` at `cause` forbids it; `conflict`: it is of another kind than the value
      at `cause`, which is an error.

    `node` is what the file says, `span` where; both are None where it says nothing. `wins` tells
    whether the value is the one that this layer gave.
    """

    layer: str
    path: str
    action: str
    node: Node | None = None
    span: Span | None = None
    overridden: Origin | None = None
    cause: Span | None = None
    changes: Changes | None = None
    wins: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """The layers of one document on one value, strongest first.

    `path` is what the layers were compared at. Where it is shorter than what was asked for, `rest`
    is the remainder: the value is inside a list, or behind a reference. `leads_to` is the place
    that a reference names.
    """

    document: str
    path: Path
    rest: Path
    value: MergedValue | None
    steps: tuple[Step, ...]
    leads_to: tuple[str, Path] | None

    @property
    def is_link(self) -> bool:
        """Whether the layers give a reference here; it may lead to another commit."""
        return self.value is not None and isinstance(self.value.content, Link)


def trace_value(
    view_document: Callable[[str], Viewed], document: str, path: Sequence[str]
) -> tuple[Trace, ...]:
    """Trace a value, and where it is a reference, what that leads to, and so on."""
    traces: list[Trace] = []
    seen: set[tuple[str, Path]] = set()
    at: tuple[str, Path] | None = (document, tuple(path))
    while at is not None and at not in seen and len(traces) < MAX_CHAIN:
        seen.add(at)
        trace = trace_document(view_document(at[0]), at[1])
        traces.append(trace)
        at = trace.leads_to
    return tuple(traces)


def trace_document(viewed: Viewed, path: Path) -> Trace:
    """Trace one value through the layers of its own document."""
    at, rest = _traceable(viewed, path)
    steps: list[Step] = []
    given: list[LayerDocument] = []
    before: MergedValue | None = None
    known: frozenset[Diagnostic] = frozenset()
    for each in viewed.consulted:
        layer = each.given
        if layer is None:
            steps.append(Step(each.layer.path, each.path, _nothing(each)))
            continue
        given.append(layer)
        merged, diagnostics = merge_documents(viewed.id, given, viewed.list_keys)
        after = None if merged is None else _at(merged.root, at)
        new = [found for found in diagnostics if found not in known]
        steps.append(_step(layer, at, before, after, new))
        before, known = after, known | frozenset(diagnostics)
    return Trace(
        viewed.id,
        at,
        rest,
        before,
        tuple(reversed(_with_winner(steps, before))),
        _target(viewed.id, before, rest),
    )


def _traceable(viewed: Viewed, path: Path) -> tuple[Path, Path]:
    """Split a path where layers can no longer be compared: at a list, or at a reference.

    The items of a list have other numbers in each layer.
    """
    if viewed.merged is None:
        return path, ()
    value = viewed.merged.root
    for depth, token in enumerate(path):
        if isinstance(value.content, (tuple, Link)):
            return path[:depth], path[depth:]
        inner = child_at(value, token)
        if inner is None:
            break
        value = inner
    return path, ()


def _at(value: MergedValue, path: Path) -> MergedValue | None:
    found, depth = walk(value, path)
    return found if depth == len(path) else None


def _nothing(consulted: Consulted) -> str:
    if not consulted.exists:
        return "no-file"
    if consulted.is_unreadable:
        return "unreadable"
    return "empty" if consulted.file is None else "encrypted"


def _step(
    layer: LayerDocument,
    path: Path,
    before: MergedValue | None,
    after: MergedValue | None,
    diagnostics: Sequence[Diagnostic],
) -> Step:
    root, name, file = layer.root, layer.layer, layer.path
    node = node_at(root, path)
    if node is None:
        node = _above(root, path)
        removed = before is not None and after is None
        if not removed:
            sealed = _refusal(diagnostics, file, node)
            if sealed is None or before is None:
                return Step(name, file, "silent")
            return Step(name, file, "refuse", node, node.mark.in_file(file), cause=sealed)
        return Step(
            name,
            file,
            "remove",
            node,
            node.mark.in_file(file),
            overridden=before.chain[0] if before is not None else None,
        )
    span = node.mark.in_file(file)
    sealed = _refusal(diagnostics, file, node)
    if sealed is not None:
        return Step(name, file, "refuse", node, span, cause=sealed)
    overridden = before.chain[0] if before is not None else None
    conflict = _conflict(diagnostics, span)
    if conflict is not None:
        return Step(name, file, "conflict", node, span, overridden, cause=conflict)
    if node.tag == "!required":
        return Step(name, file, "require", node, span, overridden)
    if node.tag == "!unset":
        return Step(name, file, "remove", node, span, overridden)
    if isinstance(node, MappingNode) and before is not None and node.tag != "!replace":
        changes = _changes(before, after, diagnostics, span)
        return Step(name, file, "merge", node, span, overridden, changes=changes)
    if isinstance(node, SequenceNode) and node.tag in ("!append", "!prepend") and before:
        action = node.tag.removeprefix("!")
        return Step(
            name, file, action, node, span, overridden, changes=Changes(added=len(node.items))
        )
    if before is None:
        return Step(name, file, "set", node, span)
    if _keeps_items(after, file):
        changes = _changes(before, after, diagnostics, span)
        return Step(name, file, "merge", node, span, overridden, changes=changes)
    same = after is not None and _plain(before) == _plain(after)
    return Step(name, file, "repeat" if same else "replace", node, span, overridden)


def _keeps_items(value: MergedValue | None, file: str) -> bool:
    """Tell whether a list holds items of weaker layers: it was merged by key, not replaced."""
    items = value.content if value is not None else ()
    return isinstance(items, tuple) and any(item.chain[0].path != file for item in items)


def _above(root: Node, path: Path) -> Node:
    """Return the innermost node around a path that a file does not have."""
    node = root
    for depth in range(1, len(path)):
        inner = node_at(root, path[:depth])
        if inner is None:
            break
        node = inner
    return node


def _refusal(diagnostics: Sequence[Diagnostic], file: str, node: Node) -> Span | None:
    """Return the `!final` that forbade a node, or what is around it, to speak."""
    for found in diagnostics:
        if found.code == "GCT105" and found.span is not None and found.span.path == file:
            start, end = found.span, node.mark
            around = (start.line, start.column) <= (end.line, end.column) and (
                end.end_line,
                end.end_column,
            ) <= (start.end_line, start.end_column)
            if around and found.notes:
                return found.notes[0].span
    return None


def _conflict(diagnostics: Sequence[Diagnostic], span: Span) -> Span | None:
    for found in diagnostics:
        if found.code == "GCT103" and found.span == span and found.notes:
            return found.notes[0].span
    return None


def _changes(
    before: MergedValue, after: MergedValue | None, diagnostics: Sequence[Diagnostic], span: Span
) -> Changes:
    old = dict(leaves(before))
    new = {} if after is None else dict(leaves(after))
    same = {path for path in old.keys() & new.keys() if _plain(old[path]) == _plain(new[path])}
    inside = [
        found
        for found in diagnostics
        if found.code == "GCT105"
        and found.span is not None
        and found.span.path == span.path
        and (span.line, span.column) <= (found.span.line, found.span.column)
        and (found.span.line, found.span.column) < (span.end_line, span.end_column)
    ]
    return Changes(
        added=len(_beside(new.keys() - old.keys(), old)),
        changed=len((old.keys() & new.keys()) - same),
        repeated=sum(1 for path in same if len(new[path].chain) > len(old[path].chain)),
        removed=len(_beside(old.keys() - new.keys(), new)),
        refused=len(inside),
    )


def _beside(paths: Iterable[Path], others: Iterable[Path]) -> list[Path]:
    """Leave out the paths of empty collections that the others have filled."""
    around = {path[:depth] for path in others for depth in range(len(path))}
    return [path for path in paths if path not in around]


def _plain(value: MergedValue) -> Any:
    """Return JSON to compare; a number and a boolean, which Python calls equal, differ."""
    content = value.content
    if isinstance(content, (bool, int, float, str)) or content is None:
        return (type(content).__name__, content)
    return repr(to_json(value, repr))


def _with_winner(steps: Sequence[Step], value: MergedValue | None) -> list[Step]:
    if value is None or (isinstance(value.content, Mapping) and value.content):
        return list(steps)  # The values inside a mapping have a winner each.
    winner = value.chain[0]
    return [
        replace(step, wins=step.path == winner.path and step.span == winner.span) for step in steps
    ]


def _target(document: str, value: MergedValue | None, rest: Path) -> tuple[str, Path] | None:
    """Return the place that a reference names, with the rest of the path that was asked for."""
    if value is None or not isinstance(value.content, Link) or value.content.kind != "ref":
        return None
    name, pointer = split_reference(value.content.text)
    if pointer is None or "@" in name:
        return None  # With "@", it is a value of another commit.
    try:
        return name or document, (*parse_pointer(pointer), *rest)
    except ValueError:
        return None
