"""Reading of the fields of a file of `prompts/`: known names, kinds of values, and what to say.

Works on nodes, so that each problem has its place. Which fields there are is the work of `fields`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import (
    Entry,
    MappingNode,
    Mark,
    Node,
    ScalarNode,
    SequenceNode,
    tagged_nodes,
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one file; problems are added to `diagnostics`.

    `known_fields` are all names that the format has: a key that looks like one is misspelt, which
    is said once.
    """

    path: str
    diagnostics: list[Diagnostic]
    known_fields: tuple[str, ...]
    example: str

    def shaped(self, node: MappingNode, shapes: Mapping[str, str], where: str) -> None:
        """Report fields that do not exist, or are of another kind than `shapes` says."""
        self.known(node, tuple(shapes), where)
        for name, entry in node.entries.items():
            if name in shapes and not _has_shape(shapes[name], entry.value):
                self.wrong_shape(entry.value, f"{shapes[name]} in '{name}'")

    def known(self, node: MappingNode, names: tuple[str, ...], where: str) -> None:
        """Report fields that do not exist."""
        for name, entry in node.entries.items():
            if name not in names:
                near = get_close_matches(name, names, n=1)
                self.problem(
                    "GCT505",
                    f"expected a field of {where}, found '{name}'",
                    entry.key_mark,
                    label="unknown field",
                    hint=f"did you mean '{near[0]}'?" if near else f"known: {', '.join(names)}",
                )

    def misspelt(self, node: MappingNode, names: tuple[str, ...]) -> bool:
        """Tell whether a key that does not exist looks like one of these: that is said already."""
        return any(
            get_close_matches(key, names, n=1)
            for key in node.entries
            if key not in self.known_fields
        )

    def no_tags(self, node: Node) -> None:
        """Report our tags: a version refers to nothing."""
        for tagged in tagged_nodes(node):
            self.problem(
                "GCT514",
                f"expected a plain value in a prompt file, found the tag {tagged.tag}",
                tagged.mark,
                hint="prompt files are not merged and hold no references: make it a variable",
            )

    def wrong_shape(self, node: Node, expected: str, found: str | None = None) -> None:
        """Report a value of another kind."""
        self.problem(
            "GCT506",
            f"expected {expected}, found {found or describe(node)}",
            first_line(node.mark) if isinstance(node, MappingNode) else node.mark,
            hint=self.example,
        )

    def problem(
        self, code: str, message: str, mark: Mark, *, label: str = "", hint: str = ""
    ) -> None:
        """Report anything else."""
        self.diagnostics.append(
            Diagnostic(code, message, mark.in_file(self.path), label, hint=hint)
        )

    def span(self, node: Node) -> Span:
        """Return the place of a node, or where it begins if it has many lines."""
        mark = node.mark if node.mark.line == node.mark.end_line else first_line(node.mark)
        return mark.in_file(self.path)


def describe(node: Node) -> str:
    """Name a value as a reader of YAML would."""
    if isinstance(node, MappingNode):
        return "a mapping"
    if isinstance(node, SequenceNode):
        return "a list"
    value = node.value
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= 40 else f"a text of {len(value)} characters"
    return f"the number {value}"


def is_text(node: Node) -> bool:
    """Tell whether a node is text."""
    return isinstance(node, ScalarNode) and isinstance(node.value, str)


def is_number(node: Node) -> bool:
    """Tell whether a node is a number."""
    return (
        isinstance(node, ScalarNode)
        and isinstance(node.value, (int, float))
        and not isinstance(node.value, bool)
    )


def first_line(mark: Mark) -> Mark:
    """Mark the beginning of a node that spans many lines."""
    return Mark(mark.line, mark.column, mark.line, mark.column + 1)


def mapping_in(entry: Entry | None) -> MappingNode | None:
    """Return the value of a field if it is a mapping; another kind is reported elsewhere."""
    return entry.value if entry is not None and isinstance(entry.value, MappingNode) else None


def is_file_reference(node: Node) -> bool:
    """Tell whether a value is `{file: PATH}`."""
    return (
        isinstance(node, MappingNode)
        and node.entries.keys() == {"file"}
        and is_text(node.entries["file"].value)
    )


def _has_shape(shape: str, node: Node) -> bool:
    if shape == "a list of text":
        return isinstance(node, SequenceNode) and all(is_text(item) for item in node.items)
    if shape.startswith("a list"):
        return isinstance(node, SequenceNode)
    if shape == "a mapping":
        return isinstance(node, MappingNode)
    if shape == "text or a mapping":
        return is_text(node) or isinstance(node, MappingNode)
    if shape == "text or {file: PATH}":
        return is_text(node) or is_file_reference(node)
    if shape == "a number":
        return is_number(node)
    if shape.startswith("true"):
        return is_text(node) or (isinstance(node, ScalarNode) and isinstance(node.value, bool))
    return is_text(node)
