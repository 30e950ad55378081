"""Steps between prompt versions, and new versions, as text and as JSON. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from gitconfig_tool.compiler.prompt_bump import Bump, FileChange
from gitconfig_tool.pointer import format_pointer
from gitconfig_tool.prompts.numbering import Level
from gitconfig_tool.prompts.steps import Step
from gitconfig_tool.report.columns import wrap
from gitconfig_tool.report.diagnostics_text import PLAIN, Style
from gitconfig_tool.report.tables import printable

_VERBS = {
    "moved": "the edit has a version of its own",
    "copied": "a copy to edit",
    "renamed": "a number that says what changed",
    "pinned": "another version of a partial",
}


def step_text(step: Step, style: Style = PLAIN) -> Iterator[str]:
    """Yield a line for each reason, the largest change first."""
    for reason in step.reasons:
        word = f"{reason.level.word:<5}"
        painted = style.error(word) if reason.level is Level.MAJOR else style.strong(word)
        if reason.level is Level.PATCH:
            painted = style.faint(word)
        text = printable(reason.text)
        lines = wrap(text, style.columns, first=9, indent=" " * 9)
        for number, line in enumerate(lines):
            yield f"  {painted}  {line}" if number == 0 else line


def step_json(step: Step) -> dict[str, Any]:
    """Return a step as JSON."""
    return {
        "level": step.level.word,
        "reasons": [
            {
                "level": each.level.word,
                "pointer": format_pointer(each.path),
                "text": each.text,
                "proved": each.is_proved,
            }
            for each in step.reasons
        ],
    }


def bump_text(bumps: Sequence[Bump], style: Style = PLAIN, *, is_dry: bool = False) -> list[str]:
    """Return what was written, or would be, and why."""
    lines: list[str] = []
    folders: dict[str, None] = {}
    for bump in bumps:
        if lines:
            lines.append("")
        numbers = bump.new if bump.old == bump.new else f"{bump.old} -> {bump.new}"
        head = f"{bump.id} {numbers}"
        lines.append(f"{style.strong(head)}  ({bump.level.word}: {_VERBS[bump.action]})")
        lines += step_text(bump.step, style)
        for change in bump.changes:
            folders[change.path.rpartition("/")[0]] = None
            lines.append(f"  {_done(bump, change, is_dry=is_dry)}")
    if is_dry:
        return [*lines, "", "nothing was written (--dry-run)"]
    return [*lines, "", f"next: git add {' '.join(folders)}"]


def bump_json(bump: Bump) -> dict[str, Any]:
    """Return a new version as JSON."""
    return {
        "id": bump.id,
        "from": bump.old,
        "to": bump.new,
        "action": bump.action,
        "level": bump.level.word,
        "step": step_json(bump.step),
        "files": [
            {"path": each.path, "change": _kind(each.before, each.after)} for each in bump.changes
        ],
    }


def _kind(before: bytes | None, after: bytes | None) -> str:
    if before is None:
        return "written"
    return "removed" if after is None else "changed"


def _done(bump: Bump, change: FileChange, *, is_dry: bool) -> str:
    kind = _kind(change.before, change.after)
    if kind == "changed" and bump.restored_from:
        verb = "would restore" if is_dry else "restored"
        return f"{verb} {change.path} as {bump.restored_from} has it"
    words = {"written": "write", "removed": "remove", "changed": "change"}
    past = {"written": "wrote", "removed": "removed", "changed": "changed"}
    return f"{f'would {words[kind]}' if is_dry else past[kind]} {change.path}"
