"""Prompt versions: reading, checking, choosing and rendering.

A prompt version is a file, `prompts/<id>/<version>.prompt.yaml`, with the partials and files that
it names. Loading the types costs nothing; Jinja2 is imported only once there is a template to check
or to render. Does not link: `link` asks `Prompts.resolve`.
"""

from typing import TYPE_CHECKING

from gitconfig_tool.deferred import deferred

if TYPE_CHECKING:
    from gitconfig_tool.prompts.load import load_prompts
    from gitconfig_tool.prompts.model import (
        PartialVersion,
        Prompts,
        PromptVersion,
        is_range,
        is_within,
    )
    from gitconfig_tool.prompts.parts import (
        Include,
        PartialFile,
        PromptFile,
        Template,
        TestCase,
        Variant,
    )
    from gitconfig_tool.prompts.referenced import Refusal

__all__ = [
    "Include",
    "PartialFile",
    "PartialVersion",
    "PromptFile",
    "PromptVersion",
    "Prompts",
    "Refusal",
    "Template",
    "TestCase",
    "Variant",
    "is_range",
    "is_within",
    "load_prompts",
]

__getattr__ = deferred(
    __name__,
    {
        "load_prompts": ".load",
        "PartialVersion": ".model",
        "Prompts": ".model",
        "PromptVersion": ".model",
        "is_range": ".model",
        "is_within": ".model",
        "Include": ".parts",
        "PartialFile": ".parts",
        "PromptFile": ".parts",
        "Template": ".parts",
        "TestCase": ".parts",
        "Variant": ".parts",
        "Refusal": ".referenced",
    },
)
