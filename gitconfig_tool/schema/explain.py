"""What is wrong with a document, in words: from jsonschema's errors to diagnostics.

Each error is told at the value that is wrong, in the layer that set it. A value that may be a
secret is never shown.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import partial
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import MappingNode, ScalarNode
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.merge import Origin
from gitconfig_tool.pointer import Path, format_pointer, parse_pointer
from gitconfig_tool.schema.credentials import is_credential
from gitconfig_tool.schema.load import Schemas
from gitconfig_tool.schema.names import schema_name
from gitconfig_tool.schema.patterns import matches
from gitconfig_tool.schema.wording import (
    GENERAL_HINT,
    SHOWN_NAMES,
    Problem,
    found_of,
    has_type_of,
    hint_of,
    label_of,
    literal,
    to_problem,
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

# Whether these hold for a value depends on more than its type: for a secret, on what is not known.
_NEED_THE_TEXT = frozenset(_CODES) - {"type", "anyOf", "oneOf"} | {"minProperties", "maxProperties"}
# Whether these hold for a collection depends on what its items and values are.
_NEED_WHAT_IS_INSIDE = frozenset(
    {
        "const",
        "contains",
        "enum",
        "maxContains",
        "minContains",
        "not",
        "unevaluatedItems",
        "unevaluatedProperties",
        "uniqueItems",
    }
)
_SHOWN_ORIGINS = 3


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """Check `pattern` in bounded time."""
    if isinstance(instance, str) and not matches(pattern, instance):
        yield ValidationError(f"the text does not match {pattern!r}")


_Explainer: Any = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]


def explain(
    document: LinkedDocument, value: Any, uri: str, schemas: Schemas
) -> Iterator[Diagnostic]:
    """Yield what is wrong with a value, which is a document's with stand-ins for its secrets."""
    resources = [
        (each, Resource.from_contents(text, default_specification=DRAFT202012))
        for each, text in schemas.closure(uri).items()
    ]
    registry: Registry[Any] = Registry().with_resources(resources)
    validator = _Explainer(schemas.texts[uri], registry=registry)
    writer = _Writer.of(document, uri)
    found = False
    for error in validator.iter_errors(value):
        found = True
        problem = to_problem(error)
        if writer.is_known(problem):
            yield from writer.diagnostics(problem)
    if not found:
        # The two libraries differ, in how they read a pattern for example: the stricter one counts.
        for each in schemas.compiled[uri].iter_errors(value):
            path = tuple(each.instance_path)
            keyword = str(each.schema_path[-1]) if each.schema_path else ""
            if not writer.is_secret(path):
                yield writer.say(
                    _CODES.get(keyword, _OTHER),
                    path,
                    f"expected a value that satisfies '{keyword}', found another",
                    f"'{keyword}' does not hold",
                )


def schema_errors(schema: Any) -> Iterator[tuple[Path, str]]:
    """Yield what is wrong with a schema itself: a path in it, and a text."""
    for error in Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema):
        problem = to_problem(error)
        found = f"found {found_of(problem)}"
        yield problem.path, f"expected {wanted_of(problem)} in a JSON Schema, {found}"


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the diagnostics of one document and one schema."""

    document: LinkedDocument
    schema: str
    secrets: Mapping[tuple[str, ...], str]
    unknown: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, document: LinkedDocument, uri: str) -> "_Writer":
        secrets = {parse_pointer(at): link.type for at, link in document.secrets.items()}
        unknown = frozenset(parse_pointer(at) for at in document.unknown)
        return cls(document, schema_name(uri), secrets, unknown)

    def is_secret(self, path: Path) -> bool:
        """Tell whether a value is a secret, or part of one."""
        tokens = tuple(map(str, path))
        return any(tokens[:length] in self.secrets for length in range(len(tokens) + 1))

    def is_hidden(self, problem: Problem) -> bool:
        """Tell whether a value may be a secret in the clear."""
        names = [token for token in problem.path if isinstance(token, str)]
        return problem.is_write_only or bool(names and is_credential(names[-1]))

    def is_known(self, problem: Problem) -> bool:
        """Tell whether a problem holds whatever the secrets are, and is not reported elsewhere."""
        tokens = tuple(map(str, problem.path))
        if any(tokens[:length] in self.unknown for length in range(len(tokens) + 1)):
            return False
        if problem.branches:
            return all(any(map(self.is_known, branch)) for branch in problem.branches)
        if self.is_secret(problem.path):
            if problem.keyword in ("enum", "const"):
                allowed = problem.wanted if problem.keyword == "enum" else [problem.wanted]
                return not has_type_of(allowed, problem.value)
            return problem.keyword not in _NEED_THE_TEXT
        if problem.keyword in _NEED_WHAT_IS_INSIDE:
            # What is not known may be the very thing that the keyword looks at.
            return not any(
                place[: len(tokens)] == tokens for place in (*self.secrets, *self.unknown)
            )
        return True

    def diagnostics(self, problem: Problem) -> Iterator[Diagnostic]:
        """Yield the diagnostics of one problem; a problem can speak of several keys."""
        if problem.of_name:
            yield self._name(problem)
        elif problem.keyword in ("required", "dependentRequired"):
            yield from self._required(problem)
        elif problem.keyword in ("additionalProperties", "unevaluatedProperties"):
            yield from self._unknown_keys(problem)
        elif problem.branches:
            yield self._branches(problem)
        else:
            yield self.say(
                _CODES.get(problem.keyword, _OTHER),
                problem.path,
                f"expected {wanted_of(problem)}, found {self._found(problem)}",
                label_of(problem),
                hint=hint_of(problem),
                secret=self.is_hidden(problem),
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
        chain = self.document.chain_at(path)
        linked = self.is_secret(path)
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

    def _in_schema(self, label: str) -> str:
        return f"{label} (schema {self.schema})"

    def _found(self, problem: Problem) -> str:
        kind = self.secrets.get(tuple(map(str, problem.path)))
        if kind is not None:
            return f"a secret of the SOPS type {kind}"
        if self.is_hidden(problem) and isinstance(problem.value, str | int | float):
            what = "another value" if isinstance(problem.value, str) else "another type of value"
            return f"{what} (not shown: it may be a secret)"
        return found_of(problem)

    def _required(self, problem: Problem) -> Iterator[Diagnostic]:
        names = problem.wanted
        if isinstance(names, dict):
            names = [name for key, each in names.items() if key in problem.value for name in each]
        known = problem.schema.get("properties", {})
        files = " or ".join(reversed(self.document.files))
        within = f" in {format_pointer(problem.path)}" if problem.path else ""
        for name in names:
            place = (*map(str, problem.path), name)
            if name in problem.value or place in self.unknown:
                continue
            near = get_close_matches(name, [key for key in problem.value if key not in known], n=1)
            hint = f"set {format_pointer(place)} in {files}"
            yield Diagnostic(
                "GCT202",
                f"expected the key '{name}'{within}, found none",
                self._start(problem.path),
                self._in_schema(f"'{name}' is missing"),
                hint=f"is '{near[0]}' meant? Otherwise {hint}" if near else hint,
            )

    def _unknown_keys(self, problem: Problem) -> Iterator[Diagnostic]:
        known = [str(key) for key in problem.schema.get("properties", {})]
        patterns = list(problem.schema.get("patternProperties", {}))
        for key in problem.value:
            if problem.keyword == "additionalProperties":
                extra = key not in known and not any(re.search(each, key) for each in patterns)
            else:
                # Which keys were evaluated only the library knows, and its text says it.
                extra = repr(key) in problem.text
            if not extra:
                continue
            near = get_close_matches(key, known, n=1)
            some = ", ".join(known[:SHOWN_NAMES]) + (", ..." if len(known) > SHOWN_NAMES else "")
            hint = f"did you mean '{near[0]}'?" if near else f"known keys: {some}"
            yield Diagnostic(
                "GCT206",
                f"expected a known key, found '{key}'",
                self._key_span(problem.path, key),
                self._in_schema("unknown key"),
                hint=hint if known else "remove the key",
            )

    def _name(self, problem: Problem) -> Diagnostic:
        return Diagnostic(
            "GCT206",
            f"expected a key that is {wanted_of(problem)}, found {literal(problem.value)}",
            self._key_span(problem.path, str(problem.value)),
            self._in_schema("the key is not allowed"),
            hint="rename the key",
        )

    def _branches(self, problem: Problem) -> Diagnostic:
        """Say which form came closest."""
        known = [tuple(filter(self.is_known, branch)) for branch in problem.branches]
        every = [each for branch in known for each in branch]
        label = f"no form of '{problem.keyword}' fits"
        if all(each.keyword == "type" and each.path == problem.path for each in every):
            wanted = dict.fromkeys(map(wanted_of, every))
            message = f"expected {' or '.join(wanted)}, found {self._found(problem)}"
            secret = self.is_hidden(problem) or any(each.is_write_only for each in every)
            hint = hint_of(problem)
            return self.say("GCT208", problem.path, message, label, hint=hint, secret=secret)
        closest = max(known, key=partial(_closeness, len(problem.path)))
        inner = [found for each in closest for found in self.diagnostics(each)]
        message = f"expected one of {len(known)} forms, found none of them"
        secret = self.is_hidden(problem) or any(each.sensitive for each in inner)
        outer = self.say("GCT208", problem.path, message, label, secret=secret)
        return replace(
            outer,
            notes=tuple(Note(f"the closest form: {each.message}", each.span) for each in inner),
            hint=next(
                (each.hint for each in inner if each.hint not in ("", GENERAL_HINT)),
                hint_of(problem),
            ),
        )

    def _start(self, path: Path) -> Span:
        """Return the first line of a mapping: all of it would mark half a file."""
        span = self.document.span_at(path)
        return Span(span.path, span.line, span.column, span.line, span.column + 1)

    def _key_span(self, path: Path, key: str) -> Span:
        """Return the place of a key, in the strongest layer that has it."""
        value = self.document.chain_at((*path, key))[0]
        for origin in self.document.chain_at(path):
            if isinstance(origin.node, MappingNode) and origin.path == value.path:
                entry = origin.node.entries.get(key)
                if entry is not None:
                    return entry.key_mark.in_file(origin.path)
        return value.span


def _closeness(depth: int, branch: tuple[Problem, ...]) -> tuple[bool, int, int]:
    """Order branches: one of the right type, with deep problems, and few of them, is close."""
    wrong = any(
        each.keyword in ("type", "const", "enum") and len(each.path) == depth for each in branch
    )
    return not wrong, max(len(each.path) for each in branch), -len(branch)


def _overridden(chain: tuple[Origin, ...]) -> tuple[Note, ...]:
    """Say what the strongest layer overrides; a `!ref` overrides nothing, it leads further."""
    word = "" if chain[0].node.tag == "!ref" else "overrides "
    return tuple(
        Note(f"{word}{literal(origin.node.value)} set", origin.span)
        for origin in chain[1 : 1 + _SHOWN_ORIGINS]
        if origin.is_here
        and isinstance(origin.node, ScalarNode)
        and origin.node.tag in (None, "!final")
    )
