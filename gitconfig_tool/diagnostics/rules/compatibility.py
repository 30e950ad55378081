"""GCT620-GCT659: whether each model of a chain takes what is sent to it."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
