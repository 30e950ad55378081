"""Prompt versions: reading, checking, choosing and rendering.

A prompt version is one file, `prompts/<id>/<version>.prompt.yaml`. Loading the types costs nothing;
Jinja2 is imported only once there is a template to check or to render. Does not link: `link` asks
`Prompts.resolve`.
"""

from gitconfig_tool.prompts.load import load_prompts
from gitconfig_tool.prompts.model import Prompts, PromptVersion, is_range

__all__ = ["PromptVersion", "Prompts", "is_range", "load_prompts"]
