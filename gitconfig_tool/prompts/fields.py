"""The fields of a prompt file: which exist, and which shape each has.

Works on the node tree, so that each problem has its place. Does not look inside templates or the
schema of the variables.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.document import (
    Entry,
    MappingNode,
    Mark,
    Node,
    ScalarNode,
    SequenceNode,
    plain_value,
    tagged_nodes,
)

ROLES = ("system", "user", "assistant", "tool")

# What each field holds, in the words of the messages.
_SHAPES: dict[str, str] = {
    "description": "text",
    "messages": "a list of messages",
    "template": "text",
    "variables": "a mapping",
    "modelParameters": "a mapping",
    "responseFormat": "text or a mapping",
    "jsonSchema": "text or a mapping",
    "testData": "a list of test cases",
    "owner": "text",
    "tags": "a list of text",
    "deprecated": "true, false or the reason as text",
    "replacedBy": "text",
    "classification": "text",
}
_MESSAGE_FIELDS = ("role", "content")
_TEST_FIELDS = ("name", "variables", "expected")


@dataclass(frozen=True, slots=True)
class Template:
    """One template of a prompt file: `name` says which, such as `messages[0].content`."""

    name: str
    role: str | None
    node: ScalarNode

    @property
    def text(self) -> str:
        """The text of the template."""
        return str(self.node.value)


@dataclass(frozen=True, slots=True)
class TestCase:
    """One test case of a prompt file."""

    __test__ = False  # pytest: the name is the format's, this is no test class

    name: str
    node: MappingNode
    variables: MappingNode | None


@dataclass(frozen=True, slots=True)
class Fields:
    """What a prompt file holds, as far as its shape is right."""

    templates: tuple[Template, ...]
    variables: Entry | None
    tests: tuple[TestCase, ...]
    replaced_by: Node | None


def read_fields(path: str, root: MappingNode) -> tuple[Fields, tuple[Diagnostic, ...]]:
    """Check the fields of one prompt file and return what the later checks need."""
    reader = _Reader(path, [])
    reader.no_tags(root)
    reader.known(root, tuple(_SHAPES), "a prompt")
    for name, entry in root.entries.items():
        if name in _SHAPES and not _has_shape(name, entry.value):
            reader.wrong_shape(entry.value, f"{_SHAPES[name]} in '{name}'")
    templates = tuple(reader.templates(root))
    variables = root.entries.get("variables")
    fields = Fields(
        templates=templates,
        variables=variables if variables and isinstance(variables.value, MappingNode) else None,
        tests=tuple(reader.tests(root)),
        replaced_by=root.entries["replacedBy"].value if "replacedBy" in root.entries else None,
    )
    return fields, tuple(reader.diagnostics)


@dataclass(frozen=True, slots=True)
class _Reader:
    path: str
    diagnostics: list[Diagnostic]

    def templates(self, root: MappingNode) -> Iterator[Template]:
        single, messages = root.entries.get("template"), root.entries.get("messages")
        if single is not None and messages is not None:
            self.problem(
                "GCT506",
                "expected either 'messages' or 'template', found both",
                messages.key_mark,
                hint="keep 'messages' for a chat model, 'template' for a single text",
            )
        elif single is None and messages is None and not _misspelt(root, ("messages", "template")):
            self.problem(
                "GCT506",
                "expected 'messages' or 'template' in a prompt, found neither",
                _first_line(root.mark),
                hint="add 'messages' with a list of {role, content}",
            )
        if single is not None and isinstance(single.value, ScalarNode) and _is_text(single.value):
            yield Template("template", None, single.value)
        if messages is None or not isinstance(messages.value, SequenceNode):
            return
        if not messages.value.items:
            self.wrong_shape(messages.value, "at least one message in 'messages'", "none")
        for index, message in enumerate(messages.value.items):
            found = self.message(index, message)
            if found is not None:
                yield found

    def message(self, index: int, message: Node) -> Template | None:
        if not isinstance(message, MappingNode):
            self.wrong_shape(message, "a message with 'role' and 'content'")
            return None
        self.known(message, _MESSAGE_FIELDS, "a message")
        for name in _MESSAGE_FIELDS:
            if name not in message.entries and not _misspelt(message, (name,)):
                self.wrong_shape(message, f"'{name}' in a message", "none")
        role = message.entries.get("role")
        role_name: str | None = None
        if role is not None:
            value = role.value.value if isinstance(role.value, ScalarNode) else None
            if value in ROLES:
                role_name = str(value)
            else:
                near = get_close_matches(str(value), ROLES, n=1)
                self.problem(
                    "GCT506",
                    f"expected a role ({', '.join(ROLES)}), found {describe(role.value)}",
                    role.value.mark,
                    hint=f"did you mean '{near[0]}'?" if near else "use one of these roles",
                )
        content = message.entries.get("content")
        if content is None:
            return None
        if not isinstance(content.value, ScalarNode) or not _is_text(content.value):
            self.wrong_shape(content.value, "text in 'content'")
            return None
        return Template(f"messages[{index}].content", role_name, content.value)

    def tests(self, root: MappingNode) -> Iterator[TestCase]:
        entry = root.entries.get("testData")
        if entry is None or not isinstance(entry.value, SequenceNode):
            return
        for index, case in enumerate(entry.value.items):
            if not isinstance(case, MappingNode):
                self.wrong_shape(case, "a test case with 'variables'")
                continue
            self.known(case, _TEST_FIELDS, "a test case")
            name = case.entries.get("name")
            if name is not None and not _is_text(name.value):
                self.wrong_shape(name.value, "text in 'name'")
            variables = case.entries.get("variables")
            if variables is not None and not isinstance(variables.value, MappingNode):
                self.wrong_shape(variables.value, "a mapping in 'variables'")
                continue
            yield TestCase(
                str(plain_value(name.value)) if name else f"testData[{index}]",
                case,
                variables.value if variables and isinstance(variables.value, MappingNode) else None,
            )

    def known(self, node: MappingNode, names: tuple[str, ...], where: str) -> None:
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

    def no_tags(self, node: Node) -> None:
        for tagged in tagged_nodes(node):
            self.problem(
                "GCT514",
                f"expected a plain value in a prompt file, found the tag {tagged.tag}",
                tagged.mark,
                hint="prompt files are not merged and hold no references: make it a variable",
            )

    def wrong_shape(self, node: Node, expected: str, found: str | None = None) -> None:
        self.problem(
            "GCT506",
            f"expected {expected}, found {found or describe(node)}",
            _first_line(node.mark) if isinstance(node, MappingNode) else node.mark,
            hint="gitconfig-tool rules GCT506 shows a prompt file",
        )

    def problem(
        self, code: str, message: str, mark: Mark, *, label: str = "", hint: str = ""
    ) -> None:
        self.diagnostics.append(
            Diagnostic(code, message, mark.in_file(self.path), label, hint=hint)
        )


def _misspelt(node: MappingNode, names: tuple[str, ...]) -> bool:
    """Tell whether a key that does not exist looks like one of these: that is said already."""
    known = (*_SHAPES, *_MESSAGE_FIELDS)
    return any(get_close_matches(key, names, n=1) for key in node.entries if key not in known)


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


def _has_shape(name: str, node: Node) -> bool:
    shape = _SHAPES[name]
    if shape == "a list of text":
        return isinstance(node, SequenceNode) and all(_is_text(item) for item in node.items)
    if shape.startswith("a list"):
        return isinstance(node, SequenceNode)
    if shape == "a mapping":
        return isinstance(node, MappingNode)
    if shape == "text or a mapping":
        return _is_text(node) or isinstance(node, MappingNode)
    if shape.startswith("true"):
        return _is_text(node) or (isinstance(node, ScalarNode) and isinstance(node.value, bool))
    return _is_text(node)


def _is_text(node: Node) -> bool:
    return isinstance(node, ScalarNode) and isinstance(node.value, str)


def _first_line(mark: Mark) -> Mark:
    """Mark the beginning of a node that spans many lines."""
    return Mark(mark.line, mark.column, mark.line, mark.column + 1)
