"""Rules of the group secrets."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
