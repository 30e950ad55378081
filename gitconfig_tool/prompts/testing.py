"""The test data of a prompt version, as it is rendered, held against what each case expects.

Takes a version; returns a `Run` for each case, with the prompt itself and with each variant. What
is wrong with the values of a case, or with the templates, is found by `check` and not repeated.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.document import MappingNode, Mark, node_at
from gitconfig_tool.prompts.bucketing import CONTROL
from gitconfig_tool.prompts.expectations import Rendered, Unmet, check_expected, unmet
from gitconfig_tool.prompts.model import PromptVersion
from gitconfig_tool.prompts.parts import PromptFile, Template, TestCase


@dataclass(frozen=True, slots=True)
class Run:
    """One case with the prompt itself (`variant` is None), or with a variant.

    `rendered` is None where the case cannot be rendered. `problems` are the expectations that are
    not met, or are none.
    """

    case: TestCase
    variant: str | None
    rendered: Rendered | None = field(repr=False)
    problems: tuple[Diagnostic, ...]


def run_tests(version: PromptVersion, cases: Sequence[TestCase]) -> Iterator[Run]:
    """Hold what loading has rendered against cases of a version, and of each of its variants."""
    if version.file is None:
        return
    own: dict[int | None, list[Template]] = {}
    for template in version.file.templates:
        own.setdefault(template.variant, []).append(template)
    base = own.get(None, [])
    # The control is the prompt itself.
    variants = [
        (each.index, each.id)
        for each in version.file.variants
        if each.id is not None and each.id != CONTROL
    ]
    roles = tuple(dict.fromkeys(each.role for each in version.file.templates if each.role))
    for case in cases:
        mistakes = tuple(_mistakes(version, case, roles, [name for _, name in variants]))
        rendered = _rendered(version.file, case, base)
        yield _run(version, case, None, rendered, mistakes)
        for index, name in variants:
            other = _rendered(version.file, case, own[index]) if index in own else rendered
            # What is no expectation is told once.
            run = _run(version, case, name, other, mistakes)
            yield Run(case, name, other, ()) if mistakes else run


def _mistakes(
    version: PromptVersion, case: TestCase, roles: Sequence[str], variants: Sequence[str]
) -> Iterator[Diagnostic]:
    if isinstance(case.expected, dict):
        for found in check_expected(case.expected, roles, variants):
            yield _diagnostic(version, case, found, ())


def _run(
    version: PromptVersion,
    case: TestCase,
    variant: str | None,
    rendered: Rendered | None,
    mistakes: tuple[Diagnostic, ...],
) -> Run:
    # A text is what a model is expected to answer: nobody asks one here.
    if mistakes or rendered is None or not isinstance(case.expected, dict):
        return Run(case, variant, rendered, mistakes)
    about = [f"test case '{case.name}'"]
    if variant is not None:
        about.append(f"variant '{variant}'")
    problems = (
        _diagnostic(version, case, found, about)
        for found in unmet(case.expected, rendered, variant)
    )
    return Run(case, variant, rendered, tuple(problems))


def _rendered(file: PromptFile, case: TestCase, templates: Sequence[Template]) -> Rendered | None:
    """Return what loading has rendered; None where it could not, which is reported."""
    number = next((index for index, each in enumerate(file.tests) if each is case), None)
    texts = {} if number is None else file.rendered.get(number, {})
    # A prompt without any text is reported as that.
    if not templates or any(each.name not in texts for each in templates):
        return None
    return Rendered(tuple((each.role, texts[each.name]) for each in templates))


def _diagnostic(
    version: PromptVersion, case: TestCase, found: Unmet, about: Sequence[str]
) -> Diagnostic:
    if found.role is not None:
        about = [*about, f"role '{found.role}'"]
    message = f"{found.message} ({', '.join(about)})" if about else found.message
    return Diagnostic(found.code, message, _place(version, case, found), hint=found.hint)


def _place(version: PromptVersion, case: TestCase, found: Unmet) -> Span:
    root = case.expected_node
    if root is None:
        return case.span
    if found.is_key:
        holder = node_at(root, found.path[:-1])
        if isinstance(holder, MappingNode):
            return holder.entries[str(found.path[-1])].key_mark.in_file(version.path)
    mark = (node_at(root, found.path) or root).mark
    if mark.end_line > mark.line:
        mark = Mark(mark.line, mark.column, mark.line, mark.column + 1)
    return mark.in_file(version.path)
