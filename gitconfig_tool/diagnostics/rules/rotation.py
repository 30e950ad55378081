"""GCT465-GCT479: replacing secrets."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
