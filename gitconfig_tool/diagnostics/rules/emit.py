"""GCT750-GCT799: files for other programs."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
