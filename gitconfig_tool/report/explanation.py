"""Where a value came from: each layer that was asked and what it did, as text and as JSON.

Takes traces and the commits of the lines that they name; asks Git nothing, prints nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any

from gitconfig_tool.compiler.trace import Changes, Step, Trace
from gitconfig_tool.diagnostics import Span
from gitconfig_tool.document import MappingNode, plain_value
from gitconfig_tool.merge import MergedValue, Origin, leaves
from gitconfig_tool.pointer import format_pointer
from gitconfig_tool.report.columns import text_width
from gitconfig_tool.report.diagnostics_text import PLAIN, Style
from gitconfig_tool.report.origins import layer_and_line
from gitconfig_tool.report.tables import count, printable, shorten, table
from gitconfig_tool.report.values import json_value, leaf_text, node_text
from gitconfig_tool.source import Commit

CommitOf = Callable[[Span], Commit | None]

_NOTHING = {
    "no-file": "no such file",
    "empty": "the file holds no value",
    "encrypted": "the file is encrypted",
    "unreadable": "the file has errors",
    "silent": "does not speak of it",
}


def trace_text(
    trace: Trace, commit_of: CommitOf | None, width: int, style: Style = PLAIN
) -> list[str]:
    """Return the layers of a trace, strongest first; the one that wins is marked with `>`.

    `commit_of` is asked for every line that is shown; without it, no commit is named.
    """
    winner = any(step.wins for step in trace.steps)
    lines = [f"layers, strongest first{'; > marks the one that wins' if winner else ''}:", ""]
    column = max((text_width(printable(step.layer)) for step in trace.steps), default=0)
    for step in trace.steps:
        layer = printable(step.layer)
        gap = " " * (column - text_width(layer) + 2)
        said = _NOTHING.get(step.action) or (node_text(step.node) if step.node is not None else "")
        line = f"{'>' if step.wins else ' '} {layer}{gap}{printable(said)}"
        if step.action in _NOTHING or step.span is None:
            lines.append(style.faint(line))
            continue
        lines.append(style.strong(line) if step.wins else line)
        lines.append(f"    {_did(step)}")
        lines.append(f"    {printable(str(step.span))}")
        if commit_of is not None:
            lines.append(shorten(f"    {commit_text(commit_of(step.span))}", width))
    return lines


def chain_text(
    origins: Sequence[Origin], commit_of: CommitOf | None, width: int, style: Style = PLAIN
) -> list[str]:
    """Return who set a value that layers cannot be compared at, strongest first.

    That is a value inside a list, whose items have other numbers in each layer, or one of another
    commit.
    """
    lines = ["who set the value itself, strongest first:", ""]
    column = max((text_width(printable(origin.layer)) for origin in origins), default=0)
    for index, origin in enumerate(origins):
        layer = printable(origin.layer)
        gap = " " * (column - text_width(layer) + 2)
        weaker = origins[index + 1] if index + 1 < len(origins) else None
        at = "" if origin.is_here else f" at {origin.commit[:12]}"
        line = f"{' ' if index else '>'} {layer}{gap}{printable(node_text(origin.node))}"
        lines += [
            line if index else style.strong(line),
            f"    {_over(origin, weaker)}",
            f"    {printable(str(origin.span))}{at}",
        ]
        if commit_of is not None and origin.is_here:
            lines.append(shorten(f"    {commit_text(commit_of(origin.span))}", width))
    return lines


def inside_text(value: MergedValue, width: int, commit_of: CommitOf | None = None) -> list[str]:
    """Return the values inside a mapping or a list, each with the layer and line that won.

    With `commit_of`, a line below each says which commit last set it.
    """
    if commit_of is not None:
        return [
            line
            for pointer, leaf in _inside(value)
            for line in _blamed(pointer, leaf, commit_of, width)
        ]
    rows = [
        (pointer, leaf_text(leaf), _short_origin(leaf.chain[0])) for pointer, leaf in _inside(value)
    ]
    return table(rows, width=width, cut=1)


def _blamed(pointer: str, leaf: MergedValue, commit_of: CommitOf, width: int) -> list[str]:
    origin = leaf.chain[0]
    what = f"  {printable(pointer)}  {leaf_text(leaf)}"
    at = f"at {origin.commit[:12]}" if not origin.is_here else commit_text(commit_of(origin.span))
    return [shorten(what, width), shorten(f"      {_short_origin(origin)}  {at}", width)]


def layers_json(trace: Trace, commit_of: CommitOf, *, blame: bool) -> list[dict[str, Any]]:
    """Return every layer of a trace as JSON; without `blame`, the winner alone has a commit."""
    return [_step_json(step, commit_of, blame=blame) for step in trace.steps]


def chain_json(value: MergedValue, commit_of: CommitOf, *, blame: bool) -> list[dict[str, Any]]:
    """Return who spoke about a value, strongest first, as JSON."""
    return [
        {
            **place_json(origin),
            "tag": origin.node.tag,
            "value": plain_value(origin.node),
            "commit": commit_json(commit_of(origin.span))
            if origin.is_here and (blame or index == 0)
            else None,
        }
        for index, origin in enumerate(value.chain)
    ]


def inside_json(
    value: MergedValue, pointer: str, commit_of: CommitOf | None = None
) -> list[dict[str, Any]]:
    """Return the values inside a mapping or a list as JSON, each with the place that won."""
    found = []
    for inner, leaf in _inside(value):
        origin = leaf.chain[0]
        row = {"pointer": pointer + inner, "value": json_value(leaf), **place_json(origin)}
        if commit_of is not None:
            row["commit"] = commit_json(commit_of(origin.span)) if origin.is_here else None
        found.append(row)
    return found


def place_json(origin: Origin) -> dict[str, Any]:
    """Return the layer and the place of an origin as JSON; `at` is the commit, for another one."""
    at = {} if origin.is_here else {"at": origin.commit}
    return {"layer": origin.layer, **span_json(origin.span), **at}


def span_json(span: Span) -> dict[str, Any]:
    """Return where a span begins as JSON."""
    return {"path": span.path, "line": span.line, "column": span.column}


def commit_text(commit: Commit | None) -> str:
    """Name a commit on one line: id, date, author and subject."""
    if commit is None:
        return "the work tree: not committed yet"
    subject = printable(commit.summary)
    return f'{commit.id[:12]}, {commit.day}, {printable(commit.author)}: "{subject}"'


def commit_json(commit: Commit | None) -> dict[str, Any] | None:
    """Return a commit as JSON."""
    if commit is None:
        return None
    return {
        "id": commit.id,
        "date": commit.day,
        "author": commit.author,
        "summary": commit.summary,
    }


def _over(origin: Origin, weaker: Origin | None) -> str:
    """Say what an origin did with the next weaker one."""
    if weaker is None or weaker.node.tag == "!required":
        return "sets it"
    layer = printable(weaker.layer)
    if plain_value(origin.node) == plain_value(weaker.node) and origin.node.tag == weaker.node.tag:
        return f"repeats what {layer} says"
    if isinstance(origin.node, MappingNode) and origin.node.tag != "!replace":
        return f"merges into {printable(node_text(weaker.node))} of {layer}"
    if origin.node.tag in ("!append", "!prepend"):
        return f"{origin.node.tag[1:]}s to {printable(node_text(weaker.node))} of {layer}"
    return f"replaces {printable(node_text(weaker.node))} of {layer}"


def _did(step: Step) -> str:
    """Say what the merge did with what a layer gave."""
    before = ""
    if step.overridden is not None:
        before = (
            f"{printable(node_text(step.overridden.node))} of {printable(step.overridden.layer)}"
        )
    tag = step.node.tag if step.node is not None else None
    final = "; !final: no stronger layer may change it" if tag == "!final" else ""
    if step.action == "set":
        return f"sets it{final}"
    if step.action == "replace":
        return f"replaces {before}{final}"
    if step.action == "repeat":
        layer = printable(step.overridden.layer) if step.overridden is not None else ""
        return f"repeats what {layer} says{final}"
    if step.action == "merge":
        return f"merges: {_changes(step.changes)}{final}"
    if step.action in ("append", "prepend"):
        added = count(step.changes.added, "item") if step.changes is not None else "items"
        return f"{step.action}s {added}"
    if step.action == "remove":
        if not before:
            return "removes nothing: no weaker layer sets it"
        around = "" if tag == "!unset" else ", with what is around it"
        return f"removes {before}{around}"
    if step.action == "require":
        left = f"; {before} does not count" if before else ""
        return f"asks a stronger layer for a value{left}"
    if step.action == "refuse":
        return f"refused: !final at {printable(str(step.cause))}"
    return f"an error: it is of another kind than the value at {printable(str(step.cause))}"


def _changes(changes: Changes | None) -> str:
    if changes is None:
        return "nothing changed"
    parts = [
        (changes.added, "added"),
        (changes.changed, "changed"),
        (changes.repeated, "repeated"),
        (changes.removed, "removed"),
        (changes.refused, "refused"),
    ]
    told = [(number, what) for number, what in parts if number]
    if not told:
        return "nothing changed"
    first, *others = told
    return ", ".join(
        [
            f"{count(first[0], 'value')} {first[1]}",
            *(f"{number:,} {what}" for number, what in others),
        ]
    )


def _step_json(step: Step, commit_of: CommitOf, *, blame: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "layer": step.layer,
        "path": step.path,
        "exists": step.action != "no-file",
        "action": step.action,
        "wins": step.wins,
    }
    if step.node is None or step.span is None:
        return found
    found |= {
        "line": step.span.line,
        "column": step.span.column,
        "tag": step.node.tag,
        "value": plain_value(step.node),
    }
    if step.overridden is not None:
        found["overrides"] = {
            **place_json(step.overridden),
            "tag": step.overridden.node.tag,
            "value": plain_value(step.overridden.node),
        }
    if step.cause is not None:
        found["cause"] = span_json(step.cause)
    if step.changes is not None:
        found["changes"] = {
            "added": step.changes.added,
            "changed": step.changes.changed,
            "repeated": step.changes.repeated,
            "removed": step.changes.removed,
            "refused": step.changes.refused,
        }
    found["commit"] = commit_json(commit_of(step.span)) if blame or step.wins else None
    return found


def _short_origin(origin: Origin) -> str:
    is_reference = " (!ref)" if origin.node.tag == "!ref" else ""
    return f"{layer_and_line(origin)}{is_reference}"


def _inside(value: MergedValue) -> list[tuple[str, MergedValue]]:
    return [(format_pointer(path), leaf) for path, leaf in leaves(value) if path]
