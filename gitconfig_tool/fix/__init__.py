"""Mechanical repairs: diagnostics that carry a `Fix` to changed files.

Takes a compilation of the work tree and returns a `Plan`: which files change to what, what is
refused and why. A line that a repair does not concern stays byte for byte, comments included, and
no bundle changes. Does not print; only `write_changes` writes. This is the only package that uses
ruamel.yaml.
"""

from typing import TYPE_CHECKING

from gitconfig_tool.deferred import deferred

if TYPE_CHECKING:
    from gitconfig_tool.fix.disk import FixError, read_on_disk, write_changes
    from gitconfig_tool.fix.plan import Change, Plan, plan_fixes
    from gitconfig_tool.fix.repair import Refusal, Repair, repair_file

__all__ = [
    "Change",
    "FixError",
    "Plan",
    "Refusal",
    "Repair",
    "plan_fixes",
    "read_on_disk",
    "repair_file",
    "write_changes",
]

__getattr__ = deferred(
    __name__,
    {
        "FixError": ".disk",
        "read_on_disk": ".disk",
        "write_changes": ".disk",
        "Change": ".plan",
        "Plan": ".plan",
        "plan_fixes": ".plan",
        "Refusal": ".repair",
        "Repair": ".repair",
        "repair_file": ".repair",
    },
)
