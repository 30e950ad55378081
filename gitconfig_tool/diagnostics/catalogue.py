"""The catalogue: every code that a diagnostic may carry, in one mapping."""

from collections.abc import Mapping
from types import MappingProxyType

from gitconfig_tool.diagnostics.model import Rule
from gitconfig_tool.diagnostics.rules import (
    bundle,
    layers,
    policy,
    project,
    prompts,
    references,
    schema,
    secrets,
    source,
    yaml,
)

_GROUPS = (source, yaml, project, layers, references, schema, policy, secrets, prompts, bundle)

RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.code: rule for group in _GROUPS for rule in group.RULES}
)


def rule(code: str) -> Rule:
    """Return the rule of a code; raises `KeyError` for a code that does not exist."""
    return RULES[code]
