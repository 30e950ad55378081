"""Which documents of which bundles may differ between two revisions; the rest is not read.

Takes two sides: the files, the project and the bundles of each. Returns, for each bundle, the ids
of documents that may differ; every other document is the same on both sides. It says too many
rather than too few: that a stronger layer hides a change, merging finds out. Does not merge.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.inputs import is_schema_path, read_schemas
from gitconfig_tool.compiler.names import every_name, format_names
from gitconfig_tool.compiler.reach import Reach, References
from gitconfig_tool.compiler.referring import NAMES, PAST, PROMPT
from gitconfig_tool.compiler.touched import is_prompt_change
from gitconfig_tool.project import BoundLayer, Bundle, Project
from gitconfig_tool.source import File


@dataclass(frozen=True, slots=True)
class Side:
    """One revision, as far as its project file says: nothing of the layers need be read."""

    files: ProjectFiles
    project: Project
    bundles: Mapping[str, Bundle]


@dataclass(frozen=True, slots=True)
class Affected:
    """The documents of each bundle that may differ; a bundle without any is left out.

    `paths` are the files of the project that differ. `everything` says that it cannot be told, so
    that `documents` holds all there are; `reason` then tells why, in a sentence.
    """

    documents: Mapping[str, frozenset[str]]
    paths: frozenset[str]
    everything: bool = False
    reason: str = ""


def affected(
    before: Side | None, after: Side | None, references: References | None = None
) -> Affected:
    """Return what may differ between two revisions; a revision without a project is None."""
    if before is None or after is None:
        side = after or before
        if side is None:
            return Affected({}, frozenset())
        every = {
            name: frozenset(_ids(side, bundle.layers)) for name, bundle in side.bundles.items()
        }
        return Affected(every, frozenset(side.files.snapshot.files))
    paths = differing(before.files.snapshot.files, after.files.snapshot.files)
    for project in (before.project, after.project):
        if not project.layers_known:
            return Affected(
                _everything(before, after),
                paths,
                True,
                "gitconfig.yaml has errors: which layers a bundle has is not known",
            )
    return Affected(_Comparison(before, after, paths, references or References()).run(), paths)


def differing(before: Mapping[str, File], after: Mapping[str, File]) -> frozenset[str]:
    """Return the paths of the files whose content differs, or that only one side has."""
    found = {
        path for path, file in after.items() if path not in before or before[path].oid != file.oid
    }
    return frozenset(found.union(path for path in before if path not in after))


class _Comparison:
    """Finds what may differ."""

    def __init__(
        self, before: Side, after: Side, paths: frozenset[str], references: References
    ) -> None:
        self._sides = (before, after)
        self._paths = paths
        self._shared = [name for name in after.bundles if name in before.bundles]
        # What only the revision before refers to stands in files that differ: all marked anyway.
        self._reach = Reach(
            after.files, (*after.bundles.values(), *before.bundles.values()), references
        )

    def run(self) -> Mapping[str, frozenset[str]]:
        """Return the documents of each bundle that may differ."""
        reach = self._reach
        other_layers = self._mark_layers()
        for path in self._paths:
            for document, bundles in reach.documents_at(path):
                reach.mark(document, bundles)
        for document, bundles in self._merged_otherwise(other_layers):
            reach.mark(document, bundles)
        other_names = self._with_other_names()
        prompts = self._prompts()
        if not reach.is_empty or other_names or prompts is not None or other_layers:
            for document, bundles in reach.referring.get(NAMES, ()):
                reach.mark(document, bundles & other_names)
            for target in () if prompts is None else filter(prompts, reach.referring):
                for document, bundles in reach.referring[target]:
                    reach.mark(document, bundles)
            if prompts is not None or other_layers:
                # A value of a version may hold a prompt, and may have lain in a layer of others.
                for document, bundles in reach.referring.get(PAST, ()):
                    reach.mark(document, bundles)
            reach.follow()
        return self._by_bundle()

    def _mark_layers(self) -> bool:
        """Mark what lies in layers that only one side of a bundle has; tell whether any does."""
        before, after = self._sides
        has_other = before.bundles.keys() != after.bundles.keys()
        for name in self._shared:
            old, new = before.bundles[name].layers, after.bundles[name].layers
            for side, layers in ((before, _apart(old, new)), (after, _apart(new, old))):
                has_other = has_other or bool(layers)
                for document in _ids(side, layers):
                    self._reach.mark(document, self._reach.bit(name))
        return has_other

    def _with_other_names(self) -> int:
        """Return the bundles in which a `!format` may write another value for a name."""
        before, after = self._sides
        # As text, for an attribute of 1 is written otherwise than one of `true`, and equals it.
        if repr(before.project.dimensions) == repr(after.project.dimensions):
            return 0
        known = [every_name(side.project) for side in self._sides]
        found = 0
        for name in self._shared:
            old, new = (
                format_names(side.project, side.bundles[name], every).values
                for side, every in zip(self._sides, known, strict=True)
            )
            found |= self._reach.bit(name) if old != new else 0
        return found

    def _prompts(self) -> Callable[[str], bool] | None:
        """Return what tells whether a target is a prompt that may be another one; None for none."""
        folders = {f"{side.project.llm.prompts.folder}/" for side in self._sides}
        if len(folders) > 1:
            return lambda target: target.startswith(PROMPT)
        (folder,) = folders
        under = [path for path in self._paths if path.startswith(folder)]
        others = self._paths.difference(under)
        # A partial, or a text that prompts name, may be part of any of them.
        if any(not path.endswith(".prompt.yaml") for path in under) or any(
            is_prompt_change(side.project, side.files, others) for side in self._sides
        ):
            return lambda target: target.startswith(PROMPT)
        changed = {PROMPT + path[len(folder) :].partition("/")[0] for path in under}
        return changed.__contains__ if changed else None

    def _merged_otherwise(self, other_layers: bool) -> Iterator[tuple[str, int]]:
        """Yield the documents of which lists may merge by other keys, as schemas say."""
        before, after = self._sides
        rules = [
            [(each.match, each.schema) for each in side.project.schemas] for side in self._sides
        ]
        named = {schema for each in rules for _, schema in each}
        touched = any(path in named or is_schema_path(path) for path in self._paths)
        # A schema in a layer that only some bundles have is not read.
        if not named or not (touched or rules[0] != rules[1] or other_layers):
            return
        old, new = (read_schemas(side.project, side.files)[0] for side in self._sides)
        paths = before.files.snapshot.files.keys() | after.files.snapshot.files.keys()
        for path in paths:
            for document, bundles in self._reach.documents_at(path):
                if old.list_key_texts(document) != new.list_key_texts(document):
                    yield document, bundles

    def _by_bundle(self) -> Mapping[str, frozenset[str]]:
        before, after = self._sides
        found = self._reach.by_bundle()
        for side in self._sides:
            for name in side.bundles.keys() - set(self._shared):
                found[name] = set(_ids(side, side.bundles[name].layers))
        names = {**after.bundles, **before.bundles}
        return {name: frozenset(found[name]) for name in names if found.get(name)}


def _apart(layers: Sequence[BoundLayer], others: Sequence[BoundLayer]) -> Sequence[BoundLayer]:
    """Return the layers between what both lists begin with and what both end with."""
    if layers is others:
        return ()
    mine = [(each.path, each.document, each.own) for each in layers]
    theirs = [(each.path, each.document, each.own) for each in others]
    if mine == theirs:
        return ()
    start, shortest = 0, min(len(mine), len(theirs))
    while start < shortest and mine[start] == theirs[start]:
        start += 1
    end = 0
    while end < shortest - start and mine[-1 - end] == theirs[-1 - end]:
        end += 1
    return layers[start : len(layers) - end]


def _ids(side: Side, layers: Iterable[BoundLayer]) -> Iterator[str]:
    for layer in layers:
        yield from side.files.layer_paths(layer)


def _everything(before: Side, after: Side) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for side in (after, before):
        for name, bundle in side.bundles.items():
            found.setdefault(name, set()).update(_ids(side, bundle.layers))
    return {name: frozenset(ids) for name, ids in found.items()}
