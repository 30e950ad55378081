"""GCT660-GCT679: chains of models, their regions and their time-outs."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
