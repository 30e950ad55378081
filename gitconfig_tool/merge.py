"""Merging of layers.

Takes the documents of one id, weakest layer first, and returns one `MergedDocument` in which every
value knows its chain of origins. Does not resolve references and does not know schemas.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.document import JsonScalar, Node


@dataclass(frozen=True, slots=True)
class Origin:
    """One layer that spoke about a value: which file, and the node that it gave."""

    layer: str
    path: str
    node: Node

    @property
    def span(self) -> Span:
        """The place of the node."""
        return self.node.mark.in_file(self.path)


@dataclass(frozen=True, slots=True)
class Link:
    """A value that stands elsewhere, as written: `kind` is `secret`, `ref` or `prompt`."""

    kind: str
    text: str


Content = "JsonScalar | Link | tuple[MergedValue, ...] | Mapping[str, MergedValue]"


@dataclass(frozen=True, slots=True)
class MergedValue:
    """A value after merging; `chain` holds who set it, strongest first, never empty."""

    content: Any
    chain: tuple[Origin, ...]


@dataclass(frozen=True, slots=True)
class MergedDocument:
    """One document of one bundle; `files` are the files that it came from, weakest first."""

    id: str
    root: MergedValue
    files: tuple[str, ...]
