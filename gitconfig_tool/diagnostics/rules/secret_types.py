"""GCT440-GCT464: types of secrets, and what they imply."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
