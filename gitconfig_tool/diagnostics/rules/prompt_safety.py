"""GCT565-GCT579: prompts that leak, or that can be talked into something."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
