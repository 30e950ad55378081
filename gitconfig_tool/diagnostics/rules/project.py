"""Rules of the group project."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
