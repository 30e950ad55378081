"""The argument `DOC[#/POINTER]` of `show`, `explain` and `history`: reading it, and what it names.

A literal match wins over a glob: a key `*` is found under its own name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from gitconfig_tool.errors import GitConfigError

if TYPE_CHECKING:
    from gitconfig_tool.compiler.lookup import Missing
    from gitconfig_tool.compiler.view import View, Viewed
    from gitconfig_tool.merge import MergedValue
    from gitconfig_tool.pointer import Path
    from gitconfig_tool.project import Bundle


class NotFoundError(GitConfigError):
    """The bundle has no such document or value."""


@dataclass(frozen=True, slots=True)
class Place:
    """A document's id and a path in it, either of which may hold globs.

    `pointer` is None where only a document was named.
    """

    document: str
    path: tuple[str, ...]
    pointer: str | None

    def __str__(self) -> str:
        return self.document if self.pointer is None else f"{self.document}#{self.pointer}"


@dataclass(frozen=True, slots=True)
class Match:
    """A value that a place names: the document as it was viewed, the path in it, the value."""

    viewed: "Viewed"
    path: "Path"
    value: "MergedValue"

    @property
    def place(self) -> str:
        """The document's id with the pointer."""
        from gitconfig_tool.pointer import format_pointer

        return f"{self.viewed.id}#{format_pointer(self.path)}"


def parse_place(text: str) -> Place:
    """Split `DOC[#/POINTER]`, as references do."""
    from gitconfig_tool.pointer import parse_pointer, split_reference

    document, pointer = split_reference(text)
    if not document:
        raise click.UsageError(f"expected the id of a document before '#', found {text!r}")
    try:
        return Place(document, parse_pointer(pointer or ""), pointer)
    except ValueError as error:
        example = "DOCUMENT#/key/inner"
        if pointer and not pointer.startswith("/") and "~" not in pointer:
            example = f"{document}#/{pointer}"
        raise click.UsageError(f"{error}: write {example}") from error


def documents_at(view: "View", bundle: "Bundle", place: Place) -> "list[Viewed]":
    """View the documents that a place names: one, or for a glob those that match, maybe none."""
    from gitconfig_tool.compiler.matching import is_glob
    from gitconfig_tool.glob import Glob

    ids = view.document_ids(bundle)
    if place.document in ids or not is_glob(place.document):
        return [view.document(bundle, place.document)]
    pattern = Glob(place.document)
    return [view.document(bundle, id) for id in ids if pattern.fullmatch(id)]


def matches_at(viewed: "Sequence[Viewed]", place: Place) -> list[Match]:
    """Return the values of documents that the pointer of a place names, in the order of keys."""
    from gitconfig_tool.compiler.matching import matching_values

    found = []
    for each in viewed:
        if each.linked is not None:
            values = matching_values(each.linked.root, place.path)
            found += [Match(each, path, value) for path, value in values.items()]
    return found


def look_up(view: "View", bundle: "Bundle", place: Place) -> "MergedValue | Missing":
    """Return the one value at a place, taken literally, or why there is none."""
    from gitconfig_tool.compiler.lookup import value_at

    viewed = view.document(bundle, place.document)
    return value_at(
        viewed, place.path, bundle=bundle.name, documents=lambda: view.document_ids(bundle)
    )


def not_found(missing: "Missing") -> NotFoundError:
    """Return the error that says why there is no value."""
    return NotFoundError(missing.message, hint=missing.hint)


def nothing_matches(bundle: "Bundle", place: Place, viewed: "Sequence[Viewed]") -> NotFoundError:
    """Return the error of a glob that matches nothing."""
    hint = "'*' and '?' stay within a folder or a key; '**' crosses them"
    if viewed:
        names = ", ".join(each.id for each in viewed[:8])
        hint = f"documents that match: {names}{', ...' if len(viewed) > 8 else ''}; {hint}"
    return NotFoundError(
        f"expected a match for {place} in bundle {bundle.name}, found none", hint=hint
    )
