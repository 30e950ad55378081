"""Rules of the group layers."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
