"""What a change does: two revisions compared as they compile, value by value.

Takes two views of one repository; returns `Changes`, with how far they reach and how risky they
are. Does not render: that is `report`.
"""

from gitconfig_tool.changes.comparing import compare
from gitconfig_tool.changes.model import Changes, Kind, Revision, ValueChange

__all__ = ["Changes", "Kind", "Revision", "ValueChange", "compare"]
