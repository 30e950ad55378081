"""What a bundle holds for other programs, as the project file asks for it.

Takes the linked documents of one bundle; returns files and diagnostics.
"""

from collections.abc import Mapping, Sequence

from gitconfig_tool.diagnostics import Diagnostic
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.project import Bundle, Project
from gitconfig_tool.prompts import PromptVersion
from gitconfig_tool.schema import Schemas


def emit_bundle(
    project: Project,
    bundle: Bundle,
    documents: Mapping[str, LinkedDocument],
    prompts: Sequence[PromptVersion],
    schemas: Schemas,
) -> tuple[Mapping[str, bytes], tuple[Diagnostic, ...]]:
    """Return the files by their path in the bundle."""
    return {}, ()
