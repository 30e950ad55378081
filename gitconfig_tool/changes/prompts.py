"""Prompts that bundles get in another version, or with another text.

Takes both revisions; returns a `PromptChange` for each prompt: the source as a unified diff, the
step between the versions with its reasons, and what renders on the test data of both. Loads the
versions that changed, with the partials that they include, and no other; renders in a process of
its own where either project does not trust its templates.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import unified_diff
from functools import cached_property

from gitconfig_tool.changes.both import Both, content
from gitconfig_tool.changes.hiding import hide, hide_line
from gitconfig_tool.changes.model import PromptChange
from gitconfig_tool.compiler.inputs import read_prompts
from gitconfig_tool.compiler.prompt_numbers import step_of_partials
from gitconfig_tool.compiler.prompt_releases import AnyVersion, written_in
from gitconfig_tool.compiler.prompt_rendered import through
from gitconfig_tool.compiler.prompt_texts import files_naming
from gitconfig_tool.compiler.view import View
from gitconfig_tool.document import MappingNode, plain_value
from gitconfig_tool.link import PromptLink
from gitconfig_tool.project import Bundle
from gitconfig_tool.prompts import Prompts, PromptVersion
from gitconfig_tool.prompts.cases import Case, Message, Side
from gitconfig_tool.prompts.comparison import compare
from gitconfig_tool.prompts.model import PartialVersion
from gitconfig_tool.prompts.names import PARTIAL_ENDING, PROMPT_ENDING, split_name
from gitconfig_tool.prompts.numbering import Level, highest_below, level_between
from gitconfig_tool.prompts.rendering import Rendering
from gitconfig_tool.prompts.steps import step_between
from gitconfig_tool.prompts.written import Written

_ENDINGS = (PROMPT_ENDING, PARTIAL_ENDING)


@dataclass(frozen=True, slots=True)
class _Step:
    """A prompt that goes from one version to another; None where it comes or goes."""

    id: str
    before: str | None
    after: str | None


def changed_prompts(both: Both) -> tuple[PromptChange, ...]:
    """Return the prompts that changed for a bundle, and the versions that came, went or changed."""
    steps = _steps_of_bundles(both)
    old, new = _Library(both.old), _Library(both.new)
    touched = old.touched(both.paths) | new.touched(both.paths)
    for each in _steps_of_files(old, new, touched, steps):
        steps[each] = _users(both, each)
    if not steps:
        return ()
    old.load(each.id + "@" + each.before for each in steps if each.before is not None)
    new.load(each.id + "@" + each.after for each in steps if each.after is not None)
    with Rendering(untrusted=old.is_untrusted or new.is_untrusted) as rendering:
        found = [_Change(old, new, step).tell(steps[step], rendering) for step in steps]
    known = (each for each in found if each is not None)
    return tuple(sorted(known, key=lambda each: (each.id, each.before or "", each.after or "")))


def _steps_of_bundles(both: Both) -> dict[_Step, tuple[str, ...]]:
    """Return the steps that documents take from one version to another, with their bundles."""
    found: dict[_Step, dict[str, None]] = {}
    for pair in both.pairs:
        was, now = (
            {} if side is None else _versions_by_id(side.prompts.values())
            for side in (pair.before, pair.after)
        )
        for prompt_id in dict.fromkeys([*now, *was]):
            before = [each for each in was.get(prompt_id, ()) if each not in now.get(prompt_id, ())]
            after = [each for each in now.get(prompt_id, ()) if each not in was.get(prompt_id, ())]
            for index in range(max(len(before), len(after))):
                step = _Step(
                    prompt_id,
                    before[index] if index < len(before) else None,
                    after[index] if index < len(after) else None,
                )
                found.setdefault(step, {}).update(dict.fromkeys(pair.bundles))
    return {
        step: tuple(name for name in both.bundles if name in names) for step, names in found.items()
    }


def _versions_by_id(links: Collection[PromptLink]) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for link in links:
        found.setdefault(link.id, {})[link.version] = None
    return {each: sorted(versions) for each, versions in found.items()}


def _steps_of_files(
    old: "_Library", new: "_Library", touched: Collection[str], known: Collection[_Step]
) -> list[_Step]:
    """Return the versions whose files came, went or changed, if no bundle's step tells of them."""
    found = []
    arrived = {(each.id, each.after) for each in known}
    left = {(each.id, each.before) for each in known}
    for name in sorted(touched):
        prompt_id, _, version = name.partition("@")
        if name in old.names and name in new.names:
            found.append(_Step(prompt_id, version, version))
        elif name in new.names and (prompt_id, version) not in arrived:
            numbers = [each for each in old.numbers(prompt_id) if each != version]
            found.append(_Step(prompt_id, highest_below(numbers, version), version))
        elif name in old.names and (prompt_id, version) not in left:
            found.append(_Step(prompt_id, version, None))
    return found


def _users(both: Both, step: _Step) -> tuple[str, ...]:
    """Return the bundles that use a version whose own text changed.

    Their documents are the same, so nobody has them at hand: those are read whose files name it.
    """
    view = both.new
    if step.before != step.after or view is None:
        return ()
    naming: dict[tuple[str, str | None], tuple[str, ...]] = {}
    found = []
    for name in both.bundles:
        bundle = view.bundles.get(name)
        documents: dict[str, None] = {}
        for layer in () if bundle is None else bundle.layers:
            key = (layer.path, layer.document)
            if key not in naming:
                naming[key] = tuple(
                    document
                    for document, path in view.files.layer_paths(layer).items()
                    if step.id.encode() in (content(view, path) or b"")
                )
            documents.update(dict.fromkeys(naming[key]))
        if bundle is not None and any(_uses(view, bundle, each, step) for each in documents):
            found.append(name)
    return tuple(found)


def _uses(view: View, bundle: Bundle, document: str, step: _Step) -> bool:
    linked = view.document(bundle, document).linked
    links = () if linked is None else linked.prompts.values()
    return any((link.id, link.version) == (step.id, step.after) for link in links)


class _Library:
    """The prompts of one side: their names from the paths, their content where it is asked for."""

    def __init__(self, view: View | None) -> None:
        self._view = view
        self._project = None if view is None else view.project
        self.prompts = Prompts({})

    @property
    def is_untrusted(self) -> bool:
        """Whether the project asks to render in a process of its own."""
        return self._project is not None and self._project.llm.prompts.untrusted

    @cached_property
    def names(self) -> frozenset[str]:
        """The prompt versions, `ID@VERSION`."""
        return frozenset(name for name, path in self._paths.items() if path.endswith(PROMPT_ENDING))

    def numbers(self, prompt_id: str) -> list[str]:
        """Return the versions of a prompt, in no order."""
        start = f"{prompt_id}@"
        return [name.removeprefix(start) for name in self.names if name.startswith(start)]

    def touched(self, paths: frozenset[str]) -> set[str]:
        """Return the versions that some files are of: their own, their texts', their partials'."""
        if self._project is None or self._view is None:
            return set()
        start = f"{self._folder}/"
        own = {path for path in paths if path.startswith(start) and path.endswith(_ENDINGS)}
        own |= files_naming(self._view.files, self._folder, paths)
        found = {name for name, path in self._paths.items() if path in own}
        # A partial is found in the bytes of those that include it.
        wanted = {name for name in found if self._paths[name].endswith(PARTIAL_ENDING)}
        if wanted:
            found |= self._naming(wanted)
        return {name for name in found if name in self.names}

    def load(self, names: "Iterator[str]") -> None:
        """Read some versions, with the partials that they include."""
        if self._view is None or self._project is None:
            return
        waiting = [self._paths[name] for name in names if name in self._paths]
        only: set[str] = set()
        while waiting:
            path = waiting.pop()
            if path not in only:
                only.add(path)
                included = self._included(path)
                waiting += [self._paths[name] for name in included if name in self._paths]
        if only:
            self.prompts, _ = read_prompts(self._project, self._view.files, only.__contains__)

    def version(self, prompt_id: str, number: str | None) -> PromptVersion | None:
        """Return a version that was loaded."""
        versions = self.prompts.versions(prompt_id)
        return next((each for each in versions if each.version == number), None)

    def written(self, version: AnyVersion) -> Written:
        """Return what a version says, before partials are in their places."""
        return Written({}) if self._view is None else written_in(self._view.snapshot, version)

    def text(self, path: str) -> str:
        """Return the text of a file; none of one that is not there."""
        return (content(self._view, path) or b"").decode("utf-8", "replace")

    def partials_of(self, version: PromptVersion) -> dict[str, PartialVersion]:
        """Return the partials that a version includes, by their ids."""
        paths = () if version.file is None else version.file.paths
        every = (each for versions in self.prompts.partials.values() for each in versions)
        return {each.id: each for each in every if each.path in paths}

    @property
    def _folder(self) -> str:
        return "" if self._project is None else self._project.llm.prompts.folder

    @cached_property
    def _paths(self) -> Mapping[str, str]:
        """The path of each version of a prompt or partial, `ID@VERSION`; reads none."""
        found = {}
        if self._view is not None and self._project is not None:
            start = f"{self._folder}/"
            for path in self._view.files.under(self._folder):
                name = split_name(path.removeprefix(start)) if path.endswith(_ENDINGS) else None
                if name is not None:
                    found[f"{name[0]}@{name[1]}"] = path
        return found

    def _included(self, path: str) -> tuple[str, ...]:
        root = None if self._view is None else self._view.files.parse(path).root
        entry = root.entries.get("includes") if isinstance(root, MappingNode) else None
        named = None if entry is None else plain_value(entry.value)
        values = named.values() if isinstance(named, dict) else ()
        return tuple(each for each in values if isinstance(each, str))

    def _naming(self, partials: set[str]) -> set[str]:
        """Return the versions that name a partial, by way of others too."""
        found: set[str] = set()
        wanted = partials
        while wanted:
            words = [each.encode() for each in wanted]
            near = {
                name
                for name, path in self._paths.items()
                if name not in found and any(w in (content(self._view, path) or b"") for w in words)
            }
            found |= near
            wanted = {name for name in near if self._paths[name].endswith(PARTIAL_ENDING)}
        return found


class _Change:
    """One step, with the versions of both sides."""

    def __init__(self, old: _Library, new: _Library, step: _Step) -> None:
        self._old = old
        self._new = new
        self._step = step
        self._before = old.version(step.id, step.before)
        self._after = new.version(step.id, step.after)

    def tell(self, bundles: tuple[str, ...], rendering: Rendering) -> PromptChange | None:
        """Return the change; None where what is delivered is the same."""
        step, before, after = self._step, self._before, self._after
        if step.before == step.after and before == after:
            return None
        level: str | None = None
        reasons: tuple[str, ...] = ()
        cases: tuple[Case, ...] = ()
        partials: tuple[str, ...] = ()
        if before is not None and after is not None:
            level, reasons = self._level(before, after)
            compared = compare(before, after, rendering.render)
            cases = tuple(_hidden(case) for case in _telling(compared))
            partials = tuple(through(self._old.prompts, self._new.prompts, before, after))
        source = tuple(self._source())
        return PromptChange(
            step.id, step.before, step.after, bundles, level, reasons, source, cases, partials
        )

    def _level(
        self, before: PromptVersion, after: PromptVersion
    ) -> tuple[str | None, tuple[str, ...]]:
        """Return how large the step is, and why: its own changes, and those of partials."""
        both = Prompts({}, _together(self._old.prompts.partials, self._new.prompts.partials))
        partial_step = step_of_partials(both, self._written)
        was, now = self._old.written(before), self._new.written(after)
        found = list(step_between(was.content, now.content, partial_step).reasons)
        old, new = self._old.partials_of(before), self._new.partials_of(after)
        for partial_id, one in old.items():
            other = new.get(partial_id)
            if other is not None and other.version == one.version:
                step = step_between(
                    self._old.written(one).content, self._new.written(other).content, partial_step
                )
                name = f"{partial_id}@{one.version}"
                found += (replace(each, text=f"{name}: {each.text}") for each in step.reasons)
        ordered = sorted(found, key=lambda each: -each.level)
        level = max((each.level for each in ordered), default=Level.PATCH)
        reasons = tuple(dict.fromkeys(each.text for each in ordered))
        if before.version != after.version:
            level = max(level, level_between(before.version, after.version))
            reasons = reasons or ("nothing but the number is another one",)
        return level.word, reasons

    def _written(self, version: AnyVersion) -> Written:
        """Return what a partial of either side says."""
        is_new = any(
            version is each for versions in self._new.prompts.partials.values() for each in versions
        )
        return (self._new if is_new else self._old).written(version)

    def _source(self) -> Iterator[str]:
        """Yield the unified diff of the version's file, and of the texts that it is made of."""
        for one, other in self._files():
            before = "" if one is None else self._old.text(one)
            after = "" if other is None else self._new.text(other)
            # What is used for the first time, or no longer, may have been there all the time.
            if self._step.before is None and other is not None:
                before = self._old.text(other)
            if self._step.after is None and one is not None:
                after = self._new.text(one)
            if before == after:
                continue
            lines = unified_diff(
                before.splitlines(), after.splitlines(), one or "-", other or "-", lineterm=""
            )
            yield from map(hide_line, lines)

    def _files(self) -> Iterator[tuple[str | None, str | None]]:
        before, after = self._before, self._after
        yield None if before is None else before.path, None if after is None else after.path
        was = {} if before is None else self._named(self._old, before)
        now = {} if after is None else self._named(self._new, after)
        for place in dict.fromkeys([*now, *was]):
            yield was.get(place), now.get(place)

    def _named(self, library: _Library, version: PromptVersion) -> dict[str, str]:
        """Return the files that a version names, by place, and its partials, by id."""
        found = {str(place): path for path, place in library.written(version).files}
        partials = library.partials_of(version)
        return {**found, **{f"partial {id}": each.path for id, each in partials.items()}}


def _telling(cases: tuple[Case, ...]) -> Iterator[Case]:
    """Yield the cases that differ, without variants that render what the prompt itself does."""
    plain = {case.name: case for case in cases if case.variant is None}
    for case in cases:
        own = plain.get(case.name, case)
        is_repeated = own is not case and (case.before, case.after) == (own.before, own.after)
        if case.differs and not is_repeated:
            yield case


def _together(
    old: Mapping[str, tuple[PartialVersion, ...]], new: Mapping[str, tuple[PartialVersion, ...]]
) -> dict[str, tuple[PartialVersion, ...]]:
    """Return the partials of both sides; where both have a version, the new one."""
    found = {}
    for partial_id in {**old, **new}:
        now = new.get(partial_id, ())
        known = {each.version for each in now}
        was = (each for each in old.get(partial_id, ()) if each.version not in known)
        found[partial_id] = (*now, *was)
    return found


def _hidden(case: Case) -> Case:
    """Return a case without what may be a secret in the clear."""
    return Case(
        case.name, _hidden_side(case.before), _hidden_side(case.after), case.left_out, case.variant
    )


def _hidden_side(side: Side) -> Side:
    messages = (Message(each.role, str(hide(each.text, ()))) for each in side.messages)
    return Side(tuple(messages), side.problem)
