"""GCT801-GCT899: classification, compliance, and what a tenant may use."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
