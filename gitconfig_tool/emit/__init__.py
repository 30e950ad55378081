"""Files for other programs, made of a compiled bundle: gateways, environments, Kubernetes.

Takes the linked documents, chains and prompt versions of one bundle; returns files, byte for byte
the same for the same input. Secrets are named, never written. Writes nothing to disk.
"""

from typing import TYPE_CHECKING

from gitconfig_tool.deferred import deferred

if TYPE_CHECKING:
    from gitconfig_tool.emit.model import Emitted, Source
    from gitconfig_tool.emit.targets import TARGETS, find_target

__all__ = ["TARGETS", "Emitted", "Source", "find_target"]

__getattr__ = deferred(
    __name__,
    {
        "Emitted": ".model",
        "Source": ".model",
        "TARGETS": ".targets",
        "find_target": ".targets",
    },
)
