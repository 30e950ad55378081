"""The chains of models that a change touches, each once for the bundles that share it.

Takes both revisions; returns a `ModelChange` for each document whose chain does something else now.
A chain is touched where its own document differs, one that it leads to, or the project's own file
of models. Reads the documents of such chains only, and the catalogue only if there is one.
"""

from collections.abc import Collection, Iterator, Mapping

from gitconfig_tool.changes.both import Both, content
from gitconfig_tool.changes.effects import effects_of
from gitconfig_tool.changes.model import Effect, ModelChange
from gitconfig_tool.compiler.model_catalogue import read_catalogue
from gitconfig_tool.compiler.view import View
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.models import Catalogue, Chain, Hop, ModelFacts
from gitconfig_tool.models.chain import MODEL_SCHEMAS, chain_at
from gitconfig_tool.models.declared import known_of
from gitconfig_tool.models.expansion import ENDPOINT, kind_of
from gitconfig_tool.project import Bundle


def changed_models(both: Both) -> tuple[ModelChange, ...]:
    """Return what is other of the models that bundles ask, by document."""
    old, new = _Chains(both.old), _Chains(both.new)
    named: dict[str, set[str]] = {}
    for pair in both.pairs:
        if old.kind(pair.document) is not None or new.kind(pair.document) is not None:
            for bundle in pair.bundles:
                named.setdefault(bundle, set()).add(pair.document)
    is_catalogue = old.has_own(both.paths) or new.has_own(both.paths)
    if not named and not is_catalogue:
        return ()
    together: dict[tuple[str, tuple[Effect, ...]], list[str]] = {}
    known: dict[tuple[str, str, str], tuple[Effect, ...]] = {}
    for bundle in both.bundles if is_catalogue else (b for b in both.bundles if b in named):
        chosen = None if is_catalogue else named[bundle]
        before, after = old.touched(bundle, chosen), new.touched(bundle, chosen)
        for document in sorted({*before, *after}):
            was, now = before.get(document), after.get(document)
            key = (document, _told(was), _told(now))
            if key not in known:
                known[key] = effects_of(was, now, old.known_of, new.known_of)
            if known[key]:
                together.setdefault((document, known[key]), []).append(bundle)
    return tuple(
        ModelChange(document, tuple(bundles), effects)
        for (document, effects), bundles in sorted(together.items(), key=lambda each: each[0][0])
    )


def _told(chain: Chain | None) -> str:
    """Return what tells a chain from others, wherever it is written: many bundles have the same."""
    if chain is None:
        return ""
    hops = [
        (hop.fields, hop.metadata, hop.dropped, [(k, p.value) for k, p in hop.parameters.items()])
        for hop in chain.hops
    ]
    return repr((chain.fields, chain.strategy, hops))


class _Chains:
    """The chains of one side, each followed when it is asked for."""

    def __init__(self, view: View | None) -> None:
        self._view = view
        self._kinds: dict[str, str | None] = {}
        self._texts: dict[str, bytes] = {}
        self._catalogue: Catalogue | None = None

    def kind(self, document: str) -> str | None:
        """Return which schema of models a document has, None without one; reads no document."""
        if document not in self._kinds:
            schemas = None if self._view is None else self._view.schemas_of(document)
            uris = () if schemas is None else schemas.for_document(document)
            self._kinds[document] = kind_of(uris)
        return self._kinds[document]

    def has_own(self, paths: Collection[str]) -> bool:
        """Tell whether the project's own file of models is among some files."""
        project = None if self._view is None else self._view.project
        return project is not None and project.llm.models.catalogue in paths

    def known_of(self, hop: Hop) -> ModelFacts | None:
        """Return what is known of the model of a hop."""
        if self._catalogue is None:
            view = self._view
            if view is None or view.project is None:
                self._catalogue = Catalogue()
            else:
                self._catalogue, _ = read_catalogue(view.project, view.files)
        return known_of(hop, self._catalogue)

    def touched(self, bundle: str, named: Collection[str] | None) -> Mapping[str, Chain]:
        """Return the chains that lead to one of some documents; all chains for None."""
        found: dict[str, Chain] = {}
        view = self._view
        if view is None or bundle not in view.bundles:
            return found
        bound = view.bundles[bundle]
        kinds = {
            name: kind for name in view.document_ids(bound) if (kind := self.kind(name)) is not None
        }
        chosen = set(kinds) if named is None else self._leading_to(bound, kinds, named)
        documents = _Documents(view, bound)
        for name in sorted(chosen):
            if kinds[name] not in MODEL_SCHEMAS or name not in documents:
                continue
            chain = chain_at(name, documents, kinds)
            if chain is not None and (named is None or not set(named).isdisjoint(chain.used)):
                found[name] = chain
        # An endpoint speaks for itself only where no chain leads to it.
        called = {each for name, chain in found.items() for each in chain.used if each != name}
        return {
            name: chain
            for name, chain in found.items()
            if kinds[name] != ENDPOINT or name not in called
        }

    def _leading_to(
        self, bundle: Bundle, kinds: Mapping[str, str], named: Collection[str]
    ) -> set[str]:
        """Return the documents that may lead to some: whose files hold their ids."""
        found = {name for name in named if name in kinds}
        waiting = set(named)
        while waiting:
            near = {
                name
                for name in kinds
                if name not in found and self._mentions(bundle, name, waiting)
            }
            found |= near
            waiting = near
        return found

    def _mentions(self, bundle: Bundle, document: str, ids: Collection[str]) -> bool:
        """Tell whether a file of a document holds one of some ids."""
        view = self._view
        for path in () if view is None else view.layer_paths(bundle, document):
            if path not in self._texts:
                self._texts[path] = content(view, path) or b""
            if any(each.encode() in self._texts[path] for each in ids):
                return True
        return False


class _Documents(Mapping[str, LinkedDocument]):
    """The documents of one bundle, each linked when it is asked for."""

    def __init__(self, view: View, bundle: Bundle) -> None:
        self._view = view
        self._bundle = bundle
        self._ids = frozenset(view.document_ids(bundle))
        self._known: dict[str, LinkedDocument | None] = {}

    def __getitem__(self, name: str) -> LinkedDocument:
        if name not in self._known:
            there = name in self._ids
            viewed = self._view.document(self._bundle, name) if there else None
            self._known[name] = None if viewed is None else viewed.linked
        found = self._known[name]
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return (name for name in sorted(self._ids) if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
