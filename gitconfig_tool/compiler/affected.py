"""Which documents of which bundles may differ between two revisions; the rest is not read.

Takes two sides: the files, the project and the bundles of each. Returns, for each bundle, the ids
of documents that may differ; every other document is the same on both sides. It says too many
rather than too few: that a stronger layer hides a change, merging finds out. Does not merge.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gitconfig_tool.compiler.files import ProjectFiles, document_id
from gitconfig_tool.compiler.inputs import is_schema_path, read_schemas
from gitconfig_tool.compiler.names import every_name, format_names
from gitconfig_tool.compiler.reference_cache import Known, read_cache, write_cache
from gitconfig_tool.compiler.referring import NAMES, PAST, PROMPT, targets_of
from gitconfig_tool.compiler.touched import is_prompt_change
from gitconfig_tool.project import BoundLayer, Bundle, Project
from gitconfig_tool.secrets import is_sops_path

_LayerKey = tuple[str, str | None]


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


class References:
    """What the files of one repository refer to; each content is looked at once.

    `folder` is where it is kept from run to run; None keeps nothing.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._known: Known | None = None
        self._used: Known = {}
        self._has_new = False

    def has_none(self, files: ProjectFiles, path: str) -> bool:
        """Tell whether a file is known to refer to nothing; it is not looked at."""
        oid = files.snapshot.files[path].oid
        if self._known is None:
            self._known = read_cache(self._folder)
        found = self._known.get(oid)
        if found is None:
            return False
        self._used[oid] = found
        return not found

    def of(self, files: ProjectFiles, path: str) -> frozenset[str]:
        """Return what a layer file refers to, as `referring.targets_of` does."""
        oid = files.snapshot.files[path].oid
        if self._known is None:
            self._known = read_cache(self._folder)
        found = self._known.get(oid)
        if found is None:
            found = targets_of(files.peek(path), lambda: files.peek_root(path))
            self._known[oid] = found
            self._has_new = True
        self._used[oid] = found
        return found

    def keep(self) -> None:
        """Write what is new to the disk, if it is to be kept."""
        if self._has_new:
            write_cache(self._folder, self._used, self._known or {})
            self._has_new = False


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
    paths = differing(before, after)
    for project in (before.project, after.project):
        if not project.layers_known:
            return Affected(
                _everything(before, after),
                paths,
                True,
                "gitconfig.yaml has errors: which layers a bundle has is not known",
            )
    return Affected(_Comparison(before, after, paths, references or References()).run(), paths)


def differing(before: Side, after: Side) -> frozenset[str]:
    """Return the paths of the files that are not the same on both sides."""
    old, new = before.files.snapshot.files, after.files.snapshot.files
    found = {path for path, file in new.items() if path not in old or old[path].oid != file.oid}
    return frozenset(found.union(path for path in old if path not in new))


class _Comparison:
    """Finds what may differ. Sets of bundles are kept as the bits of an integer: they are many."""

    def __init__(
        self, before: Side, after: Side, paths: frozenset[str], references: References
    ) -> None:
        self._sides = (before, after)
        self._paths = paths
        self._references = references
        self._names = list({**after.bundles, **before.bundles})
        self._bit = {name: 1 << number for number, name in enumerate(self._names)}
        self._shared = [name for name in after.bundles if name in before.bundles]
        self._layers = _bundles_by_layer(self._sides, self._bit)
        self._found: dict[str, int] = {}
        self._waiting: list[tuple[str, int]] = []

    def run(self) -> Mapping[str, frozenset[str]]:
        """Return the documents of each bundle that may differ."""
        other_layers = self._mark_layers()
        for path in self._paths:
            for document, bundles in self._documents_at(path):
                self._mark(document, bundles)
        for document, bundles in self._merged_otherwise(other_layers):
            self._mark(document, bundles)
        other_names = self._with_other_names()
        prompts = self._prompts()
        if self._waiting or other_names or prompts is not None or other_layers:
            referring = self._referring()
            for document, bundles in referring.get(NAMES, ()):
                self._mark(document, bundles & other_names)
            for target in () if prompts is None else filter(prompts, referring):
                for document, bundles in referring[target]:
                    self._mark(document, bundles)
            if prompts is not None or other_layers:
                # A value of a version may hold a prompt, and may have lain in a layer of others.
                for document, bundles in referring.get(PAST, ()):
                    self._mark(document, bundles)
            self._follow(referring)
        return self._by_bundle()

    def _mark(self, document: str, bundles: int) -> None:
        new = bundles & ~self._found.get(document, 0)
        if new:
            self._found[document] = self._found.get(document, 0) | new
            self._waiting.append((document, new))

    def _follow(self, referring: Mapping[str, Sequence[tuple[str, int]]]) -> None:
        while self._waiting:
            target, bundles = self._waiting.pop()
            for document, having in referring.get(target, ()):
                self._mark(document, bundles & having)

    def _mark_layers(self) -> bool:
        """Mark what lies in layers that only one side of a bundle has; tell whether any does."""
        before, after = self._sides
        has_other = before.bundles.keys() != after.bundles.keys()
        for name in self._shared:
            old, new = before.bundles[name].layers, after.bundles[name].layers
            for side, layers in ((before, _apart(old, new)), (after, _apart(new, old))):
                has_other = has_other or bool(layers)
                for document in _ids(side, layers):
                    self._mark(document, self._bit[name])
        return has_other

    def _documents_at(self, path: str) -> Iterator[tuple[str, int]]:
        """Yield the documents that a file is of, each with the bundles that have the layer."""
        for (folder, document), bundles in self._layers_around(path):
            if document is not None:
                yield document, bundles
            else:
                id = document_id(path[len(folder) + 1 :])
                if id is not None:
                    yield id, bundles

    def _layers_around(self, path: str) -> Iterator[tuple[_LayerKey, int]]:
        yield from self._layers.get(path, ())
        at = path.rfind("/")
        while at > 0:
            for key, bundles in self._layers.get(path[:at], ()):
                if key[1] is None:
                    yield key, bundles
            at = path.rfind("/", 0, at)

    def _referring(self) -> Mapping[str, Sequence[tuple[str, int]]]:
        """Return, for each target of a reference, the documents that refer to it."""
        found: dict[str, list[tuple[str, int]]] = {}
        before, after = self._sides
        gone = (path for path in self._paths if path in before.files.snapshot.files)
        for files, paths in ((after.files, after.files.snapshot.files), (before.files, gone)):
            for path in paths:
                if self._references.has_none(files, path) or is_sops_path(path):
                    continue
                places = list(self._documents_at(path))
                for target in self._references.of(files, path) if places else ():
                    found.setdefault(target, []).extend(places)
        self._references.keep()
        return found

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
            found |= self._bit[name] if old != new else 0
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
            for document, bundles in self._documents_at(path):
                if old.list_key_texts(document) != new.list_key_texts(document):
                    yield document, bundles

    def _by_bundle(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        names = {self._bit[name]: name for name in self._shared}
        for document, bundles in self._found.items():
            while bundles:
                lowest = bundles & -bundles
                bundles ^= lowest
                if lowest in names:
                    found.setdefault(names[lowest], set()).add(document)
        for side in self._sides:
            for name in side.bundles.keys() - set(self._shared):
                found[name] = set(_ids(side, side.bundles[name].layers))
        return {name: frozenset(found[name]) for name in self._names if found.get(name)}


def _bundles_by_layer(
    sides: Iterable[Side], bit: Mapping[str, int]
) -> Mapping[str, Sequence[tuple[_LayerKey, int]]]:
    """Return the layers at each path, with the bundles that have them on either side."""
    bundles: dict[_LayerKey, int] = {}
    for side in sides:
        for name, bundle in side.bundles.items():
            for layer in bundle.layers:
                key = (layer.path, layer.document)
                bundles[key] = bundles.get(key, 0) | bit[name]
    found: dict[str, list[tuple[_LayerKey, int]]] = {}
    for key, having in bundles.items():
        found.setdefault(key[0], []).append((key, having))
    return found


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
