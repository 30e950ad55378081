"""Values in the clear where a schema says `secret: true`: only a `!secret` link may stand there.

Takes one linked document; returns a diagnostic for each layer that gives such a value, also one
that a stronger layer overrides: it is in Git all the same. Never shows a value or its length.
"""

from collections.abc import Iterator
from typing import Any

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import ScalarNode
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.merge import Origin
from gitconfig_tool.pointer import Path, format_pointer
from gitconfig_tool.schema.extensions import SECRET
from gitconfig_tool.schema.load import Schemas
from gitconfig_tool.schema.names import schema_name
from gitconfig_tool.schema.walk import Parts, Place, Walker

# JSON Schema's names of types, by what a value is in Python.
_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number"}
# How a value may come from elsewhere: a `!secret` at its end is a secret all the same.
_WAYS = ("!ref", "!format")


def values_in_the_clear(
    document: LinkedDocument, schemas: Schemas
) -> tuple[tuple[Diagnostic, ...], frozenset[str]]:
    """Return what is in the clear at the secret paths of a document, and those pointers."""
    uris = schemas.with_keyword(SECRET, document.id)
    if not uris:
        return (), frozenset()
    walker = schemas.walker
    found = []
    pointers = set()
    for path, value, place in _secret_leaves(walker, walker.start(uris), document.value, (), None):
        if _is_unknown(document, path):
            continue
        chain = document.chain_at(path)
        way = chain[0].node.tag if chain[0].node.tag in _WAYS else ""
        if chain[0].is_here and (_is_clear(chain[0]) or (way and value not in (None, ""))):
            pointers.add(format_pointer(path))
            found.append(_diagnostic(path, chain[0], place, way or "", _sources(document, chain)))
        weaker = [each for each in chain[1:] if not _is_elsewhere(document, chain, each)]
        found += [
            _diagnostic(path, each, place) for each in weaker if each.is_here and _is_clear(each)
        ]
    return tuple(found), frozenset(pointers)


def _is_unknown(document: LinkedDocument, path: Path) -> bool:
    """Tell whether a value could not be found, which is already reported."""
    return bool(document.unknown) and any(
        format_pointer(path[:length]) in document.unknown for length in range(len(path) + 1)
    )


def _secret_leaves(
    walker: Walker, parts: Parts, value: Any, path: Path, around: Place | None
) -> Iterator[tuple[Path, Any, Place]]:
    """Yield the scalars that a schema calls secret, or something around them, and which part."""
    place = around or _secret_part(walker, parts, value)
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _secret_leaves(walker, walker.step(parts, key), inner, (*path, key), place)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            step = walker.step(parts, index)
            yield from _secret_leaves(walker, step, inner, (*path, index), place)
    elif place is not None:
        yield path, value, place


def _secret_part(walker: Walker, parts: Parts, value: Any) -> Place | None:
    """Return the part that calls a value secret; a form of `oneOf` counts if its type fits."""
    for part in parts.all:
        schema = walker.schema(part.place)
        if schema.get(SECRET) is not True:
            continue
        types = schema.get("type")
        types = [types] if isinstance(types, str) else types
        kind = _TYPES.get(type(value))
        fits = not types or kind is None or kind in types or (kind, "number") == ("integer", *types)
        if part.certain or fits:
            return part.place
    return None


def _is_clear(origin: Origin) -> bool:
    node = origin.node
    return (
        isinstance(node, ScalarNode)
        and node.tag in (None, "!final")
        and node.value not in (None, "")
    )


def _sources(document: LinkedDocument, chain: tuple[Origin, ...]) -> tuple[Note, ...]:
    """Say where a value stands that a reference leads to."""
    others = [each for each in chain[1:] if _is_elsewhere(document, chain, each)]
    return tuple(Note("the value stands", each.span) for each in others[:1])


def _is_elsewhere(document: LinkedDocument, chain: tuple[Origin, ...], origin: Origin) -> bool:
    """Tell whether an origin is one that a reference leads to: a file gives each value once."""
    return origin.path not in document.files or origin.path == chain[0].path


def _diagnostic(
    path: Path, origin: Origin, place: Place, way: str = "", sources: tuple[Note, ...] = ()
) -> Diagnostic:
    mark = origin.node.mark
    at = format_pointer(path)
    return Diagnostic(
        "GCT417",
        f"expected a !secret link at {at}, as the schema {schema_name(place[0])} says, found a "
        "value in the clear" + (f" that came through {way}" if way else ""),
        # No width: the frame must not underline, and so measure, the secret.
        Span(origin.path, mark.line, mark.column, mark.line, mark.column),
        "a secret",
        (Note(f"set by the layer {origin.layer}"), *sources),
        "put it into a SOPS file with 'sops edit', and write !secret DOCUMENT#/pointer here; if it "
        "was ever committed, replace it",
        sensitive=True,
    )
