"""What was done to a SOPS file that SOPS itself does not notice.

SOPS's MAC binds values to each other, but not the file to its path nor to its time, and it leaves
out nulls, empty containers, structure, comments, recipients and rules. So a file is compared with
what it was: in the commit before, in older commits, in a signed bundle. Needs no key, and no
message holds a value.
"""

from typing import TYPE_CHECKING

from gitconfig_tool.deferred import deferred

if TYPE_CHECKING:
    from gitconfig_tool.secrets.tampering.against import compare_with_sealed
    from gitconfig_tool.secrets.tampering.checking import MAX_VERSIONS, check_tampering

__all__ = ["MAX_VERSIONS", "check_tampering", "compare_with_sealed"]

__getattr__ = deferred(
    __name__,
    {
        "compare_with_sealed": ".against",
        "MAX_VERSIONS": ".checking",
        "check_tampering": ".checking",
    },
)
