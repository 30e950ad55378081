"""Diagnostics: what is wrong in the user's repository, as data.

Rendering is the work of `report`; the catalogue of codes is `diagnostics.catalogue`.
"""

from gitconfig_tool.diagnostics.catalogue import RULES, rule
from gitconfig_tool.diagnostics.model import (
    Diagnostic,
    Fix,
    Note,
    Quote,
    Remove,
    Reorder,
    Rule,
    Severity,
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
    "Span",
    "rule",
]
