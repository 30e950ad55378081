"""Documents that differ as JSON Patches (RFC 6902). Pure; the only user of the library jsonpatch.

Takes the changes between two revisions; returns for each document, and each set of bundles that
share it, the operations that make the new value of the old one. Both are as `changed_values` shows
them: the text of a link stands where a link is, and what may be a secret is hidden.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.artifact import canonical_json
from gitconfig_tool.changes.model import Changes, Kind, ValueChange
from gitconfig_tool.changes.values import shown_value
from gitconfig_tool.compiler.paired import Pair
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.pointer import Path, format_pointer

Operation = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DocumentPatch:
    """What makes the new value of a document of the old one, in the bundles that share it.

    A document that is not there counts as null. `hidden` are pointers of changed values of which
    not all is shown, because they may be secrets: no operation tells what they are.
    """

    document: str
    kind: Kind
    bundles: tuple[str, ...]
    operations: tuple[Operation, ...]
    hidden: tuple[str, ...]


def document_patches(changes: Changes) -> tuple[DocumentPatch, ...]:
    """Return a patch for each document that differs; equal ones of several bundles are one."""
    hidden = _hidden(changes.values)
    found: dict[tuple[str, Kind, bytes], tuple[DocumentPatch, list[str]]] = {}
    for pair in changes.pairs:
        operations = patch(_shown(pair.before), _shown(pair.after))
        pointers = tuple(
            dict.fromkeys(
                pointer
                for bundle in pair.bundles
                for pointer in hidden.get((pair.document, bundle), ())
            )
        )
        if not operations and not pointers:
            continue
        made = DocumentPatch(pair.document, _kind(pair), (), operations, pointers)
        key = (pair.document, made.kind, canonical_json([list(operations), list(pointers)]))
        found.setdefault(key, (made, []))[1].extend(pair.bundles)
    return tuple(
        DocumentPatch(
            made.document,
            made.kind,
            tuple(dict.fromkeys(bundles)),
            made.operations,
            made.hidden,
        )
        for made, bundles in sorted(found.values(), key=lambda each: each[0].document)
    )


def patch(old: Any, new: Any, path: Path = ()) -> tuple[Operation, ...]:
    """Return operations that make one JSON value of another; none where they are the same.

    A mapping is compared key by key: an equal value that comes elsewhere was not moved there.
    """
    if canonical_json(old) == canonical_json(new):
        return ()
    if isinstance(old, dict) and isinstance(new, dict):
        return tuple(_of_mappings(old, new, path))
    if isinstance(old, list) and isinstance(new, list):
        return _of_lists(old, new, path)
    return ({"op": "replace", "path": format_pointer(path), "value": new},)


def _of_mappings(old: Mapping[str, Any], new: Mapping[str, Any], path: Path) -> Iterator[Operation]:
    for key in old:
        if key not in new:
            yield {"op": "remove", "path": format_pointer((*path, key))}
    for key, value in new.items():
        if key in old:
            yield from patch(old[key], value, (*path, key))
        else:
            yield {"op": "add", "path": format_pointer((*path, key)), "value": value}


def _of_lists(old: list[Any], new: list[Any], path: Path) -> tuple[Operation, ...]:
    import jsonpatch

    before = format_pointer(path)
    whole = ({"op": "replace", "path": before, "value": new},)
    try:
        made = jsonpatch.make_patch(old, new)
        is_right = canonical_json(made.apply(old)) == canonical_json(new)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, LookupError, TypeError):
        # What it moves may be elsewhere by then, or something else: its issues 124, 138 and 179.
        return whole
    if not is_right:
        return whole
    return tuple(
        {
            key: before + value if key in ("path", "from") else value
            for key, value in operation.items()
        }
        for operation in made.patch
    )


def _shown(linked: LinkedDocument | None) -> Any:
    return None if linked is None else shown_value(linked)


def _kind(pair: Pair) -> Kind:
    if pair.before is None:
        return Kind.ADDED
    return Kind.REMOVED if pair.after is None else Kind.CHANGED


def _hidden(values: Iterable[ValueChange]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Return the pointers of changed values that are not shown, by document and bundle."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for value in values:
        sides = (value.before, value.after)
        if any(side is not None and side.is_hidden for side in sides):
            for bundle in value.bundles:
                key = (value.document, bundle)
                found[key] = (*found.get(key, ()), value.pointer)
    return found
