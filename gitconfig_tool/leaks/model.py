"""What a scanner takes and returns. Pure data.

A `Leak` holds the credential itself, so that equal ones are told from different ones. It stays in
memory: `repr` leaves it out, and nothing that is printed is made of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gitconfig_tool.errors import GitConfigError


class ScanError(GitConfigError):
    """Files cannot be scanned. Never made from what a scanner says: it may quote a credential."""


class ScannerMissingError(ScanError):
    """The scanner is not installed."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file as text; `path` only tells what kind of file it is."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Leak:
    """One credential in a text.

    `kind` is the name of the scanner's rule, `openai-api-key`. `is_named` says that the name beside
    the value gives it away and not its own form. Lines and columns count from 1, columns in code
    points; the end is exclusive.
    """

    kind: str
    line: int
    column: int
    end_line: int
    end_column: int
    secret: str = field(repr=False)
    is_named: bool = False

    @property
    def start(self) -> tuple[int, int]:
        """Where it begins."""
        return self.line, self.column

    @property
    def end(self) -> tuple[int, int]:
        """Where it has ended."""
        return self.end_line, self.end_column


class Scanner(Protocol):
    """Finds credentials in texts, in memory, without a network."""

    def scan(self, files: Sequence[TextFile]) -> list[tuple[Leak, ...]]:
        """Return what each file holds, in the order of the files and of the places.

        Raises `ScanError`.
        """
