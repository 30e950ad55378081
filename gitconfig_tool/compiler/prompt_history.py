"""Prompt versions against what they were: nothing that is released may change.

Takes the prompts of a snapshot with the commits before it; returns diagnostics. What is released,
and what of it changed, is the work of `prompt_releases`.
"""

from collections.abc import Iterator

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.prompt_numbers import check_numbers
from gitconfig_tool.compiler.prompt_releases import (
    AnyVersion,
    Changed,
    Released,
    every_version,
    place_of,
)
from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.pointer import format_pointer
from gitconfig_tool.project import Project
from gitconfig_tool.prompts import Prompts
from gitconfig_tool.source import PROJECT_FILE, Held

# Further changes of one version; more do not help a reader.
_MAX_NOTES = 5


def check_prompt_history(
    project: Project, files: ProjectFiles, prompts: Prompts
) -> Iterator[Diagnostic]:
    """Compare every prompt version with the merge base and with all release tags.

    New versions are compared with the version that they follow: the number must say what changed.
    """
    base = files.snapshot.merge_base(project.llm.prompts.folder)
    has_prompts = bool(prompts.by_id or prompts.partials)
    if not has_prompts and (base.held is None or not base.held.inside):
        return
    released = Released(project, files.snapshot, base)
    if base.is_cut:
        yield _too_short()
    for path, tag in released.gone():
        yield _gone(path, tag)
    for versions in every_version(prompts):
        for version in versions:
            # What could not be read is reported as that; what it changes, nobody knows.
            changed = None if version.file is None else released.changed(version)
            if changed is not None:
                yield _changed(version, changed)
    yield from check_numbers(prompts, released)


def _changed(version: AnyVersion, changed: Changed) -> Diagnostic:
    name = f"{version.id}@{version.version}"
    first, *others = changed.paths
    notes = [
        Note(f"{format_pointer(path)} changed as well", place_of(version, changed.now, path))
        for path in others[:_MAX_NOTES]
    ]
    if len(others) > _MAX_NOTES:
        notes.append(Note(f"{len(others) - _MAX_NOTES} more places changed"))
    return Diagnostic(
        "GCT535",
        f"expected {name} as {changed.where} released it, found another {format_pointer(first)}",
        place_of(version, changed.now, first),
        label="changed since its release",
        notes=tuple(notes),
        hint=_bump_hint(version),
    )


def _bump_hint(version: AnyVersion) -> str:
    return f"give the edit a version of its own: gitconfig-tool prompts bump {version.id}"


def _gone(path: str, tag: Held) -> Diagnostic:
    return Diagnostic(
        "GCT536",
        f"expected {path}, which the tag {tag.name} released, found it removed",
        Span(path),
        hint="bundles of older commits keep it: the commit is the lock. "
        "Mark it 'deprecated' first, so that whoever names it is told",
    )


def _too_short() -> Diagnostic:
    return Diagnostic(
        "GCT538",
        "expected the commit that prompt versions are compared with, found the end of a shallow "
        "clone before it",
        Span(PROJECT_FILE),
        hint="fetch more commits: git fetch --unshallow --tags; in CI, set fetch-depth to 0",
    )
