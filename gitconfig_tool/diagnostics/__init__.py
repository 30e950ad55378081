"""Diagnostics: what is wrong in the user's repository, as data.

Rendering is the work of `report`; the catalogue of codes is `diagnostics.catalogue`.
"""

from gitconfig_tool.diagnostics.catalogue import RULES, rule
from gitconfig_tool.diagnostics.model import Diagnostic, Note, Rule, Severity, Span

__all__ = ["RULES", "Diagnostic", "Note", "Rule", "Severity", "Span", "rule"]
