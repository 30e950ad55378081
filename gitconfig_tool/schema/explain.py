"""What is wrong with a document, in words: from jsonschema's errors to diagnostics.

Each error is told at the value that is wrong, in the layer that set it. A value that may be a secret
is never shown.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import MappingNode, ScalarNode
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.merge import Origin
from gitconfig_tool.pointer import Path, format_pointer, parse_pointer
from gitconfig_tool.schema.load import Schemas
from gitconfig_tool.schema.references import PROJECT

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


def explain(
    document: LinkedDocument, value: Any, uri: str, schemas: Schemas
) -> Iterator[Diagnostic]:
    """Yield what is wrong with a value, which is a document's with stand-ins for its secrets."""
    resources = [
        (each, Resource.from_contents(text, default_specification=DRAFT202012))
        for each, text in schemas.closure(uri).items()
    ]
    registry: Registry[Any] = Registry().with_resources(resources)
    validator = Draft202012Validator(schemas.texts[uri], registry=registry)
    writer = _Writer.of(document, uri)
    found = False
    for error in validator.iter_errors(value):
        found = True
        if writer.is_known(error):
            yield from writer.diagnostics(error)
    if not found:
        # The two libraries differ, in how they read a pattern for example: the stricter one counts.
        for each in schemas.compiled[uri].iter_errors(value):
            path = tuple(each.instance_path)
            keyword = str(each.schema_path[-1]) if each.schema_path else ""
            if not writer.is_secret(path):
                yield writer.say(
                    _CODES.get(keyword, _OTHER),
                    path,
                    f"expected a value that satisfies '{keyword}', found {writer.shown(path, value)}",
                    f"'{keyword}' does not hold",
                )


def schema_errors(schema: Any) -> Iterator[tuple[Path, str]]:
    """Yield what is wrong with a schema itself: a path in it, and a text."""
    for error in Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema):
        wanted = _wanted(error)
        yield (
            tuple(error.absolute_path),
            f"expected {wanted} in a JSON Schema, found {_literal(error.instance)}",
        )


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
        return cls(document, uri.removeprefix(PROJECT), secrets, unknown)

    def is_secret(self, path: Path) -> bool:
        """Tell whether a value is a secret, or part of one."""
        tokens = tuple(map(str, path))
        return any(tokens[:length] in self.secrets for length in range(len(tokens) + 1))

    def is_known(self, error: ValidationError) -> bool:
        """Tell whether an error holds whatever the secrets are, and is not reported elsewhere."""
        tokens = tuple(map(str, error.absolute_path))
        if any(tokens[:length] in self.unknown for length in range(len(tokens) + 1)):
            return False
        keyword = str(error.validator)
        if error.context and keyword in ("anyOf", "oneOf"):
            return all(any(map(self.is_known, branch)) for branch in _branches(error))
        if keyword in ("anyOf", "oneOf"):  # oneOf: more than one branch holds
            return not self._holds_secret(tokens) and not self._holds_unknown(tokens)
        if keyword == "enum" and self.is_secret(error.absolute_path):
            return not _any_of_type(error.validator_value, error.instance)
        if keyword == "const" and self.is_secret(error.absolute_path):
            return not _any_of_type([error.validator_value], error.instance)
        if self.is_secret(error.absolute_path):
            return keyword not in _NEED_THE_TEXT
        if keyword in _NEED_WHAT_IS_INSIDE:
            return not self._holds_secret(tokens) and not self._holds_unknown(tokens)
        return True

    def diagnostics(self, error: ValidationError) -> Iterator[Diagnostic]:
        """Yield the diagnostics of one error; an error can speak of several keys."""
        keyword = str(error.validator)
        path: Path = tuple(error.absolute_path)
        if "propertyNames" in error.absolute_schema_path and isinstance(error.instance, str):
            yield self._name(error, path)
        elif keyword == "required" or keyword == "dependentRequired":
            yield from self._required(error, path)
        elif keyword in ("additionalProperties", "unevaluatedProperties"):
            yield from self._unknown_keys(error, path)
        elif keyword in ("anyOf", "oneOf") and error.context:
            yield self._branches(error, path)
        else:
            code = _CODES.get(keyword, _OTHER)
            message = f"expected {_wanted(error)}, found {self._found(error, path)}"
            secret = _is_write_only(error)
            yield self.say(code, path, message, _label(error), hint=_hint(error), secret=secret)

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

    def shown(self, path: Path, value: Any) -> str:
        """Describe the value at a path of a document; a secret by its type alone."""
        for token in path:
            value = value[int(token)] if isinstance(value, list) else value[token]
        return _literal(value)

    def _in_schema(self, label: str) -> str:
        return f"{label} (schema {self.schema})"

    def _found(self, error: ValidationError, path: Path) -> str:
        kind = self.secrets.get(tuple(map(str, path)))
        if kind is not None:
            return f"a secret of the SOPS type {kind}"
        if _is_write_only(error):
            return "another value (not shown: the schema says that it is a secret)"
        if str(error.validator) == "uniqueItems":
            return _repeated(error.instance)
        if str(error.validator) in ("minItems", "maxItems"):
            return f"{len(error.instance)}"
        if str(error.validator) in ("minLength", "maxLength"):
            return f"{len(error.instance)}: {_literal(error.instance)}"
        if str(error.validator) in ("minProperties", "maxProperties"):
            return f"{len(error.instance)}"
        return _literal(error.instance)

    def _required(self, error: ValidationError, path: Path) -> Iterator[Diagnostic]:
        names = error.validator_value
        if isinstance(names, dict):
            names = [name for key, each in names.items() if key in error.instance for name in each]
        for name in names:
            place = (*map(str, path), name)
            if name in error.instance or place in self.unknown:
                continue
            near = get_close_matches(name, [str(key) for key in error.instance], n=1)
            known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
            files = " or ".join(reversed(self.document.files))
            hint = f"set {format_pointer(place)} in {files}"
            if near and near[0] not in known:
                hint = f"is '{near[0]}' meant? Otherwise {hint}"
            within = f" in {format_pointer(path)}" if path else ""
            yield Diagnostic(
                "GCT202",
                f"expected the key '{name}'{within}, found none",
                self._start(path),
                self._in_schema(f"'{name}' is missing"),
                hint=hint,
            )

    def _unknown_keys(self, error: ValidationError, path: Path) -> Iterator[Diagnostic]:
        schema = error.schema if isinstance(error.schema, dict) else {}
        known = [str(key) for key in schema.get("properties", {})]
        for key in error.instance:
            if str(error.validator) == "additionalProperties":
                extra = key not in known and not any(
                    re.search(pattern, key) for pattern in schema.get("patternProperties", {})
                )
            else:
                # Which keys were evaluated only the library knows, and its text says it.
                extra = repr(key) in error.message
            if not extra:
                continue
            near = get_close_matches(key, known, n=1)
            some = ", ".join(known[:_SHOWN_NAMES])
            more = ", ..." if len(known) > _SHOWN_NAMES else ""
            hint = f"did you mean '{near[0]}'?" if near else f"known keys: {some}{more}"
            yield Diagnostic(
                "GCT206",
                f"expected a known key, found '{key}'",
                self._key_span(path, key),
                self._in_schema("unknown key"),
                hint=hint if known else "remove the key",
            )

    def _name(self, error: ValidationError, path: Path) -> Diagnostic:
        return Diagnostic(
            "GCT206",
            f"expected a key that is {_wanted(error)}, found {_literal(error.instance)}",
            self._key_span(path, str(error.instance)),
            self._in_schema("the key is not allowed"),
            hint="rename the key",
        )

    def _branches(self, error: ValidationError, path: Path) -> Diagnostic:
        """Say which form came closest: the one whose errors lie deepest, then the one with fewest."""
        branches = [[each for each in b if self.is_known(each)] for b in _branches(error)]
        branches = [branch for branch in branches if branch]
        types = [each for branch in branches for each in branch]
        if all(each.validator == "type" and not each.relative_path for each in types):
            wanted = dict.fromkeys(_wanted(each) for each in types)
            message = f"expected {' or '.join(wanted)}, found {self._found(error, path)}"
            return self.say("GCT208", path, message, f"no form of '{error.validator}' fits")
        closest = max(branches, key=partial(_closeness, len(error.absolute_path)))
        inner = [found for each in closest for found in self.diagnostics(each)]
        message = f"expected one of {len(branches)} forms, found none of them"
        label = f"no form of '{error.validator}' fits"
        outer = self.say("GCT208", path, message, label, secret=any(map(_is_write_only, closest)))
        notes = tuple(Note(f"the closest form: {each.message}", each.span) for each in inner)
        hint = next((each.hint for each in inner if each.hint), "")
        sensitive = outer.sensitive or any(each.sensitive for each in inner)
        return Diagnostic(
            outer.code, message, outer.span, outer.label, notes, hint, sensitive=sensitive
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

    def _holds_secret(self, tokens: tuple[str, ...]) -> bool:
        return any(secret[: len(tokens)] == tokens for secret in self.secrets)

    def _holds_unknown(self, tokens: tuple[str, ...]) -> bool:
        return any(unknown[: len(tokens)] == tokens for unknown in self.unknown)


def _branches(error: ValidationError) -> list[list[ValidationError]]:
    """Group the errors below an anyOf or oneOf by branch."""
    grouped: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        grouped.setdefault(inner.relative_schema_path[0], []).append(inner)
    return list(grouped.values())


def _closeness(depth: int, branch: list[ValidationError]) -> tuple[bool, int, int]:
    """Order branches: one of the right type, with deep errors, and few of them, is close."""
    wrong_type = any(
        each.validator in ("type", "const", "enum") and len(each.absolute_path) == depth
        for each in branch
    )
    return not wrong_type, max(len(each.absolute_path) for each in branch), -len(branch)


def _overridden(chain: tuple[Origin, ...]) -> tuple[Note, ...]:
    """Say what the strongest layer overrides; a `!ref` overrides nothing, it leads further."""
    word = "" if chain[0].node.tag == "!ref" else "overrides "
    return tuple(
        Note(f"{word}{_literal(origin.node.value)} set", origin.span)
        for origin in chain[1 : 1 + _SHOWN_ORIGINS]
        if isinstance(origin.node, ScalarNode) and origin.node.tag in (None, "!final")
    )


