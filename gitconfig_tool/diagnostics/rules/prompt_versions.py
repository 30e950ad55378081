"""GCT535-GCT549: what changed in a prompt version, and whether its number says so."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
