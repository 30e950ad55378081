"""GCT580-GCT589: what the test data of prompts expects."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
