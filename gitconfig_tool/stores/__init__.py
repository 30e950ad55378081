"""Where artifacts live. `Store` is the reading side that verification and fetching use.

A store is never trusted: what it returns has been checked against a digest and bounds, and
nothing more. Whether the digest is the right one is for `trust` to say.
"""

from pathlib import Path

from gitconfig_tool.artifact.store import (
    BlobChangedError,
    BlobMissingError,
    BundleNotFoundError,
    Store,
    StoreError,
)
from gitconfig_tool.stores.layout import LayoutStore, merge_layout, write_layout

__all__ = [
    "BlobChangedError",
    "BlobMissingError",
    "BundleNotFoundError",
    "LayoutStore",
    "Store",
    "StoreError",
    "layout_path",
    "merge_layout",
    "open_store",
    "write_layout",
]

_LAYOUT = "layout:"


def open_store(address: str) -> Store:
    """Open the store at an address, `layout:DIR`; a relative DIR is relative to the current folder.

    Raises `StoreError` for an address of another kind. Nothing is read yet.
    """
    return LayoutStore(layout_path(address))


def layout_path(address: str) -> Path:
    """Return the folder that a `layout:DIR` address names; raises `StoreError` for any other."""
    if not address.startswith(_LAYOUT):
        scheme = address.split(":", 1)[0] if ":" in address else ""
        found = f"the scheme {scheme!r}" if scheme else f"{address!r}"
        raise StoreError(
            f"expected a store as layout:DIR, found {found}",
            hint="this version knows one kind of store, a folder that holds an OCI image layout:"
            + (" write layout:DIR" if scheme else f" write layout:{address}"),
        )
    path = address.removeprefix(_LAYOUT)
    if not path:
        raise StoreError("expected a folder after 'layout:', found nothing", hint="layout:DIR")
    return Path(path)
