"""Rules of the group yaml."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
