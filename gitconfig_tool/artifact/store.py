"""What a store of artifacts can do, and how it fails.

Stands here, below `stores` and `trust`, so that verification and storing need not know each other.
"""

from typing import Protocol

from gitconfig_tool.artifact.manifest import Descriptor
from gitconfig_tool.errors import GitConfigError


class StoreError(GitConfigError):
    """The store cannot be read or written, or is none."""


class BundleNotFoundError(StoreError):
    """The store lists no bundle of that name."""


class BlobMissingError(StoreError):
    """The store does not have the content of a digest."""

    def __init__(self, message: str, digest: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.digest = digest


class BlobChangedError(StoreError):
    """The store has other content under a digest than the digest says."""

    def __init__(self, message: str, digest: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.digest = digest


class Store(Protocol):
    """A place that holds bundles and their signatures."""

    @property
    def address(self) -> str:
        """How a person names the store, such as `layout:dist`."""

    def bundles(self) -> tuple[str, ...]:
        """Return the names of all bundles, sorted."""

    def resolve(self, bundle: str) -> Descriptor:
        """Return the manifest that the name points to; raises `BundleNotFoundError`."""

    def referrers(self, digest: str) -> tuple[Descriptor, ...]:
        """Return the signatures whose subject is the manifest of that digest."""

    def signatures(self) -> tuple[Descriptor, ...]:
        """Return every signature that the store can list, whatever its subject."""

    def read(self, descriptor: Descriptor, limit: int) -> bytes:
        """Return the content of a descriptor, its size and digest checked.

        Never reads more than `limit` bytes. Raises `BlobMissingError`, `BlobChangedError` and, for
        content announced larger than the limit, `OversizeError`.
        """
