"""The catalogue: every code that a diagnostic may carry, in one mapping."""

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

from gitconfig_tool.diagnostics.model import Diagnostic, Rule, Severity
from gitconfig_tool.diagnostics.rules import (
    bundle,
    chains,
    classification,
    compatibility,
    cost,
    emit,
    layers,
    leaks,
    models,
    policy,
    project,
    prompt_safety,
    prompt_tests,
    prompt_variants,
    prompt_versions,
    prompts,
    references,
    rotation,
    schema,
    secret_types,
    secrets,
    source,
    tampering,
    token_budget,
    value_tests,
    yaml,
)

# In the order of the codes.
_GROUPS = (
    source,
    yaml,
    project,
    layers,
    references,
    schema,
    policy,
    secrets,
    tampering,
    leaks,
    secret_types,
    rotation,
    prompts,
    prompt_versions,
    prompt_variants,
    prompt_safety,
    prompt_tests,
    token_budget,
    models,
    compatibility,
    chains,
    cost,
    bundle,
    emit,
    classification,
    value_tests,
)

RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.code: rule for group in _GROUPS for rule in group.RULES}
)


def rule(code: str) -> Rule:
    """Return the rule of a code; raises `KeyError` for a code that does not exist."""
    return RULES[code]


def is_error(found: Diagnostic) -> bool:
    """Tell whether a diagnostic is an error, and no warning."""
    return RULES[found.code].severity is Severity.ERROR


def find_rule(text: str) -> Rule | None:
    """Return the rule with a code or a name, in small letters or large; None for neither."""
    found = RULES.get(text.upper())
    if found is not None:
        return found
    return next((each for each in RULES.values() if each.name == text.lower()), None)


def nearest_rule(text: str) -> Rule | None:
    """Return the rule that was probably meant by a code or a name that does not exist."""
    exact = find_rule(text)
    if exact is not None:
        return exact
    names = {**{code: code for code in RULES}, **{each.name: each.code for each in RULES.values()}}
    # A code differs from its neighbours in one digit, so another digit says little: names first.
    for form in (text.lower(), text.upper()):
        near = get_close_matches(form, names, n=1, cutoff=0.8)
        if near:
            return RULES[names[near[0]]]
    return None
