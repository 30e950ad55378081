"""What is wrong with a document, in words: from problems to diagnostics.

Each problem is told at the value that is wrong, in the layer that set it. A value that may be a
secret is never shown.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import MappingNode, Node, ScalarNode, SequenceNode
from gitconfig_tool.document.credentials import is_credential, shows_secret
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.merge import Origin
from gitconfig_tool.pointer import Path, format_pointer
from gitconfig_tool.schema.closest import Closest
from gitconfig_tool.schema.known import Known
from gitconfig_tool.schema.load import Schemas
from gitconfig_tool.schema.names import schema_name
from gitconfig_tool.schema.problems import Problem, additional_keys, find_problems, without_echoes
from gitconfig_tool.schema.wording import (
    GENERAL_HINT,
    SHOWN_NAMES,
    Suggestions,
    described,
    found_of,
    hint_of,
    key_text,
    keys_together,
    label_of,
    leaves_of,
    literal,
    meant_by,
    name_wanted,
    plain_word,
    wanted_of,
)

_CODES = {
    "type": "GCT201",
    "required": "GCT202",
    "dependentRequired": "GCT202",
    "enum": "GCT203",
    "const": "GCT203",
    "minimum": "GCT204",
    "maximum": "GCT204",
    "exclusiveMinimum": "GCT204",
    "exclusiveMaximum": "GCT204",
    "multipleOf": "GCT204",
    "minLength": "GCT205",
    "maxLength": "GCT205",
    "pattern": "GCT205",
    "additionalProperties": "GCT206",
    "unevaluatedProperties": "GCT206",
    "propertyNames": "GCT206",
    "minItems": "GCT207",
    "maxItems": "GCT207",
    "uniqueItems": "GCT207",
    "contains": "GCT207",
    "minContains": "GCT207",
    "maxContains": "GCT207",
    "items": "GCT207",
    "prefixItems": "GCT207",
    "unevaluatedItems": "GCT207",
    "anyOf": "GCT208",
    "oneOf": "GCT208",
    "not": "GCT208",
}
_OTHER = "GCT209"

_SHOWN_ORIGINS = 3
_SHOWN_FILES = 4


def explain(
    document: LinkedDocument, value: Any, uri: str, schemas: Schemas
) -> Iterator[Diagnostic]:
    """Yield what is wrong with a value, which is a document's with stand-ins for its secrets."""
    writer = _Writer(document, uri, schemas, Known.of(document), Closest(), Suggestions())
    try:
        problems = list(find_problems(value, uri, schemas.closure(uri)))
        for problem in filter(writer.known.holds, problems):
            yield from writer.diagnostics(problem)
    except RecursionError:
        # References that lead on and on: jsonschema takes some frames of the stack for each.
        problems = []
    if not problems:
        # The two libraries differ, in how they read a pattern for example: the stricter one counts.
        for each in schemas.compiled[uri].iter_errors(value):
            path = tuple(each.instance_path)
            keyword = str(each.schema_path[-1]) if each.schema_path else ""
            if not writer.known.is_secret(path):
                yield writer.say(
                    _CODES.get(keyword, _OTHER),
                    path,
                    f"expected a value that satisfies '{keyword}', found another",
                    f"'{keyword}' does not hold",
                )


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the diagnostics of one document and one schema."""

    document: LinkedDocument
    uri: str
    schemas: Schemas
    known: Known
    closest: Closest
    suggestions: Suggestions

    def diagnostics(self, problem: Problem) -> Iterator[Diagnostic]:
        """Yield the diagnostics of one problem; a problem can speak of several keys."""
        if problem.of_name:
            yield self._name(problem)
        elif problem.keyword in ("required", "dependentRequired"):
            yield from self._required(problem)
        elif problem.keyword in ("additionalProperties", "unevaluatedProperties"):
            yield from self._unknown_keys(problem)
        elif problem.branches:
            yield from self._branches(problem)
        elif keys_together(problem):
            yield self._together(problem)
        else:
            yield self.say(
                _CODES.get(problem.keyword, _OTHER),
                problem.path,
                f"expected {wanted_of(problem)}, found {self._found(problem)}",
                label_of(problem),
                hint=hint_of(problem),
                secret=self.known.is_hidden(problem),
            )

    def say(
        self,
        code: str,
        path: Path,
        message: str,
        label: str,
        *,
        hint: str = "",
        secret: bool = False,
    ) -> Diagnostic:
        """Write a diagnostic at a value: its place, and what it overrides."""
        chain = self._chain(path)
        linked = self.known.is_secret(path)
        return Diagnostic(
            code,
            message,
            chain[0].span,
            self._in_schema(label),
            () if secret or linked else _overridden(chain),
            hint,
            # What stands at the place of a link is no secret: the link.
            sensitive=secret and not linked,
        )

    def _chain(self, path: Path) -> tuple[Origin, ...]:
        """Return who set the value at a path, strongest first.

        A value of another commit, which a `!ref` leads to, has no place here: the `!ref` has.
        """
        chain = self.document.chain_at(path)
        while path and not chain[0].is_here:
            path = path[:-1]
            chain = self.document.chain_at(path)
        return chain

    def _in_schema(self, label: str) -> str:
        return f"{label} (schema {schema_name(self.uri)})"

    def _found(self, problem: Problem) -> str:
        kind = self.known.secrets.get(tuple(map(str, problem.path)))
        if kind is not None:
            return f"a secret of the SOPS type {kind}"
        if self.known.is_hidden(problem) and isinstance(problem.value, str | int | float):
            what = "another value" if isinstance(problem.value, str) else "another type of value"
            return f"{what} (not shown: it may be a secret)"
        return found_of(problem)

    def _required(self, problem: Problem) -> Iterator[Diagnostic]:
        names = problem.wanted
        if isinstance(names, dict):
            names = [name for key, each in names.items() if key in problem.value for name in each]
        properties = [*problem.schema.get("properties", ()), *self._described(problem.path)]
        others = [key for key in problem.value if key not in properties]
        free = [key for key in properties if key not in problem.value]
        chain = _merging(self._chain(problem.path))
        within = f" in {format_pointer(problem.path)}" if problem.path else ""
        for name in names:
            place = (*map(str, problem.path), name)
            if name in problem.value or place in self.known.unknown:
                continue
            near = next(
                (key for key in others if self.suggestions.nearest(key, free) == name), None
            )
            near = near or self.suggestions.nearest(name, others)
            about = described(self._description(place))
            message = f"expected the key '{key_text(name)}'{within}, found none"
            strongest, *weaker = (
                Diagnostic(
                    "GCT202",
                    message,
                    _start(origin),
                    self._in_schema(f"'{key_text(name)}' is missing"),
                    hint=(f"is '{near}' meant? Otherwise " if near else "")
                    + f"set {format_pointer(place)} in {self._files(problem.path, chain, number)}"
                    + (f"; {about}" if about else ""),
                    sensitive=self._shows_secret(problem.path, origin),
                )
                for number, origin in enumerate(chain)
            )
            yield replace(strongest, weaker=tuple(weaker))

    def _files(self, path: Path, chain: Sequence[Origin], first: int) -> str:
        """Say which files could hold a key of the mapping at a path, strongest first.

        `chain` are the layers that count, without those before `first`. A file that does not speak
        of the mapping yet may do so; of an item of a list, only one that has the item. What a !ref
        leads to stands in the files of another document. Below a !replace, nothing could be said.
        """
        files = list(dict.fromkeys(origin.path for origin in chain[first:]))
        within_list = any(not isinstance(token, str) for token in path)
        known = self.document.files
        if not within_list and files[0] in known and chain[-1].node.tag != "!replace":
            files = list(reversed(known[: known.index(files[0]) + 1 if first else None]))
        more = f", or {len(files) - _SHOWN_FILES} weaker ones" if len(files) > _SHOWN_FILES else ""
        return " or ".join(files[:_SHOWN_FILES]) + more

    def _unknown_keys(self, problem: Problem) -> Iterator[Diagnostic]:
        known = [str(key) for key in problem.schema.get("properties", {})]
        if problem.keyword == "additionalProperties":
            keys = additional_keys(problem.value, problem.schema)
        else:
            keys = self._unevaluated(problem)
            known = [*known, *self._described(problem.path)]
        patterns = list(problem.schema.get("patternProperties", {}))
        every, known = known, [key for key in known if key not in problem.value]
        some = [*known[:SHOWN_NAMES], *(["..."] if len(known) > SHOWN_NAMES else [])]
        some += [f"what matches {pattern}" for pattern in patterns]
        for key in keys:
            # A key that a weaker layer sets may well be meant; one that stands beside it is not.
            beside = self._beside(problem.path, key)
            near = self.suggestions.nearest(key, [each for each in every if each not in beside])
            hint = f"did you mean '{near}'?" if near else f"other keys here: {', '.join(some)}"
            place = (
                None if near or self.suggestions.are_over else self._misplaced(problem.path, key)
            )
            if place is not None:
                hint = f"did you mean {format_pointer(place)}?"
            yield Diagnostic(
                "GCT206",
                f"expected a known key, found '{key_text(key)}'",
                self._key_span(problem.path, key),
                self._in_schema("unknown key"),
                hint=hint if near or some else "remove the key",
                sensitive=self._shows_secret((*problem.path, key)),
            )

    def _beside(self, path: Path, key: str) -> Collection[str]:
        """Return the keys of the mapping, in the strongest layer that has a key, around it."""
        for origin in self.document.chain_at(path):
            if isinstance(origin.node, MappingNode) and key in origin.node.entries:
                return origin.node.entries.keys()
        return ()

    def _unevaluated(self, problem: Problem) -> list[str]:
        """Return the keys that no part describes; which were evaluated only jsonschema knows.

        A key that is described but has a wrong value counts as not evaluated, too (Core, section
        11.3): what is wrong with the value is told, and that is enough.
        """
        walker = self.schemas.walker
        parts = walker.at((self.uri,), problem.path)
        return [
            key
            for key in problem.value
            # jsonschema's text names them.
            if repr(key) in problem.text
            and not any(part.certain for part in walker.step(parts, key).all)
        ]

    def _misplaced(self, path: Path, key: str) -> Path | None:
        """Return where a key belongs that stands a level too high or too low, if it does."""
        around = [(*path, name) for name in self._described(path)]
        for place in [*around, *([path[:-1]] if path else [])]:
            for known in self._described(place):
                if plain_word(known) == plain_word(key):
                    return (*place, known)
        return None

    def _description(self, path: Path) -> Mapping[str, Any]:
        """Return the part that describes the value at a path best."""
        walker = self.schemas.walker
        schemas = [walker.schema(part.place) for part in walker.at((self.uri,), path).all]
        return next((each for each in schemas if "description" in each), {})

    def _described(self, path: Path) -> list[str]:
        """Return the keys that any part describes for the mapping at a path."""
        walker = self.schemas.walker
        schemas = (walker.schema(part.place) for part in walker.at((self.uri,), path).all)
        return list(dict.fromkeys(key for each in schemas for key in each.get("properties", ())))

    def _name(self, problem: Problem) -> Diagnostic:
        near = meant_by(problem)
        return Diagnostic(
            "GCT206",
            f"expected {name_wanted(problem)}, found '{key_text(str(problem.value))}'",
            self._key_span(problem.path, str(problem.value)),
            self._in_schema("the key is not allowed"),
            hint=f"did you mean '{near}'?" if near else "rename the key",
            sensitive=self._shows_secret((*problem.path, str(problem.value))),
        )

    def _together(self, problem: Problem) -> Diagnostic:
        names = [f"'{key_text(name)}'" for name in keys_together(problem)]
        wanted = f"not all of the keys {', '.join(names)} together, found them"
        if len(names) == 2:
            wanted = f"only one of the keys {names[0]} and {names[1]}, found both"
        elif len(names) == 1:
            wanted = f"no key {names[0]}, found it"
        last = keys_together(problem)[-1]
        return Diagnostic(
            "GCT208",
            f"expected {wanted}",
            self._key_span(problem.path, last),
            self._in_schema("'not' does not hold"),
            hint="remove one of them" if len(names) > 1 else "remove it",
            sensitive=self._shows_secret((*problem.path, last)),
        )

    def _branches(self, problem: Problem) -> Iterator[Diagnostic]:
        """Say what is wrong with the form that was meant, or which form came closest."""
        depth = len(problem.path)
        forms = self.known.forms(problem)
        chosen = self.closest.chosen(forms, depth)
        if chosen is not None:
            for each in chosen:
                yield from self.diagnostics(each)
            return
        names = self.closest.names(forms, depth)
        if names and not any(map(meant_by, names)):
            wanted = " or ".join(dict.fromkeys(map(wanted_of, names)))
            secret = any(map(self.known.is_hidden, names))
            message = f"expected {wanted}, found {self._found(names[0])}"
            yield self.say("GCT203", names[0].path, message, "no form has this name", secret=secret)
            return
        label = f"no form of '{problem.keyword}' fits"
        every = [each for each in leaves_of(problem) if self.known.holds(each)]
        if all(each.keyword == "type" and each.path == problem.path for each in every):
            wanted = " or ".join(dict.fromkeys(map(wanted_of, every)))
            message = f"expected {wanted}, found {self._found(problem)}"
            secret = self.known.is_hidden(problem) or any(each.is_write_only for each in every)
            hint = hint_of(problem)
            yield self.say("GCT208", problem.path, message, label, hint=hint, secret=secret)
            return
        leaves = list(self._leaves(self.closest.form(forms, depth)))
        inner = [(each, found) for each in leaves for found in self.diagnostics(each)]
        message = f"expected one of {len(forms)} forms, found none of them"
        secret = self.known.is_hidden(problem) or any(found.sensitive for _, found in inner)
        outer = self.say("GCT208", problem.path, message, label, secret=secret)
        notes = [Note(f"the closest form: {found.message}", found.span) for _, found in inner]
        hints = [found.hint for _, found in inner if found.hint not in ("", GENERAL_HINT)]
        meant = (
            []
            if secret
            else [f"did you mean '{meant_by(each)}'?" for each in leaves if meant_by(each)]
        )
        yield replace(
            outer,
            notes=tuple(dict.fromkeys((*notes, *outer.notes))),
            hint=next(iter([*meant, *hints]), hint_of(problem)),
        )

    def _leaves(self, form: Sequence[Problem]) -> Iterator[Problem]:
        """Yield the problems of a form; of a problem with forms again, those of the closest one."""
        for problem in without_echoes(form):
            if problem.branches:
                forms = self.known.forms(problem)
                yield from self._leaves(self.closest.form(forms, len(problem.path)))
            else:
                yield problem

    def _shows_secret(self, path: Path, origin: Origin | None = None) -> bool:
        """Tell whether the line on which a value begins may show a secret in the clear.

        Without `origin`, that of the strongest layer.
        """
        origin = origin or self._chain(path)[0]
        named = bool(path) and is_credential(str(path[-1]))
        return named or shows_secret(origin.node, origin.span.line)

    def _key_span(self, path: Path, key: str) -> Span:
        """Return the place of a key, in the strongest layer that has it."""
        value = self._chain((*path, key))[0]
        for origin in self._chain(path):
            if isinstance(origin.node, MappingNode) and origin.path == value.path:
                entry = origin.node.entries.get(key)
                if entry is not None:
                    return entry.key_mark.in_file(origin.path)
        return value.span


def _overridden(chain: tuple[Origin, ...]) -> tuple[Note, ...]:
    """Say what the strongest layer overrides; a `!ref` overrides nothing, it leads further."""
    top = chain[0].node
    if isinstance(top, MappingNode) and top.tag != "!replace":
        return ()  # It merges with the others.
    word = "" if top.tag == "!ref" else "overrides "
    if top.tag in ("!append", "!prepend"):
        word = "extends "
    return tuple(
        Note(f"{word}{_shown(origin.node)} set", origin.span)
        for origin in chain[1 : 1 + _SHOWN_ORIGINS]
        if origin.is_here and origin.node.tag in (None, "!final", "!append", "!prepend", "!replace")
    )


def _shown(node: Node) -> str:
    if isinstance(node, ScalarNode):
        return literal(node.value)
    return literal([*node.items] if isinstance(node, SequenceNode) else {**node.entries})


def _merging(chain: Sequence[Origin]) -> Sequence[Origin]:
    """Return the layers whose mappings merge to the one that is there, strongest first."""
    for number, origin in enumerate(chain, 1):
        following = chain[number].node if number < len(chain) else None
        if origin.node.tag == "!replace" or not isinstance(following, MappingNode):
            return chain[:number]
    return chain


def _start(origin: Origin) -> Span:
    """Return the first line of a mapping: all of it would mark half a file."""
    span = origin.span
    return Span(span.path, span.line, span.column, span.line, span.column + 1)
