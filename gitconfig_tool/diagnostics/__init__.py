"""Diagnostics: what is wrong in the user's repository, as data.

Rendering is the work of `report`; the catalogue of codes is `diagnostics.catalogue`.
"""

from gitconfig_tool.diagnostics.catalogue import RULES, find_rule, is_error, nearest_rule, rule
from gitconfig_tool.diagnostics.model import (
    Diagnostic,
    Fix,
    Note,
    Quote,
    Remove,
    Reorder,
    Rule,
    Severity,
    Silenced,
    Silencing,
    Span,
)

__all__ = [
    "RULES",
    "Diagnostic",
    "Fix",
    "Note",
    "Quote",
    "Remove",
    "Reorder",
    "Rule",
    "Severity",
    "Silenced",
    "Silencing",
    "Span",
    "find_rule",
    "is_error",
    "nearest_rule",
    "rule",
]
