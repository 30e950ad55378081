"""Rules of the group schema."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
