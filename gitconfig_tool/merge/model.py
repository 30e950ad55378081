"""What merging takes and returns, and ways to walk through it. Pure data; merges nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import JsonScalar, Node
from gitconfig_tool.pointer import Path

# The path of a list in a document (an integer stands for any item) to the keys that its entries are
# merged by; none for an ordinary list.
ListKeys = Callable[[Path], tuple[str, ...]]
# The path of a mapping and a key, to whether a schema lists the key there.
NamesKey = Callable[[Path, str], bool]


@dataclass(frozen=True, slots=True)
class LayerDocument:
    """One document as one layer gives it.

    `own` holds the dimensions that the layer's path names with the bundle's own value, not with one
    that it inherits.
    """

    layer: str
    path: str
    root: Node
    own: frozenset[str]


@dataclass(frozen=True, slots=True)
class Origin:
    """One layer that spoke about a value: which file, and the node that it gave.

    `commit` is empty, or the commit of the file when it is not the one that is compiled.
    """

    layer: str
    path: str
    node: Node
    commit: str = ""

    @property
    def span(self) -> Span:
        """The place of the node."""
        return self.node.mark.in_file(self.path)

    @property
    def is_here(self) -> bool:
        """Whether the place is one of the commit that is compiled."""
        return not self.commit


@dataclass(frozen=True, slots=True)
class Link:
    """A value that stands elsewhere, as written: `kind` is the tag without its `!`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class MergedValue:
    """A value after merging; `chain` holds who spoke about it, strongest first, never empty.

    `content` is a `JsonScalar`, a `Link`, a tuple of values or a read-only mapping of values.
    """

    content: Any
    chain: tuple[Origin, ...]


@dataclass(frozen=True, slots=True)
class MergedDocument:
    """One document of one bundle.

    `files` are the files that it came from, weakest first. `missing` are the pointers that a
    `!required` asked for in vain, and those on whose kind the layers disagree: both are reported
    already. `has_links` says whether `link` has anything to do. `remarks` are diagnostics that hold
    only if every bundle that reads the file agrees: an override that changes nothing, for example.
    """

    id: str
    root: MergedValue
    files: tuple[str, ...]
    missing: frozenset[str]
    has_links: bool
    remarks: tuple[Diagnostic, ...] = ()


def leaves(value: MergedValue, path: Path = ()) -> Iterator[tuple[Path, MergedValue]]:
    """Yield every value that holds no further one, with its path; an empty collection is a leaf."""
    content = value.content
    if isinstance(content, MappingProxyType) and content:
        for key, item in content.items():
            yield from leaves(item, (*path, key))
    elif isinstance(content, tuple) and content:
        for index, item in enumerate(content):
            yield from leaves(item, (*path, index))
    else:
        yield path, value


def to_json(value: MergedValue, leaf: Callable[[Any], Any]) -> Any:
    """Return the JSON value; `leaf` turns what is not JSON, such as a `Link`, into JSON."""
    content = value.content
    if isinstance(content, MappingProxyType):
        return {key: to_json(item, leaf) for key, item in content.items()}
    if isinstance(content, tuple):
        return [to_json(item, leaf) for item in content]
    if content is None or isinstance(content, (str, int, float)):
        return content
    return leaf(content)


def scalar_literal(value: JsonScalar) -> str:
    """Write a scalar in full as the user would in YAML; a string as it is, without quotes."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)


def scalar_text(value: JsonScalar) -> str:
    """Write a scalar for messages: strings in quotes, long text cut."""
    text = scalar_literal(value)
    if value is None or isinstance(value, bool):
        return text
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return repr(shown) if isinstance(value, str) else shown
