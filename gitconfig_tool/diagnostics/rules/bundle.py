"""Rules of the group bundle."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
