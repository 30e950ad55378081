"""A value while it is being merged. Lives within one call of `merge_documents`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.document import JsonScalar, MappingNode, Node, ScalarNode, SequenceNode
from gitconfig_tool.merge.model import Link, Origin, scalar_literal
from gitconfig_tool.pointer import Path

LINKS = {"!secret": "secret", "!ref": "ref", "!prompt": "prompt", "!format": "format"}


@dataclass(frozen=True, slots=True)
class Absent:
    """In place of a value: a layer removed it, or asks a stronger one for it."""

    reason: str


UNSET = Absent("!unset")
REQUIRED = Absent("!required")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A `!required` that still counts; `met` once a layer that is good enough has answered."""

    origin: Origin
    dimension: str | None
    met: bool


class State:
    """A value so far: `content` is a scalar, a `Link`, `Absent`, a list, a dict, or `Keyed`.

    `final` is who closed it. `is_disputed` says that layers disagree on its kind, as reported.
    """

    __slots__ = ("chain", "content", "final", "is_disputed", "requirement")

    def __init__(
        self, content: Any, chain: tuple[Origin, ...], *, is_disputed: bool = False
    ) -> None:
        self.content = content
        self.chain = chain
        self.final: Origin | None = None
        self.requirement: Requirement | None = None
        self.is_disputed = is_disputed


@dataclass(frozen=True, slots=True)
class Keyed:
    """A list that is merged by key: its entries in order, each by the values of `keys`.

    Each value stands with the name of its type: 1 is not "1", and to Python 1 equals true.
    """

    keys: tuple[str, ...]
    entries: dict[tuple[tuple[str, JsonScalar], ...], State]


class EntryIndex(int):
    """The index of an entry in a list merged by key: other layers may have it at another one."""

    keys: tuple[str, ...]
    text: str

    def __new__(
        cls, index: int, keys: tuple[str, ...], values: tuple[tuple[str, JsonScalar], ...]
    ) -> "EntryIndex":
        made = super().__new__(cls, index)
        made.keys = keys
        pairs = zip(keys, values, strict=True)
        made.text = ",".join(f"{key}={scalar_literal(value)}" for key, (_, value) in pairs)
        return made


def name_of(path: Path) -> str:
    """Write a path for messages: `limits.burst`, `fallbacks[name=small].timeout`."""
    text = ""
    for part in path:
        if isinstance(part, EntryIndex):
            text += f"[{part.text}]"
        else:
            text += f".{part}" if text else str(part)
    return text or "the document"


def inner_states(state: State) -> Iterable[State]:
    """Return the values directly within a state."""
    content = state.content
    if isinstance(content, dict):
        return content.values()
    if isinstance(content, Keyed):
        return content.entries.values()
    return content if isinstance(content, list) else ()


def content_kind(content: Any) -> str:
    """Name the kind of a state's content."""
    if isinstance(content, dict):
        return "a mapping"
    if isinstance(content, (list, Keyed)):
        return "a list"
    return "a link" if isinstance(content, Link) else "a scalar"


def kind_of(node: Node) -> str:
    """Name the kind of a node."""
    if isinstance(node, MappingNode):
        return "a mapping"
    return "a list" if isinstance(node, SequenceNode) else "a scalar"


def is_same(state: State, node: Node) -> bool:
    """Tell whether a node gives exactly what the weaker layers give already."""
    content = state.content
    if isinstance(node, ScalarNode):
        if node.tag in LINKS:
            return bool(content == Link(LINKS[node.tag], str(node.value)))
        # Booleans are integers to Python, and 1 equals 1.0: they are not the same in YAML.
        return node.tag is None and type(content) is type(node.value) and content == node.value
    if node.tag is not None:
        return False
    if isinstance(node, SequenceNode):
        items = list(inner_states(state)) if isinstance(content, (list, Keyed)) else None
        return (
            items is not None
            and len(items) == len(node.items)
            and all(is_same(*pair) for pair in zip(items, node.items, strict=True))
        )
    return (
        isinstance(content, dict)
        and content.keys() == node.entries.keys()
        and all(is_same(content[key], entry.value) for key, entry in node.entries.items())
    )
