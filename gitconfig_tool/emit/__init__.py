"""Files for other programs, made of a compiled bundle: gateways, environments, Kubernetes.

Takes the linked documents, chains and prompt versions of one bundle; returns files, byte for byte
the same for the same input. Secrets are named, never written. Writes nothing to disk.
"""

from gitconfig_tool.emit.model import Emitted, Source
from gitconfig_tool.emit.targets import TARGETS, find_target

__all__ = ["TARGETS", "Emitted", "Source", "find_target"]
