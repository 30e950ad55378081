"""The checks of one prompt version: its templates, its variables and its test data.

Joins what `templates`, `shapes` and `variables` find, and gives each its place in the file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import MappingNode, Mark, Node, node_at
from gitconfig_tool.pointer import Path
from gitconfig_tool.prompts.fields import Fields
from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.parts import PromptFile, Template, TestCase
from gitconfig_tool.prompts.shapes import find_unknown_attributes
from gitconfig_tool.prompts.templates import (
    ParsedTemplate,
    Problem,
    TemplateFailure,
    parse_template,
    render_template,
)
from gitconfig_tool.prompts.variables import (
    check_schema,
    check_variables,
    declared_variables,
)

_TEST_CODES = {"missing": "GCT509", "extra": "GCT510", "invalid": "GCT511"}


def check_version(
    path: str, fields: Fields, file: PromptFile, limits: RenderLimits
) -> tuple[Diagnostic, ...]:
    """Return everything that is wrong inside one prompt version."""
    return tuple(_Check(path, fields, file, limits).run())


@dataclass(frozen=True, slots=True)
class _Check:
    path: str
    fields: Fields
    file: PromptFile
    limits: RenderLimits

    def run(self) -> Iterator[Diagnostic]:
        schema = self.file.variables
        schema_problem = tuple(self.schema_problems(schema))
        yield from schema_problem
        parsed = []
        for template in self.file.templates:
            found, problems = parse_template(template.text, self.limits)
            for problem in problems:
                yield self.place(template, problem)
            if found is not None:
                parsed.append((template, found))
        if schema_problem:
            # What the variables are is not known, so nothing can be said about their use.
            return
        complete = len(parsed) == len(self.fields.templates) and bool(parsed)
        undeclared = False
        for template, found in parsed:
            for problem in _wrong_uses(found, schema):
                undeclared = True
                yield self.place(template, problem)
        if complete:
            yield from self.unused([found for _, found in parsed])
        for case in self.file.tests:
            problems_of_case = tuple(self.test_data(case, schema))
            yield from problems_of_case
            # What is already known to be wrong would only fail again.
            if complete and not undeclared and not problems_of_case:
                yield from self.render(case)

    def schema_problems(self, schema: Mapping[str, Any] | None) -> Iterator[Diagnostic]:
        entry = self.fields.variables
        if schema is None or entry is None:
            return
        problem = check_schema(schema)
        if problem is not None:
            node = node_at(entry.value, problem.path)
            yield Diagnostic(
                "GCT508",
                problem.message,
                self.span(entry.value if node is None else node),
                hint=problem.hint,
            )

    def unused(self, parsed: list[ParsedTemplate]) -> Iterator[Diagnostic]:
        entry = self.fields.variables
        properties = (
            entry.value.entries.get("properties")
            if entry is not None and isinstance(entry.value, MappingNode)
            else None
        )
        if properties is None or not isinstance(properties.value, MappingNode):
            return
        used = {use.name for template in parsed for use in template.uses}
        undeclared = used - properties.value.entries.keys()
        for name, variable in properties.value.entries.items():
            # Most often a misspelled use is this one; that is said already.
            if name not in used and not get_close_matches(name, undeclared, n=1):
                yield Diagnostic(
                    "GCT502",
                    f"expected each variable to be used, found '{name}' in no template",
                    variable.key_mark.in_file(self.path),
                    label="never used",
                    hint=f"remove it, or write {{{{ {name} }}}} in a template",
                )

    def test_data(self, case: TestCase, schema: Mapping[str, Any] | None) -> Iterator[Diagnostic]:
        values = case.variables
        for problem in check_variables(schema, values):
            yield Diagnostic(
                _TEST_CODES[problem.kind],
                f"{problem.message} (test case '{case.name}')",
                self.span_of_value(case, problem.path, key=problem.kind == "extra"),
                hint=problem.hint,
            )

    def span_of_value(self, case: TestCase, path: Path, *, key: bool) -> Span:
        given = case.variables_node
        if given is None:
            return case.span
        if key:
            return given.entries[str(path[0])].key_mark.in_file(self.path)
        node = node_at(given, path)
        return self.span(given if node is None else node)

    def render(self, case: TestCase) -> Iterator[Diagnostic]:
        values = case.variables
        for template in self.file.templates:
            try:
                render_template(template.text, values, self.limits)
            except TemplateFailure as failure:
                problem = Problem("GCT512", failure.message, failure.offset, hint=failure.hint)
                note = Note(f"with the test case '{case.name}'", case.span)
                yield self.place(template, problem, (note,))

    def place(
        self, template: Template, problem: Problem, notes: tuple[Note, ...] = ()
    ) -> Diagnostic:
        span = template.span(problem.offset, problem.length)
        return Diagnostic(problem.code, problem.message, span, problem.label, notes, problem.hint)

    def span(self, node: Node) -> Span:
        mark = node.mark
        if mark.end_line > mark.line:
            mark = Mark(mark.line, mark.column, mark.line, mark.column + 1)
        return mark.in_file(self.path)


def _wrong_uses(parsed: ParsedTemplate, schema: Mapping[str, Any] | None) -> Iterator[Problem]:
    declared = declared_variables(schema)
    for use in parsed.uses:
        if use.name in declared or use.name in _FUNCTIONS:
            continue
        near = get_close_matches(use.name, declared, n=1)
        yield Problem(
            "GCT501",
            f"expected a declared variable, found '{use.name}'",
            use.offset,
            len(use.name),
            label="not declared in variables.properties",
            hint=f"did you mean '{near[0]}'?" if near else "declare it in variables.properties",
        )
    for unknown in find_unknown_attributes(parsed.tree, schema or {}):
        near = get_close_matches(unknown.name, unknown.known, n=1)
        dotted = parsed.text.find(unknown.name, unknown.offset + len(unknown.owner))
        yield Problem(
            "GCT501",
            f"expected a declared property of '{unknown.owner}', found '{unknown.name}'",
            unknown.offset if dotted < 0 else dotted,
            len(unknown.name),
            label=f"not declared in the schema of '{unknown.owner}'",
            hint=f"did you mean '{near[0]}'?" if near else f"declared: {', '.join(unknown.known)}",
        )


# What `sandbox` leaves of Jinja2's global functions.
_FUNCTIONS = frozenset({"cycler", "dict", "joiner", "namespace", "range"})
