"""Rules of the group references."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
