"""The changes of a value through history, as text and as JSON. Pure; asks Git nothing."""

from collections.abc import Sequence
from typing import Any

from gitconfig_tool.compiler.history import Change, State
from gitconfig_tool.merge import MergedValue, leaves
from gitconfig_tool.pointer import format_pointer
from gitconfig_tool.report.diagnostics_text import PLAIN, Style
from gitconfig_tool.report.explanation import commit_json
from gitconfig_tool.report.tables import count, printable, shorten
from gitconfig_tool.report.values import comparable, json_value, leaf_text

# Values inside a mapping or list that are shown for one change; more make a list nobody reads.
_MAX_INSIDE = 12


def history_text(
    title: str, changes: Sequence[Change], commits: int, width: int, style: Style = PLAIN
) -> list[str]:
    """Return the lines of a history, newest first: commit, values, files."""
    lines = [title]
    for change in changes:
        head, *rest = (shorten(line, width) for line in _head(change))
        lines += ["", style.faint(head), *rest]
        lines += [style.strong(f"  {printable(line)}") for line in _difference(change)]
        lines += [f"  {printable(path)}" for path in change.files]
    lines += ["", f"{count(len(changes), 'change')} in {count(commits, 'commit')} read"]
    return lines


def change_json(change: Change) -> dict[str, Any]:
    """Return one change as JSON."""
    return {
        "commit": commit_json(change.commit),
        "before": None if change.is_cut else _state_json(change.before),
        "after": _state_json(change.after),
        "files": list(change.files),
        "isCut": change.is_cut,
    }


def _head(change: Change) -> list[str]:
    commit = change.commit
    if commit is None:
        return ["the work tree: not committed yet"]
    return [
        f"{commit.id[:12]}  {commit.day}  {printable(commit.author)}",
        f"  {printable(commit.summary)}",
    ]


def _difference(change: Change) -> list[str]:
    if change.is_cut:
        return [f"{_state(change.after)}; the clone is shallow and ends here"]
    before, after = change.before.value, change.after.value
    if before is None or after is None or not (_inner(before) or _inner(after)):
        return [f"{_state(change.before)} -> {_state(change.after)}"]
    return _inside(before, after)


def _inside(before: MergedValue, after: MergedValue) -> list[str]:
    """Say which values inside changed, in the order of the newer value, what is gone at the end."""
    old = {format_pointer(path): leaf for path, leaf in leaves(before)}
    new = {format_pointer(path): leaf for path, leaf in leaves(after)}
    lines = []
    for pointer in dict.fromkeys([*new, *old]):
        was, now = old.get(pointer), new.get(pointer)
        if was is not None and now is not None and comparable(was) == comparable(now):
            continue
        left = "no value" if was is None else leaf_text(was)
        right = "no value" if now is None else leaf_text(now)
        lines.append(f"{pointer or '/'}  {left} -> {right}")
    if len(lines) > _MAX_INSIDE:
        more = count(len(lines) - _MAX_INSIDE, "more value")
        lines = [*lines[:_MAX_INSIDE], f"and {more}: --format json has them all"]
    return lines or [f"{leaf_text(before)} -> {leaf_text(after)}"]


def _inner(value: MergedValue) -> bool:
    return any(path for path, _ in leaves(value))


def _state(state: State) -> str:
    if state.value is not None:
        return leaf_text(state.value)
    return f"no value ({state.why})" if state.why else "no value"


def _state_json(state: State) -> dict[str, Any]:
    if state.value is None:
        return {"present": False, "why": state.why or "there is no older commit"}
    return {"present": True, "value": json_value(state.value)}
