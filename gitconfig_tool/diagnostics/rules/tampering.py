"""GCT425-GCT434: what was done to a SOPS file without sops."""

from gitconfig_tool.diagnostics.model import Rule

RULES: tuple[Rule, ...] = ()
