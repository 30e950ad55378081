"""GCT601-GCT619: the catalogue of models and their retirement."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
