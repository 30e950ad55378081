"""The thin side: pull, verify, decrypt, validate, deliver.

Never loads the compiler. A target's library is loaded when the target is opened.
"""

from pathlib import Path

from gitconfig_tool.fetch.folder import FolderTarget, file_name_of
from gitconfig_tool.fetch.model import Delivery, DeliveryError, DeliveryReport, Target
from gitconfig_tool.fetch.prepare import prepare_delivery

__all__ = [
    "Delivery",
    "DeliveryError",
    "DeliveryReport",
    "FolderTarget",
    "Target",
    "file_name_of",
    "open_folder",
    "open_vault",
    "prepare_delivery",
]


def open_folder(path: Path) -> Target:
    """Return the target that writes files below a folder. Nothing is read or written yet."""
    return FolderTarget(path)


def open_vault(url: str) -> Target:
    """Return the target at `vault+http(s)://HOST:PORT/MOUNT/PATH`; connects to nothing yet.

    Raises `DeliveryError` when the address or the environment lacks something.
    """
    from gitconfig_tool.fetch.vault import VaultTarget

    return VaultTarget.from_url(url)
