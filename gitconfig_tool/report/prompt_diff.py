"""Two prompt versions compared: the step, the source and what renders, as text and JSON. Pure."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.prompts.comparison import Case, Message, Side
from gitconfig_tool.prompts.steps import Step
from gitconfig_tool.report import word_diff
from gitconfig_tool.report.columns import visible
from gitconfig_tool.report.diagnostics_text import PLAIN, Style
from gitconfig_tool.report.prompt_steps import step_json, step_text
from gitconfig_tool.report.tables import count, printable

# Lines of YAML around a change.
_CONTEXT = 2


@dataclass(frozen=True, slots=True)
class Version:
    """One side of a comparison: `name` says which, such as `1.2.0` or `1.2.0 at v1`."""

    name: str
    path: str
    source: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions of one prompt. `through` are partials whose text is another one."""

    id: str
    old: Version
    new: Version
    step: Step
    cases: tuple[Case, ...]
    through: tuple[str, ...] = ()


def diff_text(
    compared: Compared, style: Style = PLAIN, *, is_coloured: bool = False, with_source: bool = True
) -> list[str]:
    """Return the comparison: the step and its reasons, the files, and what renders otherwise."""
    level = compared.step.level.word if compared.step.reasons else "the same"
    head = f"{compared.id} {compared.old.name} -> {compared.new.name}"
    lines = [f"{style.strong(printable(head))}  ({level})", *step_text(compared.step, style)]
    if compared.through:
        lines.append(f"  through {', '.join(compared.through)}")
    source = list(_source(compared, style, is_coloured=is_coloured)) if with_source else []
    if source:
        lines += ["", *source]
    differing = [case for case in compared.cases if case.differs]
    for case in differing:
        lines += ["", *_case(case, style, is_coloured=is_coloured)]
    same = len(compared.cases) - len(differing)
    if same:
        others = "" if same == len(compared.cases) else "other "
        lines += ["", f"{count(same, others + 'test case')} {_renders(same)} the same text"]
    return lines


def diff_json(compared: Compared) -> dict[str, Any]:
    """Return the comparison as JSON."""
    return {
        "id": compared.id,
        "from": {"version": compared.old.name, "path": compared.old.path},
        "to": {"version": compared.new.name, "path": compared.new.path},
        "step": step_json(compared.step),
        "through": list(compared.through),
        "source": "".join(_unified(compared)),
        "rendered": [_case_json(case) for case in compared.cases],
    }


def _source(compared: Compared, style: Style, *, is_coloured: bool) -> Iterator[str]:
    for line in _unified(compared):
        shown = visible(line.rstrip("\n"))
        if line.startswith(("--- ", "+++ ", "@@")):
            yield style.faint(shown)
        elif line.startswith("-"):
            yield style.removed(shown) if is_coloured else shown
        elif line.startswith("+"):
            yield style.added(shown) if is_coloured else shown
        else:
            yield shown


def _unified(compared: Compared) -> Iterator[str]:
    old, new = compared.old, compared.new
    names = (old.path, new.path) if old.path != new.path else (old.name, new.name)
    return difflib.unified_diff(
        old.source.splitlines(keepends=True),
        new.source.splitlines(keepends=True),
        *names,
        n=_CONTEXT,
    )


def _case(case: Case, style: Style, *, is_coloured: bool) -> Iterator[str]:
    variant = f" as the variant '{printable(case.variant)}'" if case.variant else ""
    yield f"rendered on {style.strong(printable(repr(case.name)))}{variant}:"
    if case.left_out:
        yield f"  the old version does not know {', '.join(case.left_out)}: rendered without"
    for side, word in ((case.before, "old"), (case.after, "new")):
        if side.problem:
            yield f"  the {word} version refuses it: {printable(side.problem)}"
    for before, after in _aligned(case.before, case.after):
        if before == after:
            continue
        role = (after or before or Message(None, "")).role
        indent = "  "
        if role is not None:
            yield f"  {style.frame(role)}"
            indent = "    "
        old, new = (each.text if each else "" for each in (before, after))
        for line in word_diff.lines(old, new, style, is_coloured=is_coloured):
            yield f"{indent}{line}".rstrip()


def _aligned(before: Side, after: Side) -> Iterator[tuple[Message | None, Message | None]]:
    """Yield the messages side by side, by their roles in order."""
    if before.problem or after.problem:
        return
    one, other = before.messages, after.messages
    roles = [[each.role for each in side] for side in (one, other)]
    for kind, start, end, new_start, new_end in difflib.SequenceMatcher(
        None, roles[0], roles[1], autojunk=False
    ).get_opcodes():
        if kind == "equal":
            yield from zip(one[start:end], other[new_start:new_end], strict=True)
        else:
            yield from ((each, None) for each in one[start:end])
            yield from ((None, each) for each in other[new_start:new_end])


def _case_json(case: Case) -> dict[str, Any]:
    return {
        "test": case.name,
        "variant": case.variant,
        "differs": case.differs,
        "leftOut": list(case.left_out),
        "problems": {"from": case.before.problem or None, "to": case.after.problem or None},
        "messages": [_message_json(before, after) for before, after in _pairs(case)],
    }


def _pairs(case: Case) -> Sequence[tuple[Message | None, Message | None]]:
    return list(_aligned(case.before, case.after))


def _message_json(before: Message | None, after: Message | None) -> dict[str, Any]:
    old, new = (None if each is None else each.text for each in (before, after))
    return {
        "role": (after or before or Message(None, "")).role,
        "from": old,
        "to": new,
        "words": [
            {"kind": each.kind, "text": each.text}
            for each in word_diff.pieces(old or "", new or "")
        ],
    }


def _renders(number: int) -> str:
    return "renders" if number == 1 else "render"
