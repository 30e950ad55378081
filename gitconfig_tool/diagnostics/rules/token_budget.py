"""GCT590-GCT599: whether prompts fit the models that get them."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
