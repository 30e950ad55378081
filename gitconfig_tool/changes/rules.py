"""What is checked and who may do what: the rules that a change alters, each in a sentence.

Takes both revisions; returns a `RuleChange` for each rule. Compares what rules say, and not how
they are written. What comes with the tool changes with the tool, and is not looked at here.
"""

from gitconfig_tool.changes.both import Both
from gitconfig_tool.changes.checks import changed_checks
from gitconfig_tool.changes.governing import changed_governance
from gitconfig_tool.changes.model import RuleChange
from gitconfig_tool.changes.permissions import changed_permissions
from gitconfig_tool.changes.project_file import changed_project
from gitconfig_tool.changes.silenced import changed_silencing


def changed_rules(both: Both) -> tuple[RuleChange, ...]:
    """Return the rules that differ, by kind, and by name within it."""
    if not both.paths:
        return ()
    found = (
        *changed_project(both),
        *changed_checks(both),
        *changed_permissions(both),
        *changed_silencing(both),
        *changed_governance(both),
    )
    return tuple(sorted(found, key=lambda each: (each.kind.value, each.name, each.summary)))
