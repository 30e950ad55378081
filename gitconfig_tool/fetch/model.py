"""What the fetcher hands over, to whom, and what it reports.

Plaintext secrets live in `Delivery` alone, and its `repr` does not show them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from gitconfig_tool.errors import GitConfigError

# The folder of prompts beside the documents.
PROMPTS = "prompts"
# The folder of files that the bundle holds for other programs.
EMITTED = "emit"


class DeliveryError(GitConfigError):
    """The values cannot be delivered. The message never holds one of them."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A verified bundle with its secrets in plaintext.

    `entries` holds one JSON value for each document id, and one for each prompt version at
    `prompts/ID/VERSION`. `files` holds what the bundle brings for other programs, byte for byte, by
    its path `emit/PATH`.
    """

    bundle: str
    digest: str
    revision: str
    version: str
    entries: Mapping[str, Any] = field(repr=False)
    secrets: int = 0
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a target did: names of entries, sorted.

    `removed` are former entries that are gone now; `left_behind` are former entries that are still
    there, because the target does not delete. `record_written` says whether the note about what was
    published was renewed.
    """

    bundle: str
    target: str
    digest: str
    revision: str
    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...] = ()
    left_behind: tuple[str, ...] = ()
    record_written: bool = False


class Target(Protocol):
    """A place that takes deliveries."""

    @property
    def address(self) -> str:
        """How a person names the target; holds no credential."""

    def deliver(self, delivery: Delivery) -> DeliveryReport:
        """Make the target hold the entries, and write nothing that it holds already.

        Raises `DeliveryError`; the same delivery can then be tried again.
        """
