"""The tree that YAML text becomes: nodes that know their place. Pure data; parses nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.pointer import is_index

JsonScalar = str | int | float | bool | None


class Mark(NamedTuple):
    """Where a node stands in its file: lines and columns from 1, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    def in_file(self, path: str) -> Span:
        """Return the same place as a span of a project file."""
        return Span(path, *self)


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A string, number, boolean or null. `tag` is one of `TAGS`, or None."""

    value: JsonScalar
    mark: Mark
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list."""

    items: tuple["Node", ...]
    mark: Mark
    tag: str | None = None


class Entry(NamedTuple):
    """One key of a mapping: where the key stands, and its value."""

    key_mark: Mark
    value: "Node"


@dataclass(frozen=True, slots=True)
class MappingNode:
    """A mapping; keys are NFC strings in the order of the file."""

    entries: Mapping[str, Entry]
    mark: Mark
    tag: str | None = None


Node = ScalarNode | SequenceNode | MappingNode


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed file; `root` is None when the file holds no value or could not be read."""

    path: str
    root: Node | None


def plain_value(node: Node) -> Any:
    """Return the JSON value of a node, its tags left aside."""
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, SequenceNode):
        return [plain_value(item) for item in node.items]
    return {key: plain_value(entry.value) for key, entry in node.entries.items()}


def tagged_nodes(node: Node) -> Iterator[Node]:
    """Yield every node that carries a tag of ours, in the order of the file."""
    if node.tag is not None:
        yield node
    if isinstance(node, MappingNode):
        for entry in node.entries.values():
            yield from tagged_nodes(entry.value)
    elif isinstance(node, SequenceNode):
        for item in node.items:
            yield from tagged_nodes(item)


def node_at(node: Node, path: tuple[str | int, ...]) -> Node | None:
    """Return the node at a path of keys and indices, or None where there is nothing."""
    for token in path:
        if isinstance(node, MappingNode) and token in node.entries:
            node = node.entries[str(token)].value
        elif (
            isinstance(node, SequenceNode) and is_index(str(token)) and int(token) < len(node.items)
        ):
            node = node.items[int(token)]
        else:
            return None
    return node
