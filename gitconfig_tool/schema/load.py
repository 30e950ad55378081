"""Loading of the schemas that the project file names, and which documents they are for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.glob import compile_glob


@dataclass(frozen=True)
class Schemas:
    """A compiled set of schemas.

    `rules` pairs a pattern for document ids with a schema's URI, in the order of the project file.
    `texts` holds every schema by URI, its `$ref`s written as such URIs; `needs` says which others a
    schema refers to.
    """

    rules: tuple[tuple[re.Pattern[str], str], ...]
    texts: Mapping[str, Any]
    needs: Mapping[str, tuple[str, ...]]
    _matched: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    def for_document(self, document_id: str) -> tuple[str, ...]:
        """Return the URIs of all schemas that match a document, each once."""
        if document_id not in self._matched:
            found = {uri: None for pattern, uri in self.rules if pattern.fullmatch(document_id)}
            self._matched[document_id] = tuple(found)
        return self._matched[document_id]

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
            for _, uri in self.rules
        }


def load_schemas(
    texts: Mapping[str, bytes], references: Sequence[tuple[str, str, Span]]
) -> tuple[Schemas, tuple[Diagnostic, ...]]:
    """Load the schemas that references name: pairs of a glob for document ids and a schema's name.

    `texts` holds schema files of the project by path. A name is such a path, or
    `gitconfig-tool:NAME` for a built-in schema. A schema with a diagnostic is left out.
    """
    if not references:
        return Schemas((), {}, {}), ()
    # Loaded here, not above: jsonschema-rs takes 15 ms, and a project may have no schema.
    from gitconfig_tool.schema.references import SchemaReader

    reader = SchemaReader(texts)
    rules = []
    for glob, name, span in references:
        uri = reader.read(name, span)
        if uri is not None:
            rules.append((compile_glob(glob), uri))
    usable = _usable(reader.resolved, reader.needs)
    rules = [rule for rule in rules if rule[1] in usable]
    kept = {uri: reader.resolved[uri] for uri in sorted(usable)}
    needs = {uri: reader.needs[uri] for uri in kept}
    return Schemas(tuple(rules), kept, needs), tuple(reader.diagnostics)


def _usable(resolved: Mapping[str, Any], needs: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Return the schemas that are whole: they and all that they refer to could be read."""
    usable = set(resolved)
    while True:
        broken = {uri for uri in usable if not usable.issuperset(needs[uri])}
        if not broken:
            return usable
        usable -= broken
