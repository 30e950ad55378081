"""GCT550-GCT564: variants of a prompt and the experiments with them."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
