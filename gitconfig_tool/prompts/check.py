"""The checks of one prompt version or partial: its templates, its variables and its test data.

Joins what `templates`, `partials`, `shapes` and `variables` find, and gives each its place. Returns
the templates with their partials in place, too: whoever checks has put them together already.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import Entry, MappingNode, Mark, Node, node_at, plain_value
from gitconfig_tool.pointer import Path
from gitconfig_tool.prompts.agreement import described, disagreement
from gitconfig_tool.prompts.isolation import Isolation
from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.partials import Library, OwnText
from gitconfig_tool.prompts.parts import Include, Template, TestCase
from gitconfig_tool.prompts.portable import find_unportable
from gitconfig_tool.prompts.shapes import find_unknown_attributes
from gitconfig_tool.prompts.templates import (
    FUNCTIONS,
    ParsedTemplate,
    Problem,
    TemplateFailure,
    TemplateRenderer,
    parse_template,
)
from gitconfig_tool.prompts.texts import PlacedText
from gitconfig_tool.prompts.variables import (
    check_schema,
    check_variables,
    declared_variables,
    with_defaults,
)

_TEST_CODES = {"missing": "GCT509", "extra": "GCT510", "invalid": "GCT511"}


@dataclass(frozen=True, slots=True)
class Unit:
    """One file as it is checked: `templates` are its own texts, partials not in place.

    `is_whole` says that no template is missing because its file could not be read. `partial` is the
    `ID@VERSION` of a partial, None of a prompt. `portable` is what the project asks for.
    `wrong_aliases` stand in `includes`, and what they name is no partial's id: that is reported.
    """

    path: str
    templates: tuple[Template, ...]
    is_whole: bool
    variables: Entry | None
    schema: Mapping[str, Any] | None
    includes: tuple[Include, ...]
    tests: tuple[TestCase, ...] = ()
    partial: str | None = None
    portable: str = ""
    wrong_aliases: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check finds: everything that is wrong, and what it has made on the way.

    `templates` have their partials in place; where one cannot be, the template stays as it is
    written. `rendered` has, by the number of a test case, the texts of the templates by name.
    """

    templates: tuple[Template, ...]
    rendered: Mapping[int, Mapping[str, str]]
    diagnostics: tuple[Diagnostic, ...]


def own_text(unit: Unit, root: MappingNode, paths: frozenset[str], limits: RenderLimits) -> OwnText:
    """Return a partial as others include it; its problems are found when it is checked itself."""
    placed = unit.templates[0].placed if unit.templates else None
    parsed = parse_template(placed.text, limits, is_partial=True)[0] if placed else None
    said = {key: plain_value(entry.value) for key, entry in root.entries.items()}
    deprecated, replaced_by = said.get("deprecated"), said.get("replacedBy")
    return OwnText(
        str(unit.partial),
        unit.includes,
        placed,
        parsed,
        frozenset(declared_variables(unit.schema)),
        paths,
        is_deprecated=deprecated is True or (isinstance(deprecated, str) and deprecated != ""),
        reason=deprecated if isinstance(deprecated, str) else "",
        replaced_by=replaced_by if isinstance(replaced_by, str) else "",
        schema=None if unit.schema is None or _is_wrong(unit.schema) else unit.schema,
    )


def _is_wrong(schema: Mapping[str, Any]) -> bool:
    return any(problem.code == "GCT508" for problem in check_schema(schema))


def check_unit(
    unit: Unit, library: Library, limits: RenderLimits, renderer: Isolation | TemplateRenderer
) -> "Checked":
    """Check one file; test data is rendered by `renderer`, in its own process or in this one."""
    check = _Check(unit, library, limits, renderer)
    diagnostics = tuple(check.run())
    return Checked(tuple(check.complete), check.rendered, diagnostics)


@dataclass(slots=True)
class _Check:
    unit: Unit
    library: Library
    limits: RenderLimits
    renderer: Isolation | TemplateRenderer
    complete: list[Template] = field(default_factory=list)
    parsed: list[tuple[Template, ParsedTemplate]] = field(default_factory=list)
    rendered: dict[int, dict[str, str]] = field(default_factory=dict)

    def run(self) -> Iterator[Diagnostic]:
        schema = self.unit.schema
        schema_problems = tuple(self.schema_problems(schema))
        yield from schema_problems
        yield from self.templates()
        if any(found.code == "GCT508" for found in schema_problems):
            # What the variables are is not known, so nothing can be said about their use.
            return
        is_whole = self.unit.is_whole and len(self.parsed) == len(self.unit.templates)
        undeclared = False
        for problem in self.wrong_uses(schema):
            undeclared = True
            yield problem
        yield from self.disagreements(schema)
        if is_whole and self.parsed:
            yield from self.unused()
        for index, case in enumerate(self.unit.tests):
            problems_of_case = tuple(self.test_data(case, schema))
            yield from problems_of_case
            # What is already known to be wrong would only fail again.
            if is_whole and self.parsed and not undeclared and not problems_of_case:
                yield from self.render(index, case, schema)

    def templates(self) -> Iterator[Diagnostic]:
        """Parse every template, and put the partials in their places."""
        own: list[tuple[Template, ParsedTemplate]] = []
        for template in self.unit.templates:
            found, problems = parse_template(
                template.text, self.limits, is_partial=self.unit.partial is not None
            )
            for problem in problems:
                yield self.place(template, problem)
            if found is not None:
                own.append((template, found))
                for problem in self.unportable(found):
                    yield self.place(template, problem)
        is_whole = self.unit.is_whole and len(own) == len(self.unit.templates)
        used = [(template.placed, found) for template, found in own]
        yield from self.library.check(
            self.unit.includes, used, is_whole=is_whole, wrong=self.unit.wrong_aliases
        )
        by_name = {template.name: found for template, found in own}
        for template in self.unit.templates:
            parsed = by_name.get(template.name)
            placed = None if parsed is None else self.whole(template, parsed)
            if isinstance(placed, Diagnostic):
                yield placed
            if parsed is None or not isinstance(placed, PlacedText):
                self.complete.append(template)
            else:
                self.complete.append(self.with_partials(template, placed, parsed))

    def unportable(self, found: ParsedTemplate) -> Iterator[Problem]:
        if not self.unit.portable:
            return
        names = {include.alias: include.name for include in self.unit.includes}
        scoped = {alias for alias, name in names.items() if self.library.sets(name)}
        yield from find_unportable(found, self.unit.portable, scoped)

    def with_partials(
        self, template: Template, placed: PlacedText, own: ParsedTemplate
    ) -> Template:
        whole = replace(template, placed=placed)
        found: ParsedTemplate | None = own
        if own.includes:
            # Each part is well-formed by itself, so the whole is, but for its depth.
            found, _ = parse_template(placed.text, self.limits)
        if found is not None:
            self.parsed.append((whole, found))
            if isinstance(self.renderer, TemplateRenderer):
                self.renderer.keep(found)
        return whole

    def whole(self, template: Template, own: ParsedTemplate) -> PlacedText | Diagnostic | None:
        if self.unit.partial is not None:
            return self.library.whole(self.unit.partial)
        return self.library.complete(template.placed, own, self.unit.includes)

    def schema_problems(self, schema: Mapping[str, Any] | None) -> Iterator[Diagnostic]:
        entry = self.unit.variables
        if schema is None or entry is None:
            return
        for problem in check_schema(schema):
            node = node_at(entry.value, problem.path)
            yield Diagnostic(
                problem.code,
                problem.message,
                self.span(entry.value if node is None else node),
                hint=problem.hint,
            )

    def wrong_uses(self, schema: Mapping[str, Any] | None) -> Iterator[Diagnostic]:
        told: set[tuple[Span, str]] = set()
        for template, found in self.parsed:
            for name, problem in _wrong_uses(found, schema):
                through = template.placed.segment(problem.offset).through
                if not through or name is None:
                    yield self.place(template, problem, template.notes(problem.offset))
                    continue
                include = through[0]
                if (include.span, name) in told or not self.library.declares(include.partial, name):
                    # Said here already, or where the partial is.
                    continue
                told.add((include.span, name))
                yield Diagnostic(
                    problem.code,
                    f"expected a declared variable, found '{name}', which the partial "
                    f"{include.partial} uses",
                    include.span,
                    problem.label,
                    (Note("used here", template.span(problem.offset, problem.length)),),
                    problem.hint,
                )

    def disagreements(self, schema: Mapping[str, Any] | None) -> Iterator[Diagnostic]:
        """Report variables that are declared here as more than a partial takes.

        What partials of a partial take is held against that one, in its own file.
        """
        entry, told = self.unit.variables, set()
        declared = declared_variables(schema)
        for template, found in self.parsed:
            for use in found.uses:
                through = template.placed.segment(use.offset).through
                if not through or use.name not in declared or entry is None or schema is None:
                    continue
                include = through[0]
                taken = self.library.schema(include.partial)
                known = (include.partial, use.name)
                if known in told or taken is None or use.name not in declared_variables(taken):
                    continue
                told.add(known)
                gap = disagreement(use.name, schema, taken)
                if gap is not None:
                    value, difference = described(gap)
                    node = node_at(entry.value, ("properties", use.name))
                    yield Diagnostic(
                        "GCT527",
                        f"expected '{use.name}' to be what the partial {include.partial} takes, "
                        f"found that it may be {value}",
                        self.span(entry.value if node is None else node),
                        label=difference,
                        notes=(Note(f"includes {include.partial}", include.span),),
                        hint="declare it here as there, or include a version that takes more",
                    )

    def unused(self) -> Iterator[Diagnostic]:
        entry = self.unit.variables
        properties = (
            entry.value.entries.get("properties")
            if entry is not None and isinstance(entry.value, MappingNode)
            else None
        )
        if properties is None or not isinstance(properties.value, MappingNode):
            return
        used = {use.name for _, template in self.parsed for use in template.uses}
        undeclared = used - properties.value.entries.keys()
        for name, variable in properties.value.entries.items():
            # Most often a misspelled use is this one; that is said already.
            if name not in used and not get_close_matches(name, undeclared, n=1):
                yield Diagnostic(
                    "GCT502",
                    f"expected each variable to be used, found '{name}' in no template",
                    variable.key_mark.in_file(self.unit.path),
                    label="never used",
                    hint=f"remove it, or write {{{{ {name} }}}} in a template",
                )

    def test_data(self, case: TestCase, schema: Mapping[str, Any] | None) -> Iterator[Diagnostic]:
        for problem in check_variables(schema, case.variables):
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
            return given.entries[str(path[0])].key_mark.in_file(self.unit.path)
        node = node_at(given, path)
        return self.span(given if node is None else node)

    def render(
        self, index: int, case: TestCase, schema: Mapping[str, Any] | None
    ) -> Iterator[Diagnostic]:
        values = with_defaults(schema, case.variables)
        texts = self.rendered.setdefault(index, {})
        for template, _ in self.parsed:
            try:
                texts[template.name] = self.renderer.render(template.text, values)
            except TemplateFailure as failure:
                problem = Problem("GCT512", failure.message, failure.offset, hint=failure.hint)
                note = Note(f"with the test case '{case.name}'", case.span)
                yield self.place(template, problem, (note, *template.notes(failure.offset)))

    def place(
        self, template: Template, problem: Problem, notes: tuple[Note, ...] = ()
    ) -> Diagnostic:
        span = template.span(problem.offset, problem.length)
        return Diagnostic(problem.code, problem.message, span, problem.label, notes, problem.hint)

    def span(self, node: Node) -> Span:
        mark = node.mark
        if mark.end_line > mark.line:
            mark = Mark(mark.line, mark.column, mark.line, mark.column + 1)
        return mark.in_file(self.unit.path)


def _wrong_uses(
    parsed: ParsedTemplate, schema: Mapping[str, Any] | None
) -> Iterator[tuple[str | None, Problem]]:
    """Yield each use of something that is not declared; the name of a variable, None of others."""
    declared = declared_variables(schema)
    for use in parsed.uses:
        if use.name in declared or use.name in FUNCTIONS:
            continue
        near = get_close_matches(use.name, declared, n=1)
        yield (
            use.name,
            Problem(
                "GCT501",
                f"expected a declared variable, found '{use.name}'",
                use.offset,
                len(use.name),
                label="not declared in variables.properties",
                hint=f"did you mean '{near[0]}'?" if near else "declare it in variables.properties",
            ),
        )
    for unknown in find_unknown_attributes(parsed.tree, schema or {}):
        near = get_close_matches(unknown.name, unknown.known, n=1)
        dotted = parsed.text.find(unknown.name, unknown.offset + len(unknown.owner))
        yield (
            None,
            Problem(
                "GCT501",
                f"expected a declared property of '{unknown.owner}', found '{unknown.name}'",
                unknown.offset if dotted < 0 else dotted,
                len(unknown.name),
                label=f"not declared in the schema of '{unknown.owner}'",
                hint=f"did you mean '{near[0]}'?"
                if near
                else f"declared: {', '.join(unknown.known)}",
            ),
        )
