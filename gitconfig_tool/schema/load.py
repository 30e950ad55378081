"""Loading of the schemas that the project file names, and which documents they are for."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import Node
from gitconfig_tool.glob import Glob
from gitconfig_tool.merge import ListKeys
from gitconfig_tool.pointer import Path
from gitconfig_tool.schema.classified import Classified, classified
from gitconfig_tool.schema.deprecated import deprecation_of
from gitconfig_tool.schema.extensions import CLASSIFICATION, DEPRECATED, LIST_TYPE, unfit_list_keys
from gitconfig_tool.schema.list_keys import list_keys_of
from gitconfig_tool.schema.names import PROJECT, schema_name
from gitconfig_tool.schema.walk import Place, Walker


@dataclass(frozen=True, slots=True)
class SchemaRule:
    """A rule of the project file: documents that match, the URI of their schema, and its place."""

    pattern: Glob
    uri: str
    span: Span


@dataclass(frozen=True)
class Schemas:
    """A compiled set of schemas.

    `rules` are in the order of the project file. `texts` holds every schema by URI, its `$ref`s
    written as such URIs; `needs` says which others a schema refers to. `extended` says where the
    keywords of `extensions` stand: by keyword, each part that has it, with the place in the file.
    `written` keeps what `check_document` found in files, which many documents share.
    """

    rules: tuple[SchemaRule, ...]
    texts: Mapping[str, Any]
    needs: Mapping[str, tuple[str, ...]]
    extended: Mapping[str, Mapping[Place, Span | None]] = field(default_factory=dict)
    _matched: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    written: dict[Any, tuple[Node, tuple[Diagnostic, ...]]] = field(
        default_factory=dict, repr=False, compare=False
    )
    _with_keyword: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def for_document(self, document_id: str) -> tuple[str, ...]:
        """Return the URIs of all schemas that match a document, each once."""
        if document_id not in self._matched:
            found = {rule.uri: None for rule in self.rules if rule.pattern.fullmatch(document_id)}
            self._matched[document_id] = tuple(found)
        return self._matched[document_id]

    def list_keys(self, document_id: str) -> ListKeys | None:
        """Return what tells the keys by which a list of a document merges; None where none does.

        It takes the path of a list, in which an index may stand for any item. It returns () for a
        list that is replaced, and for one that the schemas disagree on: `check_document` says so.
        """
        uris = self.with_keyword(LIST_TYPE, document_id)
        if not uris:
            return None
        return lambda path: list_keys_of(self.walker, self.walker.at(uris, path))

    def list_key_files(self, document_id: str) -> frozenset[str]:
        """Return the project's files that `list_keys` of a document looks into."""
        uris = self.with_keyword(LIST_TYPE, document_id)
        needed = {each for uri in uris for each in self.closure(uri)}
        return frozenset(schema_name(uri) for uri in needed if uri.startswith(PROJECT))

    def list_key_texts(self, document_id: str) -> Mapping[str, Any]:
        """Return all that `list_keys` of a document looks into, by URI: equal texts, equal keys."""
        uris = self.with_keyword(LIST_TYPE, document_id)
        return {each: text for uri in uris for each, text in self.closure(uri).items()}

    def names_key(self, document_id: str, path: Path, key: str) -> bool:
        """Tell whether a schema lists a key among the properties of the mapping at a path."""
        uris = self.for_document(document_id)
        parts = self.walker.at(uris, path).all if uris else ()
        return any(key in self.walker.schema(each.place).get("properties", ()) for each in parts)

    def deprecated(self, document_id: str) -> Callable[[Path], str | None] | None:
        """Return what tells whether a value of a document is deprecated; None where none is.

        It takes the value's path. It returns None, or the text of the schema for who still uses the
        value, "" without one. A value within a deprecated one is deprecated.
        """
        uris = self.with_keyword(DEPRECATED, document_id)
        if not uris:
            return None
        return lambda path: deprecation_of(self.walker, uris, path)

    @property
    def classify(self) -> bool:
        """Whether any schema classifies a value."""
        return bool(self.extended.get(CLASSIFICATION))

    def classified(
        self, document_id: str, value: Any
    ) -> Iterator[tuple[Classified, str, Span | None]]:
        """Yield what the schemas of a document classify in it: what, the schema's name, the place.

        A built-in schema has no place in the project.
        """
        uris = self.with_keyword(CLASSIFICATION, document_id)
        if uris:
            for each in classified(self.walker, self.walker.start(uris), value):
                span = self.extended[CLASSIFICATION].get(each.place)
                yield each, schema_name(each.place[0]), span

    def rule_for(self, document_id: str, uri: str) -> SchemaRule:
        """Return the first rule that brings a schema, or one that refers to it, to a document."""
        return next(
            rule
            for rule in self.rules
            if rule.pattern.fullmatch(document_id) and uri in self.closure(rule.uri)
        )

    def with_keyword(self, keyword: str, document_id: str) -> tuple[str, ...]:
        """Return the URIs for a document where a keyword of `extensions` stands in one, or ()."""
        places = self.extended.get(keyword)
        if not places:
            return ()
        uris = self.for_document(document_id)
        if (keyword, uris) not in self._with_keyword:
            holders = {uri for uri, _ in places}
            has = any(not holders.isdisjoint(self.closure(uri)) for uri in uris)
            self._with_keyword[keyword, uris] = uris if has else ()
        return self._with_keyword[keyword, uris]

    @cached_property
    def walker(self) -> Walker:
        """The walker through all schemas; what it walked once it keeps."""
        return Walker(self.texts)

    def closure(self, uri: str) -> Mapping[str, Any]:
        """Return a schema and all that it refers to, directly or not, by URI."""
        found: dict[str, Any] = {}
        waiting = [uri]
        while waiting:
            at = waiting.pop()
            if at not in found:
                found[at] = self.texts[at]
                waiting += self.needs[at]
        return dict(sorted(found.items()))

    @cached_property
    def compiled(self) -> Mapping[str, Any]:
        """The validators of jsonschema-rs, by URI, for every schema of `rules`."""
        import jsonschema_rs

        registry = jsonschema_rs.Registry(list(self.texts.items()), draft=jsonschema_rs.Draft202012)
        return {
            uri: jsonschema_rs.Draft202012Validator(
                self.texts[uri], registry=registry, validate_formats=False, offline=True
            )
            for uri in {rule.uri: None for rule in self.rules}
        }


def load_schemas(
    texts: Mapping[str, bytes],
    references: Sequence[tuple[str, str, Span]],
    private: Collection[str] = (),
) -> tuple[Schemas, tuple[Diagnostic, ...]]:
    """Load the schemas that references name: pairs of a glob for document ids and a schema's name.

    `texts` holds schema files of the project by path. A name is such a path, or
    `gitconfig-tool:NAME` for a built-in schema. A schema with a diagnostic is left out. `private`
    are the paths of further files, which no schema may refer to.
    """
    if not references:
        return Schemas((), {}, {}), ()
    # Loaded here, not above: jsonschema-rs takes 15 ms, and a project may have no schema.
    from gitconfig_tool.schema.references import SchemaReader

    reader = SchemaReader(texts, private)
    rules = []
    for glob, name, span in references:
        uri = reader.read(name, span)
        if uri is not None:
            rules.append(SchemaRule(Glob(glob), uri, span))
    usable = _usable(reader.resolved, reader.needs)
    unfit = tuple(_unfit(reader.resolved, usable, reader.extended[LIST_TYPE]))
    if unfit:
        broken = {uri for uri, _ in unfit}
        whole = {uri: text for uri, text in reader.resolved.items() if uri not in broken}
        usable = _usable(whole, reader.needs)
    schemas = Schemas(
        tuple(rule for rule in rules if rule.uri in usable),
        {uri: reader.resolved[uri] for uri in sorted(usable)},
        {uri: reader.needs[uri] for uri in sorted(usable)},
        {
            keyword: {place: at for place, at in places.items() if place[0] in usable}
            for keyword, places in reader.extended.items()
        },
    )
    return schemas, (*reader.diagnostics, *(diagnostic for _, diagnostic in unfit))


def _unfit(
    texts: Mapping[str, Any], usable: Set[str], places: Mapping[Place, Span | None]
) -> Iterator[tuple[str, Diagnostic]]:
    """Yield the lists whose items cannot be told apart: the schema's URI, and what to say."""
    walker = Walker(texts)
    for place, span in places.items():
        uri, _ = place
        if uri in usable and walker.schema(place)[LIST_TYPE] == "map":
            for message, hint in unfit_list_keys(walker, place):
                yield uri, Diagnostic("GCT214", message, span, hint=hint)


def _usable(resolved: Mapping[str, Any], needs: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Return the schemas that are whole: they and all that they refer to could be read."""
    usable = set(resolved)
    while True:
        broken = {uri for uri in usable if not usable.issuperset(needs[uri])}
        if not broken:
            return usable
        usable -= broken
