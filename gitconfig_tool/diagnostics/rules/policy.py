"""Rules of the group policy."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
