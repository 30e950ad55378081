"""How far a change reaches: the documents that a file is of, and all that refer to them.

Takes the files of a snapshot and the bundles; what changed is marked by the caller. Returns ids of
documents by bundle. Says too many rather than too few: that a stronger layer hides a change,
merging finds out. Does not merge, and does not know what a change is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from gitconfig_tool.compiler.document_ids import document_in
from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.compiler.reference_cache import Known, read_cache, write_cache
from gitconfig_tool.compiler.referring import targets_of
from gitconfig_tool.project import BoundLayer, Bundle
from gitconfig_tool.secrets import is_sops_path


class References:
    """What the files of one repository refer to; each content is looked at once.

    `folder` is where it is kept from run to run; None keeps nothing.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._used: Known = {}
        self._has_new = False

    @cached_property
    def _known(self) -> Known:
        return read_cache(self._folder)

    def has_none(self, files: ProjectFiles, path: str) -> bool:
        """Tell whether a file is known to refer to nothing; it is not looked at."""
        oid = files.snapshot.files[path].oid
        found = self._known.get(oid)
        if found is None:
            return False
        self._used[oid] = found
        return not found

    def of(self, files: ProjectFiles, path: str) -> frozenset[str]:
        """Return what a layer file refers to, as `referring.targets_of` does."""
        oid = files.snapshot.files[path].oid
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
            write_cache(self._folder, self._used, self._known)
            self._has_new = False


class Reach:
    """Documents that were marked, and those that refer to them.

    `files` are those of which the references count. Sets of bundles are kept as the bits of an
    integer: they are many. A bundle may be given twice, as two revisions have it. Who refers to a
    version of a document refers to the document itself only where `versions_count`: its value stays
    what it was, but not what is said of it.
    """

    def __init__(
        self,
        files: ProjectFiles,
        bundles: Iterable[Bundle],
        references: References,
        *,
        versions_count: bool = False,
    ) -> None:
        given = tuple(bundles)
        self._files = files
        self._references = references
        self._versions_count = versions_count
        self._names = list(dict.fromkeys(bundle.name for bundle in given))
        self._bit = {name: 1 << number for number, name in enumerate(self._names)}
        self._layers = _bundles_by_layer(given, self._bit)
        self._found: dict[str, int] = {}
        self._waiting: list[tuple[str, int]] = []

    def bit(self, bundle: str) -> int:
        """Return the set of one bundle."""
        return self._bit[bundle]

    def names(self, bundles: int) -> Iterator[str]:
        """Yield the names of the bundles in a set, in the order in which they were given."""
        while bundles:
            lowest = bundles & -bundles
            bundles ^= lowest
            yield self._names[lowest.bit_length() - 1]

    def documents_at(self, path: str) -> Iterator[tuple[str, int]]:
        """Yield the documents that a file is of, each with the bundles that have the layer."""
        for layer, bundles in self._layers_around(path):
            id = document_in(layer, path)
            if id is not None:
                yield id, bundles

    def bundles_at(self, path: str) -> int:
        """Return the bundles with a layer at a path or around it, whatever the file is."""
        found = 0
        for _, bundles in self._layers_around(path):
            found |= bundles
        return found

    @property
    def is_empty(self) -> bool:
        """Whether nothing was marked."""
        return not self._found

    def mark(self, document: str, bundles: int) -> None:
        """Note that a document may be another one in some bundles."""
        new = bundles & ~self._found.get(document, 0)
        if new:
            self._found[document] = self._found.get(document, 0) | new
            self._waiting.append((document, new))

    def follow(self) -> None:
        """Mark all that refer to what is marked, directly or not, in the bundles that have both."""
        while self._waiting:
            target, bundles = self._waiting.pop()
            for document, having in self.referring.get(target, ()):
                self.mark(document, bundles & having)

    @cached_property
    def referring(self) -> Mapping[str, Sequence[tuple[str, int]]]:
        """The documents that refer to each target, as `referring.targets_of` names targets."""
        found: dict[str, list[tuple[str, int]]] = {}
        for path in self._files.snapshot.files:
            if self._references.has_none(self._files, path) or is_sops_path(path):
                continue
            places = list(self.documents_at(path))
            for target in self._references.of(self._files, path) if places else ():
                found.setdefault(target, []).extend(places)
                # An id may hold an '@' of its own, or a version follows it.
                if self._versions_count and "@" in target and not target.startswith(" "):
                    found.setdefault(target.rpartition("@")[0], []).extend(places)
        self._references.keep()
        return found

    def by_bundle(self) -> dict[str, set[str]]:
        """Return the marked documents of each bundle that has any."""
        found: dict[str, set[str]] = {}
        for document, bundles in self._found.items():
            for name in self.names(bundles):
                found.setdefault(name, set()).add(document)
        return found

    def _layers_around(self, path: str) -> Iterator[tuple[BoundLayer, int]]:
        yield from self._layers.get(path, ())
        at = path.rfind("/")
        while at > 0:
            for layer, bundles in self._layers.get(path[:at], ()):
                if layer.document is None:
                    yield layer, bundles
            at = path.rfind("/", 0, at)


def _bundles_by_layer(
    given: Iterable[Bundle], bit: Mapping[str, int]
) -> Mapping[str, Sequence[tuple[BoundLayer, int]]]:
    """Return the layers at each path, with the bundles that have them."""
    bundles: dict[tuple[str, str | None], int] = {}
    layers: dict[tuple[str, str | None], BoundLayer] = {}
    for bundle in given:
        for layer in bundle.layers:
            key = (layer.path, layer.document)
            bundles[key] = bundles.get(key, 0) | bit[bundle.name]
            layers[key] = layer
    found: dict[str, list[tuple[BoundLayer, int]]] = {}
    for key, having in bundles.items():
        found.setdefault(key[0], []).append((layers[key], having))
    return found
