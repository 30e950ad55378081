"""Suppression: which diagnostics the project asked not to report, and whether it may.

Takes all diagnostics of a run, its files and what the project file says; returns what is left to
report and what was silenced. Comments are read where they are comments, and nowhere else.
"""

from typing import TYPE_CHECKING

from gitconfig_tool.deferred import deferred

if TYPE_CHECKING:
    from gitconfig_tool.suppress.apply import Suppressed, apply_suppressions
    from gitconfig_tool.suppress.comments import MARKER

__all__ = ["MARKER", "Suppressed", "apply_suppressions"]

__getattr__ = deferred(
    __name__,
    {
        "Suppressed": ".apply",
        "apply_suppressions": ".apply",
        "MARKER": ".comments",
    },
)
