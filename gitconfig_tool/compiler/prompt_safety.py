"""What of a prompt leaks, or lets others talk to the model.

Takes the prompts of a snapshot; returns diagnostics, all of them warnings. What `classification`
says of prompts is not said again. No diagnostic holds what was found, only of what kind it is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.classification.patterns import kinds_in
from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import MappingNode, Mark, Node, ScalarNode, SequenceNode, node_at
from gitconfig_tool.leaks import NamedValueScanner, TextFile
from gitconfig_tool.leaks.forms import find_forms
from gitconfig_tool.leaks.kinds import kind_name
from gitconfig_tool.leaks.named import is_secret_value
from gitconfig_tool.pointer import Path, format_pointer
from gitconfig_tool.project import Project
from gitconfig_tool.prompts import Prompts, PromptVersion, TestCase
from gitconfig_tool.prompts.places import span_in_scalar

_TESTS = "testData"
# `safety.UNTRUSTED`: that module loads Jinja2.
_MARK = "x-untrusted"
# What a person is known by. An address is often one of the company itself; in test data it is not.
_PERSONAL = frozenset({"card-number", "iban", "national-id"})
_PERSONAL_IN_TESTS = _PERSONAL | {"e-mail"}
# Numbers that their makers publish for tests, and that nobody has: of payment services, and the
# examples of ISO 13616 and of the IBAN registry.
_EXAMPLES = re.compile(
    r"(?:4242[ -]?){4}|4111(?:[ -]?1111){3}|5555(?:[ -]?5555){2}[ -]?4444|3782[ -]?822463[ -]?10005"
    r"|DE89 ?3704 ?0044 ?0532 ?0130 ?00|GB(?:29|82) ?(?:NWBK|WEST) ?\d{4} ?\d{4} ?\d{4} ?\d{2}"
)


@dataclass(frozen=True, slots=True)
class _Value:
    """A text of a prompt file: under which key it stands, and whether that is in test data."""

    node: ScalarNode
    text: str
    key: str
    in_tests: bool


def check_prompt_safety(project: Project, prompts: Prompts) -> Iterator[Diagnostic]:
    """Check every version of every prompt."""
    is_governed = project.governance.classification.is_used
    for prompt_id in prompts.ids():
        for version in prompts.versions(prompt_id):
            file = version.file
            if file is None:
                continue
            values = tuple(_values(file.root, "", in_tests=False))
            yield from _credentials(version, values)
            governed = is_governed or "classification" in version.content
            yield from _personal(version, values, governed=governed)
            # Jinja2 is loaded by now: there is a prompt, and so it was checked.
            yield from _placements(version, _said_of_variables(version, prompts))
            for case in file.tests:
                yield from _syntax(version, case)


def _values(node: Node, key: str, *, in_tests: bool) -> Iterator[_Value]:
    if isinstance(node, MappingNode):
        for name, entry in node.entries.items():
            yield from _values(entry.value, name, in_tests=in_tests or name == _TESTS)
    elif isinstance(node, SequenceNode):
        for item in node.items:
            yield from _values(item, key, in_tests=in_tests)
    elif isinstance(node.value, str):
        yield _Value(node, node.value, key, in_tests)


def _credentials(version: PromptVersion, values: tuple[_Value, ...]) -> Iterator[Diagnostic]:
    file = version.file
    if file is None:
        return
    source = file.data.decode("utf-8-sig", errors="replace")
    for value in values:
        found = list(_found(value.text))
        for kind, start, end in found:
            span = span_in_scalar(source, version.path, value.node, start, end - start)
            yield _credential(kind_name(kind), span)
        if not found and is_secret_value(value.key, value.text):
            yield _credential(f"value under the name '{value.key}'", _first(version, value.node))
    for template in file.templates:
        # What stands in the prompt file itself is among its values.
        for kind, start, end in _found(template.text):
            span = template.span(start, end - start)
            if span.path != version.path:
                yield _credential(kind_name(kind), span)


def _found(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the credentials in a text: of what kind, and where; by their form, then by a name."""
    taken = []
    for name, start, end in find_forms(text):
        taken.append((start, end))
        yield name, start, end
    if ":" not in text and "=" not in text:
        return
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    for leak in NamedValueScanner().scan([TextFile("prompt.txt", text)])[0]:
        start = starts[leak.line - 1] + leak.column - 1
        end = starts[leak.end_line - 1] + leak.end_column - 1
        if not any(first < end and start < last for first, last in taken):
            yield leak.kind, start, end


def _credential(kind: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "GCT566",
        f"expected no credential in a prompt, found one: {kind}",
        span,
        hint="replace it where it is in use; a model needs none, and test data may have a made-up "
        "one that says so: example-key",
        sensitive=True,
    )


def holds_credential(version: PromptVersion) -> bool:
    """Tell whether what is rendered with a version may show a credential."""
    if version.file is None:
        return False
    return any(_credentials(version, tuple(_values(version.file.root, "", in_tests=False))))


def _personal(
    version: PromptVersion, values: tuple[_Value, ...], *, governed: bool
) -> Iterator[Diagnostic]:
    for value in values:
        if governed and not value.in_tests:
            continue
        wanted = _PERSONAL_IN_TESTS if value.in_tests else _PERSONAL
        names = {
            name: None for kind, name in kinds_in(_EXAMPLES.sub(" ", value.text)) if kind in wanted
        }
        for name in names:
            yield Diagnostic(
                "GCT567",
                f"expected no personal data in {'test data' if value.in_tests else 'a prompt'}, "
                f"found {name}",
                _first(version, value.node),
                hint="make one up: an address at example.com, or a number published for tests",
                sensitive=True,
            )


def _said_of_variables(version: PromptVersion, prompts: Prompts) -> Mapping[str, Any] | None:
    """Return the schema of the variables, with those that a partial calls untrusted marked so.

    Whoever wrote a partial knows whose text it takes; what the prompt itself says goes before.
    """
    file = version.file
    schema = None if file is None else file.variables
    properties = None if schema is None else schema.get("properties")
    if file is None or schema is None or not isinstance(properties, Mapping):
        return schema
    marked = dict(properties)
    seen: set[str] = set()
    waiting = list(file.includes)
    while waiting:
        include = waiting.pop()
        partial = prompts.partial(include.id, include.version)
        if partial is None or partial.file is None or include.name in seen:
            continue
        seen.add(include.name)
        waiting += partial.file.includes
        said = (partial.file.variables or {}).get("properties")
        for name, own in said.items() if isinstance(said, Mapping) else ():
            known = marked.get(name)
            if isinstance(own, Mapping) and isinstance(known, Mapping) and own.get(_MARK) is True:
                marked[name] = {_MARK: True, **known}
    return {**schema, "properties": marked}


def _placements(version: PromptVersion, schema: Mapping[str, Any] | None) -> Iterator[Diagnostic]:
    from gitconfig_tool.prompts.limits import RenderLimits
    from gitconfig_tool.prompts.safety import check_placements
    from gitconfig_tool.prompts.templates import parse_template

    file = version.file
    for template in () if file is None else file.templates:
        parsed, _ = parse_template(template.text, RenderLimits(), is_checked=True)
        if file is None or parsed is None:
            continue
        for problem in check_placements(parsed, schema, template.role):
            yield Diagnostic(
                problem.code,
                problem.message,
                template.span(problem.offset, problem.length),
                problem.label,
                template.notes(problem.offset),
                problem.hint,
            )


def _syntax(version: PromptVersion, case: TestCase) -> Iterator[Diagnostic]:
    """Find template syntax that a variable brings into the rendered text, see `safety`."""
    from gitconfig_tool.prompts.safety import template_syntax

    found = list(template_syntax(case.variables))
    if not found:
        return
    from gitconfig_tool.prompts.testing import run_tests

    texts = [run.rendered.text() for run in run_tests(version, [case]) if run.rendered is not None]
    for path, syntax in found:
        if any(syntax in text for text in texts) and not _is_expected(case.expected, syntax):
            yield Diagnostic(
                "GCT568",
                f"expected no template syntax from a variable, found it in "
                f"'{_dotted(path)}' (test case '{case.name}')",
                _place(version, case, path),
                label="comes into the text as it is",
                hint="it is not rendered again here; if nobody else renders the text either, let "
                "the case expect it in 'contains'",
            )


def _is_expected(expected: object, syntax: str) -> bool:
    if not isinstance(expected, dict):
        return False
    texts = [expected.get("equals"), expected.get("contains")]
    texts += expected["contains"] if isinstance(expected.get("contains"), list) else []
    return any(isinstance(text, str) and syntax in text for text in texts)


def _place(version: PromptVersion, case: TestCase, path: Path) -> Span:
    node = None if case.variables_node is None else node_at(case.variables_node, path)
    return case.span if node is None else _first(version, node)


def _dotted(path: Path) -> str:
    return format_pointer(path).removeprefix("/").replace("/", ".")


def _first(version: PromptVersion, node: Node) -> Span:
    """Return the place of a node, or where it begins if it has many lines."""
    mark = node.mark
    if mark.end_line > mark.line:
        mark = Mark(mark.line, mark.column, mark.line, mark.column + 1)
    return mark.in_file(version.path)
