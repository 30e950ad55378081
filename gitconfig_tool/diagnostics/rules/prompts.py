"""Rules of the group prompts."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
