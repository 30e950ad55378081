"""New versions of prompts and partials: which number they get, and which files change.

Takes the prompts of a snapshot with what is released of them; returns a `Bump`: bytes are moved
from file to file, so comments and layout stay. Writes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from posixpath import basename, dirname

from gitconfig_tool.compiler.prompt_numbers import step_of_partials
from gitconfig_tool.compiler.prompt_releases import (
    AnyVersion,
    Changed,
    Released,
    every_version,
)
from gitconfig_tool.document import Mark, ScalarNode, node_at, parse_document
from gitconfig_tool.errors import GitConfigError
from gitconfig_tool.pointer import Path
from gitconfig_tool.prompts import Prompts, PromptVersion
from gitconfig_tool.prompts.numbering import (
    Level,
    highest_below,
    is_draft,
    level_between,
    next_version,
    released_form,
)
from gitconfig_tool.prompts.parts import Include
from gitconfig_tool.prompts.steps import Step, step_between
from gitconfig_tool.prompts.written import Written, as_written

ReadDisk = Callable[[str], bytes | None]
# A number is found within a few tries; this only ends a mistake of ours.
_MAX_TRIES = 10_000


class BumpError(GitConfigError):
    """There is no new version to write, or not the one that was asked for."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file before and after; None where it is not there."""

    path: str
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True, slots=True)
class Bump:
    """A new version: from which one, how large the step is, why, and what is written.

    `action` is `moved` (an edit of a released version gets a file of its own), `copied` (to begin
    an edit), `renamed` (a draft whose number did not fit) or `pinned` (another partial).
    `restored_from` names the release that the old file is as again.
    """

    id: str
    old: str
    new: str
    action: str
    step: Step
    level: Level
    changes: tuple[FileChange, ...]
    restored_from: str = ""


class Bumper:
    """Finds new versions; `read_disk` gives the bytes of a file of the work tree."""

    def __init__(self, prompts: Prompts, released: Released, read_disk: ReadDisk) -> None:
        self._prompts = prompts
        self._released = released
        self._read = read_disk
        self._partial_step = step_of_partials(prompts, released.now)

    def bump(self, name: str, level: Level | None) -> Bump:
        """Return the next version of a prompt or a partial; raises `BumpError` without one.

        `name` is `ID`, or `ID@VERSION` to say which version is meant. `level` is at least so large
        a step.
        """
        prompt_id, _, number = name.partition("@")
        versions = versions_of(self._prompts, prompt_id)
        if number:
            chosen = [each for each in versions if each.version == number]
            if not chosen:
                raise _no_version(prompt_id, number, versions)
        else:
            chosen = list(versions)
        edited = [(each, found) for each in chosen if (found := self._released.changed(each))]
        if edited:
            return self._moved(versions, edited, level)
        drafts = [each for each in chosen if not self._released.holding(each.path)]
        for draft in drafts:
            renamed = self._renamed(versions, draft, level)
            if renamed is not None:
                return renamed
        if chosen[0] in drafts:
            raise BumpError(
                "expected a version that needs another number, found "
                f"{prompt_id}@{chosen[0].version}, which is new and whose number says what changed",
                hint="edit it as you like until it is released",
            )
        if level is None:
            raise BumpError(
                f"expected an edit in {prompt_id}@{chosen[0].version}, found it as it was released",
                hint="edit the file and run this again, or begin with a copy: --level patch",
            )
        return self._copied(versions, chosen[0], level)

    def pin(self, version: AnyVersion, include: Include, to: str) -> Bump:
        """Return a new version that includes another version of a partial."""
        if self._released.changed(version) is not None:
            name = f"{version.id}@{version.version}"
            raise BumpError(
                f"expected {name} as it was released, found it edited",
                hint=f"give the edit a version of its own first: prompts bump {version.id}",
            )
        before = self._read(version.path) or b""
        path: Path = ("includes", include.alias)
        pinned = replaced(version.path, before, path, f"{include.id}@{include.version}", to)
        root = parse_document(version.path, pinned)[0].root
        content = as_written(version.path, root, self._read)
        versions = versions_of(self._prompts, version.id)
        old = self._content(version)
        step = step_between(old.content, content.content, self._partial_step)
        if not self._released.holding(version.path):
            change = FileChange(version.path, before, pinned)
            number = version.version
            return Bump(version.id, number, number, "pinned", step, step.level, (change,))
        number = self._number(versions, version.version, content, Level.PATCH)
        change = FileChange(_path_of(version, number), None, pinned)
        return Bump(version.id, version.version, number, "pinned", step, step.level, (change,))

    def _moved(
        self,
        versions: Sequence[AnyVersion],
        edited: list[tuple[AnyVersion, Changed]],
        level: Level | None,
    ) -> Bump:
        own = [
            (each, found)
            for each, found in edited
            if found.held.id_of(each.path) != self._released.id_now(each.path)
        ]
        if len(own) > 1:
            names = ", ".join(each.version for each, _ in own)
            raise BumpError(
                f"expected an edit in one released version, found {names} edited",
                hint=f"take them one by one, such as {own[-1][0].id}@{own[-1][0].version}",
            )
        version, changed = (own or edited)[0]
        step = step_between(changed.before.content, changed.now.content, self._partial_step)
        self._large_enough(step, level)
        number = self._number(versions, version.version, changed.now, level or Level.PATCH)
        data = self._read(version.path) or b""
        changes = []
        for file, place in changed.now.files:
            if changed.held.id_of(file) == self._released.id_now(file):
                continue
            self._not_in_drafts(version, file)
            name = basename(file)
            new_name = _numbered(name, number)
            data = replaced(version.path, data, (*place, "file"), name, new_name)
            text = self._read(file)
            changes.append(FileChange(f"{dirname(file)}/{new_name}", None, text))
            changes.append(FileChange(file, text, changed.held.read(file)))
        changes.append(FileChange(_path_of(version, number), None, data))
        if (version, changed) in own:
            before = self._read(version.path)
            changes.append(FileChange(version.path, before, changed.held.read(version.path)))
        # What is new is written first: nothing is lost where the rest fails.
        changes.sort(key=lambda each: each.before is not None)
        made = max(step.level, level or Level.PATCH)
        return Bump(
            version.id,
            version.version,
            number,
            "moved",
            step,
            made,
            tuple(changes),
            changed.where,
        )

    def _renamed(
        self, versions: Sequence[AnyVersion], draft: AnyVersion, level: Level | None
    ) -> Bump | None:
        """Return the right number of a draft; None where it has it."""
        follows = highest_below((each.version for each in versions), draft.version)
        numbers = [each for each in versions if each is not draft]
        if follows is None:
            return None
        parent = next(each for each in versions if each.version == follows)
        now = self._released.now(draft)
        step = step_between(self._content(parent).content, now.content, self._partial_step)
        self._large_enough(step, level)
        needed = max(step.level, level or Level.NONE)
        wanted = released_form(draft.version)
        taken = {each.version for each in numbers}
        fits = level_between(follows, draft.version) >= needed
        if fits and (not is_draft(draft.version) or wanted in taken):
            return None
        number = wanted if fits else self._number(numbers, follows, now, needed)
        data = self._read(draft.path)
        changes = (
            FileChange(_path_of(draft, number), None, data),
            FileChange(draft.path, data, None),
        )
        return Bump(draft.id, draft.version, number, "renamed", step, needed, changes)

    def _copied(self, versions: Sequence[AnyVersion], version: AnyVersion, level: Level) -> Bump:
        now = self._released.now(version)
        number = self._number(versions, version.version, now, level)
        change = FileChange(_path_of(version, number), None, self._read(version.path))
        return Bump(version.id, version.version, number, "copied", Step(), level, (change,))

    def _number(
        self, versions: Iterable[AnyVersion], start: str, content: Written, least: Level
    ) -> str:
        """Return the lowest free number that says what changed, seen from whatever it follows."""
        by_number = {each.version: each for each in versions}
        number = next_version(start, max(least, Level.PATCH))
        for _ in range(_MAX_TRIES):
            if number in by_number:
                number = next_version(number, max(least, Level.PATCH))
                continue
            follows = highest_below(by_number, number)
            if follows is None:
                return number
            before = self._content(by_number[follows])
            needed = step_between(before.content, content.content, self._partial_step).level
            if level_between(follows, number) >= needed:
                return number
            number = next_version(follows, needed)
        raise AssertionError("a number is always found")

    def _content(self, version: AnyVersion) -> Written:
        """Return what a version says; one that was edited after its release, as it was released."""
        changed = self._released.changed(version)
        return self._released.now(version) if changed is None else changed.before

    def _large_enough(self, step: Step, level: Level | None) -> None:
        if level is not None and level < step.level:
            raise BumpError(
                f"expected a step that holds the changes, found --level {level.word} for a "
                f"{step.level.word} change: {step.deciding[0].text}",
                hint=f"use --level {step.level.word}, or leave --level out",
            )

    def _not_in_drafts(self, version: AnyVersion, file: str) -> None:
        for versions in every_version(self._prompts):
            for other in versions:
                names = {name for name, _ in self._released.now(other).files}
                if other != version and file in names and not self._released.holding(other.path):
                    raise BumpError(
                        f"expected {file} to belong to released versions only, found it in "
                        f"{other.id}@{other.version}, which is new",
                        hint="give one of them a file of its own, then run this again",
                    )


def versions_of(prompts: Prompts, prompt_id: str) -> Sequence[AnyVersion]:
    """Return the versions of a prompt, or of a partial, highest first; raises `BumpError`."""
    found: Sequence[AnyVersion] = prompts.versions(prompt_id)
    found = found or prompts.partials.get(prompt_id, ())
    if not found:
        raise no_prompt(prompts, prompt_id)
    return found


def including(
    prompts: Prompts, partial_id: str, to: str
) -> Iterator[tuple[PromptVersion, Include]]:
    """Yield the newest version of each prompt that includes another version of a partial."""
    for prompt_id in prompts.ids():
        version = prompts.versions(prompt_id)[0]
        for include in () if version.file is None else version.file.includes:
            if include.id == partial_id and include.version != to:
                yield version, include


def no_prompt(prompts: Prompts, prompt_id: str) -> BumpError:
    """Return the error of an id that does not exist."""
    near = next(iter(get_close_matches(prompt_id, {*prompts.by_id, *prompts.partials}, n=1)), None)
    ids = ", ".join(prompts.ids()[:12]) or "none yet: gitconfig-tool prompts new ID"
    return BumpError(
        f"expected the id of a prompt, found '{prompt_id}'",
        hint=f"did you mean '{near}'?" if near else f"prompts: {ids}",
    )


def _no_version(prompt_id: str, number: str, versions: Sequence[AnyVersion]) -> BumpError:
    known = ", ".join(each.version for each in versions[:12])
    return BumpError(
        f"expected a version of {prompt_id}, found '{number}'", hint=f"versions: {known}"
    )


def replaced(path: str, data: bytes, at: Path, old: str, new: str) -> bytes:
    """Return a file with a text replaced inside one scalar; raises `BumpError` where it fails."""
    root = parse_document(path, data)[0].root
    node = None if root is None else node_at(root, at)
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        lines = data.decode("utf-8").split("\n")
        mark: Mark = node.mark
        line = lines[mark.line - 1] if mark.line == mark.end_line else ""
        written = line[mark.column - 1 : mark.end_column - 1]
        if written.count(old) == 1:
            tail = line[mark.end_column - 1 :]
            lines[mark.line - 1] = line[: mark.column - 1] + written.replace(old, new) + tail
            made = "\n".join(lines).encode()
            again = parse_document(path, made)[0].root
            there = None if again is None else node_at(again, at)
            wanted = node.value.replace(old, new)
            if isinstance(there, ScalarNode) and there.value == wanted:
                return made
    raise BumpError(
        f"expected '{old}' written on one line in {path}, found it otherwise",
        hint="write it plainly, or make the new version by hand",
    )


def _path_of(version: AnyVersion, number: str) -> str:
    """Return the path of another version of the same prompt or partial."""
    folder, name = dirname(version.path), basename(version.path)
    return f"{folder}/{number}{name.removeprefix(version.version)}"


def _numbered(name: str, number: str) -> str:
    """Return the name of a file for a version: `system.md.j2` becomes `system-1.3.0.md.j2`."""
    stem, dot, ending = name.partition(".")
    return f"{stem}-{number}{dot}{ending}"
