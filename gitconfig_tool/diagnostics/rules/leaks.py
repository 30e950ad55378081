"""GCT435-GCT439: credentials in the clear."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
