"""The fields of prompt files and partials: which exist, and which shape each has.

Works on the node tree, so that each problem has its place. Does not look inside templates or the
schema of the variables, and does not read the files that `{file: ...}` names.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.document import (
    Entry,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    plain_value,
)
from gitconfig_tool.pointer import Path
from gitconfig_tool.prompts.names import ALIAS, EXACT
from gitconfig_tool.prompts.parts import Include, TestCase, Variant
from gitconfig_tool.prompts.reading import (
    Reader,
    describe,
    first_line,
    is_file_reference,
    is_number,
    is_text,
    mapping_in,
)

ROLES = ("system", "user", "assistant", "tool")

# What each field holds, in the words of the messages. What a variant may have otherwise:
_VARIED: dict[str, str] = {
    "messages": "a list of messages",
    "template": "text or {file: PATH}",
    "variables": "a mapping",
    "modelParameters": "a mapping",
    "responseFormat": "text or a mapping",
    "jsonSchema": "text or a mapping",
}
# What prompts and partials have in common:
_KEPT: dict[str, str] = {
    "includes": "a mapping",
    "owner": "text",
    "tags": "a list of text",
    "deprecated": "true, false or the reason as text",
    "replacedBy": "text",
    "classification": "text",
}
_PROMPT: dict[str, str] = {
    "description": "text",
    **_VARIED,
    "testData": "a list of test cases",
    "variants": "a list of variants",
    "experiment": "a mapping",
    **_KEPT,
}
_PARTIAL: dict[str, str] = {
    "description": "text",
    "template": _VARIED["template"],
    "variables": _VARIED["variables"],
    **_KEPT,
}
_VARIANT: dict[str, str] = {"id": "text", "weight": "a number", "description": "text", **_VARIED}
_MESSAGE_FIELDS = ("role", "content")
_TEST_FIELDS = ("name", "variables", "expected")
_KNOWN = (*_PROMPT, *_MESSAGE_FIELDS, *_VARIANT)
_EXAMPLE = "gitconfig-tool rules GCT506 shows a prompt file"


@dataclass(frozen=True, slots=True)
class TemplateField:
    """Where a template is given: `node` is its text or, if it `is_file`, the path of a file."""

    name: str
    path: Path
    role: str | None
    variant: int | None
    node: ScalarNode
    is_file: bool


@dataclass(frozen=True, slots=True)
class Fields:
    """What a prompt file or a partial holds, as far as its shape is right."""

    templates: tuple[TemplateField, ...]
    variables: Entry | None
    includes: tuple[Include, ...]
    replaced_by: Node | None
    tests: tuple[TestCase, ...] = ()
    variants: tuple[Variant, ...] = ()
    experiment: MappingNode | None = None


def read_fields(path: str, root: MappingNode) -> tuple[Fields, tuple[Diagnostic, ...]]:
    """Check the fields of one prompt file and return what the later checks need."""
    reader = _FieldReader(Reader(path, [], _KNOWN, _EXAMPLE))
    return reader.prompt(root), tuple(reader.base.diagnostics)


def read_partial(path: str, root: MappingNode) -> tuple[Fields, tuple[Diagnostic, ...]]:
    """Check the fields of one partial and return what the later checks need."""
    reader = _FieldReader(Reader(path, [], tuple(_PARTIAL), _EXAMPLE))
    return reader.partial(root), tuple(reader.base.diagnostics)


@dataclass(frozen=True, slots=True)
class _FieldReader:
    base: Reader

    def prompt(self, root: MappingNode) -> Fields:
        self.base.no_tags(root)
        self.base.shaped(root, _PROMPT, "a prompt")
        self.one_of_both(root)
        templates = list(self.templates(root))
        variants = tuple(self.variants(root))
        for variant in variants:
            templates += self.templates(variant.node, variant.index)
        return Fields(
            tuple(templates),
            _variables(root),
            tuple(self.includes(root)),
            _value(root, "replacedBy"),
            tuple(self.tests(root)),
            variants,
            mapping_in(root.entries.get("experiment")),
        )

    def partial(self, root: MappingNode) -> Fields:
        self.base.no_tags(root)
        self.base.shaped(root, _PARTIAL, "a partial")
        if "template" not in root.entries and not self.base.misspelt(root, ("template",)):
            self.base.problem(
                "GCT506",
                "expected 'template' in a partial, found none",
                first_line(root.mark),
                hint="add 'template' with the text that prompts include",
            )
        return Fields(
            tuple(self.single(root, (), None)),
            _variables(root),
            tuple(self.includes(root)),
            _value(root, "replacedBy"),
        )

    def one_of_both(self, root: MappingNode) -> None:
        single, messages = root.entries.get("template"), root.entries.get("messages")
        if single is not None and messages is not None:
            self.base.problem(
                "GCT506",
                "expected either 'messages' or 'template', found both",
                messages.key_mark,
                hint="keep 'messages' for a chat model, 'template' for a single text",
            )
        elif (
            single is None
            and messages is None
            and not self.base.misspelt(root, ("messages", "template"))
        ):
            self.base.problem(
                "GCT506",
                "expected 'messages' or 'template' in a prompt, found neither",
                first_line(root.mark),
                hint="add 'messages' with a list of {role, content}",
            )

    def templates(self, node: MappingNode, variant: int | None = None) -> Iterator[TemplateField]:
        where: Path = () if variant is None else ("variants", variant)
        yield from self.single(node, where, variant)
        messages = node.entries.get("messages")
        if messages is None or not isinstance(messages.value, SequenceNode):
            return
        if not messages.value.items:
            self.base.wrong_shape(messages.value, "at least one message in 'messages'", "none")
        for index, message in enumerate(messages.value.items):
            yield from self.message(message, (*where, "messages", index), variant)

    def single(
        self, node: MappingNode, where: Path, variant: int | None
    ) -> Iterator[TemplateField]:
        entry = node.entries.get("template")
        if entry is not None:
            yield from _template(entry.value, (*where, "template"), None, variant)

    def message(self, message: Node, where: Path, variant: int | None) -> Iterator[TemplateField]:
        if not isinstance(message, MappingNode):
            self.base.wrong_shape(message, "a message with 'role' and 'content'")
            return
        self.base.known(message, _MESSAGE_FIELDS, "a message")
        for name in _MESSAGE_FIELDS:
            if name not in message.entries and not self.base.misspelt(message, (name,)):
                self.base.wrong_shape(message, f"'{name}' in a message", "none")
        role = self.role(message)
        content = message.entries.get("content")
        if content is None:
            return
        found = tuple(_template(content.value, (*where, "content"), role, variant))
        if not found:
            self.base.wrong_shape(content.value, "text or {file: PATH} in 'content'")
        yield from found

    def role(self, message: MappingNode) -> str | None:
        role = message.entries.get("role")
        if role is None:
            return None
        value = role.value.value if isinstance(role.value, ScalarNode) else None
        if value in ROLES:
            return str(value)
        near = get_close_matches(str(value), ROLES, n=1)
        self.base.problem(
            "GCT506",
            f"expected a role ({', '.join(ROLES)}), found {describe(role.value)}",
            role.value.mark,
            hint=f"did you mean '{near[0]}'?" if near else "use one of these roles",
        )
        return None

    def tests(self, root: MappingNode) -> Iterator[TestCase]:
        entry = root.entries.get("testData")
        if entry is None or not isinstance(entry.value, SequenceNode):
            return
        for index, case in enumerate(entry.value.items):
            if not isinstance(case, MappingNode):
                self.base.wrong_shape(case, "a test case with 'variables'")
                continue
            self.base.known(case, _TEST_FIELDS, "a test case")
            name = case.entries.get("name")
            if name is not None and not is_text(name.value):
                self.base.wrong_shape(name.value, "text in 'name'")
            variables = case.entries.get("variables")
            if variables is not None and not isinstance(variables.value, MappingNode):
                self.base.wrong_shape(variables.value, "a mapping in 'variables'")
                continue
            given = mapping_in(variables)
            expected = _value(case, "expected")
            is_known = isinstance(expected, MappingNode) or (
                expected is not None and is_text(expected)
            )
            if expected is not None and not is_known:
                self.base.wrong_shape(expected, "a mapping or text in 'expected'")
                expected = None
            yield TestCase(
                str(plain_value(name.value)) if name else f"testData[{index}]",
                {} if given is None else plain_value(given),
                None if expected is None else plain_value(expected),
                self.base.span(case),
                given,
                expected,
            )

    def variants(self, root: MappingNode) -> Iterator[Variant]:
        entry = root.entries.get("variants")
        if entry is None or not isinstance(entry.value, SequenceNode):
            return
        for index, node in enumerate(entry.value.items):
            if not isinstance(node, MappingNode):
                self.base.wrong_shape(node, "a variant with 'id' and 'weight'")
                continue
            self.base.shaped(node, _VARIANT, "a variant")
            for name in ("id", "weight"):
                if name not in node.entries and not self.base.misspelt(node, (name,)):
                    self.base.wrong_shape(node, f"'{name}' in a variant", "none")
            if "template" in node.entries and "messages" in node.entries:
                self.one_of_both(node)
            own, weight = _value(node, "id"), _value(node, "weight")
            yield Variant(
                index,
                plain_value(own) if own is not None and is_text(own) else None,
                plain_value(weight) if weight is not None and is_number(weight) else None,
                self.base.span(node),
                node,
            )

    def includes(self, root: MappingNode) -> Iterator[Include]:
        node = mapping_in(root.entries.get("includes"))
        if node is None:
            return
        for alias, entry in node.entries.items():
            if re.fullmatch(ALIAS, alias, re.ASCII) is None:
                self.base.problem(
                    "GCT516",
                    f"expected a name of letters, digits, '-' and '_' in 'includes', "
                    f"found '{alias}'",
                    entry.key_mark,
                    hint='such as tone; a template writes {% include "tone" %}',
                )
                continue
            text = plain_value(entry.value)
            match = re.fullmatch(EXACT, text, re.ASCII) if isinstance(text, str) else None
            if match is None:
                self.base.problem(
                    "GCT516",
                    f"expected a partial with its exact version in 'includes', "
                    f"found {describe(entry.value)}",
                    entry.value.mark,
                    hint="write ID@VERSION, such as house-style@1.2.0: with a range, "
                    "a released prompt would change when a partial does",
                )
                continue
            yield Include(
                alias,
                match["id"],
                match["version"],
                entry.value.mark.in_file(self.base.path),
                entry.key_mark.in_file(self.base.path),
            )


def _template(
    node: Node, path: Path, role: str | None, variant: int | None
) -> Iterator[TemplateField]:
    """Yield the template that a value gives; nothing where it is of another kind."""
    is_file = is_file_reference(node)
    if isinstance(node, MappingNode) and is_file:
        node = node.entries["file"].value
    if isinstance(node, ScalarNode) and is_text(node):
        yield TemplateField(name_of(path), path, role, variant, node, is_file)


def name_of(path: Path) -> str:
    """Write a path as people do: `messages[0].content`."""
    parts = (f"[{token}]" if isinstance(token, int) else f".{token}" for token in path)
    return "".join(parts).removeprefix(".")


def _variables(root: MappingNode) -> Entry | None:
    entry = root.entries.get("variables")
    return entry if mapping_in(entry) is not None else None


def _value(root: MappingNode, name: str) -> Node | None:
    return root.entries[name].value if name in root.entries else None
