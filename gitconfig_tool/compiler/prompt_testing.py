"""What the test data of prompts expects, checked with every compilation.

Takes the prompts of a snapshot; returns diagnostics. Calls no model: it is the rendered text that
is checked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gitconfig_tool.compiler.prompt_safety import holds_credential
from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.prompts import Prompts, PromptVersion, TestCase

if TYPE_CHECKING:
    from gitconfig_tool.prompts.testing import Run

# How a message goes on that quotes what was rendered.
_FOUND = ", found "
# Whose message quotes it.
_QUOTING = frozenset({"GCT581", "GCT582", "GCT583", "GCT584", "GCT585"})


def check_prompt_tests(prompts: Prompts) -> Iterator[Diagnostic]:
    """Render the cases that expect something, of every prompt version.

    Cases that expect nothing are not rendered here: loading has seen that they render.
    """
    for prompt_id in prompts.ids():
        for version in prompts.versions(prompt_id):
            tests = () if version.file is None else version.file.tests
            expecting = [each for each in tests if isinstance(each.expected, dict)]
            if expecting:
                yield from _once(runs_of(version, expecting))


def _once(runs: Sequence["Run"]) -> Iterator[Diagnostic]:
    """Yield the problems of cases; what fails with variants as well is one problem that says so."""
    found: list[Diagnostic] = []
    places: dict[tuple[str, Span | None], int] = {}
    for run in runs:
        for problem in run.problems:
            key = (problem.code, problem.span)
            if run.variant is None or key not in places:
                places.setdefault(key, len(found))
                found.append(problem)
                continue
            first = found[places[key]]
            note = Note(f"the same with the variant '{run.variant}'")
            found[places[key]] = replace(first, notes=(*first.notes, note))
    yield from found


def runs_of(version: PromptVersion, cases: Sequence[TestCase]) -> list["Run"]:
    """Render cases; no problem quotes a text that may show a credential."""
    # Jinja2 is loaded only where there is something to render.
    from gitconfig_tool.prompts.testing import run_tests

    runs = list(run_tests(version, cases))
    if any(run.problems for run in runs) and holds_credential(version):
        return [replace(run, problems=tuple(map(_without_text, run.problems))) for run in runs]
    return runs


def _without_text(problem: Diagnostic) -> Diagnostic:
    """Leave out what a message quotes of a text that may show a credential."""
    if problem.code not in _QUOTING:
        return problem
    # What is expected was written by the same hand, and may be the credential itself.
    message = (
        "expected the text of a test case to be as it says"
        + _FOUND
        + ("another, which is not shown: it may hold a secret")
    )
    return replace(problem, message=message, sensitive=True)
