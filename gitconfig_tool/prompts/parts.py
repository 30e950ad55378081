"""What a prompt version is made of, each part with its place. Pure data.

`fields` finds the parts in a file, `load` puts the texts in their places. What variants and
expectations mean is the work of whoever checks them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gitconfig_tool.diagnostics import Note, Span
from gitconfig_tool.document import MappingNode, Node
from gitconfig_tool.pointer import Path
from gitconfig_tool.prompts.texts import PlacedText


@dataclass(frozen=True, slots=True)
class Template:
    """One template of a version, complete: files and partials are in their places.

    `name` says which it is, such as `messages[0].content` or `variants[1].template`, `path` leads
    to it in the delivered content. `role` is the message's, None for a single template. `variant`
    is the number of the variant that it belongs to, None for the prompt's own.
    """

    name: str
    path: Path
    role: str | None
    variant: int | None
    placed: PlacedText = field(repr=False)

    @property
    def text(self) -> str:
        """The text that is rendered."""
        return self.placed.text

    def span(self, offset: int, length: int = 1) -> Span:
        """Return the place of some characters of `text`, in the file where they are written."""
        return self.placed.span(offset, length)

    def notes(self, offset: int) -> tuple[Note, ...]:
        """Return which includes led to the characters at an offset of `text`."""
        return self.placed.notes(offset)


@dataclass(frozen=True, slots=True)
class TestCase:
    """One entry of `testData`.

    `variables` and `expected` are JSON; `expected` is None where the case expects nothing.
    `variables_node` and `expected_node` have the places of what is in them, for `node_at`.
    """

    __test__ = False  # pytest: the name is the format's, this is no test class

    name: str
    variables: Mapping[str, Any]
    expected: Any
    span: Span
    variables_node: MappingNode | None = field(repr=False)
    expected_node: Node | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Include:
    """One entry of `includes`: `alias: id@version`, a partial.

    `span` is the place of `id@version`, `alias_span` that of the alias.
    """

    alias: str
    id: str
    version: str
    span: Span
    alias_span: Span

    @property
    def name(self) -> str:
        """The partial as `ID@VERSION`."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Variant:
    """One entry of `variants`: what it says itself is in the delivered content, at `index`.

    `id` and `weight` are None where they are missing or of another kind, which is reported. `node`
    has the places of its fields.
    """

    index: int
    id: str | None
    weight: int | float | None
    span: Span
    node: MappingNode = field(repr=False)


@dataclass(frozen=True, slots=True)
class PromptFile:
    """What the file of a prompt version holds beside what is delivered, and where.

    `root` is the file as a tree with places, `data` its bytes. `variables` is the JSON Schema, None
    where the file has none. `experiment` is the node of that field. `paths` are all files that the
    version is made of, sorted: its own, those that `{file: ...}` names, and its partials with
    theirs. `rendered` has, by the number of a test case, the texts of the templates by name; what
    could not be rendered is reported, and not there.
    """

    root: MappingNode = field(repr=False)
    data: bytes = field(repr=False)
    variables: Mapping[str, Any] | None
    templates: tuple[Template, ...]
    tests: tuple[TestCase, ...]
    includes: tuple[Include, ...]
    variants: tuple[Variant, ...]
    experiment: MappingNode | None = field(repr=False)
    paths: tuple[str, ...]
    rendered: Mapping[int, Mapping[str, str]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class PartialFile:
    """The same for a partial; `template` is None where it has none, which is reported."""

    root: MappingNode = field(repr=False)
    data: bytes = field(repr=False)
    variables: Mapping[str, Any] | None
    template: PlacedText | None = field(repr=False)
    includes: tuple[Include, ...]
    paths: tuple[str, ...]
