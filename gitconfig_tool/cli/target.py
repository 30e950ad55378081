"""The argument `DOC[#/pointer]` of `show` and `explain`, and looking it up in a bundle."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from gitconfig_tool.errors import GitConfigError

if TYPE_CHECKING:
    from gitconfig_tool.bundle import CompiledBundle
    from gitconfig_tool.compiler import Compilation
    from gitconfig_tool.merge import MergedValue


class NotFoundError(GitConfigError):
    """The bundle has no such document or value."""


@dataclass(frozen=True, slots=True)
class Place:
    """A document's id, and a path in it."""

    document: str
    path: tuple[str, ...]
    pointer: str


def parse_place(text: str) -> Place:
    """Split `DOC[#/pointer]`."""
    from gitconfig_tool.pointer import parse_pointer

    document, _, pointer = text.partition("#")
    try:
        return Place(document, parse_pointer(pointer), pointer)
    except ValueError as error:
        raise click.UsageError(f"{error}: write DOCUMENT#/key/inner") from error


def look_up(bundle: "CompiledBundle", place: Place) -> "MergedValue":
    """Return the value at a place of a bundle, with its chain of origins."""
    from gitconfig_tool.link import child_at

    if place.document not in bundle.documents:
        near = get_close_matches(place.document, bundle.documents, n=1)
        raise NotFoundError(
            f"expected a document of bundle {bundle.name}, found {place.document!r}",
            hint=f"did you mean {near[0]!r}?"
            if near
            else f"gitconfig-tool show {bundle.name} lists them all",
        )
    value = bundle.documents[place.document].root
    for depth, token in enumerate(place.path):
        inner = child_at(value, token)
        if inner is None:
            keys = list(value.content) if isinstance(value.content, Mapping) else []
            near = get_close_matches(token, keys, n=1)
            walked = "#" + "".join(f"/{each}" for each in place.path[:depth])
            raise NotFoundError(
                f"expected a value at {place.document}#{place.pointer}, found no '{token}'",
                hint=f"did you mean '{near[0]}'?"
                if near
                else f"keys at {place.document}{walked}: {', '.join(keys[:10]) or 'none'}",
            )
        value = inner
    return value


def one_bundle(compilation: "Compilation", name: str) -> "CompiledBundle":
    """Return the bundle of a name; a glob that matches several is a usage error."""
    if len(compilation.bundles) != 1:
        raise click.UsageError(
            f"expected the name of one bundle, found {name!r}, which matches "
            f"{', '.join(compilation.bundles)}"
        )
    return next(iter(compilation.bundles.values()))
