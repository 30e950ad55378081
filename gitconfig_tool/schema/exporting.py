"""JSON Schemas of documents as editors need them: for one layer, with our tags, in draft-07.

Takes loaded schemas; returns one JSON Schema for each document schema, complete in itself. An
editor sees one file and no other layer, so what only the whole can tell is left out: `required`
(but for items of lists, which are replaced as a whole), conditions, counts. What is left must never
refuse a file that `validate` accepts.

The YAML language server gives a value behind one of our tags as text, whatever it is: `!ref x#/y`
is "x#/y", `!final 5` is "5", `!unset` is "". So each value may also be a text that looks like what
stands behind a tag. Draft-07 is the draft that the server reads whole (README of
yaml-language-server, 1.19: "JSON Schema 7 and below").
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gitconfig_tool.pointer import Path
from gitconfig_tool.schema.extensions import LIST_KEYS, LIST_TYPE
from gitconfig_tool.schema.load import Schemas

DRAFT_7 = "http://json-schema.org/draft-07/schema#"
# What stands behind !required, !unset, !ref, !secret, !prompt and !format.
_LINK = r"^(|environment|[^\s#@]+#(/.*)?|#/.*|[^\s@]+@.+|[^{}]*\{[^{}]+\}.*)$"
# The same behind !final as well.
_SCALAR = _LINK[:-2] + r"|true|false|null|[-+]?[0-9][0-9.eE+-]*)$"
TAG_DEFINITIONS: Mapping[str, Any] = {
    "link": {"type": "string", "pattern": _LINK},
    "tagged": {"type": "string", "pattern": _SCALAR},
}
# Means the same in both drafts, whatever the value is merged with.
_KEPT = (
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "deprecationMessage",
    "type",
    "enum",
    "const",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "maxItems",
    "uniqueItems",
)
_ABOUT = ("title", "description", "default", "examples", "deprecated", "deprecationMessage")
# The conditions that no other layer decides: what kind a value is, every layer says anew.
_BY_KIND = tuple(
    {"type": kind} for kind in ("array", "boolean", "integer", "number", "object", "string")
)
# What a text may be besides without being any less a text.
_FREE_TEXT = frozenset({*_ABOUT, "type", "maxLength"})


def exported_schema(schemas: Schemas, uri: str, *, may_be_sealed: bool = False) -> dict[str, Any]:
    """Return the schema of a URI for the layers of a document.

    With `may_be_sealed`, the files that it is for may be those of SOPS, which it lets pass.
    """
    exporter = _Exporter(schemas)
    root = exporter.schema(uri, (), whole=False)
    definitions = exporter.definitions()
    about = {key: root.pop(key) for key in ("title", "description") if key in root}
    if may_be_sealed:
        definitions["document"] = root
        root = {
            "if": {"required": ["sops"]},
            "then": True,
            "else": {"$ref": "#/definitions/document"},
        }
    return {"$schema": DRAFT_7, **about, **root, "definitions": definitions}


class _Exporter:
    """Writes one schema; each part that a `$ref` leads to becomes a definition, written once."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._names: dict[tuple[str, Path, bool], str] = {}
        self._written: dict[str, Any] = {}

    def definitions(self) -> dict[str, Any]:
        """Write all definitions that are referred to, by name."""
        while len(self._written) < len(self._names):
            for (uri, path, whole), name in list(self._names.items()):
                if name not in self._written:
                    self._written[name] = self.schema(uri, path, whole=whole)
        return {**TAG_DEFINITIONS, **dict(sorted(self._written.items()))}

    def schema(self, uri: str, path: Path, *, whole: bool) -> Any:
        """Return one part. `whole` tells that no other layer adds to the value."""
        found = self._at(uri, path)
        if not isinstance(found, dict):
            return found
        result = {key: found[key] for key in _KEPT if key in found}
        if result.get("type") == "object" or "properties" in found:
            result |= self._of_object(found, uri, path, whole=whole)
        if whole and "required" in found:
            result["required"] = found["required"]
        result |= self._of_list(found, uri, path, whole=whole)
        if found.get("if", {}) in _BY_KIND:
            result |= {
                keyword: self.schema(uri, (*path, keyword), whole=whole)
                for keyword in ("if", "then", "else")
                if keyword in found
            }
        both = list(self._beside(found, uri, path, whole=whole))
        if both:
            result["allOf"] = both
        return result

    def _of_object(
        self, found: Mapping[str, Any], uri: str, path: Path, *, whole: bool
    ) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for keyword in ("properties", "patternProperties"):
            if keyword in found:
                result[keyword] = {
                    key: self._value(uri, (*path, keyword, key), whole=whole)
                    for key in found[keyword]
                }
        if "additionalProperties" in found:
            at = (*path, "additionalProperties")
            result["additionalProperties"] = self._value(uri, at, whole=whole)
        if "propertyNames" in found:
            result["propertyNames"] = self.schema(uri, (*path, "propertyNames"), whole=True)
        return result

    def _of_list(
        self, found: Mapping[str, Any], uri: str, path: Path, *, whole: bool
    ) -> dict[str, Any]:
        result: dict[str, Any] = {}
        merges = found.get(LIST_TYPE) == "map"
        # A list that does not merge is replaced as a whole, so its items are complete.
        inner_whole = whole or not merges
        items = "items" in found
        prefix = found.get("prefixItems")
        if prefix:
            result["items"] = [
                self._value(uri, (*path, "prefixItems", index), whole=inner_whole)
                for index in range(len(prefix))
            ]
            if items:
                at = (*path, "items")
                result["additionalItems"] = self._value(uri, at, whole=inner_whole)
        elif items:
            value = self._value(uri, (*path, "items"), whole=inner_whole)
            if merges and isinstance(value, dict):
                value = {"allOf": [value], "required": list(found[LIST_KEYS])}
                value = {"anyOf": [value, {"$ref": "#/definitions/link"}]}
            result["items"] = value
        return result

    def _beside(
        self, found: Mapping[str, Any], uri: str, path: Path, *, whole: bool
    ) -> Iterator[Any]:
        """Yield what must hold as well. Of several forms, a layer must fit one, and may fit more.

        `not`, and `if` with its branches, ask about values that may stand in another layer.
        """
        target = self._schemas.walker.refers_to((uri, path))
        if target is not None:
            yield self._reference(*target, whole=whole)
        for index in range(len(found.get("allOf", ()))):
            part = self.schema(uri, (*path, "allOf", index), whole=whole)
            if part not in ({}, True):
                yield part
        for keyword in ("anyOf", "oneOf"):
            forms = [
                self.schema(uri, (*path, keyword, index), whole=whole)
                for index in range(len(found.get(keyword, ())))
            ]
            if forms and all(form not in ({}, True) for form in forms):
                yield {"anyOf": forms}

    def _value(self, uri: str, path: Path, *, whole: bool) -> Any:
        """Return a part for a value that may stand behind a tag."""
        found = self.schema(uri, path, whole=whole)
        if not isinstance(found, dict) or not found:
            return found
        if found.get("type") == "string" and _FREE_TEXT.issuperset(found):
            return found
        kind = found.get("type")
        tag = "link" if kind in ("object", "array") else "tagged"
        about = {key: found[key] for key in _ABOUT if key in found}
        return {**about, "anyOf": [found, {"$ref": f"#/definitions/{tag}"}]}

    def _reference(self, uri: str, path: Path, *, whole: bool) -> dict[str, str]:
        key = (uri, path, whole)
        if key not in self._names:
            self._names[key] = self._name(uri, path, whole=whole)
        escaped = self._names[key].replace("~", "~0").replace("/", "~1")
        return {"$ref": f"#/definitions/{escaped}"}

    def _name(self, uri: str, path: Path, *, whole: bool) -> str:
        last = str(path[-1]) if path else uri.rpartition("/")[2].rpartition(":")[2]
        name = last.removesuffix(".schema.json") + ("-complete" if whole else "")
        taken = {*TAG_DEFINITIONS, "document", *self._names.values()}
        number = 2
        found = name
        while found in taken:
            found = f"{name}-{number}"
            number += 1
        return found

    def _at(self, uri: str, path: Path) -> Any:
        found = self._schemas.texts[uri]
        for token in path:
            found = found[token]
        return found
