"""The level of a document and of each value in it, and what makes it so.

A document is declared by its own field `classification`, by rules of the project file, and by its
schemas; of several, the strongest counts, so that a layer or a rule can raise a level and never
lower it. A value is as strong as its document is declared, as its schema says, and as what it
refers to. A `!secret` is `restricted` by nature. A document is as strong as the strongest value.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.document import ScalarNode
from gitconfig_tool.glob import Glob
from gitconfig_tool.link import LinkedDocument, Reference, references_of
from gitconfig_tool.merge import Link, MergedValue
from gitconfig_tool.pointer import Path
from gitconfig_tool.project import LEVELS, ClassificationRule, ClassificationSettings, Level

# A document's own field. Delivered with it, so that who reads it sees the level.
FIELD = "classification"
SECRET_LEVEL = Level.RESTRICTED

Tokens = tuple[str, ...]
Documents = Mapping[str, LinkedDocument]


class Classified(Protocol):
    """A value that a schema classifies; `schema.Classified`."""

    @property
    def path(self) -> Path: ...

    @property
    def level(self) -> Level: ...


class SchemaLevels(Protocol):
    """What schemas say of levels; `schema.Schemas`."""

    @property
    def classify(self) -> bool:
        """Whether any schema classifies a value."""

    def classified(
        self, document_id: str, value: Any, /
    ) -> Iterable[tuple[Classified, str, Span | None]]:
        """Yield what is classified in a document, the schema's name, and the place there."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A level, why it is so, and where that is said; `place` is None for what has no place."""

    level: Level
    text: str
    span: Span | None = None


class _Part(NamedTuple):
    """Something within a document that has a level, or leads to what has one."""

    at: Tokens
    what: Reason | Reference


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of one document; `parts` are sorted by place. Keeps the document alive."""

    document: LinkedDocument
    parts: tuple[_Part, ...]

    def around(self, tokens: Tokens) -> Iterator[_Part]:
        """Yield the parts at the places around a value, not at its own."""
        for length in range(len(tokens)):
            yield from self._at(tokens[:length])

    def within(self, tokens: Tokens) -> Iterator[_Part]:
        """Yield the parts at the place of a value, and within it."""
        for part in self.parts[bisect_left(self.parts, tokens, key=_place) :]:
            if part.at[: len(tokens)] != tokens:
                break
            yield part

    def _at(self, tokens: Tokens) -> Iterator[_Part]:
        for part in self.parts[bisect_left(self.parts, tokens, key=_place) :]:
            if part.at != tokens:
                break
            yield part


class Levels:
    """Answers for the documents of one compilation; each is looked at once for all bundles.

    `documents` is always the bundle that a document is of: references lead within it. Bundles share
    a document only where all that it refers to is the same.
    """

    def __init__(self, settings: ClassificationSettings, schemas: SchemaLevels) -> None:
        self.settings = settings
        self._schemas = schemas
        self._rules = tuple((Glob(rule.match), rule) for rule in settings.rules)
        self._by_rule: dict[tuple[str, tuple[str, ...]], tuple[ClassificationRule, ...]] = {}
        self._declared: dict[int, tuple[LinkedDocument, tuple[Reason, ...]]] = {}
        self._facts: dict[int, _Facts] = {}
        self._values: dict[tuple[int, Tokens], Reason] = {}
        self._default = Reason(
            settings.default, f"{settings.default} by default", settings.default_span
        )

    def document_level(self, document: LinkedDocument, documents: Documents) -> Reason:
        """Return how sensitive a document is, with all that it holds and refers to."""
        return self.value_level(document, (), documents)

    def value_level(self, document: LinkedDocument, tokens: Tokens, documents: Documents) -> Reason:
        """Return how sensitive the value at a path is, with all within it."""
        key = (id(document), tokens)
        known = self._values.get(key)
        if known is None:
            self._values[key] = self._default  # For a circle, which is reported as such.
            # The default is for what nothing declares: it makes nothing stronger that is.
            declared = self.declared_at(document, tokens) or self._default
            led_to = self._led_to(document, tokens, documents)
            known = self._values[key] = strongest((declared, *led_to))
        return known

    def single_level(
        self, document: LinkedDocument, tokens: Tokens, documents: Documents
    ) -> Reason:
        """Return how sensitive a value is by itself, whatever its document is declared as a whole.

        It differs from `value_level` only where a schema classifies the value, or what is around it
        below the root: that is closer to it than what is said of the document.
        """
        facts = self._known(document)
        own = [
            part.what
            for part in (*facts.around(tokens), *facts.within(tokens))
            if isinstance(part.what, Reason)
        ]
        if not own:
            return self.value_level(document, tokens, documents)
        return strongest((*own, *self._led_to(document, tokens, documents)))

    def declared(self, document: LinkedDocument) -> tuple[Reason, ...]:
        """Return what declares the level of a whole document; nothing where it is not declared."""
        known = self._declared.get(id(document))
        if known is None:
            known = self._declared[id(document)] = (document, tuple(self._declarations(document)))
        return known[1]

    def declared_within(self, document: LinkedDocument) -> tuple[Reason, ...]:
        """Return what schemas say of values within a document."""
        if not self._schemas.classify:
            return ()
        parts = self._known(document).parts
        return tuple(part.what for part in parts if isinstance(part.what, Reason))

    def declared_at(self, document: LinkedDocument, tokens: Tokens) -> Reason | None:
        """Return what declares a place in a document; None where nothing does.

        What is declared within the place makes it stronger, and is no declaration of it.
        """
        facts = self._known(document)
        own = [part for part in facts.within(tokens) if isinstance(part.what, Reason)]
        around = [
            *self.declared(document),
            *(part.what for part in facts.around(tokens) if isinstance(part.what, Reason)),
            *(part.what for part in own if part.at == tokens and isinstance(part.what, Reason)),
        ]
        if not around:
            return None
        return strongest([*around, *(part.what for part in own if isinstance(part.what, Reason))])

    def strongest_within(self, document: LinkedDocument, tokens: Tokens) -> Reason | None:
        """Return the strongest that is declared of values within a place; None for nothing."""
        parts = self._known(document).within(tokens)
        found = [part.what for part in parts if isinstance(part.what, Reason)]
        return strongest(found) if found else None

    def by_rule(self, document: str, files: tuple[str, ...]) -> tuple[ClassificationRule, ...]:
        """Return the rules of the project file that match a document or one of its files."""
        if not self._rules:
            return ()
        key = (document, files)
        if key not in self._by_rule:
            names = (document, *files)
            self._by_rule[key] = tuple(
                rule for glob, rule in self._rules if any(map(glob.fullmatch, names))
            )
        return self._by_rule[key]

    def idle_rules(self) -> tuple[ClassificationRule, ...]:
        """Return the rules that matched nothing so far."""
        used = {rule for found in self._by_rule.values() for rule in found}
        return tuple(rule for _, rule in self._rules if rule not in used)

    def of_path(self, document: str, files: tuple[str, ...]) -> Reason:
        """Return the level of something of which only its name is known: by the rules."""
        return strongest([*map(_said, self.by_rule(document, files))] or [self._default])

    def _declarations(self, document: LinkedDocument) -> Iterator[Reason]:
        yield from _own_field(document)
        yield from map(_said, self.by_rule(document.id, document.files))
        if self._schemas.classify:
            for each, name, span in self._schemas.classified(document.id, document.value):
                if not each.path:
                    yield Reason(each.level, f"{each.level} by the schema {name}", span)

    def _known(self, document: LinkedDocument) -> _Facts:
        if id(document) not in self._facts:
            parts = sorted(self._parts(document), key=_place)
            self._facts[id(document)] = _Facts(document, tuple(parts))
        return self._facts[id(document)]

    def _parts(self, document: LinkedDocument) -> Iterator[_Part]:
        if self._schemas.classify:
            for each, name, span in self._schemas.classified(document.id, document.value):
                if each.path:
                    reason = Reason(each.level, f"{each.level} by the schema {name}", span)
                    yield _Part(tuple(map(str, each.path)), reason)
        for reference in references_of(document):
            yield _Part(reference.at, reference)

    def _led_to(
        self, document: LinkedDocument, tokens: Tokens, documents: Documents
    ) -> Iterator[Reason]:
        facts = self._known(document)
        for part in (*facts.around(tokens), *facts.within(tokens)):
            if isinstance(part.what, Reason):
                # Around it: `declared_at` knows. Within it, a place is not declared by its parts.
                if part.at[: len(tokens)] == tokens:
                    yield part.what
            else:
                # Of a value around this one, only the same part of what it refers to counts.
                yield self.target_level(part.what, tokens[len(part.at) :], documents)

    def target_level(self, reference: Reference, inner: Tokens, documents: Documents) -> Reason:
        """Return how sensitive what a reference leads to is, or the value at `inner` within it."""
        if reference.kind == "secret":
            return Reason(SECRET_LEVEL, f"{SECRET_LEVEL}: a secret", reference.span)
        name, _ = reference.leads_to(documents)
        target = documents.get(name)
        if target is None:
            # A document of another time, or one that is reported as missing.
            return self.of_path(name, ())
        return self.value_level(target, (*reference.pointer, *inner), documents)


def strongest(reasons: Iterable[Reason]) -> Reason:
    """Return the reason with the strongest level; the first of several."""
    return max(reasons, key=lambda reason: reason.level)


def _own_field(document: LinkedDocument) -> Iterator[Reason]:
    """Yield what each layer says in the document's own field: a weaker layer's counts as well."""
    field = field_of(document)
    if field is None or isinstance(field.content, Link):
        return
    for origin in field.chain:
        value = origin.node.value if isinstance(origin.node, ScalarNode) else None
        if isinstance(value, str) and value in LEVELS:
            yield Reason(LEVELS[value], f"{value} by its own field", origin.span)


def field_of(document: LinkedDocument) -> MergedValue | None:
    """Return the document's own field as it is written, whatever it holds; None without one."""
    content = document.written.content
    return content.get(FIELD) if isinstance(content, Mapping) else None


def _said(rule: ClassificationRule) -> Reason:
    return Reason(rule.level, f"{rule.level} by the rule '{rule.match}'", rule.span)


def _place(part: _Part) -> Tokens:
    return part.at
