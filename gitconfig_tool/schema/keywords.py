"""Where schemas stand within a schema: the keywords of draft 2020-12 that hold further schemas.

Section numbers are those of JSON Schema Core, draft 2020-12. What stands elsewhere, such as in
`const`, `enum` and `default`, is data, whatever it looks like.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag, urljoin

from gitconfig_tool.pointer import Path

# Sections 10.2 and 10.3; `contentSchema` is of JSON Schema Validation, section 8.5.
_ONE = (
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
)
_MANY = ("allOf", "anyOf", "oneOf", "prefixItems")
# `definitions` was the name of `$defs` before; many schemas still use it (section 8.2.4).
_NAMED = ("$defs", "definitions", "dependentSchemas", "patternProperties", "properties")


@dataclass(frozen=True, slots=True)
class Part:
    """A schema within a schema. `resource` is the path of the nearest part with an `$id`."""

    path: Path
    schema: dict[str, Any]
    resource: Path
    base: str


def parts(schema: Any, path: Path = (), resource: Path = (), base: str = "") -> Iterator[Part]:
    """Yield a schema and every schema within it; boolean schemas are left out.

    `base` is the `$id` that relative references in the part are relative to, "" without one.
    """
    if not isinstance(schema, dict):
        return
    own = schema.get("$id")
    if isinstance(own, str):
        resource, base = path, join_uri(base, own)
    yield Part(path, schema, resource, base)
    for key in _ONE:
        yield from parts(schema.get(key), (*path, key), resource, base)
    for key in _MANY:
        items = schema.get(key)
        if isinstance(items, list):
            for index, item in enumerate(items):
                yield from parts(item, (*path, key, index), resource, base)
    for key in _NAMED:
        named = schema.get(key)
        if isinstance(named, dict):
            for name, item in named.items():
                yield from parts(item, (*path, key, name), resource, base)


def join_uri(base: str, reference: str) -> str:
    """Resolve a reference against a base URI (RFC 3986, section 5); without its fragment."""
    return urldefrag(urljoin(base, reference)).url
