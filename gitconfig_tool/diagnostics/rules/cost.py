"""GCT680-GCT689: what models cost."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
