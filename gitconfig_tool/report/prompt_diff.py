"""Two prompt versions compared: the step, the source and what renders, as text and JSON. Pure."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from gitconfig_tool.prompts.cases import Case
from gitconfig_tool.prompts.steps import Step
from gitconfig_tool.report import word_diff
from gitconfig_tool.report.columns import visible
from gitconfig_tool.report.diagnostics_text import PLAIN, Style
from gitconfig_tool.report.prompt_cases import case_json, case_text
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
    show = partial(word_diff.lines, style=style, is_coloured=is_coloured)
    for case in differing:
        lines += ["", *case_text(case, show, style)]
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
        "rendered": [case_json(case) for case in compared.cases],
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


def _renders(number: int) -> str:
    return "renders" if number == 1 else "render"
