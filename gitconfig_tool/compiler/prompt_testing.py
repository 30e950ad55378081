"""What the test data of prompts expects, checked with every compilation.

Takes the prompts of a snapshot; returns diagnostics. Cases that expect nothing are not rendered
here: loading has seen that they render.
"""

from collections.abc import Iterator

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.prompts import Prompts


def check_prompt_tests(prompts: Prompts) -> Iterator[Diagnostic]:
    """Render the cases that expect something, of every prompt version."""
    for prompt_id in prompts.ids():
        for version in prompts.versions(prompt_id):
            tests = () if version.file is None else version.file.tests
            expecting = [each for each in tests if isinstance(each.expected, dict)]
            if expecting:
                # Jinja2 is loaded only where there is something to render.
                from gitconfig_tool.prompts.testing import run_tests

                for run in run_tests(version, expecting):
                    yield from run.problems
