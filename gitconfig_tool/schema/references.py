"""Reading of schema files, and resolving of the `$ref`s between them.

A schema is known by its URI: `gitconfig-tool:model-config` for one that is built in,
`project:/schemas/billing.schema.json` for a file of the project. When a schema is read, each `$ref`
in it is rewritten to such a URI with a JSON Pointer, so that whoever gets the schemas resolves them
without knowing files. Nothing is fetched: a `$ref` to anywhere else is a diagnostic.
"""

import json
import posixpath
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from urllib.parse import quote, unquote

import jsonschema_rs

from gitconfig_tool.builtin import BUILTIN, builtin_names, builtin_text
from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import Node, node_at, parse_document, plain_value
from gitconfig_tool.pointer import Path, format_pointer, parse_pointer, resolve_pointer
from gitconfig_tool.schema.extensions import READ, malformed
from gitconfig_tool.schema.keywords import Part, join_uri, parts
from gitconfig_tool.schema.names import PROJECT, schema_name
from gitconfig_tool.schema.walk import Place

_SUFFIX = ".schema.json"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class _File:
    """One schema as it was read. `root` is None for a built-in schema: it has no place."""

    uri: str
    path: str
    schema: Any
    root: Node | None
    parts: tuple[Part, ...]

    def span(self, path: Path) -> Span | None:
        if self.root is None:
            return None
        while (node := node_at(self.root, path)) is None:
            path = path[:-1]
        return node.mark.in_file(self.path)


class SchemaReader:
    """Reads schemas and all that they refer to, each once."""

    def __init__(self, texts: Mapping[str, bytes], private: Collection[str] = ()) -> None:
        """Begin; `private` are the paths of schemas that no other may refer to."""
        self._texts = texts
        self._private = private
        self._files: dict[str, _File | None] = {}
        self._project_ids: dict[str, tuple[str, Path]] | None = None
        self.resolved: dict[str, Any] = {}
        self.needs: dict[str, tuple[str, ...]] = {}
        # The parts that have a keyword of READ, by keyword, with its place.
        self.extended: dict[str, dict[Place, Span | None]] = {keyword: {} for keyword in READ}
        self.diagnostics: list[Diagnostic] = []
        # A list would be searched from its start for each of thousands.
        self._reported: set[Diagnostic] = set()

    def read(self, name: str, span: Span | None) -> str | None:
        """Read a schema by the name that a user gives it, with all that it refers to.

        Returns its URI; None when it cannot be used, which is then reported. `span` is the place of
        the name.
        """
        uri = name if name.startswith(BUILTIN) else PROJECT + posixpath.normpath(name)
        if _SCHEME.match(name) and not name.startswith(BUILTIN):
            self._outside(name, span)
            return None
        if not self._exists(uri):
            self._missing(name, span)
            return None
        waiting = [uri]
        while waiting:
            at = waiting.pop()
            if at not in self.needs:
                self._resolve(at)
                waiting += self.needs[at]
        return uri if uri in self.resolved else None

    def names(self) -> list[str]:
        """Return the names of all schemas that could be meant."""
        builtin = [BUILTIN + name.removesuffix(_SUFFIX) for name in builtin_names("schemas")]
        return [*builtin, *self._texts]

    def _exists(self, uri: str) -> bool:
        if uri.startswith(BUILTIN):
            return builtin_text("schemas", uri.removeprefix(BUILTIN) + _SUFFIX) is not None
        return uri.removeprefix(PROJECT) in self._texts

    def _resolve(self, uri: str) -> None:
        """Check one schema and rewrite its references; what it needs goes to `needs`."""
        file = self._file(uri)
        self.needs[uri] = ()
        if file is None:
            return
        schema = _copy(file.schema)
        needed: dict[str, None] = {}
        complete = self._is_valid(file)
        for part in file.parts:
            copy = _at(schema, part.path)
            copy.pop("$id", None)
            for keyword in READ:
                if part.schema.get(keyword, False) is not False:
                    at = file.span((*part.path, keyword))
                    self.extended[keyword][uri, part.path] = at
            for keyword in ("$ref", "$dynamicRef"):
                reference = part.schema.get(keyword)
                if not isinstance(reference, str) or (keyword, reference[:1]) == (
                    "$dynamicRef",
                    "#",
                ):
                    continue
                target = self._target(file, part, reference, file.span((*part.path, keyword)))
                if target is None:
                    complete = False
                    continue
                other, path = target
                fragment = "#" + quote(format_pointer(path), safe="/~!$&'()*+,;=:@")
                copy[keyword] = fragment if other == uri else other + fragment
                if other != uri:
                    needed[other] = None
        self.needs[uri] = tuple(needed)
        if complete:
            self.resolved[uri] = {"$id": uri, **schema} if isinstance(schema, dict) else schema

    def _target(
        self, file: _File, part: Part, reference: str, span: Span | None
    ) -> tuple[str, Path] | None:
        """Return the schema that a reference means, and the path in it; None after a diagnostic."""
        name, _, fragment = reference.partition("#")
        if name:
            found = self._named(file, part, name, span)
            if found is None:
                return None
            uri, resource = found
        else:
            uri, resource = file.uri, part.resource
        other = self._file(uri)
        if other is None:
            return None
        path = _in_fragment(other, resource, unquote(fragment))
        if path is None:
            self._report(
                "GCT211",
                f"expected a schema at '{reference}', found nothing there",
                span,
                hint=f"'{fragment}' must be a JSON Pointer or an anchor in {schema_name(uri)}",
            )
            return None
        return uri, path

    def _named(
        self, file: _File, part: Part, name: str, span: Span | None
    ) -> tuple[str, Path] | None:
        if name.startswith(BUILTIN):
            if self._exists(name):
                return name, ()
            self._missing(name, span)
            return None
        by_id = self._ids(file).get(join_uri(part.base, name))
        if by_id is not None:
            return by_id
        # A schema with an http $id, whose neighbours are in the project under relative names.
        path = posixpath.normpath(posixpath.join(posixpath.dirname(file.path), unquote(name)))
        if _SCHEME.match(name) or name.startswith("/") or path.startswith("../"):
            self._outside(name, span)
            return None
        if path in self._texts:
            return PROJECT + path, ()
        self._missing(path, span)
        return None

    def _ids(self, file: _File) -> Mapping[str, tuple[str, Path]]:
        """Return every `$id` that a reference of a file may name."""
        own = {part.base: (file.uri, part.path) for part in file.parts if "$id" in part.schema}
        if file.root is None:
            return own
        if self._project_ids is None:
            self._project_ids = {}
            for path, data in sorted(self._texts.items()):
                # Only read those that can have one: a project may hold many other schemas.
                other = self._file(PROJECT + path) if b"$id" in data else None
                for part in other.parts if other is not None else ():
                    if "$id" in part.schema:
                        self._project_ids.setdefault(part.base, (PROJECT + path, part.path))
        return {**self._project_ids, **own}

    def _file(self, uri: str) -> _File | None:
        if uri not in self._files:
            self._files[uri] = self._read_file(uri)
        return self._files[uri]

    def _read_file(self, uri: str) -> _File | None:
        if uri.startswith(BUILTIN):
            name = uri.removeprefix(BUILTIN) + _SUFFIX
            schema = json.loads(builtin_text("schemas", name) or "false")
            return _File(uri, name, schema, None, tuple(parts(schema)))
        path = uri.removeprefix(PROJECT)
        document, diagnostics = parse_document(path, self._texts[path])
        self.diagnostics += diagnostics
        if document.root is None:
            if not diagnostics:
                self._report("GCT210", "expected a JSON Schema, found an empty file", Span(path))
            return None
        schema = plain_value(document.root)
        return _File(uri, path, schema, document.root, tuple(parts(schema)))

    def _is_valid(self, file: _File) -> bool:
        if file.root is None:
            return True
        before = len(self.diagnostics)
        if not isinstance(file.schema, dict | bool):
            self._invalid(file, (), "expected a JSON Schema, found a list or a scalar")
        for part in file.parts:
            dialect = part.schema.get("$schema", _DIALECT)
            if dialect not in (_DIALECT, _DIALECT + "#"):
                self._invalid(
                    file, (*part.path, "$schema"), f"expected {_DIALECT}, found {dialect}"
                )
        if len(self.diagnostics) == before:
            self._check_dialect(file)
        if len(self.diagnostics) == before:
            self._check_patterns(file)
            self._check_extensions(file)
        return len(self.diagnostics) == before

    def _check_dialect(self, file: _File) -> None:
        if jsonschema_rs.meta.is_valid(file.schema):
            return
        # Loaded here, not above: it takes 60 ms, and most schemas are valid.
        from gitconfig_tool.schema.problems import find_schema_problems
        from gitconfig_tool.schema.wording import found_of, wanted_of

        for problem in find_schema_problems(file.schema):
            wanted, found = wanted_of(problem), found_of(problem)
            text = f"expected {wanted} in a JSON Schema, found {found}"
            self._invalid(file, problem.path, text)

    def _check_patterns(self, file: _File) -> None:
        """Refuse patterns that Python cannot read: the fetcher checks secrets with Python's."""
        for part in file.parts:
            patterns: list[tuple[Path, str]] = [(("pattern",), part.schema.get("pattern", ""))]
            named = part.schema.get("patternProperties", {})
            patterns += [(("patternProperties", key), key) for key in named]
            for path, pattern in patterns:
                try:
                    re.compile(pattern)
                except re.error as error:
                    text = f"expected a pattern that Python reads too, found: {error}"
                    self._invalid(file, (*part.path, *path), text)

    def _check_extensions(self, file: _File) -> None:
        for part in file.parts:
            for keyword, message, hint in malformed(part.schema):
                self._report("GCT214", message, file.span((*part.path, keyword)), hint=hint)

    def _invalid(self, file: _File, path: Path, text: str) -> None:
        hint = "the schema is not used until this is corrected"
        self._report("GCT210", text, file.span(path), hint=hint)

    def _outside(self, name: str, span: Span | None) -> None:
        self._report(
            "GCT212",
            f"expected a schema of this project or a built-in one, found {name}",
            span,
            hint="schemas are never fetched: copy it into schemas/ and refer to the file",
        )

    def _missing(self, name: str, span: Span | None) -> None:
        if name in self._private:
            self._report(
                "GCT212",
                f"expected a schema that all bundles may share, found {name}, which lies in a "
                "layer of some of them",
                span,
                hint="move it into a folder that is no layer, such as schemas/",
            )
            return
        near = get_close_matches(name, self.names(), n=1)
        builtin = ", ".join(each for each in self.names() if each.startswith(BUILTIN))
        self._report(
            "GCT211",
            f"expected a schema '{name}', found none",
            span,
            hint=f"did you mean {near[0]}?" if near else f"built in are: {builtin}",
        )

    def _report(self, code: str, message: str, span: Span | None, *, hint: str = "") -> None:
        found = Diagnostic(code, message, span, hint=hint)
        if found not in self._reported:
            self._reported.add(found)
            self.diagnostics.append(found)


def _in_fragment(file: _File, resource: Path, fragment: str) -> Path | None:
    """Return the path that a fragment means within a resource (Core, section 9.2.1), or None."""
    if fragment and not fragment.startswith("/"):
        for part in file.parts:
            if part.resource == resource and fragment in (
                part.schema.get("$anchor"),
                part.schema.get("$dynamicAnchor"),
            ):
                return part.path
        return None
    try:
        found = resolve_pointer(_at(file.schema, resource), fragment)
        tokens = parse_pointer(fragment)
    except (KeyError, ValueError):
        return None
    return (*resource, *tokens) if isinstance(found, dict | bool) else None


def _copy(value: Any) -> Any:
    """Return a copy of a JSON value: without circles, so that `deepcopy` is not needed."""
    if isinstance(value, dict):
        return {key: _copy(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return value


def _at(schema: Any, path: Path) -> Any:
    for token in path:
        schema = schema[token]
    return schema
