"""The numbers of new prompt versions: whether each says what changed since the one before.

Takes the prompts of a snapshot with what is released of them; returns diagnostics. A version that
is released keeps its number whatever it holds, and a pre-release promises nothing.
"""

from collections.abc import Callable, Iterator, Sequence

from gitconfig_tool.compiler.prompt_releases import (
    AnyVersion,
    Released,
    every_version,
    place_of,
)
from gitconfig_tool.diagnostics import Diagnostic, Note
from gitconfig_tool.prompts import Prompts
from gitconfig_tool.prompts.model import PartialVersion
from gitconfig_tool.prompts.numbering import (
    highest_below,
    is_draft,
    level_between,
    next_version,
)
from gitconfig_tool.prompts.steps import PartialStep, Step, step_between
from gitconfig_tool.prompts.written import Written

# Reasons that are told; what decides comes first.
_MAX_NOTES = 5


def check_numbers(prompts: Prompts, released: Released) -> Iterator[Diagnostic]:
    """Compare every new version with the version that it follows."""
    partial_step = step_of_partials(prompts, released.now)
    for versions in every_version(prompts):
        by_number = {each.version: each for each in versions}
        for version in versions:
            if released.holding(version.path) or is_draft(version.version):
                continue
            follows = highest_below(by_number, version.version)
            if follows is None or version.file is None or by_number[follows].file is None:
                continue
            step = step_since(by_number[follows], version, released, partial_step)
            if level_between(follows, version.version) < step.level:
                yield _too_small(version, follows, step, released)


def step_since(
    before: AnyVersion, version: AnyVersion, released: Released, partial_step: PartialStep
) -> Step:
    """Return the step from one version of the snapshot to another.

    A version that was edited after its release counts as it was released: the edit is an error of
    its own.
    """
    changed = released.changed(before)
    old = released.now(before) if changed is None else changed.before
    return step_between(old.content, released.now(version).content, partial_step)


def step_of_partials(prompts: Prompts, written: Callable[[AnyVersion], Written]) -> PartialStep:
    """Return what compares two versions of one partial; `written` gives what a version says."""

    def step(partial_id: str, old: str, new: str) -> Step | None:
        before = _find(prompts.partials.get(partial_id, ()), old)
        after = _find(prompts.partials.get(partial_id, ()), new)
        if before is None or after is None:
            return None
        return step_between(written(before).content, written(after).content, step)

    return step


def _find(versions: Sequence[PartialVersion], number: str) -> PartialVersion | None:
    return next((each for each in versions if each.version == number), None)


def _too_small(version: AnyVersion, follows: str, step: Step, released: Released) -> Diagnostic:
    right = next_version(follows, step.level)
    now = released.now(version)
    first, *others = step.deciding
    notes = [Note(each.text, place_of(version, now, each.path)) for each in others[:_MAX_NOTES]]
    if len(others) > _MAX_NOTES:
        notes.append(Note(f"{len(others) - _MAX_NOTES} more changes of that size"))
    return Diagnostic(
        "GCT537",
        f"expected {version.id}@{right} after {follows}, for a {step.level.word} change; "
        f"found {version.version}",
        place_of(version, now, first.path),
        label=first.text,
        notes=tuple(notes),
        hint=f"rename it: gitconfig-tool prompts bump {version.id}",
    )
