"""Experiments with the variants of prompts: whether a change would move users between variants.

Takes the prompts of a snapshot with the commit before it; returns diagnostics.
"""

from collections.abc import Iterator
from datetime import date

from gitconfig_tool.compiler.files import ProjectFiles
from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.project import Project
from gitconfig_tool.prompts import Prompts


def check_experiments(
    project: Project, files: ProjectFiles, prompts: Prompts, as_of: date
) -> Iterator[Diagnostic]:
    """Check the variants of every prompt version."""
    yield from ()
